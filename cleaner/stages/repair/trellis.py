"""The most likely text behind bytes of which some are unknown, in two steps: which ways lead through the bytes at all, and which of
them is the best text.

What is shown is turned into slots, each with the bytes (or sets of bytes) that may have stood there. The first step runs the
automaton of the encoding over them without a look at the text, and drops every way that does not come out at the end: most places
where something might be gone are settled by that. What is left is a graph whose edges carry characters, or sets of them. The second
step weighs it with the n-gram model (Viterbi 1967). Where only one way is left, it has nothing to do but to follow it, so a line
costs little beyond its losses; each place where ways part, up to where they have come together again, is a search of its own and
can be made again with what the rest of the document says. Unknown characters are ranked by what stands before and behind them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Sequence
from heapq import nlargest, nsmallest
from typing import Any, NamedTuple

from cleaner.language import Model
from cleaner.language.model import BREAK, START
from cleaner.stages.repair.codecs import Item

Waiting = Any  # what waits for its character to be whole, as an automaton has it; () is nothing
Choices = tuple[tuple[str, ...], ...]
Automaton = Callable[[Waiting, Item], Sequence[tuple[Waiting, Choices]]]
Bias = Callable[[str], float]
Own = dict[str, dict[str, float]]
Known = dict[str, tuple[float, str, float]]  # a symbol: bias, the likeliest character, log P without context
Ranked = list[tuple[float, str, str]]
Sense = Callable[[str, str, str], float]  # what speaks for a text between what stands before it and behind it (nats)

ANY_LETTER = "\x1a"  # what is written for a letter of ASCII of which only that is known: SUBSTITUTE
STRANGE = -6.0  # nats for a mark of ASCII of which the style says nothing
FAR = 99.0  # nats between the best reading and the next where there is no other
MOST_MEMO = 100_000  # entries of a memo before it is emptied
MOST_NODES = 400  # patterns that may wait behind one slot
SLACK = 3.5  # nats of cost by which a way may be dearer than the cheapest of its line
MOST_KNOWN = 250  # characters that an unknown one may be, the likeliest without context
FEW = 12  # characters of a choice that are weighed one by one
COMMON = 48  # of these, as many are weighed in every context, beside those that the model has seen there
FITTING = 16  # and as many that what follows speaks for
ALONE, MANY = 12, 6  # characters that go on: behind one reading, and behind each of several
MOST_LEFT = 60  # slots before a place that are looked at
MOST_WAYS = 4  # ways to one state that are kept
BEFORE_MANY = 3  # characters that go on before one of which next to nothing is known
WIDTH = 24  # readings that are kept behind a slot
LONG, NARROW = 80, 4  # slots after which a place is hardly text, and readings that are kept from there on
SPREAD = (
    18.0  # nats behind the best one from which a reading is dropped; some have paid for a character that others still wait for
)
NEAR = 10.0  # nats behind the likeliest character from which another is not tried
LOOK_AHEAD = 4  # slots in which the next character is looked for


class Way(NamedTuple):
    """One alternative of a slot: the bytes that it feeds, what it costs (nats, 0 or less), and whether it is open only while a byte
    waits for its character to be whole.
    """

    items: tuple[Item, ...]
    cost: float = 0.0
    inside: bool = False


class Choice:
    """One character or one of several; two are never equal, so that they are quick keys."""

    __slots__ = ("ascii", "chars", "only")

    def __init__(self, chars: tuple[str, ...]) -> None:
        self.chars = chars
        self.ascii = min(chars) < "\x80"  # whether there is a character of ASCII among them
        self.only = chars[0] if len(chars) == 1 else ""


class Edge(NamedTuple):
    """What waits behind a slot, what was written in it, at what cost."""

    after: Waiting
    choices: tuple[Choice, ...]
    cost: float


class Piece:
    """What a slot may stand for; ``literal``: itself, between two characters. Two are never equal, so that they are quick keys."""

    __slots__ = ("costly", "literal", "ways")

    def __init__(self, ways: tuple[Way, ...], literal: str = "") -> None:
        self.ways, self.literal = ways, literal
        self.costly = any(way.cost <= -SLACK for way in ways)


class Slot(NamedTuple):
    """A piece of what is shown, and what it may stand for. Where something may be gone between two, a slot shows nothing."""

    shown: str
    piece: Piece


Layer = dict[Waiting, tuple[Edge, ...]]


class Table:
    """What an automaton makes of pieces, remembered up to a bound."""

    def __init__(self, automaton: Automaton) -> None:
        self._automaton = automaton
        self._known: dict[tuple[Waiting, Piece], tuple[Edge, ...]] = {}

    def edges(self, waiting: Waiting, piece: Piece) -> tuple[Edge, ...]:
        """Where ``piece`` leads to from ``waiting``."""
        found = self._known.get((waiting, piece))
        if found is None:
            if len(self._known) >= MOST_MEMO:
                self._known.clear()
            if piece.literal:
                found = () if waiting else (Edge((), (Choice((piece.literal,)),), 0.0),)
            else:
                found = _joined([e for way in piece.ways for e in self._fed(waiting, way)])
            self._known[waiting, piece] = found
        return found

    def _fed(self, waiting: Waiting, way: Way) -> list[Edge]:
        if way.inside and not waiting:
            return []
        ends: list[Edge] = [Edge(waiting, (), way.cost)]
        for item in way.items:
            ends = [
                Edge(after, (*end.choices, *map(Choice, choices)) if choices else end.choices, end.cost)
                for end in ends
                for after, choices in self._automaton(end.after, item)
            ]
        return ends

    def ways(self, slots: Sequence[Slot], cut: bool = False) -> list[Layer] | None:
        """The edges out of every slot that lead from the first to behind the last, by what waits before the slot; None where no way does.

        cut: the end may cut a character.
        """
        layers: list[Layer] = []
        front: dict[Waiting, None] = {(): None}
        for slot in slots:
            layer: Layer = {}
            fresh: dict[Waiting, None] = {}
            for waiting in front:
                edges = self.edges(waiting, slot.piece)
                if edges:
                    layer[waiting] = edges
                    for edge in edges:
                        fresh[edge.after] = None
            if not fresh:
                return None
            layers.append(layer)
            front = fresh if len(fresh) <= MOST_NODES else dict.fromkeys(list(fresh)[:MOST_NODES])
        alive: Collection[Waiting] = front if cut else [()] if () in front else []
        for at in range(len(layers) - 1, -1, -1):
            kept = {w: tuple(e for e in edges if e.after in alive) for w, edges in layers[at].items()}
            alive = layers[at] = {w: edges for w, edges in kept.items() if edges}
        if () not in alive:
            return None
        if any(slot.piece.costly for slot in slots):
            _cheapest(layers)
        return layers


def _cheapest(layers: list[Layer]) -> None:
    """Take the ways out that cost more than the cheapest ones by ``SLACK``: what nothing speaks for is not searched."""
    rest: dict[Waiting, float] = {}
    rests = [rest]
    for layer in reversed(layers):
        rest = {w: max(e.cost + rest.get(e.after, 0.0) for e in edges) for w, edges in layer.items()}
        rests.append(rest)
    least = rest[()] - SLACK
    so_far: dict[Waiting, float] = {(): 0.0}
    for at, layer in enumerate(layers):
        rest = rests[-2 - at]
        fresh: dict[Waiting, float] = {}
        for waiting, score in so_far.items():
            kept = tuple(e for e in layer[waiting] if score + e.cost + rest.get(e.after, 0.0) >= least)
            layer[waiting] = kept
            for edge in kept:
                if fresh.get(edge.after, -math.inf) < score + edge.cost:
                    fresh[edge.after] = score + edge.cost
        layers[at] = {w: layer[w] for w in so_far}
        so_far = fresh


def _joined(edges: list[Edge]) -> tuple[Edge, ...]:
    """``edges``, those that differ only in the first character that they write as one."""
    if len(edges) < 2:
        return tuple(edges)
    alike: dict[tuple[Waiting, float, int, tuple[tuple[str, ...], ...]], list[Edge]] = {}
    for edge in edges:
        alike.setdefault((edge.after, edge.cost, len(edge.choices), tuple(c.chars for c in edge.choices[1:])), []).append(edge)
    joined = []
    for same in alike.values():
        if len(same) == 1 or not same[0].choices:
            joined.append(same[0])
        else:
            first = Choice(tuple(dict.fromkeys(c for edge in same for c in edge.choices[0].chars)))
            joined.append(same[0]._replace(choices=(first, *same[0].choices[1:])))
    return tuple(joined)


class Step(NamedTuple):
    """The end of a way into slot ``slot``: its score, the step before it, what it wrote."""

    score: float
    before: Step | None
    slot: int
    written: str


States = dict[tuple[Waiting, str], list[Step]]  # what waits, the model's context: the best ways there, the best first


class Fork(NamedTuple):
    """A place where ways part: the slots from where to where, what waited before and behind it and what stood there for the model, and
    how far behind the next best way was.
    """

    start: int
    end: int
    before: tuple[Waiting, str]
    behind: tuple[Waiting, str]
    gap: float


class Reading(NamedTuple):
    """What was written in every slot, how far behind the next best way there was (nats), and the
    places where ways part.
    """

    written: list[str]
    gaps: list[float]
    forks: list[Fork]


class Lexicon:
    """What can be said of unknown characters without their document: the model, and a bias for a character (nats)."""

    def __init__(self, model: Model, bias: Bias) -> None:
        self.model, self.bias = model, bias
        self._weights: dict[str, tuple[float, float, str]] = {}
        self._known: dict[Choice, Known] = {}
        self._ranks: dict[tuple[str, Choice, str, int], Ranked] = {}
        self._before: dict[tuple[Choice, str], tuple[dict[str, float], list[str]]] = {}

    def known(self, choice: Choice) -> Known:
        """The symbols of a choice, the likeliest first, each with the bias and the likeliest of its characters."""
        found = self._known.get(choice)
        if found is None:
            weights, weigh = self._weights, self._weigh
            ranked = [(weights.get(c) or weigh(c), c) for c in choice.chars]
            ranked = nsmallest(MOST_KNOWN, ranked) if len(ranked) > MOST_KNOWN else sorted(ranked)
            found = {}
            for (less, bias, symbol), char in ranked:
                if symbol not in found:
                    found[symbol] = (bias, char, -less)
            if len(self._known) >= MOST_MEMO // 10:
                self._known.clear()
            self._known[choice] = found
        return found

    def _weigh(self, char: str) -> tuple[float, float, str]:
        symbol, bias = self.model.fold(char), self.bias(char)
        found = self._weights[char] = (-self.model.frequency(symbol) - bias, bias, symbol)
        return found

    def before(self, choice: Choice, ahead: str) -> tuple[dict[str, float], list[str]]:
        """How well the symbol ``ahead`` follows each symbol of ``choice``, and those that it follows best."""
        found = self._before.get((choice, ahead))
        if found is None:
            step = self.model.symbol_step
            scores = {
                s: 0.0 if s == ahead and s in "0a$" else step(START if s == BREAK else s, ahead)
                for s in (self.known(choice) if not choice.ascii else dict.fromkeys(map(self.model.fold, choice.chars)))
            }
            if len(self._before) >= MOST_MEMO // 10:
                self._before.clear()
            found = self._before[choice, ahead] = scores, nlargest(FITTING, scores, key=scores.__getitem__)
        return found

    def rank(self, context: str, choice: Choice, ahead: str, most: int) -> Ranked:
        """As :meth:`Scribe.rank`, without a document."""
        key = (context, choice, ahead, most)
        ranked = self._ranks.get(key)
        if ranked is None:
            if len(self._ranks) >= MOST_MEMO:
                self._ranks.clear()
            ranked = self._ranks[key] = self.ranked(context, choice, ahead, most, self.known(choice), None)
        return ranked

    def ranked(
        self,
        context: str,
        choice: Choice,
        ahead: str,
        most: int,
        known: Known,
        row: dict[str, float] | None,
    ) -> Ranked:
        """The ranks anew. ``known``: the symbols of the choice. ``row``: what the document adds behind the context."""
        model, last = self.model, context[-1]
        behind: dict[str, float] = {}
        fitting: list[str] = []
        if ahead:
            behind, fitting = self.before(choice, ahead)
        rest = 0.0
        if len(known) <= FEW:
            step = model.symbol_step
            pool = {s: step(context, s) + known[s][0] for s in known}
        else:
            seen, rest = model.followers(context, known.keys())
            pool = {s: p + known[s][0] for s, p in seen.items()}
            for symbol in fitting:
                if symbol not in pool:
                    pool[symbol] = rest + known[symbol][2]
            more = COMMON if most == ALONE else FITTING
            for symbol in known:
                if symbol not in pool:
                    pool[symbol] = rest + known[symbol][2]
                    more -= 1
                    if not more:
                        break
        for symbol in row.keys() & known.keys() if row else ():
            bias = known[symbol][0]
            p = pool[symbol] - bias if symbol in pool else model.symbol_step(context, symbol)
            pool[symbol] = math.log(math.exp(p) + row[symbol]) + bias  # type: ignore[index]
        if last in "0a" and last in pool:
            pool[last] = known[last][0]
        if context == START and BREAK in pool:
            pool[BREAK] = known[BREAK][0]
        scores = [(p + behind[s], s) for s, p in pool.items()] if ahead else [(p, s) for s, p in pool.items()]
        scores = nlargest(most, scores) if len(scores) > most else scores
        least = max(scores)[0] - NEAR
        return [
            (pool[s], START if s == BREAK else context if s in "0a" and s == last else last + s, known[s][1])
            for whole, s in scores
            if whole >= least
        ]


class Scribe:
    """Weighs the characters of one document, with what it says elsewhere: pairs of symbols, and what the second gains in probability
    behind the first.
    """

    def __init__(self, lexicon: Lexicon, script: str) -> None:
        self.lexicon, self.model, self.bias, self.script = lexicon, lexicon.model, lexicon.bias, script
        self.own: Own = {}
        self.style: dict[str, float] = {}
        self.sense: Sense | None = None
        self._ascii: dict[Choice, Known] = {}
        self._ranked: dict[tuple[str, Choice, str, int], Ranked] = {}

    def learn(self, own: Own) -> None:
        """Weigh with these pairs from now on."""
        if own is not self.own:
            self.own = own
            self._ranked.clear()

    def known(self, choice: Choice) -> Known:
        """:meth:`Lexicon.known`, with the document's ways with ASCII marks."""
        if not choice.ascii:
            return self.lexicon.known(choice)
        found = self._ascii.get(choice)
        if found is None:
            weighed = []
            for char in choice.chars:
                bias = self.bias(char) if char >= "\x80" else self.style.get(char, 0.0 if char.isalnum() else STRANGE)
                symbol = self.model.fold(char)
                weighed.append((-self.model.frequency(symbol) - bias, bias, symbol, char))
            found = self._ascii[choice] = {}
            for less, bias, symbol, char in sorted(weighed):
                if symbol not in found:
                    found[symbol] = (bias, char, -less)
                elif symbol == "a":
                    found[symbol] = (bias, ANY_LETTER, -less)
        return found

    def weigh(self, text: str) -> float:
        """Log P of ``text``."""
        score, context = 0.0, START
        for char in text:
            score, context = self.write(score, context, char)
        return score

    def write(self, score: float, context: str, char: str) -> tuple[float, str]:
        """Score and context behind ``char``."""
        symbol = self.model.fold(char)
        if symbol == BREAK:
            if context != START:
                score += self.model.symbol_step(context, symbol)
                context = START
        elif symbol not in "0a" or context[-1] != symbol:
            score += self._step(context, symbol)
            context = context[-1] + symbol
        return score + self.bias(char), context

    def _step(self, context: str, symbol: str) -> float:
        p = self.model.symbol_step(context, symbol)
        row = self.own.get(context[-1])
        more = row.get(symbol) if row else None
        return p if more is None else math.log(math.exp(p) + more)

    def rank(self, context: str, choice: Choice, ahead: str, most: int) -> Ranked:
        """(log P, context behind it, character) of the ``most`` likeliest of ``choice`` between ``context`` and the symbol ``ahead``
        (empty: not known).
        """
        row = self.own.get(context[-1])
        if not choice.ascii and (row is None or row.keys().isdisjoint(self.lexicon.known(choice))):
            return self.lexicon.rank(context, choice, ahead, most)
        key = (context, choice, ahead, most)
        ranked = self._ranked.get(key)
        if ranked is None:
            ranked = self._ranked[key] = self.lexicon.ranked(context, choice, ahead, most, self.known(choice), row)
        return ranked


