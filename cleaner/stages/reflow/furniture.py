"""Page furniture: page numbers, running heads and feet, by their place at a page's edge, their sequence and their repetition.

A page's edge is known from a form feed or from a page number of unmistakable form. What only looks like a number (a bare figure
in a table) needs a sequence over several edges; a line that repeats needs to do so at edges; and where the running head is the
document's own title and the title stands nowhere else, its first occurrence stays.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable
from itertools import pairwise

from cleaner.stages.reflow import seam
from cleaner.stages.reflow.lines import Line
from cleaner.stages.reflow.shape import HAN, TERMINAL

NUMBER = "reflow/page-number"
RUNNING = "reflow/running-head"
STRAY = "reflow/stray-mark"

EDGE = 3  # lines from a page's edge in which furniture may stand
HEAD_MOST = 42  # characters of a running head
SHARE = 0.4  # of the pages must carry a running head
UNEVEN = 0.15  # by which the lines of pages may differ in number
APART = 8  # lines between two bare numbers of one sequence, at least, where no form feed proves the page

_DASH = "[-—–―─－一_~～·•.]"
# forms that are nothing but page numbers, whole lines: — 3 —, ·3·, 第 3 页 共 9 页, 3 / 9, Page 3 of 9
_SURE = re.compile(
    r"(?:[-—–―─－]\s*){1,3}(?P<a>\d{1,4})\s*(?:[-—–―─－]\s*){1,3}|·\s*(?P<b>\d{1,4})\s*·|第\s*(?P<c>\d{1,4})\s*[页頁]\s*[,，/、|]?\s*[（(]?\s*共\s*\d+\s*[页頁][）)]?"
    r"|Page\s*(?P<d>\d{1,4})\s*of\s*\d+",
    re.I,
)
# forms that also occur in text, and need a sequence; the last is how recognition reads — 1 —
_LIKELY = re.compile(
    rf"(?P<a>\d{{1,4}})|第\s*(?P<b>\d{{1,4}})\s*[页頁版]|(?P<c>\d{{1,4}})\s*[/／]\s*\d{{1,4}}|{_DASH}{{0,3}}\s*(?P<d>\d{{1,4}})\s*{_DASH}{{0,3}}|[Pp](?:age|\.)\s*(?P<e>\d{{1,4}})|(?P<x>[一—-]\s?[\]\[IlL|JTt了工全才\d]{{1,3}}\s?[一—-])"
)
# a number that says what it counts
_NAMED = re.compile(r"第\s*\d{1,4}\s*[页頁]")
# a number between two dashes, as recognition reads them, counts alone where a form feed shows the edge
_DASHED = re.compile(rf"{_DASH}{{1,3}}\s*\d{{1,4}}\s*{_DASH}{{1,3}}")
# 某某晚报 2019年6月27日 星期六, with or without the page
_FOLIO = re.compile(
    rf"(?:第\s*\d{{1,3}}\s*版\s*)?[{HAN}]{{2,10}}\s*\d{{4}}年\d{{1,2}}月\d{{1,2}}日\s*[（(]?星期[一二三四五六日天][）)]?(?:\s*第\s*\d{{1,3}}\s*版)?|第\s*\d{{1,3}}\s*版"
)
SUSPECT = re.compile(r"[\d\]\[IlL|]")
TITLE_LEAST = 8  # characters of a running head that is the beginning of the title
MISREAD = 3  # characters of what recognition made of a page number
BESIDE, GOES_ON = 10, 3.0  # characters of the line before it, nats by which that goes on over the page's end
LONGEST = 20  # characters of a page number with its company


def looks(line: str) -> bool:
    """Whether ``line`` has the form of a page number."""
    return _SURE.fullmatch(line) is not None or _LIKELY.fullmatch(line) is not None


def sure(line: str) -> bool:
    """Whether ``line`` has a form that is nothing but a page number."""
    return _SURE.fullmatch(line) is not None


def value(line: str) -> int | None:
    """The page that a line of the form of a page number gives; None where recognition made something else of it."""
    m = _SURE.fullmatch(line) or _LIKELY.fullmatch(line)
    return _value(m) if m and any(g for k, g in m.groupdict().items() if k != "x") else None


def mark(lines: list[Line], wrapped: Callable[[], bool], numbers: bool, running: bool, bars: bool) -> None:
    """Set ``gone`` on the lines that are furniture, and ``page`` on the lines behind a page's end that a number shows.

    wrapped: tells whether the text is hard-wrapped, so that it has pages at all where no form feed shows them.
    """
    found: dict[int, int] = {}
    doubtful: dict[int, int] = {}
    for i, line in enumerate(lines):
        t = line.text
        if len(t) > LONGEST or line.fixed or line.level or line.item or not SUSPECT.search(t):
            continue
        if m := _SURE.fullmatch(t):
            found[i] = _value(m)
        elif m := _LIKELY.fullmatch(t):
            doubtful[i] = -1 if m["x"] else _value(m)
    edges = _edges(lines)
    found |= _sequence(lines, doubtful, edges, wrapped) or _named(lines, doubtful, wrapped)
    found |= dict.fromkeys(_misread(lines, found), -1)
    if numbers:
        for i in found:
            lines[i].gone = NUMBER
    for i in found:
        _turn(lines, i)
    if running:
        _running(lines)
    if bars:
        stray(lines)


def _misread(lines: list[Line], found: dict[int, int]) -> list[int]:
    """What recognition made of page numbers beyond their form (Te, ee, 0): apart at the foot of a page, inside a sentence."""
    return [
        i
        for i in range(1, len(lines) - 1)
        if lines[i + 1].page
        and lines[i].gap
        and i not in found
        and len(lines[i].text) <= MISREAD
        and lines[i].text.isascii()
        and not lines[i].fixed
        and not (lines[i - 1].page or lines[i - 1].fixed or i - 1 in found)
        and len(lines[i - 1].text) >= BESIDE
        and lines[i - 1].text[-1] not in TERMINAL
        and seam.seam(lines[i - 1].text, lines[i + 1].text) >= GOES_ON
    ]


def _value(m: re.Match[str]) -> int:
    return int(next(g for k, g in m.groupdict().items() if g and k != "x"))


def _edges(lines: list[Line]) -> set[int]:
    """Lines within reach of a page's edge that a form feed shows."""
    near: set[int] = set()
    for i, line in enumerate(lines):
        if line.page:
            near |= set(range(i - EDGE, i + EDGE))
    if near:
        near |= set(range(EDGE)) | set(range(len(lines) - EDGE, len(lines)))
    return near


