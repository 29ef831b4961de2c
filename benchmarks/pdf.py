"""PDF as input: the paragraphs of documents set in six shapes, beside pymupdf4llm, which reads a page with a layout model.

usage: python benchmarks/pdf.py --render FILE --score FILE --laws DIR [--prose DIR] [--docs N] [--salt TEXT] [--write]

--render: the program that sets documents as PDF (functions load, fonts, one and its choice by a hash, h).  --score: the scorer of
paragraph edges (score_one, row).  --laws: clean laws as Markdown.  --prose: news and prose, one paragraph a line, the first one
the title.  --salt draws other documents, --docs so many of each kind. Needs reportlab, weasyprint and the fonts that the renderer
names; pymupdf4llm is measured where it is installed. Times are CPU time, ours from the bytes to the clean text.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import re
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import report

from cleaner import Cleaner
from cleaner.readers import read

SHAPES = {
    "gov": "official document (GB/T 9704)", "word": "Word, indented, justified", "web": "web print, no indent", "mag": "two columns, justified",
    "news2": "two columns", "news3": "three columns, floating headings",
}  # fmt: skip
GOAL, GOAL_MS = 99.0, 20.0
LEAST, MOST = 1500, 7500  # characters of a document that is set

Parts = list[tuple[str, str]]


def module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def prose(path: Path, heading: re.Pattern[str]) -> Parts:
    lines = [re.sub(r"\s+", " ", line.strip()) for line in path.read_text("utf-8").splitlines() if line.strip()]
    if not lines or any("|" in line or "http" in line for line in lines):
        return []
    is_heading = [bool(heading.match(line)) and len(line) < 30 and line[-1] not in "。；" for line in lines]
    return [
        ("title", lines[0]),
        *(("heading" if h else "body", line) for h, line in zip(is_heading[1:], lines[1:], strict=True)),
    ]


def chosen(render: ModuleType, folder: Path, pattern: str, salt: str, most: int) -> Iterator[tuple[str, Parts, str]]:
    """Documents with one title, of a middle length and with no character that the fonts lack, drawn by ``salt``."""
    glyphs = render.fonts()["glyphs"]
    for path in sorted(folder.glob(pattern), key=lambda p: render.h(salt + p.name)):
        parts = render.load(path) if pattern == "*.md" else prose(path, render.HEAD)
        text = "".join(t for _, t in parts or [])
        if len(parts or []) < 8 or not LEAST <= len(text) <= MOST or any(ord(c) not in glyphs for c in text if c != " "):
            continue
        if [k for k, _ in parts].count("title") == 1 and parts[0][0] == "title":
            yield f"d_{render.h(path.name) % 16**10:010x}", parts, path.name
            most -= 1
        if not most:
            return


def peer() -> Callable[[Path], list[str]] | None:
    """pymupdf4llm as it comes, its Markdown without the marks; None where it is not installed."""
    try:
        import pymupdf4llm
    except ImportError:
        return None

    def run(path: Path) -> list[str]:
        text = pymupdf4llm.to_markdown(str(path), show_progress=False)
        blocks = ("".join(map(str.strip, block.split("\n"))) for block in re.split(r"\n\s*\n", text))
        return [re.sub(r"^#+\s*|^[-*]\s+|\*\*|^>\s*|<br>", "", block).replace("**", "") for block in blocks]

    return run


def measure(
    folder: Path, score: ModuleType, run: Callable[[Path], list[str]]
) -> tuple[dict[str, Counter[str]], dict[str, float]]:
    """Counts of the scorer and CPU seconds by shape."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    seconds: dict[str, float] = defaultdict(float)
    for path in sorted(folder.glob("pdf/*.pdf")):
        shape = path.stem.split("__")[1]
        gold = json.loads((folder / "gold" / f"{path.stem}.json").read_text("utf-8"))
        start = time.process_time()
        paragraphs = run(path)
        seconds[shape] += time.process_time() - start
        counts[shape].update(score.score_one(gold, paragraphs) | {"docs": 1})
    return counts, seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--render", type=Path, required=True)
    parser.add_argument("--score", type=Path, required=True)
    parser.add_argument("--laws", type=Path, required=True)
    parser.add_argument("--prose", type=Path)
    parser.add_argument("--docs", type=int, default=6)
    parser.add_argument("--salt", default="")
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    render, score, other = module(args.render), module(args.score), peer()
    render.EXT.clear()  # the extractors of plain text are not wanted
    cleaner = Cleaner(to="keep", provenance="none")

    def ours(path: Path) -> list[str]:
        return cleaner.clean(path).text.split("\n")

    rows: list[list[str]] = []
    sets: list[tuple[str, Path, str]] = [("laws", args.laws, "*.md")] + ([("prose", args.prose, "*.txt")] if args.prose else [])
    for name, source, pattern in sets:
        with tempfile.TemporaryDirectory() as made:
            folder = Path(made)
            for below in ("pdf", "gold", "dev", "held"):
                (folder / below).mkdir()
            for document in chosen(render, source, pattern, args.salt, args.docs):
                render.one((*document, made, False, True))
            pages: Counter[str] = Counter()
            for path in folder.glob("pdf/*.pdf"):
                pages[path.stem.split("__")[1]] += read(path.read_bytes(), path.name).text.count("\f") + 1
            mine, theirs = measure(folder, score, ours), measure(folder, score, other) if other else None
            rows += [row(name, shape, pages[shape], score, mine, theirs) for shape in SHAPES]
    head = [
        "documents",
        "shape",
        "pages",
        "goal",
        "pymupdf4llm F1",
        "ours F1",
        "exact",
        "headings",
        "furniture",
        "pymupdf4llm ms",
        "ours ms",
    ]
    body = report.table(head, rows)
    print(body)
    if args.write:
        report.write("pdf", body)


def row(name: str, shape: str, pages: int, score: ModuleType, mine: Any, theirs: Any) -> list[str]:
    counts, seconds = mine
    found = score.row(counts[shape])
    peers = (f"{score.row(theirs[0][shape])['F1']:.2f}", f"{1000 * theirs[1][shape] / pages:.0f}") if theirs else ("-", "-")
    return [
        name, SHAPES[shape], str(pages), f">= {GOAL:.0f}, <= {GOAL_MS:.0f} ms", peers[0], f"{found['F1']:.2f}", f"{found['exact']:.2f} %",
        f"{found['head']:.1f} %", f"{found['furn']:.1f} %", peers[1], f"{1000 * seconds[shape] / pages:.1f}",
    ]  # fmt: skip


if __name__ == "__main__":
    main()
