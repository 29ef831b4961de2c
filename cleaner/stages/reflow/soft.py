"""Sentences cut at page and column ends, in a text whose lines are paragraphs otherwise.

A cut is proved by both of its sides: the left one is running text that does not end, the right one goes on from it. What is a
heading, an item, a label, a row, verse, dialogue or code is never joined to anything.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from cleaner.edits import Edit
from cleaner.stages.reflow import seam, shape
from cleaner.stages.reflow.draft import Draft
from cleaner.stages.reflow.lines import Line

JOIN = "reflow/join"
DOUBLED = "reflow/doubled-character"
TRUNCATED = "reflow/truncated"

LONG = 25  # characters from which a line without an end is text and not a line of verse or a label
SURE = 9.0  # nats of seam that prove a cut
SHORT = 7.0  # nats that join a short left side to a sentence, in a text that is cut in other places
NEVER = 99.0
DOUBTFUL = 2.0  # more is wanted where nothing shows that the text has pages
PAGED, CUT = 1, 2  # the text is hard-wrapped and has pages; it is cut in places that are sure
CUTS_LEAST = 1  # sure cuts that make a text a cut one
LIKELY = 3.0  # nats of seam that join two lines of running text
CUT_LIKELY = 0.5  # the same in a text that is cut in other places, where the left side has sentences in it
LIKELY_HEADED = 4.0  # the same where headings stand between them
WEAK = 2.0  # below it a heading that shares words with the right side keeps its place
QUOTE = 4.0  # what a quotation left open on the left and closed on the right adds
DOUBLE_SAFE = (
    6.0  # nats by which the text without the doubled character must be the better one: about 1 wrong drop in 10,000 breaks
)
DOUBLE_SEEN = 0.0  # from here on it is doubtful, and flagged
TRUNCATED_LONG = 60  # a headline has fewer characters
TRUNCATED_SENTENCES = 2  # and fewer sentences before its end
TRUNCATED_END = -2.5  # log P(a line ends here) below which the end is none
HEADINGS_BETWEEN = 3
PARAGRAPH_MOST = 2000  # characters of a joined paragraph that are looked at; of a longer one its head and its end
_LONE = Line(0, 0, "", 0, 0)
_CREDIT = re.compile(r"[\s　]\S{1,4}$")  # 本报记者 某某 摄
_CREDIT_MOST = 5
SENTENCE = re.compile("[。！？；;]")


@dataclass(slots=True)
class Unit:
    """What stands between two line ends that are (so far) a paragraph's: lines ``first``..``last`` and their text joined."""

    first: int
    last: int
    text: str
    head: Line

    @property
    def heading(self) -> bool:
        """Whether this may be a heading, by Markdown's word or by its looks."""
        return self.head.level > 0 or shape.is_heading(self.text)


def units(draft: Draft) -> list[Unit]:
    """The lines that stay, those that are joined already as one."""
    found: list[Unit] = []
    more: list[str] = []
    going: tuple[str, str] | None = None
    for i, line in enumerate(draft.lines):
        if line.gone:
            continue
        if going:
            more += going[1], line.text
            found[-1].last = i
        else:
            found.append(Unit(i, i, line.text, line))
        going = draft.joins.get(i)
        if more and not going:
            found[-1].text += "".join(more)
            more = []
    if more:
        found[-1].text += "".join(more)
    return found


def decide(draft: Draft, wrapped: bool, joins: bool, headings: bool, doubles: bool) -> None:
    """Join what was cut, carry headings out of sentences that they interrupt, drop what is doubled at a cut.

    wrapped: the text has pages for certain, hard-wrapped as it is.
    """
    found = units(draft)
    cut = PAGED if wrapped else CUT if sum(_sure(a, b) for a, b in pairwise(found)) >= CUTS_LEAST else 0
    n = 0
    while n + 1 < len(found):
        para = found[n]
        first, text, end = para.first, para.text, n
        while end + 1 < len(found) and goes_on(para.head, text, cut):
            if joins and continues(text, found[end + 1], cut):
                text = _join(draft, found[end].last, found[end + 1], text, doubles)
                end += 1
                continue
            m = _interposed(found, end, text, cut) if headings else 0
            if not m:
                break
            draft.moves.append((found[end + 1].first, found[end + m].last, first))
            text = _join(draft, found[end].last, found[end + m + 1], text, doubles)
            end += m + 1
        n = end + 1


