"""The way back: edits of every stage composed into edits of the page text, and spans of any stage carried there."""

from __future__ import annotations

from collections.abc import Callable
from operator import sub

from cleaner.edits.algebra import Edit, Edits, coalesce, compose
from cleaner.edits.moves import Move, Span, replay, seams, split, unpermute, unpermute_span

# A deletion longer than this (code points) is a removal in the record. The longest toned syllable in brackets, the commonest
# thing that `repair` deletes, is eight: (zhuàng).
MOST_DELETED = 8


class Trace:
    """What the stages did to one text so far, kept as layers and composed only when somebody asks.

    Two coordinate systems: *current* is the text as the last stage left it, *flat* the same text with every move undone.
    Composition happens in flat; a stage that runs after a move has its edits carried over first.
    """

    __slots__ = ("_done", "_flat", "_layers", "_moves_at", "_page_text")

    def __init__(self, page: str) -> None:
        self._page_text = self._flat = page
        self._done = Edits()
        self._layers: list[tuple[Edits | Callable[[], Edits], tuple[Move, ...], str]] = []
        self._moves_at: tuple[Move, ...] = ()

    def push(self, edits: Edits | Callable[[], Edits], moves: tuple[Move, ...], out: str) -> None:
        """Add what a stage did: edits (or a way to get them) and moves, both of the text that it was given, and its own text."""
        # by target, so that two of them keep their order when the text between their targets goes
        self._layers.append((edits, tuple(sorted(moves, key=lambda m: m.to)), out))

    def _settle(self) -> None:
        for lazy, moves, text in self._layers:
            edits = lazy() if callable(lazy) else lazy
            if moves and self._moves_at:
                raise ValueError("only one stage of a pipeline may move")
            if moves:
                self._done = _widen(self._done, seams(moves), self._page_text)
            edits = split(edits, seams(moves)) if moves else unpermute(edits, self._flat, self._moves_at)
            done = compose(self._done, edits, self._flat)
            carried = self._moves_at or moves
            out = edits.apply(self._flat) if carried else text
            if carried:
                # a cut never lies inside an edit now, so its image is exact
                ends = edits.image([p for m in carried for p in m[:3]])
                triples = zip(carried, ends[0::3], ends[1::3], ends[2::3], strict=True)
                self._moves_at = tuple(m.at(a, b, to) for m, a, b, to in triples if a < b)
            self._done, self._flat = done, out
        self._layers.clear()

    def span(self, start: int, end: int) -> Span:
        """A span of the current text as a span of the page text."""
        self._settle()
        if self._moves_at:
            start, end = unpermute_span(start, end, len(self._flat), self._moves_at)
        return self._done.source_span(start, end)

    def total(self) -> tuple[Edits, list[Move]]:
        """Edits, removals and moves of the page text, as the record holds them.

        A move that cuts through the inside of a replacement has no place in the page text. Then, and only then, the whole is
        given as one edit.
        """
        self._settle()
        moves = [Move(*self._page_span(m.start, m.end), self._page(m.to), m.rules) for m in self._moves_at]
        edits = _settle_kinds(coalesce(self._done, seams(moves)))
        if moves:
            text = replay(self._flat, Edits(), self._moves_at)
            try:
                exact = replay(self._page_text, edits, moves) == text
            except ValueError:
                exact = False
            if not exact:
                rules = tuple(dict.fromkeys(r for m in self._moves_at for r in m.rules))
                return Edits([Edit(0, len(self._page_text), text, rules)]), []
        return edits, moves

    def _page(self, position: int) -> int:
        return self._done.preimage([position])[0]

    def _page_span(self, start: int, end: int) -> Span:
        (b,) = self._done.preimage([end], left=True)
        a = self._page(start)
        return (a if a < b else self._done.preimage([start], left=True)[0]), b


def _widen(edits: Edits, cuts: list[int], page: str) -> Edits:
    """The same edits, where an insertion just behind a cut takes the character on its right with it, to stay on that side."""
    walls = frozenset(cuts)
    outs = edits.out_starts()
    if not any(s == e and o in walls for s, e, o in zip(edits.starts, edits.ends, outs, strict=True)):
        return edits
    new = Edits()
    items = list(edits)
    for n, (e, out) in enumerate(zip(items, outs, strict=True)):
        if e.start == e.end < len(page) and out in walls:
            following = items[n + 1] if n + 1 < len(items) else None
            if following is None or following.start > e.start:
                e = e._replace(end=e.end + 1, after=e.after + page[e.end])
        new.append(e)
    return new


def _settle_kinds(edits: Edits) -> Edits:
    """Long deletions become removals, as the record wants them."""
    if not len(edits) or max(map(sub, edits.ends, edits.starts)) <= MOST_DELETED:
        return edits
    long = [n for n, length in enumerate(map(sub, edits.ends, edits.starts)) if length > MOST_DELETED]
    gone = [n for n in long if not edits.afters[n] and not edits.kinds[n]]
    if gone:
        edits = edits.copy()
        for n in gone:
            edits.kinds[n] = "furniture"
    return edits
