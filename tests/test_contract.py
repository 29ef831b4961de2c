"""The contract of the record holds for any text and any bytes, by a checker that shares no code with the program.

The examples are the same in every run. ``benchmarks/stability.py`` draws new ones, and counts texts that a second cleaning changes.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator

from common import FIXTURES, SEEDS, complaints
from contract import violations
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, Document, InputError

# pieces that wake the stages, so that random texts are not only clean ones
PIECES = [
    "\n", "\n\n", "\r\n", "\r", " ", "  ", "\t", "　", "。", "，", ",", ":", ";", "(", ")", "（", "）", "“", "”", "\"", "...", "--", "!", "?",
    "國(guó)家", "發(fā)展", "規(guī)?;瘧?yīng)用", "為了", "爲", "产业", "人工智能", "在这", "个方向上,", "平台", "台,提升", "记者 ", "本报记者 范洁",
    "一、总体要求", "二、主要任务", "（一）", "(二)", "1.", "第一条", "第一章 总则", "附件", "# ", "## 标题", "— 3 —", "第 1 页 共 9 页",
    "首页", "设为首页", "加入收藏", "打印", "关闭", "京ICP备12345678号", "版权所有:某网", "公网安备11010502030000", "来源:某报", "发布时间:2023-10-27 16:52",
    "索引号: 1/2 组配分类: 文件", "您现在的位置: 首页> 新闻", "责任编辑:张三", "延伸阅读", "|", "•", "&nbsp;", "&#20013;", "\\u4e2d", "%E4%B8%AD", "锟斤拷",
    "\ufeff", "\u200b", "\u00ad", "\ufffd", "⼀", "⻘", "Ａ１", "ä¸­å›½", "ÖÐ¹ú", "<b>", "```", "---", "and", " and ", "1,000", "2024年12月20日", "国发[2024]5号",
    "a", "B", "0", "中", "\x00", "\x85", "\ue000", "😀", "か", "한", "制定《计划》。",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=30).map("".join))
BYTES = st.one_of(
    st.binary(max_size=80),
    st.builds(
        lambda t, e, junk, at: t.encode(e, "ignore")[:at] + junk + t.encode(e, "ignore")[at:],
        TEXTS,
        st.sampled_from(["utf-8", "utf-8-sig", "gb18030", "big5hkscs", "utf-16", "utf-16-le", "shift_jis"]),
        st.binary(max_size=3),
        st.integers(0, 60),
    ),
)
CLEANER = Cleaner()
SETTINGS = settings(deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])


def check(source: str | bytes) -> None:
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    try:
        doc = CLEANER.clean(source)
    except InputError:
        assert isinstance(source, bytes)  # a text is always a document
        return
    record = json.loads(doc.to_json())
    assert violations(record, data, doc.page) == []
    assert complaints(record) == []
    assert record == doc.to_dict()
    again = Document.from_json(doc.to_json())
    assert again.restore() == data
    assert again.page == doc.page
    assert again.to_dict() == record
    if isinstance(source, str) and doc.source.reader == "text/1" and not any(0xD800 <= ord(c) < 0xE000 for c in source):
        assert doc.page == source


@given(TEXTS)
@settings(SETTINGS, max_examples=400)
@example("")
@example("\n")
@example("\ufeff中")
@example("\ud800中\udfff")
def test_any_text(source):
    check(source)


@given(BYTES)
@settings(SETTINGS, max_examples=300)
@example(b"")
@example(b"\xff\xfe")
@example("中文".encode("utf-16"))
@example("中文".encode("gb18030") + "中文".encode())
@example("今天天气很好，我们去公园。\n".encode() * 3 + "今天天气很好我们去公园。\n".encode("gbk"))
def test_any_bytes(source):
    check(source)


@given(TEXTS, st.sampled_from(["hant", "tw", "keep"]))
@settings(SETTINGS, max_examples=100)
def test_every_target_keeps_the_contract(source, to):
    doc = Cleaner(to=to).clean(source)
    assert violations(doc.to_dict(), source.encode("utf-8", "surrogatepass"), doc.page) == []


@given(TEXTS)
@settings(SETTINGS, max_examples=100)
def test_provenance_changes_only_what_is_told_of_the_way(source):
    full = CLEANER.clean(source)
    for provenance in ("summary", "none"):
        doc = Cleaner(provenance=provenance).clean(source)
        assert doc.text == full.text
        assert doc.sections == full.sections
        assert doc.warnings == full.warnings
        assert complaints(doc.to_dict()) == []


def strings(value: object) -> Iterator[str]:
    """All texts in a fixture's data, however deep."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for below in value.values():
            yield from strings(below)
    elif isinstance(value, list):
        for below in value:
            yield from strings(below)


def fixture_texts() -> list[str]:
    """Every text of the fixtures, each once."""
    found = [p.read_text("utf-8") for p in SEEDS]
    for path in sorted(FIXTURES.rglob("*.*")):
        text = path.read_text("utf-8")
        if path.suffix == ".json":
            found += strings(json.loads(text))
        elif path.suffix == ".toml":
            found += strings(tomllib.loads(text))
        elif path.suffix in (".tsv", ".jsonl"):
            found += [cell for line in text.splitlines() for cell in line.split("\t")]
        else:
            found.append(text)
    return list(dict.fromkeys(found))


def test_every_fixture_keeps_the_contract_and_is_stable():
    texts = fixture_texts()
    assert len(texts) > 500
    unstable = []
    for text in texts:
        check(text)
        once = CLEANER.clean(text).text
        if CLEANER.clean(once).text != once:
            unstable.append(text)
    assert unstable == []
