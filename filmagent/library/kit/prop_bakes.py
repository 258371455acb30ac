"""From a prop's shape to its bake: materials, and how each action's hand holds it."""

from __future__ import annotations

import tomllib
from functools import cache
from hashlib import blake2b
from typing import Any

import numpy as np

from filmagent.errors import DocumentError
from filmagent.library import shelf
from filmagent.library.bake import Bake
from filmagent.library.kit import build, surfaces
from filmagent.library.kit.handheld import MAKERS
from filmagent.library.kit.layout import PieceLayout


@cache
def catalogue() -> dict[str, dict[str, Any]]:
    """The table of ``assets/props/props.toml``: words and grips by prop."""
    table = tomllib.loads(_table().read_text(encoding="utf-8"))
    for name in table:
        if name not in MAKERS:
            raise DocumentError(f'{_table()}: nothing makes the prop "{name}"; remove it.')
    return table


def digest() -> str:
    """What a baked prop depends on beside the kit's source."""
    return blake2b(_table().read_bytes(), digest_size=6).hexdigest()


def _table() -> Any:
    return shelf.data("assets") / "props" / "props.toml"


def bake(name: str) -> Bake:
    """Build a prop; its ``extra`` holds ``grips``: action ("" for any) → prop_from_hand rows."""
    shape = MAKERS[name]()
    placed = build.Placed(PieceLayout(id=name, kit=name), shape, np.zeros(3), 0.0)
    parts, _ = build.merge({name: placed})
    known = surfaces.shelf() | shape.own
    materials = {part.material: known[part.material] for part in parts}
    for part in parts:
        part.collide = False
    grip = catalogue()[name]["grip"]
    special = {key: value for key, value in grip.items() if isinstance(value, dict)}
    return Bake(
        kind="prop",
        name=name,
        parts=parts,
        materials=materials,
        textures=build.texture_arrays(materials, shape.images),
        extra={
            "grips": {
                "": _grip(grip),
                **{key: _grip(grip | value) for key, value in special.items()},
            },
            "mirror": grip.get("mirror", "x"),
            "anchors": {key: list(anchor.position) for key, anchor in shape.anchors.items()},
        },
    )


def _grip(entry: dict[str, Any]) -> list[list[float]]:
    x, z = np.asarray(entry["x"], float), np.asarray(entry["z"], float)
    z = z / np.linalg.norm(z)
    x = x - z * (x @ z)
    x = x / np.linalg.norm(x)
    hand_from_prop = np.eye(4)
    hand_from_prop[:3, :3] = np.column_stack([x, np.cross(z, x), z])
    hand_from_prop[:3, 3] = entry["at"]
    return [[round(float(v), 6) + 0.0 for v in row] for row in np.linalg.inv(hand_from_prop)]
