"""Many documents: which they are, what their records are called, and the same records for any number of processes."""

from __future__ import annotations

import os
import pickle
import signal
from pathlib import Path

import pytest

from cleaner.corpus import pool
from cleaner.corpus.inputs import Input, find, shown, targets
from cleaner.corpus.markdown import markdown
from cleaner.corpus.outputs import one_file, pyarrow, render, write
from cleaner.corpus.pool import Settings, Task, run
from cleaner.corpus.tally import Outcome, Totals
from cleaner.errors import RuleError, UsageError
from cleaner.library import Cleaner
from cleaner.record import Document

SETTINGS = Settings((("provenance", "full"),), "json")


def make(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"这是文件{name}的内容,有一个逗号。\n", encoding="utf-8")


# -- which documents


def test_a_folder_is_walked_in_order_without_hidden_files(tmp_path):
    make(tmp_path, "b/2.txt", "b/10.txt", "a.md", "c.TXT", "d.json", "e", ".hidden.txt", ".git/x.txt", "f.html", "g.pdf")
    found = find([str(tmp_path)])
    assert [i.name for i in found.inputs] == ["a.md", "c.TXT", "f.html", "g.pdf", "b/10.txt", "b/2.txt"]
    assert found.failures == []
    assert all(i.size == Path(i.path).stat().st_size for i in found.inputs)


def test_a_file_that_is_named_is_taken_whatever_its_ending(tmp_path):
    make(tmp_path, "e", ".x.txt")
    assert [i.name for i in find([str(tmp_path / "e"), str(tmp_path / ".x.txt")]).inputs] == ["e", ".x.txt"]


def test_a_document_counts_once(tmp_path):
    make(tmp_path, "a.txt", "b.txt")
    found = find([str(tmp_path / "b.txt"), str(tmp_path), f"{tmp_path}/./a.txt", "-", "-"])
    assert [i.name for i in found.inputs] == ["b.txt", "a.txt", "stdin"]


def test_the_folder_of_the_records_is_no_source(tmp_path):
    make(tmp_path, "a.txt", "out/a.txt")
    assert [i.name for i in find([str(tmp_path)], without=str(tmp_path / "out")).inputs] == ["a.txt"]


def test_links(tmp_path):
    make(tmp_path, "real/a.txt")
    (tmp_path / "real/loop").symlink_to(tmp_path / "real")
    (tmp_path / "real/b.txt").symlink_to(tmp_path / "real/a.txt")
    (tmp_path / "real/c.txt").symlink_to(tmp_path / "nowhere")
    found = find([str(tmp_path)])
    assert [i.name for i in found.inputs] == ["real/a.txt", "real/b.txt", "real/c.txt"]
    (outcome,) = run([Task(found.inputs[2], None)], SETTINGS, 1)
    assert outcome.failure.lower() == "no such file or directory"


def test_what_is_not_there(tmp_path):
    (tmp_path / "empty").mkdir()
    (tmp_path / "l.txt").symlink_to(tmp_path / "l.txt")
    paths = [str(tmp_path / n) for n in ("none.txt", "empty", "l.txt")] + ["a\0b"]
    reasons = "no such file or directory|no documents in this folder|too many levels of symbolic links|embedded null byte"
    assert find(paths).failures == list(zip(paths, reasons.split("|"), strict=True))


def test_a_special_file_in_a_folder_does_not_hang(tmp_path):
    make(tmp_path, "a.txt")
    os.mkfifo(tmp_path / "b.txt")
    assert [i.name for i in find([str(tmp_path)]).inputs] == ["a.txt"]


def test_names_that_cannot_be_written(tmp_path):
    assert shown("a\nb") == "a\\nb"
    assert shown(os.fsdecode(b"\xff.txt")) == "\\xff.txt"
    assert shown("中文.txt") == "中文.txt"
    name = tmp_path / os.fsdecode("\u540d".encode("gbk") + b".txt")
    name.write_text("好的。", encoding="utf-8")
    (item,) = find([str(tmp_path)]).inputs
    (outcome,) = run([Task(item, str(tmp_path / "r.json"))], SETTINGS, 1)
    assert not outcome.failure
    assert Document.from_json((tmp_path / "r.json").read_bytes()).source.path == "\\xc3\\xfb.txt"


# -- what their records are called


@pytest.mark.parametrize(
    ("names", "want"),
    [
        (["a.txt", "b/a.txt"], ["a.json", "b/a.json"]),
        (["a.txt", "a.md", "b.txt"], ["a.txt.json", "a.md.json", "b.json"]),
        (["a.txt", "a.md", "a.txt.md"], ["a.txt.json", "a.md.json", "a.txt.md.json"]),
        (["a.b.txt", "a.txt"], ["a.b.json", "a.json"]),
        (["e", "e.txt"], ["e.json", "e.txt.json"]),
        (["x.txt", "y.txt", "x.txt"], [None, "y.json", None]),
        ([], []),
    ],
)
def test_targets(names, want):
    assert targets(names, ".json") == want


