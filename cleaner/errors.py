"""Everything that can go wrong with a reason that a person can act on."""

from __future__ import annotations


class CleanerError(Exception):
    """Base of the errors that this package raises on purpose; the text is one clear line."""


class UsageError(CleanerError):
    """An option or an argument is wrong."""


class ConfigError(CleanerError):
    """A configuration file is wrong; the text names file and line."""


class RuleError(CleanerError):
    """A rule is wrong; the text names file and line."""


class InputError(CleanerError):
    """A document cannot be read or is not one. reason: the cause alone; the text has the file's name before it, if one is known."""

    def __init__(self, reason: str, path: str | None = None) -> None:
        super().__init__(reason if path is None else f"{path}: {reason}")
        self.reason = reason


class RestoreError(CleanerError):
    """A record does not hold what its source can be rebuilt from, or what it gives does not have the source's digest."""
