"""The dates of a law: adopted, promulgated, in force, amended, as the lines under its title and its last article state them."""

from __future__ import annotations

import re
from typing import NamedTuple

from cleaner.stages.structure.lexicon import pattern
from cleaner.stages.structure.numbers import iso_date
from cleaner.stages.structure.result import Found
from cleaner.stages.structure.view import REACH, View

_NAMED = re.compile("《[^》]*》?|<[^>]*>?")
_PROMULGATES = ("现予公布", "现予发布", "予以公布", "予以发布")
_AMENDED = ("修订", "修正", "修改")
_ADOPTED = ("通过", "制定")
_PROMULGATED = ("公布", "发布", "颁布")
_FORCE = ("施行", "实施", "生效")


def _says(text: str, words: tuple[str, ...]) -> bool:
    return any(map(text.__contains__, words))


class Order(NamedTuple):
    """The order or announcement that promulgates a law in the same document: its first line and the line of its date."""

    first: int
    date: int


def law_dates(view: View, history: list[int], last: int, order: Order | None = None) -> list[Found]:
    """The group ``law``.

    history: the lines under the title; last: the line behind the last article; order: what promulgates the law.
    """
    lines = view.lines
    dates: dict[str, tuple[str, int]] = {}
    amended: list[str] = []
    rule = "structure/law-history"
    for i in history:
        folded = view.whole(i)
        found_dates = list(pattern("date").finditer(folded))
        for n, match in enumerate(found_dates):
            stop = found_dates[n + 1].start() if n + 1 < len(found_dates) else len(folded)
            what = folded[match.end() : stop]
            if "《" in what or "<" in what:
                what = _NAMED.sub("", what)
            day = iso_date(match.group())
            if not day:
                continue
            if _says(what, _FORCE) and pattern("in_force").search(what):
                dates.setdefault("effective_on", (day, i))
            elif _says(what, _AMENDED):
                if day not in amended:
                    amended.append(day)
            elif _says(what, _ADOPTED):
                dates.setdefault("adopted_on", (day, i))
            elif _says(what, _PROMULGATED):
                dates.setdefault("promulgated_on", (day, i))
    if order:
        _ordered(view, order, dates)
    if "effective_on" not in dates:
        for i in range(last - 1, max(0, last - 5), -1):
            if len(lines[i]) < REACH and "起" in lines[i]:
                folded = view.fold(i)
                effective = pattern("effective").search(folded)
                day = iso_date(effective["date"]) if effective and pattern("own").search(folded) else None
                if day:
                    dates["effective_on"] = (day, i)
                    break
    found = [Found("law", key, day, rule, i) for key, (day, i) in dates.items()]
    if amended:
        found.append(Found("law", "amended_on", amended, rule, history[0]))
    if history:
        found.append(Found("law", "history", "\n".join(lines[i] for i in history), rule, history[0]))
    return found


def _ordered(view: View, order: Order, dates: dict[str, tuple[str, int]]) -> None:
    """Dates from the words of an order: 已经……会议通过，现予公布，自……起施行, and the order's own date."""
    for i in range(order.first, order.date):
        folded = view.whole(i)
        if not _says(folded, _PROMULGATES):
            continue
        effective = pattern("effective").search(folded)
        day = iso_date(effective["date"]) if effective else None
        if day:
            dates.setdefault("effective_on", (day, i))
        for match in pattern("date").finditer(folded):
            after = folded[match.end() : match.end() + 80]
            at = min([k for k in map(after.find, _ADOPTED) if k >= 0], default=-1)
            if at >= 0 and "，" not in after[:at] and "," not in after[:at]:
                day = iso_date(match.group())
                if day:
                    dates.setdefault("adopted_on", (day, i))
                break
        own = pattern("date").search(view.fold(order.date))
        promulgated = iso_date(own.group()) if own else None
        if promulgated:
            dates.setdefault("promulgated_on", (promulgated, order.date))
        return
