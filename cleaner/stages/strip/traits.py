"""What speaks for and against a line of a marked-up page: the names of its features, each of which has a weight in a table."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter

from cleaner.layout import Block, Layout
from cleaner.stages.strip.label import Labels
from cleaner.stages.strip.limits import Limits
from cleaner.stages.strip.page import is_prose
from cleaner.stages.strip.tree import grown

# shares of links from which a line is links, and from which it is mixed
_LINKS, _MIXED = 0.6, 0.2
# a line with a larger share of links is no prose
_LINKED = 0.35
# characters of a list's links, of prose that is long, of a short text
_LINK, _PROSE, _SHORT = 28, 40, 13
# cells of a row from which a table is one of figures or names, and not of labels and their values
_CELLS = 3
# levels above main, and elements around a line, that are told apart
_UP, _NEAR = 6, 3
# characters of a line that its shapes and cues are read from
_LOOK = 200
_LENGTHS = (2, 4, 6, 9, 13, 19, 28, 45, 80, 160)
_SHARES = (0, 0.1, 0.3, 0.6, 0.85)
_LINK_SHARES = (0, 0.2, 0.5, 0.8, 0.95)
_COUNTS = (1, 2, 4, 8, 20, 60)
_DISTANCES = (0, 1, 2, 4, 8, 16, 40)
_STEPS = (0, 1, 2, 3, 5)
_DATED = 6
# what lines that are no prose take from a run of it, and what a step to a far element takes
_COSTS = {"text": 5, "short": 8, "notice": 60, "mixed": 30, "links": 45, "long-links": 30}
_FAR_STEPS, _FAR_COST = 4, 25
# so many cues make a notice of what else would be prose
_NOTICED = 4
_MOST_CUES = 3

_DATE = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}\s?[-/.月]\s?\d{1,2}|\d{1,2}[-/月]\d{1,2}日?(?:\s|$)|\d\d:\d\d")
_BULLET = re.compile(r"[·•●○◆◇■□▪▲△►▶▸★☆※>»›\-*]")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
# what closes an official document: who issued it, the day, whom to call, what is attached
_CLOSING = re.compile(
    r"(?:[\u3400-\u9fff()·、\s]{2,30}(?:府|局|厅|委|办|部|院|处|会|室|中心|公司|社|队|学校?|大学|办公室|领导小组|指挥部|馆|站|所|行|团|校)"
    r"|(?:(?:19|20)\d\d|[一二][〇○零一二三四五六七八九oO0]{3})年[一二三四五六七八九十\d\s]{1,4}月[一二三四五六七八九十\d\s]{1,4}日"
    r"|(?:附件|附表|附录|附|注|备注|抄送|主送|联系(?:人|电话|方式|地址)|(?:咨询|监督|举报|受理|报名)?(?:电话|邮箱|地址)|(?:电子)?(?:邮箱|邮件)(?:地址)?"
    r"|e-?mail|传真|邮编|邮政编码|通信地址|通讯地址|网址|qq)\s?[\d一二三四五六七八九十]{0,2}\s?[:.、].{0,80}"
    r"|\(?(?:此件|特此).{1,20})[)。]?"
)
# the files that belong to a notice, which are links on its page
_ATTACHED = re.compile(
    r"\W{0,3}(?:附件|附表)\s?(?:[\d一二三四五六七八九十]{1,2}\s?)?(?:[:.、].{0,80}|下载\W{0,3})?"
    r"|.{1,80}\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|et|zip|rar)\W{0,2}(?:\(.{1,20}\))?"
)
# an address for letters, in which the mark of invitations says nothing
_ADDRESS = re.compile(
    r"(?:(?:电子)?(?:邮箱|邮件)|e-?mail)\W{0,3}(?=[a-z0-9])|[a-z0-9._-]{1,40}@[a-z0-9-]{1,40}\.[a-z0-9.-]{2,40}"
)
# a line of verse, or of talk
_CLAUSE = re.compile(r"\W{0,2}[\u3400-\u9fff]{3,12}(?:[,、 ][\u3400-\u9fff]{3,12})?[,。!?;…、]{1,2}[”’』」]?")
_ENDS = {
    "stop": re.compile(r"[。；;…][”’\"')」』)]?$"),
    "exclaimed": re.compile(r"[!?][”’\"')」』)]?$"),
    "colon": re.compile(r":$"),
}
_PARTS = {
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
    r"免责|声明|版权|授权|转载|著作权|侵权|不代表|不构成|仅供参考|自行承担|风险自担|不承担|概不|本[网站报刊]|立场|观点|真实性|完整性|核实"
    r"|稿件|署名|注明|凡注|删除|侵害|举报|投诉|客服"
)
_INVITES = re.compile(
    r"点击|关注|扫[描码一]|二维码|下载|订阅|登录|登入|注册|客户端|分享|评论|投稿|公众号|微信|微博|专页|粉丝|facebook|app|爆料|热线|报名"
    r"|参与|更多|欢迎|立即|免费|邮箱|来信|@"
)
_TAGS = frozenset(
    [
        "article",
        "blockquote",
        "caption",
        "dd",
        "dt",
        "figcaption",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "li",
        "p",
        "pre",
        "section",
        "td",
        "tr",
    ]
)


class Traits:
    """A page's lines that are not blank, by number: their blocks, what they are at a glance, the tree, where the body may be."""

    def __init__(self, labels: Labels, layout: Layout, limits: Limits) -> None:
        page = labels.page
        self.labels = labels
        self.layout = layout
        self.lines = [page.lines[i] for i in page.filled]
        self.blocks = [b if isinstance(b := layout.lines[i], Block) else Block() for i in page.filled]
        self.cues = [self._cue(line[:_LOOK]) for line in self.lines]
        self.kinds = [_kind(*known, limits) for known in zip(self.lines, self.blocks, self.cues, strict=True)]
        prosaic = ["prose" in kind and b.linked < _LINKED for kind, b in zip(self.kinds, self.blocks, strict=True)]
        self.tree = grown(layout, self.blocks, list(map(len, self.lines)), prosaic)
        self.first, self.last = self._run()

    def _cue(self, line: str) -> tuple[int, int, bool]:
        """Words of notices, words of invitations, and whether the site is named."""
        return (
            min(_MOST_CUES, len(set(_NOTICE.findall(line)))),
            min(_MOST_CUES, len(set(_INVITES.findall(_ADDRESS.sub("", line) if "@" in line else line)))),
            any(map(line.__contains__, self.layout.site)),
        )

    def _run(self) -> tuple[int, int]:
        """First and last line of the heaviest run of prose: the body, roughly; the last before the first where there is none."""
        best, total, start = 0.0, 0.0, 0
        found = (len(self.lines), -1)
        tree, blocks = self.tree, self.blocks
        for k, (line, kind) in enumerate(zip(self.lines, self.kinds, strict=True)):
            if total <= 0:
                total, start = 0.0, k
            if ("prose" in kind or kind == "clause") and not tree.aside[blocks[k].node]:
                total += len(line)
            else:
                total -= _COSTS.get(kind, 0)
            if k and tree.apart(blocks[k].node, blocks[k - 1].node) > _FAR_STEPS:
                total -= _FAR_COST
            if total > best:
                best, found = total, (start, k)
        return found

    def features(self) -> list[list[str]]:
        """The names of the features of every line."""
        times = Counter(map(self.labels.page.keys.__getitem__, self.labels.page.filled))
        common = self._common()
        around: dict[int, list[str]] = {}
        found: list[list[str]] = []
        for k, i in enumerate(self.labels.page.filled):
            line, block, kind = self.lines[k], self.blocks[k], self.kinds[k]
            node, up = block.node, min(_UP, self.tree.up(block.node))
            if node not in around:
                around[node] = self._around(node, up)
            size = bisect_left(_LENGTHS, len(line))
            alike = (self.tree.parents[node], block.tag) == common
            f = [
                "bias",
                f"size:{size}",
                f"kind:{kind}",
                f"tag:{block.tag if block.tag in _TAGS else 'other'}",
                f"linked:{bisect_left(_LINK_SHARES, block.linked)}",
                f"up:{up}+kind:{kind}",
                f"alike:{alike}",
                f"alike:{alike}+kind:{kind}",
                *around[node],
                *_shapes(line),
                *self._cues(k),
                *self._beside(k),
                *self._where(k, up),
            ]
            mark = self.labels.marks.get(i)
            if mark is None and not block.linked and not any(self.cues[k]):
                f += [f"quiet+alike:{alike}", f"quiet+up:{min(2, up)}"]
            if block.tag == "tr" and block.linked < _LINKED:
                f.append(f"row+up:{min(2, up)}")
                if line.count("\t") >= _CELLS - 1:
                    f.append(f"cells+up:{min(2, up)}")
            elif block.tag in _HEADINGS and not block.linked:
                f.append(f"head+up:{min(2, up)}")
            if alike and closes(line):
                f.append("closing")
            if up < 2 and _ATTACHED.fullmatch(line):
                f.append(f"attached+up:{up}")
            if mark is not None:
                f.append(f"mark:{mark.rule.kind}:{'weak' if mark.weak else 'sure'}")
            if _DATE.search(line[:_LOOK]):
                f.append(f"date:{min(size, _DATED)}")
            if times[self.labels.page.keys[i]] > 1:
                f.append("twice")
            found.append(f)
        return found

    def _common(self) -> tuple[int, str]:
        """The element around, and the name of, those elements that hold most of the prose."""
        weights: dict[tuple[int, str], int] = {}
        for block, kind, line in zip(self.blocks, self.kinds, self.lines, strict=True):
            if "prose" in kind:
                key = (self.tree.parents[block.node], block.tag)
                weights[key] = weights.get(key, 0) + len(line)
        return max(weights, key=lambda k: (weights[k], k), default=(-2, ""))

    def _around(self, node: int, up: int) -> list[str]:
        """Where an element stands in the tree, what it is called, what the three elements around it hold."""
        tree = self.tree
        f = [f"up:{up}"]
        for hint in sorted(tree.called(node)):
            f += (f"hint:{hint}", f"up:{min(1, up)}+hint:{hint}")
        for level in range(_NEAR):
            node = max(0, tree.parents[node])
            size = tree.sizes[node]
            if size:
                f += (
                    f"prose{level}:{bisect_left(_SHARES, tree.prose[node] / size)}",
                    f"links{level}:{bisect_left(_SHARES, tree.linked[node] / size)}",
                    f"lines{level}:{bisect_left(_COUNTS, tree.lines[node])}",
                )
        return f

    def _cues(self, k: int) -> list[str]:
        notice, invites, site = self.cues[k]
        f = []
        if notice:
            f += [f"notice:{notice}", f"notice:{notice}+{self.kinds[k]}"]
        if invites:
            f += [f"invites:{invites}", f"invites:{invites}+{self.kinds[k]}"]
        if site:
            f += ["site", f"site+notice:{notice > 0}", f"site+invites:{invites > 0}"]
        return f

    def _beside(self, k: int) -> list[str]:
        f: list[str] = []
        for label, j in (("prev", k - 1), ("next", k + 1)):
            if 0 <= j < len(self.kinds):
                apart = self.tree.apart(self.blocks[k].node, self.blocks[j].node)
                f += (f"{label}:{self.kinds[j]}", f"{label}-apart:{bisect_left(_STEPS, apart)}")
            else:
                f.append(f"{label}:none")
        return f

    def _where(self, k: int, up: int) -> list[str]:
        """The place of a line by the run of prose."""
        if self.first <= k <= self.last:
            where, distance = "in", 0
        elif k < self.first:
            where, distance = "above", self.first - k
        else:
            where, distance = "below", k - self.last
        f = [
            f"where:{where}",
            f"{where}:{bisect_left(_DISTANCES, distance)}",
            f"{where}+kind:{self.kinds[k]}",
            f"{where}+up:{min(2, up)}",
        ]
        if "named" in self.blocks[k].hints:
            f.append(f"named:{where}")
        return f


