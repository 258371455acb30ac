"""Lines stay with their pictures, whatever a person does to the edit."""

from __future__ import annotations

import pytest

from filmagent.documents import Cut, Edit, Heard
from filmagent.documents.film_time import heard


def edit() -> Edit:
    """Three shots of a scene, 48 frames each; a line begins in each, a second in."""
    cuts = [
        Cut(id=f"c{n}", scene="1", setup="1A", source_in=48 * n, source_out=48 * (n + 1))
        for n in range(3)
    ]
    lines = [
        Heard(scene="1", beat=f"1.{n}", film_seconds=2.0 * n + 1.0, cut=f"c{n}", clock=0)
        for n in range(3)
    ]
    return Edit(cuts=cuts, heard=lines)


def when(made: Edit) -> dict[str, float]:
    return {h.beat: h.film_seconds for h in heard(made)}


def test_lines_are_where_the_machine_put_them_while_nobody_changes_a_cut():
    assert heard(edit()) == edit().heard


def test_a_shot_made_shorter_at_either_end_takes_the_lines_after_it_along():
    made = edit()
    made.cuts[0].source_out -= 12
    made.cuts[1].source_in += 6
    assert when(made) == pytest.approx({"1.0": 1.0, "1.1": 3.0 - 18 / 24, "1.2": 5.0 - 18 / 24})


def test_a_line_begins_with_whichever_cut_shows_its_moment_now():
    made = edit()
    made.cuts[0].source_out = 96
    del made.cuts[1]
    assert when(made) == pytest.approx({"1.0": 1.0, "1.1": 3.0, "1.2": 5.0})


def test_a_line_whose_picture_was_taken_out_is_not_heard():
    made = edit()
    del made.cuts[1]
    assert when(made) == pytest.approx({"1.0": 1.0, "1.2": 3.0})


def test_a_line_that_a_person_moves_stays_moved():
    made = edit()
    made.heard[1].film_seconds -= 0.5
    made.cuts[0].source_out -= 12
    assert when(made)["1.1"] == pytest.approx(2.0)


def test_an_edit_of_before_lines_knew_their_cuts_is_heard_as_it_says():
    made = edit()
    for line in made.heard:
        line.cut = ""
    made.cuts[0].source_out -= 12
    assert when(made) == pytest.approx({"1.0": 1.0, "1.1": 3.0, "1.2": 5.0})
