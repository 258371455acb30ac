"""What garments are made of: a material for each part that `garments` sews."""

from __future__ import annotations

from typing import Any

import numpy as np

from filmagent.library.bake import Material
from filmagent.library.casting import weave
from filmagent.library.casting.recipe import Colour, Garment

_LOOK: dict[str, tuple[float, float, float]] = {
    "cotton": (0.85, 0.3, 0.0), "denim": (0.88, 0.25, 0.0), "twill": (0.82, 0.3, 0.0),
    "corduroy": (0.9, 0.2, 0.08), "wool": (0.92, 0.2, 0.08), "knit": (0.9, 0.2, 0.08),
    "rib": (0.9, 0.2, 0.08), "leather": (0.42, 0.5, 0.0), "silk": (0.34, 0.55, 0.04),
    "nylon": (0.5, 0.45, 0.0),
}  # fmt: skip
"""Cloth → roughness, specular, sheen."""


def materials(garments: list[Garment]) -> dict[str, Material]:
    """Materials by name of all that a list of garments is sewn from."""
    made: dict[str, Material] = {}
    for garment in garments:
        made[garment.name] = _cloth(garment, garment.cloth)
        for part, material in _parts(garment).items():
            made[f"{garment.name}_{part}"] = material
    return made


def textures(garments: list[Garment]) -> dict[str, Any]:
    """The weaves that those materials name."""
    return weave.textures({look.texture for look in materials(garments).values() if look.texture})


def _parts(garment: Garment) -> dict[str, Material]:
    """Materials of what is sewn on, by the part's name."""
    made: dict[str, Material] = {}
    colour = np.array(garment.colour)
    if garment.band:
        made["band"] = _cloth(garment, "rib" if garment.cloth == "knit" else garment.cloth)
    if garment.buttons:
        # of a light shirt they are mother-of-pearl, of a dark coat horn
        horn = colour * 0.3 + [0.02, 0.014, 0.01] if colour.max() < 0.4 else colour * 0.8
        made["buttons"] = Material(base_colour=_rgb(horn), roughness=0.3)
    if garment.belt:
        made["belt"] = _leather(garment.belt)
        made["buckle"] = Material(base_colour=(0.55, 0.53, 0.48), roughness=0.25, metallic=1.0)
    if garment.badge:
        made["badge"] = Material(base_colour=garment.badge, roughness=0.3, metallic=1.0)
    if garment.kind == "apron":
        made["string"] = _cloth(garment, garment.cloth)
    if garment.kind == "shoes":
        made["sole"] = Material(base_colour=garment.sole or _rgb(colour * 0.6), roughness=0.7)
    return made


def _cloth(garment: Garment, cloth: str) -> Material:
    roughness, specular, sheen = _LOOK[cloth]
    return Material(
        base_colour=garment.colour, roughness=garment.roughness or roughness, specular=specular,
        sheen=sheen, texture=cloth, texture_metres=weave.TILE[cloth], two_sided=True,
    )  # fmt: skip


def _leather(colour: Colour) -> Material:
    return Material(
        base_colour=colour, roughness=0.42, texture="leather",
        texture_metres=weave.TILE["leather"], two_sided=True,
    )  # fmt: skip


def _rgb(colour: Any) -> Colour:
    red, green, blue = (round(float(part), 5) for part in colour)
    return red, green, blue
