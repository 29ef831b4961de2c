"""The stage: the clean text in, its structure out.

A text may hold several documents: a notice, what it encloses, its annexes. Each is a *part* with a numbering of its own; the
parts follow each other in the tree, an enclosed document under its title, annexes apart.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from itertools import accumulate, islice
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from cleaner.edits import Edits
from cleaner.fold import fold
from cleaner.record.model import Annex
from cleaner.record.tree import Branch, Tree
from cleaner.stages.change import Change, Fact, Flag
from cleaner.stages.structure.byline import authors
from cleaner.stages.structure.closing import Closing, closings, dates, imprint
from cleaner.stages.structure.head import Head, bare, headline, plain, read_head, shaped, title_like
from cleaner.stages.structure.headings import numbered
from cleaner.stages.structure.kind import decide, press
from cleaner.stages.structure.legal import Order, law_dates
from cleaner.stages.structure.lexicon import lexicon, limit, pattern
from cleaner.stages.structure.marks import Units
from cleaner.stages.structure.outline import Node, Row, outline
from cleaner.stages.structure.plain import plain_headings
from cleaner.stages.structure.result import Found, Hints, Structure
from cleaner.stages.structure.view import REACH, View

if TYPE_CHECKING:
    from cleaner.plan import Plan

# a notice that prints, forwards or promulgates another document names it in its title
_BY_LINE = itemgetter(0)
_ANNEX_STARTS = frozenset("附[［【(（")
# lines that may stand between a signature and the end of its document (主题词)
_BEHIND_CLOSE = 2
_PUBLISHED = (("web", "published_at"), ("web", "editors"))
_PASSES_ON = re.compile("印发|转发|发布|公布|颁布|下发|批转|批准")
_NAMED = re.compile("《([^《》]{4,80}(?:《[^《》]{2,60}》[^《》]{0,40})?)》")


@dataclass(slots=True)
class _Part:
    """Lines [first, end) of one document. body: where it begins below its title; name: its title, unless the head has it."""

    first: int
    end: int
    body: int
    name: str | None = None
    annex: bool = False
    nodes: list[Node] = field(default_factory=list)
    row: Row | None = None
    articles: int = 0

    def opening(self) -> int | None:
        """The line of its first node."""
        firsts = [n.line for n in self.nodes[:1]] + (self.row.at[:1] if self.row else [])
        return min(firsts, default=None)

    def has_headings(self) -> bool:
        """Whether several nodes of the first level have numbers."""
        if self.row and self.row.level == 1:
            return True
        return len(list(islice((n for n in self.nodes if n.level == 1 and n.number is not None), 2))) > 1

    def spread(self) -> list[Node]:
        """All its nodes, those of the articles in ``row`` too, which then stand in ``nodes``."""
        if self.row:
            self.nodes = sorted(self.nodes + self.row.nodes(), key=_BY_LINE)
            self.row = None
        return self.nodes


def structure(text: str, plan: Plan, hints: Hints | None = None) -> Structure:
    """The structure of a clean text (one paragraph a line). Lines are numbered from 0; flags have positions in ``text``."""
    hints = hints or Hints()
    view = View(text)
    lines = view.lines
    head = read_head(view, hints)
    dated = dates(view, head.body)
    annexes = _annex_lines(view, head) if plan.allows("structure/annex", "structure") else []
    closes, closing = closings(view, head, dated, annexes)
    imprint_at, printed = imprint(view, dated, head.body)
    split = _split(view, head, closes, annexes, imprint_at)
    units = Units(view)
    gaps: list[tuple[int, int]] = []
    if head.title is None:
        _masthead_as_title(view, head)
    for part in split:
        part.nodes, part.row, part.articles, missing = numbered(view, units, part.body, _text_end(part, closes))
        gaps += missing
    result = Structure(Tree(lines))
    if hints.headings:
        _marked(view, split, hints, head)
    elif not units and not any(p.nodes for p in split):
        _unnumbered(view, split[0], head)
    if plan.select or plan.ignore:
        for part in split:
            part.nodes = [n for n in part.spread() if not n.rule or plan.allows(n.rule, "structure")]
    articles = sum(p.articles for p in split)
    # a law has no byline, and is not weighed against the press
    titled = _titled_as(head.title)
    law = bool(articles) and (bool(head.history) or "law_title" in titled)
    written = [] if law else authors(view)
    inferred = _inferred(lines, head, split[0]) if head.title is None else None
    evidence = _evidence(view, head, hints, closing, printed, split)
    if "law_title" in titled:
        evidence.add("law_title")
    if not law:
        evidence |= press(view, bool(written))
    if "policy_title" in (_titled_as(inferred[0]) if inferred else titled):
        evidence.add("policy_title")
    result.type = decide(evidence, lines)
    if inferred and result.type in ("policy", "law"):
        result.found.append(Found("document", "title", inferred[0], "structure/inferred-title", inferred[1]))
    elif head.title is not None and head.title_line is not None:
        result.found.append(Found("document", "title", headline(head.title), "structure/title", head.title_line))
    official = head.found + closing + printed
    if result.type in ("policy", "law") and (head.found or printed or "policy_title" in evidence or articles):
        result.found += official
    if result.type == "law" or (head.history and result.type != "news"):
        order = next((Order(0, c.date) for c in closes if c.end < len(lines)), None)
        last = max((p.end for p in split if p.articles), default=0)
        result.found += law_dates(view, head.history, last, order)
    result.found += written
    _fill(result, plan)
    _assemble(lines, split, closes, imprint_at, result)
    _flag(lines, result, closes, gaps, plan)
    return result


def run(text: str, plan: Plan) -> Change:
    """The stage as rules are tested on it: the text as it is, with what was read from it as facts.

    ``document`` groups what the record has at its top: title, and for each rule that made headings, their texts.
    """
    found = structure(text, plan)
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    made: dict[str, list[Node]] = {}
    for node in found.nodes:
        if node.rule:
            made.setdefault(node.rule, []).append(node)
    facts = [Fact(f.group, f.key, f.value, f.rule, starts[f.line], starts[f.line + 1] - 1) for f in found.found]
    for rule, nodes in made.items():
        names = [n.heading or n.number for n in nodes]
        facts.append(Fact("document", "headings", names, rule, starts[nodes[0].line], starts[nodes[0].line + 1] - 1))
    return Change(text, Edits(), flags=found.flags, facts=facts)


# -- parts


def _annex_lines(view: View, head: Head) -> list[int]:
    """Lines that open an annex: 附件, 附件2, 附件1：…, not the list of annexes that a notice gives above its signature."""
    starts = view.kinds & _ANNEX_STARTS
    if not starts or not _opens_annex(view.text, starts):
        return []
    lines, longest = view.lines, limit("annex_title_max")
    firsts = view.firsts[head.body : -1]
    found = [i for i, c in enumerate(firsts, head.body) if c in starts and "附" in lines[i][:2] and len(lines[i]) <= longest]
    if not found:
        return []
    opens = []
    candidates = set(found)
    for i in found:
        folded = view.fold(i)
        match = pattern("annex").fullmatch(folded)
        if not match or "".join(folded.split()) == "附则":
            continue
        following = view.fold(i + 1)
        rest = match["rest"].strip()
        if rest and not match["n"] and ":" in folded[:4]:
            continue
        if rest and (i + 1 in candidates or i - 1 in candidates or pattern("date_line").fullmatch(following)):
            continue
        if ":" in folded[:5] and not rest and pattern("attachment_item").fullmatch(following):
            continue
        opens.append(i)
    return opens


def _opens_annex(text: str, starts: frozenset[str]) -> bool:
    """Whether 附 stands at the beginning of ``text`` or of a line, or behind one of the brackets in ``starts``."""
    at = text.find("附")
    while at >= 0:
        if not at or text[at - 1] == "\n" or text[at - 1] in starts:
            return True
        at = text.find("附", at + 1)
    return False


def _split(view: View, head: Head, closes: list[Closing], annexes: list[int], imprint_at: int | None) -> list[_Part]:
    """The parts of the text in order. The first has the head."""
    lines = view.lines
    end = len(lines) if imprint_at is None else imprint_at
    opens: dict[int, _Part] = {}
    for i in annexes:
        if i < end:
            opens[i] = _annex_part(view, i, end)
    for i in _enclosed(view, head, closes, end):
        if not any(k in opens and i < opens[k].body for k in (i, i - 1)):
            opens[i] = _Part(i, end, i + 1, lines[i])
    found = [_Part(0, end, head.last + 1)]
    for i in sorted(opens):
        found[-1].end = i
        found.append(opens[i])
    if head.title is None:
        named = next((p for p in found[1:] if p.name and not p.annex), None)
        if named:
            head.title, head.title_line, head.last = named.name, named.first, named.first
            _below_title(lines, named, head)
    return found


def _masthead_as_title(view: View, head: Head) -> None:
    """Take the mark of an announcement (某某局公告) as its title, where it has no other."""
    mark = next((f for f in head.found if f.key == "issuer_mark"), None)
    if mark is not None and fold(str(mark.value)).endswith(("公告", "通告")) and view.lines[mark.line] == mark.value:
        head.title, head.title_line = str(mark.value), mark.line


def _text_end(part: _Part, closes: list[Closing]) -> int:
    """Where the text of a part ends: at its signature, if nothing but a line or two follows that."""
    last = next((c for c in reversed(closes) if part.body < c.start < part.end), None)
    return last.start if last is not None and part.end - last.end <= _BEHIND_CLOSE else part.end


def _below_title(lines: list[str], part: _Part, head: Head) -> None:
    """Take the lines that state a law's history below the title of an enclosed law."""
    below = read_head(View("\n".join(lines[part.first : part.first + limit("head_lines")])), Hints({0: 1}))
    head.history = [part.first + i for i in below.history]


