"""The rulebook: strict reading, the fold, span rules, and every rule's own examples."""

from __future__ import annotations

import pickle
import re
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import resources
from cleaner.errors import RuleError
from cleaner.fold import fold, pairs, tight
from cleaner.plan import Plan
from cleaner.rulebook import load
from cleaner.rulebook.examples import Failure, check
from cleaner.rulebook.light import without_examples
from cleaner.rulebook.load import Pack, active
from cleaner.rulebook.match import apply_span_rules, spans
from cleaner.rulebook.model import CutShape, LineShape, Rule
from cleaner.rulebook.scan import Lines
from cleaner.rulebook.show import document

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"

RULE = """
[[rule]]
id = "nav"
title = "…"
note = "…"
stage = "strip"
action = "remove"
confidence = "high"
""".lstrip()
EXAMPLES = """
  [[rule.hit]]
  text = "首页"
  want = ""
  [[rule.miss]]
  why = "…"
  text = "正文"
""".lstrip("\n")


def pack(source: str) -> Pack:
    source = source.replace("@rule\n", RULE).replace("@examples\n", EXAMPLES)
    return Pack(Path("own.toml"), source.encode())


def span_rule(body: str, *, stage: str = "reflow", action: str = "replace", confidence: str = "high") -> Rule:
    head = f'schema = 1\npack = "own"\n[[rule]]\nid = "x"\ntitle = "…"\nnote = "…"\nstage = "{stage}"\naction = "{action}"\n'
    return pack(f'{head}confidence = "{confidence}"\n{body}\n@examples\n').strict[0]


# -- strict reading

FLAWS = re.findall(r"(?ms)^=== (.+?)\n(.*?)(?=^=== |\Z)", (FIXTURES / "rulebook" / "flaws.txt").read_text("utf-8"))


@pytest.mark.parametrize(("name", "source"), FLAWS, ids=[name for name, _ in FLAWS])
def test_a_flaw_is_named_with_its_line(name: str, source: str) -> None:
    one = pack(source.rstrip("\n") + "\n")
    [(line, words)] = [(n, m[1]) for n, text in enumerate(one.source.split("\n"), 1) if (m := re.search(r"#! (.*)", text))]
    with pytest.raises(RuleError) as caught:
        _ = one.strict
    message = str(caught.value)
    assert message.startswith(f"own.toml:{line}: ") and words in message and "\n" not in message
    # the reader of the program's own packs says the same where it sees the flaw
    try:
        _ = one.rules
    except RuleError as error:
        assert str(error) == message


ODD = '''schema = 1 # [[rule]]
"pack" = 'own'

[[ rule ]] # the first
id = "first"
title = "a # in a text, a \\" and [[rule]]"
note = """
[[rule]]
id = "not one"
  [[rule.hit]]
""\\""""
'stage' = "strip"
action = "remove"
confidence = "high"
keywords = [
  "[[rule]]", # ]
  ']', """
[rule]
""",
]
line = { any = ["首页", "]"], match = \'\'\'a'{0,3}b\'\'\' }
[[rule.hit]]
text = \'\'\'
[[rule.miss]]
why = "no"
\'\'\'\'
[[rule . miss]]
why = "…"
text = "正文"
[[rule]]
id = "second"
title = "…"
note = "…"
stage = "strip"
action = "remove"
confidence = "high"
run . min = 2
  [rule."run" . nothing]
  here = 1
'''


def test_lines_are_found_in_odd_layouts() -> None:
    lines = Lines(ODD)
    assert lines.line(("pack",)) == 2
    assert lines.line(("rule", 0)) == 4
    assert lines.line(("rule", 0, "note")) == 7
    assert lines.line(("rule", 0, "stage")) == 12
    assert lines.line(("rule", 0, "keywords")) == 15
    assert lines.line(("rule", 0, "line", "match")) == 21
    assert lines.line(("rule", 0, "hit", 0, "text")) == 23
    assert lines.line(("rule", 0, "miss", 0, "why")) == 28
    assert lines.line(("rule", 1)) == 30
    assert lines.line(("rule", 1, "run", "min")) == 37
    assert lines.line(("rule", 1, "run", "nothing", "here")) == 39
    assert lines.line(("rule", 1, "absent")) == 30