# -- the work


def records(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def tasks(source: Path, out: Path | None) -> list[Task]:
    found = find([str(source)])
    named = targets([i.name for i in found.inputs], ".json")
    return [Task(i, None if out is None else str(out / n)) for i, n in zip(found.inputs, named, strict=True)]


def test_the_same_records_for_any_number_of_processes(tmp_path):
    make(tmp_path / "in", *(f"{n % 7}/{n}.txt" for n in range(90)))
    (tmp_path / "in/0/broken.txt").write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    (tmp_path / "in/1/empty.txt").write_bytes(b"")
    outcomes = {n: list(run(tasks(tmp_path / "in", tmp_path / f"out{n}"), SETTINGS, n)) for n in (1, 2, 5)}
    assert outcomes[1] == outcomes[2] == outcomes[5]
    assert records(tmp_path / "out1") == records(tmp_path / "out2") == records(tmp_path / "out5")
    assert len(records(tmp_path / "out1")) == 90
    assert [Path(o.path).name for o in outcomes[1] if o.failure] == ["broken.txt", "empty.txt"]
    back = {n: [o.rendered for o in run(tasks(tmp_path / "in", None), SETTINGS, n)] for n in (1, 2)}
    assert back[1] == back[2]
    lines = sorted(records(tmp_path / "out1").items(), key=by_folder)
    assert b"".join(r for r in back[1] if r) == b"".join(line for _, line in lines)


def by_folder(item: tuple[str, bytes]) -> list[str]:
    return item[0].replace(".json", ".txt").split("/")


def test_outcomes_and_settings_can_be_sent():
    outcome = Outcome("a", "failed")
    assert pickle.loads(pickle.dumps((outcome, SETTINGS))) == (outcome, SETTINGS)


def test_chunks_hold_a_bounded_amount():
    many = [Task(Input(f"{n}", f"{n}", 10), None) for n in range(1000)]
    chunks = list(pool._chunks(many, pool.CHUNK_DOCUMENTS))
    assert [t for c in chunks for t in c] == many
    assert max(map(len, chunks)) == pool.CHUNK_DOCUMENTS
    large = [Task(Input(f"{n}", f"{n}", pool.CHUNK_BYTES), None) for n in range(40)]
    assert list(map(len, pool._chunks(large, pool.CHUNK_DOCUMENTS))) == [1] * 40
    mixed = [*many[:3], Task(Input("-", "stdin"), None), *many[3:300]]
    assert [c for c in pool._chunks(mixed, pool.CHUNK_DOCUMENTS) if any(t.input.path == "-" for t in c)] == [(mixed[3],)]


def test_a_defect_of_the_program_is_one_documents_affair(tmp_path, monkeypatch):
    make(tmp_path, "a.txt", "b.txt")

    def clean(self, source, path=None):
        if path == "a.txt":
            raise RecursionError("deep")
        return original(self, source, path)

    original = Cleaner.clean
    monkeypatch.setattr(Cleaner, "clean", clean)
    first, second = run(tasks(tmp_path, None), SETTINGS, 1)
    assert first.failure == "internal error, please report it: RecursionError: deep"
    assert second.rendered


@pytest.mark.skipif(not hasattr(os, "fork"), reason="the stand-in reaches the processes by fork")
def test_a_process_that_is_killed_takes_one_document_with_it(tmp_path, monkeypatch):
    make(tmp_path / "in", *(f"{n:02}.txt" for n in range(40)))

    def clean(self, source, path=None):
        if path == "17.txt":
            os.kill(os.getpid(), signal.SIGKILL)
        return original(self, source, path)

    original = Cleaner.clean
    monkeypatch.setattr(Cleaner, "clean", clean)
    outcomes = list(run(tasks(tmp_path / "in", tmp_path / "out"), SETTINGS, 2))
    assert [Path(o.path).name for o in outcomes] == [f"{n:02}.txt" for n in range(40)]
    assert [(Path(o.path).name, o.failure) for o in outcomes if o.failure] == [
        ("17.txt", "the process that cleaned it was killed (out of memory?)")
    ]
    assert len([n for n in records(tmp_path / "out") if n.endswith(".json")]) == 39


def test_leaving_early_leaves_nothing_running(tmp_path):
    make(tmp_path, *(f"{n}.txt" for n in range(40)))
    outcomes = run(tasks(tmp_path, None), SETTINGS, 2)
    next(outcomes)
    outcomes.close()


def test_wrong_rules_stop_the_run_before_it_begins(tmp_path):
    make(tmp_path, "a.txt")
    (tmp_path / "r.toml").write_text("schema = 1\npack = 'x'\nbad = 1\n")
    with pytest.raises(RuleError, match=r"r\.toml:3"):
        next(run(tasks(tmp_path, None), Settings((("rules", (tmp_path / "r.toml",)),), "json"), 2))


# -- what is written


def test_a_file_is_there_whole_or_not_at_all(tmp_path, monkeypatch):
    target = tmp_path / "new" / "folder" / "a.json"
    write(str(target), b"one")
    assert records(tmp_path) == {"new/folder/a.json": b"one"}

    def full(self, target):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="No space"):
        write(str(target), b"two")
    assert records(tmp_path) == {"new/folder/a.json": b"one"}


