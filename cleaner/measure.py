"""The measure of hard-wrapped text: the width of its full lines. `strip` and `reflow` both have to know such text."""

from __future__ import annotations

import re
from collections import Counter
from functools import lru_cache

LEAST = 4  # lines that are full and open before a text counts as wrapped
SHARE = 0.25  # of the lines must be full
OPEN = 0.5  # of the full lines must end open: marks stand at every tenth character or so
MARKED = 0.3  # of the full lines have a mark inside: running text has one at every tenth character, verse may have none
SENTENCE_MOST = 250  # characters of full lines for each sentence's end in the text: wrapped lines are sentences, not entries
PARALLEL = 0.5  # more of the full lines that end open end in one character where they are entries of a list
WIDER = 0.06  # of the lines may be wider than the measure
CANDIDATES = 4  # measures that are tried
NARROWEST = 9.0  # units of a measure
WIDEST = 62.0
LINE_MOST = 120  # characters of a line of a page

_NARROW = re.compile("[\x00-\u1fff]+")
_STOP = re.compile("[。！？!?…；;]|[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffffa-z][.．]")
_CLAUSE = re.compile(r"[，。；、：,;:].")


def width(text: str) -> float:
    """The width of ``text`` in full-width units."""
    return _width(text) if len(text) <= LINE_MOST else len(text) - 0.5 * sum(map(len, _NARROW.findall(text)))


@lru_cache(maxsize=1 << 12)
def _width(text: str) -> float:
    """The same of a line of a page, which is asked for several times."""
    return len(text) - 0.5 * sum(map(len, _NARROW.findall(text)))


def measures(texts: list[str]) -> list[float]:
    """The widths that full lines of ``texts`` may have, likeliest first; none where the text is not wrapped."""
    ending = [i for i, t in enumerate(texts) if t[-1].isalnum()]
    if len(ending) < max(LEAST, SHARE * OPEN * len(texts)):
        return []
    opened = Counter([width(texts[i]) for i in ending])
    # full first lines are up to three narrower, full lines with a hanging mark one wider
    near = {w: sum(opened[w + d / 2] for d in range(-6, 3)) for w in opened if NARROWEST <= w <= WIDEST}
    if not near:
        return []
    best = max(near, key=lambda w: (near[w], w))
    if near[best] < max(LEAST, SHARE * OPEN * len(texts)):
        return []
    widths = list(map(width, texts))
    filled = [t for t, w in zip(texts, widths, strict=True) if best - 3 <= w <= best + 1]
    full = len(filled)
    if (
        full < SHARE * len(texts)
        or near[best] < OPEN * full
        or sum(w > best + 2.5 for w in widths) > WIDER * len(texts)
        or sum(_CLAUSE.search(t) is not None for t in filled) < MARKED * full
        or sum(map(len, filled)) > SENTENCE_MOST * sum(len(_STOP.findall(t)) for t in texts)
        or Counter(t[-1] for t in filled if t[-1].isalnum()).most_common(1)[0][1] > PARALLEL * near[best]
    ):
        return []
    return sorted((w for w in near if best - 1.5 <= w <= best + 1.5), key=lambda w: (-opened[w], w))[:CANDIDATES]