def test_examples_are_left_out_of_odd_layouts() -> None:
    light, starts = without_examples(ODD)
    assert starts == [4, 30]
    assert light.count("\n") == ODD.count("\n")
    assert "first" in light and "second" in light and '[[rule]]", # ]' in light and "正文" not in light and "首页" in light
    first = ODD[: ODD.index('[[rule]]\nid = "second"')]
    one = Pack(Path("odd.toml"), first.encode())
    assert one.rules[0].line == one.strict[0].line == 4
    assert one.rules[0].hits[0].text == '[[rule.miss]]\nwhy = "no"\n\''
    assert one.rules[0].keywords == ("[[rule]]", "]", "[rule]\n")


@given(st.text(alphabet="[]rule.hitms\"'#=\n\\ a1{}", max_size=80))
def test_the_scanner_takes_anything(source: str) -> None:
    Lines(source)
    light, _ = without_examples(source)
    assert light.count("\n") == source.count("\n")


def test_crlf_and_bad_bytes(tmp_path: Path) -> None:
    source = pack('schema = 1\npack = "own"\n@rule\nline.any = ["首页"]\ncolour = 1\n@examples\n').data
    with pytest.raises(RuleError, match=r"own.toml:11: unknown key 'colour'"):
        _ = Pack(Path("own.toml"), source.replace(b"\n", b"\r\n")).strict
    (tmp_path / "bad.toml").write_bytes(b'schema = 1\npack = "\xb0\xb2"')
    with pytest.raises(RuleError, match=r"bad.toml:2: not UTF-8"):
        load([tmp_path / "bad.toml"])


def test_a_cut_is_read() -> None:
    source = """
schema = 1
pack = "own"
@rule
keywords = ["ICP备", "公网安备", "版权所有"]
cut.from = '(?:主办|承办|版权所有|网站标识码|Copyright|©).*'
cut.to = "end"
cut.within = 15
cut.needs = ['ICP备\\d{6,}', '公网安备', '版权所有']
cut.needs_min = 2
@examples
"""
    rule = pack(source).strict[0]
    assert isinstance(rule.shape, CutShape) and rule.kind == "chrome" and rule.keywords[0] == "icp备"
    assert rule.shape.start.fullmatch("copyright 2024") and rule.shape.needs[0].search("京icp备123456号")
    assert (rule.shape.within, rule.shape.needs_min, rule.shape.to) == (15, 2, "end")


# -- the book


def own(tmp_path: Path, name: str, source: str) -> Path:
    path = tmp_path / name
    path.write_bytes(pack(source).data)
    return path


def test_own_packs_are_added_and_replace(tmp_path: Path) -> None:
    book = load()
    theirs = book.rules[0]
    prefix, _, name = theirs.id.partition("/")
    body = f'schema = 1\npack = "{prefix}"\n@rule\nline.any = ["首页"]\n@examples\n'.replace(
        "@rule\n", RULE.replace("nav", name)
    )
    path = own(tmp_path, "mine.toml", body)
    new = load([path])
    assert len(new.rules) == len(book.rules)
    found = new.get(theirs.id)
    assert found and found.path == path and found.line == 3 and found in new.stage("strip") and theirs not in new.rules
    assert load([tmp_path]).rules == new.rules
    assert new.digest != book.digest and load([tmp_path]).digest == new.digest


def test_stages_part_the_rules() -> None:
    book = load()
    stages = ("decode", "repair", "strip", "reflow", "punctuate", "unify", "structure")
    assert sorted(r.id for s in stages for r in book.stage(s)) == sorted(r.id for r in book.rules)
    assert all(rule.stage == stage for stage in stages for rule in book.stage(stage))
    order = {rule.id: n for n, rule in enumerate(book.rules)}
    assert all(order[a.id] < order[b.id] for stage in stages for a, b in pairwise(book.stage(stage)))


