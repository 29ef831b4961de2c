"""Look for better weights of strip's segmentation (``rules/tables/strip-weights.tsv``), and judge them on other sites.

usage: python benchmarks/fit_strip.py --data DIR --scorer DIR [--write] [--fit]

DIR and scorer as for ``strip.py``. From round weights, each is tried larger and smaller (coordinate search) while the mean over
pages of F1 plus a third of recall rises, as body that is lost is the worse fault. Pages are parted by site into five: each fifth
is judged, by the whole stage, with weights found on the other four. ``--write`` puts the figures into docs/benchmarks.md, ``--fit``
the weights found on all pages into the table. Folds say what the weights are worth on sites that they have not seen; the rules
are made by hand, and whoever made them has read pages of most of the sites.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

import report
from strip import HEAD, Page, cells, read, scores, stripped

from cleaner.plan import Plan
from cleaner.stages.strip import segment as segmentation
from cleaner.stages.strip.index import index_of
from cleaner.stages.strip.label import label
from cleaner.stages.strip.limits import limits
from cleaner.stages.strip.lists import unlisted
from cleaner.stages.strip.page import ODD_LINE_END
from cleaner.stages.strip.page import Page as Lines
from cleaner.stages.strip.segment import Weights, segment, weights
from cleaner.stages.strip.wrapped import unwrap

TABLE = Path(__file__).resolve().parent.parent / "rules" / "tables" / "strip-weights.tsv"
FACTORS = (0.5, 0.75, 1.5, 2.0)
START = Weights(anchor=100, certain=-100, gap=100, plain=-10, prose=200, weak=-30)
FOLDS = 5
# so much must be won for a weight to move
LEAST = 0.0005


class Sample:
    """A page, labelled once; scores are kept by what the segmentation gives."""

    def __init__(self, page: Page, score: Any) -> None:
        self.page, self.site, self.score = page, page.site, score
        self.labels = label(Lines(ODD_LINE_END.sub("\n", page.text)), index_of(Plan()), limits())
        unwrap(self.labels)
        unlisted(self.labels)
        self.known: dict[tuple[int, int], dict[str, Any]] = {}

    def result(self, w: Weights) -> dict[str, Any]:
        """The figures of the body that ``w`` finds, certain marks taken out."""
        extent = segment(self.labels, w)
        if extent not in self.known:
            filled = self.labels.page.filled[extent.first : extent.last + 1]
            marks = self.labels.marks
            kept = [self.labels.page.lines[i] for i in filled if i not in marks or marks[i].weak]
            self.known[extent] = self.score.page_score("\n".join(kept), self.page.gold, self.page.neutral, False)
        return self.known[extent]


def worth(samples: list[Sample], w: Weights) -> float:
    """What the search raises."""
    return mean(r["f"] + r["r"] / 3 for r in (s.result(w) for s in samples))


def search(samples: list[Sample], w: Weights) -> Weights:
    """Better weights than ``w``, one at a time, until none gains."""
    best = worth(samples, w)
    moved = True
    while moved:
        moved = False
        for name in Weights._fields:
            for factor in FACTORS:
                other = w._replace(**{name: round(getattr(w, name) * factor)})
                value = worth(samples, other)
                if value > best + LEAST:
                    best, w, moved = value, other, True
    return w


def parted(samples: list[Sample]) -> list[list[Sample]]:
    """Five parts of about as many pages, no site in two."""
    parts: list[list[Sample]] = [[] for _ in range(FOLDS)]
    for site, _ in sorted(Counter(s.site for s in samples).items(), key=lambda item: (-item[1], item[0])):
        min(parts, key=len).extend(s for s in samples if s.site == site)
    return parts


def judged(samples: list[Sample], w: Weights) -> list[dict[str, Any]]:
    """The figures of the whole stage with the weights ``w``."""
    kept = segmentation.weights
    segmentation.weights = lambda: w  # type: ignore[assignment]
    try:
        return scores([s.page for s in samples], stripped, samples[0].score)[0]
    finally:
        segmentation.weights = kept


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--fit", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(options.scorer))
    norm, score = importlib.import_module("norm"), importlib.import_module("score")
    samples = [Sample(page, score) for page in read(options.data, norm)]
    if options.fit:
        found = search(samples, START)
        rows = [row.split("\t") for row in TABLE.read_text("utf-8").splitlines()]
        for row in rows[1:]:
            row[1] = f"{getattr(found, row[0]):g}"
        TABLE.write_text("\n".join("\t".join(row) for row in rows) + "\n", "utf-8")
        return
    parts = parted(samples)
    folded: list[dict[str, Any]] = []
    for part in parts:
        found = search([s for other in parts if other is not part for s in other], START)
        print(found, file=sys.stderr)
        folded += judged(part, found)
    table = [
        ["the weights as they stand", *cells(judged(samples, weights()), None)],
        ["each fifth of the sites with weights of the others", *cells(folded, None)],
        ["round weights, not fitted", *cells(judged(samples, START), None)],
    ]
    body = report.table(HEAD[:-1], [row[:-1] for row in table])
    print(body)
    if options.write:
        report.write("strip-folds", body)


if __name__ == "__main__":
    main()
