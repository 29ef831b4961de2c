"""The lines above the body and below it that no rule knows: navigation, other headlines, advertisements, remarks of readers.

Four fifths of the lines of chrome match no phrase. Where the segmentation says that the body has not begun or is over, and a
zone shows by its marks that it is of a page, its other lines go too, except those that a document has in that place: between
the last mark and the body its letterhead, number, addressee and byline; between the body and the first mark its attachments,
signature and date; and its title.
"""

from __future__ import annotations

import re
from functools import cache

from cleaner.resources import path
from cleaner.rulebook.model import Rule
from cleaner.stages.change import Flag
from cleaner.stages.strip.label import Labels, Mark
from cleaner.stages.strip.limits import Limits, pattern
from cleaner.stages.strip.lists import headlines, poll
from cleaner.stages.strip.page import ENDS_DATED, HAN, SENTENCE_END, Page
from cleaner.stages.strip.segment import BREADCRUMBS, EDITORS, Extent, title_lines, window_title

_BULLETS = "·•●○◎◆◇■□▪▲△▼▽▶►▸◀◁★☆※◦∙›»>〉》→-*✦．"
# a day of the year, a time of day, an age, a date in digits; 2024年5月20日 signs a document
_STAMP = re.compile(
    r"(?<!\d)(?:(?:19|20)\d\d[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/]\d{1,2}(?![\d.%/])|\d{1,2}:\d{2}(?!\d)|\d{1,3}(?:分钟|小时|天|秒)前)"
)


# pieces of a line that is a bar of links by its shape
_BAR = 4
# what follows the name of a site
_SITE = re.compile(r"(?:(?:新闻)?网站?|频道|在线|官网|门户|资讯)$")
# characters of the longest promotion, and how many it has beside the site's name
_PROMOTED, _MORE = 40, 5
# characters of a paragraph that is longer than the summary of another page
_PARAGRAPH = 160
# characters of a title that nothing but its place tells
_SHORTEST, _LONGEST = 6, 80
# the head of a chapter, with a title behind it or none
_CHAPTER = re.compile(r"第[\d一二三四五六七八九十百千零〇]{1,6}[章回卷集话]")
# characters of prose below which no headline of another page is told from a heading
_BODY = 200
# lines of a title and a subtitle, and marks that stand between a title and the body at most
_HEADED, _TOOLS = 2, 6
# lines behind the publication data that are a list of the document
_ROWS = 3
# lines over which a document sets its title
_TITLE_LINES = 5


NO_BODY = "strip/no-body"
UNSURE = "strip/body-in-doubt"


@cache
def _words() -> re.Pattern[str]:
    """The words of a site, from ``rules/tables/strip-words.tsv``."""
    words = path("tables/strip-words.tsv").read_text("utf-8").split()[1:]
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


def clear(labels: Labels, rule: Rule, extent: Extent, limits: Limits) -> list[Flag]:
    """Mark by ``rule`` the lines outside ``extent`` that are chrome by their place, and make weak marks there certain.

    What is to be told of a page without prose.
    """
    page = labels.page
    if extent.last < extent.first:
        return _bodiless(labels, rule, limits)
    above, below = page.filled[: extent.first], page.filled[extent.last + 1 :]
    head, tail = _points(labels, above, limits), _points(labels, below, limits)
    if _shown(head, tail, limits):
        _take(labels, rule, above, _head_kept(labels, above) | _paragraphs(labels, above))
    if _shown(tail, head, limits):
        _take(labels, rule, below, _tail_kept(labels, below) | _paragraphs(labels, below))
    return []


def _paragraphs(labels: Labels, zone: list[int]) -> set[int]:
    """The lines of a zone that are long paragraphs of several sentences and do not speak of the site: no list has them."""
    page, prose = labels.page, labels.prose
    said = pattern("of_the_site")
    return {i for i in zone if page.lengths[i] >= _PARAGRAPH and i in prose and not said.search(page.lines[i])}


def _bodiless(labels: Labels, rule: Rule, limits: Limits) -> list[Flag]:
    """A page on which nothing reads as prose: a list, an error, an empty frame; or a poem, a table, names.

    It has no body where it says so, or where it is a list that goes on on other pages, and all that is left could be a link.
    Else what has no mark stays.
    """
    page, marks = labels.page, labels.marks
    _, certain = _points(labels, page.filled, limits)
    if certain < 2 * limits.zone_marks:
        return []
    stated = any(mark.rule.kind == "metadata" and mark.rule.id not in BREADCRUMBS for mark in marks.values())
    lines = [page.lines[i] for i in page.filled if i not in marks]
    missing, no_link = pattern("missing"), pattern("no_link")
    paged = any(mark.rule.id == "web/pagination" for mark in marks.values())
    listed = 2 * sum(ENDS_DATED.search(x) is not None for x in lines) > len(lines)
    links = all(len(x) <= limits.link_length and HAN.search(x) and not no_link.fullmatch(x) for x in lines)
    if stated or not links or not (paged or listed or not lines or any(map(missing.search, lines))):
        return [Flag(UNSURE, "no line of this page is surely its body; what no rule knows as a page's own is kept")]
    _take(labels, rule, page.filled, set())
    return [Flag(NO_BODY, "the page has no body: all of it is navigation or notices")]


