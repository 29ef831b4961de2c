"""The tree of a page to lines: which elements begin a line, which are not shown, what stands in a link.

Elements are blocks or inline as the HTML Standard's suggested rendering has them (section 15.3), whatever a style sheet may
say; of styles only ``display`` and ``visibility`` in the element itself are read. White space collapses as CSS Text has it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from cleaner.layout import Block, Layout
from cleaner.readers.html.hints import own_hints
from cleaner.readers.html.tables import Table

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hgroup",
        "hr",
        "html",
        "legend",
        "li",
        "listing",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "plaintext",
        "pre",
        "search",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
        "xmp",
    ]
)
# not shown: scripts, styles, metadata, what stands for a part that cannot be played, controls with their lists of options
_UNSEEN = frozenset(
    [
        "audio",
        "canvas",
        "colgroup",
        "datalist",
        "desc",
        "frameset",
        "head",
        "iframe",
        "link",
        "map",
        "meta",
        "metadata",
        "noembed",
        "noframes",
        "noscript",
        "object",
        "param",
        "progress",
        "script",
        "select",
        "style",
        "symbol",
        "template",
        "textarea",
        "title",
        "track",
        "video",
    ]
)
_PRE = frozenset({"pre", "listing", "plaintext", "xmp"})
_UNSEEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_BLOCK_STYLE = re.compile(r"display\s*:\s*(?:block|flex|grid|table|list-item)", re.I)
_LINE_END = re.compile(r"\r\n?|\n")
_ODD = re.compile(r"[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
# characters that end a line elsewhere are blanks here
_SPACE = re.compile(r"[ \t\n\r\f\v\x1c-\x1e\x85\u2028\u2029]+")
# a line end between two characters of East Asian width is none of the text (CSS Text 3, section 4.1.3)
_WIDE = r"[\u2e80-\u303f\u3041-\u9fff\uf900-\ufaff\uff00-\uff60]"
_SEAM = re.compile(rf"(?<={_WIDE})[ \t\n\r\f]*\n[ \t\n\r\f]*(?={_WIDE})")
# characters that read as prose: what hidden parts are weighed by
_PROSE = re.compile(r"[\u3400-\u9fff][^\n]{12,}?[，。；！？,]")
# characters of a title that names a line, without marks, and their share of the shortest of the titles
_SHORTEST_TITLE, _LONGEST_TITLE, _SHARE = 5, 200, 0.6
_MARKS = re.compile(r"[\W_]+")
# characters of a line with which a title ends; a site's name is shorter
_SHORTEST_TAIL = 8
# a line that says when the page was published, and with what share of links a line is no headline
_STAMPED = re.compile(
    r"\W{0,3}(?:(?:发[布表]|發[佈布表]|更新)(?:时间|時間|日期|于|於)?\s?[:：]?\s{0,3})?"
    r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}\s?日?\s{0,4}\d{1,2}[:：时時]\d\d"
)
_LONGEST_STAMP, _LINKED = 60, 0.35
_HEADLINE = re.compile(r"(?=.{0,20}[\u3400-\u9fff]{4})[^。；;>：|｜]{8,60}[^。；;>：:，,|｜]")
# of an element: its tag if it is a block; number of the block, hidden part, links and preformatted elements around it; what ends it
_Undo: TypeAlias = tuple[str, int, int, int, int, str]


class Line(NamedTuple):
    """A line of the page: its text, what is known of it, the hidden part and the row and cell of a table that it stands in."""

    text: str
    block: Block
    hidden: int
    cell: tuple[int, int] | None


class Walked(NamedTuple):
    """The page text, its layout, and [start, end) of the parts that are shown although the source hides them."""

    text: str
    layout: Layout
    shown: list[tuple[int, int]]


class _Walker:
    """One way through a tree, in document order."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.parents: list[int] = []
        self.hints: list[frozenset[str]] = []
        self.own: list[frozenset[str]] = []
        self.tags: list[str] = []
        self.depths: list[int] = []
        self.node = -1
        self.depth = 0
        self.links = 0
        self.pre = 0
        self.hidden = 0
        self.hiddens = 0
        self.buffer: list[str] = []
        self.size = self.linked = 0
        self.raw = False
        self.tables: list[Table] = []

    def text(self, text: str) -> None:
        """A text node."""
        if not self.buffer and text.isspace() and not self.pre:
            return
        if self.pre:
            first, *rest = _LINE_END.split(text)
            self._add(first)
            for line in rest:
                self.flush()
                self._add(line)
        else:
            self._add(text)

    def _add(self, text: str) -> None:
        if not text:
            return
        self.buffer.append(text)
        self.raw = self.raw or self.pre > 0
        size = len(text) - text.count(" ") - text.count("\n")
        self.size += size
        if self.links:
            self.linked += size

    def flush(self) -> None:
        """End the line; one without a character that is seen is none."""
        if not self.buffer:
            return
        text = "".join(self.buffer)
        text = _ODD.sub(" ", text).rstrip(" \t") if self.raw else _SPACE.sub(" ", _SEAM.sub("", text)).strip(" ")
        if text and not text.isspace():
            node = self.node
            linked = min(1.0, self.linked / self.size) if self.size else 0.0
            block = Block(self.tags[node], linked, self.depths[node], self.hints[node], node)
            table = self.tables[-1] if self.tables else None
            self.lines.append(Line(text, block, self.hidden, table.cell() if table else None))
        self.buffer = []
        self.size = self.linked = 0
        self.raw = False

    def enter(self, tag: str, node: LexborNode) -> _Undo | None:
        """Begin an element; what :meth:`leave` is to undo, or None where the element and all in it are not shown."""
        if tag == "br":
            self.flush()
            return None
        if tag in _UNSEEN:
            return None
        attributes = node.attributes
        style = attributes.get("style") or ""
        block = tag in _BLOCKS or bool(style and _BLOCK_STYLE.search(style))
        undo = (tag if block else "", self.node, self.hidden, self.links, self.pre)
        unseen = (
            "hidden" in attributes or (style and _UNSEEN_STYLE.search(style)) or (tag == "dialog" and "open" not in attributes)
        )
        if unseen and not self.hidden:
            self.flush()
            self.hiddens += 1
            self.hidden = self.hiddens
        if block:
            self.flush()
            self.parents.append(self.node)
            own = own_hints(tag, attributes)
            around = self.hints[self.node] if self.node >= 0 else own
            self.own.append(own)
            self.hints.append(around if own <= around else around | own)
            self.tags.append(tag)
            self.depths.append(self.depth)
            self.node = len(self.parents) - 1
            if tag == "table":
                if self.tables:
                    self.tables[-1].nested = True
                self.tables.append(Table(len(self.lines), attributes.get("role") or ""))
            elif self.tables:
                self.tables[-1].enter(tag)
            if tag in _PRE:
                self.pre += 1
        elif tag == "a" and attributes.get("href") is not None:
            self.links += 1
        elif tag == "img":
            alt = attributes.get("alt") or ""
            if len(alt) == 1:  # a rare character or a sign that is set as a picture
                self._add(alt)
        elif tag == "q":
            self._add("“")
            return (*undo, "”")
        elif tag == "rt" and not self._bracketed(node):
            self._add("(")
            return (*undo, ")")
        return (*undo, "")

    def leave(self, undo: _Undo) -> None:
        """End the element that ``undo`` is of."""
        block, node, hidden, links, pre, closing = undo
        if closing:
            self._add(closing)
        if block or hidden != self.hidden:
            self.flush()
        if block == "table":
            table = self.tables.pop()
            self.lines[table.first :] = table.rows(self.lines[table.first :])
        elif block and self.tables:
            self.tables[-1].leave(block)
        self.node, self.hidden, self.links, self.pre = node, hidden, links, pre

    @staticmethod
    def _bracketed(node: LexborNode) -> bool:
        """Whether the source itself brackets an annotation."""
        before = node.prev
        while before is not None and before.tag == "-text" and not (before.text_content or "").strip():
            before = before.prev
        return before is not None and before.tag == "rp"


