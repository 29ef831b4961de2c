"""Marks and spacing by GB/T 15834 (marks) and GB/T 15835 (digits).

One class search finds the lines in which a half-width mark or a space stands beside Chinese; only these are looked at. What is
an address, code, a tag or a link is masked first, so that no rule sees it.
"""

from __future__ import annotations

import re
from functools import cache

from cleaner.edits import Edits
from cleaner.plan import Plan
from cleaner.stages.change import Change

__all__ = ["run"]

# Where to look: a half-width mark beside Chinese, a space that may go. More than what will change, but nothing less. One class
# at the front, and small classes behind it, keep the search fast and its compilation cheap.
_WIDE = r"^\x00-\xff"
_OPENING, _CLOSING = "“‘《〈「『【〔", "”’》〉」』】〕、。"
_COMMAS = r"(?<=[A-Za-z0-9],)(?=[A-Za-z])|(?<=[A-Za-z],)(?=[0-9])|(?<=第\d,)|(?<=第\d\d,)"
_MARKS = rf"""(?<=[{_WIDE}].)|(?<=[("])|(?= ?[{_WIDE}])|{_COMMAS}"""
_SPACES = (
    rf"(?<=[{_WIDE}] )(?=[A-Za-z0-9\u2018-\u201d\uff08])|(?<=[！-～{_OPENING}”、] )(?=[^ ])"
    rf"|(?<=[!-~] )(?=[{_WIDE}])|(?<= )(?=[！-～{_CLOSING}])"
)
_KEPT = rf"""[,;:?!()"'\[\]［【](?:{_MARKS})"""
_SUSPECT = rf"""[,;:?!()"'\[\]［【 ](?:(?<! )(?:{_MARKS})|{_SPACES})"""
_SEVERAL = ("...", "--", "。。。")


@cache
def _suspects(keep: bool) -> re.Pattern[str]:
    return re.compile(_KEPT if keep else _SUSPECT)


def run(text: str, plan: Plan) -> Change:
    """``text`` with Chinese marks where the context is Chinese, and set tight where ``plan.spacing`` says so."""
    keep = plan.spacing == "keep"
    hits = [m.start() for m in _suspects(keep).finditer(text)]
    several = [x for x in _SEVERAL if x in text]
    if several:
        hits = sorted(hits + [m.start() for x in several for m in re.finditer(re.escape(x), text)])
    if not hits:
        return Change(text)
    from cleaner.stages.punctuate.line import line_marks, rules

    ignored = frozenset(rule for rule in rules() if not plan.allows(rule, "punctuate"))
    found: list[tuple[int, int, str, str]] = []
    done = -1
    for hit in hits:
        if hit < done:
            continue
        start = text.rfind("\n", 0, hit) + 1
        end = text.find("\n", hit)
        done = end if end >= 0 else len(text)
        made = line_marks(text[start:done], plan.careful, not keep, ignored)
        found += [(start + a, start + b, after, rule) for a, b, after, rule in made]
    if not found:
        return Change(text)
    starts, ends, afters, by = map(list, zip(*found, strict=True))
    edits = Edits.columns(starts, ends, afters, "")
    edits.rules = [(rule,) for rule in by]
    return Change.of(text, edits)
