"""A template applied to a page: blocks of recurring lines become chrome, where the page says so too.

A line that recurs is not chrome for that alone: 国务院办公厅 signs every notice of its site, and 处罚机关 stands in every row of
a table. What tells them apart is company. Chrome recurs in blocks, line after line in the same order, and some line of the
block is one that the rules know; what a document repeats stands between lines of its own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from cleaner.rulebook.model import EngineShape
from cleaner.stages.strip.index import Index
from cleaner.stages.strip.label import Labels, Mark
from cleaner.stages.strip.limits import limits as strip_limits
from cleaner.template.digest import frame, hashed, pair, pairs
from cleaner.template.learn import Template, gaps
from cleaner.template.limits import limits

RULE = "template/recurring-block"
LIST = "template/list-between"
# characters of a line that is a title, and no label of a menu
_TITLE = 8
# headings of a document, and its contents page: never chrome
_HEADING = re.compile(
    r"第[一二三四五六七八九十百零\d]{1,6}[章节条款编篇部分].*|[一二三四五六七八九十]{1,3}、.*|[(][一二三四五六七八九十]{1,3}[)].*",
    re.S,
)
# what stands at the head and at the foot of documents of one office: numbered and labelled lines, those who are addressed,
# remarks in brackets, sentences, names of organs, dates, letterheads, the words for parts of a document
_BODY = re.compile(
    r"(?:[(\[]?\d{1,3}(?:[)\]、]|[.](?!\d))).*"
    r"|[^\s:]{1,12}\s?:.*|.*[:,、]|[《(\[【〈「『“].*[》)\]】〉」』”]|.*[。;…][”’」』)]?"
    r"|[\u3400-\u9fff()、\s]{2,40}(?:[府局厅委办部院处会室所队司署]|委员会|办公[厅室]|中心|公司|银行|大学|法院|文件|令|公告|通告|通知|公报|决定|纪要|意见|函)"
    r"|.{0,40}\d{4}\s?年\s?\d{1,2}\s?月(?:\s?\d{1,2}\s?日)?.{0,10}"
    r"|(?:目\s{0,4}录|附\s{0,4}[件则录表注]?|总\s{0,4}则|序\s{0,4}言?|前\s{0,4}言|正\s{0,4}文|摘\s{0,4}要|导\s{0,4}语|引\s{0,4}言|结\s{0,4}[语论]|说\s{0,4}明|备\s{0,4}注)\d{0,2}"
    r"|[\u3400-\u9fff]{0,12}(?:主席|总理|省长|市长|部长|局长|主任|区长|县长|州长|署长|行长|院长|检察长|会长|司令员|委员长)\s{0,4}[\u3400-\u9fff\s]{2,6}"
    r"|[\u3400-\u9fff]{2,3}|[\u3400-\u9fff]\s{1,4}[\u3400-\u9fff]"
    r"|.{0,30}(?:记者|通讯员|编译|撰文|摄影|摄|供图|讯|电|报道)",
    re.S,
)
# parts of a document that stand below its body, and below the tools there
_PART = re.compile(
    r"\W{0,2}(?:附件|附表|附录|附:|注:|备注|抄送|抄报|此件|联系|电话|地址|参考文献).*|.*\.(?:docx?|xlsx?|pdf|wps|zip|rar|ofd)\W{0,2}"
    r"|[\u3400-\u9fff()、\s]{2,40}(?:[府局厅委办部院处]|委员会|公司)|\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日",
    re.S,
)


class _Line(NamedTuple):
    """A line of the page: its number and hash, whether the template has it, and it with the line above and below, and what
    strip says of it.
    """

    number: int
    hash: int
    recurs: bool
    above: bool
    below: bool
    prose: bool
    sure: bool
    known: bool

    def position(self) -> int:
        """Its number, as a key."""
        return self.number


def mark(template: Template, labels: Labels, index: Index) -> dict[int, bool]:
    """Mark as chrome the lines of blocks that recur; weak marks of strip in such a block become certain.

    Returns the lines between the frame and the body, where the title stands, and which of them recur.
    """
    rule = index.engines.get(RULE)
    if rule is None or not template.lines:
        return {}
    lines = _lines(template, labels)
    head, foot = _body(lines, labels)
    framed = set()
    for line in _frame(lines, labels, head, foot):
        framed.add(line.number)
        found = labels.marks.get(line.number)
        if found is None:
            labels.marks[line.number] = Mark(rule)
            labels.prose.discard(line.number)
        else:
            found.weak = False
    listed = index.engines.get(LIST)
    if listed is not None and template.slots and head <= foot:
        for i in _listed(template, lines, labels, framed, foot):
            labels.marks.setdefault(i, Mark(listed))
    return _opening(template, lines, framed, head) if head <= foot else {}


def give_back(labels: Labels, opening: Mapping[int, bool]) -> None:
    """Take the marks of engines, which go by a line's place, from the opening where no title of the document would be left.

    Something stands between the frame of the site and the first sentence; all of it cannot be a list of links.
    """
    marks, page = labels.marks, labels.page
    first = min(opening, default=0)
    # what recurs below a title that stays is the site's
    if all(opening.values()) and any(i < first and i not in marks and len(page.lines[i]) >= _TITLE for i in page.filled):
        return
    if all(i in marks or recurs or _HEADING.fullmatch(labels.page.lines[i].lstrip("# ")) for i, recurs in opening.items()):
        for i in opening:
            if i in marks and isinstance(marks[i].rule.shape, EngineShape):
                del marks[i]


def _opening(template: Template, lines: Sequence[_Line], framed: Collection[int], head: int) -> dict[int, bool]:
    """The document's lines above its prose: those of its own below the frame, or between the last two parts of it there."""
    opening: dict[int, bool] = {}
    fresh = True
    last = None
    for line in lines:
        if line.number >= head:
            break
        if line.number in framed:
            if opening and last is not None and pair(last.hash, line.hash) in template.slots:
                opening = {}
            last = line
            fresh = True
        elif last is not None:
            if fresh:
                opening, fresh = {}, False
            opening[line.number] = line.recurs
    return opening


