"""Traditional pages whose bytes were cut at what looked like a mark, and whose lone bytes were dropped.

The other tool of ``shift``: it sets no readings and leaves no ``?`` where half a character stood. 資格。基層 ends in A1A3 BBF9 8CD3
and holds A3BB, which is ；: so A1 goes, ；stands there, and what follows is read one byte off (鶎庸), up to the next mark or ASCII
byte, before which again a lone byte goes. 。” at a line's end holds A3A1 and is left as ！.

The way back: a mark behind which a line of traditional script reads badly is tried as the second half of one character and the
first half of the next, in the lattice, with any byte for those that went.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import NamedTuple

from cleaner.edits import Edit
from cleaner.language import model
from cleaner.stages.change import Flag
from cleaner.stages.repair.codecs import ANY, LEAD, no_pairs
from cleaner.stages.repair.lattice import FAR, Effort, Lattice, Reading, Slot, Way
from cleaner.stages.repair.shift import QUOTE, UNCERTAIN, candidates, context_of, is_open, lattices, readings
from cleaner.stages.repair.suspects import false_marks

DROPPED = "repair/gbk-dropped"

# the marks that the tool cuts at; it cuts at 、 (A1A2) too, but A2 begins no common character, and the look for ， would find one
# in every line for one false one in fifty (measured on generated text)
MARKS = {"；": b"\xa3\xbb", "？": b"\xa3\xbf", "！": b"\xa3\xa1", "，": b"\xa3\xac"}
MARK = re.compile("(?<=[^\n?])[；？！，]")
ENDS = re.compile("[，；？！、\n\x00-\x7f]")  # where the reading gets back into step
SENTENCE_END = re.compile("。[”“《—…【]")
LETTERS = frozenset(map(chr, range(0x40, 0x7F)))  # ASCII that may be the second byte of a character
TWO = LETTERS | frozenset("，；？！、")  # what does not follow a mark
# what went: a pair of private use, one without a character, and a byte before a mark, before ASCII or at a line's end
PAIRS = tuple(Way(p, -1.0, inside=True) for p in no_pairs())
LONE = (Way((ANY,), inside=True),)
MOST_GONE = 2  # of these in a row
EFFORT = Effort(16, 8, 16.0, (8, 3))
MOST_READ = 100  # code points of one search
CONTEXT = 12  # code points that the model's context is made of, notes among them
BEYOND = 2  # code points behind the place that are read with it
QUOTED = 1_000  # code points within which a quotation mark may have been opened
MOST_FAILED = 100  # searches in a row without a clear result after which a document is given up
BADLY = -7.5  # nats a character from which on down what follows a mark is tried
GLANCE, SLACK = 5, 1.0  # code points looked at first, and nats a character by which they may read better
LEAST_GAIN = 5.5  # nats by which a reading must beat what is shown
LEAST_ALONE = 8.5  # where nothing but ！ itself speaks for it
CERTAIN = 14.0  # and below which the place is flagged
GOOD = -7.0  # nats a character that a reading must have by itself
NO_TEXT = re.compile(r"[A-Za-z\\\u2500-\u27bf\ue000-\uf8ff]")  # no reading has these
TELLING = 10.0  # nats of a gain that says that the tool was here: then every mark of the document is looked at
SURE = 2.5  # nats between the best reading and the next below which the place is flagged
OWN = 0.6  # nats for a pair of symbols that the rest of the document has
FEW = 3  # how many times more characters of traditional script than of simplified a line of traditional script has
DOUBT = "shifted GBK bytes that have a second reading as likely"


class Found(NamedTuple):
    """A reading of a place: how much better it is than what is shown and than the next, the edit and the flag that it is worth.

    A place whose reading has a second one close behind is flagged and left.
    """

    gain: float
    gap: float
    edit: Edit
    flag: Flag | None


def mend(text: str) -> tuple[list[Edit], list[Flag]]:
    """Edits that undo the shift behind false marks, and flags for those that are not certain."""
    search = Search(text)
    found = search.all(set(false_marks(text)))
    if any(f.gain >= TELLING and f.gap >= SURE for f in found.values()):
        search.told = True
        found |= search.all({m.start() for m in MARK.finditer(text)} - found.keys())
    made: list[Found] = []
    for _, place in sorted(found.items()):
        if not made or place.edit.start >= made[-1].edit.end:
            made.append(place)
    return [p.edit for p in made if p.gap >= SURE], [p.flag for p in made if p.flag]


class Search:
    """The searches of one document. told: the tool is known to have been here."""

    def __init__(self, text: str) -> None:
        self.told = False
        self._text = text
        self._failed = 0
        self._plain = Lattice(candidates(), {})

    @cached_property
    def _lattices(self) -> tuple[Lattice, Lattice]:
        return lattices(self._text, OWN)

    @cached_property
    def _whole(self) -> bool:
        """Whether the document has 。” (A1A3 A1B1) in a line of traditional script: the tool leaves none."""
        text = self._text
        return any(traditional(text[max(0, m.start() - MOST_READ) : m.start()]) for m in SENTENCE_END.finditer(text))

    def all(self, places: Iterable[int]) -> dict[int, Found]:
        """What is found at those of ``places`` that are false marks."""
        return {at: found for at in places if (found := self._at(at)) is not None}

    def _at(self, at: int) -> Found | None:
        text, left = self._text, max(0, at - MOST_READ)
        right = text.find("\n", at, at + MOST_READ)
        right = min(at + MOST_READ, len(text)) if right < 0 else right
        before, line = text[text.rfind("\n", left, at) + 1 or left : at], text[at:right]
        end = ENDS.search(line, 1)
        size = end.start() if end else len(line)
        if before[-1:] in ("", "?"):
            return None
        context = context_of(model(), before[-CONTEXT:])
        if size > 1:
            follow = self._plain.write(0.0, context, line[0])[1]
            # what was misread reads badly from the start
            first = line[1 : min(size, 1 + GLANCE)]
            if self._plain.write(0.0, follow, first)[0] > (BADLY + SLACK) * len(first):
                return None
        if not (self.told or traditional(before + line[size:])):
            return None
        opened = is_open(text[max(0, at - QUOTED) : at])
        if size > 1:
            if self._plain.write(0.0, follow, line[1:size])[0] > BADLY * (size - 1):
                return None
        elif (
            line[1:2] not in TWO
            and not (
                line[0] == "！"
                # a quotation of several paragraphs is closed behind the last one
                and (self.told or (opened and not self._whole and text[right : right + 2] != "\n“"))
            )
        ):
            return None
        slots = tuple(_slots(line, text[right : right + 1] in ("", "\n")))
        least = LEAST_GAIN if size > 1 or self.told else LEAST_ALONE
        # a first look, without what the document says elsewhere
        if self._failed >= MOST_FAILED:
            return None
        self._failed += 1
        if not self.told and self._read(self._plain, slots, context, size)[1] < least - QUOTE - OWN * size:
            return None
        reading, gain = self._read(self._lattices[opened], slots, context, size)
        if reading is None or gain < least:
            return None
        # what is rare everywhere (Cantonese, names) reads badly and has readings that are only a little less bad
        if reading.score < GOOD * len(reading.written) or NO_TEXT.search("".join(reading.written)):
            return None
        if reading.gap >= SURE:
            self._failed = 0
        shown = "".join(s.shown for s in slots[: reading.slots])
        new = "".join(reading.written)
        tail = 0
        while tail < min(len(shown), len(new)) - 1 and shown[-1 - tail] == new[-1 - tail]:
            tail += 1
        stop = at + len(shown) - tail
        sure = reading.gap >= SURE and gain >= CERTAIN
        return Found(
            gain,
            reading.gap,
            Edit(at, stop, new[: len(new) - tail], (DROPPED,)),
            None if sure else Flag(UNCERTAIN, DOUBT, at, stop),
        )

    def _read(self, lattice: Lattice, slots: tuple[Slot, ...], context: str, size: int) -> tuple[Reading | None, float]:
        """The best reading, and by how many nats it beats what is shown."""
        reading = lattice.read(slots, context, settle=size + BEYOND, effort=EFFORT)
        if reading is None:
            return None, -FAR
        return reading, reading.score - lattice.write(0.0, context, "".join(s.shown for s in slots[: reading.slots]))[0]


def traditional(text: str) -> bool:
    """Whether ``text`` is in traditional script; a piece that was misread may hold a few characters of the other."""
    table = readings()
    return sum(map(table.of.__contains__, text)) > FEW * sum(map(table.simple.__contains__, text))


def _slots(line: str, whole: bool) -> Iterator[Slot]:
    """``line`` from a false mark on, with room for what is gone. whole: its end is the end of the line."""
    yield Slot(line[0], (Way((LEAD, *MARKS[line[0]])),))
    for char in line[1:]:
        data = tuple(char.encode("gb18030", "replace"))
        gaps = (*PAIRS, *LONE) if ENDS.match(char) and char not in LETTERS else PAIRS
        yield Slot(char, (Way(data),), gaps=gaps, most=MOST_GONE) if len(data) < 4 else Slot(char, literal=True)
    if whole:
        yield Slot("\n", (Way((0x0A,)),), gaps=(*PAIRS, *LONE), most=MOST_GONE)
