"""Bytes to text by a ladder of evidence, so that a guess is the last thing tried, and a document says which rung decided.

The rungs: the encoding that the caller gives; a byte order mark; strict UTF-8; an encoding that the document declares, if the
bytes bear it out; the most plausible Chinese among UTF-8, GB18030, Big5-HKSCS and UTF-16; a detector for other languages.

Plausible is what has the highest likelihood: the sum of log frequencies of the characters (``tables/decode-common.tsv``) less a
fine for every place that cannot be decoded. The same bytes stand against themselves, so the sums compare without any scaling.
GB2312 and GBK are read as GB18030, Big5 as Big5-HKSCS: supersets, as pages that name the smaller one use the larger.
"""

from __future__ import annotations

import codecs
import re
from bisect import bisect_right
from dataclasses import dataclass, replace
from functools import cache
from itertools import accumulate
from typing import TYPE_CHECKING, Literal

from cleaner.errors import InputError, UsageError

if TYPE_CHECKING:
    from cleaner.plan import Plan
    from cleaner.stages.change import Change

Newline = Literal["lf", "crlf", "cr", "mixed", "none"]

MOST_POSITIONS = 20  # places of undecodable bytes that are listed; all are counted
SAMPLE = 6_000  # bytes that are weighed, from the first byte that is not ASCII on
DECLARED_WITHIN = 2_048  # bytes in which a declaration counts; HTML allows 1,024, pages often need more
UNKNOWN = 11.5  # -log frequency of a Han character outside the table
STRANGE = 14.0  # of any other character outside it: private use, kana, rare symbols
ASCII_COST = 3.0  # of an ASCII character, control characters excepted
ERROR_COST = 25.0  # of a place that cannot be decoded, a C0 control character or a C1 one
DECLARED_BONUS = 12.0  # nats for what the document says of itself
PLAUSIBLE = 9.6  # -log frequency a character, ASCII left out, up to which text counts as Chinese
AHEAD = 40  # bytes that are weighed to find where characters begin again behind a bad byte
SKIP_COST = 4.0  # for each byte given up there
FEW_CONTROLS = 2  # that any text may have
CONTROL_SHARE = 0.05  # of the sample: more is no text

GLANCE = 400  # bytes that are weighed first
CLEAR = 60.0  # nats between the best and the second that make a longer look needless
CUT_COST = 6.0  # nats for each byte of a character that is not all there
UTF16_COST = 10.0  # without a byte order mark it is rare

CHINESE = ("utf-8", "gb18030", "big5hkscs", "utf-16-le", "utf-16-be")
LINES = ("utf-8", "gb18030", "big5hkscs")
SUPERSET = {
    "ascii": "utf-8", "big5": "big5hkscs", "big5-tw": "big5hkscs", "cp936": "gb18030", "cp950": "big5hkscs", "gb2312": "gb18030",
    "gbk": "gb18030", "iso8859-1": "cp1252", "shift_jis": "cp932", "euc_kr": "cp949", "utf-16": "utf-16-le", "utf_8_sig": "utf-8",
}  # fmt: skip
# mark, the codec that writes it back, the codec of what follows; the four bytes of UTF-32 begin with the two of UTF-16
BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig", "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32", "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32", "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16", "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16", "utf-16-be"),
)
BOM_HEADS = frozenset(mark[0] for mark, _, _ in BOMS)
# what the detector may name: the encodings of text that China's neighbours and Europe have used on the web
OTHERS = re.compile(
    r"euc_(?:jp|kr)|euc_jis|cp932|cp949|johab|shift_jis|cp125\d|iso8859-\d+|koi8-[rtu]|cp866|mac-cyrillic|tis-620|cp874"
)
# four Han characters of UTF-8 in a row: chance in another encoding is below one in a hundred million bytes
UTF8_HAN = re.compile(rb"(?:[\xe4-\xe9][\x80-\xbf]{2}){4}")
DECLARATION = re.compile(rb"""<(?:meta|\?xml)\s[^>]{0,300}?(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9._:-]{2,30})""", re.I)
HIGH = re.compile(rb"[\x80-\xff]")
CONTROLS = bytes(b for b in range(32) if b not in b"\t\n\v\f\r\x1b") + b"\x7f"


