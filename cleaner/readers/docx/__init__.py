"""DOCX: the paragraphs of a Word document as they show on paper.

The page text has one block a line: headers first, then the body with each footnote behind the paragraph that refers to it,
endnotes, footers. A row of a table is one line, its cells divided by tabs, unless one of them holds more than one paragraph.
Numbers that Word makes itself are written out. Lines carry what they were (:class:`cleaner.layout.Block`).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from cleaner.errors import InputError
from cleaner.layout import Block, Layout
from cleaner.readers.docx import numbering, styles
from cleaner.readers.docx.package import Package, elements, parse
from cleaner.readers.docx.story import Line, Story
from cleaner.stages.change import Flag

LEFT_OUT = "docx/left-out"
FURNITURE = {"header": frozenset({"page-head"}), "footer": frozenset({"page-foot"})}
# a first page's number
_COUNTS = re.compile(r"^[-—–\s第页共/·,，\d]{1,20}$")
# how notes are numbered stands in a section's properties, behind the text, or in the settings
_FORMAT = re.compile(
    rb"<(?:\w+:)?(footnote|endnote)Pr>(?:<[^<>]{0,200}>){0,4}?<(?:\w+:)?numFmt\b[^<>]{0,200}?\bval=[\"'](\w{1,40})"
)


class _Notes:
    """The marks of notes: numbers in the order in which the body refers to them."""

    def __init__(self) -> None:
        self.order: dict[tuple[str, str], int] = {}
        self.counts: Counter[str] = Counter()
        self.formats: dict[str, str] = {}

    def mark(self, kind: str, identity: str) -> str:
        """What stands for a note: ``[1]``, or the sign that the document uses (①)."""
        key = kind, identity
        if key not in self.order:
            self.counts[kind] += 1
            self.order[key] = self.counts[kind]
        form = self.formats.get(kind, "decimal" if kind == "footnote" else "lowerRoman")
        text = numbering.write(self.order[key], form)
        return text if "\u2460" <= text[:1] <= "\u249b" or "\u3280" <= text[:1] <= "\u3289" else f"[{text}]"


def read(data: bytes) -> tuple[str, Layout, list[Flag]]:
    """The page text, what is known of its lines, and what was seen and left.

    Raises InputError for a package that is damaged, encrypted, hostile (too large, a document type), or without any text.
    """
    package = Package(data)
    top = package.related("")
    main = next((target for kind, target in top.values() if kind == "officeDocument"), "word/document.xml")
    body = package.part(main)
    if body is None:
        raise InputError("the DOCX is damaged: it has no document part")
    related = package.related(main)
    by_kind = dict(related.values())

    def part(kind: str) -> bytes:
        return package.part(by_kind[kind]) or b"" if kind in by_kind else b""

    named = styles.read(elements(part("styles")))
    numbers = numbering.read(elements(part("numbering")))
    notes = _Notes()
    notes.formats = _note_formats(part("settings") + body)
    left_out = 0

    def story(source: bytes) -> Story:
        nonlocal left_out
        found = Story(named, numbers, notes.mark)
        if source:
            parse(source, found)
            found.finish()
        left_out += found.left_out
        return found

    document = story(body)
    noted = {kind: story(part(kind + "s")).notes for kind in ("footnote", "endnote")}
    lines = _furniture(document, related, package, story, "header")
    lines += _with_notes(document.lines, noted["footnote"])
    for (kind, identity), _ in sorted(notes.order.items(), key=lambda item: item[1]):
        if kind == "endnote":
            lines += [(line.text, Block("aside")) for line in noted["endnote"].get(identity, [])]
    lines += _furniture(document, related, package, story, "footer")
    if not lines:
        raise InputError("the DOCX has no text")
    flags = [Flag(LEFT_OUT, f"{left_out} charts, diagrams or chunks of other formats are not read")] if left_out else []
    return "\n".join(text for text, _ in lines), Layout([block for _, block in lines]), flags


def _note_formats(source: bytes) -> dict[str, str]:
    return {m[1].decode(): m[2].decode() for m in _FORMAT.finditer(source)}


def _with_notes(lines: list[Line], notes: dict[str, list[Line]]) -> list[tuple[str, Block]]:
    """The blocks of ``lines``, the footnotes that each refers to behind it."""
    found = []
    seen: set[str] = set()
    for line in lines:
        if line.text.strip():
            found.append((line.text, Block(line.tag)))
        for kind, identity in line.notes:
            if kind == "footnote" and identity not in seen:
                seen.add(identity)
                found += [(note.text, Block("aside")) for note in notes.get(identity, [])]
    return found


def _furniture(
    document: Story, related: dict[str, tuple[str, str]], package: Package, story: Callable[[bytes], Story], kind: str
) -> list[tuple[str, Block]]:
    """The headers or footers of the sections, each text once. What only a first page has at its head is no furniture."""
    found: list[tuple[str, Block]] = []
    texts: set[str] = set()
    # the first page's last, so that what other pages carry too is known by then
    for _, type_, relation in sorted((s for s in document.sections if s[0] == kind), key=lambda s: s[1] == "first"):
        target = related.get(relation, ("", ""))[1]
        for line in story(package.part(target) or b"").lines if target else []:
            if line.text in texts:
                continue
            texts.add(line.text)
            if kind == "header" and type_ == "first" and not _COUNTS.search(line.text.strip()):
                found.append((line.text, Block(line.tag)))
            else:
                found.append((line.text, Block("p", hints=FURNITURE[kind])))
    return found
