"""The parts of a DOCX package (ECMA-376 part 2): a zip archive of XML files, read with limits.

The file comes from anywhere. So the sizes that the archive declares are summed before anything is unpacked, no part may grow
beyond what it declared, and a document type declaration, which OOXML forbids and without which XML has no entities to expand,
ends the reading.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
import zlib
from collections.abc import Iterator
from xml.parsers import expat

from cleaner.errors import InputError

MOST_BYTES = 512 * 1024 * 1024  # of all parts that are read, unpacked
MOST_PARTS = 20_000
DEEPEST = 2_000  # elements inside each other

Attributes = dict[str, str]


class Package:
    """The parts of the archive ``data``. Raises InputError for what is no package of a document."""

    def __init__(self, data: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(data))
            self._names = {i.filename.lstrip("/"): i for i in self._zip.infolist()}
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError, ValueError, OSError) as error:
            raise InputError(f"the DOCX is damaged: {str(error).lower() or type(error).__name__}") from None
        if len(self._names) > MOST_PARTS:
            raise InputError(f"the DOCX has {len(self._names):,} parts, more than {MOST_PARTS:,}")
        self._left = MOST_BYTES

    def part(self, name: str) -> bytes | None:
        """The bytes of a part, None where there is none."""
        info = self._names.get(name)
        if info is None:
            return None
        if info.flag_bits & 1:
            raise InputError("the DOCX is encrypted: it opens with a password only")
        if info.file_size > self._left:
            raise InputError(f"the DOCX unpacks to more than {MOST_BYTES >> 20} MB")
        try:
            with self._zip.open(info) as stream:
                data = stream.read(self._left + 1)
        except (zipfile.BadZipFile, NotImplementedError, zlib.error, EOFError, OSError, RuntimeError, ValueError) as error:
            raise InputError(f"the DOCX is damaged: {name}: {str(error).lower() or type(error).__name__}") from None
        self._left -= len(data)
        if self._left < 0:
            raise InputError(f"the DOCX unpacks to more than {MOST_BYTES >> 20} MB")
        return data

    def related(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part is related to: id to (kind, the other part's name). ``name`` is empty for the package itself."""
        folder, _, base = name.rpartition("/")
        data = self.part(posixpath.join(folder, "_rels", f"{base}.rels"))
        found = {}
        for tag, attributes in elements(data or b""):
            if tag == "Relationship" and attributes.get("TargetMode") != "External":
                target = attributes.get("Target", "")
                whole = target.lstrip("/") if target.startswith("/") else posixpath.normpath(posixpath.join(folder, target))
                found[attributes.get("Id", "")] = (attributes.get("Type", "").rpartition("/")[2], whole)
        return found


def parse(data: bytes, handler: Handler) -> None:
    """Send the elements and characters of an XML part to ``handler``. Raises InputError for XML that is not well-formed."""
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    depth = 0

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise InputError(f"the DOCX is damaged: elements stand {DEEPEST:,} deep")
        handler.start(_local(name), {_local(k): v for k, v in attributes.items()})

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        handler.end(_local(name))

    def doctype(*_: object) -> None:
        raise InputError("the DOCX is damaged: it declares a document type, which the format forbids")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = handler.characters
    parser.StartDoctypeDeclHandler = doctype
    try:
        parser.Parse(data, True)
    except expat.ExpatError as error:
        raise InputError(f"the DOCX is damaged: {error}") from None


class Handler:
    """What :func:`parse` calls. Names come without their namespace: transitional and strict OOXML differ in nothing else here."""

    def start(self, name: str, attributes: Attributes) -> None:
        """An element begins."""

    def end(self, name: str) -> None:
        """An element ends."""

    def characters(self, text: str) -> None:
        """Characters inside the element at hand."""


class _List(Handler):
    def __init__(self) -> None:
        self.found: list[tuple[str, Attributes]] = []

    def start(self, name: str, attributes: Attributes) -> None:
        self.found.append((name, attributes))

    def end(self, name: str) -> None:
        self.found.append(("/" + name, {}))


def elements(data: bytes) -> Iterator[tuple[str, Attributes]]:
    """The elements of a small part in their order, their ends as names with a slash before them."""
    handler = _List()
    if data:
        parse(data, handler)
    yield from handler.found


def _local(name: str) -> str:
    return name.rpartition(" ")[2]
