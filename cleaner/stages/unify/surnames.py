"""Surnames that are also words: 于先生 stays 于先生 in traditional script, and does not become 於先生.

OpenCC knows the names of the famous. Others are told by what stands beside them: 姓 before, a title behind, or a role before and
the end of a name behind. The surnames, titles and roles are in ``rules/tables/unify-surnames.tsv``; where nothing tells, the
conversion is OpenCC's.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from cleaner import resources
from cleaner.stages.unify.names import Kept

TABLE = "tables/unify-surnames.tsv"
RULE = "unify/surname"
_HAN = "\u4e00-\u9fff"
_END = r"[\s，。、；：！？,.;:!?（）()《》“”‘’「」『』【】/]|$"
# What may stand before a surname with its title: the start of a clause, or a word that no other word ends in.
_BEFORE = r"[\s，。、；：！？,.;:!?（(《“‘「『和与跟请]"
_PLACE = "[府室办处家会]"  # behind a title it is a place or an organ: 于主任办公室, 主任会议


def _table() -> tuple[list[list[str]], dict[str, list[str]]]:
    rows = [x.split("\t") for x in resources.path(TABLE).read_text("utf-8").splitlines() if not x.startswith("#")]
    return [row[1:] for row in rows if row[0] == "surname"], {row[1]: row[2].split() for row in rows if row[0] == "words"}


@cache
def _forms() -> dict[str, str]:
    return {char: form for char, form, _, _ in _table()[0]}


@cache
def _pattern() -> re.Pattern[str]:
    surnames, words = _table()
    titles = {"plain": "|".join(words["plain"]), "every": "|".join(words["plain"] + words["title"])}
    roles: dict[int, list[str]] = {}
    for role in words["role"]:
        roles.setdefault(len(role), []).append(role)
    gaps = {"near": ("", "[ ：:]"), "parted": ("[ ：:]",)}
    behind_role = {
        kind: "|".join(f"(?<={'|'.join(f'{role}{gap}.' for role in found)})" for found in roles.values() for gap in given)
        for kind, given in gaps.items()
    }
    behind = "|".join(words["goes-on"])
    ways = []
    for char, _, which, others in surnames:
        word = f"(?![{others}])"
        title = rf"(?<![^{_BEFORE[1:-1]}].)(?=氏|(?:{titles[which]})(?!{_PLACE}|[年月日天个些种时地]))"
        # 记者于北京报道: beside a role without a gap they are the words, but for 于某某
        near = behind_role["parted" if char in words["parted"] else "near"]
        name = rf"(?:{near})(?=某(?![时地种些个])|[{_HAN}]{{1,2}}(?:{_END}|{behind})){word}"
        if char in words["parted"]:
            name += rf"|(?:{behind_role['near']})(?=某(?:某|{_END}))"
        ways.append(f"(?<={char})(?:{title}|{name})")
    own = rf"(?<=姓.)(?<![百同]姓.)(?=[的名叫氏]|{_END})"
    return re.compile(f"[{''.join(char for char, *_ in surnames)}](?:{own}|{'|'.join(ways)})", re.M)


def surnames(text: str, start: int, end: int) -> Iterator[Kept]:
    """Surnames in ``text[start:end]`` that are told as such, from left to right, with their form in traditional script."""
    forms = _forms()
    for m in _pattern().finditer(text, start, end):
        yield Kept(m.start(), m.end(), forms[m[0]], RULE)
