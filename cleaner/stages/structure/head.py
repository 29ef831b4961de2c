"""The head of a document: letterhead, number, title, promulgation and addressee, in the order of GB/T 9704-2012."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from cleaner.fold import fold
from cleaner.stages.structure.lexicon import lexicon, limit, pattern
from cleaner.stages.structure.marks import is_numbered
from cleaner.stages.structure.numbers import iso_date
from cleaner.stages.structure.result import Found, Hints
from cleaner.stages.structure.view import REACH, View

_TRAILING_NOTE = re.compile(r"(?:[\s]*[(（〔【\[][^()（）〔〕【】\[\]]{0,40}[)）〕】\]])+$")
_EVENT_LINE = re.compile(r"(?:通过|公布|发布|颁布|修订|修正|修改|施行|批准|实施|废止)[)）]?(?:\s*根据)?\s*$")
_NOT_ADDRESSED = re.compile(r"如下|下列|以下|现将|通知|包括|[。；;！!？?]")
# 文/…, 撰文：…, 采写/…, 作者：…
SHORT_BYLINE = frozenset("文撰采作")
_CLOSES = frozenset(")）〕】]")
# a sentence of this length is text: below the title stand names, dates and what brackets hold
_LONGEST = 120
_WIRE = ("电", "讯", "消息")
_OPENS = frozenset("〔[【(﹝")
# how data of publication begin
_PUBLISHED = frozenset("发来信浏阅字日时")
# a dateline ends no later than this
_DATELINE = 48
_NOT_A_TITLE = frozenset("。；;，,：:、…")


_MASTHEAD = ("文件", "令", "公告", "通告", "会议纪要", "发电")
# a mark that stands on a line of its own below those who issue together
_ALONE = frozenset({"文件", "令", "公告", "通告", "发电"})
# lines of a letterhead of several issuers
_ISSUERS = 12


@dataclass(slots=True)
class Head:
    """What stands above the body. body: the first line of the body; title_line: None where no line is the title.

    last: the last line that belongs to the title; history: lines that state adoption, promulgation and amendments;
    date_under_title: a line with a date alone below the title.
    """

    title: str | None = None
    title_line: int | None = None
    last: int = -1
    body: int = 0
    found: list[Found] = field(default_factory=list)
    history: list[int] = field(default_factory=list)
    bylines: list[int] = field(default_factory=list)

    def add(self, key: str, value: object, rule: str, line: int) -> None:
        """An element of the group ``official``."""
        self.found.append(Found("official", key, value, f"structure/{rule}", line))

    def has(self, key: str) -> bool:
        """Whether an element was found."""
        return any(f.key == key for f in self.found)


def bare(title: str) -> str:
    """A title on the fold, without blanks and without what stands in brackets at its end (（试行）, （2023—2025年）)."""
    folded = "".join(fold(title).split())
    return _without_note(folded)


def _without_note(folded: str) -> str:
    return _TRAILING_NOTE.sub("", folded) if folded[-1:] in _CLOSES else folded


def shaped(title: str, *kinds: str) -> bool:
    """Whether a title ends as those of one of ``kinds`` do (lists ``policy_title`` and ``law_title``)."""
    words = lexicon().words
    return any(map(bare(title).endswith, [words[kind] for kind in kinds]))


def is_organ(folded: str) -> bool:
    """Whether a line is the name of one or several organs and nothing else."""
    if not 2 <= len(folded) <= 60 or any(c in "。；;，,：:！!？?《》" for c in folded):
        return False
    return all(_without_note(p).endswith(lexicon().words["organ"]) and len(p) > 1 for p in folded.split())


def is_credit(folded: str) -> bool:
    """Whether a line credits a reporter, a photographer or an agency, or is a picture's caption by its form."""
    if len(folded) > _LONGEST:
        return False
    words = lexicon().words
    return bool(
        folded.rstrip(")）").endswith(words["credit_end"])
        or folded.endswith(words["credit_end"])
        or folded.startswith(words["credit_start"])
        or (any(map(folded.__contains__, words["reporter"])) and pattern("byline").fullmatch(folded))
        or (folded[:1] in SHORT_BYLINE and pattern("byline_short").fullmatch(folded))
    )


