"""Bad input: one clear line that names the file and the cause, exit 2, every other document written, never half a record."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import pytest

from cleaner import Cleaner, clean
from cleaner.cli import main
from cleaner.corpus import pool
from cleaner.errors import InputError
from cleaner.record import Document

GOOD = "这是一个好的文件，内容完整。\n"
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x02\x00\x00\x00\x90wS\xde"


def listed(folder: str = ".") -> list[str]:
    return sorted(p.name for p in Path(folder).iterdir())


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("in").mkdir()
    Path("in/good.txt").write_text(GOOD, encoding="utf-8")
    Path("in/z.md").write_text(GOOD, encoding="utf-8")


@pytest.fixture
def run(capfdbinary):
    def call(*arguments: str) -> tuple[int, str, str]:
        code = main(list(arguments))
        out, err = capfdbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


def errors(err: str) -> list[str]:
    return [line.removeprefix("error: ") for line in err.splitlines() if line.startswith("error: ")]


def others_are_written(folder: str = "out", *more: str) -> None:
    """The good documents have whole records, and nothing else lies there, no temporary file either."""
    assert listed(folder) == sorted(["good.json", "z.json", *more])
    for name in listed(folder):
        Document.from_json(Path(folder, name).read_bytes()).restore()


@pytest.mark.parametrize("jobs", ["1", "2"])
@pytest.mark.parametrize(
    ("name", "data", "cause"),
    [
        ("empty.txt", b"", "empty file"),
        ("image.txt", PNG, "an? PNG image, not text"),
        ("noise.txt", bytes(range(32)) * 100, r"binary data \(\d+ % control bytes\), not text"),
        ("a.pdf", b"%PDF-1.7", "the PDF is damaged"),
        ("b.docx", b"PK\x03\x04", "the file is no DOCX"),
    ],
)
def test_what_is_no_document(run, jobs, name, data, cause):
    Path("in", name).write_bytes(data)
    code, out, err = run("clean", "in", "-o", "out", "-j", jobs)
    assert (code, out) == (2, "")
    (line,) = errors(err)
    assert re.fullmatch(f"in/{name}: {cause}", line)
    assert "2 documents; 1 failed" in err
    others_are_written()


def test_a_missing_path(run):
    code, _, err = run("clean", "none.txt", "in", "nowhere/", "-o", "out")
    assert code == 2
    assert errors(err) == ["none.txt: no such file or directory", "nowhere/: no such file or directory"]
    others_are_written()
    code, _, err = run("check", "none.txt", "in")
    assert (code, err) == (2, "error: none.txt: no such file or directory\n")


def test_a_folder_without_documents(run):
    Path("bare/sub").mkdir(parents=True)
    Path("bare/sub/a.json").write_text("{}")
    code, _, err = run("clean", "bare", "in", "-o", "out")
    assert code == 2
    assert errors(err) == ["bare: no documents in this folder"]
    others_are_written()
    assert run("check", "bare")[0] == 2


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_unreadable_files(run, jobs):
    """Permissions do not bind root, so the file is one that nobody can open: a circle of links, a name that leads nowhere."""
    Path("in/circle.txt").symlink_to("circle.txt")
    Path("in/gone.txt").symlink_to("nowhere")
    code, _, err = run("clean", "in", "-o", "out", "-j", jobs)
    assert code == 2
    assert [line.lower() for line in errors(err)] == [
        "in/circle.txt: too many levels of symbolic links",
        "in/gone.txt: no such file or directory",
    ]
    others_are_written()


@pytest.mark.skipif(os.geteuid() == 0, reason="permissions do not bind root")
def test_a_file_that_may_not_be_read(run):
    Path("in/secret.txt").write_text("x")
    Path("in/secret.txt").chmod(0)
    code, _, err = run("clean", "in", "-o", "out")
    assert (code, [line.lower() for line in errors(err)]) == (2, ["in/secret.txt: permission denied"])
    others_are_written()


def test_a_folder_that_may_not_be_listed(run, monkeypatch):
    Path("in/closed").mkdir()
    original = os.scandir

    def scandir(path):
        if str(path).endswith("closed"):
            raise PermissionError(13, "Permission denied", path)
        return original(path)

    monkeypatch.setattr(os, "scandir", scandir)
    code, _, err = run("clean", "in", "-o", "out")
    assert (code, errors(err)) == (2, ["in/closed: permission denied"])
    others_are_written()


def test_a_folder_that_is_called_like_a_file(run):
    Path("in/x.txt").mkdir()
    Path("in/x.txt/good.txt").write_text(GOOD, encoding="utf-8")
    assert run("clean", "in", "-o", "out")[0] == 0
    assert Path("out/x.txt/good.json").is_file()


def test_a_file_that_vanishes_between_listing_and_reading(run, monkeypatch):
    Path("in/m.txt").write_text(GOOD, encoding="utf-8")
    original = pool.one

    def one(task, settings):
        if task.input.name == "m.txt":
            Path("in/m.txt").unlink()
        return original(task, settings)

    monkeypatch.setattr(pool, "one", one)
    code, _, err = run("clean", "in", "-o", "out")
    assert (code, [line.lower() for line in errors(err)]) == (2, ["in/m.txt: no such file or directory"])
    others_are_written()


def test_invalid_bytes_give_a_record_and_a_warning(run):
    Path("in/m.txt").write_bytes((GOOD * 20).encode() + b"\xff\xfe" + (GOOD * 20).encode())
    code, _, err = run("clean", "in", "-o", "out")
    assert code == 0
    assert re.search(r"^warning: in/m.txt: 2 places cannot be decoded as utf-8.*\(decode/bad-bytes\)$", err, re.MULTILINE)
    others_are_written("out", "m.json")
    record = json.loads(Path("out/m.json").read_bytes())
    assert record["source"]["bad_bytes"] == 2
    # check and fix leave such a file alone
    before = Path("in/m.txt").read_bytes()
    for command in ("check", "fix"):
        code, _, err = run(command, "in")
        assert code == 2
        assert errors(err) == ["in/m.txt: 2 places (the first in line 21) cannot be decoded as utf-8; not rewritten"]
    assert Path("in/m.txt").read_bytes() == before


@pytest.mark.parametrize("inside", [b"\xed\xa0\x80", b"\x00", b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80", b"\xc0\x80"])
def test_a_lone_surrogate_or_nul_inside(run, inside):
    data = GOOD.encode()[:-1] + inside + GOOD.encode()
    Path("in/m.txt").write_bytes(data)
    code, _, _ = run("clean", "in", "-o", "out")
    assert code == 0
    others_are_written("out", "m.json")
    assert Document.from_json(Path("out/m.json").read_bytes()).restore() == data
    assert run("check", "in")[0] in (0, 1, 2)


@pytest.mark.parametrize("text", ["好的\ud800，是的。", "\udfff", "\x00", "\ud83d\ude00"])
def test_a_lone_surrogate_or_nul_in_a_str(text):
    document = Cleaner().clean(text)
    again = Document.from_json(document.to_json().encode())
    assert again.restore() == text.encode("utf-8", "surrogatepass")


def test_one_long_line(run):
    """Four megabytes; nothing in it ends a line, and nothing is wrong with it."""
    Path("in/m.txt").write_text("这是一个很长的句子，没有换行。" * 90_000, encoding="utf-8")
    assert run("clean", "in", "-o", "out", "--provenance", "summary")[0] == 0
    assert run("check", "in")[0] == 0
    assert listed("out")


def test_one_long_line_that_is_dirty_everywhere(run):
    Path("in/m.txt").write_text("这是一个很长的句子,没有换行(很长)。" * 20_000, encoding="utf-8")
    assert run("fix", "in/m.txt")[0] == 0
    assert Path("in/m.txt").read_text(encoding="utf-8") == "这是一个很长的句子，没有换行（很长）。" * 20_000


# -- the output


def test_out_is_a_file(run):
    Path("out").write_text("mine")
    code, _, err = run("clean", "in", "-o", "out")
    assert code == 2
    assert re.fullmatch(r"error: out: a file, but a folder for the records is wanted [^\n]*\n", err)
    assert Path("out").read_text() == "mine"


@pytest.mark.parametrize("out", ["file/deeper", "file/all.jsonl"])
def test_out_lies_below_a_file(run, out):
    Path("file").write_text("mine")
    code, _, err = run("clean", "in", "-o", out)
    assert code == 2
    assert re.fullmatch(r"error: file/\S+: [^\n]*not a directory\n", err)


def test_out_may_not_be_written(run, monkeypatch):
    Path("out").mkdir()
    monkeypatch.setattr(os, "access", lambda path, mode: "out" not in str(path))
    assert run("clean", "in", "-o", "out") == (2, "", "error: out: may not be written\n")


def test_a_missing_parent_is_made(run):
    assert run("clean", "in", "-o", "a/b/c")[0] == 0
    others_are_written("a/b/c")
    assert run("clean", "in", "-o", "d/e/all.jsonl")[0] == 0
    assert len(Path("d/e/all.jsonl").read_bytes().splitlines()) == 2


def test_a_record_that_cannot_be_put_in_place(run):
    Path("out/good.json").mkdir(parents=True)
    code, _, err = run("clean", "in", "-o", "out")
    assert code == 2
    assert re.fullmatch(r"in/good\.txt: out/\S+: is a directory", errors(err)[0])
    assert listed("out") == ["good.json", "z.json"]


def test_a_disk_that_is_full(run, monkeypatch):
    original = pool.write

    def write(path, data):
        if path.endswith("good.json"):
            raise OSError(28, "No space left on device", path)
        original(path, data)

    monkeypatch.setattr(pool, "write", write)
    code, _, err = run("clean", "in", "-o", "out")
    assert (code, errors(err)) == (2, ["in/good.txt: out/good.json: no space left on device"])
    assert listed("out") == ["z.json"]


def test_a_name_that_is_too_long(run):
    name = "n" * 251 + ".txt"
    Path("in", name).write_text(GOOD, encoding="utf-8")
    code, _, err = run("clean", "in", "-o", "out")
    assert code == 2
    assert "file name too long" in errors(err)[0]
    others_are_written()


# -- rules and configuration


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("schema = 1\npack = 'x'\n[[rule]]\nid = 'a'\ncolour = 1\n", 5),
        ("schema = 1\npack = 'x'\n[[rule]\n", 3),
        ("schema = 1\npack = 'x'\n\n[[rule]]\nid = 'a'\n", 4),
    ],
)
@pytest.mark.parametrize("command", ["clean", "check", "fix", "explain", "rules"])
def test_a_rule_file_with_an_error(run, text, line, command):
    Path("r.toml").write_text(text)
    arguments = ["list", "--rules", "r.toml"] if command == "rules" else ["in/good.txt", "--rules", "r.toml"]
    code, out, err = run(command, *arguments)
    assert (code, out) == (2, "")
    assert re.fullmatch(rf"error: r\.toml:{line}: [^\n]+\n", err)


def test_a_broken_configuration(run):
    Path("in/cleaner.toml").write_text('to = "hans"\nnope = 1\n')
    for command in ("clean", "check", "fix", "explain"):
        code, out, err = run(command, "in/good.txt")
        assert (code, out) == (2, "")
        assert re.fullmatch(r"error: \S+/in/cleaner\.toml:2: unknown key 'nope'[^\n]*\n", err)


# -- fix


def test_a_result_that_the_encoding_cannot_hold(run):
    data = "今天的天气很好,我们去公园散步，看见很多的花。&#128512;\n".encode("gbk")
    Path("in/m.txt").write_bytes(data)
    for command in ("check", "fix"):
        code, _, err = run(command, "in")
        assert (code, errors(err)) == (2, ["in/m.txt: gbk cannot hold U+1F600 of the mended line 1; not rewritten"])
    assert Path("in/m.txt").read_bytes() == data


def test_fix_of_a_file_that_may_not_be_written(run, monkeypatch):
    for name in ("m.txt", "n.txt"):
        Path("in", name).write_text("今天的天气很好,我们去散步。\n", encoding="utf-8")
    original = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("m.txt") and original(path, mode))
    code, _, err = run("fix", "in")
    assert (code, errors(err)) == (2, ["in/m.txt: may not be written"])
    assert "," in Path("in/m.txt").read_text(encoding="utf-8")
    assert "," not in Path("in/n.txt").read_text(encoding="utf-8")


def test_the_library_names_the_file(tmp_path):
    (tmp_path / "a.pdf").write_text("kein PDF", encoding="utf-8")
    for name, cause in (("none.txt", "no such file or directory"), ("a.pdf", "the file is no PDF")):
        with pytest.raises(InputError) as caught:
            clean(tmp_path / name)
        assert str(caught.value) == f"{tmp_path / name}: {cause}"
        assert caught.value.reason == cause
