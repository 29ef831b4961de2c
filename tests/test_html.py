"""HTML as an input: the reader's cases, what is one, what the page says of itself, hostile pages, and the contract over random markup."""

from __future__ import annotations

import json

import pytest
from common import FIXTURES, complaints
from contract import violations
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleaner import Cleaner, Document
from cleaner.layout import Block
from cleaner.readers import read, read_str

READER = json.loads((FIXTURES / "html" / "reader.json").read_text("utf-8"))
CLEANER = Cleaner()
PROSE = "渡口的船停了三天，今天早上又开了，两岸的人都来看，挤满了石阶。"
MORE = [
    "对岸的面馆也开了门，老板说，水退下去以后，石阶上留了一层细沙。",
    "管理所的人在岸边立了牌子，写明涨水的时候船不开，请大家从桥上走。",
]
PAGE = (
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>渡口又通船了_河东在线</title></head><body>"
    "<div class=nav><a href=/>首页</a><a href=/a>新闻</a></div><h1>渡口又通船了</h1>"
    + "".join(f"<p>{line}</p>" for line in [PROSE, *MORE])
    + "<div class=footer><a href=/b>关于我们</a></div></body></html>"
)


@pytest.mark.parametrize("case", READER, ids=[c["name"] for c in READER])
def test_reader(case):
    page = read(case["html"].encode(), "a.html")
    assert (page.text, page.media_type, page.reader) == (case["page"], "text/html", "html/1")
    assert page.layout is not None
    assert len(page.layout.lines) == page.text.count("\n") + 1


@pytest.mark.parametrize(
    ("data", "name", "kind"),
    [
        ("<!DOCTYPE html><p>甲", None, "text/html"),
        ("<!DOCTYPE html><p>甲", "a.txt", "text/html"),
        ("\ufeff\n <!-- 生成 -->\n<HTML lang=zh><p>甲", "page", "text/html"),
        ('<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"><p>甲</p></html>', None, "text/html"),
        ("<!-- 样式 --><link href=a.css rel=stylesheet>\n<html><p>甲</html>", None, "text/html"),
        ("<div style='display:none'>1</div><!--\n<i>--><html><p>甲</html>", "a.txt", "text/html"),
        ("<div>甲</div>乙", "a.txt", "text/plain"),
        ("<p>甲</p>", "a.html", "text/html"),
        ("<p>甲</p>", "a.txt", "text/plain"),
        ("<b>甲</b>是粗体，写作<html>的页面。", None, "text/plain"),
        ("先写<!DOCTYPE html>，再写<html>。", None, "text/plain"),
        ("甲 < 乙\n丙", "a.html", "text/plain"),
        ("<!DOCTYPE html>\n", "a.md", "text/markdown"),
    ],
)
def test_what_is_html(data, name, kind):
    assert read(data.encode(), name).media_type == kind
    assert read_str(data, name)[1].media_type == kind


@pytest.mark.parametrize(
    ("codec", "declared"),
    [
        ("gb18030", "gb2312"),
        ("gb18030", "utf-8"),
        ("utf-8", "gb2312"),
        ("big5hkscs", "big5"),
        ("big5hkscs", "gb2312"),
        ("utf-16", "utf-8"),
    ],
)
def test_declared_charsets_are_checked(codec, declared):
    text = "渡口的船停了三天，今天早上又開了，兩岸的人都來看，擠滿了石階，到了晚上才散去。" if "big5" in codec else PROSE * 2
    data = f'<html><head><meta charset="{declared}"><meta http-equiv="Content-Type" content="text/html; charset=iso-8859-1"></head><p>{text}</p>'
    assert read(data.encode(codec), "a.html").text == text


def test_what_a_line_knows():
    page = read(b"<div class=nav><ul><li><a href=/>A</a> b</ul></div><h1>c</h1><main><p>d</p></main>", "a.html")
    first, second, third = page.layout.lines
    assert isinstance(first, Block)
    assert (first.tag, second.tag, third.tag) == ("li", "h1", "p")
    assert 0.4 < first.linked < 0.6
    assert "nav" in first.hints
    assert "nav" not in second.hints
    assert all(parent < n for n, parent in enumerate(page.layout.parents))


def test_a_page_end_to_end():
    doc = CLEANER.clean(PAGE.encode())
    assert doc.text == "渡口又通船了\n" + "\n".join([PROSE, *MORE])
    assert (doc.title, doc.title_by, doc.source.media_type) == ("渡口又通船了", None, "text/html")
    assert doc.restore() == PAGE.encode()


def test_the_window_names_a_page_without_a_title():
    doc = CLEANER.clean(PAGE.replace("<h1>渡口又通船了</h1>", ""), "a.html")
    assert (doc.title, doc.title_by) == ("渡口又通船了", "inferred")


