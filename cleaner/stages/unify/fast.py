"""The same results as ``chain``, at the speed of ``str.translate``.

Where no phrase acts, a conversion is a map of characters. So the whole text goes through one composed map, in C. A phrase is
*active* if its value is not what the map makes of it. Each active phrase has a *trigger*: two neighbouring characters of it,
one of which is an *anchor*. One class search finds the anchors, a look-up at each the triggers. Around a trigger a *window* is
opened, up to places that no key of any stage can cross, and OpenCC's algorithm with all its phrases runs on the window alone.

Windows are opened too at characters of which the map knows nothing: compatibility ideographs (normalization makes other
characters of them, which may be part of phrases), ideographs beyond U+FFFF, and ideographic description sequences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from itertools import chain as concat
from typing import NamedTuple

from cleaner import resources
from cleaner.stages.unify.chain import OPERATORS, Chain, Stage, sequence_end, stage
from cleaner.stages.unify.classes import ranges
from cleaner.stages.unify.difference import Columns, columns, unequal

MOST_CACHED = 20_000  # windows whose result is kept
BEYOND = "\U00020000-\U0003ffff"
PREBUILT = "tables/unify-triggers.tsv"
PREBUILT_OF = "STPhrases|STPhrases_GeneratedFromRegionalPhrases"


class Triggers(NamedTuple):
    """What a stage adds to the look-out: for an anchor the characters behind and before it, and the ends that phrases give.

    follow, precede: anchor to characters that make it a trigger.
    ends: character at the start or end of a key to characters that the value may have there instead of the mapped one.
    inner: pairs of neighbours inside any key.
    """

    follow: dict[str, str]
    precede: dict[str, str]
    ends: dict[str, str]
    inner: dict[str, str]


class Window(NamedTuple):
    """[start, end) of the text and what it becomes."""

    start: int
    end: int
    result: str


def active(step: Stage) -> list[str]:
    """Keys of phrases whose value is not what the stage makes of their characters one by one."""
    chars = step.chars
    return [k for k, v in step.phrases if v != "".join(chars.get(c, c) for c in k)]


def plain_triggers(step: Stage) -> Triggers:
    """Triggers by a simple choice: the first character that a phrase sets otherwise than the map, with a neighbour."""
    chars = step.chars
    follow: dict[str, set[str]] = {}
    precede: dict[str, set[str]] = {}
    for key, value in step.phrases:
        mapped = "".join(chars.get(c, c) for c in key)
        if mapped == value:
            continue
        at = next((i for i, (a, b) in enumerate(zip(mapped, value, strict=False)) if a != b), 0)
        if at + 1 < len(key):
            follow.setdefault(key[at], set()).add(key[at + 1])
        else:
            precede.setdefault(key[at], set()).add(key[at - 1])
    return Triggers(joined(follow), joined(precede), phrase_ends(step), step.inner)


def phrase_ends(step: Stage) -> dict[str, str]:
    """Characters at the ends of values that the map does not give there."""
    chars = step.chars
    ends: dict[str, set[str]] = {}
    for key, value in step.phrases:
        for a, b in ((key[0], value[0]), (key[-1], value[-1])):
            if chars.get(a, a) != b:
                ends.setdefault(a, set()).add(b)
    return joined(ends)


def joined(sets: dict[str, set[str]]) -> dict[str, str]:
    """Sets of characters as sorted text."""
    return {a: "".join(sorted(bs)) for a, bs in sets.items()}


def _prebuilt() -> Triggers:
    columns: tuple[dict[str, str], ...] = ({}, {}, {}, {})
    for line in resources.path(PREBUILT).read_text("utf-8").splitlines():
        if line.startswith("#"):
            continue
        char, *cells = line.split("\t")
        for column, cell in zip(columns, cells, strict=True):
            if cell:
                column[char] = cell
    return Triggers(*columns)


@cache
def triggers(names: tuple[str, ...]) -> Triggers:
    """The triggers of a stage of these dictionaries; those of the largest are read from a table made beforehand."""
    if names[0] != PREBUILT_OF:
        return plain_triggers(stage(names))
    found = _prebuilt()
    stage(names).inner = found.inner
    return found


class Converter:
    """One configuration, ready to run."""

    def __init__(self, config: str) -> None:
        self._chain = Chain(config)
        self._normal = self._chain.normalization.chars
        stages = self._chain.stages
        marks = [triggers(s.names) for s in stages]
        self._inner = [m.inner for m in marks]
        cutter = self._chain.cutter
        if cutter:
            inner = triggers(cutter.names).inner
            if cutter.names[0] not in stages[0].names:
                self._inner[0] = _merge([self._inner[0], inner])
        self._ends: list[dict[str, str]] = []
        follow: list[dict[str, str]] = []
        precede: list[dict[str, str]] = []
        mapped: dict[str, str] = {}
        for step, mark in zip(stages, marks, strict=True):
            follow.append(_back(mark.follow, mapped))
            precede.append(_back(mark.precede, mapped))
            chars = step.chars
            self._ends.append(_ends(chars, mark.ends) if step is not stages[-1] else {})
            for c, out in mapped.items():
                mapped[c] = "".join(chars.get(x, x) for x in out)
            for c, out in chars.items():
                mapped.setdefault(c, out)
        self._follow, self._precede = _merge(follow), _merge(precede)
        odd = {c for c, out in mapped.items() if len(out) != 1} | self._normal.keys()
        plain = {c: out for c, out in mapped.items() if c not in odd and c <= "\uffff"}
        self._table = _table(plain)
        self._odd = frozenset(odd)
        anchors = (c for c in odd | self._follow.keys() | self._precede.keys() if c <= "\uffff")
        self._anchor = re.compile(f"[{ranges(anchors)}{OPERATORS}{BEYOND}]")
        self._cache: dict[str, str] = {}

    def convert(self, text: str) -> str:
        """``text`` converted."""
        return self.detail(text)[0]

    def detail(self, text: str) -> tuple[str, list[Window]]:
        """``text`` converted, and the windows in which that is not what the map of characters gives."""
        out = text.translate(self._table)
        windows = [w for w in self.windows(text) if w.result != out[w.start : w.end]]
        if not windows:
            return out, windows
        starts, ends, results = zip(*windows, strict=True)
        parts = [""] * (2 * len(windows) + 1)
        parts[0::2] = map(out.__getitem__, map(slice, concat((0,), ends), concat(starts, (None,))))
        parts[1::2] = results
        return "".join(parts), windows

    def edits(self, text: str, result: str, windows: list[Window]) -> Columns:
        """What made ``result`` of ``text``, as ``detail`` gave it: the runs of changed characters, in columns.

        A window that changed its length is one edit.
        """
        if len(text) == len(result):
            return columns(text, result)
        found: Columns = ([], [], [])
        at = out = 0
        for start, end, made in [*(w for w in windows if len(w.result) != w.end - w.start), (len(text), len(text), "")]:
            gap = result[out : out + start - at]
            for offset, (a, b, c) in ((at, columns(text[at:start], gap)), (start, unequal(text[start:end], made))):
                found[0].extend(x + offset for x in a)
                found[1].extend(x + offset for x in b)
                found[2].extend(c)
            at, out = end, out + len(gap) + len(made)
        return found

    def windows(self, text: str) -> list[Window]:
        """The windows of ``text``, in order and disjoint."""
        follow, precede, odd = self._follow, self._precede, self._odd
        found: list[Window] = []
        done, size = 0, len(text)
        for m in self._anchor.finditer(text):
            at = m.start()
            c = text[at]
            end = at + 1
            if end < size and text[end] in follow.get(c, ""):
                end += 1
            elif at and text[at - 1] in precede.get(c, ""):
                at -= 1
            elif OPERATORS[0] <= c <= OPERATORS[-1]:
                # one that wants operands may find them after a phrase behind it became longer: the rest is one window
                end = sequence_end(text, at) or size
            elif c <= "\uffff" and c not in odd:
                continue
            if end <= done:
                continue
            while at > done and self._bound(text[at - 1], text[at]):
                at -= 1
            while end < size and self._bound(text[end - 1], text[end]):
                end += 1
            done = end
            found.append(Window(at, end, self._run(text[at:end])))
        return found

    def _run(self, piece: str) -> str:
        result = self._cache.get(piece)
        if result is None:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            result = self._cache[piece] = self._chain.convert(piece)
        return result

    def _bound(self, a: str, b: str) -> bool:
        """Whether a key of some stage may hold both of these neighbours, whatever they have become by then."""
        left, right = self._normal.get(a, a), self._normal.get(b, b)
        for inner, ends in zip(self._inner, self._ends, strict=True):
            for x in left:
                behind = inner.get(x)
                if behind and any(y in behind for y in right):
                    return True
            left = "".join(ends.get(x, x) for x in left)
            right = "".join(ends.get(y, y) for y in right)
        return False


def _merge(parts: Iterable[dict[str, str]]) -> dict[str, str]:
    merged: dict[str, str] = {}
    for part in parts:
        for a, bs in part.items():
            merged[a] = merged[a] + bs if a in merged else bs
    return merged


def _ends(chars: dict[str, str], extra: dict[str, str]) -> dict[str, str]:
    found = {c: out if len(out) == 1 else out[0] + out[-1] for c, out in chars.items()}
    for c, more in extra.items():
        found[c] = found.get(c, c) + more
    return found


def _back(marks: dict[str, str], mapped: dict[str, str]) -> dict[str, str]:
    """Triggers of a later stage in terms of the text: every character that the stages before map to one of theirs."""
    if not mapped:
        return marks
    sources: dict[str, str] = {}
    for c, out in mapped.items():
        sources[out] = sources.get(out, "" if out in mapped else out) + c
    found: dict[str, str] = {}
    for a, bs in marks.items():
        behind = "".join(sources.get(b, "" if b in mapped else b) for b in bs)
        for x in sources.get(a, "" if a in mapped else a):
            found[x] = found.get(x, "") + behind
    return found


def _table(mapped: dict[str, str]) -> tuple[int, ...]:
    """The map for ``str.translate``: a tuple is faster there than a dict (21 against 27 ns a character)."""
    table = list(range(0x10000))
    for c, out in mapped.items():
        table[ord(c)] = ord(out)
    return tuple(table)
