"""The rules of strip, compiled: what decides that a page has a witness, and what labels a line without its context."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cached_property, lru_cache
from re import Pattern
from typing import NamedTuple

from cleaner.fold import fold
from cleaner.plan import Plan
from cleaner.rulebook.load import Rulebook, active
from cleaner.rulebook.model import CutShape, EngineShape, LineShape, PairsShape, Rule, RunShape, SpanShape
from cleaner.stages.strip.gate import Gate
from cleaner.stages.strip.limits import limits
from cleaner.stages.strip.page import DROP, ODD_LINE_END
from cleaner.stages.strip.pairs import Pairs

# a shorter literal of a weak rule (:0 of a time of day) is looked for on pages that have a witness, and is none itself
_WITNESS = 3
# a rule and a word of publication data that prove nothing without a word of another rule: names of people alone sign a form
_STAFF = "fields/staff"
_AUTHOR = "作者:"


# a line of boxes, 【 大 中 小 】 【 打 印 】, one of them, and the sizes that stand in it
_BOXES = re.compile(r"(?:[\[【][^\[\]【】]{1,16}[\]】]\s{0,4}){2,12}")
_BOX = re.compile(r"[\[【]([^\[\]【】]{1,16})[\]】]")
_SIZES = re.compile("(?:字[体号])?(?:特大)?大中小")


class Lines(NamedTuple):
    """A line rule: its pattern, the literals it needs, and whether the line is weak evidence."""

    rule: Rule
    match: Pattern[str] | None
    keywords: tuple[str, ...]
    weak: bool

    def applies(self, line: str) -> re.Match[str] | None:
        """The match of the bare folded ``line``, if one of the keywords stands in it."""
        if self.match is None or (self.keywords and not any(k in line for k in self.keywords)):
            return None
        return self.match.fullmatch(line)


class Index:
    """All rules of strip in a rulebook that may act: the gate at once, what works behind it when it is first asked for."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.rules = tuple(rules)
        words: set[str] = set()
        labels: set[str] = set()
        for rule in self.rules:
            shape = rule.shape
            weak = isinstance(shape, LineShape) and shape.company
            if (weak and rule.kind != "metadata") or rule.id == _STAFF:
                continue
            keywords = rule.keywords
            if isinstance(shape, LineShape | RunShape):
                labels.update(map(fold, shape.any))
            elif isinstance(shape, PairsShape):
                # a label that is spread with blanks stands in the text as single characters
                labels.update(word.split()[0] for word in keywords if " " in word.strip())
                keywords = tuple(word for word in keywords if " " not in word.strip())
            words.update(word for word in keywords if word != _AUTHOR and (not weak or len(word) >= _WITNESS))
        self.gate = Gate(_shortest(words), labels | {"|"})

    @cached_property
    def longest(self) -> int:
        """The length of the longest line that a rule for whole lines is tried on."""
        return limits().line_length

    @cached_property
    def lines(self) -> list[Lines]:
        """The line rules that have a pattern."""
        return [
            Lines(rule, rule.shape.match, rule.keywords, rule.shape.company)
            for rule in self.rules
            if isinstance(rule.shape, LineShape) and rule.shape.match is not None
        ]

    @cached_property
    def labels(self) -> dict[str, Lines]:
        """Labels, without marks and blanks, with their rules; of two rules the one whose evidence is not weak."""
        found: dict[str, Lines] = {}
        for rule in self.rules:
            if isinstance(rule.shape, LineShape):
                entry = Lines(rule, rule.shape.match, rule.keywords, rule.shape.company)
                for key in _keys_of(rule.shape.any):
                    if key not in found or found[key].weak:
                        found[key] = entry
        return found

    @cached_property
    def runs(self) -> list[tuple[Rule, RunShape, frozenset[str]]]:
        """The run rules with their labels."""
        return [(rule, rule.shape, _keys_of(rule.shape.any)) for rule in self.rules if isinstance(rule.shape, RunShape)]

    @cached_property
    def cuts(self) -> list[tuple[Rule, CutShape]]:
        """The cut rules."""
        return [(rule, rule.shape) for rule in self.rules if isinstance(rule.shape, CutShape)]

    @cached_property
    def spans(self) -> list[tuple[Rule, SpanShape]]:
        """The span rules."""
        return [(rule, rule.shape) for rule in self.rules if isinstance(rule.shape, SpanShape)]

    @cached_property
    def pairs(self) -> list[tuple[Rule, Pairs]]:
        """The rules of ``label: value`` pairs."""
        return [(rule, Pairs(rule.shape, limits())) for rule in self.rules if isinstance(rule.shape, PairsShape)]

    @cached_property
    def engines(self) -> dict[str, Rule]:
        """The rules that code works by, by id."""
        return {rule.id: rule for rule in self.rules if isinstance(rule.shape, EngineShape)}

    @cached_property
    def keyword(self) -> Pattern[str]:
        """Any literal that a line rule needs."""
        return _alternation(_shortest({k for entry in self.lines for k in entry.keywords}))

    @cached_property
    def by_keyword(self) -> dict[str, set[int]]:
        """What ``keyword`` finds, with the numbers of the line rules; a literal that holds a shorter one is found as that one."""
        found: dict[str, set[int]] = {}
        for n, entry in enumerate(self.lines):
            for k in entry.keywords:
                m = self.keyword.search(k)
                assert m
                found.setdefault(m[0], set()).add(n)
        return found

    def suspects(self, text: str) -> bool:
        """Whether ``text`` has a sign of chrome: a label between blanks, or a line that a rule takes as it stands."""
        start, done = 0, -1
        for at, label in self.gate.places(text):
            if label:
                return True
            # most finds come in the order of the text; a line that is looked at twice costs time and nothing else
            if at >= done or at < start:
                start = text.rfind("\n", 0, at) + 1
                done = text.find("\n", at)
                done = len(text) if done < 0 else done
                if any(self._takes(line.strip()) for line in ODD_LINE_END.split(fold(text[start:done]))):
                    return True
        return False

    def boxes(self, line: str) -> bool:
        """Whether the bare folded ``line`` is boxes side by side: the sizes of type in one, known labels in most of the others."""
        if not _BOXES.fullmatch(line):
            return False
        keys = [box.translate(DROP) for box in _BOX.findall(line)]
        sizes = sum(_SIZES.fullmatch(key) is not None for key in keys)
        return sizes > 0 and 2 * (sizes + sum(key in self.labels for key in keys)) > len(keys)

    def _takes(self, line: str) -> bool:
        """Whether some rule takes the bare folded ``line`` without its context."""
        if len(line) <= self.longest:
            known = self.labels.get(line.translate(DROP))
            if known is not None and not known.weak:
                return True
            for entry in self.lines:
                if (not entry.weak or entry.rule.kind == "metadata") and entry.applies(line):
                    return True
            if any(pairs.parse(line) or (pairs.table and pairs.bare(line)) for _, pairs in self.pairs):
                return True
            if any(shape.start.fullmatch(line) for _, shape in self.cuts):
                return True
        if self.boxes(line):
            return True
        pieces = (shape.match for rule, shape in self.spans if rule.kind and any(k in line for k in rule.keywords))
        return any(match.search(line) for match in pieces)


