"""All that this stage does to one line, rule after rule."""

from __future__ import annotations

from functools import partial

from cleaner.plan import Spacing
from cleaner.stages.punctuate.marks import RULES, Mark, english, is_han, latin_commas, marks, record
from cleaner.stages.punctuate.protect import mask
from cleaner.stages.punctuate.sequences import RULES as SEQUENCE_RULES
from cleaner.stages.punctuate.sequences import dashes, ellipses, numbers
from cleaner.stages.punctuate.spaces import RULE as SPACING
from cleaner.stages.punctuate.spaces import label, spaced, tight


def rules() -> tuple[str, ...]:
    """The ids of this stage's rules."""
    return (*dict.fromkeys(RULES.values()), *SEQUENCE_RULES, SPACING)


def line_marks(line: str, careful: bool, spaces: Spacing, ignored: frozenset[str]) -> list[Mark]:
    """What is to be replaced in one line, in order and disjoint.

    careful: evidence counts only directly beside a mark.  spaces: what becomes of them.  ignored: rules that may not act.
    """
    if line.isascii():
        return []
    masked = mask(line)
    if english(masked) or record(line):
        return []
    found: list[Mark] = []
    for step in (numbers, partial(marks, careful=careful), latin_commas, ellipses, dashes):
        made = step(masked)
        if made:
            made = sorted(m for m in made if m[3] not in ignored)
            masked = _set(masked, made)
            found += made
    if spaces != "tight":
        found = [_with_space(m, masked) for m in found] if " " in line else found
    if SPACING not in ignored and spaces != "keep":
        found += tight(masked) if spaces == "tight" else spaced(masked)
    return sorted(found)


def _set(line: str, made: list[Mark]) -> str:
    """``line`` with these made, of the same length: an ellipsis is as long as its dots were."""
    parts = []
    at = 0
    for start, end, after, _ in made:
        parts += [line[at:start], after[0] * (end - start)]
        at = end
    parts.append(line[at:])
    return "".join(parts)


def _with_space(mark: Mark, line: str) -> Mark:
    """A mark that became full-width takes the one space behind it along, except where that parts two fields."""
    start, end, after, rule = mark
    following = line[end + 1 : end + 2]
    goes = line[end : end + 1] == " " and (is_han(following) or (following.isascii() and following.isalnum()))
    if goes and after in "，；：？！）" and not label(line, end + 1):
        return start, end + 1, after, rule
    return mark
