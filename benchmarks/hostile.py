"""How the time of each stage grows on texts that could be slow, and what they cost a character.

usage: python benchmarks/hostile.py [--size N] [--write]

Every text of fixtures/hostile.toml is run through its stage at N and at four times N characters; CPU time should grow four
times. Prints the slowest texts of each stage, and those that grow more than eight times (exit 1). Tests run the same texts
for what they give; time is measured here only, as a machine may be busy.
"""

from __future__ import annotations

import argparse
import sys
import time
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import report

from cleaner.pipeline import STAGES
from cleaner.plan import Plan
from cleaner.stages.structure import structure

CASES = Path(__file__).resolve().parent.parent / "fixtures" / "hostile.toml"
MOST = 8.0  # times, for four times the text: more is not linear, whatever the noise
SHOWN = 3


def texts() -> Iterator[tuple[str, str, dict[str, str]]]:
    for stage, cases in tomllib.loads(CASES.read_text("utf-8")).items():
        for name, case in cases.items():
            yield stage, name, case


def grown(case: dict[str, str], size: int) -> str:
    """The text of ``case`` with about ``size`` characters."""
    return case.get("head", "") + case["unit"] * (size // len(case["unit"])) + case.get("tail", "")


def seconds(work: Callable[[str], object], text: str) -> float:
    best = 9e9
    for _ in range(3):
        begin = time.process_time()
        work(text)
        best = min(best, time.process_time() - begin)
    return best


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, default=50_000)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    options = parser.parse_args()
    plan = Plan()
    runs: dict[str, Callable[[str], object]] = {s.name: (lambda text, run=s.run: run(text, plan).settled()) for s in STAGES}
    runs["structure"] = lambda text: structure(text, plan)
    found = []
    for stage, name, case in texts():
        work = runs[stage]
        work(grown(case, 1_000))
        small, large = (seconds(work, grown(case, size)) for size in (options.size, 4 * options.size))
        found.append((stage, large / (4 * options.size) * 1e9, large / max(small, 1e-4), name))
    rows = []
    for stage in runs:
        of_stage = sorted((f for f in found if f[0] == stage), key=lambda f: f[1], reverse=True)
        for n, (_, cost, growth, name) in enumerate(of_stage):
            if n < SHOWN or growth > MOST:
                rows.append([stage, name, f"{cost:,.0f}", f"{growth:.1f}"])
    head = [
        "stage",
        "text",
        "ns a character",
        f"{4 * options.size:,} : {options.size:,} characters (4 is linear, goal <= {MOST:g})",
    ]
    body = report.table(head, rows)
    print(body)
    if options.write:
        report.write("hostile", body)
    return int(any(growth > MOST for _, _, growth, _ in found))


if __name__ == "__main__":
    sys.exit(main())
