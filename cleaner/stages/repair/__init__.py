"""Repair: wrong characters made right where that is certain, flagged where it is not.

A cheap look (``suspects``) decides whether there is anything to do. The repairers stand in ``PASSES``, in their order: outer
layers before inner ones. They run again until nothing changes, as one layer may hide another.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from cleaner.edits import Edit, Edits, compose
from cleaner.plan import Plan
from cleaner.stages.change import Change, Flag
from cleaner.stages.repair.suspects import LATIN, Suspects, look

MOST_ROUNDS = 4  # layers that are undone
# line ends beside \n. U+0085, \v and U+001C to U+001E are not among them: here they are bytes of mojibake or stray controls
LINE_ENDS = "\r\f\u2028\u2029"
LINE_END = re.compile("\r(?!\n)|[\f\u2028\u2029]")

_LATIN = re.compile(f"[{LATIN}]")
_TONED = re.compile("[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ]")
_RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
_WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]")
_SPACES = re.compile("[\xa0\u2002-\u200a\u202f]")
_HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff]"
)
_STRANGE_FROM = "\u3400"


def run(text: str, plan: Plan) -> Change:
    """What has to change in ``text``, and what is lost. Nothing is done to a text without suspects."""
    found = look(text)
    if not found:
        return Change(text)
    # what ends a line for later stages ends one here; of the same length, so that every position in it is one of the text
    edits, flags, now = Edits(), [], LINE_END.sub("\n", text) if any(c in text for c in LINE_ENDS) else text
    for _ in range(MOST_ROUNDS):
        before = now
        for wanted, mend in PASSES:
            if wanted(found):
                made, said = mend(now, plan)
                flags += [_back(flag, edits) for flag in said]
                made = [e for e in made if e.start < e.end or e.after]
                if made:
                    step = Edits.of(made)
                    edits = compose(edits, step, now)
                    now = step.apply(now)
        if now == before:
            break
        found = look(now)
        if not found:
            break
    if found.chars or found.lost:
        from cleaner.stages.repair.lost import flags as lost

        flags += [_back(flag, edits) for flag in lost(now, found) if plan.allows(flag.code, "repair")]
    return Change.of(text, edits, flags=_distinct(flags))


def _back(flag: Flag, edits: Edits) -> Flag:
    """``flag`` with its span in the stage's input."""
    if flag.start is None or flag.end is None or not len(edits):
        return flag
    start, end = edits.source_span(flag.start, flag.end)
    return flag._replace(start=start, end=end)


def _distinct(flags: list[Flag]) -> list[Flag]:
    return sorted(dict.fromkeys(flags), key=lambda f: (f.start or 0, f.code))


Mend = Callable[[str, Plan], tuple[list[Edit], list[Flag]]]


def _allowed(edits: list[Edit], plan: Plan) -> list[Edit]:
    return [e for e in edits if plan.allows(e.rules[0], "repair")]


def _escapes(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.escapes import mend

    return _allowed(mend(text, not plan.careful), plan), []


def _latin(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.transcode import latin

    edits, flags = latin(text)
    return _allowed(edits, plan), flags


def _crossed(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.transcode import CROSSED, crossed

    return crossed(text) if plan.allows(CROSSED, "repair") else ([], [])


def _shift(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.shift import PINYIN, SHIFT, is_noted, mend

    if not (plan.allows(PINYIN, "repair") or plan.allows(SHIFT, "repair")) or not is_noted(text):
        return [], []
    edits, flags = mend(text, plan.allows(SHIFT, "repair"))
    return _allowed(edits, plan), flags


def _dropped(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.dropped import DROPPED, mend

    return mend(text) if plan.allows(DROPPED, "repair") else ([], [])


def _notes(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.notes import mend

    return _allowed(mend(text), plan), []


def _radicals(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.characters import radicals

    return _allowed(radicals(text), plan), []


def _wide(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.characters import full_width

    return _allowed(full_width(text), plan), []


def _hidden(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.characters import invisible

    return _allowed(invisible(text), plan), []


def _look_alikes(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.characters import look_alikes

    return _allowed(look_alikes(text), plan), []


def _odd_spaces(text: str, plan: Plan) -> tuple[list[Edit], list[Flag]]:
    from cleaner.stages.repair.characters import odd_spaces

    return _allowed(odd_spaces(text), plan), []


# the repairers in order, each with the test of whether the suspects are any of its business
PASSES: tuple[tuple[Callable[[Suspects], bool], Mend], ...] = (
    (lambda s: s.escape, _escapes),
    (lambda s: any(map(_LATIN.match, s.chars)), _latin),
    (lambda s: any(c >= _STRANGE_FROM for c in s.chars), _crossed),
    (lambda s: any(map(_TONED.match, s.chars)), _shift),
    (lambda s: s.shifted, _dropped),
    (lambda s: s.note, _notes),
    (lambda s: any(map(_RADICALS.match, s.chars)), _radicals),
    (lambda s: any(map(_WIDE.match, s.chars)), _wide),
    (lambda s: any(map(_HIDDEN.match, s.chars)), _hidden),
    (lambda s: s.alike, _look_alikes),
    (lambda s: any(map(_SPACES.match, s.chars)), _odd_spaces),
)
