"""Build the tables of `decode` and `repair` that come from other tables: ``python -m cleaner.language.tables COUNTS --opencc DIR``.

Needs pypinyin (MIT) for readings, OpenCC's STCharacters.txt and TSCharacters.txt (Apache-2.0) for scripts, and perl, whose
Unicode::UCD holds the property Equivalent_Unified_Ideograph (Unicode 14, Unicode License). None of them is needed at run time.
"""

from __future__ import annotations

import argparse
import math
import subprocess
import unicodedata
from collections import Counter, defaultdict
from pathlib import Path

from cleaner.language.build import counts, read_fold

MOST_COMMON = 4_500  # characters of the decoder's table
OTHERS = {"　": 7.0, "—": 7.5, "…": 8.0, "·": 7.5, "【": 8.0, "】": 8.0, "〔": 8.5, "〕": 8.5, "％": 8.5, "■": 9.0, "●": 9.0, "◆": 9.0,
          "①": 9.0, "②": 9.0, "③": 9.0, "→": 9.0, "‘": 8.5, "’": 8.5, "「": 7.5, "」": 7.5, "『": 8.5, "』": 8.5, "\xa0": 8.0, "～": 8.5,
          "／": 8.5, "－": 8.5, "．": 8.5, "×": 9.0, "℃": 9.5, "°": 9.5, "©": 9.5, "★": 9.5, "☆": 9.5, "｜": 8.5, "•": 9.5, "\ufeff": 9.0}  # fmt: skip
FULL_WIDTH = 9.0
COMMONEST = 1_500  # characters whose garbled forms are looked for
RARE = 4e-6  # frequency below which such a form is suspect


def common(ones: dict[str, float], to_trad: dict[str, list[str]]) -> str:
    """decode-common.tsv: -log frequency (nats, to a half) TAB the characters that have it, simplified and traditional."""
    total = sum(c for g, c in ones.items() if g not in "^$0a")
    cost: dict[str, float] = dict(OTHERS)
    cost.update({chr(c): FULL_WIDTH for c in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))})
    ranked = sorted((c for c in ones if c not in "^$0a"), key=lambda c: (-ones[c], c))[:MOST_COMMON]
    for char in ranked:
        own = -math.log(ones[char] / total)
        for rank, form in enumerate([char, *(v for v in to_trad.get(char, ()) if v != char)]):
            # the second traditional form of a character is the rarer one
            cost[form] = min(cost.get(form, 99.0), own + (0.7 if rank else 0.0) + (1.5 if rank > 1 else 0.0))
    rows: dict[float, list[str]] = defaultdict(list)
    for char, value in cost.items():
        rows[round(value * 2) / 2].append(char)
    head = "# -log frequency (nats)\tcharacters; from the counts of cleaner.language.build and OpenCC's STCharacters\n"
    return head + "".join(f"{value:.1f}\t{''.join(sorted(rows[value]))}\n" for value in sorted(rows))


def readings(to_simple: dict[str, str]) -> str:
    """repair-readings.tsv: traditional character, simplified character, its reading without context, further readings."""
    from pypinyin import Style, pinyin

    lines = ["# traditional\tsimplified\treading without context\tother readings; from OpenCC's TSCharacters and pypinyin\n"]
    for char in sorted(to_simple):
        if to_simple[char] == char or len(char.encode("gbk", "ignore")) != 2:
            continue
        found = pinyin(char, style=Style.TONE, heteronym=True)[0]
        first = pinyin(char, style=Style.TONE)[0][0]
        if first != char:
            others = [r for r in dict.fromkeys(found) if r != first]
            lines.append(f"{char}\t{to_simple[char]}\t{first}\t{' '.join(others)}\n")
    return "".join(lines)


def syllables() -> str:
    """repair-syllables.tsv: a simplified character and its readings, for the characters of GB 2312."""
    from pypinyin import Style, pinyin

    rows: dict[str, list[str]] = defaultdict(list)
    for lead in range(0xB0, 0xF8):
        for trail in range(0xA1, 0xFF):
            char = bytes((lead, trail)).decode("gb2312", "ignore")
            if char:
                for reading in pinyin(char, style=Style.TONE, heteronym=True)[0]:
                    if reading != char:
                        rows[reading].append(char)
    head = "# reading\tcharacters of GB 2312 that have it; from pypinyin\n"
    return head + "".join(f"{reading}\t{''.join(sorted(rows[reading]))}\n" for reading in sorted(rows))


