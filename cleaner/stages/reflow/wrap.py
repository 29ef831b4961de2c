"""Hard-wrapped text: which line ends are a paragraph's and which the page's, from the widths of the lines.

A line is a paragraph's first or goes on. Where the indent is lost, a full first line is as much narrower than the measure as
the indent was wide; where the next line's first word would still have fitted, nobody wrapped there. Both, with marks, numbering,
blank lines, indents and the character model, are log odds that a two-state Viterbi search adds up over the document.

Widths are in full-width units: a Chinese character or full-width mark is 1, a narrow character 0.5.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from functools import cache
from itertools import chain, pairwise, product
from typing import NamedTuple

from cleaner.measure import LEAST, measures, width
from cleaner.stages.reflow import rows, seam, shape, turns
from cleaner.stages.reflow.lines import Line
from cleaner.stages.reflow.oneline import value as numeral_value

INTERLEAVED = "reflow/interleaved"

GOES_ON = 0.6  # of the full lines that end open must go on by the character model
ORDERED = 0.8  # below it, where there are enough of them, the lines are in disorder
DISORDERED = 0.4  # at least so many go on where two columns alternate; below it the lines are no running text
SETTLED = 0.88  # ordered text has more
AMISS = 0.15  # by which it rises where the lines are in disorder, though no order was found
ENDS = 30  # such lines that are enough to say so
ROWS, ROWS_SHARE = 10, 0.25  # lines with a wide gap inside, and their share, from which columns are looked for
COLUMNS = 0.35  # of the lines have a wide gap in the middle
GOES_ON_NATS = 2.0
HEAD = 4  # lines at the head of a text among which its headline stands
HEADLINE, HEADLINE_NATS = 12.0, 4.0  # units of a headline's first line, nats by which it goes on in the next
HEADLINE_FILLS = 0.45  # of the measure, at least, which holds fewer of its larger letters
SENTENCE, SEMICOLON = "。！？!?…", "；;"
NARROW, NARROW_MOST = 0.03, 0.12  # units by which a narrow character is wider than half of one, where nothing says; at most
NARROW_LEAST, NARROW_ROOM = 4, 3.0  # narrow characters in a full line that say so, and what such a line may leave
OPEN_MOST = 2.5  # the most that paragraphs which end as sentences do may weigh for one that does not
LONG_END = 0.5  # of the measure, from which a paragraph's last line is no heading
NUMBERED_LINES = 8  # lines in which the number before one is looked for
TIGHT = 3  # sure joins without a blank line that make blank lines the ends of paragraphs,
ACROSS_BLANK = 0.1  # where no more than this share of them goes over one
SENTENCE_USUAL = 40.0  # characters of a sentence behind which a paragraph ends as often as behind any other
SENTENCE_LINES = 6  # lines in which the end of a sentence is looked for
MOST_NEED = 12.0  # units that a next word may need

_HEADLINE = re.compile(rf"[^。；;，,\n]{{1,{shape.HEADING_MOST}}}(?<![。！？!?…：:、“‘「『《〈（(【])")
# an ASCII full stop, or a mark inside quotation marks
_QUOTED = ".．”’」』"
_SENTENCE_END = re.compile(rf"(?:[{shape.HAN}”）)][.．]|[{SENTENCE}][”’」』])$")
_SPACES = re.compile("  +")
_ENDS = re.compile(f"[{SENTENCE}]")
_COLUMN = re.compile(rf"[{shape.HAN}，。、；：（）《》“”]{{4}}[ \u3000]{{2,}}[{shape.HAN}，。、；：（）《》“”]{{4}}")
_WIDE = re.compile(r"[^ \u3000][ \u3000]{2,}[^ \u3000]")
_UNIT = re.compile(r"[A-Za-z0-9.,%:/+\-]*[A-Za-z0-9%]|.")
_DATED = re.compile(r"\d{4}年\d{1,2}月\d{1,2}日")
_NUMBER = re.compile(r"([（(]?)([一二三四五六七八九十]{1,3}|\d{1,2})([）)、.．])")


@cache
def weights() -> dict[str, float]:
    """The log odds by name, from ``tables/reflow-weights.tsv``."""
    from cleaner.resources import path

    rows = (
        line.split("\t")
        for line in path("tables/reflow-weights.tsv").read_text("utf-8").splitlines()
        if not line.startswith("#")
    )
    return {row[0]: float(row[1]) for row in rows}


def numeral(value: int) -> str:
    """A number below a hundred in Chinese numerals."""
    tens, ones = divmod(value, 10)
    digits = "零一二三四五六七八九"
    return (digits[tens] if tens > 1 else "") + ("十" if tens else "") + (digits[ones] if ones else "")


def may_be(texts: list[str]) -> bool:
    """Whether ``decide`` might find that the lines ``texts`` are wrapped or in disorder."""
    return any(map(shape.BARE_NUMBER.fullmatch, texts)) or bool(measures(texts)) or in_rows(texts) or beside(texts)


def need(text: str) -> float:
    """The width of what would have had to fit behind the line before: the first word and the marks that cling to it."""
    m = _UNIT.match(text)
    if not m:
        return 1.0
    end = m.end()
    if text[0] in shape.OPEN_MARKS:
        m = _UNIT.match(text, end)
        end = m.end() if m else end
    while end < len(text) and text[end] in shape.NEVER_FIRST:
        end += 1
    return width(text[:end])


class Wrap:
    """The log odds of one document's line ends."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.w = weights()
        # extractors give a wide space of a justified line as several
        self.widths = [width(_SPACES.sub(" ", line.text) if "  " in line.text else line.text) for line in lines]
        self.needs = [need(line.text) for line in lines]
        self.blur: list[float] = []  # by how much each line may be wider, for its narrow characters
        self.base: list[float] = [0.0]  # log odds of join over break, from everything but widths
        self.inside = {SENTENCE: 0.0, SEMICOLON: 0.0}  # log odds that such an end is not a paragraph's
        self.stops: list[tuple[float, float]] = []  # what it costs to end a paragraph without a mark: in its first line, later
        self.joins: list[float] = []  # the same with blank lines and indents

    def weigh_narrow(self, full: float) -> None:
        """How much wider than half a full-width character narrow ones are, from the room that full lines with and without them leave."""
        rooms: tuple[list[float], list[float]] = ([], [])
        narrow = [2.0 * (len(line.text) - wide) for line, wide in zip(self.lines, self.widths, strict=True)]
        many = 0.0
        for line, wide, count in zip(self.lines, self.widths, narrow, strict=True):
            if full - NARROW_ROOM < wide <= full + 1 and line.text[-1].isalnum() and (not count or count >= NARROW_LEAST):
                rooms[count > 0].append(full - wide)
                many += count
        if len(rooms[0]) >= LEAST <= len(rooms[1]):
            wider = (sum(rooms[1]) / len(rooms[1]) - sum(rooms[0]) / len(rooms[0])) * len(rooms[1]) / many
            wider = max(0.0, min(NARROW_MOST, wider))
        else:
            wider = NARROW
        self.blur = [wider * count for count in narrow]

    def share(self, full: float) -> tuple[float, list[int]]:
        """The share of the full lines ending open that go on by the character model, and these lines.

        It is 0.89 and more where the lines stand in their order, less in verse and lists, and most often less where lines of
        several columns alternate.
        """
        ends = [i for i in range(1, len(self.lines)) if self.widths[i - 1] >= full - 3 and self.lines[i - 1].text[-1].isalnum()]
        goes = sum(self.base[i] >= GOES_ON_NATS * self.w["seam"] for i in ends)
        return goes / max(1, len(ends)), [i - 1 for i in ends]

    def weigh_ends(self, full: float) -> None:
        """How many sentences (and clauses before a semicolon) end inside paragraphs for one that ends a paragraph, as log odds.

        Both fall on the end of a full line equally often, so these are the odds at such a line end. Ends inside lines count for
        the one, lines that leave room for the next word for the other; what a number follows is decided by that.
        """
        most = self.w["inside_most"]
        for marks in (SENTENCE, SEMICOLON):
            pattern = re.compile(f"[{marks}]")
            inside = sum(len(pattern.findall(line.text, 0, len(line.text) - 1)) for line in self.lines)
            ends = sum(
                a.text[-1] in marks and full - width > need + 2 and not shape.is_marker(b.text)
                for a, b, width, need in zip(self.lines, self.lines[1:], self.widths, self.needs[1:], strict=False)
            )
            self.inside[marks] = max(-most, min(most, math.log((inside + 1) / (ends + 1))))
        tails = [
            a.text[-1] in shape.TERMINAL
            for a, width, need in zip(self.lines, self.widths, self.needs[1:], strict=False)
            if full - width > need + 2 and width >= LONG_END * full
        ]
        odds = max(0.0, min(OPEN_MOST, math.log((sum(tails) + 1) / (len(tails) - sum(tails) + 1))))
        # a heading ends without a mark, a paragraph of several lines does not
        self.stops = [
            (0.0, 0.0)
            if a.text[-1] in shape.TERMINAL or shape.is_marker(b.text) or _DATED.match(b.text)
            else (0.0 if shape.is_heading(a.text) else odds, odds)
            for a, b in pairwise(self.lines)
        ]

    def weigh_gaps(self, full: float) -> None:
        """Weigh blank lines and indents by what the line ends that are sure without them say of them."""
        sure_joins, sure_breaks = Counter[str](), Counter[str]()
        edge = Counter(line.indent for line in self.lines).most_common(1)[0][0]
        gaps = ["", *(self._gap(i, edge) for i in range(1, len(self.lines)))]
        for i in range(1, len(self.lines)):
            slack = full - self.widths[i - 1]
            key = gaps[i]
            if slack < self.needs[i] and self.base[i] > self.w["sure"]:
                sure_joins[key] += 1
            elif slack > self.needs[i] + 2 and self.base[i] < 0:
                sure_breaks[key] += 1
        keys = sure_joins.keys() | sure_breaks.keys()
        j, b = sum(sure_joins.values()) + len(keys), sum(sure_breaks.values()) + len(keys)
        most = self.w["gap_most"]
        odds = {
            k: max(-most, min(most, math.log((sure_joins[k] + 0.5) / j) - math.log((sure_breaks[k] + 0.5) / b))) for k in keys
        }
        apart = [k for k in keys if k[0] not in "0p"]
        tight = sum(sure_joins[k] for k in keys if k[0] == "0")
        if tight >= TIGHT and sum(sure_joins[k] for k in apart) <= ACROSS_BLANK * tight:
            odds |= dict.fromkeys(apart, -most)
        self.joins = [base + odds.get(key, 0.0) for base, key in zip(self.base, gaps, strict=True)]

    def _gap(self, i: int, edge: int) -> str:
        line, before = self.lines[i], self.lines[i - 1]
        if line.page:
            return "page"
        step = line.indent - before.indent
        inset = " in" if line.indent > edge + 1 else ""
        return f"{min(line.gap, 2)}{'+' if step > 1 else '-' if step < -1 else '='}{inset}"

    def seam(self, i: int) -> float:
        """The log odds of the line end before line ``i`` from the text on both sides of it."""
        w, a, b = self.w, self.lines[i - 1].text, self.lines[i].text
        last = a[-1]
        if last in "：:":
            odds = w["end_colon"]
        elif last in SENTENCE or last in SEMICOLON or (last in _QUOTED and _SENTENCE_END.match(a[-2:])):
            most = w["seam_sentence_most"]
            odds = (
                self.inside[SEMICOLON if last in SEMICOLON else SENTENCE]
                + w["full_end"]
                + max(-most, min(most, w["seam_sentence"] * seam.seam(a, b)))
            )
        else:
            odds = max(-w["seam_most"], min(w["seam_most"], w["seam"] * seam.seam(a, b)))
            if last in shape.CLOSING:
                odds += w["end_bracket"]
            elif last in shape.OPEN_MARKS:
                odds += w["end_open"]
        if b[0] in shape.NEVER_FIRST:
            odds += w["never_first"]
        elif (b[0].isdecimal() and _DATED.match(b) and _DATED.match(a)) or (
            (":" in b or "：" in b) and shape.is_label(b) and shape.is_label(a)
        ):
            odds += w["marker"]
        elif shape.is_marker(b) and not self._runs_in(i):
            cited = last not in shape.TERMINAL and shape.CITED.match(b)
            odds += w["cited"] if cited else w["marker_open"] if last not in shape.TERMINAL else w["marker"]
        if (
            self.lines[i].level
            or self.lines[i - 1].level
            or self.lines[i].item
            or (shape.CHAPTER.match(b) and shape.is_heading(b))
            or shape.dates(a, b)
        ):
            odds += w["marker"] * 2
        if shape.is_table(a) or shape.is_table(b):
            odds += w["table"]
        if shape.is_numbered_heading(a):
            odds += w["after_heading"]
        if shape.is_title(a.replace("、", "") if "、" in a else a, b) or (i <= HEAD and self._headline(a, b)):
            odds += w["title"]
        if seam.open_quotes(a) and seam.closes_first(b):
            odds += w["quote"]
        return odds

    def _runs_in(self, i: int) -> bool:
        """Whether line ``i`` begins with a number whose predecessor stands inside a line: 一、……；二、……；三、…… is one paragraph."""
        m = _NUMBER.match(self.lines[i].text)
        value = m and (int(m[2]) if m[2].isdecimal() else numeral_value(m[2]))
        if not m or not value or value < 2:
            return False
        before = m[1] + (str(value - 1) if m[2].isdecimal() else numeral(value - 1)) + m[3]
        first = max(0, i - NUMBERED_LINES)
        above = [line.text for line in self.lines[first:i]]
        if not any(before in t for t in above):
            return False
        heads = [k for k, t in enumerate(above) if t.startswith(before)]
        if heads:
            return self._runs_in(first + heads[-1])
        return any(k > 0 and t[k - 1] in "；;，,：:。" for t in above for k in [t.find(before)])

    def weigh_sentences(self) -> None:
        """Weigh line ends that end a sentence by the next one: a paragraph begins with a long sentence, oftener than with a short."""
        weight = self.w["next_sentence"]
        for i in range(1, len(self.lines)):
            if self.lines[i - 1].text[-1] in SENTENCE or _SENTENCE_END.match(self.lines[i - 1].text[-2:]):
                self.joins[i] += weight * math.log(self._sentence(i) / SENTENCE_USUAL)

    def _sentence(self, i: int) -> int:
        """The number of characters of the sentence that line ``i`` begins."""
        length = 0
        for line in self.lines[i : i + SENTENCE_LINES]:
            m = _ENDS.search(line.text)
            if m or line.text[-1] in "：:":
                return length + (m.end() if m else len(line.text))
            length += len(line.text)
        return max(length, 1)

    def _headline(self, a: str, b: str) -> bool:
        """Whether a headline at the head of the text, set in larger type than it, runs over from line ``a`` to ``b``."""
        if not (_HEADLINE.fullmatch(a) and shape.is_heading(b)) or shape.is_marker(a) or shape.is_marker(b):
            return False
        return HEADLINE <= width(a) >= width(b) and seam.seam(a, b) >= HEADLINE_NATS

    def search(self, full: float, indent: float) -> tuple[float, list[bool]]:
        """The best reading with first lines ``indent`` narrower: its log odds, and for each line whether it goes on."""
        w = self.w
        fits, more, tolerance, full_end = w["fits"], w["fits_more"], w["tolerance"], w["full_end"]
        over, deficit = w["over"], w["deficit"]
        head = full - indent  # the room of a first line
        before = self.widths[0]
        # state 0 is a paragraph's first line, state 1 one that goes on
        first, on = (over * min(before - head - 1.0, 3.0) if before > head + 1.0 else 0.0), -1e9
        back_first, back_on = [False], [False]  # whether the best way to a state comes from state 1
        following = [*self.needs[2:], math.inf]
        each = zip(self.widths[1:], self.needs[1:], self.joins[1:], self.blur[:-1], self.stops, following, strict=True)
        for wide, need, join, blur, (halt_first, halt_on), after in each:
            spare = full - before - need - blur
            before = wide
            if spare < tolerance:
                join_first, stop_first = first + join, first + full_end - halt_first
                join_on, stop_on = on + join, on + full_end - halt_on
            else:
                join_on, stop_on = on + join - fits - more * (spare if spare < 6.0 else 6.0), on - halt_on
                spare -= indent
                if spare < tolerance:
                    join_first, stop_first = first + join, first + full_end - halt_first
                else:
                    join_first, stop_first = first + join - fits - more * (spare if spare < 6.0 else 6.0), first - halt_first
            from_on = stop_on > stop_first
            back_first.append(from_on)
            first = stop_on if from_on else stop_first
            from_on = join_on > join_first
            back_on.append(from_on)
            on = join_on if from_on else join_first
            room = head - wide
            if room < MOST_NEED:
                # a line may be wider than its place by one hanging mark
                if room < -1.0:
                    first += over * min(-room - 1.0, 3.0)
                    if room + indent < -1.0:
                        on += over * min(-room - indent - 1.0, 3.0)
                # as wide as a full first line is, and its follower would not have fitted
                elif indent and -0.5 <= room < after <= room + indent - 0.5:
                    first += deficit
        going = on > first
        score = max(first, on)
        goes_on = [False] * len(self.widths)
        for i in range(len(goes_on) - 1, 0, -1):
            goes_on[i] = going
            going = back_on[i] if going else back_first[i]
        return score, goes_on


