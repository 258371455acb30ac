"""L and J cuts: inside a scene, from place to place, and between two who telephone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from editing_scenes import coverage, talk

from camera.editing import Line, Overlap, Side, answer, bridge, edit, overlap, style


def test_voices_from_elsewhere_are_listened_to_by_nobody_in_particular():
    script = talk(4, seconds=20.0)
    told = replace(script, lines=[replace(x, seen=False) for x in script.lines])
    assert edit(coverage(script), told).listener == 1.0, "nobody on the set speaks"
    half = replace(script, lines=[*script.lines[:1], *told.lines[1:]])
    shown = edit(coverage(script), half)
    line, face = half.lines[0], {t.name: t.subjects for t in coverage(script)}
    on_face = sum(
        max(min(s.end, line.end) - max(s.start, line.start), 0.0)
        for s in shown.shots
        if face[s.take][0] != line.speaker
    )
    assert shown.listener <= on_face / (line.end - line.start) + 0.1


LINE = Line("ann", -3.0, -0.5, [(-3.0, -2.0), (-1.9, -1.2), (-1.1, -0.5)])
REPLY = Line("bob", 0.6, 3.0, [(0.6, 1.3), (1.4, 3.0)])


@pytest.mark.parametrize(
    ("name", "kind", "seconds"), [("classical", "J", 0.4), ("contemplative", "L", 0.5)]
)
def test_the_next_place_is_heard_first_or_last_as_the_style_has_it(name, kind, seconds):
    over = bridge(Side([LINE], 4.0), Side([REPLY], 4.0), style(name))
    assert (over.kind, over.speaker) == (kind, "")
    assert over.seconds == pytest.approx(seconds), "but not over anybody's words"
    free = bridge(Side((), 4.0), Side((), 4.0), style(name))
    assert free.seconds == pytest.approx(abs(style(name).lead))
    brief = bridge(Side((), 0.5), Side((), 4.0), style(name))
    assert brief.seconds == pytest.approx(0.25), "nor longer than half a shot"


def test_a_place_is_not_heard_over_a_line_that_ends_with_its_shot():
    tight = Line("ann", -3.0, -0.05)
    assert bridge(Side([tight], 4.0), Side((), 4.0), style("classical")).kind == "straight"


def test_the_end_of_a_line_is_heard_over_who_must_answer_it():
    at, over = answer(Side([LINE], 4.0), Side([REPLY], 4.0, room=1.5), style("classical"))
    assert (over.kind, over.speaker) == ("L", "ann")
    assert -1.23 < at < -1.07, "between the words"
    assert over.seconds == pytest.approx(-0.5 - at)


def test_the_start_of_an_answer_is_heard_over_who_asked_where_only_they_can_be_shown():
    at, over = answer(Side([LINE], 4.0, room=2.0), Side([REPLY], 4.0), style("classical"))
    assert (over.kind, over.speaker) == ("J", "bob")
    assert 1.27 < at < 1.43 and over.seconds == pytest.approx(at - 0.6)


def test_a_cut_between_two_places_stays_straight_without_picture_words_or_time_for_more():
    calm = style("classical")
    for one, two in (
        (Side([LINE], 4.0), Side([REPLY], 4.0)),
        (Side((), 4.0, room=2.0), Side((), 4.0, room=2.0)),
        (Side([LINE], 1.2, room=2.0), Side([REPLY], 1.2, room=2.0)),
        (
            Side([Line("ann", -3.0, -0.5, [(-3.0, -0.5)])], 4.0, room=3.0),
            Side([Line("bob", 0.6, 3.0, [(0.6, 3.0)])], 4.0, room=3.0),
        ),
    ):
        assert answer(one, two, calm) == (0.0, Overlap("straight"))
    with pytest.raises(ValueError, match="room"):
        answer(Side((), 1.0, room=-1.0), Side(), calm)
    with pytest.raises(ValueError, match="step"):
        answer(Side(), Side(), calm, step=0.0)


def test_a_line_goes_over_no_cut_whose_pictures_both_show_its_speaker():
    line = Line("ann", 0.0, 4.0)
    assert overlap(2.0, ("bob", "ann"), ("ann",), [line]).kind == "straight"
    assert overlap(2.0, ("bob",), ("ann",), [line]).kind == "J"
    assert overlap(2.0, ("ann",), ("bob",), [line]).kind == "L"
