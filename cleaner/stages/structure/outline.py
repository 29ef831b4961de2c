"""From headings to the tree: nodes in the order of their lines become nested sections that cover a span of lines."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import NamedTuple

from cleaner.record.model import Section


class Node(NamedTuple):
    """A line that opens a section. rest: the section's first paragraph, where it stands on the same line."""

    line: int
    level: int
    number: str | None = None
    heading: str | None = None
    rest: str | None = None
    rule: str = ""


_empty = object.__new__


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


def outline(lines: list[str], nodes: list[Node], first: int, end: int, row: Row | None = None) -> list[Section]:
    """The sections of lines [first, end). ``nodes`` rise by line; what stands before the first is a section of level 0.

    A section goes to the next node of its own level or above; a level that is left out leaves no gap in the nesting. The
    articles of ``row`` are the innermost level; among its lines are all nodes that stand between them.
    """
    top: list[Section] = []
    if first >= end:
        return top
    starts = [node[0] for node in nodes]
    starts.append(end)
    opening = starts[0]
    if row:
        at = row.at
        below_top = bisect_left(at, opening)
        if below_top:
            opening = at[0]
    if opening > first:
        top.append(Section(0, (first, opening), None, None, lines[first:opening], []))
    if row and below_top:
        top += _articles(lines, row, 0, below_top, starts[0])
    # open sections, outermost first; a section that the next node closes never comes here
    stack: list[Section] = []
    inner = top
    levels = [node[1] for node in nodes]
    levels.append(0)
    for n, (line, level, number, heading, rest, _) in enumerate(nodes):
        following = beyond = starts[n + 1]
        if stack and stack[-1].level >= level:
            while stack and stack[-1].level >= level:
                done = stack.pop()
                done.lines = (done.lines[0], line)
            inner = stack[-1].sections if stack else top
        if row:
            low, high = bisect_right(at, line), bisect_left(at, beyond)
            if low < high:
                following = at[low]
        below = lines[line + 1 : following]
        if rest:
            below.insert(0, rest)
        section = Section(level, (line, following), number, heading, below, [])
        inner.append(section)
        if level and (levels[n + 1] > level or following < beyond):
            stack.append(section)
            inner = section.sections
        if following < beyond and row:
            inner += _articles(lines, row, low, high, beyond)
    for section in stack:
        section.lines = (section.lines[0], end)
    return top


def _articles(lines: list[str], row: Row, low: int, high: int, end: int) -> list[Section]:
    """The articles ``row[low:high]``, of which the last goes to line ``end``."""
    level, starts = row.level, row.at[low:high]
    ends = starts[1:]
    ends.append(end)
    made = [_empty(Section) for _ in starts]
    # a law has thousands of them: attributes set here cost half of what a call of __init__ does
    for section, i, j, label, rest in zip(made, starts, ends, row.labels[low:high], row.rests[low:high], strict=True):
        section.level = level
        section.lines = (i, j)
        section.number = label
        section.heading = None
        section.paragraphs = below = lines[i:j]
        if rest:
            below[0] = rest
        else:
            del below[0]
        section.sections = []
    return made
