"""The unified diff of a mended file. No line comes or goes, so it is read off the edits, in linear time."""

from __future__ import annotations

from itertools import pairwise
from typing import TextIO

from cleaner.careful.files import Examined
from cleaner.careful.protect import line_starts
from cleaner.cli.reports import slashes
from cleaner.cli.screen import BOLD, CYAN, GREEN, RED, coloured, paint

CONTEXT = 3  # lines


def unified(examined: Examined, stream: TextIO) -> None:
    """Write the diff of a file to ``stream``, in colours on a terminal; nothing for a clean file."""
    if not len(examined.edits):
        return
    colour = coloured(stream)
    old, new = _lines(examined.text), _lines(examined.edits.apply(examined.text))
    changed = [n for n, (a, b) in enumerate(zip(old, new, strict=True)) if a != b]
    name = slashes(examined.name).lstrip("/")
    stream.write(paint(f"--- a/{name}", BOLD, on=colour) + "\n" + paint(f"+++ b/{name}", BOLD, on=colour) + "\n")
    for first, last in _hunks(changed, len(old)):
        size = f"{first + 1},{last - first}"
        stream.write(paint(f"@@ -{size} +{size} @@", CYAN, on=colour) + "\n")
        for removed, added in _blocks(old[first:last], new[first:last]):
            if removed is added:
                stream.writelines(_ended(" " + line) for line in removed)
                continue
            stream.writelines(_ended("-" + line, RED, colour) for line in removed)
            stream.writelines(_ended("+" + line, GREEN, colour) for line in added)


def _lines(text: str) -> list[str]:
    return [text[a:b] for a, b in pairwise([*line_starts(text), len(text)]) if a < b]


def _hunks(changed: list[int], total: int) -> list[tuple[int, int]]:
    """The spans of lines that are shown: the changed ones with the lines around them."""
    hunks: list[tuple[int, int]] = []
    for n in changed:
        first, last = max(0, n - CONTEXT), min(total, n + CONTEXT + 1)
        if hunks and first <= hunks[-1][1]:
            hunks[-1] = hunks[-1][0], last
        else:
            hunks.append((first, last))
    return hunks


def _blocks(old: list[str], new: list[str]) -> list[tuple[list[str], list[str]]]:
    """Lines that stay, as one list twice, and lines that change, in turn."""
    blocks: list[tuple[list[str], list[str]]] = []
    for a, b in zip(old, new, strict=True):
        same = a == b
        if not blocks or (blocks[-1][0] is blocks[-1][1]) != same:
            kept: list[str] = []
            blocks.append((kept, kept if same else []))
        blocks[-1][0].append(a)
        if not same:
            blocks[-1][1].append(b)
    return blocks


def _ended(line: str, code: str = "", colour: bool = False) -> str:
    """A line of the diff with its end; the last line of a file may have none, which the format says."""
    body = line.rstrip("\r\n")
    end = line[len(body) :]
    if not end.endswith("\n"):  # a lone CR ends a line of the file, but none of a diff
        end += "\n" if end else "\n\\ No newline at end of file\n"
    return paint(body, code, on=colour) + end