def cut_at(para: str, following: list[str]) -> bool:
    """Whether ``decide`` would join ``para`` to one of the lines that follow, in a text of which no cut is known."""
    if not following:
        return False
    need = wanted(para, 0)
    if (
        need >= NEVER
        and len(para) < LONG
        and not seam.open_quotes(para)
        and not shape.GOES_ON.match(para[-1] + following[0][:4])
    ):
        return False
    b = _unit(following[0])
    if not (_could_follow(b) or (need < NEVER and b.heading)) or not goes_on(_LONE, para):
        return False
    a = Unit(0, 0, para, _LONE)
    if _sure(a, b) or continues(para, b, 0):
        return True
    return need < NEVER and b.heading and _interposed([a, b, *map(_unit, following[1:])], 0, para, 0) > 0


def _unit(text: str) -> Unit:
    """A line with its Markdown mark, if it has one, as a unit."""
    body = text.lstrip("#").lstrip() if text[0] == "#" else text
    line = Line(0, 0, body or text, 0, 0, level=int(body != text))
    return Unit(0, 0, line.text, line)


def _sure(a: Unit, b: Unit) -> bool:
    """Whether ``a`` is text that was cut before ``b`` beyond doubt."""
    if (
        len(a.text) < LONG
        or not goes_on(a.head, a.text)
        or not shape.is_body(a.text)
        or not shape.is_body(b.text)
        or not _could_follow(b)
    ):
        return False
    return seam.seam(a.text, b.text) >= SURE


def goes_on(line: Line, para: str, cut: int = 0) -> bool:
    """Whether the paragraph ``para``, which begins with ``line``, may have been cut at its end.

    A bracket or quotation that is closed there ends it, but not so surely in a text that is cut in other places.
    """
    if line.fixed or line.level > 0 or (para[-1] in shape.TERMINAL and not (cut and para[-1] in shape.CLOSING)):
        return False
    return not shape.is_table(para) and not shape.is_code(para)


def _could_follow(b: Unit) -> bool:
    if b.head.fixed or b.head.level > 0 or b.head.item or b.text[0] == "<" or shape.is_marker(b.text):
        return False
    return not (shape.is_note(b.text) or shape.is_table(b.text) or shape.is_code(b.text))


def continues(para: str, b: Unit, cut: int) -> bool:
    """Whether ``b`` goes on where ``para`` ends."""
    if not _could_follow(b):
        return False
    need = wanted(para, cut)
    if b.text[0] in shape.NEVER_FIRST:
        return need < SURE
    if shape.is_body(para) and len(para) >= LONG // 2 and seam.open_quotes(para) and seam.closes_first(b.text):
        need = min(need, LIKELY)
    if _ends(b.text):
        if shape.GOES_ON.match(para[-1] + b.text[:4]):
            need = min(need, LIKELY)
    elif need == SHORT:
        return False
    if need >= NEVER:
        return False
    weight = _weight(para, b.text)
    if len(b.text) < shape.HEADING_MOST and b.text[-1] not in ":：" and shape.is_label(b.text):
        weight -= QUOTE
    return weight >= (need if shape.is_body(b.text) else max(need, SURE))


def _ends(text: str) -> bool:
    """Whether ``text`` ends as a sentence or an item of one does."""
    return text[-1] in shape.SENTENCE_END or text[-1] in "；;：:"


