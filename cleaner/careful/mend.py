"""The stages' edits on a text that people edit, less what touches code, markup, addresses, lines or the space around them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import groupby

from cleaner.careful.protect import LINE_END, Syntax, line_starts, masked, meets, merged, protected
from cleaner.edits import Edit, Edits, coalesce, compose
from cleaner.pipeline import stages
from cleaner.plan import Plan

# What one mending lays bare, another may mend: rounds go on until nothing changes, so that a fixed file passes the check.
MOST_ROUNDS = 5

# A file is garbled as a whole if at least so many of its characters outside code are, and so great a share of those that are
# not ASCII, in code and outside.
GARBLED_LEAST = 20
GARBLED_SHARE = 0.98

NOT_ASCII = re.compile(r"[^\x00-\x7f]")

# characters that mean something where they stand: an edit may neither bring one in nor take one away. A backslash before a
# code of a character (\u4e2d) is part of that.
MARKS: dict[Syntax, re.Pattern[str]] = {
    "text": re.compile(r"(?!)"),
    "markdown": re.compile(r"[`*_~#|<>\[\]$]|\\(?![ux0-7])"),
    "html": re.compile(r"[<>&]"),
}

# what makes a line of Markdown more than a line: quotation, items, heading, rule, table
LINE_MARK = re.compile(
    r"[ \t]*+(?:(?:>|[-+*](?=[ \t])|[0-9]{1,9}[.)](?=[ \t]|$))[ \t]*+)*+(?:#{1,6}(?=[ \t]|$)|[-=*_][-=*_ \t]*+$|\|)?"
)


def mend(text: str, plan: Plan, kind: Syntax = "text") -> Edits:
    """The edits that ``fix`` makes to ``text``, sorted, touching ones as one; none for a text in which nothing is wrong.

    plan: of profile ``repo``.  kind: which marks have a meaning in this file.
    """
    total, current = Edits(), text
    for _ in range(MOST_ROUNDS):
        before = current
        for stage in stages(plan):
            change = stage.run(current, plan)
            if change.text is current or change.text == current:
                continue
            kept = careful(current, change.settled(), kind)
            if len(kept):
                total = compose(total, kept, current)
                current = kept.apply(current)
        if current == before:
            break
    return coalesce(total)


def careful(text: str, edits: Edits, kind: Syntax) -> Edits:
    """Those of a stage's ``edits`` of ``text`` that may be made to a file, each within one line and as short as it can be."""
    pieces = [e for e in _within_lines(text, edits) if not e.kind]
    garbled = merged((e.start, e.end) for e in pieces if NOT_ASCII.search(text, e.start, e.end))
    spans = protected(masked(text, garbled), kind)
    kept = [e for e in pieces if not meets(e.start, e.end, spans)]
    if len(kept) < len(pieces) and _garbled_whole(text, pieces, kept):
        kept = [e for e in pieces if NOT_ASCII.search(text, e.start, e.end) or not meets(e.start, e.end, spans)]
    return Edits(_line_by_line(text, kept, kind))


def _within_lines(text: str, edits: Edits) -> Iterator[Edit]:
    """The edits without what stays the same in them, those over several lines cut into lines; none that changes line ends."""
    for e in edits:
        before = text[e.start : e.end]
        if len(before) == len(e.after) == 1 and not {before, e.after} & {"\n", "\r"}:  # most are marks: nothing to cut
            if before != e.after:
                yield e
        elif LINE_END.search(before) or LINE_END.search(e.after):
            ends = LINE_END.findall(before)
            if ends != LINE_END.findall(e.after):
                continue
            at = e.start
            for old, new, end in zip(LINE_END.split(before), LINE_END.split(e.after), [*ends, ""], strict=True):
                yield from _trimmed(old, e._replace(start=at, end=at + len(old), after=new))
                at += len(old) + len(end)
        else:
            yield from _trimmed(before, e)


def _trimmed(before: str, e: Edit) -> Iterator[Edit]:
    after = e.after
    if before == after:
        return
    most = min(len(before), len(after))
    head = next((n for n in range(most) if before[n] != after[n]), most)
    tail = next((n for n in range(most - head) if before[-1 - n] != after[-1 - n]), most - head)
    yield e._replace(start=e.start + head, end=e.end - tail, after=after[head : len(after) - tail])


def _garbled_whole(text: str, pieces: list[Edit], kept: list[Edit]) -> bool:
    """Whether the file is garbled wherever it is not ASCII, and not only in its code: then its code is to be mended with it."""
    garbled, outside = (sum(len(NOT_ASCII.findall(text, e.start, e.end)) for e in edits) for edits in (pieces, kept))
    return outside >= GARBLED_LEAST and garbled >= GARBLED_SHARE * len(NOT_ASCII.findall(text))


def _line_by_line(text: str, edits: list[Edit], kind: Syntax) -> Iterator[Edit]:
    """The edits less those that would change what a line is: its indentation, its end, its marks, or that it is there."""
    starts = line_starts(text)
    for line, group in groupby(edits, key=lambda e: bisect_right(starts, e.start) - 1):
        start = starts[line]
        end = starts[line + 1] if line + 1 < len(starts) else len(text)
        old = text[start:end].rstrip("\r\n")
        body, indent = old.rstrip(), len(old) - len(old.lstrip())
        mine = [
            e
            for e in group
            if e.start >= start + indent
            and (e.start < start + len(body) or e.start == e.end == start + len(old))
            and _keeps_marks(text[e.start : e.end], e.after, kind)
        ]
        if not mine:
            continue
        new = Edits(e._replace(start=e.start - start, end=e.end - start) for e in mine).apply(old)
        # a no-break space at the end of a garbled line is half of a character, and goes with it
        tail = old[max(len(body), mine[-1].end - start) :]
        if not new.strip() or len(new) - len(new.lstrip()) != indent or new[len(new.rstrip()) :] != tail:
            continue
        if kind == "markdown" and _mark(old) != _mark(new):
            continue
        yield from mine


def _keeps_marks(before: str, after: str, kind: Syntax) -> bool:
    """Whether no mark comes or goes; in a garbled part what looks like one may go, as it is a byte of a character."""
    marks = MARKS[kind]
    return marks.findall(before) == marks.findall(after) or (not marks.search(after) and NOT_ASCII.search(before) is not None)


def _mark(line: str) -> str:
    found = LINE_MARK.match(line)
    return found[0].rstrip() if found else ""
