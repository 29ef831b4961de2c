"""What is gone for good: flagged, and left as it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from cleaner.stages.change import Flag
from cleaner.stages.repair.suspects import LATIN, Suspects, lines, strange_pattern

LOST = "repair/lost"
PRIVATE = "repair/private-use"
GARBLED = "repair/garbled"
MOST_FLAGS = 50  # of one kind; the last one says how many more there are

PRIVATE_USE = re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]")
# what the look must have seen, what is gone, and what is said of it
KINDS: tuple[tuple[Callable[[Suspects], bool], re.Pattern[str], str, str], ...] = (
    (
        lambda s: s.lost,
        re.compile("(?:锟斤拷){2,}锟?斤?|(?:锟斤拷[^\u3400-\u9fff\n]{0,4}){2,}"),
        LOST,
        "U+FFFD read as GBK (锟斤拷): the characters are gone",
    ),
    (lambda s: "\ufffd" in s.chars, re.compile("\ufffd+"), LOST, "U+FFFD: characters that could not be decoded are gone"),
    (lambda s: s.lost, re.compile(r"([烫屯葺铪])\1{3,}"), LOST, "unset memory read as GBK (烫烫烫, 屯屯屯)"),
    (
        lambda s: any(map(PRIVATE_USE.match, s.chars)),
        re.compile("[\ue000-\uf8ff\U000f0000-\U0010fffd]+"),
        PRIVATE,
        "private-use characters: only the font they came from knows them",
    ),
)
LATIN_LETTER = re.compile(f"[{LATIN}]")
RUN = re.compile(
    "[\u3041-\u30ff\u3400-\u9fff\ue000-\uf8ff?\ufffd]{8,}"
)  # unbroken; lists of rare characters have marks between them
LEAST_STRANGE = 3  # strange characters of a run, and their share of it, from which it counts as garbled
STRANGE_SHARE = 0.12
# Latin-1 letters and signs that no language sets side by side so often
SOUP = re.compile(
    "(?:[\x80-\xbf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]?[\xc0-\xff][\x80-\xbf\u0152-\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]?){5,}"
)
SIGNS = re.compile("[\x80-\x9f\xa1-\xbf\u0152\u0153\u0178\u017d\u017e\u0192\u02c6\u02dc\u20ac\u2122]")
MARKS = re.compile(r"\?{2,}")
HAN = re.compile("[\u3400-\u9fff]")
LEAST_MARKS = 6  # question marks of a line without Han characters before they count as lost characters
MARK_SHARE = 0.3


def flags(text: str, seen: Suspects) -> list[Flag]:
    """Flags for characters that nobody can bring back, with their spans. ``seen``: what the look found in ``text``."""
    found = []
    for wanted, pattern, code, message in KINDS:
        hits = [m.span() for m in pattern.finditer(text)] if wanted(seen) else []
        found += [Flag(code, message, a, b) for a, b in hits[:MOST_FLAGS]]
        if len(hits) > MOST_FLAGS:
            found[-1] = found[-1]._replace(message=f"{message}; {len(hits) - MOST_FLAGS} more places like this")
    return sorted(found + _garbled(text, seen) + _question_marks(text), key=lambda f: f.start or 0)


def _garbled(text: str, seen: Suspects) -> list[Flag]:
    """Flags for lines that are still mojibake."""
    found = []
    strange = strange_pattern()
    for at, line in lines(text, strange) if any(map(strange.match, seen.chars)) else ():
        runs = [
            m.span() for m in RUN.finditer(line) if len(strange.findall(m[0])) >= max(LEAST_STRANGE, STRANGE_SHARE * len(m[0]))
        ]
        if runs:
            found.append(Flag(GARBLED, "text read in a wrong encoding", at + runs[0][0], at + runs[-1][1]))
    for at, line in lines(text, SOUP) if any(map(LATIN_LETTER.match, seen.chars)) else ():
        soup = [m.span() for m in SOUP.finditer(line) if len(SIGNS.findall(m[0])) * 4 >= len(m[0])]
        if soup:
            found.append(Flag(GARBLED, "text read in a wrong encoding", at + soup[0][0], at + soup[-1][1]))
    return found[:MOST_FLAGS]


def _question_marks(text: str) -> list[Flag]:
    """Flags for lines of question marks."""
    found, at = [], 0
    for line in text.split("\n") if "????" in text else ():
        marks = line.count("?")
        if marks >= LEAST_MARKS and marks >= MARK_SHARE * len(line) and not HAN.search(line) and MARKS.search(line):
            found.append(Flag(LOST, "question marks in place of characters", at, at + len(line)))
        at += len(line) + 1
    return found
