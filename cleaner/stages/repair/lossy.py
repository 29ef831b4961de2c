"""Text that was read in a wrong encoding and lost bytes on the way: the search of ``trellis`` over what may have stood there.

``misread`` says what may have. Every line is read twice: by itself, and then, where it is not certain, again with what the lines
that are certain say. The outcome is taken where it is plausible Chinese and far better than what is shown.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import accumulate, pairwise
from typing import NamedTuple

from cleaner.language import model
from cleaner.stages.change import Flag
from cleaner.stages.repair.codecs import shown_as
from cleaner.stages.repair.misread import SILENT, SLOPPY, TWICE, Misread, table, variants
from cleaner.stages.repair.shift import BRACKET, MOST_READ, UNCERTAIN, readings
from cleaner.stages.repair.trellis import ANY_LETTER, Bias, Lexicon, Own, Reader, Reading, Scribe, Sense, Slot

DOUBT = "bytes that were lost, with a second reading as likely"
OTHER_SCRIPT = -6.0  # nats for a character of traditional script in a simplified document, or the other way round
UNKNOWN = -5.0  # a Han character that the model has not seen
LEAST_SCRIPT = 3  # how many times more characters of one script than of the other make a document of that script
PLAUSIBLE = -7.5  # log P a character from which a reading counts as Chinese
HOPEFUL = -12.0  # of the bytes without what is lost, from which a search is made
BAD = 8.0  # nats for a place of these bytes that is not valid
MOST_STRANGERS = 0.25  # share of characters that the wrong encoding does not have: U+FFFD, and what was typed later
GAIN = 3.0  # nats a character by which a reading must beat what is shown
OWN = 0.15  # probability that a symbol is one of those that stood behind the last one elsewhere in the document
NUMBERED = 0.3  # probability of a symbol of the number that is due
SURE = 4.0  # nats between the best reading and the next below which the place is flagged
MOST_TRIED = 3  # pairs of encodings that are searched for one line
PROBE = 300  # characters of a longer line that must have a reading before the whole is searched
SAMPLE = 100  # characters of what is shown that tell how good it is as it stands
MOST_LINE = 20_000  # characters of a line that is searched: no paragraph is longer, and the search takes a second for it
MOST_FAILED = 20_000  # characters searched in a row without a result, after which a document is given up
LEAST_HAN = 2
LEARNED = 6.0  # nats from which a reading tells what the document speaks of
MOST_HEAD = 12  # slots at the head of a line in which its number stands
REVISED = 6.0  # nats below which a place is read again with what the document says
MOST_LEARNED = 200_000  # characters of a document that tell what it speaks of
# marks of ASCII in Chinese text, as often as one would expect them among ten of a document
ASCII_MARKS = {" ": 5.0, "(": 1.0, ")": 1.0} | dict.fromkeys('-./%"', 0.3) | dict.fromkeys("!#$&'*+,:;<=>?", 0.05)
ASCII_MARK = re.compile(r"(?<=[^\x00-\x7f])[ -/:-?]|[ -/:-?](?=[^\x00-\x7f])")
# marks that end a line, as often as one would expect them in a document of ten lines; other characters, before a heading's end
LINE_ENDS = {
    "。": 5.0,
    "；": 1.5,
    "：": 1.0,
    "？": 0.1,
    "！": 0.1,
    "”": 0.2,
    "）": 0.2,
    ")": 0.1,
    "》": 0.03,
    "，": 0.03,
    "、": 0.01,
    ";": 0.05,
    ":": 0.05,
}
OTHER_END = 3.0
STRANGE_END = -6.0  # nats for another mark at the end of a line
FIRST = 2.0  # nats for one before the first item of a list
NO_LIST = -4.0  # nats for a colon at the end of a line where no list begins in the next
OPEN = -6.0  # nats for a number at the head of a line whose bracket is not closed
MOST_NUMBER = 12  # slots in which a year is written
CERTAIN = (
    (re.compile(r"[89]\d\d年"), "1"),
    (re.compile(r"0\d\d年"), "2"),
)  # what follows the first digit of a year, and that digit
NUMBER_ONE = re.compile("[（(]?[一1①][、.．）)]")
LISTED = re.compile("[（(—“‘《0-9]|第一|首先|一")
UNCLOSED = re.compile("[（(][一二三四五六七八九十百零]{1,7}(?![一二三四五六七八九十百零）)])[^\\n]")
FILL = {"utf-8": b"", TWICE: b"", "gbk": b"\xb0", "cp950": b"\xa4"}  # for U+FFFD, in a first look at the bytes
HAN = re.compile("[\u3400-\u9fff]")
DIGITS = "〇一二三四五六七八九"
LOSS = re.compile("[?\ufffd\ue000-\uf8ff]")
HEAD = re.compile("^([（(]|第|)([一二三四五六七八九十百零]{1,7})([条條章节節款项項）)、])")


class Mended(NamedTuple):
    """A line as it may have been, the positions (in what is shown) of places that are not certain, what is certain, with a line end
    for what is not, and how it was misread; the search, to make it again.
    """

    text: str
    doubtful: list[tuple[int, int]]
    sure: str
    kind: Misread
    reader: Reader
    reading: Reading


def mend_lines(hard: list[tuple[int, str]], legible: str, kinds: Sequence[Misread]) -> tuple[list[Mended | None], list[Flag]]:
    """The pieces of ``hard`` (position, text) as they were before they were misread, None where no reading is plausible, and flags for
    places that are not certain.

    legible: the rest of the document, which says what it is about and in which script. kinds: what is tried, the likeliest first.
    """
    script = script_of(legible)
    marks = style("\n".join([legible, *(line for _, line in hard)]))
    scribe = _scribe(script, pairs(legible), marks)
    scribe.sense = _sense(_line_ends(legible.split("\n")), "")
    first: list[Mended | None] = []
    failed = 0  # characters searched in a row without a result
    last: Misread | None = None
    for _, line in hard:
        found = None
        if failed < MOST_FAILED and len(line) <= MOST_LINE:
            found = _read(line, last, scribe) if last is not None else None
            if found is None and (len(line) <= PROBE or mended(line[:PROBE], scribe, kinds, cut=True) is not None):
                found = mended(line, scribe, kinds)
        failed = failed + min(len(line), PROBE) if found is None else 0
        if found is not None:
            last = found.kind
            if not script:
                script = script_of(found.text)
                scribe = _like(scribe, script)
        first.append(found)
    sure = "\n".join(m.sure for m in first if m is not None)
    learned = script_of(legible) or script_of(sure)
    own = pairs(legible + "\n" + sure)
    second = []
    flags = []
    due = _due([m.text if m is not None else line for m, (_, line) in zip(first, hard, strict=True)])
    scribe = _scribe(learned, own, marks)
    ends = _line_ends([*legible.split("\n"), *sure.split("\n")])
    heads = {at: m.text if m is not None else line for m, (at, line) in zip(first, hard, strict=True)}
    for (at, line), found, numbers in zip(hard, first, due, strict=True):
        if found is not None and found.reading.forks:
            at_head = any(fork.start < MOST_HEAD and fork.gap < REVISED for fork in found.reading.forks)
            scribe.learn(_with_pairs(own, numbers) if at_head else own)
            scribe.sense = _sense(ends, heads.get(at + len(line) + 1, ""))
            found = _again(scribe, found)
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
    if not heads:
        return own
    more = dict(own)
    for head in heads:
        for first, second in pairwise(model().symbols(head)):
            more[first] = more.get(first, {}) | {second: NUMBERED}
    return more


def style(text: str) -> dict[str, float]:
    """What a document prefers among ASCII characters that are no digits or letters, next to a character of another kind: log P of each."""
    seen = Counter(m[0] for m in ASCII_MARK.finditer(text[:MOST_LEARNED]))
    total = sum(seen.values()) + sum(ASCII_MARKS.values())
    return {c: math.log((seen[c] + n) / total) for c, n in ASCII_MARKS.items()}


def pairs(text: str) -> Own:
    """The pairs of symbols of ``text``, first to second to what the second gains in probability: what a document speaks of, it speaks of
    again.
    """
    symbols = model().symbols(text[:MOST_LEARNED])
    firsts = Counter(symbols)
    found: Own = {}
    for (first, second), count in Counter(pairwise(symbols)).items():
        if first != "$" and second != "$":
            found.setdefault(first, {})[second] = OWN * count / (firsts[first] + 1)
    return found


def _sense(ends: Counter[str], below: str) -> Sense:
    """What the model does not see of a reading: how lines end, and that a number at the head of one has its second bracket.

    ends: how often what mark ends a line of the document. below: the next line, where it is known.
    """
    total = sum(ends.values()) + sum(LINE_ENDS.values())
    costs = {c: math.log((ends[c] + n) / total) for c, n in LINE_ENDS.items()}
    other = math.log((ends[""] + OTHER_END) / total)

    def sense(left: str, text: str, right: str) -> float:
        score = 0.0
        whole = left + text + right
        if text.endswith("\n") or right == "\n":
            last = whole[-2:-1]
            score += costs.get(last) or (other if last.isalnum() else STRANGE_END)
            if last == "：" and below:
                score += FIRST if NUMBER_ONE.match(below) else 0.0 if LISTED.match(below) else NO_LIST
        if "\n" not in left and UNCLOSED.match(whole):
            score += OPEN
        return score

    return sense


def _line_ends(lines: Iterable[str]) -> Counter[str]:
    """How often each mark (empty: none of them) ends one of ``lines``."""
    return Counter(line[-1] if line[-1] in LINE_ENDS else "" for line in map(str.rstrip, lines) if line)


def mended(shown: str, scribe: Scribe, kinds: Sequence[Misread], cut: bool = False) -> Mended | None:
    """``shown`` as it was before it was misread in one of ``kinds``, or None where no reading is plausible.

    cut: the end of ``shown`` may cut a character.
    """
    for kind, rough in _hopeful(shown[:PROBE], kinds)[:MOST_TRIED]:
        found = _read(shown, kind, scribe if scribe.script else _like(scribe, script_of(rough)), cut)
        if found is not None:
            return found
    return None


def _read(shown: str, kind: Misread, scribe: Scribe, cut: bool = False) -> Mended | None:
    for slots in variants(shown, kind):
        slots = slots[:-1] if cut else slots
        ways = table(kind.right).ways(slots, cut)
        if ways is not None:
            reader = Reader(slots, ways)
            made = _taken(shown, scribe, kind, reader, reader.read(scribe))
            if made is not None:
                return made
    return None


def _again(scribe: Scribe, found: Mended) -> Mended:
    """``found`` again where it is not certain, with what ``scribe`` knows."""
    found.reader.again(scribe, found.reading, REVISED)
    made = _mended(found.kind, found.reader, found.reading)
    return found if "\n" in made.text else made


def _taken(shown: str, scribe: Scribe, kind: Misread, reader: Reader, found: Reading) -> Mended | None:
    """What was read, where it is plausible Chinese and far better than what is shown."""
    made = _mended(kind, reader, found)
    score = scribe.weigh(made.text) / max(1, len(made.text))
    if (
        score < PLAUSIBLE
        or len(HAN.findall(made.text)) < LEAST_HAN
        or "\n" in made.text
        or score < scribe.weigh(shown[:SAMPLE]) / max(1, len(shown[:SAMPLE])) + GAIN
    ):
        return None
    return made


def _mended(kind: Misread, reader: Reader, found: Reading) -> Mended:
    written = undetermined(reader.slots, found.written)
    text = "".join(written).removesuffix("\n")
    places = list(accumulate((len(slot.shown) for slot in reader.slots), initial=0))
    doubts = [(places[f.start], places[f.end]) for f in found.forks if f.gap < SURE]
    for i, (slot, new) in enumerate(zip(reader.slots, written, strict=True)):
        if slot.shown == "?" and "?" in new:
            doubts.append((max(0, places[i] - 2), places[i + 1]))
    doubtful: list[tuple[int, int]] = []
    for start, end in sorted(doubts):
        if doubtful and doubtful[-1][1] >= start:
            doubtful[-1] = (doubtful[-1][0], max(end, doubtful[-1][1]))
        else:
            doubtful.append((start, end))
    for fork in found.forks:
        if fork.gap < LEARNED:
            written[fork.start : fork.end] = ["\n"] * (fork.end - fork.start)
    return Mended(text, doubtful, "".join(written), kind, reader, found)


def undetermined(slots: Sequence[Slot], written: list[str]) -> list[str]:
    """``written`` with ``?`` for a letter and for a digit that a ``?`` took along: that it was one can be known, which one cannot, but
    for the first of a year. A space before a closing bracket that nothing opens was the opening one.
    """
    made = list(written)
    for i, (slot, text) in enumerate(zip(slots, written, strict=True)):
        if ANY_LETTER in text:
            made[i] = text.replace(ANY_LETTER, "?")
        elif slot.shown == "?" and text[-1:].isdigit():
            follows = "".join(written[i + 1 : i + MOST_NUMBER])
            made[i] = text[:-1] + next((digit for pattern, digit in CERTAIN if pattern.match(follows)), "?")
        elif slot.shown == "?" and text[-1:] == " ":
            bracket = BRACKET.search("".join(written[i + 1 : i + MOST_READ]))
            if bracket and bracket[0] in ")）":
                made[i] = text[:-1] + "("
    return made


def _hopeful(shown: str, kinds: Sequence[Misread]) -> list[tuple[Misread, str]]:
    """The pairs of encodings that can be meant, the likeliest first, each with the text without what is lost."""
    lm, found = model(), []
    for kind in kinds:
        if kind in SILENT:
            data = bytes(SLOPPY[c] for c in shown if c in SLOPPY)
            found.append((0.0, kind, data.decode(kind.right, "ignore")))
            continue
        table, fill = shown_as(kind.wrong), FILL[kind.right]
        known = [bytes(table[c][0]) if c in table else c.encode() if c < "\x80" else fill for c in shown]
        if sum(c > "\x7f" and c not in table for c in shown) > MOST_STRANGERS * len(shown):
            continue
        text = _decoded(b"".join(known), kind.right)
        bad = text.count("\ufffd")
        text = text.replace("\ufffd", "")
        score = lm.score(text) - BAD * bad / max(1, len(text) + bad)
        if score >= HOPEFUL:
            found.append((score, kind, text))
    return [(kind, text) for _, kind, text in sorted(found, key=lambda f: -f[0])]


def _scribe(script: str, own: Own, marks: dict[str, float]) -> Scribe:
    scribe = Scribe(lexicon(script), script)
    scribe.style = marks
    scribe.learn(own)
    return scribe


def _like(scribe: Scribe, script: str) -> Scribe:
    """A scribe of ``script`` that knows what ``scribe`` knows."""
    new = _scribe(script, scribe.own, scribe.style)
    new.sense = scribe.sense
    return new


def _decoded(data: bytes, encoding: str) -> str:
    if encoding == TWICE:
        data, encoding = data.decode("utf-8", "ignore").replace("?", "").encode("gb18030"), "utf-8"
    return data.decode(encoding, "replace")


@cache
def lexicon(script: str) -> Lexicon:
    """What is known of characters in a document of ``script``."""
    return Lexicon(model(), _bias(script))


def _bias(script: str) -> Bias:
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
