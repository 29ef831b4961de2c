"""Spaces that Chinese typesetting does not write: between Chinese and Latin letters or digits, and at full-width marks.

Spaces that carry structure stay: between the fields of a line (16:52 来源：), behind the number of a heading (3.2 范围) or of
an article (第三条 2023年), in columns, at addresses and code. Spaces between two Chinese characters are not of this stage.
"""

from __future__ import annotations

from cleaner.stages.punctuate.marks import CLOSING, OPENING, Mark, is_han
from cleaner.stages.punctuate.protect import MASK, compiled

RULE = "punctuate/spacing"
# 〉 parts the steps of a breadcrumb too (首页 〉 新闻), with a space on both sides.
_BEFORE = frozenset("，。；：？！、" + CLOSING.replace("〉", ""))
_BEHIND = frozenset("，；：？！、" + OPENING)
_OPENING, _OPENING_QUOTE = frozenset(OPENING), frozenset("“（")
_UNITS = frozenset("℃”")
_SIGNS = frozenset("%+#")
_AT_CHINESE = r" (?:(?<=[^\x00-\xff] )|(?=[^\x00-\xff]))"
# Columns: two wide gaps, tabs, a number beside a number.
_GAPS = r"\S  +\S[^\n]*\S  +\S"
_NUMBERS = r" (?<=\d )[\d.,]+%?(?: |$)"
# Spaces between Chinese characters are names or fields: two of them, and the line is a row.
MOST_APART = 1
MOST_LABEL = 8  # Chinese characters of a label; one more may stand behind a space (姓 名：)
_CLOCK = r"\d[-/.:]\d\d?$"
# A number that a space parts from its heading, at the start of a line; 第…条 and the caption of a table too.
_NUMBER = r"[#>*\s-]*(?:第[一二三四五六七八九十百千零〇\d]{1,7}[编章节条款]|(?:附?[表图]|附件|附录)?\s?[A-Z]?\d+(?:[.\-]\d+)*[.．]?|[A-Z])"
# Behind these a number counts or dates: 2024 年, 3 个.
_COUNTED = frozenset("年月日时点分秒个名项条款章节届次人家种类岁周天万亿元")
MOST_NUMBER = 24  # characters of the longest such number with its label
# The number of a standard and its title: GB/T 15834 标点符号用法.
_STANDARD = r"[A-Z]{2,}(?:/[A-Z]+)? \d+(?:\.\d+)*(?:[-—]\d{4})?$"


def tight(line: str) -> list[Mark]:
    """The spaces of ``line`` that go. The line has its marks set, and what is protected masked."""
    found: list[Mark] = []
    if " " not in line:
        return found
    spaces = [m.start() for m in compiled(_AT_CHINESE).finditer(line)]
    places = [at for at in spaces if _goes(line, at)]
    if not places or _columns(line):
        return found
    if sum(is_han(line[at - 1 : at]) and is_han(line[at + 1 : at + 2]) for at in spaces) > MOST_APART:
        return found
    for at in places:
        if label(line, at + 1):
            continue
        counted = line[at + 1] in _COUNTED and line[at - 1].isdigit()
        if at <= MOST_NUMBER and not counted and compiled(_NUMBER).fullmatch(line, 0, at):
            continue
        head = line[max(0, at - MOST_NUMBER) : at]
        if compiled(_CLOCK).search(head) or compiled(_STANDARD).search(head):
            continue
        found.append((at, at + 1, "", RULE))
    return found


def _columns(line: str) -> bool:
    if "\t" in line or compiled(_NUMBERS).search(line):
        return True
    return "  " in line and compiled(_GAPS).search(line) is not None


def _goes(line: str, at: int) -> bool:
    """Whether what stands on both sides of a space wants none."""
    before, behind = line[at - 1 : at], line[at + 1 : at + 2]
    latin = _is_latin(behind)
    if is_han(before):
        if latin or behind in _OPENING_QUOTE:
            return True
    elif is_han(behind) and (_is_latin(before) or before in _UNITS or (before in _SIGNS and _is_latin(line[at - 2 : at - 1]))):
        return True
    if before in _BEHIND and (latin or behind in _OPENING or is_han(behind)):
        return True
    return behind in _BEFORE and before != "" and before not in ".-" and before != MASK and not before.isspace()


def _is_latin(char: str) -> bool:
    return char.isascii() and char.isalnum()


def label(line: str, at: int) -> bool:
    """Whether a label with its colon stands at ``at``: a space before it parts two fields, also where the first is empty
    (文号： 发布日期：).
    """
    colon = compiled("[：:]").search(line, at, at + MOST_LABEL + 3)
    if not colon:
        return False
    body = line[at : colon.start()]
    if body[-2:-1] == " ":
        body = body[:-2] + body[-1] if len(body) > 2 else ""
        most = MOST_LABEL + 1
    else:
        most = MOST_LABEL
    return 0 < len(body) <= most and all(map(is_han, body))
