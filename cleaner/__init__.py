"""cleaner: dirty Chinese documents in, clean structured ones out, every change accounted for.

Everything here is imported at its first use; ``import cleaner`` itself costs next to nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cleaner.errors import CleanerError, ConfigError, InputError, RestoreError, RuleError, UsageError
    from cleaner.library import Cleaner, clean, punctuate, reflow, repair, strip, unify
    from cleaner.record.document import Document
    from cleaner.stages.decode import Decoded, decode

__version__ = "0.1.0"

_HOME = {
    "Cleaner": "cleaner.library",
    "CleanerError": "cleaner.errors",
    "ConfigError": "cleaner.errors",
    "Decoded": "cleaner.stages.decode",
    "Document": "cleaner.record.document",
    "InputError": "cleaner.errors",
    "RestoreError": "cleaner.errors",
    "RuleError": "cleaner.errors",
    "UsageError": "cleaner.errors",
    "clean": "cleaner.library",
    "decode": "cleaner.stages.decode",
    "punctuate": "cleaner.library",
    "reflow": "cleaner.library",
    "repair": "cleaner.library",
    "strip": "cleaner.library",
    "unify": "cleaner.library",
}

__all__ = [
    "Cleaner",
    "CleanerError",
    "ConfigError",
    "Decoded",
    "Document",
    "InputError",
    "RestoreError",
    "RuleError",
    "UsageError",
    "clean",
    "decode",
    "punctuate",
    "reflow",
    "repair",
    "strip",
    "unify",
]


if not TYPE_CHECKING:  # a type checker sees the imports above, and would take any name for granted here

    def __getattr__(name: str) -> Any:
        if name in _HOME:
            from importlib import import_module

            return getattr(import_module(_HOME[name]), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOME])
