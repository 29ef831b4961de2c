"""The cheap look: what of a text could `repair` have to do with? A handful of searches in C, no Python per character."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

# C0 and C1 controls, Latin-1 letters, Latin Extended (toned vowels), spacing and marks that are not seen, radicals, private use,
# compatibility ideographs, variation selectors, U+FFFD, full-width digits and letters. Left out: marks of Latin-1 that Chinese
# text uses (× ÷ ° ± · § ¥ « » © ® and the like), as none of them comes alone in mojibake.
LATIN = "\x80-\x9f\xa1\xa2\xa4\xa6\xa8\xaa\xac\xaf\xb2-\xb4\xb6\xb8-\xba\xbc-\xd6\xd8-\xf6\xf8-\xff"
OTHERS = (
    "\x00-\x08\x0b\x0e-\x1f\x7f\xa0\xad\u0100-\u07ff\u180e\u2002-\u200f\u202a-\u202f\u2060-\u206f\u2e80-\u2fdf"
    "\ue000-\ufaff\ufe00-\ufe0f\ufeff○◯ー\ufffd\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff61-\uff9f\uac00-\ud7a3"
)
# Greek letters are symbols in Chinese text and stand alone
OTHERS = OTHERS.replace("\u0100-\u07ff", "\u0100-\u036f\u0400-\u07ff")
# the only suspects beyond the Basic Multilingual Plane: compatibility ideographs and private use
ASTRAL = re.compile("[\U0002f800-\U0002fa1f\U000f0000-\U0010ffff]")
# A literal, which `in` finds several times faster than a search does, and what must stand there. Each pattern begins with it, which
# makes the search a leap from one to the next.
ESCAPES = (
    ("&", re.compile(r"&(?:amp;)*(?:#|[A-Za-z]{2,8};)")),
    ("\\", re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{2})")),
    ("%", re.compile(r"%(?:u[0-9a-fA-F]{4}|[0-9a-fA-F]{2}%)")),
    ("=", re.compile(r"=(?:[89A-F][0-9A-F]=){2}")),
    ("+", re.compile(r"\+[A-Za-z0-9+/]{8}")),
)
NOTES = (("(", re.compile(r"\([a-z]{2,20}\)")),)
CIRCLES = frozenset("○◯Ｏー")
ALIKE = (
    *((c, re.compile(f"{c}(?<=[第十之统].)")) for c in "—－-"),
    *((c, re.compile(f"{c}(?<=[二九].)")) for c in "Oo"),
)
Search = tuple[str, re.Pattern[str]]
LOST = ("锟斤拷", "烫烫烫烫", "屯屯屯屯", "葺葺葺葺", "铪铪铪铪")
LOST_HEADS = frozenset(x[0] for x in LOST)
SELDOM = 9.0  # -log frequency from which a character is rare behind a mark
OTHER_MARKS = "、。〈〉《》「」『』【】〔〕（）！，：；？“”‘’—…·～％　"
NOTHING: frozenset[str] = frozenset()


CLASS_ITEM = re.compile("(.)-(.)|(.)", re.DOTALL)


class Suspects(NamedTuple):
    """What the look found: characters of the classes, and which of the other searches had a hit."""

    chars: frozenset[str]
    escape: bool
    note: bool
    lost: bool
    alike: bool
    shifted: bool

    def __bool__(self) -> bool:
        return bool(self.chars) or self.escape or self.note or self.lost or self.alike or self.shifted


@cache
def strange() -> str:
    """Han characters that clean text hardly ever has: those of no table, and those that UTF-8 read as GBK is full of."""
    from cleaner.resources import path

    rows = path("tables/repair-suspects.tsv").read_text(encoding="utf-8").splitlines()
    return "".join(line.split("\t")[1] for line in rows if line.startswith(("crossed", "unknown")))


@cache
def pattern() -> re.Pattern[str]:
    """The class search over characters.

    The class is written as what is *not* suspect, one bitmap for `re`: a range beyond the Basic Multilingual Plane beside the bitmap
    would make each step of the search two and a half times as dear, so all that lies there is found and sorted out afterwards.
    """
    spans = sorted((ord(a or c), ord(b or c)) for a, b, c in CLASS_ITEM.findall(OTHERS + LATIN))
    spans += [(ord(c), ord(c)) for c in strange() + "".join(LOST_HEADS)]
    clean, at = [], 0
    for low, high in [*sorted(spans), (0x10000, 0x10000)]:
        if at < low:
            clean.append(f"{re.escape(chr(at))}-{re.escape(chr(low - 1))}")
        at = max(at, high + 1)
    return re.compile(f"[^{''.join(clean)}]")


def false_marks(text: str) -> Iterator[int]:
    """Where marks stand that may be half of two characters (see ``dropped``): behind them stands what seldom begins a sentence, or ！
    ends one.
    """
    common = _common()
    for mark in "；？！":
        at = text.find(mark)
        while at >= 0:
            first, second = text[at + 1 : at + 2], text[at + 2 : at + 3]
            if first not in common or second not in common or (mark == "！" and (first in "\n" or first.isdigit())):
                yield at
            at = text.find(mark, at + 1)


@cache
def _common() -> frozenset[str]:
    """What stands behind a mark: common Han characters, marks, digits, line ends; no letter of ASCII (a second byte)."""
    from cleaner.stages.decode import costs

    han = (c for c, cost in costs().items() if cost < SELDOM or not "\u3400" <= c <= "\u9fff")
    return frozenset((*han, *map(chr, range(0x40)), *OTHER_MARKS, "")) - frozenset(map(chr, range(0x40, 0x7F)))


@cache
def odd_pattern() -> re.Pattern[str]:
    """What misread text is full of and Chinese is not: strange characters, half-width katakana, Hangul, private use, U+FFFD."""
    return re.compile(f"[{_ranges(strange())}\uff61-\uff9f\uac00-\ud7a3\ue000-\uf8ff\ufffd]")


@cache
def strange_pattern() -> re.Pattern[str]:
    """A run of Han characters among which are strange ones; see :func:`strange`."""
    return re.compile(f"[{_ranges(strange())}]")


def _ranges(chars: str) -> str:
    """``chars`` as ranges of a class, which compile faster than single characters."""
    out, codes = [], sorted(map(ord, chars))
    start = last = codes[0]
    for code in [*codes[1:], 0x110000]:
        if code != last + 1:
            out.append(chr(start) if start == last else f"{chr(start)}-{chr(last)}")
            start = code
        last = code
    return "".join(out)


def look(text: str) -> Suspects:
    """What could be wrong with ``text``."""
    hits = pattern().findall(text)
    chars = frozenset(hits) if hits else NOTHING
    lost = False
    if chars:
        lost = not chars.isdisjoint(LOST_HEADS) and any(x in text for x in LOST)
        chars = frozenset(c for c in chars if c not in LOST_HEADS and (c < "\U00010000" or ASTRAL.match(c)))
    alike = not chars.isdisjoint(CIRCLES) or _any(ALIKE, text)
    return Suspects(
        chars,
        _any(ESCAPES, text),
        _any(NOTES, text),
        lost or ("?" in text and "????" in text),
        alike,
        next(false_marks(text), -1) >= 0,
    )


def _any(searches: tuple[Search, ...], text: str) -> bool:
    return any(head in text and search.search(text) for head, search in searches)


def lines(text: str, wanted: re.Pattern[str]) -> list[tuple[int, str]]:
    """(start, line) of the lines of ``text`` in which ``wanted`` is found."""
    out, at = [], 0
    while found := wanted.search(text, at):
        start = text.rfind("\n", 0, found.start()) + 1
        end = text.find("\n", found.end())
        end = len(text) if end < 0 else end
        out.append((start, text[start:end]))
        at = end
    return out
