"""DOCX as input: what shows on paper is in the page text, what does not show is not."""

from __future__ import annotations

import io
import zipfile

import docx as word
import pytest
from papers import clean, docx, p, package

from cleaner import InputError
from cleaner.readers import read
from cleaner.readers.docx import numbering
from cleaner.readers.docx.numbering import chinese, write


def lines(data: bytes) -> list[str]:
    return read(data, "a.docx").text.split("\n")


def blocks(data: bytes) -> list[tuple[str, str]]:
    page = read(data, "a.docx")
    return [(block.tag, line) for block, line in zip(page.layout.lines, page.text.split("\n"), strict=True)]


def run(text: str, properties: str = "") -> str:
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{text}</w:t></w:r>'


def para(*inside: str) -> str:
    return f"<w:p>{''.join(inside)}</w:p>"


def test_a_document_that_another_program_wrote():
    made = word.Document()
    made.add_heading("社区绿化方案", 0)
    made.add_heading("总体要求", 1)
    made.add_paragraph("坚持因地制宜，多种树，种好树。")
    for text in ("松树", "柳树"):
        made.add_paragraph(text, style="List Number")
    table = made.add_table(rows=2, cols=2)
    for cell, text in zip((c for row in table.rows for c in row.cells), ("项目", "数量", "树苗", "三百"), strict=True):
        cell.text = text
    made.sections[0].header.paragraphs[0].text = "社区文件"
    made.sections[0].footer.paragraphs[0].text = "— 1 —"
    buffer = io.BytesIO()
    made.save(buffer)
    data = buffer.getvalue()
    assert blocks(data) == [
        ("p", "社区文件"), ("title", "社区绿化方案"), ("h1", "总体要求"), ("p", "坚持因地制宜，多种树，种好树。"), ("li", "1. 松树"), ("li", "2. 柳树"),
        ("tr", "项目\t数量"), ("tr", "树苗\t三百"), ("p", "— 1 —"),
    ]  # fmt: skip
    doc = clean(data, "a.docx")
    assert doc.source.reader == "docx/1"
    assert read(data).media_type == read(data, "a.bin").media_type == doc.source.media_type


LISTS = """<w:abstractNum w:abstractNumId="5">
  <w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/><w:suff w:val="nothing"/><w:lvlText w:val="%1、"/></w:lvl>
  <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl>
  <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2.%3"/></w:lvl>
</w:abstractNum><w:abstractNum w:abstractNumId="6"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="&#xF0B7;"/></w:lvl></w:abstractNum>
<w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="6"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="5"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>"""


