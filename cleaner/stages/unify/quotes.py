"""Quotation marks as the target script has them: “ ” and ‘ ’ in simplified Chinese (GB/T 15834), 「 」 and 『 』 in traditional."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import replace

from cleaner.edits import Edit, Edits
from cleaner.stages.change import Change
from cleaner.stages.unify.detect import HIRAGANA, KATAKANA, japanese
from cleaner.stages.unify.names import Kept

RULE = "unify/quotes"
DEEPEST = 4  # quotations in each other that are followed; more are none
_CURLY, _CORNER = "“”‘’", "「」『』"
_CLOSED_BY = {"“": "”", "‘": "’", "「": "」", "『": "』"}
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile(f"[{HIRAGANA}{KATAKANA}]")


def quotes(text: str, to: str) -> list[Kept]:
    """The quotation marks of ``text`` that are not those of the target, in order. What they become are single marks.

    Only pairs in one line with Chinese in them: no apostrophe, no quotation in English, no mark without its partner. Double marks
    become double ones; a quotation inside another has the other kind, whichever marks it had (“…「…」…” is “…‘…’…”).
    """
    old, new = (_CORNER, _CURLY) if to == "hans" else (_CURLY, _CORNER)
    if not any(mark in text for mark in old):
        return []
    found: list[Kept] = []
    opened: list[tuple[int, str]] = []  # where a pair was opened, and the mark that closes it
    pairs: list[tuple[int, int]] = []
    for m in re.finditer(f"[{_CURLY}{_CORNER}\n]", text):
        at, mark = m.start(), m[0]
        if mark == "\n":
            opened.clear()
        elif mark in _CLOSED_BY:
            opened = [*opened[1 - DEEPEST :], (at, _CLOSED_BY[mark])]
        elif any(closing == mark for _, closing in opened):
            start, closing = opened.pop()
            while closing != mark:
                start, closing = opened.pop()
            if _HAN.search(text, start, at):
                pairs.append((start, at))
    within: list[tuple[int, bool]] = []  # ends of the pairs around, and whether their marks are double
    nest: list[Kept] = []
    for start, end in [*sorted(pairs), (len(text), len(text))]:
        while within and within[-1][0] < start:
            within.pop()
        if not within:
            if any(text[k.start] in old for k in nest):
                found += (k for k in nest if k.form != text[k.start])
            nest = []
            if start == len(text):
                break
        double = not within[-1][1] if within else text[start] in "“「"
        within.append((end, double))
        first = 0 if double else 2
        nest += (Kept(start, start + 1, new[first]), Kept(end, end + 1, new[first + 1]))
    return sorted(found)


def marked(text: str, to: str, change: Change) -> Change:
    """``change`` of ``text``, with the quotation marks set too. Those of Japanese sentences stay."""
    found = (
        [mark for mark in quotes(text, to) if not _in_japanese(text, mark.start)] if _KANA.search(text) else quotes(text, to)
    )
    converted = change.settled()
    starts, ends = converted.starts, converted.ends
    free = [k for k in found if (i := bisect_right(starts, k.start)) == 0 or ends[i - 1] <= k.start]
    if not free:
        return change
    edits = Edits.of([*converted, *(Edit(k.start, k.end, k.form, (RULE,)) for k in free)])
    return replace(change, text=edits.apply(text), edits=edits)


def _in_japanese(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    return any(a <= at - start < b for a, b in japanese(line))
