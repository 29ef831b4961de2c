"""A trigram model of Chinese characters with back-off, read from one blob and unpacked row by row as rows are asked for.

Symbols. A text is folded before it is weighed: traditional characters to simplified, a run of digits to one ``0``, a run of
Latin letters to one ``a``, ASCII marks to the full-width ones. Every other character (space, line end, rare mark) ends a run of
text: it counts as ``$`` behind what stands before it and as ``^`` before what follows.

Probabilities are natural logarithms, P(c | a b) interpolated by absolute discounting (Ney, Essen and Kneser 1994) from trigrams
to bigrams to single characters; a character that was never seen has the floor that the build reserves for all of these.

The blob, little-endian: 8 bytes of magic; a header of six uint32 (symbols, bigrams, trigrams, characters of the fold, bytes of
the note, 0); then the note (UTF-8, the source and settings of the build); UTF-16 strings: symbols ascending, fold from, fold to,
second character of every bigram, third of every trigram; byte arrays: -log P x SCALE of symbols, bigrams, trigrams, the
back-off weights of symbols and bigrams; uint32 arrays: first bigram and first trigram of every symbol (one more at the end);
uint16: the number of trigrams under every bigram.
"""

from __future__ import annotations

import re
import sys
from array import array
from collections.abc import Iterator, Set
from itertools import accumulate
from string import ascii_letters, digits

MAGIC = b"NGRAM\x00\x00\x01"
SCALE = 12  # steps of a byte to one nat: a resolution of 0.08, a range of 21
BREAK = "$"  # the symbol behind the last character of a run
START = "^"  # the symbol before its first
MARKS = dict(zip(",;:?!()", "，；：？！（）", strict=True))
_MOST_MEMO = 400_000  # entries of the memo of steps before it is emptied

Row = dict[str, float]


