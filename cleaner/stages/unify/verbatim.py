"""What script conversion never looks into: code between fences or backquotes, and addresses with Chinese in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

_FENCE = r"(?m)^[ \t]{0,3}(`{3,}|~{3,})([^\n`]*)$"
_QUOTED = r"(?<!`)(`{1,2})(?!`)[^`\n]+\1(?!`)"
# Chinese belongs to an address behind a mark that asks for more of it, and up to a blank, a Chinese mark or a bracket.
_ADDRESS = (
    r"(?:https?://|ftp://|www\.)[!-~]+"
    r"(?:(?<=[/=_&?#%-])[^\s\u2010-\u2027\u3000-\u3006\u3008-\u303f\uff00-\uffef<>\"`]+)?"
)


def verbatim(text: str) -> Iterator[tuple[int, int]]:
    """The spans of ``text`` that stay as they are, in order of their kinds; they may overlap."""
    if "```" in text or "~~~" in text:
        yield from _fenced(text)
    if "`" in text:
        yield from (m.span() for m in re.finditer(_QUOTED, text))
    if "://" in text or "www." in text:
        yield from (m.span() for m in re.finditer(_ADDRESS, text) if not m[0].isascii())


def _fenced(text: str) -> Iterator[tuple[int, int]]:
    """Blocks between two fences of one kind; one that is not closed is none."""
    opened: re.Match[str] | None = None
    for fence in re.finditer(_FENCE, text):
        if opened is None:
            opened = fence
        elif fence[1].startswith(opened[1]) and not fence[2].strip():
            yield opened.start(), fence.end()
            opened = None
