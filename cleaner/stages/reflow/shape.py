"""What kind of line a line is, as far as the line alone can say: numbered, a label, a table row, code, a heading by its looks.

Every test takes a line without blanks at its ends and answers from its text. Nothing here knows its neighbours.
"""

from __future__ import annotations

import re

# marks behind which a sentence, a clause of a list or a quotation may end; a line that ends so is closed
TERMINAL = frozenset("。！？；：…!?;:．.”’」』）)】》〉〕]}\"'")
# a line that ends in one of these goes on
OPEN_MARKS = frozenset("，、,（(“‘「『《〈【〔")
# GB/T 15834: these may not stand at the head of a line, so one that does belongs to the line before
NEVER_FIRST = frozenset("，。、；：？！）》」』】〕〉”’,;:?!)")
CLOSING = frozenset("”’」』）)】》〉〕")
# heads that no sentence has: a particle, or the unit of the figure before; the first character is the last of the line before
GOES_ON = re.compile(
    r".(?:的(?![确確士话話])|了(?![解然却卻结結不])|们|們|吗|嗎)|\d(?:年|月(?=[\d底初末份])|日(?=[起至前后内施，,、。]))"
)
SENTENCE_END = frozenset("。！？!?…")

_NUMERAL = "[一二三四五六七八九十百零〇○]"
HAN = "\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_HAN_CHAR = re.compile(f"[{HAN}]")

