"""Text that was read in a wrong encoding and lost nothing: write it back in that encoding, read it in the right one.

Which pair of encodings it was shows in the outcome: it must decode without a fault and be far better Chinese than what is shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from cleaner.edits import Edit
from cleaner.language import model
from cleaner.stages.change import Flag
from cleaner.stages.repair.codecs import shown_as
from cleaner.stages.repair.misread import SLOPPY
from cleaner.stages.repair.suspects import lines, odd_pattern

LATIN1 = "repair/utf8-as-latin1"
GBK_LATIN1 = "repair/gbk-as-latin1"
CROSSED = "repair/crossed-encodings"

SIGNS = "".join(c for c in SLOPPY if ord(c) > 0xFF)
SLOPPY_RUN = re.compile(f"[\x00-\x09\x0b-\xff{SIGNS}]+")
SLOPPY_OR_ASCII = re.compile(f"[\x00-\xff{SIGNS}]+")
MOST_OTHERS = 0.6  # share of characters outside ASCII that windows-1252 does not have
PAIR = re.compile(f"[\x80-\xff{SIGNS}]{{2}}")  # no character outside ASCII has fewer bytes
LETTER = re.compile("[\x80-\xff]")
HAN = re.compile("[\u3400-\u9fff]")
LETTERED = re.compile("[\xc0-\xff][A-Za-z]|[A-Za-z][\xc0-\xff]")
GAIN = 3.0  # nats a symbol by which the outcome must beat what is shown
PLAUSIBLE = -8.8  # mean log P a symbol from which text counts as Chinese
LEAST_HAN = 4  # characters of an outcome that rests on the model alone
LEAST_STRANGE = 2  # strange characters of a line that is tried, and characters of the line for each of them
MOST_BETWEEN = 20
MOST_LAYERS = 3
HAN_FOR_A_LOSS = 3  # characters that come back for each that is gone, or the run is left as it is
CROSSINGS = (("gb18030", "utf-8"), ("cp950", "gb18030"), ("big5hkscs", "gb18030"), ("gb18030", "big5hkscs"), ("cp932", "utf-8"), ("cp932", "gb18030"),
             ("cp949", "gb18030"), ("big5hkscs", "utf-8"), ("cp949", "utf-8"))  # fmt: skip
Crossings = tuple[tuple[str, str], ...]
# the first two bytes of a Han character in UTF-8, shown as Latin-1 or cp1252
UTF8_PAIR = re.compile("[\xe3-\xe9][\x80-\xbf" + "".join(c for c in SLOPPY if ord(c) > 0xFF) + "]")
SLOPPY_LEFT = re.compile("[\xe3-\xe9][\x80-\xbf]")
NON_ASCII = re.compile("[^\x00-\x7f]+")


def latin(text: str) -> tuple[list[Edit], list[Flag]]:
    """Runs of Latin letters and signs that are UTF-8 or GBK; flags for the places where bytes were lost and what stood there is not
    certain.
    """
    edits: list[Edit] = []
    hard: list[tuple[int, str]] = []
    legible, end = [], 0
    for at, line in lines(text, PAIR):
        legible.append(text[end:at])
        end = at + len(line)
        if _is_mixed(line):
            hard.append((at, line))
            continue
        for start, run in _runs(line, at):
            new, rule = _latin(run)
            if new is not None:
                edits.append(trimmed(run, new, start, rule))
            elif _many_letters(run):
                hard.append((start, run))
            else:
                edits += _pieces(run, start)
    if not hard:
        return edits, []
    from cleaner.stages.repair.lossy import mend_lines
    from cleaner.stages.repair.misread import MIXED, UNSEEN

    made, flags = mend_lines(hard, "".join([*legible, text[end:]]), (UNSEEN, MIXED))
    for (at, line), mended in zip(hard, made, strict=True):
        if mended is not None:
            edits.append(trimmed(line, mended.text, at, LATIN1 if mended.kind is UNSEEN else GBK_LATIN1))
        else:
            for start, run in _runs(line, at):
                edits += _pieces(run, start)
    return edits, flags


def _runs(line: str, at: int) -> Iterator[tuple[int, str]]:
    """(position, run) of the runs of windows-1252 in ``line`` (at ``at``) that may be something else."""
    for found in SLOPPY_RUN.finditer(line):
        run = found[0].lstrip(" \t\0")
        if PAIR.search(run):
            yield at + found.end() - len(run), run.rstrip(" \t\0")


def _pieces(run: str, at: int) -> list[Edit]:
    """What can be mended of ``run`` (at ``at``) where a search of the whole found nothing."""
    new, rule = _latin(run)
    if new is None:
        new, rule = _damaged(run), LATIN1
    if new is not None:
        return [trimmed(run, new, at, rule)]
    edits = []
    for piece in NON_ASCII.finditer(run):
        new, rule = _latin(piece[0])
        if new is not None and HAN.search(new):
            edits.append(trimmed(piece[0], new, at + piece.start(), rule))
    return edits


def _is_mixed(line: str) -> bool:
    """Whether most of ``line`` outside ASCII is what two bytes of UTF-8 or windows-1252 show, but not all of it windows-1252."""
    others = len(SLOPPY_OR_ASCII.sub("", line))
    return 0 < others <= MOST_OTHERS * (others + len(LETTER.findall(line))) and _many_letters(line)


def _many_letters(run: str) -> bool:
    """Whether ``run`` has enough letters and signs of Latin-1 for a few Han characters, and few of them beside ASCII letters."""
    return len(LETTER.findall(run)) >= 2 * LEAST_HAN and len(LETTERED.findall(run)) * 8 <= len(run)


def _latin(run: str) -> tuple[str | None, str]:
    try:
        data = bytes(map(SLOPPY.__getitem__, run))
    except KeyError:  # beyond windows-1252
        return None, ""
    text = _utf8(data) if len(run) > 1 else None
    if text is not None and text != run:
        return text, LATIN1
    if _many_letters(run):
        try:
            text = data.decode("gb18030")
        except UnicodeDecodeError:
            return None, ""
        if len(HAN.findall(text)) >= LEAST_HAN and model().score(text) >= PLAUSIBLE:
            return text, GBK_LATIN1
    return None, ""


def _damaged(run: str) -> str | None:
    """UTF-8 read as Latin-1 that is not whole any more: ftfy knows how bytes of it get lost and puts U+FFFD for what is gone.

    Of ftfy only the repair of encodings is used; its other fixes fold the marks and widths that Chinese text lives by.
    """
    if not UTF8_PAIR.search(run):
        return None
    from ftfy import TextFixerConfig, fix_encoding

    found = fix_encoding(
        run,
        TextFixerConfig(
            unescape_html=False,
            remove_terminal_escapes=False,
            fix_latin_ligatures=False,
            fix_character_width=False,
            uncurl_quotes=False,
            fix_line_breaks=False,
            fix_surrogates=False,
            remove_control_chars=False,
            normalization=None,
        ),
    )
    han = len(HAN.findall(found))
    if han < max(2, HAN_FOR_A_LOSS * found.count("\ufffd")) or model().score(found.replace("\ufffd", "")) < PLAUSIBLE:
        return None
    return found if not SLOPPY_LEFT.search(found) else None


def _utf8(data: bytes) -> str | None:
    """``data`` as UTF-8, through several layers of the same mistake."""
    text = None
    for _ in range(MOST_LAYERS):
        try:
            text = data.decode()
            data = bytes(map(SLOPPY.__getitem__, text))
        except (UnicodeDecodeError, KeyError):
            break
        if data.isascii():
            break
    return text


def crossed(text: str) -> tuple[list[Edit], list[Flag]]:
    """Lines with characters that Chinese text hardly ever has, and that are Chinese in another pair of encodings; flags for the places
    where bytes were lost and what stood there is not certain.
    """
    edits: list[Edit] = []
    odd, hard, legible, end = odd_pattern(), [], [], 0
    used: set[tuple[str, str]] = set()
    for at, line in lines(text, odd):
        found = len(odd.findall(line))
        if not (found >= LEAST_STRANGE and found * MOST_BETWEEN >= len(line)) and found * 5 < len(line):
            continue
        legible.append(text[end:at])
        end = at + len(line)
        best = _best(line)
        if best is None:
            hard.append((at, line))
        else:
            edits.append(trimmed(line, best[0], at, CROSSED))
            legible.append(best[0])
            used.add(best[1])
    edits += _rest(text, edits, [at for at, _ in hard], tuple(used)) if used else []
    if not hard:
        return edits, []
    from cleaner.stages.repair.lossy import mend_lines
    from cleaner.stages.repair.misread import MISREAD

    made, flags = mend_lines(hard, "".join([*legible, text[end:]]), MISREAD)
    for (at, line), mended in zip(hard, made, strict=True):
        if mended is not None:
            edits.append(trimmed(line, mended.text, at, CROSSED))
            continue
        for piece in NON_ASCII.finditer(line):
            if len(piece[0]) >= 3 and odd.search(piece[0]):
                best = _best(piece[0])
                if best is not None:
                    edits.append(trimmed(piece[0], best[0], at + piece.start(), CROSSED))
    return edits, flags


def _rest(text: str, done: list[Edit], hard: list[int], used: Crossings) -> list[Edit]:
    """The lines of a document of which others were misread that have no strange character but are better Chinese, too, when they are
    read as those. ``done``: edits so far, ``hard``: where lines begin that are left to others, ``used``: the pairs of encodings.
    """
    edits, at = [], 0
    taken = {*hard, *(text.rfind("\n", 0, e.start) + 1 for e in done)}
    for line in text.split("\n"):
        if len(line) >= 2 and at not in taken and NON_ASCII.search(line):
            best = _best(line, used)
            if best is not None:
                edits.append(trimmed(line, best[0], at, CROSSED))
        at += len(line) + 1
    return edits


def _best(shown: str, crossings: Crossings = CROSSINGS) -> tuple[str, tuple[str, str]] | None:
    """``shown`` in the best pair of encodings, and that pair, or None where there is none, or where a character can have been more
    than one code.
    """
    lm = model()
    before, best = lm.score(shown), None
    high = max(before + GAIN, PLAUSIBLE)
    for wrong, right in crossings:
        try:
            data = shown.encode(wrong)
            text = data.decode(right)
        except UnicodeError:
            continue
        if text != shown and "\ufffd" not in text and len(HAN.findall(text)) >= 2 and "\n" not in text:
            score = lm.score(text)
            if score > high:
                best, high = (text, (wrong, right)), score
    if best is not None and any(len(ways) > 1 for ways in map(shown_as(best[1][0]).get, set(shown)) if ways):
        return None
    return best


def trimmed(shown: str, new: str, at: int, rule: str) -> Edit:
    """The edit from ``shown`` (at ``at``) to ``new`` without what both begin and end with."""
    most = min(len(shown), len(new))
    head = 0
    while head < most and shown[head] == new[head]:
        head += 1
    tail = 0
    while tail < most - head and shown[-1 - tail] == new[-1 - tail]:
        tail += 1
    return Edit(at + head, at + len(shown) - tail, new[head : len(new) - tail], (rule,))