def title_like(line: str, folded: str) -> bool:
    """Whether a line could be a title: one phrase or sentence that does not end as a paragraph does."""
    if not 2 <= len(line) <= limit("title_max") or line[-1] in _NOT_A_TITLE or "。" in line:
        return False
    if line[0] in "（(—-－" or (line[0] in '“「"' and line[-1] in '”」"！!'):
        return False
    if len(line) < 12 and not any("\u3400" <= c <= "\u9fff" for c in line):
        return False
    if is_numbered(folded) or is_credit(folded) or (folded[-1] == "日" and pattern("date_line").fullmatch(folded)):
        return False
    dated = pattern("date").match(folded) if "年" in folded[:8] else None
    if len(folded) < 8 and "附" in folded[:2] and pattern("annex").fullmatch(folded):
        return False
    return not (dated and dated.end() >= len(folded) - 8) and not is_dateline(folded)


def is_dateline(folded: str) -> bool:
    """Whether a line begins with 新华社北京5月19日电, 本报讯 or （本社记者……报道)."""
    if folded[:1] not in _OPENS and not any(map(folded[:_DATELINE].__contains__, _WIRE)):
        return False
    return pattern("dateline").match(folded) is not None


def read_head(view: View, hints: Hints) -> Head:
    """The head of a text."""
    lines = view.lines
    head = Head()
    title_at = _told(view, hints)
    n = min(len(lines), limit("head_lines"))
    i = 0
    while i < n:
        line = lines[i]
        if len(line) > 10 * REACH or (len(line) > REACH and head.title_line is None):
            break
        if len(line) > _LONGEST and head.title_line is not None and i != title_at and _is_text(line) and line != head.title:
            break
        folded = view.whole(i)
        if i == title_at:
            head.title, head.title_line, head.last = line, i, i
            head.found = [f for f in head.found if f.line != i]
        elif joint := _joint(view, i, head, title_at):
            i = joint
        elif _element(view, i, folded, head):
            pass
        elif head.title_line is None:
            if title_at is not None and i < title_at:
                if len(line) > limit("title_max"):
                    break
            elif title_at is None and not head.bylines and title_like(line, folded) and i + 1 < len(lines):
                i = _take_title(view, i, head)
            elif is_credit(folded):
                head.bylines.append(i)
            elif _aside(line, folded) or (len(line) < 8 and "附" in folded[:2] and pattern("annex").fullmatch(folded)):
                pass
            elif not (len(line) < 40 and pattern("date").match(folded)):
                if head.found and _addressee(line, folded, i, head):
                    i += 1
                break
        elif _history(line, folded):
            head.history.append(i)
        elif is_credit(folded):
            head.bylines.append(i)
        elif _addressee(line, folded, i, head):
            i += 1
            break
        elif not (_goes_with_title(line, folded, head) or _aside(line, folded)):
            break
        i += 1
    head.body = i
    if head.title_line is None and title_at is not None:
        head.title, head.title_line, head.last = lines[title_at], title_at, title_at
    return head


def _aside(line: str, folded: str) -> bool:
    """Whether a line holds nothing but marks (★, a rule) or data of its publication (发布时间：…)."""
    return (len(line) < 40 and not any(map(str.isalnum, line))) or (
        folded[:1] in _PUBLISHED and len(line) < 80 and pattern("published").fullmatch(folded) is not None
    )


def _joint(view: View, i: int, head: Head, title_at: int | None) -> int:
    """Take the letterhead of several lines, as those have it who issue together, from line ``i``; its last line, 0 where none is."""
    if head.title_line is not None or head.has("issuer_mark") or i > _ISSUERS:
        return 0
    lines = view.lines
    last = min(len(lines) - 1, i + _ISSUERS, len(lines) if title_at is None else title_at)
    at, marked = i, False
    while at < last and len(lines[at]) <= 80:
        folded = view.fold(at)
        mark = folded in _ALONE or (folded.endswith(_MASTHEAD) and pattern("letterhead").fullmatch(folded) is not None)
        if not mark and not is_organ(folded):
            break
        marked, at = marked or mark, at + 1
    if at - i < 2 or not marked or not _number(view.fold(at)):
        return 0
    head.add("issuer_mark", " ".join(lines[i:at]), "letterhead", i)
    return at - 1


def _is_text(line: str) -> bool:
    return line[-1] == "。" and line[0] not in "（("


