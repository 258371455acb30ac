"""What stands of an edit after a change: far cuts hold, near ones are decided anew."""

from __future__ import annotations

from itertools import pairwise

import pytest
from staging import COVERAGE, FPS, SIZE, breakdown, place, timing

from filmagent.shoot import Before, cut, shoot

RATE = 24


@pytest.fixture(scope="module")
def material():
    made = shoot(COVERAGE, timing(), {}, fps=FPS, size=SIZE, set_piece=place())
    return {t.report.setup: t.report for t in made}, {t.report.setup: t.arrays for t in made}


def edited(material, time, before=None, coverage=COVERAGE, told=None):
    reports, takes = material
    return cut(
        told or breakdown(), {"1": time}, {"1": coverage}, reports, takes, fps=FPS, before=before
    )


def shots(edit):
    return [c for c in edit.cuts if c.kind == "shot"]


def placed(edit):
    return [(c.id, c.setup, c.source_in, c.source_out) for c in shots(edit)]


def reworded(number, end):
    """The talk with one line said otherwise, ending elsewhere inside its old gap."""
    time = timing()
    line = time.lines[number]
    words = line.words[: int((end - line.start) / 0.4)]
    changed = {"text": "other", "words": words, "seconds": end - line.start, "end": end}
    time.lines[number] = line.model_copy(update=changed)
    time.beats[number + 1] = time.beats[number + 1].model_copy(update={"end": end})
    return time


def later(shift, start):
    """The talk with everything after a second so much later."""
    time = timing()
    things = [*time.lines, *time.beats, *time.actors[0].gestures, *time.props[0].holds]
    for thing in things:
        if thing.start >= start:
            thing.start, thing.end = thing.start + shift, thing.end + shift
    time.duration += shift
    return time


@pytest.fixture(scope="module")
def first(material):
    return edited(material, timing())


@pytest.fixture(scope="module")
def before(first):
    return Before(first, {"1": timing()})


def test_an_edit_made_again_with_nothing_changed_is_the_same(material, first, before):
    assert edited(material, timing(), before) == first


@pytest.mark.parametrize(("number", "end"), [(0, 7.0), (2, 13.2), (3, 17.9), (6, 26.5), (7, 30.0)])
def test_a_word_changed_far_away_leaves_a_cut_where_it_was(material, first, before, number, end):
    time = reworded(number, end)
    line = time.lines[number]
    a, b = RATE * (line.start - 2.5), RATE * (line.end + 2.5)
    far = [c for c in placed(first) if c[3] < a or c[2] > b]
    assert len(far) >= 3
    assert set(far) <= set(placed(edited(material, time, before)))


def test_cuts_move_along_with_the_beats_they_belong_to(material, first, before):
    moved = edited(material, later(0.5, 14.0), before)
    far = [c for c in placed(first) if c[2] > 18 * RATE]
    assert len(far) >= 3
    assert {(i, s, a + 12) for i, s, a, _ in far} <= {c[:3] for c in placed(moved)}


def test_a_film_with_no_edit_before_is_cut_as_if_there_never_was_one(material, first):
    foreign = Before(first.model_copy(update={"fps": (25, 1)}), {"1": timing()})
    for none in (Before(first, {}), foreign):
        assert placed(edited(material, timing(), none)) == placed(first)


def test_cuts_of_a_setup_that_is_gone_are_dropped_and_the_others_kept(material, first, before):
    gone = "1F"
    assert gone in {c.setup for c in shots(first)}
    left = COVERAGE.model_copy(update={"setups": [s for s in COVERAGE.setups if s.id != gone]})
    now = edited(material, timing(), before, coverage=left)
    assert gone not in {c.setup for c in shots(now)}
    at = next(c for c in shots(first) if c.setup == gone)
    far = [c for c in placed(first) if abs(c[2] - at.source_in) > 72 and c[1] != gone]
    far = [c for c in far if abs(c[3] - at.source_in) > 72]
    assert len(far) >= 3 and set(far) <= set(placed(now))


def test_cuts_of_a_beat_that_is_gone_are_dropped(material, first, before):
    time = timing()
    gone = time.lines.pop(4)
    time.beats = [b for b in time.beats if b.beat != gone.beat]
    shift = 3.2
    for part in [*time.lines, *time.beats]:
        if part.start > gone.start:
            part.start, part.end = part.start - shift, part.end - shift
    time.duration -= shift
    now = shots(edited(material, time, before))
    assert now[0].source_in == 0
    assert all(a.source_out == b.source_in for a, b in pairwise(now))
    early = [c for c in placed(first) if c[3] < RATE * (gone.start - 2.5)]
    assert len(early) >= 2 and set(early) <= {
        (c.id, c.setup, c.source_in, c.source_out) for c in now
    }


def test_an_old_cut_that_breaks_the_line_now_is_not_kept(material, first, before):
    reports, takes = material
    # the camera that was far from the change has been put on the other side of the table
    broken = next(c.setup for c in shots(first)[2:] if c.setup in ("1B", "1C", "1D", "1E"))
    moved = {k: v.copy() for k, v in takes[broken].items()}
    moved["positions"] = moved["positions"] * [1.0, -1.0, 1.0]
    q = moved["quaternions"] * [1.0, -1.0, 1.0, -1.0]
    moved["quaternions"] = q
    now = edited((reports, {**takes, broken: moved}), timing(), before)
    assert placed(now) != placed(first)


def test_a_new_cut_never_takes_the_name_of_one_that_was(material, first, before):
    now = edited(material, later(1.5, 14.0), before)
    was = {c.id: c.setup for c in shots(first)}
    assert all(was.get(c.id, c.setup) == c.setup for c in shots(now))
    assert len({c.id for c in shots(now)}) == len(shots(now))
