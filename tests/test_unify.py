"""Script: the fast converter against OpenCC's algorithm, unification against the gold of the seeds, and what must stay."""

from __future__ import annotations

import json
import random
import re
import sys
import tomllib
from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from cleaner.errors import CleanerError, UsageError
from cleaner.plan import Plan
from cleaner.stages import unify
from cleaner.stages.unify import dictionaries, fast, vector
from cleaner.stages.unify.chain import Chain, stage
from cleaner.stages.unify.detect import WAYS, ZHE_WAYS, witness
from cleaner.stages.unify.generate import active, given, make_step, stages
from cleaner.stages.unify.several import several
from cleaner.stages.unify.steps import step

ROOT = Path(__file__).parent.parent
HAN = re.compile("[\u4e00-\u9fff]+")
CONFIGS = sorted({**dictionaries.CONFIGS, **dictionaries.OWN_CONFIGS})


def rows(name: str) -> list[list[str]]:
    lines = (ROOT / "fixtures" / "unify" / name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if "\t" in line and not line.startswith("#")]


def run(text: str, plan: Plan) -> str:
    change = unify.run(text, plan)
    edits = change.settled()
    assert edits.apply(text) == change.text
    assert (change.text is text) == (len(edits) == 0)
    assert "\n" not in "".join(edits.befores(text))
    return change.text


@pytest.mark.parametrize(("config", "text", "wanted"), rows("convert.tsv"))
def test_convert(config: str, text: str, wanted: str) -> None:
    assert unify.convert(text, config) == wanted


@pytest.mark.parametrize(("to", "text", "wanted"), rows("cases.tsv"))
def test_unify(to: str, text: str, wanted: str) -> None:
    plan = Plan(to=to)  # type: ignore[arg-type]
    assert run(text, plan) == wanted
    assert run(wanted, plan) == wanted


@pytest.mark.parametrize(("to", "text"), rows("negatives.tsv"))
def test_negatives(to: str, text: str) -> None:
    assert run(text, Plan(to=to)) == text  # type: ignore[arg-type]


@pytest.mark.parametrize("document", tomllib.loads((ROOT / "fixtures/unify/documents.toml").read_text("utf-8"))["document"])
@pytest.mark.parametrize("to", ["hans", "tw"])
def test_documents_in_several_scripts(document: dict[str, str], to: str) -> None:
    made = run(document["text"], Plan(to=to))  # type: ignore[arg-type]
    assert made == document[to]
    assert run(made, Plan(to=to)) == made  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "piece",
    ["`圖` ", "《圖書》", "https://a.cn/圖書 图书馆、", "圖書、图书馆\n```\n圖\n```\n", "```圖\n", "于先生，", "「图书"],
)
def test_time_of_passages_is_linear(piece: str) -> None:
    for to in ("hans", "tw"):
        run("图书馆里" + piece * 3_000 + "圖書館裡", Plan(to=to))  # type: ignore[arg-type]


def test_sentences_in_a_document_come_out_right_both_ways() -> None:
    """Characters with several counterparts, in their words; a third column is what comes back where that is another standard form."""
    found = rows("sentences.tsv")
    hans, tw = ("\n".join(row[n] for row in found) for n in (0, 1))
    assert run(hans, Plan(to="tw")).split("\n") == tw.split("\n")
    assert run(tw, Plan()).split("\n") == [row[-1] if len(row) > 2 else row[0] for row in found]
    for to in ("hant", "hk"):
        back = run(run(hans, Plan(to=to)), Plan()).split("\n")  # type: ignore[arg-type]
        assert back == [row[-1] if len(row) > 2 else row[0] for row in found]


@pytest.mark.xfail(strict=True, reason="a phrase that is another word, or no phrase")
@pytest.mark.parametrize(("hans", "tw"), rows("sentences-known.tsv"))
def test_sentences_that_are_known_to_fail(hans: str, tw: str) -> None:
    assert run(hans, Plan(to="tw")) == tw


def test_surnames_that_are_words_too() -> None:
    hans, tw = ("\n".join(row[n] for row in rows("surnames.tsv")) for n in (0, 1))
    assert run(hans, Plan(to="tw")).split("\n") == tw.split("\n")
    assert run(tw, Plan(to="tw")) == tw
    assert "於先生" in run(hans, Plan(to="tw", ignore=("unify/surname",)))


@pytest.mark.parametrize(("wanted", "text"), rows("scripts.tsv"))
def test_script(wanted: str, text: str) -> None:
    assert unify.script(text) == (None if wanted == "none" else wanted)


