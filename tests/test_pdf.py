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
    left, right = lines(sheet.bytes())[0].split("\t")
    assert left.startswith("河岸的柳树在春天最先发芽，")
    assert right.startswith("秋天的河水清得能看见底，")


def test_a_row_of_a_ruled_table_is_one_line_however_many_lines_its_cells_have():
    sheet, y = Sheet(), 100
    for cells in (
        [["项目"], ["说明"], ["数量"]],
        [["河岸的", "柳树苗"], ["沿河两岸各种一行，", "春天浇水，秋天修枝"], ["三百"]],
        [["路灯"], ["用节能的灯，", "天黑自动点亮"], ["四十"]],
    ):
        sheet.canvas.line(50, HEIGHT - y + 16, 500, HEIGHT - y + 16)
        for x, cell in zip((60, 160, 400), cells, strict=True):
            sheet.lines(x, y, cell)
        y += 20 * max(map(len, cells)) + 6
    sheet.canvas.line(50, HEIGHT - y + 16, 500, HEIGHT - y + 16)
    sheet.line(60, y + 20, "表下面的一句话。")
    assert lines(sheet.bytes()) == [
        "项目\t说明\t数量",
        "河岸的柳树苗\t沿河两岸各种一行，春天浇水，秋天修枝\t三百",
        "路灯\t用节能的灯，天黑自动点亮\t四十",
        "表下面的一句话。",
    ]


def test_a_cell_that_reaches_over_two_rows_stands_in_the_first():
    sheet = Sheet()
    for y, left in ((84, 50), (104, 150), (124, 50), (168, 50)):
        sheet.canvas.line(left, HEIGHT - y, 500, HEIGHT - y)
    sheet.line(60, 110, "苗木").line(160, 100, "柳树").line(400, 100, "三百").line(160, 120, "榆树").line(400, 120, "二百")
    sheet.line(60, 140, "石凳").lines(160, 140, ["沿河", "两岸"]).line(400, 140, "十二")
    assert lines(sheet.bytes()) == ["苗木\t柳树\t三百", "榆树\t二百", "石凳\t沿河两岸\t十二"]


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


MEASURE = 30  # characters of a line in the pages below


def wrapped(text: str, indent: int = 2, measure: int = MEASURE) -> list[str]:
    """``text`` as the lines of a paragraph; indents are full-width spaces."""
    text = "　" * indent + text
    found = []
    while text:
        end = measure + (text[measure : measure + 1] in set("，。；：”"))
        found.append(text[:end])
        text = text[end:]
    return found


WALK = "傍晚沿着河堤散步的人渐渐多了起来，有的牵着孩子，有的推着自行车，走到桥头的时候大家都会停下来看一会儿夕阳，等天色完全暗了再慢慢往回走。"
SHOP = "桥头的小店卖热汤和烤饼，店主是一对从外地来的夫妻，他们每天清早四点起床和面，一直忙到晚上十点才关门。"
SHORT = "雨天人少。"


def set_pages(*pages: list[str], size: float = 12, foot: str | None = "— {} —", head: str | None = None) -> Sheet:
    sheet = Sheet()
    for number, page in enumerate(pages, 1):
        sheet.lines(90, 100, page, size)
        if head:
            sheet.line(90, 40, head.format(number), 9)
        if foot:
            sheet.line(280, 800, foot.format(number), 10)
        sheet.page()
    return sheet


def text_of(sheet: Sheet) -> list[str]:
    return clean(sheet.bytes(), "a.pdf").text.split("\n")


def test_indents_make_paragraphs():
    page = wrapped(WALK) + wrapped(SHORT) + wrapped(SHOP) + wrapped(WALK) + wrapped(SHOP)
    assert text_of(set_pages(page)) == [WALK, SHORT, SHOP, WALK, SHOP]


def test_gaps_make_paragraphs_where_there_is_no_indent():
    sheet, y = Sheet(), 100.0
    for text in (WALK, SHOP, SHORT, WALK, SHOP, WALK):
        for line in wrapped(text, 0):
            sheet.line(90, y, line)
            y += 20
        y += 12
    assert text_of(sheet) == [WALK, SHOP, SHORT, WALK, SHOP, WALK]


def test_a_paragraph_goes_on_behind_the_foot_of_its_page():
    lines = wrapped(WALK + SHOP + WALK)
    sheet = set_pages(wrapped(SHOP) + wrapped(WALK) + lines[:3], lines[3:] + wrapped(SHOP), head="第{}期　河堤故事")
    doc = clean(sheet.bytes(), "a.pdf")
    assert doc.text.split("\n") == [SHOP, WALK, WALK + SHOP + WALK, SHOP]
    assert {r.rule: r.kind for r in doc.removed} == {"reflow/page-number": "furniture", "reflow/running-head": "furniture"}


