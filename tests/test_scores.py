"""Pinned scores: they may rise, and fall never without somebody lowering them by hand (fixtures/strip/pinned.tsv).

The pages and their scorer are no part of the repository. They are looked for in the folder `shared` beside the checkout, or where
CLEANER_CHROME and CLEANER_SCORER say; without them the test is left out.
"""

from __future__ import annotations

import csv
import importlib
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner

ROOT = Path(__file__).parent.parent
DATA = Path(os.environ.get("CLEANER_CHROME", ROOT.parent / "shared" / "dev" / "chrome"))
SCORER = Path(os.environ.get("CLEANER_SCORER", ROOT.parent / "shared" / "bench" / "chrome"))
PINNED = ROOT / "fixtures" / "strip" / "pinned.tsv"
EVERY = 3  # of the marked-up pages, which take longer, one in so many


@pytest.fixture(scope="module")
def bench() -> Any:
    """The modules of the scorer and of the benchmark, and the pages."""
    if not (DATA / "manifest.tsv").is_file() or not (SCORER / "score.py").is_file():
        pytest.skip("no pages with a gold, or no scorer, beside the checkout")
    sys.path[:0] = [str(SCORER), str(ROOT / "benchmarks")]
    try:
        norm, score, strip = (importlib.import_module(name) for name in ("norm", "score", "strip"))
        return score, strip, strip.read(DATA, norm)
    finally:
        del sys.path[:2]


def check(kind: str, found: list[dict[str, Any]]) -> None:
    figures = {
        "f1": sum(r["f"] for r in found) / len(found),
        "precision": sum(r["p"] for r in found) / len(found),
        "recall": sum(r["r"] for r in found) / len(found),
        "nearly exact": sum(r["f"] >= 0.99 for r in found) / len(found),
    }
    with PINNED.open(encoding="utf-8") as file:
        least = {row["figure"]: float(row["least"]) for row in csv.DictReader(file, delimiter="\t") if row["input"] == kind}
    assert {name: round(figures[name], 4) for name in least if figures[name] < least[name]} == {}


def test_text(bench: Any) -> None:
    score, strip, pages = bench
    check("text", strip.scores(pages, strip.stripped, score)[0])


def test_html(bench: Any) -> None:
    score, _, pages = bench
    cleaner = Cleaner(provenance="none")
    chosen = sorted(DATA.glob("*/html/*.html"))[::EVERY]
    known = {page.id: page for page in pages}
    found = [
        score.page_score(cleaner.clean(path).text, known[path.stem].gold, known[path.stem].neutral, False) for path in chosen
    ]
    check("html", found)
