"""Dresses a figure: every garment of a recipe, in the order in which they are put on.

A garment is a region of the body (`regions`), cut and hung (`garments`, `cloth`, `folds`,
`collars`, `trimmings`) or brought from MakeHuman (`mhclo`). What is well inside it, skin or cloth,
is left out of the bake, so nothing pokes through.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting import mhclo, regions, shoes
from filmagent.library.casting.body import Figure
from filmagent.library.casting.garments import MAKERS
from filmagent.library.casting.recipe import Garment, Recipe

if TYPE_CHECKING:
    from filmagent.library.casting.dress import Dresser

Array = NDArray[Any]


def raise_on_soles(figure: Figure, recipe: Recipe) -> None:
    """Lift the body by the thickness of its soles."""
    if any(garment.kind == "shoes" for garment in recipe.garments):
        figure.points[:, 2] += shoes.SOLE
        figure.rest[:, 2, 3] += shoes.SOLE


def dress(dresser: Dresser, recipe: Recipe) -> Array:
    """Add every garment of a recipe.

    Returns
    -------
    array
        (N,) metres: how far inside clothes each of the figure's vertices is; negative is bare.
    """
    figure = dresser.figure
    covered = np.full(len(figure.points), -regions.FAR)
    order = sorted(recipe.garments, key=_put_on)
    brought = {
        garment.name: mhclo.read(Path(garment.mhclo), figure) for garment in order if garment.mhclo
    }
    # from the outermost inwards, to know what each is hidden by; made in the other order
    hidden_by = []
    for garment in reversed(order):
        hidden_by.append(covered)
        own = brought.get(garment.name)
        inside = regions.covered(figure, garment) if own is None else own.covered
        covered = np.maximum(covered, inside)
    for garment, over in zip(order, reversed(hidden_by), strict=True):
        dresser.hidden = over
        if garment.name in brought:
            brought[garment.name].wear(dresser, garment)
        else:
            MAKERS[garment.kind](dresser, garment)
    return covered


def _put_on(garment: Garment) -> float:
    """When a garment is put on: a tucked top before the trousers that hold it."""
    kinds = list(MAKERS)
    if garment.tucked:
        return kinds.index("trousers") - 0.5
    return float(kinds.index(garment.kind))
