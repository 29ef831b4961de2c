"""A site's template from the batch: what it takes, what it leaves, and that neither order nor names nor processes matter."""

from __future__ import annotations

import json
import pickle
import random
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
from common import FIXTURES, complaints
from contract import violations

from cleaner import Cleaner, clean
from cleaner.cli import main
from cleaner.corpus.inputs import find
from cleaner.corpus.pool import Settings, Task, run
from cleaner.errors import InputError, UsageError
from cleaner.plan import Plan
from cleaner.readers import Page
from cleaner.rulebook import load
from cleaner.rulebook.examples import check_rule
from cleaner.stages.change import Fact
from cleaner.stages.decode import decode
from cleaner.stages.strip import run as strip
from cleaner.template import Template, digest, of_digests, united
from cleaner.template.digest import frame, hashed, pairs, unpacked
from cleaner.template.learn import Body, distinct, learn
from cleaner.template.limits import limits
from cleaner.template.pack import name_of
from cleaner.template.store import Store

PLAN = Plan()


def cases(name: str) -> list[Any]:
    found = tomllib.loads((FIXTURES / "template" / name).read_text("utf-8"))["case"]
    return [pytest.param(case, id=case["name"]) for case in found]


def pages(case: dict[str, Any]) -> list[str]:
    """The bodies of a case in the frame of their site."""
    return [case["head"] + "\n" + body + "\n" + case["foot"] for body in case["bodies"]]


SITES = {param.values[0]["name"]: param.values[0] for param in cases("sites.toml")}
NEWS, NOTICES = SITES["news"], next(case for name, case in SITES.items() if name.startswith("notices"))


def learnt(texts: list[str], site: str | None = "x") -> Template:
    return of_digests(found for found in (digest(text, PLAN, site) for text in texts) if found)


def stripped(text: str, template: Template) -> str:
    return strip(text, PLAN.of_site(template)).text.strip()


def save(folder: Path, texts: list[str], name: str = "{}.txt") -> Path:
    for n, text in enumerate(texts):
        path = folder / name.format(n)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


# -- what goes and what stays


@pytest.mark.parametrize("site", ["x", None], ids=["named", "by its own lines"])
@pytest.mark.parametrize("case", cases("sites.toml"))
def test_a_page_gives_its_body(case: dict[str, Any], site: str | None) -> None:
    texts = pages(case)
    template = learnt(texts, site)
    for text, body in zip(texts, case["bodies"], strict=True):
        out = stripped(text, template)
        assert out == body.strip()
        assert stripped(out, template) == out


@pytest.mark.parametrize("case", cases("known-failures.toml"))
@pytest.mark.xfail(strict=True, reason="known failures, each with its reason")
def test_known_failure(case: dict[str, Any]) -> None:
    template = learnt(pages(case))
    assert [stripped(text, template) for text in pages(case)] == [body.strip() for body in case["bodies"]]


@pytest.mark.parametrize("case", cases("sites.toml"))
def test_bodies_without_a_frame_stay(case: dict[str, Any]) -> None:
    bodies = [body.strip() for body in case["bodies"]]
    template = learnt(bodies)
    assert [stripped(body, template) for body in bodies] == bodies


@pytest.mark.parametrize("case", cases("sites.toml"))
def test_fewer_than_three_documents_teach_nothing(case: dict[str, Any]) -> None:
    texts = pages(case)[: limits().documents - 1]
    assert not learnt(texts).lines
    options = {"to": "keep", "provenance": "none"}
    batch = Cleaner(template="auto", **options).clean_many(texts)
    assert [d.text for d in batch] == [clean(text, **options).text for text in texts]


def test_copies_count_once() -> None:
    one, *_ = pages(NEWS)
    again = [one, one.replace("\n", "\n\n"), "　" + one, one.replace("，", ",")]
    assert len({digest(text, PLAN, "x").key for text in again}) == 1  # type: ignore[union-attr]
    assert learnt(again).documents == 1


