"""Build the n-gram model from counts: ``python -m cleaner.language.build COUNTS [--words dict.txt] [--fold TSCharacters.txt]``.

COUNTS is a folder of ``NAME-1.tsv.gz``, ``-2``, ``-3``: n-gram TAB count, with digits folded to 0, Latin runs to a, ``^`` and ``$``
at the ends of runs. The shipped model is built from two sets of them, ``laws`` (12 million characters of Chinese laws and
regulations) and ``general`` (2 million of encyclopedia, headlines and press), from the word list of jieba 0.42.1 (MIT) for
vocabulary, and from OpenCC's TSCharacters.txt (Apache-2.0) for the fold. The word list goes, cut to its commoner words, into a file of
its own beside the model (see ``cleaner.language.words``). The result depends on nothing else: same input, same bytes.
"""

from __future__ import annotations

import argparse
import gzip
import math
import re
import sys
from array import array
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

from cleaner.language.model import MAGIC, MARKS, SCALE
from cleaner.language.words import table

WEIGHTS = {"laws": 0.4, "general": 0.6}  # of each set in the mixture
WORD_POWER = 0.4  # a word of frequency f in the list counts f ** WORD_POWER: its frequencies come from other text than ours
WORD_WEIGHT = 0.5  # its counts go into the general set
DISCOUNT = (0.75, 0.9)  # of a bigram's and a trigram's count
UNSEEN = 20_000  # characters that were never seen share one count each of UNSEEN_COUNT
UNSEEN_COUNT = 0.02
LEAST = (0.0, 1.0, 2.0)  # an n-gram with a count below this is left out
LEAST_GAIN = 0.4  # a trigram that the back-off gives as well as this (nats) is left out
LEAST_WORD = 5  # a word of the list with a frequency below this is left out of the list that ships
HAN = re.compile("[\u3400-\u9fff]+")


Tables = list[dict[str, float]]


def counts(folder: Path, words: Path | None, fold: dict[str, str]) -> dict[str, Tables]:
    """Counts of 1-, 2- and 3-grams of every source; those of the word list are added to ``general``."""
    sources: dict[str, Tables] = {}
    for name in WEIGHTS:
        tables: Tables = [defaultdict(float), defaultdict(float), defaultdict(float)]
        for n in (1, 2, 3):
            with gzip.open(folder / f"{name}-{n}.tsv.gz", "rt", encoding="utf-8") as lines:
                for line in lines:
                    gram, count = line.rstrip("\n").split("\t")
                    folded = "".join(fold.get(c, c) for c in gram)
                    if all(ord(c) < 0x10000 for c in folded):
                        tables[n - 1][folded] += int(count)
        sources[name] = tables
    for line in words.read_text(encoding="utf-8").splitlines() if words else ():
        word, frequency = line.split(" ")[:2]
        word = "".join(fold.get(c, c) for c in word)
        if len(word) > 1 and HAN.fullmatch(word):
            weight = WORD_WEIGHT * int(frequency) ** WORD_POWER
            for n in (1, 2, 3):
                for i in range(len(word) - n + 1):
                    sources["general"][n - 1][word[i : i + n]] += weight
    return {
        name: [{g: c for g, c in table.items() if c >= least} for table, least in zip(tables, LEAST, strict=True)]
        for name, tables in sources.items()
    }


def discounted(table: dict[str, float], discount: float) -> tuple[dict[str, float], dict[str, float]]:
    """Each gram's discounted share of its context, and what every context leaves to the back-off."""
    totals: dict[str, float] = defaultdict(float)
    taken: dict[str, float] = defaultdict(float)
    for gram, count in table.items():
        totals[gram[:-1]] += count
        taken[gram[:-1]] += min(discount, count)
    # one unseen follower's worth more, so that a context of few followers does not claim to know them all
    shares = {g: max(c - discount, 0.0) / (totals[g[:-1]] + 1.0) for g, c in table.items()}
    return shares, {c: (taken[c] + 1.0) / (totals[c] + 1.0) for c in totals}


class Source:
    """One source's own model, interpolated."""

    def __init__(self, tables: Tables) -> None:
        ones, twos, threes = tables
        self.total = sum(c for g, c in ones.items() if g != "^") + UNSEEN * UNSEEN_COUNT
        self.ones = ones
        self.share2, self.left2 = discounted(twos, DISCOUNT[0])
        self.share3, self.left3 = discounted(threes, DISCOUNT[1])

    def p1(self, c: str) -> float:
        """P(c)."""
        return (self.ones.get(c, 0.0) + UNSEEN_COUNT) / self.total

    def p2(self, g: str) -> float:
        """P(second | first) of a pair."""
        return self.share2.get(g, 0.0) + self.left2.get(g[0], 1.0) * self.p1(g[1])

    def p3(self, g: str) -> float:
        """P(third | first two) of a triple."""
        return self.share3.get(g, 0.0) + self.left3.get(g[:2], 1.0) * self.p2(g[1:])


