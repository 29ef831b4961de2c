"""The algebra of edits: replacements on one text, applied, inverted and composed.

An :class:`Edits` holds replacements in columns (one list per field), sorted by position and never overlapping. Columns keep
the passes over thousands of edits inside C: a traditional document has one edit for every second character.

Positions are code points of the text that the edits are *of*, their input. ``image`` carries a position from the input to
the output, ``preimage`` back. An insertion (an edit of an empty span) belongs to the character on its left.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from itertools import accumulate, chain, compress, count, repeat
from operator import add, eq, le, sub
from typing import NamedTuple, TypeVar

Rules = tuple[str, ...]
T = TypeVar("T")


class Edit(NamedTuple):
    """One replacement: ``text[start:end]`` becomes ``after``, by ``rules``.

    ``kind`` is empty for an edit proper; for a removal it says what was removed (chrome, metadata, furniture).
    """

    start: int
    end: int
    after: str
    rules: Rules
    kind: str = ""


class Edits:
    """Sorted, disjoint replacements on one text."""

    __slots__ = ("_outs", "afters", "ends", "kinds", "rules", "starts")

    def __init__(self, items: Iterable[Edit] = ()) -> None:
        self.starts: list[int] = []
        self.ends: list[int] = []
        self.afters: list[str] = []
        self.rules: list[Rules] = []
        self.kinds: list[str] = []
        self._outs: list[int] = []
        for item in items:
            self.append(item)

    @classmethod
    def columns(cls, starts: list[int], ends: list[int], afters: list[str], rule: str) -> Edits:
        """Edits of one rule from ready columns, which are taken over without a copy."""
        new = cls()
        new.starts, new.ends, new.afters = starts, ends, afters
        new.rules = [(rule,)] * len(starts)
        new.kinds = [""] * len(starts)
        return new

    @classmethod
    def of(cls, items: Iterable[Edit]) -> Edits:
        """Edits from items in any order."""
        return cls(sorted(items, key=lambda e: (e.start, e.end)))

    def copy(self) -> Edits:
        """The same edits in columns of their own."""
        new = Edits()
        new.starts, new.ends, new.afters = self.starts.copy(), self.ends.copy(), self.afters.copy()
        new.rules, new.kinds = self.rules.copy(), self.kinds.copy()
        return new

    def append(self, item: Edit) -> None:
        """Add ``item`` behind the others; one that does nothing is left out. Raises ValueError where it overlaps or comes late."""
        if item.start == item.end and not item.after:
            return
        if item.end < item.start or (self.ends and item.start < self.ends[-1]):
            raise ValueError(f"edit {item.start}:{item.end} is out of order or overlaps the one before it")
        self.starts.append(item.start)
        self.ends.append(item.end)
        self.afters.append(item.after)
        self.rules.append(item.rules)
        self.kinds.append(item.kind)

    def add(self, start: int, end: int, after: str, rule: str, kind: str = "") -> None:
        """``append`` with one rule and no tuple to build."""
        self.append(Edit(start, end, after, (rule,), kind))

    def __len__(self) -> int:
        return len(self.starts)

    def __iter__(self) -> Iterator[Edit]:
        return map(Edit, self.starts, self.ends, self.afters, self.rules, self.kinds)

    def __getitem__(self, i: int) -> Edit:
        return Edit(self.starts[i], self.ends[i], self.afters[i], self.rules[i], self.kinds[i])

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Edits) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return f"Edits({list(self)!r})"

    # -- on text

    def apply(self, text: str) -> str:
        """The output: ``text`` with every replacement made."""
        if not self.starts:
            return text
        parts = [""] * (2 * len(self.starts) + 1)
        parts[0:-1:2] = [text[a:b] for a, b in zip(chain((0,), self.ends), self.starts, strict=False)]
        parts[-1] = text[self.ends[-1] :]
        parts[1::2] = self.afters
        return "".join(parts)

    def befores(self, text: str) -> list[str]:
        """What stood at each edit in the input."""
        return [text[a:b] for a, b in zip(self.starts, self.ends, strict=True)]

    def out_starts(self) -> list[int]:
        """Where each replacement begins in the output. Remembered as long as no edit is added."""
        if len(self._outs) == len(self.starts):
            return self._outs
        gaps = map(sub, self.starts, chain((0,), self.ends))
        steps = chain.from_iterable(zip(gaps, map(len, self.afters), strict=True))
        self._outs = list(accumulate(steps))[0::2]
        return self._outs

    def invert(self, text: str) -> Edits:
        """The edits of the output that give ``text`` back (kinds are lost: an inverse removes nothing)."""
        starts = self.out_starts()
        new = Edits.columns(starts, [s + len(a) for s, a in zip(starts, self.afters, strict=True)], self.befores(text), "")
        new.rules = self.rules
        return new

    # -- on positions

    def image(self, positions: list[int]) -> list[int]:
        """Output positions of input ``positions``; one inside a replaced span goes to the end of its replacement."""
        outs = self.out_starts()
        found = []
        for p in positions:
            i = bisect_right(self.starts, p) - 1
            if i < 0 or not p:  # nothing stands on the left of 0: what is inserted there belongs to the right
                found.append(p)
                continue
            end_out = outs[i] + len(self.afters[i])
            found.append(end_out + max(0, p - self.ends[i]) if p > self.starts[i] or self.ends[i] == p else outs[i])
        return found

    def preimage(self, positions: list[int], *, left: bool = False) -> list[int]:
        """Input positions of output ``positions``; one inside a replacement goes to the start (``left``) or end of its span.

        Where something was deleted at a position, the answer is behind the deletion, or with ``left`` before it.
        """
        outs = self.out_starts()
        found = []
        for q in positions:
            i = (bisect_left(outs, q) if left else bisect_right(outs, q)) - 1
            if i < 0:
                found.append(q)
                continue
            end_out = outs[i] + len(self.afters[i])
            if q >= end_out:
                found.append(self.ends[i] + q - end_out)
            elif q == outs[i]:
                found.append(self.starts[i])
            else:
                found.append(self.starts[i] if left else self.ends[i])
        return found

    def source_span(self, start: int, end: int) -> tuple[int, int]:
        """The input span of output span [start, end): all of a replacement that it begins or ends in, no deletion beside it."""
        (a,), (b,) = self.preimage([start]), self.preimage([end], left=True)
        outs = self.out_starts()
        for position, is_start in ((start, True), (end, False)):
            i = bisect_left(outs, position) - 1
            if i >= 0 and outs[i] < position < outs[i] + len(self.afters[i]):
                if is_start:
                    a = self.starts[i]
                else:
                    b = self.ends[i]
        return a, max(a, b)


def compose(first: Edits, second: Edits, middle: str) -> Edits:
    """One set of edits that does what ``first`` and then ``second`` do.

    ``middle`` is the output of ``first``, which ``second`` is of. A removal that ``first`` made stays a removal of its own,
    even inside a span that ``second`` replaces: the replacement is then given to the part before it.
    """
    if not len(first):
        return second
    if not len(second):
        return first
    new = Edits()
    outs = first.out_starts()
    stops = list(map(add, outs, map(len, first.afters)))
    # of `second`, those that end where an output of `first` begins, insertions too, stand before it
    cuts = [bisect_right(second.ends, out) for out in outs]
    i = j = 0
    for n in _met(second, cuts, outs, stops):
        if n < i:
            continue
        # nothing meets before edit n of `first`: those up to it are laid between those of `second`
        j = _interleave(first, second, stops, i, n, j, cuts, new)
        i, j = _group(first, second, outs, n, j, middle, new)
    _interleave(first, second, stops, i, len(first), j, cuts, new)
    return new


def _met(second: Edits, cuts: list[int], outs: list[int], stops: list[int]) -> list[int]:
    """Which outputs [outs, stops) an edit of ``second`` meets; the first that could is that at ``cuts``."""
    starts, ends = second.starts, second.ends
    beyond = max(stops[-1], ends[-1]) + 1
    near = map(le, map([*starts, beyond].__getitem__, cuts), stops)
    return [n for n in compress(count(), near) if _meet(starts[cuts[n]], ends[cuts[n]], outs[n], stops[n])]


def _interleave(first: Edits, second: Edits, stops: list[int], i: int, n: int, j: int, cuts: list[int], new: Edits) -> int:
    """Add ``first[i:n]``, none of which is met, and those of ``second`` from ``j`` on that stand before ``first[n]``; where those end.

    Behind the last edit of ``first`` all that is left of ``second`` follows.
    """
    bounds = cuts[i : n + 1]
    if n == len(first):
        bounds.append(len(second))
    if bounds[0] < j:
        bounds = [max(j, bound) for bound in bounds]
    stop = bounds[-1]
    # how far what stands between two edits of `first` has moved
    shifts = map(
        sub,
        chain((0,) if not i else (first.ends[i - 1],), first.ends[i:n]),
        chain((0,) if not i else (stops[i - 1],), stops[i:n]),
    )
    counts = map(sub, bounds, chain((j,), bounds))
    moved = list(chain.from_iterable(map(repeat, shifts, counts)))
    # both columns of both rise, and so do theirs together
    new.starts += sorted(chain(first.starts[i:n], map(add, second.starts[j:stop], moved)))
    new.ends += sorted(chain(first.ends[i:n], map(add, second.ends[j:stop], moved)))
    new.afters += _laid(first.afters[i:n], second.afters, j, bounds)
    new.rules += _laid(first.rules[i:n], second.rules, j, bounds)
    kinds = first.kinds[i:n], second.kinds[j:stop]
    new.kinds += _laid(kinds[0], second.kinds, j, bounds) if any(map(any, kinds)) else [*kinds[0], *kinds[1]]
    return stop


def _laid(pieces: list[T], among: list[T], j: int, bounds: list[int]) -> list[T]:
    """``among[j:]`` up to the last of ``bounds``, with one of ``pieces`` at each of the others."""
    found: list[T] = []
    for low, high, piece in zip(chain((j,), bounds), bounds, pieces, strict=False):
        found += among[low:high]
        found.append(piece)
    found += among[bounds[-2] if pieces else j : bounds[-1]]
    return found


def _meet(a: int, b: int, c: int, d: int) -> bool:
    """Whether span [a, b) of ``second`` and the output [c, d) of an edit of ``first`` share an inside."""
    return a < d and c < b if c < d and a < b else (a < c < b if c == d else c < a < d)


def _copy(source: Edits, j: int, k: int, shift: int, target: Edits) -> None:
    target.starts += [s + shift for s in source.starts[j:k]] if shift else source.starts[j:k]
    target.ends += [s + shift for s in source.ends[j:k]] if shift else source.ends[j:k]
    target.afters += source.afters[j:k]
    target.rules += source.rules[j:k]
    target.kinds += source.kinds[j:k]


def _group(first: Edits, second: Edits, outs: list[int], i: int, j: int, middle: str, new: Edits) -> tuple[int, int]:
    """Compose one connected group of meeting edits from ``first[i]`` and ``second[j]`` on; the indices behind it."""
    i0, j0 = i, j
    low, high = min(outs[i], second.starts[j]), max(outs[i] + len(first.afters[i]), second.ends[j])
    i, j = i + 1, j + 1
    while True:
        if i < len(first) and any(
            _meet(second.starts[x], second.ends[x], outs[i], outs[i] + len(first.afters[i])) for x in range(max(j0, j - 1), j)
        ):
            high = max(high, outs[i] + len(first.afters[i]))
            i += 1
        elif j < len(second) and _meet(second.starts[j], second.ends[j], outs[i - 1], outs[i - 1] + len(first.afters[i - 1])):
            high = max(high, second.ends[j])
            j += 1
        else:
            break
    start = first.starts[i0] - max(0, outs[i0] - low)
    end = first.ends[i - 1] + max(0, high - outs[i - 1] - len(first.afters[i - 1]))
    after, at = [], low
    for x in range(j0, j):
        after += [middle[at : second.starts[x]], second.afters[x]]
        at = second.ends[x]
    after.append(middle[at:high])
    result = "".join(after)
    rules = tuple(dict.fromkeys(chain.from_iterable(first.rules[i0:i] + second.rules[j0:j])))
    gone = [k for k in second.kinds[j0:j] if k]
    if gone and not result:
        new.append(Edit(start, end, "", rules if len(gone) != 1 else second.rules[j0], gone[0]))
        return i, j
    inner = [first[x] for x in range(i0, i) if first.kinds[x]]
    plain = tuple(
        dict.fromkeys(chain.from_iterable([first.rules[x] for x in range(i0, i) if not first.kinds[x]] + second.rules[j0:j]))
    )
    at = start
    for removal in inner:
        if at < removal.start:
            new.append(Edit(at, removal.start, result, plain))
            result = ""
        new.append(removal)
        at = removal.end
    if at < end or result:
        new.append(Edit(at, end, result, plain))
    return i, j


def coalesce(edits: Edits, fences: Iterable[int] = ()) -> Edits:
    """Touching edits as one edit with all their rules.

    Removals stay what they are, nothing is merged across a position in ``fences`` (the seams of moves), and an edit never
    reaches from one paragraph of the output into the next: no line end may come to stand inside a replacement.
    """
    touching = [n for n, same in enumerate(map(eq, edits.ends, edits.starts[1:]), 1) if same]
    if not touching:
        return edits
    walls = frozenset(fences)
    new = Edits()
    last = 0
    run: list[str] = []  # the replacements of the touching edits at hand, for which the last edit of `new` stands
    written = closed = False  # whether they hold more than line ends, and a line end behind it
    for n in touching:
        if n > last:  # the edits since then touch nothing on their left, and go over in bulk
            _close(new, run)
            _copy(edits, last, n, 0, new)
            run = [new.afters[-1]]
            written, closed = _ends(run[0])
        e = edits[n]
        writes, closes = _ends(e.after)
        beyond = "\n" in e.after.strip("\n") or (written and writes and (closed or e.after.startswith("\n")))
        if not e.kind and not new.kinds[-1] and e.start not in walls and not beyond:
            new.ends[-1] = e.end
            run.append(e.after)
            closed = closes if writes else closed or (written and "\n" in e.after)
            written = written or writes
            if new.rules[-1] != e.rules:
                new.rules[-1] = tuple(dict.fromkeys(new.rules[-1] + e.rules))
        else:
            _close(new, run)
            new.append(e)
            run = [e.after]
            written, closed = writes, closes
        last = n + 1
    _close(new, run)
    _copy(edits, last, len(edits), 0, new)
    return new


def _ends(after: str) -> tuple[bool, bool]:
    """Whether a replacement holds more than line ends, and whether one stands behind or inside that."""
    bare = after.strip("\n")
    return bare != "", bare != "" and ("\n" in bare or after.endswith("\n"))


def _close(edits: Edits, run: list[str]) -> None:
    if len(run) > 1:
        edits.afters[-1] = "".join(run)
