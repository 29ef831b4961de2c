"""Where things stand in a pack. ``tomllib`` gives values without lines, and a message without a line helps nobody.

The scanner knows what can hide a header or a key (the four kinds of string, comments, brackets over several lines) and takes
everything else for granted: what is not TOML, ``tomllib`` finds.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from cleaner.rulebook.light import STRING

Keys = tuple[str | int, ...]

_SIMPLE = r"""(?:[A-Za-z0-9_-]++|"(?:[^"\\\n]++|\\.)*+"|'[^'\n]*+')"""
_KEY = rf"{_SIMPLE}(?:[ \t]*+\.[ \t]*+{_SIMPLE})*+"

_blank = re.compile(r"(?:[ \t\r\n]++|#[^\n]*+)*+")
_header = re.compile(rf"(\[\[?)[ \t]*+({_KEY})[ \t]*+\]\]?")
_key = re.compile(rf"({_KEY})[ \t]*+=")
_part = re.compile(_SIMPLE)
_token = re.compile(rf"(?s:{STRING})|#[^\n]*+|[\[\]{{}}\n]")
_line = re.compile(r"[^\n]*+\n?")


class Lines:
    """The line of every key and header of a TOML source, found by its path: ``("rule", 3, "cut", "from")``."""

    def __init__(self, source: str) -> None:
        self._at: dict[Keys, int] = {}
        starts = [0, *(m.end() for m in re.finditer("\n", source))]
        for keys, position in _statements(source):
            self._at.setdefault(keys, bisect_right(starts, position))

    def line(self, keys: Keys) -> int:
        """The line where ``keys`` stands; for what has no line of its own (an absent key), that of what holds it."""
        while keys:
            if keys in self._at:
                return self._at[keys]
            inside = [line for path, line in self._at.items() if path[: len(keys)] == keys]
            if inside:
                return min(inside)
            keys = keys[:-1]
        return 1


def _statements(source: str) -> Iterator[tuple[Keys, int]]:
    """Headers and key-value pairs with their full paths and positions."""
    tables: dict[Keys, int] = {}
    head: Keys = ()
    position = _end(_blank, source, 0)
    while position < len(source):
        header = _header.match(source, position)
        key = header or _key.match(source, position)
        if header:
            head = _resolve(_names(header[2]), tables, new=header[1] == "[[")
            yield head, position
            position = _end(_line, source, header.end())
        elif key:
            yield head + _names(key[1]), position
            position = _behind_value(source, key.end())
        else:
            position = _end(_line, source, position)
        position = _end(_blank, source, position)


def _resolve(names: Keys, tables: dict[Keys, int], *, new: bool) -> Keys:
    """The path of a header with the numbers of the tables in the arrays that it goes through."""
    path: Keys = ()
    for name in names[:-1]:
        path += (name,)
        if path in tables:
            path += (tables[path],)
    path += (names[-1],)
    if new:
        tables[path] = tables.get(path, -1) + 1
        path += (tables[path],)
    elif path in tables:
        path += (tables[path],)
    return path


def _behind_value(source: str, position: int) -> int:
    """The position behind the line end that ends the value which begins at ``position``."""
    depth = 0
    for token in _token.finditer(source, position):
        mark = token[0]
        if mark == "\n" and depth <= 0:
            return token.end()
        depth += (mark in "[{") - (mark in "]}") if len(mark) == 1 else 0
    return len(source)


def _names(key: str) -> Keys:
    """The parts of a dotted key. An escape in a quoted part stays one: no key of a pack needs it."""
    return tuple(part.strip("\"'") for part in _part.findall(key))


def _end(pattern: re.Pattern[str], source: str, position: int) -> int:
    found = pattern.match(source, position)
    return found.end() if found else position
