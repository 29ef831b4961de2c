"""A template applied to a page: blocks of recurring lines become chrome, where the page says so too.

A line that recurs is not chrome for that alone: 国务院办公厅 signs every notice of its site, and 处罚机关 stands in every row of
a table. What tells them apart is company. Chrome recurs in blocks, line after line in the same order, and some line of the
block is one that the rules know; what a document repeats stands between lines of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from cleaner.stages.strip.index import Index
from cleaner.stages.strip.label import Labels, Mark
from cleaner.stages.strip.limits import limits as strip_limits
from cleaner.template.digest import frame, hashed, pairs
from cleaner.template.learn import Template
from cleaner.template.limits import limits

RULE = "template/recurring-block"
# headings of a document, and its contents page: never chrome
_HEADING = re.compile(
    r"第[一二三四五六七八九十百零\d]{1,6}[章节条款编篇部分].*|[一二三四五六七八九十]{1,3}、.*|[(][一二三四五六七八九十]{1,3}[)].*",
    re.S,
)
# what stands at the head and at the foot of documents of one office: numbered and labelled lines, those who are addressed,
# remarks in brackets, sentences, names of organs, dates, letterheads, the words for parts of a document
_BODY = re.compile(
    r"(?:[(\[]?\d{1,3}(?:[)\]、]|[.](?!\d))).*"
    r"|[^\s:]{1,12}\s?:.*|.*[:,、]|[《(\[【〈「『“].*[》)\]】〉」』”]|.*[。;…!?][”’」』)]?"
    r"|[\u3400-\u9fff()、\s]{2,40}(?:[府局厅委办部院处会室所队司署]|委员会|办公[厅室]|中心|公司|银行|大学|法院|文件|令|公告|通告|通知|公报|决定|纪要|意见|函)"
    r"|.{0,40}\d{4}\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?.{0,10}"
    r"|(?:目\s{0,4}录|附\s{0,4}[件则录表注]?|总\s{0,4}则|序\s{0,4}言?|前\s{0,4}言|正\s{0,4}文|摘\s{0,4}要|导\s{0,4}语|引\s{0,4}言|结\s{0,4}[语论]|说\s{0,4}明|备\s{0,4}注)\d{0,2}"
    r"|.{0,30}(?:记者|通讯员|编译|撰文|摄影|摄|供图|讯|电|报道)",
    re.S,
)


class _Line(NamedTuple):
    """A line of the page: its number, whether the template has it, and it with the line above and below, and what it is."""

    number: int
    recurs: bool
    above: bool
    below: bool
    prose: bool
    sure: bool
    known: bool


def mark(template: Template, labels: Labels, index: Index) -> None:
    """Mark as chrome the lines of blocks that recur; weak marks of strip in such a block become certain."""
    rule = index.engines.get(RULE)
    if rule is None or not template.lines:
        return
    lines = _lines(template, labels)
    head, foot = _body(lines, labels)
    for block in _blocks(lines, labels):
        for line in _trimmed(block, labels, head, foot):
            found = labels.marks.get(line.number)
            if found is None:
                labels.marks[line.number] = Mark(rule)
                labels.prose.discard(line.number)
            else:
                found.weak = False


def _lines(template: Template, labels: Labels) -> list[_Line]:
    page, marks = labels.page, labels.marks
    shown = frame(page.filled, limits().edge)
    hashes = [hashed(page.lines[i]) for i in shown]
    joined = [two in template.pairs for two in pairs(hashes)]
    return [
        _Line(
            i,
            line in template.lines,
            joined[k],
            joined[k + 1],
            i in labels.prose,
            i in marks and not marks[i].weak,
            i in marks,
        )
        for k, (i, line) in enumerate(zip(shown, hashes, strict=True))
    ]


def _body(lines: Sequence[_Line], labels: Labels) -> tuple[int, int]:
    """First and last line of the heaviest run of the document's own prose, which no template has; (0, -1) without any."""
    cost = strip_limits()
    best = weight = start = 0
    found = (0, -1)
    for line in lines:
        if weight <= 0:
            weight, start = 0, line.number
        if line.prose and not line.recurs:
            weight += labels.page.lengths[line.number]
            if weight > best:
                best, found = weight, (start, line.number)
        elif line.sure or (line.recurs and line.above and line.below):
            weight -= cost.core_break
        else:
            weight -= cost.core_gap
    return found


def _blocks(lines: Sequence[_Line], labels: Labels) -> Iterator[list[_Line]]:
    """Runs of lines that recur together, or that strip is certain of, in which something is known as chrome.

    A block without that must be long, and the page must begin or end with it.
    """
    block: list[_Line] = []
    for k, line in enumerate([*lines, None]):
        if line is not None and _joins(line, labels):
            block.append(line)
            continue
        if block:
            chrome = any(item.sure and labels.marks[item.number].rule.kind == "chrome" for item in block)
            edge = line is None or k == len(block)
            if (chrome and len(block) >= limits().block) or (edge and len(block) >= limits().block_alone):
                yield block
        block = []


def _joins(line: _Line, labels: Labels) -> bool:
    """Whether the line can be part of a block."""
    if line.sure:
        return True
    if not line.recurs or not (line.above or line.below):
        return False
    text = labels.page.lines[line.number]
    if _HEADING.fullmatch(text):
        return False
    # a sentence, or what a document has too, must stand between the same two lines wherever it stands
    return (line.above and line.below) or not (line.prose or _BODY.fullmatch(text))


def _trimmed(block: list[_Line], labels: Labels, head: int, foot: int) -> list[_Line]:
    """``block`` without the lines on the side of the body that could be the document's: signatures, datelines, notes.

    Sentences go only from a long block; a short one inside the body stays.
    """
    inside = head <= block[0].number and block[-1].number <= foot
    if inside and len(block) < limits().prose_block:
        return []
    first, last = 0, len(block)
    if head > foot or block[0].number > foot or inside:
        while first < last and _doubtful(block[first], labels):
            first += 1
    if head > foot or block[-1].number < head or inside:
        while last > first and _doubtful(block[last - 1], labels):
            last -= 1
    kept = block[first:last]
    return kept if len(kept) >= limits().prose_block else [line for line in kept if not line.prose]


def _doubtful(line: _Line, labels: Labels) -> bool:
    return not line.known and (line.prose or _BODY.fullmatch(labels.page.lines[line.number]) is not None)
