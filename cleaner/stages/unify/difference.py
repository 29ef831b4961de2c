"""Where two texts of one length differ: every run of changed characters, found by arithmetic on all characters at once."""

from __future__ import annotations

from functools import cache
from itertools import compress

Columns = tuple[list[int], list[int], list[str]]  # starts, ends, replacements

_ONE = bytes([0] + [1] * 255)
_USUAL = 0x4000  # most texts are shorter, and to look their positions up is quicker than to make numbers


@cache
def _positions() -> tuple[int, ...]:
    return tuple(range(_USUAL + 1))


def columns(before: str, after: str) -> Columns:
    """The runs of characters in which ``before`` and ``after`` (of the same length) differ, each with its replacement.

    Both are taken as one long number; the exclusive or of the two has a zero where they agree. Raises ValueError where the
    lengths are not the same.
    """
    if len(before) != len(after):
        raise ValueError(f"{len(before)} characters cannot be compared with {len(after)}")
    changed = int.from_bytes(_changed(before, after), "little")
    behind = changed << 8
    inner = changed & behind
    size = len(before)
    positions = _positions() if size <= _USUAL else range(size + 1)
    starts = list(compress(positions, (changed ^ inner).to_bytes(size, "little")))
    ends = list(compress(positions, (behind ^ inner).to_bytes(size + 1, "little")))
    return starts, ends, [after[a:b] for a, b in zip(starts, ends, strict=True)]


def _changed(before: str, after: str) -> bytes:
    """For every character 1 where the two differ, and 0 where not."""
    for encoding, width in (("utf-16-le", 2), ("utf-32-le", 4)):
        a, b = before.encode(encoding, "surrogatepass"), after.encode(encoding, "surrogatepass")
        if len(a) == len(b) == width * len(before):
            break
    difference = int.from_bytes(a, "little") ^ int.from_bytes(b, "little")
    for shift in (8, 16)[: width // 2]:
        difference |= difference >> shift
    return difference.to_bytes(len(a), "little")[::width].translate(_ONE)


def unequal(before: str, after: str) -> Columns:
    """The same for texts of any length and as many lines: a line that changed its length is one replacement."""
    starts: list[int] = []
    ends: list[int] = []
    afters: list[str] = []
    at = 0
    for old, new in zip(before.split("\n"), after.split("\n"), strict=True):
        a, b, c = columns(old, new) if len(old) == len(new) else ([0], [len(old)], [new])
        starts += [x + at for x in a]
        ends += [x + at for x in b]
        afters += c
        at += len(old) + 1
    return starts, ends, afters
