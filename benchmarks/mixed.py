"""Several kinds of dirt at once: laws and news that were wrapped, framed, converted and garbled, through the whole clean.

usage: python benchmarks/mixed.py --docs NAME=DIR... --generator DIR --tables FILE [--take N] [--seed N] [--write]

Each document of DIR (clean text, a line a paragraph, the first one its title) gets by chance a layout (hard-wrapped, with page
numbers, cut in a few places, a blank line behind each paragraph), the frame of a made-up government page, another script, bytes
that were garbled, full-width digits or zero-width spaces, ASCII marks, an encoding. What comes out is compared with the clean
document cleaned in the same way. ``--generator`` holds corrupt.py (``corrupt``, ``partial``); ``--tables`` is OpenCC's
STCharacters.txt, which it needs. No tool takes all of this, so there is no peer; the stages' own benchmarks have them.
"""

from __future__ import annotations

import argparse
import importlib
import os
import random
import re
import sys
from collections import Counter, defaultdict
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import report

from cleaner import Cleaner
from cleaner.stages.unify import convert

TOOLBAR = [
    "无障碍浏览",
    "长者模式",
    "放大",
    "缩小",
    "读屏",
    "全屏",
    "配色",
    "指读",
    "重置",
    "帮助",
    "退出服务",
    "大鼠标",
    "光标",
]
CRUMB = "当前位置：首页 > 政务公开 > 政策文件"
TABLE = "索引号： 11340000/2023-00{:03d} 主题分类： 综合政务\n发布机构： 清溪县人民政府办公室 发布日期： 2023-05-{:02d}"
PUBLISHED = "发布时间：2023-05-{:02d} 09:{:02d} 来源：县政府办公室 浏览次数：{}"
SIZES = "字体：【大 中 小】 打印"
SHARED = "扫一扫在手机打开当前页"
NEIGHBOURS = "上一篇：关于开展检查的通知\n下一篇：没有了"
TOOLS = "【打印本页】 【关闭窗口】"
OWNER = "主办单位：清溪县人民政府办公室 承办单位：清溪县大数据中心\n皖ICP备{}号-1 网站标识码：{}"
POLICE = "皖公网安备 34010002{:06d}号"
HANGS = "，。；：、）》”！？"
SHORTEST, LONGEST = 800, 9000  # characters of a document
GARBLED = ("utf8_as_latin1", "utf8_as_cp1252", "gbk_as_latin1")


class Dirty(NamedTuple):
    """A garbled document, its bytes, and the kinds of dirt it got."""

    data: bytes
    kinds: list[str]


def framed(lines: list[str], r: random.Random) -> list[str]:
    """A document in the frame of a page, each part of it by chance."""
    title, *body = lines
    head = r.sample(TOOLBAR, r.randint(0, 8))
    head += [CRUMB] * (r.random() < 0.7)
    head += [TABLE.format(r.randint(1, 999), r.randint(1, 28))] * (r.random() < 0.5) + [title]
    head += [PUBLISHED.format(r.randint(10, 28), r.randint(10, 59), r.randint(10, 9999))] * (r.random() < 0.7)
    head += [SIZES] * (r.random() < 0.4)
    foot = [SHARED] * (r.random() < 0.5) + [NEIGHBOURS] * (r.random() < 0.4) + [TOOLS] * (r.random() < 0.5)
    foot.append(OWNER.format(r.randint(10**7, 10**8 - 1), r.randint(10**9, 10**10 - 1)))
    return [*head, *body, *foot, *[POLICE.format(r.randint(0, 999999))] * (r.random() < 0.5)]


