"""Encodings as automata: what a byte, known or not, makes of the bytes that wait for their character to be whole.

A pattern is a tuple of items, each a byte or the set of those that it may be. A ``Feed`` gives for a pattern and the next item
the pattern that waits then, and the characters that may be complete; ``(None, ())`` where the item cannot follow.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from math import prod

Item = int | frozenset[int]
Pattern = tuple[Item, ...]
Fed = tuple[Pattern | None, tuple[str, ...]]
Feed = Callable[[Pattern, Item], Fed]

ANY = frozenset(range(0x40, 0xFF))
HIGH = frozenset(range(0xA1, 0xFF))
LEAD = frozenset(range(0x81, 0xFF))
# Windows decodes the user-defined areas of GBK to private-use characters, which web tools then drop. A pair of such bytes is
# AAA1-AFFE or F8A1-FEFE, or A140-A7A0.
USER_LEAD = frozenset((*range(0xAA, 0xB0), *range(0xF8, 0xFF)))
USER_LEAD_3 = frozenset(range(0xA1, 0xA8))
USER_TRAIL_3 = frozenset((*range(0x40, 0x7F), *range(0x80, 0xA1)))
EATEN = frozenset(range(0x20, 0x3F))  # ASCII bytes that a lead byte without its partner takes with it
MOST_CHARS = 4_096  # what unknown bytes may be; where there are more, nobody can tell
NOT: Fed = (None, ())


@cache
def pairs(encoding: str) -> dict[tuple[int, int], str]:
    """The characters of an encoding of one and two bytes that have two, by their bytes."""
    both = [(lead, trail) for lead in range(0x81, 0xFF) for trail in (*range(0x40, 0x7F), *range(0x80, 0xFF))]
    # no second byte is a line feed, so a broken pair reaches no further than its own
    shown = b"".join(bytes(pair) + b"\n" for pair in both).decode(encoding, "replace").split("\n")
    return {pair: char for pair, char in zip(both, shown, strict=False) if len(char) == 1 and char != "\ufffd"}


def members(item: Item) -> tuple[int, ...]:
    """The bytes that ``item`` may be, ascending."""
    return (item,) if isinstance(item, int) else tuple(sorted(item))


@cache
def gbk_feed(waiting: Pattern, item: Item) -> Fed:
    """The automaton of GBK."""
    return _two(pairs("gbk"), waiting, item)


def _two(table: dict[tuple[int, int], str], waiting: Pattern, item: Item) -> Fed:
    if not waiting:
        if max(members(item)) < 0x80:
            return (), tuple(map(chr, members(item)))
        return ((item,), ()) if not isinstance(item, int) or 0x81 <= item <= 0xFE else NOT
    chars = tuple(table[a, b] for a in members(waiting[0]) for b in members(item) if (a, b) in table)
    return ((), chars) if chars else NOT


@cache
def big5_feed(waiting: Pattern, item: Item) -> Fed:
    """The automaton of Big5 as Windows has it (code page 950)."""
    return _two(pairs("cp950"), waiting, item)


CONTINUES = frozenset(range(0x80, 0xC0))
# the first bytes of what an unknown byte may begin: punctuation, Han characters, full-width forms
BEGINS = frozenset((0xE2, 0xE3, 0xE4, 0xE5, 0xE6, 0xE7, 0xE8, 0xE9, 0xEF))


@cache
def utf8_feed(waiting: Pattern, item: Item) -> Fed:
    """The automaton of UTF-8."""
    if not waiting:
        if isinstance(item, int):
            return ((), (chr(item),)) if item < 0x80 else ((item,), ()) if 0xC2 <= item <= 0xF4 else NOT
        if max(item) < 0x80:
            return (), tuple(map(chr, sorted(item)))
        return ((item & BEGINS,), ()) if item & BEGINS else NOT
    if isinstance(item, int):
        if item not in CONTINUES:
            return NOT
    else:
        item &= CONTINUES
        if not item:
            return NOT
    lead = waiting[0]
    wanted = 3 if not isinstance(lead, int) else 2 if lead < 0xE0 else 3 if lead < 0xF0 else 4
    fed = (*waiting, item)
    if len(fed) < wanted:
        return fed, ()
    if all(isinstance(i, int) for i in fed):
        try:
            return (), (bytes(m for i in fed for m in members(i)).decode(),)
        except UnicodeDecodeError:
            return NOT
    if wanted != 3 or prod(len(members(i)) for i in fed) > MOST_CHARS:
        return NOT
    codes = ((a & 15) << 12 | (b & 63) << 6 | c & 63 for a in members(fed[0]) for b in members(fed[1]) for c in members(fed[2]))
    chars = tuple(chr(c) for c in codes if 0x800 <= c < 0xD800 or 0xF900 <= c <= 0xFFEF)
    return ((), chars) if chars else NOT


@cache
def shown_as(encoding: str) -> dict[str, tuple[tuple[int, ...], ...]]:
    """What each character of an encoding of one and two bytes may have been, in bytes; ASCII is left out."""
    found: dict[str, tuple[tuple[int, ...], ...]] = {}
    for byte in range(0x80, 0x100):
        try:
            found[bytes([byte]).decode(encoding)] = ((byte,),)
        except UnicodeDecodeError:
            continue
    for pair, char in pairs(encoding).items():
        if char >= "\x80":
            found[char] = (*found.get(char, ()), pair)
    return found


@cache
def undefined(encoding: str) -> dict[int, frozenset[int]]:
    """The bytes from 80 on that are no character of ``encoding``, with those from 40 on that do not follow them in one."""
    table = pairs(encoding)
    singles = {bytes([b]).decode(encoding, "ignore") and (b,) for b in range(0x80, 0x100)}
    return {
        lead: frozenset(t for t in range(0x40, 0x100) if (lead, t) not in table)
        for lead in range(0x80, 0x100)
        if (lead,) not in singles
    }


@cache
def no_pairs() -> tuple[tuple[frozenset[int], frozenset[int]], ...]:
    """First bytes, and the second ones with which they are no character of GBK, those of the user-defined areas among them."""
    groups: dict[frozenset[int], set[int]] = {}
    for lead, trails in undefined("gbk").items():
        if lead in LEAD and trails & ANY - {0x7F}:
            groups.setdefault(trails & ANY - {0x7F}, set()).add(lead)
    return tuple((frozenset(leads), trails) for trails, leads in groups.items())


@cache
def bad_pairs() -> tuple[tuple[frozenset[int], frozenset[int]], ...]:
    """As ``no_pairs``, without those of the user-defined areas."""
    found = []
    for leads, trails in no_pairs():
        for lead in sorted(leads):
            user = HIGH if lead in USER_LEAD else USER_TRAIL_3 if lead in USER_LEAD_3 else frozenset()
            if trails - user:
                found.append((frozenset([lead]), trails - user))
    return tuple(found)


@cache
def lost_pairs(encoding: str) -> tuple[tuple[frozenset[int], frozenset[int]], ...]:
    """The pairs of bytes from 80 on that Windows has no character for, as sets of leads that share the bytes that do not follow them.

    For GB18030 these are the pairs that GBK leaves undefined, but for the user-defined ones, which have private-use characters.
    """
    found: dict[frozenset[int], set[int]] = {}
    for lead, bad in undefined("gbk" if encoding == "gb18030" else encoding).items():
        # an ASCII byte is given back
        bad = frozenset(t for t in bad if 0x80 <= t < 0xFF and not (encoding == "gb18030" and user_defined(lead, t)))
        if bad and 0x80 < lead < 0xFF:
            found.setdefault(bad, set()).add(lead)
    return tuple((frozenset(leads), bad) for bad, leads in found.items())


def user_defined(lead: int, trail: int) -> bool:
    """Whether a pair of bytes is in one of the user-defined areas of GBK."""
    return (lead in USER_LEAD and trail in HIGH) or (lead in USER_LEAD_3 and trail in USER_TRAIL_3)
