"""The same results as ``chain``, at the speed of ``str.translate``.

Where no phrase acts, a conversion is a map of characters. So the whole text goes through one composed map, in C. A phrase is
*active* if its value is not what the map makes of it. Each active phrase has a *trigger*: two neighbouring characters of it,
one of which is an *anchor*. One class search finds the anchors, a look-up at each the triggers. Around a trigger a *window* is
opened, up to places that no key of any stage can cross, and OpenCC's algorithm with all its phrases runs on the window alone.

Where numpy is installed and much is to be done, map and triggers are its work (`vector`), with the same results.

Windows are opened too at characters of which the map knows nothing: compatibility ideographs (normalization makes other
characters of them, which may be part of phrases), ideographs beyond U+FFFF, and ideographic description sequences.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Container, Iterable, Iterator
from functools import cached_property
from itertools import chain as concat
from typing import TYPE_CHECKING, TypeVar

from cleaner.stages.unify.chain import OPERATORS, Chain, sequence_end
from cleaner.stages.unify.classes import ranges, without
from cleaner.stages.unify.steps import Step, step

if TYPE_CHECKING:
    from cleaner.stages.unify.difference import Columns
    from cleaner.stages.unify.vector import Vector

MOST_CACHED = 20_000  # windows whose result is kept
MOST_PAIRS = 100_000  # pairs of neighbours of which it is kept whether a key may hold both
GROUP = 24  # common anchors that are compared one after the other
SHORT = 500  # characters of a text below which numpy's own work outweighs its gain
FEW = 300  # a map of fewer characters acts so seldom that they are searched for and replaced one by one
WARM = 4_000  # characters from which on it pays to compile the class search and to spread out the map
VAST = 9_000_000
HOT = 1_000_000  # and to compile the search for the common triggers, some twenty milliseconds
VAST = 4_000_000  # and to import numpy, where it is installed, a tenth of a second
_T = TypeVar("_T")
_start = re.Match.start
_DESCRIBED = frozenset(map(chr, range(ord(OPERATORS[0]), ord(OPERATORS[-1]) + 1)))


# Parts [start, end) of a text, in order and disjoint, and what becomes of each: starts, ends, results.
Windows = tuple[list[int], list[int], list[str]]


class Converter:
    """One configuration, ready to run."""

    def __init__(self, config: str) -> None:
        self._chain = Chain(config)
        self._normal = step(self._chain.normalization.names).chars
        self._steps = [step(s.names) for s in self._chain.stages]
        cutter = self._chain.cutter
        self._cut = step(cutter.tables).inner if cutter else {}
        self._common: list[str] = []
        self._follow: set[str] = set()
        self._precede: set[str] = set()
        mapped: dict[str, str] = {}
        anchors: set[str] = set()
        for one in self._steps:
            sources = _sources(mapped)
            self._follow.update(_pairs(one.follow, sources, mapped))
            self._precede.update(pair[::-1] for pair in _pairs(one.precede, sources, mapped))
            for c in concat(one.follow, one.precede):
                anchors.update(sources.get(c, "" if c in mapped else c))
            self._common += [x for c in one.common for x in sources.get(c, "" if c in mapped else c)]
            chars = one.chars
            mapped = chars | {c: "".join(chars.get(x, x) for x in out) for c, out in mapped.items()} if mapped else chars
        odd = self._normal.keys() | {c for c, out in mapped.items() if len(out) != 1}
        self._plain = {c: out for c, out in mapped.items() if c <= "\uffff" and c not in odd}
        self._ordinary = {c for c in anchors - odd if c <= "\uffff"}
        self._anchors = anchors | odd
        self._seen = 0
        self._merged = _Memo(self._bound, MOST_PAIRS)
        self._results = _Memo(self._chain.convert, MOST_CACHED)

    @cached_property
    def _table(self) -> tuple[int, ...]:
        """The map for ``str.translate``: a tuple is faster there than a dict (21 against 27 ns a character)."""
        table = list(range(0x10000))
        for c, out in self._plain.items():
            table[ord(c)] = ord(out)
        return tuple(table)

    @cached_property
    def _sparse(self) -> re.Pattern[str] | None:
        changed = [c for c, out in self._plain.items() if c != out]
        return re.compile(f"[{ranges(changed)}]") if len(changed) < FEW else None

    @cached_property
    def _anything(self) -> re.Pattern[str]:
        """What must stand in a text that is not to stay as it is."""
        return re.compile(f"[^{without(concat(self._anchors, _DESCRIBED, self._plain))}]")

    @cached_property
    def _anchor(self) -> re.Pattern[str]:
        """Anchors, and all beyond U+FFFF, which may be more than ideographs."""
        return re.compile(self._every())

    @cached_property
    def _exact(self) -> re.Pattern[str]:
        """The same, but of the commonest anchors only those that make a trigger with a neighbour: `re` tells them by some twenty
        comparisons, which take less than to hand one out.
        """
        common = [c for c in dict.fromkeys(self._common) if c in self._ordinary]
        if not common:
            return self._anchor
        behind: dict[str, list[str]] = {c: [] for c in common}
        before: dict[str, list[str]] = {c: [] for c in common}
        for pair in self._follow:
            if pair[0] in behind:
                behind[pair[0]].append(pair[1])
        for pair in self._precede:
            if pair[1] in before:
                before[pair[1]].append(pair[0])
        groups = []
        for n in range(0, len(common), GROUP):
            group = common[n : n + GROUP]
            pairs = [f"{re.escape(c)}{side}" for c in group for side in _beside(c, behind[c], before[c])]
            groups.append(f"(?<=[{ranges(group)}])(?<={'|'.join(pairs)})")
        return re.compile(f"{self._every()}(?:(?<=[^{ranges(common)}])|{'|'.join(groups)})")

    def _vector(self, text: str) -> Vector | None:
        """The tables for numpy, where it is installed and pays."""
        if len(text) < SHORT or self._sparse or self._seen < (HOT if "numpy" in sys.modules else VAST):
            return None
        return self._arrays

    @cached_property
    def _arrays(self) -> Vector | None:
        from cleaner.stages.unify.vector import Vector

        try:
            return Vector(self._plain, self._follow | self._precede, concat(self._anchors - self._ordinary, _DESCRIBED))
        except ImportError:
            return None

    def _every(self) -> str:
        return f"[^{without(concat(self._anchors, _DESCRIBED))}]"

    def convert(self, text: str) -> str:
        """``text`` converted."""
        return self.detail(text)[0]

    def detail(self, text: str) -> tuple[str, Windows]:
        """``text`` converted, and the windows."""
        self._seen += len(text)
        if self._seen < WARM:
            plain, anchors = self._plain, self._anchors
            out = "".join([plain.get(c, c) for c in text])
            hits = self._hits(text, [at for at, c in enumerate(text) if c in anchors or c in _DESCRIBED or c > "\uffff"])
        elif (vector := self._vector(text)) and (seen := vector.look(text)):
            out, hits = seen
        elif self._sparse and not self._anything.search(text):
            return text, ([], [], [])
        else:
            out = self._sparse.sub(self._one, text) if self._sparse else text.translate(self._table)
            anchor = self._anchor if self._seen < HOT else self._exact
            hits = self._hits(text, map(_start, anchor.finditer(text)))
        windows = self._windows(text, hits)
        starts, ends, results = windows
        if not starts:
            return out, windows
        parts = [""] * (2 * len(starts) + 1)
        parts[0::2] = map(out.__getitem__, map(slice, concat((0,), ends), concat(starts, (None,))))
        parts[1::2] = results
        return "".join(parts), windows

    def _one(self, match: re.Match[str]) -> str:
        return self._plain[match[0]]

    def edits(self, text: str, result: str, windows: Windows) -> Columns:
        """What made ``result`` of ``text``, as ``detail`` gave it: the runs of changed characters, in columns.

        A window that changed its length is one edit.
        """
        from cleaner.stages.unify.difference import columns, unequal

        if len(text) == len(result):
            return columns(text, result)
        found: Columns = ([], [], [])
        at = out = 0
        longer = (w for w in zip(*windows, strict=True) if len(w[2]) != w[1] - w[0])
        for start, end, made in concat(longer, [(len(text), len(text), "")]):
            gap = result[out : out + start - at]
            for offset, (a, b, c) in ((at, columns(text[at:start], gap)), (start, unequal(text[start:end], made))):
                found[0].extend(x + offset for x in a)
                found[1].extend(x + offset for x in b)
                found[2].extend(c)
            at, out = end, out + len(gap) + len(made)
        return found

    def _hits(self, text: str, anchors: Iterable[int]) -> list[int]:
        """Those of these places at which a window is opened: triggers, and characters of which the map knows nothing."""
        follow, precede, ordinary = self._follow, self._precede, self._ordinary
        return [
            at for at in anchors if text[at : at + 2] in follow or text[at - 1 : at + 1] in precede or text[at] not in ordinary
        ]

    def _windows(self, text: str, hits: list[int]) -> Windows:
        """The windows around these places."""
        starts: list[int] = []
        ends: list[int] = []
        made: list[str] = []
        ordinary, merged, results = self._ordinary, self._merged, self._results
        start_at, end_at, become = starts.append, ends.append, made.append
        done, size = 0, len(text)
        for at in hits:
            if at < done:
                continue
            end = at + 1
            c = text[at]
            if c not in ordinary:
                if c > "\uffff" and not _is_ideograph(c):
                    continue
                if OPERATORS[0] <= c <= OPERATORS[-1]:
                    # one that wants operands may find them after a phrase behind it became longer: the rest is one window
                    end = sequence_end(text, at) or size
            while at > done and merged[text[at - 1 : at + 1]]:
                at -= 1
            while end < size and merged[text[end - 1 : end + 1]]:
                end += 1
            done = end
            start_at(at)
            end_at(end)
            become(results[text[at:end]])
        return starts, ends, made

    def undecided(self, text: str, several: Container[str]) -> list[int]:
        """Where characters of ``several`` stand that are in no phrase of any stage."""
        found: list[int] = []
        merged, done, size = self._merged, 0, len(text)
        for at in [n for n, c in enumerate(text) if c in several]:
            if at < done:
                continue
            start, end = at, at + 1
            while start > done and merged[text[start - 1 : start + 1]]:
                start -= 1
            while end < size and merged[text[end - 1 : end + 1]]:
                end += 1
            done = end
            found += [start + n for n in self._chain.alone(text[start:end]) if text[start + n] in several]
        return found

    def alone(self, text: str, at: int) -> bool:
        """Whether the character at ``at`` of a short text is in no phrase of any stage."""
        return at in self._chain.alone(text)

    def _bound(self, pair: str) -> bool:
        """Whether a key of some stage may hold both of these neighbours, whatever they have become by then."""
        left, right = (self._normal.get(c, c) for c in pair)
        if any(y in self._cut.get(x, "") for x in left for y in right):
            return True
        for n, one in enumerate(self._steps):
            if n:
                left, right = ("".join(_ends(self._steps[n - 1], c) for c in side) for side in (left, right))
            if any(y in one.inner.get(x, "") for x in left for y in right):
                return True
        return False


class _Memo(dict[str, _T]):
    """What a function gives for a text, remembered for the last ``most`` of them or fewer."""

    def __init__(self, make: Callable[[str], _T], most: int) -> None:
        self._make, self._most = make, most

    def __missing__(self, key: str) -> _T:
        if len(self) >= self._most:
            self.clear()
        value = self[key] = self._make(key)
        return value


def _beside(char: str, behind: list[str], before: list[str]) -> Iterator[str]:
    """Patterns behind ``char`` that say which characters stand on one of its sides."""
    if behind:
        yield f"(?=[{ranges(behind)}])"
    if before:
        yield f"(?<=[{ranges(before)}]{re.escape(char)})"


def _is_ideograph(char: str) -> bool:
    return "\U00020000" <= char <= "\U0003ffff"


def _ends(one: Step, char: str) -> str:
    """What may stand at an end of what a stage makes of ``char``."""
    out = one.chars.get(char, char)
    return (out if len(out) < 2 else out[0] + out[-1]) + one.ends.get(char, "")


def _sources(mapped: dict[str, str]) -> dict[str, str]:
    """For a character that the stages before give, the characters that become it."""
    sources: dict[str, str] = {}
    for c, out in mapped.items():
        sources[out] = sources.get(out, "" if out in mapped else out) + c
    return sources


def _pairs(marks: dict[str, str], sources: dict[str, str], mapped: dict[str, str]) -> Iterator[str]:
    """Triggers of a stage as pairs of characters of the text: each that the stages before map to one of the stage's."""
    if not mapped:
        return (a + b for a, bs in marks.items() for b in bs)
    return (
        x + y
        for a, bs in marks.items()
        for x in sources.get(a, "" if a in mapped else a)
        for b in bs
        for y in sources.get(b, "" if b in mapped else b)
    )
