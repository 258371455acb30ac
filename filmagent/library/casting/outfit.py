"""What somebody who is described in words wears: named garments, and what must go with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from filmagent.documents.breakdown import Age, Gender
from filmagent.library.casting import rack
from filmagent.library.casting.phrases import Part, Reading, named, table

Data = dict[str, Any]
_TOPS = ("top", "dress")
_LEGS = ("trousers", "skirt", "dress")
# What fills a gap: gender → kind → garments on the rack, one of which chance takes
_USUAL: dict[str, dict[str, tuple[str, ...]]] = {
    "female": {"top": ("tshirt", "jumper", "blouse", "shirt"), "legs": ("jeans", "slacks", "skirt"),
               "shoes": ("shoes", "flats", "boots", "trainers")},
    "male": {"top": ("tshirt", "jumper", "shirt", "flannel"), "legs": ("jeans", "chinos", "slacks"),
             "shoes": ("shoes", "boots", "trainers")},
}  # fmt: skip
_YOUNG: dict[str, tuple[str, ...]] = {
    "top": ("tshirt", "jumper"), "legs": ("jeans", "cords"), "shoes": ("trainers",),
}  # fmt: skip
_DYES = ("white", "cream", "grey", "navy", "blue", "green", "olive", "burgundy", "rust", "teal")
"""Colours of a top that nobody named."""


def dress(
    reading: Reading, gender: Gender, age: Age, rng: np.random.Generator
) -> tuple[list[Data], list[str]]:
    """Garments for a recipe.

    Returns
    -------
    (garments, words)
        Entries of a recipe that name garments of the rack, and what people call them.
    """
    worn: dict[str, Data] = {}
    for part in reading.parts:
        if part.noun == "outfit":
            for name in named(rack.outfits(), part.word)["wear"]:
                worn.setdefault(name, {"wear": name})
            _dye(worn, part)
        elif part.noun == "garment":
            name = _name_of(part.word)
            _make_room(worn, name)
            worn[name] = {"wear": name} | _own(part, rack.garments()[name])
    said = list(worn)
    usual = _YOUNG if age in ("child", "teen") else _USUAL["male" if gender == "male" else "female"]
    kinds = {rack.garments()[name]["kind"] for name in worn}
    for need, holders in (("top", _TOPS), ("legs", _LEGS), ("shoes", ("shoes",))):
        choice = str(rng.choice(usual[need]))
        dye = str(rng.choice(_DYES))
        if not kinds & set(holders):
            worn[choice] = {"wear": choice}
            if need == "top":
                worn[choice]["colour"] = table("words")["colours"][dye]
    words = [f"{a} {rack.garments()[name]['words'][0]}" if (a := _colour_of(reading, name)) else
             rack.garments()[name]["words"][0] for name in said]  # fmt: skip
    return list(worn.values()), words


def _name_of(word: str) -> str:
    found = named(rack.garments(), word)
    return next(name for name, garment in rack.garments().items() if garment == found)


def _make_room(worn: dict[str, Data], name: str) -> None:
    """One named by itself takes the place of an outfit's: a nurse in jeans."""
    kind = rack.garments()[name]["kind"]
    for other in list(worn):
        taken = rack.garments()[other]["kind"]
        if taken == kind or (kind == "dress" and taken in ("top", "trousers", "skirt")):
            del worn[other]


def _dye(worn: dict[str, Data], part: Part) -> None:
    """A grey suit is grey outside: in jacket and trousers, not in shirt and shoes."""
    kinds = {name: rack.garments()[name]["kind"] for name in worn}
    outer = [n for n, kind in kinds.items() if kind in ("coat", "trousers", "skirt", "dress")]
    for name in outer:
        worn[name] |= _own(part, rack.garments()[name])


def _colour_of(reading: Reading, name: str) -> str:
    colours = table("words")["colours"]
    for part in reading.parts:
        if part.noun == "garment" and _name_of(part.word) == name:
            return next((a for a in part.adjectives if a in colours), "")
    return ""


def _own(part: Part, garment: Data) -> Data:
    """What the adjectives change of a garment."""
    words, made = table("words"), {}
    colours = [w for w in part.adjectives if w in words["colours"]]
    if colours:
        made["colour"] = words["colours"][colours[-1]]
    for shade in (w for w in part.adjectives if w in words["shades"]):
        tint = np.array(made.get("colour", garment["colour"])) * words["shades"][shade]
        made["colour"] = [round(float(c), 4) for c in np.clip(tint, 0.008, 0.8)]
    for cloth, names in words["cloths"].items():
        if set(names) & set(part.adjectives):
            made["cloth"] = cloth
    for word in part.adjectives:
        for key, value in words["measures"].get(word, {}).items():
            relative = key in ("hem", "ease") and garment["kind"] not in ("trousers", "shoes")
            if relative:
                least = -0.02 if key == "hem" else 0.004
                made[key] = round(max(garment.get(key, 0.0) + value, least), 4)
            elif key in ("sleeve", "vee") and garment["kind"] in ("top", "coat", "dress"):
                made[key] = value
    return made
