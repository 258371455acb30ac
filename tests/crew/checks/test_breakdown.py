"""Casting, voices, sets and names are only ever out of the library and the film."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from filmagent.crew.checks import check_breakdown
from filmagent.documents import Breakdown, Prop, Voice
from tests.crew.checks.stories import meeting, shelf

Break = Callable[[Breakdown], object]


def test_a_sound_breakdown_has_no_problem():
    assert check_breakdown(meeting()[0], shelf()) == []


@pytest.mark.parametrize(
    ("break_it", "where", "what", "choice"),
    [
        (
            lambda b: setattr(b.characters[0], "member", "gollum"),
            "character mara",
            '"gollum" is not a member of the cast',
            "ines",
        ),
        (
            lambda b: setattr(b.characters[0], "member", "walter"),
            "character jonas",
            "walter also plays mara",
            "kofi",
        ),
        (
            lambda b: setattr(b.characters[0], "voice", Voice(engine="flite", name="darth")),
            "character mara",
            '"darth" is not a voice of flite',
            "slt",
        ),
        (
            lambda b: setattr(b.characters[0], "voice", Voice(engine="opera", name="slt")),
            "character mara",
            '"opera" is not a voice engine',
            "flite",
        ),
        (
            lambda b: setattr(b.scenes[0], "set", "the moon"),
            "scene 1",
            '"the moon" is not a set of the library',
            "cafe",
        ),
        (
            lambda b: b.scenes[0].people.append("batman"),
            "scene 1",
            '"batman" is not a character of the film',
            "mara",
        ),
        (
            lambda b: setattr(b.scenes[0].beats[2], "speaker", "batman"),
            "beat 1.3",
            '"batman" is not a character of the film',
            "jonas",
        ),
        (
            lambda b: setattr(b.scenes[0].beats[2], "speaker", None),
            "beat 1.3",
            "The line has no speaker",
            "jonas",
        ),
        (
            lambda b: setattr(b.scenes[0].beats[2], "dual_with", "7.7"),
            "beat 1.3",
            '"7.7" is not a beat of this scene',
            "1.7",
        ),
        (
            lambda b: setattr(b.scenes[0], "intercut_with", "9"),
            "scene 1",
            '"9" is not a scene to cut together with',
            "1",
        ),
        (
            lambda b: b.scenes[0].props.append(Prop(id="sword", name="sword", model="excalibur")),
            "prop sword",
            '"excalibur" is not a prop of the library',
            "",
        ),
        (lambda b: b.scenes.append(b.scenes[0]), "scene 1", "There are 2 of this id", ""),
        (
            lambda b: b.characters.append(b.characters[0]),
            "character mara",
            "There are 2 of this id",
            "",
        ),
    ],
)
def test_a_name_nobody_has_is_said_with_those_there_are(
    break_it: Break, where: str, what: str, choice: str
):
    breakdown = meeting()[0]
    break_it(breakdown)
    found = check_breakdown(breakdown, shelf())
    told = [p for p in found if p.where == where and what in p.what]
    assert told, found
    assert not choice or choice in told[0].choices


def test_two_parts_for_one_face_are_right_where_nobody_else_fits():
    breakdown, catalogue = meeting()[0], shelf().model_copy(deep=True)
    breakdown.characters[0].member = "walter"
    catalogue.members = [m for m in catalogue.members if m.name == "walter"]
    assert check_breakdown(breakdown, catalogue) == []
