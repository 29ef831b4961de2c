"""PDF as input: the order of reading, the record, and files that are not what they seem."""

from __future__ import annotations

import sys

import pytest
from papers import HEIGHT, WIDTH, Sheet, clean

from cleaner import InputError
from cleaner.layout import Place
from cleaner.readers import read

LEFT = [
    "　　河岸的柳树在春天最先发芽，",
    "孩子们放学以后常到那里去玩，",
    "有人钓鱼，有人放风筝，也有人",
    "坐在石头上看书。",
    "　　到了夏天，树荫把整条小路",
    "都遮住了，走在里面十分凉快。",
]
RIGHT = [
    "　　秋天的河水清得能看见底，",
    "水草随着水流轻轻地摇来摇去，",
    "小鱼在石缝之间来来回回地游，",
    "一点也不怕人。",
    "　　冬天河面结上一层薄薄的冰",
    "，远远看去像一条白色的带子。",
]


def lines(data: bytes) -> list[str]:
    return read(data, "a.pdf").text.split("\n")


def test_columns_are_read_one_after_the_other():
    data = Sheet().line(200, 60, "河岸四季", 20).lines(60, 120, LEFT).lines(320, 120, RIGHT).line(290, 800, "1").bytes()
    assert lines(data) == ["河岸四季", *(line.strip("　") for line in LEFT + RIGHT), "1"]


def test_columns_that_the_page_holds_row_by_row():
    sheet = Sheet()
    for n, (a, b) in enumerate(zip(LEFT, RIGHT, strict=True)):
        sheet.lines(60, 120 + 20 * n, [a]).lines(320, 120 + 20 * n, [b])
    assert lines(sheet.bytes()) == [line.strip("　") for line in LEFT + RIGHT]


def test_three_columns_and_a_title_over_them():
    sheet = Sheet().line(230, 60, "河岸四季", 24)
    for n, column in enumerate((LEFT, RIGHT, LEFT)):
        sheet.lines(40 + 180 * n, 120, column, size=11)
    assert lines(sheet.bytes()) == ["河岸四季", *(line.strip("　") for line in LEFT + RIGHT + LEFT)]


def test_the_rows_of_a_table_stay_rows():
    sheet = Sheet()
    for n, cells in enumerate(
        [("项目", "数量", "说明"), ("树苗", "三百", "柳树"), ("石凳", "十二", "沿河"), ("路灯", "四十", "节能")]
    ):
        for x, cell in zip((60, 220, 380), cells, strict=True):
            sheet.line(x, 100 + 20 * n, cell)
    assert lines(sheet.bytes()) == ["项目\t数量\t说明", "树苗\t三百\t柳树", "石凳\t十二\t沿河", "路灯\t四十\t节能"]


def test_ruled_cells_full_of_text_are_no_columns():
    sheet = Sheet().lines(60, 120, LEFT).lines(320, 120, RIGHT)
    for y in (100, 145, 185, 230):
        sheet.canvas.line(50, HEIGHT - y, 545, HEIGHT - y)
    assert lines(sheet.bytes())[0] == "河岸的柳树在春天最先发芽，\t秋天的河水清得能看见底，"


def test_pages_end_in_a_form_feed_and_lines_have_places():
    page = read(Sheet().line(84, 100, "第一页的话。", 16).page().page().line(60, 100, "第三页的话。").bytes(), "a.pdf")
    assert page.text == "第一页的话。\n\f\n\f第三页的话。"
    first, none, last = page.layout.lines
    assert isinstance(first, Place)
    assert (first.page, first.left, first.size, first.width, first.height) == (0, 84, 16, WIDTH, HEIGHT)
    assert first.right == pytest.approx(84 + 6 * 16)
    assert none is None
    assert (last.page, last.column) == (2, 0)


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_page_that_is_turned(turn):
    sheet = Sheet()
    pdf = sheet.canvas
    pdf.translate(WIDTH / 2, HEIGHT / 2)
    pdf.rotate(turn)
    pdf.translate(-WIDTH / 2, -HEIGHT / 2)
    page = read(sheet.lines(150, 300, ["河岸的柳树", "最先发芽。"]).bytes(), "a.pdf")
    assert page.text == "河岸的柳树\n最先发芽。"
    assert page.layout.lines[0].top < page.layout.lines[1].top


