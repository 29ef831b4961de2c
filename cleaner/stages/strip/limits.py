"""The thresholds of strip, by name; the figures stand in ``rules/tables/strip-limits.tsv``."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from cleaner.resources import path


class Limits(NamedTuple):
    """Thresholds in characters and lines; what each is for is said in the table."""

    prose_short: int
    prose_medium: int
    prose_long: int
    prose_commas: int
    core_break: int
    core_gap: int
    line_length: int
    link_length: int
    value_length: int
    title_length: int
    bar_pieces: int
    bar_known: int
    repeat: int


@cache
def limits() -> Limits:
    """The table, read once."""
    rows = [line.split("\t") for line in path("tables/strip-limits.tsv").read_text("utf-8").splitlines()[1:]]
    return Limits(**{name: int(value) for name, value, _ in rows})
