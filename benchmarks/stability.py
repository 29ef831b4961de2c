"""How often a second cleaning changes the clean text, and whether the record's contract holds, on random texts.

usage: python benchmarks/stability.py [--take N] [--seed N] [--show N] [--write]

The texts are made of the pieces that wake the stages (tests/test_contract.py): chrome, mojibake, numbering, cuts, marks, in an
order that no document has. Real texts are far tamer; every fixture is stable by a test. Exit 1 where the contract is broken.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

import report

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from contract import violations
from test_contract import PIECES

from cleaner import Cleaner


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--take", type=int, default=5000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--show", type=int, default=3)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    options = parser.parse_args()
    draw, cleaner = random.Random(options.seed), Cleaner()
    unstable, broken = [], []
    for _ in range(options.take):
        text = "".join(draw.choices(PIECES, k=draw.randint(1, 30)))
        doc = cleaner.clean(text)
        if violations(doc.to_dict(), text.encode(), text):
            broken.append(text)
        if cleaner.clean(doc.text).text != doc.text:
            unstable.append(text)
    body = report.table(
        ["random texts", "seed", "breach of the contract", "changed by a second cleaning"],
        [[f"{options.take:,}", str(options.seed), str(len(broken)), f"{len(unstable)} ({len(unstable) / options.take:.2%})"]],
    )
    print(body)
    for text in (broken + unstable)[: options.show]:
        print(repr(text), "->", repr(cleaner.clean(text).text))
    if options.write:
        report.write("stability", body)
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
