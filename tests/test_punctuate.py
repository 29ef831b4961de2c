"""The marks: every case of the fixtures, every negative, and what holds for any text."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from cleaner.plan import Plan
from cleaner.rulebook import load
from cleaner.stages import punctuate
from cleaner.stages.punctuate.line import line_marks, rules

FIXTURES = Path(__file__).parent.parent / "fixtures" / "punctuate"
CLEAN, CAREFUL, SPACED = Plan(), Plan(profile="repo"), Plan(spacing="spaced")


def pairs(name: str) -> list[list[str]]:
    lines = (FIXTURES / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if "\t" in line]


def run(text: str, plan: Plan = CLEAN) -> str:
    change = punctuate.run(text, plan)
    edits = change.settled()
    assert edits.apply(text) == change.text
    assert (change.text is text) == (len(edits) == 0)
    assert punctuate.run(change.text, plan).text == change.text, "a second pass finds something"
    return change.text


@pytest.mark.parametrize(("dirty", "clean"), pairs("cases.tsv"))
def test_cases(dirty: str, clean: str) -> None:
    assert run(dirty) == clean
    assert run(clean) == clean


@pytest.mark.parametrize(("dirty", "clean"), pairs("traps.tsv")[1:])
def test_traps(dirty: str, clean: str) -> None:
    assert run(dirty) == clean
    assert run(clean) == clean


@pytest.mark.parametrize(("dirty", "clean"), pairs("careful.tsv"))
def test_careful(dirty: str, clean: str) -> None:
    assert run(dirty, CAREFUL) == clean


@pytest.mark.parametrize(("dirty", "clean"), pairs("spaced.tsv"))
def test_spaced(dirty: str, clean: str) -> None:
    assert run(dirty, SPACED) == clean


@pytest.mark.parametrize(("dirty", "clean"), pairs("careful.tsv"))
def test_spacing_by_name_is_that_of_the_profile(dirty: str, clean: str) -> None:
    assert run(dirty, Plan(profile="repo", spacing="keep")) == clean


@pytest.mark.parametrize("line", (FIXTURES / "negatives.txt").read_text("utf-8").splitlines())
@pytest.mark.parametrize("plan", [CLEAN, CAREFUL], ids=["clean", "careful"])
def test_negatives(line: str, plan: Plan) -> None:
    assert run(line, plan) == line


def test_lines_do_not_depend_on_each_other() -> None:
    dirty, clean = zip(*pairs("cases.tsv"), strict=True)
    assert run("\n".join(dirty)) == "\n".join(clean)


def test_rules_can_be_switched_off() -> None:
    text = "他说:(好),走吧!"
    assert run(text, Plan(ignore=("punctuate/brackets",))) == "他说：(好)，走吧！"
    assert run(text, Plan(select=("punctuate/comma",))) == "他说:(好)，走吧!"
    assert run(text, Plan(ignore=("punctuate",))) == text


def test_every_rule_is_documented() -> None:
    assert set(rules()) == {rule.id for rule in load(()).rules if rule.stage == "punctuate"}


PIECES = [
    *",;:?!()\"'  （）[]【】，。：、“”‘’《》中文第条年号0123456789aZ—…./\n\t\u3000",
    *("...", "--", "。。。", "http://a.cn/b,c", "a@b.cn", "`x,y`", "f(x)", "Python 3.11", "1,000", "16:52", "2024"),
    *("第1,2条", "发[2024]5号", "<b>", ":)", "](", "&lt;", "AI", "$x$"),
    *("name: ", " > ", "ls -l ", "./", "(1).md", ":(", ":D", "https://a.cn/文", "C:\\文", "print('", '3"', "條", "歲"),
]


@pytest.mark.parametrize("seed", range(4))
def test_any_text_comes_to_rest(seed: int) -> None:
    source = random.Random(seed)
    for _ in range(1500):
        text = "".join(source.choice(PIECES) for _ in range(source.randint(1, 14)))
        for plan in (CLEAN, CAREFUL, SPACED):
            run(text, plan)


@pytest.mark.parametrize("seed", range(4))
def test_the_short_way_is_the_long_way(seed: int) -> None:
    """What is set in the whole text at once, without a look at its line, is what the line says when it is read whole."""
    source = random.Random(seed)
    for _ in range(1500):
        text = "".join(source.choice([*PIECES, "(一)", "中文,", "和Web", "，"]) for _ in range(source.randint(1, 14)))
        for plan in (CLEAN, CAREFUL, SPACED):
            found = []
            at = 0
            for line in text.split("\n"):
                found += [(at + a, at + b, c) for a, b, c, _ in line_marks(line, plan.careful, plan.spaces, frozenset())]
                at += len(line) + 1
            edits = punctuate.run(text, plan).settled()
            assert list(zip(edits.starts, edits.ends, edits.afters, strict=True)) == found, text


@pytest.mark.parametrize(
    "text", ["文,", "(", "(a)", "文:)", '"文', "`", "](", "<a", "&a", "$a", "a@", "://", 'a("', "第1,", "文 a ", "。"]
)
def test_time_is_linear(text: str) -> None:
    run(text * 5000 + "文,")
