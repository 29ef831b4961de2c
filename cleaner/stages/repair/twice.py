"""UTF-8 that was read as GBK, written as UTF-8 and read as GBK again: both layers in one automaton.

What the first reading showed, the *middle* text, is known only in part where the second one lost bytes. Its characters are those of
GBK, with the private-use ones of user-defined pairs, and a ``?`` where the first reading had lost bytes itself; each gives the two
bytes of GBK to the automaton of UTF-8 within. So three bytes without, of which one may be unknown, are two bytes within, which must
fit what waits there: that settles most of them.
"""

from __future__ import annotations

from functools import cache, lru_cache
from itertools import product
from math import prod

from cleaner.stages.repair.codecs import (
    CONTINUES,
    EATEN,
    MOST_CHARS,
    Item,
    Pattern,
    lost_pairs,
    members,
    shown_as,
    utf8_feed,
)

Choices = tuple[tuple[str, ...], ...]
Ends = tuple[tuple[Pattern, Choices], ...]
Waiting = tuple[Pattern, Pattern]  # without, within
MARK = 0x3F
ANY_LEAD = frozenset(range(0x81, 0xFF))
ALONE = frozenset((0x80,))
LAST: Pattern = (-1,)  # within: only the end of the line may follow
END = 0x0A


@cache
def _middle() -> tuple[dict[tuple[int, ...], str], frozenset[int]]:
    """The characters of the middle text beyond ASCII by their UTF-8 bytes, and the first of these bytes."""
    chars = {tuple(c.encode()): c for c in shown_as("gb18030") if len(c.encode()) > 1}
    return chars, frozenset(b[0] for b in chars)


@lru_cache(20_000)
def _without(waiting: Pattern, item: Item) -> tuple[Pattern | None, tuple[str, ...]]:
    """The automaton of the middle text in UTF-8."""
    chars, leads = _middle()
    if not waiting:
        if isinstance(item, int):
            return ((), (chr(item),)) if item < 0x80 else ((item,), ()) if item in leads else (None, ())
        if max(item) < 0x80:
            return (), tuple(map(chr, sorted(item)))
        item &= leads
        return ((item,), ()) if item else (None, ())
    if isinstance(item, int):
        if item not in CONTINUES:
            return None, ()
    else:
        item &= CONTINUES
        if not item:
            return None, ()
    fed = (*waiting, item)
    if len(fed) < (2 if max(members(fed[0])) < 0xE0 else 3):
        return fed, ()
    if prod(len(members(i)) for i in fed) > MOST_CHARS:
        return None, ()
    found = tuple(chars[b] for b in product(*map(members, fed)) if b in chars)
    return ((), found) if found else (None, ())


@lru_cache(100_000)
def _within(waiting: Pattern, char: str) -> Ends:
    """What a character of the middle text makes of the bytes that wait within."""
    if waiting == LAST:
        return (((), ((chr(END),),)),) if char == chr(END) else ()
    if char == "?":
        ways: list[tuple[Item, ...]] = [(MARK,), (ALONE,), (ANY_LEAD, EATEN), *lost_pairs("gb18030")]
        ends = [end for way in ways for end in _fed(waiting, way)]
        return tuple(ends + [(LAST, choices) for after, choices in _fed(waiting, (ANY_LEAD,)) if not after])
    if char < "\x80":
        return tuple(_fed(waiting, (ord(char),)))
    return tuple(end for pair in shown_as("gb18030")[char] for end in _fed(waiting, pair))


def _fed(waiting: Pattern, items: tuple[Item, ...]) -> list[tuple[Pattern, Choices]]:
    found: Choices = ()
    for item in items:
        after, chars = utf8_feed(waiting, item)
        if after is None:
            return []
        waiting = after
        if chars:
            found += (chars,)
    return [(waiting, found)]


def feed(without: Pattern, within: Pattern, item: Item) -> list[tuple[Waiting, Choices]]:
    """What the next byte of the outer layer makes of what waits in both: the same again, and what was written."""
    after, middle = _without(without, item)
    if after is None:
        return []
    if not middle:
        return [((after, within), ())]
    if len(middle) == 1:
        return [(((), inner), choices) for inner, choices in _within(within, middle[0])]
    # those that leave the same behind are one choice
    ends: dict[tuple[Pattern, int], list[list[str]]] = {}
    for char in middle:
        for inner, choices in _within(within, char):
            into = ends.setdefault((inner, len(choices)), [[] for _ in choices])
            for many, chars in zip(into, choices, strict=True):
                many += chars
    return [(((), inner), tuple(tuple(dict.fromkeys(chars)) for chars in into)) for (inner, _), into in ends.items()]
