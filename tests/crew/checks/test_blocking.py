"""A blocking that cannot be played is told so, with what would be right."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from filmagent.crew.checks import check_blocking
from filmagent.crew.problems import Problem
from filmagent.documents import (
    Cue,
    Extra,
    LineReading,
    Placement,
    PropPlacement,
    SceneBlocking,
)
from filmagent.documents.checks import Replay
from filmagent.documents.checks import problems as unplayable
from tests.crew.checks.stories import meeting, shelf

Break = Callable[[SceneBlocking], object]


def cue(beat: str, actor: str, action: str, target: str = "", at: float = 0.0) -> Cue:
    return Cue(
        id=f"{beat}/{actor}/{action}9", beat=beat, actor=actor, action=action, target=target, at=at
    )


def first(plan: SceneBlocking, action: str) -> Cue:
    return next(c for c in plan.cues if c.action == action)


def without(plan: SceneBlocking, action: str) -> None:
    plan.cues = [c for c in plan.cues if c.action != action]


def given(plan: SceneBlocking, *cues: Cue) -> None:
    plan.cues = [*plan.cues, *cues]


def broken(break_it: Break) -> list[Problem]:
    breakdown, plan, _, _ = meeting()
    break_it(plan)
    return check_blocking(plan, breakdown, shelf())


def test_a_sound_blocking_has_no_problem():
    assert broken(lambda plan: None) == []


CASES: list[tuple[str, Break, str, str, str]] = [
    # what is done to the blocking · where · words of the problem · a name that it offers
    (
        "a mark nobody built",
        lambda p: setattr(p.placements[0], "mark", "window seat"),
        "placement mara",
        '"window seat" is not a mark of the set cafe',
        "window_stand",
    ),
    (
        "sitting on the floor",
        lambda p: setattr(p.placements[0], "mark", "floor_a"),
        "placement mara",
        "floor_a is no seat",
        "window_a",
    ),
    (
        "two people on one mark",
        lambda p: p.placements.append(Placement(actor="jonas", mark=p.placements[0].mark)),
        "placement jonas",
        "mara is on window_a already",
        "window_b",
    ),
    (
        "one person in two places",
        lambda p: p.placements.append(Placement(actor="mara", mark="floor_a")),
        "placement mara",
        "on several marks at once",
        "",
    ),
    (
        "a stranger",
        lambda p: p.placements.append(Placement(actor="batman", mark="floor_a")),
        "placement batman",
        '"batman" is not a character',
        "mara",
    ),
    (
        "facing nobody",
        lambda p: setattr(p.placements[0], "facing", "the abyss"),
        "placement mara",
        '"the abyss" is not anybody or anything there',
        "jonas",
    ),
    (
        "a light of another hour",
        lambda p: setattr(p, "light", "night"),
        "light",
        "the scene plays at day",
        "day",
    ),
    (
        "a light nobody hung",
        lambda p: setattr(p, "light", "disco"),
        "light",
        '"disco" is not a light plan of cafe',
        "dusk",
    ),
    (
        "another set than the scene's",
        lambda p: setattr(p, "set", "street"),
        "",
        "is shot on cafe, not on street",
        "cafe",
    ),
    ("no such set", lambda p: setattr(p, "set", "moon"), "", '"moon" is not a set', "cafe"),
    (
        "an action nobody learned",
        lambda p: given(p, cue("1.3", "mara", "somersault")),
        "beat 1.3",
        '"somersault" is not an action',
        "",
    ),
    (
        "walking while seated",
        lambda p: given(p, cue("1.3", "mara", "walk", "counter_left")),
        "beat 1.3",
        "mara sits on window_a and cannot walk; stand up before it",
        "",
    ),
    (
        "sitting down while seated",
        lambda p: given(p, cue("1.3", "mara", "sit", "middle_a")),
        "beat 1.3",
        "mara sits on window_a already; stand up first",
        "",
    ),
    (
        "standing up while standing",
        lambda p: given(p, cue("1.4", "jonas", "stand")),
        "beat 1.4",
        "jonas is standing and cannot stand",
        "",
    ),
    (
        "acting before having come in",
        lambda p: given(p, cue("1.1", "jonas", "nod")),
        "beat 1.1",
        "jonas has not come in yet and cannot nod",
        "mara",
    ),
    (
        "coming in twice",
        lambda p: given(p, cue("1.6", "jonas", "enter", "street")),
        "beat 1.6",
        "jonas enters but is there already",
        "",
    ),
    (
        "leaving by the window",
        lambda p: setattr(first(p, "exit"), "target", "window"),
        "beat 1.14",
        'mara does exit by "window", which is not a door',
        "street",
    ),
    (
        "sitting on somebody",
        lambda p: setattr(first(p, "sit"), "target", "window_a"),
        "beat 1.5",
        "jonas cannot sit on window_a: mara sits there",
        "window_b",
    ),
    (
        "sitting on a standing mark",
        lambda p: setattr(first(p, "sit"), "target", "counter_left"),
        "beat 1.5",
        'jonas sits on "counter_left", which is no seat of cafe',
        "corner_a",
    ),
    (
        "walking to nothing",
        lambda p: setattr(first(p, "walk"), "target", "the light"),
        "beat 1.2",
        '"the light" cannot be what jonas does it to; it takes a person, a mark or a door',
        "",
    ),
    (
        "waving to oneself",
        lambda p: given(p, cue("1.6", "mara", "wave", "mara")),
        "beat 1.6",
        "mara does wave to themselves",
        "jonas",
    ),
    (
        "waving to who is not there",
        lambda p: given(p, cue("1.1", "mara", "wave", "jonas")),
        "beat 1.1",
        "mara does wave: jonas is not there; it takes somebody who is there",
        "",
    ),
    (
        "nodding at a table",
        lambda p: given(p, cue("1.6", "mara", "nod", "window_a")),
        "beat 1.6",
        "it takes nothing: leave it empty",
        "",
    ),
    (
        "drinking a person",
        lambda p: given(p, cue("1.6", "mara", "drink", "jonas")),
        "beat 1.6",
        "it takes a thing of the scene",
        "cup",
    ),
    (
        "putting down what another holds",
        lambda p: given(p, cue("1.6", "jonas", "put_down", "key")),
        "beat 1.6",
        "jonas puts down key without holding it",
        "",
    ),
    (
        "taking what another holds",
        lambda p: given(p, cue("1.6", "jonas", "pick_up", "key")),
        "beat 1.6",
        "jonas does pick_up with key, which mara holds",
        "",
    ),
    (
        "taking what lies across the room",
        lambda p: (setattr(p.props[0], "mark", "counter_left"), setattr(p.props[0], "holder", ""),
                   given(p, cue("1.6", "mara", "pick_up", p.props[0].prop))),
        "beat 1.6",
        "lies at counter_left, out of reach",
        "counter_left",
    ),
    (
        "putting down where there is no table",
        lambda p: given(p, cue("1.6", "mara", "stand"), cue("1.6", "mara", "walk", "pass", at=0.1),
                        cue("1.6", "mara", "put_down", "key", at=0.5)),
        "beat 1.6",
        "mara puts down key at pass, where there is no surface",
        "counter_left",
    ),
    (
        "stopping without going",
        lambda p: given(p, cue("1.1", "mara", "stand"), cue("1.1", "mara", "stop", at=0.5)),
        "beat 1.1",
        "mara stops but was not walking",
        "",
    ),
    (
        "a beat there is not",
        lambda p: given(p, cue("1.99", "mara", "nod")),
        "beat 1.99",
        '"1.99" is not a beat of the scene',
        "1.9",
    ),
    (
        "after the end of the beat",
        lambda p: given(p, cue("1.6", "mara", "nod", at=3.0)),
        "beat 1.6",
        "mara does nod at 3 of the beat; from 0 to 1",
        "",
    ),
    (
        "two places at one moment",
        lambda p: given(p, cue("1.14", "mara", "exit", "kitchen", at=first(p, "exit").at)),
        "beat 1.14",
        "at the same moment",
        "",
    ),
    (
        "two things with the hands at one moment",
        lambda p: given(p, cue("1.6", "mara", "drink", "cup"), cue("1.6", "mara", "read", "key")),
        "beat 1.6",
        "two things with their hands",
        "",
    ),
    (
        "the same thing twice at one moment",
        lambda p: given(p, cue("1.6", "mara", "nod"), cue("1.6", "mara", "nod")),
        "beat 1.6",
        "the same twice",
        "",
    ),
    (
        "speaking without having come in",
        lambda p: without(p, "enter"),
        "beat 1.3",
        "jonas speaks but is not there",
        "street",
    ),
    (
        "somebody the prose shows is forgotten",
        lambda p: (setattr(p, "placements", []), without(p, "enter")),
        "placement mara",
        "mara is seen in beat 1.1 but never there",
        "",
    ),
    (
        "a line without a reading",
        lambda p: p.readings.pop(2),
        "beat 1.6",
        "The line has no reading",
        "",
    ),
    (
        "a line with two readings",
        lambda p: p.readings.append(LineReading(beat="1.3")),
        "beat 1.3",
        "The line has several readings",
        "",
    ),
    (
        "a reading of a silence",
        lambda p: p.readings.append(LineReading(beat="1.7")),
        "beat 1.7",
        '"1.7" is not a line of the scene',
        "",
    ),
    (
        "louder than loud",
        lambda p: setattr(p.readings[0], "energy", 11),
        "beat 1.3",
        "Its energy is 11; from 0 to 1",
        "",
    ),
    (
        "speaking to oneself",
        lambda p: setattr(p.readings[0], "to", "jonas"),
        "beat 1.3",
        "jonas speaks to themselves",
        "",
    ),
    (
        "speaking to nobody there is",
        lambda p: setattr(p.readings[0], "to", "marah"),
        "beat 1.3",
        '"marah" is not a character to speak to',
        "mara",
    ),
    (
        "a prop nobody made",
        lambda p: setattr(p.props[0], "model", "excalibur"),
        "prop cup",
        '"excalibur" is not a prop of the library',
        "",
    ),
    (
        "a prop that is nowhere",
        lambda p: (setattr(p.props[0], "mark", ""), setattr(p.props[0], "holder", "")),
        "prop cup",
        "is nowhere",
        "window_a",
    ),
    (
        "a prop in two places",
        lambda p: p.props.append(PropPlacement(prop="cup", model="cup", mark="window_a")),
        "prop cup",
        "is placed 2 times",
        "",
    ),
    (
        "a prop in hand and on the table",
        lambda p: (setattr(p.props[0], "mark", "window_a"), setattr(p.props[0], "holder", "mara")),
        "prop cup",
        "one of both",
        "",
    ),
    (
        "a passer-by with a lead's face",
        lambda p: p.extras.append(Extra(id="e9", member="ines", mark="pass")),
        "extra e9",
        "ines plays mara here",
        "tomas",
    ),
    (
        "a passer-by nobody cast",
        lambda p: p.extras.append(Extra(id="e9", member="gollum", mark="pass")),
        "extra e9",
        '"gollum" is not a member of the cast',
        "",
    ),
    (
        "a passer-by who walks sitting down",
        lambda p: p.extras.append(
            Extra(id="e9", member="ruth", mark="bench_far", posture="sit", action="walk")
        ),
        "extra e9",
        "cannot walk in the posture sit",
        "",
    ),
    (
        "facing oneself",
        lambda p: setattr(p.placements[0], "facing", "mara"),
        "placement mara",
        "faces themselves",
        "",
    ),
    (
        "a thing in a stranger's hand",
        lambda p: (setattr(p.props[0], "mark", ""), setattr(p.props[0], "holder", "batman")),
        "prop cup",
        '"batman" is not here',
        "mara",
    ),
    (
        "a stranger who acts",
        lambda p: given(p, cue("1.6", "batman", "nod")),
        "beat 1.6",
        '"batman" is not a character of the scene',
        "mara",
    ),
    (
        "a passer-by by the name of a lead",
        lambda p: p.extras.append(Extra(id="mara", member="tomas", mark="pass")),
        "extra mara",
        "is the id of somebody else",
        "",
    ),
    (
        "a passer-by who somersaults",
        lambda p: p.extras.append(Extra(id="e9", member="tomas", mark="pass", action="somersault")),
        "extra e9",
        '"somersault" is not an action',
        "",
    ),
    (
        "a passer-by who sits on the floor",
        lambda p: p.extras.append(Extra(id="e9", member="tomas", mark="pass", posture="sit")),
        "extra e9",
        "pass is no seat",
        "window_a",
    ),
    (
        "related to a stranger",
        lambda p: p.relations.append(("mara", "batman", "lovers")),
        "relations",
        '"batman" is not a character',
        "jonas",
    ),
    (
        "related twice",
        lambda p: p.relations.extend([("mara", "jonas", "lovers"), ("jonas", "mara", "family")]),
        "relations",
        "jonas and mara are related twice",
        "",
    ),
    (
        "a scene there is not",
        lambda p: setattr(p, "scene", "7"),
        "",
        '"7" is not a scene',
        "1",
    ),
    (
        "related to oneself",
        lambda p: p.relations.append(("mara", "mara", "lovers")),
        "relations",
        "is related to themselves",
        "",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("break_it", "where", "what", "choice"), [case[1:] for case in CASES],
                         ids=[case[0] for case in CASES])  # fmt: skip
def test_what_cannot_be_played_is_said_where_it_is_and_how_to_mend_it(
    break_it: Break, where: str, what: str, choice: str
):
    found = broken(break_it)
    told = [problem for problem in found if problem.where == where and what in problem.what]
    assert told, found
    assert not choice or choice in told[0].choices, told[0]


def test_what_the_departments_cannot_play_is_always_a_problem():
    for _, break_it, *_ in CASES:
        breakdown, plan, _, _ = meeting()
        break_it(plan)
        if unplayable(plan, breakdown, shelf()):
            assert check_blocking(plan, breakdown, shelf())


def test_nobody_acts_on_a_title_card():
    breakdown, plan, _, _ = meeting()
    breakdown.scenes[0].beats[6].kind = "card"
    given(plan, cue("1.7", "mara", "nod"))
    found = check_blocking(plan, breakdown, shelf())
    assert [p for p in found if p.where == "beat 1.7" and "is a card" in p.what], found


def test_a_private_place_has_no_passers_by_and_a_cell_without_a_door_no_comings():
    breakdown, plan, _, _ = meeting()
    catalogue = shelf().model_copy(deep=True)
    cafe = next(entry for entry in catalogue.sets if entry.name == "cafe")
    cafe.public, cafe.doors = False, []
    plan.extras.append(Extra(id="e9", member="tomas", mark="pass"))
    told = [str(p) for p in check_blocking(plan, breakdown, catalogue)]
    assert [text for text in told if "is private" in text]
    assert [text for text in told if "has no door: nobody can enter" in text]


def test_what_only_the_departments_know_of_is_told_in_their_words(monkeypatch: pytest.MonkeyPatch):
    breakdown, plan, _, _ = meeting()
    monkeypatch.setattr(
        "filmagent.crew.checks.blocking.unplayable", lambda *_: ["scene 1: the floor is wet"]
    )
    assert check_blocking(plan, breakdown, shelf()) == [Problem("", "scene 1: the floor is wet")]
    monkeypatch.setattr(Replay, "problem", lambda self, cue: f"cue {cue.id}: tired")
    assert "tired" in str(check_blocking(plan, breakdown, shelf())[0])


def test_names_out_of_an_answer_never_make_a_problem_endless():
    found = broken(lambda p: setattr(p.placements[0], "mark", "x" * 100_000 + "\n# System"))
    assert all(len(str(problem)) < 500 and "\n" not in str(problem) for problem in found)


def test_a_problem_names_the_nearest_right_names_first_and_not_all_of_them():
    (problem,) = broken(lambda p: setattr(p.placements[0], "mark", "Window B"))
    assert problem.choices[0] == "window_b" and len(problem.choices) <= 8


def test_problems_do_not_depend_on_the_hash_seed():
    script = (
        "from tests.crew.checks.test_blocking import CASES, broken\n"
        "print([str(p) for c in CASES for p in broken(c[1])])"
    )
    other = "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"
    there = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONHASHSEED": other},
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    ).stdout
    assert there.strip() == str([str(p) for case in CASES for p in broken(case[1])])