def _points(labels: Labels, zone: list[int], limits: Limits) -> tuple[int, int]:
    """The evidence that a zone is one of a page, and how much of it is certain.

    A certain mark of chrome counts two points, as does the window's title; a weak mark counts one, a bar of short pieces or a
    link with a bullet or a date as well.
    """
    page, marks = labels.page, labels.marks
    certain = dated = bars = 0
    weak: set[str] = set()
    if zone and zone[0] == page.filled[0] and window_title(page, len(zone)):
        certain = 2
    for i in zone:
        mark = marks.get(i)
        if mark is None:
            line = page.lines[i]
            pieces = page.pieces.get(i)
            if pieces and len(pieces) >= _BAR and len(line) < 8 * len(pieces):
                bars += 1
            elif line[0] in _BULLETS or ENDS_DATED.search(line):
                dated += 1
        elif mark.weak:
            weak.add(page.keys[i])
        elif mark.rule.kind == "chrome" or mark.rule.id in BREADCRUMBS:
            certain += 2
        else:
            weak.add(mark.rule.id)
    return certain + len(weak) + min(dated, limits.zone_dated) + min(bars, limits.zone_dated), certain


def _shown(own: tuple[int, int], other: tuple[int, int], limits: Limits) -> bool:
    """Whether a zone with some evidence of its own, and the page with its other zone, show enough, some of it certain."""
    own_points, own_certain = own
    points, certain = other
    if own_certain + certain == 0:
        return False
    return own_points >= limits.zone_points or (own_points > 1 and own_points + points > limits.zone_points)


def _take(labels: Labels, rule: Rule, zone: list[int], kept: set[int]) -> None:
    for i in zone:
        mark = labels.marks.get(i)
        if mark is not None:
            mark.weak = False
        elif i not in kept:
            labels.marks[i] = Mark(rule)


def _head_kept(labels: Labels, zone: list[int]) -> set[int]:
    """The lines above the body that are the document's: its title, and what stands between the last mark and the body."""
    page, marks = labels.page, labels.marks
    kept = {page.filled[k] for k in title_lines(page, len(zone))} or set(_untold(labels, zone))
    lead = len(zone)
    # without a title so far it must be among them: then only a certain mark ends the way up
    while lead and (zone[lead - 1] not in marks or (not kept and marks[zone[lead - 1]].weak)):
        lead -= 1
    between = [i for i in zone[lead:] if i not in marks]
    opening = pattern("opening")
    # an addressee closes the head of a letter; and a title must be somewhere
    untold = not kept
    # several lines that no list of links has are rows of a table, ingredients, names
    rows = len(between) >= _ROWS and 2 * sum(looks_linked(page.lines[i]) for i in between) < len(between)
    whole = untold or len(between) == 1 or rows or (bool(between) and page.lines[between[-1]].endswith(":"))
    if untold:
        # without a link's look or with it, the last lines before bylines and body, or before the tools that stand above the body
        shaped = [i for i in between if not opening.match(page.lines[i].lstrip("# ")) and _shaped(page.lines[i])]
        kept.update(shaped[-_HEADED:])
        kept.update(_above_tools(labels, zone[:lead]))
    kept.update(
        i
        for i in between
        if opening.match(page.lines[i].lstrip("# ")) or (whole and (len(between) == 1 or not looks_linked(page.lines[i])))
    )
    kept.update(_title_again(page, between, {page.keys[i] for i in zone if i in kept}))
    # the one line of the zone that has no mark is what the marks stand around
    alone = [i for i in zone if i not in marks]
    if not kept and len(alone) == 1 and len(page.lines[alone[0]]) >= _SHORTEST and not looks_linked(page.lines[alone[0]]):
        kept.update(alone)
    # a title that stands nowhere else may be the first line of the page
    if not kept and zone and zone[0] == page.filled[0] and zone[0] not in marks and _titled(page.lines[zone[0]]):
        kept.add(zone[0])
    return {i for i in kept if not page.lines[i].isdigit()}


def _titled(line: str) -> bool:
    """Whether a line could be a title by its length and its characters, or the head of a chapter, and is no link by its look."""
    return _CHAPTER.match(line) is not None or (_shaped(line) and not looks_linked(line))


