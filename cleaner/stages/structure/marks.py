"""Numbered lines: what could be a heading, read off the beginnings of lines.

A *mark* is a line's number with its kind. Kinds of official documents have fixed levels (GB/T 9704-2012, 7.3.3: 一、 （一）
1. （1）); kinds of laws (编 分编 章 节 条) are ranked by what the document uses.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise, repeat
from re import Match
from typing import NamedTuple

from cleaner.stages.structure.lexicon import lexicon, limit
from cleaner.stages.structure.numbers import numeral
from cleaner.stages.structure.view import View

_HAN = "〇零一二两三四五六七八九十百千"
# typesetters set an en or an em space behind a number
_GAP = " \u00a0\u2000\u2001\u2002\u2003\u3000"
_BLANKS = frozenset(_GAP)
_PARTS = {"編": "编", "分編": "分编", "節": "节", "條": "条", "篇": "编", "部分": "编"}
# the ranks of a law's units, outermost first; a numbered heading 一、 stands over articles in judicial interpretations
RANKS = ("编", "分编", "章", "节", "一、", "条")
KINDS = ("一、", "（一）", "1.", "（1）")
DEPTHS = {kind: depth for depth, kind in enumerate(KINDS)}
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
    return re.compile(rf"{number}(?:([{_GAP}]+|$|(?=[（(【\[〔]))|(?!{lexicon().any('citing')}))")


@cache
def _list_match() -> re.Pattern[str]:
    han = rf"([{_HAN}]{{1,4}})[、．.]|[（(]([{_HAN}]{{1,4}})[)）][、．.]?"
    arabic = r"(\d{1,3})(?:[．、]|\.(?!\d))|[（(](\d{1,3})[)）][、．.]?"
    return re.compile(rf"(?:{han}|{arabic}|([㈠-㈩]))[{_GAP}]*")


# the units of a law that are looked up whole, as 第十二条: articles up to _MANY, of the others a dozen dozens
_FEW, _MANY = 144, 1500


@cache
def _labels(most: int) -> dict[str, int]:
    """第一条: 1, 第二条: 2, … up to ``most``; for 编, 分编, 章 and 节 the number less than nothing, as they are none."""
    han = _numerals(most)
    found = {f"第{written}{unit}": value for unit in "条條" for value, written in enumerate(han, 1)}
    for unit in ("编", "編", "分编", "分編", "章", "节", "節"):
        found.update({f"第{written}{unit}": -value for value, written in enumerate(han[:_FEW], 1)})
    return found


def _numerals(most: int) -> list[str]:
    """一, 二, … 一百零一, … 一百一十, … as laws count; ``most`` of them, below 2000."""
    ones = ["", *"一二三四五六七八九"]
    tens = [f"{c}十" for c in ones]
    behind_hundred = [f"零{c}" if c else "" for c in ones] + [f"{ten}{c}" for ten in ("一十", *tens[2:]) for c in ones]
    found = [*ones, *(f"{ten}{c}" for ten in ("十", *tens[2:]) for c in ones)]
    found += [f"{c}百{n}" for c in ones[1:] for n in behind_hundred]
    behind_thousand = [*behind_hundred[:10], *(f"零{n}" for n in behind_hundred[10:]), *found[100:]]
    return [*found[1:], *(f"一千{n}" for n in behind_thousand)][:most]


class Units:
    """The lines that begin with 第…编 / 章 / 节 / 条 and do not go on as a citation, as columns.

    at: their lines.  labels: 第一条.  rests: what stands behind the blank.  values: of the articles; 编, 分编, 章 and 节 have
    the negative of theirs.  plain: every one of them is set off from a sentence and none is a 之一; the columns hold only
    then, and ``marks`` always.
    """

    __slots__ = ("_lines", "_marks", "at", "labels", "plain", "rests", "values")

    def __init__(self, view: View) -> None:
        self._lines = lines = view.lines
        self._marks: list[Mark] | None = None
        self.at: list[int] = []
        self.labels: Sequence[str] = ()
        self.rests: Sequence[str] = ()
        self.values: list[int] = []
        self.plain = True
        if "第" not in view.kinds:
            return
        self.at = at = [i for i, c in enumerate(view.firsts) if c == "第"]
        self.labels, _, self.rests = zip(*[lines[i].partition(" ") for i in at], strict=True)
        self.values = values = list(map(_labels(_FEW if len(at) < _FEW else _MANY).get, self.labels, repeat(0)))
        if 0 in values or "" in self.rests:
            self._look_closer()

    def _look_closer(self) -> None:
        """Settle the lines that are none of the known, 第一章总则 or 第三人…; where one of them is doubtful, the columns end."""
        at, labels, rests, values = self.at, list(self.labels), list(self.rests), self.values
        none = []
        last = 0
        for n, i in enumerate(at):
            if values[n] and rests[n]:
                last = values[n] if values[n] > 0 else last
                continue
            m = self._matched(i)
            if m is None:
                none.append(n)
            elif m.sure and m.value and not m.sub:
                values[n] = m.value if m.kind == "条" else -m.value
                last = m.value if m.kind == "条" else last
                labels[n], rests[n] = m.number, self._lines[i][m.start :]
            elif m.sure or m.sub or m.kind != "条" or m.value == last + 1:
                self.plain, self.labels, self.rests, self.values = False, (), (), []
                return
            else:  # a citation (第十条第二款规定的……), as its number is not the next
                none.append(n)
        for column in (at, labels, rests, values) if none else ():
            for n in reversed(none):
                del column[n]
        self.labels, self.rests = labels, rests

    def __bool__(self) -> bool:
        return bool(self.values or (self.at and self.marks))

    @property
    def marks(self) -> list[Mark]:
        """The same as marks, in the order of their lines."""
        if self._marks is None:
            found = map(self.mark, range(len(self.at))) if self.plain else map(self._matched, self.at)
            self._marks = [m for m in found if m is not None]
        return self._marks

    def mark(self, n: int) -> Mark:
        """The ``n``th as a mark, where the columns hold."""
        i, value, label, rest = self.at[n], self.values[n], self.labels[n], self.rests[n]
        start = len(self._lines[i])
        if value > 0:
            return _new(Mark, (i, "条", value, 0, label, start - len(rest), True))
        unit = label[-2:] if label[-2] in "分部" else label[-1]
        return _new(Mark, (i, _PARTS.get(unit, unit), -value, 0, label, start - len(rest.lstrip(_GAP)), True))

    def _matched(self, i: int) -> Mark | None:
        line = self._lines[i]
        # nearly all of a law's lines are articles set off by a blank: no pattern is tried on them
        at = line.find("条", 2, 12) + 1
        if at and line[at : at + 1] in _BLANKS:
            value = numeral(line[1 : at - 1])
            if value:
                return _new(Mark, (i, "条", value, 0, line[:at], at + 1, True))
        m = _part_match().match(line)
        if not m:
            return None
        written, unit, sub, gap = m.groups()
        kind = _PARTS.get(unit, unit)
        return Mark(i, kind, numeral(written), numeral(sub) if sub else 0, m.group().rstrip(), m.end(), gap is not None)


_STARTS = frozenset(_HAN + "0123456789（(" + "".join(_CLOSED))


def lists(view: View, first: int, end: int) -> list[Mark]:
    """Lines of [first, end) that begin with 一、 （一） 1. or （1）."""
    if _STARTS.isdisjoint(view.kinds):
        return []
    match, lines, firsts = _list_match().match, view.lines, view.firsts
    return [_list_mark(i, m) for i in range(first, end) if firsts[i] in _STARTS and (m := match(lines[i]))]


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
