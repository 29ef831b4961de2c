"""What a rule is: the closed set of shapes and actions, as the engines see them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from re import Pattern
from typing import Any, Literal

from cleaner.plan import Target

Action = Literal["remove", "replace", "extract", "flag"]
Confidence = Literal["high", "medium", "low"]
Kind = Literal["chrome", "metadata", "furniture"]
StageName = Literal["decode", "repair", "strip", "reflow", "punctuate", "unify", "structure"]


@dataclass(frozen=True, slots=True)
class LineShape:
    """A whole line: one of ``any`` (labels, on the fold, without list marks and blanks), or all of it matches ``match``.

    company: the line is weak evidence and goes only beside lines that are certain.
    """

    any: frozenset[str] = frozenset()
    match: Pattern[str] | None = None
    company: bool = False


@dataclass(frozen=True, slots=True)
class RunShape:
    """Lines in unbroken sequence, each one of ``any`` or matching ``match``: ``min`` or more, ``distinct`` different ones."""

    any: frozenset[str] = frozenset()
    match: Pattern[str] | None = None
    min: int = 3
    distinct: int = 3


@dataclass(frozen=True, slots=True)
class CutShape:
    """From a line that matches ``start`` to the end of the document, at most ``within`` lines, with ``needs_min`` witnesses."""

    start: Pattern[str]
    to: Literal["end"]
    within: int
    needs: tuple[Pattern[str], ...] = ()
    needs_min: int = 0


@dataclass(frozen=True, slots=True)
class SpanShape:
    """A piece of a line that matches ``match``, between ``before`` and ``after`` where these are given."""

    match: Pattern[str]
    before: Pattern[str] | None = None
    after: Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class PairsShape:
    """Lines that consist of ``label: value`` pairs and nothing else, ``min`` different labels in unbroken sequence.

    keys: label (on the fold, without blanks) to ``group.key``, or to an empty text for a label whose value is not kept.
    """

    keys: Mapping[str, str]
    min: int = 2


@dataclass(frozen=True, slots=True)
class EngineShape:
    """The work of an engine in code: the rule gives it its id, its words, and its examples."""


Shape = LineShape | RunShape | CutShape | SpanShape | PairsShape | EngineShape


@dataclass(frozen=True, slots=True)
class Hit:
    """An example on which the rule acts. ``want``: the text after it, ``fields``: what it states, ``flags``: what it flags.

    to: the script that the example is run towards, where that is not the caller's.  site: further documents of its site, from
    which with ``text`` a template is learnt.  options: further options of the plan that it is run with.
    """

    text: str
    want: str
    fields: Mapping[str, Any]
    flags: tuple[str, ...]
    to: Target | None = None
    site: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Miss:
    """An example that the rule, and every other rule of its stage, leaves as it is. ``to``, ``site``, ``options`` as of a hit."""

    text: str
    why: str
    to: Target | None = None
    site: tuple[str, ...] = ()
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule. ``id`` is full (pack/name); ``fields`` maps a named group of the pattern to ``group.key`` of the record.

    kind: what a removed span is; of removing rules only.  replace: what a replacing rule writes.
    keywords: literals (on the fold) of which one must stand in the line (``cut``: in the document), or the rule is not tried.
    hits, misses: read from the pack when they are first looked at.  path, line: where it is written, for messages.
    """

    id: str
    title: str
    note: str
    stage: StageName
    action: Action
    confidence: Confidence
    shape: Shape
    kind: Kind | None
    replace: str | None
    fields: Mapping[str, str]
    keywords: tuple[str, ...]
    hits: Sequence[Hit]
    misses: Sequence[Miss]
    path: Path
    line: int
