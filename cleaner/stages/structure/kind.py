"""The type of a document, by weighed evidence (``rules/tables/structure-evidence.tsv``)."""

from __future__ import annotations

from cleaner.fold import fold
from cleaner.stages.structure.head import is_dateline
from cleaner.stages.structure.lexicon import lexicon, limit, pattern
from cleaner.stages.structure.result import Type
from cleaner.stages.structure.view import View

_RANK: tuple[Type, ...] = ("law", "policy", "news")
# one of these is in each word of the pattern news_day
_DAY = ("日", "周", "昨", "今")
_SENTENCE_ENDS = frozenset("。！？”」")


def weigh(evidence: set[str]) -> dict[str, int]:
    """The sum of weights for each type."""
    sums: dict[str, int] = dict.fromkeys(_RANK, 0)
    weights = lexicon().evidence
    for name in evidence:
        for kind, weight in weights.get(name, ()):
            sums[kind] += weight
    return sums


def decide(evidence: set[str], lines: list[str]) -> Type:
    """The type with the most evidence; without enough of it ``article`` where the text is prose, else ``other``."""
    sums = weigh(evidence)
    best = max(_RANK, key=lambda kind: sums[kind])
    if sums[best] >= limit("type_min"):
        return best
    prose = sum(1 for line in lines[:200] if len(line) > limit("prose_min") and line[-1] in _SENTENCE_ENDS)
    return "article" if prose and 4 * prose >= min(len(lines), 200) else "other"


def press(view: View, authors: bool) -> set[str]:
    """What of the first and last lines speaks for the press: a byline, a dateline, two different words of its language."""
    found: set[str] = set()
    if authors:
        found.add("byline")
    opening = [line[:120] for line in view.head(6)]
    ends = "\n".join([*opening, fold(view.lines[-1][-60:])])
    words = [w for w in lexicon().words["news"] if w in ends]
    if len(words) > 1:
        found.add("news_words")
    if words and any(map(is_dateline, opening)):
        found.add("dateline")
    if (
        any(map(ends.__contains__, _DAY))
        and pattern("news_day").search(ends)
        and any(map(ends.__contains__, lexicon().words["news_speech"]))
    ):
        found.add("news_report")
    return found