def _goes_with_title(line: str, folded: str, head: Head) -> bool:
    """Whether a line below the title is a subtitle, a date alone, or the title again."""
    subtitle = line.startswith(("——", "—")) and len(line) < 60
    return subtitle or line == head.title or ("日" in folded[-5:] and pattern("date_line").fullmatch(folded) is not None)


def _told(view: View, hints: Hints) -> int | None:
    """The title's line where something outside the text tells it: one Markdown ``#``, or the title of the disclosure table."""
    lines = view.lines
    if hints.title is not None and hints.title < len(lines) and len(lines[hints.title]) <= 2 * limit("title_max"):
        return hints.title
    tops = [line for line, level in hints.headings.items() if level == 1 and line < len(lines)]
    if len(tops) == 1:
        return tops[0]
    for group in ("disclosure", "web"):
        stated = hints.value(group, "title")
        if isinstance(stated, str) and stated.strip():
            wanted = plain(stated)
            for i, line in enumerate(lines[: 2 * limit("head_lines")]):
                if len(line) <= 2 * limit("title_max") and plain(line) == wanted:
                    return i
    window = hints.value("document", "window")
    if isinstance(window, str):
        wanted = plain(_WINDOW_SEAM.split(window, maxsplit=1)[0])
        for i, line in enumerate(lines[: limit("head_lines")]):
            if 4 <= len(line) <= limit("title_max") and plain(line) == wanted:
                return i
    return _said_again(lines)


def _said_again(lines: list[str]) -> int | None:
    """The line that a first line of the form 某某新闻：标题, the title of a browser's window, says again."""
    first = lines[0] if lines else ""
    if len(first) > limit("title_max") or not (":" in first or "：" in first):
        return None
    named = _SITE_HEAD.match(fold(first))
    for i, line in enumerate(lines[1:_AGAIN], 1) if named else ():
        if plain(line) == plain(first[named.end() :]):  # type: ignore[union-attr]
            return i
    return None


# how the name of a site stands before a title in a window, and what parts a title from the site behind it; lines below the
# first among which the title stands again
_SITE_HEAD = re.compile("[^。,;!?:]{2,14}(?:网|新闻|在线|频道|日报|晚报|门户):")
_WINDOW_SEAM = re.compile("[_|–—-]")
_AGAIN = 5


# the time of publication in brackets behind a headline
_CLOCK = re.compile(r"\s{0,2}[【\[(（]\d{1,2}[:：]\d\d[】\])）]$")


def headline(title: str) -> str:
    """A title without the time of day that a page puts behind it in brackets."""
    return _CLOCK.sub("", title) if title[-1:] in "】])）" else title


def plain(title: str) -> str:
    """A title on the fold without marks and blanks, for comparison."""
    return re.sub(r"[\W_]+", "", fold(title))


def _take_title(view: View, i: int, head: Head) -> int:
    """Set the title from line ``i`` and the lines on which it goes on; the last of them."""
    lines = view.lines
    first, text = i, lines[i]
    official = bool(head.found)
    while i + 1 < len(lines) and i - first < 3:
        if shaped(text, "policy_title", "law_title"):
            break
        folded, following = fold(text), lines[i + 1]
        goes_on = following.startswith(("关于", "關於")) and is_organ(folded)
        ends = i + 2 < len(lines) and shaped(following, "policy_title", "law_title")
        middle = official and i + 3 < len(lines) and shaped(lines[i + 2], "policy_title")
        about = "关于" in folded or "印发" in folded
        if not (goes_on or ((official or about) and (ends or middle))):
            break
        if not title_like(following, view.fold(i + 1)) or _number(view.fold(i + 1)):
            break
        i, text = i + 1, text + following
    head.title, head.title_line, head.last = text, first, i
    return i


def _number(folded: str) -> re.Match[str] | None:
    if len(folded) > 80 or not ("号" in folded or "期" in folded[-2:]):
        return None
    return pattern("doc_number").fullmatch(folded)


