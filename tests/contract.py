"""A checker of the record's contract that shares no code with the program: it reads JSON and the source's bytes, nothing else.

``violations(record, data)`` gives one line for each point of the contract (DESIGN: the record) that a record breaks. The model
behind it is as plain as can be: every character of the page text is a slot that holds what it contributes to the output.
"""

from __future__ import annotations

import base64
import hashlib
import zlib
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

FEW = 8  # the longest deletion, in characters, that may be an edit


def order(length: int, moves: list[dict[str, Any]]) -> list[int]:
    """Positions of the page text in the order of the output."""
    moved = {p for m in moves for p in range(*m["from"])}
    found: list[int] = []
    for p in range(length + 1):
        for m in moves:
            if m["to"] == p:
                found += range(*m["from"])
        if p < length and p not in moved:
            found.append(p)
    return found


def undo_and_replay(record: dict[str, Any]) -> tuple[str, str]:
    """The page text out of the record alone, and the text that its edits and moves then give."""
    length = record["stats"]["chars_in"]
    edits = [(e["span"][0], e["span"][1], e["after"], e["before"]) for e in record.get("edits", [])]
    gone = [(r["span"][0], r["span"][1], "", r["text"]) for r in record.get("removed", [])]
    items = sorted(edits + gone, key=lambda i: (i[0], i[1]))
    inserted: dict[int, str] = {}
    for start, end, after, _ in items:
        if start == end:
            inserted[start - 1] = inserted.get(start - 1, "") + after
    before: dict[int, str] = {}
    contributes: dict[int, str] = {}
    for start, end, after, was in items:
        for n, p in enumerate(range(start, end)):
            before[p] = was[n]
            contributes[p] = after if not n else ""
    text = record["text"]
    page = [""] * length
    at = len(inserted.get(-1, ""))
    replayed = [inserted.get(-1, "")]
    for p in order(length, record.get("moves", [])):
        if p in contributes:
            page[p] = before[p]
            at += len(contributes[p])
            replayed.append(contributes[p])
        else:
            page[p] = text[at : at + 1]
            at += 1
            replayed.append(page[p])
        extra = inserted.get(p, "")
        at += len(extra)
        replayed.append(extra)
    return "".join(page), "".join(replayed)


def walk(sections: list[dict[str, Any]]) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    todo: list[tuple[dict[str, Any], dict[str, Any] | None]] = [(s, None) for s in sections]
    while todo:
        node, parent = todo.pop()
        yield node, parent
        todo += [(s, node) for s in node.get("sections", [])]


def empties(value: Any, where: str = "") -> Iterator[str]:
    """Keys whose value is null or empty, which a record leaves out (an edit's ``after`` and an insertion's ``before`` aside)."""
    if isinstance(value, dict):
        for key, below in value.items():
            if key in ("raw", "text", "edits", "removed"):
                continue
            if below is None or below in ([], {}, ""):
                yield f"{where}/{key} is empty"
            yield from empties(below, f"{where}/{key}")
    elif isinstance(value, list):
        for below in value:
            yield from empties(below, where)


def violations(record: dict[str, Any], data: bytes, page: str | None = None) -> list[str]:
    """What of the contract the record of the source ``data`` breaks; ``page`` is the page text where the caller knows it."""
    return list(_violations(record, data, page))


def _violations(record: dict[str, Any], data: bytes, known_page: str | None) -> Iterator[str]:
    text, length = record["text"], record["stats"]["chars_in"]
    page, replayed = undo_and_replay(record)
    if replayed != text:
        yield "replaying edits, removals and moves does not give the text"
    if known_page is not None and page != known_page:
        yield "undoing does not give the page text"
    source = record["source"]
    if "raw" in source:
        back = zlib.decompress(base64.b64decode(source["raw"]))
    else:
        try:
            back = page.encode(source["encoding"])
        except UnicodeEncodeError:
            back = b""
            yield "the page text cannot be encoded and the source is not carried"
    if back != data:
        yield "the source's bytes do not come back"
    if hashlib.sha256(data).hexdigest() != source["sha256"] or source["bytes"] != len(data):
        yield "sha256 or length of the source are wrong"
    yield from _spans(record, page, length)
    yield from _text(record, text)
    yield from empties(record)


def _spans(record: dict[str, Any], page: str, length: int) -> Iterator[str]:
    edits, removed, moves = record.get("edits", []), record.get("removed", []), record.get("moves", [])
    items = sorted(
        [(*e["span"], e["before"], e["after"], True) for e in edits] + [(*r["span"], r["text"], "", False) for r in removed],
        key=lambda i: (i[0], i[1]),
    )
    seams = {p for m in moves for p in (*m["from"], m["to"])}
    if [e["span"] for e in edits] != sorted(e["span"] for e in edits) or [r["span"] for r in removed] != sorted(
        r["span"] for r in removed
    ):
        yield "edits or removals are not in the order of the page text"
    for start, end, before, after, is_edit in items:
        if not 0 <= start <= end <= length or page[start:end] != before:
            yield f"{before[:20]!r} is not the slice [{start}, {end}) of the page text"
        if is_edit and before == after:
            yield f"an edit at {start} changes nothing"
        if is_edit and not after and len(before) > FEW:
            yield f"a deletion of {len(before)} characters at {start} is an edit"
        if is_edit and "\n" in after.strip("\n"):
            yield f"the edit at {start} reaches beyond one paragraph"
        if any(start < p < end for p in seams):
            yield f"the edit at {start} reaches across the seam of a move"
    for a, b in pairwise(items):
        if a[1] > b[0]:
            yield f"spans overlap at {b[0]}"
        if a[1] == b[0] and a[4] and b[4] and b[0] not in seams and "\n" not in (a[3] + b[3]).strip("\n"):
            yield f"touching edits at {b[0]} are not one edit"
    for w in record.get("warnings", []):
        if "span" in w and not 0 <= w["span"][0] <= w["span"][1] <= length:
            yield f"the span of warning {w['code']} leaves the page text"


def _text(record: dict[str, Any], text: str) -> Iterator[str]:
    lines = text.split("\n")  # an empty text is one empty line
    if text and any(not line.strip() for line in lines):
        yield "text has a blank line"
    if any("\r" in line for line in lines):
        yield "text has a carriage return"
    tops = record.get("sections", []) + list(record.get("annexes", []))
    covered = sorted(tuple(s["lines"]) for s in tops)
    if [n for a, b in covered for n in range(a, b)] != list(range(len(lines))):
        yield "sections and annexes do not cover every line of text once"
    nodes = list(walk(record.get("sections", []) + [s for a in record.get("annexes", []) for s in a.get("sections", [])]))
    for node, parent in nodes:
        first, end = node["lines"]
        if not 0 <= first < end <= len(lines):
            yield f"section {node.get('heading')!r} has lines {node['lines']}"
        if parent is not None and not parent["lines"][0] <= first < end <= parent["lines"][1]:
            yield f"section {node.get('heading')!r} leaves its parent"
        if parent is not None and node["level"] <= parent["level"]:
            yield f"section {node.get('heading')!r} is not deeper than its parent"
    if record["stats"]["chars_out"] != len(text):
        yield "stats.chars_out is not the length of text"
    if record["stats"]["removed"] != sum(r["span"][1] - r["span"][0] for r in record.get("removed", [])):
        yield "stats.removed is not the length of what was removed"
    if record["stats"]["edits"] != len(record.get("edits", [])):
        yield "stats.edits is not the number of edits"