def _sequence(lines: list[Line], doubtful: dict[int, int], edges: set[int], wrapped: Callable[[], bool]) -> dict[int, int]:
    """Those of ``doubtful`` that count the pages: each one more than the last, one a page."""
    best: list[int] = []
    order = sorted(doubtful)
    at_edges = [i for i in order if i in edges]
    for candidates, least, apart in ((at_edges, 2, 2), (order, 3, APART)):
        # longest chain by value: length of the best chain that ends in a value, and its last line
        chains: dict[int, list[int]] = {}
        for i in candidates:
            v = doubtful[i]
            if v < 0:
                continue
            before = chains.get(v - 1, [])
            if before and i - before[-1] < apart:
                before = []
            if len(before) + 1 > len(chains.get(v, [])):
                chains[v] = [*before, i]
        longest = max(chains.values(), key=len, default=[])
        if len(longest) >= least and len(longest) > len(best):
            best = longest
        if best:
            break
    if best and best[0] not in edges and not (_even(best) and _interrupts(lines, best) and wrapped()):
        best = []
    # what recognition made of a number counts at an edge that a form feed shows
    return {i: doubtful[i] for i in best} | {i: -1 for i in at_edges if doubtful[i] < 0 or _DASHED.fullmatch(lines[i].text)}


def _named(lines: list[Line], doubtful: dict[int, int], wrapped: Callable[[], bool]) -> dict[int, int]:
    """The lines 第 1 页, 第 2 页 of hard-wrapped text, however few, if these count on and the first stands where a page may end."""
    named = {i: doubtful[i] for i in sorted(doubtful) if _NAMED.fullmatch(lines[i].text)}
    if not named or list(named.values()) != list(range(first := min(named.values()), first + len(named))):
        return {}
    at = next(iter(named))
    ends = 0 < at < len(lines) - 1 and (lines[at - 1].text[-1] not in TERMINAL or lines[at + 1].gap > 0)
    return named if ends and wrapped() else {}