def _element(view: View, i: int, folded: str, head: Head) -> bool:
    """Take line ``i`` if it is an element of the letterhead."""
    lines = view.lines
    line = lines[i]
    if not 1 < len(line) <= 80:
        return False
    before_title = head.title_line is None
    number = _number(folded)
    if number and not head.has("doc_number"):
        if (number[1][0] == "第" and i == 0) or (number[1][-1] == "期" and not head.has("issuer_mark")):
            return False
        head.add("doc_number", line[number.start(1) : number.end(1)], "doc-number", i)
        if number[2]:
            head.add("signers", line[number.start(2) :].split(), "signer", i)
        return True
    signer = pattern("signer").fullmatch(folded) if folded[0] == "签" else None
    if signer and not head.has("signers"):
        head.add("signers", re.split(r"[\s、，,]+", line[signer.start(1) :].strip()), "signer", i)
        return True
    if not before_title:
        return False
    match = pattern("copy_number").fullmatch(folded) if folded[-1].isdigit() else None
    if match and i < 3:
        if len(lines) > i + 1:
            head.add("copy_number", match[1], "letterhead", i)
            return True
        return False
    match = pattern("classification").fullmatch(folded) if "密" in folded[:2] else None
    if match:
        head.add("classification", line[match.start(1) : match.end(1)], "letterhead", i)
        if match[2]:
            head.add("urgency", line[match.start(2) :], "letterhead", i)
        return True
    if len(folded) < 4 and pattern("urgency").fullmatch(folded):
        head.add("urgency", line, "letterhead", i)
        return True
    if head.has("issuer_mark") and head.has("doc_number") and line[-1] == "日":
        return _minutes_line(line, folded, i, head)
    if head.has("issuer_mark") or i + 1 >= len(lines) or i > 5:
        return False
    mark = folded.endswith(_MASTHEAD) and "关于" not in folded and pattern("letterhead").fullmatch(folded)
    if not mark and not is_organ(folded):
        return False
    numbered_next = any(_number(view.fold(k)) for k in range(i + 1, min(i + 3, len(lines))))
    letter = not mark and numbered_next and _number(view.fold(i + 1))
    headed = folded.endswith("文件") and _without_note(folded[:-2]).endswith(lexicon().words["organ"])
    if (mark and (numbered_next or headed)) or letter:
        head.add("issuer_mark", line, "letterhead", i)
        return True
    return False


def _minutes_line(line: str, folded: str, i: int, head: Head) -> bool:
    """Take the line of minutes (纪要) that has issuer and date between number and title."""
    match = pattern("date_line").fullmatch(folded)
    day = iso_date(match["date"]) if match and is_organ(match["by"].strip()) else None
    if not match or not day:
        return False
    head.add("issuers", line[match.start("by") : match.end("by")].split(), "letterhead", i)
    head.add("issued_on", day, "letterhead", i)
    return True


def _history(line: str, folded: str) -> bool:
    """Whether a line below the title states when the document was adopted, promulgated or amended."""
    if not pattern("date").search(folded[:400]):
        return False
    if line[0] in "（(" and line[-1] in "）)":
        return bool(re.search("通过|公布|发布|颁布|修订|修正|批准|施行", folded))
    return bool(_EVENT_LINE.search(folded[-12:])) and "。" not in line


def _addressee(line: str, folded: str, i: int, head: Head) -> bool:
    """Take line ``i`` if it names those to whom the document goes."""
    if not line.endswith(("：", ":")) or len(line) < 3 or _NOT_ADDRESSED.search(folded):
        return False
    pieces = [p for p in re.split("[，,]", line[:-1]) if p.strip()]
    words = lexicon().words
    for p in pieces:
        plain = bare(p)
        if not plain.endswith(words["organ"]) and plain not in words["audience"] and not plain.endswith(("同志", "单位")):
            return False
    if not pieces:
        return False
    head.add("addressees", split_organs(line[:-1]), "addressee", i)
    return True


def split_organs(text: str) -> list[str]:
    """A list of organs as its members: cut at commas; at 、 only where every part names an organ by itself.

    (各区人民政府，市政府各委、办、局) is two members: 办 and 局 go with what stands before them, as 人民政府 does in 各乡镇党委、人民政府.
    """
    found: list[str] = []
    for piece in re.split("[，,；;]", text):
        parts = [p.strip() for p in piece.split("、")]
        organs = lexicon().words["organ"]
        whole = all(len(p) > 2 and p not in organs and bare(p).endswith(organs) for p in parts)
        if len(parts) > 1 and whole and not any(p.startswith("各") for p in parts[1:]):
            found += parts
        elif piece.strip():
            found.append(piece.strip())
    return found
