"""Unifying the script: text that is not yet in the wanted script is converted, passage by passage; the rest stays as it is.

``convert`` is OpenCC, exactly: one configuration over the whole text. ``run`` looks at the script first, because no
configuration is the identity on text that is already in its target, and because a document may hold both scripts, or Japanese.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from cleaner.edits import Edits
from cleaner.errors import UsageError
from cleaner.plan import Plan
from cleaner.stages.change import Change
from cleaner.stages.unify.detect import WAYS, ZHE_WAYS, look, passages, script

if TYPE_CHECKING:
    from cleaner.stages.unify.fast import Converter, Windows

__all__ = ["convert", "run", "script"]


@cache
def converter(config: str) -> Converter:
    """The converter of a configuration, made at its first use."""
    from cleaner.stages.unify.dictionaries import CONFIGS, OWN_CONFIGS
    from cleaner.stages.unify.fast import Converter

    if config not in CONFIGS and config not in OWN_CONFIGS:
        raise UsageError(f"config: {config!r} is none of {', '.join(CONFIGS)}")
    return Converter(config)


def convert(text: str, config: str) -> str:
    """``text`` as OpenCC's ``config`` (s2t, t2s, s2tw, tw2sp, …) converts it. Raises UsageError for an unknown name."""
    return converter(config).convert(text)


def run(text: str, plan: Plan) -> Change:
    """``text`` in the script that ``plan.to`` names. Text in that script, Japanese, and text without Han stay untouched.

    ``Change.script`` says in which it was.
    """
    seen = look(text)
    written = script(text, seen)
    ways = WAYS.get(plan.to)
    rule = f"unify/{plan.to}"
    if not ways or not plan.allows(rule, "unify"):
        return Change(text, script=written)
    if plan.to == "hans" and "著" in text and "着" not in text:
        ways = ZHE_WAYS
    pieces: list[str] = []
    done: list[tuple[int, str, str, Converter, Windows]] = []
    at = 0
    for start, end, found in passages(text, ways.keys(), plan.to, seen):
        config = ways.get(found)
        if config is None:
            continue
        before = text[start:end]
        after, windows = converter(config).detail(before)
        if after == before:
            continue
        pieces += [text[at:start], after]
        done.append((start, before, after, converter(config), windows))
        at = end
    if not done:
        return Change(text, script=written)
    pieces.append(text[at:])

    def edits() -> Edits:
        starts: list[int] = []
        ends: list[int] = []
        afters: list[str] = []
        for offset, before, after, by, windows in done:
            a, b, c = by.edits(before, after, windows)
            starts += [x + offset for x in a] if offset else a
            ends += [x + offset for x in b] if offset else b
            afters += c
        return Edits.columns(starts, ends, afters, rule)

    return Change("".join(pieces), edits, script=written, rules=(rule,))
