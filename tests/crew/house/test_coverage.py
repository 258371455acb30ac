"""Coverage a director would ask for: every beat seen, faces in pairs, a reason for each setup."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camera import grammar
from filmagent.crew.house.coverage import cover, idioms, letters
from filmagent.documents import Breakdown, SceneCoverage, SceneTiming, Setup

sys.path.insert(0, str(Path(__file__).parents[2] / "stage"))
from short_scenes import CAST, JONAS, LENA, MARA, blocked, catalogue, film, played

MEETING = film(
    """
    MARA sits alone at a table by the window with a cup of coffee.
    The door opens. JONAS enters and walks to her table.
    JONAS: You kept the table.
    MARA (coldly): You kept me waiting.
    Jonas sits down across from her.
    JONAS: I almost didn't come.
    ...
    MARA: I know. I saw you walk past the window. Twice.
    Mara puts a key on the table. Jonas looks at it.
    JONAS (surprised): Is that hers?
    MARA: The spare. She left the house to both of us.
    MARA (angry): Don't laugh. You left her alone for nine --
    JONAS: Nine years. I counted them too.
    Mara stands up and walks out of the door.
    """,
    MARA,
    JONAS,
    props=("cup", "key"),
)
TALK = ("ots", "single", "reaction", "two_shot", "group")


def covered(breakdown: Breakdown, seed: int = 0) -> tuple[SceneCoverage, SceneTiming]:
    scene, timing = breakdown.scenes[0], played(breakdown, seed)
    return cover(scene, blocked(breakdown, seed), timing, catalogue(), seed), timing


def check_sound(breakdown: Breakdown, coverage: SceneCoverage, timing: SceneTiming) -> None:
    """What every coverage must be."""
    setups = {s.id: s for s in coverage.setups}
    assert len(setups) == len(coverage.setups)
    seen = {beat for s in coverage.setups for beat in s.beats}
    assert {b.id for b in breakdown.scenes[0].beats} <= seen
    people = {a.actor for a in timing.actors if not a.extra}
    props = {p.prop for p in timing.props}
    for s in coverage.setups:
        assert s.why.endswith(".") and "{" not in s.why + s.motive
        assert s.beats, s
        assert set(s.subjects) <= (props if s.kind == "insert" else people)
        assert (s.move == "static") == (s.motive == ""), s
        if s.pair:
            other = setups[s.pair]
            assert other.pair == s.id and other.size == s.size and other.subjects != s.subjects
            assert (other.line, other.side) == (s.line, s.side)
            assert len(set(other.beats) ^ set(s.beats)) <= 1, "one may hold on through an exit"
        if s.kind == "ots":
            assert s.over and s.over not in s.subjects
    talk = [s for s in coverage.setups if s.kind in TALK]
    moving = [s for s in talk if s.move != "static" and s.idiom != "as directed"]
    assert len(moving) <= len(talk) / 3
    lines = {(frozenset(s.line), tuple(s.line), s.side) for s in coverage.setups if s.line}
    assert len({pair for pair, _, _ in lines}) == len(lines), "the line of action is crossed"


def of(coverage: SceneCoverage, kind: str) -> list[Setup]:
    return [s for s in coverage.setups if s.kind == kind]


def test_a_meeting_is_covered_from_the_place_to_the_face():
    coverage, timing = covered(MEETING)
    check_sound(MEETING, coverage, timing)
    kinds = [s.kind for s in coverage.setups]
    assert kinds[0] == "establishing"
    for kind in ("entrance", "two_shot", "ots", "single", "insert", "reaction", "exit", "master"):
        assert kind in kinds, kind
    assert len({s.size for s in coverage.setups}) >= 5
    assert len(coverage.setups) >= 10


def test_the_establishing_shot_shows_who_is_there_not_who_is_still_coming():
    coverage, _ = covered(MEETING)
    assert coverage.setups[0].subjects == ["mara"]


def test_somebody_sitting_down_makes_new_setups():
    coverage, _ = covered(MEETING)
    pairs = [s for s in of(coverage, "ots") if s.subjects == ["mara"]]
    assert len(pairs) == 2
    assert not set(pairs[0].beats) & set(pairs[1].beats)
    assert "1.5" not in pairs[0].beats + pairs[1].beats, "he moves during 1.5"


def test_a_thing_that_is_put_down_gets_an_insert_while_it_is():
    coverage, _ = covered(MEETING)
    (insert,) = of(coverage, "insert")
    assert insert.subjects == ["key"] and insert.size == "ECU" and insert.beats[0] == "1.9"


def test_the_strongest_line_is_closest_and_the_camera_leans_in_once():
    coverage, _ = covered(MEETING)
    close = [s for s in coverage.setups if s.size == "CU"]
    assert {s.subjects[0] for s in close} == {"mara", "jonas"}
    assert all("1.12" in s.beats for s in close)
    assert [s.move for s in close].count("push_in") <= 1


def test_setup_letters_are_those_of_a_slate():
    assert [letters(i) for i in (0, 7, 8, 12, 13, 23, 24)] == ["A", "H", "J", "N", "P", "Z", "AA"]


def test_a_walk_outside_is_followed_with_a_motive():
    breakdown = film(
        """
        MARA walks along the pavement. JONAS comes out and follows her.
        JONAS: Mara! Wait.
        She stops and turns to him.
        JONAS: I don't want the house.
        MARA (softly): The bus is at noon.
        """,
        MARA,
        JONAS,
        place="street",
    )
    coverage, timing = covered(breakdown)
    check_sound(breakdown, coverage, timing)
    moves = {s.move for s in of(coverage, "follow")}
    assert moves >= {"lead", "follow"} and all(s.motive for s in of(coverage, "follow"))


def test_directing_notes_of_the_script_are_honoured():
    breakdown = film(
        """
        MARA and JONAS sit at the window.
        MARA: I have something to say.
        [[camera: slow push on MARA]]
        JONAS: Say it.
        MARA: No.
        """,
        MARA,
        JONAS,
    )
    coverage, timing = covered(breakdown)
    check_sound(breakdown, coverage, timing)
    (directed,) = [s for s in coverage.setups if s.idiom == "as directed"]
    assert (directed.subjects, directed.move, directed.speed) == (["mara"], "push_in", "slow")
    assert directed.beats[0] == "1.2"


@pytest.mark.parametrize(
    ("script", "people", "kinds"),
    [
        ("MARA sits at a table.\n...\nMARA: So.", (MARA,), {"establishing", "single"}),
        ("MARA: So.", (MARA,), {"establishing", "single"}),
        ("MARA and JONAS sit at the window.\n...", (MARA, JONAS), {"two_shot", "reaction"}),
        ("An empty room.\nMARA (V.O.): It was here.", (MARA,), {"establishing"}),
        ("MARA sits.\nJONAS (V.O.): Dear Mara.", (MARA, JONAS), {"establishing", "single"}),
        (
            "MARA, JONAS and LENA sit down.\nMARA: One.\nJONAS: Two.\nLENA: Three.\nMARA: Four.",
            (MARA, JONAS, LENA),
            {"establishing", "group", "ots", "single"},
        ),
    ],
)
def test_every_kind_of_scene_has_sensible_coverage(script, people, kinds):
    breakdown = film(script, *people)
    coverage, timing = covered(breakdown)
    check_sound(breakdown, coverage, timing)
    assert kinds <= {s.kind for s in coverage.setups}


def test_forty_people_are_a_group_and_a_few_faces():
    crowd = [(f"P{i}", "unknown", list(CAST)[i % 6]) for i in range(40)]
    breakdown = film("\n".join(f"{n}: I am one." for n, _, _ in crowd), *crowd)
    coverage, timing = covered(breakdown)
    check_sound(breakdown, coverage, timing)
    assert of(coverage, "group") and len(coverage.setups) <= 20


def test_a_changed_word_leaves_the_setups_as_they_are():
    changed = MEETING.model_copy(deep=True)
    changed.scenes[0].beats[7].text = "I know. I saw you go past the window. Twice."
    assert covered(MEETING)[0] == covered(changed)[0]


def test_the_idioms_are_on_the_catalogue_with_words_for_people():
    assert {i.name for i in idioms()} >= {"conversation", "the thing itself", "come in"}
    assert all(len(i.description) > 15 for i in idioms())


def test_the_idioms_are_those_of_the_camera_library():
    named = {grammar.idiom(name).title: grammar.idiom(name) for name in grammar.idioms()}
    assert {i.name: i.description for i in idioms()} == {
        title: idiom.description for title, idiom in named.items()
    }
    coverage, _ = covered(MEETING)
    for setup in coverage.setups:
        rows = [row for idiom in named.values() for row in idiom.rows]
        assert setup.idiom in named
        assert any(setup.kind == (row.use or _shot(row).kind) and setup.view == _shot(row).view
                   and setup.angle == _shot(row).angle for row in rows)  # fmt: skip


ROLES = ("a", "b", "c", "each", "hunter", "next", "people", "runner", "thing", "what", "who")


def _shot(row: grammar.Row) -> grammar.Shot:
    return row.shot(**dict.fromkeys(ROLES, "x"))


def test_nobody_is_filmed_over_their_own_shoulder_in_words():
    breakdown = film(
        "MARA, JONAS and LENA sit down.\nMARA: One.\nJONAS: Two.\nLENA: Three.\nMARA: Four.",
        MARA,
        JONAS,
        LENA,
    )
    for setup in of(covered(breakdown)[0], "ots"):
        first, second = setup.subjects[0].upper(), setup.over.upper()
        assert f"{first} over {second}'s shoulder" in setup.why


@settings(max_examples=25, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "MARA: Yes.",
                "JONAS: No!",
                "LENA: Why?",
                "...",
                "Mara sits down.",
                "Jonas stands up.",
                "Lena enters.",
                "Mara leaves.",
                "Jonas walks to Lena.",
                "Lena follows Mara.",
                "MARA (V.O.): Once.",
                "JONAS (O.S.): Here!",
                "A dog barks.",
            ]
        ),
        min_size=1,
        max_size=9,
    ),
    st.sampled_from(["cafe", "street"]),
)
def test_any_scene_is_covered_soundly(lines, place):
    breakdown = film("\n".join(lines), MARA, JONAS, LENA, place=place)
    coverage, timing = covered(breakdown)
    check_sound(breakdown, coverage, timing)