def _kind(line: str, block: Block, cues: tuple[int, int, bool], limits: Limits) -> str:
    """What a line is at a glance: links, prose, a notice, or a text that is none of these."""
    if block.linked >= _LINKS:
        return "links" if len(line) < _LINK else "long-links"
    if is_prose(line, limits):
        if sum(cues) >= _NOTICED or _HEADS["notice"].match(line[:_LOOK]):
            return "notice"
        return "prose" if len(line) >= _PROSE else "short-prose"
    if block.linked > _MIXED:
        return "mixed"
    if _CLAUSE.fullmatch(line):
        return "clause"
    return "short" if len(line) < _SHORT else "text"


def closes(line: str) -> bool:
    """Whether a folded line is one that closes an official document: its issuer, its day, an annex, whom to call."""
    return _CLOSING.fullmatch(line) is not None


def _shapes(line: str) -> list[str]:
    head, tail = line[:_LOOK], line[-_LOOK:]
    f = [f"shape:{name}" for name, shape in _HEADS.items() if shape.match(head)]
    f += [f"shape:{name}" for name, shape in _PARTS.items() if shape.search(head)]
    f += [f"shape:{name}" for name, shape in _ENDS.items() if shape.search(tail)]
    if _BULLET.match(head):
        f.append("bullet")
    return f
