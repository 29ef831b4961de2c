"""From headings to the tree: nodes in the order of their lines become sections, one in another, that cover a span of lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from cleaner.record.tree import Branch, Item, Leaves

_new = tuple.__new__


class Node(NamedTuple):
    """A line that opens a section. rest: the section's first paragraph, where it stands on the same line."""

    line: int
    level: int
    number: str | None = None
    heading: str | None = None
    rest: str | None = None
    rule: str = ""


class Row(NamedTuple):
    """The articles of a law that count on without a break, as columns; below nodes of its own or alone.

    at, labels, rests and values: as in ``marks.Units``, units of a higher rank (values below nothing) among them.
    """

    level: int
    at: list[int]
    labels: Sequence[str]
    rests: list[str]
    values: list[int]

    def nodes(self) -> list[Node]:
        """The articles as nodes."""
        columns = zip(self.at, self.labels, self.rests, self.values, strict=True)
        return [Node(i, self.level, label, None, rest, "structure/article") for i, label, rest, value in columns if value > 0]


def outline(nodes: list[Node], first: int, end: int, row: Row | None = None) -> list[Item]:
    """The sections of lines [first, end). ``nodes`` rise by line; what stands before the first is a section of level 0.

    A section goes to the next node of its own level or above; a level that is left out leaves no gap in the nesting. The
    articles of ``row`` are the innermost level; among its lines are all nodes that stand between them.
    """
    found: list[Item] = []
    if first >= end:
        return found
    starts = [node[0] for node in nodes]
    starts.append(end)
    opening = starts[0]
    at: list[int] = row.at if row else []
    below_top = bisect_left(at, opening)
    if below_top:
        opening = at[0]
    if opening > first:
        found.append(Branch(0, 0, first, opening, first, opening))
    if row and below_top:
        found.append(_articles(row, 0, 0, below_top, starts[0]))
    depths, ends = _nesting(nodes, end)
    for n, (line, level, number, heading, rest, _) in enumerate(nodes):
        following = beyond = starts[n + 1]
        low, high = bisect_right(at, line), bisect_left(at, beyond)
        if low < high:
            following = at[low]
        depth = depths[n]
        last = ends[n] if level else following
        found.append(_new(Branch, (depth, level, line, last, line + 1, following, number, heading, rest)))
        if low < high and row:
            found.append(_articles(row, depth + 1 if level else 0, low, high, beyond))
    return found


def _nesting(nodes: list[Node], end: int) -> tuple[list[int], list[int]]:
    """How many sections enclose each of ``nodes``, and the line behind the last of its own."""
    depths: list[int] = []
    ends = [end] * len(nodes)
    # open sections, outermost first
    stack: list[tuple[int, int]] = []
    for n, (line, level, _, _, _, _) in enumerate(nodes):
        while stack and stack[-1][0] >= level:
            ends[stack.pop()[1]] = line
        depths.append(len(stack))
        if level:
            stack.append((level, n))
    return depths, ends


def _articles(row: Row, depth: int, low: int, high: int, end: int) -> Leaves:
    """The articles ``row[low:high]``, of which the last goes to line ``end``."""
    return _new(Leaves, (depth, row.level, row.at[low:high], end, row.labels[low:high], row.rests[low:high]))
