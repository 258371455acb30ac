"""The rack: every garment and hairstyle on it can be worn, and is known by its words."""

from __future__ import annotations

from pathlib import Path

import pytest

from filmagent.errors import InputError
from filmagent.library.casting import fabrics, flows, rack, weave
from filmagent.library.casting.garments import MAKERS
from filmagent.library.casting.recipe import Garment, Hair


def test_every_garment_on_the_rack_can_be_cut():
    for name in rack.garments():
        garment = Garment.model_validate(rack.garment(name))
        assert garment.kind in MAKERS
        made = fabrics.materials([garment])
        assert all(look.texture in ("", *weave.TILE) for look in made.values())


def test_there_is_something_of_each_sort():
    kinds = [entry["kind"] for entry in rack.garments().values()]
    least = {"top": 6, "trousers": 5, "skirt": 3, "dress": 2, "coat": 6, "shoes": 4, "tie": 1}
    assert all(kinds.count(kind) >= count for kind, count in least.items())
    assert len(rack.outfits()) >= 10
    assert len(rack.hairstyles()) >= 8
    assert {"full", "moustache", "goatee", "stubble"} <= set(rack.beards())


def test_outfits_dress_a_person_from_shoulder_to_foot():
    known = rack.garments()
    for name, outfit in rack.outfits().items():
        kinds = {known[worn]["kind"] for worn in outfit["wear"]}
        assert "shoes" in kinds, name
        assert "dress" in kinds or ("top" in kinds and kinds & {"trousers", "skirt"}), name


def test_every_hairstyle_can_be_combed():
    for entry in [*rack.hairstyles().values(), *rack.beards().values()]:
        keys = {key: value for key, value in entry.items() if key != "words"}
        hair = Hair.model_validate({"style": "short", "colour": [0.1, 0.1, 0.1]} | keys)
        assert hair.style in flows.FLOWS


def test_no_word_asks_for_two_garments():
    seen: dict[str, str] = {}
    for table in (rack.garments(), rack.outfits()):
        for name, entry in table.items():
            for word in entry["words"]:
                assert word == word.lower()
                assert seen.setdefault(word, name) == name, word


def test_a_recipe_says_what_it_wears_and_what_differs():
    raw = {"garments": [{"wear": "jumper", "colour": [0.1, 0.2, 0.3]}]}
    worn = rack.filled(raw, Path())["garments"][0]
    assert worn["name"] == "jumper" and worn["cloth"] == "knit"
    assert worn["colour"] == [0.1, 0.2, 0.3]
    assert "words" not in worn and "wear" not in worn


def test_an_unknown_garment_gets_the_nearest_ones():
    with pytest.raises(InputError, match="did you mean jumper"):
        rack.garment("jumpr")
