"""Values of fields as the record holds them: dates and times in ISO 8601, counts, names, topics, breadcrumbs."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from cleaner.fold import fold
from cleaner.resources import path

# 2023-10-27, 2023/10/27, 2023.10.27, 2023年10月27日, each with or without a time of day
DATE = r"(?:19|20)\d\d\s{0,2}[-/.年]\s{0,2}\d{1,2}\s{0,2}[-/.月]\s{0,2}\d{1,2}(?:\s?日)?"
CLOCK = r"(?:[t\s,]{0,6}\d{1,2}[:时]\d{2}(?:[:分]\d{2}(?:\.\d{1,3})?秒?|分)?)"
_STAMP = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s?日?"
    r"(?:[t\s,]{0,6}(?P<h>\d{1,2})[:时](?P<min>\d{2})(?:[:分]\d{2}(?:\.\d{1,3})?秒?|分)?(?:\s?(?P<half>[ap])m)?)?"
)
# a date written in Han numerals, 二○二三年十月二十七日, as the foot of an official document has it
_HAN_DATE = re.compile(
    r"(?P<y>[一二][一二三四五六七八九零〇○oO0]{3})年(?P<m>[一二三四五六七八九十]{1,2})月(?P<d>[一二三四五六七八九十]{1,3})日"
)
_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "○": 0, "o": 0, "O": 0, "0": 0}
_LISTS = re.compile(r"[、,;；，]+")
_NAMES = re.compile(r"[、,;/\s|&]+")
_CRUMBS = re.compile(r"\s*(?:[>＞]+|»|›|→|->|〉)\s*|\s+[/／]\s+")
_EMPTY = frozenset({"", "无", "暂无", "-", "--", "—", "——", "/", "null", "none", "空", "undefined"})
_COUNT = re.compile(r"^\D{0,2}(\d{1,12})\s*(?:次|人次|人|条|回)?$")


def _han_number(text: str) -> int:
    """一 to 三十一, as days and months are written."""
    tens, _, ones = text.rpartition("十")
    if "十" not in text:
        return _DIGITS[text]
    return 10 * (_DIGITS[tens] if tens else 1) + (_DIGITS[ones] if ones else 0)


def date(value: str) -> str | None:
    """``YYYY-MM-DD`` of the first date in ``value``; None where there is none that the calendar could have."""
    stamp = datetime(value)
    return stamp and stamp[:10]


def datetime(value: str) -> str | None:
    """``YYYY-MM-DDTHH:MM``, or the day alone where no time of day stands."""
    value = fold(value)
    found = _STAMP.search(value)
    if found:
        year, month, day = int(found["y"]), int(found["m"]), int(found["d"])
        hour, minute = int(found["h"] or 99), int(found["min"] or 0)
        if found["half"] and hour <= 12:
            hour = hour % 12 + (12 if found["half"] == "p" else 0)
    else:
        han = _HAN_DATE.search(value)
        if not han:
            return None
        try:
            year = int("".join(str(_DIGITS[c]) for c in han["y"]))
            month, day = _han_number(han["m"]), _han_number(han["d"])
        except KeyError:
            return None
        hour, minute = 99, 0
    if not (1 <= month <= 12 and 1 <= day <= 31):
        return None
    iso = f"{year:04}-{month:02}-{day:02}"
    if hour < 24 and minute < 60:
        return f"{iso}T{hour:02}:{minute:02}"
    return iso


def count(value: str) -> int | None:
    """A number of views, with or without 次; None for anything else."""
    found = _COUNT.match(fold(value).strip().replace(",", ""))
    return int(found[1]) if found else None


def text(value: str) -> str | None:
    """The value as it stands, bare of blanks and of a bracket that lost its partner; None where nothing is said."""
    value = value.strip(" \t\r\u3000\u00a0|·•").rstrip("；;，,")
    for left, right in ("()", "[]", "（）", "【】", "〔〕"):
        if value.endswith(right) and left not in value:
            value = value[:-1].rstrip()
        if value.startswith(left) and right not in value:
            value = value[1:].lstrip()
    return None if fold(value) in _EMPTY else value


def origin(value: str) -> str | None:
    """The name of a paper, a site or an office, without what stands behind it: 某某网 张三, 某某日报 手机看新闻 【专题】."""
    beside = _BESIDE.search(fold(value))
    whole = text(value[: beside.start()] if beside else value)
    if not whole or _PLACE.match(fold(whole)):
        return None
    paper = _PAPER.match(fold(whole))
    if paper and not _OF_PAPER.search(fold(whole), paper.end()):
        return whole[: paper.end()]
    parts = whole.split()
    if len(parts) > 1 and _ORGAN.search(fold(parts[0])):
        kept = next((n for n, part in enumerate(parts) if not _ORGAN.search(fold(part))), len(parts))
        end = whole.find(parts[kept - 1]) + len(parts[kept - 1])
        return whole[:end]
    return whole


def topics(value: str) -> list[str] | None:
    """Subjects, parted at 、，；."""
    whole = text(value)
    return [p.strip() for p in _LISTS.split(whole) if p.strip()] if whole else None


def words(value: str) -> list[str] | None:
    """Keywords, parted at 、，； or |, or where none of these stands at blanks."""
    whole = text(value)
    if not whole:
        return None
    parts = _LISTS.split(_BARS.sub("；", whole))
    if len(parts) == 1:
        parts = whole.split()
    return [p for part in parts if (p := part.strip(" \t\u3000\u00a0»›>#")) and not _MORE.match(fold(p))] or None


_BARS = re.compile(r"[|｜•·]")
_MORE = re.compile(r"(?:更多|相关|热门)\W|更多.{0,4}(?:关键[词字]|标签)?$|\W+$")


def names(value: str) -> list[str] | None:
    """Names of people. A name of two characters is often set with a blank inside (张 三): single characters are joined."""
    whole = text(value)
    if not whole:
        return None
    parts = [p for p in _NAMES.split(fold(whole)) if p]
    if len(parts) > 1 and all(len(p) == 1 for p in parts):
        return ["".join(whole.split())]
    pieces = [p.strip("()（）[]【】<>") for p in re.split(r"[、,，;；/\s|&]+", whole)]
    pieces = [p for p in pieces if p and not _NOBODY.fullmatch(fold(p))]
    # a number of the staff behind the name
    named = [p for p in pieces if not _STAFF_NUMBER.fullmatch(fold(p))]
    return named or pieces or None


# what stands where a name should: marks, a machine's account, how a text was made
_NOBODY = re.compile(r"\W+|robot|admin|administrator|管理员|佚名|未知|网络|本站|.*[《》].*|.{0,8}(?:综合|报道)")
_STAFF_NUMBER = re.compile(r"[a-z]{0,3}_?\d{1,8}")


def trail(value: str) -> list[str] | None:
    """A breadcrumb, from the site's front page on."""
    steps = [p.strip(" \t\u3000\u00a0") for p in _CRUMBS.split(value.strip(" \t\u3000>»›＞"))]
    return [s for s in steps if s] or None


