"""The findings of ``check`` in each of its formats."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TextIO

from cleaner.careful.files import Examined, Finding
from cleaner.cli.screen import BOLD, CYAN, DIM, GREEN, RED, coloured, paint, visible
from cleaner.cli.words import title
from cleaner.corpus.inputs import shown
from cleaner.plan import Plan

Report = Callable[[Examined], None]
MOST_SHOWN = 40  # characters of what stood and what will stand


@contextmanager
def reporter(form: str, plan: Plan, stream: TextIO) -> Iterator[Report]:
    """A function that takes examined files one by one; what is written as a whole is written at the end."""
    if form == "text":
        colour = coloured(stream)
        yield lambda examined: stream.writelines(_text(examined, colour))
    elif form == "github":
        yield lambda examined: stream.writelines(_github(examined, plan))
    else:
        found: list[tuple[str, Finding]] = []
        yield lambda examined: found.extend((slashes(examined.name), f) for f in examined.findings)
        if form == "json":
            json.dump([_json(name, f) for name, f in found], stream, ensure_ascii=False, indent=1)
        else:
            from cleaner.cli.sarif import sarif

            json.dump(sarif(found, plan), stream, ensure_ascii=False, indent=1)
        stream.write("\n")


def slashes(name: str) -> str:
    """A path as it is written in reports."""
    return shown(os.path.normpath(name)).replace(os.sep, "/")


def change(finding: Finding) -> str:
    """What is changed, on one line."""
    before, after = visible(finding.before, MOST_SHOWN), visible(finding.after, MOST_SHOWN)
    if not before:
        return f"insert {after}"
    return f"{before} → {after}" if after else f"delete {before}"


def _text(examined: Examined, colour: bool) -> Iterator[str]:
    name = paint(shown(examined.name), BOLD, on=colour)
    for f in examined.findings:
        before = paint(visible(f.before, MOST_SHOWN), RED, on=colour)
        after = paint(visible(f.after, MOST_SHOWN), GREEN, on=colour)
        what = f"{before} → {after}" if before and after else f"delete {before}" if before else f"insert {after}"
        rules = paint(" ".join(f.rules), CYAN, on=colour)
        place = paint(f":{f.line}:{f.column}:", DIM, on=colour)
        yield f"{name}{place} {rules} {what}\n"


def _json(name: str, f: Finding) -> dict[str, Any]:
    return {
        "path": name,
        "line": f.line,
        "column": f.column,
        "end_line": f.end_line,
        "end_column": f.end_column,
        "rules": list(f.rules),
        "before": f.before,
        "after": f.after,
    }


def _github(examined: Examined, plan: Plan) -> Iterator[str]:
    """Workflow commands: each finding becomes an annotation of the file."""
    name = _property(slashes(examined.name))
    for f in examined.findings:
        place = f"file={name},line={f.line},col={f.column},endLine={f.end_line},endColumn={f.end_column}"
        message = f"{title(plan, f.rules[0])}: {change(f)}"
        yield f"::warning {place},title={_property(' '.join(f.rules))}::{_data(message)}\n"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
