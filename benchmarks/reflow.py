"""Paragraphs out of the text of pages: F1 of paragraph edges beside peers, on set documents and on ones drawn anew.

usage: python benchmarks/reflow.py --layout DIR --scorer FILE --laws DIR [--renderer FILE --pages DIR --drawn DIR] [--write]

DIR of --layout holds dirty/<document>__<shape>__<extractor>.txt and gold/<document>__<shape>.json; --scorer is the file whose
`score_one` scores one document. With --renderer (a file whose `one` sets a document as PDF in all shapes and extracts it),
documents of --laws that are not in the layout set, and news and prose of --pages, are set anew into --drawn; what is there
already is not set again. Peers that are installed run beside us: unstructured on the text, pymupdf4llm on the PDF of the
documents drawn anew. Then: clean text that must stay as it is, and speed in CPU time. Exit 1 where a goal is missed.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import report

from cleaner.plan import Plan
from cleaner.stages import reflow

PLAN = Plan()
SINGLE = {"pdftotext", "pdfminer", "pypdf", "pdfium", "layout"}
# row of the table: shapes, extractors, goal of F1, goal of exact paragraphs, goal of milliseconds a page
GROUPS = {
    "one column, gov": ({"gov"}, SINGLE, 99.8, 99.5, 1),
    "one column, word": ({"word"}, SINGLE, 99.7, 99.0, 1),
    "one column, web": ({"web"}, SINGLE, 99.5, 98.5, 1),
    "columns, read in their order": ({"mag", "news2", "news3"}, {"pypdf", "pdfium"}, None, None, 1),
    "columns, pdftotext -layout": ({"mag", "news2", "news3"}, {"layout"}, 99.0, None, 3),
    "two columns, row by row": ({"mag", "news2"}, {"pdftotext", "pdfminer"}, 98.5, None, 3),
    "three columns, row by row": ({"news3"}, {"pdftotext", "pdfminer"}, 96.0, None, 3),
    "recognized, gov": ({"ocrgov"}, {"ocr"}, 97.5, None, 1),
    "recognized, two columns": ({"ocrnews2"}, {"ocr"}, 98.5, None, 3),
    "cut at page ends, no hard wraps": ({"seedlike"}, {"synth"}, 99.7, None, None),
}
FURNITURE, HEADINGS, WRONG = 0.2, 99.5, 6.0  # goals: % left, % kept, wrong joins and cuts per 1,000 paragraphs of one column
MB_S = 60.0
LOW = 96  # F1 below which a text of columns should be flagged
PAGE = 600  # characters of a page whose number is nowhere
DRAWN = 8  # documents drawn anew of each kind
DRAWN_CHARS = range(1500, 7500)
ASCII = 0.2  # of the characters of a document drawn anew may be ASCII: a text about a program is set otherwise


def load(path: Path, name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def peer() -> Callable[[str], list[str]] | None:
    """unstructured's grouping of lines into paragraphs, where it is installed."""
    try:
        from unstructured.cleaners.core import auto_paragraph_grouper, clean_extra_whitespace
    except ImportError:
        return None
    return lambda text: list(map(clean_extra_whitespace, auto_paragraph_grouper(text.replace("\f", "\n")).split("\n")))


def pdf_peer() -> Callable[[Path], list[str]] | None:
    """pymupdf4llm's Markdown of a PDF without its marks, where it is installed."""
    try:
        import pymupdf4llm
    except ImportError:
        return None

    def paragraphs(path: Path) -> list[str]:
        blocks = re.split(r"\n\s*\n", pymupdf4llm.to_markdown(str(path), show_progress=False))
        return [re.sub(r"^#+\s*|^[-*]\s+|\*\*|^>\s*|<br>", "", "".join(map(str.strip, b.split("\n")))) for b in blocks]

    return paragraphs


def documents(dirty: Path, gold: Path) -> Iterator[tuple[str, str, str, dict]]:
    """(shape, extractor, text, gold) of every document in ``dirty``."""
    for path in sorted(dirty.glob("*__*__*.txt")):
        name, shape, extractor = path.stem.split("__")
        yield (
            shape,
            re.sub(r"^ocr.*", "ocr", extractor),
            path.read_text("utf-8"),
            json.loads((gold / f"{name}__{shape}.json").read_text("utf-8")),
        )


def group_of(shape: str, extractor: str) -> str | None:
    return next((g for g, (shapes, extractors, *_) in GROUPS.items() if shape in shapes and extractor in extractors), None)


def f1(r: Counter[str]) -> float:
    p, q = r["ok"] / max(1, r["ev"]), r["ghit"] / max(1, r["gev"])
    return 200 * p * q / (p + q) if p + q else 0.0


