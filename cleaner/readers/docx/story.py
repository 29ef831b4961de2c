"""A story of a DOCX (the body, a header, the footnotes): its paragraphs in their order, as they show on paper.

Shown are inserted text, the results of fields, text boxes and automatic numbers; not shown are deleted and moved-away text, hidden
text, the codes of fields and comments. An event of the parser changes a few stacks and nothing recurses, whatever is nested.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from cleaner.readers.docx import numbering
from cleaner.readers.docx.numbering import Numbering
from cleaner.readers.docx.package import Attributes, Handler
from cleaner.readers.docx.styles import BODY, Style, on

# elements of which nothing shows: tracked deletions, formatting as it was before, the poorer of two alternatives
UNSEEN = frozenset({"del", "moveFrom", "pPrChange", "rPrChange", "tblPrChange", "trPrChange", "tcPrChange", "sectPrChange",
                    "numberingChange", "Fallback"})  # fmt: skip
MOST_MERGED = 64  # columns of one cell: Word has no more in a table
SYMBOLS = numbering.BULLETS  # of Symbol and Wingdings


@dataclass(slots=True)
class Line:
    """A block of a story. ``tag``: as :class:`cleaner.layout.Block` has it.  notes: the notes that it refers to, as kind and id."""

    text: str
    tag: str = "p"
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Paragraph:
    pieces: list[str] = field(default_factory=list)
    style: str = ""
    number: str | None = None
    depth: int | None = None
    outline: int | None = None
    goes_on: bool = False  # its mark was deleted or is hidden: the next paragraph goes on in its line
    after: list[Line] = field(default_factory=list)  # of text boxes that hang on it
    notes: list[tuple[str, str]] = field(default_factory=list)


@dataclass(slots=True)
class _Run:
    hidden: bool = False


@dataclass(slots=True)
class Story(Handler):
    """Takes a part's elements; ``lines`` is the result. ``mark``: what stands for a note in the text, by its kind and id."""

    styles: dict[str, Style]
    numbers: Numbering
    mark: Callable[[str, str], str]
    lines: list[Line] = field(default_factory=list)
    sections: list[tuple[str, str, str]] = field(default_factory=list)  # header or footer, its type, its relation
    notes: dict[str, list[Line]] = field(default_factory=dict)  # in a part of notes: by id
    left_out: int = 0  # charts, diagrams and chunks of other formats
    _parent: str = ""  # of the element that begins
    _attributes: Attributes = field(default_factory=dict)
    _names: list[str] = field(default_factory=list)
    _open: list[_Paragraph] = field(default_factory=list)
    _runs: list[_Run] = field(default_factory=list)
    _into: list[list[Line]] = field(default_factory=list)
    _rows: list[list[list[Line]]] = field(default_factory=list)
    _merged: list[Line] = field(default_factory=list)  # stands for the cells that one of several columns takes the place of
    _spans: list[int] = field(default_factory=list)  # of each open cell, the columns that it takes
    _gone: list[bool] = field(default_factory=list)  # of each open row, whether it does not show
    _fields: list[bool] = field(default_factory=list)  # of each open field, whether its result has begun
    _readings: list[str] = field(default_factory=list)
    _waiting: list[str] = field(default_factory=list)
    _unseen: int = 0
    _chosen: list[bool] = field(default_factory=list)
    _held: tuple[int, _Paragraph] | None = None  # and how many cells, boxes and notes were open around it
    _text: list[str] | None = None
    _preserve: bool = False
    _note: str = ""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""
        self._parent = self._names[-1] if self._names else ""
        self._attributes = attributes
        self._names.append(name)
        if self._unseen or (name in UNSEEN and self._hides(name)):
            self._unseen += 1
        elif act := _START.get(name):
            act(self)

    def _hides(self, name: str) -> bool:
        if name == "Fallback":
            return bool(self._chosen and self._chosen[-1])
        if name == "del" and self._parent in ("rPr", "trPr"):
            if self._parent == "trPr" and self._gone:
                self._gone[-1] = True
            elif self._open and "pPr" in self._names[-3:]:
                self._open[-1].goes_on = True
        return True

    def end(self, name: str) -> None:
        """An element ends."""
        self._names.pop()
        if self._unseen:
            self._unseen -= 1
            return
        if act := _END.get(name):
            act(self)

    def characters(self, text: str) -> None:
        """Characters of the element at hand."""
        if self._text is not None:
            self._text.append(text)

    # -- paragraphs

    def _add(self, text: str) -> None:
        if not self._open or not all(self._fields) or (self._runs and self._runs[-1].hidden):
            return
        if self._readings:
            self._readings[-1] += text
        else:
            self._open[-1].pieces.append(text)

    def _begin_paragraph(self) -> None:
        if self._held is not None and self._held[0] == len(self._into):
            paragraph, self._held = self._held[1], None
            paragraph.goes_on = False
        else:
            paragraph = _Paragraph()
        self._open.append(paragraph)

    def _end_paragraph(self) -> None:
        if not self._open:
            return
        # the code of a field that goes over a paragraph's end is still no text (it has an element of its own), but what a field
        # without an end would swallow is
        self._fields = [True] * len(self._fields)
        paragraph = self._open.pop()
        if paragraph.goes_on and self._held is None:
            self._held = len(self._into), paragraph
        else:
            self._emit(paragraph)

    def finish(self) -> None:
        """Take what still waits for a paragraph to go on in, at the end of a cell, a box, a note or the story."""
        if self._held is not None and self._held[0] == len(self._into):
            paragraph, self._held = self._held[1], None
            self._emit(paragraph)

    def _emit(self, paragraph: _Paragraph) -> None:
        style = self.styles.get(paragraph.style, _PLAIN)
        number = style.number if paragraph.number is None else paragraph.number
        depth = style.depth if paragraph.depth is None else paragraph.depth
        outline = style.outline if paragraph.outline is None else paragraph.outline
        text = "".join(paragraph.pieces)
        label = ""
        if number and number != "0":
            if depth is None:
                depth = self.numbers.depth_of(number, paragraph.style)
            label = self.numbers.label(number, depth) if text.strip() or not paragraph.after else ""
        tag = (
            "title"
            if style.title
            else f"h{min(outline + 1, 6)}"
            if outline is not None and outline < BODY
            else "li"
            if label
            else "p"
        )
        into = self._into[-1] if self._into else self.lines
        for n, part in enumerate((label + text).split("\n")):
            if part.strip():
                into.append(Line(part, tag if n == 0 or tag != "li" else "p"))
        if paragraph.notes:
            if not into or not text.strip():
                into.append(Line(label or "", tag))
            into[-1].notes += paragraph.notes
        into += paragraph.after

    # -- tables

    def _begin_row(self) -> None:
        self._rows.append([])
        self._gone.append(False)

    def _begin_cell(self) -> None:
        self._into.append([])
        self._spans.append(1)

    def _end_cell(self) -> None:
        self.finish()
        if self._into and self._rows:
            self._rows[-1].append(self._into.pop())
            self._rows[-1] += [self._merged] * (self._spans.pop() - 1)

    def _end_row(self) -> None:
        if not self._rows:
            return
        cells = self._rows.pop()
        if self._gone.pop():
            return
        into = self._into[-1] if self._into else self.lines
        own = [cell for cell in cells if cell is not self._merged]
        if all(len(cell) <= 1 for cell in cells):
            texts = [cell[0].text.strip() if cell else "" for cell in cells]
            notes = [note for cell in cells for line in cell for note in line.notes]
            filled = [line for cell in cells for line in cell]
            if len(filled) == 1 and len(own) == 1:  # a frame around a paragraph, or a row that is one cell
                into += filled
            elif any(texts):
                into.append(Line("\t".join(texts), "tr", notes))
        else:
            into += [Line(line.text, "td" if line.tag == "p" else line.tag, line.notes) for cell in cells for line in cell]

    # -- what else holds text

    def _begin_box(self) -> None:
        self._into.append([])
        self._runs.append(_Run())

    def _end_box(self) -> None:
        self.finish()
        if self._into:
            lines = self._into.pop()
            self._runs.pop()
            if self._open:
                self._open[-1].after += lines
            else:
                (self._into[-1] if self._into else self.lines).extend(lines)

    def _begin_note(self) -> None:
        self._note = "" if self._attributes.get("type", "normal") not in ("normal", "") else self._attributes.get("id", "")
        self._into.append([])

    def _end_note(self) -> None:
        self.finish()
        lines = self._into.pop()
        if self._note:
            self.notes[self._note] = lines
        self._note = ""

    def _refer(self, kind: str) -> None:
        if not self._open or self._runs[-1:] == [_Run(True)]:
            return
        identity = self._attributes.get("id", "")
        self._open[-1].notes.append((kind, identity))
        mark = self.mark(kind, identity)
        if self._attributes.get("customMarkFollows", "0") in ("0", "false"):
            self._add(mark)

    def _own_mark(self, kind: str) -> None:
        if self._note:
            self._add(self.mark(kind, self._note) + " ")

    # -- runs and their text

    def _begin_run(self) -> None:
        self._runs.append(_Run())

    def _end_run(self) -> None:
        if self._runs:
            self._runs.pop()

    def _begin_text(self) -> None:
        self._text = []
        self._preserve = self._attributes.get("space") == "preserve"

    def _end_text(self) -> None:
        if self._text is not None:
            text = "".join(self._text).replace("\n", " ").replace("\r", " ")
            self._add(text if self._preserve else text.strip(" \t"))
        self._text = None

    def _tab(self) -> None:
        if self._parent == "r":
            self._add("\t")

    def _break(self) -> None:
        if self._parent == "r":
            self._add("\n")

    def _symbol(self) -> None:
        try:
            char = chr(int(self._attributes.get("char", ""), 16))
        except (ValueError, OverflowError):
            return
        if not "\ud800" <= char <= "\udfff":
            self._add(SYMBOLS.get(char, char))

    def _vanish(self) -> None:
        if self._parent != "rPr" or not on(self._attributes):
            return
        if "pPr" in self._names[-3:]:
            return
        if self._runs:
            self._runs[-1].hidden = True

    def _spec_vanish(self) -> None:
        if "pPr" in self._names[-3:] and on(self._attributes) and self._open:
            self._open[-1].goes_on = True

    def _run_style(self) -> None:
        if self._runs and "pPr" not in self._names[-3:] and self.styles.get(self._attributes.get("val", ""), _PLAIN).hidden:
            self._runs[-1].hidden = True

    def _field(self) -> None:
        kind = self._attributes.get("fldCharType")
        if kind == "begin":
            self._fields.append(False)
        elif self._fields and kind == "separate":
            self._fields[-1] = True
        elif self._fields and kind == "end":
            self._fields.pop()

    def _begin_reading(self) -> None:
        self._readings.append("")

    def _end_reading(self) -> None:
        if self._readings:
            self._waiting.append(self._readings.pop())

    def _end_base(self) -> None:
        """A phonetic guide stands before its base in the part, above it on paper, and behind it in brackets here."""
        if self._waiting and (reading := self._waiting.pop().strip()):
            self._add(f"({reading})")

    # -- properties

    def _property(self, key: str) -> None:
        """A property of the paragraph at hand: a style, a list, a level in it, a level of the outline."""
        value = self._attributes.get("val", "")
        if not self._open or "pPr" not in self._names[-3:]:
            return
        if key in ("depth", "outline"):
            if value.isdecimal():
                setattr(self._open[-1], key, int(value))
        else:
            setattr(self._open[-1], key, value)

    def _row_hidden(self) -> None:
        if self._parent == "trPr" and self._gone and on(self._attributes):
            self._gone[-1] = True

    def _section(self, kind: str) -> None:
        self.sections.append((kind, self._attributes.get("type", "default"), self._attributes.get("id", "")))

    def _word_art(self) -> None:
        self._add(self._attributes.get("string", ""))

    def _cell_span(self) -> None:
        value = self._attributes.get("val", "")
        if self._parent == "tcPr" and self._spans and value.isdecimal():
            self._spans[-1] = max(1, min(int(value), MOST_MERGED))

    def _leave_out(self) -> None:
        self.left_out += 1

    def _alternatives(self) -> None:
        self._chosen.append(False)

    def _choose(self) -> None:
        if self._chosen:
            self._chosen[-1] = True

    def _end_alternatives(self) -> None:
        if self._chosen:
            self._chosen.pop()


