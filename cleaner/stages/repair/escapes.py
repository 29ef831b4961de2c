r"""Escapes of characters that a reader was never meant to see: entities of HTML, \\uXXXX, %uXXXX, %XX, \\xNN, octal bytes.

Code, URLs and prose about escapes keep theirs.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable

from cleaner.edits import Edit

ENTITY = "repair/entity"
ESCAPE = "repair/escape"

ENTITIES = re.compile(
    r"&(?:amp;)*(?:#(?:[0-9]{2,7}|[xX][0-9a-fA-F]{2,6});|#(?:[1-9][0-9]{4}|8[2-9][0-9]{2}|9[0-9]{3})(?![0-9])|#x[2-9a-fA-F][0-9a-fA-F]{3}(?![0-9a-fA-F])|[A-Za-z][A-Za-z0-9]{1,30};)"
)
# where semicolons are gone everywhere: Latin and Greek signs, too
BARE = re.compile("&#(?:1[6-9][0-9]|2[0-4][0-9]|9[0-7][0-9])(?![0-9;])")
MANY = 4  # escapes of a line from which they are damage, whatever the line speaks of
# words and marks of text that speaks about markup and code
ABOUT_MARKUP = re.compile(
    r"HTML|XML|XHTML|实体|實體|转义|轉義|字符引用|标签|標籤|源代码|源码|`|乱码|亂碼|[Ee]ntit|[Ee]scap|JSON|编码|編碼|正则|正則|URL|\[\\\\[ux]"
)
# an entity that the sentence says something about
EXPLAINED = re.compile(
    r"[\s“（(]&[#A-Za-z0-9]{2,31};[”）)]?\s?(?:是|即|指|表示|代表|显示|顯示|要写|写成|写作|可写)|(?:写作|寫作|写成|寫成|输入|輸入)\s*[“「]?&[#A-Za-z0-9]{2,31};"
)
CODE = re.compile(
    r"""(?<![\u3400-\u9fff])[=(\[{,:]\s*[rbu]?["'\[]|["']\s*[;,)\]}]|\b(?:printf?|echo|String|char|var|let|const|return|import|def|re)\b|//|/\*|[A-Za-z]:\\"""
)
UNICODE = re.compile(r"(?:\\u[0-9a-fA-F]{4})+")
PERCENT_U = re.compile(r"(?:%u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2})+")
PERCENT = re.compile(r"%[0-9a-fA-F]{2}(?:[A-Za-z0-9._~-]|%[0-9a-fA-F]{2})*")
BYTES_HEX = re.compile(r"(?:\\x[0-9a-fA-F]{2}){2,}")
BYTES_OCTAL = re.compile(r"(?:\\[0-3][0-7]{2}){2,}")
ANY_BACKSLASH = re.compile(r"\\(?:u[0-9a-fA-F]{4}|x[0-9a-fA-F]{2}|[0-3][0-7]{2})")
ANY_PERCENT = re.compile(r"%u?[0-9a-fA-F]{2}")
HAN = re.compile("[\u3400-\u9fff\u3000-\u303f\uff01-\uff5e“”‘’—…·×°±]")
QUOTED = re.compile("(?:=[89A-F][0-9A-F]){3}")
BASE64 = re.compile("[+][A-Za-z0-9+/]{8}")
LEAST_HAN = 3  # characters of a line of quoted-printable or UTF-7
LINE_END = re.compile("%0[AaDd]")
IN_URL = re.compile(r"(?:https?|ftp)://\S*$|www\.\S*$|[?&][A-Za-z0-9_.-]+=\S*$")
IN_PATH = re.compile(r"[A-Za-z0-9]/[!-~]*$")  # only %XX stands in paths: iOS/Android\u5e73\u53f0 is none
MOST_URL = 300  # code points before an escape in which the head of its URL is looked for
SPACES = frozenset("\xa0\u2002\u2003\u2009")


def mend(text: str, join: bool = True) -> list[Edit]:
    """Edits that put characters for their escapes. None reaches across a line end, but for the soft ones of quoted-printable, which are
    no line ends of the text; ``join``: whether these may go.
    """
    edits: list[Edit] = []
    at = 0
    for line in text.split("\n"):
        before = len(edits)
        if "&" in line:
            edits += _entities(line, at)
        if "\\" in line and _damaged(line, ANY_BACKSLASH):
            edits += _runs(line, at, UNICODE, _unicode)
            edits += _runs(line, at, BYTES_HEX, lambda s: _bytes(bytes.fromhex(s.replace("\\x", ""))))
            edits += _runs(line, at, BYTES_OCTAL, lambda s: _bytes(bytes(int(x, 8) for x in s[1:].split("\\"))))
        if "%" in line and _damaged(line, ANY_PERCENT):
            edits += _runs(line, at, PERCENT_U, _percent_u) if "%u" in line else _runs(line, at, PERCENT, _percent)
        if "+" in line and BASE64.search(line) and (whole := _utf7(line, at)):
            edits[before:] = whole
        at += len(line) + 1
    whole = _quoted_printable(text, join) if "=" in text else []
    starts = [e.start for e in whole]
    # these are whole lines, in order: an edit inside one begins behind its start
    rest = [e for e in edits if not (i := bisect_right(starts, e.start)) or whole[i - 1].end <= e.start]
    return sorted([*whole, *rest])


def _utf7(line: str, at: int) -> list[Edit]:
    """The edit of a line of UTF-7 (RFC 2152): Han characters as UTF-16 in base 64 between ``+`` and ``-``."""
    try:
        text = line.encode("ascii").decode("utf-7")
    except UnicodeError:
        return []
    from cleaner.stages.decode import PLAUSIBLE, plausibility

    if len(HAN.findall(text)) < LEAST_HAN or "://" in line or plausibility(text)[1] > PLAUSIBLE:
        return []
    return [Edit(at, at + len(line), text, (ESCAPE,))]


def _quoted_printable(text: str, join: bool) -> list[Edit]:
    """Edits of the lines of quoted-printable (RFC 2045), each with those that a ``=`` at its end ties to it, if ``join`` allows."""
    edits = []
    at = 0
    while found := QUOTED.search(text, at):
        start = text.rfind("\n", 0, found.start()) + 1
        while start and join and text[start - 2 : start] == "=\n":
            start = text.rfind("\n", 0, start - 1) + 1
        end = text.find("\n", found.end())
        while end > 0 and join and text[end - 1] == "=":
            end = text.find("\n", end + 1)
        at = len(text) if end < 0 else end
        shown = text[start:at]
        if shown.isascii() and shown[-1] != "=" and not CODE.search(shown):
            from quopri import decodestring

            char = _bytes(decodestring(shown.encode()))
            if char is not None and len(HAN.findall(char)) >= LEAST_HAN and "\n" not in char:
                edits.append(Edit(start, at, char, (ESCAPE,)))
    return edits


def _damaged(line: str, escape: re.Pattern[str]) -> bool:
    """Whether the escapes of ``line`` are no code and no topic: their number tells, or that nothing in the line speaks of such."""
    return not CODE.search(line) and (not ABOUT_MARKUP.search(line) or len(escape.findall(line)) >= MANY * 4)


def _entities(line: str, at: int) -> list[Edit]:
    hits = list(ENTITIES.finditer(line))
    if len(hits) < MANY and (ABOUT_MARKUP.search(line) or EXPLAINED.search(line)):
        return []
    from html import unescape

    edits = []
    bare = sum(not found[0].endswith(";") for found in hits)
    for found in [*hits, *BARE.finditer(line)] if bare >= MANY else hits:
        shown = found[0] if found[0].endswith(";") else found[0] + ";"
        char = shown
        for _ in range(4):
            char = unescape(char)
        if (
            char == shown
            or ("&" in char and len(char) > 1)
            or IN_URL.search(line, max(0, found.start() - MOST_URL), found.start())
        ):
            continue
        if char in "\r\n\t" or char in SPACES:
            char = " "
        edits.append(Edit(at + found.start(), at + found.end(), char, (ENTITY,)))
    return edits


def _runs(line: str, at: int, pattern: re.Pattern[str], decode: Callable[[str], str | None]) -> list[Edit]:
    edits = []
    beside: list[Edit] = []  # runs without Han characters, which count where others have them: μ, ≤
    for found in pattern.finditer(line):
        before = max(0, found.start() - MOST_URL), found.start()
        if IN_URL.search(line, *before) or (pattern is PERCENT and IN_PATH.search(line, *before)):
            continue
        start, made = at + found.start(), []
        for piece in re.split(f"({LINE_END.pattern})", found[0]):
            if not piece:
                continue
            ends = LINE_END.fullmatch(piece) is not None
            char = ("\n" if piece[-1] in "Aa" else "\r") if ends else decode(piece)
            if char is not None and (ends or HAN.search(char) or pattern is PERCENT_U) and ends == (char in "\r\n"):
                made.append(Edit(start, start + len(piece), char, (ESCAPE,)))
            start += len(piece)
        if any(HAN.search(e.after) for e in made) or pattern is PERCENT_U:
            edits += made
        elif pattern is UNICODE and (char := decode(found[0])) and min(char) >= "\xa0":
            beside.append(Edit(at + found.start(), at + found.end(), char, (ESCAPE,)))
    return edits + beside if edits else edits


def _unicode(shown: str) -> str | None:
    try:
        return bytes.fromhex(shown.replace("\\u", "")).decode("utf-16-be")
    except UnicodeDecodeError:
        return None


def _percent_u(shown: str) -> str | None:
    units = [int(x[1:], 16) if x[0] == "u" else int(x, 16) for x in shown[1:].split("%")]
    try:
        return b"".join(u.to_bytes(2, "big") for u in units).decode("utf-16-be")
    except UnicodeDecodeError:
        return None


def _percent(shown: str) -> str | None:
    from urllib.parse import unquote_to_bytes

    return _bytes(unquote_to_bytes(shown))


def _bytes(data: bytes) -> str | None:
    """``data`` as UTF-8, or as GB18030 where that is plausible Chinese."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        pass
    try:
        text = data.decode("gb18030")
    except UnicodeDecodeError:
        return None
    from cleaner.stages.decode import PLAUSIBLE, plausibility

    return text if plausibility(text)[1] <= PLAUSIBLE else None
