"""Edits as JSON, written from columns: a traditional document has one for every second or third character."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import compress
from json.encoder import encode_basestring
from operator import not_
from typing import Any

from cleaner.edits.algebra import Edits, Rules


def changes_json(edits: Edits, befores: Sequence[str]) -> Iterator[str]:
    """The members ``removed`` and ``edits`` of a record, those that hold anything; befores: what stood at each edit."""
    if not len(edits):
        return
    kept: list[bool] = []
    if any(edits.kinds):
        gone = zip(edits.rules, edits.kinds, edits.starts, edits.ends, befores, strict=True)
        items = [
            f'{{"rule":{encode_basestring(r[0])},"kind":"{k}","span":[{s},{e}],"text":{encode_basestring(b)}}}'
            for r, k, s, e, b in gone
            if k
        ]
        yield f'"removed":[{",".join(items)}]'
        kept = list(map(not_, edits.kinds))
        if not any(kept):
            return

    def column(items: Iterable[Any]) -> Iterable[Any]:
        return compress(items, kept) if kept else items

    size = sum(kept) if kept else len(edits)
    cells: list[Any] = [None] * (5 * size)
    cells[0::5] = column(_heads(edits.rules))
    cells[1::5] = column(edits.starts)
    cells[2::5] = column(edits.ends)
    cells[3::5] = map(encode_basestring, column(befores))
    cells[4::5] = map(encode_basestring, column(edits.afters))
    # one format over all of them: half the time of one string for each
    written = '%s%d,%d],"before":%s,"after":%s' * size % tuple(cells)
    yield f'"edits":[{written[2:]}}}]'


def _heads(rules: list[Rules]) -> Iterator[str]:
    """What stands from the end of one edit to the positions of the next."""
    heads = {r: f'}},{{"rules":{json.dumps(r, separators=(",", ":"))},"span":[' for r in set(rules)}
    return map(heads.__getitem__, rules)
