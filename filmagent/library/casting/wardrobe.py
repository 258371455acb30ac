"""Clothes and shoes, cut from the body's helper surfaces along planes and smooth curves.

Every garment is a region of the body given by scalar fields in metres, positive inside: the cloth
is clipped where the field is zero, and skin well inside is left out, so nothing pokes through.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting import cloth, complexion, shoes
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Garment, Recipe
from filmagent.library.casting.sheet import (
    Sheet,
    clip,
    from_group,
    full_normals,
    keep_faces,
    lighten,
    subdivide,
    thicken,
)

if TYPE_CHECKING:
    from filmagent.library.casting.dress import Dresser

Array = NDArray[Any]
_ARM = ("clavicle", "shoulder01", "upperarm", "lowerarm", "wrist", "finger", "metacarpal")
_SLEEVE = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
_FAR = 0.5
_HIDE = 0.04
"""Cloth this far inside the edges of what is worn over it is left out, metres."""


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
    covered = np.full(len(figure.points), -_FAR)
    # from the outermost inwards, to know what each is hidden by; made in the other order
    order = sorted(recipe.garments, key=lambda worn: list(_KINDS).index(worn.kind))
    hidden_by = []
    for garment in reversed(order):
        hidden_by.append(covered)
        covered = np.maximum(covered, _COVERS[garment.kind](figure, garment))
    for garment, over in zip(order, reversed(hidden_by), strict=True):
        dresser.hidden = over
        _KINDS[garment.kind](dresser, garment)
    return covered


def _add(
    dresser: Dresser,
    garment: Garment,
    sheet: Sheet,
    light: int,
    kind: str = "cloth",
    rim: float = 0.02,
) -> None:
    """The garment as it is rendered, and lighter for previews."""
    for under in dresser.layers:
        sheet = cloth.clear_of(sheet, under, 0.003)
    sheet = thicken(sheet, garment.thickness, rim)
    hidden = sheet.carry(dresser.hidden) > _HIDE
    sheet = keep_faces(sheet, ~hidden[sheet.faces].all(axis=1))
    for use, surface in (("render", sheet), ("preview", lighten(sheet, light))):
        dresser.add(
            surface, garment.name if use == "render" else f"{garment.name}_preview",
            garment.name, kind, use=use, uvs=cloth.unwrap(surface, dresser.figure),
            normals=full_normals(surface, sheet) if use == "preview" else None,
        )  # fmt: skip


def _sleeve_field(figure: Figure, reach: float) -> Array:
    """(N,) metres above the cuff along each arm; far inside on the trunk."""
    field = np.full(len(figure.points), _FAR)
    for side, sign in (("L", -1.0), ("R", 1.0)):
        joints = [
            figure.head_of(f"{bone}.{side}") for bone in ("upperarm01", "lowerarm01", "wrist")
        ]
        along = _along(figure.points, np.stack(joints))
        length = sum(np.linalg.norm(b - a) for a, b in pairwise(joints))
        arm = (figure.influence(*_SLEEVE) > 0.3) & (figure.points[:, 0] * sign > 0)
        field[arm] = np.minimum(reach * length - along[arm], _FAR)
    return field


def _along(points: Array, path: Array) -> Array:
    """How far along a bent path each point's nearest place is, running on past its ends."""
    best = np.full(len(points), np.inf)
    out = np.zeros(len(points))
    done = 0.0
    for k, (a, b) in enumerate(pairwise(path)):
        length = float(np.linalg.norm(b - a))
        t = (points - a) @ (b - a) / length
        low = -np.inf if k == 0 else 0.0
        high = np.inf if k == len(path) - 2 else length
        t = np.clip(t, low, high)
        away = np.linalg.norm(points - a - t[:, None] * (b - a) / length, axis=1)
        nearer = away < best
        best, out = np.where(nearer, away, best), np.where(nearer, done + t, out)
        done += length
    return out


