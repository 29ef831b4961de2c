"""How the time of each stage grows on texts that could be slow, and what they cost a character.

usage: python benchmarks/hostile.py [--size N] [--write]
       python benchmarks/hostile.py --pages MB [--write]

Every text of fixtures/hostile.toml is run through its stage at N and at four times N characters; CPU time should grow four
times. Prints the slowest texts of each stage, and those that grow more than eight times (exit 1). Tests run the same texts
for what they give; time is measured here only, as a machine may be busy.

--pages: the whole clean of marked-up pages of that size instead, each in a process of its own: CPU time, the most memory, what
the record warns of. A run on 50 MB takes minutes and gigabytes.
"""

from __future__ import annotations

import argparse
import json
import subprocess
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


PROSE = "<p>渡口的船停了三天，今天早上又开了，两岸的人都来看，挤满了石阶，一直站到中午。</p>\n"
LINKS = "<li><a href=/x/1.html>渡口又通船了两岸热闹</a></li>\n"
HEAD = (
    "<!DOCTYPE html><html><head><meta charset=utf-8><title>渡口又通船了_河东在线</title></head><body>"
    "<div class=nav><a href=/>首页</a><a href=/a>新闻</a></div><h1>渡口又通船了</h1>"
)
# head, what is repeated up to the size, tail
PAGES = {
    "prose and lists of links": (HEAD, PROSE * 5 + "<ul>" + LINKS * 5 + "</ul>", ""),
    "one line": (HEAD + "<p>", "渡口的船停了三天，今天早上又开了。", ""),
    "a table": (HEAD + "<table>", "<tr><td>王小山</td><td>0555-1111111</td><td>渡口</td></tr>\n", "</table>"),
    "navigation alone": ("<html><body><ul>", LINKS, "</ul>"),
    "100,000 levels": ("<html><body>" + "<div>" * 100_000, PROSE, ""),
    "plaintext": (HEAD + PROSE * 3 + "<plaintext>", "<p>x 渡口", ""),
    "CDATA": (HEAD + PROSE * 3, "<![CDATA[渡口]]><p>甲", ""),
    "entities without end": (HEAD + PROSE * 3, "&#28193&#21475&nbsp", ""),
}


def page(name: str, megabytes: float) -> bytes:
    """The page of that name with about so many bytes."""
    head, unit, tail = (part.encode() for part in PAGES[name])
    return head + unit * int(max(0, megabytes * 1_000_000 - len(head)) // len(unit)) + tail


def measured(name: str, megabytes: float) -> list[str]:
    """A row: the page cleaned in this process, which does nothing else."""
    import resource

    from cleaner import Cleaner

    data = page(name, megabytes)
    begin = time.process_time()
    document = Cleaner().clean(data, "a.html")
    document.to_json()
    spent = time.process_time() - begin
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    warned = ", ".join(sorted({w.code for w in document.warnings}))
    restored = "yes" if document.restore() == data else "no"
    return [name, f"{len(data) / 1e6:.0f}", f"{spent:.1f}", f"{memory:,.0f}", f"{len(document.text):,}", warned, restored]


def pages(megabytes: float) -> str:
    """The table of all pages."""
    rows = []
    for name in PAGES:
        command = [sys.executable, __file__, "--pages", str(megabytes), "--page", name]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        rows.append(
            json.loads(done.stdout) if not done.returncode else [name, "", f"failed: {done.returncode}", "", "", "", ""]
        )
    return report.table(["page", "MB", "CPU s", "most memory, MB", "characters of text", "warnings", "restored"], rows)


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
    parser.add_argument("--pages", type=float, metavar="MB", help="marked-up pages of that size")
    parser.add_argument("--page", choices=PAGES, help="this one of them in this process, its row as JSON")
    options = parser.parse_args()
    if options.pages:
        if options.page:
            print(json.dumps(measured(options.page, options.pages)))
            return 0
        body = pages(options.pages)
        print(body)
        if options.write:
            report.write("hostile-pages", body)
        return 0
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
