"""Text that was read in a wrong encoding and lost bytes on the way: the search of ``lattice`` over what may have stood there.

Every character that is shown gives its bytes back. What could not be decoded was shown as U+FFFD or ``?`` or not at all, and says
something too: it stands only for bytes that the wrong encoding has no character for. Decoders differ in how many bytes one mark
takes: Python's take one and read on at the next, browsers and Windows take a pair; one that shows ``?`` also takes an ASCII byte
below 40 (hexadecimal) behind a lead byte. Windows reads GBK's user-defined pairs as private-use characters, which web tools drop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import NamedTuple

from cleaner.language import model
from cleaner.language.model import START
from cleaner.stages.change import Flag
from cleaner.stages.repair.codecs import (
    HIGH,
    USER_LEAD,
    USER_LEAD_3,
    USER_TRAIL_3,
    Feed,
    big5_feed,
    gbk_feed,
    shown_as,
    undefined,
    utf8_feed,
)
from cleaner.stages.repair.lattice import Candidates, Effort, Lattice, Reading, Slot, Way
from cleaner.stages.repair.shift import UNCERTAIN, readings, words

Own = dict[str, frozenset[str]]

EFFORT = Effort(16, 8, 14.0)
LOST_PAIR = -1.0  # nats for a mark that stands for two bytes, of one that may stand for one
LOST = -3.0  # nats for a pair that left no mark: one in twenty
EATEN = -1.0  # nats for an ASCII byte behind a `?`
MARK = -4.0  # nats for a `?` that was one
OTHER_SCRIPT = -3.0  # nats for a character of traditional script in a simplified document, or the other way round
UNKNOWN = -5.0  # a Han character that the model has not seen
LEAST_SCRIPT = 3  # how many times more characters of one script than of the other make a document of that script
PLAUSIBLE = -7.5  # log P a character from which a reading counts as Chinese
HOPEFUL = -12.0  # of the bytes without what is lost, from which a search is made
BAD = 8.0  # nats for a place of these bytes that is not valid
MOST_STRANGERS = 0.25  # share of characters that the wrong encoding does not have: U+FFFD, and what was typed later
GAIN = 3.0  # nats a character by which a reading must beat what is shown
SURE = 2.5  # nats between the best reading and the next below which the place is flagged
MOST_TRIED = 3  # pairs of encodings that are searched for one line
LEAST_HAN = 2
LEARNED = 4.0  # nats from which a reading tells what the document speaks of
HAN = re.compile("[\u3400-\u9fff]")
DIGITS_AND_MARKS = frozenset(range(0x20, 0x40))
ONE, TWO, QUESTION = "one", "two", "question"


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
FEEDS: dict[str, Feed] = {"utf-8": utf8_feed, "gbk": gbk_feed, "cp950": big5_feed}
FILL = {"utf-8": b"", "gbk": b"\xb0", "cp950": b"\xa4"}  # for U+FFFD, in a first look at the bytes
LINE_END = Slot("", (Way((0x0A,)),))
DROPPED = (Way((USER_LEAD, HIGH), LOST), Way((USER_LEAD_3, USER_TRAIL_3), LOST))


class Mended(NamedTuple):
    """A line as it may have been, the positions (in what is shown) of places that are not certain, what is certain, with a line end
    for what is not, log P a character, and how it was misread.
    """

    text: str
    doubtful: list[tuple[int, int]]
    sure: str
    score: float
    kind: Misread


def mend_lines(hard: list[tuple[int, str]], legible: str) -> tuple[list[str | None], list[Flag]]:
    """The lines of ``hard`` (position, line) as they were before they were misread, None where no reading is plausible, and flags for
    places that are not certain. ``legible``: the rest of the document, which says what it is about and in which script.
    """
    own, script = words(legible), script_of(legible)
    first: list[Mended | None] = []
    kinds = MISREAD
    for _, line in hard:
        found = mended(line, own, script, kinds)
        if found is not None:
            kinds = (found.kind, *(k for k in MISREAD if k != found.kind))
        first.append(found)
    sure = "\n".join(m.sure for m in first if m is not None)
    if sure:
        own, script = words(legible + "\n" + sure), script or script_of(sure)
    texts: list[str | None] = []
    flags = []
    for (at, line), found in zip(hard, first, strict=True):
        if found is not None and found.doubtful:
            found = mended(line, own, script, (found.kind,)) or found
        texts.append(found.text if found is not None else None)
        if found is not None:
            flags += [
                Flag(UNCERTAIN, "bytes that were lost, with a second reading as likely", at + a, at + b)
                for a, b in found.doubtful
            ]
    return texts, flags


def mended(shown: str, own: Own, script: str, kinds: Sequence[Misread]) -> Mended | None:
    """``shown`` as it was before it was misread, or None where no reading is plausible.

    own: pairs of symbols of the document. script: of the document, ``hans``, ``hant`` or empty. kinds: what to try.
    """
    for kind in _hopeful(shown, kinds)[:MOST_TRIED]:
        lattice = Lattice(candidates(FEEDS[kind.right], script), own)
        for slots in _variants(shown, kind):
            found = lattice.read(slots, START, effort=EFFORT)
            made = _taken(shown, slots, found, lattice, kind) if found is not None else None
            if made is not None:
                return made
    return None


def _taken(shown: str, slots: list[Slot], found: Reading, lattice: Lattice, kind: Misread) -> Mended | None:
    text = "".join(found.written).removesuffix("\n")
    size = max(1, len(text))
    plain, _ = lattice.write(0.0, START, shown)
    if (
        found.score < PLAUSIBLE * size
        or found.score / size < plain / max(1, len(shown)) + GAIN
        or len(HAN.findall(text)) < LEAST_HAN
        or "\n" in text
    ):
        return None
    doubtful: list[tuple[int, int]] = []
    sure, at = [], 0
    for slot, gap, written in zip(slots, found.gaps, found.written, strict=True):
        end = at + len(slot.shown)
        if gap < SURE:
            start = max(0, at - 2)
            if doubtful and doubtful[-1][1] >= start:
                start = doubtful.pop()[0]
            doubtful.append((start, end))
        sure.append(written if gap >= LEARNED else "\n")
        at = end
    return Mended(text, doubtful, "".join(sure), found.score / size, kind)


def _hopeful(shown: str, kinds: Sequence[Misread]) -> list[Misread]:
    """The pairs of encodings that can be meant, the likeliest first: by the bytes without what is lost."""
    lm, found = model(), []
    for kind in kinds:
        table, fill = shown_as(kind.wrong), FILL[kind.right]
        known = [bytes(table[c][0]) if c in table else c.encode() if c < "\x80" else fill for c in shown]
        if sum(c > "\x7f" and c not in table for c in shown) > MOST_STRANGERS * len(shown):
            continue
        text = b"".join(known).decode(kind.right, "replace")
        bad = text.count("\ufffd")
        score = lm.score(text.replace("\ufffd", "")) - BAD * bad / len(text)
        if score >= HOPEFUL:
            found.append((score, kind))
    return [kind for _, kind in sorted(found, key=lambda f: -f[0])]


def _variants(shown: str, kind: Misread) -> Iterator[list[Slot]]:
    """The slots of ``shown``, first with what is lost marked, then with pairs that left no mark."""
    private = kind.wrong == "gb18030" and kind.right == "utf-8" and not re.search("[\ue000-\uf8ff\ufffd]", shown)
    if not private or "?" not in shown:
        yield list(_slots(shown, kind, ()))
    if private:
        yield list(_slots(shown, kind, DROPPED))
    if kind.marks == ONE and "\ufffd" in shown:
        yield list(_slots(shown, kind._replace(marks=TWO), ()))


def _slots(shown: str, kind: Misread, gaps: tuple[Way, ...]) -> Iterator[Slot]:
    table, most = shown_as(kind.wrong), 1 if gaps else 0
    for at, char in enumerate(shown):
        if char == "\ufffd" or char == "?":
            after = shown[at + 1 : at + 2]
            yield Slot(char, _lost(kind, char, _first(after, table)), gaps=gaps, most=most)
        elif char < "\x80":
            yield Slot(char, (Way((ord(char),)),), gaps=gaps, most=most)
        elif char in table:
            yield Slot(char, tuple(Way(p) for p in table[char]), gaps=gaps, most=most)
        else:
            yield Slot(char, literal=True)
    yield LINE_END  # so that how a line ends counts, too


def _first(char: str, table: dict[str, tuple[tuple[int, ...], ...]]) -> int:
    """The first byte of what is shown next: 0 at the end, -1 where it is lost, too."""
    if not char:
        return 0
    if char in "\ufffd?":
        return -1
    return ord(char) if char < "\x80" else table[char][0][0] if char in table else 0


@cache
def _lost(kind: Misread, mark: str, after: int) -> tuple[Way, ...]:
    """What a mark before the byte ``after`` may stand for."""
    wrong = undefined(kind.wrong)
    lone = frozenset(lead for lead, bad in wrong.items() if -1 < after < 0x40 or after in bad or (after < 0 and bad))
    ways = [Way((lone,))] if lone else []
    if kind.marks == TWO:
        table = undefined("gbk") if kind.wrong == "gb18030" else wrong
        trails: dict[frozenset[int], set[int]] = {}
        for lead, bad in table.items():
            if kind.wrong == "gb18030":
                bad = (
                    frozenset(t for t in bad if not _user_defined(lead, t) and t not in (0x80, 0xFF))
                    if 0x80 < lead < 0xFF
                    else frozenset()
                )
            if bad:
                trails.setdefault(bad, set()).add(lead)
        ways += [Way((frozenset(leads), bad), LOST_PAIR) for bad, leads in trails.items()]
    if mark == "?":
        ways.append(Way((0x3F,), MARK))
        if after:
            ways.append(Way((frozenset(range(0x81, 0xFF)), DIGITS_AND_MARKS), EATEN))
    return tuple(ways)


def _user_defined(lead: int, trail: int) -> bool:
    return (lead in USER_LEAD and trail in HIGH) or (lead in USER_LEAD_3 and trail in USER_TRAIL_3)


@cache
def candidates(feed: Feed, script: str) -> Candidates:
    """The candidates of an encoding, in a document of ``script``."""
    return Candidates(feed, model(), _bias(script))


def _bias(script: str) -> Callable[[str], float]:
    """What is known of a character beside the model: it is of the document's script, and no rare symbol."""
    from cleaner.stages.decode import costs

    lm, common = model(), costs()
    simple, traditional = readings().simple, readings().of.keys()

    @cache
    def bias(char: str) -> float:
        if char < "\x80":
            return 0.0
        if lm.fold(char) == "$":
            return -common[char]  # what the model takes for a break, as — or …
        if (script == "hans" and char in traditional and char not in simple) or (script == "hant" and char in simple):
            return OTHER_SCRIPT
        return 0.0 if lm.seen(char) else UNKNOWN

    return bias


def script_of(text: str) -> str:
    """The script of a text, ``hans`` or ``hant``, or nothing where both or neither are in it."""
    table = readings()
    simple = sum(map(table.simple.__contains__, text))
    traditional = sum(map(table.of.__contains__, text))
    if simple > LEAST_SCRIPT * traditional:
        return "hans"
    return "hant" if traditional > LEAST_SCRIPT * simple else ""
