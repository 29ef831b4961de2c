"""The characters of a PDF's page with their boxes, through PDFium, joined to fragments: runs that stand on one line without a wide gap.

Boxes are PDFium's loose ones: as wide as the character's advance, so that a full-width mark ends where the next character
begins, and as high as the font's ascent and descent. Coordinates leave here as one sees the page: origin at the top left, x to
the right, in the direction of reading (a page whose text runs down, as vertical Chinese does, is turned by a quarter).
"""

from __future__ import annotations

import ctypes
import math
from array import array
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import repeat
from operator import sub
from typing import Any, TypeAlias

WIDE = 0.9  # em between two characters from which they are two fragments; the widest justified text has 0.7
WIDE_BLANK = 2.0  # the same where blanks stand between them
BACK = 0.6  # em by which a character may begin before the last one ended (compressed marks)
LEVEL = 0.5  # share of the lower box that two characters of one line must have in common
TURNED = 0.05  # radians from upright from which a character is turned
SAMPLE = 40  # characters of a page of which the direction is asked
SPACE_LATIN = 0.17  # em beyond the line's usual distance that make a space between two Latin characters
SPACE_HAN = 0.6  # the same where one of them is Chinese: 0.25 is what typesetters put between Han and Latin
CELL = 3.0  # em between two fragments of a line from which they are cells of a row
FURTHEST = 1e5  # points from the origin: the largest sheet that PDF 1.7 allows is 14,400 points wide
TINY = 0.1  # points of the smallest type
UNMAPPED = "\ufffd"

Floats: TypeAlias = Sequence[float]

_HYPHENS = (0x02, 0xFFFE)  # how PDFium gives a hyphen at a line's end
_NO_TEXT = frozenset((0, 0x85, 0x2028, 0x2029))  # no code, and what would end a line
_PLAIN = 0x3000  # between it and the surrogates every code is a character to show
_SPACES = frozenset(" \u3000")
_BLANKS = frozenset((9, 32, 0xA0, 0x2002, 0x2003, 0x3000))


@dataclass(slots=True)
class Fragment:
    """A run of characters on one line. Lengths in points.

    em: the size of its type.  font: its font's name without the tag of a subset.  turned: it runs askew, as watermarks do.
    """

    text: str
    left: float
    top: float
    right: float
    bottom: float
    em: float
    font: str = ""
    turned: bool = False


Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Frame:
    """A page's sheet in PDF's coordinates, and how it is turned to be read.

    quarter: clockwise quarter turns after which its text is upright.  vertical: its lines run down.
    """

    left: float
    bottom: float
    right: float
    top: float
    quarter: int = 0
    vertical: bool = False

    @property
    def size(self) -> tuple[float, float]:
        """Width and height as the page is seen."""
        width, height = self.right - self.left, self.top - self.bottom
        return (height, width) if self.quarter % 2 else (width, height)

    def seen(self, left: Floats, top: Floats, right: Floats, bottom: Floats) -> list[Box]:
        """Boxes of PDF's coordinates as left, top, right, bottom on the page as it is seen."""
        # where each side comes from: of a page turned clockwise its bottom is on the left
        a, x, sx, b, y, sy, c, d = (
            (left, self.left, 1, top, self.top, -1, right, bottom),
            (bottom, self.bottom, 1, left, self.left, 1, top, right),
            (right, self.right, -1, bottom, self.bottom, 1, left, top),
            (top, self.top, -1, right, self.right, -1, bottom, left),
        )[self.quarter]
        return list(zip(_from(a, x, sx), _from(b, y, sy), _from(c, x, sx), _from(d, y, sy), strict=True))


def _from(places: Floats, origin: float, sign: int) -> Iterable[float]:
    """``places`` counted from ``origin``, upwards or (``sign`` -1) downwards."""
    if sign < 0:
        return map(origin.__sub__, places)
    return map((-origin).__add__, places) if origin else places


@dataclass(slots=True)
class Glyphs:
    """The characters of a page in the order of its content: code points, and boxes as the page is seen."""

    codes: list[int]
    boxes: list[Box]
    frame: Frame
    sizes: dict[float, float] = field(default_factory=dict)

    def size(self, text: Text, i: int) -> float:
        """The size of the type of character ``i``, asked once for all boxes of one height: that is a font's share of the size."""
        box = self.boxes[i]
        height = round(box[3] - box[1], 3)
        size = self.sizes.get(height)
        if size is None:
            size = self.sizes[height] = text.size(i)
        return size


