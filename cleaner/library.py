"""The library: documents in, documents out. The command line is a front to this."""

from __future__ import annotations

import base64
import copy
import hashlib
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

from cleaner import __version__
from cleaner.edits import Move
from cleaner.edits.algebra import Rules
from cleaner.edits.trace import Trace
from cleaner.errors import InputError, UsageError
from cleaner.layout import marked_headings
from cleaner.pipeline import STAGES, stages
from cleaner.plan import Options, Plan, Target
from cleaner.readers import Page, head_of, read, read_str
from cleaner.record.document import GROUPS, Document
from cleaner.record.model import Source, Stats, Warned
from cleaner.stages.change import Change, Fact, Flag

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
                source = source.read_bytes()
            except OSError as error:
                raise InputError(error.strerror or type(error).__name__) from None
            except ValueError as error:  # a NUL in the name
                raise InputError(str(error)) from None
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
        from cleaner.template import digest

        if not any(name == "strip" for name, _, _ in self._stages):
            return None
        try:
            page = self._read(source, path)[1]
        except InputError:
            return None
        text = page.text
        for name, run, _ in self._stages:
            if name == "strip":
                break
            text = run(text, self.plan).text
        return digest(text, self.plan, self.plan.site or page.host)

    @cached_property
    def _stages(self) -> list[tuple[str, Callable[..., Change], bool]]:
        return [(s.name, s.run, s.sees_layout) for s in stages(self.plan)]

    def __getstate__(self) -> Plan:
        return self.plan

    def __setstate__(self, plan: Plan) -> None:
        self.plan = plan

    @cached_property
    def _by(self) -> dict[str, str]:
        return {"cleaner": __version__, "rules": self.plan.rulebook.digest}

    def _clean(self, data: bytes, page: Page, path: str | None) -> Document:
        from cleaner.stages.structure import Hints, structure
        from cleaner.stages.unify import script

        plan, full = self.plan, self.plan.provenance == "full"
        text = page.text
        trace = Trace(text)
        warnings = [] if not page.decoded.bad_bytes else _bad_bytes(page)
        warnings += _warned([f for f in page.flags if plan.allows(f.code, "strip")], trace)
        facts: list[Fact] = [f for f in page.facts if plan.allows(f.rule, "strip")]
        layout = page.layout
        headings: dict[int, int] = {}
        rules: Counter[str] = Counter()
        acted: set[str] = set()
        written: list[str | None] = []  # the script, as `unify` saw it
        for name, run, sees_layout in self._stages:
            change = run(text, plan, layout) if sees_layout else run(text, plan)
            warnings += _warned(change.flags, trace)
            if name == "unify":
                written.append(change.script)
            marked = [f for f in change.facts if f.group == "layout"]
            if marked:
                headings = {f.start: f.value for f in marked}  # by line of the output, which no later stage changes
            facts += [f for f in change.facts if f.group != "layout"] if marked else change.facts
            if change.text != text or change.moves:
                acted.add(name)
                acted.update(change.rules if callable(change.edits) else chain.from_iterable(set(change.edits.rules)))
                trace.push(change.edits, change.moves, change.text)
                if not full and plan.provenance != "none":
                    rules.update(change.rules if callable(change.edits) else _by_rule(change.edits.rules, change.moves))
                layout = layout.after(text, change) if layout else None
                text = change.text
        title = None
        if layout is not None:
            headings, title = marked_headings(layout)
        groups, fields_by, flags = self._groups(facts)
        warnings += _warned(flags, trace)
        said = {f.key: f.value for f in reversed(facts) if f.group == "document"}
        found = structure(text, plan, Hints(headings, facts, title))
        if found.title is None and text and (head := head_of(said)):
            found.title, found.title_by = self._settled(head), "inferred"
        warnings += _warned(found.flags, trace)
        for group in ("official", "law", "web"):
            for key, value in getattr(found, group).items():
                groups[group].setdefault(key, value)
        source = Source(
            sha256=hashlib.sha256(data).hexdigest(),
            bytes=len(data),
            media_type=page.media_type,
            reader=page.reader,
            encoding=page.decoded.encoding,
            encoding_by=page.decoded.by,
            newline=page.decoded.newline,
            bad_bytes=page.decoded.bad_bytes,
            path=path,
            url=said.get("url"),
            script=written[0] if written else script(page.text),
        )
        changes = None
        stats = Stats(len(page.text), len(text), rules=dict(sorted(rules.items())))
        if full:
            changes = trace.total()
            edits = changes[0]
            gone = (
                [e - s for s, e, k in zip(edits.starts, edits.ends, edits.kinds, strict=True) if k] if any(edits.kinds) else []
            )
            stats.edits, stats.removed = len(edits) - len(gone), sum(gone)
            stats.rules = _by_rule(edits.rules, changes[1])
            if not _encodes(page, data):
                source.raw = base64.b64encode(zlib.compress(data)).decode("ascii")
        return Document(
            by=self._by,
            provenance=plan.provenance,
            source=source,
            profile=_profile(plan, acted, found.type),
            type=found.type,
            title=found.title,
            title_by=found.title_by,
            fields_by=fields_by,
            text=text,
            page=page.text,
            sections=found.tree,
            annexes=found.annexes,
            warnings=warnings,
            stats=stats,
            changes=changes,
            **{group: kind(**groups[group]) for group, kind in GROUPS.items()},  # type: ignore[arg-type]
        )

    def _groups(self, facts: list[Fact]) -> tuple[dict[str, dict[str, Any]], dict[str, str], list[Flag]]:
        """The fields by group, the rules behind those that the page states outside its text, and where its text says otherwise.

        The first statement of a field counts; a later one that says the same in more detail (a time of day) completes it.
        """
        groups: dict[str, dict[str, Any]] = {group: {} for group in GROUPS}
        by: dict[str, str] = {}
        flags: list[Flag] = []
        for fact in facts:
            if fact.group not in groups:
                continue
            value = self._settled(fact.value)
            first = groups[fact.group].setdefault(fact.key, value)
            field = f"{fact.group}.{fact.key}"
            if first is value:
                if fact.start == fact.end == 0:
                    by[field] = fact.rule
            elif field in by and isinstance(value, str) and value != first:
                if value.startswith(first):
                    groups[fact.group][fact.key] = value
                elif not first.startswith(value):
                    message = f"{field}: {first} by the page's metadata, {value} by its text"
                    flags.append(Flag("strip/sources-differ", message))
        return groups, dict(sorted(by.items())), flags

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


