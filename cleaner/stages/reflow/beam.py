"""Columns whose pieces are lines of their own, row by row: a beam search gives each line to the column that it goes on.

Nothing tells a line's column but what it says, the width of the lines, and the regular alternation of the rows. A state is the
last line of every column; a line is given to the column whose last line it follows best, by the character model where that
line is full, by the end of a sentence where it is not.
"""

from __future__ import annotations

import re
from itertools import pairwise, permutations
from typing import NamedTuple

from cleaner.stages.reflow import oneline, seam, shape
from cleaner.stages.reflow.lines import Line
from cleaner.stages.reflow.shape import width

WIDTH = 10  # states that are kept
SEAM_MOST = 7.0  # nats that one seam may weigh
FULL = 2.0  # units by which a full line may be narrower than the measure
# log odds
ENDS_OPEN = -4.0  # a full line that ends open, and a new paragraph behind it
ENDS_FULL = -1.5  # a full line that ends as a sentence does, and a new paragraph
BREAKS_OFF = -2.0  # a line with room that ends open, no heading, and a new paragraph
ROOM = -5.0  # a line with room that goes on
SKIP = -3.5  # the row has no piece where one was due
SKIP_AGAIN = -0.5  # nor had the one before
ABOVE = 3.0  # a heading above the columns
APART = -3.0  # two lines without a blank line between them in different columns, in a text of blank lines


NEXT = 4.0  # a number one above the last one of its kind in the column
OTHER = -1.5  # another number, that does not begin anew

_NUMBER = re.compile(
    r"第(?P<article>[一二三四五六七八九十百零]{1,6}|\d{1,4})[条條]|[（(](?P<item>[一二三四五六七八九十]{1,3}|\d{1,3})[）)]"
    r"|(?P<part>[一二三四五六七八九十]{1,3}|\d{1,3})[、.．]"
)
_KINDS = ("article", "item", "part")
_NONE = (0, 0, 0)


class _State(NamedTuple):
    score: float
    last: tuple[int, ...]  # of each column its last line, or -1
    numbers: tuple[tuple[int, ...], ...]  # of each column the last number of each kind
    column: int  # of the line before
    skipped: bool
    way: tuple[int, object] | None  # columns of the lines so far, last first


def order(page: list[Line], count: int, full: float, blocks: bool, before: Line | None) -> tuple[float, list[list[Line]]]:
    """The lines of ``page`` by column, and the score of the whole: first what stands above the columns, then each of these.

    count: columns of ``full`` units.  blocks: blank lines divide what does not belong together.  before: the line that ends
    the page before; None on the first, the only one that has lines above its columns.
    """
    score, assigned = _assign(page, count, full, blocks, before is None)
    parts: list[list[Line]] = [[] for _ in range(count)]
    above: list[Line] = []
    for line, column in zip(page, assigned, strict=True):
        (above if column < 0 else parts[column]).append(line)
    parts = [part for part in parts if part]

    def link(a: Line | None, b: Line) -> float:
        return _follows(a.text, b.text, full - FULL <= width(a.text)) if a else 0.0

    articles = {id(part): [n[1] for line in part if (n := _number(line.text)) and not n[0]] for part in parts}

    def links(way: tuple[list[Line], ...]) -> float:
        found = sum(link(a[-1] if a else before, b[0]) for a, b in pairwise(([], *way)))
        ends = [numbers for part in way if (numbers := articles[id(part)])]
        return found + sum(_counts(a[-1], b[0]) for a, b in pairwise(ends))

    ways = list(permutations(parts))
    if before is None and not above:
        ways = [way for way in ways if way[0][0] is page[0]]
    best = max(ways, key=links, default=())  # the first of several is that of the beam
    return score + links(best), [above, *best]


def _assign(page: list[Line], count: int, full: float, blocks: bool, first: bool) -> tuple[float, list[int]]:
    """The likeliest column of each line, -1 above the columns, and the score of the whole."""
    texts = [line.text for line in page]
    room = [full - FULL - width(text) for text in texts]
    known: dict[tuple[int, int], float] = {}

    def follows(i: int, j: int) -> float:
        found = known.get((i, j))
        if found is None:
            found = known[i, j] = _follows(texts[i], texts[j], room[i] <= 0)
        return found

    nothing = (-1,) * count
    numbers = [_number(text) for text in texts]
    states = [_State(0.0, nothing, (_NONE,) * count, count - 1, False, None)]
    for j in range(len(texts)):
        together = blocks and j > 0 and page[j].gap == 0
        best: dict[tuple[tuple[int, ...], int], _State] = {}
        number = numbers[j]
        title = first and room[j] > 0 and shape.is_heading(texts[j])
        for state in states:
            if title and state.last == nothing:
                above = _State(state.score + ABOVE, nothing, state.numbers, count - 1, False, (-1, state.way))
                best[nothing, count - 1] = above
            for column in range(count):
                i = state.last[column]
                due = column == (state.column + 1) % count
                score = state.score + (follows(i, j) if i >= 0 else 0.0)
                if together:
                    score += 0.0 if column == state.column else APART
                elif not due:
                    score += SKIP_AGAIN if state.skipped else SKIP
                counted = state.numbers
                if number:
                    kind, value = number
                    score += _counts(counted[column][kind], value)
                    own = (*counted[column][:kind], value, *counted[column][kind + 1 :])
                    counted = (*counted[:column], own, *counted[column + 1 :])
                last = (*state.last[:column], j, *state.last[column + 1 :])
                key = (last, column)
                if key not in best or best[key].score < score:
                    best[key] = _State(score, last, counted, column, not due, (column, state.way))
        states = sorted(best.values(), key=lambda state: -state.score)[:WIDTH]
    winner = states[0]
    found: list[int] = []
    way = winner.way
    while way is not None:
        found.append(way[0])
        way = way[1]  # type: ignore[assignment]
    return winner.score, found[::-1]


def _number(text: str) -> tuple[int, int] | None:
    """The number at the head of ``text``, as kind and value."""
    m = _NUMBER.match(text)
    if not m or not m.lastgroup:
        return None
    digits = m[m.lastgroup]
    return _KINDS.index(m.lastgroup), int(digits) if digits.isdecimal() else oneline.value(digits)


def _counts(last: int, value: int) -> float:
    """The log odds of a number behind the ``last`` one of its kind, 0 where there was none."""
    if not last or value == 1:
        return 0.0
    return NEXT if value == last + 1 else OTHER


def _follows(a: str, b: str, full: bool) -> float:
    """The log odds that ``b`` stands behind ``a`` in its column, over its standing behind any line."""
    goes_on = max(-SEAM_MOST, min(SEAM_MOST, seam.seam(a, b)))
    if a[-1] in shape.TERMINAL:
        ends = ENDS_FULL if full else 0.0
    elif full:
        ends = ENDS_OPEN
    else:
        ends = 0.0 if shape.is_heading(a) else BREAKS_OFF
    return max(goes_on if full else goes_on + ROOM, ends)
