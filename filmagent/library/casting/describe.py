"""A description in words → a recipe: ``woman, 60, short, grey bob, green cardigan``.

>>> from filmagent.library.casting import describe
>>> told = describe.recipe("woman, 60, short, grey bob, green cardigan", "greta")
>>> told.recipe.years, told.recipe.hair.style, told.unknown
(60, 'bob', [])

The same words, name and seed give the same recipe. What the words leave open (the turn of a nose,
the colour of shoes) is chosen by chance, keyed by name and seed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.documents.breakdown import Age, Gender
from filmagent.documents.seeds import seed as seed_of
from filmagent.errors import InputError
from filmagent.library.casting import growth, outfit, phrases, rack
from filmagent.library.casting.phrases import Part, Reading, named, table
from filmagent.library.casting.recipe import Recipe

_YOUNGEST, _OLDEST = 5, 92
_OLD_FROM, _ADULT_FROM, _TEEN_FROM = 60, 20, 13
_STYLES = {
    "female": {"child": ("ponytail", "bob", "long"), "teen": ("long", "ponytail", "bob"),
               "adult": ("bob", "long", "ponytail", "bun"), "old": ("bob", "bun", "short")},
    "male": {"child": ("short", "crop"), "teen": ("short", "side_part", "crop"),
             "adult": ("short", "side_part", "crop"), "old": ("short", "side_part", "balding")},
}  # fmt: skip
"""What is worn where the words name no style."""
# face → how far chance may go: enough to know people apart, not enough to make anybody strange
_FACES = {
    "lr-cheek-bones-incr": 0.35, "lr-cheek-volume-incr": 0.25, "chin-width-incr": 0.3,
    "chin-height-incr": 0.2, "chin-prominent-incr": 0.25, "nose-scale-vert-incr": 0.25,
    "nose-scale-horiz-incr": 0.25, "nose-hump-incr": 0.3, "nose-point-up": 0.3,
    "nose-volume-incr": 0.25, "mouth-scale-horiz-incr": 0.3, "mouth-upperlip-volume-incr": 0.3,
    "mouth-lowerlip-volume-incr": 0.3, "lr-eye-scale-incr": 0.2, "lr-eye-height2-incr": 0.25,
    "lr-eye-trans-out": 0.2, "head-scale-horiz-incr": 0.2, "head-fat-incr": 0.2,
    "forehead-scale-vert-incr": 0.2, "eyebrows-angle-up": 0.3, "lr-ear-scale-incr": 0.25,
}  # fmt: skip


@dataclass(frozen=True)
class Described:
    """A recipe, and what of the words it could not take up."""

    raw: dict[str, Any]
    """As its toml says it; garments by their name on the rack."""
    recipe: Recipe
    unknown: list[str]


@dataclass
class _Sheet:
    """What is known of the person while the words are read."""

    gender: Gender
    years: int
    ancestry: dict[str, Any]
    build: dict[str, float]
    taller: float = 0.0
    features: dict[str, float] = field(default_factory=dict)
    skin: dict[str, Any] = field(default_factory=dict)
    hair: dict[str, Any] = field(default_factory=dict)
    glasses: dict[str, Any] | None = None
    iris: list[float] = field(default_factory=list)

    @property
    def age(self) -> Age:
        """The age group."""
        if self.years >= _OLD_FROM:
            return "old"
        if self.years >= _ADULT_FROM:
            return "adult"
        return "teen" if self.years >= _TEEN_FROM else "child"


def recipe(text: str, name: str, seed: int = 0) -> Described:
    """The recipe of somebody described in words.

    Raises
    ------
    InputError
        If nothing in the words tells of a person.
    """
    reading = phrases.read(text)
    if not reading.parts and reading.years is None:
        raise InputError(
            f'"{text.strip()}" tells nothing of a person that is understood; say for example '
            '"woman, 60, short, grey bob, green cardigan".'
        )
    rng = np.random.default_rng(seed_of(seed, "casting/describe", name))
    sheet = _person(reading, rng)
    _chance(sheet, rng)
    for part in reading.parts:
        if part.noun in _TAKE:
            _TAKE[part.noun](sheet, part)
    body = growth.body(
        sheet.gender, sheet.years, sheet.taller, sheet.ancestry["shares"], sheet.build
    )
    garments, worn = outfit.dress(reading, sheet.gender, sheet.age, rng)
    skin, hair = _skin(sheet), _hair(sheet, rng)
    raw: dict[str, Any] = {
        "title": f"{name.replace('_', ' ').title()}, {sheet.years}: {text.strip()}",
        "gender": sheet.gender, "age": sheet.age, "years": sheet.years,
        "words": _looks(reading, hair["style"], worn),
        "iris": sheet.iris or _iris(sheet.ancestry["eyes"]),
        "body": body,
        "features": {k: round(v, 3) for k, v in sorted(sheet.features.items()) if round(v, 3)},
        "skin": skin, "hair": hair, "garments": garments,
    }  # fmt: skip
    if sheet.glasses is not None:
        raw["glasses"] = sheet.glasses
    return Described(raw, Recipe.model_validate(rack.filled(raw, Path())), reading.unknown)


def _person(reading: Reading, rng: np.random.Generator) -> _Sheet:
    """Gender, years, ancestry, build and height: all else hangs on them."""
    words = table("words")
    people = [w for p in reading.parts if p.noun == "person" for w in p.adjectives]
    people += [p.word for p in reading.parts if p.noun == "outfit"]
    counts = {g: sum(w in words["person"][g] for w in people) for g in ("female", "male")}
    gender: Gender = "female" if rng.random() < 0.5 else "male"
    if counts["female"] != counts["male"]:
        gender = "female" if counts["female"] > counts["male"] else "male"
    elif any(p.noun == "hair" and _is_beard(p.word) for p in reading.parts):
        gender = "male"
    years = reading.years
    if years is None:
        # "young girl" is younger than either word alone says
        said = [p for p in (" ".join(people), *people) if p in words["years"]]
        pairs = [f"{a} {b}" for a in people for b in people if f"{a} {b}" in words["years"]]
        said = [*pairs, *said]
        years = words["years"][said[0]] if said else int(rng.integers(26, 46))
    years = int(np.clip(years, _YOUNGEST, _OLDEST))
    sheet = _Sheet(gender, years, words["ancestry"]["european"], {})
    for word in people:
        for group in words["ancestry"].values():
            if word in group["words"]:
                sheet.ancestry = group
        for group in words["build"].values():
            if word in group["words"]:
                sheet.build = {k: group[k] for k in ("weight", "muscle")}
    if any(p.noun == "skin" and {"dark", "black", "deep", "very dark"} & {*p.adjectives}
           for p in reading.parts) and sheet.ancestry is words["ancestry"]["european"]:  # fmt: skip
        sheet.ancestry = words["ancestry"]["african"]
    sheet.taller = next((words["height"][w] for w in people if w in words["height"]), 0.0)
    return sheet


def _chance(sheet: _Sheet, rng: np.random.Generator) -> None:
    """A face of one's own, before the words have their say."""
    for feature, most in _FACES.items():
        # children's faces differ less
        reach = most * (0.6 if sheet.age == "child" else 1.0)
        sheet.features[feature] = float(np.clip(rng.normal(0, 0.5), -1, 1)) * reach
    sheet.taller += float(rng.normal(0, 0.012))
    old = np.clip((sheet.years - 32) / 36, 0, 1)
    spots = 0.5 * max(0.0, float(old) - 0.5)
    sheet.skin |= {"wrinkles": round(float(old), 2), "spots": round(spots, 2)}
    if sheet.years >= 55:
        sheet.features |= {
            "head-age-incr": 0.5 * old, "lr-eye-bag-incr": 0.5 * old,
            "mouth-laugh-lines-out": 0.6 * old,
        }  # fmt: skip