@pytest.mark.parametrize("gold", sorted((ROOT / "fixtures" / "seeds").glob("*.json")), ids=lambda path: path.stem)
def test_gold_of_the_seeds_stays(gold: Path) -> None:
    text = "\n".join(json.loads(gold.read_text("utf-8"))["text"])
    assert run(text, Plan()) == text


def test_traditional_seed_agrees_with_its_gold() -> None:
    (source,) = (ROOT / "seeds").glob("004*.txt")
    (gold,) = (ROOT / "fixtures" / "seeds").glob("004*.json")
    wanted = "".join(HAN.findall("".join(json.loads(gold.read_text("utf-8"))["text"])))
    assert "".join(HAN.findall(run(source.read_text("utf-8"), Plan()))) == wanted


@pytest.mark.parametrize("to", WAYS)
def test_no_output_is_a_witness_against_its_target(to: str) -> None:
    """Over the whole map and every phrase: what the conversions to a target give, they must not take for the other script."""
    other = witness("hant" if to == "hans" else "hans", to)
    assert not [c for c in sorted(given(to)) if other.match(c)]
    ways = list(WAYS[to].values()) + (list(ZHE_WAYS.values()) if to == "hans" else [])
    for config in ways:
        known = {**dictionaries.CONFIGS, **dictionaries.OWN_CONFIGS}[config]
        keys = {key for names in known.stages for name in names for key in dictionaries.dictionary(name)}
        text = "\n".join(sorted(keys))
        for key, made in zip(text.split("\n"), unify.convert(text, config).split("\n"), strict=True):
            for c in other.findall(made):
                assert c in key, (config, key, made)
                assert config.startswith("t2"), (config, key, made)


def test_no_witness_of_traditional_script_is_in_gb2312() -> None:
    """What GB 2312 can write is searched for none."""
    for code in range(0x10000):
        char = chr(code)
        if witness("hant").match(char):
            with pytest.raises(UnicodeEncodeError):
                char.encode("gb2312")


@pytest.mark.parametrize("to", WAYS)
def test_idempotent(to: str) -> None:
    """A second pass changes nothing, on texts in one script and on texts that hold both evenly."""
    source = random.Random(to)
    words = [
        [word for name in names for word in source.sample(sorted(dictionaries.dictionary(name)), 30)]
        for names in (("STPhrases", "STCharacters"), ("TSPhrases", "TSCharacters", "HKVariants", "TWVariants"))
    ]
    for _ in range(600):
        own = source.choice([*words, words[0] + words[1]])
        text = "，".join("".join(source.choices(own, k=4)) for _ in range(3))
        once = run(text, Plan(to=to))  # type: ignore[arg-type]
        assert run(once, Plan(to=to)) == once, text  # type: ignore[arg-type]


@pytest.mark.parametrize("config", sorted(dictionaries.OWN_CONFIGS))
def test_no_unusual_characters_towards_simplified(config: str) -> None:
    """Nothing outside U+4E00–U+9FFF comes in; t2s itself stays as OpenCC has it."""
    text = "\n".join(key for name in dictionaries.TO_SIMPLIFIED for key in dictionaries.dictionary(name))
    for key, made in zip(text.split("\n"), unify.convert(text, config).split("\n"), strict=True):
        assert not [c for c in made if c not in key and not "\u4e00" <= c <= "\u9fff"], (key, made)
    assert unify.convert("二噁英嗰", "t2s") == "二𫫇英𠮶"


def test_keep_and_ignore() -> None:
    for plan in (Plan(to="keep"), Plan(ignore=("unify/hans",)), Plan(ignore=("unify",))):
        assert run("臺灣國語", plan) == "臺灣國語"


def test_unknown_configuration() -> None:
    with pytest.raises(UsageError, match="t2s"):
        unify.convert("文", "x2y")


def test_another_package_under_the_same_name(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "opencc").mkdir()
    (tmp_path / "opencc" / "__init__.py").write_text("", "utf-8")
    monkeypatch.delitem(sys.modules, "opencc", raising=False)
    monkeypatch.syspath_prepend(str(tmp_path))
    dictionaries.base.cache_clear()
    try:
        with pytest.raises(CleanerError, match="opencc-python-reimplemented"):
            dictionaries.base()
    finally:
        monkeypatch.undo()
        dictionaries.base.cache_clear()


@pytest.mark.parametrize("names", stages(), ids="+".join)
def test_tables_are_those_of_the_dictionaries(names: tuple[str, ...]) -> None:
    """The tables made beforehand must settle every active phrase, and know every pair inside a key."""
    of, found = stage(names), step(names)
    for key in active(of):
        assert any(b in found.follow.get(a, "") or a in found.precede.get(b, "") for a, b in pairwise(key)), key
    assert found == make_step(of, Counter())._replace(follow=found.follow, precede=found.precede, common=found.common)


