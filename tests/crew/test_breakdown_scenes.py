"""Headings become scenes: inside or outside, place, time, and how they hang together."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from filmagent.crew.house.sluglines import read_slugline
from filmagent.documents import Breakdown
from filmagent.errors import InputError

BreakDown = Callable[..., Breakdown]


@pytest.mark.parametrize(
    ("text", "setting", "place", "time", "join"),
    [
        ("INT. CAFÉ - DAY", "int", "CAFÉ", "day", None),
        ("EXT. STREET – NIGHT", "ext", "STREET", "night", None),
        ("INT./EXT. CAR (MOVING) - DUSK", "int/ext", "CAR (MOVING)", "dusk", None),
        ("I/E. CAR - DAWN", "int/ext", "CAR", "dawn", None),
        ("EST. CITY - SUNRISE", "ext", "CITY", "dawn", None),
        ("INT. HOUSE - KITCHEN - THE NEXT MORNING", "int", "HOUSE - KITCHEN", "day", None),
        ("INT. DAY SPA - NIGHT", "int", "DAY SPA", "night", None),
        ("INT. BAR - NIGHT CLUB", "int", "BAR - NIGHT CLUB", None, None),
        ("INT. CAFE. NIGHT", "int", "CAFE", "night", None),
        ("INT. CAFE - 9:30 PM", "int", "CAFE", "night", None),
        ("EXT. STREET - CONTINUOUS", "ext", "STREET", None, "continuous"),
        ("EXT. STREET - MOMENTS LATER", "ext", "STREET", None, "later"),
        ("EXT. STREET - LATER THAT NIGHT", "ext", "STREET", "night", "later"),
        ("INT. CAFE - SAME", "int", "CAFE", None, None),
        ("INT. PARK (FLASHBACK) - DAY", "int", "PARK", "day", "flashback"),
        ("INT. CAFE - INTERCUT", "int", "CAFE", None, "intercut"),
        ("INTÉRIEUR/EXTÉRIEUR VOITURE - NUIT", "int/ext", "VOITURE", "night", None),
        ("AUSSEN. STRASSE - NACHT", "ext", "STRASSE", "night", None),
        ("ИНТ. КАФЕ - НОЧЬ", "int", "КАФЕ", "night", None),
        ("内景。咖啡馆 - 日", "int", "咖啡馆", "day", None),
        ("外景 街道 傍晚", "ext", "街道", "dusk", None),
        ("داخلي. مقهى - نهار", "int", "مقهى", "day", None),
    ],
)
def test_sluglines(text: str, setting: str, place: str, time: str | None, join: str | None) -> None:
    slug = read_slugline(text)
    assert (slug.setting, slug.place, slug.time, slug.join) == (setting, place, time, join)


def test_a_heading_without_a_time_has_the_time_before(broken_down: BreakDown) -> None:
    made = broken_down(
        "INT. CAFÉ - NIGHT\n\nA.\n\nEXT. STREET - CONTINUOUS\n\nB.\n\nINT. CAFÉ - SAME\n\nC."
    )
    assert [scene.time for scene in made.scenes] == ["night", "night", "night"]
    assert [scene.join for scene in made.scenes] == [None, "continuous", None]


def test_a_place_alone_keeps_the_side_or_tells_it(broken_down: BreakDown) -> None:
    made = broken_down("INT. CAFÉ - DAY\n\nA.\n\n.PANTRY\n\nB.\n\n.GARDEN\n\nC.")
    assert [scene.setting for scene in made.scenes] == ["int", "int", "ext"]


def test_later_in_capitals_opens_a_scene_in_the_same_place(broken_down: BreakDown) -> None:
    made = broken_down("Mara sits.\n\nLATER\n\nMara looks.")
    assert [(s.join, s.place, s.set) for s in made.scenes] == [
        (None, "CAFÉ", "cafe"),
        ("later", "CAFÉ", "cafe"),
    ]


def test_a_flashback_is_announced_by_a_heading_or_a_transition(broken_down: BreakDown) -> None:
    text = "INT. CAFÉ - DAY\n\nA.\n\nFLASHBACK TO:\n\nEXT. STREET - DAY\n\nB.\n\nEND FLASHBACK\n\n"
    made = broken_down(text + "INT. CAFÉ - DAY\n\nC.\n\n.FLASHBACK - 1999\n\nD.")
    assert [s.join for s in made.scenes] == [None, "flashback", None, "flashback"]


def test_what_comes_after_a_flashback_without_a_heading_is_back_home(
    broken_down: BreakDown,
) -> None:
    made = broken_down("Mara sits.\n\n.FLASHBACK\n\nB.\n\nBACK TO PRESENT\n\nMara looks.")
    assert [(s.join, s.place) for s in made.scenes] == [
        (None, "CAFÉ"),
        ("flashback", "CAFÉ"),
        (None, "CAFÉ"),
    ]


def test_a_montage_is_a_scene_of_one_beat_an_item(broken_down: BreakDown) -> None:
    made = broken_down(
        "Mara sits.\n\nMONTAGE - HER DAY\n\n- Mara walks.\n- Mara laughs.\n\nEND MONTAGE\n\n"
        "Mara nods."
    )
    assert [s.join for s in made.scenes] == [None, "montage", None]
    assert [b.text for b in made.scenes[1].beats] == ["Mara walks.", "Mara laughs."]


def test_items_of_a_montage_may_name_their_own_place(broken_down: BreakDown) -> None:
    made = broken_down(
        "INT. CAFÉ - DAY\n\nA.\n\nMONTAGE\n\n- EXT. STREET - DAY: Mara walks.\n- She laughs."
    )
    assert [(s.join, s.set) for s in made.scenes][-1] == ("montage", "street")


INTERCUT = """INT. CAFÉ - DAY