def _bad_bytes(page: Page) -> list[Warned]:
    count, first = page.decoded.bad_bytes, page.decoded.bad_positions
    message = f"{count} places cannot be decoded as {page.decoded.encoding} and stand as U+FFFD"
    return [Warned("decode/bad-bytes", message, (first[0], first[0] + 1) if first else None)]


def _warned(flags: list[Flag], trace: Trace) -> list[Warned]:
    return [
        Warned(f.code, f.message, trace.span(f.start, f.start if f.end is None else f.end) if f.start is not None else None)
        for f in flags
    ]


def _by_rule(rules: list[Rules], moves: Iterable[Move]) -> dict[str, int]:
    """How often each rule acted. Few different tuples stand for many edits, so the tuples are counted first."""
    counts: Counter[str] = Counter()
    for names, times in Counter(chain(rules, (m.rules for m in moves))).items():
        for name in names:
            counts[name] += times
    return dict(sorted(counts.items()))


def _encodes(page: Page, data: bytes) -> bool:
    """Whether the page text, encoded again, gives the source."""
    if page.reader != "text/1":
        return False
    try:
        return page.text.encode(page.decoded.encoding) == data
    except (UnicodeEncodeError, LookupError):
        return False


# what only a text shows that was cut into lines, columns or pages
CUT = frozenset({"reflow/doubled-character", "reflow/join", "reflow/page-number", "reflow/running-head"})


def _profile(plan: Plan, acted: set[str], type_: str) -> str:
    """The profile by name, or by what the document showed of itself; ``acted``: the stages and rules that changed it."""
    if plan.profile != "auto":
        return plan.profile
    if "strip" in acted:
        return "page"
    if type_ in ("policy", "law"):
        return "official"
    return "plain" if acted.isdisjoint(CUT) else "ocr"


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
