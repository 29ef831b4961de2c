"""The block elements of a page, weighed by the lines in them: which one holds the prose, and how far from it another lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from cleaner.layout import Block, Layout

# an element is main as long as it holds this share of the prose
_MOST = 0.72
# levels beyond which two lines are merely far apart
_FAR = 9
# parts that have prose of their own
_ASIDE = frozenset({"comment", "copyright", "foot"})
_NONE: frozenset[str] = frozenset()


@dataclass(slots=True)
class Tree:
    """Elements by number. sizes, prose, linked: characters of text, of prose, in links below each; lines: how many of them.

    depths: elements around each.  main: the smallest element that holds most of the prose.  above: main and what is around
    it.  aside: parts for comments and feet.  own: what each is called.
    """

    parents: Sequence[int]
    sizes: list[float]
    prose: list[float]
    linked: list[float]
    lines: list[int]
    depths: list[int]
    above: list[bool]
    aside: list[bool]
    own: Sequence[frozenset[str]]
    main: int

    def up(self, node: int) -> int:
        """How many levels above ``main`` the smallest element lies that holds both it and ``node``."""
        while not self.above[node]:
            node = self.parents[node]
        return self.depths[self.main] - self.depths[node]

    def apart(self, a: int, b: int) -> int:
        """How many steps lead from one element to the other through the smallest that holds both, at most nine."""
        steps, depths, parents = 0, self.depths, self.parents
        while a != b and steps < _FAR:
            if depths[a] >= depths[b]:
                a = parents[a]
            else:
                b = parents[b]
            steps += 1
        return steps

    def called(self, node: int) -> frozenset[str]:
        """What elements are called from ``node`` up to the first that is main or around it: those tell no lines apart."""
        found = _NONE
        while not self.above[node]:
            if node < len(self.own) and self.own[node]:
                found |= self.own[node]
            node = self.parents[node]
        return found


def grown(layout: Layout, blocks: Sequence[Block], sizes: Sequence[int], prosaic: Sequence[bool]) -> Tree:
    """The tree of a page, from the block and the length of each of its lines, and whether it reads as prose."""
    parents = layout.parents or (-1,)
    count = len(parents)
    size, prose, linked = [0.0] * count, [0.0] * count, [0.0] * count
    lines = [0] * count
    for block, n, is_prose in zip(blocks, sizes, prosaic, strict=True):
        node = block.node
        size[node] += n
        linked[node] += n * block.linked
        lines[node] += 1
        if is_prose:
            prose[node] += n
    depths = [0] * count
    for node in range(1, count):
        depths[node] = depths[parents[node]] + 1
    aside = _asides(layout, prose)
    prose = [0.0 if a else p for a, p in zip(aside, prose, strict=True)]
    best = [0] * count
    for node in range(count - 1, 0, -1):
        outer = parents[node]
        size[outer] += size[node]
        prose[outer] += prose[node]
        linked[outer] += linked[node]
        lines[outer] += lines[node]
        if not best[outer] or prose[node] >= prose[best[outer]]:
            best[outer] = node
    main = 0
    while best[main] and prose[best[main]] > _MOST * prose[0]:
        main = best[main]
    above = [False] * count
    node = main
    while node >= 0:
        above[node] = True
        node = parents[node]
    return Tree(parents, size, prose, linked, lines, depths, above, aside, layout.own, main)


def _asides(layout: Layout, prose: list[float]) -> list[bool]:
    """Which elements are, or are in, a part for comments or a foot; what holds most of the page's prose is none, however called."""
    parents, count = layout.parents, len(prose)
    whole = prose[:]
    for node in range(count - 1, 0, -1):
        whole[parents[node]] += whole[node]
    aside = [False] * count
    for node in range(1, count):
        own = node < len(layout.own) and bool(layout.own[node] & _ASIDE) and 2 * whole[node] < whole[0]
        aside[node] = own or aside[parents[node]]
    return aside
