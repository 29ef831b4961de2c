"""``cleaner check`` and ``cleaner fix``: what is wrong in text files, and the files mended in place."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from cleaner.careful.files import Examined, examine, read, rewrite
from cleaner.cli import screen
from cleaner.cli.config import Config, common, load
from cleaner.cli.options import checked, choice, plan_options
from cleaner.corpus.inputs import STDIN, TEXT, Input, find
from cleaner.edits import Edits
from cleaner.errors import InputError, UsageError
from cleaner.plan import Plan

CAREFUL = {"profile": "repo", "to": "keep", "provenance": "full"}


@dataclass(slots=True)
class _Files:
    """The files of a run, and how it went with them. ``changes``: edits in all files; ``changed``: files that have one."""

    paths: list[str]
    stdin_filename: str | None
    config: Config
    plan: Plan
    force_exclude: bool
    done: int = 0
    failed: int = 0
    changes: int = 0
    changed: int = 0

    def examined(self) -> Iterator[tuple[Input, Examined]]:
        """Every file that is not excluded, examined; failures and doubts are told at once."""
        found = find(self.paths, TEXT)
        for path, reason in found.failures:
            self.fail(path, reason)
        named = frozenset(self.paths)
        for item in found.inputs:
            stdin = item.path == STDIN
            name = (self.stdin_filename or "<stdin>") if stdin else item.path
            excluded = (self.force_exclude or item.path not in named) and self.config.excludes(name)
            if excluded and not stdin:
                continue
            try:
                data = sys.stdin.buffer.read() if stdin else read(item.path)
                examined = Examined(name, "", Edits(), data) if excluded else examine(data, name, self.plan)
            except InputError as error:
                self.fail(name, str(error))
                continue
            except Exception as error:  # a defect of the program on this file; the others have a right to be done
                self.fail(name, f"internal error, please report it: {type(error).__name__}: {error}")
                continue
            if examined.doubt:
                screen.warning(examined.doubt, name)
            self.done += 1
            yield item, examined

    def fail(self, path: str, reason: str) -> None:
        """Tell of a file that could not be done."""
        self.failed += 1
        screen.error(reason, path)

    def count(self, examined: Examined) -> None:
        """Count a file whose changes are listed or made."""
        if len(examined.edits):
            self.changes += len(examined.edits)
            self.changed += 1

    def summary(self, done: str) -> None:
        """One line at the end; where nothing is to be changed only for somebody who looks at a terminal."""
        if self.changed:
            screen.note(f"{_count(self.changes, 'change')} in {_count(self.changed, 'file')} of {self.done:,}{done}")
        elif self.done and sys.stderr.isatty():
            screen.note(f"nothing to change in {_count(self.done, 'file')}")


def check(
    paths: list[str],
    given: Mapping[str, Any],
    force_exclude: bool | None,
    stdin_filename: str | None,
    output_format: str | None,
    diff: bool,
) -> int:
    """List what ``fix`` would change in ``paths``; the exit code."""
    files = _files(paths, given, force_exclude, stdin_filename)
    form = choice(files.config, "output-format", output_format, "text")
    if diff:
        from cleaner.cli.diff import unified

        for _, examined in files.examined():
            files.count(examined)
            unified(examined, sys.stdout)
    else:
        from cleaner.cli.reports import reporter

        with reporter(form, files.plan, sys.stdout) as report:
            for _, examined in files.examined():
                files.count(examined)
                report(examined)
    files.summary("; cleaner fix makes them")
    return 2 if files.failed else 1 if files.changed else 0


def fix(
    paths: list[str],
    given: Mapping[str, Any],
    force_exclude: bool | None,
    stdin_filename: str | None,
    exit_non_zero_on_fix: bool | None,
) -> int:
    """Mend ``paths`` in place, stdin to stdout; the exit code."""
    files = _files(paths, given, force_exclude, stdin_filename)
    if exit_non_zero_on_fix is None:
        exit_non_zero_on_fix = files.config.values.get("exit-non-zero-on-fix", False)
    for item, examined in files.examined():
        if item.path == STDIN:
            sys.stdout.buffer.write(examined.result)
        elif len(examined.edits):
            try:
                rewrite(item.path, examined.result)
            except InputError as error:
                files.fail(item.path, str(error))
                continue
            print(f"{screen.visible(item.path)}: {_count(len(examined.edits), 'change')}")
        files.count(examined)
    files.summary("")
    return 2 if files.failed else 1 if files.changed and exit_non_zero_on_fix else 0


def _files(paths: list[str], given: Mapping[str, Any], force_exclude: bool | None, stdin_filename: str | None) -> _Files:
    if STDIN in paths and len(paths) > 1:
        raise UsageError("- (stdin) is read alone, not beside files")
    config = load(common([p for p in paths if p != STDIN] or [stdin_filename or "."]))
    plan = Plan(**plan_options(config, given) | CAREFUL)
    if plan.rules or plan.select or plan.ignore:
        checked(plan)
    if force_exclude is None:
        force_exclude = config.values.get("force-exclude", False)
    return _Files(paths, stdin_filename, config, plan, force_exclude)


def _count(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"
