"""The authors that a text names itself: 本报记者 …, （记者 …）, 文/…."""

from __future__ import annotations

import re

from cleaner.fold import fold
from cleaner.stages.structure.head import SHORT_BYLINE
from cleaner.stages.structure.lexicon import lexicon, limit, pattern
from cleaner.stages.structure.result import Found
from cleaner.stages.structure.view import View

# how far from a line's ends a byline stands
_EDGE = 80
_IN_TEXT = ("记者", "記者", "通讯员", "通訊員", "电（", "電（", "电(", "電(", "电 （", "評論員", "评论员")
_IN_LINE = (
    *_IN_TEXT[:4],
    "文/",
    "文／",
    "文丨",
    "文｜",
    "文|",
    "文：",
    "作者",
    "撰",
    "采写",
    "採寫",
    "特派",
    "评论员",
    "評論員",
)
# the ends of 记者 and 通讯员, and 电, in both scripts
_WROTE = ("者", "员", "員", "电", "電")
_WRITERS = ("记者", "通讯员", "特派员", "评论员", "撰稿人", "作者")
_CUT = re.compile(r"[ \u3000、,，]+|(?:和|及|与)(?=[\u4e00-\u9fff]{2})")
_ROLE = re.compile("通讯员|特约撰稿人?|实习生|见习记者|实习记者|特约记者|记者|摄影|报道员")
_PICTURES = (
    "摄影",
    "攝影",
    "图/",
    "圖/",
    "图／",
    "圖／",
    "图丨",
    "圖丨",
    "图|",
    "圖|",
    "图｜",
    "圖｜",
    "图：",
    "圖：",
    "图片：",
    "圖片：",
)
_AGENCY = re.compile("[社网报台]$|资料|来源|视觉")
_PHOTO = re.compile(r"(?:摄|摄影|供图|图)[)）]?$")


def authors(view: View) -> list[Found]:
    """Who wrote the text, in order, without doubles, and who photographed for it; what reporters ask or say does not count."""
    found = _photographers(view)
    seen: set[str] = set()
    for i, names in _stated(view):
        fresh = [n for n in names if n not in seen]
        seen.update(fresh)
        if fresh:
            found.append(Found("web", "authors", fresh, "structure/byline", i))
    return found


def _photographers(view: View) -> list[Found]:
    """Who took the pictures, by a label on a short line near the beginning or the end."""
    lines, wide = view.lines, 2 * limit("byline_lines")
    n = len(lines)
    found = []
    for i in range(n) if n <= 2 * wide else (*range(wide), *range(n - wide, n)):
        line = lines[i]
        if 4 <= len(line) <= _EDGE and any(hint in line for hint in _PICTURES):
            folded = view.fold(i)
            match = pattern("byline_photo").search(folded)
            names = _names(line, folded, match.start("names"), match.end("names")) if match else []
            names = [name for name in names if not _AGENCY.search(fold(name))]
            if names:
                found.append(Found("web", "photographers", names, "structure/photographer", i))
    return found


def _stated(view: View) -> list[tuple[int, list[str]]]:
    lines = view.lines
    found: list[tuple[int, list[str]]] = []
    top, tail, wide = limit("byline_lines"), limit("byline_tail"), 2 * limit("byline_lines")
    n = len(lines)
    edges = range(n) if n <= top + tail else (*range(top), *range(n - tail, n))
    ends = "\n".join([lines[i][:_EDGE] + lines[i][-_EDGE:] for i in edges])
    if any(hint in ends for hint in _IN_TEXT):
        for i in edges:
            names = _in_paragraph(lines[i])
            if names:
                found.append((i, names))
    near = range(n) if n <= 2 * wide else (*range(wide), *range(n - wide, n))
    short = [i for i in near if 4 <= len(lines[i]) <= 60]
    ends = "\n".join([lines[i] for i in short])
    if any(hint in ends for hint in _IN_LINE):
        for i in short:
            names = _line(lines[i], view.fold(i))
            if names:
                found.append((i, names))
    return sorted(found, key=lambda f: f[0])


def _line(line: str, folded: str) -> list[str]:
    match = None
    if any(map(folded.__contains__, _WRITERS)):
        match = pattern("byline").fullmatch(folded)
    if match is None and folded.lstrip("([【 ")[:1] in SHORT_BYLINE:
        match = pattern("byline_short").fullmatch(folded)
    if match is None or _PHOTO.search(folded):
        return []
    return _names(line, folded, match.start("names"), match.end("names"))


def _in_paragraph(line: str) -> list[str]:
    """Names in brackets in a dateline, or behind the last sentence."""
    for start in sorted({0, max(0, len(line) - _EDGE)}):
        part = line[start : start + _EDGE]
        if not any(map(part.__contains__, _WROTE)):
            continue
        folded = fold(part)
        if "记者" in folded or "通讯员" in folded:
            for match in pattern("byline_in").finditer(folded):
                at_edge = match.end() == len(folded) or (start == 0 and match.start() < 30)
                if at_edge and not _PHOTO.search(match.group()):
                    return _names(part, folded, match.start("names"), match.end("names"))
        if start == 0 and "电" in folded[:30]:
            found = pattern("dateline_names").search(folded, 0, 60)
            if found and not _ROLE.search(found["names"]):
                return _names(part, folded, found.start("names"), found.end("names"))
    return []


def _names(line: str, folded: str, start: int, end: int) -> list[str]:
    """The names in ``line[start:end]``: two to four Han each; 王 宁 is one name; roles fall away."""
    names: list[str] = []
    carried = ""
    at = start
    pieces: list[str] = []
    for cut in [*_CUT.finditer(folded, start, end), None]:
        stop = cut.start() if cut else end
        piece, shadow = line[at:stop], folded[at:stop]
        role = _ROLE.match(shadow)
        if role:
            piece, shadow = piece[role.end() :], shadow[role.end() :]
        if shadow and shadow not in lexicon().words["no_name"]:
            pieces.append(piece)
        at = cut.end() if cut else end
    for piece in pieces:
        if len(piece) == 1 and not carried:
            carried = piece
            continue
        name = carried + piece
        carried = ""
        if not _is_name(name):
            # 作者 …: what stands behind the name is where he lives or what he does
            return names
        names.append(name)
    return names


def _is_name(name: str) -> bool:
    """Whether ``name`` has the form of one: two or three Han, four behind a surname of two, or a transcription with ·."""
    if "·" in name or "•" in name:
        return True
    return 2 <= len(name) <= 3 or (len(name) == 4 and fold(name).startswith(lexicon().words["compound_surname"]))
