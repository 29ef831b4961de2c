"""From the PATHs of a command to the documents, in one order on every machine."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import NamedTuple

STDIN = "-"

# endings of files that are documents when a folder is walked; a file that is named is always taken
TEXT = frozenset({".htm", ".html", ".markdown", ".md", ".text", ".txt", ".xhtml"})
DOCUMENTS = TEXT | {".docx", ".pdf"}


class Input(NamedTuple):
    """A document to come. ``path``: where it is; ``name``: below which PATH, with ``/``; ``size``: bytes, 0 where unknown."""

    path: str
    name: str
    size: int = 0


@dataclass(slots=True)
class Found:
    """The documents, and the PATHs that hold none with the reason."""

    inputs: list[Input] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)


def find(paths: Iterable[str], endings: Collection[str] = DOCUMENTS, without: str | None = None) -> Found:
    """The documents that ``paths`` (files, folders, ``-``) name, each once, in the order given and sorted within a folder.

    A folder is walked to the bottom; hidden files and folders, links to folders and the folder ``without`` (where the records
    go) are left out.
    """
    found, seen = Found(), set()
    skip = Path(without).resolve() if without else None
    for path in paths:
        if path == STDIN:
            listed: Iterable[Input] = [Input(STDIN, "stdin")]
        elif Path(path).is_dir():
            count = len(found.failures)
            listed = list(_walk(path, endings, skip, found.failures))
            if not listed and len(found.failures) == count:
                found.failures.append((path, "no documents in this folder"))
        else:
            try:
                size = Path(path).stat().st_size
            except (OSError, ValueError) as error:  # ValueError: a NUL in the name
                found.failures.append((path, reason(error)))
                continue
            listed = [Input(path, shown(PurePath(path).name), size)]
        for item in listed:
            key = item.path if item.path == STDIN else os.path.normpath(Path(item.path).absolute())
            if key not in seen:
                seen.add(key)
                found.inputs.append(item)
    return found


def reason(error: Exception) -> str:
    """The system's word for what failed, in lower case."""
    return ((error.strerror if isinstance(error, OSError) else str(error)) or type(error).__name__).lower()


def shown(name: str) -> str:
    """A file's name as it can be written everywhere: bytes that are no UTF-8 and control characters escaped."""
    if name.isprintable():
        return name
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _walk(top: str, endings: Collection[str], skip: Path | None, failures: list[tuple[str, str]]) -> Iterator[Input]:
    todo: list[tuple[str, str]] = [(top, "")]
    while todo:
        folder, below = todo.pop()
        try:
            with os.scandir(folder) as entries:
                listing = sorted(entries, key=lambda e: e.name)
        except OSError as error:
            failures.append((folder, reason(error)))
            continue
        folders: list[tuple[str, str]] = []
        for entry in listing:
            if entry.name.startswith("."):
                continue
            name = below + shown(entry.name)
            if entry.is_dir(follow_symlinks=False):
                if skip is None or Path(entry.path).resolve() != skip:
                    folders.append((entry.path, name + "/"))
            elif PurePath(entry.name).suffix.lower() in endings:
                try:
                    status = entry.stat()
                except OSError:  # a link that leads nowhere: reading it says why
                    yield Input(entry.path, name)
                    continue
                if stat.S_ISREG(status.st_mode):
                    yield Input(entry.path, name, status.st_size)
        todo += reversed(folders)


def targets(names: Iterable[str], ending: str) -> list[str | None]:
    """What each document's record is called below the output folder; None where the name is another's too.

    The stem and ``ending``; the full name and ``ending`` for every document that shares a stem with another.
    """
    listed = list(names)
    result = [str(PurePath(n).with_suffix("")) + ending for n in listed]
    while True:
        owners: dict[str, list[int]] = {}
        for i, target in enumerate(result):
            owners.setdefault(target, []).append(i)
        clash = [i for shared in owners.values() if len(shared) > 1 for i in shared]
        longer = [i for i in clash if result[i] != listed[i] + ending]
        if not longer:
            lost = set(clash)
            return [None if i in lost else t for i, t in enumerate(result)]
        for i in longer:
            result[i] = listed[i] + ending
