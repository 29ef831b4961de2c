"""The way of a document: which stages, in which order."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from cleaner.plan import Plan
from cleaner.stages.change import Change


class Stage(NamedTuple):
    """A stage's name and where its function is; the module is imported at the first use.

    sees_layout: the function takes as its third argument what the reader knows of the lines (:class:`cleaner.layout.Layout`)
    """

    name: str
    module: str
    sees_layout: bool = False

    @property
    def run(self) -> Callable[..., Change]:
        """The stage itself: a text and a plan in (and perhaps a layout), a change out."""
        from importlib import import_module

        found: Callable[..., Change] = import_module(self.module).run
        return found


# a stage that is ready to run: its name, its function, whether that takes a layout
Step: TypeAlias = tuple[str, Callable[..., Change], bool]

# bytes → decode → reader → page text → these → structure → record
STAGES = (
    Stage("repair", "cleaner.stages.repair"),
    Stage("strip", "cleaner.stages.strip", sees_layout=True),
    Stage("reflow", "cleaner.stages.reflow", sees_layout=True),
    Stage("punctuate", "cleaner.stages.punctuate"),
    Stage("unify", "cleaner.stages.unify"),
)

# what a profile leaves out; every profile not named here runs them all
LEFT_OUT = {
    "repo": frozenset({"strip", "reflow", "unify"}),
    "ocr": frozenset({"strip"}),
    "plain": frozenset({"strip"}),
}


def stages(plan: Plan) -> list[Stage]:
    """The stages that ``plan`` runs, in order."""
    out = LEFT_OUT.get(plan.profile, frozenset())
    return [s for s in STAGES if s.name not in out]
