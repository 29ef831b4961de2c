"""``cleaner explain``: the page text of a document with everything that was done to it, and why.

On a terminal in colours: red is what stood, green what stands now, struck out what was removed. Elsewhere with the marks of
``wdiff``: [-what stood-]{+what stands now+}.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from cleaner.careful.protect import line_starts
from cleaner.cli import screen
from cleaner.cli.config import load
from cleaner.cli.options import checked, plan_options
from cleaner.cli.words import note, title
from cleaner.corpus.inputs import STDIN, reason, shown
from cleaner.errors import InputError, UsageError
from cleaner.library import Cleaner
from cleaner.plan import Plan
from cleaner.record import Document

Pieces = list[tuple[str, str]]  # texts, each with the name of its style

STYLES = {"before": "red", "after": "bold green", "removed": "red strike", "moved": "magenta", "rule": "cyan", "": ""}
MARKS = {"before": "[-{}-]", "removed": "[-{}-]", "after": "{{+{}+}}", "moved": "{}", "rule": "{}", "": "{}"}
LINE_END = "⏎"  # stands for a line end that was taken or put
MOST_OF_MOVED = 30  # characters of a moved span that are shown where it went


class Act(NamedTuple):
    """Something done to [start, end) of the page text: ``after`` stands there now; ``kind`` is that of a removal, or empty."""

    start: int
    end: int
    after: str
    rules: tuple[str, ...]
    kind: str


class Printer(Protocol):
    """Where the explanation goes."""

    def line(self, head: str, pieces: Pieces) -> None:
        """Print a line of text behind its ``head`` (a number, an arrow, a count)."""


def explain(file: str, given: Mapping[str, Any]) -> int:
    """Print the document in ``file`` with its edits; the exit code."""
    if file != STDIN and Path(file).is_dir():
        raise UsageError(f"{shown(file)}: a folder, but explain takes one document")
    cleaner = Cleaner(**(plan_options(load("." if file == STDIN else file), given) | {"provenance": "full"}))
    plan = checked(cleaner.plan)
    try:
        document = cleaner.clean(sys.stdin.buffer.read()) if file == STDIN else cleaner.clean(Path(file))
    except InputError as error:
        screen.error(error.reason, file)
        return 2
    except OSError as error:
        screen.error(reason(error), file)
        return 2
    starts = line_starts(document.page)
    printer: Printer = _Terminal(len(str(len(starts)))) if screen.coloured(sys.stdout) else _Plain(len(str(len(starts))))
    source, stats = document.source, document.stats
    printer.line("", [(f"{shown(file)}: {source.encoding} ({source.encoding_by}), {source.bytes:,} bytes", "")])
    did = f"{stats.edits:,} edits, {stats.removed:,} characters removed, {len(document.moves):,} moves"
    printer.line("", [(f"profile {document.profile}, type {document.type}; {did}", "")])
    printer.line("", [])
    for head, pieces in _body(document, starts):
        printer.line(head, pieces)
    printer.line("", [])
    for head, pieces in _reasons(document, plan, starts):
        printer.line(head, pieces)
    return 0


def _body(document: Document, starts: list[int]) -> Iterator[tuple[str, Pieces]]:
    """The lines of the page text, numbered, each followed by the rules that acted in it."""
    page = document.page
    acts = [Act(*e.span, e.after, e.rules, "") for e in document.edits]
    acts += [Act(*r.span, "", (r.rule,), r.kind) for r in document.removed]
    acts.sort(key=lambda a: (a.start, a.end))
    landed: dict[int, list[str]] = {}
    for m in document.moves:
        landed.setdefault(bisect_right(starts, m.to) - 1, []).append(page[m.start : m.end].strip())
    moved = {bisect_right(starts, m.start) - 1 for m in document.moves}
    first = 0
    for n, start in enumerate(starts):
        end = starts[n + 1] if n + 1 < len(starts) else len(page) + 1
        while first < len(acts) and acts[first].end <= start and acts[first].start < start:
            first += 1
        last = first
        while last < len(acts) and acts[last].start < end:
            last += 1
        for text in landed.get(n, ()):
            yield "→", [("stands here now: " + screen.visible(text, MOST_OF_MOVED), "moved")]
        pieces = list(_pieces(page, start, min(end, len(page)), acts[first:last]))
        yield str(n + 1), [(text, style or ("moved" if n in moved else "")) for text, style in pieces]
        here = [a for a in acts[first:last] if start <= _place(page, a) < end]
        rules = Counter(f"{r} ({a.kind})" if a.kind else r for a in here for r in a.rules)
        if rules:
            yield "↳", [(", ".join(f"{r} ×{k}" if k > 1 else r for r, k in sorted(rules.items())), "rule")]


def _place(page: str, act: Act) -> int:
    """Where ``act`` belongs: behind the line end with which it begins, if it goes on."""
    behind = act.start + len(page[act.start : act.end]) - len(page[act.start : act.end].lstrip("\r\n"))
    return behind if act.start < behind < act.end else act.start


def _pieces(page: str, start: int, end: int, acts: list[Act]) -> Iterator[tuple[str, str]]:
    """One line of the page text with what was done in it."""
    at = start
    for act in acts:
        a, b = max(act.start, start), min(act.end, end)
        yield _seen(page[at:a]), ""
        yield _seen(page[a:b], ends=True), "removed" if act.kind else "before"
        if act.start >= start:  # else it stands in the line where the change begins
            yield _seen(act.after, ends=True), "after"
        at = max(at, b)
    yield _seen(page[at:end]), ""


def _seen(text: str, *, ends: bool = False) -> str:
    """``text`` with everything in sight; line ends only where they are a change."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n")
    return screen.visible(whole.replace("\n", LINE_END if ends else ""))


def _reasons(document: Document, plan: Plan, starts: list[int]) -> Iterator[tuple[str, Pieces]]:
    """Each rule that acted, how often, and why; then the warnings."""
    for rule, count in sorted(document.tally().items(), key=lambda item: (-item[1], item[0])):
        yield f"×{count:,}", [(rule, "rule"), (f"  {title(plan, rule)}. {note(plan, rule)}".rstrip(), "")]
    for w in document.warnings:
        where = f"line {bisect_right(starts, w.span[0])}: " if w.span else ""
        yield "!", [(f"{where}{w.message} ", ""), (w.code, "rule")]


class _Plain:
    def __init__(self, width: int) -> None:
        self._width = width

    def line(self, head: str, pieces: Pieces) -> None:
        text = "".join(MARKS[style].format(text) for text, style in pieces if text)
        print(f"{head:>{self._width}}  {text}" if head else text)


class _Terminal:
    """Lines in colours, wrapped behind their numbers."""

    def __init__(self, width: int) -> None:
        from rich.console import Console

        self._console = Console(file=sys.stdout, highlight=False)
        self._width = max(width, len("×1,000"))

    def line(self, head: str, pieces: Pieces) -> None:
        from rich.table import Table
        from rich.text import Text

        text = Text.assemble(*((text, STYLES[style]) for text, style in pieces), overflow="fold")
        if not head:
            self._console.print(text, style="bold")
            return
        grid = Table.grid(padding=(0, 2, 0, 0))
        grid.add_column(justify="right", width=self._width, style="dim", no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(head, text)
        self._console.print(grid)
