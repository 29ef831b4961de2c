"""The short way: what a text without suspects needs, and the cheap search for suspects.

A suspect is anything that the engines might act on or flag. The search is a handful of passes in C over the text and over the
first and the last characters of its lines; only lines that end open are looked at more closely. Missing a suspect here would be
missing it for good, so every test is as wide as the engine's own, or is the engine's own. Where the only suspects are a few
places that may be cut, the engines look at these and their surroundings (:mod:`cleaner.stages.reflow.windows`).
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate, compress, count, repeat
from operator import add, itemgetter, lt, sub

from cleaner import measure
from cleaner.edits import Edit, Edits
from cleaner.stages.change import Change, Fact
from cleaner.stages.reflow import draft as drafts
from cleaner.stages.reflow import furniture, oneline, quotes, shape, soft, spaces, wrap
from cleaner.stages.reflow.lines import MARKS

_SEPARATORS = frozenset("\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")  # line ends other than \n and \r\n
_MARKED = re.compile("[-*+`~]")
_OPEN = re.compile("[^" + re.escape("".join(sorted(shape.TERMINAL))) + "]")
_NUMBER_END = re.compile("[)）.]")  # closed ends that a page number may have: 第 3 页（共 9 页）
_HASH = re.compile("#")
_MARK = re.compile(r"#{1,6}[ \t\u3000]+(?=[^\s#\-*+])")
_BESIDE = re.compile('(?<=#)[\x00-"$-\x7f]|[\x00-"$-\x7f](?=#)')  # lines of a program beside what may be its comment
FEW = 8  # lines or more for each sure cut, or the whole text is looked at
_FIRST, _LAST = itemgetter(0), itemgetter(-1)


@dataclass(frozen=True, slots=True)
class Quick:
    """A text without suspects, or with a few that may be cuts: its lines, what each ends in, and what was found of them.

    headings: the Markdown headings, as (line, length of the mark with its blanks).  opened: the lines that end open.
    cuts: those that may be cut or break off, the suspects.  sure: so many of them are cut that more might be.
    """

    bodies: list[str]
    tails: str
    headings: list[tuple[int, int]]
    opened: list[int]
    cuts: list[int]
    sure: bool


def look(text: str) -> Quick | None:
    """The lines of ``text`` where nothing in it is a suspect but a few places that may be cut, else None."""
    raw = text.splitlines()
    # every line end but \n and \r\n is one line more than there are \n
    if text[-1:] in _SEPARATORS or len(raw) != text.count("\n") + (text[-1:] not in ("\n", "")):
        return None
    bodies = list(filter(None, map(str.strip, raw)))
    if not quotes.alternate(text):
        return None
    heads = "".join(map(_FIRST, bodies))
    if _MARKED.search(heads):
        return None
    headings = _headings(bodies, heads) if "#" in heads else []
    if headings is None:
        return None
    if oneline.SUSPECT.search(text) and any(
        map(oneline.SUSPECT.search, compress(bodies, map(oneline.LONG.__le__, map(len, bodies))))
    ):
        return None
    tails = "".join(map(_LAST, bodies))
    opened = [m.start() for m in _OPEN.finditer(tails)]
    if (
        len(opened) >= measure.LEAST
        and len(opened) >= measure.SHARE * measure.OPEN * len(bodies)
        and wrap.may_be(_texts(bodies, headings))
    ):
        return None
    cuts = []
    sure = 0
    for i in opened:
        if heads[i] == "#":
            continue
        b = bodies[i]
        if (heads[i] != "<" and _numbers(b)) or b.strip("| ") == "":
            return None
        suspect = soft.suspect(b, bodies[i + 1 : i + 2 + soft.HEADINGS_BETWEEN])
        if suspect:
            cuts.append(i)
            sure += suspect == soft.IS_SURE
            if sure >= soft.CUTS_LEAST and sure * FEW > i:
                return None
    if any(_numbers(bodies[m.start()]) for m in _NUMBER_END.finditer(tails)):
        return None
    if spaces.SUSPECT.search(text) and _spaced(bodies, headings):
        return None
    return Quick(bodies, tails, headings, opened, cuts, sure >= soft.CUTS_LEAST)


def _texts(bodies: list[str], headings: list[tuple[int, int]]) -> list[str]:
    """The lines without the marks of headings."""
    if not headings:
        return bodies
    bodies = bodies.copy()
    for i, mark in headings:
        bodies[i] = bodies[i][mark:]
    return bodies


def _spaced(bodies: list[str], headings: list[tuple[int, int]]) -> bool:
    """Whether a space between Han is a mistake in one of the lines."""
    return any(
        " " in b and spaces.SUSPECT.search(b) and next(spaces.mistakes([(0, b)], True, True), None)
        for b in _texts(bodies, headings)
    )


def _numbers(body: str) -> bool:
    return len(body) <= furniture.LONGEST and furniture.SUSPECT.search(body) is not None and furniture.looks(body)


def _headings(bodies: list[str], heads: str) -> list[tuple[int, int]] | None:
    """The lines with Markdown's heading mark; None where one needs a closer look (nested or closing marks, code beside it)."""
    for m in _BESIDE.finditer(heads):
        if shape.is_code(bodies[m.start()]):
            return None
    found = []
    for m in _HASH.finditer(heads):
        i = m.start()
        b = bodies[i]
        if mark := _MARK.match(b):
            if b[-1] == "#":
                return None
            found.append((i, mark.end()))
        elif MARKS.match(b):
            return None
    return found


