"""What `check` and `fix` may touch, with stand-ins for the stages; their own work has tests of its own."""

from __future__ import annotations

import codecs
import re
import stat
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.careful import mend as module
from cleaner.careful.files import examine, read, rewrite
from cleaner.careful.mend import mend
from cleaner.careful.protect import LINE_END, meets, protected, syntax
from cleaner.edits import Edit, Edits
from cleaner.errors import InputError
from cleaner.plan import Plan
from cleaner.readers import media_type
from cleaner.stages.change import Change

FIXTURES = Path(__file__).parents[1] / "fixtures" / "careful"
PLAN = Plan(profile="repo", to="keep")
WIDE = str.maketrans(",:;()!?", "，：；（）！？")


def marks(text: str, plan: Plan) -> Change:
    """Every ASCII mark behind a Han character is an error, and every bracket before one."""
    found = re.finditer(r"(?<=[\u4e00-\u9fff])[,:;()!?]|[,()](?=[\u4e00-\u9fff])", text)
    return Change.of(text, Edits(Edit(*m.span(), m[0].translate(WIDE), ("punctuate/x",)) for m in found))


def garbled(text: str, plan: Plan) -> Change:
    """Bytes read as Latin-1, in runs that reach over lines."""
    edits = Edits()
    for m in re.finditer(r"[\x40-\x7e\x80-\xff]*[\x80-\xff]{2}[\x40-\x7e\x80-\xff\n ]*", text):
        for encoding in ("gbk", "utf-8"):
            try:
                edits.add(*m.span(), m[0].encode("latin-1").decode(encoding), "repair/x")
                break
            except UnicodeDecodeError:
                continue
    return Change.of(text, edits)


@pytest.fixture
def stand_ins(monkeypatch):
    two = [SimpleNamespace(name="repair", run=garbled), SimpleNamespace(name="punctuate", run=marks)]
    monkeypatch.setattr(module, "stages", lambda plan: two)


def use(monkeypatch, *edits: Edit):
    """A single stage that makes these edits once."""
    state = {"done": False}

    def run(text: str, plan: Plan) -> Change:
        if state["done"]:
            return Change(text)
        state["done"] = True
        return Change.of(text, Edits(edits))

    monkeypatch.setattr(module, "stages", lambda plan: [SimpleNamespace(name="x", run=run)])


def kind(path: Path):
    return syntax(media_type(path.name))


def fixed(text: str, form: str = "text") -> str:
    return mend(text, PLAN, form).apply(text)


@pytest.mark.parametrize("after", sorted(FIXTURES.glob("*.fixed.*")), ids=lambda p: p.name)
def test_fixtures(after, stand_ins):
    before = after.with_name(after.name.replace(".fixed", ""))
    text, want = (p.read_bytes().decode() for p in (before, after))
    assert fixed(text, kind(before)) == want
    assert len(mend(want, PLAN, kind(before))) == 0


@pytest.mark.parametrize("encoding", ["gbk", "utf-8"])
def test_a_fence_inside_mojibake_is_no_fence(encoding, stand_ins):
    text = "中文`测试`里面，这里还有很多文字需要修复，代码围栏也坏了。\n\n```\n注释，这里也是\n```\n尾部的文字也要修复。\n"
    assert fixed(text.encode(encoding).decode("latin-1"), "markdown") == text
    # bytes of GBK that look like back quotes
    text = "襼訿謂讅豟赻躙轥醏鈦銉鎎鏯鐯镻閌闬靈顯颰飢餪馻騚驜骬髷鬱魜鮜鯼鰜鱜鳣鴟鵟鶟鷟鸃黐齚龎"
    assert "`" in text.encode("gbk").decode("latin-1") or "[" in text.encode("gbk").decode("latin-1")
    assert fixed(text.encode("gbk").decode("latin-1"), "markdown") == text