@pytest.mark.parametrize(
    ("window", "title", "by"),
    [
        ("河东在线 - 渡口又通船了两岸热闹", "渡口又通船了两岸热闹", None),  # the site before the title
        ("河东新闻网：渡口又通船了两岸热闹", "渡口又通船了两岸热闹", None),
        ("河东在线", "渡口又通船了两岸热闹", None),  # the site alone: the line above the only one that dates
        ("河东在线 - 今日要闻", "渡口又通船了两岸热闹", None),
    ],
)
def test_the_line_that_is_the_title(window, title, by):
    head = "<p>渡口又通船了两岸热闹</p><p>发布时间：2021-03-05 10:20 来源：河西日报</p>"
    page = PAGE.replace("<h1>渡口又通船了</h1>", head).replace("渡口又通船了_河东在线", window)
    doc = CLEANER.clean(page)
    assert (doc.title, doc.title_by) == (title, by)
    assert doc.text.split("\n")[0] == title


def test_a_window_that_names_only_the_site_gives_no_title():
    doc = CLEANER.clean(PAGE.replace("<h1>渡口又通船了</h1>", "").replace("渡口又通船了_河东在线", "河东在线"))
    assert doc.title is None


def test_keywords_of_the_site_are_none_of_the_article():
    for words, want in (("渡口,通船", ["渡口", "通船"]), ("渡口,河东在线", [])):
        doc = CLEANER.clean(PAGE.replace("</head>", f"<meta name=keywords content={words}></head>"))
        assert doc.web.keywords == want


def test_what_the_page_says_of_itself_goes_first():
    head = '<meta name=PubDate content="2021-03-04 05:06"><meta name=ContentSource content=河东日报><link rel=canonical href="https://a.example/1">'
    line = "<p>发布时间：2021-03-05 10:20 来源：河西日报</p>"
    doc = CLEANER.clean(PAGE.replace("</head>", head + "</head>").replace("</h1>", "</h1>" + line))
    assert (doc.web.published_at, doc.web.origin, doc.source.url) == ("2021-03-04T05:06", "河东日报", "https://a.example/1")
    assert doc.fields_by == {"web.origin": "html/meta", "web.published_at": "html/meta"}
    assert [w.code for w in doc.warnings] == ["strip/sources-differ"] * 2
    assert complaints(doc.to_dict()) == []
    assert Document.from_json(doc.to_json()).fields_by == doc.fields_by


def test_a_day_in_the_metadata_takes_the_time_from_the_text():
    line = "<p>发布时间：2021-03-05 10:20</p>"
    doc = CLEANER.clean(
        PAGE.replace("</head>", "<meta name=publishdate content=2021-03-05></head>").replace("</h1>", "</h1>" + line)
    )
    assert doc.web.published_at == "2021-03-05T10:20"
    assert not doc.warnings


def test_rules_that_may_not_act():
    head = "<meta name=PubDate content=2021-03-04>"
    doc = Cleaner(ignore=["html/"]).clean(PAGE.replace("</head>", head + "</head>"))
    assert doc.web.published_at is None
    assert "html/chrome-block" not in doc.stats.rules


@pytest.mark.parametrize(
    "source",
    ["<html>", "<html><body>&nbsp;</body></html>", "<html><script>x</script>", "<html><frameset><frame src=a.html></frameset>"],
)
def test_a_page_that_shows_nothing_says_so(source):
    doc = CLEANER.clean(source, "a.html")
    assert doc.text.strip() == ""
    assert [w.code for w in doc.warnings] == ["strip/no-body"]
    assert violations(doc.to_dict(), source.encode(), doc.page) == []


def test_characters_that_no_reference_may_name():
    doc = CLEANER.clean(f"<html><p>&#20013;&#x56fd &#99999999; &#xD800; &bogus; {PROSE}")
    assert doc.text.startswith("中国")
    assert "&bogus;" in doc.text
    assert {w.code for w in doc.warnings} == {"repair/lost"}