_PLAIN = Style()
_START: dict[str, Callable[[Story], None]] = {
    "AlternateContent": Story._alternatives,
    "Choice": Story._choose,
    "altChunk": Story._leave_out,
    "br": Story._break,
    "chart": Story._leave_out,
    "cr": Story._break,
    "endnote": Story._begin_note,
    "endnoteRef": lambda story: story._own_mark("endnote"),
    "endnoteReference": lambda story: story._refer("endnote"),
    "fldChar": Story._field,
    "footerReference": lambda story: story._section("footer"),
    "footnote": Story._begin_note,
    "footnoteRef": lambda story: story._own_mark("footnote"),
    "footnoteReference": lambda story: story._refer("footnote"),
    "headerReference": lambda story: story._section("header"),
    "gridSpan": Story._cell_span,
    "hidden": Story._row_hidden,
    "ilvl": lambda story: story._property("depth"),
    "noBreakHyphen": lambda story: story._add("-"),
    "numId": lambda story: story._property("number"),
    "outlineLvl": lambda story: story._property("outline"),
    "p": Story._begin_paragraph,
    "pStyle": lambda story: story._property("style"),
    "ptab": Story._tab,
    "r": Story._begin_run,
    "rStyle": Story._run_style,
    "relIds": Story._leave_out,
    "rt": Story._begin_reading,
    "specVanish": Story._spec_vanish,
    "sym": Story._symbol,
    "t": Story._begin_text,
    "tab": Story._tab,
    "tc": Story._begin_cell,
    "textpath": Story._word_art,
    "tr": Story._begin_row,
    "txbxContent": Story._begin_box,
    "vanish": Story._vanish,
}
_END: dict[str, Callable[[Story], None]] = {
    "AlternateContent": Story._end_alternatives,
    "endnote": Story._end_note,
    "footnote": Story._end_note,
    "p": Story._end_paragraph,
    "r": Story._end_run,
    "rt": Story._end_reading,
    "rubyBase": Story._end_base,
    "t": Story._end_text,
    "tc": Story._end_cell,
    "tr": Story._end_row,
    "txbxContent": Story._end_box,
}
