"""Text that was read in a wrong encoding, as slots: the bytes that may have stood behind every character that is shown.

Every character that is shown gives its bytes back. What could not be decoded was shown as U+FFFD or ``?`` or not at all, and says
something too: it stands only for bytes that the wrong encoding has no character for. Decoders differ in how many bytes one mark
takes: Python's take one and read on at the next, browsers and Windows take a pair; one that shows ``?`` also takes an ASCII byte
below 40 (hexadecimal) behind a lead byte. Windows reads GBK's user-defined pairs as private-use characters, which web tools drop.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import NamedTuple

from cleaner.stages.repair.codecs import (
    EATEN,
    HIGH,
    USER_LEAD,
    USER_LEAD_3,
    USER_TRAIL_3,
    Feed,
    Item,
    Pattern,
    big5_feed,
    gbk_feed,
    shown_as,
    undefined,
    utf8_feed,
)
from cleaner.stages.repair.trellis import Piece, Slot, Table, Way

LOST_PAIR = -1.0  # nats for a mark that stands for two bytes, of one that may stand for one
LOST = -3.0  # nats for a pair that left no mark: one in twenty
TAKEN = -1.0  # nats for an ASCII byte that went with a `?`
NOT_EATEN = -6.0  # for a lead byte that left its ASCII byte alone
MARK = -4.0  # nats for a `?` that was one
ONE, TWO = "one", "two"


class Misread(NamedTuple):
    """``right`` was the encoding, ``wrong`` the one that it was read in; ``marks``: how what is lost is shown."""

    wrong: str
    right: str
    marks: str


# the style of marks that each decoder has; those of Windows and of browsers come second
MISREAD = (
    Misread("gb18030", "utf-8", TWO),
    Misread("cp950", "gbk", ONE),
    Misread("gb18030", "cp950", TWO),
    Misread("cp932", "utf-8", ONE),
    Misread("cp932", "gbk", ONE),
    Misread("cp949", "gbk", ONE),
    Misread("cp949", "utf-8", ONE),
)
UNSEEN, MIXED = Misread("cp1252", "utf-8", ONE), Misread("cp1252", "gbk", ONE)
# what a browser calls windows-1252: Latin-1 with the 27 characters of cp1252 in place of C1 controls, five of which stay
SLOPPY = {bytes([b]).decode("cp1252", "ignore") or chr(b): b for b in range(0x80, 0xA0)} | {chr(b): b for b in range(0x100)}
HOLES = frozenset((0x81, 0x8D, 0x8F, 0x90, 0x9D))  # bytes that windows-1252 has no character for; browsers show C1 controls
SILENT = (UNSEEN, MIXED)  # kinds that leave no mark where something was lost
FEEDS: dict[str, Feed] = {"utf-8": utf8_feed, "gbk": gbk_feed, "cp950": big5_feed}
LINE_END = Slot("", Piece((Way((0x0A,)),)))


def _perhaps(*ways: Way) -> Piece:
    """What may be gone without a mark: nothing, one of ``ways`` or two."""
    twice = (Way(a.items + b.items, a.cost + b.cost, a.inside) for a in ways for b in ways)
    return Piece((Way(()), *ways, *twice))


DROPPED = _perhaps(Way((USER_LEAD, HIGH), LOST), Way((USER_LEAD_3, USER_TRAIL_3), LOST))
INVISIBLE = _perhaps(Way((HOLES | {0xAD},), inside=True))


@cache
def table(right: str) -> Table:
    """The automaton of an encoding."""
    feed = FEEDS[right]

    def fed(waiting: Pattern, item: Item) -> tuple[tuple[Pattern, tuple[str, ...]], ...]:
        after, chars = feed(waiting, item)
        return () if after is None else ((after, chars),)

    return Table(fed)


@cache
def _pieces(wrong: str) -> dict[str, Piece]:
    """What every character of an encoding stands for; ASCII for itself."""
    found = {c: Piece(tuple(map(Way, ways))) for c, ways in shown_as(wrong).items()}
    return found | {chr(b): Piece((Way((b,)),)) for b in range(0x80)}


@lru_cache(4096)
def _literal(char: str) -> Piece:
    return Piece((), char)


def variants(shown: str, kind: Misread) -> Iterator[list[Slot]]:
    """The slots of ``shown``, first with what is lost marked, then with pairs that left no mark."""
    if kind in SILENT:
        yield _unseen(shown) if kind == UNSEEN else _mixed(shown)
        return
    private = kind.wrong == "gb18030" and kind.right == "utf-8" and not re.search("[\ue000-\uf8ff\ufffd]", shown)
    if not private or "?" not in shown:
        yield _slots(shown, kind, dropped=False)
    if private:
        yield _slots(shown, kind, dropped=True)
    if kind.marks == ONE and "\ufffd" in shown:
        yield _slots(shown, kind._replace(marks=TWO), dropped=False)


def _slots(shown: str, kind: Misread, dropped: bool) -> list[Slot]:
    table, pieces = shown_as(kind.wrong), _pieces(kind.wrong)
    torn: frozenset[int] = frozenset()
    if dropped:
        known = [() if c in "\ufffd?" else table.get(c, ((),))[0] if c >= "\x80" else (ord(c),) for c in shown]
        torn = _torn([*known, (0x0A,)])
    slots: list[Slot] = []
    for at, char in enumerate(shown):
        if at in torn:
            slots.append(Slot("", DROPPED))
        if char == "\ufffd" or char == "?":
            slots.append(Slot(char, _lost(kind, char, _first(shown[at + 1 : at + 2], table))))
        else:
            slots.append(Slot(char, pieces.get(char) or _literal(char)))
    if len(shown) in torn:
        slots.append(Slot("", DROPPED))
    return [*slots, LINE_END]  # so that how a line ends counts, too


def _torn(pieces: Iterable[tuple[int, ...]]) -> frozenset[int]:
    """Where something may be gone without a mark, in text that was UTF-8 and whose characters give these bytes (none: not known): where
    the bytes do not follow each other, and just before.

    Two or four bytes out of characters of three, or single ones, cannot go and leave the order of first and continuing bytes whole.
    """
    found: set[int] = set()
    wanted = 0  # bytes until the character is whole; below 0: not known
    for at, piece in enumerate(pieces):
        if not piece:
            found.update((at - 2, at - 1, at, at + 1) if wanted else (at, at + 1))
            wanted = -1
        for byte in piece:
            if 0x80 <= byte < 0xC0:
                if not wanted:
                    found.update((at - 2, at - 1, at))
                wanted = wanted - 1 if wanted > 0 else -1
            else:
                if wanted > 0:
                    found.update((at - 2, at - 1, at))
                wanted = 0 if byte < 0x80 else 1 if byte < 0xE0 else 2 if byte < 0xF0 else 3
    return frozenset(found)


def _first(char: str, table: dict[str, tuple[tuple[int, ...], ...]]) -> int:
    """The first byte of what is shown next: 0 at the end, -1 where it is lost, too."""
    if not char:
        return 0
    if char in "\ufffd?":
        return -1
    return ord(char) if char < "\x80" else table[char][0][0] if char in table else 0


@cache
def _lost(kind: Misread, mark: str, after: int) -> Piece:
    """What a mark before the byte ``after`` may stand for."""
    wrong = undefined(kind.wrong)
    # before another mark: GB18030 has a character for every pair, so only what begins none of them
    least = 0x80 if kind.wrong == "gb18030" else 1
    lone = frozenset(
        lead for lead, bad in wrong.items() if -1 < after < 0x40 or after in bad or (after < 0 and len(bad) >= least)
    )
    # what shows `?` takes an ASCII byte with a lead byte that stands before it
    ways = [Way((lone,), NOT_EATEN if mark == "?" and 0 < after < 0x40 else 0.0)] if lone else []
    if kind.marks == TWO:
        table = undefined("gbk") if kind.wrong == "gb18030" else wrong
        trails: dict[frozenset[int], set[int]] = {}
        for lead, bad in table.items():
            # an ASCII byte is given back, and the user-defined pairs have characters
            bad = frozenset(t for t in bad if 0x80 <= t < 0xFF and not (kind.wrong == "gb18030" and _user_defined(lead, t)))
            if bad and 0x80 < lead < 0xFF:
                trails.setdefault(bad, set()).add(lead)
        ways += [Way((frozenset(leads), bad), LOST_PAIR) for bad, leads in trails.items()]
    if mark == "?":
        ways.append(Way((0x3F,), MARK))
        if after:
            ways.append(Way((frozenset(range(0x81, 0xFF)), EATEN), TAKEN))
    return Piece(tuple(ways))


def _user_defined(lead: int, trail: int) -> bool:
    return (lead in USER_LEAD and trail in HIGH) or (lead in USER_LEAD_3 and trail in USER_TRAIL_3)


def _unseen(run: str) -> list[Slot]:
    """The slots of windows-1252 without C1 controls and soft hyphens, with a space for a no-break space, and with ``?`` or U+FFFD
    for the bytes that it has no character for.
    """
    pieces = _sloppy()
    torn = _torn([*((SLOPPY[c],) if c in SLOPPY and c not in " ?" else () for c in run), (0x0A,)])
    slots: list[Slot] = []
    for at, char in enumerate(run):
        if at in torn:
            slots.append(Slot("", INVISIBLE))
        slots.append(Slot(char, pieces.get(char) or _literal(char)))
    if len(run) in torn:
        slots.append(Slot("", INVISIBLE))
    return [*slots, LINE_END]


@cache
def _sloppy() -> dict[str, Piece]:
    return {c: Piece((Way((b,)),)) for c, b in SLOPPY.items()} | {
        " ": Piece((Way((0x20,)), Way((0xA0,), inside=True))),
        "?": Piece((Way((0x3F,)), Way((HOLES,), inside=True))),
        "\ufffd": Piece((Way((HOLES,), inside=True),)),
    }


def _mixed(run: str) -> list[Slot]:
    """The slots of GBK shown as UTF-8 where it is that, and as windows-1252 elsewhere."""
    return [*(Slot(char, _either(char)) for char in run), LINE_END]


@lru_cache(4096)
def _either(char: str) -> Piece:
    ways = [Way((SLOPPY[char],))] if char in SLOPPY else []
    if char >= "\x80":
        ways.append(Way(tuple(char.encode("utf-8", "replace"))))
    return Piece(tuple(ways))
