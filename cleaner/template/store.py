"""The templates of all sites of a batch, in bounded memory: digests go to a file, sites come back one at a time.

What comes out does not depend on the order in which documents went in: they are counted by their keys, and of a site with very
many documents those with the smallest keys are taken.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Iterator
from functools import lru_cache
from hashlib import blake2b
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from cleaner.errors import CleanerError
from cleaner.template.digest import Digest, hashes, numbers, unpacked
from cleaner.template.learn import Body, Template, learn, united
from cleaner.template.limits import limits

# pages of the file that SQLite keeps in memory, in KiB; templates that are kept read
_CACHE = 16_000
_KEPT = 64

_TABLES = f"""
pragma journal_mode = off; pragma synchronous = off; pragma temp_store = file; pragma cache_size = -{_CACHE};
create table document (key integer primary key, data blob);
create table member (site integer, key integer, number integer);
create table template (id integer primary key, documents integer, lines blob, pairs blob, slots blob);
create table site (site integer primary key, template integer);
create table members (name blob primary key, template integer) without rowid;
"""
# one row for each document of each site that has enough of them
_SITES = """
select distinct site, key from member
where site in (select site from member group by site having count(distinct key) >= ?)
order by site, key
"""
_FOUND = "select distinct template from site join member using (site) where number = ? order by template"


class Store:
    """Digests in, templates out. A context manager: the file is gone at its end.

    Raises CleanerError where the disk is full.
    """

    def __init__(self) -> None:
        # the folder is gone with the object, too, where nobody enters the context
        self._folder = tempfile.TemporaryDirectory(prefix="cleaner-", ignore_cleanup_errors=True)
        self._file = sqlite3.connect(Path(self._folder.name, "digests"), isolation_level=None, check_same_thread=False)
        self._file.executescript(_TABLES)
        self._file.execute("begin")
        self._read = lru_cache(_KEPT)(self._template)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        """Give the file back."""
        self._file.close()
        self._folder.cleanup()

    def add(self, number: int, digest: Digest | None) -> None:
        """Take the digest of document ``number``; None where it has none."""
        if digest is None:
            return
        try:
            self._file.execute("insert or ignore into document values (?, ?)", (digest.key, digest.packed()))
            self._file.executemany("insert into member values (?, ?, ?)", ((s, digest.key, number) for s in digest.sites))
        except sqlite3.OperationalError as error:
            raise CleanerError(f"template: {error}") from None

    def settle(self) -> None:
        """Learn the template of every site; to be called when all digests are in, and before the first template is asked for."""
        try:
            for site, rows in groupby(self._file.execute(_SITES, (limits().documents,)), itemgetter(0)):
                found = self._learnt([key for _, key in islice(rows, limits().sample)])
                if found is not None:
                    self._file.execute("insert into site values (?, ?)", (site, found))
            self._file.execute("create index numbers on member (number)")
        except sqlite3.OperationalError as error:
            raise CleanerError(f"template: {error}") from None

    def _learnt(self, keys: list[int]) -> int | None:
        """The number of the template of documents; None where it is empty."""
        # the lines that stand for a site stand on the same documents, so one set of documents comes several times
        name = blake2b(repr(keys).encode(), digest_size=16).digest()
        for (known,) in self._file.execute("select template from members where name = ?", (name,)):
            return known  # type: ignore[no-any-return]
        template = learn([body for key in keys for body in self._bodies(key)])
        found = self._put(template) if template.lines else None
        self._file.execute("insert into members values (?, ?)", (name, found))
        return found

    def _bodies(self, key: int) -> Iterator[Body]:
        for (data,) in self._file.execute("select data from document where key = ?", (key,)):
            yield Body(*unpacked(data))

    def _put(self, template: Template) -> int | None:
        values = (template.documents, *map(numbers, (template.lines, template.pairs, template.slots)))
        return self._file.execute("insert into template (documents, lines, pairs, slots) values (?, ?, ?, ?)", values).lastrowid

    def template(self, number: int) -> Template | None:
        """The template of the site or sites of document ``number``; None where nothing is known of them."""
        ids = tuple(found for (found,) in self._file.execute(_FOUND, (number,)))
        return self._read(ids) if ids else None

    def _template(self, ids: tuple[int, ...]) -> Template:
        return united(map(self._one, ids))

    def _one(self, number: int) -> Template:
        row = self._file.execute("select lines, pairs, slots, documents from template where id = ?", (number,)).fetchone()
        return Template(frozenset(hashes(row[0])), frozenset(hashes(row[1])), frozenset(hashes(row[2])), row[3])
