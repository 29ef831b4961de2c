"""Headings without a number, and a headline that stands below the byline: what the press writes."""

from __future__ import annotations

import re

from cleaner.stages.structure.head import Head, is_credit, title_like
from cleaner.stages.structure.lexicon import limit, pattern
from cleaner.stages.structure.view import View

_PARAGRAPH_ENDS = frozenset("。！？…”」』）)》；：:.!?")
_SPEAKER = re.compile(r"(?:记者|问|答|主持人|[\u4e00-\u9fff]{1,3})[:：]")
_NOT_HEADINGS = frozenset("。；，：、…！;,:!,.")


def plain_headings(view: View, head: Head, first: int, end: int) -> tuple[list[int], int | None]:
    """Lines of [first, end) that head the paragraphs below them, and among lines of that form the headline, if it stands here.

    A heading is a short line that ends no sentence, between paragraphs that do. One such line is an accident: none, then.
    A headline below the byline: the document opens with a byline, and the line stands behind a credit, not in the text.
    """
    lines = view.lines
    longest = limit("plain_heading_max")
    short = [i for i in range(max(first, head.last + 1), end) if len(lines[i]) <= longest]
    found = [i for i in short if _heads(view, i, end, head)]
    headline = None
    if head.title_line is None and found and head.bylines and head.bylines[0] <= 1:
        i = found[0]
        if is_credit(view.fold(i - 1)) and i > head.bylines[0]:
            headline = i
            found = found[1:]
    paragraphs = end - first - len(short)
    if len(found) < limit("plain_heading_min") or len(found) > max(paragraphs, (end - first) // 2):
        found = []
    return found, headline


def _heads(view: View, i: int, end: int, head: Head) -> bool:
    lines = view.lines
    line = lines[i]
    if len(line) < 2 or i + 1 >= end or line[-1] in _NOT_HEADINGS or i == 0:
        return False
    following, before = lines[i + 1], lines[i - 1]
    if len(following) < limit("plain_paragraph_min") or following[-1] not in _PARAGRAPH_ENDS:
        return False
    inside = i - 1 > head.last and i - 1 not in head.bylines
    # a long line is a paragraph even where its end was cut off
    if (
        inside
        and before[-1:] not in _PARAGRAPH_ENDS
        and len(before) < limit("cut_paragraph_min")
        and not is_credit(view.fold(i - 1))
    ):
        return False
    folded = view.fold(i)
    if (
        _SPEAKER.match(folded)
        or pattern("date").search(folded)
        or 5 * sum("\u3400" <= c <= "\u9fff" for c in line) < 2 * len(line)
    ):
        return False
    return title_like(line, folded)