# first characters of anything that numbers, itemizes or labels a paragraph
MARKER = re.compile(
    rf"""第\s*(?:{_NUMERAL}+|\d+)\s*(?:[编編]|篇|分[编編]|章|[节節]|[条條]|款|[项項]|部分|[讲講]|[课課]|回|卷)(?:之{_NUMERAL}+)?(?![{HAN}]{{0,3}}(?:[规規]定|第))
    |{_NUMERAL}{{1,4}}\s*、
    |[（(]\s*(?:{_NUMERAL}{{1,4}}|\d{{1,3}}|[a-zA-Z])\s*[）)]
    |\d{{1,3}}\s*(?:[、．]|\.(?!\d)|[）)])
    |\d{{1,2}}(?:\.\d{{1,2}}){{1,3}}\.?[\s{HAN}]
    |[①-⑳⑴-⒇⒈-⒛㈠-㈩❶-❿]
    |[A-Za-z]\s*[、．.)）](?![A-Za-z\d])
    |[•·●○■□◆◇▪▲△★☆※►▶✓✔☑\-*+—–]+[\s{HAN}“《]
    |(?:附\s*[件表图圖录錄]?|[注註]|[备備][注註]|[说說]明|案例|[问問]|答|例|[图圖]|表)\s*\d{{0,3}}\s*[:：.．]
    |\d{{4}}年\d{{1,2}}月\d{{1,2}}日\s
    |(?:本[报報刊网網台社]|[见見实實][习習]|特[约約])?(?:首席)?(?:[记記]者|通[讯訊][员員])[\s:：][^，。,]{{2,20}}$
    |本[报報][讯訊]|[{HAN}]{{2,12}}\d{{1,2}}月\d{{1,2}}日[电電讯訊]
    |目\s*[录錄]$|附\s*[件录錄则則表图圖]\s*\d{{0,3}}$
    """,
    re.X,
)
# 抄送：… / 责任编辑：… / 甲：…
LABEL = re.compile(rf"[{HAN}A-Za-z·\s]{{1,10}}[:：]")
# the numbers of headings that never run on into text
CHAPTER = re.compile(rf"第\s*(?:{_NUMERAL}+|\d+)\s*(?:[编編]|篇|分[编編]|章|[节節]|部分|[讲講]|回|卷)[\s\u3000]")
# a number in a sentence: 第四条、第八条; an article's is set off by a blank
CITED = re.compile(r"第[一二三四五六七八九十百零\d]+[条條款项項章](?! )")
BARE_NUMBER = re.compile(rf"第(?:{_NUMERAL}+|\d+)[条條](?:之{_NUMERAL}+)?")
# GB/T 9704: a title is made of the issuer's name, the matter (关于 …) and the kind of document
_KIND = re.compile(
    r"(?:[规規]定|[办辦]法|[条條]例|[细細][则則]|解[释釋]|批[复復覆]|通知|通告|公告|公[报報]|意[见見]|[决決]定|[决決][议議]|安排|方案|[规規][划劃]"
    r"|[计計][划劃]|[纲綱]要|措施|[报報]告|[请請]示|函|[纪紀]要|命令|答[复復覆]|[说說]明)(?:[（(][^（）()]*[）)])?$"
)
_ABOUT = re.compile("[关關][于於]")
_HEADING_NUMBER = re.compile(
    rf"第\s*(?:{_NUMERAL}+|\d+)\s*(?:[编編]|篇|分[编編]|章|[节節]|部分|[讲講]|回|卷)|{_NUMERAL}{{1,3}}\s*、"
    rf"|[（(]\s*{_NUMERAL}{{1,3}}\s*[）)]|\d{{1,2}}(?:\.\d{{1,2}}){{0,3}}\s*[.、．\s]"
)
_DAY_HEAD = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日[ \u3000]")
_EVENT = re.compile("(?:通[过過]|批准|公布|[发發][布佈]|[颁頒][布佈]|修[订訂]|修正|施行)[)）]?$")
_DATE = re.compile(r"\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日")
_CODE = re.compile(
    r"""[;{}]\s*$ | ^\s*(?:def|class|import|from|return|if|elif|else|for|while|try|except|with|var|let|const|function|public
        |private|static|void|int|SELECT|INSERT|UPDATE|CREATE|package|func|fn|use|sudo|pip|npm|git|cd|echo|export)\b[^，。]*$
      | ^\s*(?:\#include|\#!|//|/\*|\$\s|>>>|<\?|</?\w+) | [=!<>+\-]=\s | \w\(.*\)\s*[:;]?\s*$ | ^\s*[\w.\[\]]+\s*=\s*\S""",
    re.X,
)
# a run of blanks or dots is looked at from its beginning only: from each of its characters it would be quadratic
_TABLE = re.compile(r"\t|\|.*\||(?<![ \u3000])[ \u3000]{2,}\S+[ \u3000]{2,}|^[\d.,%\s\-+/:>]+$|(?<![…·.])[…·.]{5,}\s*\d+$")
_CELLS = ("\t", "|", "  ", "\u3000", "…", "·", ".")  # one of these has every row
_FIGURES = frozenset(".,%-+/:>")  # or it is of figures and these
# 00:01:02,500 (SubRip, WebVTT), [01:02.50] (LRC): whole lines and line heads in brackets only, prose begins with times of day
_TIMECODE = re.compile(r"\d{1,2}:\d\d(?::\d\d)?(?:[.,:]\d{1,3})?$|[\[【]\d{1,2}:\d\d(?:[:.]\d{1,3})*[\]】]")
_CUE = re.compile(r"\d\s*-->\s*\d")
_PLACE = re.compile(rf"[{HAN}]{{1,8}}[省市县縣区區州盟旗镇鎮乡鄉村]")
_CLAUSE = re.compile("[，。；：,;:、]")

_CODE_MOST = 400  # characters of a line that are looked at for a program's marks, at its two ends
HEADING_MOST = 40  # characters of a line that may still be a heading


def is_marker(line: str) -> bool:
    """Whether ``line`` begins as a numbered, itemized or labelled paragraph does."""
    return MARKER.match(line) is not None


def is_label(line: str) -> bool:
    """Whether ``line`` begins with a short label and a colon."""
    return LABEL.match(line) is not None


