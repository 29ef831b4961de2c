"""Rows of a page that an extractor gave as several lines: it took a wide space of a justified line for a gap."""

from __future__ import annotations

import re
from dataclasses import replace

from cleaner.measure import width
from cleaner.stages.reflow import seam, shape
from cleaner.stages.reflow.lines import Line

PIECE_ROOM, PIECE_SLACK, PIECE_NATS = 4.0, 1.0, 4.0  # units that each piece of a row leaves, and both together; nats below

_DOC_NUMBER = re.compile(r"\d{4}[^\d\w]{1,3}\d{1,5}号$")
_IN_TEXT = re.compile("[，。；：,;:《》〈〉]")  # marks of text, which lists of names and most titles have not


def read(lines: list[Line]) -> list[tuple[Line, int]]:
    """The rows of the page as (line, how many of ``lines``): a bare article number is the head of the line behind it.

    Extractors of PDF text take the wide space behind 第三条 in a justified line for the gap between two columns.
    """
    found: list[tuple[Line, int]] = []
    i = 0
    while i < len(lines):
        line = lines[i]
        if (
            i + 1 < len(lines)
            and shape.BARE_NUMBER.fullmatch(line.text)
            and not lines[i + 1].page
            and not shape.is_marker(lines[i + 1].text)
        ):
            found.append(
                (replace(line, text=f"{line.text} {lines[i + 1].text}", last=lines[i + 1].last, end=lines[i + 1].end), 2)
            )
        else:
            found.append((line, 1))
        i += found[-1][1]
    return found


def whole(page: list[tuple[Line, int]], full: float) -> list[tuple[Line, int]]:
    """``page`` with the pieces of one row as one line: an extractor took a wide space of a justified line for a gap.

    Two lines that leave much room are such pieces where together they are as wide as a full line, the first ends open and the
    second goes on in the line below it.
    """
    short = [width(line.text) <= full - PIECE_ROOM for line, _ in page]
    found: list[tuple[Line, int]] = []
    i = 0
    while i < len(page):
        line, n = page[i]
        if i + 2 < len(page) and short[i] and short[i + 1] and _one_row(line, page[i + 1][0], page[i + 2][0], full):
            right, m = page[i + 1]
            line = replace(line, text=f"{line.text} {right.text}", last=right.last, end=right.end)
            found.append((line, n + m))
            i += 2
            continue
        found.append((line, n))
        i += 1
    return found


def _one_row(a: Line, b: Line, below: Line, full: float) -> bool:
    room = full - width(a.text) - width(b.text) - 0.5
    return (
        (-0.5 <= room <= PIECE_SLACK or 1.5 <= room <= 2 + PIECE_SLACK)
        and a.text[-1] not in shape.TERMINAL
        and b.text[-1] not in shape.TERMINAL
        and not (
            a.level
            or b.level
            or a.item
            or b.item
            or b.gap
            or b.page
            or below.page
            or shape.is_marker(b.text)
            or shape.is_marker(below.text)
            or shape.is_label(b.text)
        )
        and (_IN_TEXT.search(b.text) or _IN_TEXT.search(below.text)) is not None
        and not _DOC_NUMBER.search(a.text)
        and seam.seam(b.text, below.text) >= PIECE_NATS
    )
