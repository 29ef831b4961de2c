"""Columns whose pieces are lines of their own, row by row: a beam search gives each line to the column that it goes on.

Nothing tells a line's column but what it says, the width of the lines, and the regular alternation of the rows. A state is the
last line of every column; a line is given to the column whose last line it follows best, by the character model where that
line is full, by the end of a sentence where it is not.
"""

from __future__ import annotations

import re
from itertools import pairwise, permutations
from operator import itemgetter

from cleaner.stages.reflow import oneline, seam, shape
from cleaner.stages.reflow.lines import Line
from cleaner.stages.reflow.shape import width

WIDTH = 10  # states that are kept
SEAM_MOST = 7.0  # nats that one seam may weigh
HANGING = 1.2  # units by which it may be wider; what is wider stands over several columns
FULL = 2.0  # units by which a full line may be narrower than the measure
# log odds
ENDS_OPEN = -4.0  # a full line that ends open, and a new paragraph behind it
ENDS_FULL = -1.5  # a full line that ends as a sentence does, and a new paragraph
BREAKS_OFF = -2.0  # a line with room that ends open, no heading, and a new paragraph
ROOM = -5.0  # a line with room that goes on
PARTED = 2.0  # an article's number, and its text, which a wide space parted from it
FIRST = 4.0  # a row is read from the left
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


Way = tuple[int, "Way"] | None  # the columns of the lines so far, last first
# the last line of each column (or -1), which is the key of a state, and: score, the last number of each kind in each column,
# the column of the line before, whether it stood where none was due, the way
Numbers = tuple[tuple[int, ...], ...]
State = tuple[float, Numbers, int, bool, "Way"]


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

    top = next((line for line, column in zip(page, assigned, strict=True) if column >= 0), None)

    def link(a: Line | None, b: Line) -> float:
        return _follows(a.text, b.text, full - FULL <= width(a.text)) if a else 0.0

    articles = {id(part): [n[1] for line in part if (n := _number(line.text)) and not n[0]] for part in parts}

    def links(way: tuple[list[Line], ...]) -> float:
        found = sum(link(a[-1] if a else before, b[0]) for a, b in pairwise(([], *way)))
        ends = [numbers for part in way if (numbers := articles[id(part)])]
        found += sum(_counts(a[-1], b[0]) for a, b in pairwise(ends))
        return found + (FIRST if way and way[0][0] is top else 0.0)

    ways = list(permutations(parts))
    if before is None and not above:
        ways = [way for way in ways if way[0][0] is page[0]]
    best = max(ways, key=links, default=())  # the first of several is that of the beam
    return score + links(best), [above, *best]


def _assign(page: list[Line], count: int, full: float, blocks: bool, first: bool) -> tuple[float, list[int]]:
    """The likeliest column of each line, -1 above the columns, and the score of the whole."""
    texts = [line.text for line in page]
    room = [full - FULL - width(text) for text in texts]
    nothing = (-1,) * count
    states: dict[tuple[int, ...], State] = {nothing: (0.0, (_NONE,) * count, count - 1, False, None)}
    for j, text in enumerate(texts):
        together = blocks and j > 0 and page[j].gap == 0
        number = _number(text)
        follows = {i: _follows(texts[i], text, room[i] <= 0) if i >= 0 else 0.0 for i in {i for last in states for i in last}}
        best: dict[tuple[int, ...], State] = {}
        wide = room[j] < -FULL - HANGING
        if first and nothing in states and (wide or (room[j] > 0 and shape.is_heading(text))):
            score, numbers, _, _, way = states[nothing]
            best[nothing] = (score + ABOVE, numbers, count - 1, False, (-1, way))
        for last, (so_far, numbers, before, skipped, way) in states.items():
            due = (before + 1) % count
            for column in range(count):
                score = so_far + follows[last[column]]
                if together:
                    if column != before:
                        score += APART
                elif column != due:
                    score += SKIP_AGAIN if skipped else SKIP
                counted = numbers
                if number:
                    kind, value = number
                    score += _counts(numbers[column][kind], value)
                    own = (*numbers[column][:kind], value, *numbers[column][kind + 1 :])
                    counted = (*numbers[:column], own, *numbers[column + 1 :])
                key = (*last[:column], j, *last[column + 1 :])
                if key not in best or best[key][0] < score:
                    best[key] = (score, counted, column, column != due, (column, way))
        if len(best) > WIDTH:
            best = dict(sorted(best.items(), key=_by_score)[:WIDTH])
        states = best
    score, *_, way = max(states.values(), key=itemgetter(0))
    found: list[int] = []
    while way is not None:
        column, way = way
        found.append(column)
    return score, found[::-1]


def _by_score(item: tuple[tuple[int, ...], State]) -> float:
    return -item[1][0]


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
    if shape.BARE_NUMBER.fullmatch(a):
        return PARTED if not shape.is_marker(b) else ENDS_OPEN
    goes_on = max(-SEAM_MOST, min(SEAM_MOST, seam.seam(a, b)))
    if a[-1] in shape.TERMINAL:
        ends = ENDS_FULL if full else 0.0
    elif full:
        ends = ENDS_OPEN
    else:
        ends = 0.0 if shape.is_heading(a) else BREAKS_OFF
    return max(goes_on if full else goes_on + ROOM, ends)
