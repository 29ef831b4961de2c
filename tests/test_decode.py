"""Bytes to text: encodings as data, what is cut, damaged or mixed, and what is no text at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.errors import InputError, UsageError
from cleaner.stages.decode import decode

FIXTURES = Path(__file__).parent.parent / "fixtures"
CASES = json.loads((FIXTURES / "decode" / "cases.json").read_text("utf-8"))
TEXT = CASES[0]["text"]


@pytest.mark.parametrize("case", CASES, ids=[c["name"] for c in CASES])
def test_cases(case):
    data = case["text"].encode(case["bytes_in"])
    got = decode(data)
    assert (got.text, got.by, got.bad_bytes, got.bad_positions) == (case["text"], case["by"], 0, ())
    if case["encoding"]:
        assert got.encoding == case["encoding"]
    assert got.text.encode(got.encoding) == data


@pytest.mark.parametrize("name", ["utf-8", "gb18030", "big5"])
def test_one_bad_byte(name):
    text = next(c["text"] for c in CASES if c["bytes_in"] == name) * 4
    data = text.encode(name)
    for at in (len(data) // 2, len(data) // 2 + 1, len(data) // 2 + 2):
        got = decode(data[:at] + b"\xff" + data[at:])
        assert got.encoding == {"big5": "big5hkscs"}.get(name, name)
        assert 1 <= got.bad_bytes <= 4
        assert sum(a == b for a, b in zip(reversed(got.text), reversed(text), strict=False)) > len(text) * 0.4
        assert all(got.text[p] == "\ufffd" for p in got.bad_positions)


@pytest.mark.parametrize("name", ["utf-8", "gb18030"])
def test_cut_inside_a_character(name):
    got = decode(TEXT.encode(name)[:-1])
    assert (got.encoding, got.bad_bytes, got.bad_positions) == (name, 1, (len(TEXT) - 1,))
    assert got.text == TEXT[:-1] + "\ufffd"


def test_replacement_characters_of_the_source_are_not_bad_bytes():
    got = decode("春\ufffd分".encode() + b"\xff" + "过后".encode())
    assert (got.text, got.bad_bytes, got.bad_positions) == ("春\ufffd分\ufffd过后", 1, (3,))


def test_many_bad_bytes_are_counted_and_the_first_listed():
    got = decode((TEXT.encode() + b"\xff") * 50)
    assert got.bad_bytes == 50
    assert len(got.bad_positions) == 20


def test_parts_in_two_encodings():
    data = TEXT.encode("gbk") + b"\n" + TEXT.encode() + b"\n" + TEXT.encode("gbk")
    got = decode(data)
    assert got.text == f"{TEXT}\n{TEXT}\n{TEXT}"
    assert got.by.startswith("line by line")


def test_given():
    assert decode("春分".encode("gbk"), "gb2312").text == "春分"
    assert decode("é".encode("latin-1"), "latin-1").text == "é"
    assert decode(b"\xff", "utf-8").bad_bytes == 1
    for name in ("no-such-encoding", "base64", "rot13"):
        with pytest.raises(UsageError):
            decode(b"abc", name)


def test_empty():
    got = decode(b"")
    assert (got.text, got.encoding, got.newline) == ("", "utf-8", "none")


@pytest.mark.parametrize(
    ("data", "newline"),
    [(b"a\nb", "lf"), (b"a\r\nb", "crlf"), (b"a\rb", "cr"), (b"a\r\nb\n", "mixed"), (b"a\rb\n", "mixed"), (b"a", "none")],
)
def test_newline(data, newline):
    assert decode(data).newline == newline


@pytest.mark.parametrize(
    ("data", "cause"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0", "a PNG image"),
        (b"PK\x03\x04abc", "a ZIP archive"),
        (b"%PDF-1.7\n", "a PDF"),
        (b"\xff\xd8\xff\xe0", "a JPEG image"),
        (bytes(range(256)) * 8, "binary data"),
        (bytes(100), "binary data"),
    ],
)
def test_no_text(data, cause):
    with pytest.raises(InputError, match=f"^{cause}.*not text"):
        decode(data)


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes(data):
    try:
        got = decode(data)
    except InputError:
        return
    assert len(got.bad_positions) == min(got.bad_bytes, 20)
    assert all(got.text[p] == "\ufffd" for p in got.bad_positions)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_utf8_round_trip(text):
    data = text.encode("utf-8", "ignore")
    try:
        got = decode(data)
    except InputError:
        return
    if got.encoding == "utf-8":
        assert got.text.encode() == data


@pytest.mark.parametrize("data", [TEXT.encode("gbk") * 2_000, b"\xff" * 100_000, (TEXT.encode() + b"\xfe\n") * 500])
def test_long_and_wrong(data):
    found = decode(data, "utf-8")
    assert found.text == data.decode("utf-8", "replace")
    decode(data)