def _annex_part(view: View, i: int, end: int) -> _Part:
    lines = view.lines
    match = pattern("annex").fullmatch(view.fold(i))
    rest = lines[i][match.start("rest") :].strip() if match else ""
    if rest:
        return _Part(i, end, i + 1, rest, True)
    if i + 1 < end and title_like(lines[i + 1], view.fold(i + 1)):
        return _Part(i, end, i + 2, lines[i + 1], True)
    return _Part(i, end, i + 1, None, True)


def _enclosed(view: View, head: Head, closes: list[Closing], end: int) -> list[int]:
    """Lines that title a document which this one encloses: behind the close of a notice, or as the notice's title names it."""
    lines = view.lines
    found = []
    for n, c in enumerate(closes):
        if c.end < end - 1 and len(lines[c.end]) <= limit("title_max"):
            line = lines[c.end]
            above = max(head.last + 1, closes[n - 1].end if n else 0, c.start - limit("closing_lines"))
            named = _shaped_any(line) or any(plain(t) == plain(line) for t in _NAMED.findall("".join(lines[above : c.start])))
            if named and title_like(line, view.fold(c.end)):
                found.append(c.end)
    if not found and head.title:
        wanted = {plain(n) for n in _NAMED.findall(head.title)}
        if wanted and _PASSES_ON.search(fold(head.title)):
            found = [
                i for i in range(head.body + 1, end - 1) if len(lines[i]) <= limit("title_max") and plain(lines[i]) in wanted
            ][:1]
    return found


