"""Do the lines of wrapped text take turns, as those of columns do that were read row by row?

Where lines stand in their order, a full line that ends open goes on in the next one; where the lines of two or three columns
alternate, in the second or third. The character model says which of the three follows best. On texts of both kinds the next line
is the best one in 0.74 of the lines and more, or in 0.47 and less. In a list, whose lines go on nowhere, none follows well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cleaner.stages.reflow import seam

COLUMNS = 3  # lines in which the best is looked for
SAMPLE = 48  # lines of a text that are asked, at even distances
LEAST = 12  # lines that are enough to say something
FOLLOWS = 7.0  # nats of a line that follows well
RUNNING = 0.55  # of the lines must have one that does
ALTERNATE = 0.72  # of the lines have the best behind them; below it some pages may alternate
DISORDER = 0.6  # and below it the lines do


class Turns(NamedTuple):
    """alternate: the lines of a page may take turns.  disorder: they do."""

    alternate: bool
    disorder: bool


def look(texts: Sequence[str], opened: Sequence[int]) -> Turns:
    """What ``texts`` show. ``opened``: those that are full and end inside a sentence, ascending."""
    asked = [i for i in opened[:: max(1, len(opened) // SAMPLE)] if i + COLUMNS < len(texts)]
    if len(asked) < LEAST:
        return Turns(False, False)
    best = follows = 0
    for i in asked:
        odds = [seam.seam(texts[i], texts[i + n]) for n in range(1, COLUMNS + 1)]
        best += odds[0] == max(odds)
        follows += max(odds) >= FOLLOWS
    running = follows >= RUNNING * len(asked)
    return Turns(running and best < ALTERNATE * len(asked), running and best < DISORDER * len(asked))
