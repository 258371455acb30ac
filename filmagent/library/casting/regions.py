"""Where on a body each garment lies, as scalar fields in metres, positive inside.

Cloth is clipped where its field is zero, which is a plane or a smooth curve: a clean edge. Skin
well inside is left out of the bake, so that it cannot poke through.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting import complexion
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Garment

Array = NDArray[Any]
ARM = ("clavicle", "shoulder01", "upperarm", "lowerarm", "wrist", "finger", "metacarpal")
SLEEVE = ("upperarm", "lowerarm", "wrist", "finger", "metacarpal")
FAR = 0.5
_DROP = 0.03
"""Cloth hangs freely from this far above the hip joints, metres."""


def sleeves(figure: Figure, reach: float) -> Array:
    """(N,) metres above the cuff along each arm; far inside on the trunk."""
    field = np.full(len(figure.points), FAR)
    for side, sign in (("L", -1.0), ("R", 1.0)):
        joints = [
            figure.head_of(f"{bone}.{side}") for bone in ("upperarm01", "lowerarm01", "wrist")
        ]
        along = _along(figure.points, np.stack(joints))
        length = sum(np.linalg.norm(b - a) for a, b in pairwise(joints))
        arm = (figure.influence(*SLEEVE) > 0.3) & (figure.points[:, 0] * sign > 0)
        field[arm] = np.minimum(reach * length - along[arm], FAR)
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


def _neck(figure: Figure, garment: Garment) -> Array:
    """(N,) metres outside an elliptic cylinder around the neck: its cut is a smooth neckline."""
    base, up = neck_axis(figure)
    forward = np.cross([1.0, 0.0, 0.0], up) * -1
    forward *= np.sign(forward[1])
    local = figure.points - base
    depth = 0.6 * garment.neck
    ring = (np.abs(local @ up - 0.045) < 0.012) & (figure.influence(*ARM) < 0.05)
    ring[figure.quads["body"].max() + 1 :] = False
    ahead, across = local @ forward, np.abs(local[:, 0])
    throat, nape = ahead[ring].max() + 0.004 + depth, -ahead[ring].min() + 0.020
    half_x = across[ring].max() + 0.016 + 0.45 * depth
    half_y, middle = (throat + nape) / 2, (throat - nape) / 2
    if garment.vee:
        across = across + np.clip(ahead, 0, None) * 0.55
    radius = np.hypot(across / half_x, (ahead - middle) / half_y)
    field = (radius - 1) * min(half_x, half_y)
    field = np.maximum(field, -0.13 - local[:, 2])
    # a neck leans forward: below its base the cylinder would come out between the shoulders
    low = np.interp(ahead, [-0.04, 0.02], [-0.012, -0.2])
    field = np.maximum(field, low - local @ up)
    if garment.collar == "fold" and not garment.open:
        # a shirt is cut where neck and shoulders meet, lower at the throat: its collar stands there
        dip = 0.010 * np.clip(ahead / max(throat, 0.03), 0, 1)
        field = np.maximum(0.012 - depth - dip - local @ up, -FAR)
    field = np.where(local @ up > 0.075, -FAR, field)
    throat_up = figure.influence("neck02", "neck03", *complexion.HEAD) > 0.5
    field = np.where(throat_up, -FAR, field)
    limb = figure.influence(*SLEEVE) > 0.3
    return np.where(limb, FAR, np.clip(field, -FAR, FAR))


def neck_axis(figure: Figure) -> tuple[Array, Array]:
    """The middle of the neck's base, and the direction the neck rises in."""
    base, top = figure.head_of("neck01"), figure.head_of("head")
    up = (top - base) / np.linalg.norm(top - base)
    return base + np.array([0, 0.004, 0.0]), up


def hip(figure: Figure) -> float:
    """Height of the hip joints."""
    return float(figure.head_of("upperleg01.L")[2])


def waist(figure: Figure) -> float:
    """Height of a waistband's upper edge."""
    return float(figure.head_of("spine05")[2] + 0.085)


def drop(figure: Figure) -> float:
    """Height from which tops, skirts and coats hang freely."""
    return hip(figure) + _DROP


def hangs(garment: Garment) -> bool:
    """Whether a top or a coat reaches below `drop`."""
    return garment.kind == "dress" or (garment.hem > -0.01 and not garment.tucked)


def cuff(figure: Figure, garment: Garment) -> float:
    """Height of a trouser leg's hem."""
    high, low = hip(figure) - 0.07, 0.032 + garment.ease
    return high + (low - high) * garment.leg


def top(figure: Figure, garment: Garment) -> Array:
    """(N,) inside a top: below its neckline, above its cuffs and its hem."""
    arm = figure.influence(*SLEEVE) > 0.3
    above = figure.points[:, 2] - (hip(figure) - garment.hem)
    made: Array = np.minimum.reduce([
        sleeves(figure, garment.sleeve), _neck(figure, garment), np.where(arm, FAR, above),
    ])  # fmt: skip
    return made


def legs(figure: Figure, low: float) -> Array:
    """(N,) inside what is worn from the waist down to a height."""
    arm = figure.influence(*ARM) > 0.2
    z = figure.points[:, 2]
    return np.where(arm, -FAR, np.minimum(waist(figure) - z, z - low))


def shoe(figure: Figure, garment: Garment) -> Array:
    """(N,) below a shoe's opening; a low shoe's opening dips over the instep."""
    z = figure.points[:, 2]
    ankle = float(figure.head_of("foot.L")[2])
    if garment.shaft >= 0:
        return ankle + garment.shaft - z
    heel, toe = figure.head_of("foot.L")[1] - 0.045, figure.head_of("toe3-1.L")[1]
    share = np.clip((figure.points[:, 1] - heel) / (toe - heel), 0, 1.6)
    line = (
        ankle
        + garment.shaft
        + np.interp(
            share, [0.0, 0.25, 0.55, 0.85, 1.0, 1.3], [0.0, -0.012, -0.022, -0.02, 0.02, 0.1]
        )
    )
    low: Array = np.minimum(line - z, 0.3)
    return low


def covered(figure: Figure, garment: Garment) -> Array:
    """(N,) metres that each of the figure's vertices is inside a garment; negative is bare."""
    return _COVERED[garment.kind](figure, garment)


def _coat(figure: Figure, garment: Garment) -> Array:
    """All but what the open front shows, and legs: a coat swings clear of them."""
    x, y, _ = figure.points.T
    shown = (y > 0) & (np.abs(x) < garment.open / 2 + 0.06) & (garment.open > 0)
    shown &= figure.influence(*SLEEVE) < 0.3
    field = top(figure, garment.model_copy(update={"hem": min(garment.hem, 0.075)}))
    return np.where(shown, -FAR, field)


def _dress(figure: Figure, garment: Garment) -> Array:
    above = top(figure, garment)
    below = legs(figure, hip(figure) - garment.hem)
    made: Array = np.maximum(above, below)
    return made


def _nothing(figure: Figure, garment: Garment) -> Array:
    """What lies on other cloth hides no skin."""
    return np.full(len(figure.points), -FAR)


_COVERED = {
    "shoes": shoe,
    "trousers": lambda figure, garment: legs(figure, max(
        cuff(figure, garment), float(figure.head_of("foot.L")[2])
    )),
    "skirt": lambda figure, garment: legs(figure, hip(figure) - garment.hem),
    "top": top, "dress": _dress, "coat": _coat, "apron": _nothing, "tie": _nothing,
}  # fmt: skip
