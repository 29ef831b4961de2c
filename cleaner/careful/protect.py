"""Parts of a text file that are written for programs: code, markup, addresses. ``check`` and ``fix`` leave them alone.

Only a file in which a stage found something is looked at, so this may cost a little; it stays linear in the text's length.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Literal

Span = tuple[int, int]
Syntax = Literal["text", "markdown", "html"]

_SYNTAX: dict[str, Syntax] = {"text/markdown": "markdown", "text/html": "html"}

# the same in every kind of file
ADDRESS = re.compile(
    r"""[A-Za-z][A-Za-z0-9+.-]{1,30}://[^\s<>"'`，。；：、！？（）《》「」“”‘’【】]+"""
    r"""|\bwww\.[A-Za-z0-9.-]+[^\s<>"'`，。；：、！？（）《》「」“”‘’【】]*"""
    r"""|[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+"""
)
TAG = re.compile(r"""<(?:[A-Za-z/?][^<>]*|![A-Za-z][^<>]*)>""")
TEMPLATE = re.compile(r"\{\{[^{}\n]*\}\}|\{%[^{}\n]*%\}")
LINK_TARGET = re.compile(
    r"""\]\([ \t]*+(?:<[^<>\n]*>|[^\s()<>]*+(?:\([^\s()]*\)[^\s()]*+)*+)"""
    r"""(?:[ \t]++(?:"[^"\n]*"|'[^'\n]*'|\([^()\n]*\)))?[ \t]*+\)"""
)

# elements whose text is code or is shown as it is
VERBATIM = re.compile(r"<(script|style|pre|code|textarea|kbd|samp|tt|math|svg)(?=[\s/>])", re.IGNORECASE)
ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")

# Markdown and its dialects: wiki links, mathematics, heads of admonitions and containers, definitions of link labels
WIKI_LINK = re.compile(r"\[\[[^\[\]\n]*\]\]")
MATHEMATICS = re.compile(r"\$\$[^$]+\$\$|\$(?=[^\s$])[^$\n]+(?<=\S)\$(?!\d)")
CONTAINER = re.compile(r"^[ \t]*(?:!!!|\?\?\?\+?|===|:::+)[ \t][^\n]*", re.MULTILINE)
DEFINITION = re.compile(r"^ {0,3}\[([^\[\]\n]+)\]:(?:[^\n]*)", re.MULTILINE)
LABEL = re.compile(r"\[([^\[\]\n]+)\]")

# plain text: a block between two lines of back quotes
TEXT_FENCE = re.compile(r"^ {0,3}(`{3,})[^`\n]*$", re.MULTILINE)

FRONT_MATTER = re.compile(r"\ufeff?(?:---|\+\+\+)[ \t]*\r?\n(?=[\w.\"'-]+[ \t]*[:=])")
FRONT_MATTER_END = re.compile(r"^(?:---|\+\+\+|\.\.\.)[ \t]*\r?$", re.MULTILINE)
BACKQUOTES = re.compile(r"`+")
LINE_END = re.compile(r"\r\n?|\n")


def syntax(media_type: str) -> Syntax:
    """Which marks have a meaning in files of ``media_type``."""
    return _SYNTAX.get(media_type, "text")


def protected(text: str, kind: Syntax) -> list[Span]:
    """The spans of ``text`` (code points, sorted, disjoint) that are code, markup or addresses."""
    head = _front_matter(text)
    found: list[Iterable[Span]] = [[(0, head)] if head else []]
    found += [_spans(p, text) for p in (ADDRESS, TAG, TEMPLATE, LINK_TARGET)]
    found += [_between(text, "<!--", "-->")]
    if kind != "text":
        found += [_spans(ENTITY, text), _verbatim(text)]
    if kind == "markdown":
        found += [_spans(p, text) for p in (WIKI_LINK, MATHEMATICS, CONTAINER)]
        found += [_labels(text), _markdown_code(text, head)]
    elif kind == "text":
        found += [_text_code(text)]
    return merged(chain.from_iterable(found))


