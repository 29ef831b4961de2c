"""Patterns run in linear time: what the check accepts is run, step by step, on texts made to hurt."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner import resources
from cleaner.fold import fold
from cleaner.rulebook.linear import PatternError, steps
from cleaner.rulebook.load import Pack, load
from cleaner.rulebook.patterns import check, fold_pattern, lazy
from cleaner.rulebook.read import patterns

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
CASES = [line.split("\t") for line in (FIXTURES / "rulebook" / "patterns.tsv").read_text("utf-8").splitlines()[1:]]
OP = import_module("re._constants")
PARSER = import_module("re._parser")


class Backtracker:
    """A matcher that backtracks as ``re`` does, without its shortcuts, and counts how often it looks at a character."""

    def __init__(self, source: str) -> None:
        self.tree = PARSER.parse(source)
        self.count = 0

    def search_all(self, text: str) -> int:
        """The looks of a search for every match, from left to right."""
        self.count, at = 0, 0
        while at <= len(text):
            end = next(self.sequence(self.tree, text, at), None)
            at = at + 1 if end is None or end == at else end
        return self.count

    def search_tentative(self, text: str) -> int:
        """The same where every match is dropped by its context."""
        self.count = 0
        for at in range(len(text) + 1):
            next(self.sequence(self.tree, text, at), None)
        return self.count

    def whole(self, text: str) -> int:
        """The looks of one match of all of ``text``."""
        self.count = 0
        next((end for end in self.sequence(self.tree, text, 0) if end == len(text)), None)
        return self.count

    def run(self, text: str, mode: str) -> int:
        return {"line": self.whole, "tentative": self.search_tentative}.get(mode, self.search_all)(text)

    def sequence(self, items: Sequence[Any], text: str, at: int) -> Iterator[int]:
        if not len(items):
            yield at
            return
        stack = [self.node(*items[0], text, at)]
        while stack:
            end = next(stack[-1], None)
            if end is None:
                stack.pop()
            elif len(stack) == len(items):
                yield end
            else:
                stack.append(self.node(*items[len(stack)], text, end))

    def node(self, op: Any, value: Any, text: str, at: int) -> Iterator[int]:
        if op is OP.SUBPATTERN:
            yield from self.sequence(value[3], text, at)
        elif op is OP.BRANCH:
            for branch in value[1]:
                yield from self.sequence(branch, text, at)
        elif op in (OP.MAX_REPEAT, OP.MIN_REPEAT, OP.POSSESSIVE_REPEAT):
            yield from self.repeat(op, value, text, at)
        elif op is OP.ATOMIC_GROUP:
            end = next(self.sequence(value, text, at), None)
            if end is not None:
                yield end
        elif op in (OP.ASSERT, OP.ASSERT_NOT):
            start = at if value[0] > 0 else at - value[1].getwidth()[0]
            found = start >= 0 and next(self.sequence(value[1], text, start), None) is not None
            if found == (op is OP.ASSERT):
                yield at
        else:
            self.count += 1
            yield from single(op, value, text, at)

    def repeat(self, op: Any, value: Any, text: str, at: int) -> Iterator[int]:
        low, high, body = value
        greedy = op is not OP.MIN_REPEAT
        if op is OP.POSSESSIVE_REPEAT:
            n = 0
            while n < high and (end := next(self.sequence(body, text, at), None)) is not None and (end > at or n < low):
                at, n = end, n + 1
            if n >= low:
                yield at
            return
        stack = [(at, 0, self.sequence(body, text, at) if high else iter(()))]
        if not greedy and not low:
            yield at
        while stack:
            here, n, ends = stack[-1]
            end = next(ends, None)
            if end is None:
                stack.pop()
                if greedy and n >= low:
                    yield here
            elif end > here or n < low:
                stack.append((end, n + 1, self.sequence(body, text, end) if n + 1 < high else iter(())))
                if not greedy and n + 1 >= low:
                    yield end


def single(op: Any, value: Any, text: str, at: int) -> Iterator[int]:
    if op is OP.AT:
        if value in (OP.AT_BEGINNING, OP.AT_BEGINNING_STRING):
            held = at == 0
        elif value in (OP.AT_END, OP.AT_END_STRING):
            held = at == len(text)
        else:
            held = bool(re.compile(r"\b" if value is OP.AT_BOUNDARY else r"\B").match(text, at))
        if held:
            yield at
    elif at < len(text) and taken(op, str(value), text[at]):
        yield at + 1


@cache
def taken(op: Any, value: str, char: str) -> bool:
    return bool(meaning(op, value).match(char))


@cache
def meaning(op: Any, value: str) -> re.Pattern[str]:
    """A node of one character, written as a pattern again."""
    if op is OP.ANY:
        return re.compile(".")
    if op in (OP.LITERAL, OP.NOT_LITERAL):
        return re.compile(("[^%s]" if op is OP.NOT_LITERAL else "[%s]") % re.escape(chr(int(value))))
    parts = []
    for kind, low, high in re.findall(r"\((NEGATE|LITERAL|RANGE|CATEGORY), \(?(\w+)(?:, (\d+)\))?\)", value):
        if kind == "NEGATE":
            parts.append("^")
        elif kind == "CATEGORY":
            parts.append({"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}[low.rsplit("_")[-1]].replace("\\", "\\"))
            if "_NOT_" in low:
                parts[-1] = parts[-1].upper()
        else:
            parts.append(re.escape(chr(int(low))) + (f"-{re.escape(chr(int(high)))}" if high else ""))
    return re.compile("[" + "".join(parts) + "]")


def alphabet(tree: Any) -> list[str]:
    """Characters that the pattern names, and one that it does not."""
    found = {chr(int(n)) for n in re.findall(r"LITERAL, (\d+)|RANGE, \((\d+)", str(tree)) for n in n if n}
    extra = {c for name, c in (("DIGIT", "7"), ("SPACE", " "), ("WORD", "字")) if name in str(tree)}
    return sorted(found | extra | {"\u25a1"})


def hostile(chars: Sequence[str], length: int, seed: int) -> Iterator[str]:
    """Texts of about ``length``: one or a few characters again and again, with and without a stop at the end, and chance."""
    chance = random.Random(seed)
    for char in chars[:12]:
        yield char * length
        yield char * length + "\u25a1"
    for _ in range(12):
        unit = "".join(chance.choices(chars, k=chance.randint(2, 5)))
        yield "".join(chance.choices(chars, k=2)) + unit * (length // len(unit)) + chance.choice(chars)
    yield "".join(chance.choices(chars, k=length))


def worst(source: str, mode: str, length: int) -> float:
    """The most looks for each character on hostile texts of ``length``."""
    machine = Backtracker(source)
    texts = hostile(alphabet(machine.tree), length, len(source))
    return max(machine.run(text, mode) / (len(text) + 1) for text in texts)


@pytest.mark.parametrize(("mode", "source"), [case[1:3] for case in CASES if case[0] == "linear"])
def test_a_linear_pattern_is_taken(mode: Any, source: str) -> None:
    bound = steps(source, mode)
    assert worst(source, mode, 120) <= 3 * bound


@pytest.mark.parametrize(("mode", "source"), [case[1:3] for case in CASES if case[0] == "endless"])
def test_an_endless_pattern_is_refused(mode: Any, source: str) -> None:
    with pytest.raises(PatternError):
        steps(source, mode)


def test_the_machine_sees_the_endless() -> None:
    """The step counter itself: it finds 2^n and n² where they are known to be."""
    assert Backtracker("(a+)+$").whole("a" * 14 + "b") > 2**14
    assert Backtracker("x+y").search_all("x" * 100) > 100 * 100 / 2
    assert Backtracker("<[^<>]+>").search_all("<" * 100) < 400


CHARS = st.sampled_from(["a", "b", "c", "[ab]", "[^a]", ".", "[bc]", "[^bc]"])
COUNTS = st.sampled_from(["*", "+", "?", "{2}", "{0,3}", "{2,}", "*+", "++", "?+", "*?", "+?", "{1,3}+"])
REGEX = st.recursive(
    CHARS,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.tuples(st.lists(inner, min_size=1, max_size=3), COUNTS).map(lambda t: f"(?:{'|'.join(t[0])}){t[1]}"),
        st.tuples(CHARS, COUNTS).map("".join),
        st.lists(inner, min_size=1, max_size=2).map(lambda t: f"(?>{'|'.join(t)})"),
        st.tuples(st.sampled_from(["(?=", "(?!"]), inner).map(lambda t: f"{t[0]}{t[1]})"),
        st.tuples(inner, st.sampled_from(["^", "$"]), inner).map("".join),
    ),
    max_leaves=9,
)


@settings(max_examples=250, deadline=None)
@given(REGEX, st.sampled_from(["line", "search", "tentative"]))
def test_what_is_accepted_keeps_its_bound(source: str, mode: Any) -> None:
    try:
        bound = steps(source, mode)
    except PatternError:
        return
    machine = Backtracker(source)
    for text in hostile(["a", "b", "c", "\u25a1"], 60, 3):
        assert machine.run(text, mode) <= 3 * bound * (len(text) + 1)
    # a bound may be generous; growth may not
    short, long = (max(machine.run(text, mode) for text in hostile(["a", "b", "c", "\u25a1"], n, 3)) for n in (50, 200))
    assert long <= 6 * short + 200


# -- the patterns of the program


def built_in() -> list[tuple[str, str, str]]:
    found = []
    for path in sorted(resources.root().glob("*.toml")):
        for rule in Pack(path, path.read_bytes()).rules:
            found += [(f"{rule.id}:{'.'.join(map(str, keys))}", source, mode) for keys, source, mode in patterns(rule)]
    return found


@pytest.mark.parametrize(("source", "mode"), [item[1:] for item in built_in()], ids=[item[0] for item in built_in()])
def test_a_built_in_pattern_is_linear(source: str, mode: Any) -> None:
    check(source, mode)
    folded = fold_pattern(source)
    assert worst(folded, mode, 150) <= 3 * steps(folded, mode)


def test_patterns_are_compiled_at_their_first_use() -> None:
    pattern = lazy("来源[：:](?P<who>.+)")
    assert not set(vars(pattern)) & {"search", "pattern", "match"}
    found = pattern.search(fold("來源：新華社"))
    assert found and found["who"] == "新华社"
    assert vars(pattern)["search"] == re.compile(pattern.pattern).search


@pytest.mark.parametrize(
    ("source", "folded"),
    [
        ("Copyright", "copyright"),
        (r"\D\S\W\A", r"\D\S\W\A"),
        ("網站（？", r"网站\(\?"),
        ("[（）Ａ-Ｚ]", r"[\(\)a-z]"),
        ("(?P<Name>A)", "(?P<Name>a)"),
        ("[一-龥]", "[一-龥]"),
        (r"\u5B57A", r"\u5B57a"),
        ("[A-Z]{2,3}", "[a-z]{2,3}"),
    ],
)
def test_a_pattern_is_folded_with_care(source: str, folded: str) -> None:
    assert fold_pattern(source) == folded


def test_the_patterns_of_the_program_are_built_in_rules() -> None:
    assert all(rule.id for rule in load().rules)
