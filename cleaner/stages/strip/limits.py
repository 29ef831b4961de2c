"""The thresholds and patterns of strip, by name; they stand in ``rules/tables/strip-limits.tsv`` and ``strip-patterns.toml``."""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

from cleaner.resources import path


class Limits(NamedTuple):
    """Thresholds in characters and lines; what each is for is said in the table."""

    prose_short: int
    prose_medium: int
    prose_long: int
    prose_commas: int
    prose_gap: int
    core_break: int
    core_gap: int
    line_length: int
    link_length: int
    value_length: int
    title_length: int
    bar_pieces: int
    bar_known: int
    repeat: int
    zone_dated: int
    zone_marks: int
    zone_points: int


@cache
def limits() -> Limits:
    """The table, read once."""
    rows = [line.split("\t") for line in path("tables/strip-limits.tsv").read_text("utf-8").splitlines()[1:]]
    return Limits(**{name: int(value) for name, value, _ in rows})


@cache
def _patterns() -> dict[str, str]:
    import tomllib

    found: dict[str, str] = tomllib.loads(path("tables/strip-patterns.toml").read_text("utf-8"))
    return found


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The pattern of that name, compiled at the first use."""
    return re.compile(_patterns()[name], re.VERBOSE | re.DOTALL)
