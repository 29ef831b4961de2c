"""The most likely text behind bytes of which some are unknown: a beam over a lattice of bytes, an automaton of the encoding, and
the n-gram model.

What is shown is turned into slots. A slot offers alternatives: the bytes (or sets of bytes) that may have stood there, each at a
cost. The search walks the slots from left to right. Its states are the bytes that wait for their character and the last two symbols
of the text; of the ways that lead into one state only the best goes on (Viterbi 1967), and of the states the best few. So the time
is linear in the slots, and only unknown bytes branch.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from heapq import nlargest
from operator import itemgetter
from typing import Any, NamedTuple

from cleaner.language import Model
from cleaner.language.model import BREAK, START
from cleaner.language.words import words
from cleaner.stages.repair.codecs import Feed, Item, Pattern

MOST_RANKED = 300  # characters that are weighed in their context, the likeliest without it
RIVAL = 6.0  # nats within which words decide between two readings
WORDS = 0.4  # nats of the trigram model that a nat of the word list is worth
AROUND = 4  # characters on either side of a difference that are divided into words with it
FAR = 99.0  # nats between the best reading and the next where there is no other


class Effort(NamedTuple):
    """How wide a search looks: states kept after a slot, characters that unknown bytes may become for each state, how many nats
    behind the best a state is dropped, and states kept after each thing that is put in between two slots.
    """

    width: int
    ways: int
    spread: float
    put: tuple[int, ...] = (8, 4, 2)


QUICK = Effort(10, 8, 13.0, (10, 5, 2))
THOROUGH = Effort(16, 14, 18.0, (16, 8, 4))


Bias = Callable[[str], float]
Own = dict[str, dict[str, float]]


@dataclass(slots=True, eq=False)
class Way:
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


# the end of a way into a slot: its score, how far behind the next best way to the same end was, the step before it, the slot's
# number, what it wrote, what waits, the model's context, and that next best way's step. A plain tuple: a search makes thousands
Step = tuple[float, float, Any, int, str, Pattern, str, Any]
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
        self._merged: dict[tuple[Pattern, tuple[Way, ...]], list[tuple[Candidate, dict[str, Pattern]]]] = {}

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

    def merged(self, waiting: Pattern, ways: tuple[Way, ...]) -> list[tuple[Candidate, dict[str, Pattern]]]:
        """The characters that the first items of ``ways`` complete behind ``waiting``, the ways' costs in their bias, and what waits
        behind each: the rest of its way's items. Those behind which something waits and the others are apart.
        """
        made = self._merged.get((waiting, ways))
        if made is None:
            made = self._merged[waiting, ways] = []
            for rest in (True, False):
                found, after = [], {}
                for way in ways:
                    if (len(way.items) > 1) is rest:
                        item = way.items[0]
                        first = self.table(way.free, None).get((waiting, item)) or self.make(waiting, item, way.free, None)
                        for symbol, (bias, char) in first.best.items():
                            found.append((-self.model.frequency(symbol) - bias - way.cost, bias + way.cost, symbol, char))
                            after[char] = way.items[1:]
                if found:
                    made.append((Candidate((), sorted(found)), after))
        return made


class Lattice:
    """Searches that share what one document says of itself.

    own: pairs of symbols that the document has, first to second to what the pair is worth (nats).
    """

    def __init__(self, candidates: Candidates, own: Own) -> None:
        self._candidates, self._own = candidates, own
        self._ranked: dict[tuple[str, Candidate, int], list[tuple[float, str, str]]] = {}
        self._single: dict[tuple[str, str], tuple[float, str]] = {}
        self._put: dict[tuple[Pattern, str, tuple[Way, ...], int], list[tuple[float, Pattern, str, str]]] = {}

    def read(
        self, slots: Iterable[Slot], context: str, settle: int = 0, effort: Effort = QUICK, cut: bool = False
    ) -> Reading | None:
        """The best reading of ``slots`` behind ``context`` (symbols), or None where no way leads through.

        settle: give the answer as soon as one state is left, with no byte waiting, this many slots (at least) from the start; 0:
        only at the end. cut: the end may cut a character.
        """
        states: States = {((), context): (0.0, FAR, None, 0, "", (), context, None)}
        n = 0
        for n, slot in enumerate(slots, 1):
            if slot.gaps and slot.most:
                states = self._insert(states, slot, n, effort)
            fresh: States = {}
            if slot.literal:
                for step in states.values():
                    if not step[5]:
                        score, follow = self.write(step[0], step[6], slot.shown)
                        _keep(fresh, (score, FAR, step, n, slot.shown, (), follow, None))
            else:
                for way in slot.ways:
                    for step in states.values():
                        self._follow(fresh, step, way, n, effort.ways)
            if not fresh:
                return None
            states = _pruned(fresh, effort.width, effort.spread)
            if settle and n >= settle and len(states) == 1 and not next(iter(states))[0]:
                break
        done = sorted((s for s in states.values() if cut or not s[5]), key=lambda s: -s[0])
        if not done:
            return None
        return self._traced(done, n)

    def _traced(self, done: list[Step], n: int) -> Reading:
        """The reading of ``n`` slots that ends in one of ``done``, the likeliest first. On the way back words decide wherever two ways
        met that the characters tell apart by little.
        """
        best = done[0]
        for other in done[1:]:
            best, _ = self._better(best, other, best[0] - other[0], "")
        written, whole, gaps = [""] * n, [True] * n, [FAR] * n
        if len(done) > 1:
            gaps[-1] = min(self._better(best, other, best[0] - other[0], "")[1] for other in done if other is not best)
        score, at, below, step = best[0], n + 1, "", best
        while step[2] is not None:
            gap = FAR
            if step[7] is not None:
                step, gap = self._better(step, step[7], step[1], below)
            i = step[3] - 1
            if step[3] != at:  # the last step of a slot; those before it were gaps
                at = step[3]
                whole[i] = not step[5]
            written[i] = step[4] + written[i]
            gaps[i] = min(gaps[i], gap)
            below = (step[4] + below)[:AROUND]
            step = step[2]
        return Reading(written, whole, gaps, score, n, min(gaps, default=FAR))

    def _better(self, one: Step, other: Step, gap: float, below: str) -> tuple[Step, float]:
        """Which of two ways to one end reads better as a row of words, ``gap`` (nats) being what the characters say for the first, and
        how far behind the other is. below: what follows.
        """
        if gap > RIVAL:
            return one, gap
        left, right = _branches(one, other)
        if left != right:
            cost = words().cost
            fold = self._candidates.model.fold
            gap += WORDS * (cost("".join(map(fold, right + below))) - cost("".join(map(fold, left + below))))
        return (one, gap) if gap >= 0 else (other, -gap)

    def write(self, score: float, context: str, text: str) -> tuple[float, str]:
        """Score and context behind ``text`` as it stands."""
        single = self._single
        for char in text:
            found = single.get((context, char)) or self._write(context, char)
            score, context = score + found[0], found[1]
        return score, context

    def _write(self, context: str, char: str) -> tuple[float, str]:
        model, own, score, last = self._candidates.model, self._own, self._candidates.bias(char), context[-1]
        symbol, follow = model.fold(char), context
        if symbol == BREAK:
            if context != START:
                score, follow = score + model.symbol_step(context, symbol), START
        elif symbol not in "0a" or last != symbol:
            score += model.symbol_step(context, symbol)
            if last in own and symbol in own[last]:
                score += own[last][symbol]
            follow = last + symbol
        made = self._single[context, char] = (score, follow)
        return made

    def _insert(self, states: States, slot: Slot, n: int, effort: Effort) -> States:
        """``states`` and those behind what may have been lost before ``slot``."""
        layer, pool = states, dict(states)
        for put in effort.put[: slot.most]:
            fresh: States = {}
            for step in layer.values() if not slot.gaps[0].inside else [s for s in layer.values() if s[5]]:
                for cost, waiting, context, written in self._insertions(step[5], step[6], slot.gaps, effort.ways):
                    _keep(fresh, (step[0] + cost, FAR, step, n, written, waiting, context, None))
            if not fresh:
                break
            layer = {}
            for key, step in _pruned(fresh, put, effort.spread).items():
                _keep(pool, step)
                if pool[key][2] is step[2]:
                    layer[key] = step
        return pool  # not pruned: what was put in has paid for its characters already, what goes on without has not

    def _insertions(
        self, waiting: Pattern, context: str, gaps: tuple[Way, ...], most: int
    ) -> list[tuple[float, Pattern, str, str]]:
        """The ``most`` likeliest ends of what ``gaps`` put behind ``waiting`` and ``context``: nats, what waits, context, text."""
        key = (waiting, context, gaps, most)
        found = self._put.get(key)
        if found is None:
            found = [
                (p, after[char], follow, char)
                for merged, after in self._candidates.merged(waiting, gaps)
                for p, follow, char in self._likeliest(context, merged, most)
            ]
            if not found:  # nothing is whole yet
                fresh: States = {}
                for way in gaps:
                    self._follow(fresh, (0.0, FAR, None, 0, "", waiting, context, None), way, 0, most)
                found = [(s[0], s[5], s[6], s[4]) for s in nlargest(most, fresh.values(), key=itemgetter(0))]
            self._put[key] = found
        return found

    def _follow(self, fresh: States, state: Step, way: Way, n: int, most: int) -> None:
        """All ends of feeding ``way`` to ``state``."""
        waiting, context = state[5], state[6]
        if (way.inside and not waiting) or (way.behind is not None and (waiting or context[-1] not in way.behind)):
            return
        table, single = self._candidates.table(way.free, way.allowed), self._single
        ends = [(state[0] + way.cost, waiting, context, "")]
        for item in way.items:
            new = []
            for score, waiting, context, written in ends:
                found = table.get((waiting, item)) or self._candidates.make(waiting, item, way.free, way.allowed)
                after = found.waiting
                if after is None:
                    continue
                if found.only:
                    char = found.only
                    step, context = single.get((context, char)) or self._write(context, char)
                    new.append((score + step, after, context, written + char))
                elif found.ranked:
                    new += [(score + p, after, c, written + char) for p, c, char in self._likeliest(context, found, most)]
                else:
                    new.append((score, after, context, written))
            ends = new if len(new) <= most else nlargest(most, new, key=itemgetter(0))
        for score, waiting, context, written in ends:
            _keep(fresh, (score, FAR, state, n, written, waiting, context, None))

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


def _branches(one: Step, other: Step) -> tuple[str, str]:
    """What two ways wrote since they parted, and a little before."""
    left, right, a, b = "", "", one, other
    while a is not b and (a[2] is not None or b[2] is not None):
        # the step that is further on goes back first
        if b[2] is None or (a[2] is not None and a[3] >= b[3]):
            left, a = a[4] + left, a[2]
        else:
            right, b = b[4] + right, b[2]
    before = ""
    while a[2] is not None and len(before) < AROUND:
        before, a = a[4] + before, a[2]
    return before + left, before + right


def _keep(fresh: States, step: Step) -> None:
    key = (step[5], step[6])
    old = fresh.get(key)
    if old is None:
        fresh[key] = step
    elif step[0] > old[0]:
        gap = step[0] - old[0]
        fresh[key] = (step[0], gap, *step[2:7], old) if gap < step[1] else step
    elif old[0] - step[0] < old[1]:
        fresh[key] = (old[0], old[0] - step[0], *old[2:7], step)


def _pruned(fresh: States, width: int, spread: float) -> States:
    if len(fresh) == 1:
        return fresh
    least = max(s[0] for s in fresh.values()) - spread
    kept = [(k, s) for k, s in fresh.items() if s[0] >= least]
    if len(kept) > width:
        kept = sorted(kept, key=lambda x: -x[1][0])[:width]
    return dict(kept)
