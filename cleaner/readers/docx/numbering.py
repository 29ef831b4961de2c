"""Automatic numbers: what Word writes before a paragraph and does not store in it (ECMA-376 part 1, 17.9)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from cleaner.readers.docx.package import Attributes

LEVELS = 9

_DIGITS = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"),
    (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip
_PLACE = re.compile(r"%([1-9])")
# bullets of Symbol and Wingdings have private code points: what they look like
BULLETS = {
    "\uf0b7": "•", "\uf06c": "●", "\uf06e": "■", "\uf075": "◆", "\uf0a7": "▪", "\uf0d8": "➢", "\uf0fc": "✓", "\uf0fe": "☑",
    "\uf0a8": "□", "\uf06f": "□", "\uf0a1": "○", "\uf0b2": "◇", "\uf076": "❖", "\uf052": "☑", "\uf0e8": "➔", "\uf0f0": "➔",
    "\uf0a3": "□", "\uf0fb": "✗", "\uf0fd": "☒",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """One level of a list. ``style``: the paragraphs of that style are of this level."""

    start: int = 1
    format: str = "decimal"
    text: str = ""
    suffix: str = "tab"
    legal: bool = False
    restart: int | None = None
    style: str = ""


@dataclass(slots=True)
class Numbering:
    """The lists of a document: abstract lists by id, lists by id (abstract, levels that differ), and counters as they stand."""

    abstract: dict[str, dict[int, Level]] = field(default_factory=dict)
    lists: dict[str, tuple[str, dict[int, Level], dict[int, int]]] = field(default_factory=dict)
    _counts: dict[str, list[int | None]] = field(default_factory=dict)
    _begun: set[str] = field(default_factory=set)

    def label(self, number: str, depth: int) -> str:
        """The number of the next paragraph of list ``number`` at level ``depth``, with what stands between it and the text."""
        found = self.lists.get(number)
        if found is None or not 0 <= depth < LEVELS:
            return ""
        abstract, own, starts = found
        levels = {**self.abstract.get(abstract, {}), **own}
        level = levels.get(depth)
        if level is None:
            return ""
        counts = self._counts.setdefault(abstract, [None] * LEVELS)
        if number not in self._begun:
            self._begun.add(number)
            for d, start in starts.items():
                counts[d] = start - 1 if 0 <= d < LEVELS else None
        for d in range(depth):
            if counts[d] is None:
                counts[d] = levels[d].start if d in levels else 1
        now = counts[depth]
        counts[depth] = level.start if now is None else now + 1
        for d in range(depth + 1, LEVELS):
            below = levels.get(d)
            if below is None or below.restart is None or depth < below.restart:
                counts[d] = None
        text = level.text
        if level.format == "bullet":
            text = BULLETS.get(text, text)
        else:
            text = _PLACE.sub(lambda m: self._one(levels, counts, int(m[1]) - 1, level.legal), text)
        if not text:
            return ""
        return text + ("" if level.suffix == "nothing" or text[-1] in "、．，：）】〕》" else " ")

    def depth_of(self, number: str, style: str) -> int:
        """The level of list ``number`` that is bound to the paragraph style ``style``; 0 where none is."""
        if style and (found := self.lists.get(number)):
            levels = {**self.abstract.get(found[0], {}), **found[1]}
            return next((depth for depth, level in sorted(levels.items()) if level.style == style), 0)
        return 0

    def _one(self, levels: dict[int, Level], counts: list[int | None], depth: int, legal: bool) -> str:
        level = levels.get(depth, Level())
        count = counts[depth]
        return write(level.start if count is None else count, "decimal" if legal else level.format)


def read(parts: Iterable[tuple[str, Attributes]]) -> Numbering:
    """The lists of ``numbering.xml``, given as its elements."""
    found = Numbering()
    abstract = number = ""
    own: dict[int, Level] = {}
    starts: dict[int, int] = {}
    depth = -1
    level = Level()
    links: dict[str, str] = {}  # a list style's name to the abstract list that defines it
    borrowed: dict[str, str] = {}
    for tag, attributes in parts:
        value = attributes.get("val", "")
        if tag == "abstractNum":
            abstract = attributes.get("abstractNumId", "")
            found.abstract[abstract] = {}
        elif tag == "num":
            number, own, starts = attributes.get("numId", ""), {}, {}
        elif tag == "/num":
            found.lists[number] = (abstract, own, starts)
            number = ""
        elif tag == "abstractNumId":
            abstract = value
        elif tag == "styleLink":
            links[value] = abstract
        elif tag == "numStyleLink":
            borrowed[abstract] = value
        elif tag in ("lvl", "lvlOverride"):
            depth = _int(attributes.get("ilvl"), 0)
            level = Level()
        elif tag == "startOverride":
            starts[depth] = _int(value, 1)
        elif tag == "start":
            level = replace(level, start=_int(value, 1))
        elif tag == "numFmt":
            level = replace(level, format=value)
        elif tag == "lvlText":
            level = replace(level, text=value)
        elif tag == "suff":
            level = replace(level, suffix=value)
        elif tag == "isLgl":
            level = replace(level, legal=value not in ("0", "false", "off"))
        elif tag == "lvlRestart":
            level = replace(level, restart=_int(value, 0))
        elif tag == "pStyle":
            level = replace(level, style=value)
        elif tag == "/lvl":
            (own if number else found.abstract[abstract])[depth] = level
    for name, style in borrowed.items():
        if style in links:
            found.abstract[name] = found.abstract[links[style]]
    return found


def write(number: int, form: str) -> str:
    """``number`` as Word writes it in ``form`` (ST_NumberFormat)."""
    n = max(0, number)
    if form == "none":
        return ""
    if form in (
        "chineseCounting",
        "chineseCountingThousand",
        "taiwaneseCounting",
        "taiwaneseCountingThousand",
        "japaneseCounting",
    ):
        return chinese(n)
    if form in ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital"):
        return "".join("〇" if d == "0" else _DIGITS[int(d)] for d in str(n))
    if form in ("chineseLegalSimplified", "ideographLegalTraditional"):
        return chinese(n, _LEGAL, "拾佰仟", "万")
    if form == "ideographTraditional" and 1 <= n <= 10:
        return _STEMS[n - 1]
    if form == "ideographZodiac" and 1 <= n <= 12:
        return _BRANCHES[n - 1]
    if form in ("decimalEnclosedCircle", "decimalEnclosedCircleChinese") and 1 <= n <= 20:
        return chr(0x2460 + n - 1)
    if form == "decimalEnclosedParen" and 1 <= n <= 20:
        return chr(0x2474 + n - 1)
    if form == "decimalEnclosedFullstop" and 1 <= n <= 20:
        return chr(0x2488 + n - 1)
    if form == "ideographEnclosedCircle" and 1 <= n <= 10:
        return chr(0x3280 + n - 1)
    if form in ("decimalFullWidth", "decimalFullWidth2"):
        return str(n).translate({0x30 + i: 0xFF10 + i for i in range(10)})
    if form == "decimalZero":
        return f"{n:02}"
    if form in ("upperRoman", "lowerRoman") and 1 <= n < 4000:
        text = ""
        for value, letters in _ROMAN:
            text += letters * (n // value)
            n %= value
        return text.upper() if form == "upperRoman" else text
    if form in ("upperLetter", "lowerLetter") and 1 <= n <= 780:
        text = chr(97 + (n - 1) % 26) * ((n - 1) // 26 + 1)
        return text.upper() if form == "upperLetter" else text
    return str(n)


def chinese(number: int, digits: str = _DIGITS, units: str = "十百千", myriad: str = "万") -> str:
    """A number as it is counted in Chinese, up to 99,999,999: 十一, 一百零五."""
    if number >= 100_000_000:
        return str(number)
    if number >= 10_000:
        high, low = divmod(number, 10_000)
        rest = "" if not low else (digits[0] if low < 1000 else "") + _below(low, digits, units)
        return _below(high, digits, units) + myriad + rest
    text = _below(number, digits, units) or digits[0]
    return text[1:] if 10 <= number < 20 and units[0] == "十" else text


def _below(number: int, digits: str, units: str) -> str:
    text, zero = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            text += (digits[0] if zero and text else "") + digits[digit] + (units[power - 1] if power else "")
            zero = False
        else:
            zero = True
    return text


def _int(value: str | None, default: int) -> int:
    try:
        return int(value or "")
    except ValueError:
        return default
