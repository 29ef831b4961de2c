"""Lines of a PDF into paragraphs, by where they stand on the page.

What is a page's furniture is told by its place at the edge, what is a heading by its type or because it is centred. For two lines
of running text that follow each other the left edge of the second, the room behind the first and the distance between them are
log odds, beside those of the words (:mod:`cleaner.stages.reflow.wrap`). Documents differ in what they mean by an indent or a gap,
so each is asked first: the line ends that are sure by the words and the room weigh the signs for all the others.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from cleaner.layout import FURNITURE, Block, Known, Layout, Place
from cleaner.stages.reflow import furniture as texts
from cleaner.stages.reflow import shape, soft, wrap
from cleaner.stages.reflow.draft import Draft
from cleaner.stages.reflow.lines import Line
from cleaner.stages.reflow.wrap import SEMICOLON, SENTENCE, Wrap

SAME_SIZE = 0.06  # share by which sizes of one type may differ
LARGE = 1.08  # times the size of running text from which type is a heading's
SMALL = 0.93  # and up to which it is a note's
NEAR = 0.35  # em within which two edges are one
CENTRED = 0.6  # em by which the middle of a centred line may be off
INSET = 1.8  # em that a centred line leaves on both sides
LEAST = 5  # lines from which a column shows its own edges
SHARED = 0.12  # of its lines that must share an edge
SURE = 2.5  # log odds of the words that make a line end a sure one
PRIOR = 4.0  # line ends for which the odds of the table count
SETTLED = 2.0  # log odds from which a line end is taken as decided when the signs are weighed again
ACROSS = 2.0  # log odds that join a sentence across a heading
ROUNDS = 2

_NOTE = re.compile(r"[①-⑳⑴-⒇*＊※†]|[\[［〔(（]\d{1,3}[\]］〕)）]|\d{1,3}[\s.、．]|注\s?\d{0,3}[:：.．]?")
_WORD = re.compile("[!-~]+")
_ROOMS = ((0.3, "room_none"), (1.0, "room_some"), (2.0, "room_1"), (4.0, "room_2"))


@cache
def weights() -> dict[str, float]:
    """The log odds by name, from ``tables/reflow-geometry.tsv``."""
    from cleaner.resources import path

    rows = (line.split("\t") for line in path("tables/reflow-geometry.tsv").read_text("utf-8").splitlines() if line[:1] != "#")
    return {row[0]: float(row[1]) for row in rows}


def known(text: str, lines: list[Line], layout: Layout) -> list[Known | None]:
    """What the layout says of each of ``lines``."""
    ends = [m.start() for m in re.finditer("\n", text)]
    return [layout.lines[bisect_left(ends, line.start)] for line in lines]


def furniture(lines: list[Line], layout: list[Known | None], numbers: bool, running: bool) -> None:
    """Set ``gone`` on the lines that are furniture of the page: what a DOCX calls so, and what stands so on the pages of a PDF."""
    for line, place in zip(lines, layout, strict=True):
        if isinstance(place, Block) and not place.hints.isdisjoint(FURNITURE):
            number = texts.looks(line.text)
            if numbers if number else running:
                line.gone = texts.NUMBER if number else texts.RUNNING


@dataclass(slots=True)
class Column:
    """The edges of a part of a page, in points."""

    left: float
    right: float


class Geometry:
    """The lines that stay, with their places, and what the document says of its paragraphs."""

    def __init__(self, lines: list[Line], known: list[Place]) -> None:
        self.lines, self.known = lines, known
        self.em = _usual(known, lines)
        self.columns = _columns(known, self.em)
        self.font = Counter(place.font for place in known).most_common(1)[0][0]
        self.indent = self._indent()
        self.kinds = [self._kind(i) for i in range(len(lines))]
        self.w = weights()

    def column(self, i: int) -> Column:
        """The column in which line ``i`` stands."""
        return self.columns[self.known[i].page, self.known[i].column]

    def _indent(self) -> float:
        """How far most lines that do not begin at the edge stand from it, in em."""
        inset = [(place.left - self.column(i).left) / self.em for i, place in enumerate(self.known)]
        return _mode([v for v in inset if 0.7 < v < 5], 0.25) or 0.0

    def _kind(self, i: int) -> str:
        """``large`` or ``small`` by its type, ``centred``, ``row``, or ``body``."""
        place, text = self.known[i], self.lines[i].text
        if "\t" in text:
            return "row"
        if place.size >= LARGE * self.em:
            return "large"
        if place.size <= SMALL * self.em:
            return "small"
        column = self.column(i)
        before, behind = place.left - column.left, column.right - place.right
        if (
            min(before, behind) > INSET * self.em
            and abs(before - behind) < 2 * CENTRED * self.em
            and text[-1] not in SENTENCE + SEMICOLON + "，,：:、"
            and (place.font != self.font or abs(before / self.em - self.indent) > NEAR)
        ):
            return "centred"
        return "body"

    # -- signs

    def room(self, a: int, b: int) -> float:
        """What line ``a`` leaves behind it, less what the first word of ``b`` needs, in em."""
        return (self.column(a).right - self.known[a].right) / self.em - _need(self.lines[b].text)

    def signs(self, a: int, b: int) -> tuple[str, ...]:
        """The signs of the line end between ``a`` and ``b``: where each begins, the room left, the distance."""
        left = round((self.known[a].left - self.column(a).left) / self.em * 2) / 2
        right = round((self.known[b].left - self.column(b).left) / self.em * 2) / 2
        begins = "flush" if right < 1 else "level" if abs(left - right) < 0.75 else "indent"
        room = self.room(a, b)
        return (
            f"{begins} {min(left, 4.0)} {min(right, 4.0)}",
            next((name for most, name in _ROOMS if room <= most), "room_more"),
            self._distance(a, b),
        )

    def _distance(self, a: int, b: int) -> str:
        p, q = self.known[a], self.known[b]
        if (p.page, p.column) != (q.page, q.column):
            return "turn"
        step = (q.bottom - p.bottom) / self.pitch
        return "gap" if step > 1.4 else "gap_some" if step > 1.15 else "pitch"

    # -- decisions

    def weigh(self, pairs: list[tuple[int, int]]) -> dict[tuple[int, int], float]:
        """The log odds of a join for each of ``pairs`` of lines of running text."""
        steps = [
            self.known[b].bottom - self.known[a].bottom
            for a, b in pairs
            if (self.known[a].page, self.known[a].column) == (self.known[b].page, self.known[b].column)
        ]
        self.pitch = _mode([s for s in steps if s > 0.5 * self.em], 0.1 * self.em) or 1.5 * self.em
        words = Words(self, pairs).odds
        signs = {pair: self.signs(*pair) for pair in pairs}
        prior = {name: self.w[name.split()[0]] for found in signs.values() for name in found}
        labels = {}
        for pair in pairs:
            room = self.room(*pair)
            if words[pair] > SURE and room < 1:
                labels[pair] = True
            elif (words[pair] < 0 and room > 2.5) or words[pair] < -2 * SURE:
                labels[pair] = False
        odds: dict[tuple[int, int], float] = {}
        for _ in range(ROUNDS):
            weight = _learn(signs, labels, prior)
            odds = {pair: words[pair] + sum(weight[name] for name in signs[pair]) for pair in pairs}
            labels = {pair: o > 0 for pair, o in odds.items() if abs(o) > SETTLED}
        return odds


class Words(Wrap):
    """What the words on both sides of a line end say of it, with the room of the page for the widths of lines."""

    def __init__(self, geometry: Geometry, pairs: list[tuple[int, int]]) -> None:
        self.w = wrap.weights()
        self.inside = {SENTENCE: 0.0, SEMICOLON: 0.0}
        lines = geometry.lines
        most = self.w["inside_most"]
        for marks in self.inside:
            pattern = re.compile(f"[{marks}]")
            inside = sum(len(pattern.findall(lines[a].text, 0, len(lines[a].text) - 1)) for a, _ in pairs)
            ends = sum(
                lines[a].text[-1] in marks and geometry.room(a, b) > 2 and not shape.is_marker(lines[b].text) for a, b in pairs
            )
            self.inside[marks] = max(-most, min(most, math.log((inside + 1) / (ends + 1))))
        self.odds = {}
        for a, b in pairs:
            self.lines = [lines[a], lines[b]]
            self.odds[a, b] = self.seam(1)


def _learn(
    signs: dict[tuple[int, int], tuple[str, ...]], labels: dict[tuple[int, int], bool], prior: dict[str, float]
) -> dict[str, float]:
    """The log odds of each sign by the line ends in ``labels``; the table's odds count as ``PRIOR`` of them."""
    joins, breaks = Counter[str](), Counter[str]()
    for pair, joined in labels.items():
        (joins if joined else breaks).update(signs[pair])
    n, m = sum(labels.values()), len(labels) - sum(labels.values())
    found = {}
    for name, odds in prior.items():
        if name.startswith("room"):  # where a character would have fitted nobody broke the line, whatever the document
            found[name] = odds
            continue
        share = 1 / (1 + math.exp(-odds))
        j = (joins[name] + PRIOR * share) / (n + PRIOR)
        b = (breaks[name] + PRIOR * (1 - share)) / (m + PRIOR)
        found[name] = max(-6.0, min(6.0, math.log(j / b)))
    return found


