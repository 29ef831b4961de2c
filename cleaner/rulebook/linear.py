"""Which patterns run in linear time: a check of the parsed pattern, before it ever meets a text.

Python's ``re`` backtracks. What it does from one start of a match is a walk over *ways*: each alternative that may be tried
again and each length that a repeat may take opens another one. The check goes over the parsed pattern (CPython's own parser, so
that nothing is understood differently) and bounds the steps of that walk:

* In a sequence ways multiply, in an alternation they add up, but alternatives of which only one can match count once.
* A bounded repeat ``x{m,n}`` has as many ways as lengths, but one where the length is *settled*: what follows cannot begin with
  a character of ``x``, or the repeat is possessive, or nothing that follows can fail.
* An unbounded repeat must be settled. That bounds one attempt by the length of its run, not yet the search, which tries every
  start: ``x+y`` takes n²/2 steps on ``xxx…``. So it must also be *anchored*: before it stands a character that the run cannot
  hold, at a bounded distance, or one that nothing between it and the end of the run can hold. Then few starts reach one run.
* Where only one start is tried (a pattern for a whole line), nothing needs an anchor, and one repeat may be unsettled if all
  that follows is bounded: its ways are then as many as the line has characters.
* Back-references and conditional groups are refused, and lookarounds without a bound but where they are tried once a line.

The characters that a part can begin with and consist of are exact sets of code points, so "cannot" is decided and not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from importlib import import_module
from itertools import islice, pairwise
from typing import Any, Literal, NamedTuple

from cleaner.rulebook.patterns import MOST_CONTEXT

# CPython's parser of patterns (3.11 to 3.14); private, and the only thing that sees what the engine will run
_parser: Any = import_module("re._parser")
_op: Any = import_module("re._constants")

# how a pattern is used: on a whole line; searched; searched, and dropped where its context does not fit; as such a context
Mode = Literal["line", "search", "tentative", "context"]

# Most steps from one start of a match, by mode: a search may make them at every character of a text, a pattern for lines makes
# them once a line. The bounds are far above what texts can be made to cost (see docs/decisions.md).
MOST_STEPS = {"line": 200_000, "search": 1_000, "tentative": 1_000, "context": 1_000}

# most anchors looked at behind an unbounded repeat
MOST_ANCHORS = 50

_NO_FLAGS = "flags are refused: patterns run on the fold, where case and width are gone"

_LAST = 0x10FFFF
_END = 0x110000  # the end of the text, as if it were a character


class PatternError(ValueError):
    """A pattern is wrong or can take too long; the text says why, and what to write instead."""


# -- sets of code points: sorted, disjoint, inclusive ranges

Chars = tuple[tuple[int, int], ...]

_NONE: Chars = ()
_ANY: Chars = ((0, _LAST),)
_ANYTHING: Chars = ((0, _END),)
_AT_END: Chars = ((_END, _END),)


def _union(sets: Iterable[Chars]) -> Chars:
    new: list[tuple[int, int]] = []
    for low, high in sorted(r for s in sets for r in s):
        if new and low <= new[-1][1] + 1:
            new[-1] = (new[-1][0], max(high, new[-1][1]))
        else:
            new.append((low, high))
    return tuple(new)


def _without(chars: Chars) -> Chars:
    edges = [(-1, -1), *chars, (_LAST + 1, _LAST + 1)]
    return tuple((a[1] + 1, b[0] - 1) for a, b in pairwise(edges) if a[1] + 1 < b[0])


def _meet(a: Chars, b: Chars) -> bool:
    i = j = 0
    while i < len(a) and j < len(b):
        if a[i][1] < b[j][0]:
            i += 1
        elif b[j][1] < a[i][0]:
            j += 1
        else:
            return True
    return False


@cache
def _category(escape: str) -> Chars:
    r"""The code points of an escape such as \d, as the engine itself has them."""
    found = re.finditer(escape + "+", _every_char())
    return tuple((m.start(), m.end() - 1) for m in found)


@cache
def _every_char() -> str:
    return "".join(map(chr, range(_LAST + 1)))


def _class(items: Sequence[tuple[Any, Any]]) -> Chars:
    parts: list[Chars] = []
    negated = False
    for op, value in items:
        if op is _op.NEGATE:
            negated = True
        elif op is _op.LITERAL:
            parts.append(((value, value),))
        elif op is _op.RANGE:
            parts.append((value,))
        else:
            name = str(value).removeprefix("CATEGORY_")
            letter = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[name.removeprefix("NOT_")]
            chars = _category(letter)
            parts.append(_without(chars) if name.startswith("NOT_") else chars)
    chars = _union(parts)
    return _without(chars) if negated else chars


_DOT = _without(((10, 10),))


def _single(op: Any, value: Any) -> Chars | None:
    """The set of a node that takes exactly one character, else None."""
    if op is _op.LITERAL:
        return ((value, value),)
    if op is _op.NOT_LITERAL:
        return _without(((value, value),))
    if op is _op.ANY:
        return _DOT
    if op is _op.IN:
        return _class(value)
    return None


def _lone(items: Sequence[Any]) -> Chars | None:
    """The set of a body that is one character."""
    if len(items) != 1:
        return None
    op, value = items[0]
    return _lone(value[3]) if op is _op.SUBPATTERN else _single(op, value)


# -- what comes next


class _Next(NamedTuple):
    """What follows a node.

    first: the characters that it can begin with.  sure: it cannot fail before the match, or the atomic group around, is made.
    done: it is the match that is then made.  end: it is the end of the line.
    """

    first: Chars
    sure: bool = False
    done: bool = False
    end: bool = False


_REPEATS = (_op.MAX_REPEAT, _op.MIN_REPEAT, _op.POSSESSIVE_REPEAT)


def _before(items: Sequence[Any], after: _Next) -> _Next:
    for op, value in reversed(items):
        after = _before_node(op, value, after)
    return after


def _before_node(op: Any, value: Any, after: _Next) -> _Next:
    chars = _single(op, value)
    if chars is not None:
        return _Next(chars)
    if op is _op.SUBPATTERN:
        return _before(value[3], after)
    if op is _op.ATOMIC_GROUP:
        inner = _before(value, _Next(_ANYTHING, sure=True))
        return _Next(_before(value, after).first, inner.sure and after.sure, inner.sure and after.done)
    if op is _op.BRANCH:
        ways = [_before(branch, after) for branch in value[1]]
        return _Next(_union(way.first for way in ways), any(way.sure for way in ways), any(way.done for way in ways))
    if op in _REPEATS:
        low, _, body = value
        first = _before(body, after).first
        if low:
            return _Next(first)
        rest = after.end and value[1] is _op.MAXREPEAT and _takes_all(body)
        return _Next(_union((first, after.first)), after.sure or rest, after.done or rest)
    if op is _op.AT and value in (_op.AT_END, _op.AT_END_STRING):
        return _Next(_AT_END if value is _op.AT_END_STRING else ((10, 10), (_END, _END)))
    if op is _op.AT:
        return _Next(after.first)
    if op is _op.ASSERT and value[0] > 0 and value[1].getwidth()[0]:
        return _Next(_before(value[1], _Next(_ANYTHING)).first)
    return _Next(_ANYTHING)


def _takes_all(body: Sequence[Any]) -> bool:
    """Whether a body is one character, and any that a line can hold."""
    chars = _lone(body)
    return chars is not None and not _meet(_without(chars), _DOT)


def _chars_of(items: Sequence[Any]) -> Chars:
    """Every character that a match of ``items`` can hold."""
    parts = []
    for op, value in items:
        chars = _single(op, value)
        if chars is not None:
            parts.append(chars)
        elif op is _op.SUBPATTERN:
            parts.append(_chars_of(value[3]))
        elif op is _op.ATOMIC_GROUP:
            parts.append(_chars_of(value))
        elif op is _op.BRANCH:
            parts += map(_chars_of, value[1])
        elif op in _REPEATS:
            parts.append(_chars_of(value[2]))
    return _union(parts)


def _exclusive(a: Sequence[Any], b: Sequence[Any], after: _Next) -> bool:
    """Whether no text lets both alternatives match at one place."""
    n = 0
    while n < min(len(a), len(b)):
        one, two = _single(*a[n]), _single(*b[n])
        if one is None or two is None:
            break
        if not _meet(one, two):
            return True
        n += 1
    return not _meet(_before(list(a)[n:], after).first, _before(list(b)[n:], after).first)


# -- the walk


class _Anchor(NamedTuple):
    """A character that every match has here: one of ``chars``, at most ``distance`` back (None: any), ``since`` between."""

    chars: Chars
    distance: int | None = 0
    since: Chars = _NONE

    def reach(self, run: Chars) -> int | None:
        """How many starts can reach one run of ``run``, or None where the anchor does not bound them."""
        if _meet(self.chars, run):
            return None
        if not _meet(self.chars, self.since):
            return 1
        return None if self.distance is None else self.distance + 1


class _Trail:
    """The way from the start of a match to here, as a chain of the parts passed: what each can hold, its most width (None: no
    bound), and the last character that it is sure of.
    """

    __slots__ = ("anchor", "before", "chars", "width")

    def __init__(
        self, before: _Trail | None, chars: Chars = _NONE, width: int | None = 0, anchor: _Anchor | None = None
    ) -> None:
        self.before = before
        self.chars = chars
        self.width = width
        self.anchor = anchor

    def anchors(self, until: _Trail | None = None) -> Iterator[_Anchor]:
        """The anchors from here back to ``until``, as seen from here."""
        step: _Trail | None = self
        distance: int | None = 0
        since = _NONE
        while step is not None and step is not until:
            if step.anchor is not None:
                chars, far, between = step.anchor
                yield _Anchor(chars, _plus(distance, far), _union((since, between)))
            distance, since = _plus(distance, step.width), _union((since, step.chars))
            step = step.before


class _Cost(NamedTuple):
    """Bounds for one attempt. loose: an unsettled repeat has been passed, whose ways count once for every character."""

    ways: int = 1
    steps: int = 0
    loose: bool = False


class _Walk:
    """The walk over one pattern, collecting nothing but the bounds; raises PatternError where there is none."""

    def __init__(self, mode: Mode) -> None:
        self.mode = mode
        self.limit = MOST_STEPS[mode]

    def sequence(self, items: Sequence[Any], after: _Next, trail: _Trail, loose: bool, nested: bool) -> tuple[_Cost, _Trail]:
        """The cost of ``items`` before ``after``, and the trail behind them."""
        follows = [after]
        for op, value in reversed(items):
            follows.append(_before_node(op, value, follows[-1]))
        follows.reverse()
        ways, steps = 1, 0
        for n, (op, value) in enumerate(items):
            cost, trail = self.node(op, value, follows[n + 1], trail, loose, nested)
            steps += ways * cost.steps
            ways *= cost.ways
            loose = cost.loose
            if steps > self.limit or ways > self.limit:
                raise PatternError(
                    f"{_show(op, value)} brings the ways to match to more than {self.limit:,} steps from one start; "
                    "write shorter repeats, or such that end where what follows begins"
                )
        return _Cost(ways, steps, loose), trail

    def node(self, op: Any, value: Any, after: _Next, trail: _Trail, loose: bool, nested: bool) -> tuple[_Cost, _Trail]:
        """The cost of one node, and the trail behind it."""
        chars = _single(op, value)
        if chars is not None:
            return _Cost(1, 1, loose), _Trail(trail, chars, 1, _Anchor(chars))
        if op is _op.AT:
            # the start of a line is like a character that no run can hold
            start = value in (_op.AT_BEGINNING, _op.AT_BEGINNING_STRING)
            return _Cost(1, 1, loose), _Trail(trail, anchor=_Anchor(_NONE)) if start else trail
        if op is _op.SUBPATTERN:
            _, add, drop, body = value
            if add or drop:
                raise PatternError(_NO_FLAGS)
            return self.sequence(body, after, trail, loose, nested)
        if op is _op.ATOMIC_GROUP:
            inner, trail = self.sequence(value, _Next(_ANYTHING, sure=True, done=after.done), trail, loose, nested)
            return inner._replace(ways=1), trail
        if op is _op.BRANCH:
            return self.branch(value[1], after, trail, loose, nested)
        if op in _REPEATS:
            return self.repeat(op, value, after, trail, loose, nested)
        if op in (_op.ASSERT, _op.ASSERT_NOT):
            endless = _bounded(_width(value[1])) is None
            if endless and (self.mode != "line" or nested or loose):
                raise PatternError(f"{_show(op, value)} has no bound and is tried again and again: write {{0,n}} in it")
            look, _ = self.sequence(value[1], _Next(_ANYTHING, sure=True), _Trail(None), not endless, not endless)
            return _Cost(1, 1 + look.steps, loose), trail
        raise PatternError("back-references and conditional groups are refused: they make a match depend on another one's text")

    def branch(self, branches: Sequence[Any], after: _Next, trail: _Trail, loose: bool, nested: bool) -> tuple[_Cost, _Trail]:
        """Alternatives: their ways add up, but for those of which only one can match."""
        tried = [self.sequence(branch, after, trail, loose, nested) for branch in branches]
        costs = [cost for cost, _ in tried]
        last = [anchor for _, end in tried for anchor in islice(end.anchors(trail), 1)]
        anchor = None
        if len(last) == len(branches):
            distances = [a.distance for a in last if a.distance is not None]
            distance = max(distances) if len(distances) == len(last) else None
            anchor = _Anchor(_union(a.chars for a in last), distance, _union(a.since for a in last))
        trail = _Trail(trail, _union(map(_chars_of, branches)), _bounded(max(map(_width, branches))), anchor)
        numbers = range(len(branches))
        apart = _groups(numbers, lambda a, b: _exclusive(branches[a], branches[b], after))
        firsts = [_before(branch, after).first for branch in branches]
        begin_apart = _groups(numbers, lambda a, b: not _meet(firsts[a], firsts[b]))
        cost = _Cost(
            ways=sum(max(costs[n].ways for n in group) for group in apart),
            # of those that begin apart one goes on, the others look at one character
            steps=sum(len(group) + max(costs[n].steps for n in group) for group in begin_apart),
            loose=any(cost.loose for cost in costs),
        )
        return cost, trail

    def repeat(self, op: Any, value: Any, after: _Next, trail: _Trail, loose: bool, nested: bool) -> tuple[_Cost, _Trail]:
        """A repeat: one way where its length is settled, else one for every length that it can take."""
        low, high, body = int(value[0]), value[1], value[2]
        endless = high is _op.MAXREPEAT
        many = endless or high > 1
        again = _before(body, after).first
        inside = _Next(_union((again, after.first))) if many else after
        chars = _chars_of(body)
        # seen from a later round, what stood before the repeat is further off
        start = _Trail(trail, chars, None if endless else _bounded((int(high) - 1) * _width(body))) if many else trail
        inner, end = self.sequence(body, inside, start, loose, nested or many)
        anchor = next(end.anchors(start), None) if low else None
        behind = _Trail(trail, chars, None if endless else _bounded(int(high) * _width(body)), anchor)
        nullable = not body.getwidth()[0]
        possessive = op is _op.POSSESSIVE_REPEAT
        rest = after.end and endless and _takes_all(body)
        settled = possessive or after.sure or rest or (inner.ways == 1 and not nullable and not _meet(again, after.first))
        each = 1 if possessive else inner.ways
        if not endless:
            ways = 1 if settled else _powers(each, low, int(high), self.limit)
            return _Cost(ways, inner.steps * _powers(each, 0, max(int(high) - 1, 0), self.limit), inner.loose), behind
        steps = (inner.steps + 1) * _powers(each, 0, low, self.limit)
        if nullable:
            raise PatternError(f"{_show(op, value)} repeats what can be empty without a bound")
        if self.mode == "context":
            raise PatternError(f"{_show(op, value)} has no bound: a context is at most {MOST_CONTEXT} characters long")
        if loose and not (after.done or rest):
            raise PatternError(f"{_show(op, value)} stands behind another repeat that may give back what it took: bound one")
        if not settled:
            if self.mode != "line" or nested or _lone(body) is None:
                raise PatternError(
                    f"{_show(op, value)} may give back what it took, without a bound: write {{{low},n}}, "
                    "or a class without what follows, as in [^>]+>, or make it possessive (++, *+)"
                )
            return _Cost(1, steps, loose=True), behind
        if self.mode == "line" or after.done:
            return _Cost(1, steps, loose), behind
        for anchor in islice(trail.anchors(), MOST_ANCHORS):
            reach = anchor.reach(chars)
            if reach is not None:
                return _Cost(1, steps * reach, loose), behind
        raise PatternError(
            f"{_show(op, value)} is tried again from every character of a run, n² steps in all: bound it ({{{low},n}}), or "
            "put before it a character that it cannot hold, as in <[^<>]+>"
        )


def _groups(numbers: Iterable[int], apart: Callable[[int, int], bool]) -> list[list[int]]:
    """``numbers`` in few groups in which any two are ``apart``."""
    groups: list[list[int]] = []
    for n in numbers:
        for group in groups:
            if all(apart(n, member) for member in group):
                group.append(n)
                break
        else:
            groups.append([n])
    return groups


def _plus(a: int | None, b: int | None) -> int | None:
    return None if a is None or b is None else a + b


def _width(items: Any) -> int:
    return int(items.getwidth()[1])


def _bounded(width: int) -> int | None:
    return width if width < int(_op.MAXREPEAT) else None


def _powers(base: int, low: int, high: int, limit: int) -> int:
    """base**low + … + base**high, or something above ``limit``."""
    if base == 1:
        return high - low + 1
    total = 0
    for exponent in range(low, high + 1):
        total += base ** min(exponent, 64)
        if total > limit:
            break
    return total


def _show(op: Any, value: Any) -> str:
    """A part of a pattern, roughly as it is written."""
    chars = _single(op, value)
    if chars is not None:
        if op is _op.ANY:
            return "."
        if op is _op.LITERAL:
            return chr(value)
        return "[…]" if op is _op.IN else f"[^{chr(value)}]"
    if op in _REPEATS:
        low, high, body = value
        inner = "".join(_show(*item) for item in body[:3])
        inner = inner if len(body) == 1 and body[0][0] is not _op.BRANCH else f"(?:{inner})"
        if high is _op.MAXREPEAT:
            count = {0: "*", 1: "+"}.get(int(low), f"{{{low},}}")
        else:
            count = "?" if (low, high) == (0, 1) else f"{{{low},{high}}}"
        return inner + count + {_op.MIN_REPEAT: "?", _op.POSSESSIVE_REPEAT: "+"}.get(op, "")
    if op is _op.SUBPATTERN:
        return "(" + "".join(_show(*item) for item in value[3][:3]) + ")"
    if op is _op.BRANCH:
        return "…|…"
    return "a lookaround" if op in (_op.ASSERT, _op.ASSERT_NOT) else "…"


def steps(source: str, mode: Mode) -> int:
    """The most steps of ``source`` from one start. Raises PatternError where it is no pattern or has no such bound."""
    searched = mode in ("search", "tentative")
    try:
        tree = _parser.parse(source)
        if tree.state.flags & ~re.UNICODE:
            raise PatternError(_NO_FLAGS)
        if mode == "context" and _width(tree) > MOST_CONTEXT:
            raise PatternError(f"a context is at most {MOST_CONTEXT} characters long")
        sure = mode != "tentative"
        after = _Next(_AT_END, end=True) if mode == "line" else _Next(_ANYTHING, sure=sure, done=sure)
        cost, _ = _Walk(mode).sequence(tree, after, _Trail(None), loose=False, nested=False)
    except (re.error, OverflowError) as error:
        raise PatternError(f"not a pattern: {error}") from None
    except RecursionError:
        raise PatternError("its groups are nested too deep") from None
    if searched and not tree.getwidth()[0]:
        raise PatternError("it can match an empty piece, which is everywhere")
    return cost.steps
