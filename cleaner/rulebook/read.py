"""Reading a pack strictly: a key that is not known, a value of the wrong type or a rule without a witness is an error."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NoReturn, get_args

from cleaner.fold import fold, tight
from cleaner.plan import CHOICES, Target
from cleaner.rulebook import model
from cleaner.rulebook.model import Hit, Miss, Rule
from cleaner.rulebook.patterns import check, lazy, source_of

if TYPE_CHECKING:
    from cleaner.rulebook.linear import Mode
    from cleaner.rulebook.scan import Keys

SCHEMA = 1
SHAPES = ("cut", "engine", "line", "pairs", "run", "span")
# what a record holds of values that a document states (``cleaner/1``)
FIELDS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "disclosure": frozenset(
            ("created_on", "doc_number", "group", "index_number", "published_on", "publisher", "title", "topics", "validity")
        ),
        # what stands at the top of a record, not in a group
        "document": frozenset(("annexes", "headings", "title", "type")),
        "law": frozenset(("adopted_on", "amended_on", "effective_on", "history", "promulgated_on")),
        "official": frozenset(
            (
                *("addressees", "attachments", "classification", "copied_to", "copy_number", "doc_number", "issued_on"),
                *("issuer_mark", "issuers", "notes", "printed_by", "printed_on", "signers", "urgency"),
            )
        ),
        "web": frozenset(
            ("authors", "breadcrumb", "editors", "keywords", "origin", "photographers", "published_at", "site", "views")
        ),
    }
)

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_GROUP = r"\\g<(\w+)>"
_RULE_KEYS = frozenset(
    ("action", "confidence", "fields", "hit", "id", "keywords", "kind", "miss", "note", "replace", "stage", "title", *SHAPES)
)
_STAGES, _ACTIONS = get_args(model.StageName), get_args(model.Action)
_CONFIDENCES, _KINDS = get_args(model.Confidence), get_args(model.Kind)
_TARGETS = get_args(Target)
_OPTIONS = ("ambiguous", "quotes", "spacing")  # of a plan, that an example may set


class FlawError(Exception):
    """What is wrong, and the path of the key where it is."""

    def __init__(self, where: Keys, message: str) -> None:
        super().__init__(message)
        self.where = where


class Table:
    """A TOML table that is read strictly; whatever is wrong with it is a FlawError that knows the place."""

    def __init__(self, value: Any, where: Keys, known: Collection[str]) -> None:
        self.where = where
        if not isinstance(value, dict):
            self.fail("a table is wanted")
        for key in value:
            if key not in known:
                self.fail(f"unknown key {key!r}; known: {', '.join(sorted(known))}", key)
        self.value: dict[str, Any] = value

    def fail(self, message: str, *keys: str | int) -> NoReturn:
        """Raise the FlawError of ``keys`` in this table."""
        raise FlawError(self.where + keys, message)

    def __contains__(self, key: str) -> bool:
        return key in self.value

    def text(self, key: str) -> str:
        """A text that is not blank."""
        value = self.value.get(key)
        if not isinstance(value, str) or not value.strip():
            self.fail(f"{key}: a text is wanted" if key in self.value else f"{key} is missing", key)
        return value

    def choice(self, key: str, choices: Sequence[str]) -> Any:
        """One of a few words."""
        value = self.text(key)
        if value not in choices:
            self.fail(f"{key}: {value!r} is none of {', '.join(choices)}", key)
        return value

    def number(self, key: str, default: int | None = None) -> int:
        """A whole number from 1 on."""
        value = self.value.get(key, default)
        if not isinstance(value, int) or isinstance(value, bool) or value < 1:
            self.fail(f"{key}: a whole number above 0 is wanted" if key in self.value else f"{key} is missing", key)
        return value

    def truth(self, key: str) -> bool:
        """True or false; false where the key is absent."""
        value = self.value.get(key, False)
        if not isinstance(value, bool):
            self.fail(f"{key}: true or false is wanted", key)
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts that are not blank; empty only where the key is absent."""
        value = self.value.get(key, [])
        if not isinstance(value, list) or not all(isinstance(v, str) and v.strip() for v in value):
            self.fail(f"{key}: a list of texts is wanted", key)
        if key in self.value and not value:
            self.fail(f"{key} is empty", key)
        return tuple(value)

    def mapping(self, key: str) -> dict[str, Any]:
        """A table with any keys, with something in it."""
        value = self.value.get(key)
        if not isinstance(value, dict) or not value:
            self.fail(f"{key}: a table is wanted" if key in self.value else f"{key} is missing", key)
        return value

    def pattern(self, key: str, flags: int = 0) -> re.Pattern[str]:
        """A pattern, not yet compiled."""
        return lazy(self.text(key), flags)

    def optional_pattern(self, key: str, flags: int = 0) -> re.Pattern[str] | None:
        """A pattern, or None where the key is absent."""
        return self.pattern(key, flags) if key in self.value else None


