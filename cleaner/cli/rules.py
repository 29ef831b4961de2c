"""``cleaner rules``: what the program knows to do, one rule's documentation, and all examples put to the test."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from cleaner.cli import screen
from cleaner.cli.config import load
from cleaner.cli.options import plan_options
from cleaner.cli.screen import CYAN, DIM, coloured, paint
from cleaner.errors import UsageError
from cleaner.plan import Plan
from cleaner.rulebook import Rulebook

# ids that are named where a rule is not found, and how alike they must be (the ratio of difflib)
_SUGGESTED, _ALIKE = 6, 0.6


def list_rules(given: Mapping[str, Any]) -> int:
    """Print one line for each rule: id, stage, action, confidence, title."""
    rules = sorted(_rulebook(given).rules, key=lambda r: r.id)
    colour = coloured(sys.stdout)
    cells = [(r.id, r.stage, r.action, r.confidence) for r in rules]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for rule, row in zip(rules, cells, strict=True):
        name, *rest = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print(f"{paint(name, CYAN, on=colour)}  {paint('  '.join(rest), DIM, on=colour)}  {rule.title}")
    return 0


def show_rule(rule: str, given: Mapping[str, Any]) -> int:
    """Print what stands about ``rule`` in its pack, as Markdown, set on a terminal. Raises UsageError where there is none."""
    from cleaner.rulebook.show import document

    rulebook = _rulebook(given)
    found = rulebook.get(rule)
    if found is None:
        ids = [r.id for r in rulebook.rules]
        near = [name for name in ids if rule in name] or get_close_matches(rule, ids, _SUGGESTED, _ALIKE)
        near = near or [name for name in ids if get_close_matches(rule.rpartition("/")[2], [name.partition("/")[2]], 1, _ALIKE)]
        near = near[:_SUGGESTED]
        raise UsageError(f"no rule is called {rule!r}" + (f"; there is {', '.join(near)}" if near else ""))
    page = document(found)
    if coloured(sys.stdout):
        from rich.console import Console
        from rich.markdown import Markdown

        Console(file=sys.stdout).print(Markdown(page))
    else:
        print(page, end="")
    return 0


def test_rules(path: str | None) -> int:
    """Put every rule to the test by its examples, with the packs in ``path``; the exit code."""
    from cleaner.rulebook import load as load_rules
    from cleaner.rulebook.examples import check

    if path is not None and not Path(path).exists():
        raise UsageError(f"{path}: no such file or directory")
    rulebook = load_rules((Path(path),) if path is not None else ())
    failures = check(rulebook, Plan(rules=(Path(path),)) if path is not None else None)
    for failure in failures:
        print(failure)
    if failures:
        screen.error(f"{len(failures)} failures in {len(rulebook.rules)} rules")
        return 2
    examples = sum(len(r.hits) + len(r.misses) for r in rulebook.rules)
    print(f"{len(rulebook.rules)} rules, {examples} examples, all hold")
    return 0


def _rulebook(given: Mapping[str, Any]) -> Rulebook:
    return Plan(rules=tuple(map(Path, plan_options(load("."), given).get("rules", ())))).rulebook
