"""Matching span rules: patterns run on the fold, what they find is a piece of the text.

All of a text is searched at once where the pattern cannot reach over a line end, and line by line where it could.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from re import Match, Pattern
from typing import TYPE_CHECKING

from cleaner.edits import Edit, Edits
from cleaner.fold import fold
from cleaner.rulebook.load import active
from cleaner.rulebook.model import Rule, SpanShape
from cleaner.rulebook.patterns import MOST_CONTEXT
from cleaner.stages.change import Change, Fact, Flag

if TYPE_CHECKING:
    from cleaner.plan import Plan

# a negated class, or an escape of or over the line end
_CROSSING = re.compile(r"\[\^|\\[sDWnrx0u]|\n|\\v|\\f")
_GROUP = re.compile(r"\\g<(\w+)>")


def spans(rule: Rule, text: str, folded: str) -> Iterator[Match[str]]:
    """Where the span rule ``rule`` matches, from left to right and disjoint.

    ``folded`` is ``fold(text)``. The matches are of the fold: their positions are those of the text, their groups are not its
    characters (``text[m.start("name"):m.end("name")]`` are). ``before`` and ``after`` have been looked at and are not in them.
    """
    shape = rule.shape
    if not isinstance(shape, SpanShape):
        raise TypeError(f"{rule.id} is not a span rule")
    if len(text) != len(folded):
        raise ValueError("folded is not the fold of text")
    if rule.keywords or _CROSSING.search(shape.match.pattern):
        pieces: Iterable[tuple[int, int]] = _lines(folded, rule.keywords)
    else:
        pieces = ((0, len(folded)),)
    for start, end in pieces:
        yield from _within(shape, folded, start, end)


def _within(shape: SpanShape, folded: str, start: int, end: int) -> Iterator[Match[str]]:
    if shape.before is None and shape.after is None:
        yield from filter(Match.end, shape.match.finditer(folded, start, end))
        return
    while found := shape.match.search(folded, start, end):
        if _fits(shape, folded, found):
            yield found
            start = max(found.end(), found.start() + 1)
        else:
            start = found.start() + 1


def _fits(shape: SpanShape, folded: str, found: Match[str]) -> bool:
    if shape.after is not None and not shape.after.match(folded, found.end(), _line_end(folded, found.end())):
        return False
    if shape.before is None:
        return True
    at = found.start()
    low = max(folded.rfind("\n", max(0, at - MOST_CONTEXT), at) + 1, at - MOST_CONTEXT, 0)
    return _ending(shape.before).search(folded, low, at) is not None


@cache
def _ending(before: Pattern[str]) -> Pattern[str]:
    """``before`` as the end of what is searched."""
    return re.compile(rf"(?:{before.pattern})\Z", re.M)


def _line_end(folded: str, position: int) -> int:
    """The end of the line, or of as much of it as a context can see."""
    # one more than it may take: else the pattern's $ would hold where the look ends
    far = min(len(folded), position + MOST_CONTEXT + 1)
    end = folded.find("\n", position, far)
    return far if end < 0 else end


def _lines(folded: str, keywords: Sequence[str]) -> Iterator[tuple[int, int]]:
    """The lines, or those with one of the keywords."""
    if not keywords:
        start = 0
        for line in folded.split("\n"):
            yield start, start + len(line)
            start += len(line) + 1
        return
    wanted = _any_of(tuple(keywords))
    at = 0
    while found := wanted.search(folded, at):
        start = folded.rfind("\n", at, found.start()) + 1 or at
        end = folded.find("\n", found.end())
        end = len(folded) if end < 0 else end
        yield start, end
        at = end + 1


@cache
def _any_of(words: tuple[str, ...]) -> Pattern[str]:
    return re.compile("|".join(map(re.escape, words)))


def replacement(rule: Rule, text: str, found: Match[str]) -> str:
    r"""What ``rule`` writes for a match: its ``replace`` with ``\g<name>`` set to what stands in the group in the text."""
    return _GROUP.sub(lambda group: text[found.start(group[1]) : found.end(group[1])], rule.replace or "")


def facts(rule: Rule, text: str, found: Match[str]) -> Iterator[Fact]:
    """The fields of ``rule`` in a match of its pattern: raw values, without blanks around them; empty ones are left out."""
    for name, field in rule.fields.items():
        start, end = found.span(name)
        value = text[start:end].strip() if start >= 0 else ""
        if value:
            group, _, key = field.partition(".")
            yield Fact(group, key, value, rule.id, start, end)


def apply_span_rules(rules: Iterable[Rule], text: str, plan: Plan, folded: str | None = None) -> Change:
    """What the span rules among ``rules`` that are active under ``plan`` do to ``text``, all on the same text.

    Where two rules meet, the one that comes first in the text acts, then the longer one, then the first of ``rules``. Rules of
    other shapes are left out.
    """
    wanted = [rule for rule in rules if isinstance(rule.shape, SpanShape) and active(rule, plan)]
    if not wanted:
        return Change(text)
    folded = fold(text) if folded is None else folded
    found = [(m.start(), -m.end(), n, m) for n, rule in enumerate(wanted) for m in spans(rule, text, folded)]
    found.sort(key=lambda item: item[:3])
    change = Change(text)
    edits = Edits()
    end = 0
    for start, _, n, m in found:
        rule = wanted[n]
        if rule.action == "flag":
            change.flags.append(Flag(rule.id, rule.title, start, m.end()))
            continue
        if start < end:
            continue
        change.facts += facts(rule, text, m) if rule.action == "extract" else ()
        if rule.action == "replace":
            after = replacement(rule, text, m)
            if after == text[start : m.end()]:
                continue
            edits.append(Edit(start, m.end(), after, (rule.id,)))
        elif rule.kind:
            edits.append(Edit(start, m.end(), "", (rule.id,), rule.kind))
        else:
            continue
        end = m.end()
    change.edits = edits
    change.text = edits.apply(text)
    return change
