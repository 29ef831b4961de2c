"""The stage's words, weights, thresholds and patterns, read from ``rules/tables/structure-*``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from re import Pattern

from cleaner.resources import path

_INSERT = re.compile(r"\{([a-z_]+)\}")


def _rows(name: str) -> list[list[str]]:
    text = path(f"tables/{name}.tsv").read_text("utf-8")
    return [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Word lists (``words[list]``, for ``str.endswith`` and the like), alternatives of them as patterns, and numbers."""

    words: dict[str, tuple[str, ...]]
    limits: dict[str, int]
    evidence: dict[str, list[tuple[str, int]]]

    def any(self, name: str) -> str:
        """The words of a list as one alternative of a regular expression, longest first."""
        return "|".join(map(re.escape, sorted(self.words[name], key=lambda w: (-len(w), w))))


@cache
def lexicon() -> Lexicon:
    """The tables, read at the first use."""
    words: dict[str, list[str]] = {}
    for name, word in _rows("structure-words"):
        words.setdefault(name, []).append(word)
    weights: dict[str, list[tuple[str, int]]] = {}
    for name, kind, weight in _rows("structure-evidence"):
        weights.setdefault(name, []).append((kind, int(weight)))
    return Lexicon(
        {name: tuple(found) for name, found in words.items()},
        {row[0]: int(row[1]) for row in _rows("structure-thresholds")},
        weights,
    )


@cache
def _sources() -> tuple[dict[str, str], dict[str, str]]:
    import tomllib

    found = tomllib.loads(path("tables/structure-patterns.toml").read_text("utf-8"))
    return found["fragments"], found["patterns"]


@cache
def pattern(name: str) -> Pattern[str]:
    """The pattern of that name in ``structure-patterns.toml``, compiled at the first use."""
    fragments, patterns = _sources()
    source = patterns[name]
    while inside := _INSERT.search(source):
        word = inside[1]
        source = source.replace(inside[0], fragments[word] if word in fragments else lexicon().any(word))
    return re.compile(source, re.VERBOSE)


@cache
def limit(name: str) -> int:
    """The threshold of that name."""
    return lexicon().limits[name]
