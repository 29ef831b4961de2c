"""Lines into paragraphs: blank lines, cuts, page furniture, interposed headings, a document on one line, spaces between Han.

The text comes from ``repair`` and ``strip``: ASCII marks and traditional characters occur, form feeds are the ends of pages.
"""

from __future__ import annotations

from collections.abc import Callable

from cleaner.edits import replay
from cleaner.layout import FURNITURE, Layout, Place
from cleaner.measure import measures
from cleaner.plan import Plan
from cleaner.rulebook.model import Rule, SpanShape
from cleaner.stages.change import Change
from cleaner.stages.reflow import columns, furniture, oneline, quick, quotes, shape, soft, spaces, windows, wrap
from cleaner.stages.reflow import draft as drafts
from cleaner.stages.reflow.lines import read

INFERRED = "lines of several columns alternated; which belongs to which was inferred from what they say"


def run(text: str, plan: Plan, layout: Layout | None = None) -> Change:
    r"""``text`` with one paragraph a line, joined by ``\n``, without blank lines and without blanks at the ends of lines.

    Headings that Markdown marks lose the mark; for each there is a ``Fact("layout", "heading", level, rule, line, line + 1)``
    whose position is the number of its line in the new text, from 0, and no span of the input. Moves carry headings out of
    sentences that they interrupt. What cannot be decided is flagged. Where nothing was to do, the text is the same object.
    Linear in the text. layout: what a reader knows of the lines; those of a PDF are joined by where they stand on the page.
    """

    def on(rule: str) -> bool:
        return plan.allows(rule, "reflow")

    rules = [rule for rule in plan.rulebook.stage("reflow") if isinstance(rule.shape, SpanShape)]
    spans = Change(text)
    if rules and _concerned(rules, text):
        from cleaner.rulebook.match import apply_span_rules

        spans = apply_span_rules(rules, text, plan)
    untouched = not (len(spans.settled()) or spans.flags or spans.facts)
    told = layout is not None and _tells(layout)
    if untouched and not told and on(drafts.HEADING) and on(drafts.BLANK) and (found := quick.look(text)) is not None:
        if not found.cuts:
            return quick.change(text, found)
        change = windows.change(text, found, lambda piece, view: _window(piece, view, on))
        if change is not None:
            return change
    lines = read(text, on(drafts.HEADING), on(drafts.ITEM))
    draft = drafts.Draft(text, lines)
    if layout is not None and told:
        from cleaner.stages.reflow import geometry, margins

        known = geometry.known(text, lines, layout)
        margins.mark(lines, known, on(furniture.NUMBER), on(furniture.RUNNING))
        if all(isinstance(place, Place) for place in known):
            return _by_place(draft, [place for place in known if isinstance(place, Place)], on, spans)
    if on(oneline.SPLIT):
        oneline.split(draft)

    def hard() -> bool:
        return bool(measures([line.text for line in lines if not line.fixed]))

    def paged() -> bool:
        return hard() or wrap.in_rows([line.text for line in lines])

    furniture.mark(lines, hard, on(furniture.NUMBER), on(furniture.RUNNING), on(furniture.STRAY))
    furniture.single(lines, paged, on(furniture.NUMBER), on(furniture.RUNNING))
    wrapped, disorder = _unwrap(draft, on(soft.DOUBLED), on(columns.COLUMN)) if on(soft.JOIN) else (False, False)
    if not disorder:
        units = soft.units(draft)
        soft.decide(draft, units, soft.survey(units, wrapped), on(soft.JOIN), on(drafts.INTERPOSED), on(soft.DOUBLED))
    elif on(wrap.INTERLEAVED):
        draft.flag(wrap.INTERLEAVED, "lines of several columns alternate", lines[0].start, lines[-1].end)
    return _finished(draft, on, spans, disorder)


def _by_place(draft: drafts.Draft, known: list[Place], on: Callable[[str], bool], spans: Change) -> Change:
    """The change of a text whose lines stand on pages."""
    from cleaner.stages.reflow import geometry

    if on(furniture.STRAY):
        furniture.stray(draft.lines)
    if on(soft.JOIN):
        geometry.decide(draft, known, on(drafts.INTERPOSED))
    return _finished(draft, on, spans, False)


