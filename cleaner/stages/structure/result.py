"""What the stage is told and what it answers with."""

from __future__ import annotations

from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Literal, NamedTuple

from cleaner.record.model import Annex, Section
from cleaner.record.tree import Tree
from cleaner.stages.change import Fact, Flag
from cleaner.stages.structure.outline import Node, Row

Type = Literal["policy", "law", "news", "article", "other"]


@dataclass(slots=True)
class Hints:
    """What earlier stages saw and the clean text no longer shows.

    headings: line of the clean text -> level of the Markdown heading that stood there (``#`` is 1).
    facts: values that ``strip`` extracted (their positions are not used here).
    title: the line of the clean text that is the title, where the source's markup tells it.
    """

    headings: dict[int, int] = field(default_factory=dict)
    facts: list[Fact] = field(default_factory=list)
    title: int | None = None

    def value(self, group: str, key: str) -> Any:
        """The first fact of that name, or None."""
        return next((f.value for f in self.facts if f.group == group and f.key == key), None)


class Found(NamedTuple):
    """A value of the record with the rule that read it and the line it stands on."""

    group: str
    key: str
    value: Any
    rule: str
    line: int


@dataclass(slots=True)
class Structure:
    """Title, elements, tree and type of a clean text.

    title_by is ``inferred`` where the title does not stand as a line of its own; title_line is its line otherwise.
    official, law and web hold only what the text states, under the record's keys. The tree and the annexes together cover
    every line once. flags have positions in the text. found: the same with the rule behind each value; numbered: what
    the sections were made of.
    """

    tree: Tree
    type: Type = "other"
    title: str | None = None
    title_by: str | None = None
    title_line: int | None = None
    official: dict[str, Any] = field(default_factory=dict)
    law: dict[str, Any] = field(default_factory=dict)
    web: dict[str, Any] = field(default_factory=dict)
    annexes: list[Annex] = field(default_factory=list)
    flags: list[Flag] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    numbered: list[tuple[list[Node], Row | None]] = field(default_factory=list)

    @property
    def sections(self) -> list[Section]:
        """The tree as objects, made anew at each call."""
        return self.tree.sections()

    @property
    def nodes(self) -> list[Node]:
        """The headings of all parts in order, with the rule behind each."""
        return [n for nodes, row in self.numbered for n in (sorted(nodes + row.nodes(), key=itemgetter(0)) if row else nodes)]
