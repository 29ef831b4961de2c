"""The whole text at once: which marks are beyond dispute, and which lines must be read whole.

Nearly every mark of a dirty document stands directly beside Chinese, and nearly every bracket pair has Chinese in it. These are
set where they stand, unless their line holds something that could speak against it: an address, code, a tag, a straight
quotation mark, English. Such a line, and one with a mark that only its neighbours can decide, goes to ``line_marks``.

Patterns here begin with one literal: ``re`` then searches ten times as fast as with a class. In a copy of the text all marks are
commas, so that one pattern finds them all.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator

from cleaner.plan import Spacing
from cleaner.stages.punctuate.marks import CHINESE, CLOSING, OPENING, OPERATORS, english, first_han, is_chinese
from cleaner.stages.punctuate.protect import compiled
from cleaner.stages.punctuate.spaces import TOUCHING

_WIDE = r"^\x00-\xff"
_EVENT = """,;:?!()（）"' “”‘’"""
_WORD = "A-Za-z0-9.+%/ -"
# A mark before Chinese (group 1). Behind it, in a row with others, among Latin words, or in an enumeration, it is looked at.
# More than seven in a row always are, so that a long row is not read again and again.
_MARK = (
    rf",(?:(?=[{CHINESE}])()|(?<=[{_WIDE}].)|(?<=[{_EVENT}].)"
    rf"""|(?=[,;:?! ]{{0,7}}[()（）"'“”‘’]|[{_EVENT}]{{1,7}}[{_WIDE}]|[{_EVENT}]{{8}})"""
    rf"|(?<=[{_WORD}].)(?=[A-Za-z])|(?<=[A-Za-z.+%/ -].)(?=[0-9])|(?<=第\d,)|(?<=第\d\d,)|(?<=第\d\d\d,))"
)
_PAIR = r"\([^()（）\n]*\)"
# Spaces that may go (see `spaces`), also those beside a mark that may become Chinese. Most stand between two Chinese characters.
_HAN = r"\u3400-\u9fff"
_SPACE = (
    rf""" (?!(?<=[{_HAN}] )[{_HAN}])(?:(?<=[{_WIDE}] )(?=[A-Za-z0-9("'“‘（])|(?<=[，；：？！、{OPENING},;:?!("'] )(?=[^ ])"""
    rf"""|(?:(?<=[A-Za-z0-9"'℃”] )|(?<=[A-Za-z0-9][%+#] ))(?=[{_WIDE}])|(?<=[^\s.-] )(?=[，。；：？！、{CLOSING},;:?!)"']))"""
)
_SINGLE_QUOTE = rf"'(?:(?<=[{_WIDE}].)|(?= ?[{_WIDE}]))"
_YEAR = r"\s?(?:19|20)\d\d"
# What speaks against the marks of its line: whatever punctuate-protected.tsv may match, and straight quotation marks.
_GUARDS = tuple(
    x.encode()
    for x in (
        *"`@<&$\"'",
        "://",
        "www.",
        ":\\",
        "./",
        ").",
        ": ",
        " -",
        " >",
        "](",
        "]:",
        *(eye + mouth for eye in (":", ";", ":-", ";-") for mouth in ")(DP"),
    )
)
_GUARD = "|".join(re.escape(x.decode()) for x in _GUARDS)
# English has two words with at most one other character between them, since it has more words than other characters. First of
# all the line has a letter and a mark.
_WORD_AND_MARK = rb"(?m)^(?=[^\nA-Za-z]*[A-Za-z])[^\n]*(?:[,;:?()]|(?<!<)!)"
_GAP = r"[\x00-\t\x0b-@\[-`{-\x7f]*+"
_NEAR_WORDS = rf"[A-Za-z](?![A-Za-z])(?={_GAP}(?:[^A-Za-z\n]{_GAP})?[A-Za-z])"
_NO_MARK = bytes(set(range(256)) - set(b""",;:?!()"'["""))


