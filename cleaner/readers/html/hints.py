"""What the names, roles, ids and classes of elements say of the part of the page that they hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache, lru_cache

from cleaner.resources import path

_WORDS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_NONE: frozenset[str] = frozenset()
# characters of ids and classes that are looked at
_LONGEST = 400


@cache
def _kinds() -> dict[str, str]:
    """Word to kind, by ``rules/tables/html-hints.tsv``."""
    rows = [line.split("\t") for line in path("tables/html-hints.tsv").read_text("utf-8").splitlines()[1:]]
    return {word: kind for kind, words in rows for word in words.split()}


@cache
def _elements() -> frozenset[str]:
    """The block elements whose names are words of the table."""
    return frozenset({"address", "article", "aside", "footer", "form", "header", "main", "nav", "search"})


def own_hints(tag: str, attributes: Mapping[str, str | None]) -> frozenset[str]:
    """What an element's own name, role, id and classes call it."""
    said = f"{attributes.get('class') or ''} {attributes.get('id') or ''} {attributes.get('role') or ''}"[:_LONGEST]
    found = _own(said) if len(said) > 2 else _NONE
    return found | _own(tag) if tag in _elements() else found


@lru_cache(maxsize=4096)
def _own(said: str) -> frozenset[str]:
    kinds = _kinds()
    words = {word.lower() for word in _WORDS.findall(said)}
    words.update(said.lower().split())
    return frozenset({kinds[word] for word in words if word in kinds})