def walk(root: LexborNode, titles: Sequence[str] = ()) -> Walked:
    """The lines of the tree below ``root``, without recursion. ``titles``: what the head calls the page, which names a line."""
    walker = _Walker()
    stack: list[_Undo] = []
    node: LexborNode | None = root
    end = root.mem_id
    while node is not None:
        tag = node.tag or ""
        undo: _Undo | None = None
        if tag == "-text":
            walker.text(node.text_content or "")
        elif tag[:1] not in "-!":
            undo = walker.enter(tag, node)
        below = node.child if undo is not None else None
        if undo is not None and below is not None:
            stack.append(undo)
            walker.depth += 1
            node = below
            continue
        if undo is not None:
            walker.leave(undo)
        while node is not None and node.mem_id != end:
            after = node.next
            if after is not None:
                node = after
                break
            node = node.parent
            walker.depth -= 1
            walker.leave(stack.pop())
        else:
            break
    walker.flush()
    return _page(walker, tuple(filter(None, map(_plain, titles))))


def _page(walker: _Walker, titles: tuple[str, ...]) -> Walked:
    """The lines that are seen, as a page; and hidden ones where the page without them says less than they do."""
    lines = walker.lines
    show = _revealed(lines) if walker.hiddens else 0
    kept = [line for line in lines if not line.hidden or line.hidden == show]
    shown: list[tuple[int, int]] = []
    if show:
        at = 0
        for line in kept:
            if line.hidden:
                start = shown[0][0] if shown else at
                shown = [(start, at + len(line.text))]
            at += len(line.text) + 1
    text = "\n".join([line.text for line in kept])
    blocks = [_named(line, titles) if titles else line.block for line in kept]
    if not any("named" in block.hints for block in blocks):
        _name_one(kept, blocks, titles)
    return Walked(text, Layout(blocks or [None], walker.parents or [-1], walker.own), shown)


