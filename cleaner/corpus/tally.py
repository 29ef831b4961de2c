"""What came of a document, small enough to be sent between processes, and what came of them all."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, NamedTuple


class Outcome(NamedTuple):
    """One document, done or failed.

    failure:  why there is no record, or empty
    chars_in, chars_out, removed: code points
    rules:    pairs of a rule and how often it acted
    warnings: code and message
    rendered: the record itself where all go into one file
    """

    path: str
    failure: str = ""
    chars_in: int = 0
    chars_out: int = 0
    removed: int = 0
    rules: tuple[tuple[str, int], ...] = ()
    warnings: tuple[tuple[str, str], ...] = ()
    rendered: Any = None


@dataclass(slots=True)
class Totals:
    """Sums over all documents."""

    documents: int = 0
    failures: int = 0
    chars_in: int = 0
    chars_out: int = 0
    removed: int = 0
    rules: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)

    def add(self, outcome: Outcome) -> None:
        """Count one more."""
        if outcome.failure:
            self.failures += 1
            return
        self.documents += 1
        self.chars_in += outcome.chars_in
        self.chars_out += outcome.chars_out
        self.removed += outcome.removed
        self.rules.update(dict(outcome.rules))
        self.warnings.update(code for code, _ in outcome.warnings)

    @property
    def removed_share(self) -> float:
        """Removed characters among all that came in, 0 to 1."""
        return self.removed / self.chars_in if self.chars_in else 0.0