class Decision(NamedTuple):
    """For each line whether it goes on where the line before ends; empty where the text is not wrapped or in disorder.

    disorder: its lines are.  share: of the full lines that end open so many go on, by the character model.  alternate: the
    lines may take turns (:mod:`cleaner.stages.reflow.turns`).
    """

    goes_on: list[bool]
    disorder: bool
    share: float
    alternate: bool = False


def decide(lines: list[Line], ordered: bool = False) -> Decision:
    """Which of ``lines`` go on. The measure and the indent are those that explain the text best.

    ordered: they were put in the order of their columns.

    Where the lines are in disorder nothing is joined: half a paragraph joined looks like a whole one.
    """
    if beside([line.text for line in lines]):
        return Decision([], True, 0.0)
    page = rows.read(lines)
    candidates = measures([line.text for line, _ in page])
    if not candidates:
        return Decision([], False, 1.0)
    page = rows.whole(page, candidates[0])
    wrap = Wrap([line for line, _ in page])
    wrap.weigh_ends(candidates[0])
    wrap.base = [0.0] + [wrap.seam(i) for i in range(1, len(wrap.lines))]
    share, ends = wrap.share(candidates[0])
    alternate, disorder = turns.look([line.text for line in wrap.lines], ends)
    disorder = disorder and not ordered
    if disorder or share < GOES_ON or (share < ORDERED and len(ends) >= ENDS):
        return Decision([], disorder or (len(ends) >= ENDS and share > DISORDERED), share, alternate)
    wrap.weigh_gaps(candidates[0])
    wrap.weigh_narrow(candidates[0])
    best, full, indent = 0.0, 0.0, -1.0
    found: list[bool] = []
    for width_, inset in product(candidates, (0.0, 2.0)):
        score, goes = wrap.search(width_, inset)
        if score > best or not found:
            best, found, full, indent = score, goes, width_, inset
    if not indent:
        # with an indent a last line is told by its width; that its sentence is short says nothing then
        wrap.weigh_sentences()
        _, found = wrap.search(full, indent)
    goes_on = list(chain.from_iterable([on] + [True] * (n - 1) for on, (_, n) in zip(found, page, strict=True)))
    return Decision(goes_on, False, share, alternate)


def in_rows(texts: list[str]) -> bool:
    """Whether lines may be the rows of a page of columns, or of a table: enough of them have a wide gap inside."""
    least = max(ROWS, ROWS_SHARE * len(texts))
    wide = [t for t in texts if "  " in t or "\u3000" in t]
    return len(wide) >= least and sum(_WIDE.search(t) is not None for t in wide) >= least


def beside(texts: list[str]) -> bool:
    """Whether lines stand beside each other: wide gaps with text on both sides in many of them, as columns are laid out."""
    wide = [t for t in texts if "  " in t or "\u3000" in t]
    least = max(ENDS, COLUMNS * len(texts))
    return len(wide) >= least and sum(_COLUMN.search(t) is not None for t in wide) >= least
