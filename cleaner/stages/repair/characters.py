"""Single characters that stand for others or for nothing: radicals, compatibility ideographs, full-width letters, invisible ones."""

from __future__ import annotations

import re
from functools import cache
from string import ascii_letters

from cleaner.edits import Edit
from cleaner.stages.repair.suspects import lines

RADICAL = "repair/radical"
FULL_WIDTH = "repair/full-width"
INVISIBLE = "repair/invisible"
ODD_SPACE = "repair/odd-space"
LOOK_ALIKE = "repair/look-alike"

CIRCLE = re.compile("[○OＯo◯]")
YEAR = re.compile("[一二](?=[^\n]{0,2}[○OＯo◯])[一二三四五六七八九零〇○OＯo◯]{3}(?=[年至])")
# 第一条, 十一月, 之一的: a dash there has no other meaning; 十—二十 is a range
DASHED = re.compile(
    "(?<![—－ー-])[—－ー-](?![—－ー-])(?:(?<=第.)(?=[\u3400-\u9fff])|(?<=十.)(?=[条條章节節款项項届屆次月日年号號分秒])|(?<=之.)(?=[的，。、；者])|(?<=[条條分]之.))"
)
# 统一, 之一: the model tells a word from a title with a separator (卫生系统-每日新闻); 统 that ends a word of its own needs more
DASHED_WORD = re.compile("(?<![—－ー-])[—－ー-](?<=[统之].)(?=[\u3400-\u9fff])")
LEAST_ONE = 2.0  # nats by which 一 must read better there than a dash
LEAST_ONE_WORD = 0.0  # where 统 begins a word
ENDS_IN_TONG = frozenset("系传總总血正法道")
RADICALS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
# text about radicals has them because it means them; with its other words they stand alone, not in a word
ABOUT_RADICALS = re.compile("部首|偏旁|康熙|[Uu][+＋]?2[EeFf]")
ABOUT_CHARACTERS = re.compile("部件|笔画|筆畫|字典")
IN_A_WORD = re.compile("[\u3400-\u9fff][\u2e80-\u2fdf\uf900-\ufaff]|[\u2e80-\u2fdf\uf900-\ufaff][\u3400-\u9fff]")
# Korean text uses the compatibility ideographs of KS X 1001 on purpose
HANGUL = re.compile("[\uac00-\ud7a3]")
WIDE = re.compile("[０-９Ａ-Ｚａ-ｚ]+")
WIDE_DIGIT = re.compile("[０-９]")
TO_NARROW = {c: c - 0xFEE0 for c in range(0xFF10, 0xFF5B)}
LEAST_JOINT = 1.0  # nats
MANY_DIGITS = 3  # runs of full-width digits in a document whose short words are taken, too
LEAST_WIDE_WORD = 4  # letters; shorter runs (Ａ股, ＫＴＶ) are a style of their own

# zero width and formatting characters; U+0085 is a C1 control. Form feed, tab and line ends belong to the lines.
HIDDEN = re.compile(
    "[\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u034f\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]+"
)
LOST_SHARE = 10  # one U+FFFD in so many characters or fewer
JOINERS = "\u200c\u200d"
SELECTORS = "\ufe00\ufe01\ufe02\ufe03\ufe04\ufe05\ufe06\ufe07\ufe08\ufe09\ufe0a\ufe0b\ufe0c\ufe0d\ufe0e\ufe0f"
RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
# scripts that need joiners (Arabic, Indic, Mongolian, Khmer and their neighbours), and signs that selectors belong to
NEEDS_JOINER = re.compile(
    "[\u0600-\u0dff\u0f00-\u109f\u1780-\u18af\u20e3\u2190-\u2bff\u3030\u303d\u3297\u3299©®\U0001f000-\U000e007f]"
)
MANY_SPACES = 2  # in one line: they were sown, not set
LEAST_LINE = 24  # code points; in a heading such a space parts the number from the words
NUMBERED = re.compile("第[^\\s]{1,8}[编編章节節条條款]$")
SPACES = re.compile("(?<=[\u3400-\u9fff、。，；：？！”）》])[\xa0\u2002-\u200a\u202f](?=[^\\s\xa0\u2002-\u200a\u202f]| \\S|$)")
NO_SPACE_BEFORE = ("", " ", *"，。、；：？！）》”")  # a line's end, another space, and marks
LEAST_WORDS = 16  # of a line in which it parts two halves of a word
LATIN_NEXT = frozenset(ascii_letters + "([&")  # a space before these may be meant
SOWN = 4  # such spaces inside words of a document from which they are everywhere
HAN = re.compile("[\u3400-\u9fff]")


@cache
def _unified() -> dict[str, str]:
    from cleaner.resources import path

    lines = path("tables/repair-radicals.tsv").read_text(encoding="utf-8").splitlines()
    return dict(line.split("\t") for line in lines if not line.startswith("#"))


def radicals(text: str) -> list[Edit]:
    """Radicals and compatibility ideographs as the characters that they look like, line by line, but not where they are the topic."""
    from cleaner.stages.repair.shift import readings

    edits, table = [], _unified()
    for start, line in lines(text, RADICALS):
        meant = ABOUT_RADICALS.search(line) or (ABOUT_CHARACTERS.search(line) and not IN_A_WORD.search(line))
        if meant or "\ufffd" in line or HANGUL.search(line) or _ascending(line):
            continue
        for found in RADICALS.finditer(line):
            plain = table.get(found[0])
            if found[0] == "\u2f3e" and not any(c in readings().of for c in line):
                plain = "户"  # U+2F3E is 戶 by its name; in simplified text fonts use it for 户
            if plain:
                edits.append(Edit(start + found.start(), start + found.end(), plain, (RADICAL,)))
    return edits