def listed(text: str, number: int, depth: int = 0) -> str:
    return p(text, f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>')


def test_automatic_numbers_are_written_out():
    body = "".join(
        [listed("目标", 1), listed("近期", 1, 1), listed("远期", 1, 1), listed("细则", 1, 2), listed("任务", 1), listed("种树", 1, 1),
         listed("柳树", 2), listed("重来", 3), listed("没有编号", 0), listed("不存在的编号", 9)]
    )  # fmt: skip
    assert lines(docx(body, numbering=LISTS)) == [
        "一、目标", "（一）近期", "（二）远期", "1.2.1 细则", "二、任务", "（一）种树", "• 柳树", "一、重来", "没有编号", "不存在的编号",
    ]  # fmt: skip


def test_a_style_may_number_and_rank_its_paragraphs():
    styles = """<w:style w:styleId="a1"><w:name w:val="heading 1"/><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>
      <w:style w:styleId="a2"><w:name w:val="own"/><w:basedOn w:val="a1"/><w:pPr><w:numPr><w:ilvl w:val="1"/></w:numPr></w:pPr></w:style>
      <w:style w:styleId="a3"><w:name w:val="loop"/><w:basedOn w:val="a3"/></w:style>"""
    body = p("目标", '<w:pStyle w:val="a1"/>') + p("近期", '<w:pStyle w:val="a2"/>') + p("其他", '<w:pStyle w:val="a3"/>')
    body += p("附录", '<w:outlineLvl w:val="2"/>')
    assert blocks(docx(body, numbering=LISTS, styles=styles)) == [
        ("h1", "一、目标"),
        ("h1", "（一）近期"),
        ("p", "其他"),
        ("h3", "附录"),
    ]


@pytest.mark.parametrize(
    ("number", "form", "text"),
    [
        (10, "chineseCounting", "十"), (11, "chineseCountingThousand", "十一"), (20, "chineseCounting", "二十"), (105, "japaneseCounting", "一百零五"),
        (1010, "chineseCounting", "一千零一十"), (10001, "chineseCounting", "一万零一"), (205, "ideographDigital", "二〇五"), (11, "chineseLegalSimplified", "壹拾壹"),
        (3, "ideographTraditional", "丙"), (12, "ideographZodiac", "亥"), (20, "decimalEnclosedCircle", "⑳"), (21, "decimalEnclosedCircle", "21"),
        (4, "upperRoman", "IV"), (1994, "lowerRoman", "mcmxciv"), (27, "lowerLetter", "aa"), (2, "upperLetter", "B"), (7, "decimalZero", "07"),
        (12, "decimalFullWidth", "１２"), (3, "none", ""), (3, "a format to come", "3"), (0, "upperRoman", "0"),
    ],
)  # fmt: skip
def test_number_formats(number, form, text):
    assert write(number, form) == text


def test_every_number_up_to_a_thousand_is_counted_once():
    assert len({chinese(n) for n in range(1000)}) == 1000
    assert len(numbering.Numbering().label("1", 0)) == 0


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (run("旧") + "<w:ins>" + run("新") + "</w:ins><w:del><w:r><w:delText>删</w:delText></w:r></w:del>", "旧新"),
        ("<w:moveFrom>" + run("移走") + "</w:moveFrom><w:moveTo>" + run("移来") + "</w:moveTo>", "移来"),
        (run("看") + run("不见", "<w:vanish/>") + run("得见", '<w:vanish w:val="0"/>'), "看得见"),
        (
            '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>' + run("代码")
            + '<w:r><w:fldChar w:fldCharType="separate"/></w:r>' + run("结果") + '<w:r><w:fldChar w:fldCharType="end"/></w:r>' + run("之后"),
            "结果之后",
        ),
        ("<w:fldSimple>" + run("三") + "</w:fldSimple><w:hyperlink>" + run("链接") + "</w:hyperlink>", "三链接"),
        ("<w:r><w:t>一</w:t><w:tab/><w:t>二</w:t><w:noBreakHyphen/><w:t>三</w:t></w:r>", "一\t二-三"),
        ("<w:sdt><w:sdtContent>" + run("控件") + "</w:sdtContent></w:sdt><w:smartTag>" + run("北京") + "</w:smartTag>", "控件北京"),
        (run("设") + '<m:oMath xmlns:m="m"><m:r><m:t>x</m:t></m:r></m:oMath>' + run("。"), "设x。"),
        ('<w:commentRangeStart w:id="1"/>' + run("字") + '<w:r><w:commentReference w:id="1"/></w:r>', "字"),
        ('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:t>是</w:t></w:r>', "☑是"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>liǔ</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>柳</w:t></w:r></w:rubyBase></w:ruby></w:r>" + run("树"), "柳(liǔ)树"),
        ("<w:pPr><w:tabs><w:tab/></w:tabs></w:pPr>" + run("字"), "字"),
        ('<w:pPr><w:pPrChange><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:pPrChange></w:pPr>' + run("字"), "字"),
    ],
)  # fmt: skip
def test_what_of_a_paragraph_shows(inside, text):
    assert lines(docx(para(inside), numbering=LISTS)) == [text]


def test_line_breaks_end_lines_and_empty_paragraphs_are_none():
    assert lines(docx(para("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t></w:r>") + para() + p(" ") + p("丙"))) == ["甲", "乙", "丙"]


def test_a_paragraph_whose_mark_was_deleted_goes_on():
    assert lines(docx(para("<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", run("前半")) + p("后半") + p("下一段"))) == [
        "前半后半",
        "下一段",
    ]
    assert lines(docx(para("<w:pPr><w:rPr><w:vanish/><w:specVanish/></w:rPr></w:pPr>", run("标题。")) + p("正文"))) == [
        "标题。正文"
    ]
    assert lines(docx(para("<w:pPr><w:rPr><w:del/></w:rPr></w:pPr>", run("最后")))) == ["最后"]


def cell(*paragraphs: str) -> str:
    return f"<w:tc>{''.join(paragraphs)}</w:tc>"


def test_tables():
    row = "<w:tr>{}</w:tr>"
    table = row.format(cell(p("甲")) + cell(p("")) + cell(p("丙")))
    table += row.format(cell(p("丁"), p("戊")) + cell(p("己")))
    table += row.format("<w:trPr><w:del/></w:trPr>" + cell(p("删去的行")))
    table += row.format(cell("<w:tbl>" + row.format(cell(p("内一")) + cell(p("内二"))) + "</w:tbl>", p("")) + cell(p("外")))
    frame = "<w:tbl>" + row.format(cell(p("框中的一段。"))) + "</w:tbl>"
    assert blocks(docx(p("前") + f"<w:tbl>{table}</w:tbl>" + frame)) == [
        ("p", "前"), ("tr", "甲\t\t丙"), ("td", "丁"), ("td", "戊"), ("td", "己"), ("tr", "内一\t内二\t外"), ("p", "框中的一段。"),
    ]  # fmt: skip


