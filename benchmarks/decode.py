"""Encodings of Chinese text: how often the text comes out right, and how long it takes, beside chardet and charset-normalizer.

usage: python benchmarks/decode.py --docs NAME=DIR... [--seed TEXT] [--take N] [--write]

N documents of every folder (clean UTF-8 text), from a place that ``--seed`` decides, in twelve encodings: 60, 200 and 2,000 bytes and
whole, cut inside a character, and with one bad byte. Right is what differs from the text in at most 3 % of its characters; a bad
byte may cost one more. Traditional encodings have the text in traditional script. Exit 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import codecs
import hashlib
import statistics
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import chardet
import charset_normalizer
import report

from cleaner.errors import InputError
from cleaner.stages.decode import decode
from cleaner.stages.unify import convert

SIMPLIFIED = ("utf-8", "utf-8-sig", "gb18030", "gbk", "gb2312", "utf-16", "utf-16-le", "utf-16-be")
TRADITIONAL = ("utf-8", "gb18030", "big5", "big5hkscs")
SIZES = ("60 bytes", "200 bytes", "2,000 bytes", "whole", "60 bytes, cut", "2,000 bytes, cut", "one bad byte")
GOAL, BAD_BYTE_GOAL, MILLISECONDS = 0.995, 0.98, 0.2
SUPERSET = {"gb2312": "gb18030", "gbk": "gb18030", "big5": "big5hkscs", "cp950": "big5hkscs", "cp936": "gb18030"}
LEAST = 2_500  # characters of a document that is taken


class Case(NamedTuple):
    encoding: str
    size: str
    data: bytes
    text: str


def place(text: str, seed: str) -> str:
    return text[int(hashlib.sha256((seed + text).encode()).hexdigest(), 16) % max(1, len(text) - LEAST) :]


def cases(texts: list[str], seed: str) -> Iterator[Case]:
    for script, encodings in (("", SIMPLIFIED), ("s2t", TRADITIONAL)):
        for text in texts:
            shown = place(convert(text, script) if script else text, seed)
            for encoding in encodings:
                name = encoding + (", traditional" if script and encoding in SIMPLIFIED else "")
                whole = shown.encode(encoding, "ignore").decode(encoding)
                width = 3 if encoding.startswith("utf-8") else 2
                for size, label in ((60, SIZES[0]), (200, SIZES[1]), (2_000, SIZES[2])):
                    yield Case(name, label, whole[: size // width].encode(encoding), whole[: size // width])
                yield Case(name, SIZES[3], whole.encode(encoding), whole)
                data = whole[: 2_000 // width].encode(encoding)
                for size, label in ((59, SIZES[4]), (len(data) - 1, SIZES[5])):
                    kept = data[:size].decode(encoding, "ignore")
                    yield Case(name, label, data[:size], kept)
                if not encoding.startswith("utf-16"):
                    middle = len(data) // 2
                    yield Case(name, SIZES[6], data[:middle] + b"\xff" + data[middle:], whole[: 2_000 // width])


def right(got: str | None, case: Case) -> bool:
    if got is None:
        return False
    got = got.removeprefix("\ufeff")
    shared = sum((Counter(got) & Counter(case.text)).values())
    return got == case.text or (shared >= 0.97 * len(case.text) - 1.01 and len(got) <= 1.03 * len(case.text) + 3)


def read_as(data: bytes, name: str | None) -> str | None:
    try:
        name = codecs.lookup(name or "").name
        return data.decode(SUPERSET.get(name, name), "replace")
    except (LookupError, UnicodeError):
        return None


def ours(data: bytes) -> str | None:
    try:
        return decode(data).text
    except InputError:
        return None


def by_normalizer(data: bytes) -> str | None:
    best = charset_normalizer.from_bytes(data).best()
    return read_as(data, best.encoding if best else None)


TOOLS: dict[str, Callable[[bytes], str | None]] = {
    "ours": ours,
    f"chardet {chardet.__version__}": lambda data: read_as(data, chardet.detect(data)["encoding"]),
    f"charset-normalizer {charset_normalizer.__version__}": by_normalizer,
}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", nargs="+", required=True, metavar="NAME=DIR")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--take", type=int, default=25)
    parser.add_argument("--write", action="store_true", help="write the table into docs/benchmarks.md")
    options = parser.parse_args()
    rows, fine, missed = [], True, Counter[str]()
    for named in options.docs:
        name, _, folder = named.partition("=")
        paths = sorted(p for p in Path(folder).rglob("*") if p.suffix in (".md", ".txt"))
        texts = [t for p in paths if len(t := p.read_text("utf-8", "ignore")) > 400]
        texts = texts[:: max(1, len(texts) // options.take)][: options.take]
        found = list(cases(texts, options.seed))
        for tool, work in TOOLS.items():
            work(found[0].data)
            hits: dict[str, list[bool]] = defaultdict(list)
            spent = []
            for case in found:
                begin = time.process_time_ns()
                got = work(case.data)
                if case.size == SIZES[2]:
                    spent.append(time.process_time_ns() - begin)
                hits[case.size].append(right(got, case))
                if tool == "ours" and not hits[case.size][-1]:
                    missed[f"{name}: {case.encoding}, {case.size}"] += 1
            clean = [h for size in SIZES[:-1] for h in hits[size]]
            shares = [statistics.mean(clean), statistics.mean(hits[SIZES[-1]])]
            milliseconds = statistics.mean(spent) / 1e6
            if tool == "ours":
                fine &= shares[0] >= GOAL and shares[1] >= BAD_BYTE_GOAL and milliseconds <= MILLISECONDS
            rows.append(
                [name, tool, f"{len(found):,}", f"{shares[0] * 100:.2f} %", f"{shares[1] * 100:.1f} %", f"{milliseconds:.2f}"]
            )
    rows.append(["goal", "", "", f">= {GOAL * 100} %", f">= {BAD_BYTE_GOAL * 100:g} %", f"<= {MILLISECONDS:g}"])
    body = report.table(["text", "tool", "cases", "right", "right with one bad byte", "ms for 2,000 bytes"], rows)
    if missed:
        body += "\n\nMissed: " + "; ".join(f"{case} ({times})" for case, times in sorted(missed.items())) + "."
    print(body)
    if options.write:
        report.write("decode", body)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
