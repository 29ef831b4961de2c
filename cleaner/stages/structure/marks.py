"""Numbered lines: what could be a heading, read off the beginnings of lines.

A *mark* is a line's number with its kind. Kinds of official documents have fixed levels (GB/T 9704-2012, 7.3.3: 一、 （一）
1. （1）); kinds of laws (编 分编 章 节 条) are ranked by what the document uses.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from re import Match
from typing import NamedTuple

from cleaner.stages.structure.lexicon import lexicon, limit
from cleaner.stages.structure.numbers import numeral
from cleaner.stages.structure.view import View

_HAN = "〇零一二两三四五六七八九十百千"
_BLANKS = frozenset(" \u3000")
_PARTS = {"編": "编", "分編": "分编", "節": "节", "條": "条", "篇": "编", "部分": "编"}
# the ranks of a law's units, outermost first; a numbered heading 一、 stands over articles in judicial interpretations
RANKS = ("编", "分编", "章", "节", "一、", "条")
KINDS = ("一、", "（一）", "1.", "（1）")
_CLOSED = {"㈠": 1, "㈡": 2, "㈢": 3, "㈣": 4, "㈤": 5, "㈥": 6, "㈦": 7, "㈧": 8, "㈨": 9, "㈩": 10}


# builds a named tuple without the Python function that its class puts in between: there are thousands of articles
_new = tuple.__new__


class Mark(NamedTuple):
    """A numbered line. value: of the number; sub: of 之一; number: as the record shows it; start: where the text behind begins.

    sure: what stands behind the number sets it off from a sentence (a blank, a bracket, the line's end).
    """

    line: int
    kind: str
    value: int
    sub: int
    number: str
    start: int
    sure: bool


@cache
def _part_match() -> re.Pattern[str]:
    number = rf"第([{_HAN}]{{1,9}}|\d{{1,4}})(分[编編]|部分|[条條章节節编編篇])(?:之([{_HAN}]{{1,3}}))?"
    return re.compile(rf"{number}(?:([ \u3000]+|$|(?=[（(【\[〔]))|(?!{lexicon().any('citing')}))")


@cache
def _list_match() -> re.Pattern[str]:
    han = rf"([{_HAN}]{{1,4}})[、．.]|[（(]([{_HAN}]{{1,4}})[)）][、．.]?"
    arabic = r"(\d{1,3})(?:[．、]|\.(?!\d))|[（(](\d{1,3})[)）][、．.]?"
    return re.compile(rf"(?:{han}|{arabic}|([㈠-㈩]))[ \u3000]*")


def parts(view: View) -> list[Mark]:
    """Lines that begin with 第…编 / 章 / 节 / 条 and do not go on as a citation."""
    match = _part_match().match
    found: list[Mark] = []
    lines = view.lines
    if "第" not in view.kinds:
        return found
    for i in [i for i, c in enumerate(view.firsts) if c == "第"]:
        line = lines[i]
        # nearly all of a law's lines are articles set off by a blank: no pattern is tried on them
        at = line.find("条", 2, 12) + 1
        if at and line[at : at + 1] in _BLANKS:
            value = numeral(line[1 : at - 1])
            if value:
                found.append(_new(Mark, (i, "条", value, 0, line[:at], at + 1, True)))
                continue
        m = match(line)
        if m:
            written, unit, sub, gap = m.groups()
            kind = _PARTS.get(unit, unit)
            found.append(
                Mark(i, kind, numeral(written), numeral(sub) if sub else 0, m.group().rstrip(), m.end(), gap is not None)
            )
    return found


_STARTS = frozenset(_HAN + "0123456789（(" + "".join(_CLOSED))


def lists(lines: list[str], first: int, end: int) -> list[Mark]:
    """Lines of [first, end) that begin with 一、 （一） 1. or （1）."""
    match = _list_match().match
    found = []
    for i in range(first, end):
        line = lines[i]
        if line[:1] in _STARTS:
            m = match(line)
            if m:
                found.append(_list_mark(i, m))
    return found


def _list_mark(i: int, m: Match[str]) -> Mark:
    k = m.lastindex or 1
    number = m[k]
    if k == 5:
        return Mark(i, "（一）", _CLOSED[number], 0, number, m.end(), True)
    return Mark(i, KINDS[k - 1], numeral(number), 0, number, m.end(), True)


def is_numbered(line: str) -> bool:
    """Whether a line begins with a number of either family."""
    return (line[:1] in _STARTS and _list_match().match(line) is not None) or (
        line[:1] == "第" and _part_match().match(line) is not None
    )


# -- which of them form a sequence


def rising(marks: list[Mark]) -> list[Mark]:
    """The marks whose numbers rise; the longest such choice where some do not (a citation, a quoted article)."""
    keys = [(m.value, m.sub) for m in marks]
    if all(a < b for a, b in pairwise(keys)):
        return marks
    tails: list[tuple[int, int]] = []
    heads: list[int] = []
    back: list[int] = []
    for n, key in enumerate(keys):
        at = bisect_left(tails, key)
        back.append(heads[at - 1] if at else -1)
        tails[at : at + 1] = [key]
        heads[at : at + 1] = [n]
    chosen = []
    n = heads[-1]
    while n >= 0:
        chosen.append(marks[n])
        n = back[n]
    return chosen[::-1]


def articles(marks: Iterable[Mark]) -> list[Mark]:
    """The articles of one law or several: 第一条 begins one anew; weak ones count only next in the sequence."""
    found = [m for m in marks if m[1] == "条"]
    if len(found) < limit("articles_min"):
        return []
    values = [m[2] for m in found]
    if values == list(range(values[0], values[0] + len(values))):
        return found
    runs: list[list[Mark]] = [[]]
    last = (0, 0)
    for m in found:
        if m.sure and m.value == 1 and not m.sub:
            runs.append([])
            last = (0, 0)
        if m.sure or m.value == last[0] + 1 or (m.value == last[0] and m.sub == last[1] + 1):
            runs[-1].append(m)
            last = (m.value, m.sub)
    kept = [m for run in runs if run for m in rising(run)]
    return kept if len(kept) >= limit("articles_min") else []
