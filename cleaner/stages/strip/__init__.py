"""strip: lines that are not the document go, what they state is kept.

Two passes label lines, chrome or metadata or (without a mark) body: first each line by itself, then by its neighbours.
Removal comes last. A page without any sign of chrome is returned as it is, at the cost of one search.
"""

from __future__ import annotations

import re

from cleaner.edits import Edit, Edits
from cleaner.layout import Layout
from cleaner.plan import Plan
from cleaner.stages.change import Change, Fact, Flag
from cleaner.stages.strip.context import settle
from cleaner.stages.strip.index import Index, index_of
from cleaner.stages.strip.label import Labels, Mark, label, stated
from cleaner.stages.strip.limits import limits
from cleaner.stages.strip.page import ODD_LINE_END, Page

_LONGEST_WINDOW = 200
_PARTED = re.compile(r".[_|–—-].").search


def run(text: str, plan: Plan, layout: Layout | None = None) -> Change:
    """Remove chrome and publication lines from ``text``, whole lines at a time; the facts are what those lines stated.

    layout: what a reader knows of the lines of a marked-up page.
    """
    index = index_of(plan)
    if layout is not None and layout.parents and not ODD_LINE_END.search(text):
        return _marked_up(text, plan, index, layout)
    # a template that is known of the site is a witness, as what stands on the page is
    if plan.known is None and not index.suspects(text):
        return Change(text)
    # of the same length, so that every position in it is one of the text
    labels = label(Page(ODD_LINE_END.sub("\n", text)), index, limits())
    opening = plan.known.mark(labels, index) if plan.known is not None else {}
    flags = settle(labels, index, limits(), plain=True)
    if plan.known is not None:
        plan.known.give_back(labels, opening)
    if not labels.marks and not labels.pieces:
        return Change(text, flags=flags)
    return Change.of(text, _removals(labels), facts=[*_window(labels), *_facts(labels, index)], flags=flags)


def _window(labels: Labels) -> list[Fact]:
    """What the first line says where it goes and is the title of a browser's window: a title with the name of a site beside it."""
    page = labels.page
    first = page.filled[0]
    mark = labels.marks.get(first)
    if mark is None or mark.facts or page.lengths[first] > _LONGEST_WINDOW or not _PARTED(page.lines[first]):
        return []
    start = page.indent(first)
    return [Fact("document", "window", page.text[start : page.end(first)].strip(), mark.rule.id, start, page.end(first))]


def _marked_up(text: str, plan: Plan, index: Index, layout: Layout) -> Change:
    """The change of a page whose lines are blocks of a tree."""
    from cleaner.stages.strip.blocks import settle_blocks

    page = Page(text)
    labels = label(page, index, limits())
    flags: list[Flag] = settle_blocks(labels, index, layout, limits(), plan.known)
    if not labels.marks and not labels.pieces:
        return Change(text, flags=flags)
    return Change.of(text, _removals(labels), facts=_facts(labels, index), flags=flags)


def _removals(labels: Labels) -> Edits:
    """Whole lines with their line ends, neighbours of one rule as one edit, blank lines between removed lines with them."""
    page, marks = labels.page, labels.marks
    size = len(page.text)
    starts = page.starts
    spans: list[Edit] = []
    start = end = 0
    last: Mark | None = None
    for i in sorted(marks):
        mark = marks[i]
        if last is not None:
            # blank lines between removed lines go with them
            near = end == starts[i] or not page.fold[end : starts[i]].strip()
            if near:
                end = starts[i]
            if not near or mark.rule is not last.rule:
                spans.append(Edit(start, end, "", (last.rule.id,), last.rule.kind or "chrome"))
                start = starts[i]
        else:
            start = starts[i]
        end, last = min(size, page.end(i) + 1), mark
    if last is not None:
        spans.append(Edit(start, end, "", (last.rule.id,), last.rule.kind or "chrome"))
    # the last line has no end of its own: it takes the one before it, or the text would gain an empty line
    if spans and spans[-1].end == size and not page.text.endswith("\n"):
        at = len(spans) - 1
        while at and spans[at - 1].end == spans[at].start:
            at -= 1
        if spans[at].start:
            for k in range(at, len(spans)):
                spans[k] = spans[k]._replace(start=spans[k].start - 1)
                if k < len(spans) - 1:
                    spans[k] = spans[k]._replace(end=spans[k].end - 1)
    return _with_pieces(spans, labels)


def _with_pieces(lines: list[Edit], labels: Labels) -> Edits:
    """``lines`` and the pieces of lines that stay."""
    kept = Edits()
    pieces = [Edit(start, end, "", (mark.rule.id,), mark.rule.kind or "chrome") for start, end, mark in labels.pieces]
    for edit in sorted(lines + pieces):
        if not kept.ends or edit.start >= kept.ends[-1]:
            kept.append(edit)
    return kept


def _facts(labels: Labels, index: Index) -> list[Fact]:
    """What the removed lines and pieces state, the first statement of each field."""
    found = [fact for mark in labels.marks.values() for fact in mark.facts]
    found += [fact for _, _, mark in labels.pieces for fact in mark.facts]
    for rule, shape in index.spans:
        if not rule.kind and (not rule.keywords or any(k in labels.page.fold for k in rule.keywords)):
            for i in labels.marks:
                line = labels.page.lines[i]
                m = shape.match.search(line) if any(k in line for k in rule.keywords) or not rule.keywords else None
                if m:
                    found += stated(labels.page, rule, m, labels.page.indent(i))
    facts: dict[str, Fact] = {}
    for fact in sorted(found, key=lambda fact: fact.start):
        group, _, key = fact.field.partition(".")
        facts.setdefault(fact.field, Fact(group, key, fact.value, fact.rule, fact.start, fact.end))
    return list(facts.values())
