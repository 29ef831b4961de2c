"""What several test modules share: where things are, and the schema."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import jsonschema

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))


@cache
def validator() -> jsonschema.Draft202012Validator:
    import cleaner

    schema = json.loads((Path(cleaner.__file__).parent / "record" / "schema.json").read_text("utf-8"))
    return jsonschema.Draft202012Validator(schema)


def complaints(record: dict) -> list[str]:
    """What the published JSON Schema has against a record."""
    return [f"{'/'.join(map(str, e.absolute_path))}: {e.message}" for e in validator().iter_errors(record)]
