"""Lines of a PDF into paragraphs, by where they stand on the page.

What is a page's furniture is told by its place at the edge, what is a heading by its type or because it is centred. For two lines
of running text that follow each other the left edge of the second, the room behind the first and the distance between them are
log odds, beside those of the words (:mod:`cleaner.stages.reflow.wrap`). Documents differ in what they mean by an indent or a gap,
so each is asked first: the line ends that are sure by the words and the room weigh the signs for all the others.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from cleaner.layout import Known, Layout, Place
from cleaner.stages.reflow import shape, soft, wrap
from cleaner.stages.reflow.draft import Draft
from cleaner.stages.reflow.lines import Line
from cleaner.stages.reflow.wrap import SEMICOLON, SENTENCE, Wrap

SAME_SIZE = 0.06  # share by which sizes of one type may differ
ONE_SIZE = 0.02  # and by which lines of one paragraph may
LARGE = 1.08  # times the size of running text from which type is a heading's
SMALL = 0.93  # and up to which it is a note's
NEAR = 0.35  # em within which two edges are one
CENTRED = 0.6  # em by which the middle of a centred line may be off
INSET = 1.8  # em that a centred line leaves on both sides
LEAST = 5  # lines from which a column shows its own edges
SHARED = 0.05  # of its lines that must share an edge
SURE = 2.5  # log odds of the words that make a line end a sure one
MODELS = 8  # parts of pages, those with most lines first, whose edges are tried on others
INSET_LEAST = 0.75  # em from an edge from which a line begins inside it
HANGING_MOST = 4.0  # em by which an item's lines may stand further in than its number
INDENT_MOST = 2.6  # em by which a part may begin to the right of its edge, when all its lines are first ones
WORDS_MOST = 3.5  # the most that the words may weigh beside the page
PRIOR = 2.0  # line ends for which the odds of the table count
SETTLED = 2.0  # log odds from which a line end is taken as decided when the signs are weighed again
ACROSS = 2.0  # log odds that join a sentence across a heading
ROUNDS = 2

HEADING_PITCH = 2.2  # times its size, the most that two lines of one heading are apart

Pair = tuple[int, int]

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
        self.hanging = self._hanging()
        self.w = weights()
        self.pitch = 1.5 * self.em
        self.learned: dict[str, float] = {}

    def column(self, i: int) -> Column:
        """The column in which line ``i`` stands."""
        return self.columns[self.known[i].page, self.known[i].column]

    def _indent(self) -> float:
        """How far most lines that do not begin at the edge stand from it, in em."""
        inset = [(place.left - self.column(i).left) / self.em for i, place in enumerate(self.known)]
        return _mode([v for v in inset if 0.7 < v < 5], 0.25) or 0.0

    def _hanging(self) -> set[int]:
        """Lines that may go on in an item of a list, further in than its number or bullet."""
        found: set[int] = set()
        for a, b in pairwise(range(len(self.known))):
            step = (self.known[b].left - self.known[a].left) / self.em
            if self.turn(a, b):
                continue
            if (a in found and abs(step) < NEAR) or (
                INSET_LEAST < step < HANGING_MOST and shape.is_marker(self.lines[a].text) and self.room(a, b) < 1
            ):
                found.add(b)
        return found

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

    def turn(self, a: int, b: int) -> bool:
        """Whether a page or column ends between lines ``a`` and ``b``."""
        p, q = self.known[a], self.known[b]
        return (p.page, p.column) != (q.page, q.column)

    def one_type(self, a: int, b: int) -> bool:
        """Whether two lines are set in the same type."""
        p, q = self.known[a], self.known[b]
        return abs(p.size - q.size) <= SAME_SIZE * p.size and p.font == q.font

    # -- signs

    def room(self, a: int, b: int) -> float:
        """What line ``a`` leaves behind it, less what the first word of ``b`` needs, in em."""
        return (self.column(a).right - self.known[a].right) / self.em - _need(self.lines[b].text)

    def signs(self, a: int, b: int) -> tuple[str, ...]:
        """The signs of the line end between ``a`` and ``b``: where each begins, the room left, the distance."""
        left = (self.known[a].left - self.column(a).left) / self.em
        right = (self.known[b].left - self.column(b).left) / self.em
        begins = (
            "hanging"
            if b in self.hanging
            else "flush"
            if right < INSET_LEAST
            else "level"
            if abs(left - right) < INSET_LEAST
            else "indent"
        )
        room = self.room(a, b)
        return (
            f"{begins} {'on' if left < INSET_LEAST else 'in'}",
            next((name for most, name in _ROOMS if room <= most), "room_more"),
            self._distance(a, b),
            self._type(a, b),
        )

    def _type(self, a: int, b: int) -> str:
        p, q = self.known[a], self.known[b]
        if abs(p.size - q.size) > ONE_SIZE * p.size:
            return "size_other"
        return "type_same" if p.font == q.font else "font_other"

    def _distance(self, a: int, b: int) -> str:
        if self.turn(a, b):
            return "turn"
        step = (self.known[b].bottom - self.known[a].bottom) / self.pitch
        return "gap" if step > 1.4 else "gap_some" if step > 1.15 else "pitch"

    # -- decisions

    def weigh(self, pairs: list[Pair], around: list[Pair]) -> dict[Pair, float]:
        """The log odds of a join for each of ``pairs`` of lines of running text, and for those ``around`` a heading or note."""
        said = Words(self, pairs)
        words, capped = said.odds, said.capped
        self.pitch = self._pitch([pair for pair in pairs if words[pair] > SURE and self.room(*pair) < 1], pairs)
        signs = {pair: self.signs(*pair) for pair in pairs}
        prior = {name: self.w[name.split()[0]] for found in signs.values() for name in found}
        labels = {}
        for pair in pairs:
            room = self.room(*pair)
            if words[pair] > SURE and room < 1:
                labels[pair] = True
            elif (words[pair] < 0 and room > 2.5) or words[pair] < -2 * SURE:
                labels[pair] = False
        odds: dict[Pair, float] = {}
        for _ in range(ROUNDS):
            self.learned = _learn(signs, labels, prior)
            odds = {pair: capped[pair] + sum(self.learned[name] for name in signs[pair]) for pair in pairs}
            labels = {pair: o > 0 for pair, o in odds.items() if abs(o) > SETTLED}
        return odds | self.again(around)

    def again(self, pairs: list[Pair]) -> dict[Pair, float]:
        """The log odds of a join for ``pairs`` by what running text showed of the signs."""
        words = Words(self, pairs).capped
        return {
            pair: words[pair] + sum(self.learned.get(name, self.w[name.split()[0]]) for name in self.signs(*pair))
            for pair in pairs
        }

    def _pitch(self, sure: list[Pair], pairs: list[Pair]) -> float:
        """The distance of two lines of one paragraph, in points."""
        for chosen in (sure, pairs):
            places = [(self.known[a], self.known[b]) for a, b in chosen]
            steps = [q.bottom - p.bottom for p, q in places if (p.page, p.column) == (q.page, q.column)]
            if found := _mode([s for s in steps if s > 0.5 * self.em], 0.1 * self.em):
                return found
        return 1.5 * self.em


class Words(Wrap):
    """What the words on both sides of a line end say of it, with the room of the page for the widths of lines."""

    def __init__(self, geometry: Geometry, pairs: list[Pair]) -> None:
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
        self.widths = [math.inf]  # a headline is known by its type here, and not as the line that fills most of the measure
        for a, b in pairs:
            self.lines = [lines[a], lines[b]]
            self.odds[a, b] = self.seam(1)

    @property
    def capped(self) -> dict[Pair, float]:
        """The odds beside those of the page: what a document shows by its indents is not to be outvoted by its words."""
        return {pair: max(-WORDS_MOST, min(WORDS_MOST, odds)) for pair, odds in self.odds.items()}


def _learn(signs: dict[Pair, tuple[str, ...]], labels: dict[Pair, bool], prior: dict[str, float]) -> dict[str, float]:
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
    """The edges of every part of a page. One whose lines are few or short has the edges of one on another page that it fits into."""
    parts = defaultdict(list)
    for place in known:
        parts[place.page, place.column].append(place)
    own = {key: _edges(part, em) for key, part in parts.items()}
    strong = [key for key, part in parts.items() if len(part) >= LEAST]
    strong.sort(key=lambda key: (-len(parts[key]), key))
    on_page = defaultdict(list)
    for key in own:
        on_page[key[0]].append(key)
    return {
        key: next((own[other] for other in strong[:MODELS] if _fits(key, own[other], own, on_page, em)), column)
        for key, column in own.items()
    }


def _fits(
    key: tuple[int, int],
    model: Column,
    own: dict[tuple[int, int], Column],
    on_page: dict[int, list[tuple[int, int]]],
    em: float,
) -> bool:
    """Whether part ``key`` may be one with the edges of ``model``: it lies inside, and nothing else on its page lies there.

    It begins at the model's edge or at an indent.
    """
    column = own[key]
    if not (-NEAR * em < column.left - model.left < INDENT_MOST * em and column.right < model.right + NEAR * em):
        return False
    if column.right > model.right - em and column.left < model.left + NEAR * em:
        return True
    others = [own[other] for other in on_page[key[0]] if other != key]
    return not any(column.right < other.left < model.right for other in others)


def _edges(part: list[Place], em: float) -> Column:
    """The edges of a part of a page by its own lines: those that several share."""
    body = [p for p in part if abs(p.size - em) <= SAME_SIZE * em] or part
    lefts, rights = sorted(p.left for p in body), sorted((p.right for p in body), reverse=True)
    if len(body) < LEAST:
        return Column(lefts[0], rights[0])
    need = max(2.0, SHARED * len(body))
    left = next((v for n, v in enumerate(lefts) if bisect_right(lefts, v + NEAR * em) - n >= need), lefts[0])
    falling = [-v for v in rights]
    right = next((v for n, v in enumerate(rights) if bisect_right(falling, 2 * NEAR * em - v) - n >= need), rights[0])
    return Column(left, right)


def decide(draft: Draft, known: list[Place], moves: bool) -> None:
    """Join the lines of paragraphs, and carry out of a sentence what interrupts it: headings before its paragraph, notes behind.

    known: where each line of ``draft`` stands.  moves: what interrupts may be carried.
    """
    stay = [i for i, line in enumerate(draft.lines) if not line.gone and not line.fixed]
    if not stay:
        return
    lines = draft.lines
    g = Geometry([lines[i] for i in stay], [known[i] for i in stay])
    near = list(pairwise(range(len(stay))))
    around = _interrupted(g) if moves else []
    text = [(a, b) for a, b in near if g.kinds[a] == g.kinds[b] == "body"]
    odds = g.weigh(text, [(a, b) for a, b, _ in around])
    notes = [(a, b) for a, b in near if g.kinds[a] == g.kinds[b] == "small" and g.one_type(a, b)]
    goes = {pair for pair in text if odds[pair] > 0}
    goes |= {(a, b) for (a, b), weight in g.again(notes).items() if weight > 0 and not _NOTE.match(g.lines[b].text)}
    goes |= {(a, b) for a, b in near if _heading_goes_on(g, a, b)}
    carried = [(a, b, note) for a, b, note in around if odds[a, b] > ACROSS]
    follows = dict(goes) | {a: b for a, b, _ in carried}
    leads = {b: a for a, b in follows.items()}
    for a, b in follows.items():
        draft.joins[stay[a]] = (soft.JOIN, shape.join_glue(lines[stay[a]].text, lines[stay[b]].text))
    for a, b, note in carried:
        end = b if note else a
        step = follows if note else leads
        while end in step:
            end = step[end]
        draft.moves.append((stay[a + 1], stay[b - 1], _next(stay, end) if note else stay[end]))


def _next(stay: list[int], n: int) -> int:
    return stay[n + 1] if n + 1 < len(stay) else stay[n] + 1


def _interrupted(g: Geometry) -> list[tuple[int, int, bool]]:
    """Lines of running text between which a page or column ends and headings or notes stand: both, and whether it is notes."""
    found = []
    body = [i for i, kind in enumerate(g.kinds) if kind == "body"]
    for a, b in pairwise(body):
        between = range(a + 1, b)
        if not between or g.turn(a, b) is False or g.lines[a].text[-1] in SENTENCE:
            continue
        if all(g.kinds[i] in ("large", "centred") for i in between):
            found.append((a, b, False))
        elif all(g.kinds[i] == "small" and not g.turn(a, i) for i in between) and _NOTE.match(g.lines[a + 1].text):
            found.append((a, b, True))
    return found


def _heading_goes_on(g: Geometry, a: int, b: int) -> bool:
    """Whether line ``b`` goes on in a heading or title whose line is ``a``: one type, one place, no number of its own."""
    if g.kinds[a] != g.kinds[b] or g.kinds[a] not in ("large", "centred") or not g.one_type(a, b) or g.turn(a, b):
        return False
    p, q = g.known[a], g.known[b]
    if q.bottom - p.bottom > HEADING_PITCH * p.size:
        return False
    left, right = g.lines[a].text, g.lines[b].text
    return not shape.is_marker(right) and left[-1] not in SENTENCE