class Model:
    """P(character | the last two), over the symbols of this module."""

    __slots__ = (
        "_at",
        "_counts",
        "_deep",
        "_first2",
        "_first3",
        "_fold",
        "_memo",
        "_p2",
        "_p3",
        "_rows",
        "_seconds",
        "_single",
        "_thirds",
        "_under",
        "_w1",
        "_w2",
        "floor",
        "note",
    )  # fmt: skip

    def __init__(self, blob: bytes) -> None:
        """Read ``blob``. Raises ValueError where it does not begin as a model does."""
        if blob[:8] != MAGIC:
            raise ValueError("not an n-gram model of this version")
        head = _words(blob[8:32], "I")
        symbols, bigrams, trigrams, folded, note, _ = head
        parts = _cut(blob, 32, [note, 2 * symbols, 2 * folded, 2 * folded, 2 * bigrams, 2 * trigrams,
                                symbols, bigrams, trigrams, symbols, bigrams, 4 * symbols + 4, 4 * symbols + 4, 2 * bigrams])  # fmt: skip
        self.note = next(parts).decode()
        letters = next(parts).decode("utf-16-le")
        fold = dict(zip(next(parts).decode("utf-16-le"), next(parts).decode("utf-16-le"), strict=True))
        fold |= dict.fromkeys(digits, "0") | dict.fromkeys(ascii_letters, "a") | MARKS
        self._seconds = next(parts).decode("utf-16-le")
        self._thirds = next(parts).decode("utf-16-le")
        logs = [-q / SCALE for q in range(256)]
        self._single = dict(zip(letters, map(logs.__getitem__, next(parts)), strict=True))
        self._p2, self._p3 = next(parts), next(parts)
        self._w1, self._w2 = next(parts), next(parts)
        self._first2, self._first3 = _words(next(parts), "I"), _words(next(parts), "I")
        self._counts = _words(next(parts), "H")
        self._at = {c: i for i, c in enumerate(letters)}
        self._fold = {c: c for c in letters if c not in (START, BREAK)} | fold
        self.floor = min(self._single.values())
        self._rows: dict[str, Row] = {}
        self._under: dict[str, dict[str, tuple[int, int, float]]] = {}
        self._deep: dict[str, Row] = {}
        self._memo: dict[str, float] = {}

    # -- folding

    def fold(self, char: str) -> str:
        """The symbol of one character: itself, its simplified form, ``0``, ``a``, a full-width mark, or ``$`` for a break.

        A Han character that the model never saw stays itself and has the floor's probability.
        """
        return self._fold.get(char) or (char if "\u3400" <= char <= "\u9fff" else BREAK)

    def symbols(self, text: str) -> str:
        """``text`` as symbols, runs of digits, letters and breaks each as one."""
        folded = "".join(map(self.fold, text))
        return re.sub(r"0+|a+|\$+", lambda m: m[0][0], folded)

    # -- weighing

    def symbol_step(self, context: str, symbol: str) -> float:
        """Log P(symbol | context) where both are symbols already; of the context at most the last two count, ``^`` opens a run."""
        if len(context) == 2:
            row = self._deep.get(context)
            if row is None:
                row = self._deep_row(context)
            found = row.get(symbol)
            if found is not None:
                return found
            second = context[1]
            under = self._under[context[0]].get(second)
            return (under[2] if under else 0.0) + self._pair(second, symbol)
        return self._pair(context or START, symbol)

    def followers(self, context: str, symbols: Set[str]) -> tuple[dict[str, float], float]:
        """``symbol_step`` of those among ``symbols`` that were seen behind the last one or two symbols of ``context``, and what to add
        to the ``frequency`` of all others.
        """
        second = context[-1:] or START
        row = self._row(second)
        if len(context) < 2:
            return {s: row[s] for s in row.keys() & symbols}, row[""]
        deep = self._deep.get(context)
        if deep is None:
            deep = self._deep_row(context)
        under = self._under[context[0]].get(second)
        weight = under[2] if under else 0.0
        found = {s: weight + row[s] for s in row.keys() & symbols}
        for symbol in deep.keys() & symbols:
            found[symbol] = deep[symbol]
        return found, weight + row[""]

    def frequency(self, symbol: str) -> float:
        """Log P(symbol) without context."""
        return self._single.get(symbol, self.floor)

    def step(self, context: str, char: str) -> float:
        """Log P(char | the last two of ``context``); 0.0 where a digit follows a digit or a letter a letter: the run goes on."""
        key = context[-2:] + char
        found = self._memo.get(key)
        if found is None or context[-2:-1].isascii() or context[-1:].isascii():
            found = self._step(context, char)
            if len(self._memo) >= _MOST_MEMO:
                self._memo.clear()
            self._memo[key] = found
        return found

    def _step(self, context: str, char: str) -> float:
        before = _tail(self.symbols(context[-16:]))
        symbol = self.fold(char)
        if (symbol == before[-1:] and symbol in "0a") or (symbol == BREAK and before == START):
            return 0.0
        return self.symbol_step(before, symbol)

    def score(self, text: str) -> float:
        """The mean of log P over the symbols of ``text``, breaks among them; 0.0 for a text without any."""
        symbols = self.symbols(text).strip(BREAK)
        if not symbols:
            return 0.0
        total, context = 0.0, START
        for symbol in symbols:
            total += self.symbol_step(context, symbol)
            context = START if symbol == BREAK else context[-1:] + symbol
        return total / len(symbols)

    def joint(self, left: str, right: str) -> float:
        """How much better ``right`` follows ``left`` than chance, in nats: above 0 the two belong together.

        log P(first two of right | last two of left) - log P(first two of right): 在这 | 个方向 is strong, 上海正 | 人才 weak.
        0.0 where either side has nothing that the model weighs at the seam.
        """
        before = _tail(self.symbols(left[-16:]))
        after = self.symbols(right[:16])[:2]
        if before in ("", START) or not after or after[0] == BREAK:
            return 0.0
        gain = self.symbol_step(before, after[0]) - self._single.get(after[0], self.floor)
        if len(after) == 2 and after[1] != BREAK:
            gain += self.symbol_step(before[-1] + after[0], after[1]) - self._pair(after[0], after[1])
        return gain

    def known(self, bigram: str) -> bool:
        """Whether the two characters were seen beside each other when the model was made."""
        symbols = self.symbols(bigram)
        return len(symbols) == 2 and symbols[1] in self._row(symbols[0])

    def seen(self, char: str) -> bool:
        """Whether the model has a probability of its own for ``char``."""
        return self.fold(char) in self._single

    # -- rows, unpacked at first use

    def _pair(self, first: str, second: str) -> float:
        row = self._rows.get(first)
        if row is None:
            row = self._row(first)
        found = row.get(second)
        if found is None:
            found = row[""] + self._single.get(second, self.floor)
        return found

    def _row(self, first: str) -> Row:
        row = self._rows.get(first)
        if row is None:
            i = self._at.get(first)
            if i is None:
                row = {"": 0.0}
            else:
                low, high = self._first2[i], self._first2[i + 1]
                row = dict(zip(self._seconds[low:high], [-q / SCALE for q in self._p2[low:high]], strict=True))
                row[""] = -self._w1[i] / SCALE
            self._rows[first] = row
        return row

    def _deep_row(self, context: str) -> Row:
        first, second = context[0], context[1]
        under = self._under.get(first)
        if under is None:
            under = self._under[first] = {}
            i = self._at.get(first)
            if i is not None:
                low, high = self._first2[i], self._first2[i + 1]
                ends = list(accumulate(self._counts[low:high], initial=self._first3[i]))
                weights = [-q / SCALE for q in self._w2[low:high]]
                under.update(zip(self._seconds[low:high], zip(ends, ends[1:], weights, strict=False), strict=True))
        span = under.get(second)
        row: Row = {}
        if span:
            row = dict(zip(self._thirds[span[0] : span[1]], [-q / SCALE for q in self._p3[span[0] : span[1]]], strict=True))
        self._deep[context] = row
        return row


def _tail(symbols: str) -> str:
    """The last two symbols as a context: ``^`` behind a break and at the start."""
    run = symbols[symbols.rfind(BREAK) + 1 :]
    return run[-2:] if len(run) > 1 else START + run


def _words(data: bytes, code: str) -> array[int]:
    words = array(code)
    words.frombytes(data)
    if sys.byteorder == "big":
        words.byteswap()
    return words


def _cut(blob: bytes, at: int, sizes: list[int]) -> Iterator[bytes]:
    for size in sizes:
        yield blob[at : at + size]
        at += size
