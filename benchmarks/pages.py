"""Web chrome on HTML pages: ours beside other extractors, in one run, and the fitting of the weights.

    python benchmarks/pages.py --data DEV --score FOLDER [--peers FOLDER] [--write]
    python benchmarks/pages.py --data DEV --score FOLDER --fit
    python benchmarks/pages.py --data DEV --score FOLDER --folds
    python benchmarks/pages.py --parsers [--write]

DEV holds manifest.tsv (id, set, split, site) and dev/{html,gold,neutral}/ID.*; FOLDER the scorer (score.py, norm.py) of the set;
--peers: what other systems gave, one folder each with ID.txt and _time.json (milliseconds), as the set's peers.py writes it.
--fit writes rules/tables/html-weights.tsv: logistic regression on the lines of the pages of half of the sites, each site weighed
by the root of its pages, shrunk to the priors in html-priors.tsv. Needs numpy. Which half a site is in its name's SHA-1 says.
--folds: the same five times, each fifth of the sites with weights of the others; nothing is written.
--parsers: hostile pages on Lexbor, with the guard and without, and on libxml2 (lxml, where it is installed).
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import report

from cleaner import Cleaner
from cleaner.plan import Plan
from cleaner.readers import read
from cleaner.resources import path
from cleaner.stages.strip.index import index_of
from cleaner.stages.strip.label import label
from cleaner.stages.strip.limits import limits
from cleaner.stages.strip.page import Page
from cleaner.stages.strip.traits import Traits

SHRINK, RARE, SITES, STEPS = 12.0, 4, 3, 300
MADE = Path(__file__).resolve().parent.parent / "fixtures" / "html"
HEAD = ["pages", "system", "F1", "precision", "recall", ">= .99", "< .5", "chrome lines", "ms a page"]
GOAL = ["all", "goal", ">= .975", ">= .97", ">= .98", ">= 80 %", "<= 1 %", "<= 4 %", "<= 20"]


@dataclass
class Sheet:
    """A page of the set: its row of the manifest, bytes, and lines of gold and of what is free."""

    row: dict[str, str]
    data: bytes
    gold: list[str]
    neutral: list[str]

    @property
    def fitted(self) -> bool:
        """Whether the weights may be fitted on the page's site."""
        return hashlib.sha1(self.row["site"].encode()).digest()[-1] % 2 == 0


