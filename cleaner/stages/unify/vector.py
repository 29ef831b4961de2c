"""The map and the triggers of a conversion by numpy, where it is installed: all characters at once, a fifth of the time.

numpy takes longer to import than a million characters take without it, so it is asked for only where much is to be done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

BMP = 0x10000
BLOCK = 1 << 17  # characters taken at once: what is made of them stays in the processor's cache


class Vector:
    """Tables over the Basic Multilingual Plane, as arrays.

    plain: what characters become.  triggers: pairs of characters.  always: characters at which a window is opened whatever stands
    beside them. Raises ImportError where numpy is not installed.
    """

    def __init__(self, plain: dict[str, str], triggers: Iterable[str], always: Iterable[str]) -> None:
        import numpy

        self._numpy: Any = numpy
        self._mapped = numpy.arange(BMP, dtype=numpy.uint16)
        self._always = numpy.zeros(BMP, dtype=bool)
        self._always[0xD800:0xE000] = True
        for c in always:
            if c <= "\uffff":
                self._always[ord(c)] = True
        for c, out in plain.items():
            if out <= "\uffff":
                self._mapped[ord(c)] = ord(out)
            else:
                self._always[ord(c)] = True
        pairs = [pair for pair in triggers if pair[0] <= "\uffff" >= pair[1]]
        rows, self._left = self._numbered({pair[0] for pair in pairs})
        columns, self._right = self._numbered({pair[1] for pair in pairs})
        width = len(columns) + 1
        self._left *= width
        # Row and column 0 are for characters that begin or end no trigger.
        self._grid = numpy.zeros((len(rows) + 1) * width, dtype=bool)
        for pair in pairs:
            self._grid[rows[pair[0]] * width + columns[pair[1]]] = True

    def _numbered(self, chars: Collection[str]) -> tuple[dict[str, int], Any]:
        known = {c: n for n, c in enumerate(sorted(chars), 1)}
        table = self._numpy.zeros(BMP, dtype=self._numpy.int64)
        for c, n in known.items():
            table[ord(c)] = n
        return known, table

    def look(self, text: str) -> tuple[str, list[int]] | None:
        """``text`` through the map, and where windows begin. None for a text with characters beyond U+FFFF, or surrogates."""
        numpy = self._numpy
        codes = numpy.frombuffer(text.encode("utf-16-le", "surrogatepass"), dtype="<u2")
        if len(codes) != len(text):
            return None
        out = numpy.empty_like(codes)
        places: list[int] = []
        for start in range(0, len(codes), BLOCK):
            block = codes[start : start + BLOCK]
            self._mapped.take(block, out=out[start : start + BLOCK])
            # one character of the next block belongs to the last pair of this one
            pairs = self._left.take(block)
            behind = self._right.take(codes[start + 1 : start + BLOCK + 1])
            pairs[: len(behind)] += behind
            hits = self._grid.take(pairs) | self._always.take(block)
            places += (numpy.flatnonzero(hits) + start).tolist()
        if any(0xD800 <= codes[p] < 0xE000 for p in places):
            return None
        return out.tobytes().decode("utf-16-le"), places
