"""``cleaner clean``: documents in, records out."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path, PurePath
from typing import Any

from cleaner.cli import screen
from cleaner.cli.config import common, load
from cleaner.cli.options import checked, choice, plan_options
from cleaner.corpus.inputs import STDIN, Found, find, targets
from cleaner.corpus.outputs import ENDINGS, ONE_FILE, ONE_RECORD, one_file, pyarrow, write
from cleaner.corpus.pool import Settings, Task, run
from cleaner.corpus.tally import Outcome, Totals
from cleaner.errors import UsageError
from cleaner.plan import Plan


def clean(paths: list[str], out: str | None, form: str | None, jobs: int | None, given: Mapping[str, Any]) -> int:
    """Clean ``paths`` into ``out`` (None: stdout); the exit code."""
    config = load(common(paths))
    options = {"template": "auto"} | plan_options(config, given)
    plan = checked(Plan(**options))
    form, folder = _output(out, choice(config, "format", form, "json"), chosen=form is not None)
    processes = jobs if jobs is not None else config.values.get("jobs", 1)
    if processes < 1:
        raise UsageError("-j: a number from 1 on is wanted")
    found = find(paths, without=folder)
    totals = Totals()
    for path, reason in found.failures:
        screen.error(reason, path)
    totals.failures += len(found.failures)
    tasks = list(_tasks(found, folder, form, totals))
    settings = Settings(tuple(sorted(options.items())), form)
    shown = 0
    if folder is None and out is not None and any(_same(item.path, out) for item in found.inputs):
        raise UsageError(f"{out}: is one of the documents")
    alone = out if out is not None and folder is None and form in ENDINGS else None
    if alone is not None and len(tasks) + totals.failures > 1:
        raise UsageError(f"{out}: a file for one record; for several, name a folder, or a file that ends in .jsonl or .parquet")
    with ExitStack() as stack:
        sink = stack.enter_context(one_file(out, form)) if folder is None and alone is None else None
        bar = stack.enter_context(screen.Bar(len(tasks), room=out is not None or not sys.stdout.isatty()))
        outcomes = run(tasks, settings, processes)
        stack.callback(outcomes.close)
        for outcome in outcomes:
            totals.add(outcome)
            shown += _tell(outcome, shown)
            if sink is not None and outcome.rendered is not None:
                sink.put(outcome.rendered)
            elif alone is not None and outcome.rendered is not None:
                write(alone, outcome.rendered)
            bar.advance()
    if shown > screen.MOST_WARNINGS:
        screen.note(f"{shown - screen.MOST_WARNINGS:,} more warnings; every record has its own")
    if out is not None or len(tasks) > 1:
        screen.closing(totals, full=plan.provenance == "full")
    return 2 if totals.failures else 0


def _output(out: str | None, form: str, *, chosen: bool) -> tuple[str, str | None]:
    """The format, and the folder for the records: None where they share a file or go to stdout.

    Raises UsageError where both do not fit.
    """
    suffix = PurePath(out).suffix.lower() if out else ""
    ending = ONE_FILE.get(suffix) or ONE_RECORD.get(suffix)
    folder = out is not None and Path(out).is_dir()
    if ending and not folder:
        if chosen and form != ending and not (form == "json" and ending == "jsonl"):
            raise UsageError(f"--format {form} does not fit {out}, a file of {ending}")
        form = ending
    if form == "parquet":
        pyarrow()
        if out is None:
            raise UsageError("--format parquet needs -o OUT")
    if out is None or form in ONE_FILE.values() or (ending in ENDINGS and not folder):
        if folder:
            raise UsageError(f"{out}: a folder, but --format {form} writes one file")
        return form, None
    if Path(out).exists() and not folder:
        raise UsageError(f"{out}: a file, but a folder for the records is wanted (or a name that ends in .jsonl or .parquet)")
    try:
        Path(out).mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"{out}: cannot be made: {(error.strerror or type(error).__name__).lower()}") from None
    if not os.access(out, os.W_OK | os.X_OK):
        raise UsageError(f"{out}: may not be written")
    return form, out


def _tasks(found: Found, folder: str | None, form: str, totals: Totals) -> Iterator[Task]:
    if folder is None:
        yield from (Task(item, None) for item in found.inputs)
        return
    named = targets([item.name for item in found.inputs], ENDINGS[form])
    sources = {os.path.realpath(item.path) for item in found.inputs if item.path != STDIN}
    for item, target in zip(found.inputs, named, strict=True):
        if target is not None and os.path.realpath(Path(folder, target)) in sources:
            screen.error(f"its record would overwrite {target}, a document; choose another -o", item.path)
            totals.failures += 1
        elif target is None:
            screen.error(f"another document is called {item.name}, too; clean them into two folders", item.path)
            totals.failures += 1
        else:
            yield Task(item, str(Path(folder, target)))


def _same(path: str, other: str) -> bool:
    return path != STDIN and os.path.realpath(path) == os.path.realpath(other)


def _tell(outcome: Outcome, shown: int) -> int:
    """Print the failure or the warnings of a document, equal ones once; how many different ones there were."""
    if outcome.failure:
        screen.error(outcome.failure, outcome.path)
    counts = Counter(outcome.warnings)
    for (code, message), times in list(counts.items())[: max(0, screen.MOST_WARNINGS - shown)]:
        screen.warning(f"{message} ({code}{f', {times} times' if times > 1 else ''})", outcome.path)
    return len(counts)
