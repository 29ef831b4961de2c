"""The second pass: weak lines, and lines that only their place betrays, by what stands beside them.

A page is body with chrome at its head and at its foot. The *core* is the run of prose that weighs most; the head zone lies
above it, the foot zone below. In the zones chrome spreads away from the body, never towards it: a line above the breadcrumb
and a line below the copyright notice are not the document's, but the title below the one and the signature above the other
are.
"""

from __future__ import annotations

import re

from cleaner.rulebook.model import CutShape, Rule
from cleaner.stages.change import Flag
from cleaner.stages.strip.index import Index
from cleaner.stages.strip.label import Labels, Mark
from cleaner.stages.strip.limits import Limits, pattern
from cleaner.stages.strip.lists import RELATED, unlisted
from cleaner.stages.strip.nearby import read_nearby
from cleaner.stages.strip.page import is_prose
from cleaner.stages.strip.segment import Extent, segment, title_lines, window_title
from cleaner.stages.strip.wrapped import unwrap
from cleaner.stages.strip.zones import clear, looks_linked

LINK_LIST = "web/link-list"
NEARBY = "fields/nearby"
TITLE_TAG = "web/title-tag"
TOOL = "web/tool-label"
FOOTERS = ("web/copyright", "web/licence")
NEIGHBOURS = "web/previous-next"
EDITOR = "fields/editor"
STAFF = "fields/staff"
STAMP = "fields/date-line"
DATED = "fields/dated-origin"
KEYWORDS = "fields/keywords"
# sentences that a document says, too: to its readers instead of a site's visitors
SENTENCES = ("web/site-notice", "web/promotion", "web/reprint-notice")
# words of navigation that are also ordinary words, and titles
SITE_LABEL = "web/site-label"
# weak metadata that a document has too (来源：, 审核：): its zone does not prove it, the page must have another sign
COMPANY = (STAFF, STAMP, DATED, KEYWORDS, "fields/origin-line")
CRUMBS = ("fields/breadcrumb", "fields/breadcrumb-home")


# characters from which a word of navigation that stands between the breadcrumb and the text is its title
_TITLE = 4
# a heading of a document: no footer begins with one
_NUMBERED = re.compile(r"(?:[(]?(?:[一二三四五六七八九十]{1,3}|\d{1,3})[)、.]|第[一二三四五六七八九十\d]{1,4}[章节条])")
# rules whose marks a document's own lines may get, too
_ASKED = frozenset((STAFF, EDITOR, STAMP, DATED, NEIGHBOURS, SITE_LABEL, TOOL, *FOOTERS))


def settle(labels: Labels, index: Index, limits: Limits, *, plain: bool = False) -> list[Flag]:
    """Give every weak mark its answer, and mark what its place betrays; what is to be told of the page.

    plain: the lines come from a page of which nothing but its text is known, so that the segmentation decides about them
    """
    page = labels.page
    flags: list[Flag] = []
    if plain:
        unwrap(labels)
    unlisted(labels)
    extent = segment(labels)
    head, foot = _lines(labels, extent)
    if _documents(labels, head, foot) | _spoken(labels, foot, limits):
        extent = segment(labels)
        head, foot = _lines(labels, extent)
    if plain:
        _headings(labels, foot)
    _cuts(labels, index)
    _beside(labels, head, foot)
    rule = index.engines.get(LINK_LIST)
    if rule is not None:
        if plain:
            flags = clear(labels, rule, extent, limits)
            if NEARBY in index.engines:
                read_nearby(labels, index.engines[NEARBY], extent)
        _links(labels, rule, head, foot, limits)
        _beside(labels, head, foot)
    _title_tag(labels, index, extent)
    for i in [i for i, mark in labels.marks.items() if mark.weak]:
        del labels.marks[i]
    # a page with prose has a body: what reads as prose is it where nothing else is left
    if not flags and len(labels.marks) == len(page.filled):
        for i in [i for i in labels.marks if is_prose(page.lines[i], limits)]:
            del labels.marks[i]
    return flags


def _lines(labels: Labels, extent: Extent) -> tuple[int, int]:
    """First and last line of the body by their numbers in the text."""
    filled = labels.page.filled
    if extent.last < extent.first:
        return len(labels.page.lines), -1
    return filled[extent.first], filled[extent.last]