def _even(places: list[int]) -> bool:
    """Whether the distances between ``places`` are those of pages: about as many lines on each."""
    steps = [b - a for a, b in pairwise(places)]
    middle = sorted(steps)[len(steps) // 2]
    return sum(abs(step - middle) <= UNEVEN * middle for step in steps) * 3 >= 2 * len(steps)


def _interrupts(lines: list[Line], places: list[int]) -> bool:
    """Whether the lines at ``places`` stand inside sentences: pages end anywhere, numbered sections behind a full stop."""
    return sum(i > 0 and lines[i - 1].text[-1] not in TERMINAL for i in places) * 3 >= len(places)


def _turn(lines: list[Line], i: int) -> None:
    """A page ends at number ``i``: at its foot, unless a form feed says that it stands at the head of one."""
    if not lines[i].page and i + 1 < len(lines) and not any(line.page for line in lines[i + 1 : i + 1 + EDGE]):
        lines[i + 1].page = True


def _key(text: str) -> str:
    return re.sub(r"\s+", "", re.sub(r"\d+", "0", text))


def _running(lines: list[Line]) -> None:
    starts = [i for i, line in enumerate(lines) if line.page]
    if not starts:
        return
    pages = [range(a, b) for a, b in zip([0, *starts], [*starts, len(lines)], strict=True) if b > a]
    where: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))  # key: page to lines
    for n, page in enumerate(pages):
        rest = [i for i in page if not lines[i].gone]
        for i in dict.fromkeys(rest[:EDGE] + rest[-EDGE:]):
            t = lines[i].text
            if 2 < len(t) <= HEAD_MOST and not lines[i].fixed and t[-1] not in "。；;，,、":
                where[_key(t)][n].append(i)
    for key, by_page in where.items():
        exact = {lines[i].text for found in by_page.values() for i in found}
        if len(by_page) < max(2, SHARE * len(pages)) or (len(exact) > max(1, len(by_page) // 2) and key.count("0") == 0):
            continue
        if key.strip("0") == "" or (len(exact) > 1 and len(exact) == len(by_page) and not _counts(lines, by_page)):
            continue
        chosen = sorted(i for found in by_page.values() for i in found)
        if chosen[0] in pages[0] and not _again(lines, chosen, key):
            chosen = chosen[1:]
        for i in chosen:
            lines[i].gone = RUNNING


def single(lines: list[Line], paged: Callable[[], bool], numbers: bool, running: bool) -> None:
    """Set ``gone`` on what shows itself as furniture though no other page says so, at the two ends of the text.

    That is a paper's name with date and weekday, the number of a paper's page, a bare number in their company, and a running
    head that is the beginning of the title below it.  paged: tells whether the text is one of pages.
    """
    stay = [line for line in lines if not (line.gone or line.fixed or line.level or line.item)]
    ends = stay[:EDGE] + stay[-EDGE:] if len(stay) > 2 * EDGE else []
    found = [line for line in ends if _FOLIO.fullmatch(line.text)]
    head = "".join(_key(line.text) for line in stay[1 : 1 + EDGE])
    if ends and len(key := _key(stay[0].text)) >= TITLE_LEAST and len(key) <= HEAD_MOST and head.startswith(key):
        found.append(stay[0])
    if not found or not paged():
        return
    for line in found:
        if running:
            line.gone = RUNNING
    if numbers:
        for line in (stay[0], stay[-1]):
            if line.text.isdecimal() and len(line.text) < 4:
                line.gone = NUMBER


def _counts(lines: list[Line], by_page: dict[int, list[int]]) -> bool:
    """Whether the figures that differ between the lines of ``by_page`` count the pages."""
    values = [[int(d) for d in re.findall(r"\d+", lines[found[0]].text)] for _, found in sorted(by_page.items())]
    pages = sorted(by_page)
    return all(
        any(len(v) > k and v[k] - values[0][k] == p - pages[0] for k in range(len(v)))
        for v, p in zip(values, pages, strict=True)
    )


def _again(lines: list[Line], chosen: list[int], key: str) -> bool:
    """Whether the first running head is not the title: that stands near it once more, or the head carries a date or number."""
    first, taken = chosen[0], set(chosen)
    if re.search(r"\d", lines[first].text):
        return True
    near = [_key(line.text) for i, line in enumerate(lines[: first + 12]) if i not in taken and not line.gone]
    return any("".join(near[i : i + 3]).startswith(key) for i in range(len(near)))


def stray(lines: list[Line]) -> None:
    """A line of bars in a text without a table is what was left of a frame."""
    bars = [line for line in lines if line.text.strip("| ") == ""]
    if bars and sum("|" in line.text for line in lines) == len(bars):
        for line in bars:
            line.gone = STRAY
