"""Does what stands left of a break go on at its right? The character model's answer, and what quotation marks say."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from cleaner.language.model import BREAK, START

if TYPE_CHECKING:
    from cleaner.language import Model

DOUBLE_WORD = -5.5  # log P of the second character behind the first from which two of one are a word

_BLANKS = re.compile(r"[ \t\u3000]+")
_OPENING = re.compile("[“‘「『《（(【〔〈]")
_PAIRS = ("“”", "‘’", "「」", "『』", "《》", "（）", "()", "【】", "〔〕", "〈〉")
_CLOSES = re.compile("[《》（）()〔〕〈〉]")
_PARTNER = {"”": "“", "’": "‘", "」": "「", "』": "『", "》": "《", "）": "（(", ")": "（(", "】": "【", "〕": "〔", "〉": "〈"}


def seam(left: str, right: str) -> float:
    """How much likelier ``right`` goes on from ``left`` than that one ends and the other begins a line, in nats.

    log P(r1 r2 | left) - log P(end | left) - log P(r1 r2 | start), of the first two characters of ``right``.
    """
    a, b = left[-2:], right[:2]
    if " " in a or " " in b or "\u3000" in a or "\u3000" in b or "\t" in a or "\t" in b:
        a, b = _BLANKS.sub("", left[-6:])[-2:], _BLANKS.sub("", right[:6])[:2]
    return _seam(a, b) if a and b else 0.0


@lru_cache(maxsize=1 << 14)
def _seam(a: str, b: str) -> float:
    """``seam`` of two pairs of characters; one is asked for several times on the way through a text."""
    from cleaner.language import model

    m = model()
    fold = m.fold
    before = START
    for char in a:
        before = behind(before, fold(char))
    first = fold(b[0])
    together = step(m, before, first)
    apart = step(m, before, BREAK) + step(m, START, first)
    if len(b) > 1:
        second = fold(b[1])
        together += step(m, behind(before, first), second)
        apart += step(m, behind(START, first), second)
    return together - apart


def behind(context: str, symbol: str) -> str:
    """The last two symbols behind ``symbol`` as a context of the model: runs of digits and letters are one, a break begins anew."""
    if symbol == BREAK:
        return START
    return context if symbol == context[-1] and symbol in "0a" else context[-1] + symbol


def step(m: Model, context: str, symbol: str) -> float:
    """``Model.step`` of symbols: a run that goes on costs nothing, nor does a break behind a break."""
    if (symbol == BREAK and context == START) or (symbol == context[-1] and symbol in "0a"):
        return 0.0
    return m.symbol_step(context, symbol)


def joint(left: str, right: str) -> float:
    """How much better ``right`` follows ``left`` than chance, in nats (``Model.joint``)."""
    from cleaner.language import model

    return model().joint(left[-8:], right[:8])


def ends(left: str) -> float:
    """Log P(a line ends here)."""
    from cleaner.language import model

    return model().step(left[-2:], "\n")


def doubled(left: str, right: str) -> float:
    """How much likelier ``right`` follows without its first character, which is also the last of ``left``, in nats."""
    from cleaner.language import model

    m = model()
    a, x, rest = left[-2:], right[0], right[1:3]
    without = context = 0.0
    c = a
    for r in rest:
        without += m.step(c, r)
        c = (c + r)[-2:]
    c = a
    for r in x + rest:
        context += m.step(c, r)
        c = (c + r)[-2:]
    return without - context


def word(double: str) -> bool:
    """Whether two of one character are a word of their own (天天, 人人)."""
    from cleaner.language import model

    m = model()
    return m.known(double) and m.step(double[0], double[1]) > DOUBLE_WORD


def open_quotes(text: str) -> int:
    """How many quotations and brackets ``text`` opens and does not close."""
    if not _OPENING.search(text):
        return 0
    count = text.count
    return sum(max(0, count(pair[0]) - count(pair[1])) for pair in _PAIRS if pair[0] in text)


def bracketed(left: str, right: str) -> bool:
    """Whether a bracket or book title mark is open at the end of ``left`` and is the first to be closed in ``right``.

    Quotations may hold several paragraphs, these may not.
    """
    m = _CLOSES.search(right)
    if not m or m[0] not in _PARTNER:
        return False
    return any(left.count(mark) > left.count(m[0]) for mark in _PARTNER[m[0]] if mark in left)


def opens(text: str, closing: str) -> bool:
    """Whether ``text`` opens what the mark ``closing`` closes, and leaves it open."""
    last = max(text.rfind(mark) for mark in _PARTNER[closing])
    return last >= 0 and not any(mark in text[last:] for mark in ("）)" if closing in "）)" else closing))


def closes_first(text: str) -> bool:
    """Whether the first quotation mark or bracket of ``text`` closes one."""
    m = re.search("[“”「」『』《》（）()【】〔〕〈〉]", text)
    return m is not None and m[0] in "”」』》）)】〕〉"


def shared(heading: str, body: str) -> int:
    """How many different pairs of neighbouring characters ``heading`` shares with ``body``."""
    pairs = {heading[i : i + 2] for i in range(len(heading) - 1)}
    return sum(p in body for p in pairs if p.isalnum() or (not p.isascii() and p[0] not in "“”‘’、，"))
