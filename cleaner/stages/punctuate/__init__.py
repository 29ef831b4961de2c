"""Marks and spacing by GB/T 15834 (marks) and GB/T 15835 (digits).

The marks that stand directly beside Chinese are found in the whole text at once; only lines with a mark that is open to doubt,
or with a space that may go, are looked at one by one. What is an address, code, a tag or a link is masked there first, so that
no rule sees it.
"""

from __future__ import annotations

from bisect import bisect_left

from cleaner.edits import Edits
from cleaner.plan import Plan
from cleaner.stages.change import Change
from cleaner.stages.punctuate.line import line_marks, rules
from cleaner.stages.punctuate.marks import FULL, SOURCES
from cleaner.stages.punctuate.quick import disputed, suspects

__all__ = ["run"]


def run(text: str, plan: Plan) -> Change:
    """``text`` with Chinese marks where the context is Chinese, and spaces between Chinese and Latin as ``plan.spaces`` says."""
    sure, unsure, latin = suspects(text, plan.spaces)
    if not sure and not unsure:
        return Change(text)
    ignored: frozenset[str] = frozenset()
    if plan.select or plan.ignore:
        ignored = frozenset(rule for rule in rules() if not plan.allows(rule, "punctuate"))
        sure = [p for p in sure if SOURCES[text[p]][0] not in ignored]
    edits = Edits()
    done = 0

    def settle(to: int) -> None:
        marks = sure[done:to] if done or to < len(sure) else sure
        if not marks:
            return
        found = list(map(text.__getitem__, marks))
        edits.starts += marks
        edits.ends += [p + 1 for p in marks]
        edits.afters += map(FULL.__getitem__, found)
        edits.rules += map(SOURCES.__getitem__, found)

    for start, end in disputed(text, sure, unsure, latin):
        first = bisect_left(sure, start, done)
        settle(first)
        done = bisect_left(sure, end, first)
        for a, b, after, rule in line_marks(text[start:end], plan.careful, plan.spaces, ignored):
            edits.starts.append(start + a)
            edits.ends.append(start + b)
            edits.afters.append(after)
            edits.rules.append((rule,))
    settle(len(sure))
    if not edits.starts:
        return Change(text)
    edits.kinds = [""] * len(edits.starts)
    return Change.of(text, edits)
