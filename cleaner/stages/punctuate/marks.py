"""Which marks of a line become Chinese ones, by GB/T 15834.

A mark, bracket or quotation mark is set by what it stands beside: Chinese characters and Chinese marks are evidence, and other
marks and spaces hand the evidence of their own neighbours on. Evidence only grows while marks are set, so the result does
not depend on the order, and a second pass finds nothing to do.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from cleaner.stages.punctuate.protect import MASK, compiled

FULL = {",": "，", ";": "；", ":": "：", "?": "？", "!": "！", "(": "（", ")": "）"}
RULES = {
    ",": "punctuate/comma",
    ";": "punctuate/semicolon",
    ":": "punctuate/colon",
    "?": "punctuate/question",
    "!": "punctuate/exclamation",
    "(": "punctuate/brackets",
    ")": "punctuate/brackets",
    '"': "punctuate/quotes",
    "'": "punctuate/quotes",
}
# The rule of each as edits hold it.
SOURCES = {mark: (rule,) for mark, rule in RULES.items()}
# Chinese characters and marks. Curly quotation marks, the ellipsis and the dash are English too and tell nothing.
# `re` takes a millisecond to compile this class, so that only the pattern for whole texts has it.
CHINESE = "\u3001-\u301f\u3400-\u9fff！-？\U00020000-\U0003ffff"
OPENING, CLOSING = "“‘（《〈「『【〔", "”’）》〉」』】〕"
OPERATORS = frozenset("=+-*/^<>[{_")  # behind a bracket they make it a formula
_RELATIONS = frozenset("=+*/^<>∈∉⊂⊆∪∩×÷√≤≥≠≈")  # and these before it
MOST_SWEEPS = 8  # passes over the marks of a line: one does, unless brackets that are set are the only evidence for others

_EVENT = re.compile("""[,;:?!()（）"' “”‘’]""")
_NOT_LATIN_1 = re.compile(r"[^\x00-\xff]")
_ANY_MARK = re.compile("""[,;:?!()"']""")
_HANDS_ON = frozenset(',;:?!()" “”‘’（）')
_MARKS = frozenset(",;:?!")
_DIGITS = frozenset("0123456789")
_IN_ORDER = re.compile("(?:“”)*")
_STRAIGHT = re.compile('"+')
# A quotation mark that ends something: a full stop before it, or a mark behind it.
_END = re.compile('[。？！…?!]"|."[，。、；：？！）,;:?!)]')
_LATIN = re.compile(r"[A-Za-z]+")
_SENTENCE = re.compile(r"""\s*["'(]?[A-Z][a-z]*[ ,].*[A-Za-z0-9][.?!]["')]?\s*$""")
_WORDS_TOGETHER = re.compile("[A-Za-z] [A-Za-z]")
_CODE = re.compile(r"[=^*\\{}|<>\[\]]")
_WORDS = r"[A-Z][A-Za-z]*(?:[ -][A-Za-z]+)+|\d{4,}"
_RECORD = re.compile(r"""\s*["'\[{]""")
_RECORD_SEAM = re.compile(r"""["']\s*[:,]\s*(?:["'\[{\d]|-\d|true\b|false\b|null\b)""", re.I)
# An element of a list on a line of its own ("…",).
_ELEMENT = re.compile(r"""\s*(?:"[^"]*"|'[^']*'),\s*$""")
# A call or an assignment of a string, a key of YAML, a command with an option or a redirection: all begin with a Latin word.
_STATEMENT = re.compile(
    r"""\s*(?:[A-Za-z_][A-Za-z0-9_.]*\(\s*[bfru]?["']"""
    r"""|(?:(?:const|let|var|export|local)[ ])?[A-Za-z_][A-Za-z0-9_.]*\s?[+:]?=\s?[bfru]?["'\[{]"""
    r"""|(?:-[ ])?[a-z_][a-z0-9_.-]*:[ ][^。]*$"""
    r"""|(?:\$[ ])?[a-z][a-z0-9_.+-]*[ ](?:[^\n]*[ ])?(?:--?[A-Za-z]|[0-9&]?>>?[ ]?[^\s=>]))"""
)
# A straight mark behind a digit is inches, minutes or seconds (3", 39°54'20"), but for a number quoted by itself ("12345").
_QUOTED_NUMBER = re.compile(r"""(?<![0-9°′″'"])(["'])[0-9][0-9A-Za-z.+=<>*/%×:-]*\1""")
_INCH = re.compile("[0-9][\"']")
# Latin words and commas without spaces in a Chinese sentence (使用Python 3.11,Node.js 20;): Chinese before and behind.
_WORD = "[A-Za-z0-9][A-Za-z0-9.+%/ -]*"
_RUN = rf"(?<=[^\x00-\xff]){_WORD}(?:,{_WORD})+(?=[;:?!]?([^\x00-\xff]))"
_LATIN_COMMA = re.compile(r"[A-Za-z0-9],[A-Za-z0-9]")

