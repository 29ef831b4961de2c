"""strip: kinds of chrome, the layouts of publication data, traps, and inputs made to hurt."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from cleaner.edits import Edits
from cleaner.plan import Plan
from cleaner.stages.change import Change
from cleaner.stages.strip import run
from cleaner.stages.strip.index import index_of
from cleaner.stages.strip.values import count, date, datetime, names, topics, trail

CASES = Path(__file__).parent.parent / "fixtures" / "strip"
PLAN = Plan()


def cases(name: str) -> list[Any]:
    found = tomllib.loads((CASES / name).read_text("utf-8"))["case"]
    return [pytest.param(case, id=case["name"]) for case in found]


def fields(change: Change) -> dict[str, Any]:
    """What the page states; what the window says, a hint for the title, is none of it."""
    return {f"{fact.group}.{fact.key}": fact.value for fact in change.facts if fact.group != "document"}


def edits(change: Change) -> Edits:
    return change.settled()


@pytest.mark.parametrize("case", [*cases("pages.toml"), *cases("wrapped.toml"), *cases("government/pages.toml")])
def test_page(case: dict[str, Any]) -> None:
    change = run(case["text"], PLAN)
    assert change.text == case["want"]
    assert fields(change) == case["fields"]
    again = run(change.text, PLAN)
    assert again.text == change.text and not again.facts


@pytest.mark.parametrize("case", [*cases("pages.toml"), *cases("wrapped.toml"), *cases("government/pages.toml")])
def test_edits_are_whole_lines_and_facts_are_slices(case: dict[str, Any]) -> None:
    text = case["text"]
    change = run(text, PLAN)
    assert edits(change).apply(text) == change.text
    for edit in edits(change):
        assert not edit.after and edit.kind in ("chrome", "metadata") and len(edit.rules) == 1
        assert edit.start == 0 or text[edit.start - 1] == "\n" or text[edit.start] == "\n"
        assert edit.end == len(text) or text[edit.end - 1] == "\n" or text[edit.end] == "\n"
    for fact in change.facts:
        assert 0 <= fact.start < fact.end <= len(text)
        if isinstance(fact.value, str) and "_on" not in fact.key and "_at" not in fact.key:
            assert fact.value in text[fact.start : fact.end]


@pytest.mark.parametrize("case", cases("traps.toml"))
def test_trap(case: dict[str, Any]) -> None:
    change = run(case["text"], PLAN)
    assert [case["text"][e.start : e.end] for e in edits(change)] == []
    assert fields(change) == {}
    assert change.text == case["text"]


@pytest.mark.parametrize("case", cases("traps.toml"))
def test_trap_inside_a_page(case: dict[str, Any]) -> None:
    """The same texts between certain chrome and prose: nothing of them goes."""
    prose = "修缮了三年的老磨坊昨天重新开张，第一天就迎来了四百多位访客，磨坊主人说磨盘还是旧的，水还是那条溪里的水。"
    text = "\n".join(["设为首页", "加入收藏", prose, case["text"].strip("\n"), prose, prose, "返回顶部", "网站地图"])
    change = run(text, PLAN)
    assert change.text == "\n".join([prose, case["text"].strip("\n"), prose, prose])


@pytest.mark.parametrize("case", cases("known-failures.toml"))
@pytest.mark.xfail(strict=True)
def test_known_failure(case: dict[str, Any]) -> None:
    change = run(case["text"], PLAN)
    assert change.text == case["want"] and fields(change) == case["fields"]


@pytest.mark.parametrize("case", cases("government/pages.toml"))
def test_page_without_a_body_is_told(case: dict[str, Any]) -> None:
    codes = [flag.code for flag in run(case["text"], PLAN).flags]
    assert codes == ([] if case["want"] else ["strip/no-body"])


NAVIGATION = ["设为首页", "加入收藏", "网站地图", "首页", "要闻"]


@pytest.mark.parametrize(
    "line", ["一、总则", "联系人：李小山", "《溪上的桥》", "0555-1234567", "2021-05-20 10:09 来源：清溪日报"]
)
def test_a_page_that_could_have_a_body_keeps_it(line: str) -> None:
    """Without a line of prose, but with one that no list of links has."""
    change = run("\n".join([*NAVIGATION, "溪上的桥", line, "四月的集市"]), PLAN)
    assert "溪上的桥" in change.text and [flag.code for flag in change.flags] == ["strip/body-in-doubt"]


LAW = """# 清溪县河道管理办法

2019年10月20日 清溪县人民政府第十五次常务会议通过

2020年3月5日 清溪县人民政府第二十次常务会议修订

第一条 为了加强河道管理，保障行洪安全，根据有关法律，结合本县实际，制定本办法。
第二条 本县境内河道的管理，适用本办法，法律另有规定的，从其规定。"""
VERSE = "山月\n一弯新月出东山\n照我孤舟过浅滩"
CODE = "先连上数据库，再读出一行，读不到就停下来，把当前的时间写进去。\nimport json\nimport redis\nclient = redis.Redis()\nprint(client)"


@pytest.mark.parametrize("body", [LAW, VERSE, CODE])
def test_a_frame_takes_nothing_of_its_document(body: str) -> None:
    """Around a text a page's menus and footer, rich in marks: title, history, verse and code stay."""
    above = ["设为首页", "加入收藏", "无障碍阅读", "首页", "登录", "您的位置：首页 > 栏目 > 正文"]
    below = [
        "【打印本页】",
        "【关闭窗口】",
        "网站地图",
        "关于我们",
        "Copyright © 2020 某某网 All Rights Reserved",
        "皖ICP备12345678号",
    ]
    change = run("\n".join([*above, body, *below]), PLAN)
    assert [line for line in change.text.split("\n") if line] == [line for line in body.split("\n") if line]