def _neck_field(figure: Figure, garment: Garment) -> Array:
    """(N,) metres outside an elliptic cylinder around the neck: its cut is a smooth neckline."""
    base, up = neck_axis(figure)
    forward = np.cross([1.0, 0.0, 0.0], up) * -1
    forward *= np.sign(forward[1])
    local = figure.points - base
    depth = 0.6 * garment.neck
    ring = (np.abs(local @ up - 0.045) < 0.012) & (figure.influence(*_ARM) < 0.05)
    ring[figure.quads["body"].max() + 1 :] = False
    ahead, across = local @ forward, np.abs(local[:, 0])
    throat, nape = ahead[ring].max() + 0.004 + depth, -ahead[ring].min() + 0.008
    half_x = across[ring].max() + 0.014 + 0.45 * depth
    half_y, middle = (throat + nape) / 2, (throat - nape) / 2
    if garment.vee:
        across = across + np.clip(ahead, 0, None) * 0.55
    radius = np.hypot(across / half_x, (ahead - middle) / half_y)
    field = (radius - 1) * min(half_x, half_y)
    field = np.where(local[:, 2] < -0.16, _FAR, field)
    # a neck leans forward: below its base the cylinder would come out between the shoulders
    low = np.interp(ahead, [-0.04, 0.02], [-0.012, -0.2])
    field = np.maximum(field, low - local @ up)
    field = np.where(local @ up > 0.075, -_FAR, field)
    throat_up = figure.influence("neck02", "neck03", *complexion.HEAD) > 0.5
    field = np.where(throat_up, -_FAR, field)
    limb = figure.influence(*_SLEEVE) > 0.3
    return np.where(limb, _FAR, np.clip(field, -_FAR, _FAR))


def neck_axis(figure: Figure) -> tuple[Array, Array]:
    """The middle of the neck's base, and the direction the neck rises in."""
    base, top = figure.head_of("neck01"), figure.head_of("head")
    up = (top - base) / np.linalg.norm(top - base)
    return base + np.array([0, 0.004, 0.0]), up


def _hem_field(figure: Figure, height: float) -> Array:
    arm = figure.influence(*_SLEEVE) > 0.3
    return np.where(arm, _FAR, figure.points[:, 2] - height)


def _top_field(figure: Figure, garment: Garment) -> Array:
    hem = figure.head_of("upperleg01.L")[2] - garment.hem
    made: Array = np.minimum.reduce([
        _sleeve_field(figure, garment.sleeve), _neck_field(figure, garment),
        _hem_field(figure, hem),
    ])  # fmt: skip
    return made


def _waist(figure: Figure) -> float:
    return float(figure.head_of("spine05")[2] + 0.085)


def _leg_field(figure: Figure, low: float) -> Array:
    arm = figure.influence(*_ARM) > 0.2
    z = figure.points[:, 2]
    return np.where(arm, -_FAR, np.minimum(_waist(figure) - z, z - low))


def _top(dresser: Dresser, garment: Garment) -> None:
    figure = dresser.figure
    field = _top_field(figure, garment)
    base = subdivide(from_group(figure, "tights"))
    loose = cloth.loosen(base, figure, garment.ease, rounds=10)
    sheet = clip(loose, base.carry(field))
    sheet = cloth.crumple(sheet, figure, garment, dresser.rng(garment.name))
    sheet = cloth.clear(sheet, figure, garment.ease * 0.6)
    sheet = cloth.collar(sheet, *neck_axis(figure), garment.collar)
    _add(dresser, garment, sheet, 3000)
    dresser.layers.append(sheet)


