"""Lines that consist of ``label: value`` pairs and nothing else: publication lines and the 政府信息公开 table.

Pages print such a table in several ways: two or three pairs a line, one pair a line, label and value on lines of their own,
labels spread with blanks (名　　称) or in brackets (【发文单位】), and often without a value behind the colon.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

from cleaner.rulebook.model import PairsShape
from cleaner.stages.strip import values
from cleaner.stages.strip.limits import Limits
from cleaner.stages.strip.page import DROP, HAN, SENTENCE_END, Page

_BEFORE = r"(?:^|(?<=[\s|,;·()\[\]【】>]))"
_AFTER = r"(?=$|[\s|,;·()\[\]【】>])"
_READ = "阅读|浏览|点击|访问"
_VIEWS = rf"{_BEFORE}(?:(?:{_READ})\s?\d+|\d+\s?(?:次|人)?(?:{_READ}|看过|围观|已阅|参与))(?:次|人)?{_AFTER}"
_VIEW_HEADS = "阅浏点访"
_GAP = r"[\s/]{0,8}"
_GAPS = {ord(c): None for c in " \t\r\v\f\u00a0\u3000\u2003/"}
_SPREAD = re.compile(r"[^\s/]+(?:[\s/]{1,8}[^\s/]+)*")
# fields that two people in a dialogue could be labels of (作者：, 编辑：): lines of these alone are not publication data
_PEOPLE = frozenset({"web.authors", "web.editors", "web.photographers", ""})
_NAME = re.compile(r"(?=.*[\u4e00-\u9fff])[^,。!?:;、\s]{2,16}(?:\s[^,。!?:;、\s]{2,12})?")
# where `unify` takes a blank away, which must not make a name of what was none
_SEAM = re.compile(r"(?<=[\u3400-\u9fff])(?=[a-z0-9])|(?<=[a-z0-9])(?=[\u3400-\u9fff])")
_VALID = re.compile(r"(?:现行)?有效|继续有效|部分(?:有效|失效)|失效|无效|已?废止|已?修[改订]|尚未(?:生效|施行)|是|否")
# what follows 字体 or 字号: its sizes
SIZES = {ord(c): None for c in "大中小特超默认标准at0123456789"}
# fields of disclosure that a table of it has at least: a publication line can have one (发布日期)
_TABLE = 2
_LONG = frozenset({"disclosure.title", ""})


class Pair(NamedTuple):
    """A label with its value: ``field`` is ``group.key`` or empty, [start, end) the value in the bare folded line."""

    label: str
    field: str
    start: int
    end: int


@dataclass(slots=True)
class Block:
    """Lines in sequence that are pairs throughout, and what they state: (field, value, start, end) in the text."""

    lines: list[int] = field(default_factory=list)
    pairs: list[tuple[int, Pair]] = field(default_factory=list)
    labels: set[str] = field(default_factory=set)
    fields: set[str] = field(default_factory=set)
    facts: list[tuple[str, Any, int, int]] = field(default_factory=list)
    crowded: bool = False


def _any(labels: Iterable[str]) -> str:
    """A pattern for any of ``labels``, spread with blanks or not, of two that begin alike the longer one first."""
    groups: dict[str, set[str]] = {}
    for label in labels:
        groups.setdefault(label[:1], set()).add(label[1:])
    ends = groups.pop("", None) is not None
    if not groups:
        return "" if ends else "(?!)"
    branches = []
    for char, rests in sorted(groups.items()):
        rest = _any(rests)
        if rest.startswith("(?:") and rest.endswith(")?"):
            # the gap before what may be left out is left out with it
            rest = f"(?:{_GAP}{rest[:-1]})?"
        branches.append(re.escape(char) + (rest if not rest or rest.startswith(f"(?:{_GAP}") else _GAP + rest))
    whole = branches[0] if len(branches) == 1 and not ends else f"(?:{'|'.join(branches)})"
    return f"{whole}?" if ends else whole


class Pairs:
    """A compiled pairs shape."""

    def __init__(self, shape: PairsShape, limits: Limits) -> None:
        self.keys: Mapping[str, str] = {label.translate(DROP): target for label, target in shape.keys.items()}
        self.min = shape.min
        self.limits = limits
        self.stamped = "web.published_at" in self.keys.values()
        self.table = any(field.startswith("disclosure.") for field in self.keys.values())
        tools = [label for label, target in self.keys.items() if not target]
        parts = [rf"(?P<label>(?P<box>【\s*)?{_any(self.keys)}(?(box)\s*】|[\]】)]?\s{{0,4}}:))"]
        if self.stamped:
            parts += [rf"(?P<stamp>{values.DATE}{values.CLOCK}?)(?!\d)", rf"(?P<views>{_VIEWS})"]
        if tools:
            parts.append(rf"(?P<tool>{_BEFORE}{_any(tools)}{_AFTER})")
        # one look at the first character, as at most places of a line nothing begins
        heads = (
            "".join(map(re.escape, sorted({label[0] for label in self.keys})))
            + "【"
            + (rf"\d{_VIEW_HEADS}" if self.stamped else "")
        )
        self._token = re.compile(f"(?=[{heads}])(?:{'|'.join(parts)})")
        self.firsts = frozenset(label[0] for label in self.keys) if self.table else frozenset()
        self.heads = frozenset(label[:2] for label in self.keys) | (frozenset({"19", "20"}) if self.stamped else frozenset())

    @cached_property
    def _open(self) -> re.Pattern[str]:
        """A label behind a blank or a mark, and before a blank or the end."""
        return re.compile(rf"{_BEFORE}{_any(self.keys)}(?=\s|$)")

    def may_begin(self, key: str) -> bool:
        """Whether a line of pairs could begin as ``key`` (a line without marks and blanks) does."""
        return key[:2] in self.heads or key[:1] in self.heads or key in self.firsts

    def parse(self, line: str) -> list[Pair] | None:
        """The pairs of a bare folded line; None where something else stands in it."""
        return self._parsed(line) if self.may_begin(line[:40].translate(DROP)) else None

    def _parsed(self, line: str) -> list[Pair] | None:
        """The same for a line of which it is known that it may begin so."""
        if len(line) > self.limits.line_length:
            return None
        found = self._closed(line)
        return found if found is not None else self._spread(line)

    def _closed(self, line: str) -> list[Pair] | None:
        pairs: list[Pair] = []
        for m in self._token.finditer(line):
            kind = m.lastgroup
            if kind == "stamp" and pairs and self._expects(pairs[-1], line, m.start()):
                pairs[-1] = pairs[-1]._replace(end=m.end())
                continue
            if not pairs and line[: m.start()].translate(DROP):
                return None
            if pairs and not self._close(pairs, line, m.start()):
                return None
            if kind == "stamp":
                pairs.append(Pair("", "web.published_at", m.start(), m.end()))
            elif kind == "views":
                digits = re.search(r"\d+", m[0])
                assert digits
                pairs.append(Pair("", "web.views", m.start() + digits.start(), m.start() + digits.end()))
            else:
                label = m[0].translate(DROP)
                pairs.append(Pair(label, self.keys[label], m.end(), -2 if kind == "tool" else -1))
        if not pairs or not self._close(pairs, line, len(line)):
            return None
        return pairs if self._sound(pairs, line) else None

    def _close(self, pairs: list[Pair], line: str, at: int) -> bool:
        """End the last pair at ``at``; False where what stands before it is neither its value nor nothing."""
        last = pairs[-1]
        if last.end == -1:
            pairs[-1] = last._replace(end=at)
            return True
        rest = line[last.start if last.end == -2 else last.end : at]
        if last.end == -2:
            pairs[-1] = last._replace(end=at)
            return not rest.translate(DROP).translate(SIZES)
        bare = rest.translate(DROP)
        if not bare:
            return True
        # 2023-10-27 16:52 某某网: a full stamp at the head of a line and a short name behind it
        stamped = len(pairs) == 1 and last.field == "web.published_at" and ":" in line[last.start : last.end]
        if stamped and _NAME.fullmatch(_SEAM.sub(" ", rest.strip())):
            pairs.append(Pair("", "web.origin", last.end, at))
            return True
        return False

    def _expects(self, last: Pair, line: str, at: int) -> bool:
        """Whether a date at ``at`` is the value of ``last``."""
        between = line[last.start : at]
        dated = last.label.endswith(("日期", "时间")) or values.types().get(last.field, "") in ("date", "datetime")
        return dated and last.end == -1 and not between.translate(DROP)

    def _spread(self, line: str) -> list[Pair] | None:
        """Pairs without colons: labels parted from their values, and values from the next label, by blanks alone."""
        pairs: list[Pair] = []
        for m in self._open.finditer(line):
            label = m[0].translate(DROP)
            if not pairs and line[: m.start()].translate(DROP):
                return None
            if pairs:
                pairs[-1] = pairs[-1]._replace(end=m.start())
            pairs.append(Pair(label, self.keys[label], m.end(), len(line)))
        # the last label of a row may be without a value
        if not pairs or any(not line[p.start : p.end].strip() for p in (pairs[:-1] or pairs)):
            return None
        return pairs if self._sound(pairs, line) else None

    def _sound(self, pairs: list[Pair], line: str) -> bool:
        """Whether every value could be one of its field. Pieces that follow a value of fixed form are no value of anything."""
        return all(self.fits(p.field, line[p.start : p.end]) for p in pairs)

    def fits(self, target: str, value: str) -> bool:
        """Whether ``value`` (folded) could be a value of ``target``."""
        value = value.strip()
        if not value:
            return True
        if len(value) > (self.limits.title_length if target in _LONG else self.limits.value_length):
            return False
        kind = values.types().get(target, "")
        if kind in ("date", "datetime"):
            return (values.datetime(value) is not None and len(value) <= 30) or not value.translate(DROP)
        if kind == "count":
            return values.count(value) is not None or (len(value) <= 12 and not HAN.search(value, 1))
        if not target and value.endswith("。"):
            return False
        return not value.rstrip("。").count("。") and not value.endswith(("!", "?", "…"))

    def bare(self, line: str) -> str | None:
        """The label that a line is, without a colon; None where it is none."""
        if len(line) > 24 or not _SPREAD.fullmatch(line):
            return None
        label = line.translate(_GAPS)
        return label if label in self.keys else None

    def block(self, page: Page, at: int, parsed: dict[int, list[Pair] | None]) -> Block:
        """The block that begins at ``page.filled[at]``; empty where none does."""
        block = Block()
        filled = page.filled
        n = len(filled)

        def pairs_of(k: int) -> list[Pair] | None:
            i = filled[k]
            if i not in parsed:
                parsed[i] = self._parsed(page.lines[i])
            return parsed[i]

        k = at
        while k < n:
            i = filled[k]
            pairs = pairs_of(k)
            if pairs is None and self._halved(page, k):
                self._take(block, page, i, [])
                parsed[filled[k + 1]] = self._halved(page, k)
                k += 1
                continue
            bare = pairs is None
            if pairs is None:
                label = self.bare(page.lines[i])
                if label is None or k + 1 >= n or not self._value(page, k + 1, self.keys[label], pairs_of):
                    break
                pairs = [Pair(label, self.keys[label], len(page.lines[i]), len(page.lines[i]))]
            self._take(block, page, i, pairs)
            k += 1
            last = pairs[-1]
            # 打印 and the 小 of 字体：大 中 小 wait for no value
            asks = bare or last.field or page.lines[i][last.start - 1 : last.start] in (":", "】")
            open_ = k < n and last.label and asks and not page.lines[i][last.start : last.end].translate(DROP)
            if open_ and self._value(page, k, last.field, pairs_of):
                self._take(block, page, filled[k], [Pair(last.label, last.field, 0, len(page.lines[filled[k]]))])
                k += 1
        return block

    def _halved(self, page: Page, k: int) -> list[Pair] | None:
        """The pairs of the line after ``page.filled[k]``, where this line is the first character of its label (名, 称：…)."""
        line = page.lines[page.filled[k]]
        if len(line) > 1 or line not in self.firsts or k + 1 >= len(page.filled):
            return None
        pairs = self.parse(line + page.lines[page.filled[k + 1]])
        if not pairs or pairs[0].start <= 1 or self.parse(page.lines[page.filled[k + 1]]):
            return None
        return [p._replace(start=p.start - 1, end=p.end - 1) for p in pairs]

    def _value(self, page: Page, k: int, target: str, pairs_of: Any) -> bool:
        """Whether the line behind a label without a value is its value: another label follows, or its form is the field's."""
        line = page.lines[page.filled[k]]
        pairs = pairs_of(k)
        if (pairs and any(p.label for p in pairs)) or self.bare(line) is not None or not self.fits(target, line):
            return False
        # a sentence on a line of its own, between 字体：大中小 and 责任编辑, is a short body
        if target != "disclosure.title" and SENTENCE_END.search(line[-2:]):
            return False
        if values.types().get(target, "") in ("date", "datetime", "count"):
            return values.read(target, line) is not None
        if target == "disclosure.validity" and _VALID.fullmatch(line):
            return True
        if pairs:
            return False
        if k + 1 >= len(page.filled):
            return False
        return pairs_of(k + 1) is not None or self.bare(page.lines[page.filled[k + 1]]) is not None

    def _take(self, block: Block, page: Page, i: int, pairs: list[Pair]) -> None:
        block.lines.append(i)
        base = page.indent(i)
        labels = {p.label or p.field for p in pairs}
        block.crowded = block.crowded or len(labels) > 1
        block.labels |= labels
        block.fields.update(p.field for p in pairs)
        block.pairs += [(base, p) for p in pairs if p.field]

    def holds(self, block: Block, page: Page) -> bool:
        """Whether the block has the labels that the shape asks for, and is not a dialogue; then its facts are read."""
        if block.fields <= {""}:
            return False
        if len(block.labels) < self.min or not (block.crowded or not block.fields <= _PEOPLE):
            return False
        if self.table and sum(f.startswith("disclosure.") for f in block.fields) < _TABLE:
            return False
        stamps = 0
        for base, p in block.pairs:
            value = values.read(p.field, page.text[base + p.start : base + p.end])
            if value is not None:
                block.facts.append((p.field, value, base + p.start, base + p.end))
                stamps += p.field == "web.published_at"
                if stamps >= self.limits.repeat:
                    return False
        return True