def test_clean_text_is_not_looked_at_twice() -> None:
    text = "第一条 为了加强河道管理，制定本办法。\n第二条 河道的来源、范围由县人民政府公布。\n" * 50
    change = run(text, PLAN)
    assert change.text is text and not index_of(PLAN).suspects(text)


def test_rules_can_be_left_out() -> None:
    text = "设为首页\n加入收藏\n责任编辑：王小河\n修缮了三年的老磨坊昨天重新开张，第一天就迎来了四百多位访客。"
    assert "设为首页" in run(text, Plan(ignore=("web/tool-label",))).text
    assert "责任编辑" in run(text, Plan(ignore=("fields/",))).text
    assert run(text, Plan(ignore=("strip",))).text == text
    assert "责任编辑" in run(text, Plan(select=("web/tool-label",))).text


TAIL = [
    "作者简介",
    "签发：王小河",
    "单位：亿元",
    "《活着》",
    "地点：老磨坊",
    "一、磨盘去了哪里？",
    "陈小林：在桥下",
    "还在吗？",
]


@pytest.mark.parametrize(
    "line", ["责任编辑：李小山", "来源：清溪日报", "审核：李小山", "时间：2024年5月1日 14:00", "校对：李小山"]
)
def test_metadata_opens_no_list_of_links(line: str) -> None:
    """Below the last prose line a line of publication data goes alone, if it goes at all."""
    prose = "修缮了三年的老磨坊昨天重新开张，第一天就迎来了四百多位访客，磨坊主人说磨盘还是旧的。"
    change = run("\n".join([prose, line, *TAIL]), PLAN)
    left = change.text.split("\n")
    assert [kept for kept in left if kept != line] == [prose, *TAIL]


@pytest.mark.parametrize("line", TAIL)
def test_list_of_links_takes_no_line_of_a_document(line: str) -> None:
    """Neither numbered, labelled nor bracketed lines nor questions go below certain chrome."""
    prose = "修缮了三年的老磨坊昨天重新开张，第一天就迎来了四百多位访客，磨坊主人说磨盘还是旧的。"
    text = "\n".join([prose, "返回顶部", "溪上的桥", line, "网站地图"])
    assert (line in run(text, PLAN).text) or line == "作者简介"


def test_a_page_with_prose_is_never_emptied() -> None:
    text = "访问者可以在下面的清单里找到皖ICP备12345678号，并按编号登记，逾期不再受理。\n皖ICP备12345678号"
    assert run(text, PLAN).text


def test_first_statement_wins() -> None:
    body = "修缮了三年的老磨坊昨天重新开张，第一天就迎来了四百多位访客。"
    text = f"题目\n发布时间：2021-05-20 来源：清溪日报\n{body}\n来源：山城晚报"
    assert fields(run(text, PLAN)) == {"web.published_at": "2021-05-20", "web.origin": "清溪日报"}


@pytest.mark.parametrize(
    ("value", "want"),
    [
        ("2023-10-27 16:52", "2023-10-27T16:52"),
        ("2023年10月27日", "2023-10-27"),
        ("2023/1/7 6:05:09", "2023-01-07T06:05"),
        ("2023.10.27", "2023-10-27"),
        ("二○一二年八月十三日", "2012-08-13"),
        ("二〇二三年十二月三十一日", "2023-12-31"),
        ("２０２３－１０－２７", "2023-10-27"),
        ("2023-10-27 25:99", "2023-10-27"),
        ("2023-13-40", None),
        ("五月", None),
    ],
)
def test_datetime(value: str, want: str | None) -> None:
    assert datetime(value) == want


def test_values() -> None:
    assert date("2023-10-27 16:52") == "2023-10-27"
    assert [count(v) for v in ("814", "1,024次", "", "{{n}}")] == [814, 1024, None, None]
    assert topics("科技、教育；文化") == ["科技", "教育", "文化"]
    assert names("张 三") == ["张三"] and names("张三 李四、王五") == ["张三", "李四", "王五"] and names("") is None
    assert trail("网站首页> 市科技局> 上级文件") == ["网站首页", "市科技局", "上级文件"]


HOSTILE = {
    "one line": "来源：" * 400_000,
    "one line of bars": "首页|" * 300_000,
    "blank lines": "设为首页\n" + "\n" * 500_000 + "返回顶部",
    "bars": "设为首页\n" + "|\n" * 200_000,
    "labels": "设为首页\n" + "来源：\n" * 12_000,
    "stamps": "设为首页\n" + "2021-05-20 10:09 某某网\n" * 6_000,
    "dashes": "责任编辑：" + "-" * 500_000,
    "dates": "发布时间：" + "2021-05-20 " * 60_000,
    "arrows": "当前位置：" + "首页>" * 200_000,
    "disclaimers": "免责声明：本网转载" * 60_000,
    "footers": "版权所有\n" * 60_000,
    "surrogates and controls": "设为首页\n\ud800\x00\ufeff\u2028\x85\n返回顶部",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile(name: str) -> None:
    text = HOSTILE[name]
    change = run(text, PLAN)
    assert edits(change).apply(text) == change.text


@pytest.mark.parametrize("text", ["", "\n", "|", " ", "\n\n|\n\n", "设为首页", "设为首页\r\n正文。\r\n返回顶部\r\n"])
def test_small(text: str) -> None:
    change = run(text, PLAN)
    assert edits(change).apply(text) == change.text
