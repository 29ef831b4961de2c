"""The dictionaries of script conversion and OpenCC's configurations over them.

The base are the dictionary files of ``opencc-python-reimplemented``, read as data (the package is never imported). They are
of 2023; ``rules/tables/unify-opencc/NAME.tsv`` brings each up to the present OpenCC: a line ``key TAB value`` adds or changes
an entry, a line with an empty value takes one out. ``python -m cleaner.stages.unify.generate`` writes these overlays.

A dictionary here is a plain dict from key to the first of its values, which is the one that OpenCC converts to.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from cleaner import resources
from cleaner.errors import CleanerError

OVERLAYS = "tables/unify-opencc"
LARGEST = "STPhrases"

# A stage of a conversion: dictionaries in order. The first that has any match at a position gives its longest one
# (OpenCC's `short_circuit`); names joined by `|` are one dictionary, the first of them winning (`union`).
_ST = "STPhrases|STPhrases_GeneratedFromRegionalPhrases"
TO_TRADITIONAL = (_ST, "STCharacters")
TO_SIMPLIFIED = ("TSPhrases", "TSCharactersExt", "TSCharacters")
_TO_TAIWAN = ("TWVariantsPhrases", "TWVariants")
_TO_HONG_KONG = ("HKVariantsPhrases", "HKVariants")
_FROM_TAIWAN = ("TWVariantsRevPhrases", "TWVariantsRev")
_FROM_HONG_KONG = ("HKVariantsRevPhrases", "HKVariantsRev")


class Config:
    """One configuration: its stages in order, and the dictionary by whose matches the text is cut up first, if any."""

    def __init__(self, stages: tuple[tuple[str, ...], ...], segments: str | None = None) -> None:
        self.stages = stages
        self.segments = segments


# The configurations of OpenCC 1.4, by their names there. Every one begins with compatibility ideographs to unified ones.
CONFIGS: dict[str, Config] = {
    "hk2s": Config((_FROM_HONG_KONG, TO_SIMPLIFIED), "TSPhrases"),
    "hk2sp": Config((("HKPhrasesRev", *_FROM_HONG_KONG), TO_SIMPLIFIED), "TSPhrases"),
    "hk2t": Config((_FROM_HONG_KONG,)),
    "jp2t": Config((("JPShinjitaiPhrases", "JPShinjitaiCharacters"),)),
    "s2hk": Config((TO_TRADITIONAL, _TO_HONG_KONG), _ST),
    "s2hkp": Config((TO_TRADITIONAL, ("HKPhrases", *_TO_HONG_KONG)), _ST),
    "s2t": Config((TO_TRADITIONAL,)),
    "s2tw": Config((TO_TRADITIONAL, _TO_TAIWAN), _ST),
    "s2twp": Config((TO_TRADITIONAL, ("TWPhrases", *_TO_TAIWAN)), _ST),
    "t2hk": Config((_TO_HONG_KONG,)),
    "t2jp": Config((("JPShinjitaiCharactersRev",),)),
    "t2s": Config((TO_SIMPLIFIED,)),
    "t2tw": Config((_TO_TAIWAN,)),
    "tw2s": Config((_FROM_TAIWAN, TO_SIMPLIFIED), "TSPhrases"),
    "tw2sp": Config((("TWPhrasesRev", *_FROM_TAIWAN), TO_SIMPLIFIED), "TSPhrases"),
    "tw2t": Config((_FROM_TAIWAN,)),
}
NORMALIZATION = "CJK_Compatibility_Ideographs"
# Behind the name of a dictionary: without the characters outside U+4E00–U+9FFF that it would bring in. OpenCC simplifies
# Cantonese 嗰 and the 噁 of 二噁英 by analogy to characters of the extensions, which no text in China has and few fonts show.
USUAL = "/usual"
# What `unify` itself uses towards simplified Chinese: OpenCC's t2s, after the words that simplified Chinese writes with other
# characters (着力, 计划). `hans-zhe` is for texts that write 著 for the particle 着 as well, `tw` OpenCC's t2tw with the characters
# that only Hong Kong has.
_TO_USUAL = ("unify-keep", *(name + USUAL for name in TO_SIMPLIFIED))
OWN_CONFIGS: dict[str, Config] = {
    "hans": Config((("unify-hans",), _TO_USUAL)),
    "hans-zhe": Config((("unify-hans", "unify-zhe"), _TO_USUAL)),
    "tw": Config((("unify-tw",), _TO_TAIWAN)),
}


@cache
def base() -> Path:
    """The folder of opencc-python-reimplemented's dictionary files. Raises CleanerError where it is not installed."""
    from importlib.util import find_spec

    spec = find_spec("opencc")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        folder = Path(place) / "dictionary"
        if (folder / "STPhrases.txt").is_file():
            return folder
    why = "another package has put its own module `opencc` there" if spec else "it is not installed"
    raise CleanerError(f"script conversion needs the dictionaries of opencc-python-reimplemented: {why}")