def test_short_lines_below_each_other_that_no_title_makes():
    names = ["渡口小学三年级朗诵队的名单如下", "渡口小学三年级合唱队的名单"]
    sheet = set_pages(["　　" + name for name in names] + wrapped(WALK) + wrapped(SHOP) + wrapped(WALK) + wrapped(SHOP))
    assert text_of(sheet) == [*names, WALK, SHOP, WALK, SHOP]


def test_a_title_and_headings_by_their_type():
    sheet = set_pages(wrapped(WALK) + wrapped(SHOP) + ["　　", *wrapped(WALK)])
    sheet = Sheet().line(207, 60, "关于在河堤两岸增设", 20).line(217, 88, "路灯和座椅的建议", 20)
    sheet.lines(90, 130, wrapped(WALK) + wrapped(SHOP)).line(240, 265, "夜里的灯光", 14).lines(
        90, 290, wrapped(WALK) + wrapped(SHOP)
    )
    assert text_of(sheet) == ["关于在河堤两岸增设路灯和座椅的建议", WALK, SHOP, "夜里的灯光", WALK, SHOP]


def test_a_heading_leaves_the_sentence_that_it_interrupts():
    lines = wrapped(WALK + SHOP, measure=18)
    left = wrapped(SHOP, measure=18) + lines[:4]
    right = lines[4:] + wrapped(WALK, measure=18)
    sheet = Sheet().lines(60, 130, left).line(380, 130, "桥头小店", 14).lines(320, 160, right)
    doc = clean(sheet.bytes(), "a.pdf")
    assert doc.text.split("\n") == [SHOP, "桥头小店", WALK + SHOP, WALK]
    assert [m.rules for m in doc.moves] == [("reflow/interposed-heading",)]


@pytest.mark.parametrize("after", [[], wrapped(SHOP)])
def test_footnotes_stand_behind_the_paragraph_that_they_interrupt(after):
    lines = wrapped(WALK + SHOP + WALK)
    sheet = Sheet().lines(90, 100, wrapped(SHOP) + wrapped(WALK) + lines[:3])
    notes = ["① 河堤全长三公里，两年前修成，入口在旧粮仓旁边，沿途有四座小桥和十二处座椅。", "② 小店冬天不开门。"]
    sheet.lines(90, 700, [*wrapped(notes[0], 0, 38), notes[1]], size=9.4, lead=15).page()
    sheet.lines(90, 100, lines[3:] + after)
    expected = [SHOP, WALK, WALK + SHOP + WALK, *notes, *([SHOP] if after else [])]
    assert text_of(sheet) == expected


def test_lines_that_repeat_inside_the_text_are_no_running_heads():
    page = ["河水清清", *wrapped(WALK), *wrapped(SHOP)]
    assert text_of(set_pages(page, page, page, foot=None)) == ["河水清清", WALK, SHOP] * 3


def test_the_numbers_of_a_table_are_no_page_numbers():
    sheet = Sheet()
    for n in range(1, 9):
        sheet.line(90, 80 + 90 * n, str(n)).line(200, 80 + 90 * n, "树苗")
    assert text_of(sheet) == [f"{n}\t树苗" for n in range(1, 9)]


def test_a_row_of_justified_words_is_no_row_of_cells():
    sheet = (
        Sheet()
        .lines(90, 100, wrapped(WALK))
        .line(90, 180, "用")
        .line(200, 180, "Python", font="Helvetica")
        .line(330, 180, "写成的小程序")
    )
    assert "用 Python 写成的小程序" in text_of(sheet.lines(90, 200, wrapped(SHOP)))


def test_items_of_a_list_hang():
    items = ["1. " + WALK, "2. " + SHORT, "3. " + SHOP, "4. " + WALK]
    sheet, y = Sheet().lines(90, 80, [SHORT]), 100.0
    for item in items:
        for n, line in enumerate([item[:31], *wrapped(item[31:], 0, 28)] if len(item) > 31 else [item]):
            sheet.line(90 if n == 0 else 106, y, line)
            y += 20
    assert text_of(sheet) == [SHORT, *items]


def test_a_head_with_the_name_of_its_chapter_counts_the_pages():
    sheet = Sheet()
    for number, chapter in enumerate(["第一章　河堤", "第一章　河堤", "第二章　小店", "第三章　夕阳"], 1):
        sheet.line(90, 40, f"{chapter}　{number}", 12).lines(90, 100, wrapped(WALK) + wrapped(SHOP)).page()
    assert text_of(sheet) == [WALK, SHOP] * 4
