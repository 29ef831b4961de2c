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
AUTHORS, PUBLISHED, ORIGIN = "web.authors", "web.published_at", "web.origin"
# lines above the body, or below its title, among which publication data stand, and characters of the longest of them
_LINES, _LONGEST = 12, 120
_DATE = re.compile(rf"{values.DATE}{values.CLOCK}?(?:\s?[ap]m)?(?!\d)")
_NAME = r"[\u3400-\u9fffa-z《][\u3400-\u9fffa-z0-9《》·－-]{1,24}"
_SOURCE = re.compile(
    rf"(?:(?:来源|稿源|出处|转自|摘自)\s?(?:于|自)?\s?[:|]|来源于|(?<=\|)\s{{0,2}}来源)\s{{0,3}}(?P<origin>{_NAME})"
)
# a date that is not the page's: of another article, of the writer's account
_OTHER_DATE = re.compile(r"推荐|注册|截[至止]")
_BEHIND = re.compile(rf"\s{{0,4}}(?P<origin>{_NAME})")
_AGENCY = re.compile(
    r".{1,14}(?:网|报|报》|社|台|在线|周刊|杂志|客户端|财经|科技|体育|娱乐|汽车|数码|资讯|综合|新闻(?:中心)?)(?:-《?.{2,8}(?:网|报|台)》?)?"
)
# a line that is an agency and nothing else, with or without the name of who wrote for it before it
_LONE = re.compile(
    r"(?:(?P<by>[\u3400-\u9fff]{2,3})\s?/\s?)?(?P<origin>《?[\u3400-\u9fff]{1,10}(?:[日晚早时晨商青年周]报|电视台|通讯社|新闻社|网)》?|(?:中央|新华|中新|中评|法新|路透|美联)社)"
)
# a byline that is no part of the body: 作者：…, ◎ 记者…/采访报道
_NAMES = r"[\u3400-\u9fff]{2,3}(?:·[\u3400-\u9fff]{2,6})?"
_WRITER = re.compile(
    rf"\W{{0,3}}[\u3400-\u9fff]{{0,6}}(?:记者|作者|撰文|撰稿|通讯员)\s?[:|/]?\s?(?P<authors>{_NAMES}(?:[ 、,]{_NAMES}){{0,5}})"
    r"(?:\s?/[\u3400-\u9fff]{2,10}|\s?[)\]】])?"
)


def read_nearby(labels: Labels, rule: Rule, extent: Extent) -> None:
    """Add to the marks of lines above the body what they state of the time, the origin and the authors, where no rule has read it yet."""
    if extent.last < extent.first:
        return
    page = labels.page
    titles = title_lines(page, extent.first)
    begin = max(titles[-1] + 1 if titles else 0, extent.first - _LINES)
    read_lines(labels, rule, page.filled[begin : extent.first])


def read_lines(labels: Labels, rule: Rule, lines: list[int]) -> None:
    """The same of ``lines``, which stand between title and body."""
    page, marks = labels.page, labels.marks
    told = {fact.field for mark in marks.values() for fact in mark.facts}
    if told >= {PUBLISHED, ORIGIN, AUTHORS}:
        return
    stamped: list[int] = []
    for n, i in enumerate(lines):
        line = page.lines[i]
        mark = marks.get(i)
        dated = _DATE.search(line) if len(line) <= _LONGEST and not _OTHER_DATE.search(line) else None
        if dated:
            stamped.append(n)
        if i in labels.prose or len(line) > _LONGEST or mark is None or mark.rule.id in _OTHERS:
            continue
        base = page.indent(i)
        if dated and PUBLISHED not in told:
            told |= _add(labels, mark, rule, PUBLISHED, base + dated.start(), base + dated.end())
        if ORIGIN not in told:
            told |= _origin(labels, mark, rule, line, base, dated)
        writer = _WRITER.fullmatch(line) if AUTHORS not in told else None
        if writer:
            told |= _add(labels, mark, rule, AUTHORS, base + writer.start("authors"), base + writer.end("authors"))
    if ORIGIN not in told:
        _lone_origin(labels, rule, lines, stamped)


def _origin(labels: Labels, mark: Mark, rule: Rule, line: str, base: int, dated: re.Match[str] | None) -> set[str]:
    """Read the origin behind its label, or behind the date."""
    source = _SOURCE.search(line)
    if source:
        return _add(labels, mark, rule, ORIGIN, base + source.start("origin"), base + source.end("origin"))
    behind = dated and _BEHIND.match(line, dated.end())
    name = values.origin(behind["origin"]) if behind else None
    if not behind or not name:
        return set()
    if not _AGENCY.fullmatch(name):
        return set()
    return _add(labels, mark, rule, ORIGIN, base + behind.start("origin"), base + behind.start("origin") + len(name))


def _lone_origin(labels: Labels, rule: Rule, lines: list[int], stamped: list[int]) -> None:
    """Read an agency that stands alone on the line before or after the one date."""
    if len(stamped) != 1:
        return
    page = labels.page
    for n in (stamped[0] - 1, stamped[0] + 1):
        if not 0 <= n < len(lines):
            continue
        i = lines[n]
        mark, found = labels.marks.get(i), _LONE.fullmatch(page.lines[i])
        if mark is not None and not mark.facts and found:
            base = page.indent(i)
            if _add(labels, mark, rule, ORIGIN, base + found.start("origin"), base + found.end("origin")):
                return


def _add(labels: Labels, mark: Mark, rule: Rule, field: str, start: int, end: int) -> set[str]:
    value = values.read(field, labels.page.text[start:end]) if end > start else None
    if value is None:
        return set()
    mark.facts.append(Stated(field, value, start, end, rule.id))
    return {field}
