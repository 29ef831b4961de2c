"""Spaces that came between Chinese characters.

A space between Han is right between names, behind a number (第一条 为了), in a heading set wide (目　录), between cells. It is
wrong where a word runs across it, where it stands before a quotation inside a sentence, and where a whole run of characters is
spaced out.
"""

from __future__ import annotations

import re

from cleaner.edits import Edit
from cleaner.stages.reflow import seam, shape
from cleaner.stages.reflow.draft import Draft

SPACE = "reflow/han-space"
SPACED = "reflow/letter-spacing"

ACROSS = 9.0  # nats of seam at which one word runs across a space
QUOTED = 1.0  # nats of seam at which a quotation goes on in a sentence
FEW = 3  # spaces between Han in one line above which they mean something
RUN_LEAST = 5  # single characters with single spaces between them that are a run set wide

# a word or an opening quotation mark behind a space behind a word; behind 第一条, 第二章 and dates a space is right
_BETWEEN = rf" (?<=[{shape.HAN}][{shape.HAN}] )(?<![条章节编篇款项日] )(?=[{shape.HAN}“‘][{shape.HAN}，。、；：,;:])"
SUSPECT = re.compile(rf"{_BETWEEN}| [{shape.HAN}](?: [{shape.HAN}]){{{RUN_LEAST - 2}}}")
_SPACE = re.compile(_BETWEEN)
_RUN = re.compile(rf"(?<![{shape.HAN}])[{shape.HAN}](?: [{shape.HAN}，。、；：]){{{RUN_LEAST - 1},}}(?![{shape.HAN}])")
_OPENS = "“‘"
_CLOSES_HEAD = "日时分号期章节条讯电文图表题"  # behind these a space divides two parts of a line
_PROSE = re.compile("[，,].*[。；;]|[。；;]$")


def mend(draft: Draft, pieces: list[tuple[int, str]], spaces: bool, spaced: bool) -> None:
    """Delete the spaces of a paragraph that came there by mistake. ``pieces``: (start in the input, text) of its lines."""
    if not any(" " in text for _, text in pieces) or any(shape.is_table(text) for _, text in pieces):
        return
    taken: set[int] = set()
    if spaced:
        for start, text in pieces:
            for m in _RUN.finditer(text):
                if _is_text(m[0].replace(" ", "")):
                    taken |= {start + i for i in range(*m.span()) if text[i] == " "}
        draft.inner += [Edit(i, i + 1, "", (SPACED,)) for i in sorted(taken)]
    if not spaces:
        return
    whole = "".join(text for _, text in pieces)
    marker = shape.MARKER.match(whole)
    head = pieces[0][0] + (marker.end() if marker else 0)
    found = [(start, m.start()) for start, text in pieces for m in _SPACE.finditer(text)]
    found = [(start, i) for start, i in found if start + i > head and start + i not in taken]
    if len(found) > max(FEW, len(whole) // 40):
        return
    prose = _PROSE.search(whole) is not None
    texts = dict(pieces)
    for start, i in found:
        left, right = texts[start][:i], texts[start][i + 1 :]
        if right[0] in _OPENS:
            wrong = len(left) > 2 and left[-1] not in _CLOSES_HEAD and seam.seam(left, right) >= QUOTED
        else:
            wrong = prose and left[-2:-1] != " " and right[1:2] != " " and seam.seam(left, right) >= ACROSS
        if wrong:
            draft.inner.append(Edit(start + i, start + i + 1, "", (SPACE,)))


def _is_text(run: str) -> bool:
    """Whether ``run`` reads as text and not as a row of signs: its characters follow each other better than chance."""
    gains = [seam.joint(run[:i], run[i : i + 1]) for i in range(1, len(run))]
    return sum(gains) / len(gains) > 1.5
