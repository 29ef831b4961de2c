"""Encodings as automata: what a byte, known or not, makes of the bytes that wait for their character to be whole.

A pattern is a tuple of items, each a byte or the set of those that it may be. A ``Feed`` gives for a pattern and the next item
the pattern that waits then, and the characters that may be complete; ``(None, ())`` where the item cannot follow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

Item = int | frozenset[int]
Pattern = tuple[Item, ...]
Fed = tuple[Pattern | None, tuple[str, ...]]
Feed = Callable[[Pattern, Item], Fed]

ANY = frozenset(range(0x40, 0xFF))
HIGH = frozenset(range(0xA1, 0xFF))
# Windows decodes the user-defined areas of GBK to private-use characters, which web tools then drop. A pair of such bytes is
# AAA1-AFFE or F8A1-FEFE, or A140-A7A0.
USER_LEAD = frozenset((*range(0xAA, 0xB0), *range(0xF8, 0xFF)))
USER_LEAD_3 = frozenset(range(0xA1, 0xA8))
USER_TRAIL_3 = frozenset((*range(0x40, 0x7F), *range(0x80, 0xA1)))
BAD_LEAD = frozenset((0xA2, 0xA4, 0xA5, 0xA6, 0xA8, 0xA9, 0xD7, 0xFE))  # of pairs that GBK has no character for
NOT: Fed = (None, ())


@cache
def pairs(encoding: str) -> dict[tuple[int, int], str]:
    """The characters of an encoding of one and two bytes that have two, by their bytes."""
    table = {}
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            try:
                char = bytes((lead, trail)).decode(encoding)
            except UnicodeDecodeError:
                continue
            if len(char) == 1:
                table[lead, trail] = char
    return table


def members(item: Item) -> tuple[int, ...]:
    """The bytes that ``item`` may be, ascending."""
    return (item,) if isinstance(item, int) else tuple(sorted(item))


@cache
def gbk_feed(waiting: Pattern, item: Item) -> Fed:
    """The automaton of GBK."""
    return _two(pairs("gbk"), waiting, item)


def _two(table: dict[tuple[int, int], str], waiting: Pattern, item: Item) -> Fed:
    if not waiting:
        if isinstance(item, int) and item < 0x80:
            return (), (chr(item),)
        return ((item,), ()) if not isinstance(item, int) or 0x81 <= item <= 0xFE else NOT
    chars = tuple(table[a, b] for a in members(waiting[0]) for b in members(item) if (a, b) in table)
    return ((), chars) if chars else NOT
