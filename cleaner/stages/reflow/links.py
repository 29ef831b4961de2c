"""Which line stands behind which in its column, when lines of several columns alternate.

Each line is looked at once: does it end a paragraph, does it begin one (a number at its head, the width of a first line)? A pair
of lines is then weighed by both answers and, where the first one goes on, by the character model over the seam and by whether
what would stand across the seam stands somewhere else in the text. All weights are log odds over a line of the page by chance.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache

from cleaner.language import Model
from cleaner.language.model import BREAK, START
from cleaner.measure import width
from cleaner.stages.reflow import seam, shape
from cleaner.stages.reflow.lines import Line

FULL = 2.0  # units by which a full line may be narrower than the measure
WIDER = 1.5  # units by which a line of the measure may be wider: a mark that hangs
CONTINUES = 1.0  # units by which it may be narrower
FIRST = 2.75  # units up to which a first line is narrower
INDENTED = 0.08  # of the full lines must be so, or first lines have no indent
STARTS = 0.25  # of the lines begin a paragraph, in most texts
NUMBERED_MOST = 0.75  # of these that may be taken to have a number
MOST_SAID = 200_000  # runs of three characters that are kept of a text
MOST_KNOWN = 100_000  # pairs of lines that are remembered
NARROWEST = 9.0  # units of a line that shows the measure
SPACED = 3  # characters for a blank, at most, in a line whose letters are set apart
REST, REST_MOST = 4.5, 9.5  # units by which a first line is narrower from which an article's number was parted, with its indent
BARE = 2  # such numbers alone on their lines

_RUNS = frozenset(("0", "a", BREAK))  # symbols that stand for a run, or end one
_BLANKS = re.compile(r"[ \t\u3000]+")


@cache
def weights() -> dict[str, float]:
    """The log odds by name, from ``tables/reflow-columns.tsv``."""
    from cleaner.resources import path

    rows = (line.split("\t") for line in path("tables/reflow-columns.tsv").read_text("utf-8").splitlines() if line[:1] != "#")
    return {row[0]: float(row[1]) for row in rows}


class Piece:
    """What one line shows. ``begins``, ``inside``: the log odds of it as a paragraph's first line, and as a later one.

    bare: an article's number alone.  rest: what stood behind such a number.  off: units to the measure.
    ended: a paragraph certainly ends.  new: the log odds of a new paragraph behind it.  on: those of its going on, without seam.
    before, end: its last two symbols, and log P of a line's end behind them.  head, start: its first two, and their log P.
    simple: none of these two is a run of figures or letters.
    """

    __slots__ = (
        "bare",
        "before",
        "begins",
        "end",
        "ended",
        "head",
        "inside",
        "new",
        "off",
        "on",
        "rest",
        "simple",
        "start",
        "text",
    )

    def __init__(self, text: str, model: Model) -> None:
        self.text = text
        self.bare = shape.BARE_NUMBER.fullmatch(text) is not None
        tail, head = _BLANKS.sub("", text[-6:])[-2:], _BLANKS.sub("", text[:6])[:2]
        self.before = START
        for char in tail:
            self.before = seam.behind(self.before, model.fold(char))
        self.end = seam.step(model, self.before, BREAK)
        self.head = [model.fold(char) for char in head]
        self.simple = len(head) == 2 and not any(symbol in _RUNS for symbol in self.head)
        self.start = seam.step(model, START, self.head[0])
        if len(head) > 1:
            self.start += seam.step(model, seam.behind(START, self.head[0]), self.head[1])
        self.begins = self.inside = self.new = self.on = self.off = 0.0
        self.ended = self.rest = False


class Links:
    """The log odds of ``b`` behind ``a`` for the lines of one text. ``full``: the width of its columns, in units."""

    def __init__(self, lines: list[Line], full: float) -> None:
        from cleaner.language import model

        self.w = weights()
        self.model = model()
        self.full = full
        texts = [line.text for line in lines]
        widths = Counter([w for w in map(width, texts) if NARROWEST <= w <= full + WIDER])
        self.usual = max(widths, key=lambda w: (widths[w], w), default=full)
        first = sum(n for w, n in widths.items() if CONTINUES < self.usual - w <= FIRST)
        whole = sum(n for w, n in widths.items() if -WIDER <= self.usual - w <= CONTINUES)
        self.indented = first >= INDENTED * (first + whole)
        numbered = sum(map(shape.is_marker, texts)) / max(1, len(texts))
        self.bare = sum(shape.BARE_NUMBER.fullmatch(text) is not None for text in texts) >= BARE
        self.plain = max(self.w["plain"], math.log(1 - min(NUMBERED_MOST, numbered / STARTS)))
        self.said: set[str] = set()
        for text in texts:
            self.said.update([text[i : i + 3] for i in range(len(text) - 2)])
            if len(self.said) > MOST_SAID:
                break
        self.pieces: dict[int, Piece] = {}
        self.known: dict[tuple[int, int], float] = {}

    def piece(self, line: Line) -> Piece:
        """What ``line`` shows."""
        found = self.pieces.get(line.start)
        if found is None:
            found = self.pieces[line.start] = self._piece(line.text)
        return found

    def _piece(self, text: str) -> Piece:
        w, piece = self.w, Piece(text, self.model)
        wide = width(text) if text.count(" ") * SPACED < len(text) else width(_BLANKS.sub("", text))
        piece.off = self.usual - wide
        marked = shape.is_marker(text)
        if self.bare and REST <= piece.off <= REST_MOST and text[-1] not in shape.TERMINAL and not marked:
            piece.rest = True
            piece.begins = piece.inside = w["rest"]
            piece.new = w["end_open"]
            return piece
        odds = w["number"] if marked else self.plain
        if self.indented:
            if -WIDER <= piece.off <= CONTINUES:
                odds += w["wide"]
            elif CONTINUES < piece.off <= FIRST:
                odds += w["narrow"]
        if text[0] in shape.NEVER_FIRST:
            odds = -9.0
        likely = w["start"] * (self.model.symbol_step(START, piece.head[0]) - self.model.frequency(piece.head[0]))
        piece.begins = _posterior(odds + max(-w["start_most"], min(w["start_most"], likely)), True)
        piece.inside = _posterior(odds, False)
        full = wide >= self.usual - FULL
        if text[-1] in shape.TERMINAL:
            piece.ended = not full
            piece.new, piece.on = w["end_sentence"] if full else 0.0, w["sentence"]
        elif full:
            piece.new = w["end_open"]
        else:
            piece.new, piece.on = 0.0 if shape.is_heading(text) else w["breaks_off"], w["room"]
        return piece

    def of(self, a: Line, b: Line) -> float:
        """The log odds that ``b`` stands behind ``a`` in its column."""
        key = a.start, b.start
        found = self.known.get(key)
        if found is None:
            if len(self.known) > MOST_KNOWN:
                self.known.clear()
                self.pieces.clear()
            found = self.known[key] = self._weigh(self.piece(a), self.piece(b))
        return found

    def _weigh(self, a: Piece, b: Piece) -> float:
        if a.ended:
            return b.begins
        w = self.w
        if a.bare:
            return w["parted"] if b.off >= REST and not shape.is_marker(b.text) else -w["parted"]
        goes = w["seam"] * self._seam(a, b) + w["seam_even"]
        left, right = a.text[-2:], b.text[:2]
        if left + right[:1] in self.said:
            goes += w["cited"]
        if left[-1:] + right in self.said:
            goes += w["cited"]
        most = w["goes_on_most"]
        return max((most if goes > most else -most if goes < -most else goes) + a.on + b.inside, a.new + b.begins)

    def _seam(self, a: Piece, b: Piece) -> float:
        """``seam.seam`` of two lines, from what is known of each."""
        m, before, head = self.model, a.before, b.head
        if b.simple:
            return m.symbol_step(before, head[0]) + m.symbol_step(before[-1] + head[0], head[1]) - a.end - b.start
        together = seam.step(m, before, head[0])
        if len(head) > 1:
            together += seam.step(m, seam.behind(before, head[0]), head[1])
        return together - a.end - b.start


def _posterior(odds: float, begins: bool) -> float:
    """How the probability of a first line (or of a later one) rises by ``odds`` over that of all lines, as its logarithm."""
    share = 1 / (1 + math.exp(-odds) * (1 - STARTS) / STARTS)
    return math.log(share / STARTS if begins else (1 - share) / (1 - STARTS))