def _keys_of(labels: Iterable[str]) -> frozenset[str]:
    """Labels as lines are compared with them, without marks and blanks."""
    return frozenset(fold(label).translate(DROP) for label in labels)


def _shortest(words: set[str]) -> list[str]:
    """``words`` without those that hold another one."""
    kept: list[str] = []
    for word in sorted(words, key=len):
        if not any(map(word.__contains__, kept)):
            kept.append(word)
    return sorted(kept)


def _alternation(words: Iterable[str]) -> Pattern[str]:
    """One pattern for ``words``, grouped by first character, so that a common character costs one comparison."""
    groups: dict[str, set[str]] = {}
    for word in words:
        groups.setdefault(word[0], set()).add(word[1:])
    if not groups:
        return re.compile("(?!)")
    parts = [re.escape(first) + "(?:" + "|".join(map(re.escape, sorted(rest))) + ")" for first, rest in sorted(groups.items())]
    return re.compile("|".join(parts))


class _Rules(tuple[Rule, ...]):
    """Rules as a key: the same objects in the same order."""

    def __hash__(self) -> int:
        return hash(tuple(map(id, self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Rules) and len(self) == len(other) and all(a is b for a, b in zip(self, other, strict=True))


@lru_cache(maxsize=16)
def _index(rules: _Rules) -> Index:
    return Index(rules)


@lru_cache(maxsize=16)
def _of(book: Rulebook, plan: Plan) -> Index:
    return _index(_Rules(rule for rule in book.stage("strip") if active(rule, plan)))


def index_of(plan: Plan) -> Index:
    """The rules of strip that may act under ``plan``."""
    return _of(plan.rulebook, plan)
