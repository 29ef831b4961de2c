"""The fold: a shadow of a text with the same length, on which rules match whatever the script, width or case.

One code point becomes one code point, so an offset into the fold is an offset into the text:

* a traditional character becomes its (first) simplified one, by OpenCC's TSCharacters (package opencc-python-reimplemented),
* full-width ASCII (U+FF01-FF5E) becomes ASCII and the ideographic space U+3000 a space,
* A-Z becomes a-z. Case of other scripts stays: lowering İ or ẞ changes lengths or alphabets and no rule needs it.

The fold is for matching, not for reading: it takes 後 and 后 for one, which no converter may. It covers the basic plane, the
traditional characters beyond it (354 rare ones) stay as they are.
"""

from __future__ import annotations

import re
from functools import cache
from importlib.util import find_spec
from itertools import chain
from pathlib import Path
from typing import NamedTuple

# the full-width marks of ordinary Chinese text; the rest of what folds is rare in a simplified document
_MARKS = tuple((mark, chr(ord(mark) - 0xFEE0)) for mark in "，：；（）！？")
_WIDTH = {0x3000: 0x20, **{code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}}

# below this length one look for the marks costs more than it saves
_SHORT = 256
# a long text is folded piece by piece; where one character in _DENSE of the first _SAMPLE ones folds, the whole piece goes
# through the table (27 ns a character, whatever stands there), elsewhere only what folds is replaced (250 ns each)
_PIECE = 1 << 16
_SAMPLE = 1 << 10
_DENSE = 10
# the table ends with the basic plane: each character beyond it costs translate an exception
_ASTRAL = re.compile("[\U00010000-\U0010ffff]")


class _Tables(NamedTuple):
    """The map of the basic plane by code point, what it changes by character, and the pattern of what it changes."""

    by_code: tuple[int, ...]
    by_char: dict[str, str]
    needy: re.Pattern[str]


def fold(text: str) -> str:
    """The shadow of ``text``: of the same length, idempotent, and ``text`` itself where nothing folds."""
    if text.isascii():
        return text.lower()
    tables = _tables()
    if len(text) < _SHORT:
        return text.translate(tables.by_code) if tables.needy.search(text) else text
    for mark, half in _MARKS:
        text = text.replace(mark, half)
    if len(text) <= _PIECE:
        return _fold_piece(text)
    return "".join([_fold_piece(text[start : start + _PIECE]) for start in range(0, len(text), _PIECE)])


def tight(text: str) -> str:
    """``text`` without blanks, line ends included."""
    return "".join(text.split())


def pairs() -> dict[str, str]:
    """What folds, character to character."""
    return dict(_tables().by_char)


def _fold_piece(text: str) -> str:
    by_code, by_char, needy = _tables()
    first = needy.search(text)
    if first is None:
        return text
    sample = text[first.start() : first.start() + _SAMPLE]
    if len(needy.findall(sample)) * _DENSE > len(sample) and not _ASTRAL.search(text):
        return text.translate(by_code)
    return needy.sub(lambda found: by_char[found[0]], text)


@cache
def _tables() -> _Tables:
    simple = _simplified()
    table = list(range(0x10000))
    for source in (simple, _WIDTH):
        for code, to in source.items():
            table[code] = to
    for code in (*range(0x41, 0x5B), *range(0xFF21, 0xFF3B)):
        table[code] = (code & 0x1F) + 0x60
    changed = [code for code in chain(range(0x41, 0x5B), _WIDTH, sorted(simple)) if table[code] != code]
    needy = re.compile("[A-Z\u3000\uff01-\uff5e" + "".join(map(chr, sorted(simple))) + "]")
    return _Tables(tuple(table), {chr(code): chr(table[code]) for code in changed}, needy)


def _simplified() -> dict[int, int]:
    """Traditional to simplified, of the basic plane. A character that is itself the simplified form of another one stays."""
    found = {}
    for line in _characters().read_text(encoding="utf-8").splitlines():
        source, to = line.split(None, 2)[:2]
        if source != to and source <= "\uffff" and to <= "\uffff":
            found[ord(source)] = ord(to)
    forms = frozenset(found.values())
    return {code: to for code, to in found.items() if code not in forms}


def _characters() -> Path:
    spec = find_spec("opencc")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError("opencc-python-reimplemented is not installed", name="opencc")
    return Path(spec.submodule_search_locations[0]) / "dictionary" / "TSCharacters.txt"
