"""Shots as data, as sentences, and as coverage of situations."""

from __future__ import annotations

import string

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from camera.editing import TAKE_KINDS
from camera.grammar import (
    ANGLES,
    AZIMUTHS,
    KINDS,
    MOVES,
    RIGS,
    SIZES,
    SPEEDS,
    VIEWS,
    Shot,
    coverage,
    idiom,
    idioms,
    named_shot,
    parse,
    size_of,
    size_steps,
    spoken,
)

names = st.text(min_size=1, max_size=12).filter(str.isprintable)


@st.composite
def shots(draw):
    """Any shot there can be."""
    kind = draw(st.sampled_from(KINDS))
    subjects = tuple(draw(st.lists(names, max_size=4)))
    return Shot(
        size=draw(st.sampled_from(list(SIZES))),
        angle=draw(st.sampled_from(list(ANGLES))),
        view="ots" if kind == "ots" else draw(st.sampled_from([*VIEWS, *AZIMUTHS])),
        move=draw(st.sampled_from(MOVES)),
        speed=draw(st.sampled_from(list(SPEEDS))),
        rig=draw(st.sampled_from(list(RIGS))),
        subjects=subjects,
        lens_mm=draw(st.none() | st.integers(8, 600).map(float) | st.just(37.5)),
        kind=kind,
        over=draw(st.just("") | names) if kind == "ots" and subjects else "",
        dutch=draw(st.booleans()),
        sweep=draw(st.none() | st.integers(1, 720).map(float)),
    )


@settings(max_examples=300, deadline=None)
@given(shots())
def test_every_shot_can_be_said_and_understood_again(shot):
    assert parse(spoken(shot)) == shot


def test_a_sentence_is_a_shot():
    shot = parse("MCU of mara, three-quarter left, eye level, slow push in, 50 mm")
    assert shot == Shot("MCU", "eye", "front_left", "push_in", "slow", "dolly", ("mara",), 50.0)
    assert parse("medium close-up of mara, 3/4 left, slowly dolly in, 50mm lens") == shot
    assert parse("two-shot of mara and jonas").kind == "two_shot"
    over = parse("MS of mara over jonas, dutch angle")
    assert (over.kind, over.over, over.view, over.dutch) == ("ots", "jonas", "ots", True)
    assert parse("wide establishing shot, bird's eye, by drone").rig == "drone"
    assert parse("MS of Anna, 360° arc").sweep == 360
    assert parse('CU of "Smith, John" and "Bread and Butter"').subjects == (
        "Smith, John",
        "Bread and Butter",
    )


@pytest.mark.parametrize(
    ("sentence", "message"),
    [
        ("MCUU of mara", "'mcuu'.*did you mean 'mcu'"),
        ("MCU of mara, three-quater left", "'three quater left'.*'three quarter left'"),
        ("MCU of mara, slow pusch in", "'pusch in'.*'push in'"),
        ("MCU of mara, low angle, high angle", "angle.*second time"),
        ("MCU CU of mara", "size twice"),
        ("", "empty phrase"),
        ("MCU of mara,, static", "empty phrase"),
        ("MCU of ", "no name"),
        ("MCU of mara, 0 mm", "lens_mm"),
        ("MCU of mara, 9999° pan", "sweep"),
    ],
)
def test_what_is_not_understood_is_named_with_the_nearest_known(sentence, message):
    with pytest.raises(ValueError, match=message):
        parse(sentence)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_a_shot_or_a_value_error(text):
    try:
        parse(text)
    except ValueError as error:
        assert str(error)


def test_words_of_a_shot_are_checked_by_name():
    with pytest.raises(ValueError, match="did you mean 'push_in'"):
        Shot(move="push-in")
    with pytest.raises(ValueError, match="'jonas'"):
        Shot(over="jonas", subjects=("mara",))


@pytest.mark.parametrize(
    "name",
    ["Close", "Medium", "Long", "Pan", "Zoom", "Follow", "Track", "Curve Surround", "360"],
)
def test_filmagents_nine_shots_are_shots(name):
    assert named_shot(name, "mara").subjects == ("mara",)
    with pytest.raises(ValueError, match="did you mean 'Close'"):
        named_shot("Closer", "mara")


