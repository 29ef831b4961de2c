"""A site's template as a rule pack, with the evidence: on how many documents of how many each line stands.

A line goes into the pack where it was removed on enough documents with the template, and no rule knows it by itself. Labels,
which other documents have too, count only three in a row; a long line counts by itself.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from cleaner.errors import CleanerError
from cleaner.fold import fold
from cleaner.plan import Plan
from cleaner.rulebook import load
from cleaner.rulebook.examples import Failure, check_rule
from cleaner.rulebook.load import Rulebook
from cleaner.stages.strip import run
from cleaner.stages.strip.index import index_of
from cleaner.stages.strip.label import label
from cleaner.stages.strip.limits import limits as strip_limits
from cleaner.stages.strip.page import DROP, LONGEST_LABEL, ODD_LINE_END, Page
from cleaner.template.digest import hashed
from cleaner.template.learn import Template, needed
from cleaner.template.limits import limits

# sentences around the examples, of which no page has a word
_BEFORE = "渡船在雾里走得很慢，船工每隔一会儿就敲一次梆子。"
_AFTER = "到了对岸，挑担的人先下船，骑驴的人排在最后。"
# labels in a row that count, and labels of an example
_ROW, _SHOWN = 3, 6
_TRIES = 20


@dataclass(slots=True)
class Evidence:
    """What a template did to documents: of each line that it removed, on how many of them, and beside which lines.

    lines: the line (on the fold) to the number of documents
    rows:  of each line the lines that went with it in unbroken sequence, on the first document that had it
    known: lines that the rules are certain of by themselves, without a look at what stands beside them
    kept:  lines that stayed on some document, as a headline does on the page that it is the headline of
    """

    documents: int = 0
    lines: Counter[str] = field(default_factory=Counter)
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict)
    known: set[str] = field(default_factory=set)
    kept: set[str] = field(default_factory=set)

    def add(self, text: str, plan: Plan, template: Template) -> None:
        """Count one more document, as ``strip`` is given it."""
        self.documents += 1
        labels = label(Page(ODD_LINE_END.sub("\n", text)), index_of(plan), strip_limits())
        self.known.update(labels.page.lines[i] for i, mark in labels.marks.items() if not mark.weak)
        recurring = {line for line in map(labels.page.lines.__getitem__, labels.page.filled) if hashed(line) in template.lines}
        seen: set[str] = set()
        for row in _removed(text, plan.of_site(template)):
            for key in recurring.intersection(row) - seen:
                seen.add(key)
                self.rows.setdefault(key, row)
        self.lines.update(seen)
        self.kept |= recurring - seen

    def new(self) -> list[str]:
        """The lines for the pack: on enough documents, and not known by themselves; the most frequent first.

        More documents are asked for than for a template, which knows the lines beside a line and holds for its batch only.
        """
        return sorted(filter(self.often, self.lines.keys() - self.known), key=lambda line: (-self.lines[line], line))

    def often(self, line: str) -> bool:
        """Whether the line went on enough documents, stayed on none, and can be a label."""
        least = max(needed(self.documents), -(-self.documents * limits().pack_share // 100))
        return self.lines[line] >= least and line not in self.kept and _fits(line)


def _removed(text: str, plan: Plan) -> list[tuple[str, ...]]:
    """The lines that strip removes, folded and bare, in their unbroken sequences."""
    edits = run(text, plan).settled()
    rows: list[list[str]] = []
    last = -1
    for start, end in zip(edits.starts, edits.ends, strict=True):
        lines = [line.strip() for line in fold(text[start:end]).split("\n")]
        if start != last or not rows:
            rows.append([])
        rows[-1] += [line for line in lines if line]
        last = end
    return [tuple(row) for row in rows]


def _fits(line: str) -> bool:
    """Whether a line can stand in a pack as a label: it is neither too long nor only marks."""
    return len(line) < LONGEST_LABEL and bool(_key(line)) and line.isprintable()


def _key(line: str) -> str:
    return line.translate(DROP)


def name_of(site: str | None) -> str:
    """The name of the pack of a site: its letters and digits in ASCII, with hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", (site or "").lower()).strip("-") or "site"


def write_pack(evidence: Evidence, site: str | None) -> str | None:
    """The pack as TOML, tested with its examples and those of all other rules; None where there is nothing to say.

    Raises CleanerError where the rules cannot be made to agree with those of the program.
    """
    book = load()
    taken = _examples(book)
    lines = [line for line in evidence.new() if _key(line) not in taken]
    name = name_of(site)
    for _ in range(_TRIES):
        source = _source(name, lines, evidence, taken)
        if source is None:
            return None
        clash = _clash(source, lines)
        if not clash:
            return source
        lines = [line for line in lines if line not in clash]
    raise CleanerError("learn: the lines of this site cannot be told from the examples of other rules")


