"""The rules of strip, compiled: what decides that a page has a witness, and what labels a line without its context."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, lru_cache
from itertools import islice, product
from re import Pattern
from typing import NamedTuple

from cleaner.fold import fold
from cleaner.fold import pairs as fold_pairs
from cleaner.plan import Plan
from cleaner.resources import path
from cleaner.rulebook.load import Rulebook, active
from cleaner.rulebook.model import CutShape, LineShape, PairsShape, Rule, RunShape, SpanShape
from cleaner.stages.strip.limits import limits
from cleaner.stages.strip.page import DROP
from cleaner.stages.strip.pairs import Pairs

# the literals of rules are simplified and lower case; a keyword is looked for in at most so many other spellings
_SPELLINGS = 48
# a shorter literal of a weak rule (:0 of a time of day) is looked for on pages that have a witness, and is none itself
_WITNESS = 3
# share of blanks, in one of a thousand: no word is to be looked for by them
_BLANK = 50.0


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
    """All rules of strip in a rulebook that may act, ready to be matched."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self.longest = limits().line_length
        self.lines: list[Lines] = []
        self.labels: dict[str, Lines] = {}
        self.runs: list[tuple[Rule, RunShape, frozenset[str]]] = []
        self.cuts: list[tuple[Rule, CutShape]] = []
        self.spans: list[tuple[Rule, SpanShape]] = []
        self.pairs: list[tuple[Rule, Pairs]] = []
        self.engines: dict[str, Rule] = {}
        witnesses: set[str] = set()
        tokens: set[str] = set()
        for rule in rules:
            shape = rule.shape
            certain = True
            if isinstance(shape, LineShape):
                certain = not shape.company or rule.kind == "metadata"
                entry = Lines(rule, shape.match, rule.keywords, shape.company)
                if shape.match is not None:
                    self.lines.append(entry)
                for label in shape.any:
                    key = fold(label).translate(DROP)
                    if key not in self.labels or self.labels[key].weak:
                        self.labels[key] = entry
                    if certain:
                        tokens.add(fold(label))
            elif isinstance(shape, RunShape):
                self.runs.append((rule, shape, frozenset(fold(label).translate(DROP) for label in shape.any)))
                tokens.update(map(fold, shape.any))
            elif isinstance(shape, CutShape):
                self.cuts.append((rule, shape))
            elif isinstance(shape, SpanShape):
                self.spans.append((rule, shape))
            elif isinstance(shape, PairsShape):
                self.pairs.append((rule, Pairs(shape, limits())))
                # a label that is spread with blanks stands in the text as single characters
                tokens.update(word.split()[0] for word in map(fold, rule.keywords) if " " in word.strip())
            else:
                self.engines[rule.id] = rule
            if certain:
                weak = isinstance(shape, LineShape) and shape.company
                witnesses.update(k for k in map(fold, rule.keywords) if not weak or len(k) >= _WITNESS)
        literals = {k for entry in self.lines for k in entry.keywords}
        self.keyword = _alternation(_shortest(literals))
        # a literal that holds a shorter one is found as that one
        self.by_keyword: dict[str, set[int]] = {}
        for n, entry in enumerate(self.lines):
            for k in entry.keywords:
                self.by_keyword.setdefault(self.keyword.search(k)[0], set()).add(n)  # type: ignore[index]
        self.tokens = frozenset(s for token in tokens for s in _spellings(token)) | {"|", "｜"}
        self._gate = Gate(s for word in _shortest(witnesses) for s in _spellings(word))

    def suspects(self, text: str) -> bool:
        """Whether ``text`` has a sign of chrome: a label between blanks, or a line that a rule takes as it stands."""
        return not self.tokens.isdisjoint(text.split()) or self._witnessed(text)

    def _witnessed(self, text: str) -> bool:
        at = self._gate.find(text, 0)
        while at >= 0:
            start = text.rfind("\n", 0, at) + 1
            end = text.find("\n", at)
            end = len(text) if end < 0 else end
            if self._takes(fold(text[start:end]).strip()):
                return True
            at = self._gate.find(text, end)
        return False

    def _takes(self, line: str) -> bool:
        """Whether some rule takes the bare folded ``line`` without its context."""
        if len(line) <= self.longest:
            known = self.labels.get(line.translate(DROP))
            if known is not None and not known.weak:
                return True
            for entry in self.lines:
                if entry.match is not None and (not entry.weak or entry.rule.kind == "metadata") and entry.applies(line):
                    return True
            if any(pairs.parse(line) for _, pairs in self.pairs):
                return True
            if any(shape.start.fullmatch(line) for _, shape in self.cuts):
                return True
        pieces = (shape.match for rule, shape in self.spans if rule.kind and any(k in line for k in rule.keywords))
        return any(match.search(line) for match in pieces)