Mark = tuple[int, int, str, str]  # [start, end) of a line becomes the text, by the rule


class Pair(NamedTuple):
    """Two marks that go together, by their index among the line's marks."""

    open: int
    close: int
    form: str


def is_chinese(char: str) -> bool:
    """Whether one character (or none) is of the class ``CHINESE``."""
    return (
        "\u3400" <= char <= "\u9fff"
        or "\u3001" <= char <= "\u301f"
        or "！" <= char <= "？"
        or "\U00020000" <= char <= "\U0003ffff"
    )


def is_han(char: str) -> bool:
    """Whether one character (or none) is a Chinese character."""
    return "\u3400" <= char <= "\u9fff" or char == "〇" or "\U00020000" <= char <= "\U0003ffff"


def first_han(text: str, start: int, end: int) -> int:
    """Where the first Chinese character of ``text[start:end]`` stands, or -1."""
    for m in _NOT_LATIN_1.finditer(text, start, end):
        if is_han(m[0]):
            return m.start()
    return -1


def record(line: str) -> bool:
    """Whether a line is data or code: a JSON object, a row of quoted values, a call, a key of YAML, a command."""
    if _RECORD.match(line) and (_RECORD_SEAM.search(line) or _ELEMENT.match(line)):
        return True
    return _STATEMENT.match(line) is not None


def english(line: str) -> bool:
    """Whether a line (masked) has more Latin words than characters that are not ASCII: its marks are English. An English sentence
    from its first word to its full stop may have twice as many, for the names that it speaks of.
    """
    beyond = len(line) - len(line.encode("ascii", "ignore")) - line.count(MASK)
    if beyond * 2 >= len(line):
        return False
    words = len(_LATIN.findall(line))
    if beyond * 4 < len(line) and words > beyond:
        return True
    return words * 2 > beyond and _SENTENCE.match(line) is not None and _WORDS_TOGETHER.search(line) is not None


def marks(line: str, careful: bool) -> list[Mark]:
    """The marks of ``line`` (masked) that become Chinese, not in order. ``careful``: spaces hand no evidence on."""
    if not _ANY_MARK.search(line):
        return []
    at = [m.start() for m in _EVENT.finditer(line)]
    left, right = [is_chinese(line[p - 1 : p]) for p in at], [is_chinese(line[p + 1 : p + 2]) for p in at]
    # marks that stand directly behind another one, where evidence is handed on
    joints = [i for i in range(1, len(at)) if at[i] == at[i - 1] + 1]
    found: list[Mark] = []
    done: set[int] = set()
    if "(" in line or '"' in line or "'" in line or ")" in line:
        pairs = _pairs(line, at)
        done.update(i for pair in pairs for i in pair[:2])
        behind = _chinese_behind(line, at, pairs)
        for _ in range(MOST_SWEEPS):
            if joints:
                _hand_on(line, at, joints, left, right, careful)
            waiting = [pair for pair in pairs if not _is_chinese(line, at, pair, left, right, behind)]
            for pair in pairs if not waiting else set(pairs).difference(waiting):
                _set_pair(line, at, pair, left, right, found)
            if not joints or not waiting or len(waiting) == len(pairs):
                break
            pairs = waiting
    if joints:
        _hand_on(line, at, joints, left, right, careful)
    for i, p in enumerate(at):
        c = line[p]
        if c in _MARKS and (left[i] or right[i]) and i not in done and not _in_number(line, p):
            found.append((p, p + 1, FULL[c], RULES[c]))
    return found


def _hand_on(line: str, at: list[int], joints: list[int], left: list[bool], right: list[bool], careful: bool) -> None:
    """Evidence across marks that stand side by side. A mark that will be set is evidence itself."""
    for way in (1, -1, 1):
        for i in joints[::way]:
            if way > 0 and not left[i]:
                c = line[at[i - 1]]
                left[i] = (left[i - 1] and c in _HANDS_ON and not (careful and c == " ")) or (right[i - 1] and c in _MARKS)
            elif way < 0 and not right[i - 1]:
                c = line[at[i]]
                right[i - 1] = (right[i] and c in _HANDS_ON and not (careful and c == " ")) or (left[i] and c in _MARKS)


def _set_pair(line: str, at: list[int], pair: Pair, left: list[bool], right: list[bool], found: list[Mark]) -> None:
    """Set both marks of a pair; they are evidence for their neighbours from now on."""
    for i, form in zip(pair[:2], pair.form, strict=True):
        p = at[i]
        if line[p] in RULES:
            found.append((p, p + 1, form, RULES[line[p]]))
        if i and at[i - 1] == p - 1:
            right[i - 1] = True
        if i + 1 < len(at) and at[i + 1] == p + 1:
            left[i + 1] = True