def _shaped(line: str) -> bool:
    """Whether a line could be a title by its length and its characters, and states no time."""
    return _SHORTEST <= len(line) <= _LONGEST and 3 * len(HAN.findall(line)) > len(line) and not _STAMP.search(line)


def _above_tools(labels: Labels, zone: list[int]) -> list[int]:
    """The title that stands above the few marks (sizes of type, counts of comments) between it and the body."""
    page, marks = labels.page, labels.marks
    n = len(zone)
    while n and len(zone) - n <= _TOOLS and zone[n - 1] in marks and marks[zone[n - 1]].rule.id not in BREADCRUMBS:
        n -= 1
    if not n or n == len(zone) or zone[n - 1] in marks:
        return []
    line = page.lines[zone[n - 1]]
    # alone between marks it is the title with any words, or with few that show its kind
    alone = n > 1 and zone[n - 2] in marks and (_shaped(line) or pattern("kind").fullmatch(line) is not None)
    return [zone[n - 1]] if _titled(line) or alone else []


def _title_again(page: Page, lines: list[int], titles: set[str]) -> list[int]:
    """Those of ``lines`` that say the title again, over several lines, as the document below a page's title does."""
    found: list[int] = []
    for n in range(len(lines)):
        for m in range(n + 1, min(n + _TITLE_LINES, len(lines)) + 1):
            if "".join(page.keys[i] for i in lines[n:m]) in titles:
                found += lines[n:m]
    return found


def _untold(labels: Labels, zone: list[int]) -> list[int]:
    """The title of a page whose window has another: the nearest line above the publication data."""
    page, marks = labels.page, labels.marks
    others = (*BREADCRUMBS, *EDITORS)
    dated = [
        n for n, i in enumerate(zone) if i in marks and marks[i].rule.kind == "metadata" and marks[i].rule.id not in others
    ]
    # publication data may take several lines
    top = dated[-1] if dated else 0
    while top - 1 in dated:
        top -= 1
    for n in range(top - 1, -1, -1):
        line = page.lines[zone[n]]
        if zone[n] in marks and marks[zone[n]].rule.id in BREADCRUMBS:
            break
        if (
            zone[n] not in marks
            and (
                _SHORTEST <= len(line) <= _LONGEST
                or (n and n == top - 1 and _crumb(labels, zone[n - 1]) and len(line) > 1)
                or (n == top - 1 and pattern("kind").fullmatch(line))
            )
            and 2 * len(HAN.findall(line)) > len(line)
            and (n == top - 1 or not looks_linked(line))
        ):
            return [zone[n]]
    return []


def _crumb(labels: Labels, i: int) -> bool:
    """Whether line ``i`` is a breadcrumb: what stands between it and the publication data is the title, however short."""
    mark = labels.marks.get(i)
    return mark is not None and mark.rule.id in BREADCRUMBS


def _tail_kept(labels: Labels, zone: list[int]) -> set[int]:
    """The lines below the body that are the document's: those before the first mark, as far as they do not look like links."""
    page, marks = labels.page, labels.marks
    closing = pattern("closing")
    site = site_name(page)
    end = next((n for n, i in enumerate(zone) if i in marks or poll(page, zone, n)), len(zone))
    links = [looks_linked(page.lines[i]) or _of_site(page.lines[i], site) for i in zone[:end]]
    # where links begin: the first line that looks like one, as do a third of those that follow it
    begin, count = end, 0
    for n in range(end - 1, -1, -1):
        count += links[n]
        if links[n] and 3 * count > end - n:
            begin = n
    if sum(page.lengths[i] for i in labels.prose) >= _BODY:
        begin = min(begin, headlines([page.lines[i] for i in zone[:end]]))
    return {i for n, i in enumerate(zone[:end]) if n < begin or closing.match(page.lines[i])}


def site_name(page: Page) -> str:
    """What the window's title calls the site behind the title of the page, without 网 and the like; empty where it does not."""
    if not page.filled:
        return ""
    head, mark, tail = page.lines[page.filled[0]].rpartition("_")
    name = _SITE.sub("", tail.strip())
    return name if mark and head and len(name) > 1 else ""


def _of_site(line: str, site: str) -> bool:
    """Whether a short line names the site and is no byline, no signature and no sentence: a promotion."""
    if not site or site not in line or len(line) > _PROMOTED:
        return False
    return len(line) >= len(site) + _MORE and not pattern("byline").search(line) and not SENTENCE_END.search(line[-2:])


def looks_linked(line: str) -> bool:
    """Whether a line looks like one of a list of other pages: a bullet, a time, words of a site."""
    stamp = _STAMP.search(line)
    # a day on a line of its own heads what stands below it
    return line[0] in _BULLETS or (stamp is not None and stamp[0] != line) or bool(_words().search(line))
