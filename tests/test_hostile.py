"""Texts that could be slow or wrong: every stage ends and its edits give its text. benchmarks/hostile.py measures the time."""

from __future__ import annotations

import tomllib

import pytest
from common import FIXTURES

from cleaner.edits import replay
from cleaner.pipeline import STAGES
from cleaner.plan import Plan
from cleaner.stages.structure import structure

PLAN = Plan()
SIZE = 6_000
TEXTS = [
    pytest.param(
        stage, case.get("head", "") + case["unit"] * (SIZE // len(case["unit"])) + case.get("tail", ""), id=f"{stage}: {name}"
    )
    for stage, cases in tomllib.loads((FIXTURES / "hostile.toml").read_text("utf-8")).items()
    for name, case in cases.items()
]


@pytest.mark.parametrize(("stage", "text"), TEXTS)
def test_the_stage_ends_and_its_edits_give_its_text(stage, text):
    if stage == "structure":
        found = structure(text, PLAN)
        covered = sorted([s.lines for s in found.sections] + [a.lines for a in found.annexes])
        assert [a for a, _ in covered] == [0, *(b for _, b in covered[:-1])]
        assert covered[-1][1] == text.count("\n") + 1
        return
    change = next(s for s in STAGES if s.name == stage).run(text, PLAN)
    assert replay(text, change.settled(), change.moves) == change.text