MARA lifts the phone.

EXT. STREET - DAY

JONAS stops and answers the phone.

INTERCUT WITH CAFÉ:

JONAS
Hello?

MARA
It's me.

JONAS
Where?

CUT TO:

INT. CAFÉ - NIGHT

Mara sits.
"""


def test_an_intercut_is_shot_on_both_sides(broken_down: BreakDown) -> None:
    made = broken_down(INTERCUT)
    assert [s.set for s in made.scenes] == ["cafe", "street", "street", "cafe", "cafe"]
    hers, his = made.scenes[3], made.scenes[2]
    assert (hers.join, hers.intercut_with) == ("intercut", his.id)
    assert [b.text for b in his.beats if b.kind == "line"] == ["Hello?", "Where?"]
    assert [b.text for b in hers.beats if b.kind == "line"] == ["It's me."]
    assert (his.people, hers.people) == (["jonas"], ["mara"])
    lines = sorted((b.span.first, b.text) for s in (his, hers) for b in s.beats if b.speaker)
    assert [text for _, text in lines] == ["Hello?", "It's me.", "Where?"]


def test_who_telephones_in_an_intercut_holds_the_phone(broken_down: BreakDown) -> None:
    made = broken_down(INTERCUT)
    for scene in made.scenes[2:4]:
        assert [prop.model for prop in scene.props] == ["phone"]
        assert scene.beats[0].parenthetical == "on the phone"


def test_an_intercut_of_one_side_stays_one_scene(broken_down: BreakDown) -> None:
    made = broken_down(
        "INT. CAFÉ - DAY\n\nMARA sits.\n\nEXT. STREET - DAY\n\nJONAS stops.\n\nINTERCUT:\n\n"
        "JONAS\nHello?"
    )
    assert [(s.join, s.intercut_with) for s in made.scenes] == [(None, None), ("intercut", "1")]


def test_a_script_with_its_own_numbers_keeps_them(broken_down: BreakDown) -> None:
    made = broken_down("INT. CAFÉ - DAY #5#\n\nA.\n\nINT. CAFÉ - DAY\n\nB.\n\nINT. CAFÉ #7A#\n\nC.")
    assert [scene.id for scene in made.scenes] == ["5", "5a", "7A"]


def test_scene_numbers_are_never_paths(broken_down: BreakDown) -> None:
    made = broken_down("INT. CAFÉ - DAY #../1#\n\nA.\n\nINT. CAFÉ - DAY #../1#\n\nB.")
    assert [scene.id for scene in made.scenes] == ["1", "1a"]


def test_what_stands_before_the_first_heading_opens_the_film(broken_down: BreakDown) -> None:
    made = broken_down("FADE IN:\n\nINT. CAFÉ - DAY\n\nMara sits.")
    assert [b.kind for b in made.scenes[0].beats] == ["transition", "action"]


def test_an_empty_scene_shows_its_place_and_says_so(broken_down: BreakDown) -> None:
    made = broken_down("EST. STREET - DAWN\n\nINT. CAFÉ - DAY\n\nMara sits.")
    assert [(b.kind, b.seconds) for b in made.scenes[0].beats] == [("pause", 2.0)]
    assert any("nothing is written to happen" in warning for warning in made.warnings)


def test_no_scene_is_refused(broken_down: BreakDown) -> None:
    from filmagent.crew.house import HouseCrew
    from filmagent.documents import Catalogue
    from filmagent.screenplay import parse

    nothing = Catalogue(sets=[], members=[], actions=[], voices=[], props=[])
    with pytest.raises(InputError, match="no scene"):
        HouseCrew().breakdown(parse("Just prose."), nothing)


# sets


def test_a_set_answers_by_its_words_in_any_language(broken_down: BreakDown) -> None:
    made = broken_down("INT. MARA'S COFFEE SHOP - DAY\n\nA.\n\n外景 街道 日\n\nB.")
    assert [s.set for s in made.scenes] == ["cafe", "street"]
    assert "nearest" not in made.scenes[0].set_reason


def test_a_place_the_library_lacks_gets_the_nearest_and_says_so(broken_down: BreakDown) -> None:
    made = broken_down("INT. DINER - DAY\n\nA.\n\nEXT. SPACE - DAY\n\nB.")
    assert [s.set for s in made.scenes] == ["cafe", "street"]
    for scene in made.scenes:
        assert "nearest" in scene.set_reason
        assert any(scene.place in warning for warning in made.warnings)


def test_strict_refuses_a_place_the_library_lacks(broken_down: BreakDown) -> None:
    with pytest.raises(InputError, match=r"BANK.*\[\[set: 1=cafe\]\]"):
        broken_down("INT. BANK - DAY\n\nA.", strict=True)


def test_a_note_chooses_the_set_by_number_place_or_position(broken_down: BreakDown) -> None:
    text = "INT. BANK - DAY\n\n{}\n\nA.\n\nINT. ZOO - DAY\n\nB."
    for note in ("[[set: 1=street]]", "[[set: BANK=street]]", "[[set: street]]"):
        made = broken_down(text.format(note))
        assert made.scenes[0].set == "street"
        assert made.scenes[1].set == "cafe"


def test_a_note_that_names_no_set_is_said(broken_down: BreakDown) -> None:
    made = broken_down("[[set: 1=cafee]]\n\nMara sits.")
    assert any('did you mean "cafe"' in warning for warning in made.warnings)
