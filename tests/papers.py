"""PDF and DOCX files for tests, made here with words of their own."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterable
from functools import cache

from common import complaints
from contract import violations
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen import canvas

from cleaner import Cleaner, Document

WIDTH, HEIGHT = 595.0, 842.0
SONG = "STSong-Light"


@cache
def _register() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont(SONG))


class Sheet:
    """A PDF under work: lines at places, lengths in points from the top left."""

    def __init__(self, **options: object) -> None:
        _register()
        self.buffer = io.BytesIO()
        self.canvas = canvas.Canvas(self.buffer, pagesize=(WIDTH, HEIGHT), invariant=1, **options)

    def line(self, x: float, y: float, text: str, size: float = 12, font: str = SONG) -> Sheet:
        self.canvas.setFont(font, size)
        self.canvas.drawString(x, HEIGHT - y, text)
        return self

    def lines(self, x: float, y: float, texts: Iterable[str], size: float = 12, lead: float = 20) -> Sheet:
        for n, text in enumerate(texts):
            self.line(x + size * (len(text) - len(text.lstrip("　"))), y + n * lead, text.lstrip("　"), size)
        return self

    def page(self) -> Sheet:
        self.canvas.showPage()
        return self

    def bytes(self) -> bytes:
        self.canvas.save()
        return self.buffer.getvalue()


W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_KINDS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def package(parts: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of ``parts``."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return buffer.getvalue()


def docx(body: str, **parts: str) -> bytes:
    """A DOCX with ``body`` in its document part. parts: name (header1, numbering …) to the XML inside the root element."""
    roots = {
        "numbering": "numbering",
        "styles": "styles",
        "footnotes": "footnotes",
        "endnotes": "endnotes",
        "settings": "settings",
    }
    files: dict[str, str | bytes] = {
        "_rels/.rels": f'<Relationships><Relationship Id="r" Type="{_KINDS}/officeDocument" Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{W}" xmlns:r="{R}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": "<Relationships>"
        + "".join(
            f'<Relationship Id="{name}" Type="{_KINDS}/{roots.get(name, name.rstrip("0123456789"))}" Target="{name}.xml"/>'
            for name in parts
        )
        + "</Relationships>",
    }
    for name, inside in parts.items():
        root = roots.get(name, "hdr")
        files[f"word/{name}.xml"] = f'<w:{root} xmlns:w="{W}" xmlns:r="{R}">{inside}</w:{root}>'
    return package(files)


def p(text: str, properties: str = "") -> str:
    """A paragraph of a DOCX."""
    return f'<w:p><w:pPr>{properties}</w:pPr><w:r><w:t xml:space="preserve">{text}</w:t></w:r></w:p>'


def clean(data: bytes, path: str) -> Document:
    """The clean document of ``data``, its record checked against the contract and the schema."""
    doc = Cleaner().clean(data, path)
    record = json.loads(doc.to_json())
    assert violations(record, data, doc.page) == []
    assert complaints(record) == []
    again = Document.from_json(doc.to_json())
    assert again.restore() == data
    assert (again.page, again.text) == (doc.page, doc.text)
    return doc
