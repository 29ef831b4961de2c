"""Repair of garbled text beside peers: every kind of garbling, negatives, what is wrong without a word, and speed.

usage: python benchmarks/repair.py --generator DIR --laws DIR --other DIR --tables DIR [--seed TEXT] [--take N] [--clean DIR...] [--write]

``--generator`` holds corrupt.py (KINDS: name to (function, what is to be expected), ``corrupt``, ``partial``, SCRIPT_T2S, ``s2t``) and
negatives.py (NEG: group to clean texts that look suspicious). Passages of the clean documents below ``--laws`` and ``--other`` are
garbled, whole or in a run of lines by turns; another ``--seed`` garbles them otherwise. ``--tables`` holds OpenCC's STCharacters.txt
and TSCharacters.txt. Peers: ftfy as it comes and without its folds of width and quotation marks; charset_mnbvc (``--mnbvc``: where it
is installed), told the right pair of encodings. Exit 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import importlib
import io
import os
import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import report
from rapidfuzz.distance import Levenshtein

from cleaner.plan import Plan
from cleaner.stages import repair
from cleaner.stages.unify import convert

# kinds whose goal is a share of exact cases: (on laws, on other text); the kinds that can be undone exactly are pooled
EXACT = (0.995, 0.99)
SHARES = {
    "pinyin_trad": (0.95, 0.85), "pinyin_trad_ascii_punct": (0.95, 0.85), "gbk_shift_drop": (0.60, 0.50),
    "utf8_as_gb18030_py": (0.95, 0.85), "utf8_as_gbk": (0.90, 0.75), "utf8_as_gbk_q": (0.80, 0.65), "utf8_as_gbk_x2": (0.60, 0.45),
    "utf8_as_cp1252_c1lost": (0.98, 0.90),
}  # fmt: skip
ERRORS = dict.fromkeys(("gbk_as_big5", "big5_as_gbk", "gbk_as_sjis", "utf8_as_sjis", "gbk_as_euckr"), (0.02, 0.04))
MOST_SILENT = 0.001  # characters changed, wrong and not flagged, of the garbled ones
LEAST_SPEED = 20_000  # characters of damaged text a second
CLEAN_CHARS = 10_000_000
HOPELESS = {"utf8_as_big5"}  # more than one U+FFFD a character: nothing to go by, whatever the generator expects
ELSEWHERE = {"cjk_spaces"}  # reflow's
# what some kind would plant: a passage that holds it from the start has no gold
NATURAL = re.compile(
    "[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]|[一二三四五六七八九][○〇Ｏ][一二三四五六七八九○〇]|(?:[\u4e00-\u9fff] ){2,}[\u4e00-\u9fff]"
    "|[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xa0\xad\u200b-\u200f\u2002-\u200a\u202a-\u202f\u2060\ufeff\ue000-\uf8ff\u2e80-\u2fdf\uf900-\ufaff\ufffd]|第[—－-]"
)
PLAN = Plan()


class Case(NamedTuple):
    kind: str
    expect: str
    dirty: str
    gold: str


class Tally(Counter[str]):
    """Counts of one kind."""

    def share(self, name: str, of: str) -> float:
        return self[name] / max(1, self[of])


def load(path: Path) -> ModuleType:
    # this folder goes: modules in it may have names of Python's own
    here = Path(__file__).resolve().parent
    sys.path[:] = [str(path.parent), *(p for p in sys.path if Path(p).resolve() not in (here, path.parent))]
    return importlib.import_module(path.stem)


def order(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def passages(folder: Path, seed: str) -> list[str]:
    """Passages of a few lines, one a document, in an order that ``seed`` decides."""
    found = []
    for path in sorted((p for p in folder.rglob("*") if p.suffix in (".md", ".txt")), key=lambda p: order(seed + p.name)):
        lines = [re.sub(r"^[#>\s]+", "", x).strip() for x in path.read_text("utf-8", "ignore").split("\n")]
        lines = [x for x in lines if len(re.findall("[\u4e00-\u9fff]", x)) >= 15 and "|" not in x and not NATURAL.search(x)]
        if len(lines) >= 4:
            start = int(order(seed + path.name)[:8], 16) % max(1, len(lines) - 5)
            text, n = "", start
            while n < len(lines) and len(text) < 350 and n < start + 5:
                text, n = text + lines[n] + "\n", n + 1
            found.append(text[:1200].rstrip("\n"))
    return found


def cases(generator: ModuleType, texts: list[str], seed: str, take: int) -> Iterator[Case]:
    for at, (kind, (_, expect)) in enumerate(generator.KINDS.items()):
        if kind in ELSEWHERE:
            continue
        made = 0
        for i in range(take * 10):
            if made == take:
                break
            text = texts[(at * 13 + i * 7) % len(texts)]
            garble = generator.partial if made % 2 else generator.corrupt
            dirty, gold = garble(text, kind, f"{seed}-{i}")
            if dirty == gold or len(gold) < 20:
                continue
            if kind.startswith("pinyin_trad") and "noshift" not in kind and dirty.count("?") <= gold.count("?"):
                continue  # nothing was shifted
            if kind == "gbk_shift_drop" and len(dirty) == len(gold):
                continue
            made += 1
            yield Case(kind, "flag" if kind in HOPELESS else expect, dirty, gold)


def silent(case: Case, change: repair.Change, folded: Callable[[str], str]) -> int:
    """Characters of the outcome that were changed, are wrong and that no flag covers. Flags have positions in what was shown; they are
    carried over in proportion, line by line.
    """
    shown, got, gold = case.dirty.split("\n"), change.text.split("\n"), case.gold.split("\n")
    if not len(shown) == len(got) == len(gold):
        return 0 if change.flags else Levenshtein.distance(folded(change.text), folded(case.gold))
    wrong = at = 0
    for before, after, want in zip(shown, got, gold, strict=True):
        if after != before and folded(after) != folded(want):
            covered: set[int] = set()
            scale = len(after) / max(1, len(before))
            for flag in change.flags:
                if flag.start is not None and flag.end is not None and flag.start <= at + len(before) and flag.end >= at:
                    covered.update(range(int((flag.start - at) * scale) - 2, int((flag.end - at) * scale) + 3))
            wrong += sum(op.src_pos not in covered for op in Levenshtein.editops(folded(after), folded(want)))
        at += len(before) + 1
    return wrong


def score(
    found: list[Case], fold: dict[int, str], by_script: set[str], peers: dict[str, Callable[[Case], str]]
) -> dict[str, Tally]:
    tallies: dict[str, Tally] = {}
    for case in found:
        folded = (lambda s: s.translate(fold)) if case.kind in by_script else str
        t = tallies.setdefault(case.kind, Tally())
        begin = time.process_time()
        change = repair.run(case.dirty, PLAN)
        t["ns"] += int((time.process_time() - begin) * 1e9)
        gold, got, dirty = folded(case.gold), folded(change.text), folded(case.dirty)
        t["n"] += 1
        t["exact"] += got == gold
        t["chars"] += len(case.dirty)
        t["gold"] += len(gold)
        t["errors"] += min(len(gold), Levenshtein.distance(got, gold))
        t["garbled"] += min(len(gold), Levenshtein.distance(dirty, gold))
        t["changed"] += change.text != case.dirty
        t["flagged"] += bool(change.flags)
        if change.text != case.dirty and got != gold:
            t["silent"] += silent(case, change, folded)
        for name, mend in peers.items():
            t[name] += folded(mend(case)) == gold
    return tallies


def table(kinds: dict[str, str], laws: dict[str, Tally], other: dict[str, Tally], peers: list[str]) -> tuple[str, bool]:
    rows, fine = [], True

    def row(name: str, goals: tuple[float, float] | None, figures: list[float], sign: str, beside: list[float]) -> None:
        nonlocal fine
        rows.append([name, *(f"{x:.4f}" if sign == "<=" else f"{x * 100:.1f} %" for x in figures), "-" if goals is None else
                     " / ".join(f"{sign} {g:g}" if sign == "<=" else f"{sign} {g * 100:g} %" for g in goals), *(f"{x * 100:.1f} %" for x in beside)])  # fmt: skip
        for goal, x in zip(goals or (), figures, strict=False):
            fine &= x <= goal if sign == "<=" else x >= goal

    pools = [sum((t[k] for k, e in kinds.items() if e == "exact" and k in t), Tally()) for t in (laws, other)]
    pool = [Tally(p) for p in pools]
    row(
        "all kinds that can be undone exactly",
        EXACT,
        [p.share("exact", "n") for p in pool],
        ">=",
        [pool[0].share(p, "n") for p in peers],
    )
    for kind, goals in SHARES.items():
        if kind not in kinds:
            continue
        row(kind, goals, [t[kind].share("exact", "n") if kind in t else 1.0 for t in (laws, other)], ">=",
            [laws[kind].share(p, "n") for p in peers])  # fmt: skip
    for kind, goals in ERRORS.items():
        if kind not in kinds:
            continue
        row(f"{kind}, character error", goals, [t[kind].share("errors", "gold") for t in (laws, other)], "<=",
            [laws[kind].share(p, "n") for p in peers])  # fmt: skip
    whole = [Tally(sum((t[k] for k in t), Tally())) for t in (laws, other)]
    row(
        "silent wrong characters, of those garbled", (MOST_SILENT,) * 2, [w.share("silent", "garbled") for w in whole], "<=", []
    )
    lost = [Tally(sum((t[k] for k, e in kinds.items() if e == "flag" and k in t), Tally())) for t in (laws, other)]
    row("hopeless kinds flagged", (1.0, 1.0), [x.share("flagged", "n") for x in lost], ">=", [])
    row("hopeless kinds changed", (0.0, 0.0), [x.share("changed", "n") for x in lost], "<=", [])
    head = ["kind", "laws", "other text", "goal (laws / other)", *(f"{p}, laws" for p in peers)]
    width = len(head)
    return report.table(head, [r + [""] * (width - len(r)) for r in rows]), fine


def weakest(kinds: dict[str, str], laws: dict[str, Tally], other: dict[str, Tally]) -> str:
    rows = []
    for kind in kinds:
        both = [t.get(kind, Tally()) for t in (laws, other)]
        if any(t["n"] and (t["exact"] < t["n"]) for t in both) or any(
            t["chars"] and t["ns"] * 50e-6 > t["chars"] for t in both
        ):
            speed = sum(t["chars"] for t in both) / max(1e-9, sum(t["ns"] for t in both) * 1e-9)
            rows.append([kind, kinds[kind], *(f"{t.share('exact', 'n') * 100:.0f} %" for t in both), *(f"{t.share('errors', 'gold'):.4f}" for t in both),
                         *(f"{t.share('flagged', 'n') * 100:.0f} %" for t in both), *(f"{t.share('silent', 'garbled'):.4f}" for t in both), f"{speed:,.0f}"])  # fmt: skip
    return report.table(["kind", "can be undone", "exact, laws", "other", "error, laws", "other", "flagged, laws", "other",
                         "silent, laws", "other", "characters a second"], rows)  # fmt: skip


def clean_text(folders: list[Path], negatives: dict[str, list[str]], need: int) -> tuple[list[list[str]], bool]:
    """Rows of how much clean text was changed: texts that look suspicious, and documents in four scripts."""
    wrong = [t for group in negatives.values() for t in group if repair.run(t, PLAN).text != t]
    rows = [["texts that look suspicious", f"{sum(map(len, negatives.values())):,} texts", f"{len(wrong)}"]]
    texts = [p.read_text("utf-8", "ignore") for f in folders for p in sorted(f.rglob("*")) if p.suffix in (".md", ".txt")]
    texts = ["\n".join(x for x in t.split("\n") if not NATURAL.search(x)) for t in texts]
    fine, total = not wrong, 0
    for name, config in (("simplified", ""), ("traditional", "s2t"), ("Taiwan", "s2tw"), ("Hong Kong", "s2hk")):
        chars = changed = 0
        for text in texts:
            shown = convert(text, config) if config else text
            chars += len(shown)
            changed += repair.run(shown, PLAN).text != shown
        total += chars
        fine &= not changed
        rows.append([f"clean documents, {name}", f"{chars:,} characters", f"{changed} of {len(texts):,}"])
    return rows, fine and total >= need


def ftfy_peers() -> dict[str, Callable[[Case], str]]:
    import ftfy

    plain = ftfy.TextFixerConfig(fix_character_width=False, uncurl_quotes=False, normalization=None)
    return {"ftfy": lambda c: ftfy.fix_text(c.dirty), "ftfy, no folds": lambda c: ftfy.fix_text(c.dirty, plain)}


def mnbvc_peer() -> Callable[[Case], str]:
    """charset_mnbvc lists what every pair of its encodings would make of a text; the right one is taken where it is among these."""
    api = importlib.import_module("charset_mnbvc.api")

    def mend(case: Case) -> str:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(UnicodeError):
            if any(guess["guess"] == case.gold for guess in api.fix_data(case.dirty)):
                return case.gold
        return case.dirty

    return mend


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("generator", "laws", "other", "tables"):
        parser.add_argument(f"--{name}", type=Path, required=True)
    parser.add_argument("--clean", type=Path, nargs="*", default=[], help="folders of clean documents for the negatives")
    parser.add_argument("--seed", default="1")
    parser.add_argument("--take", type=int, default=30, help="cases of a kind, on laws and on other text each")
    parser.add_argument("--kinds", nargs="*", default=[], help="only these kinds")
    parser.add_argument("--mnbvc", action="store_true")
    parser.add_argument("--misses", type=Path, help="write what is not exact there, for reading")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    options = parser.parse_args()
    os.environ["MOJI_ST"] = str(options.tables / "STCharacters.txt")
    generator = load(options.generator / "corrupt.py")
    if options.kinds:
        generator.KINDS = {kind: made for kind, made in generator.KINDS.items() if kind in options.kinds}
    negatives = load(options.generator / "negatives.py").NEG
    rows = (line.split("\t") for line in (options.tables / "TSCharacters.txt").read_text("utf-8").splitlines())
    fold = {ord(r[0]): r[1].split(" ")[0] for r in rows if len(r) > 1 and len(r[0]) == 1}
    peers = ftfy_peers() | ({"charset_mnbvc, told": mnbvc_peer()} if options.mnbvc else {})
    tallies, kinds = [], {}
    for folder in (options.laws, options.other):
        random.seed(options.seed)
        found = list(cases(generator, passages(folder, options.seed), options.seed, options.take))
        kinds |= {c.kind: c.expect for c in found}
        tallies.append(score(found, fold, generator.SCRIPT_T2S, peers))
        if options.misses:
            lines = (f"{c.kind}\n{c.gold}\n{repair.run(c.dirty, PLAN).text}\n" for c in found)
            options.misses.with_suffix(f".{folder.name}").write_text("\n".join(lines), "utf-8")
    goals, fine = table(kinds, tallies[0], tallies[1], list(peers))
    clean, kept = clean_text(options.clean, negatives, CLEAN_CHARS)
    damaged = Tally(sum((t[k] for t in tallies for k in t if t[k]["changed"]), Tally()))
    speed = damaged["chars"] / max(1e-9, damaged["ns"] * 1e-9)
    clean.append(["damaged text, all kinds", f"{speed:,.0f} characters a second", f">= {LEAST_SPEED:,}"])
    body = "\n\n".join(
        [
            f"Seed {options.seed}, {options.take} cases of a kind on laws and on other text each.",
            goals,
            report.table(["clean text", "size", "changed"], clean),
            "Kinds that are not always exact, or slower than the goal:\n\n" + weakest(kinds, *tallies),
        ]
    )
    print(body)
    if options.write:
        report.write("repair", body)
    return 0 if fine and kept and speed >= LEAST_SPEED else 1


if __name__ == "__main__":
    sys.exit(main())
