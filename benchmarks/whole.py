"""The whole clean beside what a user would write today, in CPU time, with a profile by stage.

usage: python benchmarks/whole.py [--docs DIR] [--naive FILE] [--take N] [--rounds N] [--write]

Cleans N documents of DIR (clean laws), the same converted to traditional script, and the seeds, and prints the ratio of CPU
time to the naive chain (chardet, ftfy, a dozen patterns, opencc-python-reimplemented, json). Ours and the naive chain run in
turn, the median of the rounds counts; ratios, since the machine may be shared. Then: milliseconds for a dirty page of 6,000
characters, and nanoseconds a character as documents grow. Exit 1 where a goal is missed. Needs the naive chain's file.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import report

from cleaner import Cleaner
from cleaner.pipeline import stages
from cleaner.plan import Plan
from cleaner.readers import read
from cleaner.stages.structure import Hints, structure
from cleaner.stages.unify import convert

ROOT = Path(__file__).resolve().parent.parent
SHARED = ROOT.parent / "shared"
GOALS = {("simplified", "summary"): 30, ("traditional", "summary"): 30, ("simplified", "full"): 18, ("traditional", "full"): 10}
PAGE_CHARS, PAGE_MS = 6000, 3.0


def cpu(work: Callable[[bytes], object], docs: list[bytes]) -> float:
    begin = time.process_time()
    for doc in docs:
        work(doc)
    return time.process_time() - begin


def load_naive(path: Path) -> Callable[[bytes], str]:
    spec = importlib.util.spec_from_file_location("naive", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.clean


def ours(provenance: str) -> Callable[[bytes], bytes]:
    cleaner = Cleaner(provenance=provenance)
    return lambda data: cleaner.clean(data).to_json().encode()


def ratios(corpora: dict[str, list[bytes]], naive: Callable[[bytes], str], rounds: int) -> tuple[list[list[str]], bool]:
    rows, fine = [], True
    tools = {"summary": ours("summary"), "full": ours("full")}
    for name, docs in corpora.items():
        size = sum(map(len, docs)) / 1e6
        for work in (naive, *tools.values()):
            work(docs[0])
        repeat = 1 if size < 0.5 else 3
        found: dict[str, list[float]] = {"naive": [], **{t: [] for t in tools}}
        for _ in range(rounds):
            found["naive"].append(cpu(naive, docs))
            for tool, work in tools.items():
                found[tool].append(min(cpu(work, docs) for _ in range(repeat)))
        base = statistics.median(found["naive"])
        for tool in tools:
            median = statistics.median(found[tool])
            goal = GOALS.get((name, tool))
            ratio = base / median
            fine &= goal is None or ratio >= goal
            rows.append(
                [name, tool, f"{size / base:.2f}", f"{size / median:.1f}", f"{ratio:.1f}", f">= {goal}" if goal else "-"]
            )
    return rows, fine


def by_stage(docs: list[bytes]) -> list[list[str]]:
    """Microseconds that each stage takes of a document on average, in the order of the pipeline."""
    plan, spent, chars = Plan(provenance="summary"), {}, 0
    cleaner = Cleaner(provenance="summary")
    for data in docs:  # tables and models are loaded here
        cleaner.clean(data)
    for data in docs:
        begin = time.process_time_ns()
        text = read(data).text
        chars += len(text)
        spent["read"] = spent.get("read", 0) + time.process_time_ns() - begin
        facts, headings = [], {}
        for stage in stages(plan):
            run = stage.run
            begin = time.process_time_ns()
            change = run(text, plan)
            spent[stage.name] = spent.get(stage.name, 0) + time.process_time_ns() - begin
            text = change.text
            for f in change.facts:
                (headings.__setitem__(f.start, f.value) if f.group == "layout" else facts.append(f))
        begin = time.process_time_ns()
        structure(text, plan, Hints(headings, facts))
        spent["structure"] = spent.get("structure", 0) + time.process_time_ns() - begin
        begin = time.process_time_ns()
        doc = cleaner.clean(data)
        whole = time.process_time_ns() - begin
        begin = time.process_time_ns()
        doc.to_json().encode()
        spent["json"] = spent.get("json", 0) + time.process_time_ns() - begin
        spent["whole clean"] = spent.get("whole clean", 0) + whole
    return [[name, f"{ns / chars:.1f}"] for name, ns in spent.items()]


def dirty_pages() -> tuple[list[list[str]], bool]:
    rows, fine = [], True
    work = ours("full")
    for path in sorted((ROOT / "seeds").glob("*.txt")):
        data = path.read_bytes()
        work(data)
        taken = statistics.median(cpu(work, [data]) for _ in range(15)) * 1e3
        page = taken * PAGE_CHARS / len(data.decode())
        fine &= page <= PAGE_MS
        rows.append([path.stem[:3], f"{len(data.decode()):,}", f"{taken:.2f}", f"{page:.2f}", f"<= {PAGE_MS:g}"])
    return rows, fine


def growth(docs: list[bytes]) -> list[list[str]]:
    rows = []
    text = "\n\n".join(d.decode() for d in docs)
    dirty = (ROOT / "seeds" / "003_b39b0e7e7f298278.txt").read_text("utf-8")
    one_line = (ROOT / "seeds" / "004_9cf731b352749974.txt").read_text("utf-8").split("\n")[0]
    for name, base in (("laws", text), ("a page again and again", dirty), ("one line", one_line)):
        row = [name]
        for size in (10_000, 100_000, 1_000_000):
            data = (base * (size // len(base) + 1))[:size].encode()
            row.append(f"{cpu(ours('full'), [data]) / size * 1e9:.0f}")
        rows.append(row)
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=Path, default=SHARED / "dev" / "laws")
    parser.add_argument("--naive", type=Path, default=SHARED / "bench" / "speed" / "naive.py")
    parser.add_argument("--take", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    options = parser.parse_args()
    files = sorted(p for p in options.docs.rglob("*") if p.is_file())
    files = files[:: max(1, len(files) // options.take)][: options.take]
    laws = [p.read_bytes() for p in files]
    corpora = {
        "simplified": laws,
        "traditional": [convert(d.decode(), "s2t").encode() for d in laws],
        "seeds": [p.read_bytes() for p in sorted((ROOT / "seeds").glob("*.txt"))],
    }
    speed, fast = ratios(corpora, load_naive(options.naive), options.rounds)
    pages, quick = dirty_pages()
    tables = [
        report.table(["documents", "provenance", "naive MB/s", "ours MB/s", "times naive", "goal"], speed),
        report.table(["seed", "characters", "ms", f"ms for {PAGE_CHARS:,} characters", "goal"], pages),
        report.table(["documents", "10,000", "100,000", "1,000,000 (ns a character)"], growth(laws)),
        *(
            f"{name}, ns a character of the source:\n\n" + report.table(["step", "ns"], by_stage(docs))
            for name, docs in corpora.items()
        ),
    ]
    body = "\n\n".join(tables)
    print(body)
    if options.write:
        report.write("whole", body)
    return 0 if fast and quick else 1


if __name__ == "__main__":
    sys.exit(main())