def wanted(para: str, cut: int) -> float:
    """The nats of seam that a join of ``para`` with what follows needs. ``cut``: what is known of the text, PAGED or CUT."""
    if para[-1] in "，,":
        # paragraphs of one clause each are a way of setting text on web pages
        return NEVER if not cut else -LIKELY if len(para) >= LONG else LIKELY
    if para[-1] in shape.OPEN_MARKS:
        return -LIKELY if len(para) >= LONG else LIKELY if cut or shape.is_marker(para) else NEVER
    if shape.is_latin(para[-1]) or para.count(" ") * 12 > len(para):
        return SHORT if cut == CUT else NEVER
    if para[-1] in shape.TERMINAL:
        return SURE
    if len(para) >= LONG and shape.is_body(para):
        return LIKELY if cut != CUT or (not SENTENCE.search(para) and para.count("，") + para.count(",") < 2) else CUT_LIKELY
    if shape.CHAPTER.match(para):
        return NEVER
    numbered = shape.MARKER.match(para)
    rest = para[numbered.end() :].strip() if numbered else para
    if len(rest) >= LONG or (numbered and len(rest) >= LONG // 2 and not shape.is_numbered_heading(para)):
        return LIKELY + (0.0 if cut else DOUBTFUL)
    if numbered and len(rest) <= 2 and para[-1].isalpha() and rest:
        return SHORT
    return SHORT if cut == CUT else NEVER


def _weight(para: str, right: str) -> float:
    weight = seam.seam(para, right)
    if right[0] == para[-1] and len(right) > 1:
        weight = max(weight, seam.seam(para, right[1:]))
    if seam.open_quotes(para) and seam.closes_first(right):
        weight += QUOTE
    return weight


def _join(draft: Draft, i: int, b: Unit, para: str, doubles: bool) -> str:
    right = b.text
    if doubles:
        right = right[double(draft, para, b.head) :]
    draft.joins[i] = (JOIN, shape.glue(para[-1], right[0]))
    para += right
    return para if len(para) <= PARAGRAPH_MOST else para[: PARAGRAPH_MOST // 8] + para[-PARAGRAPH_MOST // 2 :]


def double(draft: Draft, para: str, b: Line) -> int:
    """Drop, or flag, the first character of ``b`` where it doubles the last of ``para``; how many characters go."""
    x = b.text[0]
    if x != para[-1] or len(b.text) < 2 or x.isascii() or not x.isalpha():
        return 0
    gain = seam.doubled(para, b.text)
    if gain >= DOUBLE_SAFE and not seam.word(x * 2):
        draft.inner.append(Edit(b.start, b.start + 1, "", (DOUBLED,)))
        return 1
    if gain >= DOUBLE_SEEN:
        draft.flag(DOUBLED, f"{x} ends one page and begins the next: doubled, or meant twice", b.start, b.start + 1)
    return 0


def _interposed(found: list[Unit], n: int, para: str, cut: int) -> int:
    """How many headings stand between unit ``n``, which breaks off, and the text that goes on; 0 for none."""
    need = max(wanted(para, cut), LIKELY_HEADED)
    if need >= NEVER:
        return 0
    for m in range(1, HEADINGS_BETWEEN + 1):
        if n + m + 1 >= len(found):
            break
        h, b = found[n + m], found[n + m + 1]
        if h.head.fixed or not h.heading:
            break
        if not _could_follow(b) or b.heading or not shape.is_body(b.text) or (need == SHORT and not _ends(b.text)):
            continue
        between = found[n + 1 : n + m + 1]
        weight = _weight(para, b.text)
        numbered = all(u.head.level or shape.is_numbered_heading(u.text) for u in between)
        if not numbered and seam.seam(para, h.text) >= weight:
            break
        title = "".join(u.text for u in between)
        doubtful = weight < SURE and seam.joint(para, b.text) < WEAK and seam.shared(title, b.text) >= 2
        if weight >= need and not doubtful:
            return m
        break
    return 0


def truncated(draft: Draft) -> None:
    """Flag long paragraphs of sentences that stop in the middle of one."""
    for i, line in enumerate(draft.lines):
        if not (line.gone or line.fixed or line.level or i in draft.joins) and breaks_off(t := line.text):
            draft.flag(TRUNCATED, f"the text breaks off behind {t[-8:]}", line.end - min(3, len(t)), line.end)


def breaks_off(text: str) -> bool:
    """Whether ``text`` is a long paragraph of sentences that stops in the middle of one."""
    if len(text) < TRUNCATED_LONG or text[-1] in shape.TERMINAL or len(SENTENCE.findall(text)) < TRUNCATED_SENTENCES:
        return False
    if shape.is_table(text) or shape.is_code(text) or _CREDIT.search(text, len(text) - _CREDIT_MOST):
        return False
    return text[-1] in shape.OPEN_MARKS or seam.ends(text) < TRUNCATED_END