class Gate:
    """A search for many words at once, at the cost of a search for two classes of characters.

    The classes are those of two characters of each word in sequence, of which the first is the rarest one that has another
    behind it (发布时间 is looked for by 布时); what they find is then looked up. An alternation of the words would cost a
    comparison with each first character wherever one of them stands, and 来, 发, 公 stand everywhere.
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words: dict[str, list[tuple[int, str]]] = {}
        common = _common()
        short = []
        for word in sorted(set(words)):
            if len(word) < 2:
                short.append(word)
            else:
                shares = [_BLANK if c.isspace() else common.get(fold(c), 0.0) for c in word[:-1]]
                offset = shares.index(min(shares))
                self._words.setdefault(word[offset : offset + 2], []).append((offset, word))
        # the second character is looked at and not taken: it can be the first one of the next word
        first, second = (_class(heads) for heads in zip(*self._words, strict=True)) if self._words else ("(?!)", "")
        self._classes = re.compile(f"{first}(?={second})")
        self._short = _alternation(short) if short else None

    def find(self, text: str, start: int) -> int:
        """Where one of the words stands in ``text`` from ``start`` on, at the earliest place; -1 where none does."""
        found = -1
        words = self._words
        for m in self._classes.finditer(text, start):
            at = m.start()
            several = words.get(text[at : at + 2])
            if several is not None and any(text.startswith(word, at - offset) for offset, word in several if offset <= at):
                found = at
                break
        if self._short is not None:
            m2 = self._short.search(text, start)
            if m2 is not None and (found < 0 or m2.start() < found):
                return m2.start()
        return found


@cache
def _common() -> dict[str, float]:
    """The common characters of Chinese text with their share, in one of a thousand, from ``rules/tables/strip-common.tsv``."""
    rows = [line.split("\t") for line in path("tables/strip-common.tsv").read_text("utf-8").splitlines()[1:]]
    return {char: float(share) for share, chars in rows for char in chars}


def _class(chars: Iterable[str]) -> str:
    return "[" + "".join(map(re.escape, sorted(set(chars)))) + "]"


@cache
def _variants() -> dict[str, str]:
    """Each folded character with the characters that fold to it, itself first."""
    table: dict[str, str] = {}
    for char, folded in fold_pairs().items():
        table[folded] = table.get(folded, folded) + char
    return table


def _spellings(word: str) -> list[str]:
    """``word`` (folded) in the scripts, widths and cases that pages write it in."""
    table = _variants()
    latin = re.compile(r"[a-z]+")
    choices = [c if c.isascii() and c.isalpha() else table.get(c, c) for c in word]
    found = ["".join(p) for p in islice(product(*choices), _SPELLINGS)]
    if latin.search(word):
        found += [latin.sub(change, f) for f in found for change in (lambda m: m[0].upper(), lambda m: m[0].capitalize())]
    return found


def _shortest(words: set[str]) -> list[str]:
    """``words`` without those that hold another one."""
    kept: list[str] = []
    for word in sorted(words, key=len):
        if not any(k in word for k in kept):
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
