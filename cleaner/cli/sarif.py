"""Findings as SARIF 2.1.0 (OASIS, Static Analysis Results Interchange Format), with what each rule is and the fix."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from cleaner import __version__
from cleaner.careful.files import Finding
from cleaner.cli.reports import change
from cleaner.cli.words import note, title
from cleaner.plan import Plan

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def sarif(found: list[tuple[str, Finding]], plan: Plan) -> dict[str, Any]:
    """The log of one run. Columns count code points."""
    ids = sorted({rule for _, f in found for rule in f.rules})
    index = {rule: n for n, rule in enumerate(ids)}
    driver = {
        "name": "cleaner",
        "version": __version__,
        "rules": [_rule(rule, plan) for rule in ids],
    }
    results = [_result(name, f, index, plan) for name, f in found]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _rule(rule: str, plan: Plan) -> dict[str, Any]:
    described = {"id": rule, "shortDescription": {"text": title(plan, rule)}, "defaultConfiguration": {"level": "warning"}}
    why = note(plan, rule)
    return described | ({"fullDescription": {"text": why}, "help": {"text": why}} if why else {})


def _result(name: str, f: Finding, index: dict[str, int], plan: Plan) -> dict[str, Any]:
    region = {"startLine": f.line, "startColumn": f.column, "endLine": f.end_line, "endColumn": f.end_column}
    artifact = {"uri": quote(name)}
    replacement = {"deletedRegion": region, "insertedContent": {"text": f.after}}
    result: dict[str, Any] = {
        "ruleId": f.rules[0],
        "ruleIndex": index[f.rules[0]],
        "level": "warning",
        "message": {"text": f"{title(plan, f.rules[0])}: {change(f)}"},
        "locations": [{"physicalLocation": {"artifactLocation": artifact, "region": region}}],
        "fixes": [
            {
                "description": {"text": change(f)},
                "artifactChanges": [{"artifactLocation": artifact, "replacements": [replacement]}],
            }
        ],
    }
    return result | ({"properties": {"rules": list(f.rules)}} if len(f.rules) > 1 else {})
