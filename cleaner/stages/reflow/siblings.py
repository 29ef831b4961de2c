"""Paragraphs of one numbering: where all others of it end as sentences do, one that ends open was cut.

第三条, （二） and 4. are numberings; paragraphs without a number are one kind, too, when it is text that they hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from cleaner.stages.reflow import shape

PLAIN = "-"  # the kind of paragraphs without a number
LEAST = 4  # paragraphs of one kind that end closed, from which they say something
PLAIN_LEAST = 8  # the same of those without a number
OPEN_MOST = 0.3  # for one that is closed so many may be open: in a text that is cut some are
MARKED = -6.0  # nats of seam that join a cut one of a numbering to what follows
UNMARKED = 2.0  # the same for one without a number, where the right side ends a sentence

_NUMERALS = re.compile(r"[一二三四五六七八九十百零〇○\d]+|\s+")


def kind(text: str) -> str:
    """What numbers ``text``, without the number itself: 第条, （）, 、; ``PLAIN`` for none."""
    m = shape.MARKER.match(text)
    return (_NUMERALS.sub("", m[0]) or PLAIN) if m else PLAIN


def closed(texts: Iterable[str]) -> frozenset[str]:
    """The kinds of which nearly all of ``texts``, paragraphs that are no headings, end as sentences do."""
    ends: Counter[str] = Counter()
    opens: Counter[str] = Counter()
    for text in texts:
        k = kind(text)
        if text[-1] in shape.TERMINAL:
            ends[k] += 1
        elif not shape.is_numbered_heading(text) and not shape.is_table(text):
            opens[k] += 1
    return frozenset(k for k, n in ends.items() if n >= (PLAIN_LEAST if k == PLAIN else LEAST) and opens[k] <= OPEN_MOST * n)
