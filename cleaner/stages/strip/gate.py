"""The gate of strip: one pass in C over a text, at a few nanoseconds a character, that finds none of its words in clean text.

Each word is looked for by three characters of it in sequence. The middle one, its *key*, is chosen so that all keys together
are few and rare (发布时间 by 布 between 发 and 时): one search for the class of the keys, of which those count whose neighbours
are of the classes of neighbours. What this finds is looked up as it stands, and then compared with the whole word. An
alternation of the words would cost a comparison with each first character wherever it stands, and 来, 发, 公 stand everywhere.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from functools import cache
from itertools import product
from typing import NamedTuple

from cleaner.fold import fold
from cleaner.fold import pairs as fold_pairs
from cleaner.resources import path

# what parts labels: the blanks and line ends that documents have
BLANKS = "\t\n\v\f\r \x85\xa0\u2003\u2028\u2029\u3000"
# shares, in one of a thousand, of what the table does not have: letters and digits of ASCII, all else
_ASCII, _RARE = 0.3, 0.12
# what one more key costs, as a share
_EACH = 0.05
# so many different finds are looked for one by one (a nanosecond a character each), more of them with all keys once more
_FEW = 6


class Word(NamedTuple):
    """A word on the fold, where its key stands in it, and whether it counts only between blanks (a label)."""

    text: str
    key: int
    alone: bool

    def stands(self, text: str, key: int) -> bool:
        """Whether the word stands in ``text``, with its key at ``key``."""
        start = key - self.key
        end = start + len(self.text)
        if start < 0 or fold(text[start:end]) != self.text:
            return False
        return not self.alone or ((not start or text[start - 1].isspace()) and text[end : end + 1].strip() == "")


class Gate:
    """A search for ``words``, and for ``labels`` between blanks or the ends of the text; both on the fold."""

    def __init__(self, words: Iterable[str], labels: Iterable[str]) -> None:
        self._labels = frozenset(labels)
        self._longest = max(map(len, self._labels), default=0)
        whole = {word: Word(word, 0, False) for word in words}
        # a blank before and behind stands for any blank
        framed = {f" {label} ": Word(label, -1, True) for label in self._labels}
        keyed = sorted([word for word in whole if not word[1:-1].isspace() and len(word) > 2]) + sorted(framed)
        self._words: dict[tuple[str, str], list[Word]] = {}
        variants = _variants()
        # too short for a key between two characters: looked for by the rarest one they have
        self._short: dict[str, list[Word]] = {}
        for word in sorted(whole.keys() - set(keyed)):
            at = min(range(len(word)), key=lambda n: _share(word[n]))
            for char in variants.get(word[at], word[at]):
                self._short.setdefault(char, []).append(Word(word, at, False))
        keys = _keys(keyed)
        classes: tuple[set[str], set[str], set[str]] = (set(), set(), set())
        for word in keyed:
            at = min(
                (n for n in range(1, len(word) - 1) if word[n] in keys), key=lambda n: _share(word[n - 1]) * _share(word[n + 1])
            )
            found = whole.get(word) or framed[word]
            found = found._replace(key=found.key + at)
            three = [BLANKS if c == " " else variants.get(c, c) for c in word[at - 1 : at + 2]]
            for members, chars in zip(classes, three, strict=True):
                members.update(chars)
            for before, key, after in product(*three):
                self._words.setdefault((before + key, after), []).append(found)
        before, key, after = map(_class, classes)
        self._find = re.compile(f"{key}(?<=({before}.))(?=({after}))", re.S)

    def places(self, text: str) -> Iterator[tuple[int, bool]]:
        """A position in each word that stands in ``text``, and whether it is a label, in no order."""
        found = self._words.keys() & self._find.findall(text)
        if found:
            yield from self._few(text, found) if len(found) <= _FEW else self._many(text)
        for char, words in self._short.items():
            if char in text:
                yield from _short(text, char, words)
        # a label at an end of the text has a blank on one side only
        ends = [*text[: self._longest + 1].split()[:1], *text[-self._longest - 1 :].split()[-1:]]
        if not self._labels.isdisjoint(map(fold, ends)):
            yield 0, True

    def _few(self, text: str, found: Collection[tuple[str, str]]) -> Iterator[tuple[int, bool]]:
        for head, after in found:
            words = self._words[head, after]
            at = text.find(head + after)
            while at >= 0:
                yield from ((at + 1, word.alone) for word in words if word.stands(text, at + 1))
                at = text.find(head + after, at + 1)

    def _many(self, text: str) -> Iterator[tuple[int, bool]]:
        for m in self._find.finditer(text):
            for word in self._words.get((m[1], m[2]), ()):
                if word.stands(text, m.start()):
                    yield m.start(), word.alone


def _short(text: str, char: str, words: Collection[Word]) -> Iterator[tuple[int, bool]]:
    """Where those of ``words`` stand whose key is ``char``."""
    at = text.find(char)
    while at >= 0:
        yield from ((at, word.alone) for word in words if word.stands(text, at))
        at = text.find(char, at + 1)


def _keys(words: Collection[str]) -> set[str]:
    """Characters of which one stands inside each of ``words``: few and rare ones, found by greed, as the best choice is NP-hard."""
    inside: dict[str, list[str]] = {}
    for word in words:
        for char in set(word[1:-1]) - {" "}:
            inside.setdefault(char, []).append(word)
    forced = {word[1] for word in words if len(word) == 3}
    keys = set(forced)
    left = {word for word in words if keys.isdisjoint(word[1:-1])}
    for char in sorted(inside, key=lambda c: (-len(inside[c]) / (_share(c) + _EACH), c)):
        new = left.intersection(inside[char])
        if new and (2 * len(new) > len(inside[char]) or all(_share(char) <= min(map(_share, word[1:-1])) for word in new)):
            keys.add(char)
            left -= new
    keys.update(min(word[1:-1], key=_share) for word in left)
    for char in sorted(keys - forced, key=lambda c: (-_share(c), c)):
        alone = [word for word in inside[char] if keys.isdisjoint(set(word[1:-1]) - {char})]
        # for the few words that have no other key, rarer ones of their own may cost less
        instead = {min(set(word[1:-1]) - {char, " "}, key=lambda c: (_share(c), c), default=char) for word in alone}
        if char not in instead and sum(_share(c) + _EACH for c in instead) < _share(char) + _EACH:
            keys.discard(char)
            keys |= instead
    return keys


@cache
def _common() -> dict[str, float]:
    """The common characters of Chinese text with their share, in one of a thousand, from ``rules/tables/strip-common.tsv``."""
    rows = [line.split("\t") for line in path("tables/strip-common.tsv").read_text("utf-8").splitlines()[1:]]
    return {char: float(share) for share, chars in rows for char in chars} | {" ": 50.0}


@cache
def _share(char: str) -> float:
    """The share of a folded character in Chinese text, in one of a thousand."""
    return _common().get(char) or (_ASCII if char.isascii() and char.isalnum() else _RARE)


def _class(chars: Iterable[str]) -> str:
    members = "".join(map(re.escape, sorted(set(chars))))
    return f"[{members}]" if members else "(?!)"


@cache
def _variants() -> dict[str, str]:
    """Each folded character with the characters that fold to it, itself first."""
    table: dict[str, str] = {}
    for char, folded in fold_pairs().items():
        table[folded] = table.get(folded, folded) + char
    return table
