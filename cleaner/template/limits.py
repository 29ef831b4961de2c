"""The thresholds of the template, by name; the figures stand in ``rules/tables/template-limits.tsv``."""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

from cleaner.resources import path


class Limits(NamedTuple):
    """Thresholds; what each is for is said in the table."""

    block: int
    block_alone: int
    block_at_edge: int
    documents: int
    edge: int
    line_alone: int
    own_share: int
    pack_share: int
    prose_block: int
    sample: int
    share: int
    slot: int
    slot_shared: int
    witnesses: int
    witness_length: int


@cache
def limits() -> Limits:
    """The table ``template-limits.tsv``, read once."""
    rows = [line.split("\t") for line in path("tables/template-limits.tsv").read_text("utf-8").splitlines()[1:]]
    return Limits(**{name: int(value) for name, value, _ in rows})
