"""The short way: what a text without suspects needs, and the cheap search for suspects.

A suspect is anything that the engines might act on or flag. The search is a handful of passes in C over the text and one look
at the last character of every line; only lines that end open are looked at more closely. Missing a suspect here would be
missing it for good, so every test is wider than the engine's own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from cleaner.edits import Edit, Edits
from cleaner.stages.change import Change, Fact
from cleaner.stages.reflow import draft as drafts
from cleaner.stages.reflow import furniture, oneline, quotes, shape, soft, spaces, wrap

_ODD_SEPARATOR = re.compile("[\v\f\x1c-\x1e\x85\u2028\u2029]")
_HASHES = re.compile(r"##{0,5}(?=[ \t\u3000])")
_BLANK = re.compile(r"\n\s+|[^\S\n]+(?=\n)")
_MARKED = frozenset("#-*+`~")
_WRAPPED = 0.15  # of the lines end open: perhaps they are wrapped


@dataclass(frozen=True, slots=True)
class Quick:
    """A text without suspects: its lines, and its Markdown headings (start of the mark, its end, end of the line)."""

    bodies: list[str]
    headings: list[tuple[int, int, int]]


def look(text: str) -> Quick | None:
    """The lines of ``text`` where nothing in it is a suspect, else None."""
    if _ODD_SEPARATOR.search(text) or ("\r" in text and text.count("\r") != text.count("\r\n")):
        return None
    bodies = list(filter(None, map(str.strip, text.splitlines())))
    if spaces.SUSPECT.search(text) or not quotes.alternate(text):
        return None
    marked = {b[0] for b in bodies} & _MARKED
    if marked - {"#"}:
        return None
    if oneline.SUSPECT.search(text) and any(len(b) >= oneline.LONG and oneline.SUSPECT.search(b) for b in bodies):
        return None
    terminal = shape.TERMINAL
    opened = [i for i, b in enumerate(bodies) if b[-1] not in terminal]
    if len(opened) >= wrap.LEAST and len(opened) > _WRAPPED * len(bodies) and _may_be_wrapped(bodies, opened):
        return None
    if any(_suspect(bodies, i) for i in opened):
        return None
    headings = _headings(text) if marked else []
    if headings is None:
        return None
    return Quick(bodies, headings)


def _may_be_wrapped(bodies: list[str], opened: list[int]) -> bool:
    longest = max(len(bodies[i]) for i in opened)
    return sum(len(bodies[i]) * 2 > longest for i in opened) >= wrap.LEAST


def _suspect(bodies: list[str], i: int) -> bool:
    """Whether line ``i``, which ends open, may be cut, truncated or furniture."""
    b = bodies[i]
    if (len(b) <= furniture.LONGEST and furniture.SUSPECT.search(b) and furniture.looks(b)) or b.strip("| ") == "":
        return True
    if b[0] == "#":
        return False
    if len(b) >= soft.TRUNCATED_LONG and soft.SENTENCE.search(b):
        return True
    if i + 1 == len(bodies):
        return False
    after = bodies[i + 1]
    if after[0] == "<" or (after[0] != "#" and shape.is_marker(after) and not shape.is_heading(after)):
        return False
    return soft.wanted(b, soft.CUT) < soft.NEVER and soft.acts(b, bodies[i + 1 : i + 2 + soft.HEADINGS_BETWEEN])


def _headings(text: str) -> list[tuple[int, int, int]] | None:
    """The spans of Markdown's heading marks; None where one needs a closer look (nested or closing marks, code beside it)."""
    found = []
    for m in _HASHES.finditer(text):
        line = text.rfind("\n", 0, m.start()) + 1
        if text[line : m.start()].strip():
            continue
        end = text.find("\n", m.end())
        end = len(text) if end < 0 else end
        rest = text[m.end() : end].strip()
        if not rest or rest[0] in "#-*+" or rest[-1] == "#" or _beside_code(text, line, end):
            return None
        last = m.end() + len(text[m.end() : end].rstrip())
        found.append((m.start(), last - len(rest), last))
    return found


def _beside_code(text: str, start: int, end: int) -> bool:
    before, after = text[max(0, start - 200) : start].rstrip(), text[end : end + 200].lstrip()
    above, below = before[before.rfind("\n") + 1 :].lstrip(), after[: after.find("\n")].rstrip()
    return any(t and t[0] != "#" and shape.is_code(t) for t in (above, below))


def change(text: str, quick: Quick, blank: bool) -> Change:
    """The change of a text without suspects. The edits are built when they are asked for."""
    facts = [
        Fact(
            "layout", "heading", text.find(" ", a, b) - a if " " in text[a:b] else len(text[a:b].rstrip()), drafts.HEADING, a, e
        )
        for a, b, e in quick.headings
    ]
    if not blank:
        edits = Edits([Edit(a, b, "", (drafts.HEADING,)) for a, b, _ in quick.headings])
        return Change(edits.apply(text), edits, facts=facts)
    bodies = quick.bodies
    if quick.headings:
        bodies = [b.lstrip("#").lstrip() if b[0] == "#" and _HASHES.match(b) else b for b in bodies]
    return Change("\n".join(bodies), lambda: _edits(text, quick), facts=facts)


def _edits(text: str, quick: Quick) -> Edits:
    head, tail = len(text) - len(text.lstrip()), len(text.rstrip())
    if tail == 0:
        return Edits([Edit(0, len(text), "", (drafts.BLANK,))])
    spans = [m.span() for m in _BLANK.finditer(text, head, tail)]
    starts = [a + (text[a] == "\n") for a, _ in spans]
    edits = Edits.columns(starts, [b for _, b in spans], [""] * len(spans), drafts.BLANK)
    extra = [Edit(a, b, "", (drafts.HEADING,)) for a, b, _ in quick.headings]
    extra += [Edit(a, b, "", (drafts.BLANK,)) for a, b in ((0, head), (tail, len(text))) if a < b]
    return Edits.of([*edits, *extra]) if extra else edits