def test_a_watermark_that_runs_askew_is_a_line_of_its_own():
    sheet = Sheet().lines(60, 100, LEFT)
    sheet.canvas.saveState()
    sheet.canvas.translate(150, 500)
    sheet.canvas.rotate(45)
    sheet.canvas.drawString(0, 0, "内部资料")
    sheet.canvas.restoreState()
    assert lines(sheet.bytes()) == [*(line.strip("　") for line in LEFT), "内部资料"]


def test_spaces_are_those_of_the_page():
    sheet = Sheet().line(60, 100, "第一条　为了保护河岸。").line(60, 130, "使用 Python 3 编写。")
    sheet.line(60, 160, "river", font="Helvetica").line(92, 160, "bank", font="Helvetica")
    sheet.canvas.drawString(60, HEIGHT - 190, "spaced letters", charSpace=2)
    assert lines(sheet.bytes()) == ["第一条　为了保护河岸。", "使用 Python 3 编写。", "river bank", "spaced letters"]


def test_type_that_is_set_twice_is_read_once():
    assert lines(Sheet().line(60, 100, "河岸四季").line(60.4, 100, "河岸四季").bytes()) == ["河岸四季"]


def test_the_record():
    doc = clean(
        Sheet().line(250, 60, "河岸四季", 20).lines(60, 120, LEFT, lead=24).page().lines(60, 120, RIGHT).bytes(), "a.pdf"
    )
    source = doc.source
    assert (source.media_type, source.reader, source.encoding, source.newline) == ("application/pdf", "pdf/1", "binary", "none")
    assert doc.page.startswith("河岸四季\n河岸的柳树")


def test_the_bytes_say_what_a_file_is():
    data = Sheet().line(60, 100, "河岸四季").bytes()
    assert read(data, "a.txt").media_type == read(data).media_type == "application/pdf"
    assert read(b"\xef\xbb\xbf\n" + data, "a.pdf").text == "河岸四季"
    with pytest.raises(InputError, match=r"^the file is no PDF$"):
        read("河岸四季".encode(), "a.pdf")


def test_a_scan_says_so():
    scan = Sheet()
    scan.canvas.rect(50, 50, 100, 100, fill=1)
    with pytest.raises(InputError, match=r"^the PDF has no text: its pages are pictures"):
        read(scan.bytes(), "a.pdf")


@pytest.mark.parametrize("cut", [9, 100, 600])
def test_damaged_files(cut):
    with pytest.raises(InputError, match=r"^the PDF is damaged"):
        read(Sheet().line(60, 100, "河岸四季").bytes()[:cut], "a.pdf")


def test_a_file_with_a_password():
    with pytest.raises(InputError, match=r"^the PDF is encrypted: it opens with a password only$"):
        read(Sheet(encrypt="secret").line(60, 100, "x").bytes(), "a.pdf")


def test_more_pages_than_any_document_has(monkeypatch):
    monkeypatch.setattr("cleaner.readers.pdf.MOST_PAGES", 2)
    data = Sheet().line(60, 100, "x").page().line(60, 100, "x").page().line(60, 100, "x").bytes()
    with pytest.raises(InputError, match=r"^the PDF has 3 pages, more than 2$"):
        read(data, "a.pdf")


def test_without_the_extra(monkeypatch):
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    with pytest.raises(InputError, match=r"^PDF is read with pypdfium2, which is not installed: pip install 'cleaner\[pdf\]'$"):
        read(b"%PDF-1.7", "a.pdf")
