"""The most likely text behind bytes of which some are unknown: a beam over a lattice of bytes, an automaton of the encoding, and
the n-gram model.

What is shown is turned into slots. A slot offers alternatives: the bytes (or classes of unknown bytes) that may have stood there,
each at a cost. The search walks the slots from left to right. Its states are the bytes that wait for their character and the last
two symbols of the text; of the ways that lead into one state only the best goes on (Viterbi 1967), and of the states the best
few. So the time is linear in the slots, and only unknown bytes branch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from cleaner.language import Model
from cleaner.language.model import BREAK, START
from cleaner.stages.repair.codecs import Item, Pattern

SPREAD = 28.0  # nats behind the best at which a state is dropped
OWN = 1.2  # nats for a pair of symbols that the rest of the document has
MOST_RANKED = 100  # characters that are weighed in their context, the likeliest without it


class Effort(NamedTuple):
    """How wide a search looks: states kept after a slot, and characters that an unknown byte may become, for each state."""

    width: int
    ways: int


QUICK = Effort(8, 6)
THOROUGH = Effort(32, 20)

Feed = Callable[[Pattern, Item], tuple[Pattern | None, tuple[str, ...]]]


Bias = Callable[[str], float]


class Way(NamedTuple):
    """One alternative of a slot: the items that it feeds, its cost in nats (0 or less), what its characters must be among,
    whether it is open only while a byte waits for its character to be whole (``inside``), or only behind one of some symbols. free: what it makes may be among ``never`` of the search.
    """

    items: tuple[Item, ...]
    cost: float = 0.0
    allowed: frozenset[str] | None = None
    inside: bool = False
    behind: frozenset[str] | None = None
    free: bool = False


class Slot(NamedTuple):
    """A piece of what is shown and the bytes that it may stand for; a ``literal`` one passes as it is between two characters.

    noted: the piece is a note that goes away.
    """

    shown: str
    ways: tuple[Way, ...] = ()
    literal: bool = False
    noted: bool = False


class Step(NamedTuple):
    """The end of a way through the first slots: its score, the step before it, what it wrote, what waits, the model's context."""

    score: float
    gap: float
    before: Step | None
    written: str
    waiting: Pattern
    context: str


class Candidate(NamedTuple):
    """The pattern that waits next (None: the byte cannot follow), and the characters that are complete, with symbols and biases."""

    waiting: Pattern | None
    chars: tuple[str, ...]
    symbols: list[str]
    biases: list[float]


class Reading(NamedTuple):
    """What the search found: for each slot what was written while it was fed, the score, and how far behind the next best reading is."""

    written: list[str]
    score: float
    gap: float
    slots: int
    whole: list[bool]


class Candidates:
    """What an encoding makes of the next byte, ready to be weighed: characters, their symbols, and what is known of each beside
    the model. Of many characters only the likeliest are kept.

    bias: nats to add for a character. never: characters that unknown bytes are not (unless a way is ``free``).
    """

    def __init__(self, feed: Feed, model: Model, bias: Bias, never: frozenset[str] = frozenset()) -> None:
        self.model = model
        self._feed, self._bias, self._never = feed, bias, never
        self._known: dict[tuple[Pattern, Item, bool, frozenset[str] | None], Candidate] = {}

    def get(self, waiting: Pattern, item: Item, free: bool = False, allowed: frozenset[str] | None = None) -> Candidate:
        """The candidates of ``item`` behind ``waiting``, of ``allowed`` where that is given."""
        key = (waiting, item, free, allowed)
        found = self._known.get(key)
        if found is None:
            pattern, chars = self._feed(waiting, item)
            if chars and allowed is not None:
                chars = tuple(c for c in chars if c in allowed)
                pattern = pattern if chars else None
            if len(chars) > 1:
                if not free:
                    chars = tuple(c for c in chars if c not in self._never)
                order = sorted(chars, key=lambda c: (-self.model.frequency(self.model.fold(c)) - self._bias(c), c))
                chars = tuple(order[:MOST_RANKED])
            found = Candidate(pattern, chars, [self.model.fold(c) for c in chars], [self._bias(c) for c in chars])
            self._known[key] = found
        return found

    def write(self, own: frozenset[str], score: float, context: str, text: str) -> tuple[float, str]:
        """Score and context behind ``text`` as it stands."""
        for char in text:
            symbol = self.model.fold(char)
            if symbol == BREAK:
                if context != START:
                    score += self.model.symbol_step(context, symbol)
                    context = START
            elif symbol not in "0a" or context[-1] != symbol:
                score += self.model.symbol_step(context, symbol)
                if context[-1] + symbol in own:
                    score += OWN
                context = context[-1] + symbol
            score += self._bias(char)
        return score, context


