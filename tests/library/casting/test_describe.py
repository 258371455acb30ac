"""Words become a recipe: every word where it belongs, the same each time, nobody undressed."""

from __future__ import annotations

import tomllib

import pytest

from filmagent.errors import InputError
from filmagent.library.casting import describe, phrases, rack, recipe, written


def told(words: str, name: str = "somebody") -> recipe.Recipe:
    return describe.recipe(words, name).recipe


def test_the_example_is_understood_word_by_word():
    made = describe.recipe("woman, 60, short, grey bob, green cardigan", "greta")
    greta = made.recipe
    assert made.unknown == []
    assert (greta.gender, greta.age, greta.years) == ("female", "old", 60)
    assert greta.hair.style == "bob" and greta.hair.grey > 0.5
    assert greta.body["height"] < told("woman, 60, tall, grey bob").body["height"]
    cardigan = next(g for g in greta.garments if g.kind == "coat")
    red, green, blue = cardigan.colour
    assert green > 2 * max(red, blue)


def test_short_hair_is_no_short_person_and_a_long_coat_no_long_hair():
    usual = told("man, 40").body["height"]
    assert told("man, 40, with short hair").body["height"] == usual
    assert told("man, 40, in a long coat").hair.style != "long"
    assert told("short man, 40, long hair").hair.style == "long"


@pytest.mark.parametrize(
    ("words", "years", "age"),
    [
        ("little girl", 6, "child"), ("boy, 11", 11, "child"), ("teenager", 15, "teen"),
        ("a woman in her late 30s", 38, "adult"), ("mid-40s man", 45, "adult"),
        ("25-year-old woman", 25, "adult"), ("elderly man", 77, "old"),
        ("grandmother", 69, "old"), ("a woman in her sixties", 65, "old"),
    ],
)  # fmt: skip
def test_ages_are_read_in_every_spelling(words: str, years: int, age: str):
    made = told(words)
    assert (made.years, made.age) == (years, age)


def test_skin_hair_and_eyes_take_their_own_colours():
    made = told("black woman, 30, brown eyes, red curls, white blouse")
    assert made.skin.tone[0] < 0.25
    assert made.hair.colour[0] > 3 * made.hair.colour[2]
    assert made.iris == tuple(phrases.table("words")["eyes"]["colours"]["brown"]["iris"])
    blouse = next(g for g in made.garments if g.kind == "top")
    assert min(blouse.colour) > 0.6


def test_children_grow_with_the_years():
    heights = {}
    for years in (6, 9, 12, 16):
        made = told(f"girl, {years}")
        heights[years] = made.body["age"]
        assert made.hair.beard == 0 and made.skin.makeup == 0 and made.skin.wrinkles == 0
    assert list(heights.values()) == sorted(heights.values())


@pytest.mark.parametrize("words", ["woman", "man, naked", "boy in shorts", "woman in a dress"])
def test_everybody_is_dressed_from_neck_to_soles(words: str):
    kinds = {garment.kind for garment in told(words).garments}
    assert kinds & {"top", "dress"} and kinds & {"trousers", "skirt", "dress"} and "shoes" in kinds


def test_what_is_not_understood_is_said_and_left_out():
    made = describe.recipe("woman, 30, a striped kaftan, green eyes", "x")
    assert made.unknown == ["striped", "kaftan"]
    with pytest.raises(InputError, match="tells nothing of a person"):
        describe.recipe("qwerty uiop", "x")


def test_the_same_words_are_the_same_person_and_another_name_another_face():
    words = "man, 35, brown hair"
    assert describe.recipe(words, "a").raw == describe.recipe(words, "a").raw
    assert told(words, "a").features != told(words, "b").features
    assert describe.recipe(words, "a", 1).recipe.features != told(words, "a").features


def test_an_outfit_is_put_on_whole_and_what_is_named_comes_before_it():
    suit = told("man in a grey suit, 50")
    assert [g.kind for g in suit.garments].count("tie") == 1
    jacket, slacks = (next(g for g in suit.garments if g.kind == k) for k in ("coat", "trousers"))
    assert jacket.colour == slacks.colour
    nurse = told("nurse, 40, blue jeans")
    assert [g.name for g in nurse.garments if g.kind == "trousers"] == ["jeans"]


def test_every_garment_and_hairstyle_of_the_rack_can_be_asked_for():
    for name, garment in rack.garments().items():
        for word in garment["words"]:
            worn = [g.name for g in told(f"woman, 30, {word}").garments]
            assert name in worn, word
    for name, entry in rack.hairstyles().items():
        assert told(f"woman, 30, {entry['words'][0]}").hair.style == entry["style"], name
    for name in rack.beards():
        assert told(f"man, 30, {rack.beards()[name]['words'][0]}").gender == "male"


def test_a_written_recipe_reads_the_same(tmp_path):
    raw = describe.recipe('girl, 8, "wild" curls, glasses', "x").raw
    assert tomllib.loads(written.toml(raw)) == raw
    path = tmp_path / "x.toml"
    path.write_text(written.toml(raw), encoding="utf-8")
    assert recipe.read(path) == describe.recipe('girl, 8, "wild" curls, glasses', "x").recipe
