"""The reading order of a page: its columns by the gutters between them, and its lines from fragments that stand on one level.

A gutter is a clear strip with running text on both sides: lines that fill their column on the left, lines that begin at one
edge on the right. What crosses it (a title over both columns, a page's head) divides the page into what is above and below.
Cells of a table do not fill their columns, or have rules across the strip, and are read row by row.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import NamedTuple

from cleaner.readers.pdf import table
from cleaner.readers.pdf.glyphs import CELL, LEVEL, SPACE_HAN, SPACE_LATIN, Fragment
from cleaner.readers.pdf.table import Rule

GUTTER = 0.7  # em, the least width of a gutter
COLUMN = 6.0  # em, the least width of a column
LINES = 3  # lines that a column has at least on each side of a gutter
FILLED = 0.8  # share of its column's width from which a line fills it
FULL = 0.4  # share of a column's lines that must fill it
FULL_ALIKE = 0.25  # the same where both columns are equally wide
ALIKE = 1.5  # em by which the widths of equal columns may differ
OVER = 0.5  # em behind the edge of the next column up to which a line that is too long still ends in its own
INTRUDES = 0.3  # share of a column's lines that may reach into the gutter; a line that leaves some of it counts half
NARROW = 0.3  # em that it leaves
FLUSH = 2.6  # em from a column's left edge within which its lines begin: an indent of two characters
RULED = 2  # drawn lines that cross a strip inside it, from which it divides cells
LARGE = 1.15  # times the usual size, from which type is a title's
APART = 1.0  # em between the last line of a column and what stands below it
HALF = frozenset("，。、；：！？）》」』】〕〉”’")  # full-width marks whose right half is empty
NEIGHBOURS = 3  # lines above and below a row in which its cells have company
ALIGNED = 0.4  # em by which edges of cells may differ
EDGES = 12  # left edges of a region that are tried as those of a column
DEEP = 12  # nested cuts of a page: more is no page of columns


@dataclass(slots=True)
class Row:
    """A line of the page: fragments from left to right, as one text with its box. ``column``: number of its region."""

    text: str
    left: float
    top: float
    right: float
    bottom: float
    em: float
    font: str
    column: int = 0


def read(fragments: Sequence[Fragment], rules: Callable[[], Sequence[Rule]], gutters: list[float]) -> list[Row]:
    """The lines of a page in the order in which they are read; what runs askew comes last.

    rules: tells what is drawn on the page.  gutters: left edges of the columns that pages before had behind their gutters; those
    of this page are added. There a column may be short, as at the end of a document.
    """
    upright = _once([f for f in fragments if not f.turned])
    rows: list[Row] = []
    if upright:
        em = median([f.em for f in upright for _ in range(1 + len(f.text) // 10)])
        for n, region in enumerate(_Cutter(em, rules, gutters).regions(upright)):
            for row in _rows(region, rules):
                row.column = n
                rows.append(row)
    last = rows[-1].column + 1 if rows else 0
    return rows + [Row(f.text, f.left, f.top, f.right, f.bottom, f.em, f.font, last) for f in fragments if f.turned]


def _once(fragments: list[Fragment]) -> list[Fragment]:
    """``fragments`` without those that were set twice at one place, as a shadow or for bold type."""
    seen: dict[str, list[Fragment]] = {}
    kept = []
    for f in fragments:
        before = seen.setdefault(f.text, [])
        near = 0.2 * f.em
        if any(abs(f.left - b.left) < near and abs(f.top - b.top) < near for b in before[-8:]):
            continue
        before.append(f)
        kept.append(f)
    return kept


@dataclass(slots=True)
class _Cutter:
    """Cuts a page into its columns. ``em``: the size of its running text."""

    em: float
    rules: Callable[[], Sequence[Rule]]
    gutters: list[float]

    def regions(self, fragments: list[Fragment], deep: int = 0) -> list[list[Fragment]]:
        """``fragments`` cut into regions of one column each, in reading order."""
        cut = self._cut(fragments) if deep < DEEP and len(fragments) > 1 else None
        if cut is None:
            return [fragments]
        x, top, bottom = cut
        above: list[Fragment] = []
        left: list[Fragment] = []
        right: list[Fragment] = []
        below: list[Fragment] = []
        for f in fragments:
            middle = (f.top + f.bottom) / 2
            side = left if f.left < x - GUTTER * self.em / 2 else right
            (above if middle < top else below if middle > bottom else side).append(f)
        parts = [part for part in (above, left, right, below) if part]
        if len(parts) < 2:
            return [fragments]
        if not self._seen(x):
            self.gutters.append(x)
        return [region for part in parts for region in self.regions(part, deep + 1)]

    def _seen(self, x: float) -> bool:
        return any(abs(x - g) < ALIGNED * self.em for g in self.gutters)

    def _cut(self, fragments: list[Fragment]) -> tuple[float, float, float] | None:
        """The gutter with the most text on both sides: the left edge of the column behind it, and from where to where it runs."""
        em = self.em
        count: dict[int, list[float]] = {}
        first = min(f.left for f in fragments)
        for f in fragments:
            if f.left > first + COLUMN * em:
                count.setdefault(round(f.left / em * 2), []).append(f.left)
        often = sorted((-len(found), min(found)) for found in count.values() if len(found) >= LINES)
        edges = [(x, self._seen(x)) for _, x in often[:EDGES]] + [
            (x, True) for x in self.gutters[:EDGES] if x > first + COLUMN * em
        ]
        ordered = sorted(fragments, key=lambda f: f.top)
        best: tuple[int, float, float, float] | None = None
        for x, seen in edges:
            clear, edge = x - GUTTER * em, x - 0.05 * em
            crossing = [f for f in ordered if f.left < edge and f.right > x + OVER * em]
            least = max(2 if seen else 2 * LINES, best[0] + 1 if best else 0)
            for whole in _bands(ordered, crossing):
                if len(whole) >= least:
                    band = _trim(whole, clear, em)
                    if len(band) >= least and (run := self._runs(band, x, seen)):
                        best = (len(band), x, *run)
                        least = len(band) + 1
        return None if best is None else best[1:]

    def _runs(self, band: list[Fragment], x: float, seen: bool) -> tuple[float, float] | None:
        """From where to where a gutter before ``x`` runs through ``band``; None where it is none."""
        em = self.em
        clear = x - GUTTER * em
        left = [f for f in band if f.left < clear]
        # behind the gutter may be more columns than one: the next one begins at its edge
        right = [f for f in band if clear <= f.left < x + FLUSH * em]
        narrow = x - NARROW * em
        reach = sum((_ink(f) > clear) + (_ink(f) > narrow) for f in left) / 2
        if not left or not right or reach > INTRUDES * len(left):
            return None
        if not (_columns(left, right, em) or (seen and _same_edges(band, left, right, x, em))):
            return None
        top, bottom = min(f.top for f in band), max(f.bottom for f in band)
        if min(max(f.bottom for f in side) for side in (left, right)) <= max(
            min(f.top for f in side) for side in (left, right)
        ):
            return None
        ruled = sum(a < clear - em and b > x + em and top + em / 2 < y < bottom - em / 2 for a, b, y in self.rules())
        return None if ruled >= RULED else (top, bottom)


def _same_edges(band: list[Fragment], left: list[Fragment], right: list[Fragment], x: float, em: float) -> bool:
    """Whether all of ``band`` begins at the edges of columns, or at the place of an indent or a centred line in one."""
    edge = min(f.left for f in left)
    if len(left) + len(right) < len(band):
        return True  # a third column has the rest, and is looked at when its turn comes
    loose = sum(f.left > edge + FLUSH * em for f in left) + sum(f.left > x + FLUSH * em for f in right)
    return x - edge > COLUMN * em and loose <= INTRUDES * len(band)


def _ink(f: Fragment) -> float:
    """Where the ink of a fragment ends: a full-width mark that hangs into the gutter fills the left half of its square."""
    return f.right - f.em / 2 if f.text[-1] in HALF else f.right


def _bands(ordered: list[Fragment], crossing: list[Fragment]) -> list[list[Fragment]]:
    """``ordered`` without ``crossing``, cut where one of these stands between."""
    if not crossing:
        return [ordered]
    walls = [(f.top + f.bottom) / 2 for f in crossing]
    taken = {id(f) for f in crossing}
    bands: list[list[Fragment]] = [[]]
    n = 0
    for f in ordered:
        if id(f) in taken:
            continue
        middle = (f.top + f.bottom) / 2
        while n < len(walls) and walls[n] < middle:
            n += 1
            if bands[-1]:
                bands.append([])
        bands[-1].append(f)
    return bands


def _trim(band: list[Fragment], clear: float, em: float) -> list[Fragment]:
    """``band`` without what stands above its columns (a page's head, a title, a byline) and below them (a page's number)."""
    rows = _levels(band)
    left, right = min(f.left for f in band), max(f.right for f in band)

    def apart(row: list[Fragment]) -> bool:
        """Whether a row behind the gutter is none of a column's: large type, or centred on all columns."""
        a, b = min(f.left for f in row), max(f.right for f in row)
        return min(f.em for f in row) > LARGE * em or abs(a + b - left - right) < 2 * em

    first, last = 0, len(rows)
    while first < last and (
        all(f.left < clear for f in rows[first]) or (all(f.left >= clear for f in rows[first]) and apart(rows[first]))
    ):
        first += 1
    while last > first and all(f.left >= clear for f in rows[last - 1]):
        last -= 1
    if last - first > 1 and len(rows[last - 1]) == 1:
        foot, before = rows[last - 1][0], rows[last - 2]
        if foot.top - max(f.bottom for f in before) > APART * em and (foot.right - foot.left < COLUMN * em or apart([foot])):
            last -= 1
    return [f for row in rows[first:last] for f in row]


