"""Quotations that are opened and not closed, or closed and not opened. Where the missing mark belongs is not known."""

from __future__ import annotations

import re
from itertools import repeat

from cleaner.stages.reflow.draft import Draft

UNPAIRED = "reflow/unpaired-quote"
_PAIRS = (("“", "”"), ("「", "」"), ("『", "』"))
_MARKS = {pair: re.compile("[" + "".join(pair) + "]") for pair in _PAIRS}
SUSPECT = re.compile("[“”「」『』]")
CARRIED = 60  # paragraphs over which a quotation may stay open: laws quote whole articles when they amend another


def alternate(text: str) -> bool:
    """Whether all quotation marks of ``text`` open and close in turn."""
    return all(_alternate(text, *pair) for pair in _PAIRS)


def _alternate(text: str, opening: str, closing: str) -> bool:
    # what stands before the first opening mark has no closing one, and what stands behind each has one
    first, *rest = text.split(opening)
    return closing not in first and set(map(str.count, rest, repeat(closing))) <= {1}


def flag(draft: Draft, paragraphs: list[list[tuple[int, str]]]) -> None:
    """Flag quotation marks without a partner. ``paragraphs``: pieces (start in the input, text) of each paragraph."""
    for opening, closing in _PAIRS:
        if not _alternate(draft.text, opening, closing):
            _flag(draft, paragraphs, opening, closing)


def _flag(draft: Draft, paragraphs: list[list[tuple[int, str]]], opening: str, closing: str) -> None:
    pattern = _MARKS[opening, closing]
    carried: tuple[int, int] | None = None  # where a quotation over several paragraphs opened: position, paragraph
    for n, pieces in enumerate(paragraphs):
        marks = [(start + m.start(), m[0]) for start, text in pieces for m in pattern.finditer(text)]
        if not marks:
            continue
        head = min(start for start, _ in pieces)
        if carried and marks[0] == (head, opening) and n - carried[1] <= CARRIED:
            carried = None  # a quotation of several paragraphs opens each of them
        opened: list[int] = []
        for at, mark in marks:
            if mark == opening:
                if opened:
                    # an opening inside an open quotation: the one before was never closed
                    _note(draft, opened.pop(), opening)
                opened.append(at)
            elif opened:
                opened.pop()
            elif carried and n - carried[1] <= CARRIED:
                carried = None
            else:
                _note(draft, at, closing)
        if opened:
            if carried:
                _note(draft, carried[0], opening)
            carried = (opened[-1], n)
    if carried:
        _note(draft, carried[0], opening)


def _note(draft: Draft, at: int, mark: str) -> None:
    draft.flag(UNPAIRED, f"{mark} has no partner", at, at + 1)