def test_the_digest_is_of_bytes_not_of_places(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    body = 'schema = 1\npack = "own"\n@rule\nline.any = ["首页"]\n@examples\n'
    one, two = own(tmp_path, "one.toml", body), own(tmp_path / "a", "two.toml", body)
    assert load([one]).digest == load([two]).digest
    assert re.fullmatch("[0-9a-f]{12}", load().digest)


def test_a_book_goes_to_workers(tmp_path: Path) -> None:
    path = own(tmp_path, "one.toml", 'schema = 1\npack = "own"\n@rule\nline.match = "首页"\n@examples\n')
    book = load([path])
    again = pickle.loads(pickle.dumps(book))
    assert [r.id for r in again.rules] == [r.id for r in book.rules] and again.digest == book.digest
    rule = book.get("own/nav")
    assert rule and pickle.loads(pickle.dumps(rule)).shape == rule.shape
    plan = Plan(rules=(path,))
    assert plan.rulebook.get("own/nav")
    assert pickle.loads(pickle.dumps(plan)).rulebook.get("own/nav")


@pytest.mark.parametrize("name", ["absent.toml", "empty"])
def test_a_path_without_a_pack(tmp_path: Path, name: str) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(RuleError, match=name):
        load([tmp_path / name])


def test_an_id_twice_in_own_packs(tmp_path: Path) -> None:
    body = 'schema = 1\npack = "own"\n@rule\nline.any = ["首页"]\n@examples\n'
    paths = [own(tmp_path, "a.toml", body), own(tmp_path, "b.toml", body)]
    with pytest.raises(RuleError, match=r"b\.toml:3: the id own/nav is taken \(by .*a\.toml:3\)"):
        load(paths)


@pytest.mark.parametrize(
    ("confidence", "action", "unsafe", "wanted"),
    [
        ("high", "flag", False, True),
        ("medium", "remove", False, False),
        ("medium", "remove", True, True),
        ("low", "flag", False, True),
    ],
)
def test_confidence(confidence: str, action: str, unsafe: bool, wanted: bool) -> None:
    rule = span_rule("span.match = 'and'", stage="strip", action=action, confidence=confidence)
    assert active(rule, Plan(unsafe=unsafe)) is wanted
    assert not active(rule, Plan(unsafe=unsafe, ignore=("own/",)))


def test_labels_and_keywords_are_folded() -> None:
    rule = pack(
        'schema = 1\npack = "own"\n@rule\nline.any = ["網站 地圖", "ＲＳＳ"]\nkeywords = ["登錄 Now"]\n@examples\n'
    ).strict[0]
    assert isinstance(rule.shape, LineShape)
    assert rule.shape.any == {"网站地图", "rss"} and rule.keywords == ("登录 now",)


# -- the fold


@given(st.text(max_size=3000))
def test_the_fold_has_the_length_of_the_text(text: str) -> None:
    folded = fold(text)
    assert len(folded) == len(text) and fold(folded) == folded
    assert all(a == b or pairs()[a] == b for a, b in zip(text, folded, strict=True))


@pytest.mark.parametrize(
    "text",
    ["ABC", "上海市，（二）。", "網站：地圖", "ＡＢ１２", "𠮷野家", "İstanbul ΣΑΣ ẞ", "", "\u3000", "\ud800壹", "後後后"],
)
def test_long_and_short_texts_fold_alike(text: str) -> None:
    short = fold(text)
    assert fold(text * 900) == short * 900
    assert fold("中文" * 70_000 + text) == "中文" * 70_000 + short


def test_what_folds() -> None:
    assert fold("版權所有：Ａ（１）ＩＣＰ備　X") == "版权所有:a(1)icp备 x"
    clean = "这里没有要变的字。" * 100
    assert fold(clean) is clean
    # simplified characters stay what they are
    assert fold("坏么着干后里") == "坏么着干后里"
    assert all(len(a) == len(b) == 1 and b not in pairs() for a, b in pairs().items())
    assert tight(" 网\u3000站\t地 图\n") == "网站地图"


# -- span rules


def test_contexts_are_not_taken() -> None:
    rule = span_rule(
        "span.match = ' ?and ?'\nspan.before = '[\\u4e00-\\u9fff]'\nspan.after = '[\\u4e00-\\u9fff]'\nreplace = '和'"
    )
    change = apply_span_rules([rule], "张三 and李四and王五 and Bob\nand赵六", Plan())
    assert change.text == "张三和李四和王五 and Bob\nand赵六"
    assert change.settled().apply("张三 and李四and王五 and Bob\nand赵六") == change.text
    assert apply_span_rules([rule], "甲and乙", Plan(ignore=("own/x",))).text == "甲and乙"


def test_a_span_stays_on_its_line() -> None:
    text = "<a\nb> <c> 來源：新華社\n來源："
    rule = span_rule("span.match = '<[^<>]+>'", action="remove")
    assert [m.span() for m in spans(rule, text, fold(text))] == [(6, 9)]
    rule = span_rule("span.match = '来源:(?P<who>\\D{1,9})$'\nfields.who = 'web.origin'", stage="strip", action="extract")
    change = apply_span_rules([rule], text, Plan())
    assert [(f.group, f.key, f.value) for f in change.facts] == [("web", "origin", "新華社")] and change.text == text


def test_keywords_choose_the_lines() -> None:
    rule = span_rule("span.match = '\\d{3}'\nkeywords = ['电话', '传真']\nreplace = '…'")
    text = "123\n電話 456 传真 789\n012\n传真\n电话 345"
    assert apply_span_rules([rule], text, Plan()).text == "123\n電話 … 传真 …\n012\n传真\n电话 …"


def test_line_ends_and_contexts_at_the_edges() -> None:
    rule = span_rule("span.match = '页'\nspan.before = '^第\\d{1,3}'\nspan.after = '$'\nreplace = 'p'")
    assert apply_span_rules([rule], "第1页\n第1页。\n在第2页\n第33页", Plan()).text == "第1p\n第1页。\n在第2页\n第33p"
    far = span_rule("span.match = 'x'\nspan.after = 'a{100}$'\nreplace = 'y'")
    assert apply_span_rules([far], f"x{'a' * 100}\nx{'a' * 101}", Plan()).text == f"y{'a' * 100}\nx{'a' * 101}"


def test_two_rules_that_meet() -> None:
    long, short = span_rule("span.match = 'abc'\nreplace = '1'"), span_rule("span.match = 'b'\nreplace = '2'")
    assert apply_span_rules([short, long], "abc b bc", Plan()).text == "1 2 2c"


def test_groups_are_written_as_they_stand_in_the_text() -> None:
    rule = span_rule("span.match = '(?P<a>.)与(?P<b>.)'\nreplace = '\\g<b>、\\g<a>'")
    assert apply_span_rules([rule], "國與家", Plan()).text == "家、國"


# -- examples and documentation


def test_examples_that_do_not_hold_are_told(tmp_path: Path) -> None:
    path = own(
        tmp_path,
        "wrong.toml",
        'schema = 1\npack = "own"\n' + RULE.replace("nav", "idle").replace("strip", "unify") + "engine = true\n" + EXAMPLES,
    )
    found = [f for f in check(load([path])) if f.rule == "own/idle"]
    assert found and found[0].where == f"{path}:3" and found[0].what.startswith("hit 1") and "\n" in str(found[0])


def test_an_example_may_name_its_script(tmp_path: Path) -> None:
    source = """
schema = 1
pack = "unify"
[[rule]]
id = "hant"
title = "…"
note = "…"
stage = "unify"
action = "replace"
confidence = "high"
engine = true
  [[rule.hit]]
  to = "hant"
  text = "头发"
  want = "頭髮"
  [[rule.miss]]
  to = "hant"
  why = "…"
  text = "頭髮"
"""
    path = own(tmp_path, "script.toml", source)
    assert not [f for f in check(load([path])) if f.rule == "unify/hant"]
    assert not [f for f in check(load([path]), Plan(to="tw")) if f.rule == "unify/hant"]
    [rule] = load([path]).stage("unify")[-1:]
    assert rule.hits[0].to == rule.misses[0].to == "hant" and document(rule).count("with `--to hant`") == 2
    path.write_text(source.replace('to = "hant"', ""), "utf-8")
    assert next(f.what for f in check(load([path])) if f.rule == "unify/hant") == "hit 1: another text"


def whole_check() -> list[Failure]:
    return check(load())


def test_every_example_of_every_pack_holds() -> None:
    assert not [str(failure) for failure in whole_check()]


def test_the_rule_of_the_documentation_holds(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "rules.md").read_text("utf-8")
    [source] = re.findall(r"(?s)```toml\n(.*?)```", text)
    path = tmp_path / "my-site.toml"
    path.write_text(source, "utf-8")
    book = load([path])
    assert book.get("my-site/reader-poll")
    assert not [str(f) for f in check(book) if f.rule.startswith("my-site/")]


def test_every_rule_has_a_page() -> None:
    for rule in load().rules:
        page = document(rule)
        assert page.startswith(f"# {rule.id}\n") and rule.title in page and rule.hits[0].text.strip("\n").split("\n")[0] in page


def test_built_in_packs_are_tidy() -> None:
    for path in sorted(resources.root().glob("*.toml")):
        one = Pack(path, path.read_bytes())
        assert one.rules == one.strict or [r.id for r in one.rules] == [r.id for r in one.strict]
        assert {rule.stage for rule in one.rules} == one.stages
