"""A pack without its examples: what a run needs of it."""

from __future__ import annotations

import re

# A TOML string of any of the four kinds. Possessive throughout: a string that is not closed fails at once. Up to two quotes may
# stand before a closing """ (TOML 1.0).
STRING = (
    r'"""(?:[^"\\]++|\\.|"{1,2}(?!"))*+"{3,5}'
    r"|'''(?:[^']++|'{1,2}(?!'))*+'{3,5}"
    r'|"(?:[^"\\\n]++|\\.)*+"'
    r"|'[^'\n]*+'"
)

_head_line = re.compile(rf"(?s:{STRING})|#[^\n]*+|^[ \t]*+(\[[^\n]*+)", re.M)

_EXAMPLE = re.compile(r"\[\[[ \t]*+rule[ \t]*+\.[ \t]*+(?:hit|miss)[ \t]*+\]\]")
_RULE = re.compile(r"\[\[[ \t]*+rule[ \t]*+\]\]")


def without_examples(source: str) -> tuple[str, list[int]]:
    """A pack without its ``[[rule.hit]]`` and ``[[rule.miss]]`` tables, and the lines of its ``[[rule]]`` headers.

    The lines keep their numbers. Examples are most of a pack, and ``tomllib`` reads it the quicker without them (``benchmarks/patterns.py``).
    """
    parts: list[str] = []
    lines: list[int] = []
    start, line, keep = 0, 1, True
    for found in _head_line.finditer(source):
        if not found[1]:
            continue
        piece = source[start : found.start()]
        breaks = piece.count("\n")
        parts.append(piece if keep else "\n" * breaks)
        start, line = found.start(), line + breaks
        keep = not _EXAMPLE.match(found[1])
        if _RULE.match(found[1]):
            lines.append(line)
    piece = source[start:]
    parts.append(piece if keep else "\n" * piece.count("\n"))
    return "".join(parts), lines
