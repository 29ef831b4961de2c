"""``cleaner restore``: the bytes of the sources out of their records."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path, PurePath, PurePosixPath

from cleaner.cli import screen
from cleaner.corpus.inputs import STDIN, reason
from cleaner.corpus.outputs import write
from cleaner.errors import RestoreError, UsageError
from cleaner.record import Document


def restore(records: list[str], out: str | None) -> int:
    """Write what ``records`` were made of to ``out`` (None: stdout); the exit code."""
    given = _lines(sys.stdin.buffer.read()) if STDIN in records else []
    several = len(records) > 1 or any(r.endswith(".jsonl") for r in records) or len(given) > 1
    folder = out is not None and (several or Path(out).is_dir() or out.endswith(("/", os.sep)))
    if out is not None and folder and Path(out).exists() and not Path(out).is_dir():
        raise UsageError(f"{out}: a file, but a folder for several sources is wanted")
    if several and out is None:
        raise UsageError("several records need -o OUT, a folder")
    failures = done = 0
    written: dict[str, str] = {}
    for path in records:
        try:
            for place, record in given if path == STDIN else _records(path):
                try:
                    document = Document.from_json(record)
                    data = document.restore()
                    target = str(Path(out or "", _name(document, path))) if folder else out
                    if target is None:
                        sys.stdout.buffer.write(data)
                        sys.stdout.buffer.flush()
                    elif any(r != STDIN and os.path.realpath(r) == os.path.realpath(target) for r in records):
                        raise RestoreError("its source would overwrite the record; choose another -o")
                    elif target in written:
                        raise RestoreError(f"its source has the name of that of {written[target]}")
                    else:
                        write(target, data)
                        written[target] = place
                    done += 1
                except RestoreError as error:
                    screen.error(str(error), place)
                    failures += 1
        except OSError as error:
            screen.error(reason(error), path)
            failures += 1
    if folder:
        screen.note(f"{done:,} restored{f', {failures:,} failed' if failures else ''}")
    return 2 if failures else 0


def _lines(data: bytes) -> list[tuple[str, bytes]]:
    """The records of stdin with the names of their places: one, or one a line, as ``clean`` writes them to stdout."""
    lines = [line for line in data.split(b"\n") if line.strip()]
    if len(lines) > 1 and all(line.startswith(b'{"schema"') for line in lines):
        return [(f"{STDIN}:{number}", line) for number, line in enumerate(lines, 1)]
    return [(STDIN, data)]


def _records(path: str) -> Iterator[tuple[str, bytes]]:
    """The records in a file with the name of the place: one, or one a line."""
    with Path(path).open("rb") as file:
        if not path.endswith(".jsonl"):
            yield path, file.read()
            return
        for number, line in enumerate(file, 1):
            if line.strip():
                yield f"{path}:{number}", line


def _name(document: Document, record: str) -> str:
    """Where the source goes below the folder: by its name in the record, which never leads out of the folder."""
    name = (document.source.path or "").replace("\\", "/")
    parts = [p for p in PurePosixPath(name).parts if p not in ("/", "..", ".") and not p.endswith(":")]
    return str(PurePath(*parts)) if parts else PurePath(record).stem
