"""A shot in words: the same every time, with who and where, and without what is said."""

from __future__ import annotations

from typing import get_args

from filmagent.documents import Beat, Character, Scene, Setup
from filmagent.documents.breakdown import Age, Gender, Setting, Span, TimeOfDay
from filmagent.documents.shots import Angle, Move, Size, View
from filmagent.refine.run import words

SPAN = Span(first=1, end=2)
SCENE = Scene(
    id="1",
    slugline="INT. CAFÉ - NIGHT",
    place="CAFÉ",
    time="night",
    span=SPAN,
    beats=[
        Beat(id="1.1", kind="action", text="Jonas sits\n down.", span=SPAN),
        Beat(id="1.2", kind="line", text="You kept the table.", speaker="jonas", span=SPAN),
        Beat(id="1.3", kind="action", text="He leaves.", span=SPAN),
    ],
)
SETUP = Setup(id="1A", kind="single", size="MCU", move="push_in", beats=["1.1", "1.2"])
JONAS = Character(id="jonas", name="JONAS", age="old", gender="male", description="60s, grey")


def test_a_shot_is_said_in_a_few_sentences() -> None:
    who = words.person(JONAS, "Walter, 68: white hair, cardigan")
    said = words.prompt(SCENE, SETUP, [who], lens_mm=50.0, beats=SETUP.beats)
    assert said.startswith(words.style().split(",")[0].capitalize())
    for part in (
        "Medium close-up at eye level, 50 mm lens, the camera pushes in.",
        "Interior: café, at night, lit by lamps.",
        "Jonas: old man, white hair, cardigan.",
        "Jonas sits down.",
    ):
        assert part in said
    assert "You kept the table" not in said and "He leaves" not in said
    assert said == words.prompt(SCENE, SETUP, [who], lens_mm=50.0, beats=SETUP.beats)


def test_a_style_of_ones_own_comes_first_and_people_without_a_part_are_told_by_the_script() -> None:
    said = words.prompt(SCENE, SETUP, [words.person(JONAS)], lens_mm=35.5, style="oil painting")
    assert said.startswith("Oil painting. Medium close-up at eye level, 35.5 mm lens")
    assert "Jonas: old man, 60s, grey." in said
    assert words.person(JONAS.model_copy(update={"description": ""})) == "old man"


def test_every_word_a_document_may_hold_can_be_said() -> None:
    for size, angle, view, move in (
        *((s, "eye", "front", "static") for s in get_args(Size)),
        *(("MS", a, "front", "static") for a in get_args(Angle)),
        *(("MS", "eye", v, "static") for v in get_args(View)),
        *(("MS", "eye", "front", m) for m in get_args(Move)),
    ):
        setup = Setup(id="1A", kind="single", size=size, angle=angle, view=view, move=move)
        assert words.prompt(SCENE, setup, [], lens_mm=50)
    for setting in get_args(Setting):
        for time in get_args(TimeOfDay):
            scene = SCENE.model_copy(update={"setting": setting, "time": time})
            assert words.prompt(scene, SETUP, [], lens_mm=50)
    for age in get_args(Age):
        for gender in get_args(Gender):
            who = JONAS.model_copy(update={"age": age, "gender": gender})
            assert words.person(who)


def test_a_long_description_is_cut_between_words() -> None:
    who = JONAS.model_copy(update={"description": "grey beard, " * 40})
    said = words.prompt(SCENE, SETUP, [words.person(who)], lens_mm=50)
    assert len(said) < 500 and "gre." not in said and ",." not in said
