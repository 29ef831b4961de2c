"""The program ``cleaner``. What costs time to import is imported by the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program on ``arguments`` (without its name; those of the process if None) and return its exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given == ["--version"]:
        from cleaner import __version__

        print("cleaner", __version__)
        return 0
    from cleaner.cli.app import run

    return run(given)
