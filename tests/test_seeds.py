"""The five seed documents come out exactly as their gold says, and so do the same documents with other names."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from common import FIXTURES, SEEDS, complaints
from contract import violations, walk

from cleaner import Cleaner, Document

GOLD = {p.stem: json.loads(p.read_text("utf-8")) for p in sorted((FIXTURES / "seeds").glob("*.json"))}
# names that stand in the seeds, and others of the same length that are the same in both scripts
OTHER_NAMES = [line.split("\t") for line in (FIXTURES / "seeds" / "other-names.tsv").read_text("utf-8").splitlines()]


def tight(text: str) -> str:
    return "".join(text.split())


def sections(record: dict) -> list[dict]:
    tops = record.get("sections", []) + [s for a in record.get("annexes", []) for s in a.get("sections", [])]
    return sorted((node for node, _ in walk(tops)), key=lambda s: s["lines"][0])


def differences(record: dict, gold: dict, source: str) -> Iterator[str]:
    got, want = record["text"].split("\n"), gold["text"]
    yield from (f"text: {g!r}, gold {w!r}" for g, w in zip(got, want, strict=False) if tight(g) != tight(w))
    if len(got) != len(want):
        yield f"{len(got)} lines, gold {len(want)}"
    for key in ("type", "title", "title_by"):
        if record.get(key) != gold.get(key):
            yield f"{key}: {record.get(key)!r}, gold {gold.get(key)!r}"
    for group in ("official", "disclosure", "web"):
        if record.get(group, {}) != gold.get(group, {}):
            yield f"{group}: {record.get(group)}, gold {gold.get(group)}"
    first = [[s.get("number", ""), s["heading"]] for s in sections(record) if s["level"] == 1 and "heading" in s]
    if first != gold["headings_1"]:
        yield f"headings: {first}"
    second = [s for s in sections(record) if s["level"] == 2]
    if len(second) != gold["count_2"] or not all(s.get("heading") for s in second):
        yield f"{len(second)} headings of level 2, gold {gold['count_2']}"
    gone = "\n".join(r["text"] for r in record.get("removed", []))
    yield from (f"not removed: {piece}" for piece in gold.get("removed_contains", []) if piece not in gone)
    for phrase in gold.get("warnings_near", []):
        at = source.index(phrase)
        spans = [w["span"] for w in record.get("warnings", []) if "span" in w]
        if not any(a <= at + len(phrase) and b >= at for a, b in spans):
            yield f"no warning at {phrase}"
    for heading in gold.get("moved", []):
        if not any(heading in source[slice(*m["from"])] for m in record.get("moves", [])):
            yield f"not moved: {heading}"


@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem)
def test_seed_is_exact_and_keeps_the_contract(path):
    data = path.read_bytes()
    record = json.loads(Cleaner().clean(data, path.name).to_json())
    assert list(differences(record, GOLD[path.stem], data.decode())) == []
    assert violations(record, data, data.decode()) == []
    assert complaints(record) == []
    assert Document.from_dict(record).restore() == data


@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem)
def test_seed_under_other_names_is_exact_too(path):
    source, gold = path.read_text("utf-8"), json.dumps(GOLD[path.stem], ensure_ascii=False)
    for name, other in OTHER_NAMES:
        source, gold = source.replace(name, other), gold.replace(name, other)
    assert source != path.read_text("utf-8")
    record = Cleaner().clean(source).to_dict()
    assert list(differences(record, json.loads(gold), source)) == []


@pytest.mark.parametrize("path", SEEDS, ids=lambda p: p.stem)
def test_clean_seed_cleaned_again_stays_as_it_is(path):
    once = Cleaner().clean(path).text
    again = Cleaner().clean(once)
    assert again.text == once
    assert not again.moves
    assert not again.removed
