"""Moves: spans of a text that stand elsewhere in the output, and the replay of edits and moves together.

A move takes ``text[start:end]`` to the position ``to``. Moves are disjoint and no target lies inside a moved span; several
moves to one target land there in the order of the list. Cutting the text at every end of a move gives *segments*; the output
is the segments in their new order, each with the edits inside it. An insertion at a cut belongs to the segment on its left.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate, pairwise
from typing import NamedTuple

from cleaner.edits.algebra import Edit, Edits, Rules

Span = tuple[int, int]


class Move(NamedTuple):
    """``text[start:end]`` stands at ``to`` in the output, by ``rules``."""

    start: int
    end: int
    to: int
    rules: Rules

    def at(self, start: int, end: int, to: int) -> Move:
        """The same move at other positions."""
        return Move(start, end, to, self.rules)


def seams(moves: Sequence[Move]) -> list[int]:
    """The positions at which ``moves`` cut the text, ascending."""
    return sorted({p for m in moves for p in m[:3]})


def segments(length: int, moves: Sequence[Move]) -> list[Span]:
    """The spans of a text of ``length`` code points in their order after ``moves``. Raises ValueError for moves that clash."""
    if not moves:
        return [(0, length)]
    spans = sorted((m.start, m.end) for m in moves)
    if spans[0][0] < 0 or spans[-1][1] > length or any(a[1] > b[0] for a, b in pairwise(spans)):
        raise ValueError("moves overlap or leave the text")
    landing: dict[int, list[Span]] = {}
    for m in moves:
        i = bisect_left(spans, (m.to, m.to)) - 1
        if not 0 <= m.to <= length or m.start >= m.end or (i >= 0 and spans[i][0] < m.to < spans[i][1]):
            raise ValueError(f"the target {m.to} of a move lies inside a moved span, or the span is empty")
        landing.setdefault(m.to, []).append((m.start, m.end))
    moved = set(spans)
    order: list[Span] = []
    for a, b in pairwise(sorted({0, length, *seams(moves)})):
        order += landing.pop(a, [])
        if (a, b) not in moved and not _inside(a, b, spans):
            order.append((a, b))
    order += landing.pop(length, [])
    return order


def _inside(a: int, b: int, spans: list[Span]) -> bool:
    i = bisect_right(spans, (a, float("inf"))) - 1
    return i >= 0 and b <= spans[i][1]


def replay(text: str, edits: Edits, moves: Sequence[Move] = ()) -> str:
    """The output: every segment of ``text`` with its edits made, in the order that ``moves`` give."""
    if not moves:
        return edits.apply(text)
    return "".join(_within(edits, a, b).apply(text[a:b]) for a, b in segments(len(text), moves))


def undo(output: str, length: int, edits: Edits, befores: Sequence[str], moves: Sequence[Move] = ()) -> str:
    """The input of ``length`` code points, from the output and what stood at each edit."""
    order = segments(length, moves)
    pieces: dict[Span, str] = {}
    at = 0
    for a, b in order:
        i, j = _range(edits, a, b)
        parts: list[str] = []
        last = a
        for k in range(i, j):
            keep = edits.starts[k] - last
            parts += [output[at : at + keep], befores[k]]
            at += keep + len(edits.afters[k])
            last = edits.ends[k]
        parts.append(output[at : at + b - last])
        at += b - last
        pieces[a, b] = "".join(parts)
    return "".join(pieces[span] for span in sorted(pieces))


def _range(edits: Edits, a: int, b: int) -> Span:
    """The indices of the edits in segment [a, b): an insertion at ``a`` is the left neighbour's, one at ``b`` is ours."""
    i = bisect_left(edits.starts, a)
    while a and i < len(edits) and edits.starts[i] == a == edits.ends[i]:
        i += 1
    j = bisect_left(edits.starts, b, i)
    while j < len(edits) and edits.starts[j] == b == edits.ends[j]:
        j += 1
    return i, j


def _within(edits: Edits, a: int, b: int) -> Edits:
    i, j = _range(edits, a, b)
    new = Edits()
    new.starts = [s - a for s in edits.starts[i:j]]
    new.ends = [e - a for e in edits.ends[i:j]]
    new.afters, new.rules, new.kinds = edits.afters[i:j], edits.rules[i:j], edits.kinds[i:j]
    return new


def split(edits: Edits, cuts: Sequence[int]) -> Edits:
    """The same edits with none reaching across a position in ``cuts``; the first part keeps the replacement."""
    if not cuts:
        return edits
    new = Edits()
    for e in edits:
        i, j = bisect_right(cuts, e.start), bisect_left(cuts, e.end)
        bounds = [e.start, *cuts[i:j], e.end]
        for n, (a, b) in enumerate(pairwise(bounds)):
            new.append(Edit(a, b, "" if n else e.after, e.rules, e.kind))
    return new


def unpermute(edits: Edits, text: str, moves: Sequence[Move]) -> Edits:
    """Edits of ``text`` after ``moves`` as edits of ``text`` as it stands before them."""
    if not moves:
        return edits
    order = segments(len(text), moves)
    bases = list(accumulate((b - a for a, b in order), initial=0))
    parts = list(split(edits, bases[1:-1]))
    if parts and order[0][0] and parts[0].start == parts[0].end == 0:
        # nothing stands on the left of it any more, so it takes the character on its right
        head = parts.pop(0)
        if parts and parts[0].start == 0:
            parts[0] = parts[0]._replace(after=head.after + parts[0].after, kind="")
        else:
            parts.insert(0, head._replace(end=1, after=head.after + text[order[0][0]]))
    found, n = [], 0
    for (a, b), base in zip(order, bases, strict=False):
        while n < len(parts) and parts[n].end <= base + b - a:
            e = parts[n]
            found.append(e._replace(start=e.start - base + a, end=e.end - base + a))
            n += 1
    return Edits.of(found)


def unpermute_span(start: int, end: int, length: int, moves: Sequence[Move]) -> Span:
    """The span before ``moves`` in which the first character of a span after them stands, as far as it reaches unbroken."""
    at = 0
    for a, b in segments(length, moves):
        if start < at + b - a or (start == end == at + b - a):
            return start - at + a, min(end - at + a, b)
        at += b - a
    return length, length


def permute(positions: Sequence[int], length: int, moves: Sequence[Move]) -> list[int]:
    """Positions of a text before ``moves`` as positions after them."""
    if not moves:
        return list(positions)
    order = segments(length, moves)
    bases = accumulate((b - a for a, b in order), initial=0)
    where = sorted((a, b, base) for (a, b), base in zip(order, bases, strict=False))
    starts = [a for a, _, _ in where]
    found = []
    for p in positions:
        a, _, base = where[max(0, bisect_right(starts, p) - 1)]
        found.append(base + p - a)
    return found
