"""PDF: the text layer of its pages, by PDFium.

The page text has one line for each line that is set, in the order of reading: columns one after the other, found by the
gutters between them. Pages are divided by a form feed. What is known of each line (its box, the size of its type, its font and
column) goes along as :class:`cleaner.layout.Place`.
"""

from __future__ import annotations

import ctypes
import re
import threading
from functools import cache
from typing import TYPE_CHECKING, Any

from cleaner.errors import InputError
from cleaner.layout import Known, Layout, Place
from cleaner.stages.change import Flag

if TYPE_CHECKING:
    from cleaner.readers.pdf.glyphs import Frame
    from cleaner.readers.pdf.table import Rule

EXTRA = "pip install 'cleaner[pdf]'"
MOST_PAGES = 10_000
MOST_OBJECTS = 20_000  # of a page that are looked at for drawn lines and pictures
THIN = 3.0  # points, the most that a drawn line is thick
NO_TEXT = "pdf/no-text"
UNMAPPED = "pdf/unmapped"
DAMAGED = "pdf/damaged-page"

_SURROGATE = re.compile("[\ud800-\udfff]")
# PDFium is not safe for threads: one document at a time
_LOCK = threading.Lock()


def read(data: bytes) -> tuple[str, Layout, list[Flag]]:
    """The page text, what is known of its lines, and what was seen and left.

    Raises InputError where PDFium is missing, and for a file that is damaged, encrypted, too long, or without any text.
    """
    try:
        import pypdfium2
        import pypdfium2.raw as raw
    except ImportError:
        raise InputError(f"PDF is read with pypdfium2, which is not installed: {EXTRA}") from None
    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            raise InputError(_cause(raw, error)) from None
        try:
            return _read(document, raw)
        finally:
            document.close()


def _cause(raw: Any, error: Exception) -> str:
    code = getattr(error, "err_code", None)
    if code == raw.FPDF_ERR_PASSWORD:
        return "the PDF is encrypted: it opens with a password only"
    if code == raw.FPDF_ERR_SECURITY:
        return "the PDF is encrypted in a way that is not known"
    return "the PDF is damaged"


def _read(document: Any, raw: Any) -> tuple[str, Layout, list[Flag]]:
    pages = len(document)
    if pages > MOST_PAGES:
        raise InputError(f"the PDF has {pages:,} pages, more than {MOST_PAGES:,}")
    if not pages:
        raise InputError("the PDF is damaged: it has no pages")
    lines: list[str] = []
    known: list[Known | None] = []
    flags: list[Flag] = []
    gutters: list[float] = []
    at = damaged = 0
    for number in range(pages):
        rows, trouble = _page(document, raw, number, gutters)
        damaged += trouble == DAMAGED
        head = "\f" if number else ""
        if trouble:
            flags.append(Flag(trouble, _MESSAGES[trouble].format(number + 1), at, at))
        if not rows:
            rows = [("", None)]
        for n, (text, place) in enumerate(rows):
            lines.append(text if n else head + text)
            known.append(place)
            at += len(lines[-1]) + 1
    text = "\n".join(lines)
    if not text.strip():
        if damaged == pages:
            raise InputError("the PDF is damaged: none of its pages can be read")
        raise InputError("the PDF has no text: its pages are pictures (scans), which recognition (OCR) must read first")
    if _SURROGATE.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if lost := text.count("\ufffd"):
        first = text.index("\ufffd")
        flags.append(Flag(UNMAPPED, f"{lost} characters have no code in the PDF and stand as U+FFFD", first, first + 1))
    return text, Layout(known), flags


_MESSAGES = {
    NO_TEXT: "page {} is a picture (scan) without text",
    DAMAGED: "page {} is damaged and was left out",
}


def _page(document: Any, raw: Any, number: int, gutters: list[float]) -> tuple[list[tuple[str, Place | None]], str]:
    """The lines of page ``number``, and the code of what was wrong with it."""
    from cleaner.readers.pdf import order
    from cleaner.readers.pdf.glyphs import Text, fragments

    page = raw.FPDF_LoadPage(document.raw, number)
    if not page:
        return [], DAMAGED
    try:
        with Text(raw, page) as text:
            found, glyphs = fragments(text)
        if not found:
            return [], NO_TEXT if _has_image(raw, page) else ""
        rows = order.read(found, cache(lambda: _rules(raw, page, glyphs.frame)), gutters)
    finally:
        raw.FPDF_ClosePage(page)
    width, height = glyphs.frame.size
    placed: list[tuple[str, Place | None]] = []
    for row in rows:
        left, right, top, bottom, em = (round(v, 2) for v in (row.left, row.right, row.top, row.bottom, row.em))
        placed.append((row.text, Place(number, left, right, top, bottom, em, width, height, row.column, row.font)))
    return placed, ""


def _rules(raw: Any, page: Any, frame: Frame) -> list[Rule]:
    """The horizontal lines that are drawn on a page: left, right, height. The sides of boxes are lines as well."""
    sides = [ctypes.c_float() for _ in range(4)]
    refs = list(map(ctypes.byref, sides))
    found: list[Rule] = []
    for i in range(min(raw.FPDFPage_CountObjects(page), MOST_OBJECTS)):
        thing = raw.FPDFPage_GetObject(page, i)
        if raw.FPDFPageObj_GetType(thing) != raw.FPDF_PAGEOBJ_PATH or not raw.FPDFPageObj_GetBounds(thing, *refs):
            continue
        left, bottom, right, top = ([s.value] for s in sides)
        ((a, y0, b, y1),) = frame.seen(left, top, right, bottom)
        if b - a > THIN:
            found += [(a, b, y0)] if y1 - y0 <= THIN else [(a, b, y0), (a, b, y1)]
    return found


def _has_image(raw: Any, page: Any) -> bool:
    things = (raw.FPDFPage_GetObject(page, i) for i in range(min(raw.FPDFPage_CountObjects(page), MOST_OBJECTS)))
    # a picture may stand inside a form
    return any(raw.FPDFPageObj_GetType(t) in (raw.FPDF_PAGEOBJ_IMAGE, raw.FPDF_PAGEOBJ_FORM) for t in things)
