"""What of a page's chrome goes and what of its body stays, beside trivial rules and peers, on the page as plain text.

usage: python benchmarks/strip.py --data DIR --scorer DIR [--laws DIR] [--fields TSV] [--left] [--write]

--data: pages as a crawler dumps them with their gold (manifest.tsv with the columns id, set, split, site; SPLIT/txt, SPLIT/gold,
SPLIT/neutral). --scorer: the folder of its score.py and norm.py, and of peers.py, whose peers on plain text run here where they
can be imported. --laws: clean laws, of which no line may go. --fields: a table of what somebody read on such pages (columns id,
published_at, origin, title, and authors and editors parted by 、 where somebody read them; empty where the page states nothing).
--left: list the lines of chrome that are left, and nothing else.

Exit 1 where a law loses a line.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import logging
import sys
import time
import tomllib
import warnings
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from statistics import mean
from typing import Any

import report
from template import FOOT, lines_of
from template import HEAD as HEAD_OF_A_LAW

from cleaner import Cleaner
from cleaner.plan import Plan
from cleaner.stages.strip import run

GOVERNMENT = Path(__file__).resolve().parent.parent / "fixtures" / "strip" / "government" / "pages.toml"
HEAD = ["", "F1", "precision", "recall", "pages >= .99", "pages < .5", "chrome lines", "ms a page"]
GOAL = ["goal", ">= .965", ">= .955", ">= .98", ">= 72 %", "<= 1.5 %", "<= 5 %", "<= 3"]
# frames of sites, invented, around whole laws: lines above and below
FRAMES = [
    (HEAD_OF_A_LAW, FOOT),
    (
        [
            "某某市司法局",
            "首页",
            "机构概况",
            "政务公开",
            "法治宣传",
            "登录",
            "注册",
            "您的位置：首页 > 政务公开 > 地方法规",
            "【字体：大 中 小】",
            "来源：市司法局 2022-03-01 10:20 浏览次数：35",
        ],
        [
            "打印本页",
            "关闭窗口",
            "上一篇：没有了",
            "下一篇：关于公开征求意见的公告",
            "相关阅读",
            "法治宣传月启动",
            "普法讲座进社区",
            "友情链接",
            "主办：某某市司法局 承办：某某市大数据中心",
            "某ICP备12345678号",
            "网站标识码：1234560001",
        ],
    ),
    (
        [
            "法规库-某某法律网",
            "设为首页 | 加入收藏 | 网站地图",
            "法规 案例 律师 文书 论坛",
            "当前位置：法规库 > 地方性法规 > 正文",
            "发布日期：2020-01-02",
        ],
        [
            "分享到： 微信 微博 QQ空间",
            "收藏 打印 纠错",
            "热门法规",
            "劳动合同示范文本",
            "交通事故赔偿标准",
            "网友评论",
            "文明上网，理性发言",
            "发表评论",
            "关于我们 | 广告服务 | 联系方式",
            "© 2010-2022 某某法律网 版权所有",
            "本站法规仅供参考，请以正式出版物为准。",
        ],
    ),
]
FIELDS = ("published_at", "origin", "title", "authors", "editors")
PEERS = {
    "identity": "the page unchanged",
    "naive-sentence": "lines of ten Han and a comma or stop",
    "naive-block": "densest run",
}


class Page:
    """A page of the set: text, gold, and the lines that may stay or go."""

    def __init__(self, row: dict[str, str], folder: Path, norm: Any) -> None:
        self.id, self.set, self.site = row["id"], row["set"], row["site"]
        base = folder / row["split"]
        self.text, gold, neutral = ((base / kind / f"{self.id}.txt").read_text("utf-8") for kind in ("txt", "gold", "neutral"))
        self.gold, self.neutral = norm.lines(gold), norm.lines(neutral)


def read(folder: Path, norm: Any) -> list[Page]:
    """The pages whose texts are there."""
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return [Page(row, folder, norm) for row in rows if (folder / row["split"] / "txt" / f"{row['id']}.txt").exists()]


def scores(pages: list[Page], system: Callable[[str], str], score: Any) -> tuple[list[dict[str, Any]], float]:
    """The figures of each page, and the CPU milliseconds of one on average; one page runs before the clock does."""
    system(pages[0].text)
    found, spent = [], 0.0
    for page in pages:
        begin = time.process_time()
        out = system(page.text)
        spent += time.process_time() - begin
        found.append(score.page_score(out, page.gold, page.neutral, False))
    return found, 1000 * spent / len(pages)


def cells(found: list[dict[str, Any]], spent: float | None) -> list[str]:
    """A row of the table."""
    f = [r["f"] for r in found]
    chrome = [r["chrome"] for r in found if r["chrome"] is not None]
    shares = [mean(x >= 0.99 for x in f), mean(x < 0.5 for x in f), mean(chrome) if chrome else 0.0]
    means = [f"{mean(r[key] for r in found):.3f}" for key in ("f", "p", "r")]
    return [*means, *(f"{100 * share:.1f} %" for share in shares), "" if spent is None else f"{spent:.1f}"]


def stripped(text: str) -> str:
    """The stage alone."""
    return run(text, Plan()).text


def peers(scorer: Path) -> dict[str, Callable[[str], str]]:
    """The peers on plain text that can be imported, by name."""
    sys.path.insert(0, str(scorer))
    found = {}
    try:
        makers = importlib.import_module("peers").TXT
    except ImportError as error:
        print(f"peers left out: {error}", file=sys.stderr)
        return {}
    for name, make in makers.items():
        try:
            found[PEERS.get(name, name)] = make()
        except Exception as error:  # a peer that is missing or broken must not stop the rest
            print(f"{name} left out: {type(error).__name__}: {error}", file=sys.stderr)
    return found


def government(score: Any) -> list[list[str]]:
    """The pages of governments made for the tests: exact, and by the score."""
    cases = tomllib.loads(GOVERNMENT.read_text("utf-8"))["case"]
    out = [(case, run(case["text"], Plan())) for case in cases]
    bodies = [(case, change) for case, change in out if case["want"]]
    f = mean(score.page_score(change.text, case["want"].split("\n"), [], False)["f"] for case, change in bodies)
    empty = [change for case, change in out if not case["want"]]
    told = sum(not change.text and any(flag.code == "strip/no-body" for flag in change.flags) for change in empty)
    return [
        ["government pages, F1", ">= .97", f"{f:.3f} ({len(bodies)} pages)"],
        ["government pages without a body: empty, and told", "all", f"{told} of {len(empty)}"],
    ]


def framed(laws: list[str]) -> list[str]:
    """Lines lost of laws that stand in a site's frame, of all their lines."""
    lost = lines = 0
    for head, foot in FRAMES:
        for law in laws:
            wanted = Counter(lines_of(law))
            lines += wanted.total()
            lost += (wanted - Counter(lines_of(stripped("\n".join([*head, law.strip("\n"), *foot]))))).total()
    return [f"lines lost of clean laws in {len(FRAMES)} invented frames", "0", f"{lost} of {lines:,}"]