def rules(
    data: Mapping[str, Any], path: Path, lines: Sequence[int], examples: Callable[[int, str], Sequence[Any]]
) -> list[Rule]:
    """The rules of a pack that ``tomllib`` has read, without their examples and without a look into their patterns.

    lines: the line of each rule.  examples: gives the hits or misses of rule number n.  Raises FlawError.
    """
    pack = Table(dict(data), (), ("schema", "pack", "rule"))
    if pack.value.get("schema") != SCHEMA or isinstance(pack.value["schema"], bool):
        pack.fail(f"schema: this program reads schema {SCHEMA}", "schema")
    name = pack.text("pack")
    if not _NAME.fullmatch(name):
        pack.fail(f"pack: {name!r} is not of small letters, digits and single hyphens", "pack")
    found = pack.value.get("rule")
    if not isinstance(found, list) or not found:
        pack.fail("a pack has at least one [[rule]]", "rule")
    seen: dict[str, int] = {}
    new = []
    for n, item in enumerate(found):
        rule = _rule(Table(item, ("rule", n), _RULE_KEYS), name, path, lines[n], examples(n, "hit"), examples(n, "miss"))
        if rule.id in seen:
            raise FlawError(("rule", n, "id"), f"the id {rule.id} is used twice (first in line {lines[seen[rule.id]]})")
        seen[rule.id] = n
        new.append(rule)
    return new


def _rule(table: Table, pack: str, path: Path, line: int, hits: Sequence[Hit], misses: Sequence[Miss]) -> Rule:
    name = table.text("id")
    if not _NAME.fullmatch(name):
        table.fail(f"id: {name!r} is not of small letters, digits and single hyphens", "id")
    title, note = table.text("title"), table.text("note")
    stage = table.choice("stage", _STAGES)
    action = table.choice("action", _ACTIONS)
    confidence = table.choice("confidence", _CONFIDENCES)
    shapes = [key for key in SHAPES if key in table]
    if len(shapes) != 1:
        have = f"has {' and '.join(shapes)}" if shapes else "has none"
        table.fail(f"a rule has exactly one shape of {', '.join(SHAPES)}; {pack}/{name} {have}", *shapes[1:2])
    if confidence == "low" and action != "flag":
        table.fail("a rule of low confidence only flags: its action is flag", "confidence")
    kind = table.choice("kind", _KINDS) if "kind" in table else None
    if kind and action not in ("remove", "extract"):
        table.fail(f"kind says what a removed span is; a rule with action {action} removes nothing", "kind")
    if action == "remove" and kind is None:
        kind = "chrome"
    shape = _SHAPES[shapes[0]](table)
    return Rule(
        id=f"{pack}/{name}",
        title=title,
        note=note,
        stage=stage,
        action=action,
        confidence=confidence,
        shape=shape,
        kind=kind,
        replace=_replacement(table, action, shape),
        fields=_fields(table, action, shape),
        keywords=tuple(map(fold, table.texts("keywords"))),
        hits=hits,
        misses=misses,
        path=path,
        line=line,
    )