def suspects(text: str, spaces: Spacing) -> tuple[list[int], list[int], bytes]:
    """Marks beyond dispute, places whose line must be read whole, and all that ``text`` has of ASCII. Both lists are in order.

    spaces: ``keep`` and ``spaced`` leave those that are there, but for the one behind a mark that is set.
    """
    latin = text.encode("ascii", "ignore")
    marks = latin.translate(None, _NO_MARK)
    sure: list[int] = []
    unsure = _all(_SPACE, text) if spaces == "tight" else _all(TOUCHING, text) if spaces == "spaced" else []
    if marks:
        if marks.translate(None, b"""()"'["""):
            _marks(text, marks, sure, unsure)
        if b"(" in marks or b")" in marks:
            _brackets(text, marks, sure, unsure)
        if b'"' in marks:
            unsure += _all('"', text)
        if b"'" in marks:
            unsure += _all(_SINGLE_QUOTE, text)
        if b"[" in marks:
            unsure += _all(rf"\[{_YEAR}", text)
        if spaces != "tight" and sure and b" " in latin:
            last = len(text) - 1
            unsure += [p for p in sure if p < last and text[p + 1] == " "]
    for bracket in "［【":
        if bracket in text:
            unsure += _all(bracket + _YEAR, text)
    unsure += _all("。(?=。。)", text)
    if b"..." in latin:
        unsure += _all(r"\.(?=\.\.)", text)
    if b"--" in latin:
        unsure += _all(rf"-(?:(?<=[{_WIDE}]-)|(?<=[,;:?!()\"'.]-)(?<!<!-))(?=-)", text)
    unsure.sort()
    return sure, unsure, latin


def _all(source: str, text: str) -> list[int]:
    return [m.start() for m in compiled(source).finditer(text)]


def _marks(text: str, marks: bytes, sure: list[int], unsure: list[int]) -> None:
    alike = text
    for c in ";:?!":
        if c.encode() in marks:
            alike = alike.replace(c, ",")
    found = [(m.start(), m.lastindex) for m in compiled(_MARK).finditer(alike)]
    for p, before_chinese in found:
        if before_chinese or (p and is_chinese(text[p - 1])):
            sure.append(p)
        else:
            unsure.append(p)


def _brackets(text: str, marks: bytes, sure: list[int], unsure: list[int]) -> None:
    """A pair with Chinese in it, or behind Chinese and with no operator behind it, is beyond dispute."""
    certain = []
    for m in compiled(_PAIR).finditer(text):
        a, b = m.span()
        if first_han(text, a, b) >= 0 or (is_chinese(text[a - 1 : a]) and text[b : b + 1] not in OPERATORS):
            certain += [a, b - 1]
    if len(certain) < marks.count(b"(") + marks.count(b")"):
        known = set(certain)
        unsure += [p for c in (r"\(", r"\)") for p in _all(c, text) if p not in known]
    if sure:
        sure += certain
        sure.sort()
    else:
        sure += certain


def disputed(text: str, sure: list[int], unsure: list[int], latin: bytes) -> Iterator[tuple[int, int]]:
    """The lines (without their ends) that must be read whole, in order."""
    guarded = bool(sure) and any(guard in latin for guard in _GUARDS)
    if not guarded and not (sure and re.search(_WORD_AND_MARK, latin)):
        yield from _lines(text, unsure)
        return
    guards, words = compiled(_GUARD).search, compiled(_NEAR_WORDS).search
    for start, end in _lines(text, sorted(sure + unsure)):
        if (
            _between(unsure, start, end)
            or (guarded and guards(text, start, end))
            or (words(text, start, end) and english(text[start:end]))
        ):
            yield start, end


def _lines(text: str, places: list[int]) -> Iterator[tuple[int, int]]:
    done = -1
    for place in places:
        if place > done:
            start = text.rfind("\n", 0, place) + 1
            done = text.find("\n", place)
            if done < 0:
                done = len(text)
            yield start, done


def _between(places: list[int], start: int, end: int) -> bool:
    i = bisect_left(places, start)
    return i < len(places) and places[i] < end
