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

    @property
    def host(self) -> str | None:
        """The host of the address that the source gives for itself, in small letters; None where it gives none."""
        from urllib.parse import urlsplit

        url = next((fact.value for fact in self.facts if fact.group == "document" and fact.key == "url"), None)
        try:
            return urlsplit(url).hostname if url else None
        except ValueError:  # no address
            return None


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
# what some servers put before a page: an element or a comment in front of the page's own first tags
_BEFORE_PAGE = re.compile(r"\ufeff?\s{0,200}<(?:!--|link|style|script|meta|div|title)[\s>-]", re.I)
_PAGE_TAGS = re.compile(r"<(?:!doctype\s+html|html|head|body)(?=[\s/>])", re.I)
_LOOK = 8000
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_PACKAGE = "EncryptedPackage".encode("utf-16-le")
_OLD_WORD = "the file is no DOCX but an OLE document, as older Word wrote them: save it as DOCX"
_TAG = re.compile(r"<[a-zA-Z/!?]")


def media_type(name: str | None) -> str:
    """The media type that the ending of ``name`` says."""
    ending = "." + name.rpartition(".")[2].lower() if name and "." in name else ""
    return MEDIA_TYPES.get(ending, "text/plain")


def _of_text(kind: str, text: str) -> str:
    """The media type of a decoded ``text`` whose name says ``kind``: what begins as a page is one, what has no tag is none."""
    if kind == "text/html":
        return kind if _TAG.search(text) else "text/plain"
    if kind != "text/plain":
        return kind
    return "text/html" if _PAGE.match(text) or (_BEFORE_PAGE.match(text) and _PAGE_TAGS.search(text, 0, _LOOK)) else kind


def _of_bytes(data: bytes, kind: str) -> str:
    """The media type that the bytes say, else ``kind``, which the name says. Raises InputError where they contradict a name."""
    if data.startswith(b"%PDF-") or (kind == PDF and b"%PDF-" in data[:1024]):  # PDF 32000-1, annex H: in the first 1024 bytes
        return PDF
    if data.startswith(b"PK\x03\x04") and b"word/document.xml" in data:
        return DOCX
    if kind in BINARY:
        if kind == DOCX and data.startswith(_OLE):
            # MS-OFFCRYPTO: an encrypted package is a stream of this name in a compound file
            raise InputError("the DOCX is encrypted: it opens with a password only" if _PACKAGE in data else _OLD_WORD)
        raise InputError(f"the file is no {BINARY[kind]}")
    return kind


def read(data: bytes, name: str | None = None, encoding: str | None = None) -> Page:
    """The page text of ``data``. Raises InputError for what is no document or of a damaged one."""
    kind = _of_bytes(data, media_type(name))
    if kind in BINARY:
        return _read_binary(data, kind)
    return _page(decode(data, encoding), kind)


def _read_binary(data: bytes, kind: str) -> Page:
    """The page of a kind that is no text in an encoding."""
    text, layout, flags = import_module(f"cleaner.readers.{BINARY[kind].lower()}").read(data)
    decoded = Decoded(text, "binary", f"characters as the {BINARY[kind]} gives them", 0, (), "none")
    return Page(text, kind, f"{BINARY[kind].lower()}/1", decoded, layout, flags=flags)


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
    kind = _of_text(kind, decoded.text)
    if kind == "text/html":
        from cleaner.readers.html import read as read_html

        return read_html(decoded)
    return Page(decoded.text, kind, "text/1", decoded)


# what parts a title from the channel and the site that a window's title has behind it
_SEPARATOR = re.compile(r"_|\s*[|｜]\s*|\s+[-–—]{1,2}\s*|[-–—]{1,2}\s+|[-–—]{1,2}(?=[^-–—]{1,20}$)")
_SHORTEST_TITLE = 2
# how the name of a site ends, and what it may put before its title: 某某新闻：
_SITE = re.compile(
    r".{2,14}(?:网|網|报|報|社|台|臺|频道|頻道|在线|在線|新闻|新聞|门户|门户网|首页|首頁|官网|官網|的(?:微博|博客|主页|主頁))$"
)
_SITE_HEAD = re.compile(r"[^：:，。]{2,14}(?:网|網|在线|在線|新闻网|新聞網|论坛|論壇)[：:]\s?(?=.{6})")


def head_of(said: dict[str, str]) -> str | None:
    """The title of a page by what it says of itself (``title``, or ``window``: the window's title with the site behind or before it).

    None where all that is said could be the name of a site.
    """
    whole = said.get("title")
    if whole:
        head = _SEPARATOR.split(whole, maxsplit=1)[0].strip()
    else:
        pieces = [piece.strip() for piece in _SEPARATOR.split(said.get("window", ""))]
        head = next((piece for piece in pieces if len(piece) >= _SHORTEST_TITLE and not _SITE.fullmatch(piece)), "")
        head = _SITE_HEAD.sub("", head, count=1)
    return head if len(head) >= _SHORTEST_TITLE else None
