"""Columns whose pieces are lines of their own, row by row: a beam search gives each line to the column that it goes on.

Nothing tells a line's column but what it says, the width of the lines, and the regular alternation of the rows. A state is the
last line of every column; a line is given to the column whose last line it follows best, by the character model where that
line is full, by the end of a sentence where it is not.
"""

from __future__ import annotations

import re
from itertools import chain, pairwise, permutations
from operator import itemgetter

from cleaner.measure import width
from cleaner.stages.reflow import oneline, shape
from cleaner.stages.reflow.lines import Line
from cleaner.stages.reflow.links import FULL, Links

STATES = {2: 6, 3: 10}  # states that are kept, by the number of columns
BEHIND = 6.0  # nats behind the best at which a state is dropped
HANGING = 1.2  # units by which it may be wider; what is wider stands over several columns
# log odds
FIRST = 4.0  # a row is read from the left
SKIP = -3.5  # the row has no piece where one was due
SKIP_AGAIN = -0.8  # nor had the one before
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


def order(page: list[Line], count: int, links: Links, blocks: bool, before: Line | None) -> tuple[float, list[list[Line]]]:
    """The lines of ``page`` by column, and the score of the whole: first what stands above the columns, then each of these.

    count: of columns.  blocks: blank lines divide what does not belong together.  before: the line that ends the page before;
    None on the first, the only one that has lines above its columns.
    """
    score, assigned = _assign(page, count, links, blocks, before is None)
    parts: list[list[Line]] = [[] for _ in range(count)]
    above: list[Line] = []
    for line, column in zip(page, assigned, strict=True):
        (above if column < 0 else parts[column]).append(line)
    parts = [part for part in parts if part]

    top = next((line for line, column in zip(page, assigned, strict=True) if column >= 0), None)
    articles = {id(part): [n[1] for line in part if (n := _number(line.text)) and not n[0]] for part in parts}

    def likely(way: tuple[list[Line], ...]) -> float:
        found = 0.0
        for a, b in pairwise(([], *way)):
            last = a[-1] if a else before
            found += links.of(last, b[0]) if last else 0.0
        ends = [numbers for part in way if (numbers := articles[id(part)])]
        found += sum(_counts(a[-1], b[0]) for a, b in pairwise(ends))
        return found + (FIRST if way and way[0][0] is top else 0.0)

    ways = list(permutations(parts))
    if before is None and not above:
        ways = [way for way in ways if way[0][0] is page[0]]
    best = max(ways, key=likely, default=())  # the first of several is that of the beam
    return score + likely(best), [above, *best]


def _assign(page: list[Line], count: int, links: Links, blocks: bool, first: bool) -> tuple[float, list[int]]:
    """The likeliest column of each line, -1 above the columns, and the score of the whole."""
    nothing = (-1,) * count
    states: dict[tuple[int, ...], State] = {nothing: (0.0, (_NONE,) * count, count - 1, False, None)}
    for j, line in enumerate(page):
        together = blocks and j > 0 and line.gap == 0
        parted = j > 0 and links.piece(page[j - 1]).bare
        number = _number(line.text)
        follows = {i: links.of(page[i], line) if i >= 0 else 0.0 for i in set(chain.from_iterable(states))}
        best: dict[tuple[int, ...], State] = {}
        top = -1e9
        if first and nothing in states:
            room = links.usual - width(line.text)
            if room < -HANGING or (room > FULL and shape.is_heading(line.text)):
                score, numbers, _, _, way = states[nothing]
                top = score + ABOVE
                best[nothing] = (top, numbers, count - 1, False, (-1, way))
        for last, (so_far, numbers, before, skipped, way) in states.items():
            due = before if parted else before + 1 if before + 1 < count else 0
            for column, i in enumerate(last):
                score = so_far + follows[i]
                if together:
                    if column != before:
                        score += APART
                elif column != due:
                    score += SKIP_AGAIN if skipped else SKIP
                if number:
                    score += _counts(numbers[column][number[0]], number[1])
                if score < top - BEHIND:
                    continue
                if score > top:
                    top = score
                key = (*last[:column], j, *last[column + 1 :])
                if key not in best or best[key][0] < score:
                    counted = numbers
                    if number:
                        kind, value = number
                        own = (*numbers[column][:kind], value, *numbers[column][kind + 1 :])
                        counted = (*numbers[:column], own, *numbers[column + 1 :])
                    best[key] = (score, counted, column, column != due, (column, way))
        if len(best) > 1:
            least = top - BEHIND
            best = {key: state for key, state in best.items() if state[0] >= least}
            if len(best) > STATES[count]:
                best = dict(sorted(best.items(), key=_by_score)[: STATES[count]])
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
