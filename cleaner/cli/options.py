"""From options and configuration to a plan: the command line first, then the configuration, then the default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from cleaner.cli.config import Config
from cleaner.errors import UsageError
from cleaner.plan import CHOICES as PLAN_CHOICES
from cleaner.plan import Plan

CHOICES: Mapping[str, tuple[str, ...]] = {
    "format": ("json", "jsonl", "text", "markdown", "parquet"),
    "output-format": ("text", "json", "github", "sarif"),
}


# options of the plan that the configuration gives as they are
SAME = frozenset({*PLAN_CHOICES, "encoding", "site", "unsafe"})


def plan_options(config: Config, given: Mapping[str, Any]) -> dict[str, Any]:
    """The options of :class:`cleaner.plan.Plan` that the command line (``given``; None and () for what it leaves out) and the
    configuration set.
    """
    options = {k: v for k, v in config.values.items() if k in SAME}
    for key in ("select", "ignore"):
        if key in config.values:
            options[key] = tuple(config.values[key])
    for key in ("rules", "names"):
        if key in config.values:
            options[key] = config.files(key)
    for key, value in given.items():
        if key in ("select", "ignore"):
            value = commas(value or ())
        if value not in (None, (), []):
            options[key] = tuple(value) if isinstance(value, list) else value
    return options


def choice(config: Config, key: str, given: str | None, default: str) -> str:
    """The value of an option with choices. Raises UsageError for one that is none."""
    value: str = given if given is not None else config.values.get(key, default)
    if value not in CHOICES[key]:
        raise UsageError(f"--{key}: {value!r} is none of {', '.join(CHOICES[key])}")
    return value


def commas(values: Iterable[str]) -> tuple[str, ...]:
    """The parts of comma-separated values."""
    return tuple(part for value in values for part in (p.strip() for p in value.split(",")) if part)


def checked(plan: Plan) -> Plan:
    """``plan``, its rules and names read. Raises RuleError for a wrong rule, UsageError for a wrong file of names or a prefix that
    no rule or stage has.
    """
    rulebook = plan.rulebook
    _ = plan.protected
    if plan.select or plan.ignore:
        from cleaner.rulebook.model import StageName

        names = [rule.id for rule in rulebook.rules]
        stages = get_args(StageName)
        for option in ("select", "ignore"):
            for prefix in getattr(plan, option):
                if prefix not in stages and not any(name.startswith(prefix) for name in names):
                    raise UsageError(f"--{option}: no rule's id begins with {prefix!r}, and no stage is called so")
    return plan
