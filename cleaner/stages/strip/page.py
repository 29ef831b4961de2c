"""The page as strip sees it: lines of a folded text, with their keys, pieces and shape."""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate

from cleaner.fold import fold
from cleaner.stages.strip.limits import Limits

# what stands around a label and never makes it another one: blanks, list marks, bars, arrows, brackets, colons
MARKS = (
    " \t\r\v\f\u00a0\u3000\u2003\u200b\ufeff|¦│∣┃·•●○◎◆◇■□▪▲△▼▽▶►▸◀◁★☆※◦∙›‹»«>〉》〈《→↑↓[](){}【】「」『』:,、;。_-=*#+~/\"'“”"
)
DROP = {ord(c): None for c in MARKS}
# the same for a whole page, of which a few characters in a hundred are marks
_MARKS = re.compile(f"[{re.escape(MARKS)}]+")
SEPARATORS = re.compile(r"[\s|¦│∣┃·•›»>/、,;\[\]【】()<]+")
SENTENCE_END = re.compile(r"[。;…][”’\"')」』]?$")
# headlines end in these too
EXCLAMATION_END = re.compile(r"[!?][”’\"')」』]?$")
# a headline of a list has its day or its time behind it
ENDS_DATED = re.compile(r"(?:\d{1,2}[-/]\d{1,2}|\d{1,2}:\d{2})\W{0,2}$")
_PARTED = re.compile(r"[ |·\[【/│∣┃]").search
# what ends a line for `reflow`, which comes later, ends one here, too
ODD_LINE_END = re.compile("\r(?!\n)|[\v\f\x1c-\x1e\x85\u2028\u2029]")
# characters of a line that its label can take
LONGEST_LABEL = 120
# characters of a line that show what it is written in
SAMPLE = 60
# characters of the longest line that is looked at as a bar of links
LONGEST_BAR = 600
STOP = re.compile(r"[。!?;]")
HAN = re.compile(r"[\u3400-\u9fff]")
_HAN_RUNS = re.compile(r"[\u3400-\u9fff]+")


class Page:
    """Lines of ``text``: where each begins and how long it is (without line end), folded, bare of blanks, and as a label.

    ``fold`` has the length of ``text``, so every offset found in it is one of the text.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.fold = fold(text)
        raw = self.fold.split("\n")
        self.lengths = list(map(len, raw))
        self.starts = [0, *accumulate(n + 1 for n in self.lengths)][: len(raw)]
        self.lines = list(map(str.strip, raw))
        self.raw = raw
        # line numbers of what is not blank, in order: contexts are contexts of these
        self.filled = [i for i, line in enumerate(self.lines) if line]
        # what `segment` finds of the title, kept for the next who asks
        self.held: list[int] | None = None
        # each line as a label, without marks and blanks; of a line too long to be one, how it begins
        self.keys = _MARKS.sub("", "\n".join([line[:LONGEST_LABEL] for line in self.lines])).split("\n")

    @cached_property
    def pieces(self) -> dict[int, list[str]]:
        """The lines that bars, brackets or blanks part into pieces, and their pieces."""
        found = {}
        for i in self.filled:
            line = self.lines[i]
            if self.lengths[i] <= LONGEST_BAR and _PARTED(line):
                parts = [p for p in SEPARATORS.split(line) if p]
                if len(parts) > 1:
                    found[i] = parts
        return found

    def end(self, i: int) -> int:
        """The end of line ``i``, before its line end."""
        return self.starts[i] + self.lengths[i]

    def indent(self, i: int) -> int:
        """Where the bare line ``lines[i]`` begins in the text."""
        return self.starts[i] + len(self.raw[i]) - len(self.raw[i].lstrip())

    def line_of(self, position: int) -> int:
        """The number of the line in which ``position`` lies."""
        return bisect_right(self.starts, position) - 1


def is_prose(line: str, limits: Limits) -> bool:
    """Whether a bare line reads as running text: it is Chinese by a third, and ends as one does or is long.

    A long line must hold the marks of a sentence, a line of medium length a full stop or several commas.
    """
    n = len(line)
    if n < limits.prose_short or 3 * len("".join(_HAN_RUNS.findall(line[:SAMPLE]))) < min(n, SAMPLE):
        return False
    end = line[-2:]
    if SENTENCE_END.search(end):
        return True
    if n >= limits.prose_medium and EXCLAMATION_END.search(end) and "," in line:
        return True
    # headlines one behind the other are parted by blanks, sentences are not
    if line.count(" ") * limits.prose_gap > n and "。" not in line:
        return False
    if n >= limits.prose_long:
        return line.count(",") + line.count("、") + len(STOP.findall(line)) > 0
    return n >= limits.prose_medium and ("。" in line or line.count(",") >= limits.prose_commas)
