"""What is kept of a document to learn from: its lines as hashes, in order, which of them are prose, and what may name its site."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from hashlib import blake2b
from typing import NamedTuple

from cleaner.plan import Plan
from cleaner.stages.strip.index import index_of
from cleaner.stages.strip.label import Labels, label
from cleaner.stages.strip.limits import limits as strip_limits
from cleaner.stages.strip.page import ODD_LINE_END, Page
from cleaner.template.limits import limits

# before the first and behind the last line
EDGE = 0
_MASK = (1 << 64) - 1
# odd, so that no pair of hashes is lost: 2^64 over the golden ratio (Knuth, TAOCP 3, 6.4)
_STEP = 0x9E3779B97F4A7C15


class Digest(NamedTuple):
    """A document as far as templates need it.

    key:   the document itself: the same for the same lines, whatever its file, its blanks, its script or its width
    sites: hashes of what its site may be called: a name that was given, a host, or lines that witness chrome
    lines: the hashes of its lines that are not blank, in order; of a long document of those at its head and its foot
    prose: for each line its length in characters if it reads as running text, else 0
    """

    key: int
    sites: tuple[int, ...]
    lines: array[int]
    prose: array[int]

    def packed(self) -> bytes:
        """Lines and prose as bytes."""
        return self.lines.tobytes() + self.prose.tobytes()


def unpacked(data: bytes) -> tuple[array[int], array[int]]:
    """Lines and prose from their bytes."""
    lines, prose = array("q"), array("I")
    count = len(data) // (lines.itemsize + prose.itemsize)
    lines.frombytes(data[: count * lines.itemsize])
    prose.frombytes(data[count * lines.itemsize :])
    return lines, prose


def numbers(hashes: Iterable[int]) -> bytes:
    """Hashes as bytes, in order of size."""
    return array("q", sorted(hashes)).tobytes()


def hashes(data: bytes) -> array[int]:
    """Hashes from their bytes."""
    found = array("q")
    found.frombytes(data)
    return found


def hashed(text: str) -> int:
    """64 bits of ``text``, as a signed number, the same on every machine."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big", signed=True)


def pair(first: int, second: int) -> int:
    """63 bits of two hashes in their order."""
    return ((first * _STEP + second) & _MASK) >> 1


def pairs(lines: Sequence[int]) -> list[int]:
    """The pair of each line with the next one: one more than ``lines``, as the edges of the document count as lines."""
    return [pair(a, b) for a, b in zip([EDGE, *lines], [*lines, EDGE], strict=True)]


def frame(filled: Sequence[int], edge: int) -> Sequence[int]:
    """Of the numbers of lines the first and the last ``edge``; all of them where there are no more."""
    return filled if len(filled) <= 2 * edge else [*filled[:edge], *filled[-edge:]]


def may_tell(text: str, plan: Plan) -> bool:
    """Whether something in ``text`` may witness chrome; one search, so that clean texts cost no more than that."""
    return index_of(plan).suspects(text)


def digest(text: str, plan: Plan, site: str | None = None) -> Digest | None:
    """The digest of ``text``, as ``strip`` is given it. None where nothing tells its site.

    site: what its site is called; without it lines that witness chrome stand for it.
    """
    if site is None and not may_tell(text, plan):
        return None
    return of_labels(label(Page(ODD_LINE_END.sub("\n", text)), index_of(plan), strip_limits()), site)


def of_labels(labels: Labels, site: str | None = None) -> Digest | None:
    """The digest of a page whose lines ``strip`` has labelled by themselves."""
    page = labels.page
    shown = frame(page.filled, limits().edge)
    sites = (hashed("site\0" + site),) if site is not None else tuple(map(hashed, _witnesses(labels, shown)))
    if not sites:
        return None
    lines = array("q", [hashed(page.lines[i]) for i in shown])
    prose = array("I", [page.lengths[i] if i in labels.prose else 0 for i in shown])
    key = int.from_bytes(blake2b(lines.tobytes(), digest_size=8).digest(), "big", signed=True)
    return Digest(key, sites, lines, prose)


def _witnesses(labels: Labels, shown: Iterable[int]) -> list[str]:
    """The longest lines of certain chrome: those that carry the name, the number or the address of a site are long."""
    found = {
        "line\0" + labels.page.lines[i]
        for i in shown
        if i in labels.marks
        and not labels.marks[i].weak
        and labels.marks[i].rule.kind == "chrome"
        and len(labels.page.keys[i]) >= limits().witness_length
    }
    return sorted(found, key=lambda line: (-len(line), line))[: limits().witnesses]
