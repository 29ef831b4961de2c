"""Configuration: ``[tool.cleaner]`` of pyproject.toml, or cleaner.toml, the nearest one above all PATHs.

Keys are the long names of options. The command line beats the configuration. A file without ``[tool.cleaner]`` is passed over;
where both files lie in one folder, cleaner.toml counts. Paths (``rules``) and globs (``exclude``) are relative to the file.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

from cleaner.corpus.inputs import STDIN
from cleaner.errors import ConfigError, UsageError

FILES = ("cleaner.toml", "pyproject.toml")

# what may be configured: the options that say how, not those that say what and where to (PATH, --out, --diff)
TEXTS = frozenset(
    {"ambiguous", "encoding", "format", "output-format", "profile", "provenance", "quotes", "site", "spacing", "template", "to"}
)
LISTS = frozenset({"exclude", "ignore", "names", "rules", "select"})
SWITCHES = frozenset({"exit-non-zero-on-fix", "force-exclude", "unsafe"})
NUMBERS = frozenset({"jobs"})
KNOWN = TEXTS | LISTS | SWITCHES | NUMBERS

_TOML_LINE = re.compile(r"^(.*?) \(at (?:line (\d+), column \d+|end of document)\)$")


@dataclass(frozen=True, slots=True)
class Config:
    """What a configuration file sets. ``path`` None: there is none."""

    values: dict[str, Any] = field(default_factory=dict)
    path: Path | None = None
    line: Callable[[str], int] = field(default=lambda _: 1)

    def wrong(self, key: str, message: str) -> ConfigError:
        """The error to raise for the value of ``key``."""
        return ConfigError(f"{self.path}:{self.line(key)}: {message}")

    def files(self, key: str) -> tuple[Path, ...]:
        """The paths of ``key``, from the folder of the file."""
        folder = self.path.parent if self.path else Path()
        return tuple(folder / name for name in self.values.get(key, ()))

    def excludes(self, path: str) -> bool:
        """Whether a glob of ``exclude`` fits ``path``, or a folder that it lies in.

        A glob with a slash is matched from the folder of the configuration on, one without against every part of the path.
        ``*`` matches slashes too.
        """
        globs = self.values.get("exclude")
        if not globs or self.path is None:
            return False
        full = Path(path).absolute()
        root = self.path.parent
        parts = full.relative_to(root).parts if full.is_relative_to(root) else full.parts
        whole = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        for glob in globs:
            bare = glob.removeprefix("./").rstrip("/")
            # `**/x` means x at any depth, none included
            for form in {bare, bare.removeprefix("**/")}:
                if any(fnmatchcase(name, form) for name in (whole if "/" in form else parts)):
                    return True
        return False


def common(paths: Sequence[str]) -> str:
    """The folder or file that all of ``paths`` lie at or below, whatever their order."""
    places = [Path(p).absolute() for p in paths if p != STDIN]
    try:
        return os.path.commonpath(places) if places else "."
    except ValueError:  # on several drives
        return "."


def load(start: str | Path) -> Config:
    """The configuration that holds for ``start`` (a file, which need not exist, or a folder).

    Raises ConfigError with file and line for what is not TOML, an unknown key, or a value of the wrong type.
    """
    folder = Path(start).absolute()
    if not folder.is_dir():
        folder = folder.parent
    for above in (folder, *folder.parents):
        for name in FILES:
            path = above / name
            if path.is_file():
                config = _read(path, () if name == "cleaner.toml" else ("tool", "cleaner"))
                if config:
                    return config
    return Config()


def _read(path: Path, table: tuple[str, ...]) -> Config | None:
    """The configuration in ``path``; None where the file has no such table."""
    import tomllib

    from cleaner.rulebook.scan import Lines

    try:
        source = path.read_bytes().decode()
    except OSError as error:
        raise ConfigError(f"{path}: {(error.strerror or type(error).__name__).lower()}") from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: not UTF-8, at byte {error.start}") from None
    if table and "cleaner" not in source:
        return None
    try:
        data: Any = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        found = _TOML_LINE.match(str(error))
        line = found[2] or str(source.count("\n") + 1) if found else "1"
        raise ConfigError(f"{path}:{line}: not TOML: {found[1] if found else error}") from None
    for key in table:
        data = data.get(key) if isinstance(data, dict) else None
        if data is None:
            return None
    lines = Lines(source)
    config = Config(data, path, lambda key: lines.line((*table, key)))
    if not isinstance(data, dict):
        raise config.wrong("", "[tool.cleaner] is no table")
    for key, value in data.items():
        _check(config, key, value)
    return config


def _check(config: Config, key: str, value: Any) -> None:
    """Raise ConfigError where ``key`` is not known or ``value`` cannot be its value."""
    from cleaner.cli.options import CHOICES
    from cleaner.plan import CHOICES as PLAN_CHOICES
    from cleaner.plan import Plan

    if key not in KNOWN:
        raise config.wrong(key, f"unknown key {key!r}; known: {', '.join(sorted(KNOWN))}")
    if key in TEXTS and not isinstance(value, str):
        raise config.wrong(key, f"{key}: a text is wanted")
    if key in LISTS and not (isinstance(value, list) and all(isinstance(v, str) for v in value)):
        raise config.wrong(key, f"{key}: a list of texts is wanted")
    if key in SWITCHES and not isinstance(value, bool):
        raise config.wrong(key, f"{key}: true or false is wanted")
    if key in NUMBERS and (not isinstance(value, int) or isinstance(value, bool) or value < 1):
        raise config.wrong(key, f"{key}: a number from 1 on is wanted")
    if key in CHOICES and value not in CHOICES[key]:
        raise config.wrong(key, f"{key}: {value!r} is none of {', '.join(CHOICES[key])}")
    if key in (*PLAN_CHOICES, "site"):
        try:
            Plan(**{key: value})
        except UsageError as error:
            raise config.wrong(key, str(error)) from None
    if key == "encoding":
        from cleaner.stages.decode import codec

        try:
            codec(value)
        except UsageError as error:
            raise config.wrong(key, str(error)) from None
