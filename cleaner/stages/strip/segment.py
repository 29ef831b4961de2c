"""One segmentation of the page into what lies above the body, the body, and what lies below it.

Each line is evidence for the body or against it, counted in characters of prose: a line of prose gives its length, a mark
costs. The likeliest sequence of the three states (Viterbi's algorithm) is then the run of lines with the largest sum, as the
states follow each other and the outer two weigh nothing. The weights stand in ``rules/tables/strip-weights.tsv``;
``benchmarks/fit_strip.py`` looks for better ones.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from cleaner.resources import path
from cleaner.stages.strip.label import Labels
from cleaner.stages.strip.limits import pattern
from cleaner.stages.strip.page import Page

BREADCRUMBS = ("fields/breadcrumb", "fields/breadcrumb-home")
EDITORS = ("fields/editor", "fields/staff")
# what a site sets between the paragraphs of a text: it parts nothing
INSIDE = ("web/novel-site", "web/image-hint")
# lines below the title or the publication line within which a body begins
_NEAR = 6
# lines, and weak marks among them, that may stand between the body and more prose of it
_GAP, _WEAK = 12, 4
# characters of the shortest title
_SHORTEST = 6


class Weights(NamedTuple):
    """Evidence in characters of prose; what each is for is said in the table."""

    anchor: float
    certain: float
    gap: float
    plain: float
    prose: float
    weak: float


class Extent(NamedTuple):
    """First and last line of the body, as numbers in ``Page.filled``; without a body ``last`` < ``first``."""

    first: int
    last: int


@cache
def weights() -> Weights:
    """The table, read once."""
    rows = [line.split("\t") for line in path("tables/strip-weights.tsv").read_text("utf-8").splitlines()[1:]]
    return Weights(**{name: float(value) for name, value, _ in rows})


def segment(labels: Labels, w: Weights | None = None) -> Extent:
    """Where the body of the page begins and ends: the run of lines with the most evidence."""
    w = w or weights()
    page, prose, marks = labels.page, labels.prose, labels.marks
    if not prose:
        return Extent(len(page.filled), -1)
    below = {k + n for k in anchors(labels) for n in range(1, _NEAR + 1)}
    best = total = -1e9
    begin = gap = 0.0
    first = 0
    found = Extent(len(page.filled), -1)
    for k, i in enumerate(page.filled):
        if i in prose:
            gives = min(page.lengths[i], w.prose)
            begin = gives + w.anchor if k in below else gives
            total += gives
            if total < begin:
                total, first = begin, k
            gap = 0.0
            if total > best:
                best, found = total, Extent(first, k)
        elif i in marks:
            if marks[i].rule.id not in INSIDE:
                total += w.weak if marks[i].weak else w.certain
        elif gap < w.gap:
            total += w.plain
            gap -= w.plain
    return _widened(labels, found) if found.last >= 0 else found


def _widened(labels: Labels, extent: Extent) -> Extent:
    """The extent with the prose beside it that little parts from it: a few lines, and hardly a mark among them."""
    filled = labels.page.filled
    first, last = extent
    first -= _reach(labels, filled[:first][::-1])
    last += _reach(labels, filled[last + 1 :])
    return Extent(first, last)


def _reach(labels: Labels, lines: list[int]) -> int:
    """How many of ``lines``, beginning beside the body, belong to it as well."""
    prose, marks = labels.prose, labels.marks
    reach = gap = weak = 0
    for n, i in enumerate(lines, 1):
        if i in prose:
            reach, gap, weak = n, 0, 0
            continue
        if i in marks and marks[i].rule.id in INSIDE:
            continue
        gap += 1
        if i in marks:
            weak += 1
            if not marks[i].weak:
                break
        if gap > _GAP or weak > _WEAK:
            break
    return reach


def anchors(labels: Labels) -> list[int]:
    """The lines (as numbers in ``filled``) below which a body begins: the window's title said again, publication data."""
    page, marks = labels.page, labels.marks
    said = title_lines(page, len(page.filled))
    others = (*BREADCRUMBS, *EDITORS)
    number = {i: k for k, i in enumerate(page.filled)} if marks else {}
    dated = [number[i] for i, mark in marks.items() if mark.rule.kind == "metadata" and mark.rule.id not in others]
    return [*said, *dated]


def title_lines(page: Page, end: int) -> list[int]:
    """The lines (as numbers in ``filled``, before ``end``) that the first line of the page, the window's title, holds."""
    if not page.filled:
        return []
    first = page.keys[page.filled[0]]
    if len(first) < _SHORTEST:
        return []
    keys = page.keys
    if page.held is None:
        page.held = [k for k, i in enumerate(page.filled[1:], 1) if len(keys[i]) >= _SHORTEST and keys[i][:40] in first]
    held = [k for k in page.held if k < end]
    if not held:
        window = page.lines[page.filled[0]]
        tail = pattern("title_tail").fullmatch
        short = (k for k, i in enumerate(page.filled[1:end], 1) if 1 < len(keys[i]) < _SHORTEST)
        held = [k for k in short if window.startswith(line := page.lines[page.filled[k]]) and tail(window[len(line) :])]
    # the site's name stands in it too, behind the title
    return [k for k in held if first.startswith(keys[page.filled[k]][:40])] or held


def window_title(page: Page, end: int) -> bool:
    """Whether the first line is the title of a browser's window: the title, said again above ``end``, and the site's name."""
    first = page.lines[page.filled[0]]
    for k in title_lines(page, end):
        title = page.lines[page.filled[k]]
        before, found, after = first.partition(title)
        if found and (
            pattern("title_tail").match(after) if not before else not after and pattern("title_head").fullmatch(before)
        ):
            return True
    return False
