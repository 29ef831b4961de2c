"""The tree of a document as columns over its lines. Sections are made of it where somebody asks; JSON is written without them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from json.encoder import encode_basestring
from typing import NamedTuple, TypeAlias

from cleaner.record.model import Section


class Branch(NamedTuple):
    """A section. depth: how many sections enclose it; first, end: its lines, those of the sections in it too.

    Its paragraphs are ``rest``, where its heading's line holds the first of them, and the lines [below, own).
    """

    depth: int
    level: int
    first: int
    end: int
    below: int
    own: int
    number: str | None = None
    heading: str | None = None
    rest: str | None = None


class Leaves(NamedTuple):
    """Sections in a row that have numbers and no heading, nor sections in them: the articles of a law, as columns.

    starts: the line of each, ``end`` that behind the last; labels: their numbers; rests: what stands behind the number.
    """

    depth: int
    level: int
    starts: Sequence[int]
    end: int
    labels: Sequence[str]
    rests: Sequence[str]


Item: TypeAlias = Branch | Leaves


class Tree:
    """Sections in the order of their lines, the enclosing one before those in it; ``lines`` is the text they are of."""

    __slots__ = ("items", "lines")

    def __init__(self, lines: list[str], items: Sequence[Item] = ()) -> None:
        self.lines = lines
        self.items = list(items)

    def add(self, more: Sequence[Item]) -> None:
        """Add sections that follow; lines without a heading go to a section of level 0 that ends where they begin."""
        if self.items and more:
            last, first = self.items[-1], more[0]
            if (
                isinstance(last, Branch)
                and isinstance(first, Branch)
                and not last.level
                and not first.level
                and not first.heading
                and last.end == first.first
            ):
                self.items[-1] = last._replace(end=first.end, own=first.own)
                more = more[1:]
        self.items += more

    def __bool__(self) -> bool:
        return bool(self.items)

    def sections(self) -> list[Section]:
        """The same as objects."""
        open_lists: list[list[Section]] = [[]]
        lines = self.lines
        for item in self.items:
            del open_lists[item.depth + 1 :]
            if isinstance(item, Leaves):
                made = [
                    Section(item.level, (i, j), label, None, [rest, *lines[i + 1 : j]] if rest else lines[i + 1 : j])
                    for i, j, label, rest in _each(item)
                ]
            else:
                below = lines[item.below : item.own]
                if item.rest:
                    below.insert(0, item.rest)
                made = [Section(item.level, (item.first, item.end), item.number, item.heading, below)]
            open_lists[-1] += made
            open_lists.append(made[-1].sections)
        return open_lists[0]

    def json(self, *, plain: bool) -> str:
        """The sections as a JSON list. plain: no character of the text needs an escape but the line ends."""
        if not self.items:
            return "[]"
        lines = self.lines if plain else [_inner(line) for line in self.lines]
        parts = []
        depth = -1
        for item in self.items:
            parts.append(_closed(depth, item.depth))
            depth = item.depth
            parts.append(_leaves(item, lines, plain) if isinstance(item, Leaves) else _branch(item, lines))
        parts.append("}" + "]}" * depth + "]")
        return "".join(parts)


def _each(row: Leaves) -> Iterator[tuple[int, int, str, str]]:
    return zip(row.starts, [*row.starts[1:], row.end], row.labels, row.rests, strict=True)


def _inner(text: str) -> str:
    return encode_basestring(text)[1:-1]


def _closed(depth: int, following: int) -> str:
    """What stands between a section of ``depth``, whose brace is open, and the next one."""
    if following > depth:
        return ',"sections":[' if following else "["
    return "}" + "]}" * (depth - following) + ","


def _branch(item: Branch, lines: list[str]) -> str:
    _, level, first, end, below, own, number, heading, rest = item
    named = "" if number is None else f',"number":{encode_basestring(number)}'
    if heading is not None:
        named += f',"heading":{encode_basestring(heading)}'
    paragraphs = lines[below:own]
    if rest:
        paragraphs.insert(0, _inner(rest))
    if not paragraphs:
        return f'{{"level":{level}{named},"lines":[{first},{end}]'
    return f'{{"level":{level}{named},"lines":[{first},{end}],"paragraphs":["{_QUOTED.join(paragraphs)}"]'


_QUOTED = '","'


def _leaves(item: Leaves, lines: list[str], plain: bool) -> str:
    if not plain:
        item = item._replace(labels=[*map(_inner, item.labels)], rests=[*map(_inner, item.rests)])
    level = item.level
    # a law has thousands of articles, most of one paragraph
    made = [
        f'{{"level":{level},"number":"{label}","lines":[{i},{j}],"paragraphs":["{rest}"]'
        if rest and j == i + 1
        else _leaf(level, label, i, j, [rest, *lines[i + 1 : j]] if rest else lines[i + 1 : j])
        for i, j, label, rest in _each(item)
    ]
    return "},".join(made)


def _leaf(level: int, label: str, i: int, j: int, paragraphs: list[str]) -> str:
    held = f',"paragraphs":["{_QUOTED.join(paragraphs)}"]' if paragraphs else ""
    return f'{{"level":{level},"number":"{label}","lines":[{i},{j}]{held}'
