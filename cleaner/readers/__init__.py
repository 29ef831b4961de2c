"""Readers: from a source to its page text, one module for each kind of source."""

from __future__ import annotations

from dataclasses import dataclass, field

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
    url:    the address that the source gives for itself (``<link rel="canonical">``)
    """

    text: str
    media_type: str
    reader: str
    decoded: Decoded
    layout: Layout | None = None
    facts: list[Fact] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    url: str | None = None

    @property
    def host(self) -> str | None:
        """The host of ``url``, in small letters; None where there is none."""
        from urllib.parse import urlsplit

        try:
            return urlsplit(self.url).hostname if self.url else None
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
    ".xhtml": "text/html",
}
NOT_READ = {"text/html": "HTML", "application/pdf": "PDF", MEDIA_TYPES[".docx"]: "DOCX"}


def media_type(name: str | None) -> str:
    """The media type that the ending of ``name`` says."""
    ending = "." + name.rpartition(".")[2].lower() if name and "." in name else ""
    return MEDIA_TYPES.get(ending, "text/plain")


def read(data: bytes, name: str | None = None, encoding: str | None = None) -> Page:
    """The page text of ``data``. Raises InputError for what is no document or of a kind that is not read."""
    kind = media_type(name)
    if kind in NOT_READ:
        raise InputError(f"{NOT_READ[kind]} is not read by this version")
    decoded = decode(data, encoding)
    return Page(decoded.text, kind, "text/1", decoded)


def read_str(text: str, name: str | None = None) -> tuple[bytes, Page]:
    """The bytes and the page of a text that is decoded already. A lone surrogate becomes U+FFFD, as it is no character."""
    kind = media_type(name)
    if kind in NOT_READ:
        raise InputError(f"{NOT_READ[kind]} is not read by this version")
    try:
        data = text.encode()
    except UnicodeEncodeError:
        data = text.encode("utf-8", "surrogatepass")
        return data, read(data, name, "utf-8")
    return data, Page(text, kind, "text/1", Decoded(text, "utf-8", "given as text", 0, (), newline(text)))
