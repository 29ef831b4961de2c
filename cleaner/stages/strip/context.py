"""The second pass: weak lines, and lines that only their place betrays, by what stands beside them.

A page is body with chrome at its head and at its foot. The *core* is the run of prose that weighs most; the head zone lies
above it, the foot zone below. In the zones chrome spreads away from the body, never towards it: a line above the breadcrumb
and a line below the copyright notice are not the document's, but the title below the one and the signature above the other
are.
"""

from __future__ import annotations

import re

from cleaner.rulebook.model import CutShape, Rule
from cleaner.stages.strip.index import Index
from cleaner.stages.strip.label import Labels, Mark
from cleaner.stages.strip.limits import Limits

LINK_LIST = "web/link-list"
TITLE_TAG = "web/title-tag"
RELATED = "web/related-head"
CRUMBS = ("fields/breadcrumb", "fields/breadcrumb-home")
# what parts a title from the channel and the site: 标题_频道_某某网
_TAIL = re.compile(r"\s{0,2}[_|\-–—·]")
# elements of a document that stand below its body
_PART = re.compile(r"\W{0,2}(?:附件|附表|附录|附:|注:|注释|备注|抄送|抄报|此件|联系人|联系电话|电话:|地址:|参考文献|\[\d+\])")


def settle(labels: Labels, index: Index, limits: Limits) -> None:
    """Give every weak mark its answer, and mark what its place betrays."""
    head, foot = _core(labels, limits)
    _cuts(labels, index)
    _beside(labels, head, foot)
    if LINK_LIST in index.engines:
        _links(labels, index.engines[LINK_LIST], head, foot, limits)
        _beside(labels, head, foot)
    _title_tag(labels, index, head)
    for i in [i for i, mark in labels.marks.items() if mark.weak]:
        del labels.marks[i]


def _core(labels: Labels, limits: Limits) -> tuple[int, int]:
    """First and last line of the core, the heaviest run: prose weighs its length, chrome costs much, other lines a little."""
    best, sum_, start = 0, 0, 0
    found = (len(labels.page.lines), -1)
    for i in labels.page.filled:
        if sum_ <= 0:
            sum_, start = 0, i
        if i in labels.prose:
            sum_ += len(labels.page.lines[i])
            if sum_ > best:
                best, found = sum_, (start, i)
        elif i in labels.marks and not labels.marks[i].weak:
            sum_ -= limits.core_break
        else:
            sum_ -= limits.core_gap
    return found


def _cuts(labels: Labels, index: Index) -> None:
    """Cuts to the end of the page: from the first line from which the rest is short, has its witnesses and holds no prose."""
    page, marks = labels.page, labels.marks
    for rule, shape in index.cuts:
        first = _cut(labels, shape)
        if first is not None:
            for i in page.filled[first:]:
                if i not in marks or marks[i].weak:
                    marks[i] = Mark(rule)


def _cut(labels: Labels, shape: CutShape) -> int | None:
    page = labels.page
    filled = page.filled
    lowest = max(0, len(filled) - shape.within)
    seen = [False] * len(shape.needs)
    best = None
    for k in range(len(filled) - 1, lowest - 1, -1):
        line = page.lines[filled[k]]
        if filled[k] in labels.prose and not any(need.search(line) for need in shape.needs) and not shape.start.fullmatch(line):
            break
        seen = [s or bool(need.search(line)) for s, need in zip(seen, shape.needs, strict=True)]
        if sum(seen) >= shape.needs_min and shape.start.fullmatch(line):
            best = k
    return best


def _beside(labels: Labels, head: int, foot: int) -> None:
    """Weak marks that touch certain ones become certain; weak metadata is certain in the zones by itself."""
    marks, filled = labels.marks, labels.page.filled
    above = -1
    for i in filled:
        mark = marks.get(i)
        if mark is not None and mark.weak and mark.rule.kind == "metadata" and head <= foot and not head <= i <= foot:
            # what a line of the document announces is the document's
            announced = above >= 0 and above not in marks and labels.page.lines[above].endswith((":", ","))
            mark.weak = announced
        above = i
    for order in (filled, filled[::-1]):
        near = False
        for i in order:
            found = marks.get(i)
            if found is None:
                near = False
            elif not found.weak:
                near = True
            elif near and not head <= i <= foot:
                found.weak = False


def _links(labels: Labels, rule: Rule, head: int, foot: int, limits: Limits) -> None:
    """Mark lists of links: above the breadcrumb, and below the first certain sign under the body."""
    page, marks = labels.page, labels.marks
    if head > foot or all(mark.weak for mark in marks.values()):
        return

    def link(i: int, before: bool, after: bool) -> bool:
        """Whether the line can be a link, or between chrome on both sides a short sentence of it."""
        line = page.lines[i]
        if _PART.match(line):
            return False
        # a headline may end in ! or ?, and so does a sentence: only 。 and length tell them apart
        return i not in labels.prose or (len(line) <= limits.link_length and ("。" not in line or (before and after)))

    def near(k: int) -> bool:
        """Whether the line ``filled[k]`` is chrome, or could only be that."""
        return not 0 <= k < len(filled) or filled[k] in marks or filled[k] not in labels.prose

    filled = page.filled
    top = [i for i in filled if i < head and i in marks and marks[i].rule.id in CRUMBS and not marks[i].weak]
    title = title_below(labels, head)
    last = max(top[-1] if top else -1, title or -1)
    for k, i in enumerate(filled[1:], 1):
        if i >= last:
            break
        if i not in marks and i != title and link(i, near(k - 1), near(k + 1)):
            marks[i] = Mark(rule)
    below = False
    for k, i in enumerate(filled):
        if i <= foot:
            continue
        mark = marks.get(i)
        if mark is not None:
            below = below or not mark.weak or mark.rule.id == RELATED
            mark.weak = mark.weak and not below
        elif below and link(i, filled[k - 1] in marks, near(k + 1)):
            marks[i] = Mark(rule)


def title_below(labels: Labels, head: int) -> int | None:
    """The line above the body that the first line of the page, the window's title, begins with; None where there is none."""
    page = labels.page
    if not page.filled:
        return None
    first = page.keys[page.filled[0]]
    for i in page.filled[1:]:
        if i > head:
            break
        if i not in labels.marks and len(page.keys[i]) >= 6 and first.startswith(page.keys[i]):
            return i
    return None


def _title_tag(labels: Labels, index: Index, head: int) -> None:
    """The window's title goes where the title itself follows and a channel or a site stands behind it."""
    rule = index.engines.get(TITLE_TAG)
    if rule is None or all(mark.weak for mark in labels.marks.values()):
        return
    page = labels.page
    title = title_below(labels, head)
    if title is not None:
        first = page.filled[0]
        rest = page.lines[first][len(page.lines[title]) :]
        if _TAIL.match(rest) and page.lines[first].startswith(page.lines[title]):
            labels.marks[first] = Mark(rule)
