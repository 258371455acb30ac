"""Somebody new: words in, a recipe and a bake on the user's own shelf, cast like all others."""

from __future__ import annotations

import json

import pytest

from filmagent.cli import app
from filmagent.errors import InputError, MissingDependency
from filmagent.film import newcomers, snapshot
from filmagent.library import cast
from filmagent.library.casting import dress, recipe

WORDS = "woman, 60, short, grey bob, green cardigan"


@pytest.fixture(autouse=True)
def own_shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("FILMAGENT_CAST", str(tmp_path / "cast"))
    monkeypatch.setenv("FILMAGENT_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cast"


@pytest.fixture
def baked(monkeypatch):
    """A body from the shelf, so that no test waits for Anny."""

    def member(name, made):
        bake = cast.Bake.load(cast.load("ines").bake_path)
        bake.name = name
        bake.extra |= {"title": made.title, "years": made.years, "words": made.words,
                       "age": made.age, "gender": made.gender}  # fmt: skip
        return bake

    monkeypatch.setattr(dress, "member", member)


def test_a_newcomer_is_on_the_shelf_and_the_catalogue_is_asked_again(own_shelf, baked):
    before = snapshot.machine_stamp()
    made = newcomers.welcome(WORDS, name="greta")
    assert made.recipe == own_shelf / "greta.toml" and made.bake == own_shelf / "greta.npz"
    assert "greta" in cast.names() and cast.load("greta").entry().years == 60
    assert "grey bob" in cast.load("greta").entry().words
    assert snapshot.machine_stamp() != before


def test_words_that_are_not_understood_are_said_in_one_sentence(baked):
    made = newcomers.welcome(f"{WORDS}, kaftan", name="greta")
    assert made.doubt == "Not understood, and left out: kaftan."


def test_without_anny_the_recipe_is_written_and_the_way_to_bake_it_said(own_shelf, monkeypatch):
    def lacking(name, made):
        raise MissingDependency(
            "Baking needs Anny; install it with `pip install 'filmagent[cast]'`."
        )

    monkeypatch.setattr(dress, "member", lacking)
    with pytest.raises(MissingDependency, match=r"greta\.toml.*pip install 'filmagent\[cast\]'"):
        newcomers.welcome(WORDS, name="greta")
    assert recipe.read(own_shelf / "greta.toml").hair.style == "bob"


def test_the_first_bake_on_a_machine_says_that_it_takes_its_time(baked, tmp_path, monkeypatch):
    monkeypatch.setattr(newcomers, "find_spec", lambda name: name)
    monkeypatch.setenv("ANNY_CACHE_DIR", str(tmp_path / "anny"))
    told = []
    newcomers.welcome(WORDS, name="greta", listener=told.append)
    assert [e.text for e in told if e.kind == "note" and "minutes" in e.text]
    kept = tmp_path / "anny" / "v1" / "build_model_data_0.safetensors"
    kept.parent.mkdir(parents=True)
    kept.touch()
    told.clear()
    newcomers.welcome(WORDS, name="hilde", listener=told.append)
    assert [e.kind for e in told] == ["stage", "end"]


def test_what_an_engine_prints_is_no_part_of_the_answer(monkeypatch, capsys):
    bake = cast.Bake.load(cast.load("ines").bake_path)

    def member(name, made):
        print("Engine 1.0 initialized")
        return bake

    monkeypatch.setattr(dress, "member", member)
    app(["cast", "new", WORDS, "--name", "greta", "--json"], result_action="return_value")
    assert json.loads(capsys.readouterr().out)["name"] == "greta"


def test_nobody_is_written_over(own_shelf, baked):
    first = newcomers.welcome(WORDS, name="greta")
    with pytest.raises(InputError, match="another --name"):
        newcomers.welcome("man, 30", name="greta")
    with pytest.raises(InputError, match="comes with filmagent"):
        newcomers.welcome(WORDS, name="ines")
    with pytest.raises(InputError, match="--name greta"):
        newcomers.welcome(WORDS, name="../greta")
    again = newcomers.welcome(recipe=first.recipe)
    assert again == newcomers.Newcomer("greta", first.title, first.recipe, first.bake)


def test_a_name_is_made_of_the_words(baked):
    assert newcomers.welcome(WORDS).name == "woman_60_short_grey"
    with pytest.raises(InputError, match="--recipe"):
        newcomers.welcome()


def test_the_command_makes_members(baked, capsys):
    app(["cast", "new", WORDS, "--name", "greta"], result_action="return_value")
    assert "greta: Greta, 60" in capsys.readouterr().out
