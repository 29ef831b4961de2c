"""Unifying the script: text that is not yet in the wanted script is converted, passage by passage; the rest stays as it is.

``convert`` is OpenCC, exactly: one configuration over the whole text. ``run`` looks at the script first, because no
configuration is the identity on text that is already in its target, and because a document may hold both scripts, or Japanese.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from cleaner.edits import Edits
from cleaner.errors import UsageError
from cleaner.plan import Plan
from cleaner.stages.change import Change, Flag
from cleaner.stages.unify.detect import WAYS, ZHE_WAYS, Look, Script, look, passages, script
from cleaner.stages.unify.names import Kept
from cleaner.stages.unify.verbatim import verbatim

if TYPE_CHECKING:
    from cleaner.stages.unify.fast import Converter, Windows

__all__ = ["convert", "run", "script"]

DOUBT, SURNAME = "unify/one-to-many", "unify/surname"
CONTEXT = 8  # characters on both sides in which a phrase is looked for


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


class Part(NamedTuple):
    """A part of the text from ``start`` on that changed, by which rule, and by a converter or as a name that becomes something."""

    start: int
    before: str
    after: str
    rule: str
    by: Converter | None = None
    windows: Windows | None = None


def run(text: str, plan: Plan) -> Change:
    """``text`` in the script that ``plan.to`` names. Text in that script, Japanese, and text without Han stay untouched.

    ``Change.script`` says in which it was.
    """
    seen = look(text)
    written = script(text, seen)
    ways = WAYS.get(plan.to)
    change = Change(text, script=written)
    there = ways and (("hans" in ways and seen.hans >= 0) or ("hant" in ways and seen.hant >= 0))
    if ways and there and plan.allows(f"unify/{plan.to}", "unify"):
        change = _convert(text, plan, ways, seen, change)
    if ways and plan.quotes == "target" and plan.allows("unify/quotes", "unify"):
        from cleaner.stages.unify.quotes import marked

        change = marked(text, plan.to, change)
    return change


def _convert(text: str, plan: Plan, ways: dict[Script, str], seen: Look, change: Change) -> Change:
    rule = f"unify/{plan.to}"
    if plan.to == "hans" and "著" in text and "着" not in text:
        ways = ZHE_WAYS
    done: list[Part] = []
    untouched = _disjoint([Kept(a, b, text[a:b]) for a, b in verbatim(text)])
    first = 0
    for start, end, found in passages(text, ways.keys(), plan.to, seen):
        config = ways.get(found)
        if config is None:
            continue
        while first < len(untouched) and untouched[first].end <= start:
            first += 1
        kept = []
        at = first
        while at < len(untouched) and untouched[at].start < end:
            a, b = max(untouched[at].start, start), min(untouched[at].end, end)
            kept.append(Kept(a, b, text[a:b]))
            at += 1
        if found == "hans" and plan.allows(SURNAME, "unify"):
            from cleaner.stages.unify.surnames import surnames

            kept += surnames(text, start, end)
        done += _parts(text, start, end, converter(config), plan, change.flags, kept)
    if not done:
        return change
    pieces: list[str] = []
    at = 0
    for part in done:
        pieces += [text[at : part.start], part.after]
        at = part.start + len(part.before)
    pieces.append(text[at:])

    def edits() -> Edits:
        from cleaner.stages.unify.difference import unequal

        starts: list[int] = []
        ends: list[int] = []
        afters: list[str] = []
        rules: list[tuple[str, ...]] = []
        for offset, before, after, by_rule, by, windows in done:
            a, b, c = by.edits(before, after, windows) if by and windows else unequal(before, after)
            starts += [x + offset for x in a] if offset else a
            ends += [x + offset for x in b] if offset else b
            afters += c
            rules += [(by_rule,)] * len(c)
        made = Edits.columns(starts, ends, afters, rule)
        made.rules = rules
        return made

    acted = tuple(dict.fromkeys(part.rule for part in done))
    return Change("".join(pieces), edits, flags=change.flags, script=change.script, rules=acted)


def _parts(text: str, start: int, end: int, by: Converter, plan: Plan, flags: list[Flag], kept: list[Kept]) -> Iterator[Part]:
    """The parts of a passage that change. ``kept``, names, and what is left because no phrase decides, are not converted."""
    rule = f"unify/{plan.to}"
    if plan.protected:
        kept += [Kept(start + a, start + b, form) for a, b, form, _ in plan.protected.find(text[start:end])]
    kept = _disjoint(kept)
    if plan.ambiguous != "convert" and plan.allows(DOUBT, "unify"):
        kept = _doubted(text, start, end, by, plan, flags, kept)
    at = start
    for a, b, form, by_rule in [*kept, Kept(end, end, "")]:
        before = text[at:a]
        if before:
            after, windows = by.detail(before)
            if after != before:
                yield Part(at, before, after, rule, by, windows)
        if form != text[a:b]:
            yield Part(a, text[a:b], form, by_rule or rule)
        at = b


def _returns(text: str, place: int, by: Converter) -> bool:
    """Whether a phrase on the way back to traditional script gives the character again: 乾燥 is 干燥, and 干燥 only 乾燥.

    The dictionaries towards simplified script hold the exceptions only.
    """
    start = max(0, place - CONTEXT)
    piece = text[start : place + CONTEXT]
    simplified = by.convert(piece)
    back = converter("s2t")
    at = place - start
    return (
        len(simplified) == len(piece)
        and back.convert(simplified)[at : at + 1] == text[place]
        and not back.alone(simplified, at)
    )


def _disjoint(kept: list[Kept]) -> list[Kept]:
    """``kept`` in order; of those that overlap the first, and of those with one start the longest."""
    found: list[Kept] = []
    for one in sorted(kept, key=lambda k: (k.start, -k.end)):
        if not found or one.start >= found[-1].end:
            found.append(one)
    return found


def _doubted(text: str, start: int, end: int, by: Converter, plan: Plan, flags: list[Flag], kept: list[Kept]) -> list[Kept]:
    """``kept``, and what is to be left because no phrase decides; or, where that is to be flagged, the flags in ``flags``."""
    from cleaner.stages.unify.several import flags_of, several

    open_to_doubt = several(plan.to)
    places: list[int] = []
    at = start
    for a, b, *_ in [*kept, Kept(end, end, "")]:
        places += [at + p for p in by.undecided(text[at:a], open_to_doubt)]
        at = b
    if plan.to == "hans":
        places = [p for p in places if not _returns(text, p, by)]
    if plan.ambiguous == "leave":
        return sorted([*kept, *(Kept(p, p + 1, text[p]) for p in places)])
    flags += flags_of(text, places, plan.to)
    return kept