def _finished(draft: drafts.Draft, on: Callable[[str], bool], spans: Change, disorder: bool) -> Change:
    """The change that is decided, with the rules that look at single characters, and a last look for what to flag."""
    fenced = [line for line in draft.lines if line.fixed]
    draft.inner += [e for e in spans.settled() if not any(line.start <= e.start < line.end for line in fenced)]
    if not disorder:
        _mend(draft, on)
    if on(quotes.UNPAIRED) and quotes.SUSPECT.search(draft.text):
        quotes.flag(draft, draft.paragraphs())
    change = _carried_out(draft, on)
    change.flags += spans.flags
    change.facts[:0] = spans.facts
    return change


def _tells(layout: Layout) -> bool:
    """Whether a layout is one of pages, or tells of lines that are their furniture."""
    return any(
        isinstance(known, Place) or (known is not None and not known.hints.isdisjoint(FURNITURE)) for known in layout.lines
    )


def _window(text: str, view: soft.View, on: Callable[[str], bool]) -> Change:
    """The change of some lines of a text that has no suspects but places that may be cut. ``view``: what all of it shows."""
    draft = drafts.Draft(text, read(text))
    soft.decide(draft, soft.units(draft), view, on(soft.JOIN), on(drafts.INTERPOSED), on(soft.DOUBLED))
    _mend(draft, on)
    return _carried_out(draft, on)


def _mend(draft: drafts.Draft, on: Callable[[str], bool]) -> None:
    """What is left to do when the paragraphs are known: spaces inside them, and a look at those that break off."""
    if spaces.SUSPECT.search(draft.text):
        for pieces in draft.paragraphs():
            spaces.mend(draft, pieces, on(spaces.SPACE), on(spaces.SPACED))
    if on(soft.TRUNCATED):
        soft.truncated(draft)


def _carried_out(draft: drafts.Draft, on: Callable[[str], bool]) -> Change:
    text = draft.text
    edits, moves = draft.edits(on(drafts.BLANK))
    out = replay(text, edits, moves) if edits or moves else text
    facts = draft.headings(out, edits, moves)
    return Change(text if out == text else out, edits, moves, flags=draft.flags, facts=facts)


def _concerned(rules: list[Rule], text: str) -> bool:
    """Whether a span rule might find something: it has no keywords, or one that the text has (Han is matched on the fold)."""
    return any(not rule.keywords or any(not word.isascii() or word in text for word in rule.keywords) for rule in rules)


def _unwrap(draft: drafts.Draft, doubles: bool, rebuild: bool) -> tuple[bool, bool]:
    """Join the lines of hard-wrapped text; whether ``draft`` is one, and whether its lines are in disorder."""
    stay = [i for i, line in enumerate(draft.lines) if not line.gone and not line.fixed]
    goes_on, disorder, share, alternate = wrap.decide(columns.tight([draft.lines[i] for i in stay]))
    pictured = wrap.in_rows([draft.lines[i].text for i in stay])
    pieces = columns.parted(draft.lines) if rebuild and not pictured else []
    if pieces:
        there = [i for i, line in enumerate(pieces) if not line.gone]
        apart = wrap.decide(columns.tight([pieces[i] for i in there]))
        if apart.goes_on or apart.disorder or apart.share < wrap.SETTLED:
            disorder, share, alternate = apart.disorder, apart.share, apart.alternate
        else:
            pieces = []
        if apart.goes_on:
            draft.lines, draft.columns = pieces, True
            stay, goes_on = there, apart.goes_on
    if rebuild and (pictured or disorder or alternate):
        lines = columns.rebuild(pieces or draft.lines, pictured)
        there = [i for i, line in enumerate(lines) if not line.gone and not line.fixed]
        again = wrap.decide(columns.tight([lines[i] for i in there]), ordered=True)
        gained = again.share > share
        if again.goes_on and (pictured or disorder or gained):
            if not pictured:
                draft.flag(wrap.INTERLEAVED, INFERRED, draft.lines[0].start, draft.lines[-1].end)
            draft.lines, draft.columns = lines, True
            stay, goes_on, disorder = there, again.goes_on, False
        elif there and not pictured and again.share >= share + wrap.AMISS:
            goes_on, disorder = [], True
    for n, goes in enumerate(goes_on):
        if goes:
            a, b = draft.lines[stay[n - 1]], draft.lines[stay[n]]
            if doubles and b.page:
                soft.double(draft, a.text, b)
            draft.joins[stay[n - 1]] = (soft.JOIN, shape.join_glue(a.text, b.text))
    return bool(goes_on), disorder
