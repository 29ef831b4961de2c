"""What this stage never looks into: addresses, code, tags, links. They are masked before any rule sees the line."""

from __future__ import annotations

import re
from functools import cache

from cleaner import resources

TABLE = "tables/punctuate-protected.tsv"
# Stands for every character of a protected piece: neither Chinese, nor Latin, nor a mark.
MASK = "\ue000"
MOST_BRACKETED = 80  # characters before :) in which an open bracket makes it the end of a bracket and not a face
# Marks at the end of an address belong to the sentence around it.
_GOES_ON = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/_#&=%-")
_TRAILING = ".,;:!?'\""


@cache
def _table() -> tuple[tuple[str, ...], ...]:
    rows = resources.path(TABLE).read_text("utf-8").splitlines()
    return tuple(tuple(x.split("\t")) for x in rows if not x.startswith("#"))


@cache
def compiled(source: str) -> re.Pattern[str]:
    """``source`` compiled at its first use: a class with all Chinese characters costs a millisecond, and few lines need each."""
    return re.compile(source)


def mask(line: str) -> str:
    """``line`` with every protected piece replaced by as many masks."""
    for name, literal, pattern in _table():
        if literal in line:
            line = compiled(pattern).sub(_MASKS.get(name, _whole), line)
    return line


def _whole(match: re.Match[str]) -> str:
    return MASK * len(match[0])


def _address(match: re.Match[str]) -> str:
    """An address without the marks behind it, up to a bracket that it did not open and that nothing of
    an address follows.
    """
    piece = match[0].rstrip(_TRAILING)
    core = len(piece.rstrip(_TRAILING + ")"))
    depth = 0
    for m in re.finditer(r"[()]", piece):
        depth += 1 if m[0] == "(" else -1
        if depth < 0:
            if m.end() > core or piece[m.end()] not in _GOES_ON:
                piece = piece[: m.start()].rstrip(_TRAILING)
                break
            depth = 0
    return MASK * len(piece) + match[0][len(piece) :]


def _face(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - MOST_BRACKETED) : match.start()]
    bracketed = before.count("(") + before.count("（") > before.count(")") + before.count("）")
    return match[0] if bracketed else MASK * len(match[0])


_MASKS = {"address": _address, "site": _address, "drive": _address, "relative": _address, "face": _face, "wink": _face}
