"""Which camera when: the best list, the rules of continuity, rhythm, words, listeners, sound."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from editing_scenes import coverage, talk
from hypothesis import given, settings
from hypothesis import strategies as st

from camera.editing import (
    Event,
    Line,
    Piece,
    Problem,
    Script,
    Take,
    View,
    choose_cuts,
    cut_faults,
    edit,
    faults,
    list_cost,
    speaker_list,
    style,
    styles,
)
from camera.editing.content import inside_words
from camera.editing.seeing import views

SCENES = range(100)


def every_list(count: int, steps: int, least: int, most: int) -> list[list[Piece]]:
    """All cut lists of small tables."""

    def parts(left: int) -> list[list[int]]:
        if not left:
            return [[]]
        return [[n, *rest] for n in range(least, min(most, left) + 1) for rest in parts(left - n)]

    lists = []
    for lengths in parts(steps):
        edges = list(itertools.pairwise([0, *itertools.accumulate(lengths)]))
        for shots in itertools.product(range(count), repeat=len(lengths)):
            if all(a != b for a, b in itertools.pairwise(shots)):
                lists.append([Piece(s, a, b) for s, (a, b) in zip(shots, edges, strict=True)])
    return lists


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 100_000))
def test_no_cut_list_is_cheaper_than_the_chosen_one(seed):
    rng = np.random.default_rng(seed)
    shots, steps = 3, 7
    costs, cuts = rng.random((shots, steps)), rng.random((steps, shots, shots))
    costs[rng.random((shots, steps)) < 0.1] = np.inf
    costs[0] = np.where(np.isinf(costs).all(axis=0), 1.0, costs[0])
    cuts[rng.random((steps, shots, shots)) < 0.2] = np.inf
    told = {
        "lengths": rng.uniform(1, 4, steps),
        "point_costs": np.where(rng.random(steps) < 0.1, np.inf, rng.random(steps)),
        "first_costs": rng.random(shots),
    }
    problem = Problem.of(costs, cuts, **told)
    best = min(problem.price(x) for x in every_list(shots, steps, 1, 5))
    if np.isinf(best):
        with pytest.raises(ValueError, match="no cut list"):
            choose_cuts(costs, cuts, least=1, most=5, **told)
        return
    chosen = choose_cuts(costs, cuts, least=1, most=5, **told)
    assert all(1 <= p.end - p.start <= 5 for p in chosen)
    assert problem.price(chosen) == pytest.approx(best)
    assert list_cost(chosen, costs, cuts, **told) == pytest.approx(best)


def test_shot_lengths_are_seconds_where_steps_are_not_equally_long():
    widths = np.array([0.5, 0.1, 0.1, 0.1, 0.1, 0.1, 1.0, 1.0])
    costs = np.array([[0, 0, 0, 1, 1, 1, 1, 1], [1, 1, 1, 0, 0, 0, 0, 0]], float)
    chosen = choose_cuts(
        costs, np.zeros((2, 2)), lengths=np.ones(8), least=0.8, most=9, widths=widths
    )
    spans = [widths[p.start : p.end].sum() for p in chosen]
    assert len(chosen) == 2 and min(spans) >= 0.8 - 1e-9


def test_there_is_a_cut_wherever_time_is_left_out():
    chosen = choose_cuts(
        np.zeros((3, 20)), np.ones((3, 3)), lengths=np.full(20, 9.0), least=3, most=20, breaks=[7]
    )
    assert 7 in [p.start for p in chosen]


def test_cuts_that_cross_the_line_or_jump_are_named_and_an_axial_cut_in_is_not():
    def view(position, size="MCU", who=("a",), side=1, motion=0.0):
        place = np.array(position, float)
        return View(place, size, who, np.zeros(3), side, motion=motion)

    assert cut_faults(view([2, 0, 0]), view([2, 0, 0], side=-1))["line"] == 1
    assert cut_faults(view([2, 0, 0]), view([2, 0, 0], side=0))["line"] == 0, "neutral"
    assert cut_faults(view([2, 0, 0]), view([2, 0.3, 0], "CU"))["angle"] > 0
    assert cut_faults(view([4, 0, 0], "MS"), view([2, 0, 0], "CU"))["angle"] == 0
    assert cut_faults(view([2, 0, 0]), view([0, 2, 0], who=("b",)))["angle"] == 0
    assert cut_faults(view([2, 0, 0]), view([2, 0.1, 0]))["jump"] == 1
    assert cut_faults(view([2, 0, 0]), view([0, 2, 0]))["jump"] == 0
    assert cut_faults(view([2, 0, 0], motion=0.4), view([0, 2, 0], motion=-0.4))["direction"] == 1
    with pytest.raises(ValueError, match="MCUU"):
        cut_faults(view([2, 0, 0]), view([2, 0, 0], "MCUU"))


def test_the_line_goes_along_with_an_actor_who_moves_and_another_pair_has_its_own():
    steps = 4
    seconds = np.arange(steps) * 1.0
    ann, bob = np.tile([-1.0, 0, 1.6], (steps, 1)), np.tile([1.0, 0, 1.6], (steps, 1))
    bob[2:] = [-1.0, -3.0, 1.6]
    script = Script(seconds, 4.0, people={"ann": ann, "bob": bob})
    takes = [Take("x", ("ann",), [0.0, -1.0, 1.6]), Take("y", ("bob",), [-2.0, -1.0, 1.6], "CU")]
    line = faults(views(takes, script)).line[:, 0, 1]
    assert line.tolist() == [0, 0, 1, 1], "bob has walked round: the line lies between them now"
    apart = [takes[0], replace(takes[1], line=("ann", "cem"))]
    assert not faults(views(apart, script)).line.any()


def broken(script, takes, cuts, rules=("line", "angle")):
    return [s for s in cuts.shots[1:] if any(s.faults[r] > 0 for r in rules)]


@pytest.mark.parametrize("seed", range(12))
def test_a_rule_is_broken_only_where_every_list_breaks_one(seed):
    rng = np.random.default_rng(seed)
    script = talk(seed, seconds=6.0, step=1.0)
    script = replace(script, lines=[replace(x, words=()) for x in script.lines])
    every = coverage(script, seed, sound=False)
    takes = [
        # what is forbidden is tempting
        replace(every[i], cost=rng.choice([0.0, 40.0], 6))
        for i in sorted(rng.choice(len(every), 3, replace=False))
    ]
    forced = replace(script, force=(3.0,))
    made = edit(takes, forced, "classical")
    found = faults(views(takes, forced))
    hard = (found.line > 0) | (found.angle > 0)

    def count(pieces):
        pairs = itertools.pairwise(pieces)
        return sum(bool(hard[b.start, a.shot, b.shot]) for a, b in pairs)

    allowed = [x for x in every_list(3, 6, 1, 6) if 3 in [p.start for p in x]]
    assert count(made.pieces) == min(count(x) for x in allowed)


@pytest.mark.parametrize("people", [2, 3])
def test_in_a_hundred_talks_no_rule_is_broken_no_word_cut_and_listeners_are_seen(people):
    for seed in SCENES:
        script = talk(seed, people=people)
        takes = coverage(script, seed, sound=seed % 2 == 0)
        made = edit(takes, script)
        assert not broken(script, takes, made)
        starts = [p.start for p in made.pieces[1:]]
        assert not inside_words(script)[starts].any()
        assert min(s.end - s.start for s in made.shots) >= 1.0 - 1e-9
        assert made.boundary <= 0.4 and made.listener >= 0.2, (seed, made.boundary, made.listener)


def test_an_edit_is_never_dearer_than_the_plain_idiom():
    for seed in range(20):
        script = talk(seed, people=2 + seed % 2)
        takes = coverage(script, seed)
        made = edit(takes, script)
        assert made.cost <= made.problem.price(speaker_list(takes, script)) + 1e-9
        assert made.cost == pytest.approx(made.problem.price(made.pieces))


def test_styles_differ_in_pace_and_documentary_lets_pictures_jump():
    script = talk(3, seconds=60.0)
    takes = coverage(script)
    counts = {name: len(edit(takes, script, name).shots) for name in styles()}
    assert counts["tense"] > counts["classical"] > counts["contemplative"]
    assert "angle" not in style("documentary").strict
    assert len(edit(takes, script, pace=0.5).shots) > counts["classical"]


def test_a_reverse_of_size_is_asked_for_by_feeling():
    script = talk(1)
    calm, hot = (
        replace(script, lines=[replace(x, energy=e, emotion=m) for x in script.lines])
        for e, m in ((0.1, "neutral"), (1.0, "angry"))
    )
    takes = coverage(script)

    def close(cuts):
        return sum(s.end - s.start for s in cuts.shots if s.take.startswith("single"))

    assert close(edit(takes, hot)) > close(edit(takes, calm))


def test_a_shot_is_left_before_its_subject_is_hidden():
    script = talk(2, seconds=12.0)
    takes = coverage(script)
    plain = edit(takes, script)
    shot = max(plain.shots[:-1], key=lambda s: s.end - s.start)
    hidden = np.zeros(script.steps)
    hidden[shot.last - 4 : shot.last + 6] = 1.0
    now = edit([replace(t, hidden=hidden) if t.name == shot.take else t for t in takes], script)
    shown = [s for s in now.shots if s.take == shot.take]
    assert all(hidden[s.first : s.last].sum() == 0 for s in shown)


def test_sound_leads_and_lags_are_told_of_every_cut():
    seconds = np.arange(0, 12, 0.125)
    ann, bob = (np.tile([x, 0, 1.2], (len(seconds), 1)) for x in (-0.7, 0.7))
    script = Script(
        seconds, 12.0, [Line("ann", 1.0, 10.0, to="bob")], people={"ann": ann, "bob": bob}
    )
    takes = [
        Take("ann", ("ann",), [0.8, -1.5, 1.2], "MCU", cost=np.where(seconds < 5, 0, 9)),
        Take("bob", ("bob",), [-0.8, -1.5, 1.2], "MCU", cost=np.where(seconds >= 5, 0, 9)),
    ]
    lag = edit(takes, script).shots[1].sound
    assert (lag.kind, lag.speaker) == ("L", "ann") and lag.seconds == pytest.approx(5.0, abs=0.3)
    lead = edit([replace(takes[0], subjects=("bob",)), replace(takes[1], subjects=("ann",))],
                script).shots[1].sound  # fmt: skip
    assert (lead.kind, lead.speaker) == ("J", "ann")
    assert lead.seconds == pytest.approx(4.0, abs=0.3)


def test_words_are_cut_only_when_asked():
    script = talk(5)
    takes = coverage(script)
    dear = np.where(inside_words(script), -5.0, 5.0)
    kept = edit(takes, script, point_costs=dear)
    asked = edit(takes, script, point_costs=dear, inside_words_too=True)
    assert not inside_words(script)[[p.start for p in kept.pieces[1:]]].any()
    assert inside_words(script)[[p.start for p in asked.pieces[1:]]].any()


def test_the_same_takes_in_another_order_make_the_same_film():
    script = talk(7)
    takes = coverage(script, 7)
    told = [(s.take, s.first) for s in edit(takes, script).shots]
    assert told == [(s.take, s.first) for s in edit(takes[::-1], script).shots]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s, t: edit([], s), "needs takes"),
        (lambda s, t: edit([t[0], t[0]], s), "name of its own"),
        (lambda s, t: edit(t, s, "dogma"), "'dogma'"),
        (lambda s, t: edit(t, s, pace=0.0), "pace"),
        (lambda s, t: edit([replace(t[0], cost=np.inf)], s), "step 0"),
        (lambda s, t: edit([replace(t[0], cost=np.nan)], s), "master"),
        (lambda s, t: edit([replace(t[0], positions=np.zeros((3, 3)))], s), "positions"),
        (lambda s, t: replace(t[0], size="MCUU"), "did you mean 'MCU'"),
        (lambda s, t: replace(t[0], kind="singel"), "did you mean 'single'"),
        (lambda s, t: replace(t[0], line=("ann",)), "two ends"),
        (lambda s, t: Script(np.array([0.0, 1.0, 0.5]), 2.0), "step 1"),
        (lambda s, t: Script(np.array([0.0, np.nan]), 2.0), "rise"),
        (lambda s, t: Script(np.arange(3.0), 3.0, [Line("ann", 2.0, 1.0)]), "ann"),
        (lambda s, t: Script(np.arange(3.0), 3.0, [], [Event("dance", "ann", 0, 1)]), "dance"),
        (lambda s, t: Script(np.arange(3.0), 3.0, people={"ann": np.zeros((2, 3))}), "ann"),
    ],
)
def test_bad_input_is_refused_by_name(change, message):
    script = talk(0, seconds=8.0)
    with pytest.raises(ValueError, match=message):
        change(script, coverage(script))


numbers = st.floats(allow_nan=True, allow_infinity=True, width=32)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(numbers, min_size=12, max_size=12),
    st.lists(numbers, min_size=6, max_size=6),
    st.integers(0, 4),
    numbers,
)
def test_any_numbers_give_a_list_that_tiles_or_a_value_error(costs, lengths, least, most):
    try:
        pieces = choose_cuts(
            np.array(costs).reshape(2, 6), np.ones((2, 2)), lengths=lengths, least=least, most=most
        )
    except ValueError:
        return
    assert [p.start for p in pieces] == [0, *(p.end for p in pieces[:-1])]
    assert pieces[-1].end == 6