def search(
    slots: Sequence[Slot], candidates: Candidates, context: str, own: frozenset[str], settle: int = 0, effort: Effort = QUICK
) -> Reading | None:
    """The best reading of ``slots`` behind ``context`` (symbols), or None where no way leads through.

    own: pairs of symbols of the document. settle: give the answer as soon as one state is left, with no byte waiting, this many
    slots (at least) from the start; 0: only at the end.
    """
    first = Step(0.0, 99.0, None, "", (), context)
    states: dict[tuple[Pattern, str], Step] = {((), context): first}
    n = 0
    for n, slot in enumerate(slots, 1):
        fresh: dict[tuple[Pattern, str], Step] = {}
        for state in states.values():
            if slot.literal:
                if not state.waiting:
                    _keep(fresh, *candidates.write(own, state.score, state.context, slot.shown), slot.shown, (), state)
                continue
            for way in slot.ways:
                _follow(fresh, state, way, candidates, own, effort.ways)
        if not fresh:
            return None
        states = _prune(fresh, effort.width)
        if settle and n >= settle and len(states) == 1 and not next(iter(states.values())).waiting:
            break
    done = sorted((s for s in states.values() if not s.waiting), key=lambda s: -s.score)
    if not done:
        return None
    best = done[0]
    gap = min(best.gap, best.score - done[1].score) if len(done) > 1 else best.gap
    written, whole = [], []
    step: Step | None = best
    while step is not None and step.before is not None:
        written.append(step.written)
        whole.append(not step.waiting)
        step = step.before
    return Reading(written[::-1], best.score, gap, n, whole[::-1])


def _follow(
    fresh: dict[tuple[Pattern, str], Step], state: Step, way: Way, candidates: Candidates, own: frozenset[str], most: int
) -> None:
    """All ends of feeding ``way`` to ``state``."""
    if (way.inside and not state.waiting) or (
        way.behind is not None and (state.waiting or state.context[-1] not in way.behind)
    ):
        return
    model = candidates.model
    ends = [(state.score + way.cost, state.waiting, state.context, "")]
    for item in way.items:
        new = []
        for score, waiting, context, written in ends:
            pattern, chars, symbols, biases = candidates.get(waiting, item, way.free, way.allowed)
            if pattern is None:
                continue
            if not chars:
                new.append((score, pattern, context, written))
                continue
            if len(chars) == 1:
                after, follow = candidates.write(own, score, context, chars[0])
                new.append((after, pattern, follow, written + chars[0]))
                continue
            last = context[-1]
            steps = model.symbol_steps(context, symbols)
            scores = [p + b + (OWN if last + s in own else 0.0) for p, s, b in zip(steps, symbols, biases, strict=True)]
            for i in sorted(range(len(chars)), key=scores.__getitem__)[: -most - 1 : -1]:
                follow = START if symbols[i] == BREAK else last + symbols[i]
                new.append((score + scores[i], pattern, follow, written + chars[i]))
        ends = new
    for score, waiting, context, written in ends:
        _keep(fresh, score, context, written, waiting, state)


def _keep(
    fresh: dict[tuple[Pattern, str], Step], score: float, context: str, written: str, waiting: Pattern, state: Step
) -> None:
    key = (waiting, context)
    old = fresh.get(key)
    if old is None:
        fresh[key] = Step(score, state.gap, state, written, waiting, context)
    elif score > old.score:
        fresh[key] = Step(score, min(state.gap, score - old.score), state, written, waiting, context)
    elif old.score - score < old.gap:
        fresh[key] = old._replace(gap=old.score - score)


def _prune(fresh: dict[tuple[Pattern, str], Step], width: int) -> dict[tuple[Pattern, str], Step]:
    if len(fresh) == 1:
        return fresh
    least = max(s.score for s in fresh.values()) - SPREAD
    kept = [(k, s) for k, s in fresh.items() if s.score >= least]
    if len(kept) > width:
        kept = sorted(kept, key=lambda x: -x[1].score)[:width]
    return dict(kept)
