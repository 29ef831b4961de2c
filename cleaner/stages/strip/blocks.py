"""Lines that a reader found in a marked-up page: what their element, its place in the tree and their links say of them.

Each line gets features (names), a table gives each a weight, and the sum is the evidence that the line is body. The tree is
read from the prose: the *main* element is the smallest that holds most of it, and a line is the less likely body the more
levels one must climb from there to meet it.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from cleaner.layout import Block, Layout
from cleaner.resources import path
from cleaner.stages.change import Flag
from cleaner.stages.strip.context import settle
from cleaner.stages.strip.index import Index
from cleaner.stages.strip.label import Labels, Mark
from cleaner.stages.strip.limits import Limits
from cleaner.stages.strip.page import is_prose

CHROME = "html/chrome-block"
NO_BODY = "strip/no-body"
UNSURE = "strip/body-in-doubt"
# the evidence from which a line may be body where no line surely is
DOUBT = -2.0
# the evidence of a line that recurs on other pages of its site, at the place of its template
RECURS = -4.0
if TYPE_CHECKING:
    from cleaner.template import Template

# a line with a larger share of its characters in links is no prose
_LINKED = 0.35
# an element is main as long as it holds this share of the prose
_MOST = 0.72
# lines above the body among which its title stands
_ABOVE = 25
# lines before the body and after it among which its publication data stand
_BEFORE, _AFTER = 15, 10
_UP = 6
_NEAR = 3
_LENGTHS = (2, 4, 6, 9, 13, 19, 28, 45, 80, 160)
_DATE = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d{1,2}[-/月]\d{1,2}日?(?:\s|$)|\d\d:\d\d")
_BULLET = re.compile(r"[·•●○◆◇■□▪▲△►▶▸★☆※>»›\-*]")
# characters of a line that its shapes are read from
_LOOK = 200
_ENDS = {
    "stop": re.compile(r"[。；;…][”’\"')」』)]?$"),
    "exclaimed": re.compile(r"[!?][”’\"')」』)]?$"),
    "colon": re.compile(r":$"),
}
_PARTS_OF = {
    "comma": re.compile(r",.{2,}"),
    "quoted": re.compile(r"[“\"「].{2,}[”\"」]"),
    "bar": re.compile(r"[|/>»].{1,60}[|/>»]"),
    "copyright": re.compile(r"©|copyright|all rights reserved|icp"),
}
_HEADS = {
    "labelled": re.compile(r"\W{0,2}[\u3400-\u9fff]{2,8}\s?:."),
    "boxed": re.compile(r"[\[(【〔<《].*[\])】〕>》]$"),
    "digits": re.compile(r"[\d\s.,:%/+-]+$"),
    "numbered": re.compile(r"(?:[(]?[一二三四五六七八九十\d]{1,3}[)、.]|第[一二三四五六七八九十百\d]{1,4}[章节条])"),
    "latin": re.compile(r"[a-z0-9\s.,:;@/()&'-]{4,}$"),
    "question": re.compile(r"(?:问|答|记者|q|a)\s?:"),
    "notice": re.compile(
        r"\W{0,4}(?:(?:免责|版权|特别|郑重|权利|重要)?声明|风险提示|温馨提示|免责条款|版权(?:说明|提示))\s?(?:[:】\])]|$)"
    ),
}
# words of notices (to whom the text belongs, what it is no advice for) and of invitations, each of which a text may hold, too
_NOTICE = re.compile(
    r"免责|声明|版权|授权|转载|著作权|侵权|不代表|不构成|仅供参考|自行承担|风险自担|不承担|概不|本[网站报刊]|立场|观点|真实性|完整性|核实|稿件|署名|注明|凡注|删除|侵害|举报|投诉|客服"
)
_INVITES = re.compile(
    r"点击|关注|扫[描码一]|二维码|下载|订阅|登录|登入|注册|客户端|分享|评论|投稿|公众号|微信|微博|专页|粉丝|facebook|app|爆料|热线|报名|参与|更多|欢迎|立即|免费|邮箱|来信|@"
)


@dataclass(slots=True)
class Tree:
    """The block elements of a page, by number: characters of text, of prose and in links below each; how deep it lies."""

    parents: Sequence[int]
    sizes: list[float]
    prose: list[float]
    linked: list[float]
    lines: list[int]
    depths: list[int]
    main: int
    above: list[bool]
    aside: list[bool]

    def up(self, node: int) -> int:
        """How many levels above ``main`` the smallest element lies that holds both it and ``node``."""
        other, up = self.main, 0
        depths, parents = self.depths, self.parents
        while node != other:
            if depths[node] >= depths[other]:
                node = parents[node]
            else:
                other = parents[other]
                up += 1
        return up

    def apart(self, a: int, b: int) -> int:
        """How many levels above the deeper of two elements the smallest lies that holds both, at most 9."""
        steps = 0
        while a != b and steps < 9:
            if self.depths[a] >= self.depths[b]:
                a = self.parents[a]
            else:
                b = self.parents[b]
            steps += 1
        return steps


def tree_of(labels: Labels, layout: Layout, limits: Limits) -> Tree:
    """The tree of a page's elements, weighed by its lines."""
    page = labels.page
    count = max(1, len(layout.parents))
    parents = layout.parents or (-1,)
    sizes, prose, linked = [0.0] * count, [0.0] * count, [0.0] * count
    lines = [0] * count
    for i in page.filled:
        block = layout.lines[i]
        if isinstance(block, Block):
            node, size = block.node, len(page.lines[i])
            sizes[node] += size
            linked[node] += size * block.linked
            lines[node] += 1
            if block.linked < _LINKED and is_prose(page.lines[i], limits):
                prose[node] += size
    depths = [0] * count
    for node in range(1, count):
        depths[node] = depths[parents[node]] + 1
    aside = _asides(layout, prose)
    prose = [0.0 if a else p for a, p in zip(aside, prose, strict=True)]
    for node in range(count - 1, 0, -1):
        above = parents[node]
        sizes[above] += sizes[node]
        prose[above] += prose[node]
        linked[above] += linked[node]
        lines[above] += lines[node]
    best: dict[int, int] = {}
    for node in range(1, count):
        above = parents[node]
        if above not in best or prose[node] > prose[best[above]]:
            best[above] = node
    main, all_ = 0, prose[0]
    while main in best and prose[best[main]] > _MOST * all_:
        main = best[main]
    above = [False] * count
    node = main
    while node >= 0:
        above[node] = True
        node = parents[node]
    return Tree(parents, sizes, prose, linked, lines, depths, main, above, aside)