def _ascending(line: str) -> bool:
    """Whether three radicals follow each other in the order of their code points, as in a table of them."""
    return any(line[i] >= "\u2e80" and ord(line[i]) + 2 == ord(line[i + 1]) + 1 == ord(line[i + 2]) for m in RADICALS.finditer(line)
               if (i := m.start()) + 2 < len(line) and line[i + 2] <= "\u2fdf")  # fmt: skip


def full_width(text: str) -> list[Edit]:
    """Full-width digits as ASCII, and full-width letters where they are more than a style: beside digits, or whole words."""
    runs = [m[0] for m in WIDE.finditer(text)]
    digits = sum(map(bool, map(WIDE_DIGIT.search, runs))) >= MANY_DIGITS
    # one whole word shows that full-width letters are no style of short names here
    least = 2 if any(len(run) >= LEAST_WIDE_WORD for run in runs) else LEAST_WIDE_WORD
    return [
        Edit(start + found.start(), start + found.end(), found[0].translate(TO_NARROW), (FULL_WIDTH,))
        for start, line in lines(text, WIDE)
        if "\ufffd" not in line
        for found in WIDE.finditer(line)
        if digits or len(found[0]) >= least or WIDE_DIGIT.search(found[0])
    ]


def invisible(text: str) -> list[Edit]:
    """Characters without width or meaning taken out, except in emoji, in scripts that need joiners and in right-to-left text."""
    edits = []
    for start, line in lines(text, HIDDEN):
        # a line that is lost stays as it is
        if RIGHT_TO_LEFT.search(line) or line.count("\ufffd") * LOST_SHARE > len(line):
            continue
        for found in HIDDEN.finditer(line):
            a, b = found.span()
            run, before, after = found[0], line[max(0, a - 1) : a], line[b : b + 1]
            if any(c in run for c in JOINERS + SELECTORS) and (_kept_beside(before) or _kept_beside(after)):
                keep = [c for c in run if c in JOINERS + SELECTORS]
                if len(keep) == len(run):
                    continue
                edits.append(Edit(start + a, start + b, "".join(keep), (INVISIBLE,)))
                continue
            edits.append(Edit(start + a, start + b, "", (INVISIBLE,)))
    return edits


def look_alikes(text: str) -> list[Edit]:
    """〇 written with a circle or the letter O in a year (二○二三年), 一 with a dash (第—条)."""
    edits = []
    for year in YEAR.finditer(text):
        edits += [Edit(m.start(), m.end(), "〇", (LOOK_ALIKE,)) for m in CIRCLE.finditer(text, *year.span())]
    spans = {m.span() for m in DASHED.finditer(text)}
    spans |= {
        m.span()
        for m in DASHED_WORD.finditer(text)
        if _reads_one(text[max(0, m.start() - 4) : m.start()], text[m.end() : m.end() + 4])
    }
    return edits + [Edit(a, b, "一", (LOOK_ALIKE,)) for a, b in sorted(spans)]


def _reads_one(left: str, right: str) -> bool:
    """Whether 一 reads better between ``left`` and ``right`` than a dash."""
    from cleaner.language import model

    lm = model()

    def likely(between: str) -> float:
        text = left + between + right[:2]
        return sum(lm.step(text[:i], text[i]) for i in range(len(left), len(text)))

    begins = left[-1:] == "统" and left[-2:-1] not in ENDS_IN_TONG
    return likely("一") - likely("-") >= (LEAST_ONE_WORD if begins else LEAST_ONE)


def _kept_beside(char: str) -> bool:
    return bool(char) and NEEDS_JOINER.match(char) is not None


def odd_spaces(text: str) -> list[Edit]:
    """No-break and typographic spaces inside words or sentences: gone; others stay. Where many stand inside words they were sown over
    the document, and all go that have a Han character or a mark before them.
    """
    from cleaner.language import model

    lm, edits, sown = model(), [], 0
    rest = []
    for start, line in lines(text, SPACES):
        hits = [m.span() for m in SPACES.finditer(line)]
        for a, b in hits:
            left, right = line[max(0, a - 12) : a], line[b : b + 8]
            inside = HAN.match(left[-1]) is not None and HAN.match(right) is not None
            joint = lm.joint(left, right) if inside else 0.0
            sown += joint > LEAST_JOINT
            edit = Edit(start + a, start + b, "", (ODD_SPACE,))
            if NUMBERED.fullmatch(line, 0, a) and right[:1] != " ":
                continue
            needless = right[:1] in NO_SPACE_BEFORE or (len(line) >= LEAST_WORDS and joint > LEAST_JOINT)
            if needless or (
                len(line) >= LEAST_LINE
                and (not inside or len(hits) >= MANY_SPACES or joint > 0.0)
                and right[:1] not in LATIN_NEXT
            ):
                edits.append(edit)
            else:
                rest.append(edit)
    return edits + rest if sown >= SOWN else edits
