"""How likely a text is as a row of words: the best division of its Han characters into words of a list, by their frequency.

A trigram model of characters sees a word of two as likely beside anything; a word list sees what is left over: 公共|享|单车 leaves a
character that is seldom a word, 共享|单车 none. ``words()`` reads ``rules/models/chinese.words.tsv`` at its first call.
"""

from __future__ import annotations

import math
import re
from functools import cache

LONGEST = 4  # characters of a word of the list
UNLISTED = 16.0  # -log P (nats) of a character that is no word of the list
HAN = re.compile("[\u3400-\u9fff]+")


class Words:
    """Words of simplified Chinese with -log P, in nats."""

    def __init__(self, costs: dict[str, float]) -> None:
        self._costs = costs

    def cost(self, text: str) -> float:
        """-log P of the best division of ``text`` into words; what is not Han costs nothing and ends a word."""
        return sum(map(self._run, HAN.findall(text)))

    def _run(self, run: str) -> float:
        costs = self._costs
        best = [0.0]
        for end in range(1, len(run) + 1):
            least = best[end - 1] + costs.get(run[end - 1], UNLISTED)
            for start in range(max(0, end - LONGEST), end - 1):
                found = costs.get(run[start:end])
                if found is not None and best[start] + found < least:
                    least = best[start] + found
            best.append(least)
        return best[-1]


@cache
def words() -> Words:
    """The list that ships with the package."""
    from cleaner.resources import path

    costs: dict[str, float] = {}
    for line in path("models/chinese.words.tsv").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            cost, row = line.split("\t")
            costs.update(dict.fromkeys(row.split(" "), float(cost)))
    return Words(costs)


def table(lines: list[str], fold: dict[str, str], least: int) -> str:
    """The list's file, out of lines ``word frequency …`` (as jieba's dict.txt): -log P to a half, TAB its words.

    Traditional characters are folded to simplified by ``fold``; of words of several characters those below ``least`` are left out.
    """
    counts: dict[str, int] = {}
    total = 0
    for line in lines:
        word, frequency = line.split(" ")[:2]
        word = "".join(fold.get(c, c) for c in word)
        total += int(frequency)
        if len(word) <= LONGEST and HAN.fullmatch(word) and int(frequency) >= (least if len(word) > 1 else 1):
            counts[word] = counts.get(word, 0) + int(frequency)
    rows: dict[float, list[str]] = {}
    for word, count in counts.items():
        rows.setdefault(round(-2 * math.log(count / total)) / 2, []).append(word)
    head = f"# -log P (nats)\twords of up to {LONGEST} characters; frequencies of jieba 0.42.1's dict.txt (MIT), {least} and more\n"
    return head + "".join(f"{cost:.1f}\t{' '.join(sorted(rows[cost]))}\n" for cost in sorted(rows))