def change(text: str, quick: Quick) -> Change:
    """The change of a text without suspects. The edits are built when they are asked for."""
    bodies = _texts(quick.bodies, quick.headings)
    out = "\n".join(bodies)
    if out == text:
        return Change(text)
    facts = headings(quick)
    blank = len(out) + sum(mark for _, mark in quick.headings) < len(text)
    rules = ((drafts.BLANK,) if blank else ()) + ((drafts.HEADING,) if facts else ())
    return Change(out, lambda: edits(text, quick), facts=facts, rules=rules)


def headings(quick: Quick) -> list[Fact]:
    """The Markdown headings as facts, numbered by the lines of ``quick``."""
    return [
        Fact("layout", "heading", len(b := quick.bodies[i]) - len(b.lstrip("#")), drafts.HEADING, i, i + 1)
        for i, _ in quick.headings
    ]


def begins(text: str) -> list[int]:
    """Where the lines of ``text`` begin that are not blank, without the blanks before them."""
    raw = text.splitlines(keepends=True)
    cut = list(map(str.lstrip, raw))
    at = compress(accumulate(map(len, raw), initial=0), cut)
    return list(map(sub, map(add, at, map(len, compress(raw, cut))), map(len, filter(None, cut))))


def edits(text: str, quick: Quick) -> Edits:
    """The edits of :func:`change`: of every gap between two lines the first line end stays. All columns are made in C."""
    bodies = quick.bodies
    if not bodies:
        return Edits([Edit(0, len(text), "", (drafts.BLANK,))])
    lengths = list(map(len, bodies))
    starts: list[int] = []
    stops: list[int] = []
    if sum(lengths) + text.count("\n") == len(text):  # no blanks but line ends
        raw = text.split("\n")
        heads = list(compress(map(add, accumulate(map(len, raw), initial=0), count()), raw))
        ends = list(map(add, heads, lengths))
        behind = list(map(add, ends, repeat(1)))
    else:
        raw = text.splitlines(keepends=True)
        cut = list(map(str.lstrip, raw))
        here = list(compress(raw, cut))  # the lines that are not blank, with their ends
        at = list(compress(accumulate(map(len, raw), initial=0), cut))
        heads = list(map(sub, map(add, at, map(len, here)), map(len, filter(None, cut))))
        ends = list(map(add, heads, lengths))
        behind = list(map(add, at, map(len, here)))  # the first line end of the gap stands before it
        kept = list(map(add, behind, repeat(-1)))
        kept.pop()
        more = list(map(lt, ends, kept))
        starts += compress(ends, more)
        stops += compress(kept, more)
    behind.pop()
    following = heads[1:]
    more = list(map(lt, behind, following))
    starts += compress(behind, more)
    stops += compress(following, more)
    if heads[0]:
        starts.append(0)
        stops.append(heads[0])
    if ends[-1] < len(text):
        starts.append(ends[-1])
        stops.append(len(text))
    marks = [heads[i] for i, _ in quick.headings]
    starts += marks
    stops += [heads[i] + mark for i, mark in quick.headings]
    # disjoint spans: both columns in order are the spans in order
    starts.sort()
    stops.sort()
    found = Edits.columns(starts, stops, [""] * len(starts), drafts.BLANK)
    for position in marks:
        found.rules[bisect_left(starts, position)] = (drafts.HEADING,)
    return found
