"""The program on files that people edit, on records and on rules: `check`, `fix`, `explain`, `restore`, `rules`."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from commands import DIRTY, FIXED, GARBLED, SEEDS, garbled

from cleaner.record import Document

pytestmark = pytest.mark.usefixtures("elsewhere")


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
