"""Page furniture by its place: what a DOCX calls its headers and footers, and what stands in the margins of a PDF's pages.

In a PDF furniture is the outermost rows of a page, apart from the text or in smaller type. Rows that say the same at one height
on several pages, and numbers that count the pages, are furniture; so is on a single page what stands far out in small type. The
forms of page numbers are those of :mod:`cleaner.stages.reflow.furniture`.
"""

from __future__ import annotations

import re
from collections import defaultdict
from itertools import pairwise
from statistics import median

from cleaner.layout import FURNITURE, Block, Known, Place
from cleaner.stages.reflow import furniture
from cleaner.stages.reflow.lines import Line

EDGE = 3  # rows from the top and from the bottom of a page in which furniture may stand
LEVEL = 3.0  # points by which one row may differ in height from page to page
APART = 1.3  # times the usual distance of two lines from which a row stands apart from the text
SMALL = 0.95  # times the size of running text up to which type is smaller
SHARE = 0.3  # of the pages must carry a running head: it may be on every other one, and not where a chapter begins
LONGEST = 60  # characters of a running head
MARGIN = 0.09  # of the page's height, the outermost part in which a single page's furniture stands
FAR = 1.8  # em between that and the text

HEADED = 3  # pages that a number beside other words must count
_NUMBERED = re.compile(r"(\d{1,4})\s|.*\s(\d{1,4})$")
_DIGITS = re.compile(r"\d+")
_BLANKS = re.compile(r"\s+")


def mark(lines: list[Line], layout: list[Known | None], numbers: bool, running: bool) -> None:
    """Set ``gone`` on the lines that are furniture of their page. ``layout``: what is known of each of ``lines``."""
    places = {i: known for i, known in enumerate(layout) if isinstance(known, Place)}
    called = {i for i, known in enumerate(layout) if isinstance(known, Block) and not known.hints.isdisjoint(FURNITURE)}
    if len(called) < len(lines):  # what has nothing but headers keeps them
        for i in called:
            _take(lines[i], numbers, running)
    if places:
        _mark_pages(lines, places, numbers, running)


def _take(line: Line, numbers: bool, running: bool) -> None:
    number = furniture.looks(line.text)
    if numbers if number else running:
        line.gone = furniture.NUMBER if number else furniture.RUNNING


def _mark_pages(lines: list[Line], places: dict[int, Place], numbers: bool, running: bool) -> None:
    pages = defaultdict(list)
    for i, place in places.items():
        pages[place.page].append(i)
    em = _usual(lines, places)
    step = _step(pages, places)
    outer: dict[tuple[bool, int], list[int]] = {}  # by side (top or not) and page: lines that stand apart, outermost first
    for page, members in pages.items():
        for top in (True, False):
            outer[top, page] = _outermost(members, places, em, step, top)
    gone = _repeated(lines, places, outer, len(pages), em)
    gone |= {i for i in _numbers(lines, places, outer) if i not in gone}
    for (top, page), found in outer.items():
        for i in found:
            if i not in gone and len(pages[page]) > len(found) and _alone(lines[i], places, pages[page], i, em, top):
                gone.add(i)
            if i not in gone:
                break
    for i in gone:
        _take(lines[i], numbers, running)


def _outermost(members: list[int], places: dict[int, Place], em: float, step: float, top: bool) -> list[int]:
    """The lines in the outermost rows of a page on one side, as long as they stand apart from the text or are of smaller type."""
    order = sorted(members, key=lambda i: places[i].top if top else -places[i].bottom)
    rows: list[list[int]] = []
    for i in order:
        if rows and min(places[i].bottom, places[rows[-1][0]].bottom) - max(places[i].top, places[rows[-1][0]].top) > 0:
            rows[-1].append(i)
        else:
            rows.append([i])
    found: list[int] = []
    taken: list[int] = []
    for row, inner in pairwise(rows[: EDGE + 1]):
        taken += row
        distance = abs(places[inner[0]].bottom - places[row[0]].bottom)
        if distance > APART * step or all(places[i].size <= SMALL * em for i in row):
            found = taken.copy()
    return found


