"""From the digests of a site's documents to what recurs in them."""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from cleaner.stages.strip.limits import limits as strip_limits
from cleaner.template.digest import Digest, pair, pairs
from cleaner.template.limits import limits

if TYPE_CHECKING:
    from cleaner.stages.strip.index import Index
    from cleaner.stages.strip.label import Labels


class Body(NamedTuple):
    """The lines of a document and which of them are prose, as its digest has them."""

    lines: array[int]
    prose: array[int]


class Template(NamedTuple):
    """What recurs in the documents of a site.

    lines: hashes of lines
    pairs: hashes of pairs of them that follow each other
    slots: hashes of pairs of them between which a list stands that changes from page to page
    documents: how many documents with a body of their own it was learnt from
    """

    lines: frozenset[int] = frozenset()
    pairs: frozenset[int] = frozenset()
    slots: frozenset[int] = frozenset()
    documents: int = 0

    def mark(self, labels: Labels, index: Index) -> dict[int, bool]:
        """Mark the lines of a page that are of the template; ``strip`` calls this between its two passes.

        Returns the lines between the frame and the body, and which of them recur: were all of them chrome, the document would have no title.
        """
        from cleaner.template.apply import mark

        return mark(self, labels, index)

    def give_back(self, labels: Labels, opening: Mapping[int, bool]) -> None:
        """Take back what the second pass of ``strip`` marked by its place, where nothing of the ``opening`` would be left."""
        from cleaner.template.apply import give_back

        give_back(labels, opening)


def united(templates: Iterable[Template]) -> Template:
    """One template for a document that belongs to several sites."""
    found = [template for template in templates if template.lines]
    if len(found) < 2:
        return found[0] if found else Template()
    return Template(
        frozenset().union(*(template.lines for template in found)),
        frozenset().union(*(template.pairs for template in found)),
        frozenset().union(*(template.slots for template in found)),
        max(template.documents for template in found),
    )


def learn(documents: Collection[Body]) -> Template:
    """The template of ``documents``, which are different documents of one site, in any order.

    A line is of the template where enough documents have it that have a body of their own.
    """
    own = distinct(documents)
    least = needed(len(own))
    if len(own) < least:
        return Template(documents=len(own))
    lines: Counter[int] = Counter()
    joined: Counter[int] = Counter()
    for body in own:
        lines.update(set(body.lines))
        joined.update(set(pairs(body.lines)))
    recurring = frozenset(line for line, count in lines.items() if count >= least)
    return Template(
        recurring,
        frozenset(two for two, count in joined.items() if count >= least),
        _slots(own, recurring, lines, least),
        len(own),
    )


def gaps(lines: Sequence[int], recurring: Collection[int]) -> Iterator[tuple[int, int]]:
    """The runs of lines, as [first, end), between one line that recurs and the next."""
    last = -1
    for k, line in enumerate(lines):
        if line in recurring:
            if 0 <= last < k - 1:
                yield last + 1, k
            last = k


def _slots(bodies: Iterable[Body], recurring: Collection[int], seen: Counter[int], least: int) -> frozenset[int]:
    """Where lists stand: between two lines, in no document a sentence or many lines, and some lines that other pages have, too.

    The last is what a list of links is: its items stay for a while. Verse and the rows of a table do not come again.
    """
    longest, most = strip_limits().link_length, limits().slot
    found: Counter[int] = Counter()
    shared: Counter[int] = Counter()
    total: Counter[int] = Counter()
    refused: set[int] = set()
    for body in bodies:
        here: set[int] = set()
        for first, end in gaps(body.lines, recurring):
            slot = pair(body.lines[first - 1], body.lines[end])
            here.add(slot)
            total[slot] += end - first
            shared[slot] += sum(seen[line] > 1 for line in body.lines[first:end])
            if end - first > most or any(length > longest for length in body.prose[first:end]):
                refused.add(slot)
        found.update(here)
    return frozenset(
        slot
        for slot, count in found.items()
        if count >= least and slot not in refused and 100 * shared[slot] >= limits().slot_shared * total[slot]
    )


def of_digests(digests: Iterable[Digest]) -> Template:
    """The template of the documents of one site, each counted once, however many digests are of the same lines."""
    found = {digest.key: Body(digest.lines, digest.prose) for digest in digests}
    return learn([found[key] for key in sorted(found)[: limits().sample]])


def needed(documents: int) -> int:
    """In how many of ``documents`` a line must stand."""
    return max(limits().documents, -(-documents * limits().share // 100))


def distinct(documents: Collection[Body]) -> Sequence[Body]:
    """Those of ``documents`` that have a body of their own.

    Copies of one article, its pages, its versions, and notices from one form share their prose, and what they share proves
    nothing about the site.
    """
    seen: Counter[int] = Counter()
    for body in documents:
        seen.update(set(body.lines))
    return [body for body in documents if _own(body, seen)]


def _own(body: Body, seen: Counter[int]) -> bool:
    total = own = 0
    for line, length in zip(body.lines, body.prose, strict=True):
        if length:
            total += length
            own += length if seen[line] == 1 else 0
    if not total:
        return any(seen[line] == 1 for line in body.lines)
    return 100 * own >= limits().own_share * total
