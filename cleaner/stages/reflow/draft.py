r"""Decisions about lines, and the edits and moves that carry them out.

Every decision is taken on lines and the gaps between them; only here do they become spans of the text. A gap that stays a
paragraph's end keeps its first ``\n`` and loses the rest, so that edits are small and no two of them touch over a line end.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from cleaner.edits import Edit, Edits, Move
from cleaner.edits.moves import permute
from cleaner.stages.change import Fact, Flag
from cleaner.stages.reflow import columns
from cleaner.stages.reflow.lines import Line

BLANK = "reflow/blank"
HEADING = "reflow/markdown-heading"
ITEM = "reflow/markdown-list"
INTERPOSED = "reflow/interposed-heading"
_BLANKS = (BLANK,)
_SEPARATORS = re.compile("[\n\r\f\v\x1c-\x1e\x85\u2028\u2029]")


@dataclass(slots=True)
class Draft:
    """What is to become of the lines of ``text``.

    joins: index of a line to (rule, glue): the next line that stays is joined to it.
    moves: (first, last, before): lines first..last go before line ``before``, to the end where there is no such line.
    inner: edits inside lines.  columns: the lines stand in the order of their columns, which is not that of the text.
    """

    text: str
    lines: list[Line]
    joins: dict[int, tuple[str, str]] = field(default_factory=dict)
    moves: list[tuple[int, int, int]] = field(default_factory=list)
    inner: list[Edit] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    columns: bool = False

    def flag(self, code: str, message: str, start: int, end: int) -> None:
        """Note something that was seen and left alone."""
        self.flags.append(Flag(code, message, start, end))

    def paragraphs(self) -> list[list[tuple[int, str]]]:
        """The paragraphs that the joins make, each as pieces (start in the input, text), in the order of the input."""
        moved = {k for first, last, _ in self.moves for k in range(first, last + 1)}
        found: list[list[tuple[int, str]]] = []
        going = False
        for i, line in enumerate(self.lines):
            if line.gone or line.fixed:
                continue
            if i in moved:
                found.insert(len(found) - 1, [(line.start, line.text)])
                continue
            if going:
                found[-1].append((line.start, line.text))
            else:
                found.append([(line.start, line.text)])
            going = i in self.joins
        return found

    def edits(self, blank: bool) -> tuple[Edits, tuple[Move, ...]]:
        """The edits and moves. ``blank``: blank lines, indents and blanks at line ends may be dropped."""
        if self.columns:
            return self._columns()
        found: list[Edit] = []
        moves: list[Move] = []
        lines = self.lines
        stay = [i for i, line in enumerate(lines) if not line.gone]
        for line in lines:
            if line.gone:
                found.append(Edit(line.whole, line.last, "", (line.gone,), "furniture"))
                continue
            if line.whole < line.start:
                found.append(Edit(line.whole, line.start, "", (HEADING if line.level else ITEM,)))
            if line.end < line.last:
                found.append(Edit(line.end, line.last, "", (HEADING,)))
        carried = self._carry(stay, moves, found)
        text, last = self.text, len(lines)
        for a, b in itertools.pairwise([-1, *stay, last]):
            if carried and (a, b) in carried:
                continue
            if a < 0 or b == last or b - a > 1 or a in self.joins:
                self._gap(a, b, blank, found)
                continue
            start, end = lines[a].last, lines[b].whole
            kept = text.find("\n", start, end)
            if kept < 0:
                self._gap(a, b, blank, found)
            elif blank and end - start > 1:
                if start < kept:
                    found.append(Edit(start, kept, "", _BLANKS))
                if kept + 1 < end:
                    found.append(Edit(kept + 1, end, "", _BLANKS))
        found += self.inner
        return _settled(found), tuple(moves)

    def _columns(self) -> tuple[Edits, tuple[Move, ...]]:
        """The edits and moves of lines in the order of their columns; headings that move are put in their place in that order."""
        order = list(range(len(self.lines)))
        for first, last, before in self.moves:
            moved = order[order.index(first) : order.index(last) + 1]
            del order[order.index(first) : order.index(last) + 1]
            at = order.index(before)
            order[at:at] = moved
        self.moves.clear()
        self.joins = {n: self.joins[i] for n, i in enumerate(order) if i in self.joins}
        self.lines = [self.lines[i] for i in order]
        found, moves = columns.carried_out(self.text, self.lines, self.joins, BLANK)
        for line in self.lines:
            if not line.gone:
                found.append(Edit(line.whole, line.start, "", (HEADING if line.level else ITEM,)))
                found.append(Edit(line.end, line.last, "", (HEADING,)))
        return _settled(found + self.inner), tuple(moves)

    def headings(self, out: str, edits: Edits, moves: Sequence[Move]) -> list[Fact]:
        """The Markdown headings as facts, with the lines of the output ``out`` on which they stand."""
        marked = [line for line in self.lines if line.level and not line.gone]
        if not marked:
            return []
        ends = edits.image([p for m in moves for p in m[:3]])
        moved = [m.at(*cuts) for m, *cuts in zip(moves, ends[0::3], ends[1::3], ends[2::3], strict=True)]
        found = permute(edits.image([line.start for line in marked]), len(out), moved)
        facts, last, number = [], 0, 0
        for at, line in sorted(zip(found, marked, strict=True), key=lambda pair: pair[0]):
            number += out.count("\n", last, at)
            last = at
            facts.append(Fact("layout", "heading", line.level, HEADING, number, number + 1))
        return facts

    def _pieces(self, a: int, b: int) -> list[tuple[int, int]]:
        """The blank spans between lines ``a`` and ``b``, around the lines between them that go."""
        lines, text = self.lines, self.text
        cuts = [lines[a].last if a >= 0 else 0]
        for line in lines[a + 1 : b]:
            cuts += [line.whole, line.last]
        cuts.append(lines[b].whole if b < len(lines) else len(text))
        return [(s, e) for s, e in zip(cuts[::2], cuts[1::2], strict=True) if s < e]

    def _gap(self, a: int, b: int, blank: bool, found: list[Edit]) -> None:
        pieces = self._pieces(a, b)
        if a in self.joins and b < len(self.lines):
            rule, glue = self.joins[a]
            for s, e in pieces:
                found.append(Edit(s, e, glue, (rule,)))
                glue = ""
            return
        removed = b - a > 1 and a >= 0 and b < len(self.lines)
        if not blank and not removed:
            return
        if a < 0 or b >= len(self.lines):
            found += [Edit(s, e, "", (BLANK,)) for s, e in pieces]
            return
        self._keep_one(pieces, found)

    def _keep_one(self, pieces: list[tuple[int, int]], found: list[Edit]) -> None:
        """Delete ``pieces`` but for one line end."""
        text = self.text
        kept = next((k for s, e in pieces if (k := text.find("\n", s, e)) >= 0), -1)
        for s, e in pieces:
            if s <= kept < e:
                found += [Edit(s, kept, "", (BLANK,)), Edit(kept + 1, e, "", (BLANK,))]
            elif kept < 0 and (m := _SEPARATORS.search(text, s, e)):
                kept = m.start()
                found.append(Edit(s, e, "\n", (BLANK,)))
            else:
                found.append(Edit(s, e, "", (BLANK,)))

    def _carry(self, stay: list[int], moves: list[Move], found: list[Edit]) -> set[tuple[int, int]]:
        """Moves, and the edits of the gaps at their ends; the gaps that are done with."""
        done: set[tuple[int, int]] = set()
        at = {line: n for n, line in enumerate(stay)}
        lines, text = self.lines, self.text
        for first, last, before in self.moves:
            left, right = stay[at[first] - 1], stay[at[last] + 1]
            rule, glue = self.joins.pop(left)
            head, tail = self._pieces(left, first), self._pieces(last, right)
            done |= {(left, first), (last, right)}
            n = at.get(before, len(stay))  # behind the last line for what goes to the end
            if n:
                # the line end before the heading goes with it; the target is the end of the paragraph before
                s, e = head[-1]
                cut = max(m.start() for m in _SEPARATORS.finditer(text, s, e))
                head[-1] = (s, cut)
                if text[cut] != "\n":
                    found.append(Edit(cut, e, "\n", (BLANK,)))
                else:
                    found.append(Edit(cut + 1, e, "", (BLANK,)))
                moves.append(Move(cut, lines[last].last, lines[stay[n - 1]].last, (INTERPOSED,)))
            else:
                s, e = tail[0]
                m = _SEPARATORS.search(text, s, e)
                cut = m.start() if m else s
                found.append(Edit(s, cut, "", (BLANK,)))
                if text[cut] != "\n":
                    found.append(Edit(cut, cut + 1, "\n", (BLANK,)))
                tail[0] = (cut + 1, e)
                moves.append(Move(lines[first].whole, cut + 1, lines[before].whole, (INTERPOSED,)))
            for s, e in head + tail:
                found.append(Edit(s, e, "", (rule,)))
            if glue:
                at_right = next(
                    (i for i in range(len(found) - 1, -1, -1) if found[i].start < found[i].end and found[i].rules == (rule,)),
                    -1,
                )
                if at_right >= 0:
                    found[at_right] = found[at_right]._replace(after=glue)
        return done


def _settled(items: list[Edit]) -> Edits:
    """``items`` in order, without those that do nothing; of two that overlap the first stays."""
    items.sort(key=itemgetter(0, 1))
    kept = []
    last = 0
    for item in items:
        if item[0] >= last and (item[0] < item[1] or item[2]):
            kept.append(item)
            last = item[1]
    new = Edits()
    if kept:
        new.starts, new.ends, new.afters, new.rules, new.kinds = map(list, zip(*kept, strict=True))
    return new
