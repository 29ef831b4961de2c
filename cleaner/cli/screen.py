"""What a person sees on stderr: one line for each message, a bar while it takes long, and what came of it at the end."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter
from types import TracebackType
from typing import IO, Any

from cleaner.corpus.inputs import shown
from cleaner.corpus.tally import Totals

BAR_AFTER = 1.0  # seconds
MOST_WARNINGS = 20  # lines; the rest is counted, and every record has its own
TOP_RULES = 12

RED, GREEN, YELLOW, CYAN, DIM, BOLD = "31", "32", "33", "36", "2", "1"


def coloured(stream: IO[Any]) -> bool:
    """Whether colours may be written to ``stream`` (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def paint(text: str, code: str, *, on: bool) -> str:
    """``text`` in a colour of the terminal, or as it is."""
    return f"\x1b[{code}m{text}\x1b[0m" if on and text else text


def visible(text: str, most: int = 0) -> str:
    """``text`` on one line with everything in sight, cut to ``most`` characters if that is given.

    What prints nothing (line ends, zero-width characters, spaces other than U+0020) is escaped.
    """
    if most and len(text) > most:
        text = text[: most - 1] + "…"
    return text if text.isprintable() else "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def error(message: str, path: str = "") -> None:
    """One line about something that failed."""
    _say("error", RED, message, path)


def warning(message: str, path: str = "") -> None:
    """One line about something that was done, with a doubt."""
    _say("warning", YELLOW, message, path)


def note(message: str) -> None:
    """One line about what was done."""
    sys.stderr.write(message + "\n")


def _say(kind: str, colour: str, message: str, path: str) -> None:
    name = f"{shown(path)}: " if path else ""
    sys.stderr.write(f"{paint(kind, colour, on=coloured(sys.stderr))}: {name}{' '.join(message.split())}\n")


class Bar:
    """A progress bar over ``total`` documents: on a terminal, and only if it takes longer than a second.

    room: whether the terminal is free for it, as it is not where records scroll over it.
    """

    def __init__(self, total: int, *, room: bool = True) -> None:
        self._total, self._done = total, 0
        self._wanted = room and total > 1 and sys.stderr.isatty()
        self._since = time.monotonic()
        self._bar: Any = None

    def __enter__(self) -> Bar:
        return self

    def advance(self) -> None:
        """One document more is done."""
        self._done += 1
        if self._bar is not None:
            self._bar.update(self._task, completed=self._done)
        elif self._wanted and time.monotonic() - self._since > BAR_AFTER:
            self._show()

    def _show(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

        self._bar = Progress(
            TextColumn("cleaning"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._bar.add_task("", total=self._total, completed=self._done)
        self._bar.start()

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None) -> None:
        if self._bar is not None:
            self._bar.stop()


def closing(totals: Totals, *, full: bool) -> None:
    """What came of a run. ``full``: provenance was, so that removals are counted."""
    if not totals.documents:
        note(f"no document was cleaned, {totals.failures:,} failed")
        return
    if sys.stderr.isatty():
        _closing_table(totals, full)
        return
    plural = "" if totals.documents == 1 else "s"
    parts = [f"{totals.documents:,} document{plural}", f"{totals.failures:,} failed" if totals.failures else ""]
    parts += [f"{totals.chars_in:,} characters in, {totals.chars_out:,} out"]
    parts += [f"{totals.removed_share:.1%} removed as chrome, metadata or furniture"] if full else []
    note("; ".join(p for p in parts if p))
    for name, counts in (("edits and removals", totals.rules), ("warnings", totals.warnings)):
        if counts:
            top, rest = _top(counts)
            listed = ", ".join(f"{rule} {n:,}" for rule, n in top)
            note(f"{name}: {counts.total():,} ({listed}{f', {len(rest)} more' if rest else ''})")


def _closing_table(totals: Totals, full: bool) -> None:
    from rich import box
    from rich.console import Console
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("documents", no_wrap=True)
    table.add_column(f"{totals.documents:,}", justify="right")
    if totals.failures:
        table.add_row("[red]failed", f"[red]{totals.failures:,}")
    table.add_row("characters in", f"{totals.chars_in:,}")
    table.add_row("characters out", f"{totals.chars_out:,}")
    if full:
        table.add_row("removed", f"{totals.removed_share:.1%}", end_section=True)
    for name, counts, style in (("edits and removals", totals.rules, "cyan"), ("warnings", totals.warnings, "yellow")):
        if counts:
            table.add_section()
            table.add_row(f"[bold]{name}", f"[bold]{counts.total():,}")
            top, rest = _top(counts)
            for rule, n in top:
                table.add_row(f"  [{style}]{rule}", f"{n:,}")
            if rest:
                table.add_row(f"  {len(rest)} more", f"{sum(n for _, n in rest):,}")
    Console(stderr=True).print(table)


def _top(counts: Counter[str]) -> tuple[list[tuple[str, int]], list[tuple[str, int]]]:
    ranked = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return ranked[:TOP_RULES], ranked[TOP_RULES:]