def _lines(template: Template, labels: Labels) -> list[_Line]:
    page, marks = labels.page, labels.marks
    shown = frame(page.filled, limits().edge)
    hashes = [hashed(page.lines[i]) for i in shown]
    joined = [two in template.pairs for two in pairs(hashes)]
    return [
        _Line(
            i,
            line,
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


def _frame(lines: Sequence[_Line], labels: Labels, head: int, foot: int) -> Iterator[_Line]:
    """The lines of the frame: of blocks that show that they are of it, and below the body of all blocks below such a one."""
    blocks = list(_blocks(lines, labels))
    shown = [_shows(block, labels, lines) for block in blocks]
    if not any(shown):
        return
    below = False
    for block, one in zip(blocks, shown, strict=True):
        if below:
            yield from block
        elif one:
            yield from _trimmed(block, lines, labels, head, foot)
            below = head <= foot < block[0].number


def _blocks(lines: Sequence[_Line], labels: Labels) -> Iterator[list[_Line]]:
    """Runs of lines that recur together, or that strip is certain of."""
    block: list[_Line] = []
    for line in lines:
        if _joins(line, labels):
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def _shows(block: list[_Line], labels: Labels, lines: Sequence[_Line]) -> bool:
    """Whether a block is of the frame for itself: a line is certain chrome, two may be it, or it is long.

    Columns of a table and questions of a form recur in order, too; blocks at an edge of the page are seldom that.
    """
    if len(block) < limits().block:
        return False
    known = [line.sure for line in block if line.known and labels.marks[line.number].rule.kind == "chrome"]
    if any(known) or len(known) > 1:
        return True
    edge = block[0] is lines[0] or block[-1] is lines[-1]
    many = limits().block_at_edge if edge else limits().block_alone
    return len(block) >= many and sum(not _doubtful(line, labels) for line in block) >= many


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
    return (line.above and line.below) or not _doubtful(line, labels)


def _trimmed(block: list[_Line], lines: Sequence[_Line], labels: Labels, head: int, foot: int) -> list[_Line]:
    """``block`` without the lines on the side of the body that could be the document's: signatures, datelines, notes.

    Above the body, where the title may be the same on every page (粮价周报), and below a line that is no sentence, as in a table of
    one cell a line, that is every line that the rules do not know. Sentences go only from a long block; a short one inside the
    body stays.
    """
    inside = head <= block[0].number and block[-1].number <= foot
    if inside and len(block) < limits().prose_block:
        return []
    first, last = 0, len(block)
    if (head > foot and block[0] is not lines[0]) or block[0].number > foot or inside:
        at = bisect_left(lines, block[0].number, key=_Line.position)
        cells = at > 0 and not (lines[at - 1].prose or lines[at - 1].sure)
        while first < last and (not block[first].known if cells else _doubtful(block[first], labels)):
            first += 1
    if (head > foot and block[-1] is not lines[-1]) or block[-1].number < head or inside:
        while last > first and not block[last - 1].known:
            last -= 1
    kept = block[first:last]
    return kept if len(kept) >= limits().prose_block else [line for line in kept if not line.prose]


def _listed(template: Template, lines: Sequence[_Line], labels: Labels, framed: Collection[int], foot: int) -> Iterator[int]:
    """The lines of lists below the body, where the template knows that a list stands; a list with a line of a document stays."""
    below = [line for line in lines if line.number > foot]
    for first, end in gaps([line.hash for line in below], template.lines):
        before, after = below[first - 1], below[end]
        if before.number in framed and after.number in framed and pair(before.hash, after.hash) in template.slots:
            numbers = [line.number for line in below[first:end]]
            if end - first <= limits().slot and not any(
                i in labels.prose or _PART.fullmatch(labels.page.lines[i]) for i in numbers
            ):
                yield from numbers


def _doubtful(line: _Line, labels: Labels) -> bool:
    return not line.known and (line.prose or _BODY.fullmatch(labels.page.lines[line.number]) is not None)
