"""Lines of a marked-up page that stand in one box with its title or its body, and that nothing speaks against.

Verse, names, talk, figures and lists do not read as prose, so the features of a line say little of them. But an element
that holds the title or the body and no links is a box of the document: what else stands in it is the document's, too.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from cleaner.stages.strip.limits import pattern
from cleaner.stages.strip.page import SENTENCE_END
from cleaner.stages.strip.traits import Traits, closes

# a box with a larger share of its characters in links is no document's, and neither is such a line
_LINKED = 0.1
# characters of body beyond which its ends are known: what follows them is then a sentence, an element that closes, or none of it
_ENOUGH = 200
# talk: who says it, and a sentence of any kind
_SAID = re.compile(r"[\u3400-\u9fff·a-z]{1,8}:.{1,200}[。!?…]")
# a line of publication data that no rule has read
_TOLD = re.compile(r"\d{1,2}:\d{2}|(?:浏览|阅读|点击|访问|评论|人气)(?:量|数|次数)?\s?[:(]?\s?\d")
# steps between a line and the next in one box
_STEPS = 4
# what an element around a line calls it, where it is not the document's
_PARTS = frozenset(
    [
        "ad",
        "app",
        "author",
        "comment",
        "copyright",
        "crumb",
        "date",
        "editor",
        "foot",
        "hot",
        "info",
        "links",
        "login",
        "menu",
        "nav",
        "next",
        "related",
        "search",
        "share",
        "side",
        "tag",
        "tool",
    ]
)


def joined(traits: Traits, body: list[bool], title: int | None, stated: Collection[int]) -> list[bool]:
    """``body`` with the lines beside it that stand in its box, up and down to the first that does not.

    title: the line that is the page's title, by number among those that are not blank.  stated: lines, by their numbers in the
    page, that state publication data.
    """
    seeds = [k for k, b in enumerate(body) if b]
    first, last = (seeds[0], seeds[-1]) if seeds else (0, -1)
    ended = sum(len(traits.lines[k]) for k in seeds) > _ENOUGH
    if title is not None:
        seeds.append(title)
    answer = list(body)
    for k in seeds:
        for step in (1, -1):
            j = k + step
            while (
                0 <= j < len(answer) and not answer[j] and _may(traits, j, stated, j > last >= 0) and _box(traits, j - step, j)
            ):
                if ended and not first < j < last and not _whole(traits.lines[j], j < first):
                    break
                answer[j] = True
                j += step
    return answer


def _whole(line: str, above: bool) -> bool:
    """Whether a line is the document's beside the end of a body that is long enough: a sentence, what opens or closes one."""
    if above and pattern("opening").match(line.lstrip("# ")):
        return True
    return closes(line) or SENTENCE_END.search(line[-2:]) is not None or _SAID.match(line) is not None


def _may(traits: Traits, k: int, stated: Collection[int], below: bool) -> bool:
    """Whether nothing speaks against a line but that it does not read as prose.

    below: whether the body stands above it, so that a date and an issuer are its signature.
    """
    block = traits.blocks[k]
    i = traits.labels.page.filled[k]
    line = traits.lines[k]
    if (i in traits.labels.marks or i in stated) and not (below and closes(line)):
        return False
    if _TOLD.search(line) or any(traits.cues[k]):
        return False
    return block.linked <= _LINKED and not (traits.tree.called(block.node) & _PARTS)


def _box(traits: Traits, a: int, b: int) -> bool:
    """Whether two lines that follow each other stand in one box without links."""
    tree = traits.tree
    one, other = traits.blocks[a].node, traits.blocks[b].node
    if tree.apart(one, other) > _STEPS:
        return False
    while one != other:
        if tree.depths[one] >= tree.depths[other]:
            one = tree.parents[one]
        else:
            other = tree.parents[other]
    return one > 0 and tree.linked[one] <= _LINKED * tree.sizes[one]
