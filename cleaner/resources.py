"""Where the program's data lies: the rules, tables and models, in the wheel and in a checkout."""

from __future__ import annotations

from functools import cache
from pathlib import Path


@cache
def root() -> Path:
    """The folder of the rules: inside the installed package, or beside it in a checkout."""
    package = Path(__file__).parent
    inside = package / "rules"
    return inside if inside.is_dir() else package.parent / "rules"


def path(name: str) -> Path:
    """The file or folder ``name`` (with ``/``) below the rules."""
    return root().joinpath(*name.split("/"))
