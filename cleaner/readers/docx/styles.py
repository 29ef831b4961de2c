"""What a style says that shows in the text: the level of a heading, a list's number, hidden characters (ECMA-376 part 1, 17.7)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from cleaner.readers.docx.package import Attributes

BODY = 9  # the outline level of running text; 0 to 8 are headings
_HEADING = re.compile(r"(?:heading|标题) ?([1-9])", re.I)
_TITLE = frozenset({"title", "标题", "文档标题"})
_DEEPEST = 50  # styles that one is based on


@dataclass(slots=True)
class Style:
    """One style, as it stands in the part: what it does not say comes from the style that it is based on.

    outline: 0 to 9.  number, depth: a list and the level in it.  title: it is that of a document's title.
    """

    based: str = ""
    outline: int | None = None
    number: str | None = None
    depth: int | None = None
    hidden: bool | None = None
    title: bool = False


def read(parts: Iterable[tuple[str, Attributes]]) -> dict[str, Style]:
    """The styles of ``styles.xml``, given as its elements, each with what it takes over from those below it."""
    found: dict[str, Style] = {}
    style = Style()
    for tag, attributes in parts:
        value = attributes.get("val", "")
        if tag == "style":
            style = found[attributes.get("styleId", "")] = Style()
        elif tag == "name":
            if m := _HEADING.fullmatch(value.strip()):
                style.outline = int(m[1]) - 1
            style.title = value.strip().lower() in _TITLE
        elif tag == "basedOn":
            style.based = value
        elif tag == "outlineLvl" and value.isdecimal():
            style.outline = min(int(value), BODY)
        elif tag == "numId":
            style.number = value
        elif tag == "ilvl" and value.isdecimal():
            style.depth = int(value)
        elif tag == "vanish":
            style.hidden = on(attributes)
    return {name: _whole(found, name) for name in found}


def _whole(found: dict[str, Style], name: str) -> Style:
    style = found[name]
    whole = Style(title=style.title)
    for _ in range(_DEEPEST):
        for key in ("outline", "number", "depth", "hidden"):
            if getattr(whole, key) is None:
                setattr(whole, key, getattr(style, key))
        if style.based not in found:
            break
        style = found[style.based]
    return whole


def on(attributes: Attributes) -> bool:
    """Whether a property that is on or off is on: it is when its value is left out."""
    return attributes.get("val", "1") not in ("0", "false", "off")
