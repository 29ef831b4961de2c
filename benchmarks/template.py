"""What a batch teaches: chrome left and body lost with the template off and auto, and on laws with and without a site's frame.

The frame around the laws is made up here: menus, tools, lists and a footer, some of which the rules know and some not.

usage: python benchmarks/template.py --chrome DIR --scorer DIR --laws DIR [--write]

--chrome: pages as a crawler dumps them with their gold (manifest.tsv with the columns id, split, site; SPLIT/txt, SPLIT/gold,
SPLIT/neutral). --scorer: the folder of its score.py and norm.py. --laws: clean laws, of which no line may go.

Peer: a line that stands in three documents of a batch is dropped, as pipelines that deduplicate paragraphs over a corpus do
(Wenzek et al. 2020, CCNet, 3.1). Exit 1 where a law loses a line.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from pathlib import Path
from statistics import mean, median
from typing import Any

import report

from cleaner import Cleaner, strip
from cleaner.fold import tight

# the frame of a made-up site, as a crawler would dump it: a menu, tools, a list, a footer
HEAD = """
法规检索平台
设为首页 | 加入收藏 | 手机版
登录
注册
首页
地方法规
部门规章
司法解释
立法动态
专家释法
在线征求意见
检索
高级检索
热门检索
渔业
供水
本站与三百家图书馆互通，读者凭借书证即可下载全文。
您现在的位置：首页 > 地方法规 > 正文
字号：大 中 小
打印本页
""".strip().split("\n")
FOOT = """
分享到：
微信
微博
上一篇
下一篇
本周下载最多
养蜂管理办法
古井保护若干规定
渡口安全规则
夜市摊位管理细则
本周话题：渡船该不该收费？
法规里的二十四节气
老法官讲案例
关于我们 | 联系我们 | 网站地图 | 免责声明
版权所有 © 法规检索平台 未经许可不得转载
某ICP备12345678号-9
""".strip().split("\n")

Texts = dict[str, str]


def ours(texts: Texts, **options: Any) -> Texts:
    cleaner = Cleaner(provenance="none", **options)
    return dict(zip(texts, (d.text for d in cleaner.clean_many(list(texts.values()))), strict=True))


def by_site(texts: Texts, sites: dict[str, str]) -> Texts:
    found: Texts = {}
    groups: dict[str, Texts] = defaultdict(dict)
    for name, text in texts.items():
        groups[sites[name]][name] = text
    for site, group in groups.items():
        found |= ours(group, template="auto", site=site)
    return found


def deduplicated(texts: Texts) -> Texts:
    seen: Counter[str] = Counter()
    for text in texts.values():
        seen.update({line.strip() for line in text.split("\n")})
    return {
        name: "\n".join(line for line in text.split("\n") if not line.strip() or seen[line.strip()] < 3)
        for name, text in texts.items()
    }


def pages(folder: Path, scorer: Path) -> list[list[str]]:
    sys.path.insert(0, str(scorer))
    score, norm = importlib.import_module("score"), importlib.import_module("norm")
    with (folder / "manifest.tsv").open(encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter="\t") if (folder / row["split"] / "txt").is_dir()]

    def read(kind: str) -> Texts:
        return {row["id"]: (folder / row["split"] / kind / f"{row['id']}.txt").read_text("utf-8") for row in rows}

    texts, sites = read("txt"), {row["id"]: row["site"] for row in rows}
    gold, neutral = ({name: norm.lines(text) for name, text in read(kind).items()} for kind in ("gold", "neutral"))
    counts = Counter(sites.values())
    many = {name for name, site in sites.items() if counts[site] >= 3}

    def cells(out: Texts, chosen: Collection[str]) -> list[str]:
        scores = [score.page_score(out[name], gold[name], neutral[name], False) for name in texts if name in chosen]
        lost = sum(norm.norm(x) not in norm.norm(out[name]) for name in chosen for x in gold[name] if norm.norm(x))
        means = [f"{mean(s[key] for s in scores):.3f}" for key in ("f", "p", "r")]
        chrome = mean(s["chrome"] or 0 for s in scores)
        return [*means, f"{chrome:.1%}", f"{sum(s['badlines'] for s in scores):,}", f"{lost:,}"]

    rows: list[list[str]] = []
    few: list[list[str]] = []

    def line(label: str, work: Callable[[Texts], Texts]) -> None:
        begin = time.process_time()
        out = work(texts)
        spent = time.process_time() - begin
        rows.append([label, *cells(out, texts.keys()), f"{1000 * spent / len(texts):.1f}"])
        few.append([label, *cells(out, many), ""])

    line("the page unchanged", lambda texts: texts)
    line("lines on three pages dropped", deduplicated)
    line("ours, template off", ours)
    line("ours, template auto, all in one run", lambda texts: ours(texts, template="auto"))
    line("ours, template auto, a run a site with --site", lambda texts: by_site(texts, sites))
    note = f"of these the {len(many)} on sites of three pages or more"
    return [*rows, [note, *[""] * (len(rows[0]) - 1)], *few]


def lines_of(text: str) -> list[str]:
    """The lines that have a letter, without blanks; a remark of the dump, <!-- … -->, is none of the law's."""
    return [key for key in map(tight, text.split("\n")) if any(map(str.isalnum, key)) and not key.startswith("<!--")]


