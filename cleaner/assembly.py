"""From the end of a page's way to its document: structure, fields, source, counts."""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Callable
from typing import Any

from cleaner.language.name import language
from cleaner.layout import marked_headings
from cleaner.readers import Page, head_of
from cleaner.record.document import GROUPS, Document
from cleaner.record.model import Source, Stats
from cleaner.stages.change import Fact, Flag
from cleaner.stages.structure import Hints, structure
from cleaner.stages.unify import script
from cleaner.way import Way, by_rule


def assemble(
    way: Way, page: Page, data: bytes, path: str | None, by: dict[str, str], settled: Callable[[Any], Any]
) -> Document:
    """The document at the end of ``way``; settled: sets a value's marks and script as the body's are."""
    plan, text, facts = way.plan, way.text, way.facts
    headings, title = marked_headings(way.layout) if way.layout is not None else ({}, None)
    headings = headings or way.headings
    groups: dict[str, dict[str, Any]] = {}
    fields_by: dict[str, str] = {}
    said: dict[str, Any] = {}
    if facts:
        said = {f.key: f.value for f in reversed(facts) if f.group == "document"}
        flags = _fields(facts, groups, fields_by, settled)
        way.warn(flags)
    found = structure(text, plan, Hints(headings, facts, title))
    if found.title is None and said and text and (head := head_of(said)):
        found.title, found.title_by = settled(head), "inferred"
    way.warn(found.flags)
    for group in ("official", "law", "web"):
        if stated := getattr(found, group):
            groups[group] = {**stated, **groups.get(group, {})}
    source = Source(
        sha256=hashlib.sha256(data).hexdigest(),
        bytes=len(data),
        media_type=page.media_type,
        reader=page.reader,
        encoding=page.decoded.encoding,
        encoding_by=page.decoded.by,
        newline=page.decoded.newline,
        bad_bytes=page.decoded.bad_bytes,
        path=path,
        url=said.get("url"),
        script=way.script or script(page.text),
        language=language(text or page.text),
    )
    changes = None
    stats = Stats(len(page.text), len(text), rules=way.rules)
    if plan.provenance == "full":
        changes = way.trace.total()
        edits = changes[0]
        gone = [e - s for s, e, k in zip(edits.starts, edits.ends, edits.kinds, strict=True) if k] if any(edits.kinds) else []
        stats.edits, stats.removed = len(edits) - len(gone), sum(gone)
        stats.rules = by_rule(edits.rules, changes[1])
        if not _encodes(page, data):
            source.raw = base64.b64encode(zlib.compress(data)).decode("ascii")
    return Document(
        by=by,
        provenance=plan.provenance,
        source=source,
        profile=_profile(way, found.type),
        type=found.type,
        title=found.title,
        title_by=found.title_by,
        fields_by=fields_by,
        text=text,
        page=page.text,
        sections=found.tree,
        annexes=found.annexes,
        warnings=way.warnings,
        stats=stats,
        changes=changes,
        **{group: GROUPS[group](**values) for group, values in groups.items()},  # type: ignore[arg-type]
    )


def _fields(
    facts: list[Fact], groups: dict[str, dict[str, Any]], by: dict[str, str], settled: Callable[[Any], Any]
) -> list[Flag]:
    """Put ``facts`` into ``groups``, and into ``by`` the rules behind those that the page states outside its text.

    The first statement of a field counts; a later one that says the same in more detail (a time of day) completes it, and one
    that says otherwise is flagged.
    """
    flags: list[Flag] = []
    for fact in facts:
        if fact.group not in GROUPS:
            continue
        value = settled(fact.value)
        group = groups.setdefault(fact.group, {})
        first = group.setdefault(fact.key, value)
        field = f"{fact.group}.{fact.key}"
        if first is value:
            if fact.start == fact.end == 0:
                by[field] = fact.rule
        elif field in by and isinstance(value, str) and value != first:
            if value.startswith(first):
                group[fact.key] = value
            elif not first.startswith(value):
                message = f"{field}: {first} by the page's metadata, {value} by its text"
                flags.append(Flag("strip/sources-differ", message))
    return flags


def _encodes(page: Page, data: bytes) -> bool:
    """Whether the page text, encoded again, gives the source."""
    if page.reader != "text/1":
        return False
    try:
        return page.text.encode(page.decoded.encoding) == data
    except (UnicodeEncodeError, LookupError):
        return False


# what only a text shows that was cut into lines, columns or pages
_CUT = frozenset({"reflow/doubled-character", "reflow/join", "reflow/page-number", "reflow/running-head"})


def _profile(way: Way, type_: str) -> str:
    """The profile by name, or by what the document showed of itself."""
    if way.plan.profile != "auto":
        return way.plan.profile
    if "strip" in way.acted:
        return "page"
    if type_ in ("policy", "law"):
        return "official"
    return "plain" if way.acted.isdisjoint(_CUT) else "ocr"
