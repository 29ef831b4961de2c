"""Names that script conversion leaves as they are, from files of the user's."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

from cleaner.errors import UsageError
from cleaner.stages.unify.classes import ranges


class Kept(NamedTuple):
    """[start, end) of a text, and what it becomes instead of being converted; ``rule``: by which rule, where it is one of its own."""

    start: int
    end: int
    form: str
    rule: str = ""


class Names:
    """Names, and what becomes of each."""

    def __init__(self, forms: dict[str, str]) -> None:
        self._forms = forms
        self._lengths: dict[str, list[int]] = {}
        for name in sorted(forms, key=len, reverse=True):
            lengths = self._lengths.setdefault(name[0], [])
            if len(name) not in lengths:
                lengths.append(len(name))
        self._first = re.compile(f"[{ranges(self._lengths)}]") if forms else None

    def find(self, text: str) -> Iterator[Kept]:
        """Where names stand in ``text``, from left to right, the longest first. Time is linear in the text."""
        done = 0
        for m in self._first.finditer(text) if self._first else ():
            at = m.start()
            if at < done:
                continue
            for length in self._lengths[m[0]]:
                form = self._forms.get(text[at : at + length])
                if form is not None:
                    done = at + length
                    yield Kept(at, done, form)
                    break


def read(paths: Iterable[Path]) -> Names:
    """The names of some files: one a line, or ``name TAB what becomes of it``; lines that begin with # say nothing.

    Raises UsageError, with file and line, for a file that cannot be read, or a line with more cells or none before its tab.
    """
    forms: dict[str, str] = {}
    for path in paths:
        try:
            lines = path.read_text("utf-8-sig").splitlines()
        except (OSError, UnicodeError, ValueError) as error:
            raise UsageError(f"names: {path}: {getattr(error, 'strerror', None) or error}") from None
        for number, line in enumerate(lines, 1):
            if line.startswith("#") or not line.strip():
                continue
            name, *form = (cell.strip() for cell in line.split("\t"))
            if not name or len(form) > 1 or form == [""]:
                raise UsageError(f"names: {path}:{number}: a name is wanted, or a name, one tab, and what becomes of it")
            forms[name] = form[0] if form else name
    return Names(forms)