def test_versions_of_one_document_teach_nothing() -> None:
    page = pages(NEWS)[0]
    versions = [page.replace("六十年前", when) for when in ("五十年前", "四十年前", "三十年前", "二十年前")]
    assert learnt(versions).documents == 0
    # nor do they make the lines of their body recur beside other pages
    fourth = "水库开闸\n昨夜的雨下了三寸，水库清早开闸放水，下游的人家已经搬到高处。"
    others = [*pages(NEWS)[1:], f"{NEWS['head']}\n{fourth}\n{NEWS['foot']}"]
    template = learnt(versions + others)
    assert template.documents == 3
    assert stripped(versions[0], template) == NEWS["bodies"][0].strip().replace("六十年前", "五十年前")


def test_a_line_of_a_rare_kind_of_page_is_not_the_sites() -> None:
    bodies = [f"第{n}号渡船\n第{n}号渡船今天载了{n + 7}个人过河，船工说水比昨天高了{n}寸。" for n in range(60)]
    texts = [f"{NEWS['head']}\n{body}\n{NEWS['foot']}" for body in bodies]
    for n in range(4):
        texts[n] = texts[n].replace(NEWS["foot"].split("\n")[3], "渡口老照片\n" + NEWS["foot"].split("\n")[3])
    template = learnt(texts)
    assert template.documents == 60
    assert hashed("渡口老照片") not in template.lines and hashed("打印") in template.lines


def test_sites_do_not_teach_each_other() -> None:
    texts = [*pages(NEWS), *pages(NOTICES)]
    batch = list(Cleaner(template="auto", to="keep", provenance="none").clean_many(texts))
    alone = [d for case in (NEWS, NOTICES) for d in Cleaner(template="auto", to="keep").clean_many(pages(case))]
    assert [d.text for d in batch] == [d.text for d in alone]


def test_ignored_rules_do_nothing() -> None:
    texts = pages(NEWS)
    off = [clean(text, provenance="none").text for text in texts]
    ignored = Cleaner(template="auto", provenance="none", ignore=["template"]).clean_many(texts)
    assert [d.text for d in ignored] == off
    auto = Cleaner(template="auto").clean_many(texts)
    assert any(removed["rule"].startswith("template/") for d in auto for removed in d.to_dict()["removed"])


@pytest.mark.parametrize("profile", ["ocr", "plain", "repo"])
def test_profiles_without_strip_learn_nothing(profile: Any) -> None:
    assert Cleaner(template="auto", profile=profile).digest(pages(NEWS)[0]) is None


# -- records


@pytest.mark.parametrize("case", cases("sites.toml"))
def test_records_hold_the_contract(case: dict[str, Any]) -> None:
    texts = pages(case)
    for text, document in zip(texts, Cleaner(template="auto").clean_many(texts), strict=True):
        record = json.loads(document.to_json())
        assert not complaints(record) and not violations(record, text.encode())
        assert document.restore() == text.encode()


def test_a_batch_cleaned_again_stays() -> None:
    for case in SITES.values():
        cleaner = Cleaner(template="auto", provenance="none")
        once = [d.text for d in cleaner.clean_many(pages(case))]
        assert [d.text for d in cleaner.clean_many(once)] == once
        named = Cleaner(template="auto", site="x", provenance="none")
        assert [d.text for d in named.clean_many(once)] == once


def test_the_rule_is_in_the_record() -> None:
    document = next(Cleaner(template="auto").clean_many(pages(NEWS)))
    found = {item["rule"] for item in document.to_dict()["removed"]}
    assert "template/recurring-block" in found


# -- the same whatever the order, the names, the processes


def texts_by_content(source: Path, out: Path, *options: str) -> dict[str, str]:
    assert main(["clean", str(source), "-o", str(out), "--format", "text", *options]) == 0
    written = sorted(p.relative_to(out) for p in out.rglob("*.txt"))
    read = sorted(p.relative_to(source) for p in source.rglob("*.txt"))
    assert written == read
    return {(source / name).read_text("utf-8"): (out / name).read_text("utf-8") for name in written}