def test_cells_of_several_columns_and_rows():
    row, span = "<w:tr>{}</w:tr>", '<w:tcPr><w:gridSpan w:val="{}"/></w:tcPr>'
    inner = "<w:tbl>" + row.format(cell(span.format(2), p("内"))) + "</w:tbl>"
    table = row.format(cell(span.format(3), p("第一季度")))
    table += row.format(cell("<w:tcPr><w:vMerge/></w:tcPr>", p("")) + cell(p("柳树")) + cell(p("三十")))
    table += row.format(cell(span.format(2), inner, p("")) + cell(p("九十")))
    table += row.format(cell(span.format("x"), p("合计")) + cell(p("一")) + cell(p("二")))
    assert blocks(docx(f"<w:tbl>{table}</w:tbl>")) == [
        ("p", "第一季度"), ("tr", "\t柳树\t三十"), ("tr", "内\t\t九十"), ("tr", "合计\t一\t二"),
    ]  # fmt: skip


def test_strict_documents_and_documents_with_macros():
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships/officeDocument"
    body = '<w:p><w:r><w:rPr><w:vanish w:val="false"/></w:rPr><w:t>严格</w:t></w:r></w:p>'
    data = package({
        "_rels/.rels": f'<Relationships><Relationship Id="r" Type="{strict}" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="http://purl.oclc.org/ooxml/wordprocessingml/main"><w:body>{body}</w:body></w:document>',
    })  # fmt: skip
    assert [read(data, name).text for name in ("a.docx", "a.docm", "a.dotx", None)] == ["严格"] * 4


def test_a_field_without_an_end_hides_no_paragraph():
    begin = '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>DATE</w:instrText></w:r>'
    assert lines(docx(para(begin) + p("第一段。") + p("第二段。"))) == ["第一段。", "第二段。"]


def test_numbers_of_chapters_and_articles_that_count_on():
    levels = '<w:lvl w:ilvl="0"><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%1章"/></w:lvl>'
    levels += '<w:lvl w:ilvl="1"><w:numFmt w:val="chineseCountingThousand"/><w:lvlText w:val="第%2条"/><w:lvlRestart w:val="0"/></w:lvl>'
    numbers = (
        f'<w:abstractNum w:abstractNumId="5">{levels}</w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="5"/></w:num>'
    )
    body = listed("总则", 1) + listed("为了种树。", 1, 1) + listed("管理", 1) + listed("各区负责。", 1, 1)
    assert lines(docx(body, numbering=numbers)) == ["第一章 总则", "第一条 为了种树。", "第二章 管理", "第二条 各区负责。"]


def test_text_boxes_are_read_once_and_behind_their_paragraph():
    box = "<w:txbxContent>" + p("框中") + "</w:txbxContent>"
    both = f"<w:r><mc:AlternateContent xmlns:mc='m'><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent></w:r>"
    old = f"<w:r><w:pict><v:textbox xmlns:v='v'>{box}</v:textbox></w:pict></w:r>"
    assert lines(docx(para(run("段"), both, run("落")) + para(old) + p("后"))) == ["段落", "框中", "框中", "后"]


def test_footnotes_stand_behind_their_paragraph():
    refer = '<w:r><w:{0}Reference w:id="{1}"/></w:r>'
    body = para(run("第一句"), refer.format("footnote", 7), run("，第二句。"), refer.format("endnote", 3)) + p("下一段。")
    note = '<w:{0} w:id="{1}">' + para("<w:r><w:{0}Ref/></w:r>", run("{2}")) + "</w:{0}>"
    footnotes = '<w:footnote w:type="separator" w:id="-1">' + p("分隔") + "</w:footnote>" + note.format("footnote", 7, "脚注。")
    data = docx(body, footnotes=footnotes, endnotes=note.format("endnote", 3, "尾注。"))
    assert blocks(data) == [
        ("p", "第一句[1]，第二句。[i]"),
        ("aside", "[1] 脚注。"),
        ("p", "下一段。"),
        ("aside", "[i] 尾注。"),
    ]
    circled = body + '<w:sectPr><w:footnotePr><w:numFmt w:val="decimalEnclosedCircle"/></w:footnotePr></w:sectPr>'
    assert lines(docx(circled, footnotes=footnotes))[:2] == ["第一句①，第二句。[i]", "① 脚注。"]


