"""The way of one page through the stages: its text as it changes, and what the stages say on the way."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from cleaner.edits import Move
from cleaner.edits.algebra import Rules
from cleaner.edits.trace import Trace
from cleaner.pipeline import Step
from cleaner.plan import Plan
from cleaner.readers import Page
from cleaner.record.model import Warned
from cleaner.stages.change import Change, Fact, Flag


class Way:
    """Where a page has come to.

    text: as the last stage left it.  trace: the way back.  layout: what is known of its lines, None where they are the page's
    no more.  warnings, facts: what was seen and read, the reader's facts first.  headings: line of the text to level, where
    Markdown marked them.  acted: the stages and rules that changed something.  rules: how often, with summary provenance.
    script: as `unify` saw it; None where it was not asked.
    """

    __slots__ = ("acted", "facts", "headings", "layout", "plan", "rules", "script", "text", "trace", "warnings")

    def __init__(self, page: Page, plan: Plan) -> None:
        self.plan = plan
        self.text = page.text
        self.trace = Trace(page.text)
        self.layout = page.layout
        self.warnings: list[Warned] = [_bad_bytes(page)] if page.decoded.bad_bytes else []
        self.facts: list[Fact] = [f for f in page.facts if plan.allows(f.rule, "strip")]
        self.headings: dict[int, int] = {}
        self.acted: set[str] = set()
        self.rules: dict[str, int] = {}
        self.script: str | None = None
        self.warn([f for f in page.flags if plan.allows(f.code, "strip")])

    def warn(self, flags: Iterable[Flag]) -> None:
        """Add what was seen in the text as it is now."""
        for f in flags:
            span = None if f.start is None else self.trace.span(f.start, f.start if f.end is None else f.end)
            self.warnings.append(Warned(f.code, f.message, span))

    def take(self, stage: str, change: Change) -> None:
        """Go on with what ``stage`` made of the text."""
        if change.flags:
            self.warn(change.flags)
        if change.facts:
            self._read(change.facts)
        if change.script is not None:
            self.script = change.script
        if change.text is self.text or (change.text == self.text and not change.moves):
            return
        self.acted.add(stage)
        acted = change.rules if callable(change.edits) else chain.from_iterable(set(change.edits.rules))
        self.acted.update(acted)
        self.trace.push(change.edits, change.moves, change.text)
        if self.plan.provenance == "summary":
            counts = Counter(self.rules)
            counts.update(change.rules if callable(change.edits) else by_rule(change.edits.rules, change.moves))
            self.rules = dict(sorted(counts.items()))
        if self.layout is not None:
            self.layout = self.layout.after(self.text, change)
        self.text = change.text

    def _read(self, facts: Sequence[Fact]) -> None:
        marked = {f.start: f.value for f in facts if f.group == "layout"}
        if marked:
            self.headings = marked  # by line of the output, which no later stage changes
        self.facts += [f for f in facts if f.group != "layout"]


def walk(page: Page, steps: Iterable[Step], plan: Plan) -> Way:
    """The way of ``page`` through ``steps``."""
    way = Way(page, plan)
    for name, run, sees_layout in steps:
        way.take(name, run(way.text, plan, way.layout) if sees_layout else run(way.text, plan))
    return way


def by_rule(rules: list[Rules], moves: Iterable[Move]) -> dict[str, int]:
    """How often each rule acted. Few different tuples stand for many edits, so the tuples are counted first."""
    counts: Counter[str] = Counter()
    for names, times in Counter(chain(rules, (m.rules for m in moves))).items():
        for name in names:
            counts[name] += times
    return dict(sorted(counts.items()))


def _bad_bytes(page: Page) -> Warned:
    count, first = page.decoded.bad_bytes, page.decoded.bad_positions
    message = f"{count} places cannot be decoded as {page.decoded.encoding} and stand as U+FFFD"
    return Warned("decode/bad-bytes", message, (first[0], first[0] + 1) if first else None)