def test_names_and_folders_do_not_matter(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [*pages(NEWS), *pages(NOTICES)]
    flat = texts_by_content(save(tmp_path / "a", texts), tmp_path / "x")
    shuffled = random.Random(7).sample(texts, len(texts))
    deep = texts_by_content(save(tmp_path / "b", shuffled, "{0}/site{0}/page.txt"), tmp_path / "y")
    assert flat == deep
    assert "template/recurring-block" in capsys.readouterr().err


@pytest.mark.parametrize("processes", [2, 3])
def test_order_and_processes_do_not_matter(tmp_path: Path, processes: int) -> None:
    save(tmp_path, [*pages(NEWS), *pages(NOTICES), *pages(SITES["rows of a table, one cell a line"]), "一段没有页面的话。"])
    inputs = find([str(tmp_path)]).inputs
    settings = Settings((("template", "auto"),), "json")
    want = {o.path: o for o in run([Task(item, None) for item in inputs], settings, 1)}
    other = random.Random(processes).sample(inputs, len(inputs))
    assert {o.path: o for o in run([Task(item, None) for item in other], settings, processes)} == want


def test_what_cannot_be_read_fails_alone(tmp_path: Path) -> None:
    save(tmp_path, pages(NEWS))
    (tmp_path / "x.pdf").write_bytes(b"%PDF-1.4\n\x00\xff")
    (tmp_path / "empty.txt").write_bytes(b"")
    (tmp_path / "z.txt").symlink_to(tmp_path / "nowhere")
    tasks = [Task(item, None) for item in find([str(tmp_path)]).inputs]
    for processes in (1, 2):
        outcomes = list(run(tasks, Settings((("template", "auto"),), "text"), processes))
        assert [bool(o.failure) for o in outcomes] == [False, False, False, True, True, True]
        assert [o.rendered.decode().strip() for o in outcomes[:3]] == [body.strip() for body in NEWS["bodies"]]


def test_a_store_counts_whatever_the_order() -> None:
    digests = [digest(text, PLAN) for case in SITES.values() for text in pages(case)]

    def templates(order: list[int]) -> list[Template | None]:
        with Store() as store:
            for number in order:
                store.add(number, digests[number])
            store.settle()
            return [store.template(number) for number in range(len(digests))]

    order = list(range(len(digests)))
    want = templates(order)
    assert all(want)
    assert templates(order[::-1]) == want
    assert templates(random.Random(3).sample(order * 2, 2 * len(order))) == want


def test_a_store_takes_a_sample_of_a_large_site(monkeypatch: pytest.MonkeyPatch) -> None:
    bodies = [f"第{n}号渡船\n第{n}号渡船今天载了{n + 7}个人过河，船工说水比昨天高了{n}寸。" for n in range(30)]
    digests = [digest(f"{NEWS['head']}\n{body}\n{NEWS['foot']}", PLAN, "x") for body in bodies]
    small = limits()._replace(sample=10)
    monkeypatch.setattr("cleaner.template.store.limits", lambda: small)
    with Store() as store:
        for number, found in enumerate(digests):
            store.add(number, found)
        store.settle()
        first = store.template(0)
        assert first and first.documents == 10
        # its other documents have the template, too
        assert all(store.template(number) is first for number in range(30))


def test_a_store_of_nothing() -> None:
    with Store() as store:
        store.add(0, None)
        store.settle()
        assert store.template(0) is None
        folder = Path(store._folder.name)
        assert folder.is_dir()
    assert not folder.exists()


# -- digests and templates


def test_digests_are_the_same_on_every_machine() -> None:
    text = pages(NEWS)[0]
    code = f"from cleaner.template import digest; from cleaner.plan import Plan; print(digest({text!r}, Plan()).key)"
    told = {subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout for _ in range(2)}
    assert told == {f"{digest(text, PLAN).key}\n".encode()}  # type: ignore[union-attr]


def test_a_digest_packs() -> None:
    found = digest(pages(NEWS)[0], PLAN)
    assert found and unpacked(found.packed()) == (found.lines, found.prose)
    assert len(pairs(found.lines)) == len(found.lines) + 1
    assert digest("没有页面，只有一段话。", PLAN) is None
    assert digest("没有页面，只有一段话。", PLAN, "x") is not None


def test_only_the_edges_of_a_long_document_are_looked_at() -> None:
    assert list(frame(range(10), 3)) == [0, 1, 2, 7, 8, 9]
    assert list(frame(range(6), 3)) == list(range(6))


def test_templates_unite() -> None:
    one, other = (
        Template(frozenset({1}), frozenset({2}), frozenset(), 3),
        Template(frozenset({4}), frozenset(), frozenset({5}), 7),
    )
    assert united([one]) is one and united([]) == Template()
    assert united([one, Template(), other]) == Template(frozenset({1, 4}), frozenset({2}), frozenset({5}), 7)


def test_documents_without_prose_of_their_own_are_not_counted() -> None:
    from array import array

    def body(*lines: tuple[int, int]) -> Body:
        return Body(array("q", [line for line, _ in lines]), array("I", [length for _, length in lines]))

    shared = (9, 100)
    mine = [body(shared, (n, 40)) for n in range(3)]
    assert distinct(mine) == []
    mine = [body(shared, (n, 140)) for n in range(3)]
    assert distinct(mine) == mine and learn(mine).lines == {9}
    assert learn([]) == Template()


# -- the plan and the library


def test_a_plan_of_a_site_is_the_same_plan() -> None:
    plan, template = Plan(), Template(frozenset({1}))
    of_site = plan.of_site(template)
    assert of_site == plan and hash(of_site) == hash(plan) and of_site.rulebook is plan.rulebook
    assert of_site.known is template and plan.known is None and of_site.of_site(template) is of_site
    assert pickle.loads(pickle.dumps(of_site)).known == template


@pytest.mark.parametrize("options", [{"template": "on"}, {"site": ""}, {"site": " "}, {"site": 3}])
def test_wrong_options(options: Any) -> None:
    with pytest.raises(UsageError, match=next(iter(options))):
        Plan(**options)


def test_one_document_alone_is_not_affected() -> None:
    text = pages(NEWS)[0]
    assert clean(text, template="auto", site="x").to_json() == clean(text).to_json()


def test_a_generator_is_refused() -> None:
    with pytest.raises(UsageError, match="twice"):
        Cleaner(template="auto").clean_many(iter(pages(NEWS)))
    assert len(list(Cleaner().clean_many(iter(pages(NEWS))))) == len(NEWS["bodies"])


def test_what_is_no_document_is_said_when_it_is_cleaned() -> None:
    batch = Cleaner(template="auto").clean_many([*pages(NEWS), b"\x00\x01\x02\x03" * 99])
    with pytest.raises(InputError):
        list(batch)


@pytest.mark.parametrize(
    ("url", "host"),
    [(None, None), ("https://News.Example.cn/a?b#c", "news.example.cn"), ("//example.cn/x", "example.cn"), ("http://[", None)],
)
def test_the_host_of_a_page(url: str | None, host: str | None) -> None:
    facts = [Fact("document", "url", url, "html/meta", 0, 0)] if url else []
    assert Page("x", "text/html", "html/1", decode(b"x"), facts=facts).host == host


# -- cleaner learn


def test_learn_writes_rules_that_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "镇报.toml"
    assert main(["learn", str(save(tmp_path / "in", pages(NEWS))), "-o", str(out), "--site", "News.Example.cn"]) == 0
    assert "3 documents" in capsys.readouterr().err
    rules = {rule.id: rule for rule in load((out,)).rules if rule.id.startswith("news-example-cn/")}
    plan, bold = Plan(rules=(out,)), Plan(rules=(out,), unsafe=True)
    assert rules and not [f for rule in plan.rulebook.stage("strip") for f in check_rule(rule, plan, bold)]
    assert "3 of 3" in out.read_text("utf-8")
    # a page that was not there
    page = f"{NEWS['head']}\n水库开闸\n昨夜的雨下了三寸，水库清早开闸放水，下游的人家已经搬到高处。\n{NEWS['foot']}"
    assert len(clean(page, rules=[out]).text) <= len(clean(page).text)
    assert "老渡船的故事" not in clean(page, rules=[out]).text


def test_learn_finds_nothing_in_bodies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "x.toml"
    bodies = next(case for name, case in SITES.items() if name.startswith("regulations"))["bodies"]
    assert main(["learn", str(save(tmp_path / "in", bodies)), "-o", str(out)]) == 0
    assert not out.exists() and "nothing is written" in capsys.readouterr().err


def test_learn_needs_documents(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "in", pages(NEWS)[:2])
    assert main(["learn", str(tmp_path / "in"), "-o", str(tmp_path / "x.toml")]) == 2
    assert "3 documents of a site" in capsys.readouterr().err
    assert main(["learn", "-", "-o", str(tmp_path / "x.toml")]) == 2
    assert main(["learn", str(tmp_path / "in")]) == 2
    save(tmp_path / "in", pages(NEWS))
    (tmp_path / "file").write_text("x")
    assert main(["learn", str(tmp_path / "in"), "-o", str(tmp_path / "file" / "x.toml")]) == 2


def test_learn_says_what_it_could_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    save(tmp_path / "in", pages(NEWS))
    (tmp_path / "in" / "bad.txt").write_bytes(b"\x00\x01\x02\x03" * 99)
    assert main(["learn", str(tmp_path / "in"), "-o", str(tmp_path / "x.toml")]) == 2
    assert "bad.txt" in capsys.readouterr().err and (tmp_path / "x.toml").exists()


@pytest.mark.parametrize(
    ("site", "name"), [("www.a-b.gov.cn", "www-a-b-gov-cn"), ("镇报", "site"), (None, "site"), ("A  9", "a-9")]
)
def test_the_name_of_a_pack(site: str | None, name: str) -> None:
    assert name_of(site) == name


# -- the command line


def test_options_of_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    save(tmp_path / "in", pages(NEWS))
    assert main(["clean", "in", "-o", "out", "--template", "always"]) == 2
    assert "always" in capsys.readouterr().err
    Path("cleaner.toml").write_text('template = "never"\n')
    assert main(["clean", "in", "-o", "out"]) == 2
    assert "cleaner.toml:1" in capsys.readouterr().err
    Path("cleaner.toml").write_text('template = "off"\nsite = "镇报"\n')
    assert main(["clean", "in", "-o", "off"]) == 0
    assert main(["clean", "in", "-o", "auto", "--template", "auto"]) == 0
    assert Path("off/0.json").read_bytes() != Path("auto/0.json").read_bytes()


# -- inputs made to hurt


@pytest.mark.parametrize(
    "texts",
    [
        ["首页 | 设为首页\n" + "水" * 300_000] * 3 + ["首页 | 设为首页\n" + "火" * 300_000],
        ["首页 | 设为首页\n" + "\n".join(f"第{n * k}行" for n in range(20_000)) for k in range(1, 4)],
        ["\n" * 100_000 + f"首页 | 设为首页\n{n}" for n in range(4)],
        ["首页 | 设为首页\n\ud800\udfff" + chr(0xE000 + n) for n in range(4)],
        ["首页\n" * 5_000 + f"设为首页{n}" for n in range(4)],
        ["", " ", "\n", "首页"],
    ],
    ids=["one long line", "many lines", "blank lines", "surrogates", "one line again and again", "next to nothing"],
)
def test_hostile(texts: list[str]) -> None:
    for site in ("x", None):
        cleaner = Cleaner(template="auto", site=site)
        for text, document in zip(texts, cleaner.clean_many(texts), strict=True):
            assert document.restore() == text.encode("utf-8", "surrogatepass")


# -- marked-up pages


def test_pages_of_html(tmp_path: Path) -> None:
    def page(body: str) -> str:
        def part(lines: str) -> str:
            return "".join(f"<div>{line}</div>" for line in lines.strip().split("\n"))

        title, _, rest = body.strip().partition("\n")
        return f"<html><head><title>{title}</title></head><body>{part(NEWS['head'])}<div><h1>{title}</h1>{part(rest)}</div>{part(NEWS['foot'])}</body></html>"

    texts = [page(body) for body in NEWS["bodies"]]
    for options in ({}, {"site": "x"}):
        batch = Cleaner(template="auto", **options).clean_many([text.encode() for text in texts])
        for document, body in zip(batch, NEWS["bodies"], strict=True):
            assert document.source.media_type == "text/html"
            lines = document.text.split("\n")
            assert set(body.strip().split("\n")) <= set(lines)
            assert not {"粮价", "集市", "镇报荐读", "老渡船的故事"} & set(lines)


def test_the_host_tells_the_site() -> None:
    def page(n: int, host: str) -> bytes:
        head = f"<head><meta charset=utf-8><link rel=canonical href='https://{host}/{n}.html'></head>"
        return f"<html>{head}<body><p>第{n}号渡船今天载了{n + 7}个人过河，船工说水比昨天高了{n}寸。</p></body></html>".encode()

    cleaner = Cleaner(template="auto")
    found = [cleaner.digest(page(n, host)) for n, host in enumerate(["a.example.cn", "a.example.cn", "b.example.cn"])]
    first, second, third = (d.sites for d in found if d)
    assert first == second != third
