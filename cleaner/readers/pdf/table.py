"""The rows of a table with drawn rules: what stands between two rules of one table is one row, however many lines its cells have.

A table is three rules or more that begin and end at the same places. A rule between two of them that divides some of the cells
only makes two rows of these; a cell beside it reaches over both, and stands in the first.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import chain

from cleaner.readers.pdf.glyphs import Fragment

Rule = tuple[float, float, float]  # a horizontal line that is drawn: left, right, height

SAME = 1.5  # points by which pieces of one rule may differ in height
ALIKE = 3.0  # points by which the ends of a table's rules may differ
RULES = 3  # rules of a table at least
LINES = 12  # lines of a row at most: two columns between the rules of a page are no cells
MOST_INNER = 60  # rules inside one band: more are a drawing
CELL = 0.5  # em between two cells, at least


@dataclass(slots=True)
class Band:
    """What stands between two rules of a table, in points. ``inner``: the rules inside it that divide some of its cells."""

    top: float
    bottom: float
    left: float
    right: float
    inner: list[Rule] = field(default_factory=list)

    def row(self, f: Fragment) -> int:
        """The row of a fragment inside the band."""
        middle = (f.top + f.bottom) / 2
        x = (f.left + f.right) / 2
        return sum(height < middle for left, right, height in self.inner if left < x < right)


def bands(rules: Sequence[Rule]) -> list[Band]:
    """The bands of the tables that ``rules`` make, from top to bottom."""
    joined: list[Rule] = []
    for left, right, height in sorted(rules, key=lambda rule: (rule[2], rule[0])):
        if joined and height - joined[-1][2] <= SAME and left <= joined[-1][1] + ALIKE:
            joined[-1] = min(joined[-1][0], left), max(joined[-1][1], right), joined[-1][2]
        else:
            joined.append((left, right, height))
    found: list[Band] = []
    inner: list[Rule] = []
    last: Rule | None = None
    for rule in joined:
        if last and _alike(last, rule):
            found.append(Band(last[2], rule[2], last[0], last[1], inner))
        elif last and last[0] - ALIKE < rule[0] and rule[1] < last[1] + ALIKE:
            inner.append(rule)
            continue
        last, inner = rule, []
    rows = [0] * len(found)
    for n, band in enumerate(found):
        joins = n > 0 and found[n - 1].bottom == band.top
        rows[n] = rows[n - 1] + 1 if joins else 1
    for n in range(len(found) - 2, -1, -1):
        if rows[n + 1] > rows[n]:
            rows[n] = rows[n + 1]
    return [band for band, count in zip(found, rows, strict=True) if count >= RULES - 1 and len(band.inner) <= MOST_INNER]


def _alike(a: Rule, b: Rule) -> bool:
    return abs(a[0] - b[0]) < ALIKE and abs(a[1] - b[1]) < ALIKE


def rows(fragments: Sequence[Fragment], rules: Sequence[Rule]) -> list[list[list[Fragment]]]:
    """The rows of ``fragments``, each as its cells from left to right, lines from the top; none where no cell has several lines."""
    between = bands(rules)
    if not between:
        return []
    inside: list[list[list[Fragment]]] = [[[] for _ in range(len(band.inner) + 1)] for band in between]
    tops = [band.top for band in between]
    for f in fragments:
        middle = (f.top + f.bottom) / 2
        n = bisect_right(tops, middle) - 1
        if n >= 0:
            band = between[n]
            if middle < band.bottom and band.left - ALIKE <= f.left and f.right <= band.right + ALIKE:
                inside[n][band.row(f)].append(f)
    found = [cells for cells in map(_cells, chain.from_iterable(inside)) if len(cells) > 1 and max(map(len, cells)) <= LINES]
    return found if any(len(cell) > 1 for cells in found for cell in cells) else []


def _cells(row: list[Fragment]) -> list[list[Fragment]]:
    """The cells of a row: fragments that stand above each other."""
    cells: list[list[Fragment]] = []
    right = 0.0
    for f in sorted(row, key=lambda f: f.left):
        if cells and f.left < right + CELL * f.em:
            cells[-1].append(f)
            right = max(right, f.right)
        else:
            cells.append([f])
            right = f.right
    return [sorted(cell, key=lambda f: (f.top + f.bottom, f.left)) for cell in cells]


def text(cell: list[Fragment]) -> str:
    """The text of a cell, its lines joined: Latin words with a blank between."""
    joined = cell[0].text
    for f in cell[1:]:
        joined += (" " if joined[-1] < "\u2000" and f.text[0] < "\u2000" else "") + f.text
    return joined
