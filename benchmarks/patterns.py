"""What a rule's pattern costs with Python's ``re`` and with RE2, and what reading the packs costs.

usage: python benchmarks/patterns.py [--write]          (needs google-re2 beside what the project needs)
"""

from __future__ import annotations

import re
import sys
import time
import tomllib
from collections.abc import Callable

import re2
import report

from cleaner.resources import root
from cleaner.rulebook.light import without_examples

LINE = "版权所有：某某市人民政府办公室 承办：某某市政务服务和数据资源管理局 京ICP备12345678号"
PATTERN = "(?:主办|承办|版权所有|网站标识码|Copyright|©).*"


def best(work: Callable[[], object], times: int) -> float:
    """Microseconds of CPU for one call, the best of five runs."""
    found = []
    for _ in range(5):
        begin = time.process_time()
        for _ in range(times):
            work()
        found.append((time.process_time() - begin) / times * 1e6)
    return min(found)


def main() -> None:
    ours, other = re.compile(PATTERN), re2.compile(PATTERN)
    packs = [p.read_bytes() for p in sorted(root().glob("*.toml"))]
    texts = [p.decode() for p in packs]
    rows = [
        ["search of one line, re", f"{best(lambda: ours.search(LINE), 20_000):.2f} µs"],
        ["search of one line, RE2", f"{best(lambda: other.search(LINE), 20_000):.2f} µs"],
        ["all packs, with their examples", f"{best(lambda: list(map(tomllib.loads, texts)), 2) / 1e3:.1f} ms"],
        ["all packs, without them", f"{best(lambda: [tomllib.loads(without_examples(t)[0]) for t in texts], 2) / 1e3:.1f} ms"],
    ]
    body = report.table(["what", "CPU"], rows)
    print(body)
    if "--write" in sys.argv[1:]:
        report.write("patterns", body)


if __name__ == "__main__":
    main()
