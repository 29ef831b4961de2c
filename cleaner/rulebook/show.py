"""A rule's documentation, from the words that stand in its pack."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from re import Pattern

from cleaner.rulebook import model
from cleaner.rulebook.model import Rule
from cleaner.rulebook.patterns import source_of

# labels and keywords shown of a long list
MOST_SHOWN = 12

_CONFIDENCE = {"high": "always on", "medium": "on with `--unsafe`", "low": "only flags"}


def document(rule: Rule) -> str:
    """The documentation of ``rule`` in Markdown: what it is, why, what it matches, and its examples."""
    return "\n".join(_page(rule)) + "\n"


def _page(rule: Rule) -> Iterator[str]:
    yield f"# {rule.id}"
    yield ""
    yield rule.title
    yield ""
    yield f"- stage: {rule.stage}"
    yield f"- action: {rule.action}" + (f" ({rule.kind})" if rule.kind else "")
    yield f"- confidence: {rule.confidence} ({_CONFIDENCE[rule.confidence]})"
    yield f"- written in: {rule.path.name}, line {rule.line}"
    yield ""
    yield "## Why"
    yield ""
    yield " ".join(rule.note.split())
    yield ""
    yield "## What it matches"
    yield ""
    yield from (f"- {part}" for part in _shape(rule))
    for n, hit in enumerate(rule.hits, 1):
        yield from ("", f"## Acts on{_number(n, len(rule.hits))}", "", *_towards(hit), *_beside(hit.site), *_block(hit.text))
        if hit.want != hit.text:
            yield from ("", "and gives", "", *_block(hit.want)) if hit.want else ("", "and gives nothing: all of it goes")
        yield from (f"\nflags `{flag}`" for flag in hit.flags)
        if hit.fields:
            yield from ("", "and states", "", *(f"- `{field}` = {value}" for field, value in hit.fields.items()))
    for n, miss in enumerate(rule.misses, 1):
        yield from (
            "",
            f"## Leaves alone{_number(n, len(rule.misses))}",
            "",
            f"Why: {miss.why}",
            "",
            *_towards(miss),
            *_beside(miss.site),
            *_block(miss.text),
        )


def _number(n: int, of: int) -> str:
    return f", {n}" if of > 1 else ""


def _towards(example: model.Hit | model.Miss) -> list[str]:
    options = {**({"to": example.to} if example.to else {}), **example.options}
    return [f"with {' '.join(f'`--{name} {value}`' for name, value in options.items())}", ""] if options else []


def _beside(site: tuple[str, ...]) -> Iterator[str]:
    for text in site:
        yield from ("another document of the site:", "", *_block(text), "")


def _block(text: str) -> list[str]:
    """Text in a fence that is longer than any in it."""
    fence = "```"
    while fence in text:
        fence += "`"
    return [f"{fence}text", *text.removesuffix("\n").split("\n"), fence]


def _shape(rule: Rule) -> Iterator[str]:
    shape = rule.shape
    if isinstance(shape, model.LineShape):
        yield from _either("a whole line that", shape.any, shape.match)
        if shape.company:
            yield "weak evidence: only beside lines that are certain"
    elif isinstance(shape, model.RunShape):
        yield f"at least {shape.min} lines in a row, {shape.distinct} of them different"
        yield from _either("each line", shape.any, shape.match)
    elif isinstance(shape, model.CutShape):
        yield f"from a line that matches {_code(shape.start)} to the end of the document, at most {shape.within} lines"
        if shape.needs:
            yield f"at least {shape.needs_min} of these must stand in it: {', '.join(map(_code, shape.needs))}"
    elif isinstance(shape, model.SpanShape):
        yield f"a piece of a line that matches {_code(shape.match)}"
        if shape.before:
            yield f"only behind {_code(shape.before)}"
        if shape.after:
            yield f"only in front of {_code(shape.after)}"
    elif isinstance(shape, model.PairsShape):
        yield f"lines that hold `label: value` pairs and nothing else, with {shape.min} different labels or more"
        yield from (f"`{label}` is " + (f"`{field}`" if field else "not kept") for label, field in shape.keys.items())
    else:
        yield "the work of an engine in the code of this stage"
    if rule.replace is not None:
        yield f"writes `{rule.replace}`" if rule.replace else "writes nothing"
    yield from (f"the group `{group}` is `{field}`" for group, field in rule.fields.items())
    if rule.keywords:
        yield f"tried only where one of these stands: {_some(rule.keywords)}"
    if not isinstance(shape, model.EngineShape):
        yield "matched on the fold: whatever the script, the width and the case"


def _either(subject: str, labels: Iterable[str], match: Pattern[str] | None) -> Iterator[str]:
    listed = sorted(labels)
    if listed:
        yield f"{subject} is one of {_some(listed)}"
    if match is not None:
        yield f"{subject} matches {_code(match)}"


def _some(words: Iterable[str]) -> str:
    listed = list(words)
    shown = ", ".join(f"`{word}`" for word in listed[:MOST_SHOWN])
    return shown + (f" and {len(listed) - MOST_SHOWN} more" if len(listed) > MOST_SHOWN else "")


def _code(pattern: Pattern[str]) -> str:
    return f"`{source_of(pattern)}`"