HOSTILE = {
    "deep": "<div>" * 100_000 + "正文一句。",
    "deep and closed": "<div>" * 100_000 + "正文一句。" + "</div>" * 100_000,
    "deep inline": "<span>" * 100_000 + "正文一句。",
    "deep lists": "<ul><li>" * 50_000 + "正文一句。",
    "deep tables": "<table><tr><td>" * 30_000 + "正文一句。",
    "formatting": "<p>" + "".join(f"<font a={i}>" for i in range(3000)) + "</p>" + "<p>x" * 3000 + "正文一句。",
    "formatting in turns": ("".join(f"<p><font a={i}>" for i in range(20)) + "</b>" * 20) * 500 + "正文一句。",
    "attributes": "<div " + " ".join(f"a{i}=1" for i in range(60_000)) + ">正文一句。",
    "attributes in quotes": "<div " + " ".join(f'a{i}=">"' for i in range(60_000)) + ">正文一句。",
    "options": "<select>" + "<option>x" * 60_000 + "</select>正文一句。",
    "options without end": "<p>正文一句。<select>" + "<option>x" * 60_000,
    "open quotes": "<p>正文一句。" + "<a href='" * 60_000,
    "open tags": "<p>正文一句。" + "<a " * 100_000,
    "open comments": "<p>正文一句。" + "<!--" * 200_000,
    "entities": "<p>正文一句。" + "&#20013" * 200_000,
    "angles": "<p>正文一句。" + "<" * 1_000_000,
    "one line": "<p>" + "正文一句。" * 200_000,
    "plaintext": "<p>正文一句。<plaintext>" + "<p>x" * 50_000,
    "links": "<p>正文一句。" + "<a href=/x>链接</a>" * 50_000,
    "raw text without end": "<p>正文一句。" + "<script>" * 100_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_pages(name):
    page = read(HOSTILE[name].encode(), "a.html")
    assert "正文一句。" in page.text
    assert len(page.layout.lines) == page.text.count("\n") + 1


PIECES = [
    "<p>", "</p>", "<div>", "</div>", "<div class=nav>", "<div id=footer>", "<span>", "</span>", "<a href=/x>", "</a>", "<ul>", "</ul>", "<li>", "<table>", "</table>",
    "<tr>", "<td>", "<th>", "</td>", "<br>", "<hr>", "<h1>", "</h1>", "<h3>", "</h3>", "<pre>", "</pre>", "<script>", "</script>", "<style>", "</style>", "<!--", "-->",
    "<ruby>", "<rt>", "<rp>", "</ruby>", "<q>", "<template>", "</template>", "<p hidden>", "<div style='display:none'>", "<title>", "</title>", "<body>", "<select>",
    "<option>", "<plaintext>", "<![CDATA[", "]]>", "<", ">", "&", "&nbsp;", "&#20013", "&#x85;", "\u2028", "\f", "\r\n", "\r", "\n", "\t", " ", "　", "\x00", "\ufeff",
    "首页", "关于我们", "版权所有", "打印", "2023-10-27 16:52", "来源：某报", "责任编辑：张三", "渡口", "渡口又通船了", PROSE, "一、总则", "國家", "發(fā)展", ",", "。", "|", "x",
    '<meta name=PubDate content="2023-10-27">', "<meta name=keywords content='渡口,船'>", '<script type="application/ld+json">{"@type":"Article","headline":"甲"}</script>',
    "<link rel=canonical href=https://a.example/>", "<time datetime=2020-01-02>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
@settings(deadline=None, derandomize=True, max_examples=300, suppress_health_check=[HealthCheck.too_slow])
def test_any_markup_keeps_the_contract(markup, codec):
    data = ("<html>" + markup).encode(codec)
    doc = CLEANER.clean(data)
    record = json.loads(doc.to_json())
    assert doc.source.reader == "html/1"
    assert violations(record, data, doc.page) == []
    assert complaints(record) == []
    again = Document.from_json(doc.to_json())
    assert again.restore() == data
    assert again.page == doc.page
    assert again.to_dict() == record
    assert not any(not line.strip() for line in doc.page.split("\n")) or not doc.page


@given(st.text(max_size=80))
@settings(deadline=None, derandomize=True, max_examples=100)
def test_any_text_between_tags(text):
    data = f"<html><p>{text}".encode("utf-8", "surrogatepass")
    doc = CLEANER.clean(data)
    assert violations(doc.to_dict(), data, doc.page) == []


PAGES = json.loads((FIXTURES / "html" / "pages.json").read_text("utf-8"))


@pytest.mark.parametrize("name", PAGES)
def test_pages(name):
    """Pages of government sites with every layout of the index table, of the press, and traps, all of our own words."""
    want = PAGES[name]
    data = (FIXTURES / "html" / "pages" / f"{name}.html").read_bytes()
    doc = CLEANER.clean(data, f"{name}.html")
    if want["text"] is not None:
        assert doc.text == want["text"]
    assert all(piece in doc.text for piece in want.get("contains", []))
    assert [w.code for w in doc.warnings] == ([want["warning"]] if "warning" in want else [])
    got = {"title": doc.title, "published_at": doc.web.published_at, "origin": doc.web.origin}
    assert {k: got[k] for k in got if k in want} == {k: want[k] for k in got if k in want}
    assert {k: getattr(doc.disclosure, k) for k in want.get("disclosure", {})} == want.get("disclosure", {})
    assert "removed" not in want or len(doc.removed) == want["removed"]
    assert violations(doc.to_dict(), data, doc.page) == []
    assert CLEANER.clean(doc.text).text == doc.text
