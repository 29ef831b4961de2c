"""Which numbered lines are headings, at what level, and which part of the line is the heading."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from cleaner.fold import fold
from cleaner.stages.structure.lexicon import lexicon, limit
from cleaner.stages.structure.marks import DEPTHS, KINDS, RANKS, Mark, Units, articles, lists
from cleaner.stages.structure.outline import Node, Row
from cleaner.stages.structure.view import View

_STOPS = re.compile("[。！？；]")
_GOES_ON = frozenset("：，、:,")
_ITEM_ENDS = ("；", ";", "，", ",", "、")
# 要 as an auxiliary (各地要落实), not in a noun or a compound (要素, 重要, 主要)
_MUST = re.compile("(?<![主重需必纪摘概首简])要(?![素求点闻件塞领义害道略])")
_EVERYONE = re.compile("各(?:单位|部门|地|级|有关|相关|镇|乡|区县|县)")
_BLANK_CUT = re.compile(r"[^，。；：:,;]{2,25}[ \u3000]+(?=\S)")
_LIST_INTRO = re.compile("如下|下列|以下|包括")
_HAN_STARTS = frozenset("一二三四五六七八九十")
_BY_LINE = itemgetter(0)
_new = tuple.__new__
_CONTENTS = frozenset({"目录", "目次"})


def phrase(text: str) -> bool:
    """Whether ``text`` reads as a heading: no auxiliary, no addressed actor, quotation marks and brackets closed."""
    if (
        len(text) < 2
        or text.count("《") != text.count("》")
        or text.count("“") != text.count("”")
        or text.count("（") != text.count("）")
    ):
        return False
    folded = fold(text)
    if _MUST.search(folded) or _EVERYONE.match(folded) or folded.count("，") + folded.count(",") > 3:
        return False
    return not any(word in folded for word in lexicon().words["sentence"])


# a list on one line: （一）制度。（二）设备。
_LISTED = re.compile(r"\s*(?:[（(](?:[一二三四五六七八九十]{1,3}|\d{1,2})[）)]|\d{1,2}[.．、]\s?(?!\d))")


def split_heading(rest: str, kind: str) -> tuple[str | None, str]:
    """What stands behind a number, as heading and first paragraph. None where it holds no heading that can be told.

    A line without a stop is all heading; a short first sentence before others is a run-in heading (（一）打造……集群。建设……).
    A heading that lost its stop and runs into the text cannot be told from it: no guess.
    """
    stop = _STOPS.search(rest, 0, limit("heading_max") + 1)
    at = stop.start() if stop else -1
    if at < 0:
        if 2 <= len(rest) <= limit("heading_max") and not rest.endswith(_ITEM_ENDS):
            return _unstopped(rest, kind)
        colon = _colon(rest, kind)
        if colon:
            return rest[:colon], rest[colon + 1 :].lstrip()
        return None, rest
    if rest[at] == "。":
        colon = _colon(rest, kind)
        if colon:
            return rest[:colon], rest[colon + 1 :].lstrip()
        if at == len(rest) - 1:
            return (rest[:-1], "") if at <= limit("run_in_max") and phrase(rest[:-1]) else (None, rest)
        if at <= limit("run_in_max") and phrase(rest[:at]) and not _LISTED.match(rest, at + 1):
            return rest[:at], rest[at + 1 :].lstrip()
    cut = _BLANK_CUT.match(rest)
    if cut and phrase(cut.group().strip()) and len(rest) > 2 * cut.end():
        return cut.group().strip(), rest[cut.end() :]
    return None, rest


def _unstopped(rest: str, kind: str) -> tuple[str | None, str]:
    if rest[-1] in "：:":
        name = rest[:-1]
        short = len(name) <= limit("run_in_colon_max") and kind in KINDS[:2] and not _LIST_INTRO.search(fold(name))
        return (name, "") if short and phrase(name) else (None, rest)
    colon = _colon(rest, kind)
    if colon:
        return rest[:colon], rest[colon + 1 :].lstrip()
    return rest, ""


def _colon(rest: str, kind: str) -> int:
    """Where a short name before a colon ends that is a heading (一、申报条件：…); 0 where there is none."""
    if kind not in KINDS[:2]:
        return 0
    at = rest.find("：", 2, limit("run_in_colon_max") + 1)
    if at < 0 or at == len(rest) - 1 or _STOPS.search(rest, 0, at) or "，" in rest[:at] or _LIST_INTRO.search(fold(rest[:at])):
        return 0
    if rest[at + 1] in "“「《" and rest[at - 1] in "为為":  # 将第三条修改为：“…”
        return 0
    return at if phrase(rest[:at]) else 0


# -- laws: 编 分编 章 节 条


def law_marks(lines: list[str], marks: list[Mark], first: int, end: int) -> list[Mark]:
    """The units of a law in [first, end): headings of 编, 分编, 章 and 节 in sequence, and the articles."""
    if not marks:
        return []
    inside = marks[bisect_left(marks, first, key=_BY_LINE) : bisect_left(marks, end, key=_BY_LINE)]
    kept = articles(inside)
    units = _in_sequence(lines, [m for m in inside if m.kind != "条"])
    return sorted(kept + units, key=_BY_LINE) if kept and units else kept or units


def _in_sequence(lines: list[str], units: list[Mark]) -> list[Mark]:
    """``units`` that are headings and count on, without a table of contents."""
    if not units:
        return units
    longest, most = limit("heading_max"), 1 + limit("gap_max")
    last: dict[str, tuple[int, int]] = {}
    chosen = []
    for m in _without_contents(lines, [m for m in units if _names(lines[m[0]][m[5] :], longest)]):
        _, kind, number, more, _, _, _ = m
        value, sub = last.get(kind, (0, 0))
        if not value or number == 1 or value < number <= value + most or (number == value and more == sub + 1):
            last[kind] = (number, more)
            chosen.append(m)
    return chosen


def _names(rest: str, longest: int) -> bool:
    return len(rest) <= longest and rest[-1:] not in _GOES_ON and not _STOPS.search(rest)


def _without_contents(lines: list[str], units: list[Mark]) -> list[Mark]:
    """``units`` without those of a table of contents: unbroken lines that all stand again further down."""
    if len(units) < 4:
        return units
    places = {m[0] for m in units}
    if places.isdisjoint([i + 1 for i in places]):
        return units
    keys = [(m.kind, m.value, "".join(lines[m.line][m.start :].split())) for m in units]
    left = Counter(keys)
    runs: list[list[int]] = [[0]]
    for n in range(1, len(units)):
        if units[n].line == units[n - 1].line + 1:
            runs[-1].append(n)
        else:
            runs.append([n])
    contents: set[int] = set()
    for run in runs:
        for n in run:
            left[keys[n]] -= 1
        before = "".join(lines[units[run[0]].line - 1].split()) if units[run[0]].line else ""
        if len(run) > 2 or before in _CONTENTS:
            # a run of contents flows into the first true heading where nothing stands between: cut it where it starts again
            again = next((k for k in range(1, len(run)) if keys[run[k]] == keys[run[0]]), len(run))
            listed = run[:again]
            if again < len(run) or all(left[keys[n]] > 0 for n in listed):
                contents.update(listed)
    return [m for n, m in enumerate(units) if n not in contents]


# -- official documents: 一、 （一） 1. （1）


def list_marks(view: View, first: int, end: int) -> tuple[list[Mark], list[tuple[int, int]]]:
    """Numbered lines of [first, end) in a plausible sequence, and the gaps in it (line, how many numbers are missing)."""
    found = lists(view, first, end)
    if not found:
        return [], []
    lines = view.lines
    # an item in ；belongs to a list in the text
    tops, gaps = _top_sequence([m for m in found if m.kind == KINDS[0] and lines[m.line][-1] not in "；;"])
    allowed = {m.line for m in tops}
    last = dict.fromkeys(KINDS, 0)
    running = dict.fromkeys(KINDS, 0)
    kept = []
    for m in found:
        depth = DEPTHS[m.kind]
        if depth == 0:
            if m.line not in allowed:
                continue
        else:
            near, far = last[m.kind], running[m.kind]
            if not (m.value in (1, near + 1, far + 1) or (near and near < m.value <= near + 1 + limit("gap_max"))):
                continue
        last[m.kind] = running[m.kind] = m.value
        for deeper in KINDS[depth + 1 :]:
            last[deeper] = 0
        kept.append(m)
    return kept, gaps


def _top_sequence(marks: list[Mark]) -> tuple[list[Mark], list[tuple[int, int]]]:
    """The marks 一、 二、 … that count on; a second list inside (一、 二、 between 三、 and 四、) does not."""
    kept: list[Mark] = []
    gaps: list[tuple[int, int]] = []
    current = n = 0
    while n < len(marks):
        m = marks[n]
        if m.value == current + 1:
            kept.append(m)
            current = m.value
        elif m.value == 1:
            stop = n
            while stop + 1 < len(marks) and marks[stop + 1].value == marks[stop].value + 1:
                stop += 1
            goes_on = stop + 1 < len(marks) and marks[stop + 1].value == current + 1
            if not goes_on:
                kept += marks[n : stop + 1]
                current = marks[stop].value
            n = stop
        elif current < m.value <= current + 1 + limit("gap_max") and (
            current or (n + 1 < len(marks) and marks[n + 1].value == m.value + 1)
        ):
            if current:
                gaps.append((m.line, m.value - current - 1))
            kept.append(m)
            current = m.value
        n += 1
    return kept, gaps


def list_nodes(lines: list[str], marks: list[Mark], end: int, below: int) -> list[Node]:
    """Headings and numbered paragraphs among ``marks``; ``below``: how many levels of 编 章 节 stand over them.

    Enumerations inside the text (items that end in ；, lists of short lines) are no sections.
    """
    cuts = [split_heading(lines[m.line][m.start :], m.kind) for m in marks]
    starts = {m.line for m in marks}
    dropped: set[int] = set()
    for group in _groups(marks):
        _doubt(lines, marks, cuts, group, end)
        if _enumerates(lines, marks, cuts, group, starts, end):
            dropped.update(group)
    # a kind of which nothing is left that has a heading numbers paragraphs of the text; 一、 alone is a section without one
    titled = {m.kind for n, (m, cut) in enumerate(zip(marks, cuts, strict=True)) if cut[0] and n not in dropped}
    nodes = []
    for n, (m, (heading, rest)) in enumerate(zip(marks, cuts, strict=True)):
        if n in dropped or (heading is None and m.kind != KINDS[0] and m.kind not in titled):
            continue
        rule = (
            "structure/numbered-paragraph"
            if heading is None
            else "structure/run-in-heading"
            if rest
            else "structure/numbered-heading"
        )
        nodes.append(Node(m.line, below + DEPTHS[m.kind] + 1, m.number, heading, rest or None, rule))
    return nodes


def _groups(marks: list[Mark]) -> list[list[int]]:
    """Indices of marks that are siblings: one kind, rising, with nothing above them between."""
    open_groups: dict[str, list[int]] = {}
    done: list[list[int]] = []
    for n, m in enumerate(marks):
        depth = DEPTHS[m.kind]
        done += [open_groups.pop(kind) for kind in KINDS[depth + 1 :] if kind in open_groups]
        group = open_groups.get(m.kind)
        if group is not None and m.value > marks[group[-1]].value:
            group.append(n)
        else:
            if group is not None:
                done.append(group)
            open_groups[m.kind] = [n]
    return done + list(open_groups.values())


def _doubt(lines: list[str], marks: list[Mark], cuts: list[tuple[str | None, str]], group: list[int], end: int) -> None:
    """Take headings back that are sentences: a line in 。 with nothing below, a first sentence among siblings without one."""
    for n in group:
        line = lines[marks[n].line]
        if cuts[n][0] and not cuts[n][1] and line.endswith("。"):
            following = marks[n].line + 1
            below = DEPTHS[marks[n + 1].kind] > DEPTHS[marks[n].kind] if n + 1 < len(marks) else False
            if following >= end or (n + 1 < len(marks) and marks[n + 1].line == following and not below):
                cuts[n] = (None, line[marks[n].start :])
    whole = sum(bool(cuts[n][0]) and not cuts[n][1] for n in group)
    run_in = sum(bool(cuts[n][0]) and bool(cuts[n][1]) for n in group)
    if not whole and 2 * run_in < len(group):
        for n in group:
            cuts[n] = (None, lines[marks[n].line][marks[n].start :])


def _enumerates(
    lines: list[str], marks: list[Mark], cuts: list[tuple[str | None, str]], group: list[int], starts: set[int], end: int
) -> bool:
    texts = [lines[marks[n].line] for n in group]
    items = sum(t.endswith(("；", ";")) for t in texts)
    if items and 2 * items >= len(texts) - 1:
        return True
    if marks[group[0]].kind == KINDS[0]:
        return False
    empty = 0
    for n in group:
        following = marks[n].line + 1
        deeper = (
            following in starts
            and n + 1 < len(marks)
            and marks[n + 1].line == following
            and (DEPTHS[marks[n + 1].kind] > DEPTHS[marks[n].kind])
        )
        if not cuts[n][1] and (following >= end or (following in starts and not deeper)):
            empty += 1
    return empty > 0 and (empty >= len(group) - 1 or 2 * empty > len(group))


# -- both together


class Numbering(NamedTuple):
    """What numbers give of one document: nodes and, beside them, articles in an unbroken row; how many articles there are.

    gaps: lines with how many numbers are missing before them.
    """

    nodes: list[Node]
    row: Row | None = None
    articles: int = 0
    gaps: Sequence[tuple[int, int]] = ()


def numbered(view: View, units: Units, first: int, end: int) -> Numbering:
    """What numbers give of [first, end)."""
    lines = view.lines
    found = _row(view, units, first, end) if units.values else None
    if found:
        return found
    law = law_marks(lines, units.marks, first, end) if units.at else []
    if not law:
        marks, gaps = list_marks(view, first, end)
        return Numbering(list_nodes(lines, marks, end, 0), None, 0, gaps)
    kinds = {m.kind for m in law}
    if "条" not in kinds:
        present = [k for k in RANKS if k in kinds]
        nodes = [_law_node(lines, m, present.index(m.kind) + 1) for m in law]
        taken = {m.line for m in law}
        deeper = list_nodes(lines, _restarted(view, law, first, end), end, len(present))
        return Numbering(sorted(nodes + [d for d in deeper if d.line not in taken]))
    ranks, between = _between(view, kinds, [m[0] for m in law], first)
    level = ranks["条"]
    nodes = [
        _new(Node, (m[0], level, m[4], None, lines[m[0]][m[5] :].lstrip(), "structure/article"))
        if m[1] == "条"
        else _law_node(lines, m, ranks[m[1]])
        for m in law
    ]
    if between:
        nodes = sorted(nodes + between, key=_BY_LINE)
    counted = [m for m in law if m.kind == "条"]
    gaps = [
        (b.line, b.value - a.value - 1) for a, b in pairwise(counted) if a.value + 1 < b.value <= a.value + 1 + limit("gap_max")
    ]
    return Numbering(nodes, None, len(counted), gaps)


def _row(view: View, units: Units, first: int, end: int) -> Numbering | None:
    """The same for the regular law, whose articles count on from the first to the last and whose units all hold."""
    at, labels, rests, values = units.at, units.labels, units.rests, units.values
    a, b = bisect_left(at, first), bisect_left(at, end)
    if b - a < len(at):
        at, labels, rests, values = at[a:b], labels[a:b], rests[a:b], values[a:b]
    counted = [value for value in values if value > 0]
    if len(counted) < limit("articles_min") or counted != list(range(counted[0], counted[0] + len(counted))):
        return None
    above = [n for n, value in enumerate(values) if value < 0] if len(counted) < len(values) else []
    lines = view.lines
    marks = [units.mark(a + n) for n in above]
    if len(_in_sequence(lines, marks)) < len(above):
        return None
    ranks, nodes = _between(view, {"条", *[m.kind for m in marks]}, at, first)
    nodes += [_law_node(lines, m, ranks[m.kind]) for m in marks]
    nodes.sort(key=_BY_LINE)
    return Numbering(nodes, Row(ranks["条"], at, labels, list(map(str.lstrip, rests)), values), len(counted))


def _between(view: View, kinds: set[str], at: list[int], first: int) -> tuple[dict[str, int], list[Node]]:
    """The levels of a law's ``kinds``, and the headings that no 第 opens; at: the lines of the articles and units."""
    lines = view.lines
    heads = _heads_over_articles(view, at, first)
    loose = _loose_parts(view, at, first)
    if heads:
        kinds.add("一、")
    if loose:
        kinds.add("章")
    ranks = {k: n + 1 for n, k in enumerate([k for k in RANKS if k in kinds])}
    nodes = [Node(i, ranks["章"], None, lines[i], None, "structure/law-part") for i in loose]
    nodes += [
        Node(m.line, ranks["一、"], m.number, lines[m.line][m.start :], None, "structure/numbered-heading") for m in heads
    ]
    return ranks, nodes