def test_code_that_shows_mojibake_stays(stand_ins):
    text = "# Title\n\nsome `ÖÐÎÄ` and\n\n```\nÖÐÎÄÄÚÈÝÖÐÎÄÄÚÈÝÖÐÎÄÄÚÈÝÖÐÎÄ\n```\n"
    assert fixed(text, "markdown") == text
    assert fixed(text + "\n中文 outside ÖÐÎÄ.\n", "markdown") == text + "\n中文 outside 中文.\n"


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("甲\n\n乙\n", Edit(1, 3, "", ("x",))),  # a join
        ("甲\n乙\n", Edit(1, 2, "\n\n", ("x",))),  # a blank line more
        ("甲\r\n乙\r\n", Edit(1, 3, "\n", ("x",))),  # another line end
        ("\u3000\u3000甲\n", Edit(0, 2, "", ("x",))),  # an indentation
        ("\u3000甲\n", Edit(0, 2, " 乙", ("x",))),
        ("甲  \n乙\n", Edit(1, 3, "", ("x",))),  # a hard line break of Markdown
        ("甲\n", Edit(1, 1, " ", ("x",))),
        ("甲\n\u200b\n乙", Edit(2, 3, "", ("x",))),  # a line that would be blank
        ("甲乙丙丁", Edit(1, 3, "", ("x",), "chrome")),  # a removal
    ],
)
def test_lines_and_the_space_around_them_stay(text, edit, monkeypatch):
    use(monkeypatch, edit)
    assert fixed(text) == text


@pytest.mark.parametrize(
    ("text", "edit"),
    [
        ("１. 甲", Edit(0, 1, "1", ("x",))),  # would become an item
        ("＃ 甲", Edit(0, 1, "#", ("x",))),
        ("甲＊乙＊丙", Edit(1, 2, "*", ("x",))),
        ("*甲*", Edit(0, 1, "＊", ("x",))),
        ("甲＜b＞", Edit(1, 2, "<", ("x",))),
        ("| 甲 | 乙 |", Edit(4, 5, "｜", ("x",))),
        ("- 甲", Edit(0, 1, "—", ("x",))),
    ],
)
def test_no_mark_of_markdown_comes_or_goes(text, edit, monkeypatch):
    use(monkeypatch, edit)
    assert fixed(text, "markdown") == text
    use(monkeypatch, edit)
    assert fixed(text, "text") != text


def test_an_edit_over_lines_is_cut_into_lines(monkeypatch):
    use(monkeypatch, Edit(0, 9, "新一\n```\n新三", ("x",)))
    text = "旧一\n```\n旧三\n"
    edits = mend(text, PLAN, "text")
    assert [(e.start, e.end, e.after) for e in edits] == [(0, 1, "新"), (7, 8, "新")]


def test_a_no_break_space_that_is_half_a_character(monkeypatch):
    text = "å\xa0\n"
    use(monkeypatch, Edit(0, 2, "堠", ("x",)))
    assert fixed(text) == "堠\n"


def test_rounds_end(monkeypatch):
    swap = str.maketrans("甲乙", "乙甲")

    def run(text: str, plan: Plan) -> Change:
        return Change.of(text, Edits([Edit(0, 1, text[0].translate(swap), ("x",))]))

    monkeypatch.setattr(module, "stages", lambda plan: [SimpleNamespace(name="x", run=run)])
    assert mend("甲", PLAN) is not None


PIECES = [
    "```", "~~~", "`", "``", "\n", "\n\n", "    ", " ", "- ", "1. ", "> ", "中,文", "<b>", "</b>", "<!--", "-->", "](", ")",
    "[a]", "[a]:", "---", "\\", "$", "{{", "}}", "http://a.b/", "<pre>", "</pre>", "\r\n", "\t", "&amp;", "\x00", "\x0c", "İ",
    "\u2028",
]  # fmt: skip
UNITS = [
    "`", "``` ", "`` ` ", "](", '](a "', "[[", "[a]: b\n[a]", "<", "<!--", "<pre>", "{{", "{%", "$", "$$a", "&", "> ", "- ",
    "](         ", "---\n", "```\n", "~~~\n", "a@", "www.", "h://", "中,", "  \n", "\r", "* a\n", "1. ", "[", "![", "<a ",
    "\t", "\\`", "> * ", "    \n", "\ta\n", "a\n===\n", "[a]:",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=30).map("".join), st.sampled_from(["text", "markdown", "html"]))
def test_protected_spans_are_sorted_disjoint_and_inside(text, form):
    spans = protected(text, form)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(x[1] < y[0] for x, y in pairwise(spans))


DIRT = [
    "今天,天气", "很好(是的)", "规(guī)范", "ÖÐÎÄÄÚÈÝ", "ä¸\xadæ\x96\x87å\xad\x97", "\u200b", "ＡＢＣ１２３", "⼀⼆", "\\u4e2d\\u6587",
    '"引号"', "。 ", "：", "\u3000", "&nbsp;", "\ufeff",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES + DIRT), max_size=25).map("".join), st.sampled_from(["text", "markdown", "html"]))