def _need(text: str) -> float:
    """The width of the first word of a line with the marks that cling to it, in em; Latin breaks at spaces only."""
    m = _WORD.match(text)
    return max(wrap.need(text), len(m[0]) / 2 if m else 0.0)


def _mode(values: list[float], step: float) -> float | None:
    """The value that most of ``values`` are near."""
    if not values:
        return None
    count = Counter(round(v / step) for v in values)
    best = max(count, key=lambda k: (count[k] + count[k - 1] / 2 + count[k + 1] / 2, -k))
    return median([v for v in values if abs(v / step - best) <= 1])


def _usual(known: list[Place], lines: list[Line]) -> float:
    """The size of most of the text, in points."""
    count = Counter[float]()
    for place, line in zip(known, lines, strict=True):
        count[round(place.size, 1)] += len(line.text)
    return max(count, key=lambda size: (count[size], -size), default=12.0) or 12.0


def _columns(known: list[Place], em: float) -> dict[tuple[int, int], Column]:
    """The edges of every part of a page; one with few lines has those of another that it lies in."""
    parts = defaultdict(list)
    for place in known:
        parts[place.page, place.column].append(place)
    found: dict[tuple[int, int], Column] = {}
    weak = []
    for key, part in parts.items():
        body = [p for p in part if abs(p.size - em) <= SAME_SIZE * em]
        if len(body) < LEAST:
            weak.append(key)
            continue
        need = max(2.0, SHARED * len(body))
        lefts, rights = sorted(p.left for p in body), sorted((p.right for p in body), reverse=True)
        left = next((v for v in lefts if sum(v <= u <= v + NEAR * em for u in lefts) >= need), lefts[0])
        right = next((v for v in rights if sum(v - 2 * NEAR * em <= u <= v for u in rights) >= need), rights[0])
        found[key] = Column(left, right)
    for key in weak:
        part = parts[key]
        left, right = min(p.left for p in part), max(p.right for p in part)
        fits = [(abs(k[0] - key[0]), c) for k, c in found.items() if c.left <= left + NEAR * em and right <= c.right + 1.5 * em]
        best = min(fits, key=lambda f: (f[1].right - f[1].left > 3 * (right - left), f[0], left - f[1].left), default=None)
        found.setdefault(key, best[1] if best else Column(left, right))
    return found


