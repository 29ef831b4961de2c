"""Sentences cut at page and column ends, in a text whose lines are paragraphs otherwise.

A cut is proved by both of its sides: the left one is running text that does not end, the right one goes on from it. What is a
heading, an item, a label, a row, verse, dialogue or code is never joined to anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from cleaner.edits import Edit
from cleaner.stages.reflow import seam, shape, siblings
from cleaner.stages.reflow.draft import Draft
from cleaner.stages.reflow.lines import Line

JOIN = "reflow/join"
DOUBLED = "reflow/doubled-character"
TRUNCATED = "reflow/truncated"

LONG = 25  # characters from which a line without an end is text and not a line of verse or a label
SURE = 9.0  # nats of seam that prove a cut
SHORT_SURE = 12.0  # the same where the left side is short
SHORT = 7.0  # nats that join a short left side to a sentence, in a text that is cut in other places
BRACKETED = 8.0  # nats that join two lines with a bracket open on the left and closed first on the right
NEVER = 99.0
# what the text shows: nothing; pages (it is hard-wrapped, or one page ends here); sure cuts in running text; running text
PAGED, CUT, PROSE = 1, 2, 3
MAY_BE, IS_SURE = 1, 2  # what a place shows alone
CUTS_LEAST = 1  # sure cuts that make running text a cut one: what one place shows, it shows of itself only
PROSE_LEAST = 3  # long paragraphs that end as sentences do, from which a text is running text if they are the most
WORDY = 7.0  # nats of seam that join two lines of running text in which no cut is sure; parallel lines reach 6.2
RUN = 3  # neighbouring lines that all end open are a list, verse or posts
LIKELY = 3.0  # nats of seam that join two lines of running text
CUT_LIKELY = 0.5  # the same in a text that is cut in other places, where the left side has sentences in it
LIKELY_HEADED = 4.0  # the same where headings stand between them
NUMBERED_HEADED = -2.0  # the same where they carry numbers and the left side is of a kind that ends closed
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
SIBLINGS = 50  # lines on either side that are looked at for a sibling
SHAPE_MOST = 8  # characters up to which a line that has a sibling of its length and ending is an entry of a list
PARAGRAPH_MOST = 2000  # characters of a joined paragraph that are looked at; of a longer one its head and its end
_LONE = Line(0, 0, "", 0, 0)
_CREDIT = re.compile(r"[\s　]\S{1,4}$")  # 本报记者 某某 摄
_CREDIT_MOST = 5
SENTENCE = re.compile("[。！？；;]")
_CLAUSE = re.compile("[。！？；;，,]")
_MARK = re.compile("[。！？；;，,、：:“”‘’《》…]")
VERSE_LEAST, VERSE_MOST = 3, 9  # clauses of a line that may be verse, and characters of each at most


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


class View(NamedTuple):
    """What a whole text shows.

    known: PAGED, CUT, PROSE or 0.  parallel: the units that stand among ``RUN`` neighbours that all end open.  closed: in a text
    that is CUT, the kinds of paragraphs that end closed (:mod:`cleaner.stages.reflow.siblings`).
    """

    known: int
    parallel: set[int]
    closed: frozenset[str] = frozenset()


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


def decide(draft: Draft, found: list[Unit], view: View, joins: bool, headings: bool, doubles: bool) -> None:
    """Join what was cut, carry headings out of sentences that they interrupt, drop what is doubled at a cut.

    found: the units of ``draft``.  view: what the whole text shows.
    """
    known, parallel, closed = view
    n = 0
    while n + 1 < len(found):
        para = found[n]
        first, text, end = para.first, para.text, n
        while end + 1 < len(found):
            b = found[end + 1]
            if end in parallel and not seam.bracketed(text, b.text):
                break
            cut = PAGED if _page_ends(draft, found[end].last, b.first) else known
            if not goes_on(para.head, text, cut):
                break
            if b.head.item and not b.head.fixed and _would_continue(text, b, cut):
                # without its mark the item would look like the rest of the line before
                _keep_mark(draft, b)
                break
            if joins and continues(text, b, cut, closed):
                text = _join(draft, found[end].last, b, text, doubles)
                end += 1
                continue
            m = _interposed(found, end, text, cut, closed) if headings else 0
            if not m:
                break
            draft.moves.append((found[end + 1].first, found[end + m].last, first))
            text = _join(draft, found[end].last, found[end + m + 1], text, doubles)
            end += m + 1
        n = end + 1


def survey(found: list[Unit], wrapped: bool) -> View:
    """What a text of these units shows. ``wrapped``: it has pages for certain, hard-wrapped as it is."""
    if wrapped:
        return View(PAGED, set())
    known = _known(found)
    texts = (u.text for u in found if not (u.head.level or u.head.fixed or u.head.item))
    return View(known, _parallel(found), siblings.closed(texts) if known == CUT else frozenset())


def _known(found: list[Unit]) -> int:
    """What a text without hard-wrapped lines shows: CUT, PROSE, or 0."""
    sure = closed = opened = 0
    for a, b, c in zip(found, found[1:], [*found[2:], None], strict=False):
        sure += sure < CUTS_LEAST and ((shape.is_closed(b.text) and _sure(a, b)) or _sure_around(a, b, c))
    for u in found:
        if u.head.fixed or u.head.level or u.head.item:
            continue
        if u.text[-1] in shape.TERMINAL:
            closed += len(u.text) >= LONG
        else:
            opened += is_open_body(u.text)
    if not is_prose(closed, opened):
        return 0
    return CUT if sure >= CUTS_LEAST else PROSE


def is_prose(closed: int, opened: int) -> bool:
    """Whether so many long lines that end as sentences do, and so many that end open, are running text."""
    return closed >= max(PROSE_LEAST, opened)


def is_open_body(text: str) -> bool:
    """Whether ``text`` is a line of text, no heading, that ends open."""
    if text[-1] in shape.TERMINAL or shape.is_numbered_heading(text):
        return False
    return len(text) >= LONG or shape.is_body(text)


def _parallel(found: list[Unit]) -> set[int]:
    """The units that stand among ``RUN`` or more neighbours that all end open."""
    return in_runs(i for i, u in enumerate(found) if not u.head.fixed and not u.head.level and is_open_body(u.text))


def in_runs(places: Iterable[int]) -> set[int]:
    """Those of ``places`` (ascending) of which ``RUN`` or more follow each other."""
    inside: set[int] = set()
    run, last = 0, -2
    for i in places:
        run = run + 1 if i == last + 1 else 1
        last = i
        if run >= RUN:
            inside.update(range(i - RUN + 1, i + 1))
    return inside


def _page_ends(draft: Draft, a: int, b: int) -> bool:
    """Whether a page ends between lines ``a`` and ``b``."""
    return any(line.page or line.gone for line in draft.lines[a + 1 : b + 1])


def _would_continue(para: str, b: Unit, cut: int) -> bool:
    """Whether item ``b`` would go on where ``para`` ends if it had no mark."""
    bare = Line(0, 0, b.text, 0, 0)
    return continues(para, Unit(0, 0, b.text, bare), cut)


def _keep_mark(draft: Draft, b: Unit) -> None:
    b.head.start = b.head.whole
    b.head.text = draft.text[b.head.start : b.head.end]
    b.head.item = False
    b.text = b.head.text


def suspect(para: str, following: list[str]) -> int:
    """Whether ``para``, which ends open, may be cut or break off in a text of which no cut is known: 0, MAY_BE or IS_SURE.

    following: the next lines, with their Markdown marks; as many as ``decide`` may join or carry.
    """
    if not following:
        return MAY_BE if breaks_off(para) else 0
    need = wanted(para, PROSE)  # the least that any text wants that the short way takes
    if (
        need >= NEVER
        and len(para) < LONG
        and not seam.open_quotes(para)
        and not shape.GOES_ON.match(para[-1] + following[0][:4])
        and not _short_sure(para, following[0])
    ):
        return 0
    found = MAY_BE if breaks_off(para) else 0
    b = _unit(following[0])
    if not (_could_follow(b) or (need < NEVER and b.heading)) or not goes_on(_LONE, para):
        return found
    a = Unit(0, 0, para, _LONE)
    if _sure(a, b):
        return IS_SURE if shape.is_closed(b.text) else MAY_BE
    if len(following) > 1 and _sure_around(a, b, _unit(following[1])):
        return IS_SURE
    if continues(para, b, PROSE) or continues(para, b, 0):
        return MAY_BE
    if need < NEVER and b.heading and _interposed([a, b, *map(_unit, following[1:])], 0, para, PROSE):
        return MAY_BE
    return found


def cut_at(para: str, following: list[str], closed: frozenset[str]) -> bool:
    """Whether ``decide`` would do something behind ``para`` in a text that is cut in other places."""
    if not following or not goes_on(_LONE, para, CUT):
        return breaks_off(para)
    units = [Unit(0, 0, para, _LONE), *map(_unit, following)]
    return continues(para, units[1], CUT, closed) or _interposed(units, 0, para, CUT, closed) > 0 or breaks_off(para)


def _unit(text: str) -> Unit:
    """A line with its Markdown mark, if it has one, as a unit."""
    body = text.lstrip("#").lstrip() if text[0] == "#" else text
    line = Line(0, 0, body or text, 0, 0, level=int(body != text))
    return Unit(0, 0, line.text, line)


def _sure(a: Unit, b: Unit) -> bool:
    """Whether ``a`` is text that was cut before ``b`` beyond doubt."""
    if not goes_on(a.head, a.text):
        return False
    if len(a.text) < LONG:
        return _short_sure(a.text, b.text) and _could_follow(b)
    if not shape.is_body(a.text) or not shape.is_body(b.text) or not _could_follow(b):
        return False
    return seam.seam(a.text, b.text) >= SURE


def _sure_around(a: Unit, heading: Unit, b: Unit | None) -> bool:
    """The same where a heading with a number stands between."""
    return (
        b is not None
        and a.text[-1] not in shape.TERMINAL
        and heading.text[-1] not in shape.TERMINAL
        and shape.is_numbered_heading(heading.text)
        and shape.is_closed(b.text)
        and _sure(a, b)
    )


def _short_sure(para: str, right: str) -> bool:
    """Whether a short line is cut inside a word before a sentence. What stands above a poem or an entry reaches 10.7 nats."""
    return (
        right[-1] in shape.SENTENCE_END
        and right[0] not in "第（(#-"
        and len(right) >= LONG // 2
        and seam.seam(para, right) >= (SURE if _numbered_text(para) else SHORT_SURE)
        and not shape.is_label(para)
        and not shape.CHAPTER.match(para)
    )


def _numbered_text(para: str) -> bool:
    """Whether ``para`` is text behind a number, and no heading."""
    return shape.is_marker(para) and not shape.is_numbered_heading(para)


def goes_on(line: Line, para: str, cut: int = 0) -> bool:
    """Whether the paragraph ``para``, which begins with ``line``, may have been cut at its end.

    A bracket or quotation that is closed there ends it, but not so surely in a text that is cut in other places.
    """
    if line.fixed or line.level > 0 or (para[-1] in shape.TERMINAL and not (cut in (PAGED, CUT) and para[-1] in shape.CLOSING)):
        return False
    return not shape.is_table(para) and not shape.is_code(para)


def _could_follow(b: Unit) -> bool:
    if b.head.fixed or b.head.level > 0 or b.head.item or b.text[0] == "<" or shape.is_marker(b.text):
        return False
    return not (shape.is_note(b.text) or shape.is_table(b.text) or shape.is_code(b.text))


def _cites(para: str, b: Unit) -> bool:
    """Whether ``b`` begins with a number that the list at the end of ``para`` goes on with (第二条、|第四条、第八条的规定)."""
    return para[-1] == "、" and shape.CITED.match(b.text) is not None and shape.is_body(b.text)


def continues(para: str, b: Unit, cut: int, closed: frozenset[str] = frozenset()) -> bool:
    """Whether ``b`` goes on where ``para`` ends. ``closed``: the kinds of paragraphs that end closed."""
    if not (_could_follow(b) or _cites(para, b)) or shape.is_whole_title(para):
        return False
    need = wanted(para, cut)
    if closed and para[-1] not in shape.TERMINAL and _ends(b.text):
        need = min(need, _cut_of(para, closed))
    if b.text[0] in shape.CLOSING:
        return need < NEVER and seam.opens(para, b.text[0])
    if b.text[0] in shape.NEVER_FIRST:
        if b.text[0] in "。，；" and para[-1] in shape.CLOSING and len(para) >= LONG:
            return True
        return need < SURE or (len(para) >= LONG and need == SURE and not shape.is_closed(para) and _ends(b.text))
    if shape.is_body(para) and len(para) >= LONG // 2 and seam.open_quotes(para) and seam.closes_first(b.text):
        need = min(need, LIKELY)
    if _ends(b.text):
        if shape.GOES_ON.match(para[-1] + b.text[:4]):
            need = min(need, LIKELY)
    elif seam.bracketed(para, b.text):
        need = min(need, BRACKETED)
    elif need == SHORT or (cut in (0, PROSE) and not shape.is_closed(b.text)):
        return False
    if need >= NEVER:
        return False
    weight = _weight(para, b.text)
    if len(b.text) < shape.HEADING_MOST and b.text[-1] not in ":：" and shape.is_label(b.text):
        weight -= QUOTE
    return weight >= (need if shape.is_body(b.text) else max(need, SURE))


def _cut_of(para: str, closed: frozenset[str]) -> float:
    """The nats of seam that a join of ``para``, which ends open, needs where paragraphs of its kind end closed."""
    kind = siblings.kind(para)
    if kind not in closed or shape.CHAPTER.match(para):
        return NEVER
    if kind == siblings.PLAIN:
        return siblings.UNMARKED if len(para) >= siblings.LEAST else NEVER
    return siblings.MARKED


def _ends(text: str) -> bool:
    """Whether ``text`` ends as a sentence or an item of one does."""
    return text[-1] in shape.SENTENCE_END or text[-1] in "；;：:"


def wanted(para: str, cut: int) -> float:
    """The nats of seam that a join of ``para`` with what follows needs. ``cut``: what is known of the text (PAGED, CUT, PROSE or 0)."""
    proved = cut in (PAGED, CUT)
    if para[-1] in "，,、":
        if not proved and is_verse(para):
            return NEVER
        # paragraphs of one clause each are a way of setting text on web pages, and so are lists of names
        if not proved and not (len(para) >= LONG and (para[-1] == "、" or cut) and _CLAUSE.search(para, 0, len(para) - 1)):
            return LIKELY if para[-1] == "、" and shape.is_marker(para) else NEVER
        return -LIKELY if len(para) >= LONG else LIKELY
    if para[-1] in shape.OPEN_MARKS:
        return -LIKELY if len(para) >= LONG else LIKELY if proved or shape.is_marker(para) else NEVER
    if shape.is_latin(para[-1]) or para.count(" ") * 12 > len(para):
        return SHORT if cut == CUT else NEVER
    if para[-1] in shape.TERMINAL:
        return SURE
    if len(para) >= LONG and shape.is_body(para):
        if not proved:
            return WORDY if cut == PROSE and _CLAUSE.search(para) else SURE
        return LIKELY if cut != CUT or (not SENTENCE.search(para) and para.count("，") + para.count(",") < 2) else CUT_LIKELY
    if shape.CHAPTER.match(para):
        return NEVER
    numbered = shape.MARKER.match(para)
    rest = para[numbered.end() :].strip() if numbered else para
    if len(rest) >= LONG or (numbered and len(rest) >= LONG // 2 and not shape.is_numbered_heading(para)):
        return LIKELY if proved else WORDY
    if numbered and len(rest) <= 2 and para[-1].isalpha() and rest:
        return SHORT
    return SHORT if cut == CUT else NEVER


def is_verse(text: str) -> bool:
    """Whether ``text`` may be verse: several clauses, none of them long."""
    clauses = [c for c in _MARK.split(text) if c]
    return len(clauses) >= VERSE_LEAST and max(map(len, clauses)) <= VERSE_MOST


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
    draft.joins[i] = (JOIN, shape.join_glue(para, right))
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


def _interposed(found: list[Unit], n: int, para: str, cut: int, closed: frozenset[str] = frozenset()) -> int:
    """How many headings stand between unit ``n``, which breaks off, and the text that goes on; 0 for none."""
    need = max(wanted(para, cut), LIKELY_HEADED if cut in (PAGED, CUT) else SURE)
    if closed and para[-1] not in shape.TERMINAL and _cut_of(para, closed) < NEVER:
        need = min(need, NUMBERED_HEADED if shape.is_numbered_heading(found[n + 1].text) else LIKELY_HEADED)
    if need >= NEVER:
        return 0
    for m in range(1, HEADINGS_BETWEEN + 1):
        if n + m + 1 >= len(found):
            break
        h, b = found[n + m], found[n + m + 1]
        if h.head.fixed or not h.heading or not _may_move(found, n + m, cut):
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


def _may_move(found: list[Unit], i: int, cut: int) -> bool:
    """Whether unit ``i``, a heading by its looks, may be carried: with a mark or a number, or in a text that is cut."""
    u = found[i]
    if u.head.level:
        return True
    if not any(map(str.isalpha, u.text)) or shape.is_table(u.text) or shape.is_place(u.text) or u.head.item:
        return False
    if shape.is_numbered_heading(u.text):
        return True
    if cut not in (PAGED, CUT):
        return False
    if len(u.text) > SHAPE_MOST:
        return True
    near = found[max(0, i - SIBLINGS) : i] + found[i + 1 : i + 1 + SIBLINGS]
    return not any(len(o.text) == len(u.text) and o.text[-1] == u.text[-1] for o in near)


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