def _shaped_any(line: str) -> bool:
    return shaped(line, "policy_title", "law_title")


# -- headings that no number gives


def _marked(view: View, split: list[_Part], hints: Hints, head: Head) -> None:
    """Add the headings that Markdown marked; where numbering gave a line its level, that level stands."""
    single = sum(level == 1 for level in hints.headings.values()) == 1
    marked = sorted(line for line in hints.headings if line != head.title_line)
    for part in split:
        inside = marked[bisect_left(marked, part.first) : bisect_left(marked, part.end)]
        known = {n.line for n in part.nodes}.union(part.row.at if part.row else ())
        fresh = [line for line in inside if line not in known]
        if fresh:
            levels = [max(1, hints.headings[line] - single) for line in fresh]
            more = [Node(line, level, None, view.lines[line], None, "") for line, level in zip(fresh, levels, strict=True)]
            part.nodes = sorted(part.spread() + more, key=_BY_LINE)


def _unnumbered(view: View, part: _Part, head: Head) -> None:
    found, headline = plain_headings(view, head, part.first, part.end)
    if headline is not None:
        head.title, head.title_line = view.lines[headline], headline
    part.nodes = [Node(i, 1, None, view.lines[i], None, "structure/plain-heading") for i in found]


# -- what it all says


def _titled_as(title: str | None) -> list[str]:
    """The lists of titles (``law_title``, ``policy_title``) that have one like ``title``; none where the press titles so."""
    if not title:
        return []
    folded, words = fold(title), lexicon().words
    if any(map(folded.__contains__, words["news_title"])):
        return []
    plainly = bare(folded)
    return [kind for kind in ("law_title", "policy_title") if plainly.endswith(words[kind])]


def _evidence(view: View, head: Head, hints: Hints, closing: list[Found], printed: list[Found], split: list[_Part]) -> set[str]:
    keys = {f.key for f in head.found}
    closed = {f.key for f in closing}
    marks = [f.value for f in head.found if f.key == "issuer_mark"]
    articles = any(p.articles for p in split)
    stated = {(f.group, f.key) for f in hints.facts}
    states = {
        "addressee": "addressees" in keys,
        "annex": any(p.annex for p in split),
        "articles": articles,
        "body_headings": (split[0] if split[0].opening() is not None else split[-1]).has_headings(),
        "disclosure": any(group == "disclosure" for group, _ in stated),
        "doc_number": "doc_number" in keys,
        "imprint": bool(printed),
        "law_history": bool(head.history),
        "letterhead": bool(keys & {"issuer_mark", "classification", "urgency"}),
        "note": "notes" in closed,
        "order": articles and any(fold(m).endswith(("令", "公告")) for m in marks),
        "policy_preamble": not articles and _preamble(view, head),
        "signature": "issuers" in closed,
        "web_origin": ("web", "origin") in stated,
        "web_published": not stated.isdisjoint(_PUBLISHED),
    }
    return {name for name, true in states.items() if true}