def decide(draft: Draft, known: list[Place], moves: bool) -> None:
    """Join the lines of paragraphs, and carry out of a sentence what interrupts it: headings before its paragraph, notes behind."""
    stay = [i for i, line in enumerate(draft.lines) if not line.gone and not line.fixed]
    if not stay:
        return
    found = Geometry([draft.lines[i] for i in stay], [known[i] for i in stay])
    goes = _paragraphs(found)
    for n, (a, b) in enumerate(pairwise(stay)):
        if goes[n]:
            draft.joins[a] = (soft.JOIN, shape.join_glue(draft.lines[a].text, draft.lines[b].text))


def _paragraphs(g: Geometry) -> list[bool]:
    """For each line but the last, whether the next one goes on in its paragraph."""
    body = [i for i, kind in enumerate(g.kinds) if kind == "body"]
    pairs = [(a, b) for a, b in pairwise(range(len(g.lines))) if g.kinds[a] == g.kinds[b] == "body"]
    odds = g.weigh(pairs)
    goes = []
    for a, b in pairwise(range(len(g.lines))):
        if (a, b) in odds:
            goes.append(odds[a, b] > 0)
        else:
            goes.append(_heading_goes_on(g, a, b))
    return goes


def _heading_goes_on(g: Geometry, a: int, b: int) -> bool:
    """Whether line ``b`` goes on in a heading, title or note whose line is ``a``."""
    p, q = g.known[a], g.known[b]
    if g.kinds[a] != g.kinds[b] or g.kinds[a] == "row" or abs(p.size - q.size) > SAME_SIZE * p.size or p.font != q.font:
        return False
    if (p.page, p.column) != (q.page, q.column) or q.bottom - p.bottom > 2.2 * p.size:
        return False
    left, right = g.lines[a].text, g.lines[b].text
    if shape.is_marker(right) or left[-1] in SENTENCE:
        return False
    return True