def _trousers(dresser: Dresser, garment: Garment) -> None:
    figure = dresser.figure
    ankle = figure.head_of("foot.L")[2]
    field = _leg_field(figure, ankle)
    base = subdivide(from_group(figure, "tights"))
    loose = cloth.loosen(base, figure, garment.ease, rounds=8)
    loose = cloth.widen_legs(loose, figure, 0.02)
    sheet = clip(loose, base.carry(field))
    sheet = cloth.crumple(sheet, figure, garment, dresser.rng(garment.name))
    sheet = cloth.clear(sheet, figure, garment.ease * 0.5)
    sheet = cloth.lengthen(sheet, figure, ankle + 0.01, 0.032 + garment.ease, 0.0)
    _add(dresser, garment, sheet, 1800)
    dresser.layers.append(sheet)


def _skirt(dresser: Dresser, garment: Garment) -> None:
    figure = dresser.figure
    hip = figure.head_of("upperleg01.L")[2]
    field = _leg_field(figure, hip - 0.035)
    base = subdivide(from_group(figure, "tights"))
    loose = cloth.loosen(base, figure, garment.ease, rounds=14)
    sheet = clip(loose, base.carry(field))
    sheet = cloth.lengthen(sheet, figure, hip + 0.03, hip - garment.hem, garment.flare)
    sheet = cloth.crumple(sheet, figure, garment, dresser.rng(garment.name))
    _add(dresser, garment, sheet, 1800)
    dresser.layers.append(sheet)


def _coat(dresser: Dresser, garment: Garment) -> None:
    figure = dresser.figure
    hip = figure.head_of("upperleg01.L")[2]
    hangs = garment.hem > -0.01
    low = hip - 0.035 if hangs else hip - garment.hem
    field = _top_field(figure, garment.model_copy(update={"hem": hip - low}))
    base = subdivide(from_group(figure, "tights"))
    loose = cloth.loosen(base, figure, garment.ease, rounds=20)
    sheet = clip(loose, base.carry(field))
    if hangs:
        sheet = cloth.lengthen(sheet, figure, hip + 0.03, hip - garment.hem, garment.flare)
    sheet = cloth.crumple(sheet, figure, garment, dresser.rng(garment.name))
    sheet = cloth.collar(sheet, *neck_axis(figure), garment.collar)
    sheet = cloth.open_front(sheet, figure, garment)
    _add(dresser, garment, sheet, 6200, rim=0.06)
    if garment.buttons:
        points = cloth.buttons(sheet, figure, garment)
        name = f"{garment.name}_buttons"
        dresser.add(points, name, name, "accessory", uvs=np.zeros((len(points.points), 2)))
    dresser.layers.append(sheet)


def _shoes(dresser: Dresser, garment: Garment) -> None:
    figure = dresser.figure
    upper, sole = shoes.pair(figure, garment)
    _add(dresser, garment, upper, 700, kind="shoe")
    part = garment.model_copy(update={"name": f"{garment.name}_sole"})
    dresser.add(sole, part.name, garment.name, "shoe", uvs=cloth.unwrap(sole, figure))


def _trousers_cover(figure: Figure, garment: Garment) -> Array:
    return _leg_field(figure, figure.head_of("foot.L")[2])


def _skirt_cover(figure: Figure, garment: Garment) -> Array:
    return _leg_field(figure, figure.head_of("upperleg01.L")[2] - garment.hem)


def _coat_cover(figure: Figure, garment: Garment) -> Array:
    """All but what the open front shows, and legs: a coat swings clear of them."""
    x, y, _ = figure.points.T
    shown = (y > 0) & (np.abs(x) < garment.open / 2 + 0.06)
    shown &= figure.influence(*_SLEEVE) < 0.3
    field = _top_field(figure, garment.model_copy(update={"hem": min(garment.hem, 0.075)}))
    return np.where(shown, -_FAR, field)


_COVERS = {
    "shoes": lambda figure, garment: shoes.field(figure), "trousers": _trousers_cover,
    "skirt": _skirt_cover, "top": _top_field, "coat": _coat_cover,
}  # fmt: skip
_KINDS = {
    "shoes": _shoes, "trousers": _trousers, "skirt": _skirt, "top": _top, "coat": _coat,
}  # fmt: skip