def _documents(labels: Labels, head: int, foot: int) -> bool:
    """Take the marks from lines that are the document's by what stands around them: speakers, forms, dates, items of lists.

    Whether there were any.
    """
    page, marks = labels.page, labels.marks
    filled = page.filled
    if not marks:
        return False
    labelled = pattern("labelled")
    names = [labelled.match(page.lines[i]) if marks[i].rule.id in (STAFF, EDITOR) else None for i in marks]
    said = {name[1] for name in names if name}
    counts = dict.fromkeys(said, 0)
    for i in filled if said else []:
        name = labelled.match(page.lines[i])
        if name and name[1] in counts:
            counts[name[1]] += 1
    gone: list[int] = []
    top, bottom = min(labels.prose, default=len(page.lines)), max(labels.prose, default=-1)
    for k, i in [(k, i) for k, i in enumerate(filled) if i in marks]:
        mark = marks[i]
        rule = mark.rule.id
        if rule not in _ASKED or (rule == SITE_LABEL and i >= head):
            continue
        line = page.lines[i]
        beside = [*filled[max(0, k - 1) : k], *filled[k + 1 : k + 2]]
        if rule in (STAFF, EDITOR):
            name = labelled.match(line)
            near = [page.lines[j] for j in (*filled[max(0, k - 2) : k], *filled[k + 1 : k + 3])]
            forms = [j for j in beside if pattern("form").match(page.lines[j])]
            # 编辑 beside 审核 makes a page; 审核 beside 批准 a form
            form = any(j not in marks for j in forms) or (bool(forms) and pattern("form").match(line) is not None)
            edited = any("编" in (page.lines[j].split(":")[0]) and j in marks for j in beside)
            value = line[name.end() :].split("来源:")[0] if name else ""
            named = all(map(pattern("name").fullmatch, pattern("name_parts").split(value)))
            if not named or (name and counts[name[1]] > 1) or any(map(pattern("speaker").match, near)) or (form and not edited):
                gone.append(i)
        elif (rule in (STAMP, DATED) and line[:1].isdigit() and (i > foot or head > foot)) or (
            rule == NEIGHBOURS and i <= foot
        ):
            gone.append(i)
        elif rule in FOOTERS and i <= foot and not any(j in marks and not marks[j].weak for j in beside):
            # above the body a number of registration is what the text is about
            gone.append(i)
        elif rule == SITE_LABEL and mark.weak and i < head and _entitled(labels, k):
            gone.append(i)
        elif rule == TOOL and len(beside) == 2 and not any(j in marks and not marks[j].weak for j in beside):
            items = all(map(pattern("item").match, (page.lines[j] for j in beside)))
            # a label between prose and prose that nothing of a page stands beside is a word of the text
            if head <= i <= foot or items or top < i < bottom:
                gone.append(i)
    for i in gone:
        del marks[i]
    return bool(gone)


def _entitled(labels: Labels, k: int) -> bool:
    """Whether a word of navigation, the line ``filled[k]`` above the body, is the title.

    It stands right above publication data, talk or prose, and a breadcrumb above it that ends in it, or it is no short one, or the
    window's title begins with it.
    """
    page, marks, filled = labels.page, labels.marks, labels.page.filled
    i, after = filled[k], filled[k + 1] if k + 1 < len(filled) else -1
    below = marks.get(after)
    if (
        after not in labels.prose
        and not pattern("speaker").match(page.lines[after])
        and (below is None or below.rule.kind != "metadata" or below.rule.id in CRUMBS)
    ):
        return False
    line, key = page.lines[i], page.keys[i]
    # the sizes of type may stand between
    for n in range(k - 1, max(-1, k - 3), -1):
        above = marks.get(filled[n])
        if above is None or (above.weak and above.rule.id not in CRUMBS):
            break
        if above.rule.id in CRUMBS and key != "正文" and (page.keys[filled[n]].endswith(key) or len(key) >= _TITLE):
            return True
    window = page.lines[filled[0]]
    return k > 0 and window.startswith(line) and pattern("title_tail").fullmatch(window[len(line) :]) is not None


def _spoken(labels: Labels, foot: int, limits: Limits) -> bool:
    """Take the marks from sentences between the body and the first certain sign below it that do not speak of the site.

    Whether there were any.
    """
    marks, lines = labels.marks, labels.page.lines
    certain = min((i for i, mark in marks.items() if i > foot and mark.rule.kind == "chrome" and not mark.weak), default=-1)
    gone = [
        i
        for i, mark in marks.items()
        if mark.weak
        and mark.rule.id in SENTENCES
        and foot < i < certain
        and (pattern("closing").match(lines[i]) or (is_prose(lines[i], limits) and not pattern("of_the_site").search(lines[i])))
    ]
    for i in gone:
        del marks[i]
        if is_prose(lines[i], limits):
            labels.prose.add(i)
    return bool(gone)