class Reader:
    """Reads one line: its slots and the ways through them."""

    def __init__(self, slots: Sequence[Slot], layers: list[Layer]) -> None:
        self.slots, self.layers = slots, layers

    def read(self, scribe: Scribe) -> Reading:
        """The best text of the line."""
        n = len(self.layers)
        found = Reading([""] * n, [FAR] * n, [])
        self._read(scribe, found, 0, ((), START))
        return found

    def again(self, scribe: Scribe, found: Reading, below: float) -> None:
        """Read the forks anew whose next best way was less than ``below`` nats behind."""
        forks, found.forks[:] = list(found.forks), []
        for fork in forks:
            if fork.gap >= below:
                found.forks.append(fork)
                continue
            new = self._fork(scribe, found, fork.start, fork.before)
            if new.end != fork.end or new.behind != fork.behind:
                self._read(scribe, found, new.end, new.behind)
                return

    def _read(self, scribe: Scribe, found: Reading, at: int, state: tuple[Waiting, str]) -> None:
        """Read from slot ``at`` on."""
        waiting, context = state
        fold, layers, n = scribe.model.fold, self.layers, len(self.layers)
        while at < n:
            edges = layers[at][waiting]
            edge = edges[0]
            if len(edges) > 1 or any(not c.only for c in edge.choices):
                fork = self._fork(scribe, found, at, (waiting, context))
                (waiting, context), at = fork.behind, fork.end
                continue
            waiting, text = edge.after, ""
            for choice in edge.choices:
                text += choice.only
                symbol = fold(choice.only)
                if symbol == BREAK:
                    context = START
                elif symbol not in "0a" or context[-1] != symbol:
                    context = context[-1] + symbol
            found.written[at], found.gaps[at] = text, FAR
            at += 1

    def _ahead(self, scribe: Scribe, waiting: Waiting, at: int) -> str:
        """The symbol of the next character behind slot ``at`` where it is known."""
        for layer in self.layers[at : at + LOOK_AHEAD]:
            edges = layer[waiting]
            if len(edges) > 1:
                return ""
            edge = edges[0]
            if edge.choices:
                return scribe.model.fold(edge.choices[0].only) if edge.choices[0].only else ""
            waiting = edge.after
        return ""

    def _fork(self, scribe: Scribe, found: Reading, start: int, before: tuple[Waiting, str]) -> Fork:
        """Weigh the ways that part at slot ``start`` until one is left."""
        states: States = {before: [Step(0.0, None, start, "")]}
        at, layers, n = start, self.layers, len(self.layers)
        while at < n:
            layer = layers[at]
            at += 1
            fresh: States = {}
            most = ALONE if len(states) == 1 else MANY
            for (waiting, context), steps in states.items():
                for edge in layer[waiting]:
                    for more, follows, text in self._ends(scribe, context, edge, at, most):
                        key = (edge.after, follows)
                        new = [Step(step.score + more, step, at, text) for step in steps]
                        old = fresh.get(key)
                        fresh[key] = new if old is None else nlargest(MOST_WAYS, old + new, key=_score)
            states = _pruned(fresh, WIDTH if at - start < LONG else NARROW)
            if len(states) == 1:
                break
        ends = [(step, state) for state, steps in states.items() for step in steps]
        texts = [self._texts(step, start, at) for step, _ in ends]
        scores = [step.score for step, _ in ends]
        if len(ends) > 1 and scribe.sense is not None:
            left, right = "".join(found.written[:start][-MOST_LEFT:]), self._right(ends[0][1][0], at)
            scores = [x + scribe.sense(left, "".join(t), right) for x, t in zip(scores, texts, strict=True)]
        best = max(range(len(ends)), key=scores.__getitem__)
        found.written[start:at] = texts[best]
        whole = scores[best]
        second = max((x for i, x in enumerate(scores) if i != best), default=whole - FAR)
        gap = whole - second
        # where the readings differ that are nearly as good
        for i in range(start, at):
            other = max((x for x, t in zip(scores, texts, strict=True) if t[i - start] != texts[best][i - start]), default=None)
            found.gaps[i] = FAR if other is None else whole - other
        fork = Fork(start, at, before, ends[best][1], gap)
        found.forks.append(fork)
        return fork

    def _right(self, waiting: Waiting, at: int) -> str:
        text = ""
        for layer in self.layers[at : at + 3 * LOOK_AHEAD]:
            edges = layer[waiting]
            if len(edges) > 1 or any(not c.only for c in edges[0].choices):
                break
            text += "".join(c.only for c in edges[0].choices)
            waiting = edges[0].after
        return text

    @staticmethod
    def _texts(end: Step, start: int, at: int) -> list[str]:
        texts = [""] * (at - start)
        step: Step | None = end
        while step is not None and step.before is not None:
            texts[step.slot - 1 - start] = step.written
            step = step.before
        return texts

    def _ends(self, scribe: Scribe, context: str, edge: Edge, at: int, most: int) -> list[tuple[float, str, str]]:
        """(score, context, text) of what ``edge`` may write behind ``context``."""
        ends = [(edge.cost, context, "")]
        for i, choice in enumerate(edge.choices):
            if choice.only:
                ends = [(*scribe.write(score, context, choice.only), text + choice.only) for score, context, text in ends]
                continue
            if len(ends) > BEFORE_MANY and len(choice.chars) > MOST_KNOWN:
                ends = nlargest(BEFORE_MANY, ends)
            if len(choice.chars) <= most:
                ahead = ""  # all of them are tried
            elif i + 1 < len(edge.choices):
                follows = edge.choices[i + 1].only
                ahead = scribe.model.fold(follows) if follows else ""
            else:
                ahead = self._ahead(scribe, edge.after, at)
            ends = [
                (score + p, after, text + char)
                for score, context, text in ends
                for p, after, char in scribe.rank(context, choice, ahead, most)
            ]
        return ends


def _score(step: Step) -> float:
    return step.score


def _pruned(fresh: States, width: int) -> States:
    if len(fresh) == 1:
        return fresh
    least = max(steps[0].score for steps in fresh.values()) - SPREAD
    kept = [(k, s) for k, s in fresh.items() if s[0].score >= least]
    if len(kept) > width:
        kept = nlargest(width, kept, key=lambda x: x[1][0].score)
    return dict(kept)
