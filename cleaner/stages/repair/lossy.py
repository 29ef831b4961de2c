"""Text that was read in a wrong encoding and lost bytes on the way: the search of ``lattice`` over what may have stood there.

Every character that is shown gives its bytes back. What could not be decoded was shown as U+FFFD or ``?`` or not at all, and says
something too: it stands only for bytes that the wrong encoding has no character for. Decoders differ in how many bytes one mark
takes: Python's take one and read on at the next, browsers and Windows take a pair; one that shows ``?`` also takes an ASCII byte
below 40 (hexadecimal) behind a lead byte. Windows reads GBK's user-defined pairs as private-use characters, which web tools drop.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from cleaner.language import model
from cleaner.language.model import START
from cleaner.stages.change import Flag
from cleaner.stages.repair.codecs import (
    EATEN,
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
from cleaner.stages.repair.lattice import Candidates, Effort, Lattice, Own, Reading, Slot, Way
from cleaner.stages.repair.shift import UNCERTAIN, readings, undetermined, words

MARKED, UNMARKED = (
    Effort(8, 6, 14.0),
    Effort(16, 8, 18.0),
)  # where every loss left a mark, and where pairs may be gone without one
LOST_PAIR = -1.0  # nats for a mark that stands for two bytes, of one that may stand for one
DOUBT = "bytes that were lost, with a second reading as likely"
LOST = -3.0  # nats for a pair that left no mark: one in twenty
TAKEN = -1.0  # nats for an ASCII byte that went with a `?`
NOT_EATEN = -6.0  # for a lead byte that left its ASCII byte alone
MARK = -4.0  # nats for a `?` that was one
OTHER_SCRIPT = -6.0  # nats for a character of traditional script in a simplified document, or the other way round
UNKNOWN = -5.0  # a Han character that the model has not seen
LEAST_SCRIPT = 3  # how many times more characters of one script than of the other make a document of that script
PLAUSIBLE = -7.5  # log P a character from which a reading counts as Chinese
HOPEFUL = -12.0  # of the bytes without what is lost, from which a search is made
BAD = 8.0  # nats for a place of these bytes that is not valid
MOST_STRANGERS = 0.25  # share of characters that the wrong encoding does not have: U+FFFD, and what was typed later
GAIN = 3.0  # nats a character by which a reading must beat what is shown
OWN = 0.6  # nats for a pair of symbols that the rest of the document has
NUMBERED = 3.0  # nats for a pair of symbols of the number that is due
SURE = 2.5  # nats between the best reading and the next below which the place is flagged
MOST_DROPPED = 2  # pairs in a row that left no mark
MOST_TRIED = 3  # pairs of encodings that are searched for one line
PROBE = 300  # characters of a longer line that must have a reading before the whole is searched
MOST_LINE = 20_000  # characters of a line that is searched: no paragraph is longer, and the search takes a second for it
MOST_FAILED = 20_000  # characters searched in a row without a result, after which a document is given up
LEAST_HAN = 2
LEARNED = 6.0  # nats from which a reading tells what the document speaks of
HAN = re.compile("[\u3400-\u9fff]")
ONE, TWO = "one", "two"
DIGITS = "〇一二三四五六七八九"
LOSS = re.compile("[?\ufffd\ue000-\uf8ff]")
HEAD = re.compile("^([（(]|第|)([一二三四五六七八九十百零]{1,7})([条條章节節款项項）)、])")


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
INVISIBLE = (Way((HOLES | {0xAD},), inside=True),)
SILENT = (UNSEEN, MIXED)  # kinds that leave no mark where something was lost
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


def mend_lines(hard: list[tuple[int, str]], legible: str, kinds: Sequence[Misread]) -> tuple[list[Mended | None], list[Flag]]:
    """The pieces of ``hard`` (position, text) as they were before they were misread, None where no reading is plausible, and flags for
    places that are not certain.

    legible: the rest of the document, which says what it is about and in which script. kinds: what is tried, the likeliest first.
    """
    own, script = words(legible, OWN), script_of(legible)
    first: list[Mended | None] = []
    failed = 0  # characters searched in a row without a result
    for _, line in hard:
        found = None
        if (
            failed < MOST_FAILED
            and len(line) <= MOST_LINE
            and (len(line) <= PROBE or mended(line[:PROBE], own, script, kinds, cut=True) is not None)
        ):
            found = mended(line, own, script, kinds)
        failed = failed + min(len(line), PROBE) if found is None else 0
        if found is not None:
            kinds = (found.kind, *(k for k in kinds if k != found.kind))
        first.append(found)
    sure = "\n".join(m.sure for m in first if m is not None)
    learned = script or script_of(sure)
    own = words(legible + "\n" + sure, OWN)
    second = []
    flags = []
    due = _due([m.text if m is not None else line for m, (_, line) in zip(first, hard, strict=True)])
    for (at, line), found, numbers in zip(hard, first, due, strict=True):
        if found is not None and (found.doubtful or learned != script or found.kind in SILENT or LOSS.search(line)):
            found = mended(line, _with_pairs(own, numbers), learned, (found.kind,)) or found
        second.append(found)
        if found is not None:
            flags += [Flag(UNCERTAIN, DOUBT, at + a, at + b) for a, b in found.doubtful]
    return second, flags


def _due(texts: list[str]) -> list[list[str]]:
    """For every text the numbers that may be due at its head: behind the last one of each numbering, and before the next."""
    due: list[list[str]] = [[] for _ in texts]
    for step, order in ((1, range(len(texts))), (-1, range(len(texts) - 1, -1, -1))):
        last: dict[str, str] = {}
        for i in order:
            due[i] += last.values()
            for found in HEAD.finditer(texts[i]):
                last[found[1] + found[3]] = found[1] + numeral(value(found[2]) + step) + found[3]
    return due


def value(numeral: str) -> int:
    """The value of a Chinese numeral below a thousand: 一百零三 is 103."""
    total = 0
    for digit, unit in re.findall("([一二三四五六七八九]?)([百十]?)零?", numeral):
        total += (DIGITS.index(digit) if digit else bool(unit)) * {"百": 100, "十": 10, "": 1}[unit]
    return total


def numeral(value: int) -> str:
    """``value``, below a thousand, as a Chinese numeral."""
    hundreds, tens, ones = value // 100 % 10, value // 10 % 10, value % 10
    out = DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (DIGITS[ones] if ones else "")


def _with_pairs(own: Own, heads: Iterable[str]) -> Own:
    """``own`` and the pairs of symbols of ``heads``."""
    more = dict(own)
    for head in heads:
        for first, second in pairwise(model().symbols(head)):
            more[first] = more.get(first, {}) | {second: NUMBERED}
    return more


def mended(shown: str, own: Own, script: str, kinds: Sequence[Misread], cut: bool = False) -> Mended | None:
    """``shown`` as it was before it was misread, or None where no reading is plausible.

    own: pairs of symbols of the document. script: of the document, ``hans``, ``hant`` or empty. kinds: what to try.
    cut: only whether there is a reading counts; the end of ``shown`` may cut a character.
    """
    for kind in _hopeful(shown[:PROBE], kinds)[:MOST_TRIED]:
        lattice = Lattice(candidates(FEEDS[kind.right], script), own)
        for slots in _variants(shown, kind):
            slots = slots[:-1] if cut else slots
            found = lattice.read(slots, START, effort=UNMARKED if any(s.gaps for s in slots) else MARKED, cut=cut)
            made = _taken(shown, slots, found, lattice, kind) if found is not None else None
            if made is not None:
                return made
    return None


def _taken(shown: str, slots: list[Slot], found: Reading, lattice: Lattice, kind: Misread) -> Mended | None:
    written = undetermined(slots, found.written)
    text = "".join(written).removesuffix("\n")
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
    for slot, gap, new in zip(slots, found.gaps, written, strict=True):
        end = at + len(slot.shown)
        if gap < SURE or (slot.shown == "?" and new[-1:] == "?"):
            start = max(0, at - 2)
            if doubtful and doubtful[-1][1] >= start:
                start = doubtful.pop()[0]
            doubtful.append((start, end))
        sure.append(new if gap >= LEARNED else "\n")
        at = end
    return Mended(text, doubtful, "".join(sure), found.score / size, kind)


def _hopeful(shown: str, kinds: Sequence[Misread]) -> list[Misread]:
    """The pairs of encodings that can be meant, the likeliest first: by the bytes without what is lost."""
    lm, found = model(), []
    for kind in kinds:
        if kind in SILENT:
            found.append((0.0, kind))
            continue
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
    if kind in SILENT:
        yield _unseen(shown) if kind == UNSEEN else _mixed(shown)
        return
    private = kind.wrong == "gb18030" and kind.right == "utf-8" and not re.search("[\ue000-\uf8ff\ufffd]", shown)
    if not private or "?" not in shown:
        yield list(_slots(shown, kind, ()))
    if private:
        yield list(_slots(shown, kind, DROPPED))
    if kind.marks == ONE and "\ufffd" in shown:
        yield list(_slots(shown, kind._replace(marks=TWO), ()))


def _slots(shown: str, kind: Misread, gaps: tuple[Way, ...]) -> Iterator[Slot]:
    table = shown_as(kind.wrong)
    torn: frozenset[int] = frozenset()
    if gaps:
        known = [() if c in "\ufffd?" else table.get(c, ((),))[0] if c >= "\x80" else (ord(c),) for c in shown]
        torn = _torn([*known, (0x0A,)])
    for at, char in enumerate(shown):
        lost = gaps if at in torn else ()
        if char == "\ufffd" or char == "?":
            after = shown[at + 1 : at + 2]
            yield Slot(char, _lost(kind, char, _first(after, table)), gaps=lost, most=MOST_DROPPED)
        elif char < "\x80":
            yield Slot(char, (Way((ord(char),)),), gaps=lost, most=MOST_DROPPED)
        elif char in table:
            yield Slot(char, tuple(Way(p) for p in table[char]), gaps=lost, most=MOST_DROPPED)
        else:
            yield Slot(char, literal=True)
    yield LINE_END._replace(gaps=gaps if len(shown) in torn else (), most=MOST_DROPPED)  # so that how a line ends counts, too


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
def _lost(kind: Misread, mark: str, after: int) -> tuple[Way, ...]:
    """What a mark before the byte ``after`` may stand for."""
    wrong = undefined(kind.wrong)
    lone = frozenset(lead for lead, bad in wrong.items() if -1 < after < 0x40 or after in bad or (after < 0 and bad))
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
    return tuple(ways)


def _user_defined(lead: int, trail: int) -> bool:
    return (lead in USER_LEAD and trail in HIGH) or (lead in USER_LEAD_3 and trail in USER_TRAIL_3)


def _unseen(run: str) -> list[Slot]:
    """The slots of windows-1252 without C1 controls and soft hyphens, with a space for a no-break space, and with ``?`` or U+FFFD
    for the bytes that it has no character for.
    """
    ways = {
        " ": (Way((0x20,)), Way((0xA0,), inside=True)),
        "?": (Way((0x3F,)), Way((HOLES,), inside=True)),
        "\ufffd": (Way((HOLES,), inside=True),),
    }
    torn = _torn([(SLOPPY[c],) if c in SLOPPY and c not in ways else () for c in run])
    slots = []
    for at, char in enumerate(run):
        gaps = INVISIBLE if at in torn else ()
        if char in SLOPPY or char in ways:
            slots.append(Slot(char, ways.get(char) or (Way((SLOPPY[char],)),), gaps=gaps, most=MOST_DROPPED))
        else:
            slots.append(Slot(char, literal=True))
    return [*slots, LINE_END._replace(gaps=INVISIBLE, most=MOST_DROPPED)]


def _mixed(run: str) -> list[Slot]:
    """The slots of GBK shown as UTF-8 where it is that, and as windows-1252 elsewhere."""
    slots = []
    for char in run:
        ways = [Way((SLOPPY[char],))] if char in SLOPPY else []
        if char >= "\x80":
            ways.append(Way(tuple(char.encode("utf-8", "replace"))))
        slots.append(Slot(char, tuple(ways)) if ways else Slot(char, literal=True))
    return [*slots, LINE_END]


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
