"""Setups that cannot be cut, or that move without a reason, are told so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from filmagent.crew.checks import Asked, check_coverage
from filmagent.crew.problems import Problem
from filmagent.documents import Character, Placement, SceneCoverage, Setup
from tests.crew.checks.stories import meeting, shelf

Break = Callable[[SceneCoverage], object]


def broken(break_it: Break, asked: Asked | None = None, timed: bool = True) -> list[Problem]:
    breakdown, blocking, timing, coverage = meeting()
    break_it(coverage)
    return check_coverage(
        coverage,
        breakdown.scenes[0],
        blocking,
        shelf(),
        timing=timing if timed else None,
        asked=asked or Asked(),
    )


def of(coverage: SceneCoverage, kind: str, number: int = 0) -> Setup:
    return [s for s in coverage.setups if s.kind == kind][number]


def change(kind: str, number: int = 0, **fields: object) -> Break:
    def change_it(coverage: SceneCoverage) -> None:
        setup = of(coverage, kind, number)
        for name, value in fields.items():
            setattr(setup, name, value)

    return change_it


def added(**fields: object) -> Break:
    whole = {
        "id": "1Z",
        "kind": "single",
        "size": "MS",
        "view": "profile",
        "subjects": ["mara"],
        "beats": ["1.6"],
    } | fields
    return lambda coverage: coverage.setups.append(Setup.model_validate(whole))


def cross(coverage: SceneCoverage) -> None:
    one = next(s for s in coverage.setups if s.kind == "single" and s.pair)
    one.side = "right" if one.side == "left" else "left"
    other = next(s for s in coverage.setups if s.id == one.pair)
    other.side = one.side


def uncovered(coverage: SceneCoverage) -> None:
    for setup in coverage.setups:
        setup.beats = [beat for beat in setup.beats if beat != "1.10"]


def unseen(coverage: SceneCoverage) -> None:
    coverage.setups = [s for s in coverage.setups if s.subjects != ["jonas"]]
    for setup in coverage.setups:
        setup.subjects = [who for who in setup.subjects if who != "jonas"]


def all_move(coverage: SceneCoverage) -> None:
    for setup in coverage.setups:
        if setup.kind in ("ots", "single"):
            setup.move, setup.rig, setup.motive = "push_in", "dolly", "It matters."


def test_a_sound_coverage_has_no_problem_with_and_without_the_timing():
    assert broken(lambda c: None) == broken(lambda c: None, timed=False) == []


CASES: list[tuple[str, Break, str, str]] = [
    ("a beat nobody films", uncovered, "beat 1.10", "No setup covers it"),
    ("a speaker nobody films", unseen, "beat 1.3", "jonas is seen speaking it in 0"),
    ("a stranger", change("single", subjects=["batman"]), "setup", '"batman" is not anybody seen'),
    (
        "somebody before they have come in",
        added(subjects=["jonas"], beats=["1.1"]),
        "setup 1Z",
        "shows jonas, who is not there in 1.1",
    ),
    (
        "somebody who has not come in yet, for half of the time",
        added(subjects=["jonas"], beats=["1.1", "1.2", "1.3"]),
        "setup 1Z",
        "covers 1.1, in which jonas is not there",
    ),
    ("a beat there is not", added(beats=["1.6", "2.1"]), "setup 1Z", '"2.1" is not a beat'),
    ("no beat", added(beats=[]), "setup 1Z", "covers no beat"),
    ("beats out of order", added(beats=["1.8", "1.6"]), "setup 1Z", "out of order"),
    ("a slate nobody can read", added(id="1O"), "setup 1O", "has no slate"),
    ("the slate of another scene", added(id="2A"), "setup 2A", "has no slate"),
    ("one slate twice", added(id="1A"), "setup 1A", "There are 2 setups of this id"),
    ("an idiom nobody knows", added(idiom="bullet time"), "setup 1Z", '"bullet time" is not an'),
    (
        "a two-shot of one",
        added(kind="two_shot", subjects=["mara"]),
        "setup 1Z",
        "is of kind two_shot with 1 subjects; that kind shows 2 people",
    ),
    (
        "the same person twice",
        added(kind="two_shot", subjects=["mara", "mara"]),
        "setup 1Z",
        "names somebody twice",
    ),
    ("an insert of a person", added(kind="insert", size="ECU"), "setup 1Z", "a thing of the scene"),
    ("an establishing close-up", added(kind="establishing", size="CU"), "setup 1Z", "is CU, which"),
    (
        "an entrance nobody makes",
        added(kind="entrance", size="MLS"),
        "setup 1Z",
        "is an entrance, but mara enters in none of its beats",
    ),
    (
        "an exit nobody makes",
        added(kind="exit", size="MLS"),
        "setup 1Z",
        "is an exit, but mara leaves in none of its beats",
    ),
    ("over nobody's shoulder", change("ots", over=""), "setup", "over the shoulder of nobody"),
    (
        "over one's own shoulder",
        change("ots", over="mara", subjects=["mara"]),
        "setup",
        "their own",
    ),
    ("half over the shoulder", change("ots", view="front"), "setup", "half over the shoulder"),
    (
        "a shoulder in a single",
        added(over="jonas"),
        "setup 1Z",
        "is over jonas, which only kind ots",
    ),
    (
        "a move without a motive",
        change("two_shot", move="push_in", rig="dolly"),
        "setup",
        "moves (push_in) without a motive",
    ),
    (
        "a motive without a move",
        change("two_shot", motive="Because."),
        "setup",
        "is static but has",
    ),
    (
        "rolling a tripod",
        change("two_shot", move="truck", motive="They drift."),
        "setup",
        "cannot truck on a tripod",
    ),
    (
        "following somebody who sits",
        added(kind="follow", move="follow", rig="steadicam", motive="To see.", beats=["1.8"]),
        "setup 1Z",
        "is to follow mara, who walks in none of its beats",
    ),
    (
        "going along without going",
        added(kind="follow", subjects=["jonas"], beats=["1.2"]),
        "setup 1Z",
        "is of kind follow but static",
    ),
    (
        "a reveal of nothing",
        added(move="pan", motive="A slow reveal."),
        "setup 1Z",
        "reveals nothing: name a second subject",
    ),
    (
        "a reveal that zooms",
        added(move="zoom", motive="Reveals jonas.", kind="two_shot", subjects=["mara", "jonas"]),
        "setup 1Z",
        "is to reveal something, which zoom does not",
    ),
    ("restless dialogue", all_move, "setup", "setups of dialogue do; at most"),
    ("a lens from space", added(lens_mm=3000), "setup 1Z", "has a lens of 3000 mm"),
    ("crossing the line", cross, "setup", "is on the other side of the line between"),
    (
        "a line to nobody",
        added(line=["mara", "door"], side="left"),
        "setup 1Z",
        "no line of action",
    ),
    (
        "a line that is not the shoulder's",
        change("ots", line=["mara", "mara"]),
        "setup",
        "has no line of action",
    ),
    (
        "opposites that film the same",
        change("ots", subjects=["mara"], over="jonas"),
        "setup",
        "films the same as its opposite",
    ),
    ("a pair with nobody", change("ots", pair="1ZZ"), "setup", 'is paired with "1ZZ"'),
    ("opposites of different size", change("ots", size="CU"), "setup", "opposites match in size"),
    ("a one-sided pair", change("ots", pair=""), "setup", "name each other"),
    (
        "the same shot twice",
        lambda c: c.setups.append(of(c, "insert").model_copy(update={"id": "1Z"})),
        "setup 1Z",
        "shows the same as",
    ),
]


@pytest.mark.parametrize(
    ("break_it", "where", "what"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_what_cannot_be_cut_is_said_where_it_is(break_it: Break, where: str, what: str):
    found = broken(break_it)
    assert [p for p in found if p.where.startswith(where) and what in p.what], found


def test_setups_of_another_scene_are_refused():
    (problem,) = broken(lambda c: setattr(c, "scene", "7"))
    assert problem.choices == ("1",)


def test_a_shoulder_keeps_to_the_line_of_its_two():
    breakdown, blocking, _, coverage = meeting()
    scene = breakdown.scenes[0]
    blocking.placements.append(Placement(actor="lena", mark="floor_a"))
    breakdown.characters.append(Character(id="lena", name="LENA"))
    of(coverage, "ots").line = ["mara", "lena"]
    found = check_coverage(coverage, scene, blocking, shelf())
    assert [p for p in found if "is over a shoulder, so its line is between" in p.what], found


def test_the_line_said_from_its_other_end_is_not_crossed():
    def turned(coverage: SceneCoverage) -> None:
        other = {"left": "right", "right": "left", "any": "any"}
        for setup in coverage.setups[::2]:
            setup.line, setup.side = setup.line[::-1], other[setup.side]

    assert not [p for p in broken(turned) if "other side of the line" in p.what]


def test_the_line_may_be_crossed_once_somebody_has_moved():
    def after_the_move(coverage: SceneCoverage) -> None:
        for setup in coverage.setups:
            # Jonas sits down in 1.5
            if setup.line and min(float(b.split(".")[1]) for b in setup.beats) > 5:
                setup.side = "right" if setup.side == "left" else "left"

    earlier = {"1.3", "1.4"}

    def only_still(coverage: SceneCoverage) -> None:
        coverage.setups = [s for s in coverage.setups if not s.line or not {"1.5"} & set(s.beats)]
        after_the_move(coverage)
        assert any(earlier & set(s.beats) for s in coverage.setups if s.line)

    assert not [p for p in broken(only_still) if "other side of the line" in p.what]


def test_an_alternate_is_missed_only_where_one_is_asked_for():
    def single_source(coverage: SceneCoverage) -> None:
        for setup in coverage.setups:
            if setup.kind not in ("single", "establishing", "master"):
                setup.beats = [b for b in setup.beats if b != "1.11"]

    assert not [p for p in broken(single_source) if p.where == "beat 1.11"]
    (problem,) = [p for p in broken(single_source, Asked(alternates=3)) if p.where == "beat 1.11"]
    assert "at least 3 must show them" in problem.what


def test_a_budget_of_setups_and_of_seconds_is_kept():
    assert broken(lambda c: None, Asked(most_setups=40, most_seconds=10_000)) == []
    (many,) = broken(lambda c: None, Asked(most_setups=3))
    assert "3 are the most" in many.what
    (long,) = broken(lambda c: None, Asked(most_seconds=5.0))
    assert "5 s are the most" in long.what and long.choices[0].startswith("setup 1")


def test_what_the_script_directs_may_be_of_any_size_and_does_not_count_as_restless():
    directed = {"idiom": "as directed", "kind": "master", "size": "ECU", "subjects": ["mara"]}
    assert broken(added(**directed)) == []
    moving = directed | {"kind": "single", "move": "push_in", "rig": "dolly", "motive": "Asked."}
    assert broken(added(**moving)) == []


def test_one_setup_of_dialogue_too_many_that_moves_is_named_alone():
    found = broken(all_move)
    moving = [s for s in found if "setups of dialogue do" in s.what]
    breakdown, _, _, coverage = meeting()
    all_move(coverage)
    lines = {beat.id for beat in breakdown.scenes[0].beats if beat.kind == "line"}
    kinds = ("ots", "single", "reaction", "two_shot")
    talk = [s for s in coverage.setups if s.kind in kinds and lines & set(s.beats)]
    moves = [s for s in talk if s.move != "static"]
    assert len(moving) == len(moves) - len(talk) // 3
