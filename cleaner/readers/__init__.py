"""Readers: from a source to its page text, one module for each kind of source."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from importlib import import_module

from cleaner.errors import InputError
from cleaner.layout import Layout
from cleaner.stages.change import Fact, Flag
from cleaner.stages.decode import Decoded, decode, newline


@dataclass(slots=True)
class Page:
    """What a reader makes of a source: the page text and how it was got.

    layout: what is known of its lines, where the source says more than their characters
    facts:  values that the source states outside its page text (``<meta>``); they come before those of the text
    flags:  what the reader saw and left
    """

    text: str
    media_type: str
    reader: str
    decoded: Decoded
    layout: Layout | None = None
    facts: list[Fact] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)


# media types by the ending of a name; what is not here is plain text
MEDIA_TYPES = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".htm": "text/html",
    ".html": "text/html",
    ".markdown": "text/markdown",
    ".md": "text/markdown",
    ".pdf": "application/pdf",
    ".shtml": "text/html",
    ".xhtml": "text/html",
}
DOCX, PDF = MEDIA_TYPES[".docx"], MEDIA_TYPES[".pdf"]
BINARY = {PDF: "PDF", DOCX: "DOCX"}  # read by the module of that name

# how a page begins, whatever its name: by the HTML Standard what may stand before its first element are blanks and comments
_PAGE = re.compile(
    r"\ufeff?\s{0,200}(?:<!--[^<>]{0,2000}-->\s{0,200}|<\?xml[^<>]{0,200}\?>\s{0,200}){0,4}<(?:!doctype\s+html|html|head|body)(?=[\s/>])",
    re.I,
)
_TAG = re.compile(r"<[a-zA-Z/!?]")


def media_type(name: str | None) -> str:
    """The media type that the ending of ``name`` says."""
    ending = "." + name.rpartition(".")[2].lower() if name and "." in name else ""
    return MEDIA_TYPES.get(ending, "text/plain")


def _binary(data: bytes, kind: str) -> str:
    """The media type of bytes that are no text, else ``kind``, which the name says. Raises InputError where the name is wrong."""
    if data.startswith(b"%PDF-") or (kind == PDF and b"%PDF-" in data[:1024]):  # PDF 32000-1, annex H: in the first 1024 bytes
        return PDF
    if data.startswith(b"PK\x03\x04") and b"word/document.xml" in data:
        return DOCX
    if kind in BINARY:
        raise InputError(f"the file is no {BINARY[kind]}")
    return kind


def sniffed(kind: str, text: str) -> str:
    """The media type of a decoded ``text`` whose name says ``kind``: what begins as a page is one, what has no tag is none."""
    if kind == "text/html":
        return kind if _TAG.search(text) else "text/plain"
    return "text/html" if kind == "text/plain" and _PAGE.match(text) else kind


def read(data: bytes, name: str | None = None, encoding: str | None = None) -> Page:
    """The page text of ``data``. Raises InputError for what is no document."""
    kind = _binary(data, media_type(name))
    if kind not in BINARY:
        return _page(decode(data, encoding), kind)
    reader = BINARY[kind].lower()
    text, layout, flags = import_module(f"cleaner.readers.{reader}").read(data)
    decoded = Decoded(text, "binary", f"characters as the {BINARY[kind]} gives them", 0, (), "none")
    return Page(text, kind, f"{reader}/1", decoded, layout, flags=flags)


def read_str(text: str, name: str | None = None) -> tuple[bytes, Page]:
    """The bytes and the page of a text that is decoded already. A lone surrogate becomes U+FFFD, as it is no character."""
    kind = media_type(name)
    if kind in BINARY:
        raise InputError(f"the file is no {BINARY[kind]}")
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogatepass")
        return data, read(data, name, "utf-8")
    return data, _page(Decoded(text, "utf-8", "given as text", 0, (), newline(text)), kind)


def _page(decoded: Decoded, kind: str) -> Page:
    kind = sniffed(kind, decoded.text)
    if kind == "text/html":
        from cleaner.readers.html import read as read_html

        return read_html(decoded)
    return Page(decoded.text, kind, "text/1", decoded)


# what parts a title from the channel and the site that a window's title has behind it
_SEPARATOR = re.compile(r"_|\s*[|｜]\s*|\s+[-–—]{1,2}\s*|[-–—]{1,2}\s+|[-–—]{1,2}(?=[^-–—]{1,20}$)")
_SHORTEST_TITLE = 5


def head_of(said: dict[str, str]) -> str | None:
    """The title of a page by what it says of itself (``title``, or ``window``: the window's title with the site behind it)."""
    whole = said.get("title") or said.get("window")
    if not whole:
        return None
    head = _SEPARATOR.split(whole, maxsplit=1)[0].strip()
    return head if len(head) >= _SHORTEST_TITLE else None
