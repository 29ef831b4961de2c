"""One clean document with everything that was done to it, and its JSON."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator
from dataclasses import fields
from functools import cached_property
from json.encoder import encode_basestring
from typing import Any

from cleaner.edits import Edit, Edits, Move, undo
from cleaner.errors import RestoreError
from cleaner.record.changes import changes_json
from cleaner.record.model import (
    SCHEMA,
    Annex,
    Disclosure,
    Law,
    Moved,
    Official,
    Part,
    Removed,
    Replaced,
    Section,
    Source,
    Span,
    Stats,
    Warned,
    Web,
    compact,
)
from cleaner.record.tree import Tree

_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
GROUPS: dict[str, type[Part]] = {"official": Official, "disclosure": Disclosure, "law": Law, "web": Web}


class Document:
    """A cleaned document, as the record ``cleaner/1`` describes it.

    text: the clean text, one paragraph a line.  type: policy, law, news, article or other.  title, title_by: the title, and
    ``inferred`` where it does not stand as a line of its own.  official, disclosure, law, web: what the document states, each
    field None or empty where it does not.  fields_by: of a field that the page states outside its text (``web.published_at``)
    the rule that read it.  sections, annexes: the tree, by lines of ``text``.  warnings: what was seen and left.
    source, by, profile, provenance, stats: where it came from, what made it, how, and how much was done.
    page: the page text, to which every span refers.  edits, removed, moves: everything that was done to it.
    """

    def __init__(
        self,
        *,
        by: dict[str, str],
        provenance: str = "full",
        source: Source,
        profile: str,
        type: str,
        text: str,
        page: str | None = None,
        title: str | None = None,
        title_by: str | None = None,
        official: Official | None = None,
        disclosure: Disclosure | None = None,
        law: Law | None = None,
        web: Web | None = None,
        fields_by: dict[str, str] | None = None,
        sections: list[Section] | Tree | None = None,
        annexes: list[Annex] | None = None,
        warnings: list[Warned] | None = None,
        stats: Stats | None = None,
        changes: tuple[Edits, list[Move]] | None = None,
    ) -> None:
        self.by = by
        self.provenance = provenance
        self.source = source
        self.profile = profile
        self.type = type
        self.title = title
        self.title_by = title_by
        if official is not None:
            self.official = official
        if disclosure is not None:
            self.disclosure = disclosure
        if law is not None:
            self.law = law
        if web is not None:
            self.web = web
        self.fields_by = fields_by or {}
        self._tree = sections if isinstance(sections, Tree) else None
        self._sections = sections if isinstance(sections, list) else None
        self.annexes = annexes or []
        self.text = text
        self.warnings = warnings or []
        self.stats = stats or Stats(0, len(text))
        self._page = page
        self._befores: list[str] | None = None
        self._changes = changes

    def __repr__(self) -> str:
        return f"<Document {self.type} {self.title or self.text[:20]!r}, {len(self.text)} characters>"

    @cached_property
    def official(self) -> Official:
        """Elements of an official document."""
        return Official()

    @cached_property
    def disclosure(self) -> Disclosure:
        """The table of 政府信息公开."""
        return Disclosure()

    @cached_property
    def law(self) -> Law:
        """Dates of a law."""
        return Law()

    @cached_property
    def web(self) -> Web:
        """Publication data of a web page or a newspaper."""
        return Web()

    @property
    def sections(self) -> list[Section]:
        """The sections of the first level, each with those in it."""
        if self._sections is None:
            self._sections = self._tree.sections() if self._tree else []
        return self._sections

    # -- what was done

    @property
    def page(self) -> str:
        """The page text. Raises RestoreError for a record that was written without full provenance."""
        if self._page is None:
            edits, moves = self._full()
            try:
                self._page = undo(self.text, self.stats.chars_in, edits, self._before(), moves)
            except (ValueError, IndexError, KeyError, TypeError) as error:
                raise RestoreError(f"the record's edits do not fit its text: {error}") from None
        return self._page

    @property
    def edits(self) -> list[Replaced]:
        """The edits of the page text, in its order. Raises RestoreError for a record without full provenance."""
        edits, befores = self._full()[0], self._before()
        return [Replaced(e.rules, (e.start, e.end), b, e.after) for e, b in zip(edits, befores, strict=True) if not e.kind]

    @property
    def removed(self) -> list[Removed]:
        """What of the page text is not in ``text``, in its order. Raises RestoreError as ``edits`` does."""
        edits, befores = self._full()[0], self._before()
        return [Removed(e.rules[0], e.kind, (e.start, e.end), b) for e, b in zip(edits, befores, strict=True) if e.kind]

    @property
    def moves(self) -> list[Moved]:
        """The moves of the page text. Raises RestoreError as ``edits`` does."""
        return [Moved(m.rules, m.start, m.end, m.to) for m in self._full()[1]]

    def tally(self) -> dict[str, int]:
        """How often each rule acted on this document."""
        return dict(self.stats.rules)

    def _full(self) -> tuple[Edits, list[Move]]:
        if self._changes is None:
            raise RestoreError("the record carries no edits: it was made without full provenance")
        return self._changes

    def _before(self) -> list[str]:
        if self._befores is None:
            self._befores = self._full()[0].befores(self.page)
        return self._befores

    # -- JSON

    def to_dict(self) -> dict[str, Any]:
        """The record as plain JSON types, in the order of the contract."""
        found: dict[str, Any] = dict(self._head())
        if self.sections:
            found["sections"] = [s.to_dict() for s in self.sections]
        if self.annexes:
            found["annexes"] = [a.to_dict() for a in self.annexes]
        found["text"] = self.text
        if self._changes is not None:
            for key, items in (("removed", self.removed), ("edits", self.edits), ("moves", self.moves)):
                if items:
                    found[key] = compact(items)
        found.update(self._tail())
        return found

    def to_json(self) -> str:
        """The record as one line of JSON."""
        parts = [_JSON.encode(dict(self._head()))[:-1]]
        text = encode_basestring(self.text)
        if self._sections is None and self._tree:
            plain = len(text) == len(self.text) + len(self._tree.lines) + 1
            parts.append(f'"sections":{self._tree.json(plain=plain)}')
        elif self.sections:
            parts.append(f'"sections":{_sections_json(self.sections)}')
        if self.annexes:
            parts.append(f'"annexes":[{",".join(map(_annex_json, self.annexes))}]')
        parts.append(f'"text":{text}')
        if self._changes is not None:
            parts += self._changes_json()
        parts.append(_JSON.encode(dict(self._tail()))[1:])
        return ",".join(parts)

    def _head(self) -> Iterator[tuple[str, Any]]:
        yield "schema", SCHEMA
        yield "by", self.by
        if self.provenance != "full":
            yield "provenance", self.provenance
        yield "source", self.source.to_dict()
        yield "profile", self.profile
        yield "type", self.type
        if self.title is not None:
            yield "title", self.title
        if self.title_by is not None:
            yield "title_by", self.title_by
        for name in GROUPS:
            if name in self.__dict__ and (group := getattr(self, name).to_dict()):
                yield name, group
        if self.fields_by:
            yield "fields_by", self.fields_by

    def _tail(self) -> Iterator[tuple[str, Any]]:
        if self.warnings:
            yield "warnings", compact(self.warnings)
        yield "stats", self.stats.to_dict()

    def _changes_json(self) -> Iterator[str]:
        edits, moves = self._full()
        yield from changes_json(edits, self._before())
        if moves:
            yield '"moves":' + _JSON.encode(compact(self.moves))

    @classmethod
    def from_json(cls, record: str | bytes) -> Document:
        """The document of a record. Raises RestoreError where the JSON is no record of this schema."""
        try:
            data = json.loads(record)
        except (ValueError, RecursionError) as error:
            raise RestoreError(f"not JSON: {error}") from None
        return cls.from_dict(data)

    @classmethod
    def from_dict(cls, data: Any) -> Document:
        """The document of a record given as plain JSON types. Raises RestoreError where they are no record of this schema."""
        if not isinstance(data, dict) or data.get("schema") != SCHEMA:
            raise RestoreError(f"not a record of schema {SCHEMA}")
        try:
            return cls(
                by=data["by"],
                provenance=data.get("provenance", "full"),
                source=Source(**data["source"]),
                profile=data["profile"],
                type=data["type"],
                title=data.get("title"),
                title_by=data.get("title_by"),
                fields_by=dict(data.get("fields_by", {})),
                text=data["text"],
                sections=[_section(s) for s in data.get("sections", ())],
                annexes=[
                    Annex(_span(a["lines"]), a.get("title"), [_section(s) for s in a.get("sections", ())])
                    for a in data.get("annexes", ())
                ],
                warnings=[
                    Warned(w["code"], w["message"], _span(w["span"]) if "span" in w else None) for w in data.get("warnings", ())
                ],
                stats=Stats(**data["stats"]),
                changes=_changes(data),
                **{name: kind(**data[name]) for name, kind in GROUPS.items() if name in data},  # type: ignore[arg-type]
            )._with_befores(data)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise RestoreError(f"a damaged record: {error!r}") from None

    def _with_befores(self, data: dict[str, Any]) -> Document:
        if self._changes is not None:
            self._befores = [b for _, _, b in sorted(_spans(data))]
        return self

    # -- back to the source

    def restore(self) -> bytes:
        """The bytes of the source. Raises RestoreError where the record does not hold them or their sha256 differs."""
        try:
            if self.source.raw is not None:
                data = zlib.decompress(base64.b64decode(self.source.raw))
            else:
                data = self.page.encode(self.source.encoding)
        except (LookupError, TypeError, ValueError, zlib.error) as error:
            raise RestoreError(f"the source cannot be rebuilt: {error}") from None
        if hashlib.sha256(data).hexdigest() != self.source.sha256:
            raise RestoreError("what the record gives back does not have the sha256 of its source")
        return data


def _sections_json(sections: list[Section]) -> str:
    """Sections as JSON. Written out here: a law has one for every article, and plain dictionaries for them cost twice as much."""
    return "[" + ",".join(map(_section_json, sections)) + "]"


def _section_json(section: Section) -> str:
    number = "" if section.number is None else f',"number":{encode_basestring(section.number)}'
    heading = "" if section.heading is None else f',"heading":{encode_basestring(section.heading)}'
    first, end = section.lines
    paragraphs = f',"paragraphs":[{",".join(map(encode_basestring, section.paragraphs))}]' if section.paragraphs else ""
    below = f',"sections":{_sections_json(section.sections)}' if section.sections else ""
    return f'{{"level":{section.level}{number}{heading},"lines":[{first},{end}]{paragraphs}{below}}}'


def _annex_json(annex: Annex) -> str:
    title = "" if annex.title is None else f'"title":{encode_basestring(annex.title)},'
    sections = f',"sections":{_sections_json(annex.sections)}' if annex.sections else ""
    return f'{{{title}"lines":[{annex.lines[0]},{annex.lines[1]}]{sections}}}'


def _span(pair: list[int]) -> Span:
    start, end = pair
    return start, end


def _section(data: dict[str, Any]) -> Section:
    known = {f.name for f in fields(Section)}
    if not data.keys() <= known:
        raise ValueError(f"unknown keys in a section: {sorted(data.keys() - known)}")
    top = Section(data["level"], _span(data["lines"]))
    todo = [(top, data)]
    while todo:
        node, given = todo.pop()
        node.number, node.heading, node.paragraphs = given.get("number"), given.get("heading"), given.get("paragraphs", [])
        node.sections = [Section(s["level"], _span(s["lines"])) for s in given.get("sections", ())]
        todo += zip(node.sections, given.get("sections", ()), strict=True)
    return top


def _spans(data: dict[str, Any]) -> Iterator[tuple[int, int, str]]:
    for e in data.get("edits", ()):
        yield (*_span(e["span"]), e["before"])
    for r in data.get("removed", ()):
        yield (*_span(r["span"]), r["text"])


def _changes(data: dict[str, Any]) -> tuple[Edits, list[Move]] | None:
    """The edits and moves of a record; None for one without full provenance."""
    if data.get("provenance", "full") != "full":
        return None
    listed = [Edit(*_span(e["span"]), e["after"], tuple(e["rules"])) for e in data.get("edits", ())]
    listed += [Edit(*_span(r["span"]), "", (r["rule"],), r["kind"]) for r in data.get("removed", ())]
    moves = [Move(*_span(m["from"]), m["to"], tuple(m["rules"])) for m in data.get("moves", ())]
    return Edits(sorted(listed)), moves
