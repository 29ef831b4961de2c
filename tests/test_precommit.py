"""The hooks, with the real pre-commit on a scratch repository; the hooks' environment is built once, by pip."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS = ("user.name=test", "user.email=test@example.com", "core.autocrlf=false", "commit.gpgsign=false")

GARBLED = "经过多年的发展，我国的经济取得了举世瞩目的成就，人民生活水平不断提高。\r\n"
CLEAN = {
    "clean.txt": "这是一个好的文件，内容完整。\r\n    缩进的一行。\n\n\n没有换行的结尾".encode(),
    "gbk.txt": "经过多年的发展，我国的经济取得了举世瞩目的成就，人民生活水平不断提高。\r\n".encode("gbk"),
    "bom.txt": b"\xef\xbb\xbf" + "带字节顺序标记的文件，内容完整。\n".encode(),
    "english.md": b"# Title\n\nPlain text, (nothing) to do: `code`.\n",
    "code.md": "# 标题\n\n```python\nx = '中文,代码'\n```\n".encode(),
    "page.html": "<p title='中,文'>这是一个好的文件，内容完整。&nbsp;</p>\n".encode(),
}


def git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        ["git", *(part for s in SETTINGS for part in ("-c", s)), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--no-verify", "--message", "test")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture(scope="module")
def hooks(tmp_path_factory) -> tuple[Path, str, dict[str, str]]:
    """A repository of what a checkout ships, its revision, and an environment for pre-commit."""
    pytest.importorskip("pre_commit")
    top = tmp_path_factory.mktemp("hooks")
    repository = top / "cleaner"
    repository.mkdir()
    for name in (".pre-commit-hooks.yaml", "LICENSE", "NOTICE", "README.md", "pyproject.toml", "cleaner", "rules"):
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
        elif source.exists():
            shutil.copy(source, repository)
    git(repository, "init", "--quiet")
    # what a hook started by git itself would inherit must not lead to the repository of the tests
    env = {k: v for k, v in os.environ.items() if not k.startswith("GIT_") and k != "PYTHONPATH"}
    return repository, commit(repository), {**env, "PRE_COMMIT_HOME": str(top / "home")}


@pytest.fixture
def user(tmp_path, hooks):
    """A user's repository with clean files, and a function that runs the hook of this id on all files."""
    repository, revision, env = hooks
    git(tmp_path, "init", "--quiet")
    for name, data in CLEAN.items():
        (tmp_path / name).write_bytes(data)

    def run(hook: str) -> tuple[int, str]:
        config = f"repos:\n- repo: {repository.as_uri()}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n"
        (tmp_path / ".pre-commit-config.yaml").write_text(config)
        commit(tmp_path)
        command = [sys.executable, "-m", "pre_commit", "run", "--all-files", "--color", "never"]
        done = subprocess.run(command, cwd=tmp_path, env=env, capture_output=True, text=True, check=False)
        return done.returncode, done.stdout + done.stderr

    return tmp_path, run


def unchanged(folder: Path) -> bool:
    return all((folder / name).read_bytes() == data for name, data in CLEAN.items())


def test_clean_files_pass_byte_for_byte(user):
    folder, run = user
    for hook in ("cleaner-check", "cleaner-fix"):
        code, said = run(hook)
        assert code == 0, said
        assert "Passed" in said
        assert unchanged(folder)


def test_a_garbled_file_fails_and_is_mended_and_passes(user):
    folder, run = user
    garbled = GARBLED.encode("gbk").decode("latin-1").encode()
    (folder / "garbled.txt").write_bytes(garbled)
    code, said = run("cleaner-check")
    assert code == 1, said
    assert "exit code: 1" in said
    assert "garbled.txt:1:1:" in said
    assert (folder / "garbled.txt").read_bytes() == garbled
    code, said = run("cleaner-fix")
    assert code == 1, said
    assert "files were modified by this hook" in said
    assert (folder / "garbled.txt").read_bytes() == GARBLED.encode()
    assert unchanged(folder)
    for hook in ("cleaner-fix", "cleaner-check"):
        code, said = run(hook)
        assert code == 0, said
    assert unchanged(folder)


def test_excluded_files_are_left_alone_though_they_are_named(user):
    folder, run = user
    (folder / "samples").mkdir()
    (folder / "samples" / "garbled.txt").write_bytes(GARBLED.encode("gbk").decode("latin-1").encode())
    (folder / "cleaner.toml").write_text('exclude = ["samples"]\n')
    code, said = run("cleaner-check")
    assert code == 0, said


def test_a_file_that_cannot_be_read_fails_with_its_name(user):
    folder, run = user
    (folder / "broken.txt").write_bytes(("好的文字，完整的句子。" * 20).encode() + b"\xff" + ("好的文字。" * 20).encode())
    code, said = run("cleaner-fix")
    assert code == 1, said
    assert "exit code: 2" in said
    assert "broken.txt: 1 place (the first in line 1) cannot be decoded as utf-8; not rewritten" in said
