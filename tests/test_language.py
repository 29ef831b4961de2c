"""The character model: what it prefers, how it folds, what its probabilities add up to, and how soon it is there."""

from __future__ import annotations

import math

import pytest

from cleaner.language import Model, model
from cleaner.language.build import build
from cleaner.language.name import language
from cleaner.language.words import table, words
from cleaner.resources import path


def test_prefers_chinese_to_mojibake():
    lm = model()
    assert lm.score("村口的老槐树抽出新芽") > -8
    assert lm.score("浣犲ソ锛屼笘鐣") < -11
    assert lm.score("国家的发展") > lm.score("展发的家国")


def test_script_width_and_runs_do_not_matter():
    lm = model()
    assert lm.score("為了國家的發展，") == lm.score("为了国家的发展,")
    assert lm.symbols("2024年GDP\n\n增长") == "0年a$增长"
    assert lm.step("20", "2") == 0.0 == lm.step("ab", "c")
    assert lm.step("国家", "发") == lm.step("國家", "發")


def test_joint():
    lm = model()
    assert lm.joint("在这", "个方向") > 2 > 0 > lm.joint("上海正", "人才")
    assert lm.joint("", "人才") == lm.joint("上海", "") == lm.joint("上海 ", "人才") == 0.0


def test_known_and_seen():
    lm = model()
    assert lm.known("国家")
    assert not lm.known("锟斤拷")
    assert not lm.known("槐拷")
    assert lm.seen("槐")
    assert not lm.seen("龘")


@pytest.mark.parametrize("context", ["国", "国家", "人民", "的", "^第"])
def test_probabilities_sum_to_one(context):
    lm = model()
    symbols = [*lm._single]
    total = sum(math.exp(lm.symbol_step(context, s)) for s in symbols)
    assert 0.7 < total < 1.35  # a byte of resolution and a capped back-off weight


def test_followers_agree_with_single_steps():
    lm = model()
    for context in ("", "国", "国家", "龘国"):
        seen, rest = lm.followers(context, set("家的龘$"))
        for symbol in "家的龘$":
            assert lm.symbol_step(context, symbol) == pytest.approx(seen.get(symbol, rest + lm.frequency(symbol)))


def test_build_is_deterministic_and_readable():
    ones = {"^": 2.0, "$": 2.0, "春": 4.0, "天": 4.0}
    tables = {name: [ones, {"^春": 2.0, "春天": 4.0, "天$": 2.0}, {"^春天": 2.0, "春天$": 2.0}] for name in ("laws", "general")}
    blob = build(tables, {"晝": "昼"}, "note")
    assert blob == build(dict(tables), {"晝": "昼"}, "note")
    lm = Model(blob)
    assert lm.note == "note"
    assert lm.known("春天")
    assert not lm.known("天春")


def test_not_a_model():
    with pytest.raises(ValueError, match="not an n-gram model"):
        Model(b"PK\x03\x04" + bytes(40))


def test_size():
    assert path("models/chinese.ngrams").stat().st_size < 4_000_000


@pytest.mark.parametrize(
    ("text", "want"),
    [
        ("今天天气很好，我们去公园。", "zh"),
        ("這是繁體中文的文章。", "zh"),
        ("用 Python 写的 OpenCC 与 ftfy，の 也没有问题。", "zh"),
        ("今日は天気がいいです。公園に行きました。", "ja"),
        ("오늘은 날씨가 좋습니다.", "ko"),
        ("Nothing of it is Chinese but 人.", None),
        ("2021-03-04", None),
        ("", None),
    ],
)
def test_the_language_of_a_text(text, want):
    assert language(text) == want


def test_words_divide_a_text():
    cost = words().cost
    assert cost("停放的共享单车") < cost("停放的公共享单车")
    assert cost("春分过后，白昼") == cost("春分过后") + cost("白昼")
    assert cost("") == cost("abc 12") == 0.0


def test_word_list_is_folded_and_cut():
    made = table(["國家 10 n", "国家 20 n", "罕词 2 n", "山 3 n", "abc 90 eng"], {"國": "国"}, 5)
    assert [line.split("\t")[1] for line in made.splitlines()[1:]] == ["国家", "山"]