def sheets(data: Path, lines: Any) -> list[Sheet]:
    with (data / "manifest.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if row["split"] == "dev"]
    base = data / "dev"
    return [
        Sheet(
            row,
            (base / "html" / f"{row['id']}.html").read_bytes(),
            *(lines((base / kind / f"{row['id']}.txt").read_text("utf-8")) for kind in ("gold", "neutral")),
        )
        for row in rows
    ]


# -- the table


def figures(scores: list[dict[str, Any]], took: list[float]) -> list[str]:
    n = len(scores)

    def mean(key: str) -> float:
        return sum(s[key] for s in scores) / n

    chrome = [s["chrome"] for s in scores if s["chrome"] is not None]
    return [
        *(f"{mean(key):.3f}" for key in "fpr"),
        f"{sum(s['f'] >= 0.99 for s in scores) / n:.1%}",
        f"{sum(s['f'] < 0.5 for s in scores) / n:.1%}",
        f"{sum(chrome) / max(1, len(chrome)):.1%}",
        f"{sum(took) / max(1, len(took)):.1f}",
    ]


def table(pages: list[Sheet], page_score: Any, peers: Path | None) -> str:
    cleaner = Cleaner()
    cleaner.clean(pages[0].data, "a.html")
    ours: list[dict[str, Any]] = []
    took: list[float] = []
    for page in pages:
        start = time.process_time()
        record = cleaner.clean(page.data, f"{page.row['id']}.html").to_json()
        took.append(1000 * (time.process_time() - start))
        ours.append(page_score(json.loads(record)["text"], page.gold, page.neutral, False))
    rows = [GOAL]
    for folder in sorted(peers.iterdir()) if peers else []:
        times = json.loads((folder / "_time.json").read_text("utf-8"))
        texts = [folder / f"{page.row['id']}.txt" for page in pages]
        outs = [t.read_text("utf-8", "replace") if t.exists() else "" for t in texts]
        scores = [page_score(out, p.gold, p.neutral, False) for out, p in zip(outs, pages, strict=True)]
        rows.append(["all", folder.name, *figures(scores, [times[p.row["id"]] for p in pages if p.row["id"] in times])])
    groups: dict[str, list[int]] = {"all": list(range(len(pages)))}
    for k, page in enumerate(pages):
        groups.setdefault(f"set {page.row['set']}", []).append(k)
        groups.setdefault("sites that the weights have not seen" if not page.fitted else "sites of the weights", []).append(k)
    for name in sorted(groups):
        at = groups[name]
        rows.append([f"{name} ({len(at)})", "ours", *figures([ours[k] for k in at], [took[k] for k in at])])
    rows += government(page_score)
    return report.table(HEAD, rows)


def government(page_score: Any) -> list[list[str]]:
    """The pages of governments made for the tests: by the score, and of those without a body how many come out empty."""
    cases = json.loads((MADE / "pages.json").read_text("utf-8"))
    cleaner = Cleaner(provenance="none")
    scores, took = [], []
    empty = told = 0
    for name in sorted(n for n in cases if n.startswith("gov-")):
        data = (MADE / "pages" / f"{name}.html").read_bytes()
        start = time.process_time()
        document = cleaner.clean(data, f"{name}.html")
        took.append(1000 * (time.process_time() - start))
        if cases[name]["text"]:
            scores.append(page_score(document.text, cases[name]["text"].split("\n"), [], False))
        else:
            empty += 1
            told += not document.text and any(w.code == "strip/no-body" for w in document.warnings)
    return [
        [f"governments, made ({len(scores)}); goal F1 >= .97", "ours", *figures(scores, took)],
        [f"of theirs without a body ({empty}): empty, and told", "ours", str(told), *[""] * 6],
    ]


# -- the weights


def truth(lines: list[str], page: Sheet, norm: Any) -> list[int | None]:
    """Of each line whether it is body (1), or not (0); None where the gold does not say."""
    free = set(map(norm.norm, page.neutral))
    core = [s for s in map(norm.norm, page.gold) if s and s not in free]
    body, known = norm.grams("".join(core)), set(core)
    neutral = norm.grams("".join(sorted(free)))
    keys = list(map(norm.norm, lines))
    found: list[int | None] = []
    for key in keys:
        if not key or key in free:
            found.append(None)
        elif key in known:
            found.append(1)
        elif len(key) >= 8:
            share = norm.cover(key, body)
            unsure = norm.cover(key, neutral) >= 0.6 or share > 0.35
            found.append(1 if share >= 0.6 else None if unsure else 0)
        else:
            found.append(-1 if key in "".join(core) else 0)
    long = [k for k, v in enumerate(found) if v == 1 and len(keys[k]) >= 8]
    first, last = (long[0], long[-1]) if long else (0, -1)
    return [(1 if first <= k <= last else 0) if v == -1 else v for k, v in enumerate(found)]


def fit(pages: list[Sheet], norm: Any) -> dict[str, float]:
    """Feature to weight, from the pages given."""
    import numpy as np

    index = index_of(Plan())
    rows = (Path(__file__).parent / "html-priors.tsv").read_text("utf-8").splitlines()[1:]
    priors = {name: float(weight) for name, weight in (row.split("\t") for row in rows)}
    many = Counter(page.row["site"] for page in pages)
    samples: list[tuple[list[str], int, float]] = []
    counts: Counter[str] = Counter()
    sites: defaultdict[str, set[str]] = defaultdict(set)
    for page in pages:
        source = read(page.data, "a.html")
        assert source.layout
        shown = Page(source.text)
        traits = Traits(label(shown, index, limits()), source.layout, limits())
        raw = source.text.split("\n")
        lines = [raw[i] for i in shown.filled]
        known = truth(lines, page, norm)
        told = sum(v is not None for v in known)
        for names, body, line in zip(traits.features(), known, lines, strict=True):
            counts.update(set(names))
            for name in names:
                sites[name].add(page.row["site"])
            if body is not None:
                weight = many[page.row["site"]] ** -0.5 * min(max(len(line), 6), 80) / 20 * (100 / max(told, 30)) ** 0.5
                samples.append((names, body, weight))
    kept = sorted({f for f, n in counts.items() if n >= RARE and len(sites[f]) >= SITES} | priors.keys())
    number = {f: k for k, f in enumerate(kept)}
    prior = np.array([priors.get(f, 0.0) for f in kept])
    columns = [np.array(sorted({number[f] for f in names if f in number}), int) for names, _, _ in samples]
    line_of = np.repeat(np.arange(len(samples)), [len(c) for c in columns])
    column = np.concatenate(columns)
    wanted = np.array([float(body) for _, body, _ in samples])
    weight = np.array([w for _, _, w in samples])
    weight /= weight.mean()
    theta, first, second = prior.copy(), np.zeros(len(kept)), np.zeros(len(kept))
    for step in range(1, STEPS + 1):  # Adam on all lines at once
        odds = np.bincount(line_of, theta[column], len(samples))
        miss = (1 / (1 + np.exp(-np.clip(odds, -30, 30))) - wanted) * weight
        slope = np.bincount(column, miss[line_of], len(kept)) + SHRINK * (theta - prior)
        first, second = 0.9 * first + 0.1 * slope, 0.99 * second + 0.01 * slope**2
        rate = 0.1 if step < 0.7 * STEPS else 0.02
        theta -= rate * (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-8)
    return dict(zip(kept, map(float, theta), strict=True))


def folds(pages: list[Sheet], norm: Any, page_score: Any) -> str:
    """Figures of pages whose sites the weights have not seen, for all sites."""
    from cleaner.stages.strip import blocks

    many = Counter(page.row["site"] for page in pages)
    parts: list[list[str]] = [[] for _ in range(5)]
    for site in sorted(many, key=lambda s: (-many[s], s)):
        min(parts, key=lambda part: sum(many[s] for s in part)).append(site)
    scores, took = [], []
    shipped = blocks.weights
    for part in parts:
        found = blocks.Weights(fit([page for page in pages if page.row["site"] not in part], norm))
        blocks.weights = lambda found=found: found
        for page in pages:
            if page.row["site"] in part:
                start = time.process_time()
                text = Cleaner().clean(page.data, "a.html").text
                took.append(1000 * (time.process_time() - start))
                scores.append(page_score(text, page.gold, page.neutral, False))
    blocks.weights = shipped
    return report.table(HEAD, [GOAL, [f"five folds ({len(scores)})", "ours", *figures(scores, took)]])


PARSED = {
    "50,000 `<div>` in each other": "<div>" * 50_000 + "正文一句。",
    "50,000 attributes of one tag": "<div " + " ".join(f"a{n}=1" for n in range(50_000)) + ">正文一句。",
    "20,000 `<option>`": "<select>" + "<option>x" * 20_000 + "</select>正文一句。",
    "2,000 open `<font>`, 2,000 `<p>`": "<p>"
    + "".join(f"<font a={n}>" for n in range(2000))
    + "</p>"
    + "<p>x" * 2000
    + "正文一句。",
    "4 MB of paragraphs": "".join(f"<div><p>船停了三天，今天又开了。<a href=/{n}>见图</a></p></div>" for n in range(50_000))
    + "正文一句。",
}


def parsers() -> str:
    """Seconds that parsers take, and whether the text comes out."""
    from selectolax.lexbor import LexborHTMLParser

    from cleaner.readers.html.guard import guarded

    ways = {
        "Lexbor": lambda page: LexborHTMLParser(page).root.text() or "",
        "Lexbor behind the guard": lambda page: LexborHTMLParser(guarded(page)).root.text() or "",
    }
    try:
        import lxml.html
    except ImportError:
        pass
    else:
        known = lxml.html.HTMLParser(huge_tree=True, encoding="utf-8")
        ways["libxml2"] = lambda page: lxml.html.document_fromstring(page.encode(), parser=known).text_content()
    rows = []
    for name, page in PARSED.items():
        row = [name]
        for way in ways.values():
            start = time.process_time()
            kept = "正文一句。" in way(page)
            row.append(f"{time.process_time() - start:.2f}" + ("" if kept else ", text lost"))
        rows.append(row)
    return report.table(["page (seconds)", *ways], rows)


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ask.add_argument("--data", type=Path)
    ask.add_argument("--score", type=Path)
    ask.add_argument("--peers", type=Path)
    ask.add_argument("--fit", action="store_true")
    ask.add_argument("--write", action="store_true")
    ask.add_argument("--folds", action="store_true")
    ask.add_argument("--parsers", action="store_true")
    options = ask.parse_args()
    if options.parsers:
        body = parsers()
        print(body)
        if options.write:
            report.write("html-parsers", body)
        return
    if not (options.data and options.score):
        ask.error("--data and --score are wanted")
    sys.path.insert(0, str(options.score))
    import norm
    import score

    pages = sheets(options.data, norm.lines)
    if options.fit:
        found = fit([page for page in pages if page.fitted], norm)
        rows = [f"{name}\t{weight:.2f}\n" for name, weight in sorted(found.items()) if abs(weight) >= 0.02]
        path("tables/html-weights.tsv").write_text("feature\tweight\n" + "".join(rows), "utf-8")
        return
    if options.folds:
        body = folds(pages, norm, score.page_score)
        print(body)
        if options.write:
            report.write("html-folds", body)
        return
    body = table(pages, score.page_score, options.peers)
    print(body)
    if options.write:
        report.write("html", body)


if __name__ == "__main__":
    main()