def is_code(line: str) -> bool:
    """Whether ``line`` looks like a line of a program: without Chinese in its frame, with a program's marks."""
    if not line[0].isascii() or line.startswith("<!--"):
        return False
    if len(line) > _CODE_MOST:
        line = line[: _CODE_MOST // 2] + line[-_CODE_MOST // 2 :]
    return _CODE.search(line) is not None and len(_HAN_CHAR.findall(line)) * 2 < len(line)


def is_table(line: str) -> bool:
    """Whether ``line`` is a row: cells divided by tabs, bars or wide spaces, bare figures, or a leader of dots."""
    if line[0] in _FIGURES or line[0].isdecimal() or any(map(line.__contains__, _CELLS)):
        return _TABLE.search(line) is not None
    return False


def is_timed(line: str) -> bool:
    """Whether ``line`` has an arrow or is a timecode, as lines of subtitles, lyrics and diagrams are."""
    return ("-->" in line and not line.startswith("<!--")) or _TIMECODE.match(line) is not None


def is_cue(line: str) -> bool:
    """Whether ``line`` gives the time at which the subtitle below it is shown."""
    return "-->" in line and _CUE.search(line) is not None


def is_place(line: str) -> bool:
    """Whether ``line`` may be the name of a place and nothing else (云南省, 城关镇)."""
    return _PLACE.fullmatch(line) is not None


def is_closed(line: str) -> bool:
    """Whether ``line`` ends where a sentence may end."""
    return line[-1] in TERMINAL


def is_heading(line: str) -> bool:
    """Whether ``line`` could be a heading by its looks: short, open at its end, without a clause inside."""
    if len(line) > HEADING_MOST or line[0] == "<" or line[-1] in TERMINAL - CLOSING or line[-1] in OPEN_MARKS:
        return False
    if _DATE.match(line):
        return False
    rest = line[m.end() :] if (m := _HEADING_NUMBER.match(line)) else line
    return not _CLAUSE.search(rest)


def is_numbered_heading(line: str) -> bool:
    """Whether ``line`` is a heading by its looks and carries a heading's number (第二章, 三、, （四）)."""
    return _HEADING_NUMBER.match(line) is not None and is_heading(line)


def is_title(first: str, second: str) -> bool:
    """Whether two lines are one official title set over both."""
    return (
        _ABOUT.search(first + second[:2]) is not None
        and not _KIND.search(first)
        and _KIND.search(second) is not None
        and is_heading(first)
        and is_heading(second)
        and not is_marker(first)
        and not is_marker(second)
    )


def is_whole_title(line: str) -> bool:
    """Whether ``line`` is an official title to its end: 关于 and the kind of document, and no clause."""
    return _KIND.search(line) is not None and _ABOUT.search(line) is not None and not any(c in line for c in "，,。；;")


def dates(first: str, second: str) -> bool:
    """Whether ``second`` begins with a day set off by a blank, below a title or another such line (history of a law)."""
    return _DAY_HEAD.match(second) is not None and (_KIND.search(first) is not None or _EVENT.search(first) is not None)


def is_note(line: str) -> bool:
    """Whether all of ``line`` stands in brackets (（此件公开发布）, （2020年1月1日通过）): an element of its own."""
    return line[0] in "（(【[" and line[-1] in "）)】]"


def is_body(line: str) -> bool:
    """Whether ``line`` is running text by its looks: a sentence's end, a clause inside, or simply long."""
    return line[-1] in SENTENCE_END or line[-1] in "；;：:" or len(line) > HEADING_MOST or _CLAUSE.search(line) is not None


def is_latin(char: str) -> bool:
    """Whether ``char`` is an ASCII letter (``isalpha`` is true for Chinese characters too)."""
    return char.isascii() and char.isalpha()


def glue(left: str, right: str) -> str:
    """What a join puts between two characters: a space where Latin meets Latin, nothing where Chinese is involved."""
    if is_latin(right) and (is_latin(left) or left in ",;"):
        return " "
    return " " if is_latin(left) and right.isascii() and right.isdigit() else ""


def join_glue(left: str, right: str) -> str:
    """``glue`` of two lines: a bare article number or day keeps its space."""
    return " " if BARE_NUMBER.fullmatch(left) or _DATE.fullmatch(left) else glue(left[-1], right[0])
