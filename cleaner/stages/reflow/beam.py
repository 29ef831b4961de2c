"""Columns whose pieces are lines of their own, row by row: a beam search gives each line to the column that it goes on.

Nothing tells a line's column but what it says, the width of the lines, and the regular alternation of the rows. A state is the
last line of every column; a line is given to the column whose last line it follows best, by the character model where that
line is full, by the end of a sentence where it is not.
"""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import NamedTuple

from cleaner.stages.reflow import seam, shape
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
SKIP = -5  # the row has no piece where one was due
SKIP_AGAIN = -0.5  # nor had the one before
ABOVE = 3.0  # a heading above the columns
APART = -3.0  # two lines without a blank line between them in different columns, in a text of blank lines


class _State(NamedTuple):
    score: float
    last: tuple[int, ...]  # of each column its last line, or -1
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

    def links(way: tuple[list[Line], ...]) -> float:
        return sum(link(a[-1] if a else before, b[0]) for a, b in pairwise(([], *way)))

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
    states = [_State(0.0, nothing, count - 1, False, None)]
    for j in range(len(texts)):
        together = blocks and j > 0 and page[j].gap == 0
        best: dict[tuple[tuple[int, ...], int], _State] = {}
        title = first and room[j] > 0 and shape.is_heading(texts[j])
        for state in states:
            if title and state.last == nothing:
                above = _State(state.score + ABOVE, nothing, count - 1, False, (-1, state.way))
                best[nothing, count - 1] = above
            for column in range(count):
                i = state.last[column]
                due = column == (state.column + 1) % count
                score = state.score + (follows(i, j) if i >= 0 else 0.0)
                if together:
                    score += 0.0 if column == state.column else APART
                elif not due:
                    score += SKIP_AGAIN if state.skipped else SKIP
                last = (*state.last[:column], j, *state.last[column + 1 :])
                key = (last, column)
                if key not in best or best[key].score < score:
                    best[key] = _State(score, last, column, not due, (column, state.way))
        states = sorted(best.values(), key=lambda state: -state.score)[:WIDTH]
    winner = states[0]
    found: list[int] = []
    way = winner.way
    while way is not None:
        found.append(way[0])
        way = way[1]  # type: ignore[assignment]
    return winner.score, found[::-1]


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