def scored(dirty: Path, gold: Path, scorer: ModuleType) -> tuple[str, bool]:
    """The table of one set of documents, and whether the goals are met."""
    ours: dict[str, Counter[str]] = defaultdict(Counter)
    theirs: dict[str, Counter[str]] = defaultdict(Counter)
    spent: Counter[str] = Counter()
    pages: Counter[str] = Counter()
    flagged: Counter[str] = Counter()
    low: dict[str, Counter[bool]] = defaultdict(Counter)  # texts below LOW, by whether they are flagged
    other = peer()
    for shape, extractor, text, want in documents(dirty, gold):
        group = group_of(shape, extractor)
        if group is None:
            continue
        reflow.run(text[:2000], PLAN)
        begin = time.process_time()
        change = reflow.run(text, PLAN)
        spent[group] += (time.process_time() - begin) * 1e3
        pages[group] += sum(1 for f in want["furniture"] if re.search(r"\d", f) and len(f) < 9) or max(1, len(text) // PAGE)
        flag = any(f.code == "reflow/interleaved" for f in change.flags)
        flagged[group] += flag
        found = scorer.score_one(want, change.text.split("\n"))
        low[group][flag] += f1(found) < LOW
        ours[group].update(found | Counter(docs=1))
        if other:
            theirs[group].update(scorer.score_one(want, other(text)))
    rows, fine = [], True
    for group, (_, _, goal, exact_goal, ms_goal) in GROUPS.items():
        r = ours[group]
        if not r["docs"]:
            continue
        exact = 100 * r["exact"] / r["gpar"]
        ms = spent[group] / pages[group]
        left = 100 * r["fl"] / r["fn"] if r["fn"] else 0.0
        kept = 100 * r["hk"] / r["hn"]
        wrong = 1000 * (r["glue"] + r["split"]) / r["gpar"]
        single = group.startswith("one column")
        fine &= (goal is None or f1(r) >= goal) and (exact_goal is None or exact >= exact_goal)
        fine &= (ms_goal is None or ms <= ms_goal) and left <= FURNITURE and kept >= HEADINGS and (not single or wrong <= WRONG)
        rows.append(
            [
                group,
                str(r["docs"]),
                f">= {goal}" if goal else "-",
                f"{f1(theirs[group]):.2f}" if other else "-",
                f"{f1(r):.2f}",
                f"{exact:.2f}" + (f" (>= {exact_goal})" if exact_goal else ""),
                f"{left:.2f}",
                f"{kept:.2f}",
                f"{wrong:.1f}" + (f" (<= {WRONG:g})" if single else ""),
                f"{100 * r['levf'] / r['glen']:.1f}",
                str(flagged[group]),
                f"{low[group][True]} of {low[group].total()}",
                f"{ms:.2f}" + (f" (<= {ms_goal})" if ms_goal else ""),
            ]
        )
    head = ["shape", "texts", "goal of F1", "unstructured", "F1", "exact %", f"furniture left % (<= {FURNITURE})"]
    head += [
        f"headings kept % (>= {HEADINGS})",
        "wrong joins and cuts",
        "out of order %",
        "flagged interleaved",
        f"flagged of those below {LOW}",
        "ms a page",
    ]
    return report.table(head, rows), fine


def geometry(drawn: Path, scorer: ModuleType) -> str:
    """pymupdf4llm on the PDFs of the documents drawn anew: what sees the page, beside us, who see its text."""
    convert = pdf_peer()
    if convert is None:
        return ""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted((drawn / "pdf").glob("*__*.pdf")):
        shape = path.stem.split("__")[1]
        want = json.loads((drawn / "gold" / f"{path.stem}.json").read_text("utf-8"))
        begin = time.process_time()
        paragraphs = convert(path)
        taken = time.process_time() - begin
        pages = sum(1 for f in want["furniture"] if re.search(r"\d", f) and len(f) < 9) or 1
        found[shape].update(scorer.score_one(want, paragraphs) | Counter(pages_=pages, us=int(taken * 1e6)))
    rows = [[shape, f"{f1(r):.2f}", f"{r['us'] / 1e3 / r['pages_']:.0f}"] for shape, r in sorted(found.items())]
    return "pymupdf4llm on the PDFs of these documents:\n\n" + report.table(["shape", "F1", "ms a page"], rows)


def law(path: Path) -> list[tuple[str, str]]:
    """The paragraphs of a law in Markdown, as (kind, text)."""
    found = []
    for line in path.read_text("utf-8").splitlines():
        text = re.sub(r"\s+", " ", line.strip().strip("\u3000"))
        if m := re.match(r"(#+) (.*)", text):
            found.append(("title" if len(m[1]) == 1 else "heading", m[2]))
        elif text and not text.startswith("<"):
            found.append(("body", text))
    return found


def page(path: Path) -> list[tuple[str, str]]:
    """The paragraphs of a page of news or prose; its first line, where that is no sentence, is its title."""
    lines = [re.sub(r"\s+", " ", line.strip()) for line in path.read_text("utf-8").splitlines()]
    lines = [line for line in lines if line]
    if not lines or lines[0][-1] in "。！？…" or len(lines[0]) > 40:
        return []
    return [("title", lines[0]), *(("body", line) for line in lines[1:])]


def fits(document: list[tuple[str, str]], glyphs: set[int]) -> bool:
    """Whether a document can be set: one title at its head, its characters in the fonts, of middle length, in Chinese."""
    text = "".join(t for _, t in document)
    if sum(map(str.isascii, text)) > ASCII * len(text):
        return False
    titled = bool(document) and document[0][0] == "title" and sum(kind == "title" for kind, _ in document) == 1
    return titled and len(text) in DRAWN_CHARS and all(ord(c) in glyphs for c in text.replace(" ", ""))


def draw(renderer: ModuleType, files: list[Path], read: Callable[[Path], list[tuple[str, str]]], out: Path, salt: str) -> None:
    """Set ``DRAWN`` of ``files`` in every shape, below ``out``, unless they are there."""
    if (out / "gold").is_dir():
        return
    for name in ("pdf", "gold", "dev", "held"):
        (out / name).mkdir(parents=True)
    glyphs = renderer.fonts()["glyphs"]
    random.Random(salt).shuffle(files)
    done = 0
    for path in files:
        document = read(path)
        if fits(document, glyphs):
            name = hashlib.sha1(path.name.encode()).hexdigest()[:10]
            renderer.one((name, document, path.name, str(out), False, True))
            done += 1
            if done == DRAWN:
                return


def bare(text: str) -> str:
    """``text`` without blank lines, indents and Markdown's heading marks."""
    return "\n".join(filter(None, (re.sub(r"^#{1,6}\s+", "", line.strip()).strip() for line in text.splitlines())))


def unchanged(name: str, texts: list[str], wants: list[str]) -> list[str]:
    """How many clean ``texts`` come out as they should."""
    kept = sum(reflow.run(text, PLAN).text == want for text, want in zip(texts, wants, strict=True))
    return [name, str(len(texts)), str(kept), f"{100 * kept / max(1, len(texts)):.2f}"]


def speed(laws: list[str]) -> list[list[str]]:
    """Nanoseconds a character and MB/s on clean laws, the best of three runs for each."""
    rows = []
    for name, texts in (("clean laws", laws), ("clean laws, one paragraph a line", [reflow.run(t, PLAN).text for t in laws])):
        spent = 0
        for text in texts:
            best = 1 << 60
            for _ in range(3):
                begin = time.perf_counter_ns()
                reflow.run(text, PLAN)
                best = min(best, time.perf_counter_ns() - begin)
            spent += best
        chars, size = sum(map(len, texts)), sum(len(t.encode()) for t in texts)
        rows.append([name, f"{spent / chars:.1f}", f"{size / spent * 1e3:.0f}", f">= {MB_S:g}"])
    return rows


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--layout", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--laws", type=Path, required=True)
    parser.add_argument("--renderer", type=Path)
    parser.add_argument("--pages", type=Path)
    parser.add_argument("--drawn", type=Path)
    parser.add_argument("--salt", default="1")
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    options = parser.parse_args()
    scorer = load(options.scorer, "scorer")
    files = sorted(p for p in options.laws.rglob("*.md"))
    laws = [p.read_text("utf-8") for p in files]
    table, fine = scored(options.layout / "dirty", options.layout / "gold", scorer)
    parts = ["The first set:", table]
    if options.renderer and options.drawn:
        renderer = load(options.renderer, "renderer")
        sets = [("laws", files, law), ("pages", sorted(options.pages.glob("*.txt")) if options.pages else [], page)]
        for name, paths, read in sets:
            out = options.drawn / f"{name}-{options.salt}"
            draw(renderer, list(paths), read, out, options.salt)
            for split in ("dev", "held"):  # the renderer's own division means nothing here
                for path in (out / split).glob("*.txt"):
                    path.rename(out / "dev" / path.name)
            title = "Laws drawn anew:" if name == "laws" else "News and prose, set in the same shapes:"
            parts += [title, scored(out / "dev", out / "gold", scorer)[0], geometry(out, scorer)]
    gold = [json.loads(p.read_text("utf-8"))["paragraphs"] for p in sorted((options.layout / "gold").glob("*.json"))]
    negatives = json.loads((report.PAGE.parent.parent / "fixtures" / "reflow" / "negatives.json").read_text("utf-8"))
    tight = ["\n".join(g) for g in gold]
    clean = [
        unchanged("laws", laws, list(map(bare, laws))),
        unchanged("gold of the set", tight, tight),
        unchanged("the same with blank lines", ["\n\n".join(g) for g in gold], tight),
        unchanged("negatives of the fixtures", [case["text"] for case in negatives], [case["text"] for case in negatives]),
    ]
    if options.pages:
        pages = [p.read_text("utf-8") for p in sorted(options.pages.glob("*.txt"))]
        clean.append(unchanged("pages of news and prose", pages, list(map(bare, pages))))
    parts += ["Clean text:", report.table(["texts", "number", "unchanged", "%"], clean)]
    parts += ["Speed on clean text:", report.table(["texts", "ns a character", "MB/s", "goal"], speed(laws))]
    body = "\n\n".join(filter(None, parts))
    print(body)
    if options.write:
        report.write("reflow", body)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
