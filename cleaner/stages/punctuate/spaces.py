"""Spaces that Chinese typesetting does not write: between Chinese and Latin letters or digits, and at full-width marks.

Spaces that carry structure stay: between the fields of a line (16:52 来源：), behind the number of a heading (3.2 范围) or of
an article (第三条 2023年), in columns, at addresses and code. Spaces between two Chinese characters are not of this stage.
"""

from __future__ import annotations

from cleaner.stages.punctuate.marks import CLOSING, HAN, OPENING, Mark
from cleaner.stages.punctuate.protect import MASK, compiled

RULE = "punctuate/spacing"
# 〉 parts the steps of a breadcrumb too (首页 〉 新闻), with a space on both sides.
TIGHT_BEFORE = "，。；：？！、" + CLOSING.replace("〉", "")
_BETWEEN = (
    rf" (?:(?<=[{HAN}] )(?=[A-Za-z0-9“（])|(?:(?<=[A-Za-z0-9℃”] )|(?<=[A-Za-z0-9][%+#] ))(?=[{HAN}])"
    rf"|(?<=[，；：？！、{OPENING}] )(?=[{HAN}A-Za-z0-9{OPENING}])|(?<=[^\s{MASK}.-] )(?=[{TIGHT_BEFORE}]))"
)
# Columns: two wide gaps, tabs, a number beside a number.
_GAPS = r"\S  +\S[^\n]*\S  +\S"
_NUMBERS = r" (?<=\d )[\d.,]+%?(?: |$)"
# Spaces between Chinese characters are names or fields: two of them, and the line is a row.
_ROW = rf" (?<=[{HAN}] )(?=[{HAN}])"
MOST_APART = 1
# A label behind the space: the space parts two fields, also where the first is empty (文号： 发布日期：).
LABEL = rf"[{HAN}]{{1,8}}(?: [{HAN}])?[：:]"
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
    places = [m.start() for m in compiled(_BETWEEN).finditer(line)] if " " in line else []
    if not places or _columns(line) or len(compiled(_ROW).findall(line)) > MOST_APART:
        return found
    for at in places:
        if compiled(LABEL).match(line, at + 1):
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
