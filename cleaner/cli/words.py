"""What the rulebook says about a rule, for people."""

from __future__ import annotations

from cleaner.plan import Plan


def title(plan: Plan, rule: str) -> str:
    """The title of ``rule``; its id if the rulebook has none."""
    found = plan.rulebook.get(rule)
    return found.title if found else rule


def note(plan: Plan, rule: str) -> str:
    """Why the rule does what it does, on one line; empty if the rulebook has none."""
    found = plan.rulebook.get(rule)
    return " ".join(found.note.split()) if found else ""
