"""Options as the caller gives them, and the plan that the stages read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, get_args

from cleaner.errors import UsageError

if TYPE_CHECKING:
    from cleaner.rulebook import Rulebook

Target = Literal["hans", "hant", "tw", "hk", "keep"]
Spacing = Literal["tight", "keep", "spaced"]
Provenance = Literal["full", "summary", "none"]
Profile = Literal["auto", "page", "ocr", "official", "plain", "repo"]


@dataclass(frozen=True)
class Plan:
    """Options, checked. The names are the command line's.

    to:         script of the clean text: simplified (hans), traditional (hant), as in Taiwan or Hong Kong, or as it is (keep)
    profile:    which stages run and how carefully; ``auto`` is every stage, each acting on evidence only
    select:     prefixes of rule ids (or names of stages) that may act; empty means all
    ignore:     prefixes of rule ids (or names of stages) that may not
    unsafe:     rules of medium confidence act too
    rules:      further rule packs, files or folders
    encoding:   decode with this and guess nothing
    provenance: what a record carries of the way: everything, counts, or nothing
    """

    to: Target = "hans"
    profile: Profile = "auto"
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    unsafe: bool = False
    rules: tuple[Path, ...] = ()
    encoding: str | None = None
    provenance: Provenance = "full"
    _answers: dict[tuple[str, str], bool] = field(default_factory=dict, compare=False, repr=False)

    def __post_init__(self) -> None:
        for name, choices in (("to", Target), ("profile", Profile), ("provenance", Provenance)):
            if getattr(self, name) not in get_args(choices):
                raise UsageError(f"{name}: {getattr(self, name)!r} is none of {', '.join(get_args(choices))}")
        for name in ("select", "ignore", "rules"):
            value = getattr(self, name)
            if isinstance(value, str | Path):
                raise UsageError(f"{name}: a list is wanted, not {value!r}")
            object.__setattr__(self, name, tuple(value))
        object.__setattr__(self, "rules", tuple(map(Path, self.rules)))

    def allows(self, rule: str, stage: str) -> bool:
        """Whether ``rule`` (a full id) of ``stage`` may act, by ``select`` and ``ignore``."""
        key = (rule, stage)
        answer = self._answers.get(key)
        if answer is None:
            answer = (not self.select or _names(self.select, rule, stage)) and not _names(self.ignore, rule, stage)
            self._answers[key] = answer
        return answer

    @property
    def careful(self) -> bool:
        """Whether lines, spacing and script stay as they are (profile ``repo``, the way of ``check`` and ``fix``)."""
        return self.profile == "repo"

    @property
    def spacing(self) -> Spacing:
        """What becomes of spaces between Han and Latin letters or digits."""
        return "keep" if self.careful else "tight"

    @cached_property
    def rulebook(self) -> Rulebook:
        """The built-in rules and the caller's, read at the first use."""
        from cleaner.rulebook import load

        return load(self.rules)


def _names(prefixes: Sequence[str], rule: str, stage: str) -> bool:
    return any(rule.startswith(p) or stage == p for p in prefixes)