def test_one_file_is_in_place_at_the_end_only(tmp_path):
    path = tmp_path / "a.jsonl"
    with one_file(str(path), "jsonl") as sink:
        sink.put(b"1\n")
        assert not path.exists()
        sink.put(b"2\n")
    assert path.read_bytes() == b"1\n2\n"
    with pytest.raises(KeyboardInterrupt), one_file(str(path), "jsonl") as sink:
        sink.put(b"3\n")
        raise KeyboardInterrupt
    assert records(tmp_path) == {"a.jsonl": b"1\n2\n"}


def test_formats():
    document = Cleaner().clean("标题\n\n一、总则\n\n1. 第一点,内容*强调*。\n")
    assert render(document, "text") == (document.text + "\n").encode()
    assert Document.from_json(render(document, "json")).text == document.text
    assert render(document, "json").count(b"\n") == 1
    row = render(document, "parquet")
    assert row[5] == document.text
    assert Document.from_json(row[6]).to_dict() == document.to_dict()


def test_markdown(monkeypatch):
    document = Document.from_dict(
        {
            "schema": "cleaner/1",
            "by": {"cleaner": "0", "rules": ""},
            "source": {
                "sha256": "", "bytes": 0, "media_type": "text/plain", "reader": "text/1",
                "encoding": "utf-8", "encoding_by": "", "newline": "lf",
            },
            "profile": "official",
            "type": "policy",
            "title": "关于某事的通知",
            "text": "某市人民政府\n关于某事\n的通知\n一、总则\n1. 第一 <b>\n（一）甲。乙丙\n"
            "- 项 [x](y) & &amp; *z*\n附件\n一、附则",
            "sections": [
                {"level": 0, "lines": [0, 3], "paragraphs": []},
                {
                    "level": 1, "number": "一", "heading": "总则", "lines": [3, 7],
                    "sections": [{"level": 2, "number": "一", "heading": "甲", "lines": [5, 7], "paragraphs": ["乙丙"]}],
                },
            ],
            "annexes": [{"title": "附件", "lines": [7, 9], "sections": [{"level": 1, "heading": "附则", "lines": [8, 9]}]}],
            "stats": {"chars_in": 0, "chars_out": 0},
        }
    )  # fmt: skip
    assert markdown(document).split("\n\n") == [
        "某市人民政府",
        "# 关于某事的通知",
        "## 一、总则",
        "1\\. 第一 \\<b>",
        "（一）甲。乙丙",
        "\\- 项 \\[x\\](y) & \\&amp; \\*z\\*",
        "## 附件",
        "### 一、附则\n",
    ]


def test_parquet(tmp_path, monkeypatch):
    path = tmp_path / "a.parquet"
    try:
        _, parquet = pyarrow()
    except UsageError as error:
        assert str(error) == "--format parquet needs the package pyarrow: pip install 'cleaner[parquet]'"
        pytest.skip("pyarrow is not installed")
    monkeypatch.setattr("cleaner.corpus.outputs.ROW_GROUP", 1000)
    document = Cleaner().clean("好的，这是一个文件。\n", "a.txt")
    with one_file(str(path), "parquet") as sink:
        for _ in range(10):
            sink.put(render(document, "parquet"))
    table = parquet.read_table(path)
    assert table.column("path").to_pylist() == ["a.txt"] * 10
    assert Document.from_json(table.column("record")[0].as_py()).restore() == "好的，这是一个文件。\n".encode()


def test_totals():
    totals = Totals()
    totals.add(Outcome("a", "", 100, 80, 20, (("x/a", 2),), (("y", "z"),)))
    totals.add(Outcome("b", "failed"))
    totals.add(Outcome("c", "", 100, 100, 0, (("x/a", 1), ("x/b", 1))))
    assert (totals.documents, totals.failures, totals.removed_share) == (2, 1, 0.1)
    assert totals.rules == {"x/a": 3, "x/b": 1}
    assert totals.warnings == {"y": 1}
