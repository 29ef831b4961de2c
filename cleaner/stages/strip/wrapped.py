"""Hard-wrapped lines of a page: a piece of a paragraph that no mark ends looks like a link, and a short one like a label.

Where the page has a measure (``reflow`` joins such lines later, when the chrome is gone), a full line that ends open and the
line behind it are one paragraph, and text.
"""

from __future__ import annotations

from cleaner.measure import measures, width
from cleaner.stages.strip.label import Labels
from cleaner.stages.strip.page import ENDS_DATED

# full-width units that a full line may lack, and by which a hanging mark may exceed the measure
_LACKS, _HANGS = 3.0, 1.0
# pieces of a line that is a bar of labels
_LABELS = 4
# narrower columns are those of menus
_NARROWEST = 16.0
_ENDS = frozenset("。！？!?…；;：:”’」』）)】》〉〕")


def unwrap(labels: Labels) -> None:
    """Count the lines of hard-wrapped paragraphs as prose, and take the marks from pieces that only look like a label."""
    page, marks, prose = labels.page, labels.marks, labels.prose
    # widths are those of the text: the fold makes marks narrow
    texts = [page.text[page.starts[i] : page.end(i)].strip() for i in page.filled]
    full = next(iter(measures([t for i, t in zip(page.filled, texts, strict=True) if i not in marks])), None)
    if full is None or full < _NARROWEST:
        return
    least, most = full - _LACKS, full + _HANGS
    widths = list(map(width, texts))
    # by characters, too: so wrap programs for which digits are as wide as Han
    goes_on = [
        (least <= wide <= most or least <= len(t) <= most) and t[-1] not in _ENDS for t, wide in zip(texts, widths, strict=True)
    ]
    for k in range(1, len(texts)):
        i, above = page.filled[k], page.filled[k - 1]
        if ENDS_DATED.search(texts[k - 1]) or ENDS_DATED.search(texts[k]):
            continue
        # 字体：【大 中 小】 打印 is made of labels, whatever stands above it
        if not goes_on[k - 1] or above in marks or widths[k] > most or len(page.pieces.get(i, ())) >= _LABELS:
            continue
        mark = marks.get(i)
        if mark is not None:
            # what states something, has several parts, stands below a heading or before more of its kind is what it seems to be
            if (
                mark.facts
                or mark.rule.kind != "chrome"
                or above not in prose
                or (k + 1 < len(texts) and page.filled[k + 1] in marks)
            ):
                continue
            del marks[i]
        prose.update((above, i))
