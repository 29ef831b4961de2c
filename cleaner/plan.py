"""Options as the caller gives them, and the plan that the stages read."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypedDict, get_args

from cleaner.errors import UsageError

if TYPE_CHECKING:
    from cleaner.rulebook import Rulebook
    from cleaner.stages.unify.names import Names
    from cleaner.template import Template

Target = Literal["hans", "hant", "tw", "hk", "keep"]
Spacing = Literal["tight", "keep", "spaced"]
Quotes = Literal["keep", "target"]
Ambiguous = Literal["convert", "flag", "leave"]
Provenance = Literal["full", "summary", "none"]
TemplateUse = Literal["auto", "off"]
Profile = Literal["auto", "page", "ocr", "official", "plain", "repo"]


# what the options that are one of a few words may be
CHOICES: dict[str, tuple[str, ...]] = {
    "to": get_args(Target),
    "profile": get_args(Profile),
    "provenance": get_args(Provenance),
    "template": get_args(TemplateUse),
    "spacing": get_args(Spacing),
    "quotes": get_args(Quotes),
    "ambiguous": get_args(Ambiguous),
}


class Options(TypedDict, total=False):
    """The options by their names, for callers; what they mean stands at :class:`Plan`."""

    to: Target
    profile: Profile
    select: Sequence[str]
    ignore: Sequence[str]
    unsafe: bool
    rules: Sequence[str | Path]
    encoding: str | None
    provenance: Provenance
    template: TemplateUse
    site: str | None
    spacing: Spacing | None
    quotes: Quotes
    ambiguous: Ambiguous
    names: Sequence[str | Path]


@dataclass(frozen=True)
class Plan:
    """Options, checked. The names are the command line's.

    to:         script of the clean text: simplified (hans), traditional (hant), as in Taiwan or Hong Kong, or as it is (keep)
    profile:    which stages run and how carefully; ``auto`` is every stage, each acting on evidence only. ``plain`` and ``ocr``
                leave out ``strip``; ``repo`` keeps lines and script, as ``check`` and ``fix`` do
    select:     prefixes of rule ids (or names of stages) that may act; empty means all
    ignore:     prefixes of rule ids (or names of stages) that may not
    unsafe:     rules of medium confidence act too
    rules:      further rule packs, files or folders
    encoding:   decode with this and guess nothing
    provenance: what a record carries of the way: everything, counts, or nothing
    template:   ``auto``: a batch is read twice, first to learn what recurs on the pages of each of its sites; no effect on a
                document alone
    site:       the name of the site that all documents are of; without it their own addresses and lines tell
    spacing:    between Han and Latin letters or digits: none (tight), as it is (keep), or one space (spaced); None is ``tight``,
                and ``keep`` for the profile ``repo``
    quotes:     quotation marks stay (keep) or are those of the script that ``to`` names (target): “ ” or 「 」
    ambiguous:  a character with several counterparts in the script that ``to`` names, where no phrase decides: the commonest
                (convert), the commonest and a warning (flag), or as it is (leave)
    names:      files of names that script conversion leaves as they are, one a line, or ``name TAB what becomes of it``

    ``known`` is the template of the site of the document at hand (:meth:`of_site`).
    """

    to: Target = "hans"
    profile: Profile = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool = False
    rules: tuple[Path, ...] = ()
    encoding: str | None = None
    provenance: Provenance = "full"
    template: TemplateUse = "off"
    site: str | None = None
    spacing: Spacing | None = None
    quotes: Quotes = "keep"
    ambiguous: Ambiguous = "convert"
    names: tuple[Path, ...] = ()
    known: Template | None = field(default=None, init=False, compare=False, repr=False)
    _answers: dict[tuple[str, str], bool] = field(default_factory=dict, init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name, choices in CHOICES.items():
            if getattr(self, name) not in choices and (name, getattr(self, name)) != ("spacing", None):
                raise UsageError(f"{name}: {getattr(self, name)!r} is none of {', '.join(choices)}")
        for name in ("select", "ignore", "rules", "names"):
            value = getattr(self, name)
            if isinstance(value, str | Path) or not isinstance(value, Iterable):
                raise UsageError(f"{name}: a list is wanted, not {value!r}")
            object.__setattr__(self, name, tuple(value))
            if not all(isinstance(v, str | Path if name in ("rules", "names") else str) for v in getattr(self, name)):
                raise UsageError(f"{name}: a list of texts is wanted, not {value!r}")
        for name in ("rules", "names"):
            object.__setattr__(self, name, tuple(map(Path, getattr(self, name))))
        if not isinstance(self.unsafe, bool):
            raise UsageError(f"unsafe: true or false is wanted, not {self.unsafe!r}")
        if self.site is not None and (not isinstance(self.site, str) or not self.site.strip()):
            raise UsageError(f"site: a name is wanted, not {self.site!r}")
        if self.encoding is not None:
            _check_encoding(self.encoding)

    def allows(self, rule: str, stage: str) -> bool:
        """Whether ``rule`` (a full id) of ``stage`` may act, by ``select`` and ``ignore``."""
        key = (rule, stage)
        answer = self._answers.get(key)
        if answer is None:
            answer = (not self.select or _names(self.select, rule, stage)) and not _names(self.ignore, rule, stage)
            self._answers[key] = answer
        return answer

    def of_site(self, known: Template | None) -> Plan:
        """The plan for a document of a site whose template is ``known``; rules that were read are not read again."""
        if known is self.known:
            return self
        _ = self.rulebook
        plan = copy.copy(self)
        object.__setattr__(plan, "known", known)
        return plan

    @property
    def careful(self) -> bool:
        """Whether lines, spacing and script stay as they are (profile ``repo``, the way of ``check`` and ``fix``)."""
        return self.profile == "repo"

    @property
    def spaces(self) -> Spacing:
        """``spacing``, by name or by profile."""
        return self.spacing or ("keep" if self.careful else "tight")

    @cached_property
    def protected(self) -> Names | None:
        """The names of ``names``, read at the first use. Raises UsageError for a file that cannot be read or a wrong line."""
        from cleaner.stages.unify.names import read

        return read(self.names) if self.names else None

    @cached_property
    def rulebook(self) -> Rulebook:
        """The built-in rules and the caller's, read at the first use."""
        from cleaner.rulebook import load

        return load(self.rules)


def _check_encoding(name: object) -> None:
    """Raise UsageError for what is no encoding of text that Python can read with replacements."""
    try:
        if not isinstance(name, str) or not isinstance(b"a".decode(name, "replace"), str) or name in ("idna", "punycode"):
            raise LookupError
    except (LookupError, UnicodeError, ValueError):
        raise UsageError(f"encoding: {name!r} is not known") from None


def _names(prefixes: Sequence[str], rule: str, stage: str) -> bool:
    return any(rule.startswith(p) or stage == p for p in prefixes)
