"""Who plays whom: the screenplay's words find a plausible face, and no face plays two parts."""

from __future__ import annotations

import pytest

from filmagent.crew.house import HouseCrew, looks
from filmagent.documents import Catalogue, MemberEntry
from filmagent.library.casting import recipe
from filmagent.library.shelf import data
from filmagent.screenplay import parse

# as screenplays introduce people; with each, all of the shipped cast who could fairly play them
DESCRIBED = {
    "MIA (8), a little girl in a yellow raincoat,": "mei",
    "LILY, 9, missing a front tooth,": "mei",
    "a small girl, JUN (7, Chinese, black hair),": "mei",
    "TOMMY (10), a boy with a football,": "teo",
    "DIEGO, 12, dark curls, too big a jumper,": "teo",
    "KAYLA (15, long red hair, freckles)": "zoe",
    "EMMA, 16, sullen, thin,": "zoe",
    "LUKE (17, tall, blond)": "finn",
    "a lanky TEENAGE BOY (16)": "finn",
    "MARA (30s, dark bob)": "ines",
    "ANNA (28, slim, jeans)": "ines nadia",
    "DR. SHARMA (40s, Indian, her black hair in a bun),": "priya",
    "MEERA (45, a lawyer in a suit), her phone ringing,": "priya",
    "JOY (22, Black, natural curls)": "nadia",
    "TASHA (20s, dark skin), a student, her bag heavy,": "nadia",
    "NURSE ADEBAYO (50s, Black, heavyset), her shoes quiet,": "grace",
    "HELGA (50, tall, blonde, elegant)": "helen",
    "MRS. VANCE (late 40s, a cold woman in a camel coat)": "helen",
    "EDITH (70s, grey bun)": "ruth",
    "MARTHA, 68, a widow in a cardigan,": "ruth",
    "IVAN (35, bearded, broad)": "tomas",
    "BILL (38), a mechanic, his beard oily,": "tomas",
    "MARCUS (late 20s, Black, athletic)": "kofi",
    "JAMES (25, dark skin, shaved head)": "kofi",
    "MR. TANAKA (40s, Japanese, glasses, a suit)": "ken",
    "DAVID (45, glasses, neat black hair)": "ken",
    "MEHMET (50s, heavy, bald, a moustache)": "omar",
    "THE COOK (50, a fat man in an apron)": "omar",
    "JONAS (60s, grey, a heavy coat)": "walter",
    "FRANK, 65, tired, weathered, his collar up,": "walter",
    "SAMUEL (74, Black, white beard)": "elijah",
    "OLD MOSES (80), dark-skinned and frail, his hand shaking,": "elijah",
    "GRANDPA JOE (75, thin, white hair)": "elijah walter",
    "a WAITER (50s, balding)": "omar",
}


@pytest.fixture(scope="module")
def cast() -> list[MemberEntry]:
    """The members that come with filmagent, as their recipes say."""
    found = []
    for path in sorted((data("assets") / "cast").glob("*.toml")):
        made = recipe.read(path)
        found.append(
            MemberEntry(
                name=path.stem, title=made.title, gender=made.gender, age=made.age,
                years=made.years, words=made.words, height=1.7,
            )
        )  # fmt: skip
    return found


def played(text: str, shelf: Catalogue, cast: list[MemberEntry]) -> dict[str, str]:
    made = HouseCrew().breakdown(parse(text), shelf.model_copy(update={"members": cast}))
    return {character.name: character.member for character in made.characters}


def test_descriptions_find_a_plausible_face(shelf: Catalogue, cast: list[MemberEntry]) -> None:
    wrong = {}
    for words, could in DESCRIBED.items():
        name = max((w.strip("(),.") for w in words.split() if w.isupper() and len(w) > 1), key=len)
        text = f"INT. CAFÉ - DAY\n\n{words} waits.\n\n{name}\nHello.\n"
        member = next(iter(played(text, shelf, cast).values()), "")
        if member not in could.split():
            wrong[words] = member
    assert len(DESCRIBED) >= 30
    assert not wrong


def test_no_face_plays_two_parts_while_another_of_the_kind_is_free(
    shelf: Catalogue, cast: list[MemberEntry]
) -> None:
    women = "\n\n".join(f"WOMAN #{n}\nHi." for n in range(1, 7))
    men = "\n\n".join(f"OLD MAN #{n}\nHi." for n in range(1, 7))
    made = played(f"INT. CAFÉ - DAY\n\n{women}\n\n{men}\n", shelf, cast)
    assert len(set(made.values())) == 12
    grown = {m.name for m in cast if m.age != "child"}
    assert set(made.values()) <= grown


def test_children_play_children_and_only_they(shelf: Catalogue, cast: list[MemberEntry]) -> None:
    text = "LEO (9) and MIA (8) sit. ANNA (34) stands.\n\nLEO\nA.\n\nMIA\nB.\n\nANNA\nC."
    made = played(f"INT. CAFÉ - DAY\n\n{text}", shelf, cast)
    young = {m.name for m in cast if m.age == "child"}
    assert {made["LEO"], made["MIA"]} == young and made["ANNA"] not in young
    crowd = "\n\n".join(f"MAN #{n} (30)\nHi." for n in range(1, 12))
    grown_men = played(f"INT. CAFÉ - DAY\n\n{crowd}\n", shelf, cast)
    assert "teo" not in grown_men.values()


def test_hair_and_skin_and_clothes_are_told_apart() -> None:
    assert looks.read("Black, 40, black coat") == {"skin": "dark"}
    assert looks.read("short black hair") == {"hair": "black", "length": "short"}
    assert looks.read("short, grey hair") == {"hair": "grey", "height": "short"}
    assert looks.read("60s, a heavy coat") == {}
    assert looks.agreement("dark skin", "pale, red hair") < 0 < looks.agreement("thin", "lean")