def _columns(left: list[Fragment], right: list[Fragment], em: float) -> bool:
    """Whether the lines on both sides of a strip are running text set in columns; columns are as wide as each other."""
    if not left or not right:
        return False
    sides = [_filled(side) for side in (left, right)]
    if any(lines < LINES or width < COLUMN * em for lines, width, _ in sides):
        return False
    least = FULL_ALIKE if abs(sides[0][1] - sides[1][1]) < ALIKE * em else FULL
    return all(share >= least for _, _, share in sides)


def _filled(fragments: list[Fragment]) -> tuple[int, float, float]:
    """The lines of ``fragments``: how many, the width of their column, and the share of them that fill it."""
    lines = [(min(f.left for f in row), max(f.right for f in row)) for row in _levels(fragments)]
    # an overlong line is no measure: the column is as wide as the widest but one of ten
    width = max(b for _, b in lines) - min(a for a, _ in lines)
    usual = sorted(b - a for a, b in lines)[-1 - len(lines) // 10]
    return len(lines), width, sum(b - a >= FILLED * usual for a, b in lines) / len(lines)


def _rows(fragments: list[Fragment], rules: Callable[[], Sequence[Rule]]) -> list[Row]:
    """The lines of one column from top to bottom; the rows of a ruled table are one line each."""
    levels = [sorted(row, key=lambda f: f.left) for row in _levels(fragments)]
    if sum(map(_in_cells, levels)) > 1 and (ruled := table.rows(fragments, rules())):
        taken = {id(f) for cells in ruled for cell in cells for f in cell}
        rows = _rows([f for f in fragments if id(f) not in taken], tuple) + [_ruled(cells) for cells in ruled]
        return sorted(rows, key=lambda row: (row.top, row.left))
    near = [_Near([f.left for f in row], [f.right for f in row], _edges(row[1:])) for row in levels]
    return [_row(row, near[max(0, n - NEIGHBOURS) : n] + near[n + 1 : n + 1 + NEIGHBOURS]) for n, row in enumerate(levels)]


def _in_cells(row: list[Fragment]) -> bool:
    """Whether there is a gap in a row that might be between two cells."""
    return any(b.left - a.right >= table.CELL * b.em for a, b in pairwise(row))


def _ruled(cells: list[list[Fragment]]) -> Row:
    """The line of a row of cells."""
    flat = [f for cell in cells for f in cell]
    longest = max(flat, key=lambda f: len(f.text))
    left, right = min(f.left for f in flat), max(f.right for f in flat)
    top, bottom = min(f.top for f in flat), max(f.bottom for f in flat)
    return Row("\t".join(map(table.text, cells)), left, top, right, bottom, longest.em, longest.font)


class _Near(NamedTuple):
    """A row by its fragments' left and right edges, and by where those behind a gap begin, end and have their middle."""

    lefts: list[float]
    rights: list[float]
    edges: set[tuple[str, int]]

    def empty(self, x: float) -> bool:
        """Whether the row has nothing at ``x``."""
        n = bisect_right(self.lefts, x)
        return not n or self.rights[n - 1] < x


def _edges(fragments: list[Fragment]) -> set[tuple[str, int]]:
    """Where fragments begin, end and have their middle, by steps in which aligned ones meet."""
    found = set()
    for f in fragments:
        for side, at in (("left", f.left), ("right", f.right), ("middle", (f.left + f.right) / 2)):
            step = round(at / (ALIGNED * f.em))
            found |= {(side, step - 1), (side, step), (side, step + 1)}
    return found


def _is_cell(f: Fragment, gap: float, near: list[_Near]) -> bool:
    """Whether a fragment behind the gap whose middle is at ``gap`` is a cell, and not a word of a line that is justified.

    Cells stand below or above others, and the rows around have nothing where the gap is.
    """
    if not near or 2 * sum(row.empty(gap) for row in near) < len(near):
        return False
    places = (("left", f.left), ("right", f.right), ("middle", (f.left + f.right) / 2))
    return any((side, round(at / (ALIGNED * f.em))) in row.edges for side, at in places for row in near)


def _levels(fragments: list[Fragment]) -> list[list[Fragment]]:
    """``fragments`` by the level on which they stand, from top to bottom."""
    rows: list[list[Fragment]] = []
    for f in sorted(fragments, key=lambda f: (f.top + f.bottom, f.left)):
        if rows:
            head = rows[-1][0]
            low = min(head.bottom - head.top, f.bottom - f.top)
            if min(head.bottom, f.bottom) - max(head.top, f.top) >= LEVEL * low:
                rows[-1].append(f)
                continue
        rows.append([f])
    return rows


def _row(row: list[Fragment], near: list[_Near]) -> Row:
    text = row[0].text
    for a, b in pairwise(row):
        em = max(a.em, b.em)
        gap = b.left - a.right
        latin = a.text[-1] < "\u2000" and b.text[0] < "\u2000"
        if gap >= CELL * em and _is_cell(b, (a.right + b.left) / 2, near):
            text += "\t"
        elif gap > (SPACE_LATIN if latin else SPACE_HAN) * em:
            text += " "
        text += b.text
    longest = max(row, key=lambda f: len(f.text))
    top, bottom = min(f.top for f in row), max(f.bottom for f in row)
    return Row(text, row[0].left, top, max(f.right for f in row), bottom, longest.em, longest.font)
