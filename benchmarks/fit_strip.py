"""Look for better weights of strip's segmentation (``rules/tables/strip-weights.tsv``), and judge them on other sites.

usage: python benchmarks/fit_strip.py --data DIR --scorer DIR [--write]

DIR and scorer as for ``strip.py``. From the weights as they stand, each is tried larger and smaller (coordinate search) while the
mean over pages of F1 plus a third of recall rises, as body that is lost is the worse fault. The pages are halved by site: what
is found on one half is judged on the other. Weights that win on one half and lose on the other are not worth having; with
``--write`` those found on all pages are written.
"""

from __future__ import annotations

import argparse
import importlib
import sys
from collections import Counter
from pathlib import Path
from statistics import mean
from typing import Any

from strip import Page, read

from cleaner.plan import Plan
from cleaner.stages.strip.index import index_of
from cleaner.stages.strip.label import label
from cleaner.stages.strip.limits import limits
from cleaner.stages.strip.page import ODD_LINE_END
from cleaner.stages.strip.page import Page as Lines
from cleaner.stages.strip.segment import Weights, segment, weights

TABLE = Path(__file__).resolve().parent.parent / "rules" / "tables" / "strip-weights.tsv"
FACTORS = (0.5, 0.75, 1.5, 2.0)
# so much must be won for a weight to move
LEAST = 0.0005


class Sample:
    """A page, labelled once; scores are kept by what the segmentation gives."""

    def __init__(self, page: Page, score: Any) -> None:
        self.page, self.site, self.score = page, page.site, score
        self.labels = label(Lines(ODD_LINE_END.sub("\n", page.text)), index_of(Plan()), limits())
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


def halves(samples: list[Sample]) -> tuple[list[Sample], list[Sample]]:
    """Two halves of about as many pages, no site in both."""
    left: list[Sample] = []
    right: list[Sample] = []
    for site, _ in sorted(Counter(s.site for s in samples).items(), key=lambda item: (-item[1], item[0])):
        (left if len(left) <= len(right) else right).extend(s for s in samples if s.site == site)
    return left, right


def line(samples: list[Sample], w: Weights) -> str:
    """The means of ``samples`` under ``w``."""
    found = [s.result(w) for s in samples]
    return " ".join(f"{key.upper()} {mean(r[key] for r in found):.3f}" for key in ("f", "p", "r"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    sys.path.insert(0, str(options.scorer))
    norm, score = importlib.import_module("norm"), importlib.import_module("score")
    samples = [Sample(page, score) for page in read(options.data, norm)]
    start = weights()
    for name, fitted, judged in zip(("left", "right"), halves(samples), halves(samples)[::-1], strict=True):
        found = search(fitted, start)
        print(f"fitted on the {name} half: {found._asdict()}")
        print(
            f"  there {line(fitted, found)}; on the other half {line(judged, found)}, with the table as it is {line(judged, start)}"
        )
    if options.write:
        found = search(samples, start)
        rows = [row.split("\t") for row in TABLE.read_text("utf-8").splitlines()]
        for row in rows[1:]:
            row[1] = f"{getattr(found, row[0]):g}"
        TABLE.write_text("\n".join("\t".join(row) for row in rows) + "\n", "utf-8")


if __name__ == "__main__":
    main()
