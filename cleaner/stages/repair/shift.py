"""Traditional pages with readings in brackets, and the shift of GBK bytes that comes with them.

A tool that turned simplified pages into traditional ones wrote the reading behind characters of traditional script, 國(guó)家, and
set marks apart. It searched the bytes of GBK at any offset. 模化 is C4A3 BBAF and holds A3BB, which is ；: so the text was cut after
C4, and what follows is read one byte off until an ASCII byte stands: 規模化應用 became 規(guī)?；瘧?yīng)用. A lead byte that has lost
its partner is shown as ``?`` and eats an ASCII byte below 0x40 behind it, so in ``?yīng)`` the bracket is gone. Pairs of bytes in
GBK's user-defined areas became private-use characters, which later tools dropped.

The way back: every ``?`` of such a document starts a search (see ``lattice``) over the bytes that may have stood there.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from cleaner.edits import Edit
from cleaner.language import Model, model
from cleaner.stages.change import Flag
from cleaner.stages.repair.codecs import ANY, EATEN, HIGH, USER_LEAD, USER_LEAD_3, USER_TRAIL_3, bad_pairs, gbk_feed
from cleaner.stages.repair.lattice import QUICK, THOROUGH, Candidates, Effort, Lattice, Own, Reading, Slot, Way

PINYIN = "repair/pinyin"
SHIFT = "repair/gbk-shift"
UNCERTAIN = "repair/uncertain"

LETTERS = "a-zāáǎàēéěèêếềīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ"
TONED = "[āáǎàēéěèếềīíǐìōóǒòūúǔùǖǘǚǜńňǹḿ]"
NOTE = re.compile(rf"[(（](?=[^)]{{0,5}}{TONED})([{LETTERS}]{{1,6}})[)）]")
EVENT = re.compile(rf"[(（](?P<note>[{LETTERS}]{{1,6}})[)）]|\?(?P<eaten>[{LETTERS}]{{1,6}})\)|\?")
HAS_TONE = re.compile(TONED)
NOTE_BEFORE = re.compile(rf"[(?][{LETTERS}]{{1,6}}\)$")
HAN = re.compile("[\u3400-\u9fff]")
BRACKET = re.compile("[()（）]")

LEAST_NOTES = 2  # notes that fit, inside running text, before a document counts as one of this kind
LEAST_SHARE = 0.8  # of all toned notes that must fit a character of traditional script: a textbook notes others as well
OWN = 1.2  # nats for a pair of symbols that the rest of the document has
QUOTE = 3.0  # nats for a quotation mark behind 。 that closes one that is open, or opens one where none is
MARGIN = 6.0  # nats by which a reading must beat what is shown
SURE = 2.0  # nats between the best reading and the next below which the place is flagged
LOST_BYTE = -0.5  # a `?` that was a lone byte before a mark or at a line's end
TAKEN = -2.0  # one that was the second half of a character and took the ASCII byte behind it along
BAD_PAIR = -2.0  # one that was a pair without a character
DROPPED = 0.3  # a dropped pair: what is dropped follows from the text, so the model has paid for it, and for a character more
FOLDED = -0.1  # an ASCII mark that was a full-width one
NOT_A_NOTE = -10.0  # `?yīng)` as it stands
SIMPLIFIED = -5.0  # a character that the tool would have converted
UNKNOWN = -5.0  # a Han character that the model has not seen
SYMBOL = -12.0  # a character that text does not hold
GOOD = -7.0  # nats a character; a quick search that ends below is done again thoroughly
PAIRS = tuple(Way(p, DROPPED, inside=True) for p in ((USER_LEAD, HIGH), (USER_LEAD_3, USER_TRAIL_3)))
# a note that was set inside a mark hid it from the tool, so behind a note a mark can come out
FREE = tuple(replace(w, free=True) for w in PAIRS)
DROPPED_MOST = 3  # dropped pairs in a row that are reckoned with
TRIES = (QUICK, THOROUGH)
MOST_LEARNED = 200_000  # code points that the document's own words are learned from
MOST_READ = 200  # code points of one search; a shift ends at the next ASCII byte, mostly long before
MOST_MARKS = 3  # question marks of a stretch, and their share of it, up to which it is read: beyond, text would be made up
MARK_SHARE = 0.15
MOST_NOTES = 8  # notes in a row, back to the character before them
THOROUGH_FREE = 20  # thorough tries that a document has, and one more for each so many code points of it
THOROUGH_PER = 2_000
PATIENT = 10  # searches in a row without a result after which only the quick try is made
MOST_FAILED = 60  # and after which none is

# marks that were full-width and may have been folded to ASCII since; ``SEARCHED`` are those that the tool cut at
FULL = {
    ",": b"\xa3\xac",
    ";": b"\xa3\xbb",
    "?": b"\xa3\xbf",
    "!": b"\xa3\xa1",
    ":": b"\xa3\xba",
    "(": b"\xa3\xa8",
    ")": b"\xa3\xa9",
}
# a mark that the tool cut at was found where it stands, so no shift can hide one
NEVER = frozenset("，；？、")
TO_ASCII = str.maketrans("，；？！：（）", ",;?!:()")
SEARCHED = frozenset(",;?!，；？！、")


class Readings(NamedTuple):
    """Characters of traditional script with their readings."""

    of: dict[str, frozenset[str]]
    chars: dict[str, frozenset[str]]
    simple: frozenset[str]


@cache
def readings() -> Readings:
    """The table of readings: by character, by reading, and the characters that only simplified text has."""
    from cleaner.resources import path

    of: dict[str, frozenset[str]] = {}
    chars: dict[str, set[str]] = {}
    for line in path("tables/repair-readings.tsv").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        char, _, first, others = line.split("\t")
        of[char] = frozenset([first, *others.split()])
        for reading in of[char]:
            chars.setdefault(reading, set()).add(char)
    rows = path("tables/repair-suspects.tsv").read_text(encoding="utf-8").splitlines()
    simple = next(row.split("\t")[1] for row in rows if row.startswith("simplified"))
    return Readings(of, {r: frozenset(c) for r, c in chars.items()}, frozenset(simple))


@cache
def simplified() -> dict[str, str]:
    """Characters of traditional script, and what each is in simplified."""
    from cleaner.resources import path

    rows = path("tables/repair-readings.tsv").read_text(encoding="utf-8").splitlines()
    return {char: simple for char, simple, *_ in (row.split("\t") for row in rows if not row.startswith("#"))}


@dataclass
class Patience:
    """What the searches of one document share: the lattices with its own pairs of symbols, how many thorough tries are left, and how
    many searches in a row found nothing.
    """

    lattices: tuple[Lattice, Lattice]
    thorough: int
    failed: int = 0

    def tries(self) -> tuple[Effort, ...]:
        """The tries that the next search gets: both, the quick one, or none. Keeps a text of question marks linear."""
        self.failed += 1
        if self.failed > MOST_FAILED:
            return ()
        return TRIES if self.failed <= PATIENT and self.thorough > 0 else TRIES[:1]


def is_noted(text: str) -> bool:
    """Whether ``text`` is a page of this kind: readings in running text, behind characters of traditional script and no others."""
    table = readings()
    fits = inside = others = 0
    for found in EVENT.finditer(text):
        reading = found["note"] or found["eaten"]
        if not reading or not HAS_TONE.search(reading):
            continue
        if found["eaten"]:
            fits += reading in table.chars
            inside += LEAST_NOTES * (reading in table.chars)
        elif reading in table.of.get(text[found.start() - 1 : found.start()], ()):
            fits += 1
            around = text[max(0, found.start() - 2) : found.start() - 1], text[found.end() : found.end() + 1]
            inside += any(map(HAN.match, around))
        elif HAN.match(text, max(0, found.start() - 1)):
            others += 1
    return inside >= LEAST_NOTES and fits >= LEAST_SHARE * (fits + others)


def mend(text: str, shift: bool = True) -> tuple[list[Edit], list[Flag]]:
    """Edits that take the notes away and undo the shift (``shift``), and flags for places that are not certain."""
    edits: list[Edit] = []
    flags: list[Flag] = []
    at = 0
    patience = Patience(lattices(text, OWN), THOROUGH_FREE + len(text) // THOROUGH_PER)
    for line in text.split("\n"):
        if "(" in line or "?" in line or "（" in line:
            made: list[Edit] = []
            _line(line, at, shift, patience, made, flags)
            style = line if "," in line or "，" in line else text
            if made and style.count(",") > style.count("，"):
                made = [e._replace(after=e.after.translate(TO_ASCII)) if e.rules[0] == SHIFT else e for e in made]
            edits += made
        at += len(line) + 1
    return edits, flags


def lattices(text: str, worth: float) -> tuple[Lattice, Lattice]:
    """Lattices with the pairs of ``text``, each ``worth`` so many nats: for where no quotation mark is open, and for where one is.
    Behind 。 it opens one, or closes it.
    """
    own = words(text, worth)
    stop = own.get("。", {})
    return Lattice(candidates(), own | {"。": stop | {"“": QUOTE}}), Lattice(candidates(), own | {"。": stop | {"”": QUOTE}})


def is_open(before: str) -> bool:
    """Whether a quotation mark stands open at the end of ``before``."""
    return before.count("“") > before.count("”")


def words(text: str, worth: float) -> Own:
    """The pairs of symbols that stand in the part of ``text`` that is whole, each ``worth`` so many nats: what it speaks of, it
    speaks of again.
    """
    whole = NOTE.sub("", text[:MOST_LEARNED])
    symbols = model().symbols("\n".join(part[:-2] for part in whole.split("?")))
    found: Own = {}
    for first, second in set(itertools.pairwise(symbols)):
        found.setdefault(first, {})[second] = worth
    return found


def _line(line: str, offset: int, shift: bool, patience: Patience, edits: list[Edit], flags: list[Flag]) -> None:
    at, last = 0, ""
    while found := EVENT.search(line, at):
        if at < found.start():
            last = ""
        start, at = found.span()
        if found["note"]:
            if fits(line, start, found["note"]) or (last and found["note"] in readings().of.get(last, ())):
                edits.append(Edit(offset + start, offset + at, "", (PINYIN,)))
        elif shift:
            at, last = _undo(line, start, offset, patience, edits, flags)


def fits(line: str, start: int, reading: str) -> bool:
    """Whether the two bytes before ``start`` are a character with that reading. They need not be one shown character: 冗M(jìn), and 響
    with a note of its own between its bytes, 響(xiǎng)C(yùn). An ASCII mark may have been a full-width one.
    """
    if not start:
        return False
    if line[start - 1] >= "\x80":
        return reading in readings().of.get(line[start - 1], ())
    at = start - 1
    while note := NOTE_BEFORE.search(line, max(0, at - 8), at):
        at = note.start()
    before = line[at - 1 : at]
    for data in (before.encode("gbk", "ignore"), FULL.get(before, b"")):
        char = (data[-1:] + line[start - 1].encode("ascii")).decode("gbk", "ignore")
        if data[-1:] >= b"\x80" and len(char) == 1 and reading in readings().of.get(char, ()):
            return True
    return False


def _undo(line: str, start: int, offset: int, patience: Patience, edits: list[Edit], flags: list[Flag]) -> tuple[int, str]:
    """Search from the ``?`` at ``start``: the position behind what was read, and the last character of it."""
    lm = model()
    context = context_of(lm, line[max(0, start - 24) : start])
    lattice = patience.lattices[is_open(line[max(0, start - MOST_READ) : start])]
    window = line[start : start + MOST_READ]
    if window.count("?") > MOST_MARKS + MARK_SHARE * len(window):
        return start + 1, ""
    found: Reading | None = None
    slots: list[Slot] = []
    for effort in patience.tries():
        patience.thorough -= effort is THOROUGH
        slots = []
        found = lattice.read(_kept(_slots(line, start, DROPPED_MOST), slots), context, settle=4, effort=effort)
        if found is not None and found.score >= GOOD * len("".join(found.written)):
            break
    if found is None:
        return start + 1, ""
    used = slots[: found.slots]
    shown = "".join(s.shown for s in used)
    if "".join(found.written) == "".join(_as_is(s) for s in used):
        return start + 1, ""
    plain, _ = lattice.write(0.0, context, "".join(s.shown for s in used if not s.noted))
    unread = NOT_A_NOTE * sum(s.shown[0] == "?" and len(s.shown) > 1 for s in used if s.shown)
    if found.score - plain - unread < MARGIN:
        return start + 1, ""
    patience.failed = 0
    written = undetermined(used, found.written, line[start + len(shown) : start + MOST_READ])
    _write_edits(used, written, found.whole, offset + start, edits)
    if found.gap < SURE or written != found.written:
        flags.append(
            Flag(
                UNCERTAIN,
                "shifted GBK bytes that have a second reading as likely",
                offset + start,
                offset + min(len(line), start + len(shown)),
            )
        )
    return start + len(shown), "".join(found.written)[-1:]


def undetermined(slots: list[Slot], written: list[str], rest: str = "") -> list[str]:
    """``written`` with ``?`` for a digit that a ``?`` took along: that it was one can be known, which one cannot. A space before a
    closing bracket that nothing opens was the opening one. ``rest``: what follows.
    """
    made = list(written)
    for i, (slot, text) in enumerate(zip(slots, written, strict=True)):
        if slot.shown == "?" and text[-1:].isdigit():
            made[i] = text[:-1] + "?"
        elif slot.shown == "?" and text[-1:] == " ":
            bracket = BRACKET.search("".join(written[i + 1 : i + MOST_READ]) + rest)
            if bracket and bracket[0] in ")）":
                made[i] = text[:-1] + "("
    return made


def _kept(slots: Iterator[Slot], into: list[Slot]) -> Iterator[Slot]:
    """``slots`` as they are asked for, each put into ``into``."""
    for slot in slots:
        into.append(slot)
        yield slot


def _as_is(slot: Slot) -> str:
    return "" if slot.noted else slot.shown


def _write_edits(slots: list[Slot], written: list[str], whole: list[bool], at: int, edits: list[Edit]) -> None:
    """The changed pieces, each from one place between characters to the next."""
    shown = new = ""
    start, noted = at, False
    for slot, text, done in zip(slots, written, whole, strict=True):
        shown += slot.shown
        new += text
        noted = slot.noted
        if not done:
            continue
        if shown != new:
            head = 0
            while head < min(len(shown), len(new)) and shown[head] == new[head]:
                head += 1
            tail = 0
            while tail < min(len(shown), len(new)) - head and shown[-1 - tail] == new[-1 - tail]:
                tail += 1
            rule = PINYIN if noted and not new else SHIFT
            edits.append(Edit(start + head, start + len(shown) - tail, new[head : len(new) - tail], (rule,)))
        start += len(shown)
        shown = new = ""


def _slots(line: str, at: int, most_dropped: int) -> Iterator[Slot]:
    """What is shown from ``at`` on, as slots, with room for dropped pairs between them."""
    stop = at + MOST_READ
    gaps, free = (PAIRS, FREE) if most_dropped else ((), ())
    while at < min(len(line), stop):
        char = line[at]
        note = EVENT.match(line, at) if char in "(（?" else None
        if note and note["note"] and note["note"] in readings().chars:
            if fits(line, at, note["note"]):
                yield Slot(note[0], (Way(()),), noted=True)
            else:
                yield Slot(note[0], (Way((), behind=_symbols(note["note"])), Way(tuple(note[0].encode("gbk")), NOT_A_NOTE)))
            at = note.end()
        elif note and note["eaten"] and note["eaten"] in readings().chars:
            yield Slot(note[0], tuple(_eaten(line, at, note["eaten"])), gaps=gaps, most=most_dropped)
            at = note.end()
            yield Slot("", (Way(()),), gaps=free, most=1)
        elif char == "?":
            ways = [Way((0x3F,))]
            follower = line[at + 1 : at + 2]
            ways += [Way(pair, BAD_PAIR, inside=True) for pair in bad_pairs()]
            ways.append(Way((ANY, EATEN), TAKEN, inside=True))
            ways.append(Way((0x80,), LOST_BYTE, inside=True))  # no lead byte, so it is shown alone
            if not follower or follower in SEARCHED:
                ways.append(Way((ANY,), LOST_BYTE))
            if line[at - 1 : at] == "?" or follower == "?":
                ways.append(Way(tuple(FULL["?"]), LOST_BYTE, inside=True))
            yield Slot(char, tuple(ways), gaps=gaps, most=most_dropped)
            at += 1
        elif char < "\x80":
            full = FULL.get(char)
            plain = Way((ord(char),))
            most = most_dropped if char >= "@" else 0
            yield Slot(char, (plain, Way(tuple(full), FOLDED, inside=True)) if full else (plain,), gaps=gaps, most=most)
            at += 1
        else:
            pair = char.encode("gb18030")
            if len(pair) == 2:
                yield Slot(char, (Way(tuple(pair)),), gaps=gaps, most=most_dropped)
            else:
                yield Slot(char, literal=True)
            at += 1
    if at >= len(line):
        yield Slot("\n", (Way((0x0A,)),))  # so that how a line ends counts, too


def _eaten(line: str, at: int, reading: str) -> Iterator[Way]:
    """What ``?reading)`` may be: the byte before it and a lost one make a character with this reading."""
    chars = readings().chars.get(reading, frozenset())
    last = _last_bytes(line, at)
    for char in sorted(chars):
        pair = char.encode("gbk")
        if pair[0] in last:
            yield Way((pair[1],))
    if chars:
        yield Way((ANY,), LOST_BYTE, allowed=chars, inside=True)
    yield Way(tuple(f"?{reading})".encode("gbk", "ignore")), NOT_A_NOTE)


def _last_bytes(line: str, at: int) -> set[int]:
    """What the byte before ``at`` can have been: notes were not there yet, and an ASCII mark may have been a full-width one."""
    for _ in range(MOST_NOTES):
        before = NOTE_BEFORE.search(line, max(0, at - 8), at)
        if not before:
            break
        at = before.start()
    if not at:
        return set()
    char = line[at - 1]
    return {char.encode("gb18030", "replace")[-1]} | ({FULL[char][-1]} if char in FULL else set())


@cache
def _symbols(reading: str) -> frozenset[str]:
    """The model's symbols of the characters with ``reading``."""
    return frozenset(map(model().fold, readings().chars[reading]))


@cache
def candidates() -> Candidates:
    """The candidates of GBK in a page of traditional script."""
    return Candidates(gbk_feed, model(), _bias, NEVER)


@cache
def _bias(char: str) -> float:
    """What is known of a character of such a page beside the model: it is of traditional script, and no rare symbol."""
    if char < "\x80":
        return 0.0
    if char in readings().simple:
        return SIMPLIFIED
    lm = model()
    return SYMBOL if lm.fold(char) == "$" else 0.0 if lm.seen(char) else UNKNOWN


def context_of(lm: Model, before: str) -> str:
    """The symbols behind ``before``, readings left out."""
    symbols = lm.symbols(NOTE.sub("", before))
    run = symbols[symbols.rfind("$") + 1 :]
    return run[-2:] if len(run) > 1 else "^" + run
