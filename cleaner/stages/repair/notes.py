"""Readings in brackets that lost their toned vowels: 基本(jbn)步骤, from a converter whose output encoding had no ě or ī."""

from __future__ import annotations

import re
from functools import cache
from itertools import product

from cleaner.edits import Edit
from cleaner.stages.repair.shift import simplified

RULE = "repair/pinyin"
NOTE = re.compile("(?<=[\u4e00-\u9fff]{2})\\(([a-z]{2,20})\\)")
LEAST_LETTERS = 2
MOST_CHARS = 4  # of the word before the bracket
VOWELS = re.compile("[aeiou]")


@cache
def _left() -> dict[str, frozenset[tuple[str, bool]]]:
    """Character to what is left of its readings without their toned letters, and whether anything was lost."""
    from cleaner.resources import path

    left: dict[str, set[tuple[str, bool]]] = {}
    for line in path("tables/repair-syllables.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            reading, chars = line.split("\t")
            bare = "".join(c for c in reading if c.isascii())
            for char in chars:
                left.setdefault(char, set()).add((bare, bare != reading))
    # the traditional form of a character is read as it is
    for char, simple in simplified().items():
        if simple in left:
            left.setdefault(char, left[simple])
    return {char: frozenset(found) for char, found in left.items()}


def mend(text: str) -> list[Edit]:
    """Edits that take such notes away."""
    table, edits = _left(), []
    for found in NOTE.finditer(text):
        letters = found[1]
        for n in range(2, MOST_CHARS + 1):
            word = text[max(0, found.start() - n) : found.start()]
            if len(word) == n and all(c in table for c in word) and _spells(letters, [table[c] for c in word]):
                edits.append(Edit(*found.span(), "", (RULE,)))
                break
    return edits


def _spells(letters: str, parts: list[frozenset[tuple[str, bool]]]) -> bool:
    """Whether ``letters`` is one of the ways to read the word, with something lost in it."""
    return any("".join(bare for bare, _ in p) == letters and any(lost for _, lost in p) for p in product(*parts))
