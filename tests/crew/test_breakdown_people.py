"""Who is who, how old, woman or man, who plays and who voices them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from filmagent.documents import Breakdown, Catalogue, Character
from filmagent.screenplay import parse

BreakDown = Callable[..., Breakdown]


def people(made: Breakdown) -> dict[str, Character]:
    return {character.id: character for character in made.characters}


def test_a_name_in_full_and_in_part_is_one_person(broken_down: BreakDown) -> None:
    made = broken_down(
        "DR. HELEN CHEN (50s) and MARK SMITH sit.\n\nHELEN\nHi.\n\nMARK\nHi.\n\nCHEN\nSo?"
    )
    assert list(people(made)) == ["dr_helen_chen", "mark_smith"]
    assert {b.speaker for s in made.scenes for b in s.beats if b.speaker} == set(people(made))


def test_a_shared_surname_is_nobody_in_particular(broken_down: BreakDown) -> None:
    made = broken_down("MR. BELL\nA.\n\nMRS. BELL\nB.\n\nBELL\nC.")
    assert len(made.characters) == 3


def test_a_voice_is_its_owners_and_an_old_self_is_another_body(broken_down: BreakDown) -> None:
    made = broken_down("MARA\nA.\n\nMARA'S VOICE\nB.\n\nOLD MARA\nC.\n\nYOUNG MARA\nD.")
    assert list(people(made)) == ["mara", "old_mara", "young_mara"]
    assert [b.delivery for b in made.scenes[0].beats] == ["on", "os", "on", "on"]
    assert people(made)["old_mara"].age == "old"


def test_numbered_people_are_different(broken_down: BreakDown) -> None:
    made = broken_down("COP\nA.\n\nCOP #1\nB.\n\nCOP #2\nC.")
    assert list(people(made)) == ["cop", "cop_1", "cop_2"]


@pytest.mark.parametrize(
    ("introduction", "age", "gender"),
    [
        ("MARA (30s, dark bob, quick eyes) sits.", "adult", "female"),
        ("KIM (67, a retired nurse in her cardigan) sits.", "old", "female"),
        ("KIM (late teens) sits. She looks up.", "teen", "female"),
        ("KIM, 8, a boy in a red hat, sits.", "child", "male"),
        ("KIM (in his sixties) sits.", "old", "male"),
        ("KIM (an old man) sits.", "old", "male"),
        ("KIM (40s, an old coat) sits. He nods.", "adult", "male"),
        ("KIM sits. He turns.", "adult", "male"),
        ("KIM sits.", "adult", "unknown"),
        ("A WAITRESS sits.", "adult", "female"),
        ("GRANDPA sits.", "old", "male"),
        ("LITTLE GIRL sits.", "child", "female"),
        ("JONAS sits.", "adult", "male"),
    ],
)
def test_age_and_gender_are_read_from_the_script(
    broken_down: BreakDown, introduction: str, age: str, gender: str
) -> None:
    name = next(
        w.strip(",.") for w in introduction.split() if w.strip(",.").isupper() and len(w) > 1
    )
    cue = "LITTLE GIRL" if name == "LITTLE" else name
    made = broken_down(f"{introduction}\n\n{cue}\nHi.")
    assert [(c.age, c.gender) for c in made.characters] == [(age, gender)]


@pytest.mark.parametrize(
    ("name", "prose", "age", "gender"),
    [
        ("李娜", "李娜（30岁，短发）坐下。", "adult", "female"),
        ("王强", "王强（60多岁）坐下。", "old", "male"),
        ("سارة", "سارة (٣٠ عاما) تجلس.", "adult", "female"),
        ("Наташа", "Наташа (8) садится.", "child", "female"),
        ("奶奶", "奶奶坐下。", "old", "female"),
    ],
)
def test_people_of_any_script(
    broken_down: BreakDown, name: str, prose: str, age: str, gender: str
) -> None:
    made = broken_down(f"INT. CAFÉ - DAY\n\n{prose}\n\n@{name}\n好。")
    (person,) = made.characters
    assert (person.name, person.age, person.gender) == (name, age, gender)
    assert person.id.isascii()
    assert made.scenes[0].people == [person.id]


def test_silent_people_are_people_and_noises_are_not(broken_down: BreakDown) -> None:
    made = broken_down("A WAITRESS enters. BANG! The PHONE rings. MARA (30s) looks at the GUN.")
    assert list(people(made)) == ["waitress", "mara"]
    assert not any(character.speaks for character in made.characters)


def test_who_is_only_a_photo_is_not_there(broken_down: BreakDown) -> None:
    made = broken_down(
        "INT. CAFÉ - DAY\n\nMARA looks at a photo of Peter.\n\nMARA\nHi.\n\n"
        "EXT. STREET - DAY\n\nPETER\nHi."
    )
    assert made.scenes[0].people == ["mara"]


def test_people_come_in_the_order_they_come_up(broken_down: BreakDown) -> None:
    made = broken_down("JONAS sits.\n\nMARA\nHi.\n\nKOFI enters.\n\nKOFI\nHi.\n\nJONAS\nHi.")
    assert made.scenes[0].people == ["jonas", "mara", "kofi"]


def test_who_speaks_without_ever_entering_is_there_and_said(broken_down: BreakDown) -> None:
    made = broken_down("JONAS sits.\n\nJONAS\nHi.\n\nMARA\nHi.")
    assert made.scenes[0].people == ["jonas", "mara"]
    assert any("MARA" in w and "no line of action" in w for w in made.warnings)


def test_a_slip_of_the_name_is_said(broken_down: BreakDown) -> None:
    made = broken_down("JONATHAN\nA.\n\nMARA\nB.\n\nJONATHAN\nC.\n\nJONATHEN\nD.")
    assert any("JONATHEN" in w and "spell" in w for w in made.warnings)


def test_hostile_names_are_safe(broken_down: BreakDown) -> None:
    made = broken_down("@../../etc/x\nA.\n\nCON\nB.\n\n@🙂\nC.\n\n@" + "Z" * 300 + "\nD.")
    for character in made.characters:
        assert character.id.replace("_", "").isalnum()
        assert len(character.id) < 64
    assert "con" not in people(made)


# casting


def test_the_script_is_cast_by_gender_age_and_looks(broken_down: BreakDown) -> None:
    made = broken_down(
        "MARA (30s, dark bob), JONAS (60s, grey, a heavy coat), ADA (70, a grey woman) and IVAN "
        "(30s, a beard) sit.\n\nMARA\nA.\n\nJONAS\nB.\n\nADA\nC.\n\nIVAN\nD."
    )
    cast = {character.name: character.member for character in made.characters}
    assert cast == {"MARA": "ines", "JONAS": "walter", "ADA": "ruth", "IVAN": "tomas"}


def test_nobody_plays_two_parts_in_a_scene_while_there_are_faces(broken_down: BreakDown) -> None:
    names = ["ANNA", "BERTA", "CLARA", "DAVID", "ERIK", "FRANZ"]
    # all six of an age: the second best must do
    text = "\n\n".join(f"{name}\nHello." for name in names)
    made = broken_down(text)
    assert len({c.member for c in made.characters}) == 6


def test_who_nobody_knows_is_balanced(broken_down: BreakDown) -> None:
    made = broken_down("\n\n".join(f"{name}\nHello." for name in ("KIM", "LEE", "SKY", "RAIN")))
    playing = [c.member for c in made.characters]
    women = {"ines", "ruth", "nadia"}
    assert len(set(playing)) == 4
    assert sum(member in women for member in playing) == 2


def test_forty_people_in_a_scene_are_kept_and_said(broken_down: BreakDown) -> None:
    text = "\n\n".join(f"PERSON {n}\nHello." for n in range(40))
    made = broken_down(text)
    assert len(made.scenes[0].people) == 40
    assert all(character.member for character in made.characters)
    assert any("40 people" in warning for warning in made.warnings)
    voices = {(c.voice.name, c.voice.pitch, c.voice.rate) for c in made.characters if c.voice}
    assert len(voices) == 40


def test_a_cast_note_wins(broken_down: BreakDown) -> None:
    made = broken_down("[[cast: MARA=ruth, JONAS=kofi]]\n\nMARA (20s)\nHi.\n\nJONAS\nHi.")
    assert [c.member for c in made.characters] == ["ruth", "kofi"]


def test_a_cast_note_with_a_slip_is_said(broken_down: BreakDown) -> None:
    made = broken_down("[[cast: MARRA=ines]] [[cast: MARA=inez]]\n\nMARA\nHi.")
    assert any('did you mean "MARA"' in warning for warning in made.warnings)
    assert any('did you mean "ines"' in warning for warning in made.warnings)


def test_a_child_is_played_by_the_youngest_and_said(broken_down: BreakDown) -> None:
    made = broken_down("ANNA (8) sits.\n\nANNA\nHi.")
    assert made.characters[0].member == "nadia"
    assert any("child" in warning for warning in made.warnings)


# voices


def test_voices_match_gender_and_differ(broken_down: BreakDown) -> None:
    made = broken_down("MARA\nHi.\n\nANNA\nHi.\n\nJONAS (60s)\nHi.\n\nPETER\nHi.")
    voices = {c.name: c.voice for c in made.characters}
    assert [v.name for v in voices.values() if v] == ["slt", "slt", "rms", "awb"]
    assert voices["MARA"] != voices["ANNA"]


def test_old_people_speak_lower_and_slower(broken_down: BreakDown) -> None:
    made = broken_down("JONAS, 68, sits.\n\nJONAS\nHi.")
    voice = made.characters[0].voice
    assert voice is not None
    assert voice.pitch < 0
    assert voice.rate < 1


def test_a_voice_speaks_the_language_of_the_lines(broken_down: BreakDown) -> None:
    made = broken_down("INT. CAFÉ - JOUR\n\nMARIE\nJe ne sais pas où tu es, et toi non plus.")
    voice = made.characters[0].voice
    assert made.language == "fr"
    assert voice is not None
    assert voice.name == "fr+f2"


def test_a_language_no_voice_speaks_is_said(broken_down: BreakDown) -> None:
    made = broken_down("内景。咖啡馆 - 日\n\n@李娜\n你好。")
    assert made.language == "zh"
    assert any('"zh"' in warning and "subtitled" in warning for warning in made.warnings)


def test_the_silent_have_no_voice(broken_down: BreakDown) -> None:
    made = broken_down("A WAITRESS enters.")
    assert made.characters[0].voice is None


def test_everything_is_the_same_every_time(shelf: Catalogue) -> None:
    from filmagent.crew.house import HouseCrew

    text = "INT. CAFÉ - DAY\n\n" + "\n\n".join(f"{n}\nHi." for n in ("ANNA", "KIM", "LEE", "BO"))
    first = HouseCrew().breakdown(parse(text), shelf).to_json()
    other = shelf.model_copy(update={"members": list(reversed(shelf.members))})
    assert HouseCrew().breakdown(parse(text), shelf).to_json() == first
    assert HouseCrew().breakdown(parse(text), other).to_json() == first