def _examples(book: Rulebook) -> set[str]:
    """The lines of all examples of strip that must stay."""
    texts = [text for rule in book.stage("strip") for text in (*(m.text for m in rule.misses), *(h.want for h in rule.hits))]
    return {_key(line) for text in texts for line in fold(text).split("\n")}


def _failures(packs: tuple[Path, ...]) -> set[Failure]:
    """What does not hold of the examples of strip. The stages before and after it have nothing to do with labels."""
    plan, bold = Plan(rules=packs), Plan(rules=packs, unsafe=True)
    return {failure for rule in plan.rulebook.stage("strip") for failure in check_rule(rule, plan, bold)}


def _clash(source: str, lines: Sequence[str]) -> set[str]:
    """Lines of the pack that stand in the examples that fail with it; all of them, if none does."""
    with TemporaryDirectory(prefix="cleaner-") as folder:
        path = Path(folder, "learnt.toml")
        path.write_text(source, "utf-8")
        failures = _failures((path,)) - _failures(())
    if not failures:
        return set()
    told = fold("\n".join(failure.wanted + failure.came for failure in failures))
    return {line for line in lines if line in told} or set(lines)


def _source(name: str, lines: Sequence[str], evidence: Evidence, taken: set[str]) -> str | None:
    """The pack with rules for ``lines``."""
    long = [line for line in lines if len(_key(line)) >= limits().line_alone]
    short = set(lines) - set(long)
    # what is known without the template stands between the others, and a row is not to break there
    row = sorted(
        {key for line in short for key in evidence.rows[line] if evidence.often(key) and _key(key) not in taken} - set(long)
    )
    rules = [_labels(short, row, evidence), *_alone(long, evidence)]
    if not any(rules):
        return None
    head = (
        f"# Learnt from {evidence.documents} documents of one site by `cleaner learn`. Behind each line stands on how many of them\n"
        "# it was found. Lines are on the fold: simplified, half width, small letters.\n"
        f'schema = 1\npack = "{name}"\n'
    )
    return head + "".join(rule for rule in rules if rule)


def _labels(short: set[str], row: Sequence[str], evidence: Evidence) -> str:
    """The rule for labels in a row; empty where no row has three that are new."""
    best: list[str] = []
    for line in sorted(short, key=lambda line: (-evidence.lines[line], line)):
        part = _part(evidence.rows[line], line, set(row), short)
        if len(part) > len(best):
            best = part
            if len(best) >= _SHOWN:
                break
    if len(best) < _ROW:
        return ""
    return _rule(
        "labels",
        "Labels of this site, three or more in a row",
        "Menus, tools and lists that recur on the pages of the site. Each alone may be a word of a document, so only a row counts.",
        "run.any = [\n" + _listed(row, evidence) + f"]\nrun.min = {_ROW}\nrun.distinct = {_ROW}",
        best,
        f"{best[0]}\n{_BEFORE}\n{best[1]}",
        "two of the labels between sentences",
    )


def _part(found: Sequence[str], line: str, row: set[str], short: set[str]) -> list[str]:
    """Different new labels in sequence around ``line``, as an example."""
    at = found.index(line)
    first = at
    while first and found[first - 1] in row and found[first - 1] in short:
        first -= 1
    part: list[str] = []
    for key in found[first:]:
        if key not in short or key not in row or key in part or len(part) == _SHOWN:
            break
        part.append(key)
    return part


def _alone(long: Sequence[str], evidence: Evidence) -> list[str]:
    """The rule for long lines."""
    if not long:
        return []
    example = min(long, key=lambda line: (not re.fullmatch(r"[\u3400-\u9fffa-z0-9 ]+", line), len(line), line))
    return [
        _rule(
            "lines",
            "Lines of this site",
            "Notices and links that recur on the pages of the site word for word, too long to stand in a document by chance.",
            "line.any = [\n" + _listed(sorted(long), evidence) + "]",
            [example],
            f"{_BEFORE}他念道：{example}，{_AFTER}",
            "quoted in a sentence",
        )
    ]


def _rule(name: str, title: str, note: str, shape: str, example: Sequence[str], miss: str, why: str) -> str:
    hit = "\n".join([_BEFORE, _AFTER, *example])
    return f"""
[[rule]]
id = "{name}"
title = "{title}"
note = {_string(note)}
stage = "strip"
action = "remove"
kind = "chrome"
confidence = "high"
{shape}
  [[rule.hit]]
  text = {_string(hit)}
  want = {_string(_BEFORE + chr(10) + _AFTER)}
  [[rule.miss]]
  why = "{why}"
  text = {_string(miss)}
"""


def _listed(lines: Iterable[str], evidence: Evidence) -> str:
    return "".join(f"  {_string(line)},  # {evidence.lines[line]} of {evidence.documents}\n" for line in lines)


def _string(text: str) -> str:
    """A basic string of TOML; JSON's escapes are among its own, but for that of U+007F."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