def radicals() -> str:
    """repair-radicals.tsv: radical or compatibility ideograph, TAB the unified ideograph that it is a form of."""
    program = (
        'use Unicode::UCD "charprop"; for (0x2E80..0x2FD5) {$e = charprop($_, "EqUIdeo"); printf "%X %s\\n", $_, $e if $e}'
    )
    out = subprocess.run(["perl", "-CS", "-e", program], capture_output=True, check=True, encoding="utf-8").stdout
    table = {chr(int(a, 16)): b for a, b in (line.split() for line in out.splitlines())}
    for code in (*range(0xF900, 0xFADA), *range(0x2F800, 0x2FA1E)):
        plain = unicodedata.normalize("NFC", chr(code))
        if plain != chr(code):
            table[chr(code)] = plain
    head = "# radical or compatibility ideograph\tunified ideograph; Equivalent_Unified_Ideograph (Unicode 14), canonical decompositions\n"
    return head + "".join(f"{a}\t{b}\n" for a, b in sorted(table.items()))


def suspects(ones: dict[str, float], to_simple: dict[str, str], to_trad: dict[str, list[str]]) -> str:
    """repair-suspects.tsv: Han characters that text hardly ever holds, of any kind or in traditional script.

    unknown: in none of the tables. crossed: those that the commonest characters turn into when their UTF-8 is read as GBK, unless
    they are common themselves. simplified: not rare, but no character of a page in traditional script.
    """
    known = set(ones) | {t for s in ones for t in to_trad.get(s, ())} | set(to_simple) | set(to_simple.values()) | set(to_trad)
    unknown = [chr(c) for c in range(0x3400, 0xA000) if chr(c) not in known]
    ranked = sorted((c for c in ones if c not in "^$0a"), key=lambda c: (-ones[c], c))
    made: Counter[str] = Counter()
    for first in ranked[:COMMONEST]:
        # an even and an odd start: a character of three bytes shifts the pairs
        for shown in (first.encode() + b"\xe4", b"\xe7" + first.encode()):
            for char in shown.decode("gbk", "replace"):
                made[char] += 1 + int(ones[first])
    total = sum(ones.values())
    rare = {
        c for c in made if "\u3400" <= c <= "\u9fff" and ones.get(to_simple.get(c, c), 0.0) / total < RARE and made[c] > 1000
    }
    rare -= {t for s in ranked[:3000] for t in [s, *to_trad.get(s, ())]}
    head = "# why a Han character is suspect\tthe characters; from the counts of cleaner.language.build\n"
    only = sorted(s for s, forms in to_trad.items() if s not in forms and len(s) == 1 and ord(s) < 0x10000)
    return head + f"crossed\t{''.join(sorted(rare))}\nsimplified\t{''.join(only)}\nunknown\t{''.join(unknown)}\n"


def main() -> None:
    """Write all tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("counts", type=Path)
    parser.add_argument("--opencc", type=Path, required=True)
    parser.add_argument("-o", "--out", type=Path, default=Path("rules/tables"))
    a = parser.parse_args()
    to_trad: dict[str, list[str]] = {}
    for line in (a.opencc / "STCharacters.txt").read_text(encoding="utf-8").splitlines():
        char, forms = line.split("\t")
        to_trad[char] = [f for f in forms.split(" ") if len(f) == 1]
    to_simple = read_fold(a.opencc / "TSCharacters.txt")
    pairs = {f: char for char, forms in to_trad.items() for f in forms if f != char}
    for line in (a.opencc / "TSCharacters.txt").read_text(encoding="utf-8").splitlines():
        char, forms = line.split("\t")
        pairs[char] = forms.split(" ")[0]
    found = counts(a.counts, None, to_simple)
    ones = {c: n + found["laws"][0].get(c, 0.0) // 2 for c, n in found["general"][0].items()}
    ones |= {c: n // 2 for c, n in found["laws"][0].items() if c not in ones}
    for name, text in (("decode-common", common(ones, to_trad)), ("repair-readings", readings(pairs)),
                       ("repair-suspects", suspects(ones, to_simple, to_trad)), ("repair-syllables", syllables()), ("repair-radicals", radicals())):  # fmt: skip
        path = a.out / f"{name}.tsv"
        path.write_text(text, encoding="utf-8")
        print(path, Counter(text)["\n"] - 1, "rows", len(text.encode()), "bytes")


if __name__ == "__main__":
    main()