def _replacement(table: Table, action: str, shape: model.Shape) -> str | None:
    if "replace" not in table:
        if action == "replace" and not isinstance(shape, model.EngineShape):
            table.fail("replace is missing: what does this rule write?")
        return None
    value = table.value["replace"]
    if not isinstance(value, str):
        table.fail("replace: a text is wanted", "replace")
    if action != "replace" or not isinstance(shape, model.SpanShape):
        table.fail("replace belongs to a span with action replace", "replace")
    return value


def _fields(table: Table, action: str, shape: model.Shape) -> Mapping[str, str]:
    if "fields" not in table:
        if action == "extract" and not isinstance(shape, model.EngineShape | model.PairsShape):
            table.fail("fields is missing: what does this rule extract?")
        return {}
    if action != "extract" or isinstance(shape, model.EngineShape | model.PairsShape):
        table.fail("fields belongs to a line, run, cut or span with action extract", "fields")
    fields = table.mapping("fields")
    for group, field in fields.items():
        _field(table, field, "fields", group)
    return fields


def _field(table: Table, value: Any, *keys: str) -> str:
    group, _, key = value.partition(".") if isinstance(value, str) else ("", "", "")
    if key not in FIELDS.get(group, ()):
        table.fail(f"{value!r} is no field of the record, such as web.origin", *keys)
    return f"{group}.{key}"


# -- shapes


def _labels(table: Table, key: str) -> frozenset[str]:
    return frozenset(tight(fold(label)) for label in table.texts(key))


def _any_or_match(table: Table) -> dict[str, Any]:
    if "any" not in table and "match" not in table:
        table.fail("any (labels) or match (a pattern) is wanted")
    return {"any": _labels(table, "any"), "match": table.optional_pattern("match")}


def _line(rule: Table) -> model.LineShape:
    table = Table(rule.value["line"], (*rule.where, "line"), ("any", "match", "company"))
    return model.LineShape(**_any_or_match(table), company=table.truth("company"))


def _run(rule: Table) -> model.RunShape:
    table = Table(rule.value["run"], (*rule.where, "run"), ("any", "match", "min", "distinct"))
    least = table.number("min", 3)
    distinct = table.number("distinct", min(3, least))
    if distinct > least:
        table.fail("distinct is more than min", "distinct")
    return model.RunShape(**_any_or_match(table), min=least, distinct=distinct)


def _cut(rule: Table) -> model.CutShape:
    table = Table(rule.value["cut"], (*rule.where, "cut"), ("from", "to", "within", "needs", "needs_min"))
    needs = table.texts("needs")
    needs_min = table.number("needs_min") if "needs_min" in table else 0
    if needs_min > len(needs):
        table.fail("needs_min is more than there are needs", "needs_min")
    if needs and not needs_min:
        table.fail("needs_min is missing: how many of the needs must be there?")
    return model.CutShape(
        start=table.pattern("from"),
        to=table.choice("to", ("end",)),
        within=table.number("within"),
        needs=tuple(map(lazy, needs)),
        needs_min=needs_min,
    )


def _span(rule: Table) -> model.SpanShape:
    table = Table(rule.value["span"], (*rule.where, "span"), ("match", "before", "after"))
    # a span is searched in the whole text: ^ and $ are the ends of a line
    return model.SpanShape(
        match=table.pattern("match", re.M),
        before=table.optional_pattern("before", re.M),
        after=table.optional_pattern("after", re.M),
    )


def _pairs(rule: Table) -> model.PairsShape:
    table = Table(rule.value["pairs"], (*rule.where, "pairs"), ("keys", "min"))
    keys = {
        tight(fold(label)): _field(table, field, "keys", label) if field != "" else ""
        for label, field in table.mapping("keys").items()
    }
    return model.PairsShape(keys=keys, min=table.number("min", 2))


