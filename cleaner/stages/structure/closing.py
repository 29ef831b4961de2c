"""What closes a document: attachments, signatures, date, notes and the imprint (GB/T 9704-2012, 7.3.4-7.3.6 and 7.4)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaner.fold import fold
from cleaner.stages.structure.head import Head, is_organ, shaped, split_organs
from cleaner.stages.structure.lexicon import limit, pattern
from cleaner.stages.structure.numbers import iso_date
from cleaner.stages.structure.result import Found
from cleaner.stages.structure.view import View

_LAST = frozenset("日发發製制")
_ENDS = frozenset("。！？”」）)；;：:")


@dataclass(slots=True)
class Closing:
    """The close of one document inside the text: lines [start, end) with its date on line ``date``.

    signed: whether a name stands over the date.
    """

    start: int
    end: int
    date: int
    signed: bool


def dates(view: View, first: int) -> list[int]:
    """Lines from ``first`` on that end in a date and hold little else (or, at the end, say when the document was printed)."""
    lines = view.lines
    tail = max(first, len(lines) - limit("imprint_lines"))
    found = [i for i, line in enumerate(lines[tail:], tail) if line[-1:] in _LAST and len(line) < 100]
    if _ends_in_day(view.text):
        found = [i for i, line in enumerate(lines[first:tail], first) if line[-1:] == "日" and len(line) < 100] + found
    return [i for i in found if pattern("date").search(view.fold(i))]


def _ends_in_day(text: str) -> bool:
    """Whether a line ends in 日: one character is found several times as fast as two."""
    at = text.find("日")
    while at >= 0:
        if text[at + 1 : at + 2] == "\n":
            return True
        at = text.find("日", at + 1)
    return False


def closings(view: View, head: Head, dated: list[int], annexes: list[int]) -> tuple[list[Closing], list[Found]]:
    """The closes of the documents in ``lines``, in order, and the elements that the first of them states."""
    found: list[Found] = []
    closes: list[Closing] = []
    walls = frozenset(annexes)
    for i in dated:
        if closes and i < closes[-1].end:
            continue
        match = pattern("date_line").fullmatch(view.fold(i))
        if not match or i <= head.last or i < head.body:
            continue
        close = _close(view, i, match, head, walls)
        if close is None:
            continue
        if not closes:
            found = _elements(view, close, match)
        closes.append(close)
    return closes, found


def _close(view: View, i: int, match: re.Match[str], head: Head, walls: frozenset[int]) -> Closing | None:
    lines = view.lines
    floor = max(head.last + 1, head.body, i - limit("closing_lines"))
    by = match["by"].strip()
    if by and not (is_organ(by) or pattern("person").fullmatch(by)):
        return None
    start = i
    while start > floor and _signs(view, start - 1):
        start -= 1
    signed = bool(by) or start < i
    end = i + 1
    noted = False
    while end < len(lines) and _note(view, end):
        end, noted = end + 1, True
    before = lines[start - 1][-1:] if start else ""
    final = end == len(lines) or end in walls or bool(pattern("copied").match(view.fold(end)))
    if not signed and not (noted or ((final or shaped(lines[end], "policy_title")) and (before in _ENDS))):
        return None
    start = _attachments_start(view, start, floor)
    return Closing(start, end, i, signed)


def _signs(view: View, i: int) -> bool:
    if not 2 <= len(view.lines[i]) <= 60:
        return False
    folded = view.fold(i)
    return is_organ(folded) or pattern("person").fullmatch(folded) is not None


def _note(view: View, i: int) -> bool:
    line = view.lines[i]
    if len(line) > 60 or not line or line[0] not in "（(":
        return False
    folded = view.fold(i)
    return bool(pattern("note").fullmatch(folded) and pattern("note_word").search(folded))


def _attachments_start(view: View, start: int, floor: int) -> int:
    """The line of 附件：1. … above ``start``, or ``start``."""
    at = start
    while at > floor and start - at < 20 and len(view.lines[at - 1]) <= 120:
        folded = view.fold(at - 1)
        if pattern("attachments").match(folded):
            return at - 1
        if not pattern("attachment_item").match(folded):
            break
        at -= 1
    return start


def attachments(view: View, start: int, end: int) -> list[tuple[int, str]]:
    """The names that 附件：… and the lines below it list, with their lines."""
    found: list[tuple[int, str]] = []
    for i in range(start, end):
        line = view.lines[i]
        match = pattern("attachments").match(view.fold(i))
        if match:
            line = line[match.start("rest") :].strip()
        elif not found:
            break
        for item in re.split(r"\s+(?=\d{1,2}\s?[.．、]\s?\D)", line) if line else []:
            numbered = pattern("attachment_item").fullmatch(fold(item))
            if numbered:
                found.append((i, item[numbered.start("name") :].strip().rstrip("；;。")))
            elif match and item:
                found.append((i, item.rstrip("；;。")))
            elif found and not match:
                return found
    return found


def _elements(view: View, close: Closing, match: re.Match[str]) -> list[Found]:
    lines = view.lines
    found: list[Found] = []
    listed = attachments(view, close.start, close.date)
    signed_from = close.start if not listed else listed[-1][0] + 1
    if listed:
        found.append(Found("official", "attachments", [name for _, name in listed], "structure/attachments", listed[0][0]))
    issuers: list[str] = []
    signers: list[str] = []
    names = [lines[i] for i in range(signed_from, close.date)]
    if match["by"]:
        names.append(lines[close.date][: match.end("by")])
    for name in names:
        folded = fold(name).strip()
        person = pattern("person").fullmatch(folded)
        if is_organ(folded):
            issuers += name.split()
        elif person:
            signers.append("".join(name.strip()[person.start("name") :].split()))
    day = iso_date(match["date"])
    rule = "structure/signature"
    if issuers:
        found.append(Found("official", "issuers", issuers, rule, close.date))
    if signers:
        found.append(Found("official", "signers", signers, rule, close.date))
    if day:
        found.append(Found("official", "issued_on", day, rule, close.date))
    notes = [lines[i][1:-1].strip() for i in range(close.date + 1, close.end)]
    if notes:
        found.append(Found("official", "notes", notes, "structure/note", close.date + 1))
    return found


def imprint(view: View, dated: list[int], floor: int) -> tuple[int | None, list[Found]]:
    """The imprint (版记) at the end of the text: its first line, and copied_to, printed_by and printed_on."""
    lines = view.lines
    lowest = max(floor, len(lines) - limit("imprint_lines"))
    found: list[Found] = []
    start: int | None = None
    rule = "structure/imprint"
    for i in range(lowest, len(lines)):
        if lines[i][:1] in "抄主":
            copied = pattern("copied").match(fold(lines[i][:4000]))
            if copied and not lines[i].startswith("主"):
                to = split_organs(lines[i][copied.start("to") :].rstrip("。 ."))
                found.append(Found("official", "copied_to", to, rule, i))
                start = i if start is None else start
    for i in reversed(dated):
        if i < lowest:
            break
        printed = pattern("printed").fullmatch(view.fold(i))
        if not printed:
            continue
        by, at = lines[i][: printed.end("by")].strip(), i
        if not by and i > lowest and is_organ(view.fold(i - 1)):
            by, at = lines[i - 1].strip(), i - 1
        if by:
            found.append(Found("official", "printed_by", by, rule, at))
        day = iso_date(printed["date"])
        if day:
            found.append(Found("official", "printed_on", day, rule, i))
        start = at if start is None else min(start, at)
        break
    return start, found
