"""What a stage is given and what it answers with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from cleaner.edits import Edits, Move, replay


class Flag(NamedTuple):
    """Something that the stage saw and left alone. Positions are code points of the stage's input (``structure``: of its text)."""

    code: str
    message: str
    start: int | None = None
    end: int | None = None


class Fact(NamedTuple):
    """A value that the document states: ``record[group][key] = value``, read by ``rule`` at [start, end) of the stage's input.

    Text values are raw: the pipeline sets their marks and script as it does with the body. Group ``layout`` is for the stages
    that come later: a ``heading`` of Markdown has its level as value, and its line in the stage's output as ``start``.
    """

    group: str
    key: str
    value: Any
    rule: str
    start: int
    end: int


@dataclass(slots=True)
class Change:
    """A stage's answer: the new text, and how it came out of the old one.

    ``edits`` may be a function where building them costs something; it is called only when provenance is wanted. ``rules`` then
    names the rules that acted. ``script`` is the answer of ``unify`` alone: the script of the text that it was given.
    """

    text: str
    edits: Edits | Callable[[], Edits] = field(default_factory=Edits)
    moves: tuple[Move, ...] = ()
    flags: list[Flag] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    rules: tuple[str, ...] = ()
    script: str | None = None

    @classmethod
    def of(cls, text: str, edits: Edits, moves: tuple[Move, ...] = (), **more: Any) -> Change:
        """The change that ``edits`` and ``moves`` make to ``text``."""
        return cls(replay(text, edits, moves), edits, moves, **more)

    def settled(self) -> Edits:
        """The edits, built now if they were not yet."""
        if callable(self.edits):
            self.edits = self.edits()
        return self.edits
