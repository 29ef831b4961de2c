"""All that this stage does to one line, rule after rule."""

from __future__ import annotations

from functools import partial

from cleaner.stages.punctuate.marks import RULES, Mark, english, is_han, latin_commas, marks, record
from cleaner.stages.punctuate.protect import mask
from cleaner.stages.punctuate.sequences import RULES as SEQUENCE_RULES
from cleaner.stages.punctuate.sequences import dashes, ellipses, numbers
from cleaner.stages.punctuate.spaces import RULE as SPACING
from cleaner.stages.punctuate.spaces import label, tight


def rules() -> tuple[str, ...]:
    """The ids of this stage's rules."""
    return (*dict.fromkeys(RULES.values()), *SEQUENCE_RULES, SPACING)


def line_marks(line: str, careful: bool, tighten: bool, ignored: frozenset[str]) -> list[Mark]:
    """What is to be replaced in one line, in order and disjoint.

    careful: evidence counts only directly beside a mark.  tighten: spaces go too.  ignored: rules that may not act.
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
    if not tighten:
        return [_with_space(m, masked) for m in sorted(found)] if " " in line else sorted(found)
    return sorted(found + tight(masked)) if SPACING not in ignored else sorted(found)


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