def _preamble(view: View, head: Head) -> bool:
    """Whether one of the first paragraphs says what is enacted, or that something follows."""
    for i in range(head.body, min(head.body + 3, len(view.lines))):
        line = view.lines[i]
        if line[-1:] in ("。", "：", ":") and pattern("preamble").search(
            view.fold(i) if len(line) <= REACH else fold(line[-160:])
        ):
            return True
    return False


def _inferred(lines: list[str], head: Head, part: _Part) -> tuple[str, int] | None:
    """The title that the preamble's end names (…制定《…》。), with its line."""
    opening = part.opening()
    stop = min(part.end if opening is None else opening, head.body + 5, len(lines))
    for i in range(stop - 1, head.body - 1, -1):
        tail = lines[i][-240:]
        match = pattern("enacts").search(fold(tail))
        if match:
            return tail[match.start("title") : match.end("title")], i
    return None


def _fill(result: Structure, plan: Plan) -> None:
    """Put what was found into its groups; rules that may not act take theirs back."""
    result.found = [f for f in result.found if plan.allows(f.rule, "structure")]
    for f in result.found:
        if f.group == "document":
            result.title = f.value
            if f.rule == "structure/inferred-title":
                result.title_by = "inferred"
            else:
                result.title_line = f.line
            continue
        group: dict[str, Any] = getattr(result, f.group)
        if isinstance(f.value, list) and f.key in group:
            group[f.key] = [*group[f.key], *(v for v in f.value if v not in group[f.key])]
        else:
            group.setdefault(f.key, list(f.value) if isinstance(f.value, list) else f.value)


def _assemble(lines: list[str], split: list[_Part], closes: list[Closing], imprint_at: int | None, result: Structure) -> None:
    """The tree: sections of the parts in order, annexes apart."""
    at = 0
    for part in split:
        first = at
        while at < len(closes) and closes[at].start < part.end:
            at += 1
        inside = closes[first:at]
        nodes = _with_closings(lines, part.spread(), inside) if inside else part.nodes
        result.numbered.append((nodes, part.row))
        if part.annex:
            below = Tree(lines, outline(nodes, part.body, part.end, part.row))
            result.annexes.append(Annex((part.first, part.end), part.name, below.sections()))
            result.found.append(Found("document", "annexes", part.name or lines[part.first], "structure/annex", part.first))
            continue
        if part.first:
            nodes = [Node(part.first, 0, None, part.name, None), *nodes]
        result.tree.add(outline(nodes, part.first, part.end, part.row))
    if imprint_at is not None:
        result.tree.add([Branch(0, 0, imprint_at, len(lines), imprint_at, len(lines))])


def _with_closings(lines: list[str], nodes: list[Node], closes: list[Closing]) -> list[Node]:
    """``nodes`` of one document with a section of level 0 for each close below a heading; in a close nothing is a heading."""
    if not nodes or not closes or closes[-1].end <= nodes[0].line:
        return nodes
    found: list[Node] = []
    n = 0
    for c in closes:
        while n < len(nodes) and nodes[n].line < c.start:
            found.append(nodes[n])
            n += 1
        while n < len(nodes) and nodes[n].line < c.end:
            n += 1
        if found:
            found.append(Node(c.start, 0, None, None, lines[c.start]))
    return found + nodes[n:]


def _flag(lines: list[str], result: Structure, closes: list[Closing], gaps: list[tuple[int, int]], plan: Plan) -> None:
    wanted: list[tuple[int, str, str]] = []
    if closes and not closes[0].signed and result.type == "policy" and result.official.keys() & {"doc_number", "issuer_mark"}:
        wanted.append((closes[0].date, "structure/unsigned", "a date without the name of an issuer above it"))
    for line, missing in gaps:
        what = "number is" if missing == 1 else "numbers are"
        wanted.append((line, "structure/numbering-gap", f"{missing} {what} missing before this one"))
    wanted = [w for w in wanted if plan.allows(w[1], "structure")]
    if wanted:
        starts = [0, *accumulate(len(x) + 1 for x in lines)]
        result.flags += [
            Flag(code, message, starts[line], starts[line] + min(len(lines[line]), 40)) for line, code, message in wanted
        ]
