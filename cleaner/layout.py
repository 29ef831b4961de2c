"""What a reader knows of the lines of its page text beyond their characters, and the way of that knowledge through the stages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from cleaner.stages.change import Change


class Block(NamedTuple):
    """A line that was a block of a marked-up document (HTML, DOCX).

    tag:    the block element, as HTML names it: ``h1`` … ``h6``, ``p``, ``li``, ``td``, ``div``, ``title`` …
    linked: the share of its characters that stand in links, 0 to 1
    depth:  how many elements enclose it
    hints:  what the names, roles, ids and classes of its own element and of those around it call it (``nav``, ``foot``,
            ``body`` …); the words are in ``rules/tables/html-hints.tsv``
    node:   the number of its block element in the document's tree (``Layout.parents``)
    """

    tag: str = "p"
    linked: float = 0.0
    depth: int = 0
    hints: frozenset[str] = frozenset()
    node: int = 0


class Place(NamedTuple):
    """A line that was set on a page (PDF). Lengths in points, the origin at the top left.

    page:   its page, from 0
    left, right, top, bottom: its box
    size:   the size of its type
    width, height: of the page
    column: its part of the page, by number in the order of reading: the lines of one part stand below each other
    font:   the name of the font of most of its characters
    """

    page: int
    left: float
    right: float
    top: float
    bottom: float
    size: float
    width: float
    height: float
    column: int = 0
    font: str = ""


# hints of lines that stand at the head or foot of every page of a document (DOCX)
FURNITURE = frozenset({"page-head", "page-foot"})

Known: TypeAlias = Block | Place


class Layout:
    """One item for each line of a text (up to the next line feed): what is known of it, or None.

    parents: of a marked-up document the tree of its block elements, for each the number of the one around it (always a
    smaller one; the root has -1)
    own: for each of these elements what its own names, roles, ids and classes call it
    site: names that the page gives its site
    """

    __slots__ = ("lines", "own", "parents", "site")

    def __init__(
        self,
        lines: Sequence[Known | None],
        parents: Sequence[int] = (),
        own: Sequence[frozenset[str]] = (),
        site: Sequence[str] = (),
    ) -> None:
        self.lines = lines
        self.parents = parents
        self.own = own
        self.site = site

    def after(self, text: str, change: Change) -> Layout | None:
        """The layout of the text that ``change`` makes of ``text``: a line is the one in which its first character stood.

        None after a move, as lines then are no longer those of the page.
        """
        if change.moves:
            return None
        if change.text.count("\n") == text.count("\n"):
            return self
        starts = _starts(text)
        sources = change.settled().preimage(_starts(change.text))
        return Layout([self.lines[bisect_right(starts, p) - 1] for p in sources], self.parents, self.own, self.site)


# lines from the top among which the title stands
_TOP = 15


def marked_headings(layout: Layout) -> tuple[dict[int, int], int | None]:
    """The headings among the lines (line to level, the highest is 1) and the line of the title, where the markup tells them."""
    blocks = {i: b for i, b in enumerate(layout.lines) if isinstance(b, Block)}
    heads = {i: int(b.tag[1]) for i, b in blocks.items() if len(b.tag) == 2 and b.tag[0] == "h" and b.tag[1].isdigit()}
    named = [i for i, b in blocks.items() if "named" in b.hints and i < _TOP]
    first = [i for i in heads if heads[i] == 1]
    title = next((i for i in named if i in heads), named[0] if named else None)
    if title is None and len(first) == 1 and first[0] < _TOP:
        title = first[0]
    rest = {i: level for i, level in heads.items() if i != title}
    ranks = {level: n for n, level in enumerate(sorted(set(rest.values())), 1)}
    return {i: ranks[level] for i, level in rest.items()}, title


def _starts(text: str) -> list[int]:
    """Where the lines of ``text`` begin."""
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))][:-1]
