"""The record's classes, its schema and its JSON say the same."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from common import SEEDS, complaints, validator

from cleaner import Cleaner, Document, RestoreError
from cleaner.record import model


@pytest.mark.parametrize(
    ("kind", "where"),
    [
        (model.Source, "source"), (model.Official, "official"), (model.Disclosure, "disclosure"), (model.Law, "law"), (model.Web, "web"),
        (model.Stats, "stats"),
    ],
)  # fmt: skip
def test_classes_and_schema_name_the_same_keys(kind, where):
    assert {f.name for f in fields(kind)} == set(validator().schema["properties"][where]["properties"])


def test_items_and_schema_name_the_same_keys():
    schema = validator().schema
    for kind, where in ((model.Removed, "removed"), (model.Warned, "warnings"), (model.Annex, "annexes")):
        assert {f.name for f in fields(kind)} == set(schema["properties"][where]["items"]["properties"])
    assert {f.name for f in fields(model.Section)} == set(schema["$defs"]["section"]["properties"])
    assert set(model.Replaced(("r",), (0, 1), "a", "b").to_dict()) == set(schema["properties"]["edits"]["items"]["properties"])
    assert set(model.Moved(("r",), 0, 1, 2).to_dict()) == set(schema["properties"]["moves"]["items"]["properties"])


def test_the_schema_refuses_what_is_no_record():
    record = Cleaner().clean(SEEDS[0]).to_dict()
    assert complaints(record) == []
    assert complaints({**record, "surprise": 1})
    assert complaints({**record, "title": None})
    assert complaints({**record, "official": {**record["official"], "issued_on": "20 December"}})


def test_json_is_one_line_and_the_same_as_the_dictionary():
    doc = Cleaner().clean(SEEDS[2])
    assert "\n" not in doc.to_json()
    assert json.loads(doc.to_json()) == doc.to_dict()


def test_a_summary_counts_but_does_not_list():
    doc = Cleaner(provenance="summary").clean(SEEDS[0])
    record = doc.to_dict()
    assert not record.keys() & {"edits", "removed", "moves"}
    assert record["stats"]["rules"]
    with pytest.raises(RestoreError, match="without full provenance"):
        doc.edits  # noqa: B018
    with pytest.raises(RestoreError):
        Document.from_dict(record).restore()


def test_a_summary_is_told_from_a_full_record_even_where_the_length_stays():
    summary = Document.from_json(Cleaner(provenance="summary").clean("資訊產業發展與數據").to_json())
    assert summary.provenance == "summary"
    with pytest.raises(RestoreError, match="without full provenance"):
        summary.restore()


@pytest.mark.parametrize("wrong", [{"raw": "AAAA"}, {"encoding": "xx"}, {"encoding": 5}])
def test_a_damaged_source_is_an_error_of_the_record(wrong):
    record = Cleaner().clean("到2025年,建成。").to_dict()
    record["source"] |= wrong
    with pytest.raises(RestoreError):
        Document.from_dict(record).restore()


@pytest.mark.parametrize("record", ["", "[]", "{}", '{"schema": "cleaner/2"}', '{"schema": "cleaner/1"}'])
def test_what_is_no_record_is_refused(record):
    with pytest.raises(RestoreError):
        Document.from_json(record)


def test_a_record_that_was_tampered_with_is_not_restored():
    record = Cleaner().clean(SEEDS[0]).to_dict()
    record["text"] = record["text"].replace("方案", "方法", 1)
    with pytest.raises(RestoreError, match="sha256"):
        Document.from_dict(record).restore()