def _take_person(sheet: _Sheet, part: Part) -> None:
    tones = table("words")["skin"]["tones"]
    for word in part.adjectives:
        if word in ("pale", "dark", "fair", "tan", "tanned", "olive"):
            sheet.skin["tone"] = named(tones, word)["tone"]


def _take_skin(sheet: _Sheet, part: Part) -> None:
    for word in part.adjectives:
        sheet.skin["tone"] = named(table("words")["skin"]["tones"], word)["tone"]


def _take_eyes(sheet: _Sheet, part: Part) -> None:
    for word in part.adjectives:
        sheet.iris = named(table("words")["eyes"]["colours"], word)["iris"]


def _take_hair(sheet: _Sheet, part: Part) -> None:
    words = table("words")["hair"]
    beard = _is_beard(part.word)
    if part.word:
        entry = named(rack.beards() if beard else rack.hairstyles(), part.word)
        sheet.hair |= {k: v for k, v in entry.items() if k != "words"}
    for word in part.adjectives:
        if word in words["lengths"]:
            sheet.hair["reach"] = words["lengths"][word]
        else:
            colour = {k: v for k, v in named(words["colours"], word).items() if k != "words"}
            # the hair of the head says the colour before the beard does
            sheet.hair = colour | sheet.hair if beard else sheet.hair | colour


