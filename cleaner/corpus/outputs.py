"""What is written: a document in one of the formats, a file in place at once or not at all, many records in one file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import IO, Any, Protocol

from cleaner.errors import UsageError
from cleaner.record import Document

ENDINGS = {"json": ".json", "text": ".txt", "markdown": ".md"}
ONE_FILE = {".jsonl": "jsonl", ".parquet": "parquet"}
ONE_RECORD = {ending: form for form, ending in ENDINGS.items()}  # a file for the record of one document
COLUMNS = ("path", "sha256", "type", "profile", "title", "text", "record")
ROW_GROUP = 32_000_000  # characters of records that Parquet writes at a time

_numbers = count()


def render(document: Document, form: str) -> bytes | tuple[str | None, ...]:
    """A document as the bytes of a file or of a line; for Parquet as the values of :data:`COLUMNS`."""
    if form == "parquet":
        return (
            document.source.path,
            document.source.sha256,
            document.type,
            document.profile,
            document.title,
            document.text,
            document.to_json(),
        )
    if form == "text":
        return (document.text.removesuffix("\n") + "\n").encode()
    if form == "markdown":
        from cleaner.corpus.markdown import markdown

        return markdown(document).encode()
    return (document.to_json() + "\n").encode()


def write(path: str, data: bytes) -> None:
    """Put ``data`` into a file: written beside it and renamed, so that there is never half of it. Folders are made.

    Raises OSError.
    """
    with _beside(path) as file:
        file.write(data)


@contextmanager
def _beside(path: str) -> Iterator[IO[bytes]]:
    """A file that takes the place of ``path`` at the end, and is gone if something is raised."""
    folder = Path(path).parent
    temporary = folder / f".cleaner-{os.getpid()}-{next(_numbers)}.tmp"
    try:
        file = temporary.open("wb")
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        file = temporary.open("wb")
    try:
        with file:
            yield file
        temporary.replace(path)
    except BaseException:
        temporary.unlink()
        raise


class Sink(Protocol):
    """Where records go that share one file."""

    def put(self, rendered: Any) -> None:
        """Take a document as :func:`render` gave it."""


class _Bytes:
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def put(self, rendered: Any) -> None:
        self._file.write(rendered)


class _Parquet:
    def __init__(self, file: IO[bytes], arrow: Any, parquet: Any) -> None:
        self._arrow = arrow
        self._schema = arrow.schema([(c, arrow.large_string()) for c in COLUMNS])
        self._writer = parquet.ParquetWriter(file, self._schema, compression="zstd")
        self._rows: list[tuple[str | None, ...]] = []
        self._size = 0

    def put(self, rendered: Any) -> None:
        self._rows.append(rendered)
        self._size += len(rendered[-1])
        if self._size > ROW_GROUP:
            self._flush()

    def _flush(self) -> None:
        if self._rows:
            columns = [list(c) for c in zip(*self._rows, strict=True)]
            self._writer.write_table(self._arrow.table(columns, schema=self._schema))
        self._rows, self._size = [], 0

    def close(self) -> None:
        self._flush()
        self._writer.close()


@contextmanager
def one_file(path: str | None, form: str) -> Iterator[Sink]:
    """All records in the file ``path``, or on stdout. Raises UsageError for Parquet without pyarrow, OSError."""
    if path is None:
        yield _Bytes(sys.stdout.buffer)
        sys.stdout.buffer.flush()
    elif form == "parquet":
        arrow, parquet = pyarrow()
        with _beside(path) as file:
            sink = _Parquet(file, arrow, parquet)
            yield sink
            sink.close()
    else:
        with _beside(path) as file:
            yield _Bytes(file)


def pyarrow() -> tuple[Any, Any]:
    """The modules pyarrow and pyarrow.parquet. Raises UsageError where they are not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError:
        raise UsageError("--format parquet needs the package pyarrow: pip install 'cleaner[parquet]'") from None
    return pyarrow, pyarrow.parquet