def _plain(text: str) -> str:
    return _MARKS.sub("", text).lower()


def _named(line: Line, titles: tuple[str, ...]) -> Block:
    """The block of a line, with the hint ``named`` where it is a title, or a title begins with it.

    In the window's title a channel and a site follow.
    """
    own = _plain(line.text[:_LONGEST_TITLE])
    least = max(_SHORTEST_TITLE, _SHARE * min(map(len, titles)))
    named = own in titles or (len(own) >= least and any(title.startswith(own) for title in titles))
    return line.block._replace(hints=line.block.hints | {"named"}) if named and own else line.block


def _name_one(lines: list[Line], blocks: list[Block], titles: tuple[str, ...]) -> None:
    """Give the hint ``named`` to the line with which a title ends (自由某报 - 标题), else to the one above the only line that dates."""
    found = None
    for k, line in enumerate(lines):
        own = _plain(line.text) if len(line.text) <= _LONGEST_TITLE else ""
        if len(own) >= _SHORTEST_TAIL and any(title.endswith(own) and 2 * len(own) >= len(title) for title in titles):
            found = k
            break
    if found is None:
        dated = [k for k, line in enumerate(lines) if len(line.text) <= _LONGEST_STAMP and _STAMPED.match(line.text)]
        if len(dated) == 1 and dated[0] and _headline(lines[dated[0] - 1]):
            found = dated[0] - 1
    if found is not None:
        blocks[found] = blocks[found]._replace(hints=blocks[found].hints | {"named"})


def _headline(line: Line) -> bool:
    """Whether a line that nothing names could be a headline: neither a sentence nor a link nor a label."""
    return line.block.linked < _LINKED and _HEADLINE.fullmatch(line.text) is not None


def _revealed(lines: list[Line]) -> int:
    """The number of the hidden part that a script is to show: it holds more prose than all that is seen; 0 where none does.

    Pages that fade their article in, or show it after a click, hide it in the source.
    """
    weights: dict[int, int] = {}
    for line in lines:
        if _PROSE.search(line.text) and line.block.linked < 0.5:
            weights[line.hidden] = weights.get(line.hidden, 0) + len(line.text)
    seen = weights.pop(0, 0)
    best = max(weights, key=lambda n: (weights[n], -n), default=0)
    return best if best and weights[best] > max(40, seen) else 0
