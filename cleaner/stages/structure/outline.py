"""From headings to the tree: nodes in the order of their lines become nested sections that cover a span of lines."""

from __future__ import annotations

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


def outline(lines: list[str], nodes: list[Node], first: int, end: int) -> list[Section]:
    """The sections of lines [first, end). ``nodes`` rise by line; what stands before the first is a section of level 0.

    A section goes to the next node of its own level or above; a level that is left out leaves no gap in the nesting.
    """
    top: list[Section] = []
    if first >= end:
        return top
    if not nodes or nodes[0].line > first:
        top.append(
            Section(0, (first, nodes[0].line if nodes else end), None, None, lines[first : nodes[0].line if nodes else end], [])
        )
    # open sections, outermost first; a section that the next node closes never comes here
    stack: list[Section] = []
    inner = top
    starts = [node[0] for node in nodes]
    starts.append(end)
    levels = [node[1] for node in nodes]
    levels.append(0)
    for n, (line, level, number, heading, rest, _) in enumerate(nodes):
        following = starts[n + 1]
        if stack and stack[-1].level >= level:
            while stack and stack[-1].level >= level:
                done = stack.pop()
                done.lines = (done.lines[0], line)
            inner = stack[-1].sections if stack else top
        below = lines[line + 1 : following]
        if rest:
            below.insert(0, rest)
        section = Section(level, (line, following), number, heading, below, [])
        inner.append(section)
        if level and levels[n + 1] > level:
            stack.append(section)
            inner = section.sections
    for section in stack:
        section.lines = (section.lines[0], end)
    return top
