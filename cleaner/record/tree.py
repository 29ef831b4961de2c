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
        lines = self.lines if plain else list(map(_inner, self.lines))
        items = self.items if plain else list(map(_escaped, self.items))
        parts = []
        depth = -1
        for item in items:
            following = item[0]
            # the brace of the section before is still open
            parts.append("}," if following == depth else _between(depth, following))
            parts += _leaves(item, lines) if isinstance(item, Leaves) else _branch(item, lines)
            depth = following
        parts.append("}" + "]}" * depth + "]")
        return "".join(parts)


def _each(row: Leaves) -> Iterator[tuple[int, int, str, str]]:
    return zip(row.starts, [*row.starts[1:], row.end], row.labels, row.rests, strict=True)


def _inner(text: str) -> str:
    """A text as it stands between the quotation marks of JSON."""
    return encode_basestring(text)[1:-1]


def _escaped(item: Item) -> Item:
    if isinstance(item, Leaves):
        return item._replace(labels=[*map(_inner, item.labels)], rests=[*map(_inner, item.rests)])
    number, heading, rest = (None if text is None else _inner(text) for text in item[6:])
    return item._replace(number=number, heading=heading, rest=rest)


def _between(depth: int, following: int) -> str:
    if following > depth:
        return ',"sections":[' if following else "["
    return "}" + "]}" * (depth - following) + ","


_QUOTED = '","'


def _branch(item: Branch, lines: list[str]) -> tuple[str, ...]:
    _, level, first, end, below, own, number, heading, rest = item
    named = "" if number is None else f',"number":"{number}"'
    if heading is not None:
        named += f',"heading":"{heading}"'
    head = f'{{"level":{level}{named},"lines":[{first},{end}]'
    if rest:
        return (head, ',"paragraphs":["', _QUOTED.join([rest, *lines[below:own]]), '"]')
    return (head, ',"paragraphs":["', _QUOTED.join(lines[below:own]), '"]') if below < own else (head,)


def _leaves(item: Leaves, lines: list[str]) -> tuple[str]:
    head = f'{{"level":{item.level},"number":"'
    made = []
    # a law has thousands of articles
    for i, j, label, rest in _each(item):
        if j - i > 1:
            rest = _QUOTED.join([rest, *lines[i + 1 : j]] if rest else lines[i + 1 : j])
        elif not rest:
            made.append(f'{head}{label}","lines":[{i},{j}]')
            continue
        made.append(f'{head}{label}","lines":[{i},{j}],"paragraphs":["{rest}"]')
    return ("},".join(made),)
