"""Tables: those that hold content become rows, cells parted by tabs; those that lay a page out become what stands in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cleaner.readers.html.walk import Line

# characters and lines of the longest cell of a table of content; beyond it the cell is a column of the page
_LONG_CELL = 300
_MOST_LINES = 12
# a longer cell is one of content where it holds no more than this share of the table
_SHARE = 0.4
# of a table that is links for the greater part no row is put together
_LINKED = 0.6


class Table:
    """A table under way. ``first``: the number of the line at which it begins; ``nested``: whether another one is in it."""

    __slots__ = ("_cell", "_inside", "_row", "first", "headed", "nested", "role")

    def __init__(self, first: int, role: str) -> None:
        self.first = first
        self.role = role
        self.nested = False
        self.headed = False
        self._row = self._cell = -1
        self._inside = False

    def enter(self, tag: str) -> None:
        """A block element below the table, no nested table's, begins."""
        if tag == "tr":
            self._row += 1
            self._cell = -1
        elif tag in ("td", "th"):
            self._cell += 1
            self._inside = True
            self.headed = self.headed or tag == "th"

    def leave(self, tag: str) -> None:
        """The element ends."""
        if tag in ("td", "th"):
            self._inside = False

    def cell(self) -> tuple[int, int] | None:
        """Row and cell, counted from 0, or None outside of them."""
        return (self._row, self._cell) if self._inside else None

    def rows(self, lines: list[Line]) -> list[Line]:
        """``lines`` of the table, as rows where it holds content."""
        if self.nested or not lines or self.role in ("presentation", "none"):
            return [line._replace(cell=None) for line in lines] if self.nested else lines
        cells: dict[tuple[int, int], list[Line]] = {}
        for line in lines:
            if line.cell is not None:
                cells.setdefault(line.cell, []).append(line)
        if not self._holds_content(cells):
            return [line._replace(cell=None) for line in lines]
        made: list[Line] = []
        row: list[tuple[int, list[Line]]] = []
        at = (-1, 0)
        for line in lines:
            here = (line.cell[0] if line.cell else -1, line.hidden)
            if row and here != at:
                made.append(_row(row))
                row = []
            at = here
            if line.cell is None:
                made.append(line)
                continue
            if row and row[-1][0] == line.cell[1]:
                row[-1][1].append(line)
            else:
                row.append((line.cell[1], [line]))
        if row:
            made.append(_row(row))
        return made

    def _holds_content(self, cells: dict[tuple[int, int], list[Line]]) -> bool:
        wide: dict[int, int] = {}
        for row, _ in cells:
            wide[row] = wide.get(row, 0) + 1
        several = sum(n > 1 for n in wide.values())
        if several < (1 if self.headed else 2) or 2 * several < len(wide):
            return False
        sizes = [sum(len(line.text) for line in found) for found in cells.values()]
        total = sum(sizes)
        linked = sum(line.block.linked * len(line.text) for found in cells.values() for line in found)
        if linked > _LINKED * total or max(map(len, cells.values())) > _MOST_LINES:
            return False
        return max(sizes) <= max(_LONG_CELL, _SHARE * total)


def _row(cells: list[tuple[int, list[Line]]]) -> Line:
    """One line of a row's cells; an empty cell keeps its tab."""
    first = cells[0][1][0]
    parts: list[str] = []
    for column, lines in cells:
        parts += [""] * (column - len(parts))
        parts.append(" ".join(line.text.replace("\t", " ").strip() for line in lines))
    found = [line for _, lines in cells for line in lines]
    size = sum(len(line.text) for line in found)
    linked = sum(line.block.linked * len(line.text) for line in found) / size
    text = "\t".join(parts).strip("\t")
    return first._replace(text=text, block=first.block._replace(tag="tr", linked=linked), cell=None)
