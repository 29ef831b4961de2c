"""The rulebook: the packs of the program and of the caller.

Reading is lazy, because it stands in the start-up of every run. The digest is of bytes and reads nothing. A pack of the program
is read when a stage asks that it names, without its examples, and trusted: its patterns are compiled at their first use, and
what the strict reader would say about them the tests have said before it was shipped. A pack of the caller is read at once and
strictly.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar, overload

from cleaner import resources
from cleaner.errors import RuleError
from cleaner.rulebook import read
from cleaner.rulebook.light import without_examples
from cleaner.rulebook.model import Hit, Miss, Rule

if TYPE_CHECKING:
    from cleaner.plan import Plan

DIGEST_LENGTH = 12
MOST_DIGESTED = 1 << 19  # bytes of a file that count, with its size

_Example = TypeVar("_Example", Hit, Miss)
# the only other way to write a stage is with an escape, which no pack of ours has
_STAGE = re.compile(rb"""^[ \t]*stage[ \t]*=[ \t]*["']([a-z]+)["']""", re.M)


def load(extra: Sequence[Path] = ()) -> Rulebook:
    """The program's packs and those of ``extra``: files, and folders of ``*.toml`` (not their sub-folders).

    A rule of ``extra`` with the id of a built-in one replaces it. Raises RuleError where a pack of ``extra`` is wrong.
    """
    return Rulebook(_built_in(resources.root()), tuple(map(Path, extra)))


def active(rule: Rule, plan: Plan) -> bool:
    """Whether ``rule`` acts under ``plan``: high confidence is on, medium needs ``unsafe``, low only flags."""
    sure = rule.confidence == "high" or (plan.unsafe if rule.confidence == "medium" else rule.action == "flag")
    return sure and plan.allows(rule.id, rule.stage)


class Rulebook:
    """All rules that are known, by stage and by id. Pickles as the paths that it was read from."""

    def __init__(self, built_in: tuple[Pack, ...], extra: tuple[Path, ...] = ()) -> None:
        self._extra = extra
        self._built_in = built_in
        self._own = tuple(_packs(extra))
        self._own_ids: dict[str, Rule] = {}
        for pack in self._own:
            _unique(pack.strict, self._own_ids)
        self._stages: dict[str, tuple[Rule, ...]] = {}

    def __reduce__(self) -> tuple[Any, tuple[tuple[Path, ...]]]:
        return load, (self._extra,)

    @property
    def packs(self) -> tuple[Pack, ...]:
        """The packs: the program's by name, then the caller's as given."""
        return self._built_in + self._own

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """All rules, by pack and in the order of the file."""
        return self._merge(self._built_in, None)

    def stage(self, name: str) -> tuple[Rule, ...]:
        """The rules of one stage, in the order of ``rules``. Reads no pack that does not name it."""
        found = self._stages.get(name)
        if found is None:
            found = self._merge([pack for pack in self._built_in if name in pack.stages], name)
            self._stages[name] = found
        return found

    def get(self, rule: str) -> Rule | None:
        """The rule with the full id ``rule``."""
        return self._by_id.get(rule)

    @cached_property
    def _by_id(self) -> dict[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def digest(self) -> str:
        """Twelve hex digits that change when any file of the rules does, or a pack of the caller; the same on every machine."""
        whole = sha256(_digest_of(resources.root()))
        for pack in self._own:
            whole.update(sha256(pack.data).digest())
        return whole.hexdigest()[:DIGEST_LENGTH]

    def _merge(self, built_in: Sequence[Pack], stage: str | None) -> tuple[Rule, ...]:
        seen: dict[str, Rule] = {}
        for pack in built_in:
            _unique(pack.rules, seen)
        rules = [rule for rule in seen.values() if rule.id not in self._own_ids] + list(self._own_ids.values())
        return tuple(rule for rule in rules if stage is None or rule.stage == stage)


def _unique(rules: Sequence[Rule], seen: dict[str, Rule]) -> None:
    for rule in rules:
        other = seen.setdefault(rule.id, rule)
        if other is not rule:
            raise RuleError(f"{rule.path}:{rule.line}: the id {rule.id} is taken (by {other.path}:{other.line})")


class Pack:
    """One TOML file of rules."""

    def __init__(self, path: Path, data: bytes) -> None:
        self.path = path
        self.data = data

    @cached_property
    def stages(self) -> frozenset[str]:
        """The stages that the pack names, found without reading it."""
        return frozenset(name.decode() for name in _STAGE.findall(self.data))

    @cached_property
    def source(self) -> str:
        """The text. Raises RuleError where it is not UTF-8."""
        try:
            # TOML takes \r\n for \n; so does the count of lines
            return self.data.decode("utf-8").replace("\r\n", "\n")
        except UnicodeDecodeError as error:
            line = self.data.count(b"\n", 0, error.start) + 1
            raise RuleError(f"{self.path}:{line}: not UTF-8") from None

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules, read without their examples and without a look into their patterns."""
        light, lines = without_examples(self.source)
        try:
            found = tomllib.loads(light)
            if len(found.get("rule", ())) == len(lines):
                return tuple(read.rules(found, self.path, lines, self._examples))
        except (tomllib.TOMLDecodeError, read.FlawError):
            pass  # the strict reader says where
        return self.strict

    @cached_property
    def strict(self) -> tuple[Rule, ...]:
        """The rules, every key, example and pattern looked at. Raises RuleError with file and line."""
        from cleaner.rulebook.scan import Lines  # needed only where something is to be said

        data, lines = self._whole, Lines(self.source)
        try:
            count = len(data["rule"]) if isinstance(data.get("rule"), list) else 0
            starts = [lines.line(("rule", n)) for n in range(count)]
            rules = tuple(read.rules(data, self.path, starts, self._examples))
            for n, rule in enumerate(rules):
                read.inspect(rule, ("rule", n))
                read.examples(data["rule"][n], ("rule", n))
        except read.FlawError as flaw:
            raise RuleError(f"{self.path}:{lines.line(flaw.where)}: {flaw}") from None
        return rules

    @cached_property
    def _whole(self) -> dict[str, Any]:
        try:
            return tomllib.loads(self.source)
        except tomllib.TOMLDecodeError as error:
            place = re.search(r" \(at (?:line (\d+), column \d+|end of document)\)$", str(error))
            line = place[1] if place and place[1] else self.source.count("\n") + 1
            reason = str(error)[: place.start()] if place else str(error)
            raise RuleError(f"{self.path}:{line}: {reason[:1].lower()}{reason[1:]}") from None

    def _examples(self, n: int, kind: str) -> Sequence[Any]:
        return _Examples(self, n, kind)


class _Examples(Sequence[_Example]):
    """The hits or misses of one rule, read from the pack when they are first looked at."""

    def __init__(self, pack: Pack, n: int, kind: str) -> None:
        self._pack = pack
        self._n = n
        self._kind = kind

    @cached_property
    def _items(self) -> tuple[_Example, ...]:
        one = read.hit if self._kind == "hit" else read.miss
        values = self._pack._whole["rule"][self._n].get(self._kind, ())
        return tuple(one(value, ()) for value in values)  # type: ignore[misc]

    def __len__(self) -> int:
        return len(self._items)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Examples) and self._items == other._items

    def __hash__(self) -> int:
        return hash((self._pack.path, self._n, self._kind))

    @overload
    def __getitem__(self, i: int) -> _Example: ...
    @overload
    def __getitem__(self, i: slice) -> Sequence[_Example]: ...
    def __getitem__(self, i: int | slice) -> _Example | Sequence[_Example]:
        return self._items[i]

    def __reduce__(self) -> tuple[type[tuple[Any, ...]], tuple[tuple[_Example, ...]]]:
        return tuple, (self._items,)


@cache
def _built_in(root: Path) -> tuple[Pack, ...]:
    return tuple(_folder(root))


def _folder(folder: Path) -> Iterator[Pack]:
    for path in sorted(folder.glob("*.toml"), key=lambda path: path.stem):
        yield Pack(path, path.read_bytes())


def _packs(paths: Sequence[Path]) -> Iterator[Pack]:
    for path in paths:
        try:
            found = list(_folder(path)) if path.is_dir() else [Pack(path, path.read_bytes())]
        except OSError as error:
            raise RuleError(f"{path}: {error.strerror}") from None
        if not found:
            raise RuleError(f"{path}: no *.toml in this folder")
        yield from found


@cache
def _digest_of(root: Path) -> bytes:
    """Of every file below ``root``, by its name there and its bytes."""
    whole = sha256()
    for name, path in sorted((path.relative_to(root).as_posix(), path) for path in root.rglob("*") if path.is_file()):
        whole.update(f"{name}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            # a built model says in its head what it was built from; all of it would cost milliseconds at every start
            whole.update(sha256(file.read(MOST_DIGESTED)).digest())
    return whole.digest()
