"""The program: its commands, options, exit codes, and what it says where."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from cleaner import __version__
from cleaner.cli import main
from cleaner.cli.config import load
from cleaner.errors import ConfigError
from cleaner.record import Document

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
DIRTY = "# 标题\n\n今天的天气很好,我们去公园(散步)。\n"
FIXED = "# 标题\n\n今天的天气很好，我们去公园（散步）。\n"
GARBLED = "经过多年的发展，我国的经济取得了举世瞩目的成就，人民生活水平不断提高。\n"


def listed(folder: str = ".") -> list[str]:
    return sorted(p.name for p in Path(folder).iterdir())


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Every test runs in a folder of its own, below which no configuration lies but its own."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def run(capsysbinary):
    """Runs the program and gives (exit code, stdout, stderr)."""

    def call(*arguments: object) -> tuple[int, str, str]:
        code = main([str(a) for a in arguments])
        out, err = capsysbinary.readouterr()
        return code, out.decode(), err.decode()

    return call


@pytest.fixture
def stdin(monkeypatch):
    return lambda data: monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))


def garbled(text: str) -> bytes:
    return text.encode("gbk").decode("latin-1").encode()


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


# -- check and fix


def test_check_lists_and_changes_nothing(run):
    Path("a.md").write_text(DIRTY, encoding="utf-8")
    Path("b.md").write_text(FIXED, encoding="utf-8")
    code, out, err = run("check", ".")
    assert code == 1
    assert out == (
        "./a.md:3:8: punctuate/comma , → ，\n./a.md:3:14: punctuate/brackets ( → （\n./a.md:3:17: punctuate/brackets ) → ）\n"
    )
    assert err == "3 changes in 1 file of 2; cleaner fix makes them\n"
    assert Path("a.md").read_text(encoding="utf-8") == DIRTY
    assert run("check", "b.md") == (0, "", "")


def test_check_diff(run):
    Path("a.md").write_bytes(("前\n" * 9 + "今天的天气很好,我们去散步。\r\n" + "后\n" * 9 + "最后一行的文字,没有换行").encode())
    code, out, _ = run("check", "--diff", "a.md")
    assert code == 1
    Path("a.diff").write_bytes(out.encode())
    assert out.startswith("--- a/a.md\n+++ b/a.md\n@@ -7,7 +7,7 @@\n 前\n")
    assert "\n+最后一行的文字，没有换行\n\\ No newline at end of file\n" in out
    subprocess.run(["git", "apply", "a.diff"], check=True)
    assert run("check", "a.md")[0] == 0


def test_check_json(run):
    Path("a.md").write_text(DIRTY, encoding="utf-8")
    found = json.loads(run("check", "a.md", "--output-format", "json")[1])
    assert found[0] == {
        "path": "a.md", "line": 3, "column": 8, "end_line": 3, "end_column": 9, "rules": ["punctuate/comma"],
        "before": ",", "after": "，",
    }  # fmt: skip
    assert json.loads(run("check", "--output-format", "json", "--select", "repair", "a.md")[1]) == []


def test_check_github(run):
    Path("a,b.md").write_text(DIRTY, encoding="utf-8")
    out = run("check", "a,b.md", "--output-format", "github")[1].splitlines()
    assert out[0].startswith("::warning file=a%2Cb.md,line=3,col=8,endLine=3,endColumn=9,title=punctuate/comma::")
    assert out[0].endswith(", → ，")


def test_check_sarif(run):
    Path("中.md").write_text(DIRTY, encoding="utf-8")
    log = json.loads(run("check", "中.md", "--output-format", "sarif")[1])
    (sarif_run,) = log["runs"]
    assert log["version"] == "2.1.0"
    rules = sarif_run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == ["punctuate/brackets", "punctuate/comma"]
    assert all(r["shortDescription"]["text"] and r["fullDescription"]["text"] for r in rules)
    first = sarif_run["results"][0]
    assert rules[first["ruleIndex"]]["id"] == first["ruleId"] == "punctuate/comma"
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "%E4%B8%AD.md"
    assert place["region"] == {"startLine": 3, "startColumn": 8, "endLine": 3, "endColumn": 9}
    assert first["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"]["text"] == "，"


def test_fix_mends_in_place(run):
    Path("a.md").write_bytes(DIRTY.replace("\n", "\r\n").encode("gb18030"))
    Path("b.txt").write_bytes(garbled(GARBLED))
    Path("c.txt").write_bytes(GARBLED.encode("gbk"))
    before = Path("c.txt").stat()
    code, out, err = run("fix", ".")
    assert code == 0
    assert out == "./a.md: 3 changes\n./b.txt: 1 change\n"
    assert err == "4 changes in 2 files of 3\n"
    assert Path("a.md").read_bytes() == FIXED.replace("\n", "\r\n").encode("gb18030")
    assert Path("b.txt").read_bytes() == GARBLED.encode()
    after = Path("c.txt").stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)
    assert run("fix", ".") == (0, "", "")
    assert run("check", ".") == (0, "", "")


def test_exit_non_zero_on_fix(run):
    Path("a.md").write_text(DIRTY, encoding="utf-8")
    assert run("fix", "a.md", "--exit-non-zero-on-fix")[0] == 1
    assert run("fix", "a.md", "--exit-non-zero-on-fix")[0] == 0


def test_check_and_fix_on_stdin(run, stdin):
    stdin(DIRTY.encode())
    code, out, _ = run("check", "-", "--stdin-filename", "x/a.md")
    assert code == 1
    assert out.startswith("x/a.md:3:8: ")
    stdin(DIRTY.encode("gbk"))
    code, out, _ = run("check", "-", "--diff")
    assert out.startswith("--- a/<stdin>\n")
    for data, want in ((DIRTY, FIXED), (FIXED, FIXED), ("", "")):
        stdin(data.encode())
        assert run("fix", "-")[:2] == (0, want)
    code_block = "```\n今天的天气很好,我们去散步\n```\n\n    今天的天气很好,我们去散步\n"
    stdin(code_block.encode())
    assert run("fix", "-", "--stdin-filename", "a.md")[:2] == (0, code_block)
    stdin(code_block.encode())
    assert run("fix", "-", "--stdin-filename", "a.txt")[1] == code_block[:23] + code_block[23:].replace(",", "，")


# -- explain, restore, rules


def test_explain_tells_what_where_which_and_why(run):
    path = next(SEEDS.glob("003*"))
    code, out, _ = run("explain", path)
    assert code == 0
    document = Document.from_json(run("clean", path)[1])
    for rule in document.tally():
        assert re.search(rf"×[\d,]+  {rule}  ", out)
    # with the marks taken away the page text stands there, line by line
    lines = [line[2:] for line in re.findall(r"^ *\d+(  .*)$", out, re.MULTILINE)]
    plain = [re.sub(r"\{\+.*?\+\}", "", line) for line in lines]
    plain = [re.sub(r"\[-(.*?)-\]", lambda m: m[1].replace("⏎", ""), line) for line in plain]
    from cleaner.cli.screen import visible

    want = [visible(line) for line in re.split("\r\n?|\n", document.page)]
    assert [p for p, w in zip(plain, want, strict=True) if "[-" not in w and "{+" not in w] == [
        w for w in want if "[-" not in w and "{+" not in w
    ]
    assert all(w.message in out for w in document.warnings)


def test_explain_a_clean_document(run, stdin):
    stdin("好的。".encode())
    code, out, _ = run("explain", "-")
    assert code == 0
    assert "0 edits" in out
    assert out.rstrip().endswith("1  好的。")


def test_restore(run):
    run("clean", SEEDS, "-o", "records")
    run("clean", SEEDS, "-o", "all.jsonl")
    code, _, err = run("restore", *sorted(Path("records").iterdir()), "-o", "back")
    assert (code, err) == (0, "5 restored\n")
    run("restore", "all.jsonl", "-o", "back2")
    for path in SEEDS.glob("*.txt"):
        assert Path("back", path.name).read_bytes() == Path("back2", path.name).read_bytes() == path.read_bytes()
    one = next(Path("records").glob("002*"))
    assert run("restore", one)[1].encode() == next(SEEDS.glob("002*")).read_bytes()
    run("restore", one, "-o", "one.txt")
    assert Path("one.txt").read_bytes() == next(SEEDS.glob("002*")).read_bytes()


def test_restore_says_what_is_wrong_and_goes_on(run):
    Path("a.txt").write_text("好的,是的。", encoding="utf-8")
    run("clean", "a.txt", "-o", "r")
    record = json.loads(Path("r/a.json").read_text(encoding="utf-8"))
    bad = {**record, "source": {**record["source"], "sha256": "0" * 64}}
    out_of = {**record, "source": {**record["source"], "path": "../../../x/../etc/a.txt"}}
    lines = [json.dumps(bad), "{", "[]", json.dumps(record), json.dumps(record), json.dumps(out_of)]
    Path("all.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")
    run("clean", "a.txt", "-o", "s", "--provenance", "summary")
    code, _, err = run("restore", "all.jsonl", "s/a.json", "none.json", "-o", "back")
    assert code == 2
    errors = [line for line in err.splitlines() if line.startswith("error: ")]
    places = [line.split(": ")[1] for line in errors]
    assert places == ["all.jsonl:1", "all.jsonl:2", "all.jsonl:3", "all.jsonl:5", "s/a.json", "none.json"]
    assert "sha256" in errors[0]
    assert err.endswith("2 restored, 6 failed\n")
    assert sorted(str(p) for p in Path("back").rglob("*.txt")) == ["back/a.txt", "back/x/etc/a.txt"]


def test_rules_list_and_show(run):
    code, out, _ = run("rules", "list")
    assert code == 0
    assert re.search(r"^reflow/join +reflow +replace +high +\S", out, re.MULTILINE)
    ids = [line.split()[0] for line in out.splitlines()]
    assert ids == sorted(ids)
    code, out, _ = run("rules", "show", "reflow/join")
    assert code == 0
    assert out.startswith("# reflow/join\n")
    assert "## Leaves alone" in out


RULE = """schema = 1
pack = "own"
[[rule]]
id = "sign"
title = "A sign"
note = "For a test."
stage = "strip"
action = "remove"
kind = "chrome"
confidence = "high"
line.any = ["★本站提示★"]
  [[rule.hit]]
  text = '''★本站提示★
正文在这里，它是一个完整的句子。'''
  want = '''{want}'''
  [[rule.miss]]
  why = "words around it"
  text = '''关于★本站提示★的说明。'''
"""


def test_rules_of_ones_own(run):
    Path("own.toml").write_text(RULE.format(want="正文在这里，它是一个完整的句子。"), encoding="utf-8")
    assert "own/sign" in run("rules", "list", "--rules", "own.toml")[1]
    Path("a.txt").write_text("★本站提示★\n正文在这里，它是一个完整的句子。\n", encoding="utf-8")
    assert run("clean", "a.txt", "--rules", "own.toml", "--format", "text")[1] == "正文在这里，它是一个完整的句子。\n"
    Path("cleaner.toml").write_text('rules = ["own.toml"]\n', encoding="utf-8")
    assert run("clean", "a.txt", "--format", "text")[1] == "正文在这里，它是一个完整的句子。\n"


def test_rules_test(run):
    Path("own.toml").write_text(RULE.format(want="别的。"), encoding="utf-8")
    code, out, err = run("rules", "test", "own.toml")
    assert code == 2
    assert re.search(r"own\.toml:3: own/sign: hit 1", out)
    assert err.startswith("error: ")


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
