"""Marks set by GB/T 15834 beside autocorrect and zhlint: marks, paragraphs, trap sentences, harm, and speed on clean text.

usage: python benchmarks/punctuate.py --scorer FILE --bench DIR [--docs DIR] [--peers PYTHON] [--zhlint DIR] [--write]

FILE is the generator and scorer of marks (`traps`, `make`, `score`), DIR of --bench its data: gold paragraphs, of which it makes
dirty copies with half-width marks. --docs are clean documents for the speed. PYTHON is an environment with autocorrect-py, DIR of
--zhlint a folder with node_modules/zhlint. Exit 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import report

from cleaner.plan import Plan
from cleaner.stages import punctuate

AUTOCORRECT = (
    "import sys, autocorrect_py; sys.stdout.write('\\n'.join(map(autocorrect_py.format, sys.stdin.read().split('\\n'))))"
)
ZHLINT = """
const { run } = require('zhlint');
const lines = require('fs').readFileSync(0, 'utf8').split('\\n');
const lint = x => { try { return run(x, { rules: { preset: 'default' } }).result.replace(/\\n/g, ' ') } catch (e) { return x } };
process.stdout.write(lines.map(lint).join('\\n'));
"""  # a line on which it fails stays as it was
MARKS = 99.9


def ours(lines: list[str], **options: str) -> list[str]:
    plan = Plan(**options)  # type: ignore[arg-type]
    return [punctuate.run(line, plan).text for line in lines]


def piped(command: list[str], lines: list[str], folder: Path | None = None) -> list[str]:
    with tempfile.TemporaryFile() as file:  # node does not wait for a pipe
        file.write("\n".join(lines).encode())
        file.seek(0)
        return subprocess.run(command, stdin=file, stdout=subprocess.PIPE, check=True, cwd=folder).stdout.decode().split("\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--bench", type=Path, required=True)
    parser.add_argument("--docs", type=Path)
    parser.add_argument("--peers", help="Python with autocorrect-py")
    parser.add_argument("--zhlint", type=Path, help="folder with node_modules/zhlint")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    options = parser.parse_args()
    scorer = [sys.executable, str(options.scorer)]
    tools = {"cleaner": ours}
    if options.peers:
        tools["autocorrect"] = lambda lines: piped([options.peers, "-c", AUTOCORRECT], lines)
    if options.zhlint:
        tools["zhlint"] = lambda lines: piped(["node", "-e", ZHLINT], lines, options.zhlint)
    traps = [x.split("\t") for x in subprocess.check_output([*scorer, "traps"], text=True).splitlines()]
    rows, fine = [], True
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([*scorer, "make", "--bench", str(options.bench), "--out", folder], check=True)
        dirty = Path(folder, "dirty.txt").read_text("utf-8").splitlines()
        gold = Path(folder, "gold.txt").read_text("utf-8").splitlines()
        for name, tool in tools.items():
            out = Path(folder, name)
            out.write_text("\n".join(tool(dirty)) + "\n", "utf-8")
            told = subprocess.check_output([*scorer, "score", "--dir", folder, "--out", str(out)], text=True)
            exact, marks = map(float, re.findall(r"([\d.]+)%", told))
            caught = sum(a == b for a, (_, b) in zip(tool([x for x, _ in traps]), traps, strict=True))
            harmed = sum(a != b for a, b in zip(tool(gold), gold, strict=True))
            rows.append([name, f"{marks:.3f} %", f"{exact:.2f} %", f"{caught} of {len(traps)}", f"{harmed} of {len(gold)}"])
            if tool is ours:
                fine = marks >= MARKS and caught == len(traps)
    head = ["tool", f"marks (goal >= {MARKS} %)", "paragraphs exact", "trap sentences (goal: all)", "clean paragraphs changed"]
    tables = [report.table(head, rows)]
    if options.docs:
        texts = [ours([p.read_bytes().decode()])[0] for p in sorted(options.docs.rglob("*")) if p.is_file()]
        taken = []
        for _ in range(7):
            begin = time.process_time_ns()
            ours(texts)
            taken.append(time.process_time_ns() - begin)
        tables.append(f"Clean documents: {min(taken) / sum(map(len, texts)):.1f} ns a character, nothing changed in them.")
        fine = fine and ours(texts) == texts
    body = "\n\n".join(tables)
    print(body)
    if options.write:
        report.write("punctuate", body)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
