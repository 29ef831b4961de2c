"""Spaces that came between Chinese characters.

A space between Han is right between names, behind a number (第一条 为了), in a heading set wide (目　录), between cells. It is
wrong where a word runs across it, where it stands before a quotation inside a sentence, and where a whole run of characters is
spaced out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.edits import Edit
from cleaner.stages.reflow import seam, shape
from cleaner.stages.reflow.draft import Draft

SPACE = "reflow/han-space"
SPACED = "reflow/letter-spacing"

ACROSS = 9.0  # nats of seam at which one word runs across a space
QUOTED = 1.0  # nats of seam at which a quotation goes on in a sentence
FEW = 3  # spaces between Han in one line above which they mean something
RUN_LOOKED = 200  # characters of such a run that say whether it is text
RUN_LEAST = 5  # single characters with single spaces between them that are a run set wide

# a word or an opening quotation mark behind a space behind a word; behind 第一条, 第二章 and dates a space is right
_BETWEEN = rf" (?<=[{shape.HAN}][{shape.HAN}] )(?<![条條章节節编編篇款项項日] )(?=[{shape.HAN}“‘][{shape.HAN}，。、；：,;:])"
SUSPECT = re.compile(rf"{_BETWEEN}| [{shape.HAN}](?: [{shape.HAN}]){{{RUN_LEAST - 2}}}")
_SPACE = re.compile(_BETWEEN)
_RUN = re.compile(rf"(?<![{shape.HAN}])[{shape.HAN}](?: [{shape.HAN}，。、；：]){{{RUN_LEAST - 1},}}(?![{shape.HAN}])")
_OPENS = "“‘"
_CLOSES_HEAD = "日时時分号號期章节節条條讯訊电電文图圖表题題"  # behind these a space divides two parts of a line
_PROSE = re.compile("[，,].*[。；;]|[。；;]$")


def mend(draft: Draft, pieces: list[tuple[int, str]], spaces: bool, spaced: bool) -> None:
    """Delete the spaces of a paragraph that came there by mistake. ``pieces``: (start in the input, text) of its lines."""
    draft.inner += [Edit(at, at + 1, "", (rule,)) for at, rule in mistakes(pieces, spaces, spaced)]


def mistakes(pieces: list[tuple[int, str]], spaces: bool, spaced: bool) -> Iterator[tuple[int, str]]:
    """The spaces of a paragraph that came there by mistake, each as position in the input and rule."""
    texts = {start: text for start, text in pieces if " " in text}
    runs = [(start, m) for start, text in texts.items() for m in _RUN.finditer(text)] if spaced else []
    found = [(start, m.start()) for start, text in texts.items() for m in _SPACE.finditer(text)] if spaces else []
    if not (runs or found):
        return
    whole = pieces[0][1] if len(pieces) == 1 else "".join(text for _, text in pieces)
    marker = shape.MARKER.match(whole)
    head = pieces[0][0] + (marker.end() if marker else 0)
    found = [(start, i) for start, i in found if start + i > head]
    prose = _PROSE.search(whole) is not None
    most = max(FEW, len(whole) // 40)
    if not runs and (len(found) > most or not (prose or any(texts[start][i + 1] in _OPENS for start, i in found))):
        return
    if any(shape.is_table(text) for _, text in pieces):
        return
    taken: set[int] = set()
    for start, m in runs:
        if _is_text(m[0].replace(" ", "")):
            taken |= {start + m.start() + i for i, c in enumerate(m[0]) if c == " "}
    for at in sorted(taken):
        yield at, SPACED
    found = [(start, i) for start, i in found if start + i not in taken]
    if len(found) > most:
        return
    for start, i in found:
        text = texts[start]
        if text[i + 1] in _OPENS:
            wrong = i > 2 and text[i - 1] not in _CLOSES_HEAD and _seam(text, i) >= QUOTED
        else:
            wrong = prose and text[i + 2 : i + 3] != " " and _seam(text, i) >= ACROSS
        if wrong:
            yield start + i, SPACE


def _seam(text: str, i: int) -> float:
    """The seam of the two sides of the space at ``i``."""
    return seam.seam(text[max(0, i - 6) : i], text[i + 1 : i + 7])


def _is_text(run: str) -> bool:
    """Whether ``run`` reads as text and not as a row of signs: its characters follow each other better than chance."""
    run = run[:RUN_LOOKED]
    gains = [seam.joint(run[max(0, i - 8) : i], run[i]) for i in range(1, len(run))]
    return sum(gains) / len(gains) > 1.5
