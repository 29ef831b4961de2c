"""When and whence: a date or an origin that stands between title and body on a line that no rule knows as a whole.

Publication lines have as many forms as there are sites. On a page that shows itself, what looks like a time of publication in
the few short lines above its body is one, and a name behind it or behind 来源 is the origin.
"""

from __future__ import annotations

import re

from cleaner.rulebook.model import Rule
from cleaner.stages.strip import values
from cleaner.stages.strip.label import Labels, Mark, Stated
from cleaner.stages.strip.segment import BREADCRUMBS, Extent, title_lines

# lines whose dates are others: the table of 政府信息公开 names each
_OTHERS = (*BREADCRUMBS, "fields/disclosure-table")
PUBLISHED, ORIGIN = "web.published_at", "web.origin"
# lines above the body, or below its title, among which publication data stand, and characters of the longest of them
_LINES, _LONGEST = 12, 120
_DATE = re.compile(rf"{values.DATE}{values.CLOCK}?(?:\s?[ap]m)?(?!\d)")
_NAME = r"[\u3400-\u9fffa-z《][\u3400-\u9fffa-z《》·-]{1,18}"
_SOURCE = re.compile(rf"(?:(?:来源|稿源|出处|转自|摘自)\s?(?:于|自)?\s?[:|]|来源于|来源:)\s{{0,3}}(?P<origin>{_NAME})")
_BEHIND = re.compile(rf"\s{{1,4}}(?P<origin>{_NAME})(?=$|[\s,|)\]】])")
_AGENCY = re.compile(r".{1,14}(?:网|报|报》|社|台|在线|周刊|杂志|客户端|财经)")


def read_nearby(labels: Labels, rule: Rule, extent: Extent) -> None:
    """Add to the marks of lines above the body what they state of the time and the origin, where no rule has read it yet."""
    page, marks = labels.page, labels.marks
    if extent.last < extent.first:
        return
    told = {fact.field for mark in marks.values() for fact in mark.facts}
    if {PUBLISHED, ORIGIN} <= told:
        return
    titles = title_lines(page, extent.first)
    begin = max(titles[-1] + 1 if titles else 0, extent.first - _LINES)
    for i in page.filled[begin : extent.first]:
        line = page.lines[i]
        mark = marks.get(i)
        if i in labels.prose or len(line) > _LONGEST or mark is None or mark.rule.id in _OTHERS:
            continue
        base = page.indent(i)
        dated = _DATE.search(line)
        if dated and PUBLISHED not in told:
            told |= _add(labels, mark, rule, PUBLISHED, base + dated.start(), base + dated.end())
        source = _SOURCE.search(line) or (dated and _BEHIND.match(line, dated.end()))
        if source and ORIGIN not in told and (source.re is _SOURCE or _AGENCY.fullmatch(source["origin"])):
            told |= _add(labels, mark, rule, ORIGIN, base + source.start("origin"), base + source.end("origin"))


def _add(labels: Labels, mark: Mark, rule: Rule, field: str, start: int, end: int) -> set[str]:
    value = values.read(field, labels.page.text[start:end])
    if value is None:
        return set()
    mark.facts.append(Stated(field, value, start, end, rule.id))
    return {field}
