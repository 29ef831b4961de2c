"""The algebra of edits: laws that hold for any text, any edits and any moves."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaner.edits import Edit, Edits, Move, coalesce, compose, replay, undo
from cleaner.edits.moves import segments, split, unpermute
from cleaner.edits.trace import Trace

settings.register_profile("same", derandomize=True, deadline=None)
settings.load_profile("same")
TEXTS = st.text(alphabet="ab中国\n，(", max_size=24)


@st.composite
def edits_of(draw, text):
    cuts = sorted(draw(st.lists(st.integers(0, len(text)), max_size=8)))
    found = []
    for a, b in zip(cuts[::2], cuts[1::2], strict=False):
        kind = draw(st.sampled_from(["", "", "chrome"])) if a < b else ""
        after = "" if kind else draw(st.text(alphabet="xy發\n", max_size=3))
        if found and found[-1].start == found[-1].end == a == b:
            continue
        found.append(Edit(a, b, after, (draw(st.sampled_from(["r/1", "r/2"])),), kind))
    return Edits(found)


@st.composite
def moves_of(draw, text):
    cuts = sorted(set(draw(st.lists(st.integers(0, len(text)), min_size=0, max_size=5))))
    found = []
    for a, b in zip(cuts[::2], cuts[1::2], strict=False):
        free = [p for p in range(len(text) + 1) if not any(x < p < y for x, y in zip(cuts[::2], cuts[1::2], strict=False))]
        found.append(Move(a, b, draw(st.sampled_from(free)), ("r/m",)))
    return tuple(found)


@given(st.data())
def test_apply_then_invert_gives_the_text_back(data):
    text = data.draw(TEXTS)
    edits = data.draw(edits_of(text))
    assert edits.invert(text).apply(edits.apply(text)) == text


@given(st.data())
@settings(max_examples=400)
def test_compose_is_one_after_the_other(data):
    text = data.draw(TEXTS)
    first = data.draw(edits_of(text))
    middle = first.apply(text)
    second = data.draw(edits_of(middle))
    both = compose(first, second, middle)
    assert both.apply(text) == second.apply(middle)
    spans = [(a, b) for a, b in zip(both.starts, both.ends, strict=True)]
    assert spans == sorted(spans)
    # what the first removed stays a removal, or lies inside a later one
    for e in first:
        if e.kind:
            assert any(
                k and a <= e.start and e.end <= b for a, b, k in zip(both.starts, both.ends, both.kinds, strict=True)
            ) or any(a <= e.start and e.end <= b for a, b in spans)


@given(st.data())
def test_coalesce_keeps_the_result_and_leaves_nothing_touching(data):
    text = data.draw(TEXTS)
    edits = data.draw(edits_of(text))
    merged = coalesce(edits)
    assert merged.apply(text) == edits.apply(text)
    for a, b in zip(list(merged), list(merged)[1:], strict=False):
        assert a.end < b.start or a.kind or b.kind or "\n" in (a.after + b.after).strip("\n")


@given(st.data())
def test_positions_go_out_and_come_back(data):
    text = data.draw(TEXTS)
    edits = data.draw(edits_of(text))
    kept = [p for p in range(len(text)) if not any(a <= p < b for a, b in zip(edits.starts, edits.ends, strict=True))]
    out = edits.apply(text)
    for p, q in zip(kept, edits.image(kept), strict=True):
        behind_insertion = p in edits.starts
        assert text[p] == out[q] or behind_insertion
    assert [text[p] for p in kept] == [text[p] for p in edits.preimage(edits.image(kept))] or any(
        p in edits.starts for p in kept
    )


@given(st.data())
@settings(max_examples=300)
def test_replay_and_undo_with_moves(data):
    text = data.draw(TEXTS)
    moves = data.draw(moves_of(text))
    cuts = sorted({p for m in moves for p in m[:3]})
    edits = split(data.draw(edits_of(text)), cuts)
    out = replay(text, edits, moves)
    assert sorted(segments(len(text), moves)) == sorted(set(segments(len(text), moves)))
    assert undo(out, len(text), edits, edits.befores(text), moves) == text


@given(st.data())
@settings(max_examples=300)
def test_edits_after_a_move_are_edits_before_it(data):
    text = data.draw(TEXTS)
    moves = data.draw(moves_of(text))
    moved = replay(text, Edits(), moves)
    edits = data.draw(edits_of(moved))
    if text:
        assert replay(text, unpermute(edits, text, moves), moves) == edits.apply(moved)


@given(st.data())
@settings(max_examples=1000)
def test_trace_composes_layers_with_a_move_among_them(data):
    page = text = data.draw(TEXTS)
    trace = Trace(page)
    moving = data.draw(st.integers(0, 3))
    for layer in range(4):
        moves = data.draw(moves_of(text)) if layer == moving else ()
        edits = split(data.draw(edits_of(text)), sorted({p for m in moves for p in m[:3]}))
        text = replay(text, edits, moves)
        trace.push(edits, moves, text)
    edits, moves = trace.total()
    assert replay(page, edits, moves) == text
    assert undo(text, len(page), edits, edits.befores(page), moves) == page


def test_a_span_inside_a_replacement_is_all_of_it_and_no_deletion_beside_it():
    edits = Edits([Edit(1, 3, "", ("r",)), Edit(5, 9, "xyz", ("r",)), Edit(9, 10, "", ("r",))])
    assert edits.source_span(1, 3) == (3, 5)
    assert edits.source_span(4, 5) == (5, 9)
    assert edits.source_span(3, 6) == (5, 9)


def test_an_insertion_at_the_head_of_a_moved_line_goes_with_it():
    page = "aa\nbb\ncc"
    trace = Trace(page)
    trace.push(Edits([Edit(3, 3, "X", ("repair/x",))]), (), "aa\nXbb\ncc")
    trace.push(Edits(), (Move(3, 7, 0, ("reflow/m",)),), "Xbb\naa\ncc")
    edits, moves = trace.total()
    assert replay(page, edits, moves) == "Xbb\naa\ncc"


def test_moves_keep_their_order_when_the_text_between_their_targets_goes():
    page = "aaa("
    trace = Trace(page)
    moves = (Move(1, 2, 1, ("reflow/m",)), Move(3, 4, 0, ("reflow/m",)))
    edits = Edits([Edit(0, 1, "", ("reflow/x",))])
    trace.push(edits, moves, "(aa")
    assert replay(page, *trace.total()) == replay(page, edits, moves) == "(aa"


def test_touching_changes_become_one_edit_but_not_over_a_line_end():
    edits = Edits([Edit(0, 1, "务", ("u",)), Edit(1, 2, "\n", ("c",)), Edit(2, 3, "实", ("u",))])
    assert [e[:3] for e in coalesce(edits)] == [(0, 2, "务\n"), (2, 3, "实")]
    edits = Edits([Edit(0, 2, "", ("reflow/join",)), Edit(2, 3, "，", ("punctuate/comma",))])
    assert list(coalesce(edits)) == [Edit(0, 3, "，", ("reflow/join", "punctuate/comma"))]


def test_a_removal_inside_a_later_replacement_stays_a_removal():
    first = Edits([Edit(2, 6, "", ("web/x",), "chrome")])
    second = Edits([Edit(1, 3, "", ("reflow/join",))])
    assert list(compose(first, second, "a\n\nb")) == [
        Edit(1, 2, "", ("reflow/join",)),
        Edit(2, 6, "", ("web/x",), "chrome"),
        Edit(6, 7, "", ("reflow/join",)),
    ]


@pytest.mark.parametrize("bad", [[Edit(2, 1, "", ("r",))], [Edit(0, 3, "", ("r",)), Edit(2, 4, "", ("r",))]])
def test_edits_out_of_order_are_refused(bad):
    with pytest.raises(ValueError, match="out of order"):
        Edits(bad)


@pytest.mark.parametrize("moves", [[(0, 3, 1)], [(0, 3, 5), (2, 4, 5)], [(0, 9, 0)], [(1, 1, 0)]])
def test_moves_that_clash_are_refused(moves):
    with pytest.raises(ValueError, match="move"):
        segments(5, [Move(*m, ("r",)) for m in moves])
