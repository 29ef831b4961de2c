"""The record as typed classes: what `cleaner` says about one document, and the JSON it becomes.

The JSON Schema of the same record is ``cleaner/record/schema.json``. Keys that have nothing to say are left out; ``null`` is
never written. Every span is [start, end) in code points of the page text; ``lines`` are [first, end) by line of ``text``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

Span = tuple[int, int]
Type = Literal["policy", "law", "news", "article", "other"]
SCHEMA = "cleaner/1"


def compact(value: Any) -> Any:
    """``value`` as plain JSON types; what is None or empty inside a class is left out."""
    if isinstance(value, list | tuple):
        return [compact(v) for v in value]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    return value


class Part:
    """Base of the classes of a record: fields become keys, empty ones are left out."""

    __slots__: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """The part as plain JSON types."""
        found = {}
        for name in self.__slots__:  # a dataclass with slots names its fields there, in order
            value = getattr(self, name)
            if value is not None and value != [] and value != {}:
                found[name] = compact(value)
        return found


@dataclass(slots=True)
class Source(Part):
    """Where the document came from and how its bytes were read.

    path: as the caller named it.  url: the address that the page gives of itself.  bytes: length of the source.  encoding: Python's name of the codec.  encoding_by: which
    rung of the ladder decided.  bad_bytes: places that could not be decoded (U+FFFD in the page text).  newline: lf, crlf,
    cr, mixed or none.  script: hans, hant or mixed.  raw: the source, zlib and base64, where the page text does not give
    its bytes back.
    """

    sha256: str
    bytes: int
    media_type: str
    reader: str
    encoding: str
    encoding_by: str
    newline: str
    bad_bytes: int = 0
    path: str | None = None
    url: str | None = None
    script: str | None = None
    language: str | None = None
    raw: str | None = None


@dataclass(slots=True)
class Official(Part):
    """Elements of an official document by GB/T 9704-2012. Dates are ISO 8601."""

    issuer_mark: str | None = None
    doc_number: str | None = None
    signers: list[str] = field(default_factory=list)
    addressees: list[str] = field(default_factory=list)
    issuers: list[str] = field(default_factory=list)
    issued_on: str | None = None
    attachments: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    copied_to: list[str] = field(default_factory=list)
    printed_by: str | None = None
    printed_on: str | None = None
    classification: str | None = None
    urgency: str | None = None
    copy_number: str | None = None


@dataclass(slots=True)
class Disclosure(Part):
    """The table of 政府信息公开 on a government page."""

    index_number: str | None = None
    group: str | None = None
    topics: list[str] = field(default_factory=list)
    publisher: str | None = None
    title: str | None = None
    doc_number: str | None = None
    created_on: str | None = None
    published_on: str | None = None
    validity: str | None = None


@dataclass(slots=True)
class Law(Part):
    """Dates of a law or regulation; ``history`` is the line that states them, as it stands."""

    adopted_on: str | None = None
    promulgated_on: str | None = None
    effective_on: str | None = None
    amended_on: list[str] = field(default_factory=list)
    history: str | None = None


@dataclass(slots=True)
class Web(Part):
    """What a web page or a newspaper says about its article. Times are local, without a zone that the source does not give."""

    site: str | None = None
    breadcrumb: list[str] = field(default_factory=list)
    origin: str | None = None
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    photographers: list[str] = field(default_factory=list)
    published_at: str | None = None
    views: int | None = None
    keywords: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Section:
    """A node of the tree. ``number`` is bare (一, not 一、; in laws 第一章); level 0 is what stands before the first heading."""

    level: int
    lines: Span
    number: str | None = None
    heading: str | None = None
    paragraphs: list[str] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """The section and all below it as plain JSON types; built without recursion, for trees of any depth."""
        top: dict[str, Any] = {}
        todo: list[tuple[Section, dict[str, Any]]] = [(self, top)]
        while todo:
            node, target = todo.pop()
            target["level"] = node.level
            if node.number is not None:
                target["number"] = node.number
            if node.heading is not None:
                target["heading"] = node.heading
            target["lines"] = list(node.lines)
            if node.paragraphs:
                target["paragraphs"] = node.paragraphs
            if node.sections:
                below: list[dict[str, Any]] = [{} for _ in node.sections]
                target["sections"] = below
                todo += zip(node.sections, below, strict=True)
        return top


@dataclass(slots=True)
class Annex(Part):
    """An attachment that stands in the document; ``lines`` take its title in."""

    lines: Span
    title: str | None = None
    sections: list[Section] = field(default_factory=list)


@dataclass(slots=True, frozen=True)
class Removed(Part):
    """A span of the page text that is not in ``text``. ``text`` is the exact slice."""

    rule: str
    kind: str
    span: Span
    text: str


@dataclass(slots=True, frozen=True)
class Replaced:
    """An edit: ``before``, the exact slice of the page text at ``span``, stands as ``after`` in ``text``."""

    rules: tuple[str, ...]
    span: Span
    before: str
    after: str

    def to_dict(self) -> dict[str, Any]:
        """The edit as plain JSON types; ``after`` may be empty."""
        return {"rules": list(self.rules), "span": list(self.span), "before": self.before, "after": self.after}


@dataclass(slots=True, frozen=True)
class Moved:
    """A span of the page text that stands before position ``to`` in ``text``, with the edits inside it."""

    rules: tuple[str, ...]
    start: int
    end: int
    to: int

    def to_dict(self) -> dict[str, Any]:
        """The move as plain JSON types."""
        return {"rules": list(self.rules), "from": [self.start, self.end], "to": self.to}


@dataclass(slots=True, frozen=True)
class Warned(Part):
    """Something seen and left as it is."""

    code: str
    message: str
    span: Span | None = None


@dataclass(slots=True)
class Stats(Part):
    """Counts. ``chars_in``, ``chars_out`` and ``removed`` in code points; ``rules``: how often each rule acted.

    ``edits`` and ``removed`` are known with full provenance only.
    """

    chars_in: int
    chars_out: int
    edits: int | None = None
    removed: int | None = None
    rules: dict[str, int] = field(default_factory=dict)