def section(*references: str) -> str:
    return (
        "<w:sectPr>" + "".join('<w:{}Reference w:type="{}" r:id="{}"/>'.format(*r.split()) for r in references) + "</w:sectPr>"
    )


def test_headers_and_footers_are_furniture():
    body = p("正文第一段。") + p("正文第二段。")
    body += section("header default header1", "footer default footer1", "header first header2", "footer even footer2")
    parts = {"header1": p("某社区文件"), "header2": p("社区居民委员会"), "footer1": p("— 1 —"), "footer2": p("— 1 —")}
    data = docx(body, **parts)
    assert lines(data) == ["某社区文件", "社区居民委员会", "正文第一段。", "正文第二段。", "— 1 —"]
    doc = clean(data, "a.docx")
    assert doc.text == "社区居民委员会\n正文第一段。\n正文第二段。"
    assert [(r.rule, r.kind, r.text.strip()) for r in doc.removed] == [
        ("reflow/running-head", "furniture", "某社区文件"), ("reflow/page-number", "furniture", "— 1 —"),
    ]  # fmt: skip


def test_a_document_of_headers_only_keeps_them():
    data = docx(section("header default header1"), header1=p("某社区文件"))
    assert clean(data, "a.docx").text == "某社区文件"


def test_footnotes_and_headings_in_the_record():
    refer = '<w:r><w:footnoteReference w:id="2"/></w:r>'
    body = (
        p("绿化方案", '<w:outlineLvl w:val="0"/>')
        + p("一、目标", '<w:outlineLvl w:val="1"/>')
        + para(run("多种树"), refer, run("，种好树。"))
    )
    data = docx(
        body, footnotes='<w:footnote w:id="2">' + para("<w:r><w:footnoteRef/></w:r>", run("指乔木。")) + "</w:footnote>"
    )
    doc = clean(data, "a.docx")
    assert doc.text.split("\n") == ["绿化方案", "一、目标", "多种树[1]，种好树。", "[1] 指乔木。"]
    assert doc.title == "绿化方案"


def test_what_is_not_read_is_told():
    (flag,) = read(docx(p("字") + '<w:altChunk r:id="x"/>'), "a.docx").flags
    assert flag.code == "docx/left-out"


def replaced(data: bytes, name: str, content: str | bytes) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return package({i.filename: archive.read(i) for i in archive.infolist()} | {name: content})


GOOD = docx(p("字"))
LAUGHS = '<!DOCTYPE d [<!ENTITY a "哈哈哈哈哈哈哈哈">' + "".join(
    f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">' for n in range(9)
) + "]><d>&a8;</d>"  # fmt: skip


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (replaced(GOOD, "word/document.xml", LAUGHS), "it declares a document type"),
        (replaced(GOOD, "word/document.xml", "<w:document>"), "no element found|unbound prefix|not well-formed"),
        (replaced(GOOD, "word/document.xml", b"\x00\x01"), "not well-formed"),
        (replaced(GOOD, "word/document.xml", "<a>" * 5000 + "</a>" * 5000), "elements stand 2,000 deep"),
        (GOOD[:-30], "not a zip file"),
        (GOOD[:200] + GOOD[260:], ""),
        (package({"word/document.xml.rels": "", "a": "word/document.xml"}), "it has no document part"),
    ],
)
def test_damaged_and_hostile_files(data, cause):
    with pytest.raises(InputError, match=f"^the DOCX (?:is damaged: .*(?:{cause})|has no text)"):
        read(data, "a.docx")


def test_a_bomb(monkeypatch):
    monkeypatch.setattr("cleaner.readers.docx.package.MOST_BYTES", 3 << 20)
    with pytest.raises(InputError, match=r"^the DOCX unpacks to more than 3 MB$"):
        read(docx(p("字" * (2 << 20))), "a.docx")


def test_no_text_and_no_docx():
    with pytest.raises(InputError, match=r"^the DOCX has no text$"):
        read(docx(para()), "a.docx")
    with pytest.raises(InputError, match=r"^the file is no DOCX$"):
        read(b"text", "a.docx")
    ole = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600)
    with pytest.raises(InputError, match=r"^the DOCX is encrypted: it opens with a password only$"):
        read(ole + "EncryptedPackage".encode("utf-16-le"), "a.docx")
    with pytest.raises(InputError, match=r"^the file is no DOCX but an OLE document"):
        read(ole, "a.docx")
    with pytest.raises(InputError, match="a ZIP archive"):
        read(package({"a.txt": "x"}), "a.zip")