class Text:
    """A page's text as PDFium holds it. Use as a context manager; ``page`` is PDFium's handle."""

    def __init__(self, raw: Any, page: Any) -> None:
        self.raw, self.page = raw, page
        self.handle = raw.FPDFText_LoadPage(page)
        self.count = max(0, raw.FPDFText_CountChars(self.handle)) if self.handle else 0

    def __enter__(self) -> Text:
        return self

    def __exit__(self, *_: object) -> None:
        if self.handle:
            self.raw.FPDFText_ClosePage(self.handle)

    def glyphs(self) -> Glyphs:
        """Codes and boxes of all characters, in a handful of calls over the whole page."""
        raw, n = self.raw, self.count
        handle = ctypes.cast(self.handle, ctypes.c_void_p).value
        unicode_of, box_of = _plain(raw)
        codes = list(map(unicode_of, repeat(handle, n), range(n)))
        rects = (raw.FS_RECTF * n)()
        first = ctypes.addressof(rects)
        step = ctypes.sizeof(raw.FS_RECTF)
        deque(map(box_of, repeat(handle, n), range(n), range(first, first + n * step, step)), 0)
        flat = array("f", bytes(rects))  # FS_RECTF is left, top, right, bottom, the origin at the bottom left
        # a damaged matrix; an undefined value makes the sum undefined, and compares as False
        if flat and not (max(map(abs, flat)) < FURTHEST and abs(sum(flat)) < math.inf):
            flat = array("f", (v if abs(v) < FURTHEST else 0.0 for v in flat))
        sheet = raw.FS_RECTF()
        raw.FPDF_GetPageBoundingBox(self.page, ctypes.byref(sheet))
        frame = Frame(sheet.left, sheet.bottom, sheet.right, sheet.top, *self._quarter(codes, flat))
        return Glyphs(codes, frame.seen(flat[0::4], flat[1::4], flat[2::4], flat[3::4]), frame)

    def _quarter(self, codes: list[int], flat: array[float]) -> tuple[int, bool]:
        """Clockwise quarter turns of the page after which most characters are read from left to right; whether its lines run down."""
        shown = [i for i, code in enumerate(codes) if code > 32]
        if not shown:
            return 0, False
        sample = shown[:: max(1, len(shown) // SAMPLE)]
        turns = [round(-self.angle(i) / (math.pi / 2)) % 4 for i in sample]
        turn = max(set(turns), key=turns.count)
        if turn or turns.count(turn) * 2 <= len(turns):
            return (turn if turns.count(turn) * 2 > len(turns) else 0), False
        pairs = [i for i in sample if i + 1 < len(codes) and codes[i + 1] > 32]
        steps = [(flat[4 * i + 4] - flat[4 * i], flat[4 * i + 5] - flat[4 * i + 1]) for i in pairs]
        # upright characters below each other: vertical writing, whose lines go from right to left
        down = sum(dy < 0 and abs(dy) > 4 * abs(dx) for dx, dy in steps)
        return (3, True) if len(pairs) > 4 and down * 2 > len(pairs) else (0, False)

    def angle(self, i: int) -> float:
        """The direction of character ``i``: radians clockwise from upright, on the page before it is turned."""
        return float(self.raw.FPDFText_GetCharAngle(self.handle, i))

    def generated(self, i: int) -> bool:
        """Whether PDFium put character ``i`` in, which the page does not have."""
        return bool(self.raw.FPDFText_IsGenerated(self.handle, i) == 1)

    def size(self, i: int) -> float:
        """The size of the type of character ``i`` in points, as it is set on the page."""
        raw, matrix = self.raw, self.raw.FS_MATRIX()
        size = float(raw.FPDFText_GetFontSize(self.handle, i))
        if raw.FPDFText_GetMatrix(self.handle, i, ctypes.byref(matrix)):
            size *= math.hypot(matrix.c, matrix.d)
        return size

    def font(self, i: int) -> str:
        """The name of the font of character ``i``."""
        buffer, flags = (ctypes.c_char * 128)(), ctypes.c_int()
        raw = self.raw
        length = raw.FPDFText_GetFontInfo(self.handle, i, buffer, 128, ctypes.byref(flags))
        name = buffer.raw[: max(0, min(length, 128) - 1)].decode("utf-8", "replace")
        return name[7:] if name[6:7] == "+" else name


@cache
def _plain(raw: Any) -> tuple[Callable[..., int], Callable[..., int]]:
    """PDFium's functions for a character's code and loose box, that take addresses as numbers.

    They are called for every character, and ctypes spends more time on a typed pointer than PDFium on the answer.
    """
    code = ctypes.CFUNCTYPE(ctypes.c_uint, ctypes.c_void_p, ctypes.c_int)
    box = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)
    return (
        code(ctypes.cast(raw.FPDFText_GetUnicode, ctypes.c_void_p).value or 0),
        box(ctypes.cast(raw.FPDFText_GetLooseCharBox, ctypes.c_void_p).value or 0),
    )


def fragments(text: Text) -> tuple[list[Fragment], Glyphs]:
    """The fragments of a page in the order of its content, and its characters.

    Within a fragment a blank stands where the page has one, or where the gap between two characters is that of a space.
    """
    glyphs = text.glyphs()
    found: list[Fragment] = []
    run: list[int] = []
    upright = -glyphs.frame.quarter * math.pi / 2
    askew = None  # the direction of the run at hand, if it is turned
    em = right = top = bottom = wide = wide_blank = back = 0.0
    blank = False
    for i, (code, box) in enumerate(zip(glyphs.codes, glyphs.boxes, strict=True)):
        if code <= 32:
            if code in (10, 13) and askew is not None:
                _close(found, text, glyphs, run, em, True)
                askew = None
            if (code == 32 and not text.generated(i)) or code == 9:
                blank = bool(run)
                if run:
                    run.append(i)
                continue
            if code and code not in _HYPHENS:
                continue
        elif code in _BLANKS:
            blank = bool(run)
            if run:
                run.append(i)
            continue
        if run:
            if askew is not None:
                if abs(text.angle(i) - askew) < TURNED:
                    run.append(i)
                    continue
                apart = True
            else:
                gap = box[0] - right
                apart = gap > (wide_blank if blank else wide) or gap < back
                if not apart and (box[1] != top or box[3] != bottom):
                    apart = min(bottom, box[3]) - max(top, box[1]) < LEVEL * min(bottom - top, box[3] - box[1])
            if apart:
                _close(found, text, glyphs, run, em, askew is not None)
        if not run:
            em = glyphs.size(text, i)
            if not TINY < em < FURTHEST:
                em = min(max(box[3] - box[1], TINY), FURTHEST)
            wide, wide_blank, back = WIDE * em, WIDE_BLANK * em, -BACK * em
            angle = text.angle(i)
            askew = angle if abs(math.remainder(angle - upright, 2 * math.pi)) > TURNED and not glyphs.frame.vertical else None
        run.append(i)
        blank = False
        right, top, bottom = box[2], box[1], box[3]
    _close(found, text, glyphs, run, em, askew is not None)
    return found, glyphs


def _close(found: list[Fragment], text: Text, glyphs: Glyphs, run: list[int], em: float, turned: bool) -> None:
    """Make the characters ``run`` a fragment, and empty the list."""
    while run and glyphs.codes[run[-1]] in _BLANKS:
        run.pop()
    if not run:
        return
    boxes = [glyphs.boxes[i] for i in run]
    words = [chr(code) if _PLAIN < code < 0xD800 else _char(code) for code in map(glyphs.codes.__getitem__, run)]
    lefts, tops, rights, bottoms = zip(*boxes, strict=True)
    gaps = list(map(sub, lefts[1:], rights))
    if not turned and gaps and max(gaps) > SPACE_LATIN * em:
        usual = max(0.0, sorted(gaps)[len(gaps) // 2])
        for n, gap in enumerate(gaps):
            a, b = words[n][-1], words[n + 1]
            least = SPACE_LATIN if a < "\u2000" and b < "\u2000" else SPACE_HAN
            if gap - usual > least * em and a not in _SPACES and b not in _SPACES:
                words[n] += " "
    box = (min(lefts), min(tops), max(rights), max(bottoms))
    # the first may be a bullet, and one in the middle a word of another font
    size, middle = sorted((glyphs.size(text, i), i) for i in (run[len(run) * n // 4] for n in (1, 2, 3)))[1]
    found.append(Fragment("".join(words), *box, size if TINY < size < FURTHEST else em, text.font(middle), turned))
    run.clear()


def _char(code: int) -> str:
    if code in _HYPHENS:
        return "-"
    if code in _BLANKS:
        return "\u3000" if code == 0x3000 else " "
    return UNMAPPED if code in _NO_TEXT else chr(code)
