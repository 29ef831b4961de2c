"""A document as Markdown (CommonMark): its title and headings as headings, every line of its text a paragraph."""

from __future__ import annotations

import re
from collections.abc import Iterable

from cleaner.record import Document
from cleaner.record.model import Section

DEEPEST = 6  # CommonMark has six levels of headings
TITLE_WITHIN = 30  # lines in which the title may stand
TITLE_LINES = 5  # most lines that a title may be broken into

# punctuation that could be taken for a mark, anywhere and at the start of a line
ANYWHERE = re.compile(r"[\\`*_\[\]<]|&(?=#?\w+;)")
AT_START = re.compile(r"^(\s*)(?:([-+=>#~|:])|([0-9]{1,9})([.)])(?=\s|$))")


def markdown(document: Document) -> str:
    """``document`` as Markdown, with one line end at the end."""
    lines = document.text.split("\n")
    depth: dict[int, int] = {}
    _headings(document.sections, lines, 1, depth)
    for annex in document.annexes:
        first = annex.lines[0]
        if annex.title and first < len(lines) and _bare(lines[first]).endswith(_bare(annex.title)):
            depth[first] = 2
        _headings(annex.sections, lines, 2, depth)
    first, last = _title(document, lines)
    blocks = ["# " + _escaped(document.title)] if document.title and first == last else []
    for n, line in enumerate(lines):
        if n == first and first < last:
            blocks.append("# " + _escaped("".join(lines[first:last])))
        elif not first <= n < last and line:
            blocks.append("#" * depth[n] + " " + _escaped(line) if n in depth else _escaped(line))
    return "\n\n".join(blocks) + "\n"


def _headings(sections: Iterable[Section], lines: list[str], above: int, depth: dict[int, int]) -> None:
    """The depth of every line that is a heading and nothing else; one that runs into its paragraph stays a paragraph."""
    todo = list(sections)
    while todo:
        section = todo.pop()
        todo += section.sections
        first = section.lines[0]
        if section.level and section.heading and first < len(lines) and _bare(lines[first]).endswith(_bare(section.heading)):
            depth[first] = min(above + section.level, DEEPEST)


def _title(document: Document, lines: list[str]) -> tuple[int, int]:
    """The lines [first, last) that are the title; an empty span where none are."""
    wanted = _bare(document.title or "")
    for first in range(min(len(lines), TITLE_WITHIN) if wanted and not document.title_by else 0):
        for last in range(first + 1, min(first + TITLE_LINES, len(lines)) + 1):
            if _bare("".join(lines[first:last])) == wanted:
                return first, last
    return 0, 0


def _bare(line: str) -> str:
    return "".join(line.split()).rstrip("。：:")


def _escaped(line: str) -> str:
    line = ANYWHERE.sub(r"\\\g<0>", line)
    return AT_START.sub(lambda m: m[1] + (f"\\{m[2]}" if m[2] else f"{m[3]}\\{m[4]}"), line)
