"""The most likely text behind bytes of which some are unknown: a beam over a lattice of bytes, an automaton of the encoding, and
the n-gram model.

What is shown is turned into slots. A slot offers alternatives: the bytes (or sets of bytes) that may have stood there, each at a
cost. The search walks the slots from left to right. Its states are the bytes that wait for their character and the last two symbols
of the text; of the ways that lead into one state only the best goes on (Viterbi 1967), and of the states the best few. So the time
is linear in the slots, and only unknown bytes branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from heapq import nlargest
from typing import NamedTuple

from cleaner.language import Model
from cleaner.language.model import BREAK, START
from cleaner.stages.repair.codecs import Feed, Item, Pattern

MOST_RANKED = 300  # characters that are weighed in their context, the likeliest without it
FAR = 99.0  # nats between the best reading and the next where there is no other


class Effort(NamedTuple):
    """How wide a search looks: states kept after a slot, characters that unknown bytes may become for each state, and how many nats
    behind the best a state is dropped.
    """

    width: int
    ways: int
    spread: float


QUICK = Effort(8, 6, 12.0)
THOROUGH = Effort(32, 20, 24.0)


Bias = Callable[[str], float]
Own = dict[str, dict[str, float]]


class Way(NamedTuple):
    """One alternative of a slot: the items that it feeds, its cost in nats (0 or less), what its characters must be among, whether it
    is open only while a byte waits for its character to be whole (``inside``), or only behind one of some symbols. free: what it makes may be among ``never`` of the search.
    """

    items: tuple[Item, ...]
    cost: float = 0.0
    allowed: frozenset[str] | None = None
    inside: bool = False
    behind: frozenset[str] | None = None
    free: bool = False


class Slot(NamedTuple):
    """A piece of what is shown and the bytes that it may stand for; a ``literal`` one passes as it is between two characters.

    noted: the piece is a note that goes away.  gaps: what may have been lost before the piece, ``most`` times at most.
    """

    shown: str
    ways: tuple[Way, ...] = ()
    literal: bool = False
    noted: bool = False
    gaps: tuple[Way, ...] = ()
    most: int = 0


class Step(NamedTuple):
    """The end of a way into slot ``slot``: its score, how far behind the next best way to the same end was, the step before it, what
    it wrote, what waits, the model's context.
    """

    score: float
    gap: float
    before: Step | None
    slot: int
    written: str
    waiting: Pattern
    context: str


States = dict[tuple[Pattern, str], Step]


class Reading(NamedTuple):
    """What the search found, slot by slot: what was written, whether no byte waits behind it, how far behind the next best way there
    was; and the score of all, how many slots were read, and how far the next best reading of all is behind.
    """

    written: list[str]
    whole: list[bool]
    gaps: list[float]
    score: float
    slots: int
    gap: float


class Candidate:
    """What the next byte makes: the pattern that waits then (None: it cannot follow), and the characters that may be complete, by
    their symbols (of those that share one, the likeliest), the likeliest first.
    """

    __slots__ = ("best", "only", "ranked", "waiting")

    def __init__(self, waiting: Pattern | None, found: Sequence[tuple[float, float, str, str]]) -> None:
        self.waiting = waiting
        best: dict[str, tuple[float, str]] = {}
        for _, bias, symbol, char in found:
            if symbol not in best or best[symbol][0] < bias:
                best[symbol] = (bias, char)
        self.best, self.ranked = best, list(best)
        self.only = found[0][3] if len(found) == 1 else ""


class Candidates:
    """What an encoding makes of the next byte, ready to be weighed. Of many characters only the likeliest are kept.

    bias: nats to add for a character. never: characters that unknown bytes are not (unless a way is ``free``).
    """

    def __init__(self, feed: Feed, model: Model, bias: Bias, never: frozenset[str] = frozenset()) -> None:
        self.model, self.bias = model, bias
        self._feed, self._never = feed, never
        self._tables: dict[tuple[bool, frozenset[str] | None], dict[tuple[Pattern, Item], Candidate]] = {}

    def table(self, free: bool, allowed: frozenset[str] | None) -> dict[tuple[Pattern, Item], Candidate]:
        """The candidates known so far of ways that are ``free``, or restricted to ``allowed``."""
        return self._tables.setdefault((free, allowed), {})

    def make(self, waiting: Pattern, item: Item, free: bool, allowed: frozenset[str] | None) -> Candidate:
        """The candidates of ``item`` behind ``waiting``."""
        pattern, chars = self._feed(waiting, item)
        if chars and allowed is not None:
            chars = tuple(c for c in chars if c in allowed)
            pattern = pattern if chars else None
        if len(chars) > 1 and not free:
            chars = tuple(c for c in chars if c not in self._never)
            pattern = pattern if chars else None
        fold, likely, bias = self.model.fold, self.model.frequency, self.bias
        found = sorted((-likely(s) - b, b, s, c) for c in chars for s, b in ((fold(c), bias(c)),))[:MOST_RANKED]
        made = self.table(free, allowed)[waiting, item] = Candidate(pattern, found)
        return made


class Lattice:
    """Searches that share what one document says of itself.

    own: pairs of symbols that the document has, first to second to what the pair is worth (nats).
    """

    def __init__(self, candidates: Candidates, own: Own) -> None:
        self._candidates, self._own = candidates, own
        self._ranked: dict[tuple[str, Candidate, int], list[tuple[float, str, str]]] = {}

    def read(
        self, slots: Iterable[Slot], context: str, settle: int = 0, effort: Effort = QUICK, cut: bool = False
    ) -> Reading | None:
        """The best reading of ``slots`` behind ``context`` (symbols), or None where no way leads through.

        settle: give the answer as soon as one state is left, with no byte waiting, this many slots (at least) from the start; 0:
        only at the end. cut: the end may cut a character.
        """
        states: States = {((), context): Step(0.0, FAR, None, 0, "", (), context)}
        n = 0
        for n, slot in enumerate(slots, 1):
            if slot.gaps and slot.most:
                states = self._insert(states, slot, n, effort)
            fresh: States = {}
            if slot.literal:
                for step in states.values():
                    if not step.waiting:
                        score, follow = self.write(step.score, step.context, slot.shown)
                        _keep(fresh, Step(score, FAR, step, n, slot.shown, (), follow))
            else:
                for way in slot.ways:
                    for step in states.values():
                        self._follow(fresh, step, way, n, effort.ways)
            if not fresh:
                return None
            states = _pruned(fresh, effort)
            if settle and n >= settle and len(states) == 1 and not next(iter(states.values())).waiting:
                break
        done = sorted((s for s in states.values() if cut or not s.waiting), key=lambda s: -s.score)
        if not done:
            return None
        best = done[0]
        written, whole, gaps = [""] * n, [True] * n, [FAR] * n
        step_: Step | None = best
        at = n + 1
        while step_ is not None and step_.before is not None:
            i = step_.slot - 1
            if step_.slot != at:  # the last step of a slot; those before it were gaps
                at = step_.slot
                whole[i] = not step_.waiting
            written[i] = step_.written + written[i]
            gaps[i] = min(gaps[i], step_.gap)
            step_ = step_.before
        if len(done) > 1:
            gaps[-1] = min(gaps[-1], best.score - done[1].score)
        return Reading(written, whole, gaps, best.score, n, min(gaps, default=FAR))

    def write(self, score: float, context: str, text: str) -> tuple[float, str]:
        """Score and context behind ``text`` as it stands."""
        model, bias, own = self._candidates.model, self._candidates.bias, self._own
        for char in text:
            symbol = model.fold(char)
            if symbol == BREAK:
                if context != START:
                    score += model.symbol_step(context, symbol)
                    context = START
            elif symbol not in "0a" or context[-1] != symbol:
                last = context[-1]
                score += model.symbol_step(context, symbol)
                if last in own and symbol in own[last]:
                    score += own[last][symbol]
                context = last + symbol
            score += bias(char)
        return score, context

    def _insert(self, states: States, slot: Slot, n: int, effort: Effort) -> States:
        """``states`` and those behind what may have been lost before ``slot``."""
        layer, pool = states, dict(states)
        for _ in range(slot.most):
            fresh: States = {}
            for way in slot.gaps:
                for step in layer.values():
                    self._follow(fresh, step, way, n, effort.ways)
            if not fresh:
                break
            layer = {}
            for key, step in _pruned(fresh, effort).items():
                _keep(pool, step)
                if pool[key].before is step.before:
                    layer[key] = step
        return pool  # not pruned: what was put in has paid for its characters already, what goes on without has not

    def _follow(self, fresh: States, state: Step, way: Way, n: int, most: int) -> None:
        """All ends of feeding ``way`` to ``state``."""
        waiting = state.waiting
        if (way.inside and not waiting) or (way.behind is not None and (waiting or state.context[-1] not in way.behind)):
            return
        table = self._candidates.table(way.free, way.allowed)
        ends = [(state.score + way.cost, waiting, state.context, "")]
        for item in way.items:
            new = []
            for score, waiting, context, written in ends:
                found = table.get((waiting, item)) or self._candidates.make(waiting, item, way.free, way.allowed)
                after = found.waiting
                if after is None:
                    continue
                if found.only:
                    score, context = self.write(score, context, found.only)
                    new.append((score, after, context, written + found.only))
                elif found.ranked:
                    new += [(score + p, after, c, written + char) for p, c, char in self._likeliest(context, found, most)]
                else:
                    new.append((score, after, context, written))
            ends = new if len(new) <= most else nlargest(most, new)
        for score, waiting, context, written in ends:
            key = (waiting, context)
            old = fresh.get(key)
            if old is None:
                fresh[key] = Step(score, FAR, state, n, written, waiting, context)
            elif score > old.score:
                fresh[key] = Step(score, score - old.score, state, n, written, waiting, context)
            elif old.score - score < old.gap:
                fresh[key] = old._replace(gap=old.score - score)

    def _likeliest(self, context: str, found: Candidate, most: int) -> list[tuple[float, str, str]]:
        """(log probability, context behind it, character) of the ``most`` likeliest of ``found`` behind ``context``.

        What the model has seen behind the context is weighed, and of the rest as many as are wanted: these are in order already.
        """
        key = (context, found, most)
        ranked = self._ranked.get(key)
        if ranked is not None:
            return ranked
        model, best, last = self._candidates.model, found.best, context[-1]
        seen, rest = model.followers(context, best.keys())
        more = most
        for symbol in found.ranked:
            if symbol not in seen:
                seen[symbol] = rest + model.frequency(symbol)
                more -= 1
                if not more:
                    break
        own = self._own.get(last, {})
        for symbol in own.keys() & best.keys():
            p = seen.get(symbol)
            seen[symbol] = own[symbol] + (rest + model.frequency(symbol) if p is None else p)
        scores = nlargest(most, [(p + best[s][0], s) for s, p in seen.items()])
        ranked = [(p, START if s == BREAK else last + s, best[s][1]) for p, s in scores]
        self._ranked[key] = ranked
        return ranked


def _keep(fresh: States, step: Step) -> None:
    key = (step.waiting, step.context)
    old = fresh.get(key)
    if old is None:
        fresh[key] = step
    elif step.score > old.score:
        fresh[key] = step._replace(gap=min(step.gap, step.score - old.score))
    elif old.score - step.score < old.gap:
        fresh[key] = old._replace(gap=old.score - step.score)


def _pruned(fresh: States, effort: Effort) -> States:
    if len(fresh) == 1:
        return fresh
    least = max(s.score for s in fresh.values()) - effort.spread
    kept = [(k, s) for k, s in fresh.items() if s.score >= least]
    if len(kept) > effort.width:
        kept = sorted(kept, key=lambda x: -x[1].score)[: effort.width]
    return dict(kept)