def _pairs(line: str, at: list[int]) -> list[Pair]:
    """Brackets by nesting, half and full width alike; quotation marks of which one at least is straight."""
    pairs: list[Pair] = []
    stack: list[int] = []
    double: list[int] = []
    single: list[int] = []
    for i, p in enumerate(at):
        c = line[p]
        if c in "(（":
            stack.append(i)
        elif c in ")）":
            if stack:
                pairs.append(Pair(stack.pop(), i, "（）"))
        elif c in '"“”':
            double.append(i)
        elif c == "'" and (len(single) % 2 or not (p and line[p - 1].isascii() and line[p - 1].isalnum())):
            single.append(i)
    if _INCH.search(line) and _INCH.search(_QUOTED_NUMBER.sub("", line)):
        return [pair for pair in pairs if line[at[pair.open]] == "(" or line[at[pair.close]] == ")"]
    if '"' in line:
        pairs += _double_quotes(line, at, double)
    if len(single) % 2 == 0:
        pairs += [Pair(a, b, "‘’") for a, b in zip(single[::2], single[1::2], strict=True)]
    return [pair for pair in pairs if line[at[pair.open]] in "(\"'" or line[at[pair.close]] in ")\"'"]


def _double_quotes(line: str, at: list[int], index: list[int]) -> list[Pair]:
    """Pairs of the “, ” and straight quotation marks of a line; none where they do not come out even.

    Where the curly ones are in order, straight ones inside a pair of them are inner ones (‘’), by turns. Where they are not, or
    where the first one inside looks like an end, a straight one closes what a curly one opened, and the other way round.
    """
    quotes = "".join(line[at[i]] for i in index)
    pairs: list[Pair] = []
    if _IN_ORDER.fullmatch(quotes.replace('"', "")):
        for m in _STRAIGHT.finditer(quotes):
            inside = quotes[m.start() - 1 : m.start()] == "“"
            if inside and _END.match(line, at[index[m.start()]] - 1):
                break
            if (m.end() - m.start()) % 2:
                return []
            pairs += [Pair(index[k], index[k + 1], "‘’" if inside else "“”") for k in range(m.start(), m.end(), 2)]
        else:
            return pairs
        pairs = []
    opened = -1
    for k, c in enumerate(quotes):
        if opened < 0 and c != "”":
            opened = k
        elif opened >= 0 and c != "“":
            pairs.append(Pair(index[opened], index[k], "“”"))
            opened = -1
        else:
            return []
    return pairs if opened < 0 or quotes[opened] == "“" else []


def _chinese_behind(line: str, at: list[int], pairs: list[Pair]) -> dict[int, int]:
    """Where the first Chinese character behind each opening mark stands; every part of the line is searched once."""
    found: dict[int, int] = {}
    end = following = len(line)
    for i in sorted((pair.open for pair in pairs), reverse=True):
        first = first_han(line, at[i] + 1, end)
        following = first if first >= 0 else following
        found[i], end = following, at[i]
    return found


def _is_chinese(line: str, at: list[int], pair: Pair, left: list[bool], right: list[bool], behind: dict[int, int]) -> bool:
    """Whether a pair is set: Chinese inside or outside, and no call, formula or gloss of a Latin word."""
    a, b = at[pair.open], at[pair.close]
    inside = behind[pair.open] < b
    before = line[a - 1 : a]
    if pair.form != "（）":
        if b == a + 1 or (not left[pair.open] and before and before in "=({["):
            return False
        return inside or left[pair.open] or right[pair.close]
    if line[a] == "（" or line[b] == "）":
        return True
    if not inside and line[b + 1 : b + 2] and line[b + 1] in OPERATORS:
        return False
    if before in _RELATIONS:
        return inside
    if before.isascii() and before.isalnum():
        # a call, f(x), or a name with its gloss, AIGC(AI Generated Content), Shanghai(上海)
        return inside or (right[pair.close] and compiled(_WORDS).fullmatch(line, a + 1, b) is not None)
    return inside or left[pair.open] or (right[pair.close] and _CODE.search(line, a + 1, b) is None)


def _in_number(line: str, p: int) -> bool:
    """1,000 and 16:52: a mark with a digit on both sides."""
    return line[p - 1 : p] in _DIGITS and line[p + 1 : p + 2] in _DIGITS


def latin_commas(line: str) -> list[Mark]:
    """Commas between words of Latin letters in a Chinese sentence."""
    if not _LATIN_COMMA.search(line):
        return []
    found: list[Mark] = []
    for m in compiled(_RUN).finditer(line):
        p = m.start()
        if not (is_chinese(line[p - 1]) and is_chinese(m[1])):
            continue
        for word, following in pairwise(m[0].split(",")):
            p += len(word) + 1
            if _is_word(word) and _is_word(following) and not _in_number(line, p - 1):
                found.append((p - 1, p, "，", RULES[","]))
    return found


def _is_word(run: str) -> bool:
    return len(run) > 1 and any(map(str.isalpha, run))
