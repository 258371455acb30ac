"""Surfaces of the kit: the table of materials, and the light of a colour temperature."""

from __future__ import annotations

import tomllib
from dataclasses import fields, replace
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.errors import DocumentError
from filmagent.library.bake import Material

_TABLE = Path(__file__).with_name("surfaces.toml")


@cache
def shelf() -> dict[str, Material]:
    """The materials every set can name."""
    raw = tomllib.loads(_TABLE.read_text(encoding="utf-8"))
    return {name: made(entry, {}, f"{_TABLE}: {name}") for name, entry in raw.items()}


def made(entry: dict[str, Any], known: dict[str, Material], place: str) -> Material:
    """A material from its table entry; ``like`` names one of ``known`` to start from.

    Raises
    ------
    DocumentError
        If ``like`` or a key is unknown, naming ``place``.
    """
    values = {key: value for key, value in entry.items() if value is not None}
    like = values.pop("like", "")
    if like and like not in known:
        raise DocumentError(f'{place}: there is no surface "{like}" to be like; mend the name.')
    names = {field.name for field in fields(Material)}
    for key in values:
        if key not in names:
            raise DocumentError(f'{place}: a surface has no "{key}"; remove it.')
        if isinstance(values[key], list):
            values[key] = tuple(float(channel) for channel in values[key])
    return replace(known[like] if like else Material(), **values)


def kelvin(temperature: float) -> tuple[float, float, float]:
    """Linear Rec.709 of a black body, its brightest channel 1.

    Planckian locus by Kim et al. 2002 (as in CIE 1931 xy), then XYZ to Rec.709.
    """
    t = float(np.clip(temperature, 1667.0, 25000.0))
    if t <= 4000.0:
        x = -0.2661239e9 / t**3 - 0.2343589e6 / t**2 + 0.8776956e3 / t + 0.179910
    else:
        x = -3.0258469e9 / t**3 + 2.1070379e6 / t**2 + 0.2226347e3 / t + 0.240390
    if t <= 2222.0:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif t <= 4000.0:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    xyz = np.array([x / y, 1.0, (1.0 - x - y) / y])
    rgb = (
        np.array([[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.2040, 1.0570]])
        @ xyz
    )
    rgb = np.clip(rgb, 0.0, None)
    rgb /= rgb.max()
    return float(rgb[0]), float(rgb[1]), float(rgb[2])
