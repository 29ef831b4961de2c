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
_HAN = re.compile("[\u3400-\u9fff]")
_KANA = re.compile(f"[{HIRAGANA}{KATAKANA}]")


def quotes(text: str, to: str) -> list[Kept]:
    """The quotation marks of ``text`` that are not those of the target, in order. What they become are single marks.

    Only pairs in one line with Chinese in them: no apostrophe, no quotation in English, no mark without its partner.
    """
    old, new = (_CORNER, _CURLY) if to == "hans" else (_CURLY, _CORNER)
    found: list[Kept] = []
    opened: list[tuple[int, str]] = []  # where a pair was opened, and the mark that closes it
    done = -1
    for m in re.finditer(f"[{old}\n]", text):
        at, mark = m.span()[0], m[0]
        if mark == "\n":
            opened.clear()
        elif mark in old[::2]:
            opened = [*opened[1 - DEEPEST :], (at, old[old.index(mark) + 1])]
        elif any(closing == mark for _, closing in opened):
            start, closing = opened.pop()
            while closing != mark:
                start, closing = opened.pop()
            if done > start or _HAN.search(text, max(start, done), at):
                found += [Kept(p, p + 1, new[old.index(text[p])]) for p in (start, at)]
                done = at
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
    edits = Edits.of([*converted, *(Edit(start, end, mark, (RULE,)) for start, end, mark in free)])
    return replace(change, text=edits.apply(text), edits=edits)


def _in_japanese(text: str, at: int) -> bool:
    start = text.rfind("\n", 0, at) + 1
    end = text.find("\n", at)
    line = text[start : end if end >= 0 else len(text)]
    return any(a <= at - start < b for a, b in japanese(line))