def test_the_real_stages_keep_lines_and_leave_nothing_for_a_second_run(text, form):
    after = mend(text, PLAN, form).apply(text)
    assert LINE_END.findall(after) == LINE_END.findall(text)
    assert not len(mend(after, PLAN, form))
    for a, b in zip(LINE_END.split(text), LINE_END.split(after), strict=True):
        assert a.isspace() == b.isspace()
        assert a[: len(a) - len(a.lstrip())] == b[: len(b) - len(b.lstrip())]


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 5))), st.integers(0, 25), st.integers(0, 4))
def test_meets(spans, start, length):
    found = module.merged((a, a + n) for a, n in spans)
    end = start + length
    want = any(a < end and start < b if length else a < start < b for a, b in found)
    assert meets(start, end, found) == want


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_protection_of_one_thing_again_and_again(unit, form):
    text = unit * (4_000 // len(unit))
    spans = protected(text, form)
    assert all(0 <= a < b <= len(text) for a, b in spans)
    assert all(x[1] < y[0] for x, y in pairwise(spans))


# -- files


def mended(data: bytes, name: str = "a.txt", **options) -> bytes:
    return examine(data, name, Plan(profile="repo", to="keep", **options)).result


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "big5", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"]
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_a_file_keeps_encoding_mark_and_newlines(encoding, newline, stand_ins):
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    mark = mark or {"utf-32-le": codecs.BOM_UTF32_LE, "utf-32-be": codecs.BOM_UTF32_BE}.get(encoding, b"")
    text = "這是一個句子,有逗號的句子(括號)。我們在學校裡讀書,他們在家裡工作。".replace("裡", "中") + newline
    text += "第二行,結束了沒有。" + newline
    data, want = (mark + t.encode(encoding) for t in (text, text.translate(WIDE)))
    assert mended(data) == want
    assert mended(want) == want


def test_gbk_stays_gbk(stand_ins, monkeypatch):
    text = "全国人民代表大会常务委员会关于修改《中华人民共和国公司法》的决定已经通过,现予公布。"
    assert mended(text.encode("gbk")) == text.translate(WIDE).encode("gbk")
    use(monkeypatch, Edit(0, 1, "😀", ("x",)))
    with pytest.raises(InputError, match=r"gbk cannot hold U\+1F600 .* line 1"):
        mended(text.encode("gbk"))
    use(monkeypatch, Edit(0, 1, "😀", ("x",)))
    four = text + "㐂"  # not in GBK, so the file is GB18030 and can hold anything
    assert mended(four.encode("gb18030")).startswith("😀".encode("gb18030"))


def test_bad_bytes_are_not_rewritten(stand_ins):
    with pytest.raises(InputError, match=r"1 places? \(the first in line 2\) cannot be decoded as utf-8; not rewritten"):
        mended("好的,这是一行完整的中文文字\n坏的".encode() + b"\xff" + ",后面还有很多文字,都是中文。".encode())


def test_a_doubtful_encoding_is_left_alone(stand_ins):
    data = "Größe, Länge und Übermaß; Äpfel für die Bäckerei, daß es so ist.\n".encode("cp1252") * 3
    found = examine(data, "a.txt", PLAN)
    assert found.result == data
    assert not len(found.edits)


def test_an_empty_file_is_clean():
    assert mended(b"") == b""


def test_findings_have_places(stand_ins):
    found = list(examine("甲\r\n𠮷乙,丙(丁\n".encode(), "a.txt", PLAN).findings)
    assert [(f.line, f.column, f.end_line, f.end_column, f.before, f.after) for f in found] == [
        (2, 3, 2, 4, ",", "，"),
        (2, 5, 2, 6, "(", "（"),
    ]


def test_rewriting_is_atomic_and_keeps_mode_and_links(tmp_path, monkeypatch):
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_bytes(b"old")
    real.chmod(0o750)
    link.symlink_to(real)
    rewrite(link, b"new")
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert stat.S_IMODE(real.stat().st_mode) == 0o750
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.txt", "real.txt"]

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(InputError, match="no space left on device; not rewritten"):
        rewrite(real, b"newer")
    assert real.read_bytes() == b"new"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["link.txt", "real.txt"]


def test_reading_says_why(tmp_path):
    with pytest.raises(InputError, match="no such file or directory"):
        read(tmp_path / "a")
    with pytest.raises(InputError, match="is a directory"):
        read(tmp_path)


@pytest.mark.usefixtures("elsewhere")
def test_no_text_file(run):
    Path("a.pdf").write_bytes(b"%PDF-1.4\n")
    code, out, err = run("check", "a.pdf")
    assert (code, out, err) == (2, "", "error: a.pdf: check and fix mend text files; cleaner clean reads a PDF\n")
