"""Lists below the body whose items have the shape of sentences: polls, headlines under 相关推荐, cards of other pages.

The segmentation takes them for prose, so that the body would reach to the last of them. What is no prose is left to
:mod:`cleaner.stages.strip.zones`, which removes it only where the page shows itself.
"""

from __future__ import annotations

import re

from cleaner.stages.strip.label import Labels
from cleaner.stages.strip.limits import pattern
from cleaner.stages.strip.page import Page

RELATED = "web/related-head"
# a line that could be a headline; what many of them have inside; a part that ends as the name of an organ, a place or a person does
_HEADLINE = re.compile(r"(?=.{9,36}$)(?!(?:.*\d){5})(?:[^:;。|\t]{9,}|[^:;。|\t]{3,10}:[^:;。|\t]{6,})")
_MARKED = re.compile(r"[\u3400-\u9fff]{5}[”!?]? [“]?[\u3400-\u9fff]{5}|[!?].|!$")
_ROW = re.compile(
    r"^(?:上午|下午|晚上|第|[甲乙丙丁])|(?:府|局|厅|委|办|部|院|处|会|室|中心|公司|社|队|校|大学|中学|小学|馆|站|所|村|镇|乡|区|县|市|奖|同志|先生|女士)(?: |$)"
)
# headlines that make a list, and different lengths among them
_LIST, _LENGTHS = 4, 3
# without which there is no poll
_POLLS = ("调查", "投票")
# one line in so many below the head of a list may be a sentence: an advertisement, a summary
_SENTENCES = 8
# the day of another page, how long ago it was or how often it was read, on a line of its own
_CARD = re.compile(
    r"(?:(?:19|20)\d\d[-/.])?\d{1,2}[-/]\d{1,2}(?:\s{1,3}[\d.]{1,6}万?\+?)?|\d{1,3}\s?(?:分钟|小时|天|个?月|年)前"
    r"|[\d.]{1,6}万?\+?\s?(?:次?(?:阅读|浏览|播放|观看)|人?(?:阅读|看过|浏览))"
)
# characters of a line, blanks around it included, that is no more than that
_STAMP = 24
# so many cards make a list of them, so many lines lie between two at most, and so many from a mark to the first
_CARDS, _APART, _NEAR = 4, 5, 4
# characters of prose above a list of cards: a chronicle has dates on lines of their own, too, but no other body above
_BODY = 200


def poll(page: Page, filled: list[int], k: int) -> bool:
    """Whether a poll of the site begins at ``filled[k]``: its head, and a question in one of the two lines below."""
    if not pattern("poll").fullmatch(page.lines[filled[k]]):
        return False
    return any(pattern("question").fullmatch(page.lines[i]) for i in filled[k + 1 : k + 3])


def unlisted(labels: Labels) -> None:
    """Take the items of lists from the prose of ``labels``."""
    page, marks, prose = labels.page, labels.marks, labels.prose
    filled = page.filled
    cards = _cards(labels)
    heads = {k for k, i in enumerate(filled) if i in marks and marks[i].weak and marks[i].rule.id == RELATED} | cards
    if any(word in page.fold for word in _POLLS):
        heads.update(k for k, i in enumerate(filled) if i not in marks and poll(page, filled, k))
    if not heads:
        return
    end = len(filled)
    above = _prose_above(labels)
    total = sum(page.lengths[i] for i in prose)
    for k in range(len(filled) - 1, -1, -1):
        mark = marks.get(filled[k])
        if mark is not None and not mark.weak:
            end = k
        elif k in heads:
            items = filled[k:end]
            if k in cards:
                if above[k] >= _BODY:
                    prose.difference_update(items)
            elif _SENTENCES * sum("。" in page.lines[j] for j in items) <= len(items):
                # the head of a list in a menu has the body below it
                below = (above[end] if end < len(filled) else total) - above[k]
                if above[k] >= below:
                    prose.difference_update(items)
            # each list ends where the next begins
            end = k


def headlines(lines: list[str]) -> int:
    """Where the first list of other pages' headlines begins among ``lines``; their number where there is none.

    Such are of a middling length, not all of one as verse is, none is numbered, in brackets or a sentence, and half of them
    have what names and rows of tables have not: an exclamation or a question, or a blank between two parts of some length.
    """
    run: list[bool] = []
    for n, line in enumerate([*lines, ""]):
        if _HEADLINE.fullmatch(line) and not pattern("no_link").fullmatch(line.replace(":", "")):
            run.append(_MARKED.search(line) is not None and _ROW.search(line) is None)
            continue
        if len(run) >= _LIST and 2 * sum(run) >= len(run) and len({len(x) for x in lines[n - len(run) : n]}) >= _LENGTHS:
            return n - len(run)
        run = []
    return len(lines)


def _prose_above(labels: Labels) -> list[int]:
    """For each line that is not blank the characters of prose above it."""
    found, total = [], 0
    for i in labels.page.filled:
        found.append(total)
        if i in labels.prose:
            total += labels.page.lengths[i]
    return found


def _cards(labels: Labels) -> set[int]:
    """The marks (as numbers in ``filled``) below which a list of cards begins."""
    page, marks = labels.page, labels.marks
    filled = page.filled
    lengths = page.lengths
    stamps = [k for k, i in enumerate(filled) if lengths[i] < _STAMP and _CARD.fullmatch(page.lines[i])]
    found: set[int] = set()
    run: list[int] = []
    for k in [*stamps, -1]:
        if run and (k < 0 or k - run[-1] > _APART):
            head = next((n for n in range(run[0], max(-1, run[0] - _NEAR - 1), -1) if filled[n] in marks), -1)
            if len(run) >= _CARDS and head >= 0:
                found.add(head)
            run = []
        run.append(k)
    return found
