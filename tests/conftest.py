"""Fixtures of the tests of the program."""

from __future__ import annotations

import io
import sys

import pytest


@pytest.fixture
def elsewhere(tmp_path, monkeypatch):
    """The test runs in a folder of its own, below which no configuration lies but its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsysbinary):
    """Runs the program and gives (exit code, stdout, stderr)."""
    from cleaner.cli import main

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(a) for a in arguments])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


@pytest.fixture
def stdin(monkeypatch):
    """Sets what the program reads from its standard input."""
    return lambda data: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
