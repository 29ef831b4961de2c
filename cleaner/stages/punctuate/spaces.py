"""Spaces that Chinese typesetting does not write: between Chinese and Latin letters or digits, and at full-width marks.

Spaces that carry structure stay: between the fields of a line (16:52 来源：), behind the number of a heading (3.2 范围) or of
an article (第三条 2023年), in columns, at addresses and code. Spaces between two Chinese characters are not of this stage.
"""

from __future__ import annotations

import re

from cleaner.stages.punctuate.marks import CLOSING, HAN, OPENING, Mark
from cleaner.stages.punctuate.protect import MASK

RULE = "punctuate/spacing"
_BETWEEN = re.compile(
    rf" (?:(?<=[{HAN}] )(?=[A-Za-z0-9“（])|(?:(?<=[A-Za-z0-9℃”] )|(?<=[A-Za-z0-9][%+#] ))(?=[{HAN}])"
    rf"|(?<=[，；：？！、{OPENING}] )(?=[{HAN}A-Za-z0-9{OPENING}])|(?<=[^\s{MASK}.-] )(?=[，。；：？！、{CLOSING}]))"
)
# Columns: wide gaps, tabs, a number beside a number.
_COLUMNS = re.compile(r"\S  +\S[^\n]*\S  +\S|\t|\d [\d.,]+%?(?: |$)")
# Spaces between Chinese characters are names or fields: two of them, and the line is a row.
_ROW = re.compile(rf" (?<=[{HAN}] )(?=[{HAN}])")
MOST_APART = 1
# A label behind the space: the space parts two fields, also where the first is empty (文号： 发布日期：).
LABEL = re.compile(rf"[{HAN}]{{1,8}}(?: [{HAN}])?[：:]")
_CLOCK = re.compile(r"\d[-/.:]\d\d?$")
# A number that a space parts from its heading, at the start of a line; 第…条 and the caption of a table too.
_NUMBER = re.compile(
    r"[#>*\s-]*(?:第[一二三四五六七八九十百千零〇\d]{1,7}[编章节条款]|(?:附?[表图]|附件|附录)?\s?[A-Z]?\d+(?:[.\-]\d+)*[.．]?|[A-Z])"
)
# Behind these a number counts or dates: 2024 年, 3 个.
_COUNTED = frozenset("年月日时点分秒个名项条款章节届次人家种类岁周天万亿元")
MOST_NUMBER = 24  # characters of the longest such number with its label
# The number of a standard and its title: GB/T 15834 标点符号用法.
_STANDARD = re.compile(r"[A-Z]{2,}(?:/[A-Z]+)? \d+(?:\.\d+)*(?:[-—]\d{4})?$")


def tight(line: str) -> list[Mark]:
    """The spaces of ``line`` that go. The line has its marks set, and what is protected masked."""
    found: list[Mark] = []
    if " " not in line:
        return found
    for m in _BETWEEN.finditer(line):
        at = m.start()
        if not found and (_COLUMNS.search(line) or len(_ROW.findall(line)) > MOST_APART):
            return []
        if LABEL.match(line, at + 1):
            continue
        counted = line[at + 1] in _COUNTED and line[at - 1].isdigit()
        if at <= MOST_NUMBER and not counted and _NUMBER.fullmatch(line, 0, at):
            continue
        head = line[max(0, at - MOST_NUMBER) : at]
        if _CLOCK.search(head) or _STANDARD.search(head):
            continue
        found.append((at, at + 1, "", RULE))
    return found
