"""The lines of a text: where each one's own characters begin and end, and what stood before it."""

from __future__ import annotations

import re
from dataclasses import dataclass

# str.splitlines' separators; two of them are pages' ends
PAGE_ENDS = "\f\x0b"
MARKS = re.compile(r"(?:(?:#{1,6}|[-*+])[ \t\u3000]+)+(?=\S)")
_FIRST = frozenset("#-*+")
_HASHES = re.compile(r"#{1,6}(?=[ \t\u3000])")
_CLOSING = re.compile(r"[ \t\u3000]+#+$")
_BULLET = re.compile(r"[-*+](?=[ \t\u3000])")
_FENCE = re.compile(r"```|~~~")


@dataclass(slots=True)
class Line:
    """One line that is not blank.

    start, end: the span of its text in the stage's input, without blanks and Markdown marks.  whole, last: with the marks.
    indent: blanks before it, a full-width one counts two.  gap: blank lines before it.  page: a page begins with it.
    level: of a Markdown heading, else 0.  item: it had a Markdown list mark.  fixed: inside a code fence, or of a subtitle.
    gone: the rule that takes the line away.
    """

    start: int
    end: int
    text: str
    whole: int
    last: int
    indent: int = 0
    gap: int = 0
    page: bool = False
    level: int = 0
    item: bool = False
    fixed: bool = False
    gone: str = ""


def read(text: str, headings: bool = True, items: bool = True) -> list[Line]:
    """The lines of ``text`` that are not blank, without Markdown's marks of ``headings`` and ``items``."""
    found: list[Line] = []
    begins: list[int] = []
    at = blanks = 0
    page = fenced = False
    for raw in text.splitlines(keepends=True):
        body = raw.strip()
        if not body:
            blanks += 1
            page = page or raw[-1] in PAGE_ENDS
            at += len(raw)
            continue
        lead = 0 if raw[0] == body[0] else len(raw) - len(raw.lstrip())
        start = at + lead
        end = start + len(body)
        line = Line(start, end, body, start, end, lead + raw.count("\u3000", 0, lead) if lead else 0, blanks, page)
        line.fixed = fenced
        if body[0] in "`~" and _FENCE.match(body):
            fenced = not fenced
            line.fixed = True
        found.append(line)
        begins.append(at)
        page = raw[-1] in PAGE_ENDS
        blanks = 0
        at += len(raw)
    for line, begin in zip(found, begins, strict=True):
        if fenced:  # a fence that never closes is none
            line.fixed = False
        elif line.fixed:  # what is indented inside a fence means something
            line.start = line.whole = begin
            line.text = text[line.start : line.end]
    if ":" in text:
        _fix_timed(found)
    _take_marks(found, headings, items)
    return found


def _fix_timed(lines: list[Line]) -> None:
    """Fix lines of timecodes; of a subtitle also the number before its time and the words below."""
    from cleaner.stages.reflow.shape import is_cue, is_timed

    cue = False
    for i, line in enumerate(lines):
        if ":" in line.text and is_timed(line.text):
            line.fixed = True
            cue = is_cue(line.text)
            if cue and i and lines[i - 1].text.isdecimal():
                lines[i - 1].fixed = True
        elif cue and not line.gap:
            line.fixed = True
        else:
            cue = False


def _take_marks(lines: list[Line], headings: bool, items: bool) -> None:
    """Set the spans of ``lines`` behind their Markdown marks. One bullet alone is no list, and code has its own ``#``."""
    from cleaner.stages.reflow.shape import is_code

    bullets: dict[str, int] = {}
    for line in lines:
        if line.text[0] in _FIRST and not line.fixed and _BULLET.match(line.text):
            bullets[line.text[0]] = bullets.get(line.text[0], 0) + 1
    whole = [line.text for line in lines]
    for i, line in enumerate(lines):
        if line.text[0] not in _FIRST or line.fixed or not (m := MARKS.match(line.text)):
            continue
        first = line.text[0]
        rest = line.text[m.end() :]
        if not (headings if first == "#" else items):
            continue
        if first != "#" and (bullets.get(first, 0) < 2 or not _worded(rest)):
            continue
        if first == "#" and any(is_code(o) for o in whole[max(0, i - 1) : i] + whole[i + 1 : i + 2] if o[0] != "#"):
            continue
        if h := _HASHES.search(m[0]):
            line.level = len(h[0])
            if c := _CLOSING.search(rest):
                rest = rest[: c.start()]
        else:
            line.item = True
        line.start += m.end()
        line.end = line.start + len(rest)
        line.text = rest


def _worded(text: str) -> bool:
    return any(map(str.isalpha, text[:12]))