_ASIDE = frozenset({"comment", "copyright", "foot"})
_TAGS = {f"h{n}": f"h{n}" for n in range(1, 7)} | {
    t: t
    for t in (
        "li",
        "td",
        "tr",
        "p",
        "dd",
        "dt",
        "pre",
        "figcaption",
        "caption",
        "section",
        "article",
        "blockquote",
        "label",
        "form",
    )
}


def _asides(layout: Layout, prose: list[float]) -> list[bool]:
    """Which elements are, or are in, a part for comments or a foot; what holds most of the page's prose is none, however called."""
    parents, count = layout.parents, len(prose)
    whole = prose[:]
    for node in range(count - 1, 0, -1):
        whole[parents[node]] += whole[node]
    aside = [False] * count
    for node in range(1, count):
        own = node < len(layout.own) and bool(layout.own[node] & _ASIDE) and 2 * whole[node] < whole[0]
        aside[node] = aside[parents[node]] or own
    return aside


def _bin(value: float, bounds: Sequence[float]) -> int:
    """How many of the ascending ``bounds`` are below ``value``."""
    return bisect_left(bounds, value)


def features(labels: Labels, layout: Layout, limits: Limits) -> list[list[str]]:
    """The names of the features of every line that is not blank, in order."""
    page = labels.page
    tree = tree_of(labels, layout, limits)
    filled = page.filled
    blocks = [b if isinstance(b := layout.lines[i], Block) else Block() for i in filled]
    kinds = [_kind(page.lines[i], b, limits) for i, b in zip(filled, blocks, strict=True)]
    first, last = _run(labels, kinds, blocks, tree)
    times: dict[str, int] = {}
    for i in filled:
        times[page.keys[i]] = times.get(page.keys[i], 0) + 1
    found: list[list[str]] = []
    n = len(filled)
    up_of: dict[int, int] = {}
    called: dict[int, frozenset[str]] = {}
    common = _common(
        tree,
        [b for b, kind in zip(blocks, kinds, strict=True) if "prose" in kind],
        [len(page.lines[i]) for i, kind in zip(filled, kinds, strict=True) if "prose" in kind],
    )
    for k, i in enumerate(filled):
        line, block, kind = page.lines[i], blocks[k], kinds[k]
        node = block.node
        if node not in up_of:
            up_of[node] = tree.up(node)
        up = min(_UP, up_of[node])
        size = _bin(len(line), _LENGTHS)
        f = [
            "bias",
            f"size:{size}",
            f"kind:{kind}",
            f"tag:{_TAGS.get(block.tag, 'other')}",
            f"up:{up}",
            f"linked:{_bin(block.linked, (0.0, 0.2, 0.5, 0.8, 0.95))}",
            f"up:{up}+kind:{kind}",
        ]
        if node not in called:
            called[node] = _called(layout, tree, node)
        f += [f"hint:{h}" for h in called[node]]
        f += [f"up:{min(1, up)}+hint:{h}" for h in called[node]]
        alike = (tree.parents[node], block.tag) == common
        f.append(f"alike:{alike}")
        f.append(f"alike:{alike}+kind:{kind}")
        notice = min(3, len(set(_NOTICE.findall(line))))
        invites = min(3, len(set(_INVITES.findall(line))))
        if notice:
            f += [f"notice:{notice}", f"notice:{notice}+{kind}"]
        if invites:
            f += [f"invites:{invites}", f"invites:{invites}+{kind}"]
        own = any(name in line for name in layout.site)
        if own:
            f += ["site", f"site+notice:{notice > 0}", f"site+invites:{invites > 0}"]
        where = "in" if first <= k <= last else "above" if k < first else "below"
        distance = 0 if where == "in" else first - k if k < first else k - last
        f += [
            f"where:{where}",
            f"{where}:{_bin(distance, (0, 1, 2, 4, 8, 16, 40))}",
            f"{where}+kind:{kind}",
            f"{where}+up:{min(2, up)}",
        ]
        for label, j in (("prev", k - 1), ("next", k + 1)):
            f.append(f"{label}:{kinds[j]}" if 0 <= j < n else f"{label}:none")
            if 0 <= j < n:
                f.append(f"{label}-apart:{_bin(tree.apart(node, blocks[j].node), (0, 1, 2, 3, 5))}")
        # what stands around it: its own element's, and the two around that
        at = node
        for level in range(_NEAR):
            at = tree.parents[at] if at > 0 else 0
            if tree.sizes[at]:
                f.append(f"prose{level}:{_bin(tree.prose[at] / tree.sizes[at], (0, 0.1, 0.3, 0.6, 0.85))}")
                f.append(f"links{level}:{_bin(tree.linked[at] / tree.sizes[at], (0, 0.1, 0.3, 0.6, 0.85))}")
                f.append(f"lines{level}:{_bin(tree.lines[at], (1, 2, 4, 8, 20, 60))}")
        mark = labels.marks.get(i)
        if mark is not None:
            weak = "weak" if mark.weak else "sure"
            f.append(f"mark:{mark.rule.kind}:{weak}")
        head = line[:_LOOK]
        f += [f"shape:{name}" for name, shape in _HEADS.items() if shape.match(head)]
        f += [f"shape:{name}" for name, shape in _PARTS_OF.items() if shape.search(head)]
        f += [f"shape:{name}" for name, shape in _ENDS.items() if shape.search(line[-_LOOK:])]
        if _DATE.search(head):
            f.append(f"date:{min(size, 6)}")
        if _BULLET.match(head):
            f.append("bullet")
        if times[page.keys[i]] > 1:
            f.append("twice")
        if "named" in block.hints:
            f.append(f"named:{where}")
        found.append(f)
    return found