def _restarted(view: View, law: list[Mark], first: int, end: int) -> list[Mark]:
    """List marks under 章 and 节, where each unit counts from 一 anew."""
    edges = [first, *(m.line for m in law), end]
    found: list[Mark] = []
    for a, b in pairwise(edges):
        if b > a + 1:
            found += list_marks(view, a, b)[0]
    return found


def _law_node(lines: list[str], m: Mark, level: int) -> Node:
    line, _, _, _, number, start, _ = m
    return _new(Node, (line, level, number, lines[line][start:].strip() or None, None, "structure/law-part"))


def _heads_over_articles(view: View, at: list[int], first: int) -> list[Mark]:
    """Headings 一、 二、 … above articles, as judicial interpretations have them: each stands just before an article."""
    if _HAN_STARTS.isdisjoint(view.kinds):
        return []
    lines, firsts, longest = view.lines, view.firsts, limit("heading_max")
    heads: list[Mark] = []
    for i in [i - 1 for i in at if firsts[i - 1] in _HAN_STARTS]:
        if i >= first and "、" in lines[i][1:4] and len(lines[i]) <= longest:
            heads += [m for m in lists(view, i, i + 1) if m.kind == "一、" and not _STOPS.search(lines[i])]
    return _top_sequence(heads)[0] if heads else []


def _loose_parts(view: View, at: list[int], first: int) -> list[int]:
    """Lines that name a part of a law without a number (总则, 附则, 序言)."""
    names = lexicon().words["law_part"]
    starts = view.kinds.intersection([name[0] for name in names])
    if not starts:
        return []
    lines, firsts = view.lines, view.firsts
    above = [i - 1 for i in at if firsts[i - 1] in starts and i > first and len(lines[i - 1]) < 5]
    return sorted([i for i in {*range(first, at[0]), *above} if lines[i] in names])