def build(tables: dict[str, Tables], fold: dict[str, str], note: str) -> bytes:
    """The blob (see cleaner.language.model) of the mixture of the sources' models."""
    sources = [(WEIGHTS[name], Source(t)) for name, t in tables.items()]
    letters = sorted({c for t in tables.values() for c in t[0]} | {"^", "$"})
    p1 = {c: sum(w * s.p1(c) for w, s in sources) for c in letters}
    p2 = {
        g: sum(w * s.p2(g) for w, s in sources) for g in {g for t in tables.values() for g in t[1]} if g[0] in p1 and g[1] in p1
    }
    left2 = _left(p2, p1)
    threes = {g for t in tables.values() for g in t[2] if g[:2] in p2}
    kept: dict[str, dict[str, float]] = defaultdict(dict)
    for gram in sorted(threes):
        p = sum(w * s.p3(gram) for w, s in sources)
        below = p2.get(gram[1:]) or left2.get(gram[1], 1.0) * p1[gram[2]]
        if abs(math.log(p / below)) >= LEAST_GAIN:
            kept[gram[:2]][gram[2]] = p
    weights = {}
    for context, row in kept.items():
        # the mass that the kept trigrams leave, over the mass that the bigrams give to everything else
        spare = max(1.0 - sum(row.values()), 0.001)
        below = sum(p2.get(context[1] + c) or left2.get(context[1], 1.0) * p1[c] for c in row)
        weights[context] = min(1.0, spare / max(1.0 - below, 0.001))
    rows: dict[str, list[str]] = defaultdict(list)
    for gram in sorted(p2):
        rows[gram[0]].append(gram)
    ordered = [g for c in letters for g in rows[c]]
    thirds = [(g, c) for g in ordered for c in sorted(kept.get(g, ()))]
    first2, first3, at2, at3 = array("I"), array("I"), 0, 0
    for c in letters:
        first2.append(at2)
        first3.append(at3)
        at2 += len(rows[c])
        at3 += sum(len(kept.get(g, ())) for g in rows[c])
    first2.append(at2)
    first3.append(at3)
    sized = array("H", [len(kept.get(g, ())) for g in ordered])
    folds = sorted((a, b) for a, b in fold.items() if a != b and b in p1)
    for words in (first2, first3, sized):
        if sys.byteorder == "big":
            words.byteswap()
    text = note.encode()
    head = array("I", [len(letters), len(ordered), len(thirds), len(folds), len(text), 0])
    if sys.byteorder == "big":
        head.byteswap()
    return b"".join([
        MAGIC, head.tobytes(), text, _utf16(letters), _utf16(a for a, _ in folds), _utf16(b for _, b in folds),
        _utf16(g[1] for g in ordered), _utf16(c for _, c in thirds),
        bytes(_level(p1[c]) for c in letters), bytes(_level(p2[g]) for g in ordered), bytes(_level(kept[g][c]) for g, c in thirds),
        bytes(_level(left2.get(c, 1.0)) for c in letters), bytes(_level(weights.get(g, 1.0)) for g in ordered),
        first2.tobytes(), first3.tobytes(), sized.tobytes(),
    ])  # fmt: skip


def _left(grams: dict[str, float], below: dict[str, float]) -> dict[str, float]:
    """For every context the factor on the lower order that makes its probabilities sum to one."""
    spent: dict[str, float] = defaultdict(float)
    covered: dict[str, float] = defaultdict(float)
    for gram in sorted(grams):
        spent[gram[:-1]] += grams[gram]
        covered[gram[:-1]] += below[gram[1:]]
    return {c: min(1.0, max(1.0 - spent[c], 0.0005) / max(1.0 - covered[c], 0.0005)) for c in spent}


def _level(p: float) -> int:
    return max(0, min(255, round(-math.log(p) * SCALE)))


def _utf16(chars: Iterable[str]) -> bytes:
    return "".join(chars).encode("utf-16-le")


def read_fold(path: Path | None) -> dict[str, str]:
    """Traditional character to simplified, of characters inside the Basic Multilingual Plane, and ASCII marks to full width."""
    fold = dict(MARKS)
    for line in path.read_text(encoding="utf-8").splitlines() if path else ():
        a, _, b = line.partition("\t")
        b = b.split(" ")[0]
        if len(a) == len(b) == 1 and ord(a) < 0x10000 and ord(b) < 0x10000:
            fold[a] = b
    return fold


def main() -> None:
    """Write the model and say what is in it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("counts", type=Path)
    parser.add_argument("--words", type=Path)
    parser.add_argument("--fold", type=Path)
    parser.add_argument("-o", "--out", type=Path, default=Path("rules/models/chinese.ngrams"))
    a = parser.parse_args()
    fold = read_fold(a.fold)
    tables = counts(a.counts, a.words, fold)
    sources = " + ".join(f"{name} x{weight:g}" for name, weight in WEIGHTS.items())
    words = f" + words^{WORD_POWER:g} x{WORD_WEIGHT:g}" if a.words else ""
    note = f"{sources}{words}; discount {DISCOUNT}; least {LEAST}; least gain {LEAST_GAIN:g}"
    blob = build(tables, fold, note)
    a.out.parent.mkdir(parents=True, exist_ok=True)
    a.out.write_bytes(blob)
    if a.words:
        lines = a.words.read_text(encoding="utf-8").splitlines()
        a.out.with_suffix(".words.tsv").write_text(table(lines, fold, LEAST_WORD), encoding="utf-8")
    head = array("I", blob[8:32])
    print(f"{a.out}: {len(blob):,} bytes, {head[0]:,} symbols, {head[1]:,} bigrams, {head[2]:,} trigrams; {note}")


if __name__ == "__main__":
    main()
