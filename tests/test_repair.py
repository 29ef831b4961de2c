"""Wrong characters made right: cases and negatives as data, the seed that holds shifted bytes, and what holds for any text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.language import model
from cleaner.plan import Plan
from cleaner.stages import repair
from cleaner.stages.repair import codecs, suspects, transcode

ROOT = Path(__file__).parent.parent
CASES = json.loads((ROOT / "fixtures" / "repair" / "cases.json").read_text("utf-8"))
NEGATIVES = json.loads((ROOT / "fixtures" / "repair" / "negatives.json").read_text("utf-8"))
KNOWN_FAILURES = json.loads((ROOT / "fixtures" / "repair" / "known-failures.json").read_text("utf-8"))
PLAN = Plan()


def check(text):
    """Run the stage. The edits give the text, the text gives the input back, a second run does nothing, no edit crosses a line end."""
    change = repair.run(text, PLAN)
    edits = change.settled()
    assert edits.apply(text) == change.text
    assert edits.invert(text).apply(change.text) == text
    for edit in edits:
        # a soft line end of quoted-printable is none of the text
        assert "\n" not in text[edit.start : edit.end].replace("=\n", "")
        # a line end is written where an escape stood for one
        assert "\n" not in edit.after or edit.rules == ("repair/escape",)
    for flag in change.flags:
        assert flag.start is None or 0 <= flag.start <= flag.end <= len(text)
    again = repair.run(change.text, PLAN)
    assert (again.text, len(again.settled())) == (change.text, 0)
    return change


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_cases(case):
    change = check(case["text"])
    assert change.text == case["want"]
    assert set(case["flags"]) <= {f.code for f in change.flags}


@pytest.mark.parametrize("case", KNOWN_FAILURES, ids=[c["name"] for c in KNOWN_FAILURES])
@pytest.mark.xfail(strict=True, reason="the model prefers another reading, or no engine tries")
def test_known_failures(case):
    assert check(case["text"]).text == case["want"]


@pytest.mark.parametrize("case", NEGATIVES, ids=[c["text"][:20] for c in NEGATIVES])
def test_negatives(case):
    change = check(case["text"])
    assert change.text == case["text"]
    assert not change.flags


def test_seed_with_shifted_bytes():
    (seed,) = (ROOT / "seeds").glob("001*.txt")
    (gold,) = (ROOT / "fixtures" / "seeds").glob("001*.json")
    fold = model().fold
    lines = ["".join(map(fold, line)) for line in check(seed.read_text("utf-8")).text.split("\n")]
    for line in json.loads(gold.read_text("utf-8"))["text"]:
        assert "".join(map(fold, line)) in [x.replace("著", "着") for x in lines]


def test_clean_text_is_given_back_itself():
    text = "春分过后，白昼一天比一天长。\n" * 50
    change = repair.run(text, PLAN)
    assert change.text is text
    assert not suspects.look(text)


def test_rules_can_be_left_out():
    text = "構(gòu)建規(guī)?；瘧?yīng)用的國(guó)家標準。⼈⼯"
    assert "(guó)" in repair.run(text, Plan(ignore=("repair/pinyin",))).text
    assert "⼈" in repair.run(text, Plan(ignore=("repair/radical",))).text
    assert repair.run(text, Plan(ignore=("repair",))).text == text


def test_an_edit_is_as_small_as_can_be():
    text = "這個(gè)方案關(guān)系到國(guó)家發(fā)展。"
    assert [text[e.start : e.end] for e in repair.run(text, PLAN).settled()] == ["(gè)", "(guān)", "(guó)", "(fā)"]


def test_gbk_automaton():
    assert codecs.gbk_feed((), 0xC4) == ((0xC4,), ())
    assert codecs.gbk_feed((0xC4,), 0xA3) == ((), ("模",))
    assert codecs.gbk_feed((0xC4,), 0x20) == (None, ())
    assert "模" in codecs.gbk_feed((codecs.ANY,), 0xA3)[1]


def test_the_look_sees_whatever_the_byte_repairs_act_on():
    for case in CASES:
        if transcode.latin(case["text"])[0] or transcode.crossed(case["text"])[0]:
            assert suspects.look(case["text"]).chars


PIECES = (
    [c["text"] for c in CASES]
    + [n["text"] for n in NEGATIVES]
    + ["?", "(", ")", "\n", "&", "\\u", "%", "\ufffd", "；", "1", "春"]
)


@settings(max_examples=120, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_any_mixture(text):
    check(text)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=80))
def test_any_text(text):
    check(text)


@pytest.mark.parametrize(
    "text",
    [
        "?" * 300_000,
        "&amp;" * 40_000,
        "a" * 300_000 + "%41%",
        "é" * 200_000,
        "國(guó)家發(fā)展" + "人?" * 100_000,
        "锛銆" * 60_000,
        "人\xa0" * 60_000,
    ],
    ids=["marks", "entities", "percent", "latin", "shift", "strange", "spaces"],
)
def test_long_and_strange(text):
    change = repair.run(text, PLAN)
    assert change.settled().apply(text) == change.text
