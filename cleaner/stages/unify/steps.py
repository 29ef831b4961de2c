"""What a stage of a conversion looks like to the fast converter: a map of characters, triggers, and neighbours inside keys.

All of it follows from the dictionaries, but not in a few milliseconds, so it is read from tables made beforehand
(``rules/tables/unify-steps``, written by ``python -m cleaner.stages.unify.generate``).
"""

from __future__ import annotations

from functools import cache
from operator import itemgetter
from typing import NamedTuple

from cleaner import resources

COLUMNS = 6  # of a table's rows
FOLDER = "tables/unify-steps"


class Step(NamedTuple):
    """Tables of one stage, each from a character to a text of characters.

    chars:   what becomes of the character alone (zero, one or more characters)
    follow:  the characters that make it a trigger when they stand behind it
    precede: the same before it
    ends:    at the start or end of a key: what the value may have there instead of the mapped character
    inner:   the characters that stand behind it inside any key
    longest: characters of the longest key
    common:  the commonest of those that make a trigger with a neighbour
    """

    chars: dict[str, str]
    follow: dict[str, str]
    precede: dict[str, str]
    ends: dict[str, str]
    inner: dict[str, str]
    longest: int
    common: str


def file(names: tuple[str, ...]) -> str:
    """The table of the stage of these dictionaries; of those that are joined by ``|`` the first name counts."""
    return FOLDER + "/" + "+".join(name.partition("|")[0].replace("/", "-") for name in names) + ".tsv"


@cache
def step(names: tuple[str, ...]) -> Step:
    """The tables of the stage of these dictionaries. To be read only."""
    _, head, keys, values, rows = resources.path(file(names)).read_text("utf-8").split("\n", 4)
    longest, _, common = head.partition("\t")
    chars = dict(zip(keys, values, strict=True))
    cells = rows.removesuffix("\n").replace("\n", "\t").split("\t") if rows else []
    heads = cells[::COLUMNS]
    more, follow, precede, ends, inner = (
        dict(filter(itemgetter(1), zip(heads, cells[n::COLUMNS], strict=True))) for n in range(1, COLUMNS)
    )
    chars |= more
    return Step(chars, follow, precede, ends, inner, int(longest), common)


def written(found: Step, names: tuple[str, ...]) -> str:
    """A table as `step` reads it."""
    plain = {c: out for c, out in found.chars.items() if len(out) == 1}
    columns = ({c: out for c, out in found.chars.items() if c not in plain}, *found[1:5])
    heads = sorted(set().union(*columns))
    rows = ["\t".join([c, *(column.get(c, "") for column in columns)]) for c in heads]
    about = f"# {' + '.join(names)}: the longest key, common trigger characters; characters and what they become; then for a character: what it becomes "
    about += "(not one character), triggers with one behind and before it, other ends of values, what is behind it in keys"
    keys = sorted(plain)
    return (
        "\n".join([about, f"{found.longest}\t{found.common}", "".join(keys), "".join(map(plain.__getitem__, keys)), *rows])
        + "\n"
    )