def _called(layout: Layout, tree: Tree, node: int) -> frozenset[str]:
    """What elements are called between a line and the ancestors that it shares with the main element: those tell nothing apart."""
    found: frozenset[str] = frozenset()
    while node >= 0 and not tree.above[node]:
        if node < len(layout.own):
            found |= layout.own[node]
        node = tree.parents[node]
    return found


def _common(tree: Tree, prose: list[Block], sizes: list[int]) -> tuple[int, str]:
    """The element around, and the name of, those elements that hold most of the prose."""
    weights: dict[tuple[int, str], int] = {}
    for block, size in zip(prose, sizes, strict=True):
        key = (tree.parents[block.node] if block.node else -1, block.tag)
        weights[key] = weights.get(key, 0) + size
    return max(weights, key=lambda k: (weights[k], k), default=(-2, ""))


def _kind(line: str, block: Block, limits: Limits) -> str:
    """What a line is at a glance: prose, links, or a text that is neither (short or long)."""
    if block.linked >= 0.6:
        return "links" if len(line) < 28 else "long-links"
    if is_prose(line, limits):
        return "prose" if len(line) >= 40 else "short-prose"
    if block.linked > 0.2:
        return "mixed"
    return "short" if len(line) < 13 else "text"


# how much a short line counts, what a long one counts at most, and characters in which the evidence doubles
_QUIET, _LOUD, _CHARACTERS = 0.5, 2.5, 60