def _repeated(
    lines: list[Line], places: dict[int, Place], outer: dict[tuple[bool, int], list[int]], pages: int, em: float
) -> set[int]:
    """Lines that say the same at one height of several pages."""
    same: dict[tuple[bool, str], list[int]] = defaultdict(list)
    for (top, _), found in outer.items():
        for i in found:
            if len(lines[i].text) <= LONGEST:
                same[top, _key(lines[i].text)].append(i)
    gone: set[int] = set()
    for (top, key), found in same.items():
        if not key.strip("0-—–·.|/"):
            continue  # numbers have to count
        found.sort()
        middle = median(places[i].top if top else places[i].bottom for i in found)
        found = [i for i in found if abs((places[i].top if top else places[i].bottom) - middle) <= LEVEL]
        if len({places[i].page for i in found}) < max(2, SHARE * pages):
            continue
        if places[found[0]].size > SMALL * em and not _said_again(lines, found, key):
            found = found[1:]  # the document's own title, which stands nowhere else
        gone.update(found)
    return gone


def _said_again(lines: list[Line], found: list[int], key: str) -> bool:
    """Whether a running head is not the only place of what it says, or says nothing but a date or number."""
    if "0" in key:
        return True
    taken = set(found)
    return any(key in _key(line.text) for i, line in enumerate(lines) if i not in taken and not line.gone)


def _numbers(lines: list[Line], places: dict[int, Place], outer: dict[tuple[bool, int], list[int]]) -> set[int]:
    """Page numbers: of a form that is nothing else, or counting the pages at the same side of at least two.

    A running head with the name of its chapter and the number of the page differs from chapter to chapter; its number counts.
    """
    gone: set[int] = set()
    headed: dict[tuple[bool, int], list[int]] = defaultdict(list)  # the same for numbers beside other words
    counted: dict[tuple[bool, int], list[int]] = defaultdict(list)  # by side and by how much the number is above the page's
    for (top, page), found in outer.items():
        for i in found:
            text = lines[i].text
            if len(text) > furniture.LONGEST or not furniture.looks(text):
                if (m := _NUMBERED.match(text)) and len(text) <= LONGEST:
                    headed[top, int(m[1] or m[2]) - page].append(i)
                continue
            if furniture.sure(text):
                gone.add(i)
            elif (value := furniture.value(text)) is not None:
                counted[top, value - page].append(i)
    for least, found in [(2, f) for f in counted.values()] + [(HEADED, f) for f in headed.values()]:
        if len({places[i].page for i in found}) >= least:
            gone.update(found)
    return gone


def _alone(line: Line, places: dict[int, Place], members: list[int], i: int, em: float, top: bool) -> bool:
    """Whether a line in the margin is furniture though no other page says so: far out, apart, a number or in small type at the head."""
    place = places[i]
    number = furniture.looks(line.text)
    if not number and not (top and place.size <= SMALL * em and len(line.text) <= LONGEST):
        return False
    if (place.bottom > MARGIN * place.height) if top else (place.top < (1 - MARGIN) * place.height):
        return False
    others = [places[k] for k in members if k != i]
    if top:
        return min((o.top - place.bottom for o in others if o.top > place.top), default=0.0) > FAR * em
    return min((place.top - o.bottom for o in others if o.bottom < place.bottom), default=0.0) > FAR * em


def _usual(lines: list[Line], places: dict[int, Place]) -> float:
    count: dict[float, int] = defaultdict(int)
    for i, place in places.items():
        count[round(place.size, 1)] += len(lines[i].text)
    return max(count, key=lambda size: (count[size], -size)) or 12.0


def _step(pages: dict[int, list[int]], places: dict[int, Place]) -> float:
    """The usual distance of two lines, in points."""
    steps = []
    for members in pages.values():
        for a, b in pairwise(members):
            p, q = places[a], places[b]
            if p.column == q.column and q.bottom - p.bottom > p.size / 2:
                steps.append(q.bottom - p.bottom)
    return median(steps) if steps else 0.0


def _key(text: str) -> str:
    return _BLANKS.sub("", _DIGITS.sub("0", text))