def test_a_large_dictionary_is_read_in_parts() -> None:
    get, whole = dictionaries.lookup(dictionaries.TO_TRADITIONAL[0]), dictionaries.dictionary(dictionaries.TO_TRADITIONAL[0])
    assert {key: get(key) for key in whole} == whole
    others = {key[:-1] for key in whole if key[:-1] not in whole} | {"⿰", "a"}
    assert not any(map(get, others - {""}))


def pieces(config: str, source: random.Random) -> list[str]:
    """Material in which a fast converter would go wrong: phrases, halves of phrases, odd characters, description sequences."""
    known = {**dictionaries.CONFIGS, **dictionaries.OWN_CONFIGS}[config]
    names = [name for step in known.stages for name in step] + [dictionaries.NORMALIZATION]
    found = [*"，。\n ab⿰⿱⿲⿾\ufe00", *map(chr, source.sample(range(0x4E00, 0x9FFF), 50))]
    for name in names:
        entries = sorted(dictionaries.dictionary(name).items())
        for key, value in source.sample(entries, min(400, len(entries))):
            cut = source.randint(0, len(key))
            found += [key, key, value, key[:cut], key[cut:]]
    for step_names in known.stages:
        keys = active(stage(step_names))
        found += source.sample(keys, min(400, len(keys)))
    return found


@pytest.mark.parametrize("config", CONFIGS)
def test_every_single_character(config: str) -> None:
    slow, quick = Chain(config), unify.converter(config)
    known = {**dictionaries.CONFIGS, **dictionaries.OWN_CONFIGS}[config]
    names = [name for step_names in known.stages for name in step_names] + [dictionaries.NORMALIZATION]
    chars = sorted({c for name in names for key in dictionaries.dictionary(name) for c in key})
    for c in chars:
        assert quick.convert(c) == slow.convert(c), c
    line = "\n".join(chars)
    assert quick.convert(line) == slow.convert(line)


@pytest.mark.parametrize("config", CONFIGS)
def test_fast_is_exact(config: str) -> None:
    source = random.Random(config)
    material = pieces(config, source)
    slow, quick = Chain(config), unify.converter(config)
    for _ in range(700):
        text = "".join(source.choice(material) for _ in range(source.randint(1, 10)))
        after, windows = quick.detail(text)
        assert after == slow.convert(text), text
        starts, ends, afters = quick.edits(text, after, windows)
        parts, at = [], 0
        for start, end, made in zip(starts, ends, afters, strict=True):
            parts += [text[at:start], made]
            at = end
        assert "".join([*parts, text[at:]]) == after, text


