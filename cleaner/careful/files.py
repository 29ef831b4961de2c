"""One file of the careful way: its text and what is wrong in it, and the file written again in its own encoding."""

from __future__ import annotations

import codecs
import contextlib
import os
import stat
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from cleaner.careful.mend import mend
from cleaner.careful.protect import line_starts, syntax
from cleaner.edits import Edits
from cleaner.errors import InputError
from cleaner.plan import Plan
from cleaner.readers import BINARY, media_type
from cleaner.stages.decode import PLAUSIBLE, SAMPLE, Decoded, decode, plausibility

BOMS = (codecs.BOM_UTF8, codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
BY_MARK = {codecs.BOM_UTF8: "utf-8", codecs.BOM_UTF32_LE: "utf-32-le", codecs.BOM_UTF32_BE: "utf-32-be",
           codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}  # fmt: skip

# `decode` reads with the superset; a file that the smaller one can hold is written with it, so that it stays what it is
SMALLER = {"gb18030": "gbk", "big5hkscs": "big5"}
GUESSES = ("most plausible", "detector")


class Finding(NamedTuple):
    """One change that ``fix`` makes.

    Lines and columns count from 1, columns in code points; ``end_column`` is the one behind the last.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    before: str
    after: str
    rules: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """A file as ``check`` sees it.

    text:   the decoded text, without a byte order mark
    edits:  what ``fix`` changes in it
    result: the bytes of the file with the edits made; the file's own where there are none
    doubt:  why nothing is changed although something looks wrong, or empty
    """

    name: str
    text: str
    edits: Edits
    result: bytes
    doubt: str = ""

    @property
    def findings(self) -> Iterator[Finding]:
        """The edits with the lines and columns where they are."""
        starts = line_starts(self.text) if len(self.edits) else []
        for e, before in zip(self.edits, self.edits.befores(self.text), strict=True):
            first, last = bisect_right(starts, e.start) - 1, bisect_right(starts, e.end) - 1
            yield Finding(first + 1, e.start - starts[first] + 1, last + 1, e.end - starts[last] + 1, before, e.after, e.rules)


def examine(data: bytes, name: str, plan: Plan) -> Examined:
    """What is wrong in the file ``name`` that holds ``data``. An empty file is clean.

    Raises InputError for what is no text, has undecodable bytes, or whose encoding cannot hold the mended text.
    """
    if not data:
        return Examined(name, "", Edits(), data)
    if media_type(name) in BINARY:
        raise InputError(f"check and fix mend text files; cleaner clean reads a {BINARY[media_type(name)]}")
    decoded = decode(data, plan.encoding)
    if decoded.bad_bytes:
        first = decoded.text.count("\n", 0, decoded.bad_positions[0]) + 1 if decoded.bad_positions else 0
        where = f" (the first in line {first})" if first else ""
        places = "1 place" if decoded.bad_bytes == 1 else f"{decoded.bad_bytes} places"
        raise InputError(f"{places}{where} cannot be decoded as {decoded.encoding}; not rewritten")
    edits = mend(decoded.text, plan, syntax(media_type(name)))
    if not len(edits):
        return Examined(name, decoded.text, edits, data)
    if decoded.by in GUESSES and not _chinese(decoded):
        doubt = f"not surely {decoded.encoding}, so nothing is changed; say --encoding"
        return Examined(name, decoded.text, Edits(), data, doubt)
    return Examined(name, decoded.text, edits, _encoded(data, decoded, edits.apply(decoded.text)))


def read(path: str | Path) -> bytes:
    """The bytes of a file. Raises InputError with the system's reason."""
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise InputError((error.strerror or type(error).__name__).lower()) from None


def rewrite(path: str | Path, data: bytes) -> None:
    """Put ``data`` in place of the file's content: all of it or, on any failure, nothing.

    A link is followed and stays a link; mode and, where it is allowed, owner stay. Raises InputError with the system's reason.
    """
    try:
        target = Path(path).resolve(strict=True)
        status = target.stat()
        if not os.access(target, os.W_OK):
            raise InputError("may not be written")
        handle, name = tempfile.mkstemp(prefix=".cleaner-", dir=target.parent)
        beside = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(data)
            if hasattr(os, "chown"):
                with contextlib.suppress(OSError):
                    os.chown(beside, status.st_uid, status.st_gid)
            beside.chmod(stat.S_IMODE(status.st_mode))
            beside.replace(target)
        except BaseException:
            beside.unlink()
            raise
    except OSError as error:
        raise InputError(f"{(error.strerror or type(error).__name__).lower()}; not rewritten") from None


def _chinese(decoded: Decoded) -> bool:
    """Whether the guessed encoding makes plausible Chinese of what is not ASCII."""
    text = decoded.text
    first = next((n for n in range(0, len(text), SAMPLE) if not text[n : n + SAMPLE].isascii()), 0)
    return plausibility(text[first : first + SAMPLE])[1] <= PLAUSIBLE


def _encoded(data: bytes, decoded: Decoded, text: str) -> bytes:
    """``text`` in the encoding of ``data``, with its byte order mark."""
    mark = next((m for m in BOMS if data.startswith(m)), b"")
    encoding = BY_MARK.get(mark, decoded.encoding)
    exact = (name for name in (SMALLER.get(encoding, encoding), encoding) if _gives(name, decoded.text, data[len(mark) :]))
    name = next(exact, "")
    if not name:
        raise InputError(f"{encoding} does not give its bytes back; not rewritten")
    try:
        return mark + text.encode(name)
    except UnicodeEncodeError as error:
        char = text[error.start]
        line = text.count("\n", 0, error.start) + 1
        raise InputError(f"{name} cannot hold U+{ord(char):04X} of the mended line {line}; not rewritten") from None


def _gives(encoding: str, text: str, data: bytes) -> bool:
    try:
        return text.encode(encoding) == data
    except UnicodeEncodeError:
        return False