def left(pages: list[Page], norm: Any, score: Any) -> None:
    """Print the lines of chrome that the scorer finds left, by page."""
    for page in pages:
        kept = [
            line
            for line in norm.lines(stripped(page.text))
            if score.page_score(line, page.gold, page.neutral, False)["badlines"]
        ]
        for line in kept:
            print(page.id, line[:100], sep="\t")


def fields(table: Path, pages: list[Page], norm: Any, data: Path) -> list[list[str]]:
    """Precision and recall of what pages state, by a table of readings: of their texts, and of their HTML where it is there."""
    with table.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    texts: dict[str, str | Path] = {page.id: page.text for page in pages}
    marked: dict[str, str | Path] = {path.stem: path for path in data.glob("*/html/*.html")}
    cleaner = Cleaner(provenance="none")
    out = []
    for kind, sources in (("text", texts), ("HTML", marked)):
        chosen = [row for row in rows if row["id"] in sources]
        records = {row["id"]: cleaner.clean(sources[row["id"]]).to_dict() for row in chosen}
        for name in FIELDS:
            if not chosen or name not in chosen[0]:
                continue
            right = given = wanted = 0
            for row in chosen:
                record = records[row["id"]]
                got = record.get("title", "") if name == "title" else record.get("web", {}).get(name, "")
                got = "、".join(got) if isinstance(got, list) else got
                want = row[name] or ""
                same = got == want if name == "published_at" else norm.norm(got) == norm.norm(want)
                right += bool(got) and same
                given += bool(got)
                wanted += bool(want)
            shares = f"{right / max(1, given):.3f} / {right / max(1, wanted):.3f}"
            out.append([f"{name}, {kind}, {len(chosen)} pages read", ">= .97 / .95", shares])
    return out


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--laws", type=Path)
    parser.add_argument("--fields", type=Path)
    parser.add_argument("--left", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    sys.path.insert(0, str(options.scorer))
    norm, score = importlib.import_module("norm"), importlib.import_module("score")
    pages = read(options.data, norm)

    if options.left:
        left(pages, norm, score)
        return 0
    rows = [GOAL]
    for name, system in peers(options.scorer).items():
        rows.append([name, *cells(*scores(pages, system, score))])
    found, spent = scores(pages, stripped, score)
    rows.append([f"cleaner, strip alone, {len(pages)} pages", *cells(found, spent)])
    for name in sorted({page.set for page in pages}):
        chosen = [r for r, page in zip(found, pages, strict=True) if page.set == name]
        rows.append([f"of these {name}, {len(chosen)}", *cells(chosen, None)])
    # 著 becomes 着 in simplified text, which the scorer does not fold
    cleaner = Cleaner(provenance="none", to="keep")
    rows.append(["cleaner, all stages, script kept", *cells(*scores(pages, lambda text: cleaner.clean(text).text, score))])

    more = government(score)
    lost = 0
    if options.laws:
        laws = [path.read_text("utf-8") for path in sorted(options.laws.iterdir()) if path.suffix in (".txt", ".md")]
        lost = sum(stripped(law) != law for law in laws)
        more.append([f"clean laws changed, of {len(laws)}", "0", str(lost)])
        more.append(framed(laws))
    if options.fields:
        more += fields(options.fields, pages, norm, options.data)
    body = report.table(HEAD, rows) + "\n\n" + report.table(["", "goal", "cleaner"], more)
    print(body)
    if options.write:
        report.write("strip", body)
    return 1 if lost else 0


if __name__ == "__main__":
    sys.exit(main())
