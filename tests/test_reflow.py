"""Lines into paragraphs: cases and negatives as data, and what holds for any text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.edits import replay, undo
from cleaner.plan import Plan
from cleaner.stages import reflow
from cleaner.stages.reflow import quick

FIXTURES = Path(__file__).parent.parent / "fixtures"
CASES = json.loads((FIXTURES / "reflow" / "cases.json").read_text("utf-8"))
NEGATIVES = json.loads((FIXTURES / "reflow" / "negatives.json").read_text("utf-8"))
PLAN = Plan()


def check(text):
    """Run the stage. The edits give the text, the text gives the input back, a second run does nothing."""
    change = reflow.run(text, PLAN)
    edits = change.settled()
    assert replay(text, edits, change.moves) == change.text
    assert undo(change.text, len(text), edits, edits.befores(text), change.moves) == text
    again = reflow.run(change.text, PLAN)
    assert (again.text, len(again.settled()), again.moves) == (change.text, 0, ())
    return change


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_cases(case):
    assert check(case["text"]).text == case["want"]


@pytest.mark.parametrize("case", NEGATIVES, ids=[c["name"] for c in NEGATIVES])
@pytest.mark.parametrize("gap", ["\n", "\n\n", "\r\n\r\n", "\n　　"])
def test_clean_text_keeps_its_lines(case, gap):
    change = check(case["text"].replace("\n", gap))
    assert change.text == case["text"]
    assert not change.moves
    assert not change.flags
    assert not change.facts


ALPHABET = st.text(
    alphabet=st.sampled_from(
        "各级人民政府应当加强领导天天的制度，。、；：“”（）《》第一二三条章 \u3000\t\n\n\r\f#-*|—·0123abAI`"
    ),
    max_size=160,
)


@given(ALPHABET)
@settings(max_examples=300, deadline=None)
def test_any_text_replays_and_has_no_blanks(text):
    change = reflow.run(text, PLAN)
    edits = change.settled()
    assert replay(text, edits, change.moves) == change.text
    assert undo(change.text, len(text), edits, edits.befores(text), change.moves) == text
    if "```" not in text:
        assert all(line and line == line.strip() for line in change.text.split("\n")) or not change.text
    for flag in change.flags:
        assert 0 <= flag.start < flag.end <= len(text)


@given(ALPHABET)
@settings(max_examples=200, deadline=None)
def test_the_short_way_and_the_long_way_agree(text):
    if quick.look(text) is None:
        return
    short = reflow.run(text, PLAN)
    look, quick.look = quick.look, lambda text: None
    try:
        long = reflow.run(text, PLAN)
    finally:
        quick.look = look
    assert (short.text, list(short.settled()), short.facts) == (long.text, list(long.settled()), long.facts)


PARAGRAPHS = [
    "各级人民政府应当加强对环境保护工作的领导，建立健全协调工作机制，及时研究解决环境保护工作中的重大问题。",
    "图书馆每天早晨八点开门，晚上九点关门，周末和假期照常开放，同学们可以凭学生证借书。",
    "食堂的师傅每天很早就要起床准备，大家应当尊重他们的劳动，吃不完的饭菜要放到门口的回收桶里。",
    "任何单位和个人都有保护环境的义务，有权对污染环境的行为进行举报，接到举报的部门应当及时处理。",
    "# 总则",
    "第二章 监督管理",
    "附则",
    "他说：“明天再去。”",
]


@given(
    st.lists(st.tuples(st.sampled_from(PARAGRAPHS), st.integers(0, 60)), min_size=6, max_size=24),
    st.integers(1, 4),
    st.sampled_from(["\n", "\n\n", "\n## 稳中求进\n"]),
)
@settings(max_examples=150, deadline=None)
def test_windows_around_cuts_say_what_the_whole_text_says(parts, cuts, gap):
    lines = [
        f"{text[:at]}{gap}{text[at:]}" if n < cuts and 8 < at < len(text) - 4 else text for n, (text, at) in enumerate(parts)
    ]
    text = "\n".join(lines[cuts:] + lines[:cuts])
    short = reflow.run(text, PLAN)
    look, quick.look = quick.look, lambda text: None
    try:
        long = reflow.run(text, PLAN)
    finally:
        quick.look = look
    assert (short.text, short.moves) == (long.text, long.moves)
    assert sorted(map(repr, short.facts + short.flags)) == sorted(map(repr, long.facts + long.flags))
    assert replay(text, short.settled(), short.moves) == short.text


def test_columns_are_moves_and_keep_every_character():
    case = next(c for c in CASES if c["name"] == "two columns beside each other")
    change = check(case["text"])
    assert {move.rules for move in change.moves} == {("reflow/column",)}
    assert not any(change.settled().kinds)
    alternating = next(c for c in CASES if c["name"] == "two columns, their lines in turn")
    change = check(alternating["text"])
    assert change.moves
    assert [flag.code for flag in change.flags] == ["reflow/interleaved"]
    for text in (case["text"], alternating["text"]):
        assert not reflow.run(text, Plan(ignore=("reflow/column",))).moves


def test_lines_that_take_turns_are_flagged_and_not_joined_where_no_order_is_sought():
    for name in ("three columns, their lines in turn", "two columns in turn, some of their lines printed as one"):
        text = next(c for c in CASES if c["name"] == name)["text"]
        assert [flag.code for flag in check(text).flags] == ["reflow/interleaved"]
    change = reflow.run(
        next(c for c in CASES if c["name"].startswith("three columns"))["text"], Plan(ignore=("reflow/column",))
    )
    assert [flag.code for flag in change.flags] == ["reflow/interleaved"]
    assert change.text.count("\n") > 50


def headings(change):
    lines = change.text.split("\n")
    facts = [f for f in change.facts if (f.group, f.key) == ("layout", "heading")]
    assert all(f.end == f.start + 1 for f in facts)
    return [(f.value, lines[f.start]) for f in facts]


@pytest.mark.parametrize("tail", ["", "\n— 3 —"], ids=["short way", "long way"])
def test_headings_are_facts_with_the_number_of_their_line(tail):
    change = reflow.run("# 题目\n\n正文。\n\n  ### 小节\n\n正文。\n" + tail, PLAN)
    assert change.text == "题目\n正文。\n小节\n正文。"
    assert headings(change) == [(1, "题目"), (3, "小节")]


def test_headings_with_closing_marks():
    assert headings(reflow.run("# 题目 #\n\n正文。\n\n  ### 小节 ###\n\n正文。\n", PLAN)) == [(1, "题目"), (3, "小节")]


def test_a_heading_that_moves_is_counted_where_it_stands():
    text = "# 题\n\n前一段到此结束。\n\n各地区各部门认真贯彻落实决策部署，保持了经济平稳健康发\n\n## 稳中求进\n\n展的良好态势。\n\n## 结语\n完。"
    change = check(text)
    assert change.moves
    assert headings(change) == [(1, "题"), (2, "稳中求进"), (2, "结语")]


def test_the_short_way_names_its_rules_and_keeps_a_clean_text():
    clean = "".join(["题目\n", "正文。"])
    change = reflow.run(clean, PLAN)
    assert change.text is clean
    assert change.rules == ()
    for text in ("# 题目\n\n正文。", "# 题目\n正文。", "题目\n \n正文。", "\r\n题目 \r\n正文。　"):
        change = reflow.run(text, PLAN)
        assert callable(change.edits)
        rules = set(change.rules)
        assert rules == {rule for names in change.settled().rules for rule in names}


def test_a_heading_in_a_sentence_moves_as_one_line():
    text = "前一段到此结束。\n\n各地区各部门认真贯彻落实决策部署，保持了经济平稳健康发\n\n## 稳中求进\n\n展的良好态势。"
    change = check(text)
    (move,) = change.moves
    assert text[move.start : move.end] == "\n## 稳中求进"
    assert text[: move.to] == "前一段到此结束。"
    assert change.text.split("\n")[1] == "稳中求进"


def test_rules_that_are_ignored_do_nothing():
    text = "各级人民政府应当加强对环境保护工作的领导，建立健全协调机\n\n制，及时解决问题。\n— 3 —\n"
    quiet = reflow.run(text, Plan(ignore=("reflow/join", "reflow/page-number")))
    assert quiet.text == "各级人民政府应当加强对环境保护工作的领导，建立健全协调机\n制，及时解决问题。\n— 3 —"
    assert reflow.run(text, Plan(ignore=("reflow",))).text == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n",
        " \u3000\t\r\n\f",
        "\f\f\f",
        "#",
        "# ",
        "```",
        "```\n```",
        "```\r```",
        "```\r  a\r\n\f```",
        "。",
        "\ufeff",
        "\x00\n\x1c",
        "- \n- ",
        "|\n|\n|",
        "“",
        "”\n“",
    ],
    ids=repr,
)
def test_scraps(text):
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "字" * 1_000_000,
        "字 " * 100_000,
        "字\n" * 20_000,
        "“" * 200_000,
        "”“" * 100_000,
        " 一、" * 100_000,
        " （一）字" * 50_000,
        "# 字\n" * 20_000,
        "#" * 300_000,
        " \n" * 200_000,
        "1\n" * 20_000,
        "— 1 —\n" * 30_000,
        "各级人民政府应当加强对环境保护工作的领导建立健全协调机\n" * 3_000,
        "字，\n" * 10_000,
        "标题\n" * 10_000,
        "字" + " " * 300_000 + "字",
        "…" * 300_000 + "字",
        "# " * 100_000,
        "（" * 100_000 + "\n字",
        "各级人民政府应当    学校应当组织\n" * 3_000,
        "加强对环境保护工作的领导    食堂在早上六点半开始供应\n完善各项工作制度并且落实    早餐，吃饭的时候要排队，\n" * 800,
        "加强对环境保护工作的领导\n食堂在早上六点半开始供应\n完善各项工作制度并且落实\n早餐，吃饭的时候要排队，\n" * 500,
        "字 " * 60 + "\n" + ("字 字  字 " * 20 + "\n") * 800,
        "a(" * 100_000,
        ("各级人民政府应当加强对环境保护工作的领导，" * 4 + "保障环境保护工作的水平和能\n力建设，") * 1_000,
    ],
    ids=lambda text: repr(text[:6]),
)
def test_long_and_strange(text):
    change = reflow.run(text, PLAN)
    assert replay(text, change.settled(), change.moves) == change.text
