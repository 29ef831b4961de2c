"""What a page says of itself: ``<meta>``, JSON-LD, ``<time>``, its title and its address.

Names of ``<meta>`` are those of the standard for government sites (ArticleTitle, PubDate, ContentSource, SiteName …: 政府网站发展
指引, appendix 2), of OpenGraph and Dublin Core, and those that press systems write; ``rules/tables/html-meta.tsv`` has them with
the trust that each deserves (1 before 2). JSON-LD is schema.org's NewsArticle and its kin, and the cambrian form of Baidu.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from cleaner.fold import fold
from cleaner.resources import path
from cleaner.stages.change import Fact
from cleaner.stages.strip import values

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

META, JSON_LD, TIME, TITLE = "html/meta", "html/json-ld", "html/time", "html/title"

_LD_FIELDS = {
    "dateCreated": ("web.published_at", 3),
    "datePublished": ("web.published_at", 1),
    "headline": ("document.title", 2),
    "pubDate": ("web.published_at", 1),
    "title": ("document.title", 3),
}
_ARTICLES = ("Article", "NewsArticle", "BlogPosting", "Posting", "Report")
# a value that a template left empty, or that stands in every page of a system
_EMPTY = re.compile(
    r"[\[{<$%]|^(?:default|null|none|undefined|name,|原创|转载|本站|网络|互联网|admin|管理员|编辑|未知|佚名)|@", re.I
)
# a zone other than that of China makes another local time
_ZONE = re.compile(r"(?:Z|[+-](?!08:?00)\d\d:?\d\d)\s*$")
_SECONDS = re.compile(r"(\d\d:\d\d):\d\d(?:\.\d+)?")
_PERSON = re.compile(r"[\u3400-\u9fff]{2,4}|[\u3400-\u9fff]{1,8}[·•][\u3400-\u9fff·•]{1,12}")
_ORGAN = re.compile(r".*(?:网|报|社|台|局|厅|委|办|部|处|院|中心|集团|公司|频道|杂志|编辑|记者|来源|责编|通讯员)$")
_LABEL = re.compile(r"^\s*(?:信息)?(?:来源|作者|编辑|责任编辑|记者|文章来源|稿件?来源)\s*[:：]\s*")
_PARTS = re.compile(r"[,，、;；|\s]+")
# a keyword of the site, among which there are none of the article
_OF_SITE = re.compile(r".(?:网站?|網站?|[日晚早时時电電]子?[报報]|在线|在線|频道|頻道|门户|門戶|首页|首頁)$")
_MOST_KEYWORDS, _LONGEST_KEYWORD = 10, 16
_LONGEST = 200
_MOST_JSON, _MOST_NODES = 200_000, 500


class _Said(NamedTuple):
    """A statement: the field, how much it is trusted (less is more), its order in the page, the value, the rule."""

    field: str
    trust: int
    order: int
    value: Any
    rule: str


@cache
def _names() -> dict[str, tuple[str, int]]:
    """Name of a ``<meta>`` to field and trust."""
    rows = [line.split("\t") for line in path("tables/html-meta.tsv").read_text("utf-8").splitlines()[1:]]
    return {name: (field, int(trust)) for field, trust, names in rows for name in names.split()}


def stated(tree: LexborHTMLParser) -> list[Fact]:
    """The facts, of several of one field the most trusted one; ``document.title`` and ``document.url`` among them."""
    said = [*_metas(tree), *_json_ld(tree), *_times(tree), *_links(tree)]
    title = tree.css_first("title")
    if title:
        said.append(_Said("document.window", 1, 0, _clean(title.text()), TITLE))
    facts: dict[str, Fact] = {}
    for one in sorted(said, key=lambda s: s[:3]):
        value = _value(one.field, one.value)
        if value is not None and one.field not in facts:
            group, _, key = one.field.partition(".")
            facts[one.field] = Fact(group, key, value, one.rule, 0, 0)
    return list(facts.values())


def _metas(tree: LexborHTMLParser) -> Iterator[_Said]:
    names = _names()
    for n, node in enumerate(tree.css("meta, [itemprop]")):
        attributes = node.attributes
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop") or ""
        known = names.get("".join(name.lower().split())) if len(name) < 40 else None
        if known:
            content = attributes.get("content") or attributes.get("datetime")
            if content is None and node.tag != "meta" and known[0] == "web.published_at":
                content = node.text()
            if content:
                yield _Said(*known, n, content[: 2 * _LONGEST], META)


def _json_ld(tree: LexborHTMLParser) -> Iterator[_Said]:
    for n, node in enumerate(tree.css('script[type="application/ld+json"]')):
        try:
            data = json.loads(node.text()[:_MOST_JSON], strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _items(data):
            kind = str(item.get("@type") or "")
            if kind.endswith(_ARTICLES) or "pubDate" in item:
                for key, (field, trust) in _LD_FIELDS.items():
                    if isinstance(item.get(key), str):
                        yield _Said(field, trust, n, item[key], JSON_LD)
                people = item.get("author") if isinstance(item.get("author"), list) else [item.get("author")]
                names = [p["name"] for p in people or [] if isinstance(p, dict) and isinstance(p.get("name"), str)]
                if names:
                    yield _Said("web.authors", 1, n, "、".join(names), JSON_LD)
            elif kind == "BreadcrumbList":
                trail = _trail(item.get("itemListElement"))
                if trail:
                    yield _Said("web.breadcrumb", 1, n, trail, JSON_LD)


def _items(data: Any) -> Iterator[dict[str, Any]]:
    """The objects of a JSON-LD script: the top one, those of a list, those of a graph."""
    todo, seen = [data], 0
    while todo and seen < _MOST_NODES:
        node = todo.pop(0)
        seen += 1
        if isinstance(node, list):
            todo += node[:_MOST_NODES]
        elif isinstance(node, dict):
            yield node
            todo.append(node.get("@graph"))


def _trail(steps: Any) -> list[str]:
    names = []
    for step in steps if isinstance(steps, list) else []:
        item = step.get("item") if isinstance(step, dict) else None
        name = (step.get("name") if isinstance(step, dict) else None) or (item.get("name") if isinstance(item, dict) else None)
        if isinstance(name, str) and name.strip():
            names.append(_clean(name))
    return names


def _times(tree: LexborHTMLParser) -> Iterator[_Said]:
    """The one ``<time>`` of a page; where there are several, those of comments and lists are among them."""
    found = {(node.attributes.get("datetime") or node.text() or "").strip() for node in tree.css("time")}
    if len(found) == 1:
        yield _Said("web.published_at", 3, 0, found.pop(), TIME)


def _links(tree: LexborHTMLParser) -> Iterator[_Said]:
    node = tree.css_first('link[rel="canonical"]')
    if node and node.attributes.get("href"):
        yield _Said("document.url", 0, 0, node.attributes["href"], META)


def _clean(value: str) -> str:
    return " ".join(value[: 10 * _LONGEST].split())[: 2 * _LONGEST]


def _value(field: str, value: Any) -> Any:
    """The value as the record holds it; None where it says nothing."""
    if isinstance(value, list):
        return value if field == "web.breadcrumb" else None
    value = _LABEL.sub("", _clean(value))
    if field.startswith("document."):
        if field == "document.url":
            return value if _is_url(value) else None
        return value or None
    if not value or _EMPTY.search(value):
        return None
    if field == "web.published_at":
        stamp = None if _ZONE.search(value) and "T" in value.upper() else values.datetime(value)
        return stamp if stamp and "1990" <= stamp[:4] <= "2099" else None
    if field == "web.keywords":
        return _keywords(value)
    if field in ("web.authors", "web.editors"):
        people = [p for p in re.split(r"[,，、;；|\s]+", value) if p]
        return people if people and all(_PERSON.fullmatch(p) and not _ORGAN.match(p) for p in people) else None
    if field == "web.origin" and (len(value) > 30 or _is_url(value) or not re.search(r"[\u3400-\u9fff]", value)):
        return None
    return value if len(value) <= 40 else None


def _keywords(value: str) -> list[str] | None:
    """Keywords of an article. A long list, or one with the site in it, is made for search engines: the same on every page."""
    words = list(dict.fromkeys(w for w in _PARTS.split(value) if w))
    if any(map(_OF_SITE.search, words)):
        return None
    return words if 0 < len(words) <= _MOST_KEYWORDS and max(map(len, words)) <= _LONGEST_KEYWORD else None


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def sites(facts: list[Fact]) -> list[str]:
    """What the page calls its site: by its metadata, and behind the last seam of the window's title, without 网 and the like, on the fold."""
    said = {f"{f.group}.{f.key}": f.value for f in facts}
    names = [said.get("web.site") or "", *_SEAMS.split(said.get("document.window") or "")[1:][-2:]]
    bare = (_TAIL.sub("", fold("".join(name.split()))) for name in names)
    return [name for name in dict.fromkeys(bare) if 2 <= len(name) <= _LONGEST_SITE]


_SEAMS = re.compile(r"[_|｜—–-]+")
_TAIL = re.compile(r"(?:网站?|新闻网?|频道|首页|中心|门户网?站?|\.(?:com|cn|net|org).*)$")
_LONGEST_SITE = 12