@dataclass(frozen=True, slots=True)
class Decoded:
    """A decoded source.

    text:          the characters; a byte order mark is not among them, line ends are as they were
    encoding:      Python's name of the codec; encoding ``text`` with it gives the bytes back wherever that is possible
    by:            the rung that decided
    bad_bytes:     places that could not be decoded, each one U+FFFD in ``text``
    bad_positions: where these stand in ``text`` (code points), the first 20
    newline:       which line ends the source has
    """

    text: str
    encoding: str
    by: str
    bad_bytes: int
    bad_positions: tuple[int, ...]
    newline: Newline


def decode(data: bytes, encoding: str | None = None) -> Decoded:
    """The text of ``data``, by ``encoding`` if that is given, else by evidence.

    Raises UsageError for an encoding that does not exist, InputError for bytes that are no text (an image, an archive).
    """
    if encoding:
        return _with(data, codec(encoding), "given")
    if not data:
        return Decoded("", "utf-8", "empty", 0, (), "none")
    first = data[0]
    if first in BOM_HEADS:
        for mark, name, bare in BOMS:
            if data.startswith(mark):
                return replace(_with(data[len(mark) :], bare, "byte order mark"), encoding=name)
    signatures = _signatures().get(first)
    if signatures:
        for magic, kind in signatures:
            if data.startswith(magic):
                raise InputError(f"{kind}, not text")
    nul = b"\0" in data
    if not nul:
        try:
            text = data.decode()
        except UnicodeDecodeError:
            pass
        else:
            seven = _seven_bit(data)
            return seven or Decoded(text, "utf-8", "valid UTF-8", 0, (), newline(text))
    return _weighed(data, nul)


def codec(name: str) -> str:
    """Python's name of an encoding, Chinese ones as their superset. Raises UsageError where there is none."""
    try:
        found = codecs.lookup(name)
    except (LookupError, ValueError):
        raise UsageError(f"encoding: {name!r} is not known") from None
    if not found._is_text_encoding:
        raise UsageError(f"encoding: {name!r} is no encoding of text")
    if found.name == "utf-8":
        return "utf-8"
    return SUPERSET[found.name] if found.name in ("gb2312", "gbk", "big5", "cp936") else found.name


def newline(text: str) -> Newline:
    """Which line ends ``text`` has."""
    if "\r" not in text:
        return "lf" if "\n" in text else "none"
    pairs, lf, cr = text.count("\r\n"), text.count("\n"), text.count("\r")
    if pairs == lf == cr:
        return "crlf"
    return "cr" if not lf else "mixed"


def plausibility(text: str) -> tuple[float, float]:
    """(log likelihood of ``text`` as Chinese, mean -log frequency of its characters; 0.0 where there are none).

    The mean leaves out ASCII, and U+FFFD up to a tenth of the rest: one bad byte does not make a text implausible.
    """
    cost = sum(map(costs().__getitem__, text))
    plain = text.encode("ascii", "ignore")
    own = len(text) - len(plain)
    bad = text.count("\ufffd")
    if not own or bad == own:
        return -cost, STRANGE if bad else 0.0
    bad = bad if bad * 10 <= own else 0
    controls = len(plain) - len(plain.translate(None, CONTROLS))
    return -cost, (cost - ASCII_COST * (len(plain) - controls) - ERROR_COST * (controls + bad)) / (own - bad)


class _Costs(dict[str, float]):
    """Character to -log frequency, by the table, else by its kind."""

    def __missing__(self, char: str) -> float:
        if char < "\x80":
            return ERROR_COST if ord(char) in CONTROLS else ASCII_COST
        if char < "\xa0" or char == "\ufffd":
            return ERROR_COST
        return UNKNOWN if "\u3400" <= char <= "\u9fff" else STRANGE


