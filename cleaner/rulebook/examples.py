"""Rules put to the test by their own examples.

What is checked: a hit gives what it wants, and the rule's id stands at an edit, a move, a flag or a fact of it; what comes out
goes through the stage unchanged; a miss comes out as it went in, without this rule's flags and facts. Examples run through the
whole stage, so a miss is a miss for every rule of its stage, those of medium confidence too. That patterns are linear, keys
known and ids unique, the strict reader has seen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from importlib import import_module
from typing import Any, NamedTuple

from cleaner.errors import RuleError
from cleaner.plan import Plan
from cleaner.rulebook.load import Rulebook
from cleaner.rulebook.model import Hit, Miss, Rule
from cleaner.stages.change import Change, Fact

Run = Callable[..., Change]


class Failure(NamedTuple):
    """An example that does not hold, or a pack that cannot be read (then without ``rule``)."""

    rule: str
    where: str
    what: str
    wanted: str = ""
    came: str = ""

    def __str__(self) -> str:
        head = ": ".join(part for part in (self.where, self.rule, self.what) if part)
        return head + (f"\n    wanted {self.wanted!r}\n    came   {self.came!r}" if self.wanted != self.came else "")


def check(rulebook: Rulebook, plan: Plan | None = None) -> list[Failure]:
    """What does not hold of the rules of ``rulebook``, in their order; empty where all does.

    plan: further options of the runs; its ``rules`` are to be those that ``rulebook`` was loaded with.
    """
    failures = []
    for pack in rulebook.packs:
        try:
            _ = pack.strict
        except RuleError as error:
            failures.append(Failure("", "", str(error)))
    if failures:
        return failures
    try:
        rules = rulebook.rules
    except RuleError as error:
        return [Failure("", "", str(error))]
    plan, bold = (replace(plan or Plan(), unsafe=unsafe) for unsafe in (False, True))
    for one in (plan, bold):
        one.__dict__["rulebook"] = rulebook  # where the cached property keeps it
    for rule in rules:
        failures += check_rule(rule, plan, bold)
    return failures


def check_rule(rule: Rule, plan: Plan, bold: Plan) -> Iterator[Failure]:
    """What does not hold of the examples of one rule. ``bold`` is ``plan`` with ``unsafe``."""
    where = f"{rule.path}:{rule.line}"
    try:
        run = runner(rule.stage)
    except (ImportError, AttributeError) as error:
        yield Failure(rule.id, where, f"the stage {rule.stage} cannot be run: {error}")
        return
    for n, hit in enumerate(rule.hits, 1):
        for what, wanted, came in _hit(rule, hit, run, _towards(hit, bold if rule.confidence == "medium" else plan)):
            yield Failure(rule.id, where, f"hit {n}: {what}", wanted, came)
    for n, miss in enumerate(rule.misses, 1):
        for unsafe in (plan, bold):
            found = list(_miss(rule, miss, run, _towards(miss, unsafe)))
            for what, came in found:
                yield Failure(rule.id, where, f"miss {n} ({miss.why}): {what}", miss.text, came)
            if found:
                break


def _towards(example: Hit | Miss, plan: Plan) -> Plan:
    """``plan`` with the script that ``example`` is run towards, its options, and the template of its site."""
    if example.to not in (None, plan.to) or example.options:
        options: dict[str, Any] = {"to": example.to or plan.to, **example.options}
        rulebook, plan = plan.rulebook, replace(plan, **options)
        plan.__dict__["rulebook"] = rulebook
    if example.site:
        from cleaner.template import digest, of_digests

        digests = (digest(text, plan, "example") for text in (example.text, *example.site))
        plan = plan.of_site(of_digests(one for one in digests if one is not None))
    return plan


@cache
def runner(stage: str) -> Run:
    """The function of a stage, as its examples are run."""
    found: Run = import_module(f"cleaner.stages.{stage}").run
    return found


def _given(text: str, run: Run, plan: Plan) -> tuple[str, Change]:
    """The text that an example gives to its stage, and what the stage makes of it. One that begins as a page does is read as one."""
    from cleaner.readers import read_str

    page = read_str(text)[1]
    if page.layout is None:
        return text, run(text, plan)
    change = run(page.text, plan, page.layout)
    change.facts = page.facts + change.facts
    change.flags = page.flags + change.flags
    return page.text, change


def _hit(rule: Rule, hit: Hit, run: Run, plan: Plan) -> Iterator[tuple[str, str, str]]:
    text, change = _given(hit.text, run, plan) if rule.stage == "strip" else (hit.text, run(hit.text, plan))
    if change.text != hit.want:
        yield "another text", hit.want, change.text
        return
    if change.settled().apply(text) != change.text and not change.moves:
        yield "the edits do not give the text", change.text, change.settled().apply(text)
    if rule.id not in names(change):
        yield "the rule did not act", rule.id, ", ".join(sorted(names(change))) or "nothing did"
    stated = {**_facts(change.facts), **_facts(fact for fact in change.facts if fact.rule == rule.id)}
    for field, value in hit.fields.items():
        if stated.get(field) != value:
            yield f"field {field}", repr(value), repr(stated.get(field))
    flagged = [text[f.start : f.end] for f in change.flags if f.code == rule.id and f.start is not None]
    for piece in hit.flags:
        if piece not in flagged:
            yield "flags", piece, ", ".join(flagged) or "nothing"
    again = run(change.text, plan).text
    if again != change.text:
        yield "the result is no fixpoint", change.text, again


def _miss(rule: Rule, miss: Miss, run: Run, plan: Plan) -> Iterator[tuple[str, str]]:
    text, change = _given(miss.text, run, plan) if rule.stage == "strip" else (miss.text, run(miss.text, plan))
    if change.text != text:
        yield f"changed by {', '.join(sorted(_edits(change)))}", change.text
    elif rule.id in names(change):
        yield "flagged, or a fact read from it", miss.text


def names(change: Change) -> set[str]:
    """The ids of all rules that have a part in ``change``."""
    return _edits(change) | {flag.code for flag in change.flags} | {fact.rule for fact in change.facts}


def _edits(change: Change) -> set[str]:
    return {name for rules in change.settled().rules for name in rules} | {name for move in change.moves for name in move.rules}


def _facts(facts: Iterable[Fact]) -> dict[str, Any]:
    """The facts by field; of a field with several facts, the list of their values."""
    found: dict[str, list[Any]] = {}
    for fact in facts:
        found.setdefault(f"{fact.group}.{fact.key}", []).append(fact.value)
    return {field: values[0] if len(values) == 1 else values for field, values in found.items()}
