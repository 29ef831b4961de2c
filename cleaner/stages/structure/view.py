"""The lines of a text and, where asked for, their folds."""

from __future__ import annotations

from cleaner.fold import fold

# a line is looked at no further than this: names, dates and numbers stand at its beginning
REACH = 400


class View:
    """A text and its lines, with their folds.

    firsts: the first character of each line; kinds: the set of them.  ``fold(i)`` is of the first REACH characters of line
    i, made where it is asked for.
    """

    __slots__ = ("_memo", "firsts", "kinds", "lines", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = lines = text.split("\n")
        self.firsts = [line[:1] for line in lines]
        self.kinds = frozenset(self.firsts)
        self._memo: dict[int, str] = {}

    def fold(self, i: int) -> str:
        """The fold of the beginning of line ``i``."""
        found = self._memo.get(i)
        if found is None:
            found = self._memo[i] = fold(self.lines[i][:REACH])
        return found

    def whole(self, i: int) -> str:
        """The fold of line ``i`` as far as ten times REACH: lists of amendments and of addressees are long."""
        return self.fold(i) if len(self.lines[i]) <= REACH else fold(self.lines[i][: 10 * REACH])

    def head(self, n: int) -> list[str]:
        """The folds of the first ``n`` lines."""
        return [self.fold(i) for i in range(min(n, len(self.lines)))]
