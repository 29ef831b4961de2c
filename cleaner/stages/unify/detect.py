"""Which script a text is in, as a whole and passage by passage.

Witnesses are characters that stand in one script only: of traditional Chinese those that OpenCC converts and GB 2312 lacks, of
simplified Chinese those that OpenCC converts and Big5 lacks. What both have (后 里 云 台) says nothing. Towards a target, a
character that the conversion to it gives is no witness against it (Hong Kong writes 温, 税 and 户), or what was
converted would be converted again. Nor is one that the way to the target changes within its script (羣 is 群 in Taiwan), or a
text that holds both scripts evenly would tip over when it is converted again. The table is ``rules/tables/unify-script.tsv``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterator
from functools import cache
from itertools import islice
from typing import Literal, NamedTuple

from cleaner import resources

Script = Literal["hans", "hant"]
TABLE = "tables/unify-script.tsv"
# For each target: which configuration takes a passage of which script there. A passage of any other script stays.
WAYS: dict[str, dict[Script, str]] = {
    "hans": {"hant": "hans"},
    "hant": {"hans": "s2t"},
    "tw": {"hans": "s2tw", "hant": "tw"},
    "hk": {"hans": "s2hk", "hant": "t2hk"},
}
# The ways to ``hans`` of a text that writes 著 for the particle 着.
ZHE_WAYS: dict[Script, str] = {"hant": "hans-zhe"}
HIRAGANA = "\u3041-\u3096"
KATAKANA = "\u30a1-\u30fa\uff66-\uff9d"

SAMPLE = 20_000  # characters that are counted where a text has witnesses of both scripts
MIXED = 0.1  # share of the rarer script's witnesses from which on a text counts as mixed
ISOLATED = 1  # witnesses of the rarer script in a clause that are a name or a quotation, and no passage
JAPANESE = 0.1  # share of kana in a sentence from which on it is Japanese
FEW_KANA = 2  # fewer of them are a brand name (優の良品) in a Chinese sentence

_SENTENCE = r"[^。！？!?\n]+"
_BRACKETS = r"「[^「」]*」|『[^『』]*』|“[^“”]*”|（[^（）]*）|\([^()]*\)|《[^《》]*》"
_BRACKETED = r"[^「」『』“”‘’（）()《》〈〉]+"
_CLAUSE = r"[^，、；：。！？,;:!?\s「」『』“”‘’（）()《》〈〉]+"
_HIRAGANA = f"[{HIRAGANA}]"
_KATAKANA = f"[{KATAKANA}]"
_ANY_KANA = f"[{HIRAGANA}{KATAKANA}]"
# What Chinese has beside a name in katakana, and Japanese not without hiragana.
_CHINESE = "[的了是在這們說沒嗎个这们说没吗]"


class Passage(NamedTuple):
    """[start, end) of a text, to be taken as written in ``script``."""

    start: int
    end: int
    script: Script


@cache
def _compiled(source: str) -> re.Pattern[str]:
    return re.compile(source)


@cache
def _classes() -> dict[str, str]:
    rows = (x.split("\t") for x in resources.path(TABLE).read_text("utf-8").splitlines() if not x.startswith("#"))
    return dict(rows)


@cache
def witness(script: Script, to: str | None = None) -> re.Pattern[str]:
    """A class of the characters that only ``script`` has; on the way ``to`` a target, without those that the target has too."""
    classes = _classes()
    return re.compile(f"[{classes.get(f'{script}>{to}') or classes[script]}]")


class Look(NamedTuple):
    """What two searches of a text found: where its first witness of each script stands, or -1, and whether it may hold kana."""

    hans: int
    hant: int
    kana: bool


def look(text: str) -> Look:
    """The first witnesses of ``text``. A text in one script costs one pass."""
    other = _compiled(f"[{_classes()['hans']}{HIRAGANA}{KATAKANA}]").search(text)
    simplified = other and witness("hans").search(text, other.start())
    return Look(simplified.start() if simplified else -1, _first_traditional(text), other is not None)


def _first_traditional(text: str) -> int:
    """Where the first witness of traditional script stands, or -1. None is in GB 2312, and Python's codec reads a text in two thirds
    of the time that the search takes.
    """
    try:
        text.encode("gb2312")
    except UnicodeEncodeError as error:
        found = witness("hant").search(text, error.start)
        return found.start() if found else -1
    return -1


def script(text: str, seen: Look | None = None) -> str | None:
    """The script of ``text``: "hans", "hant", "mixed", or None where nothing tells. ``seen``: its `look`, where one was had."""
    seen = seen or look(text)
    if seen.hans < 0 or seen.hant < 0:
        return "hans" if seen.hans >= 0 else "hant" if seen.hant >= 0 else None
    hans, hant = _counts(text, None, seen.hans, seen.hant)
    return "mixed" if min(hans, hant) >= MIXED * (hans + hant) else "hans" if hans > hant else "hant"


def _counts(text: str, to: str | None, *first: int) -> tuple[int, int]:
    """Witnesses of simplified and of traditional script in ``text`` or a sample of it; of the script that shows first not many
    more than `MIXED` asks for, beside those of the other. ``first``: where the first of each stands.
    """
    sample = text if len(text) <= SAMPLE else "".join(text[a : a + SAMPLE // 2] for a in first)
    scripts: tuple[Script, Script] = ("hans", "hant") if first[0] > first[1] else ("hant", "hans")
    rare = len(witness(scripts[0], to).findall(sample))
    enough = int(rare / MIXED) + 1
    common = sum(1 for _ in islice(witness(scripts[1], to).finditer(sample), enough))
    return (rare, common) if scripts[0] == "hans" else (common, rare)


def passages(text: str, wanted: Container[str], to: str, seen: Look) -> list[Passage]:
    """The parts of ``text`` whose script is one of ``wanted``, and others that lie between them. Japanese is in none of them.
    What tells the script are the witnesses for the target ``to``; ``seen`` is the text's `look`.

    A text is of the script that most of its witnesses have. Lines without a witness of the other one go with it; in the lines
    that have such witnesses every clause is judged by its own, where there are more than an isolated one.
    """
    simplified = witness("hans", to).search(text, seen.hans) if seen.hans >= 0 else None
    # of traditional witnesses that the way to Taiwan or Hong Kong changes, any one shows that there is something to convert
    traditional = witness("hant", to if to == "hans" else None).search(text, seen.hant) if seen.hant >= 0 else None
    if not (simplified and "hans" in wanted) and not (traditional and "hant" in wanted):
        return []
    if simplified and traditional:
        hans, hant = _counts(text, to, simplified.start(), traditional.start())
    else:
        hans, hant = int(simplified is not None), int(traditional is not None)
    main: Script = "hans" if hans > hant else "hant"
    found: list[Passage] = []
    at = 0
    for start, end in _suspects(text, main, to, bool(simplified and traditional), seen.kana and main in wanted):
        if at < start:
            found.append(Passage(at, start, main))
        found += _judge(text, start, end, main, to)
        at = end
    if at < len(text):
        found.append(Passage(at, len(text), main))
    return found


def _suspects(text: str, main: Script, to: str, both: bool, japanese: bool) -> Iterator[tuple[int, int]]:
    """Lines that hold a witness of the other script, or (where ``main`` is to be converted) kana."""
    hits = []
    if both:
        hits += [m.start() for m in witness("hant" if main == "hans" else "hans", to).finditer(text)]
    kana = [m.start() for m in _compiled(_ANY_KANA).finditer(text)] if japanese else []
    done = 0
    for hit in sorted(hits + kana) if hits and kana else hits or kana:
        if hit < done:
            continue
        start = text.rfind("\n", 0, hit) + 1
        done = text.find("\n", hit) % (len(text) + 1)
        yield start, done


def _judge(text: str, start: int, end: int, main: Script, to: str) -> list[Passage]:
    """The passages of one line."""
    line = text[start:end]
    target: Script = "hans" if to == "hans" else "hant"
    out = list(japanese(line))
    found: list[Passage] = []
    at = 0
    clauses = [m.span() for m in _compiled(_CLAUSE).finditer(line)]
    edges = [a for a, _ in out]
    simplified, traditional = witness("hans", to), witness("hant", to)
    here, inside, brackets = _verdicts(line, main, to)
    openings = [a for a, _ in brackets]
    for a, b in clauses:
        i = bisect_right(edges, a) - 1
        if i >= 0 and a < out[i][1]:
            verdict: Script | None = None
        else:
            s, t = len(simplified.findall(line, a, b)), len(traditional.findall(line, a, b))
            i = bisect_right(openings, a) - 1
            verdict = _verdict(s, t, inside if i >= 0 and a < brackets[i][1] else here)
            if verdict == target != here and (t if target == "hans" else s) > ISOLATED:
                verdict = here  # names in the target script, in a clause that is not
        if verdict == here:
            continue
        if at < a:
            found.append(Passage(start + at, start + a, here))
        if verdict:
            found.append(Passage(start + a, start + b, verdict))
        at = b
    if at < len(line):
        found.append(Passage(start + at, end, here))
    return found


def _verdicts(line: str, main: Script, to: str) -> tuple[Script, Script, list[tuple[int, int]]]:
    """The script of a line outside its quotations and titles, that of these together, and where they stand."""
    brackets = [m.span() for m in _compiled(_BRACKETS).finditer(line)]
    simplified, traditional = witness("hans", to), witness("hant", to)
    parts = _compiled(_BRACKETS).sub("", line), "".join(line[a:b] for a, b in brackets)
    (hans, hant), (hans_inside, hant_inside) = ((len(simplified.findall(x)), len(traditional.findall(x))) for x in parts)
    if not hans and not hant:
        hans, hant = hans_inside, hant_inside
    here = _verdict(hans, hant, main)
    return here, _verdict(hans_inside, hant_inside, here), brackets


def _verdict(hans: int, hant: int, main: Script) -> Script:
    """The script of a part of a ``main`` text, by its witnesses: the other one only where these are more, and not isolated."""
    if main == "hans":
        return "hant" if hant > max(hans, ISOLATED) else main
    return "hans" if hans > max(hant, ISOLATED) else main


def japanese(line: str) -> Iterator[tuple[int, int]]:
    """The Japanese sentences of a line, and the Japanese in brackets and quotation marks of its other sentences."""
    if not _compiled(_ANY_KANA).search(line):
        return
    for sentence in _compiled(_SENTENCE).finditer(line):
        if _is_japanese(_compiled(_BRACKETS).sub("", sentence[0])):
            yield sentence.span()
        else:
            parts = _compiled(_BRACKETED).finditer(line, *sentence.span())
            yield from (part.span() for part in parts if _is_japanese(part[0]))


def _is_japanese(text: str) -> bool:
    kana = len(_compiled(_HIRAGANA).findall(text))
    if not kana and not _compiled(_CHINESE).search(text):
        kana = len(_compiled(_KATAKANA).findall(text))
    return kana >= FEW_KANA and kana >= JAPANESE * len(text)
