"""The first pass: each line gets a label from the line itself, and from the run of lines that it stands in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from re import Match
from typing import Any, NamedTuple

from cleaner.rulebook.match import spans
from cleaner.rulebook.model import Rule
from cleaner.stages.strip import values
from cleaner.stages.strip.index import Index, Lines
from cleaner.stages.strip.limits import Limits, pattern
from cleaner.stages.strip.page import STOP, Page, is_prose
from cleaner.stages.strip.pairs import Block, Pair, Pairs

LINK_BAR = "web/link-bar"
LONE_MARK = "web/lone-mark"
# labels that only publication data has
_PUBLISHED = re.compile("发[布表稿佈]|更新|最后更新|浏览|点击|阅读|访问|责任?编|稿源|上传|录入|字[体号]")
_PUBLISHED_ON = re.compile("发[布表稿佈]|更新|浏览|点击|阅读|访问|上传|录入")
_DAY = re.compile(r"\d{4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日")
# values that are data: numbers, and names of organs; 发布该文件的机关 explains a label
_DATA = re.compile(
    r"\d{3}|^[^的或等,。]{2,24}(?:府|局|厅|委|办|部|院|处|会|室|中心|馆|站|所|科|队|公司|大学|学院|学校|银行|集团)\W{0,2}$"
)
# characters of the shortest title that a single label may stand above
_TITLE = 6


class Stated(NamedTuple):
    """A value that a line states: ``group.key``, the value, its place in the text, and the rule that read it."""

    field: str
    value: Any
    start: int
    end: int
    rule: str


@dataclass(slots=True)
class Mark:
    """A label: the rule that gave it, whether it is only weak evidence, and what the line states."""

    rule: Rule
    weak: bool = False
    facts: list[Stated] = field(default_factory=list)


@dataclass(slots=True)
class Labels:
    """What the passes know of a page: marks by line, which lines read as prose, and pieces of lines that go by themselves."""

    page: Page
    marks: dict[int, Mark]
    prose: set[int]
    pieces: list[tuple[int, int, Mark]]


def label(page: Page, index: Index, limits: Limits) -> Labels:
    """Label every line without its context; lines without a mark are body so far."""
    marks: dict[int, Mark] = {}
    keys = page.keys
    for i in page.filled:
        entry = index.labels.get(keys[i])
        if entry is not None:
            marks[i] = Mark(entry.rule, entry.weak)
    for i, entries in _suspects(page, index).items():
        if (i in marks and not marks[i].weak) or page.lengths[i] > limits.line_length:
            continue
        for entry in entries:
            if i in marks and entry.weak:
                continue
            found = entry.applies(page.lines[i])
            if found:
                marks[i] = Mark(entry.rule, entry.weak, stated(page, entry.rule, found, page.indent(i)))
                if not entry.weak:
                    break
    _bars(page, index, limits, marks)
    _runs(page, index, marks)
    _blocks(page, index, limits, marks)
    _lone_marks(page, index, marks)
    prose = {i for i in page.filled if i not in marks and is_prose(page.lines[i], limits)}
    return Labels(page, marks, prose, _pieces(page, index))


def _suspects(page: Page, index: Index) -> dict[int, list[Lines]]:
    """The lines that hold a literal which a line rule needs, with the rules to be tried on them, in the order of the rules."""
    found: dict[int, set[int]] = {}
    for m in index.keyword.finditer(page.fold):
        numbers = index.by_keyword.get(m[0])
        if numbers:
            found.setdefault(page.line_of(m.start()), set()).update(numbers)
    return {i: [index.lines[n] for n in sorted(numbers)] for i, numbers in found.items()}


def stated(page: Page, rule: Rule, found: Match[str], base: int) -> list[Stated]:
    """The values of a rule's named groups, each read as its field's type; ``base`` is where the matched text begins."""
    facts = []
    for group, target in rule.fields.items():
        start, end = found.span(group)
        if start >= 0:
            value = values.read(target, page.text[base + start : base + end])
            if value is not None:
                facts.append(Stated(target, value, base + start, base + end, rule.id))
    return facts


def _pieces(page: Page, index: Index) -> list[tuple[int, int, Mark]]:
    """What span rules remove: pieces of lines that else are body."""
    pieces: list[tuple[int, int, Mark]] = []
    for rule, _ in index.spans:
        if rule.kind:
            matches = spans(rule, page.text, page.fold)
            pieces += [(*found.span(), Mark(rule, False, stated(page, rule, found, 0))) for found in matches]
    return pieces


def _bars(page: Page, index: Index, limits: Limits, marks: dict[int, Mark]) -> None:
    """Lines that are several labels between bars or blanks: 设为首页 | 加入收藏, 打印 关闭."""
    rule = index.engines.get(LINK_BAR)
    for i, pieces in page.pieces.items():
        if i in marks:
            continue
        if rule and index.boxes(page.lines[i]):
            marks[i] = Mark(rule)
            continue
        known = [e for piece in pieces if (e := index.labels.get(piece.rstrip(":"))) is not None]
        if not known:
            continue
        if len(known) == len(pieces):
            sure = [e for e in known if not e.weak]
            marks[i] = Mark((sure or known)[0].rule, not sure and len(known) < limits.bar_pieces)
        elif (
            rule
            and page.lines[i].count("|") >= limits.bar_pieces - 1
            and len(known) >= limits.bar_known
            and max(map(len, pieces)) <= limits.link_length
        ):
            marks[i] = Mark(rule)


def _runs(page: Page, index: Index, marks: dict[int, Mark]) -> None:
    """Runs of labels in unbroken sequence, each of which alone would prove nothing."""
    for rule, shape, labels in index.runs:
        keys = page.keys
        bars = {i for i, pieces in page.pieces.items() if labels.issuperset(pieces)}
        # most pages have none of them
        if not bars and labels.isdisjoint(keys) and shape.match is None:
            continue
        run: list[int] = []
        names: set[str] = set()
        for i in [*page.filled, -1]:
            key = keys[i] if i >= 0 else ""
            if key in labels:
                run.append(i)
                names.add(key)
                continue
            if i in bars:
                run += [i] * len(page.pieces[i])
                names.update(page.pieces[i])
                continue
            if i >= 0 and shape.match is not None and shape.match.fullmatch(page.lines[i]):
                run.append(i)
                names.add(key)
                continue
            enough = len(run) >= shape.min and len(names) >= shape.distinct
            # fewer of them that open a page are weak evidence, one of them where what could be the title follows
            if enough or (run and run[0] == page.filled[0] and (len(names) > 1 or _may_be_title(page, i, marks))):
                for j in run:
                    if j not in marks or (enough and marks[j].weak):
                        marks[j] = Mark(rule, weak=not enough)
            if run:
                run, names = [], set()


def _may_be_title(page: Page, i: int, marks: dict[int, Mark]) -> bool:
    """Whether line ``i`` is no label of a site, and a phrase as long as a title."""
    return i >= 0 and i not in marks and len(page.keys[i]) >= _TITLE and not STOP.search(page.lines[i])


def _blocks(page: Page, index: Index, limits: Limits, marks: dict[int, Mark]) -> None:
    """Blocks of ``label: value`` lines."""
    for rule, pairs in index.pairs:
        heads, firsts, keys = pairs.heads, pairs.firsts, page.keys
        hopeful = {i for i in page.filled if keys[i][:2] in heads or keys[i][:1] in heads or keys[i] in firsts}
        if not hopeful:
            continue
        parsed: dict[int, list[Pair] | None] = dict.fromkeys(page.filled)
        for i in hopeful:
            del parsed[i]
        found: list[Block] = []
        k = 0
        while k < len(page.filled):
            i = page.filled[k]
            if i not in hopeful or (i in marks and not marks[i].weak and marks[i].rule.kind == "metadata"):
                k += 1
                continue
            block = pairs.block(page, k, parsed)
            if k and _signed(block, page, k):
                k += 1
                continue
            if block.lines and pairs.holds(block, page) and _states(block, pairs):
                found.append(block)
            k += max(1, len(block.lines))
        for block in found[: limits.repeat]:
            for n, i in enumerate(block.lines):
                marks[i] = Mark(rule, False, [Stated(*fact, rule.id) for fact in block.facts] if n == 0 else [])


def _signed(block: Block, page: Page, k: int) -> bool:
    """Whether the block that begins at ``page.filled[k]`` begins with a signature's date: below an issuer, above editors or tools."""
    if (
        not block.lines
        or not _DAY.fullmatch(page.lines[block.lines[0]])
        or not pattern("closing").match(page.lines[page.filled[k - 1]])
    ):
        return False
    return not {"web.origin", "web.views"} & block.fields and not any(map(_PUBLISHED_ON.match, block.labels))


def _states(block: Block, pairs: Pairs) -> bool:
    """Whether a block states data: a template's empty slots, an explanation of labels or 时间：/日期： of an event is the document's."""
    if pairs.table:
        typed = ("date", "datetime", "count")
        return any(values.types()[f] in typed or _DATA.search(str(value)) for f, value, _, _ in block.facts)
    if not block.facts:
        return False
    stated = {p.label for _, p in block.pairs if p.label} - {"时间", "日期"}
    # 审核：, 校对： and a bare date sign a form
    return block.crowded or any(map(_PUBLISHED.match, block.labels)) or (bool(stated) and not block.labels & {"时间", "日期"})


def _lone_marks(page: Page, index: Index, marks: dict[int, Mark]) -> None:
    """A bar alone: certain on the first and the last line, weak elsewhere."""
    rule = index.engines.get(LONE_MARK)
    filled = page.filled
    if rule is None or "|" not in page.fold or len(filled) < 2:
        return
    for k, i in enumerate(filled):
        # a mark of a heading before it is one of nothing
        if page.lines[i].lstrip("#").lstrip() in ("|", "||", "| |"):
            marks[i] = Mark(rule, weak=k not in (0, len(filled) - 1))