def _headings(labels: Labels, foot: int) -> None:
    """Take the marks from words of navigation that stand alone below the body before any other mark: headings of its lists."""
    marks, filled = labels.marks, labels.page.filled
    gone = []
    for k, i in enumerate(filled):
        mark = marks.get(i)
        if i <= foot or mark is None:
            continue
        beside = any(j in marks for j in (*filled[max(0, k - 1) : k], *filled[k + 1 : k + 2]))
        # a heading is a word and nothing else, and no word that only sites have
        bare = labels.page.lines[i] == labels.page.keys[i] and not looks_linked(labels.page.lines[i])
        if not mark.weak or mark.rule.id != SITE_LABEL or beside or not bare:
            break
        gone.append(i)
    for i in gone:
        del marks[i]


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
    """Where the cut begins, as a number in ``filled``: prose ends the search, and the first need must be among those met."""
    page = labels.page
    filled = page.filled
    lowest = max(0, len(filled) - shape.within)
    seen = [False] * len(shape.needs)
    best = None
    for k in range(len(filled) - 1, lowest - 1, -1):
        line = page.lines[filled[k]]
        if filled[k] in labels.prose:
            break
        if filled[k] not in labels.marks and pattern("spoken").search(line):
            break
        seen = [s or bool(need.search(line)) for s, need in zip(seen, shape.needs, strict=True)]
        # the first need is the witness that no document has by itself
        if seen[0] and sum(seen) >= shape.needs_min and shape.start.fullmatch(line) and not _NUMBERED.match(line):
            best = k
    return best


def _beside(labels: Labels, head: int, foot: int) -> None:
    """Weak marks that touch certain ones become certain; weak metadata is so in the zones where the page has another sign."""
    marks, filled = labels.marks, labels.page.filled
    if not any(mark.weak for mark in marks.values()):
        return
    chrome = _has_chrome(labels)
    kinds = {m.rule.id for i, m in marks.items() if m.rule.kind == "metadata" and not (m.weak and head <= i <= foot)}
    above = -1
    for i in filled:
        mark = marks.get(i)
        if mark is not None and mark.weak and mark.rule.kind == "metadata" and head <= foot and not head <= i <= foot:
            # what a line of the document announces is the document's
            alone = mark.rule.id in COMPANY and not chrome and kinds == {mark.rule.id}
            announced = above >= 0 and above not in marks and labels.page.lines[above].endswith((":", ","))
            mark.weak = announced or alone
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


def _has_chrome(labels: Labels) -> bool:
    """Whether some line of the page is certain chrome."""
    return any(not mark.weak and mark.rule.kind == "chrome" for mark in labels.marks.values())


def _links(labels: Labels, rule: Rule, head: int, foot: int, limits: Limits) -> None:
    """Mark lists of links: above the breadcrumb, and below the first certain chrome under the body; metadata opens none."""
    page, marks = labels.page, labels.marks
    related = False
    last_chrome = max((i for i, mark in marks.items() if mark.rule.kind == "chrome" and not mark.weak), default=-1)
    if head > foot or all(mark.weak for mark in marks.values()):
        return

    def link(i: int, before: bool, after: bool) -> bool:
        """Whether the line can be a link, or between chrome on both sides a short sentence of it."""
        line = page.lines[i]
        if pattern("closing").match(line) or (
            i > foot
            and not (related and i < last_chrome)
            and (pattern("no_link").fullmatch(line) or pattern("question").fullmatch(line))
        ):
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
            head_of_list = mark.rule.id == RELATED and (i < last_chrome or not mark.weak)
            below = below or head_of_list or (mark.rule.kind == "chrome" and not mark.weak)
            related = related or head_of_list
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


def _title_tag(labels: Labels, index: Index, extent: Extent) -> None:
    """The window's title goes where the title itself stands below it, and a channel or a site beside it in the window."""
    rule = index.engines.get(TITLE_TAG)
    page = labels.page
    if rule is None or not page.filled or all(mark.weak for mark in labels.marks.values()):
        return
    end = min(extent.first + 1, len(page.filled))
    if window_title(page, end) and any(page.filled[k] not in labels.marks for k in title_lines(page, end)):
        labels.marks[page.filled[0]] = Mark(rule)