WANTED = {
    "dialogue_2",
    "dialogue_3",
    "dialogue_n",
    "entrance",
    "walk_and_talk",
    "chase",
    "reveal",
    "insert",
    "reaction",
    "group",
    "phone_call",
    "over_the_table",
}


@pytest.mark.parametrize("name", sorted(WANTED))
def test_every_idiom_covers_whom_it_is_given_and_nobody_else(name):
    assert set(idioms()) >= WANTED
    roles = idiom(name).people
    several = ["Ann", "Smith, John", "über and out", "d"]
    given_ = {role: several if many else f"the {role}, yes" for role, many in roles.items()}
    shots_ = coverage(name, **given_)
    people = {p for role in given_.values() for p in ([role] if isinstance(role, str) else role)}
    shown = {p for shot in shots_ for p in (*shot.subjects, *filter(None, [shot.over]))}
    assert shown == people
    assert len(shots_) >= 2 and len(set(shots_)) == len(shots_)
    assert all(parse(spoken(shot)) == shot for shot in shots_)
    keys = {row.key for row in idiom(name).rows}
    assert all(row.why and (not row.pair or row.pair in keys) for row in idiom(name).rows)


@pytest.mark.parametrize("name", idioms())
def test_every_row_of_every_idiom_is_a_shot_with_a_use_and_a_reason_for_people(name):
    found = idiom(name)
    assert found.title and len(found.description) > 15
    roles = {**dict.fromkeys(found.people, "x"), "each": "x", "next": "y"}
    for row in found.rows:
        shot = row.shot(**roles)
        assert (row.use or shot.kind) in (*TAKE_KINDS, "pov")
        assert row.why[0] in string.ascii_uppercase + "{" and row.why.endswith(".")
        assert "{" not in row.reason(**roles)
        assert not row.pair or found.row(row.pair).pair, "both of a pair have one"


def test_idioms_are_told_apart_by_what_people_call_them():
    titles = [idiom(name).title for name in idioms()]
    assert len(set(titles)) == len(titles)


def test_a_place_can_be_opened_on_one_person_and_left_empty():
    assert coverage("opening", people=["mara"])[0].subjects == ("mara",)
    assert coverage("empty_place")[0].subjects == ()
    with pytest.raises(ValueError, match="list of names"):
        coverage("opening", people=[])


def test_a_row_is_asked_for_by_its_key_and_says_whom_it_misses():
    row = idiom("dialogue_2").row("over_a")
    assert row.shot(a="mara", b="jonas", c="lena").over == "jonas"
    assert row.reason(a="Mara", b="Jonas").startswith("Mara over Jonas's shoulder")
    with pytest.raises(ValueError, match="'b'"):
        row.shot(a="mara")
    with pytest.raises(ValueError, match="over_a, over_b"):
        idiom("dialogue_2").row("over_c")


def test_a_talk_of_many_gives_everybody_a_face():
    people = [f"p{n}" for n in range(7)]
    shots_ = coverage("dialogue_n", people=people)
    assert {s.subjects for s in shots_ if s.kind == "single"} == {(p,) for p in people}


def test_roles_are_asked_for_by_name():
    with pytest.raises(ValueError, match="did you mean 'dialogue_2'"):
        coverage("dialogue2", a="x", b="y")
    with pytest.raises(ValueError, match="nobody for 'b'"):
        coverage("dialogue_2", a="x")
    with pytest.raises(ValueError, match="no role 'c'"):
        coverage("dialogue_2", a="x", b="y", c="z")
    with pytest.raises(ValueError, match="two roles"):
        coverage("dialogue_2", a="x", b="x")
    with pytest.raises(ValueError, match="list of two"):
        coverage("group", people="x")
    with pytest.raises(ValueError, match="one name"):
        coverage("reaction", who=["x"])
    with pytest.raises(ValueError, match="no name"):
        coverage("reaction", who="")


def test_size_has_hysteresis_and_order():
    border = 0.23 / np.sqrt(SIZES["CU"].shows * SIZES["MCU"].shows)
    assert size_of(border * 0.99) == "MCU"
    assert size_of(border * 0.99, previous="CU") == "CU"
    assert size_steps("CU", "MS") == 2
