"""The program: its front, `clean`, and what it does at a terminal or a pipe."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from commands import DIRTY, FIXED, ROOT, SEEDS, listed

from cleaner import __version__
from cleaner.record import Document

pytestmark = pytest.mark.usefixtures("elsewhere")


# -- the front


def test_version_imports_next_to_nothing():
    code = "import sys; from cleaner.cli import main; main(['--version']); print(sorted(m.split('.')[0] for m in sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True)
    version, modules = done.stdout.splitlines()
    assert version == f"cleaner {__version__}"
    assert not {"typer", "rich", "pydantic", "chardet", "tomllib", "json"} & set(re.findall(r"'(\w+)'", modules))


def test_the_module_runs():
    done = subprocess.run([sys.executable, "-m", "cleaner", "--version"], capture_output=True, text=True, cwd=ROOT, check=False)
    assert (done.returncode, done.stdout) == (0, f"cleaner {__version__}\n")


def test_a_clean_file_costs_no_import_that_it_does_not_need(tmp_path):
    Path("a.md").write_text(FIXED, encoding="utf-8")
    code = (
        "import sys; from cleaner.cli import main; print(main(['check', 'a.md']), sorted(m.split('.')[0] for m in sys.modules))"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=env)
    assert done.stdout.startswith("0 ")
    assert not {"rich", "markdown_it", "ftfy", "chardet", "opencc"} & set(re.findall(r"'(\w+)'", done.stdout))


@pytest.mark.parametrize("command", [[], ["clean"], ["check"], ["fix"], ["explain"], ["restore"], ["rules"], ["rules", "list"]])
def test_help(run, command):
    code, out, err = run(*command, "--help")
    assert (code, err) == (0, "")
    assert out.startswith("Usage: cleaner")


@pytest.mark.parametrize("command", [[], ["rules"]])
def test_no_command_is_listed_with_half_a_sentence(run, command):
    _, out, _ = run(*command, "--help")
    assert "..." not in out.partition("Commands:")[2]


def test_one_document_may_go_into_one_file(run):
    Path("a.txt").write_text(DIRTY, encoding="utf-8")
    Path("b.txt").write_text(DIRTY, encoding="utf-8")
    assert run("clean", "a.txt", "-o", "x.json")[0] == 0
    assert json.loads(Path("x.json").read_text("utf-8"))["source"]["path"] == "a.txt"
    assert run("clean", "a.txt", "-o", "x.md")[0] == 0
    assert Path("x.md").is_file()
    code, _, err = run("clean", "a.txt", "b.txt", "-o", "y.json")
    assert (code, err.startswith("error: y.json: a file for one record; ")) == (2, True)
    code, _, err = run("clean", "none.txt", "-o", "z.json")
    assert (code, err) == (2, "error: none.txt: no such file or directory\nno document was cleaned, 1 failed\n")
    assert not Path("y.json").exists()
    assert not Path("z.json").exists()
    Path("folder.json").mkdir()
    assert run("clean", "a.txt", "-o", "folder.json")[0] == 0
    assert Path("folder.json/a.json").is_file()


def test_equal_warnings_are_one_line(run):
    lost = "会议由锟斤拷锟斤拷主持，锟斤拷锟斤拷作了发言，与会的三十多人都参加了讨论。\n"
    Path("a.txt").write_text(lost * 3, encoding="utf-8")
    _, _, err = run("clean", "a.txt", "-o", "out")
    lines = [line for line in err.splitlines() if line.startswith("warning: ")]
    assert len(lines) == len(set(lines))
    assert any(re.search(r", \d+ times\)$", line) for line in lines)


def test_a_rule_that_is_not_there(run):
    assert run("rules", "show", "fields/origin")[2] == "error: no rule is called 'fields/origin'; there is fields/origin-line\n"
    assert "fields/breadcrumb" in run("rules", "show", "fields/bredcrumb")[2]
    assert run("rules", "show", "zzzzzz")[2] == "error: no rule is called 'zzzzzz'\n"


def test_no_arguments_is_wrong_usage_and_shows_the_help(run):
    code, out, _ = run()
    assert code == 2
    assert "Commands:" in out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--nope"], "No such option: --nope"),
        (["nope"], "No such command 'nope'"),
        (["clean"], "Missing argument 'PATH'"),
        (["clean", ".", "--to", "nope"], "to: 'nope' is none of hans"),
        (["clean", ".", "--profile", "nope"], "profile: 'nope' is none of"),
        (["clean", ".", "--provenance", "nope"], "provenance: 'nope' is none of"),
        (["clean", ".", "--format", "nope"], "--format: 'nope' is none of json"),
        (["clean", ".", "--encoding", "nope"], "encoding: 'nope' is not known"),
        (["clean", ".", "--select", "nope"], "--select: no rule's id begins with 'nope'"),
        (["clean", ".", "--ignore", "repair,nope"], "--ignore: no rule's id begins with 'nope'"),
        (["clean", ".", "-j", "0"], "-j: a number from 1 on is wanted"),
        (["clean", ".", "-j", "x"], "invalid value for '-j'"),
        (["clean", ".", "--rules", "none.toml"], "none.toml"),
        (["check", ".", "--output-format", "nope"], "--output-format: 'nope' is none of text"),
        (["check", "-", "a.txt"], "- (stdin) is read alone"),
        (["clean", ".", "--format", "parquet"], "parquet needs"),
        (["clean", ".", "-o", "a.jsonl", "--format", "text"], "--format text does not fit a.jsonl"),
        (["explain", "."], ".: a folder, but explain takes one document"),
        (["restore", "a.json", "b.json"], "several records need -o OUT"),
        (["rules", "show", "nope/nope"], "no rule is called 'nope/nope'"),
        (["rules", "test", "none"], "none: no such file or directory"),
    ],
)
def test_wrong_usage_is_one_line_and_exit_2(run, arguments, message):
    Path("a.txt").write_text("好的。", encoding="utf-8")
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert message.lower() in err.lower()
    assert re.fullmatch(r"error: [^\n]+\n", err)


# -- clean


def test_clean_writes_one_record_for_each_document(run):
    code, out, err = run("clean", SEEDS, "-o", "out")
    assert (code, out) == (0, "")
    assert listed("out") == sorted(p.stem + ".json" for p in SEEDS.glob("*.txt"))
    for path in SEEDS.glob("*.txt"):
        document = Document.from_json(Path("out", path.stem + ".json").read_bytes())
        assert document.source.path == path.name
        assert document.restore() == path.read_bytes()
    assert "5 documents; " in err
    assert "edits and removals: " in err
    assert "reflow/truncated" in err


def test_clean_in_several_processes_gives_the_same(run):
    run("clean", SEEDS, "-o", "one", "--provenance", "summary")
    run("clean", SEEDS, "-o", "two", "--provenance", "summary", "-j", "2")
    assert {p.name: p.read_bytes() for p in Path("one").iterdir()} == {p.name: p.read_bytes() for p in Path("two").iterdir()}


def test_records_go_to_stdout_as_lines(run):
    code, out, _ = run("clean", SEEDS)
    assert code == 0
    names = [json.loads(line)["source"]["path"] for line in out.splitlines()]
    assert names == sorted(p.name for p in SEEDS.glob("*.txt"))
    run("clean", SEEDS, "-o", "all.jsonl", "-j", "2")
    assert Path("all.jsonl").read_text(encoding="utf-8") == out
    assert listed() == ["all.jsonl"]


def test_stdin(run, stdin):
    stdin(DIRTY.encode("gbk"))
    code, out, err = run("clean", "-")
    document = Document.from_json(out)
    assert (code, err) == (0, "")
    assert document.source.path is None
    assert document.restore() == DIRTY.encode("gbk")
    stdin(DIRTY.encode())
    assert run("clean", "-", "-o", "out")[0] == 0
    assert listed("out") == ["stdin.json"]


def test_stdin_beside_files_in_several_processes(run, stdin):
    for n in range(10):
        Path(f"{n}.txt").write_text("好的。", encoding="utf-8")
    stdin("是的。".encode())
    code, out, _ = run("clean", "0.txt", "-", ".", "-j", "2", "--format", "text")
    assert (code, out) == (0, "好的。\n是的。\n" + "好的。\n" * 9)


def test_text_and_markdown(run):
    Path("a.txt").write_text("一、总则\n好的,是的。\n", encoding="utf-8")
    assert run("clean", "a.txt", "--format", "text")[1] == "一、总则\n好的，是的。\n"
    run("clean", "a.txt", "-o", "out", "--format", "markdown")
    run("clean", "a.txt", "-o", "out", "--format", "text")
    assert listed("out") == ["a.md", "a.txt"]
    assert Path("out/a.md").read_text(encoding="utf-8").endswith("好的，是的。\n")


def test_options_reach_the_plan(run):
    Path("a.txt").write_text("這是一個測試,內容。\n", encoding="utf-8")
    text = ["clean", "a.txt", "--format", "text"]
    assert run(*text)[1] == "这是一个测试，内容。\n"
    assert run(*text, "--to", "keep")[1] == "這是一個測試，內容。\n"
    assert run(*text, "--ignore", "unify,punctuate/comma")[1] == "這是一個測試,內容。\n"
    assert run(*text, "--ignore", "unify", "--ignore", "punctuate")[1] == "這是一個測試,內容。\n"
    assert run(*text, "--select", "unify")[1] == "这是一个测试,内容。\n"
    assert run(*text, "--profile", "repo")[1] == "這是一個測試，內容。\n"
    assert run(*text, "--encoding", "big5")[1] != "这是一个测试，内容。\n"


def test_two_documents_of_one_name_are_told(run):
    for folder in "ab":
        Path(folder).mkdir()
        Path(folder, "x.txt").write_text(f"{folder}。", encoding="utf-8")
    Path("b", "y.txt").write_text("好的。", encoding="utf-8")
    code, _, err = run("clean", "a", "b", "-o", "out")
    assert code == 2
    assert listed("out") == ["y.json"]
    assert "error: a/x.txt: another document is called x.txt, too; clean them into two folders\n" in err


# -- the terminal and the pipe


def test_a_reader_that_has_enough_ends_the_program_quietly(tmp_path):
    for n in range(300):
        Path(f"{n}.txt").write_text("好的,是的。\n" * 200, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "cleaner", "clean", "."]
    program = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=env)
    program.stdout.read(10)
    program.stdout.close()
    said = program.stderr.read()
    assert program.wait() == 141
    assert b"Traceback" not in said


def test_an_interrupt_is_one_line(run, monkeypatch):
    Path("a.txt").write_text("好的。", encoding="utf-8")

    def interrupted(*args: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("cleaner.corpus.pool.one", interrupted)
    assert run("clean", "a.txt", "-o", "out.jsonl") == (130, "", "error: interrupted\n")
    assert listed() == ["a.txt"]


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_an_interrupt_leaves_whole_records_and_no_process(jobs):
    Path("in").mkdir()
    for n in range(400):
        Path("in", f"{n}.txt").write_text("这是一个测试,有一些标点(括号)。\n" * 500, encoding="utf-8")
    command = [sys.executable, "-m", "cleaner", "clean", "in", "-o", "out", "-j", jobs]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    program = subprocess.Popen(command, stderr=subprocess.PIPE, env=env, start_new_session=True)
    deadline = time.monotonic() + 60
    while not list(Path().glob("out/*.json")) and time.monotonic() < deadline:
        time.sleep(0.02)
    os.killpg(program.pid, signal.SIGINT)  # as a terminal does: to every process of the group
    said = program.communicate(timeout=60)[1]
    assert (program.returncode, said) == (130, b"error: interrupted\n")
    records = listed("out")
    assert 0 < len(records) < 400
    assert all(Document.from_json(Path("out", name).read_bytes()).text for name in records)
    with pytest.raises(ProcessLookupError):
        os.killpg(program.pid, 0)


def test_a_terminal_that_cannot_show_chinese(tmp_path):
    Path("a.md").write_text(DIRTY, encoding="utf-8")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-m", "cleaner", "check", "a.md"], capture_output=True, env=env, check=False)
    assert (done.returncode, done.stdout.splitlines()[0]) == (1, b"a.md:3:8: punctuate/comma , \\u2192 \\uff0c")


def test_a_record_never_overwrites_a_document(tmp_path):
    (tmp_path / "a.txt").write_text("到2025年,建成。\n", "utf-8")
    (tmp_path / "b.jsonl").write_text("人工智能。\n", "utf-8")
    for arguments in (
        ["--format", "text", "-o", str(tmp_path), str(tmp_path / "a.txt")],
        [str(tmp_path / "b.jsonl"), "-o", str(tmp_path / "b.jsonl")],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "cleaner", "clean", *arguments], capture_output=True, text=True, check=False
        )
        assert done.returncode == 2, done.stderr
    assert (tmp_path / "a.txt").read_text("utf-8") == "到2025年,建成。\n"
    assert (tmp_path / "b.jsonl").read_text("utf-8") == "人工智能。\n"


def test_restore_reads_the_lines_that_clean_writes(tmp_path):
    texts = {"a.txt": "到2025年,建成。\n", "b.txt": "資訊產業。\r\n"}
    for name, text in texts.items():
        (tmp_path / name).write_bytes(text.encode())
    program = [sys.executable, "-m", "cleaner"]
    names = [str(tmp_path / name) for name in texts]
    records = subprocess.run([*program, "clean", *names], capture_output=True, check=True).stdout
    subprocess.run([*program, "restore", "-", "-o", str(tmp_path / "back")], input=records, check=True, capture_output=True)
    assert sorted(p.read_bytes() for p in (tmp_path / "back").rglob("*.txt")) == sorted(t.encode() for t in texts.values())