def parse(text: str) -> dict[str, str]:
    """Entries of a dictionary file: ``key TAB value value …``, one a line, ``#`` for comments; the first value counts."""
    if "#" in text:
        text = re.sub(r"(?m)^#.*\n", "", text)
    cells = re.sub(r" [^\n]*", "", text).strip("\n").replace("\n", "\t").split("\t")
    return dict(zip(cells[::2], cells[1::2], strict=True)) if len(cells) > 1 else {}


def _overlay(name: str) -> str:
    """The text of the overlay of ``name``, or of a dictionary of `unify`'s own; empty where there is none."""
    path = resources.path(f"tables/{name}.tsv" if name.startswith("unify-") else f"{OVERLAYS}/{name}.tsv")
    return path.read_text("utf-8") if path.is_file() else ""


def _leaf(name: str) -> dict[str, str]:
    new = parse(_overlay(name))
    if name.startswith("unify-"):
        return new
    path = base() / f"{name}.txt"
    old = parse(path.read_text("utf-8")) if path.is_file() else {}
    return {k: v for k, v in (old | new).items() if v}


class _Sorted:
    """A large dictionary that parses the entries of a first character when one of them is asked for.

    The file stands in order of the first characters, so that their lines are found by halving.
    """

    def __init__(self, name: str) -> None:
        self._file = (base() / f"{name}.txt").read_bytes()
        self._known: dict[str, dict[str, str]] = {}
        self._overlay = parse(_overlay(name))

    def _line(self, head: bytes) -> int:
        """Where the first line begins that is not below ``head``."""
        file, low, high = self._file, 0, len(self._file)
        while low < high:
            start = file.rfind(b"\n", 0, (low + high) // 2) + 1
            if file[start : start + len(head)] < head:
                low = file.find(b"\n", start) + 1 or len(file)
            else:
                high = start
        return low

    def get(self, key: str) -> str | None:
        value = self._overlay.get(key)
        if value is not None:
            return value or None
        found = self._known.get(key[0])
        if found is None:
            head = key[0].encode("utf-8", "surrogatepass")
            lines = self._file[self._line(head) : self._line(head + b"\xff")]
            found = self._known[key[0]] = parse(lines.decode())
        return found.get(key)


@cache
def lookup(name: str) -> Callable[[str], str | None]:
    """From a key to its value in ``dictionary(name)``, or None. The largest dictionary is not parsed whole for it."""
    first, *others = name.split("|")
    if first != LARGEST:
        return dictionary(name).get
    gets: list[Callable[[str], str | None]] = [_Sorted(first).get, *(dictionary(other).get for other in others)]

    def get(key: str) -> str | None:
        for one in gets:
            value = one(key)
            if value is not None:
                return value
        return None

    return get


def _is_usual(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff"


def _usual(key: str, value: str) -> str:
    """``value`` with the characters of ``key`` where its own lie outside U+4E00–U+9FFF."""
    if all(map(_is_usual, value)):
        return value
    if len(key) != len(value):
        return key
    return "".join(b if _is_usual(b) else a for a, b in zip(key, value, strict=True))


@cache
def dictionary(name: str) -> dict[str, str]:
    """The dictionary ``name`` of the present OpenCC; names joined by ``|`` are one. To be read only."""
    if name.endswith(USUAL):
        return {k: _usual(k, v) for k, v in dictionary(name.removesuffix(USUAL)).items()}
    names = name.split("|")
    if len(names) == 1:
        return _leaf(name)
    merged: dict[str, str] = {}
    for part in reversed(names):
        merged |= _leaf(part)
    return merged
