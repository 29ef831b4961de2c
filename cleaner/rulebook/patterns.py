"""Patterns of rules: written once, matched on the fold, compiled at their first use."""

from __future__ import annotations

import re
from re import Pattern
from typing import TYPE_CHECKING, Any, cast

from cleaner.fold import fold

if TYPE_CHECKING:
    from cleaner.rulebook.linear import Mode

# most characters that the context of a span (before, after) may look at
MOST_CONTEXT = 100

# what the fold must not touch: an escape (\D is not \d), the head of a group with its name or flags, a range of Han (its
# ends are code points, not characters)
_KEPT = (
    r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|U[0-9a-fA-F]{8}|N\{[^}]*\}|.)"
    r"|\(\?(?:P?<\w+>|P=\w+\)|[a-zA-Z-]+[:)])"
    r"|[\u3400-\u9fff]-[\u3400-\u9fff]"
)


class LazyPattern:
    """A pattern that looks and acts like ``re.Pattern`` and is compiled when the first of its methods is asked for.

    Methods found once are attributes of the object, so later calls cost what those of ``re.Pattern`` cost.
    """

    def __init__(self, source: str, flags: int = 0) -> None:
        self.source = source
        self._flags = flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        value = getattr(re.compile(fold_pattern(self.source), self._flags), name)
        setattr(self, name, value)
        return value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, LazyPattern) and (self.source, self._flags) == (other.source, other._flags)

    def __hash__(self) -> int:
        return hash((self.source, self._flags))

    def __repr__(self) -> str:
        return f"LazyPattern({self.source!r})"

    def __reduce__(self) -> tuple[type[LazyPattern], tuple[str, int]]:
        return LazyPattern, (self.source, self._flags)


def lazy(source: str, flags: int = 0) -> Pattern[str]:
    """The pattern ``source``, to be matched on a fold and compiled at its first use."""
    return cast("Pattern[str]", LazyPattern(source, flags))


def fold_pattern(source: str) -> str:
    """``source`` with its literal characters folded, so that it means on the fold what it means on the text.

    Escapes, group names and flags stay; a full-width bracket becomes an escaped one.
    """
    parts = []
    at = 0
    for kept in re.finditer(_KEPT, source, re.S):
        parts += [_fold_literals(source[at : kept.start()]), kept[0]]
        at = kept.end()
    parts.append(_fold_literals(source[at:]))
    return "".join(parts)


def _fold_literals(text: str) -> str:
    folded = fold(text)
    if folded == text:
        return text
    return "".join(b if a == b or b.isalnum() else re.escape(b) for a, b in zip(text, folded, strict=True))


def source_of(pattern: Pattern[str]) -> str:
    """A rule's pattern as it is written in the pack."""
    return pattern.source if isinstance(pattern, LazyPattern) else pattern.pattern


def check(source: str, mode: Mode) -> frozenset[str]:
    """The names of the groups of ``source``. Raises PatternError where it is no pattern, or not one of linear time."""
    from cleaner.rulebook.linear import steps  # CPython's parser is needed only here

    folded = fold_pattern(source)
    steps(folded, mode)
    return frozenset(re.compile(folded).groupindex)
