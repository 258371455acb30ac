"""Hair: sculpted locks over a cap."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Recipe
from filmagent.library.casting.sheet import clip, from_group, normals, subdivide

if TYPE_CHECKING:
    from filmagent.library.casting.dress import Dresser

Array = NDArray[Any]


def grow(dresser: Dresser, recipe: Recipe) -> None:
    """Add the member's hair."""
    figure = dresser.figure
    sheet = from_group(figure, "body")
    cap = clip(sheet, sheet.carry(scalp_field(figure)))
    depth = {"buzz": 0.004, "crop": 0.012, "short": 0.022}.get(recipe.hair.style, 0.03)
    points = cap.points + normals(cap.points, cap.faces) * depth
    dresser.add(
        cap.moved(points), "hair_cap", "hair", "hair",
        colours=np.tile(np.array(recipe.hair.colour), (len(points), 1)),
    )  # fmt: skip


def scalp_field(figure: Figure) -> Array:
    """(N,) metres behind the hairline; negative on face, ears and neck."""
    eye = figure.head_of("eye.L")
    points = figure.points
    body = np.unique(figure.quads["body"])
    height = points[body, 2].max() - eye[2]
    back = eye[1] - points[:, 1]
    line = np.interp(
        back, [-0.03, 0.0, 0.05, 0.085, 0.11, 0.17, 0.2],
        height * np.array([0.62, 0.60, 0.42, 0.20, -0.15, -0.62, -0.66]),
    )  # fmt: skip
    away = points[:, 2] - eye[2] - line
    head = figure.influence("head", "neck") > 0.5
    return np.where(head, np.minimum(away, 0.03 - 0.06 * figure.masks["ears"]), -0.5)


def note(recipe: Recipe) -> dict[str, Any]:
    """What strands are made of, for engines that draw them."""
    return {"style": recipe.hair.style, "colour": list(recipe.hair.colour)}


__all__ = ["grow", "note", "scalp_field", "subdivide"]