def _engine(rule: Table) -> model.EngineShape:
    if rule.value["engine"] is not True:
        rule.fail("engine: true is wanted", "engine")
    return model.EngineShape()


_SHAPES: dict[str, Callable[[Table], model.Shape]] = {
    "cut": _cut,
    "engine": _engine,
    "line": _line,
    "pairs": _pairs,
    "run": _run,
    "span": _span,
}


# -- patterns


def patterns(rule: Rule) -> Iterator[tuple[Keys, str, Mode]]:
    """The patterns of ``rule`` as written: where in the rule each stands, and how it is matched."""
    shape = rule.shape
    if isinstance(shape, model.LineShape | model.RunShape) and shape.match is not None:
        yield ("line" if isinstance(shape, model.LineShape) else "run", "match"), source_of(shape.match), "line"
    elif isinstance(shape, model.CutShape):
        yield ("cut", "from"), source_of(shape.start), "line"
        for need in shape.needs:
            yield ("cut", "needs"), source_of(need), "search"
    elif isinstance(shape, model.SpanShape):
        context = shape.before is not None or shape.after is not None
        yield ("span", "match"), source_of(shape.match), "tentative" if context else "search"
        for key, pattern in (("before", shape.before), ("after", shape.after)):
            if pattern is not None:
                yield ("span", key), source_of(pattern), "context"


def inspect(rule: Rule, where: Keys) -> None:
    """Raise the FlawError of a pattern of ``rule`` that is wrong, slow, or lacks a group that the rule names."""
    from cleaner.rulebook.linear import PatternError  # CPython's parser is needed only here

    groups: set[str] = set()
    for keys, source, mode in patterns(rule):
        try:
            groups.update(check(source, mode))
        except PatternError as error:
            raise FlawError(where + keys, f"{'.'.join(map(str, keys))}: {error}") from None
    for group in rule.fields:
        if group not in groups:
            raise FlawError((*where, "fields", group), f"fields: the pattern has no group {group!r}")
    for group in re.findall(_GROUP, rule.replace or ""):
        if group not in groups:
            raise FlawError((*where, "replace"), f"replace: the pattern has no group {group!r}")


# -- examples


def hit(value: Any, where: Keys) -> Hit:
    """A ``[[rule.hit]]``. Raises FlawError."""
    table = Table(value, where, ("text", "want", "fields", "flags", "options", "site", "to"))
    text = table.text("text")
    want = table.value.get("want", text)
    if not isinstance(want, str):
        table.fail("want: a text is wanted", "want")
    fields = table.mapping("fields") if "fields" in table else {}
    for field in fields:
        _field(table, field, "fields", field)
    return Hit(text, want, fields, table.texts("flags"), _to(table), tuple(table.texts("site")), _options(table))


def miss(value: Any, where: Keys) -> Miss:
    """A ``[[rule.miss]]``. Raises FlawError."""
    table = Table(value, where, ("options", "site", "text", "to", "why"))
    return Miss(table.text("text"), table.text("why"), _to(table), tuple(table.texts("site")), _options(table))


def _to(table: Table) -> Any:
    return table.choice("to", _TARGETS) if "to" in table else None


def _options(table: Table) -> dict[str, Any]:
    options = table.mapping("options") if "options" in table else {}
    for name, value in options.items():
        if name not in _OPTIONS or value not in CHOICES[name]:
            table.fail(f"options: {name} = {value!r} is none of {', '.join(_OPTIONS)} with its words", "options", name)
    return options


def examples(value: dict[str, Any], where: Keys) -> None:
    """Look at the examples of a rule as read: at least one hit and one miss, each well formed. Raises FlawError."""
    for key, one in (("hit", hit), ("miss", miss)):
        found = value.get(key, [])
        if not isinstance(found, list):
            raise FlawError((*where, key), f"{key}: tables [[rule.{key}]] are wanted")
        if not found:
            raise FlawError(where, f"the rule has no {key} example ([[rule.{key}]])")
        for n, item in enumerate(found):
            one(item, (*where, key, n))
