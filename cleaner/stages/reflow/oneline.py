"""A document that lost its line ends: split at its numbering and at the spaces that stand where lines ended.

The proof is a sequence: 一、 二、 三、 each behind a space, in order, and inside each （一） （二） … from the first on.
Numbers that prose merely quotes stand in no sequence, or behind no space and no sentence's end.
"""

from __future__ import annotations

import re

from cleaner.edits import Edit
from cleaner.stages.reflow.draft import Draft
from cleaner.stages.reflow.shape import HAN, SENTENCE_END

SPLIT = "reflow/split-line"

LONG = 200  # characters of a line that may be a document
LEAST = 3  # headings of one sequence that prove it
HEADING_MOST = 30  # characters of a heading behind its number

_DIGITS = "零一二三四五六七八九"
# a space, then the number; what stands before the space is looked at afterwards
_NUMBERS = re.compile(
    r" +(?:(?P<one>[一二三四五六七八九十]{1,3}) ?、|(?P<two>[（(][一二三四五六七八九十]{1,3}[）)])"
    r"|(?P<chapter>第[一二三四五六七八九十百零]{1,5}[章条條编編节節])(?= ))"
)
# a Markdown heading is none
SUSPECT = re.compile(r" (?<!# )(?:[一二三] ?、|[（(][一二三][）)]|第[一二三][章条條编編节節] )")
_BREAK = re.compile(rf"(?<=[{HAN}”》）)A-Za-z\d]) +(?=[{HAN}“《（(A-Z\d])")
_CLAUSE = re.compile("[。！？；;!?，,：:]")


def value(numeral: str) -> int:
    """The number that Chinese numerals below a thousand write: 二十一 is 21. 0 where it is none."""
    total = digit = 0
    for c in numeral:
        if c in _DIGITS:
            digit = _DIGITS.index(c)
        elif c in "十百":
            total += (digit or 1) * (10 if c == "十" else 100)
            digit = 0
        else:
            return 0
    return total + digit


def split(draft: Draft) -> bool:
    """Split every line that is a document of its own; whether any was."""
    any_split = False
    for line in draft.lines:
        if len(line.text) < LONG or line.fixed or line.gone or not SUSPECT.search(line.text):
            continue
        for at in sorted(_cuts(line.text)):
            end = at + 1
            while line.text[end] == " ":
                end += 1
            draft.inner.append(Edit(line.start + at, line.start + end, "\n", (SPLIT,)))
            any_split = True
    return any_split


def _cuts(text: str) -> set[int]:
    """The spaces of ``text`` where lines ended."""
    marks = [m for m in _NUMBERS.finditer(text) if _may_begin(text, m.start())]
    chosen: list[re.Match[str]] = []
    tops = [m for m in marks if m["one"]]
    chain = _sequence(tops, "one")
    chosen += chain
    bounds = [m.start() for m in chain] + [len(text)]
    for a, b in zip([0, *bounds], bounds, strict=False):
        chosen += _sequence([m for m in marks if m["two"] and a <= m.start() < b], "two")
    for unit in "编編章节節条條":
        chosen += _sequence([m for m in marks if m["chapter"] and m["chapter"][-1] == unit], "chapter")
    if len(chosen) < LEAST:
        return set()
    cuts = {m.start() for m in chosen}
    heads = sorted(cuts)
    for m in chosen:
        if (m["chapter"] or "").endswith(("条", "條")):
            continue
        limit = next((h for h in heads if h > m.start()), len(text))
        gap = _BREAK.search(text, m.end() + (1 if m["chapter"] else 0), limit)
        if (
            gap
            and gap.start() - m.end() <= HEADING_MOST
            and not _CLAUSE.search(text, m.end(), gap.start())
            and not _latin(text, gap)
        ):
            cuts.add(gap.start())
    return cuts


def _latin(text: str, gap: re.Match[str]) -> bool:
    left, right = text[gap.start() - 1], text[gap.end()]
    return left.isascii() and left.isalnum() and right.isascii() and right.isalnum()


def _may_begin(text: str, at: int) -> bool:
    """Whether a line may begin behind the space at ``at``: a sentence, a bracket or a heading ends before it."""
    before = text[at - 1 : at]
    return before in SENTENCE_END or before in "；;）)”」》" or before.isalnum()


def _sequence(marks: list[re.Match[str]], group: str) -> list[re.Match[str]]:
    """The marks of ``marks`` that count one, two, three … from the first on; none where they are fewer than two."""
    found: list[re.Match[str]] = []
    for m in marks:
        if value(m[group].strip("（()）第编編章节節条條")) == len(found) + 1:
            found.append(m)
    return found if len(found) > 1 else []