@pytest.mark.parametrize("numpy", [True, False], ids=["numpy", "plain"])
@pytest.mark.parametrize("config", CONFIGS)
def test_every_way_through_a_long_text_is_exact(config: str, numpy: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """How much was converted before decides what is compiled and loaded, not what comes out."""
    if numpy:
        pytest.importorskip("numpy")
    else:
        monkeypatch.setitem(sys.modules, "numpy", None)
    source = random.Random(config)
    material = [piece for piece in pieces(config, source) if piece.isascii() or max(piece) <= "\uffff"]
    plain = [piece for piece in material if not set(piece) & set("⿰⿱⿲⿾")]
    slow, quick = Chain(config), fast.Converter(config)
    for text in (
        "".join(source.choices(plain, k=1000)),
        "".join(source.choices(material, k=500)),
        "𠮷的" * 500,
        "\ud800里" * 500,
    ):
        wanted = slow.convert(text)
        for before in (0, fast.WARM, fast.HOT, fast.VAST):
            quick._seen = before
            assert quick.convert(text) == wanted
    assert (quick._vector("文" * fast.SHORT) is not None) == (numpy and not quick._sparse)


def test_triggers_where_blocks_meet() -> None:
    numpy = pytest.importorskip("numpy")
    assert numpy
    quick = fast.Converter("s2t")
    quick._seen = fast.VAST
    for before in (vector.BLOCK - 2, vector.BLOCK - 1, vector.BLOCK):
        assert quick.convert("的" * before + "头发").endswith("的頭髮")


def named(tmp_path: Path, text: str) -> Plan:
    (tmp_path / "names.txt").write_text(text, "utf-8")
    return Plan(names=(tmp_path / "names.txt",))


def test_names_of_the_user_stay(tmp_path: Path) -> None:
    plan = named(tmp_path, "# 館員\n\n王著\n張乾\t张乾\n張乾一\n於\t於\n")
    assert run("張乾與王著說，張乾一、於先生於此", plan) == "张乾与王著说，張乾一、於先生於此"
    assert run("王著與王著\n王著", plan) == "王著与王著\n王著"
    assert run("張乾說話", Plan()) == "张干说话"


@pytest.mark.parametrize("text", ["\t张\n", "張\t张\t張\n", "張\t\n"])
def test_a_wrong_line_of_names_is_told(tmp_path: Path, text: str) -> None:
    with pytest.raises(UsageError, match=r"names\.txt:2: a name"):
        run("張說", named(tmp_path, "王\n" + text))


def test_names_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\xfd")
    for path in (tmp_path / "none", tmp_path / "bytes", tmp_path):
        with pytest.raises(UsageError, match="names: "):
            run("張說", Plan(names=(path,)))


@pytest.mark.parametrize("config", ["s2t", "s2twp", "t2s", "hans"])
def test_kept_parts_cut_nothing_else(config: str, tmp_path: Path) -> None:
    """What is left because no phrase decides changes nothing of what is around it."""
    source = random.Random(config)
    to = "hant" if config.startswith("s") else "hans"
    material = pieces(config, source) + sorted(several(to))
    quick = unify.converter(config)
    for _ in range(300):
        text = "".join(source.choice(material) for _ in range(source.randint(1, 8)))
        whole = quick.convert(text)
        kept = quick.undecided(text, several(to))
        parts, at = [], 0
        for place in [*kept, len(text)]:
            parts += [quick.convert(text[at:place]), quick.convert(text[place : place + 1])]
            at = place + 1
        if not set(text) & set("⿰⿱⿲⿾"):
            assert "".join(parts) == whole, text


QUOTED = [
    ("hans", "他說：「這是『好』書」。", "他说：“这是‘好’书”。"),
    ("hans", "他说：「明天去。\n后天」", "他说：「明天去。\n后天」"),
    ("hant", "他说“这是‘好’书”，“fine”，it’s “好”", "他說「這是『好』書」，“fine”，it’s 「好」"),
    ("hant", "“他’说“我‘来’了", "“他’說“我『來』了"),
    ("hant", "““好””“好", "「『好』」“好"),
    ("hans", "“这是「好」的”", "“这是‘好’的”"),
    ("hans", "「這是“好”的」，『好』", "“这是‘好’的”，‘好’"),
    ("hans", "“这是‘好’的”，「是‘好’的」", "“这是‘好’的”，“是‘好’的”"),
    ("hant", "「说‘好，“好”的’」", "「說『好，「好」的』」"),
    ("hant", "他说：“写着‘fine’的书”", "他說：「寫着‘fine’的書」"),
    ("hans", "「第一「第二『第三』」」", "“第一‘第二“第三”’”"),
    ("hans", "「開了頭『好』", "「开了头‘好’"),
    ("hans", "「開了頭」『他”說「好", "“开了头”『他”说「好"),
    ("hans", "ジャニーズは「東京」です。他說「好」。", "ジャニーズは「東京」です。他说“好”。"),
    ("keep", "他說「好」", "他說「好」"),
]


@pytest.mark.parametrize(("to", "text", "wanted"), QUOTED)
def test_quotation_marks_follow_the_target(to: str, text: str, wanted: str) -> None:
    plan = Plan(to=to, quotes="target")  # type: ignore[arg-type]
    assert run(text, plan) == wanted
    assert run(wanted, plan) == wanted
    assert run(text.replace("“", "〈"), Plan(to=to)).count("「") == text.count("「")  # type: ignore[arg-type]


@pytest.mark.parametrize("mark", ["“", "”", "‘“", "“’", "「", "“a”"])
def test_time_of_quotation_marks_is_linear(mark: str) -> None:
    run(mark * 20_000 + "說", Plan(to="hant", quotes="target"))


def test_where_no_phrase_decides() -> None:
    text = "館長乾說，頭髮乾了，乾隆年間的乾燥天氣"
    change = unify.run(text, Plan(ambiguous="flag"))
    assert change.text == run(text, Plan()) and [(f.code, f.start, f.end) for f in change.flags] == [
        ("unify/one-to-many", 2, 3)
    ]
    assert "2 times" in change.flags[0].message
    assert run(text, Plan(ambiguous="leave")) == "馆长乾说，头发乾了，乾隆年间的干燥天气"
    assert not unify.run(text, Plan(ambiguous="flag", ignore=("unify/one-to-many",))).flags
    assert run("头发长了，只有发", Plan(to="hant", ambiguous="leave")) == "頭髮長了，只有发"
