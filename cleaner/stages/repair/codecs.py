"""Encodings as automata: what a byte, known or not, makes of the bytes that wait for their character to be whole.

A pattern is a tuple of items, each a byte or a class of unknown bytes. ``feed`` gives for a pattern and the next item either the
longer pattern or the characters that may now be complete.
"""

from __future__ import annotations

from functools import cache

Item = int
Pattern = tuple[Item, ...]

# classes of unknown bytes, below zero so that they are no byte
ANY = -1
HIGH = -2  # A1-FE
# Windows decodes the user-defined areas of GBK to private-use characters, which web tools then drop. A pair of such bytes is
# AAA1-AFFE or F8A1-FEFE, or A140-A7A0.
USER_LEAD = -3
USER_TRAIL = HIGH
USER_LEAD_3 = -4
USER_TRAIL_3 = -5
BAD_LEAD = -6  # leads of pairs that GBK has no character for, each shown as one `?`
CLASSES: dict[Item, frozenset[int]] = {
    ANY: frozenset(range(0x40, 0xFF)),
    HIGH: frozenset(range(0xA1, 0xFF)),
    USER_LEAD: frozenset((*range(0xAA, 0xB0), *range(0xF8, 0xFF))),
    USER_LEAD_3: frozenset(range(0xA1, 0xA8)),
    BAD_LEAD: frozenset((0xA2, 0xA4, 0xA5, 0xA6, 0xA8, 0xA9, 0xD7, 0xFE)),
    USER_TRAIL_3: frozenset((*range(0x40, 0x7F), *range(0x80, 0xA1))),
}
NONE: tuple[str, ...] = ()


@cache
def _pairs() -> dict[tuple[int, int], str]:
    """GBK's characters by their two bytes."""
    table = {}
    for lead in range(0x81, 0xFF):
        for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF)):
            try:
                table[lead, trail] = bytes((lead, trail)).decode("gbk")
            except UnicodeDecodeError:
                continue
    return table


@cache
def gbk_feed(waiting: Pattern, item: Item) -> tuple[Pattern | None, tuple[str, ...]]:
    """GBK: ``(pattern that waits now, characters that may be complete)``; ``(None, ())`` where the item cannot follow."""
    if not waiting:
        if 0 <= item < 0x80:
            return (), (chr(item),)
        return ((item,), NONE) if item < 0 or 0x81 <= item <= 0xFE else (None, NONE)
    table = _pairs()
    lead = waiting[0]
    if lead >= 0 and item >= 0:
        char = table.get((lead, item))
        return ((), (char,)) if char else (None, NONE)
    leads = CLASSES[lead] if lead < 0 else (lead,)
    trails = CLASSES[item] if item < 0 else (item,)
    chars = tuple(table[a, b] for a in sorted(leads) for b in sorted(trails) if (a, b) in table)
    return ((), chars) if chars else (None, NONE)