def merged(spans: Iterable[Span]) -> list[Span]:
    """The same positions as sorted, disjoint spans."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def meets(start: int, end: int, spans: list[Span]) -> bool:
    """Whether [start, end), or an insertion at ``start``, reaches into one of the sorted, disjoint ``spans``."""
    i = bisect_left(spans, (start + 1,)) - 1
    if i >= 0 and (spans[i][0] < start < spans[i][1] or (spans[i][0] == start < end)):
        return True
    return i + 1 < len(spans) and spans[i + 1][0] < end


def line_starts(text: str) -> list[int]:
    """Where the lines of ``text`` begin; a line ends in LF, CR LF or CR."""
    return [0, *(m.end() for m in LINE_END.finditer(text))]


def _spans(pattern: re.Pattern[str], text: str) -> Iterator[Span]:
    return (m.span() for m in pattern.finditer(text))


def _between(text: str, opening: str, closing: str) -> Iterator[Span]:
    at = text.find(opening)
    while at >= 0:
        end = text.find(closing, at + len(opening))
        if end < 0:
            return
        yield at, end + len(closing)
        at = text.find(opening, end)


def _front_matter(text: str) -> int:
    """The end of the front matter at the head of ``text``, or 0."""
    opening = FRONT_MATTER.match(text)
    if not opening:
        return 0
    end = FRONT_MATTER_END.search(text, opening.end())
    return end.end() if end else 0


def _verbatim(text: str) -> Iterator[Span]:
    """Elements of HTML whose text is code; one that is never closed is taken for text."""
    if not VERBATIM.search(text):
        return
    lowered = text.lower()
    if len(lowered) != len(text):  # İ is two code points in lower case
        lowered = text
    unclosed: set[str] = set()
    at = 0
    while found := VERBATIM.search(text, at):
        name = found[1].lower()
        end = -1 if name in unclosed else lowered.find(f"</{name}", found.end())
        if end < 0:
            unclosed.add(name)
            at = found.end()
        else:
            yield found.start(), end
            at = end


def _labels(text: str) -> Iterator[Span]:
    """Definitions of link labels, and the places where such a label is used; of a footnote only the label."""
    labels = set()
    for m in DEFINITION.finditer(text):
        labels.add(m[1])
        yield (m.start(), m.end(1) + 2) if m[1].startswith("^") else m.span()
    if labels:
        yield from (m.span() for m in LABEL.finditer(text) if m[1] in labels)


def _markdown_code(text: str, head: int) -> Iterator[Span]:
    """Fenced and indented code by the blocks of CommonMark, and code spans in what is left."""
    from markdown_it import MarkdownIt

    # form feed, vertical tab and the like end no line for CommonMark, so lines are counted by its own three ends
    starts = line_starts(text)
    ends = [*starts[1:], len(text)]
    source = LINE_END.sub("\n", text)
    if head:
        lines = source.count("\n", 0, len(LINE_END.sub("\n", text[:head])))
        source = "\n" * lines + source.split("\n", lines)[lines]
    # a NUL would be replaced, a character that takes part in no mark is as good
    tokens = MarkdownIt("commonmark").disable("inline").parse(source.replace("\x00", "\ufffd"))
    for token in tokens:
        if not token.map:
            continue
        first, last = token.map
        a, b = starts[first], ends[min(last, len(ends)) - 1]
        if token.type in ("fence", "code_block"):
            yield a, b
        elif token.type == "inline":
            yield from _code_spans(text, a, b)


def _text_code(text: str) -> Iterator[Span]:
    """Blocks between lines of back quotes, and code spans within a line and within a paragraph."""
    if "`" not in text:
        return
    opening: re.Match[str] | None = None
    for m in TEXT_FENCE.finditer(text):
        if opening is None:
            opening = m
        elif len(m[1]) >= len(opening[1]) and not m[0].strip(" `\r"):
            yield opening.start(), m.end()
            opening = None
    starts = line_starts(text)
    paragraph = 0
    for a, b in zip(starts, [*starts[1:], len(text)], strict=True):
        if text[a:b].isspace() or b == len(text):
            yield from _code_spans(text, paragraph, b)
            paragraph = b
        yield from _code_spans(text, a, b)


def _code_spans(text: str, start: int, end: int) -> Iterator[Span]:
    """Code spans in [start, end): from a run of back quotes to the next run of the same length (CommonMark 6.1)."""
    runs = [m.span() for m in BACKQUOTES.finditer(text, start, end)]
    if len(runs) < 2:
        return
    later: dict[int, list[int]] = {}
    for n in range(len(runs) - 1, -1, -1):
        later.setdefault(runs[n][1] - runs[n][0], []).append(n)
    n = 0
    while n < len(runs):
        a, b = runs[n]
        if a and text[a - 1] == "\\":  # an escaped quote opens nothing, what follows it may
            a += 1
        closers = later.get(b - a, [])
        while closers and closers[-1] <= n:
            closers.pop()
        if a == b or not closers:
            n += 1
            continue
        yield a, runs[closers[-1]][1]
        n = closers[-1] + 1


def masked(text: str, spans: Iterable[Span], fill: str = "\ufffd") -> str:
    """``text`` with every character in the sorted, disjoint ``spans`` replaced by ``fill``: a mark in there means nothing."""
    pieces = []
    at = 0
    for a, b in spans:
        pieces += [text[at:a], fill * (b - a)]
        at = b
    return "".join([*pieces, text[at:]])
