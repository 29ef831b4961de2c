"""Columns that were read row by row, put in their order again: one column after the other on each page.

Two kinds of text come from such pages. Where the extractor kept the page's picture (pdftotext -layout), each line has a piece
of every column and the pieces begin at the same places; where it did not, each piece is a line of its own and only the
language tells which piece goes on which (:mod:`cleaner.stages.reflow.beam`).
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from itertools import pairwise

from cleaner.edits import Edit, Move
from cleaner.measure import width
from cleaner.stages.reflow import beam, seam
from cleaner.stages.reflow.lines import Line
from cleaner.stages.reflow.links import Links
from cleaner.stages.reflow.shape import HAN, NEVER_FIRST

COLUMN = "reflow/column"

MOST = 3  # columns of a page
NARROWEST = 9.0  # full-width units of a column
WIDEST = 30.0  # of one without a picture: half of a page of small type
SHORT = 1.5  # units by which a full piece may be narrower than the column
INDENT = 2.0  # units by which its first line may be narrower
HANGING = 1.2  # units by which it may be wider: a mark that hangs, figures
SAMPLE = 60  # lines of a page that show how many columns it has
SHARE = 0.1  # of the rows must have a piece where a column begins
FOREIGN = 0.1  # of the lines may be without Chinese: programs are no columns
ALTERNATING = 1.0  # nats a line by which the order of the columns is the likelier one on one page at least; most have 3
ALTERNATING_LEAST = 25  # lines for which it must count at least
GAINED = 3.0  # nats by which it must be on the others
RUNNING = 0.1  # of a column's pieces must be full and end open: a column of a table has none
RUNNING_LEAST = 5  # and so many
ON, ON_LESS = 0.8, 1.0  # of these must go on in the next piece by the character model; of those of one column one less
ON_NATS = 2.0
JOINED, JOINED_LEAST = (
    0.03,
    5,
)  # share of the lines that are two pieces printed as one, and number, from which these are divided
LETTERS = 12  # characters for two that are set apart on both sides, at most, in a line of single letters
MOST_CUT_BLANKS = 60  # blanks of such a line
DIVIDED = 0.8  # of the lines wider than a column must come apart at a blank
APART = 0.8  # of its width between the beginnings of two columns, at least
TIGHT = 5  # blanks between two pieces of which the one on the left is full: the gap was too narrow to be drawn, with an indent
EARLY, LATE = 3, 5  # positions by which a piece may begin before its column, and behind it by its indent
CENTRED = 16  # positions by which a heading may begin behind it
LONGEST = 400  # characters of a row whose pieces may touch
MOST_BLANKS = 60  # places in a row at which it might be divided; a row of more is none

# costs of dividing a row, in the same unit
OVERFULL, OPEN_GAP, ASTRAY, INNER, INNER_MOST, DRAWN, INDENTED, LETTER = 99.0, 8.0, 1.0, 0.5, 5.0, 0.3, 1.0, 1.0

_WIDE = re.compile(r"(?<=\S)[ \u3000]{2,}(?=\S)")
_BLANK = re.compile(r"(?<=\S)[ \u3000]+(?=\S)")
_LETTERS = re.compile(r"[^\x00-\u02ff] [^\x00-\u02ff](?= )")
_QUOTES = "“”‘’"  # half as wide in many fonts
_HAN = re.compile(f"[{HAN}]{{6}}")
_BLANKS = re.compile(r"[ \u3000]+")


def pages(lines: list[Line]) -> list[list[Line]]:
    """``lines`` by page."""
    found: list[list[Line]] = []
    for line in lines:
        if line.page or not found:
            found.append([])
        found[-1].append(line)
    return found


def rebuild(lines: list[Line], pictured: bool) -> list[Line]:
    """The pieces of ``lines`` in the order of their columns; none where no columns are seen.

    pictured: the pieces stand beside each other, as on the page; else each is a line of its own.
    """
    if any(line.fixed for line in lines):
        return []
    return by_picture(lines) if pictured else by_language(lines)


def by_language(lines: list[Line]) -> list[Line]:
    """``lines``, each a piece of a column, with the pages on which columns alternate in the order of these; none without such."""
    stay = [line for line in lines if not line.gone]
    if sum(line.text.isascii() for line in stay) > FOREIGN * len(stay):
        return []
    blocks = sum(line.gap > 0 for line in stay) * 2 > len(stay)
    split = [[line for line in page if not line.gone] for page in pages(lines)]
    split = [page for page in split if page]
    # how many columns there are, one page with many lines shows
    sample = next((page for page in split if len(page) >= SAMPLE), max(split, key=len, default=[]))[:SAMPLE]
    full = measure(stay)
    if full > WIDEST:
        return []
    links = Links(stay, full)
    count = max(range(2, MOST + 1), key=lambda count: beam.order(sample, count, links, blocks, None)[0])
    found: list[Line] = []
    before: Line | None = None
    alternating = False
    for page in split:
        _, parts = beam.order(page, count, links, blocks, before)
        gain = _gain(page, parts, links)
        alternating = alternating or gain >= ALTERNATING * max(ALTERNATING_LEAST, len(page))
        if gain < GAINED:
            parts = [page]
        before = next(part for part in reversed(parts) if part)[-1]
        for part in parts:
            found += [replace(line, page=not n) for n, line in enumerate(part)]
    return in_order([line for line in lines if line.gone] + found) if alternating else []


def _gain(page: list[Line], parts: list[list[Line]], links: Links) -> float:
    """The log odds of what ``parts`` say of the order of ``page``, over its order as it is."""
    new = [line for part in parts for line in part]
    return sum(map(links.of, new, new[1:])) - sum(map(links.of, page, page[1:]))


def parted(lines: list[Line]) -> list[Line]:
    """``lines`` with those divided that are pieces of two or three columns with a blank between; none where there are no such.

    An extractor that reads row by row prints two pieces as one line where the one on the left reaches into the gutter. Such a
    line is wider than a column, and has a blank where a full piece ends.
    """
    stay = [line for line in lines if not line.gone]
    full = measure(stay)
    least, most = full - SHORT - INDENT, full + HANGING
    wide = {line.start for line in stay if width(line.text) > most and solid(line.text) > most}
    if not JOINED * len(stay) <= len(wide) or len(wide) < JOINED_LEAST or any(line.fixed for line in lines):
        return []
    found: list[Line] = []
    divided = 0
    for line in lines:
        if line.start not in wide or line.gone:
            found.append(line)
            continue
        cuts = _cuts(line.text, least, most)
        divided += len(cuts) > 0
        at = 0
        for start, end in [*cuts, (len(line.text), 0)]:
            found.append(_part(line, at, start))
            at = end
    return found if divided >= DIVIDED * len(wide) else []


def tight(lines: list[Line]) -> list[Line]:
    """``lines`` to be weighed, those of single letters without their blanks."""
    if not any(_LETTERS.search(line.text) for line in lines):
        return lines
    return [
        replace(line, text=_BLANKS.sub("", line.text)) if len(_LETTERS.findall(line.text)) * LETTERS > len(line.text) else line
        for line in lines
    ]


def solid(text: str) -> float:
    """The width of ``text`` without its blanks: extractors take the justified line of a narrow column for single letters."""
    return width(_BLANKS.sub("", text))


def _cuts(text: str, least: float, most: float) -> list[tuple[int, int]]:
    """The blanks of ``text`` at which a piece ends that is as wide as a column; the first of several such."""
    if text.count(" ") > MOST_CUT_BLANKS:
        return []
    gaps = [m.span() for m in _BLANK.finditer(text)]
    ends = [*(start for start, _ in gaps), len(text)]
    found: list[tuple[int, int]] = []
    at = before = 0
    wide = 0.0
    for n, (start, end) in enumerate(gaps):
        wide += width(text[before:start])
        spaced = start - before == 1 and ends[n + 1] - end == 1  # inside a piece of single letters
        before = end
        if wide > most:
            return []
        if least <= wide and not spaced and len(found) < MOST - 1:
            found.append((start, end))
            at, wide = end, 0.0
    return found if found and solid(text[at:]) <= most else []


def _part(line: Line, start: int, end: int) -> Line:
    """The characters of ``line`` from ``start`` to ``end`` as a line of their own."""
    at = line.start + start
    last = line.start + end
    return replace(
        line, start=at, end=last, text=line.text[start:end], whole=at, last=last,
        page=line.page and not start, gap=0 if start else line.gap, indent=0 if start else line.indent,
    )  # fmt: skip


def by_picture(lines: list[Line]) -> list[Line]:
    """The pieces of ``lines`` in the order of their columns, where each line is a row of the page; none where it is not."""
    full = measure([line for line in lines if not line.gone])
    found: list[Line] = []
    tallies = [[0, 0, 0] for _ in range(MOST)]  # of each column: pieces, full ones that end open, of these those that go on
    for page in pages(lines):
        picture = Picture.of([line for line in page if not line.gone], full)
        columns: list[list[Line]] = [[] for _ in picture.begins]
        standing = True  # the rows above the columns
        for row in page:
            if row.gone:
                columns[0].append(row)
                continue
            # a line above the columns without a gap is a title, not pieces that touch
            pieces = picture.divide(row, not standing or _WIDE.search(row.text) is not None)
            standing = standing and len(pieces) == 1
            for piece, place in pieces:
                columns[0 if standing else place].append(piece)
        for column, tally in zip(columns, tallies, strict=False):
            for line in column:
                if not line.gone:
                    line.page = True
                    break
            _count([line for line in column if not line.gone], full, tally)
            found += column
    filled = [tally for tally in tallies if tally[0]]
    if len(filled) < 2 or any(ends < max(RUNNING_LEAST, RUNNING * n) or on < ON * ends - ON_LESS for n, ends, on in filled):
        return []
    if sum(on for *_, on in filled) < ON * sum(ends for _, ends, _ in filled):
        return []
    return in_order(found)


def _count(column: list[Line], full: float, tally: list[int]) -> None:
    """Add to ``tally`` the pieces of a column, those of them that are full and end open, and those that go on in the next."""
    tally[0] += len(column)
    for a, b in pairwise(column):
        if a.text[-1].isalnum() and width(a.text) >= full - SHORT:
            tally[1] += 1
            tally[2] += seam.seam(a.text, b.text) >= ON_NATS


def measure(rows: list[Line]) -> float:
    """The width of the columns in full-width units: that of most pieces, or a little more."""
    widths: Counter[float] = Counter()
    for row in rows:
        widths.update(width(piece) for piece in _BLANKS.split(row.text) if len(piece) >= NARROWEST)
    near = {w: sum(widths[w + d / 2] for d in range(-2, 2)) for w in widths if w >= NARROWEST}
    best = max(near, key=lambda w: (near[w], w), default=NARROWEST)
    return max((w for w in widths if abs(w - best) <= 0.5), key=lambda w: (widths[w], w), default=best)


class Picture:
    """Where the columns of a page stand.

    width: of a column, in full-width units.  begins: of each column, in characters from the left.
    """

    def __init__(self, width: float, begins: list[int]) -> None:
        self.width, self.begins = width, begins

    @classmethod
    def of(cls, rows: list[Line], full: float) -> Picture:
        """The picture that ``rows``, of one page, show."""
        begins = cls._begins(rows, full, tight=False)
        return cls(full, begins if len(begins) > 1 else cls._begins(rows, full, tight=True))

    @staticmethod
    def _begins(rows: list[Line], full: float, tight: bool) -> list[int]:
        """Where many pieces begin. ``tight``: also those that stand close behind a full one, where a row may be out of place."""
        starts: Counter[int] = Counter()
        for row in rows:
            starts[row.indent] += 1
            start = 0
            for m in _WIDE.finditer(row.text):
                if tight or m.end() - m.start() > TIGHT or width(row.text[start : m.start()]) < full - SHORT:
                    starts[row.indent + m.end()] += 1
                start = m.end()
        apart = APART * full
        begins: list[int] = []
        around = {x: sum(starts[x + d] for d in range(-1, 4)) for x in starts}
        for place, times in sorted(around.items(), key=lambda item: (-item[1], item[0])):
            if len(begins) < MOST and times >= SHARE * len(rows) and all(abs(place - other) >= apart for other in begins):
                begins.append(place)
        return sorted(begins) or [0]

    def divide(self, row: Line, touching: bool) -> list[tuple[Line, int]]:
        """The pieces of ``row``, each with its column; the row as it is where it cannot be divided. touching: pieces may have no gap."""
        text = row.text
        gaps = [(m.start(), m.end()) for m in _BLANK.finditer(text)]
        if len(gaps) > MOST_BLANKS:
            return [(row, 0)]
        if touching and len(self.begins) > 1 and self.width + HANGING < width(text) and len(text) < LONGEST:
            gaps = self._touching(text, gaps)
        ends = [a for a, _ in gaps] + [len(text)]
        starts = [0] + [b for _, b in gaps]
        solid = [0.0]  # width of the text up to each end, without blanks
        for a, b in zip(starts, ends, strict=True):
            solid.append(solid[-1] + width(text[a:b]) - sum(map(text[a:b].count, _QUOTES)) / 2)
        n = len(ends)
        count = len(self.begins)
        # best[i][c]: the cost of the row from token i on, which begins a piece in column c, and the first token of the next piece
        best: list[list[tuple[float, int, int]]] = [[(OVERFULL * 9, n, 0)] * count for _ in range(n)]
        for i in range(n - 1, -1, -1):
            for c in range(count):
                inner = 0.0
                for j in range(i + 1, n + 1):
                    if solid[j] - solid[i] > self.width + HANGING and j > i + 1:
                        break
                    over = OVERFULL if solid[j] - solid[i] > self.width + HANGING else 0.0
                    if j == n:
                        if over + inner < best[i][c][0]:
                            best[i][c] = (over + inner, n, 0)
                        break
                    blanks = starts[j] - ends[j - 1]
                    room = self.width - SHORT - (solid[j] - solid[i])
                    for d in range(c + 1, count):
                        if room <= INDENT and blanks <= TIGHT and d == c + 1:
                            step = DRAWN if room <= 0 else INDENTED
                            if blanks == 1 and ends[j - 1] - starts[j - 1] == 1 == ends[j] - starts[j]:
                                step += LETTER
                        elif blanks < 2:
                            step = OPEN_GAP
                        else:
                            step = self._astray(row.indent + starts[j], d)
                        total = over + inner + step + best[j][d][0]
                        if total < best[i][c][0]:
                            best[i][c] = (total, j, d)
                    inner += min(INNER_MOST, INNER * max(0, blanks - 1))
        c = min(range(count), key=lambda c: best[0][c][0] + self._astray(row.indent, c))
        if best[0][c][0] >= OVERFULL:
            return [(row, 0)]
        found: list[tuple[Line, int]] = []
        i = 0
        while i < n:
            _, j, d = best[i][c]
            found.append((self._piece(row, starts[i], ends[j - 1], c), c))
            i, c = j, d
        return found

    def _touching(self, text: str, gaps: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """``gaps`` with those of no width, where a full piece touches the next: of the places for it the one with the weakest seam."""
        found = []
        at = 0
        for start, end in [*gaps, (len(text), len(text))]:
            while width(text[at:start]) > self.width + HANGING + 1:
                k = at + int(self.width)
                places = [i for i in range(k - 2, min(k + 2, start - 1)) if text[i] not in NEVER_FIRST]
                if not text[at:start].isprintable() or not places or not _HAN.search(text[at:k]):
                    break
                at = min(places, key=lambda i: (seam.seam(text[at:i], text[i:start]), -i))
                found.append((at, at))
            found.append((start, end))
            at = end
        return found[:-1]

    def _astray(self, start: int, column: int) -> float:
        """The cost of a piece in ``column`` that begins at ``start``."""
        off = start - self.begins[column]
        if -EARLY <= off <= LATE:
            return 0.0
        return ASTRAY * (-off if off < 0 else off - LATE if off > CENTRED else 1.0)

    def _piece(self, row: Line, start: int, end: int, column: int) -> Line:
        at = row.start + start
        piece = replace(
            row, start=at, end=row.start + end, text=row.text[start:end], whole=at, last=row.start + end, page=False
        )
        piece.indent = max(0, row.indent + start - self.begins[column])
        piece.gap = row.gap if not start else 0
        return piece


def in_order(lines: list[Line]) -> list[Line]:
    """``lines``, unless what stands first in the text does no more: nothing is before it that could divide it from others."""
    stay = [line for line in lines if not line.gone]
    if not stay or stay[0].start != min(line.start for line in stay):
        return []
    stay[0].page = False
    return lines


def carried_out(text: str, lines: list[Line], joins: dict[int, tuple[str, str]], blank: str) -> tuple[list[Edit], list[Move]]:
    """The edits and moves that give ``lines`` in their order; ``joins`` as in a draft, ``blank`` the rule for blanks.

    A piece takes the blanks before it along: they are what stands between it and the piece that comes to stand before it.
    """
    order = sorted(range(len(lines)), key=lambda i: lines[i].start)
    behind = {}  # where the piece before each one ends
    last = 0
    for i in order:
        behind[i] = last
        last = lines[i].last
    edits = [Edit(last, len(text), "", (blank,))]
    before = -1
    for i, line in enumerate(lines):
        gap = behind[i], line.whole
        if line.gone:
            edits += [Edit(*gap, "", (blank,)), Edit(line.whole, line.last, "", (line.gone,), "furniture")]
            continue
        if before < 0:
            edits.append(Edit(*gap, "", (blank,)))
        elif before in joins:
            rule, glue = joins[before]
            edits.append(Edit(*gap, glue, (rule,)))
        else:
            edits += _one_end(text, *gap, blank)
        before = i
    stay = [i for i, line in enumerate(lines) if not line.gone]
    return edits, _moves([lines[i] for i in stay], [behind[i] for i in stay])


def _one_end(text: str, start: int, end: int, blank: str) -> list[Edit]:
    kept = text.find("\n", start, end)
    if kept < 0:
        return [Edit(start, end, "\n", (COLUMN,))]
    return [Edit(start, kept, "", (blank,)), Edit(kept + 1, end, "", (blank,))]


def _moves(lines: list[Line], behind: list[int]) -> list[Move]:
    """Of each stretch of lines in disorder, what stands too early goes behind its last line that stays."""
    moves: list[Move] = []
    starts = [line.start for line in lines]
    # stretches that hold the same lines in both orders: what is moved, is moved inside one
    high = -1
    first = 0
    ordered = sorted(starts)
    for n, start in enumerate(starts):
        high = max(high, start)
        if high == ordered[n]:
            moves += _stretch(lines, behind, first, n + 1)
            first = n + 1
    return moves


def _stretch(lines: list[Line], behind: list[int], first: int, end: int) -> list[Move]:
    if end - first < 2:
        return []
    stay = first + 1
    while stay < end and lines[stay].start > lines[stay - 1].start:
        stay += 1
    target = lines[stay - 1].last
    moves: list[Move] = []
    for i in range(stay, end):
        a, b = behind[i], lines[i].last
        if moves and moves[-1].end == a:
            moves[-1] = moves[-1].at(moves[-1].start, b, target)
        else:
            moves.append(Move(a, b, target, (COLUMN,)))
    return moves
