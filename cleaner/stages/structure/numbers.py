"""Numerals and dates as Chinese documents write them."""

from __future__ import annotations

from datetime import date
from functools import lru_cache

_WRITTEN = ("〇零○oO０0", "一壹", "二两贰", "三叁", "四肆", "五伍", "六陆", "七柒", "八捌", "九玖")
_DIGITS = {c: value for value, written in enumerate(_WRITTEN) for c in written}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "万": 10000}


@lru_cache(maxsize=4096)
def numeral(written: str) -> int:
    """The value of a number in Arabic or Han digits (第一百零三条: 103; 二〇二四: 2024); 0 where it is none."""
    if written.isascii():
        return int(written) if written.isdigit() and len(written) < 10 else 0
    if not any(c in _UNITS for c in written):
        value = 0
        for c in written:
            if c not in _DIGITS or value > 10**8:
                return 0
            value = value * 10 + _DIGITS[c]
        return value
    total = digit = 0
    for c in written:
        if c in _UNITS:
            total += (digit or 1) * _UNITS[c]
            digit = 0
        elif c in _DIGITS:
            digit = _DIGITS[c]
        else:
            return 0
    return total + digit


def iso_date(written: str) -> str | None:
    """A date as 2024年12月20日 or 二〇二四年十二月二十日, in ISO 8601; None where the calendar has no such day."""
    year, _, rest = written.replace(" ", "").partition("年")
    month, _, day = rest.partition("月")
    try:
        return date(numeral(year), numeral(month), numeral(day.rstrip("日"))).isoformat()
    except ValueError:
        return None
