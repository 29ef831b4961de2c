"""Which language a text is in, by the scripts of its letters."""

from __future__ import annotations

import re
from functools import cache

# so many characters, taken at even distances, are looked at
SAMPLE = 96
# Japanese has more kana than this among its Han and kana; Chinese quotes a brand or a の
KANA = 0.1
# a text is in Chinese, Japanese or Korean if so many of its letters are
SHARE = 0.3


@cache
def _letters() -> tuple[re.Pattern[str], ...]:
    han = "[\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U000323af]"
    return tuple(
        map(re.compile, (han, "[\u3041-\u3096\u30a1-\u30fa]", "[\uac00-\ud7a3]", "[A-Za-z\u00c0-\u024f\u0370-\u052f]"))
    )


def language(text: str) -> str | None:
    """``zh``, ``ja`` or ``ko`` (ISO 639-1), or None for what is none of them or has too few letters to tell."""
    sample = text[:: max(1, len(text) // SAMPLE)]
    han, kana, hangul, others = (len(p.findall(sample)) for p in _letters())
    if hangul > han + kana:
        return "ko" if hangul >= SHARE * (hangul + others) else None
    if not han + kana or han + kana < SHARE * (han + kana + others):
        return None
    return "ja" if kana > KANA * (han + kana) else "zh"
