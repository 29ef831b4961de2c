"""Spaces that Chinese typesetting does not write: between Chinese and Latin letters or digits, and at full-width marks.

Spaces that carry structure stay: between the fields of a line (16:52 来源：), behind the number of a heading (3.2 范围) or of
an article (第三条 2023年), in columns, at addresses and code. Spaces between two Chinese characters are not of this stage.
"""

from __future__ import annotations

from cleaner.stages.punctuate.marks import CLOSING, OPENING, Mark, first_han, is_han
from cleaner.stages.punctuate.protect import MASK, compiled

RULE = "punctuate/spacing"
# 〉 parts the steps of a breadcrumb too (首页 〉 新闻), with a space on both sides.
_BEFORE = frozenset("，。；：？！、" + CLOSING.replace("〉", ""))
_BEHIND = frozenset("，；：？！、" + OPENING)
_OPENING, _CLOSING, _OPENING_QUOTE = frozenset(OPENING), frozenset(CLOSING), frozenset("“（")
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
_NUMBER = r"[#>*\s-]*(?:第[一二三四五六七八九十百千零〇两兩\d]{1,7}[编編章节節条條款]|(?:附?[表图圖]|附件|附[录錄])?\s?[A-Z]?\d+(?:[.\-]\d+)*[.．]?|[A-Z])"
# Behind these a number counts or dates: 2024 年, 3 个.
_COUNTED = frozenset("年月日号號时點点時分秒个個名项項条條款章节節编編届屆次人家种種类類岁歲周週天万萬亿億元")
# Right behind a number at the head of a line most of them begin a title (1 人员管理): a year, and what no word goes on from.
_COUNT = r"(?:19|20)\d\d 年|\d .(?![\u3400-\u9fff])"
_DOCUMENT_NUMBER = r"〔\d{4}〕\d{1,5}号"
_H = r"\u3400-\u9fff〇\U00020000-\U0003ffff"
TOUCHING = rf"(?<=[{_H}])(?=[A-Za-z0-9])|(?<=[A-Za-z0-9])(?=[{_H}])"
_SENTENCE = r"[。，；？！、…]"
# A choice of an examination (A、… B、…), which a space parts from the next. Its answer goes between brackets with a blank: （ ）.
_OPTION = r"(?:^|[ \t])[A-H][、.．]"
MOST_FIELDS = 3  # of a line without such a mark: a name and its number (张三 13800138000), a word and its gloss
MOST_NUMBER = 24  # characters of the longest such number with its label
# The number of a standard and its title: GB/T 15834 标点符号用法.
_STANDARD = r"[A-Z]{2,}(?:/[A-Z]+)? \d+(?:\.\d+)*(?:[-—]\d{4})?$"


def spaced(line: str) -> list[Mark]:
    """One space at every place of ``line`` (masked) where Chinese and Latin letters or digits touch, but for document numbers."""
    numbers = [m.span() for m in compiled(_DOCUMENT_NUMBER).finditer(line)]
    places = (m.start() for m in compiled(TOUCHING).finditer(line))
    return [(at, at, " ", RULE) for at in places if not any(a < at < b for a, b in numbers)]


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
    fields = _fields(line)
    options = compiled(_OPTION).findall(line)
    for at in places:
        if len(options) > 1 and compiled(_OPTION).match(line, at):
            continue
        counted = line[at + 1] in _COUNTED and line[at - 1].isdigit()
        if at <= MOST_NUMBER and compiled(_NUMBER).fullmatch(line, 0, at):
            if not counted or not compiled(_COUNT).search(line, max(0, at - 4), at + 3):
                continue
        elif fields and not counted and _at_latin(line, at):
            continue
        head = line[max(0, at - MOST_NUMBER) : at]
        if label(line, at + 1) or compiled(_CLOCK).search(head) or compiled(_STANDARD).search(head):
            # a run of Latin letters and digits has its spaces on both sides, or on none (创 1:1 起初)
            if found and is_han(line[found[-1][0] - 1]) and first_han(line, found[-1][1], at) < 0:
                found.pop()
            continue
        found.append((at, at + 1, "", RULE))
    return found


def _fields(line: str) -> bool:
    """Whether a line is two or three fields with one space between them, and no sentence."""
    body = line.strip()
    return 0 < body.count(" ") < MOST_FIELDS and compiled(_SENTENCE).search(body) is None


def _at_latin(line: str, at: int) -> bool:
    """Whether a space parts Chinese from Latin letters, digits and signs, and does not stand at a mark."""
    before, behind = line[at - 1 : at], line[at + 1 : at + 2]
    return (is_han(before) and _is_latin(behind)) or (is_han(behind) and before.isascii())


def _columns(line: str) -> bool:
    if "\t" in line or compiled(_NUMBERS).search(line):
        return True
    return "  " in line and compiled(_GAPS).search(line) is not None


def _goes(line: str, at: int) -> bool:
    """Whether what stands on both sides of a space wants none."""
    before, behind = line[at - 1 : at], line[at + 1 : at + 2]
    if before in _OPENING and behind in _CLOSING:
        return False
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