def _take_face(sheet: _Sheet, part: Part) -> None:
    for face in table("words")["faces"]:
        if part.word in face["words"]:
            sheet.features |= face.get("features", {})
            sheet.skin |= face.get("skin", {})
            sheet.hair |= face.get("hair", {})
            sheet.glasses = face.get("glasses", sheet.glasses)


# clothes are put together from all the words at once (`outfit`)
_TAKE: dict[str, Callable[[_Sheet, Part], None]] = {
    "person": _take_person, "skin": _take_skin, "eyes": _take_eyes, "hair": _take_hair,
    "face": _take_face,
}  # fmt: skip


def _is_beard(word: str) -> bool:
    try:
        return bool(named(rack.beards(), word))
    except KeyError:
        return False


def _iris(name: str) -> list[float]:
    return list(table("words")["eyes"]["colours"][name]["iris"])


def _skin(sheet: _Sheet) -> dict[str, Any]:
    tones = table("words")["skin"]["tones"]
    tone = np.array(sheet.skin.pop("tone", tones[sheet.ancestry["skin"]]["tone"]))
    # lips are redder than the cheek; the darker the skin, the less so
    depth = float(np.clip(tone[0] / 0.6, 0, 1))
    dark, light = np.array([0.95, 0.70, 0.75]), np.array([0.76, 0.50, 0.56])
    sheet.skin.setdefault("flush", round(0.2 + 0.45 * depth, 2))
    if sheet.gender == "female" and sheet.age == "adult":
        sheet.skin.setdefault("makeup", 0.5)
    lips = _colour(tone * (dark + (light - dark) * depth))
    return {"tone": _colour(tone), "lips": lips} | sheet.skin


def _hair(sheet: _Sheet, rng: np.random.Generator) -> dict[str, Any]:
    words, wish = table("words")["hair"], sheet.hair
    reach = wish.pop("reach", 1.0)
    style = str(rng.choice(_STYLES[sheet.gender][sheet.age]))
    if reach > 1.1:
        style = "long"
    elif reach < 1:
        style = "crop" if reach < 0.6 or sheet.gender == "male" else "short"
    if "style" not in wish:
        wish = {k: v for k, v in rack.hairstyles()[style].items() if k != "words"} | wish
    elif wish["style"] != "bob":
        # a bob is cut level whatever its length
        wish["length"] = round(wish["length"] * reach, 4)
    if "colour" not in wish:
        own = np.array(words["colours"][sheet.ancestry["hair"]]["colour"])
        wish["colour"] = _colour(own)
        if sheet.years >= 58:
            grey = float(np.clip((sheet.years - 50) / 25, 0, 1))
            silver = np.array(words["colours"]["grey"]["colour"])
            wish["colour"] = _colour(grey * silver + (1 - grey) * own)
            wish["grey"] = round(0.3 + 0.4 * grey, 2)
    if wish.get("grey"):
        wish.setdefault("brow_colour", _colour(0.5 * np.array(wish["colour"])))
    return wish | {"brow": wish.get("brow", 0.85 if sheet.gender == "female" else 1.15)}


def _colour(values: Any) -> list[float]:
    return [round(float(v), 4) for v in values]


def _looks(reading: Reading, style: str, worn: list[str]) -> list[str]:
    """The words that a screenplay's description is matched with."""
    found: list[str] = []
    for part in reading.parts:
        if part.noun != "garment":
            noun = part.word or {"person": ""}.get(part.noun, part.noun)
            found += [f"{word} {noun}".strip() for word in part.adjectives] or [noun]
    return list(dict.fromkeys([*found, style, *worn]))