# what parts an origin from what follows it, and how the name of one ends
_BESIDE = re.compile(
    r"\s{0,3}[|【]|\s{1,3}(?:字[号体]|作者|编辑|责任|浏览|[0-9]{1,6}\s?条|来自)"
    r"|\s{0,3}(?:我要(?:评论|纠错|分享)|我来说|网友评论|发表评论|手机看|\[\s?微博|[(\[]?微博[)\]]|分享到|收藏本文|打印本|摘自)"
)
# where the writer was when he sent it, which pages say of every post
_PLACE = re.compile(r"发布于|来自.{2,8}$")
# a paper with the name of who wrote for it behind it, when the blank between them was that of a link
_PAPER = re.compile(r"《?[\u3400-\u9fff]{1,8}(?:[日晚早时晨商]报|都市报|青年报)》?(?=[\u3400-\u9fff]{2,3}$)")
_OF_PAPER = re.compile(r"[版网社刊台端博信集报]|记者|评论|综合|专刊")
_ORGAN = re.compile(r"(?:网|报|报》|社|台|站|在线|周刊|杂志|客户端|[府局厅委办部院处会室]|中心|公司|大学|学院)$")


_TYPES: dict[str, Callable[[str], Any]] = {
    "count": count,
    "date": date,
    "datetime": datetime,
    "names": names,
    "origin": origin,
    "text": text,
    "topics": topics,
    "trail": trail,
    "words": words,
}


@cache
def types() -> dict[str, str]:
    """``group.key`` to the name of its type, from ``rules/tables/strip-fields.tsv``."""
    rows = path("tables/strip-fields.tsv").read_text("utf-8").splitlines()[1:]
    return dict(row.split("\t", 1) for row in rows)


def read(field: str, value: str) -> Any:
    """``value`` as ``field`` holds it; None where it states nothing, or nothing of that type."""
    return _TYPES[types()[field]](value)
