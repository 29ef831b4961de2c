"""The library: documents in, documents out. The command line is a front to this."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from cleaner import __version__
from cleaner.errors import InputError, UsageError
from cleaner.pipeline import STAGES, Step, stages
from cleaner.plan import Options, Plan, Target
from cleaner.readers import Page, read, read_str
from cleaner.record.document import Document

if TYPE_CHECKING:
    from cleaner.template import Digest, Template


class Cleaner:
    """A pipeline with its options, for many documents.

    Options are the fields of :class:`cleaner.plan.Plan`. Raises UsageError for a wrong one; RuleError at the first use of a
    rule pack that is wrong. An instance holds no state of the documents it has cleaned and may be pickled.
    """

    def __init__(self, **options: Unpack[Options]) -> None:
        self.plan = _plan(options)

    def clean(self, source: str | bytes | Path, path: str | None = None) -> Document:
        """The clean document of ``source``: a text, bytes in any encoding, or the path of a file.

        path: how the source is named in the record; also tells its kind by the ending.
        Raises InputError for what is no document (a binary file, an unreadable path).
        """
        return self._clean(*self._read(source, path))

    def _read(self, source: str | bytes | Path, path: str | None) -> tuple[bytes, Page, str | None]:
        """The bytes of ``source``, its page, and what it is called."""
        if not isinstance(source, str | bytes | Path):
            raise UsageError(f"source: str, bytes or Path is wanted, not {type(source).__name__}")
        if isinstance(source, Path):
            path = str(source) if path is None else path
            try:
                data = source.read_bytes()
                return data, read(data, path, self.plan.encoding), path
            except InputError as error:
                raise InputError(error.reason, str(source)) from None
            except OSError as error:
                raise InputError((error.strerror or type(error).__name__).lower(), str(source)) from None
            except ValueError as error:  # a NUL in the name
                raise InputError(str(error), str(source)) from None
        if isinstance(source, str):
            data, page = read_str(source, path)
        else:
            data, page = source, read(source, path, self.plan.encoding)
        return data, page, path

    def clean_many(self, sources: Iterable[str | bytes | Path]) -> Iterator[Document]:
        """``clean`` for each of ``sources``, in their order.

        With ``template="auto"`` they are walked twice, and a generator, which can be walked only once, is refused with a
        UsageError: keeping all of its documents would take memory without bound.
        """
        if self.plan.template == "off":
            return map(self.clean, sources)
        if iter(sources) is sources:
            raise UsageError("template: auto needs sources that can be walked twice, a list and no generator")
        return self._of_sites(sources)

    def _of_sites(self, sources: Iterable[str | bytes | Path]) -> Iterator[Document]:
        from cleaner.template.store import Store

        with Store() as store:
            for number, source in enumerate(sources):
                store.add(number, self.digest(source))
            store.settle()
            for number, source in enumerate(sources):
                yield self.of_site(store.template(number)).clean(source)

    def of_site(self, known: Template | None) -> Cleaner:
        """The cleaner for documents of a site whose template is ``known`` (None: no site)."""
        if known is self.plan.known:
            return self
        other = copy.copy(self)
        other.plan = self.plan.of_site(known)
        return other

    def digest(self, source: str | bytes | Path, path: str | None = None) -> Digest | None:
        """What a batch needs to know of ``source`` to learn its site's template; None where it has no site, or is no document.

        ``source`` and ``path`` as for :meth:`clean`.
        """
        from cleaner.template import digest, may_tell

        if not any(name == "strip" for name, _, _ in self._stages):
            return None
        try:
            page = self.page(source, path)
        except InputError:
            return None
        site = self.plan.site or page.host
        if site is None and not may_tell(page.text, self.plan):
            return None
        return digest(self.before("strip", page), self.plan, site)

    def page(self, source: str | bytes | Path, path: str | None = None) -> Page:
        """The page of ``source``. Raises as :meth:`clean` does."""
        return self._read(source, path)[1]

    def before(self, stage: str, page: Page) -> str:
        """The text of ``page`` as ``stage`` is given it."""
        text = page.text
        for name, run, sees_layout in self._stages:
            if name == stage:
                break
            text = (run(text, self.plan, page.layout) if sees_layout else run(text, self.plan)).text
        return text

    @cached_property
    def _stages(self) -> list[Step]:
        return [(s.name, s.run, s.sees_layout) for s in stages(self.plan)]

    def __getstate__(self) -> Plan:
        return self.plan

    def __setstate__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def _by(self) -> dict[str, str]:
        return {"cleaner": __version__, "rules": self.plan.rulebook.digest}

    def _clean(self, data: bytes, page: Page, path: str | None) -> Document:
        from cleaner.assembly import assemble
        from cleaner.way import walk

        return assemble(walk(page, self._stages, self.plan), page, data, path, self._by, self._settled)

    def _settled(self, value: Any) -> Any:
        """A value with its marks and script set as the body's are."""
        if isinstance(value, list):
            return [self._settled(v) for v in value]
        if isinstance(value, str):
            for name, run, _ in self._stages:
                if name in ("punctuate", "unify"):
                    value = run(value, self.plan).text
        return value


def _plan(options: Any) -> Plan:
    try:
        return Plan(**options)
    except TypeError as error:
        raise UsageError(str(error).replace("Plan.__init__() got an ", "")) from None


def clean(source: str | bytes | Path, path: str | None = None, **options: Unpack[Options]) -> Document:
    """The clean document of ``source``: a text, bytes in any encoding, or the path of a file.

    path: how the source is named in the record; also tells its kind by the ending. Options as for :class:`Cleaner`.
    Raises InputError for what is no document, UsageError for a wrong option, RuleError for a wrong rule pack.
    """
    return Cleaner(**options).clean(source, path)


def _alone(stage: str, text: str, options: Any) -> str:
    """One stage on a text."""
    plan = _plan(options)
    found = next(s for s in STAGES if s.name == stage)
    return found.run(text, plan).text


def repair(text: str, **options: Unpack[Options]) -> str:
    """``text`` with wrong characters mended: mojibake, pinyin annotation, escapes, radicals, invisible characters.

    Line ends, marks and script stay. Options as for :class:`Cleaner`; raises UsageError for a wrong one.
    """
    return _alone("repair", text, options)


def strip(text: str, **options: Unpack[Options]) -> str:
    """``text`` without the lines that are not the document: navigation, toolbars, footers, publication data.

    A text without any sign of them comes back as it is. Options as for :class:`Cleaner`; raises UsageError for a wrong one.
    """
    return _alone("strip", text, options)


def reflow(text: str, **options: Unpack[Options]) -> str:
    """``text`` with one paragraph a line: cuts joined, blank lines, indents and page furniture gone.

    Options as for :class:`Cleaner`; raises UsageError for a wrong one.
    """
    return _alone("reflow", text, options)


def punctuate(text: str, **options: Unpack[Options]) -> str:
    """``text`` with its marks set by GB/T 15834 and 15835, and spaces between Han and Latin by the profile.

    Options as for :class:`Cleaner`; raises UsageError for a wrong one.
    """
    return _alone("punctuate", text, options)


def unify(text: str, to: Target = "hans", *, config: str | None = None) -> str:
    """``text`` in one script, or converted as OpenCC converts.

    to: hans, hant, tw, hk or keep; what is in that script already stays as it is.  config: a name of OpenCC's (s2twp); the
    whole text is converted then. Raises UsageError for an unknown name.
    """
    if config is not None:
        from cleaner.stages.unify import convert

        return convert(text, config)
    return _alone("unify", text, {"to": to})
