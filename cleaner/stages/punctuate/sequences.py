"""Marks of several characters: dashes, ellipses, enumerated ordinals, and the brackets of document numbers."""

from __future__ import annotations

from cleaner.stages.punctuate.marks import Mark, is_chinese, is_han
from cleaner.stages.punctuate.protect import compiled

ELLIPSIS, DASH, ENUMERATION, NUMBER = RULES = (
    "punctuate/ellipsis",
    "punctuate/dash",
    "punctuate/enumeration",
    "punctuate/number-brackets",
)

# Three to six dots. More are the leaders of a table of contents, and dots before a number at the end of a line too.
_DOTS = r"(?<![.\d])\.{3,6}(?![.\d])(?!\s*\d+\s*$)"
_STOPS = r"(?<!。)。{3,6}(?!。)"
# 第1,2,3条. Groups of three digits are thousands.
_ORDINALS = r"第(\d{1,3}(?:,\d{1,3})+)(?=[^\x00-\xff])"
_THOUSANDS = r"\d{1,3}(?:,\d{3})+"
# GB/T 9704: the year of a document number stands in 〔〕, the serial number behind it has no 第 and no leading zero.
_YEAR = r"\s?([\[［【])\s?(?:19|20)\d\d\s?([\]］】])(?=\s?第?\s?\d{1,5}\s?号)"


def numbers(line: str) -> list[Mark]:
    """Enumerated ordinals and the brackets of document numbers, not in order. To be set before other marks."""
    found: list[Mark] = []
    if "第" in line and "," in line:
        for m in compiled(_ORDINALS).finditer(line):
            if is_han(line[m.end()]) and not compiled(_THOUSANDS).fullmatch(m[1]):
                commas = [i for i, c in enumerate(m[0], m.start()) if c == ","]
                found += [(i, i + 1, "、", ENUMERATION) for i in commas]
    if "[" in line or "［" in line or "【" in line:
        for m in compiled(_YEAR).finditer(line):
            if is_han(line[m.start() - 1 : m.start()]):
                found += [(p, p + 1, c, NUMBER) for p, c in ((m.start(1), "〔"), (m.start(2), "〕"))]
    return found


def ellipses(line: str) -> list[Mark]:
    """Ellipses, not in order. To be set when other marks are, because Chinese marks are evidence."""
    found: list[Mark] = []
    if "..." in line:
        spans = (m.span() for m in compiled(_DOTS).finditer(line))
        found += [(a, b, "……", ELLIPSIS) for a, b in spans if _beside_chinese(line, a, b)]
    if "。。。" in line:
        found += [(*m.span(), "……", ELLIPSIS) for m in compiled(_STOPS).finditer(line)]
    return found


def dashes(line: str) -> list[Mark]:
    """Dashes, between Chinese on both sides. To be set when ellipses are."""
    if "--" not in line:
        return []
    spans = (m.span() for m in compiled("--").finditer(line))
    return [(a, b, "——", DASH) for a, b in spans if _is(line[a - 1 : a], "”’…") and _is(line[b : b + 1], "“‘")]


def _beside_chinese(line: str, start: int, end: int) -> bool:
    return _is(line[start - 1 : start], "“”‘’…") or _is(line[end : end + 1], "“”‘’…")


def _is(char: str, more: str) -> bool:
    return is_chinese(char) or (char != "" and char in more)
