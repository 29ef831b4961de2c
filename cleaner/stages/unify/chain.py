"""OpenCC's algorithm as it stands, character by character: exact, and too slow for whole texts.

Normalization, then cutting by the segmentation dictionary, then every stage on every piece. A stage goes from left to right and
takes at each position the longest key of the first of its dictionaries that has one there.

A complete ideographic description sequence (⿰亻尔) is one unit that nothing converts, unless a key begins at its operator.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from itertools import pairwise

from cleaner.stages.unify.dictionaries import CONFIGS, NORMALIZATION, OWN_CONFIGS, dictionary, lookup
from cleaner.stages.unify.steps import step

# Operators of ideographic description sequences and how many operands each takes (Unicode, chapter 18.2). The later ones
# (U+31EF, U+303E) are no operators to OpenCC, and neither is what lies deeper than sixteen levels.
OPERANDS = dict.fromkeys(map(chr, range(0x2FF0, 0x2FFE)), 2) | {"⿲": 3, "⿳": 3, "\u2ffe": 1, "\u2fff": 1}
DEEPEST = 16
OPERATORS = "\u2ff0-\u2fff"


def _has_operator(text: str) -> bool:
    return re.search(f"[{OPERATORS}]", text) is not None


def sequence_end(text: str, at: int, depth: int = 0) -> int:
    """Where the description sequence or the plain operand at ``at`` ends; 0 where there is no complete one."""
    if at >= len(text) or depth >= DEEPEST:
        return 0
    needed = OPERANDS.get(text[at], 0)
    at += 1
    for _ in range(needed):
        at = sequence_end(text, at, depth + 1)
        if not at:
            return 0
    return at


class Stage:
    """One stage of a conversion: dictionaries in order.

    tables: the dictionaries whose tables (see `steps`) know all neighbours inside the keys of these.
    """

    def __init__(self, names: tuple[str, ...], tables: tuple[str, ...] | None = None) -> None:
        self.names = names
        self.tables = tables or names

    @cached_property
    def leaves(self) -> list[dict[str, str]]:
        """The dictionaries."""
        return [dictionary(name) for name in self.names]

    @cached_property
    def _get(self) -> list[Callable[[str], str | None]]:
        return [lookup(name) for name in self.names]

    @cached_property
    def chars(self) -> dict[str, str]:
        """What becomes of a character that stands alone, where that is not the character itself."""
        found: dict[str, str] = {}
        for leaf in reversed(self.leaves):
            found |= {k: v for k, v in leaf.items() if len(k) == 1}
        return found

    @cached_property
    def phrases(self) -> list[tuple[str, str]]:
        """Keys of two characters and more, with their values."""
        return [(k, v) for leaf in self.leaves for k, v in leaf.items() if len(k) > 1]

    def pairs(self) -> dict[str, set[str]]:
        """Neighbours inside any key: for the left character all the right ones."""
        found: dict[str, set[str]] = {}
        for key, _ in self.phrases:
            for a, b in pairwise(key):
                found.setdefault(a, set()).add(b)
        return found

    def match(self, text: str, at: int) -> tuple[int, str]:
        """Length and value of the match at ``at``; length 0 where there is none."""
        tables = step(self.tables)
        inner, last, size = tables.inner, at, min(len(text), at + tables.longest) - 1
        while last < size and text[last + 1] in inner.get(text[last], ""):
            last += 1
        keys = [text[at:end] for end in range(last + 1, at, -1)]
        for get in self._get:
            for key in keys:
                value = get(key)
                if value is not None:
                    return len(key), value
        return 0, ""

    def convert(self, text: str) -> str:
        """``text`` through this stage alone."""
        described = _has_operator(text)
        parts, at, size = [], 0, len(text)
        while at < size:
            length, value = self.match(text, at)
            if not length:
                end = (sequence_end(text, at) if described and text[at] in OPERANDS else 0) or at + 1
                value, length = text[at:end], end - at
            parts.append(value)
            at += length
        return "".join(parts)

    def matches(self, text: str) -> Iterator[tuple[int, int]]:
        """The spans of ``text`` that are keys, as the stage takes them."""
        described = _has_operator(text)
        at, size = 0, len(text)
        while at < size:
            length, _ = self.match(text, at)
            if length:
                yield at, at + length
                at += length
            else:
                at = (sequence_end(text, at) if described and text[at] in OPERANDS else 0) or at + 1

    def segments(self, text: str) -> list[str]:
        """``text`` cut at its matches; what lies between two matches is one piece."""
        cuts = [0, *(edge for span in self.matches(text) for edge in span), len(text)]
        return [text[a:b] for a, b in pairwise(cuts) if a < b]


@cache
def stage(names: tuple[str, ...], tables: tuple[str, ...] | None = None) -> Stage:
    """The stage of these dictionaries, shared by every configuration that has it."""
    return Stage(names, tables)


class Chain:
    """A configuration, by name."""

    def __init__(self, config: str) -> None:
        found = CONFIGS.get(config) or OWN_CONFIGS[config]
        self.normalization = stage((NORMALIZATION,))
        cut = found.segments
        self.cutter = stage((cut,), next(names for names in found.stages if names[0] == cut)) if cut else None
        self.stages = [stage(names) for names in found.stages]

    def convert(self, text: str) -> str:
        """``text`` through every stage. Time is linear, some microseconds a character."""
        text = self.normalization.convert(text)
        pieces = self.cutter.segments(text) if self.cutter else [text]
        for stage in self.stages:
            pieces = [stage.convert(piece) for piece in pieces]
        return "".join(pieces)

    def alone(self, text: str) -> list[int]:
        """The positions of ``text`` that are in no phrase of any stage. None, where a stage changes the length before another."""
        found = set(range(len(text)))
        size, text = len(text), self.normalization.convert(text)
        pieces = [text]
        if self.cutter:
            found.difference_update(p for a, b in self.cutter.matches(text) if b - a > 1 for p in range(a, b))
            pieces = self.cutter.segments(text)
        for stage in self.stages:
            at = 0
            for piece in pieces:
                found.difference_update(p for a, b in stage.matches(piece) if b - a > 1 for p in range(at + a, at + b))
                at += len(piece)
            pieces = [stage.convert(piece) for piece in pieces]
            if sum(map(len, pieces)) != size:
                return []
        return sorted(found)
