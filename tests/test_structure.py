"""structure: the tree covers the text, elements are read and none is invented, traps stay text."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator

import pytest
from common import FIXTURES
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.plan import Plan
from cleaner.record.model import Section
from cleaner.record.tree import Tree
from cleaner.stages.change import Fact
from cleaner.stages.structure import Hints, Structure, run, structure
from cleaner.stages.structure.headings import numbered
from cleaner.stages.structure.marks import Units, _numerals
from cleaner.stages.structure.numbers import numeral
from cleaner.stages.structure.outline import outline
from cleaner.stages.structure.view import View

PLAN = Plan()
CASES = [
    pytest.param(case["text"].strip("\n"), case["want"], id=case["name"])
    for name in ("cases", "official", "traps")
    for case in tomllib.loads((FIXTURES / "structure" / f"{name}.toml").read_text("utf-8"))["case"]
]
GOLD = sorted((FIXTURES / "seeds").glob("*.json"))


def nodes(found: Structure) -> list[Section]:
    todo = [*found.sections, *(s for a in found.annexes for s in a.sections)]
    every = []
    while todo:
        section = todo.pop()
        every.append(section)
        todo += section.sections
    return sorted(every, key=lambda s: (s.lines[0], s.level))


def headings(found: Structure) -> list[str]:
    return [f"{s.level} {s.number or '-'} {s.heading or '-'}" for s in nodes(found) if s.level or s.heading]


def uncovered(text: str, found: Structure) -> Iterator[str]:
    """What breaks the contract of the tree: lines once at the top, children inside their parents, levels that fall."""
    n = text.count("\n") + 1
    spans = sorted([s.lines for s in found.sections] + [a.lines for a in found.annexes])
    if [i for a, b in spans for i in range(a, b)] != list(range(n)):
        yield f"top spans {spans} of {n} lines"
    for section in nodes(found):
        at, end = section.lines
        if not at < end <= n:
            yield f"span {section.lines}"
        for child in section.sections:
            if not (at < child.lines[0] and child.lines[1] <= end and child.level > section.level):
                yield f"{child.lines} level {child.level} in {section.lines} level {section.level}"
            at = child.lines[1] - 1


@pytest.mark.parametrize(("text", "want"), CASES)
def test_case(text, want):
    found = structure(text, PLAN)
    assert list(uncovered(text, found)) == []
    got = {
        "type": found.type,
        "title": found.title,
        "title_by": found.title_by,
        "official": found.official,
        "law": found.law,
        "web": found.web,
        "headings": headings(found),
        "annexes": [a.title for a in found.annexes],
        "flags": [f.code for f in found.flags],
    }
    assert {key: got[key] for key in want} == want
    for flag in found.flags:
        assert text[flag.start : flag.end]


@pytest.mark.parametrize("path", GOLD, ids=lambda p: p.stem)
@pytest.mark.parametrize("told", [True, False], ids=["with facts", "text alone"])
def test_gold_of_seed(path, told):
    gold = json.loads(path.read_text("utf-8"))
    stated = [(g, k, v) for g in ("disclosure", "web") for k, v in gold.get(g, {}).items() if k != "authors"]
    facts = [Fact(g, k, v, "test/fact", 0, 0) for g, k, v in stated] if told else []
    text = "\n".join(gold["text"])
    found = structure(text, PLAN, Hints({}, facts))
    assert list(uncovered(text, found)) == []
    assert (found.type, found.title, found.title_by) == (gold["type"], gold["title"], gold.get("title_by"))
    assert found.official == gold.get("official", {})
    assert found.web.get("authors") == gold.get("web", {}).get("authors")
    first = [[s.number or "", s.heading] for s in nodes(found) if s.level == 1 and s.heading]
    assert first == gold["headings_1"]
    second = [s for s in nodes(found) if s.level == 2]
    assert len(second) == gold["count_2"]
    assert all(s.heading for s in second)


def test_paragraphs_hold_what_follows_the_heading():
    text = "关于修桥的方案\n为修桥，制定本方案。\n一、任务\n（一）备料。石料就地取材。\n木料另行采购。\n（二）施工。冬季开工。"
    first, task = structure(text, PLAN).sections
    assert first.to_dict() == {"level": 0, "lines": [0, 2], "paragraphs": ["关于修桥的方案", "为修桥，制定本方案。"]}
    assert "paragraphs" not in task.to_dict()
    assert task.sections[0].to_dict() == {
        "level": 2,
        "number": "一",
        "heading": "备料",
        "lines": [3, 5],
        "paragraphs": ["石料就地取材。", "木料另行采购。"],
    }


def test_article_is_a_number_and_its_paragraphs():
    text = "养蜂条例\n第一条 为了养蜂，制定本条例。\n第二条 蜂场应当登记。\n前款登记每年一次。\n第三条 本条例自公布之日起施行。"
    article = structure(text, PLAN).sections[2]
    assert article.to_dict() == {
        "level": 1,
        "number": "第二条",
        "lines": [2, 4],
        "paragraphs": ["蜂场应当登记。", "前款登记每年一次。"],
    }


def test_markdown_headings_give_levels_unless_numbers_do():
    text = "桥梁手册\n前言一句话。\n设计\n先看河床。\n材料\n石与木。\n一、施工\n冬季开工。"
    found = structure(text, PLAN, Hints({0: 1, 2: 2, 4: 3, 6: 3}))
    assert found.title == "桥梁手册"
    assert headings(found) == ["1 - 设计", "2 - 材料", "1 一 施工"]
    assert list(uncovered(text, found)) == []


def test_title_of_the_disclosure_table_names_the_line():
    text = (
        "青山县水务局\n关于开展节水宣传的通知（2021）\n节水从点滴做起，现将节水宣传有关事项通知如下。\n一、宣传内容\n节水知识。"
    )
    facts = [Fact("disclosure", "title", "关于开展节水宣传的通知(2021)", "test/fact", 0, 0)]
    assert structure(text, PLAN, Hints({}, facts)).title_line == 1


def test_rules_can_be_switched_off():
    text = "\n".join(json.loads(GOLD[0].read_text("utf-8"))["text"])
    found = structure(text, Plan(ignore=("structure/imprint", "structure/unsigned", "structure/title")))
    assert "copied_to" not in found.official
    assert found.title is None
    assert found.flags == []


LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "一、总体要求",
                "二、任务",
                "（一）加强领导。各级要重视。",
                "（二）措施",
                "1.目标。完成。",
                "（1）细目",
                "第一条 内容。",
                "第二条 内容。",
                "第三条之一 内容。",
                "第一章 总则",
                "第一节 一般规定",
                "附件1",
                "附件：1.名单",
                "2.表格",
                "青山县人民政府",
                "2024年12月20日",
                "（此件公开发布）",
                "抄送：县委。",
                "青山县人民政府办公室文件",
                "青政发〔2024〕1号",
                "关于修路的通知",
                "各乡镇人民政府：",
                "本报记者 王小明",
                "一段正文，说了一些事情，最后用句号结束这一段话，长度超过四十个字，好让它算作一个段落。",
                "目录",
                "总则",
                "",
            ]
        ),
        st.text(max_size=30).map(lambda s: s.replace("\n", " ")),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(LINES, st.dictionaries(st.integers(0, 45), st.integers(1, 8), max_size=5))
def test_any_text_is_covered(lines, marked):
    text = "\n".join(lines)
    found = structure(text, PLAN, Hints(marked))
    assert list(uncovered(text, found)) == []
    for section in found.sections:
        section.to_dict()
    assert run(text, PLAN).text == text


def test_deep_markdown_needs_no_recursion():
    n = 5_000
    text = "\n".join(f"标题{i}" for i in range(n))
    found = structure(text, PLAN, Hints({i: i + 1 for i in range(n)}))
    assert len(nodes(found)) == n
    assert found.sections[-1].to_dict()


def test_numerals_are_written_as_they_are_read():
    assert [numeral(written) for written in _numerals(1999)] == list(range(1, 2000))


@pytest.mark.parametrize("blank", [" ", "\u3000", "  "])
def test_a_row_of_articles_is_the_tree_that_its_nodes_make(blank):
    units = [f"第{c}章{blank}某事" for c in "一二三"]
    articles = [f"第{n}条{blank}一段文字。" for n in _numerals(9)]
    text = [
        "前言。",
        units[0],
        *articles[:4],
        "（一）一项；",
        "（二）二项。",
        units[1],
        *articles[4:7],
        units[2],
        *articles[7:],
        "末段。",
    ]
    view = View("\n".join(text))
    made = numbered(view, Units(view), 0, len(text))
    assert made.row is not None
    nodes = sorted(made.nodes + made.row.nodes())
    columns, single = (Tree(text, outline(n, 0, len(text), row)) for n, row in ((made.nodes, made.row), (nodes, None)))
    assert columns.sections() == single.sections()
    assert json.loads(columns.json(plain=False)) == [s.to_dict() for s in columns.sections()]