def _run(labels: Labels, kinds: list[str], blocks: list[Block], tree: Tree) -> tuple[int, int]:
    """First and last number, among the lines that are not blank, of the heaviest run: the body, roughly."""
    best, total, start = 0.0, 0.0, 0
    found = (len(kinds), -1)
    page = labels.page
    for k, i in enumerate(page.filled):
        if total <= 0:
            total, start = 0.0, k
        kind = kinds[k]
        if kind in ("prose", "short-prose") and not tree.aside[blocks[k].node]:
            total += len(page.lines[i])
        else:
            total -= {"text": 5, "short": 8, "mixed": 30, "links": 45, "long-links": 30}.get(kind, 10)
        if k and tree.apart(blocks[k].node, blocks[k - 1].node) > 4:
            total -= 25
        if total > best:
            best, found = total, (start, k)
    return found


class _Weights(dict[str, float]):
    """Weights by feature; one that the table does not have counts nothing."""

    def __missing__(self, name: str) -> float:
        return 0.0


@cache
def weights() -> dict[str, float]:
    """Feature to weight, by ``rules/tables/html-weights.tsv``: natural logarithms of odds that the line is body, 0 for others."""
    rows = path("tables/html-weights.tsv").read_text("utf-8").splitlines()[1:]
    return _Weights((name, float(value)) for name, value in (row.split("\t") for row in rows))


def evidence(labels: Labels, layout: Layout, limits: Limits) -> list[float]:
    """For every line that is not blank the logarithm of the odds that it is body."""
    weight = weights().__getitem__
    page = labels.page
    return [
        sum(map(weight, names)) * min(_LOUD, _QUIET + page.lengths[i] / _CHARACTERS)
        for names, i in zip(features(labels, layout, limits), page.filled, strict=True)
    ]


def segments(labels: Labels, layout: Layout, scores: list[float], switch: float = 1.5, far: float = 0.7) -> list[bool]:
    """Whether each line that is not blank is body: the likeliest sequence, where it costs something to change.

    switch: the cost within an element; far: the cost between elements that lie apart.
    """
    filled = labels.page.filled
    depths = [0] * max(1, len(layout.parents))
    for node in range(1, len(depths)):
        depths[node] = depths[layout.parents[node]] + 1
    tree = Tree(layout.parents or (-1,), [], [], [], [], depths, 0, [], [])
    nodes = [b.node if isinstance(b := layout.lines[i], Block) else 0 for i in filled]
    body, chrome = 0.0, 0.0
    back: list[tuple[bool, bool]] = []
    for k, score in enumerate(scores):
        cost = switch if k and tree.apart(nodes[k], nodes[k - 1]) <= 2 else far
        stay = body >= chrome - cost
        leave = chrome >= body - cost
        back.append((stay, leave))
        body, chrome = (body if stay else chrome - cost) + score, (chrome if leave else body - cost)
    answer: list[bool] = []
    now = body > chrome
    for stay, leave in reversed(back):
        answer.append(now)
        now = (now if stay else False) if now else (not leave)
    return answer[::-1]


