"""A clean text with a few places that may be cut: the engines look at these and their surroundings, the rest is left as it is.

What the engines would conclude from the whole text (is it running text, which lines are parallel) is counted from its lines;
a window reaches from the line before a suspect as far as a paragraph that begins there could be joined.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable

from cleaner.edits import Edits, Move
from cleaner.stages.change import Change, Fact, Flag
from cleaner.stages.reflow import quick as quicks
from cleaner.stages.reflow import shape, siblings, soft
from cleaner.stages.reflow.quick import Quick

MOST = 0.5  # of the lines in windows, above which the whole text is looked at

Look = Callable[[str, soft.View], Change]


def change(text: str, quick: Quick, look: Look) -> Change | None:
    """The change of ``text``, of which ``look`` changes the windows; None where the whole has to be looked at."""
    bodies = quick.bodies
    if ":" in text and any(":" in b and shape.is_timed(b) for b in bodies):
        return None  # what belongs to a subtitle is known from a line far above
    view = _view(quick)
    spans = _spans(quick, view)
    if sum(b - a for a, b in spans) > MOST * len(bodies):
        return None
    at = quicks.begins(text)
    marks = dict(quick.headings)
    levels = {f.start: f for f in quicks.headings(quick)}
    parts: list[str] = []
    moves: list[Move] = []
    flags: list[Flag] = []
    facts: list[Fact] = []
    windows: list[tuple[int, int, Edits]] = []
    done = lines = 0  # lines of the source and of the output
    for a, b in spans:
        parts += _between(quick, marks, done, a)
        facts += [levels[i]._replace(start=i - done + lines, end=i - done + lines + 1) for i in marks if done <= i < a]
        lines += a - done
        done = b
        start, end = at[a], at[b - 1] + len(bodies[b - 1])
        here = look(text[start:end], soft.View(view.known, {i - a for i in view.parallel if a <= i < b}, view.closed))
        if here.moves and view.known == soft.CUT:
            return None  # whether a heading may move is seen from its likes all around
        windows.append((start, end, here.settled()))
        moves += [m.at(m.start + start, m.end + start, m.to + start) for m in here.moves]
        flags += [Flag(f.code, f.message, (f.start or 0) + start, (f.end or 0) + start) for f in here.flags]
        facts += [f._replace(start=f.start + lines, end=f.end + lines) for f in here.facts]
        parts.append(here.text)
        lines += here.text.count("\n") + 1
    parts += _between(quick, marks, done, len(bodies))
    facts += [levels[i]._replace(start=i - done + lines, end=i - done + lines + 1) for i in marks if done <= i]
    out = "\n".join(parts)
    if out == text:
        return Change(text, flags=flags)
    return Change(out, _within(windows, quicks.edits(text, quick)), tuple(moves), flags=flags, facts=facts)


def _spans(quick: Quick, view: soft.View) -> list[tuple[int, int]]:
    """The windows as [first line, line behind the last)."""
    bodies, tails = quick.bodies, quick.tails
    cuts = quick.cuts
    final = shape.TERMINAL
    if view.known == soft.CUT:
        final -= shape.CLOSING
        levels = {i for i, _ in quick.headings}
        ends = (i for i, tail in enumerate(tails) if tail not in final and i not in levels)
        cuts = [i for i in ends if soft.cut_at(bodies[i], bodies[i + 1 : i + 2 + soft.HEADINGS_BETWEEN], view.closed)]
    spans: list[tuple[int, int]] = []
    for i in cuts:
        # a joined paragraph may go on from each line that ends open, and over headings
        last = i
        ahead = i + 1
        while ahead < len(bodies) and ahead <= last + 1 + soft.HEADINGS_BETWEEN:
            if tails[ahead] not in final:
                last = ahead
            ahead += 1
        if spans and i - 1 < spans[-1][1]:
            spans[-1] = (spans[-1][0], max(ahead, spans[-1][1]))
        else:
            spans.append((max(0, i - 1), ahead))
    return spans


def _view(quick: Quick) -> soft.View:
    """What the whole text shows."""
    levels = {i for i, _ in quick.headings}
    bodies = quick.bodies
    opened = [i for i in quick.opened if i not in levels and soft.is_open_body(bodies[i])]
    closed = sum(
        len(b) >= soft.LONG and i not in levels and tail in shape.TERMINAL
        for i, (b, tail) in enumerate(zip(bodies, quick.tails, strict=True))
    )
    known = 0
    if soft.is_prose(closed, len(opened)):
        known = soft.CUT if quick.sure else soft.PROSE
    kinds = siblings.closed(b for i, b in enumerate(bodies) if i not in levels) if known == soft.CUT else frozenset()
    return soft.View(known, soft.in_runs(opened), kinds)


def _between(quick: Quick, marks: dict[int, int], first: int, last: int) -> list[str]:
    """Lines [first, last) without the marks of headings."""
    return [quick.bodies[i][marks.get(i, 0) :] for i in range(first, last)]


def _within(windows: list[tuple[int, int, Edits]], outside: Edits) -> Edits:
    """The edits of the windows (each of its part of the text) between those of the rest."""
    new = Edits()
    done = 0
    for start, end, edits in windows:
        _append(new, outside, done, bisect_left(outside.starts, start, done), 0)
        _append(new, edits, 0, len(edits), start)
        done = bisect_left(outside.starts, end, done)
    _append(new, outside, done, len(outside), 0)
    return new


def _append(new: Edits, edits: Edits, i: int, j: int, shift: int) -> None:
    new.starts += [s + shift for s in edits.starts[i:j]]
    new.ends += [e + shift for e in edits.ends[i:j]]
    new.afters += edits.afters[i:j]
    new.rules += edits.rules[i:j]
    new.kinds += edits.kinds[i:j]
