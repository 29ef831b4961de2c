"""Lines that a reader found in a marked-up page: the likeliest division into the document and what stands around it.

Each line gets features (:mod:`cleaner.stages.strip.traits`), a table gives each a weight, and the sum, more of it the longer the
line is, is the evidence that the line is body. The tree is read from the prose: the *main* element is the smallest that holds
most of it, and a line is the less likely body the more levels one must climb from there to meet it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from cleaner.layout import Block, Layout
from cleaner.resources import path
from cleaner.stages.change import Flag
from cleaner.stages.strip import values
from cleaner.stages.strip.context import NEARBY, settle
from cleaner.stages.strip.index import Index
from cleaner.stages.strip.label import Labels, Mark, Stated
from cleaner.stages.strip.limits import Limits, pattern
from cleaner.stages.strip.nearby import read_lines
from cleaner.stages.strip.page import is_prose
from cleaner.stages.strip.siblings import joined
from cleaner.stages.strip.traits import Traits, closes
from cleaner.stages.strip.tree import Tree
from cleaner.stages.strip.zones import NO_BODY, UNSURE

if TYPE_CHECKING:
    from cleaner.template import Template

CHROME = "html/chrome-block"
_EMPTY = "the page has no body: all of it is navigation or notices"
DATE = "html/date-near-title"
# the evidence from which a line may be body where no line surely is
DOUBT = -2.0
# the evidence of a line that recurs on other pages of its site, at the place of its template
RECURS = -4.0
# lines above the body among which its title stands
_ABOVE = 25
# lines before the prose and after it among which its publication data stand
_BEFORE, _AFTER = 15, 10
# lines above the prose among which it is looked for where there is no title, and characters of them
_NEAREST, _LOOK = 6, 120
_STAMP = re.compile(rf"(?<!\d){values.DATE}(?P<clock>{values.CLOCK})?(?!\d)")
# the date of the day on which a page is looked at, or of another page
_TODAY = re.compile(r"今天|今日是|欢迎|农历|推荐")
# lines, and characters of each, in which a page says that it has nothing
_FEW, _WORDS = 2, 40
# a line with a larger share of its characters in links is no title
_LINKED = 0.35
# a line with such a share is a link, and where it is not body, a sign of a page
_LINK = 0.5
# what it costs to change between body and the rest, within an element and between such that lie apart
_SWITCH, _FAR, _NEAR = 2.0, 1.0, 2
# how much a short line counts, what a long one counts at most, and characters in which the evidence doubles
_QUIET, _LOUD, _CHARACTERS = 0.5, 2.5, 60


class Weights(dict[str, float]):
    """Weights by feature; one that the table does not have counts nothing."""

    def __missing__(self, name: str) -> float:
        return 0.0


@cache
def weights() -> dict[str, float]:
    """Feature to weight, by ``rules/tables/html-weights.tsv``: natural logarithms of odds that the line is body, 0 for others."""
    rows = path("tables/html-weights.tsv").read_text("utf-8").splitlines()[1:]
    return Weights((name, float(value)) for name, value in (row.split("\t") for row in rows))


def evidence(traits: Traits) -> list[float]:
    """For every line that is not blank the logarithm of the odds that it is body."""
    weight = weights().__getitem__
    return [
        sum(map(weight, names)) * min(_LOUD, _QUIET + len(line) / _CHARACTERS)
        for names, line in zip(traits.features(), traits.lines, strict=True)
    ]


def segments(scores: list[float], nodes: list[int], tree: Tree, switch: float = _SWITCH, far: float = _FAR) -> list[bool]:
    """Whether each line is body: the likeliest sequence (Viterbi's algorithm, two states), where it costs something to change.

    nodes: the element of each line.  switch: the cost within an element.  far: the cost between elements that lie apart.
    """
    body, chrome = 0.0, 0.0
    back: list[tuple[bool, bool]] = []
    for k, score in enumerate(scores):
        cost = switch if k and tree.apart(nodes[k], nodes[k - 1]) <= _NEAR else far
        stay = body >= chrome - cost
        leave = chrome >= body - cost
        back.append((stay, leave))
        body, chrome = (body if stay else chrome - cost) + score, (chrome if leave else body - cost)
    answer: list[bool] = []
    now = body > chrome
    for stay, leave in reversed(back):
        answer.append(now)
        now = stay if now else not leave
    return answer[::-1]


def settle_blocks(labels: Labels, index: Index, layout: Layout, limits: Limits, known: Template | None = None) -> list[Flag]:
    """Give the lines of a marked-up page their marks; what is to be told of it. ``known``: the template of its site."""
    rule = index.engines.get(CHROME)
    page = labels.page
    if rule is None or not page.filled:
        settle(labels, index, limits)
        return []
    traits = Traits(labels, layout, limits)
    scores, blocks = evidence(traits), traits.blocks
    if known is not None:
        before = frozenset(labels.marks)
        known.mark(labels, index)
        scores = [
            min(s, RECURS) if i in labels.marks and i not in before else s for i, s in zip(page.filled, scores, strict=True)
        ]
    body = segments(scores, [b.node for b in blocks], traits.tree)
    stated = {i: mark for i, mark in labels.marks.items() if mark.weak and mark.facts}
    settle(labels, index, limits)
    marks = labels.marks
    flags: list[Flag] = []
    if not _witnessed(labels, blocks, body):
        return []
    sure = any(body)
    body = joined(traits, body, _title(blocks, body), stated)
    if _missing([line for line, b in zip(traits.lines, body, strict=True) if b] or [traits.lines[k] for k in _peaks(scores)]):
        body = [False] * len(body)
        flags.append(Flag(NO_BODY, _EMPTY))
    elif not sure and any(body):
        flags.append(Flag(UNSURE, "no line is surely the body of this page; what stands in one box with its title is kept"))
    elif not sure:
        if max(scores) > DOUBT:
            body = _best(scores)
            message, code = "no line is surely the body of this page; the likeliest ones are kept", UNSURE
        else:
            message, code = _EMPTY, NO_BODY
        flags.append(Flag(code, message))
    title = _title(blocks, body)
    prose = [k for k, i in enumerate(page.filled) if body[k] and is_prose(page.lines[i], limits)]
    for k, i in enumerate(page.filled):
        mark = marks.get(i)
        # a date or a source by itself is weak evidence in a text, not between the title and the prose of a page, or below it
        near = i in stated and bool(prose) and (prose[0] - _BEFORE <= k < prose[0] or prose[-1] < k <= prose[-1] + _AFTER)
        if k == title or (mark is not None and body[k] and prose and k > prose[0] and closes(page.lines[i])):
            marks.pop(i, None)
        elif mark is None and near:
            marks[i] = stated[i]
            marks[i].weak = False
        elif mark is None and not body[k]:
            marks[i] = Mark(rule)
    _date(labels, index, blocks, title, prose)
    if prose and NEARBY in index.engines:
        start = title + 1 if title is not None and title < prose[0] else max(0, prose[0] - _NEAREST)
        read_lines(labels, index.engines[NEARBY], page.filled[start : prose[0]])
    return flags


def _date(labels: Labels, index: Index, blocks: list[Block], title: int | None, prose: list[int]) -> None:
    """Read the time of publication from a line between title and prose that is not body, where no rule has read it."""
    rule = index.engines.get(DATE)
    page, marks = labels.page, labels.marks
    said = {fact.field for mark in marks.values() for fact in mark.facts}
    if rule is None or not prose or said & {"web.published_at", "disclosure.published_on"}:
        return
    start = title if title is not None and title < prose[0] else max(0, prose[0] - _NEAREST)
    found = []
    for k in range(start, prose[0]):
        i = page.filled[k]
        stamp = _STAMP.search(page.lines[i][:_LOOK])
        if stamp and i in marks and not marks[i].facts and blocks[k].linked < _LINK and not _TODAY.search(page.lines[i]):
            value = values.read("web.published_at", stamp[0])
            if value:
                at = page.indent(i) + stamp.start()
                found.append((not stamp["clock"], k, Stated("web.published_at", value, at, at + len(stamp[0]), rule.id)))
    if found:
        _, k, fact = min(found)
        marks[page.filled[k]] = Mark(rule, False, [fact])


def _witnessed(labels: Labels, blocks: list[Block], body: list[bool]) -> bool:
    """Whether the page shows that it is one: a certain mark of chrome, links, or a part that calls itself navigation or foot."""
    if any(not mark.weak and mark.rule.kind == "chrome" for mark in labels.marks.values()):
        return True
    return any(not b and (block.linked >= _LINK or block.hints & _PARTS) for b, block in zip(body, blocks, strict=True))


_PARTS = frozenset({"nav", "foot", "menu", "crumb", "copyright", "side", "share"})


def _title(blocks: list[Block], body: list[bool]) -> int | None:
    """The line above the body that the page's title names: a heading before others, the nearest before others."""
    first = next((k for k, b in enumerate(body) if b), len(body))
    above = [k for k in range(max(0, first - _ABOVE), first) if "named" in blocks[k].hints]
    heads = [k for k in above if blocks[k].tag in ("h1", "h2", "h3")]
    plain = [k for k in above if blocks[k].linked < _LINKED and "crumb" not in blocks[k].hints]
    return (heads or plain)[-1] if heads or plain else None


def _peaks(scores: list[float]) -> list[int]:
    """The lines that may be body where none surely is."""
    return [k for k, score in enumerate(scores) if score > DOUBT]


def _missing(lines: list[str]) -> bool:
    """Whether what could be the body says that there is none, in a few short lines."""
    return 0 < len(lines) <= _FEW and all(len(line) <= _WORDS and pattern("missing").search(line) for line in lines)


def _best(scores: list[float]) -> list[bool]:
    """The run of lines whose evidence is best, as far as it is better than doubt."""
    best, total, start, found = -1e9, 0.0, 0, (0, 0)
    for k, score in enumerate(scores):
        if total <= 0:
            total, start = 0.0, k
        total += score - DOUBT
        if total > best:
            best, found = total, (start, k)
    return [found[0] <= k <= found[1] for k in range(len(scores))]