@cache
def costs() -> dict[str, float]:
    """-log frequency (nats) of a character, of any."""
    from cleaner.resources import path

    table = _Costs()
    for line in path("tables/decode-common.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            cost, chars = line.split("\t")
            table.update(dict.fromkeys(chars, float(cost)))
    return table


def _weighed(data: bytes, nul: bool) -> Decoded:
    """The rungs that need a look at the characters."""
    first = HIGH.search(data)
    # an even offset keeps the units of UTF-16 whole
    start = min(first.start() if first else 0, max(0, len(data) - 200)) & ~1
    sample = data[start : start + SAMPLE]
    declared = _declared(data)
    ranked = _ranked(sample[:GLANCE], declared)
    if len(sample) > GLANCE and (ranked[0][2] > PLAUSIBLE or (len(ranked) > 1 and ranked[0][0] - ranked[1][0] < CLEAR)):
        ranked = _ranked(sample, declared)
    _, best, mean = ranked[0]
    if mean > PLAUSIBLE and best in LINES:
        mean = plausibility(_patched(sample, best)[0])[1]
    share = len(sample) - len(sample.translate(None, CONTROLS))
    if not best.startswith("utf-16") and share > max(FEW_CONTROLS, CONTROL_SHARE * len(sample)):
        raise InputError(f"binary data ({100 * share // len(sample)} % control bytes), not text")
    by = "declared" if best == declared else "most plausible"
    if mean <= PLAUSIBLE or nul or (best == "utf-8" and _mostly_utf8(sample)):
        return _settled(data, best, by)
    if declared and declared not in CHINESE and not _errors(sample, declared):
        return _with(data, declared, "declared")
    other = _detected(sample)
    if other and OTHERS.match(other) and _errors(sample, other) <= _errors(sample, best):
        return _with(data, other, "detector")
    return _settled(data, best, by)


def _mostly_utf8(sample: bytes) -> bool:
    """Whether the bytes outside ASCII are UTF-8 for the greater part: no other encoding makes such sequences by chance."""
    text = sample.decode("utf-8", "replace")
    bad = text.count("\ufffd") - sample.count("\ufffd".encode())
    return len(text) - len(text.encode("ascii", "ignore")) >= 3 * bad


def _ranked(sample: bytes, declared: str | None) -> list[tuple[float, str, float]]:
    """(likelihood, encoding, mean cost) of every encoding that can be meant, the best first."""
    found = []
    for name in CHINESE:
        decoder = codecs.getincrementaldecoder(name)("replace")
        text = decoder.decode(sample)
        likely, mean = plausibility(text)
        # a character that the end of the sample cuts is no error, but nor is it free
        likely -= CUT_COST * len(decoder.getstate()[0]) - (DECLARED_BONUS if name == declared else 0.0)
        if name.startswith("utf-16"):
            if mean > PLAUSIBLE or likely < -PLAUSIBLE * len(text):
                continue
            likely -= UTF16_COST
        found.append((likely, name, mean))
    return sorted(found, reverse=True)


def _errors(sample: bytes, name: str) -> int:
    """Places of ``sample`` that ``name`` cannot decode; what its end cuts in two is none."""
    return codecs.getincrementaldecoder(name)("replace").decode(sample).count("\ufffd")


def _settled(data: bytes, name: str, by: str) -> Decoded:
    """``data`` in ``name``, or line by line where parts of it are in another encoding."""
    found = _with(data, name, by)
    if name.startswith("utf-16") or not (found.bad_bytes > 1 or (name != "utf-8" and UTF8_HAN.search(data))):
        return found
    return _by_line(data, name, found) or found


def _by_line(data: bytes, name: str, whole: Decoded) -> Decoded | None:
    """Every line in the encoding that fits it best, or None where all of them agree or nothing is won by it."""
    lines, used = [], False
    for line in data.split(b"\n"):
        try:
            text = line.decode(name)
            if name == "utf-8" or not UTF8_HAN.search(line):
                lines.append(text)
                continue
        except UnicodeDecodeError:
            pass
        best = max((plausibility(line[:SAMPLE].decode(c, "replace"))[0], c) for c in LINES)[1]
        used |= best != name
        lines.append(_with(line, best, "").text)
    text = "\n".join(lines)
    bad = text.count("\ufffd")
    if not used or bad > whole.bad_bytes // 4:
        return None
    at = tuple(m.start() for m, _ in zip(re.finditer("\ufffd", text), range(MOST_POSITIONS), strict=False))
    return Decoded(text, name, "line by line: parts are in another encoding", bad, at, newline(text))


def _with(data: bytes, name: str, by: str) -> Decoded:
    """All of ``data`` in ``name``; what cannot be decoded becomes U+FFFD and is counted."""
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        text, count, at = _patched(data, name)
        return Decoded(text, name, by, count, at, newline(text))
    return Decoded(text, name, by, 0, (), newline(text))


def _patched(data: bytes, name: str) -> tuple[str, int, tuple[int, ...]]:
    """``data`` with U+FFFD for what is bad: the text, the number of such places, where the first of them stand.

    A U+FFFD that the source itself holds is none of them. In an encoding of pairs a lost or added byte would shift every
    character up to the next ASCII byte, so for the first places the decoder takes up again where the Chinese goes on.
    """
    pairs = name in ("gb18030", "big5hkscs")
    view, parts, at = memoryview(data), [], []
    byte = char = 0
    for _ in range(MOST_POSITIONS):
        try:
            parts.append(codecs.decode(view[byte:], name))
            break
        except UnicodeDecodeError as error:
            good = codecs.decode(view[byte : byte + error.start], name)
            char += len(good)
            parts += [good, "\ufffd"]
            at.append(char)
            char += 1
            byte = _taken_up(data, byte + error.start, name) if pairs else byte + error.end
    else:
        rest = codecs.decode(view[byte:], name, "replace")
        own = data.count("\ufffd".encode(name), byte) if name in ("utf-8", "gb18030") else 0
        return "".join([*parts, rest]), len(at) + rest.count("\ufffd") - own, tuple(at)
    return "".join(parts), len(at), tuple(at)


def _taken_up(data: bytes, bad: int, name: str) -> int:
    """Where to go on after the bad byte at ``bad``: one, two or three bytes later."""
    best, where = 0.0, bad + 1
    for skip in (1, 2, 3):
        ahead = data[bad + skip : bad + skip + AHEAD].decode(name, "replace")
        likely = plausibility(ahead)[0] - skip * SKIP_COST
        if skip == 1 or likely > best:
            best, where = likely, bad + skip
    return where


def _declared(data: bytes) -> str | None:
    """The encoding that an HTML or XML document names, as Python names it, or None."""
    found = DECLARATION.search(data, 0, DECLARED_WITHIN)
    if not found:
        return None
    try:
        name = codecs.lookup(found[1].decode("ascii")).name
    except LookupError:
        return None
    return SUPERSET.get(name, name)


def _detected(sample: bytes) -> str | None:
    """What chardet says, as Python names it, or None."""
    import chardet

    name = chardet.detect(sample)["encoding"]
    if not name:
        return None
    try:
        found = codecs.lookup(name).name
    except LookupError:
        return None
    return SUPERSET.get(found, found)


def _seven_bit(data: bytes) -> Decoded | None:
    """HZ and ISO-2022-JP: Chinese and Japanese in ASCII bytes with shifts, which strict UTF-8 lets pass."""
    # first what a single high byte answers: a search for two bytes costs more than the decoding
    if not data.isascii():
        return None
    for mark, name in ((b"~{", "hz"), (b"\x1b$", "iso2022_jp_2")):
        if mark in data:
            try:
                text = data.decode(name)
            except UnicodeDecodeError:
                continue
            if not text.isascii() and plausibility(text[:SAMPLE])[1] <= (PLAUSIBLE if name == "hz" else STRANGE):
                return Decoded(text, name, "shifts of a 7-bit encoding", 0, (), newline(text))
    return None


@cache
def _signatures() -> dict[int, list[tuple[bytes, str]]]:
    """What files begin with that are no text, and their names, by the first byte."""
    from cleaner.resources import path

    found: dict[int, list[tuple[bytes, str]]] = {}
    for line in path("tables/decode-magic.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            digits, kind = line.split("\t")
            magic = bytes.fromhex(digits)
            found.setdefault(magic[0], []).append((magic, kind))
    return found


def run(text: str, plan: Plan) -> Change:
    """The stage as rules are tested on it: code points up to U+00FF of ``text`` stand for bytes, others for their UTF-8.

    Answers with what becomes of the bytes, as one edit, and with flags where they could not be decoded (places in ``text``).
    """
    from cleaner.edits import Edit, Edits
    from cleaner.stages.change import Change, Flag

    pieces = [bytes((ord(c),)) if c <= "\xff" else c.encode("utf-8", "surrogatepass") for c in text]
    found = decode(b"".join(pieces), plan.encoding)
    rule = "decode/byte-order-mark" if found.by == "byte order mark" else "decode/encoding"
    edits = Edits([Edit(0, len(text), found.text, (rule,))]) if found.text != text and plan.allows(rule, "decode") else Edits()
    flags = []
    if found.bad_bytes and plan.allows("decode/bad-bytes", "decode"):
        # what stands before the first of them is decoded without loss
        good = len(found.text[: found.bad_positions[0]].encode(found.encoding))
        at = bisect_right(list(accumulate(map(len, pieces))), good)
        flags.append(Flag("decode/bad-bytes", f"cannot be decoded as {found.encoding}", at, at + 1))
    return Change.of(text, edits, flags=flags)
