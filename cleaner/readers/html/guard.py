"""Source that would make the parser slow, taken apart beforehand.

The HTML Standard's tree construction is quadratic in the depth of the elements, in the number of attributes of one tag, in the
number of options of a list, and multiplies the formatting elements that were left open by the blocks that follow. Browsers cap
the depth (Chromium at 512). Here the start tags beyond a depth become line breaks, formatting beyond a depth goes, lists of
options go whole (they are controls, no part of the page text), and a tag of very many attributes loses them. So does what
stands in for scripts, which the parser, having none, would take out of the head and show.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

# tags, options, and signs of equality as attributes have them, that cost less than a tenth of a second at worst
FEW_TAGS, FEW_OPTIONS, FEW_ATTRIBUTES = 6_000, 500, 8_000
# elements in each other that are kept, and formatting elements open at a time
DEPTH, FORMATS = 400, 20
# from so many tags on no formatting element is kept, as each block may repeat all that are open
MANY_TAGS = 100_000
# characters of the longest tag whose attributes are read: a data URI is one long attribute, but no block has one
LONG_TAG = 8_000

_TAG = re.compile(r"<(?:(/?)([a-zA-Z][^\s/>\x00]*)|(!--))")
_REST = re.compile(r"""(?:[^"'>]++|"[^"]*+"|'[^']*+')*+>""")
_NOSCRIPT = re.compile(r"<noscript", re.I)
_BODY = re.compile(r"<body[\s>]", re.I)
_OPTION = re.compile(r"<option", re.I)
_LONG = re.compile(rf"<[a-zA-Z][^<>]{{{LONG_TAG}}}")
_RAW = frozenset({"script", "style", "textarea", "title", "xmp", "iframe", "noembed", "noframes"})
_FORMATTING = frozenset({"b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"})
_FORMAT_TAG = re.compile(rf"<(/?)(?:{'|'.join(sorted(_FORMATTING))})(?=[\s/>])", re.I)
# elements that have no content, or that the next of their kind closes
_FLAT = frozenset(
    [
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "p",
        "li",
        "td",
        "th",
        "tr",
        "dd",
        "dt",
        "rt",
        "rp",
        "tbody",
        "thead",
        "tfoot",
        "option",
        "optgroup",
        "html",
        "head",
        "body",
        "a",
    ]
)


def guarded(text: str) -> str:
    """``text``, or where it could take more than linear time, ``text`` without what does."""
    if not _suspect(text):
        return text
    parts: list[str] = []
    at = 0
    for start, end, instead in _cuts(text):
        parts += (text[at:start], instead)
        at = end
    return "".join([*parts, text[at:]]) if parts else text


def _suspect(text: str) -> bool:
    """Whether the parser could be slow on ``text``, or would show what stands in for scripts."""
    if text.count("<") > FEW_TAGS or text.count("=") > FEW_ATTRIBUTES or _LONG.search(text):
        return True
    noscript = _NOSCRIPT.search(text)
    if noscript:
        body = _BODY.search(text)
        if body is None or noscript.start() < body.start():
            return True
    if sum(1 for _ in _OPTION.finditer(text)) > FEW_OPTIONS:
        return True
    left = 0
    for tag in _FORMAT_TAG.finditer(text):
        left = max(0, left - 1) if tag[1] else left + 1
        if left > FORMATS:
            return True
    return False


def _cuts(text: str) -> Iterator[tuple[int, int, str]]:
    """[start, end) of what goes, and what stands there instead."""
    plain = text.count("<") > MANY_TAGS
    depth = 0
    formats: dict[str, int] = {}
    at, size = 0, len(text)
    while at < size:
        tag = _TAG.search(text, at)
        if tag is None:
            return
        start, at = tag.start(), tag.end()
        if tag[3]:
            end = text.find("-->", max(start + 2, at - 2))
            if end < 0:
                return
            at = end + 3
            continue
        name = tag[2].lower()
        rest = _REST.match(text, at)
        if rest:
            at = rest.end()
        else:  # a quotation mark that is never closed
            end = text.find(">", at)
            if end < 0:
                return
            at = end + 1
        if name in ("select", "noscript"):
            end = _close(text, at, name) if not tag[1] else at
            at = end if end > 0 else at
            yield start, at, " "
        elif name in ("option", "optgroup"):
            yield start, at, " "
        elif name in _FORMATTING:
            if plain or (not tag[1] and sum(formats.values()) >= FORMATS):
                yield start, at, ""
            else:
                formats[name] = max(0, formats.get(name, 0) + (-1 if tag[1] else 1))
        elif name not in _FLAT and name not in _RAW:
            if tag[1]:
                if depth > DEPTH:
                    yield start, at, "<br>"
                depth = max(0, depth - 1)
            else:
                depth += 1
                if depth > DEPTH:
                    yield start, at, "<br>"
                elif at - start > LONG_TAG:
                    yield start, at, f"<{name}>"
        elif not tag[1]:
            if at - start > LONG_TAG and name != "meta":
                yield start, at, f"<{name}>"
            if name in _RAW:
                end = _close(text, at, name)
                if end < 0:
                    return
                at = end
            elif name == "plaintext":
                return


def _close(text: str, at: int, name: str) -> int:
    """Where the next end tag of ``name`` ends; -1 where there is none."""
    found = re.compile(rf"</{re.escape(name)}(?=[\s/>])[^>]*+>?", re.I).search(text, at)
    return found.end() if found else -1
