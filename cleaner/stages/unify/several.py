"""Characters with several counterparts in the other script, where no phrase decides which (发: 發 or 髮; 乾: 干 or 乾)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from itertools import groupby

from cleaner import resources
from cleaner.stages.change import Flag

TABLE = "tables/unify-several.tsv"
RULE = "unify/one-to-many"


@cache
def several(to: str) -> dict[str, str]:
    """The characters that have several counterparts on the way ``to`` a target, with these. To be read only."""
    script = "hans" if to == "hans" else "hant"
    rows = (x.split("\t") for x in resources.path(TABLE).read_text("utf-8").splitlines() if not x.startswith("#"))
    return {char: forms for way, char, forms in rows if way == script}


def flags_of(text: str, places: Iterable[int], to: str) -> list[Flag]:
    """One flag for each such character that no phrase decides at these places of ``text``, with its first place."""
    found = []
    for char, group in groupby(sorted((text[p], p) for p in places), key=lambda pair: pair[0]):
        first, *more = (p for _, p in group)
        times = f"{len(more) + 1} times" if more else "once"
        found.append(Flag(RULE, f"{char} may be {several(to)[char]}: no phrase decides, {times}", first, first + 1))
    return sorted(found, key=lambda flag: flag.start or 0)
