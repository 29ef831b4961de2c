"""What the tests of the program share."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"
DIRTY = "# 标题\n\n今天的天气很好,我们去公园(散步)。\n"
FIXED = "# 标题\n\n今天的天气很好，我们去公园（散步）。\n"
GARBLED = "经过多年的发展，我国的经济取得了举世瞩目的成就，人民生活水平不断提高。\n"


def listed(folder: str = ".") -> list[str]:
    return sorted(p.name for p in Path(folder).iterdir())


def garbled(text: str) -> bytes:
    return text.encode("gbk").decode("latin-1").encode()