def laws(folder: Path) -> tuple[list[list[str]], bool]:
    texts = {str(n): path.read_text("utf-8") for n, path in enumerate(sorted(folder.iterdir()))}
    framed = {name: "\n".join([*HEAD, text.strip("\n"), *FOOT]) for name, text in texts.items()}
    frame = Counter(map(tight, [*HEAD, *FOOT]))
    wanted = {name: Counter(lines_of(text)) for name, text in texts.items()}
    rows, fine = [], True

    def stripped(texts: Texts, **options: Any) -> Texts:
        cleaner = Cleaner(template="auto", ignore=["repair", "reflow", "punctuate", "unify"], to="keep", **options)
        return dict(zip(texts, (d.text for d in cleaner.clean_many(list(texts.values()))), strict=True))

    def line(label: str, work: Callable[[Texts], Texts], batch: Texts, *, strict: bool) -> None:
        nonlocal fine
        out = work(batch)
        lost = sum((wanted[name] - Counter(lines_of(text))).total() for name, text in out.items())
        left = sum((Counter(lines_of(text)) & (frame - wanted[name])).total() for name, text in out.items())
        fine &= not (strict and lost)
        cells = [f"{left:,} of {len(out) * frame.total():,}" if batch is framed else "-"]
        rows.append([label, *cells, f"{lost:,} of {sum(map(Counter.total, wanted.values())):,}"])

    line("laws: lines on three pages dropped", deduplicated, texts, strict=False)
    line("laws: ours, auto", stripped, texts, strict=True)
    line("laws: ours, auto, --site", lambda batch: stripped(batch, site="laws"), texts, strict=True)
    line("in a frame: lines on three pages dropped", deduplicated, framed, strict=False)
    line("in a frame: ours, off", lambda batch: {name: strip(text) for name, text in batch.items()}, framed, strict=False)
    line("in a frame: ours, auto", stripped, framed, strict=True)
    line("in a frame: ours, auto, --site", lambda batch: stripped(batch, site="laws"), framed, strict=True)
    return rows, fine


def cost(folder: Path) -> list[list[str]]:
    """CPU time of a batch of clean documents, which have no site: the look is all that they pay."""
    docs = [path.read_bytes() for path in sorted(folder.iterdir())]
    chars = sum(len(doc.decode()) for doc in docs)
    spent: dict[str, list[float]] = {"off": [], "auto": []}
    for _ in range(5):
        for template, found in spent.items():
            cleaner = Cleaner(provenance="summary", template=template)
            begin = time.process_time()
            for _document in cleaner.clean_many(docs):
                pass
            found.append(time.process_time() - begin)
    return [[name, f"{1e9 * median(found) / chars:.0f}"] for name, found in spent.items()]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--chrome", type=Path, required=True)
    parser.add_argument("--scorer", type=Path, required=True)
    parser.add_argument("--laws", type=Path, required=True)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    figures = ["F1", "P", "R", "chrome in the output", "chrome lines", "body lines lost"]
    rows, fine = laws(args.laws)
    tables = [
        report.table(["text pages", *figures, "ms a page"], pages(args.chrome, args.scorer)),
        report.table(["batch", "frame lines left", "law lines lost (goal: 0)"], rows),
        report.table(["clean laws, template", "ns a character"], cost(args.laws)),
    ]
    body = "\n\n".join(tables)
    print(body)
    if args.write:
        report.write("template", body)
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main())