def wrapped(lines: list[str], width: int, page: str, r: random.Random) -> list[str]:
    """Lines of ``width`` full-width units, first lines indented; ``page``: the form of a page number, or empty."""
    rows = []
    for line in lines:
        rest = "　　" + line
        while rest:
            at, wide = 0, 0.0
            while at < len(rest) and wide + (step := 1.0 if rest[at] > "\u1fff" else 0.5) <= width:
                wide, at = wide + step, at + 1
            at += len(rest) > at and rest[at] in HANGS
            rows.append(rest[:at])
            rest = rest[at:]
    if not page:
        return rows
    length, found = r.choice([22, 28, 34]), []
    for n, row in enumerate(rows, 1):
        found.append(row)
        if n % length == 0 and n < len(rows):
            found += [page.format(n // length), ""]
    return found


def cut(lines: list[str], r: random.Random) -> list[str]:
    """Some long lines cut in two, as at the ends of pages."""
    found = []
    for line in lines:
        while len(line) > 80 and r.random() < 0.25:
            at = r.randint(30, len(line) - 30)
            found += [line[:at], *[""] * r.randint(0, 2)]
            line = line[at:]
        found.append(line)
    return found


def dirty(lines: list[str], r: random.Random, garble: ModuleType) -> Dirty:
    """A document with several kinds of dirt."""
    kinds = []
    title, *body = lines
    if r.random() < 0.25:
        kinds.append("ASCII marks")
        body = [line.translate(str.maketrans("，；：（）", r.choice(["，；：()", ",;:()"]))) for line in body]
    layout = r.choice(["", "", "wrapped", "wrapped, page numbers", "cut", "blank lines"])
    if layout.startswith("wrapped"):
        page = r.choice(["— {} —", "第 {} 页"]) if "page" in layout else ""
        body = wrapped(body, r.choice([28, 32, 36, 40]), page, r)
    elif layout == "cut":
        body = cut(body, r)
    elif layout:
        body = [x for line in body for x in ("　　" + line, "")]
    kinds += [layout] * bool(layout)
    lines = [title, *body]
    if r.random() < 0.6:
        kinds.append("frame")
        lines = framed(lines, r)
    text = "\n".join(lines)
    script = r.choice(["", "", "s2t", "s2tw", "pinyin and shift", "pinyin and shift"])
    if script == "pinyin and shift":
        text = garble.corrupt(text, "pinyin_trad", r.randint(1, 10**6))[0]
    elif script:
        text = convert(text, script)
    kinds += [script] * bool(script)
    garbling = r.choice(["", "", "", "one line garbled", "full-width digits", "zero-width spaces", "radicals", "all garbled"])
    if garbling == "full-width digits":
        text = "".join(chr(ord(c) + 0xFEE0) if c.isascii() and c.isdigit() else c for c in text)
    elif garbling == "zero-width spaces":
        text = "".join(c + "\u200b" * (r.random() < 0.03) for c in text)
    elif garbling == "radicals" and not script:
        text = garble.corrupt(text, "kangxi", 1)[0]
    elif garbling == "one line garbled" and script != "pinyin and shift":
        text = garble.partial(text, r.choice(GARBLED), r.randint(1, 10**6))[0]
    elif garbling == "all garbled" and script != "pinyin and shift":
        text = garble.corrupt(text, "utf8_as_cp1252", 1)[0]
    else:
        garbling = ""
    kinds += [garbling] * bool(garbling)
    if r.random() < 0.2:
        kinds.append("GB18030")
        return Dirty(text.encode("gb18030"), kinds)
    return Dirty(text.encode(), kinds)


def lost(gold: list[str], out: str) -> int:
    """How many lines of the gold text left nothing behind: neither their first, their middle nor their last eight characters."""
    tight = "".join(out.split())
    found = 0
    for line in ("".join(x.split()) for x in gold):
        if len(line) >= 8:
            middle = len(line) // 2 - 4
            found += not any(piece in tight for piece in (line[:8], line[middle : middle + 8], line[-8:]))
    return found


def plain(path: Path) -> list[str]:
    """The lines of a clean document, without comments and Markdown's marks."""
    text = re.sub(r"<!--.*?-->", "", path.read_text("utf-8"), flags=re.S)
    return [x for x in (re.sub(r"^#+ *", "", line).strip() for line in text.split("\n")) if x]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--docs", nargs="+", required=True, metavar="NAME=DIR")
    parser.add_argument("--generator", type=Path, required=True)
    parser.add_argument("--tables", type=Path, required=True)
    parser.add_argument("--take", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--write", action="store_true", help="write the tables into docs/benchmarks.md")
    options = parser.parse_args()
    os.environ["MOJI_ST"] = str(options.tables)
    sys.path.insert(0, str(options.generator))
    garble = importlib.import_module("corrupt")
    cleaner = Cleaner()
    tallies: dict[str, dict[str, list[tuple[bool, float, int, int]]]] = {}
    for name, folder in (entry.split("=", 1) for entry in options.docs):
        r = random.Random(options.seed)
        files = sorted(p for p in Path(folder).rglob("*") if p.is_file())
        r.shuffle(files)
        tally = tallies[name] = defaultdict(list)
        for path in files:
            lines = plain(path)
            if not SHORTEST < sum(map(len, lines)) < LONGEST:
                continue
            gold = cleaner.clean("\n".join(lines)).text
            made = dirty(lines, random.Random(r.random()), garble)
            out = cleaner.clean(made.data).text
            wanted, got = gold.split("\n"), out.split("\n")
            common = sum((Counter(wanted) & Counter(got)).values())
            row = (out == gold, 2 * common / (len(wanted) + len(got)), lost(wanted, out), len(wanted))
            for kind in ("all", *made.kinds):
                tally[kind].append(row)
            if len(tally["all"]) == options.take:
                break
    kinds = sorted({kind for tally in tallies.values() for kind in tally}, key=lambda kind: (kind != "all", kind.lower()))
    rows = []
    for kind in kinds:
        row = [kind]
        for tally in tallies.values():
            found = tally.get(kind, [])
            n = max(1, len(found))
            row += [
                str(len(found)),
                f"{100 * sum(f[0] for f in found) / n:.0f} %",
                f"{sum(f[1] for f in found) / n:.3f}",
                f"{sum(f[2] for f in found)} of {sum(f[3] for f in found):,}",
            ]
        rows.append(row)
    columns = [f"{name}: {what}" for name in tallies for what in ("documents", "exact", "F1 of lines", "lines lost")]
    body = f"Seed {options.seed}.\n\n" + report.table(["kind of dirt, with others", *columns], rows)
    print(body)
    if options.write:
        report.write("mixed", body)
    return 0


if __name__ == "__main__":
    sys.exit(main())