def settle_blocks(
    labels: Labels, index: Index, layout: Layout, limits: Limits, known: Template | None = None
) -> list[Flag]:
    """Give the lines of a marked-up page their marks; what is to be told of it. ``known``: the template of its site."""
    rule = index.engines.get(CHROME)
    page = labels.page
    if rule is None or not page.filled:
        settle(labels, index, limits)
        return []
    scores = evidence(labels, layout, limits)
    if known is not None:
        before = frozenset(labels.marks)
        known.mark(labels, index)
        scores = [min(s, RECURS) if i in labels.marks and i not in before else s for i, s in zip(page.filled, scores, strict=True)]
    body = segments(labels, layout, scores)
    stated = {i: mark for i, mark in labels.marks.items() if mark.weak and mark.facts}
    settle(labels, index, limits)
    marks = labels.marks
    flags: list[Flag] = []
    blocks = [b if isinstance(b := layout.lines[i], Block) else Block() for i in page.filled]
    if not _witnessed(labels, blocks, body):
        return []
    if not any(body):
        if max(scores) > DOUBT:
            body = _best(scores)
            message, code = "no line is surely the body of this page; the likeliest ones are kept", UNSURE
        else:
            message, code = "the page has no body: all of it is navigation or notices", NO_BODY
        flags.append(Flag(code, message))
    title = _title(blocks, body)
    prose = [k for k, i in enumerate(page.filled) if body[k] and is_prose(page.lines[i], limits)]
    for k, i in enumerate(page.filled):
        mark = marks.get(i)
        # a date or a source by itself is weak evidence in a text, not between the title and the prose of a page, or below it
        near = i in stated and bool(prose) and (prose[0] - _BEFORE <= k < prose[0] or prose[-1] < k <= prose[-1] + _AFTER)
        if k == title:
            marks.pop(i, None)
        elif mark is None and near:
            marks[i] = stated[i]
            marks[i].weak = False
        elif mark is None and not body[k]:
            marks[i] = Mark(rule)
    return flags


def _witnessed(labels: Labels, blocks: list[Block], body: list[bool]) -> bool:
    """Whether the page shows that it is one: a certain mark of chrome, links, or a part that calls itself navigation or foot."""
    if any(not mark.weak and mark.rule.kind == "chrome" for mark in labels.marks.values()):
        return True
    return any(not b and (block.linked >= 0.8 or block.hints & _PARTS) for b, block in zip(body, blocks, strict=True))


_PARTS = frozenset({"nav", "foot", "menu", "crumb", "copyright", "side", "share"})


def _title(blocks: list[Block], body: list[bool]) -> int | None:
    """The line above the body that the page's title names: a heading before others, the nearest before others."""
    first = next((k for k, b in enumerate(body) if b), len(body))
    above = [k for k in range(max(0, first - _ABOVE), first) if "named" in blocks[k].hints]
    heads = [k for k in above if blocks[k].tag in ("h1", "h2", "h3")]
    plain = [k for k in above if blocks[k].linked < _LINKED and "crumb" not in blocks[k].hints]
    return (heads or plain)[-1] if heads or plain else None


def _best(scores: list[float]) -> list[bool]:
    """The run of lines whose evidence is best, as far as it is better than doubt."""
    best, total, start, found = -1e9, 0.0, 0, (0, 0)
    for k, score in enumerate(scores):
        if total <= 0:
            total, start = 0.0, k
        total += score - DOUBT
        if total > best:
            best, found = total, (start, k)
    return [found[0] <= k <= found[1] for k in range(len(scores))]
