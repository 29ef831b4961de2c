"""The program's configuration: which file counts, what is wrong in it, what it leaves out."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from commands import DIRTY, FIXED

from cleaner.cli.config import load
from cleaner.errors import ConfigError

pytestmark = pytest.mark.usefixtures("elsewhere")


# -- configuration


def test_the_nearest_configuration_counts(run):
    Path("p/q").mkdir(parents=True)
    Path("pyproject.toml").write_text('[tool.cleaner]\nto = "keep"\n', encoding="utf-8")
    Path("p/pyproject.toml").write_text('[project]\nname = "x"\n', encoding="utf-8")
    Path("p/q/a.txt").write_text("這是測試。", encoding="utf-8")
    text = ["clean", "p/q/a.txt", "--format", "text"]
    assert run(*text)[1] == "這是測試。\n"
    assert run(*text, "--to", "hans")[1] == "这是测试。\n"
    Path("p/cleaner.toml").write_text('to = "hans"\n', encoding="utf-8")
    assert run(*text)[1] == "这是测试。\n"
    Path("p/q/cleaner.toml").write_text('ignore = ["unify"]\nformat = "text"\n', encoding="utf-8")
    assert run("clean", "p/q/a.txt")[1] == "這是測試。\n"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("cleaner.toml", 'to = "hans"\n\ncolour = 1\n', "cleaner.toml:3: unknown key 'colour'; known: "),
        ("cleaner.toml", "[table]\nx = 1\n", "cleaner.toml:1: unknown key 'table'"),
        ("pyproject.toml", '[tool.other]\nto = 1\n[tool.cleaner]\nto = "x"\n', "pyproject.toml:4: to: 'x' is none of hans"),
        ("pyproject.toml", "[tool]\ncleaner = 3\n", "pyproject.toml:2: [tool.cleaner] is no table"),
        ("cleaner.toml", 'select = "x"\n', "cleaner.toml:1: select: a list of texts is wanted"),
        ("cleaner.toml", "exclude = [1]\n", "cleaner.toml:1: exclude: a list of texts is wanted"),
        ("cleaner.toml", 'unsafe = "yes"\n', "cleaner.toml:1: unsafe: true or false is wanted"),
        ("cleaner.toml", "jobs = 0\n", "cleaner.toml:1: jobs: a number from 1 on is wanted"),
        ("cleaner.toml", "encoding = 1\n", "cleaner.toml:1: encoding: a text is wanted"),
        ("cleaner.toml", '# x\nencoding = "nope"\n', "cleaner.toml:2: encoding: 'nope' is not known"),
        ("cleaner.toml", 'format = "nope"\n', "cleaner.toml:1: format: 'nope' is none of json"),
        ("cleaner.toml", "to = \n", "cleaner.toml:1: not TOML: "),
        ("pyproject.toml", '[tool.cleaner]\nto = "hans"\nto = "hant"\n', "pyproject.toml:3: not TOML: "),
    ],
)
def test_a_broken_configuration_names_file_and_line(run, name, text, message):
    Path(name).write_text(text, encoding="utf-8")
    Path("a.txt").write_text("好的。", encoding="utf-8")
    for command in ("clean", "check"):
        code, out, err = run(command, "a.txt")
        assert (code, out) == (2, "")
        assert re.fullmatch(rf"error: \S*/{re.escape(message)}[^\n]*\n", err)


def test_a_configuration_that_is_not_utf8(run):
    Path("cleaner.toml").write_bytes(b'to = "\xff"\n')
    with pytest.raises(ConfigError, match=r"cleaner\.toml: not UTF-8, at byte 6"):
        load(".")


def test_a_broken_pyproject_without_us_is_not_ours(run):
    Path("pyproject.toml").write_text("[broken\n", encoding="utf-8")
    Path("a.txt").write_text("好的。", encoding="utf-8")
    assert run("check", "a.txt")[0] == 0


@pytest.mark.parametrize(
    ("glob", "excluded"),
    [
        ("docs", {"docs/a.md", "docs/deep/b.md"}),
        ("docs/", {"docs/a.md", "docs/deep/b.md"}),
        ("docs/*", {"docs/a.md", "docs/deep/b.md"}),
        ("docs/deep/*.md", {"docs/deep/b.md"}),
        ("./docs/a.md", {"docs/a.md"}),
        ("*.md", {"docs/a.md", "docs/deep/b.md", "a.md"}),
        ("**/a.md", {"docs/a.md", "a.md"}),
        ("**/deep/*", {"docs/deep/b.md"}),
        ("a.md", {"docs/a.md", "a.md"}),
        ("/a.md", set()),
        ("x", set()),
    ],
)
def test_exclude(run, glob, excluded):
    files = ["docs/a.md", "docs/deep/b.md", "a.md"]
    for name in files:
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(DIRTY, encoding="utf-8")
    Path("cleaner.toml").write_text(f'exclude = ["{glob}"]\n', encoding="utf-8")

    def found(*arguments: str) -> set[str]:
        return {f["path"] for f in json.loads(run("check", "--output-format", "json", *arguments)[1])}

    assert found(".") == set(files) - excluded
    assert found(*files) == set(files)
    assert found(*files, "--force-exclude") == set(files) - excluded


def test_exclude_and_stdin(run, stdin):
    Path("cleaner.toml").write_text('exclude = ["docs"]\nforce-exclude = true\n', encoding="utf-8")
    stdin(DIRTY.encode())
    assert run("fix", "-", "--stdin-filename", "docs/a.md") == (0, DIRTY, "")
    stdin(DIRTY.encode())
    assert run("fix", "-", "--stdin-filename", "docs/a.md", "--no-force-exclude")[1] == FIXED
