"""Glasses: rims before the eyes, a bridge on the nose, temples to the ears."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import Material
from filmagent.library.casting import locks
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Glasses

if TYPE_CHECKING:
    from filmagent.library.casting.dress import Dresser

Array = NDArray[Any]
_RIMS: dict[str, tuple[float, float, float, float]] = {
    "round": (0.0225, 0.0205, 2.0, 0.0),
    "square": (0.0255, 0.0185, 4.0, -0.002),
    "reading": (0.0225, 0.0135, 2.6, -0.012),
}
"""Shape → half width and half height of a rim, the power of its superellipse, and its drop."""
_WIRE = 0.0013
_AHEAD = 0.007
"""Air between the lids' farthest point and the rims, metres."""


def materials(glasses: Glasses) -> dict[str, Material]:
    """What frames and lenses are made of."""
    return {
        "glasses": Material(base_colour=glasses.colour, roughness=0.25),
        "lenses": Material(model="glass", base_colour=(0.97, 0.98, 0.98), roughness=0.01,
                           transmission=1.0, alpha=0.06, two_sided=True),
    }  # fmt: skip


def put_on(dresser: Dresser, glasses: Glasses) -> None:
    """Add frames and lenses, rigid with the head."""
    figure = dresser.figure
    paths = _frame(figure, glasses.shape)
    tubes = [
        locks.sweep(
            path[None], np.array([[0.0, 0.3, 1.0]]), np.array([_WIRE]), 1.0,
            np.ones((1, 3)), sides=8, tip=1.0, even=True,
        )
        for path in paths
    ]  # fmt: skip
    starts = np.cumsum([0] + [len(tube.points) for tube in tubes[:-1]])
    points = np.concatenate([tube.points for tube in tubes])
    faces = np.concatenate([t.faces + s for t, s in zip(tubes, starts, strict=True)])
    dresser.add_rigid(
        points, faces, "head", "glasses", "glasses", "accessory", collide=False
    )  # fmt: skip
    rims = paths[:2]
    lens = np.concatenate([np.concatenate([rim[:-1], rim[:-1].mean(0)[None]]) for rim in rims])
    n = len(rims[0]) - 1
    k = np.arange(n)
    fans = [np.stack([k + at, (k + 1) % n + at, np.full(n, n + at)], 1) for at in (0, n + 1)]
    dresser.add_rigid(
        lens, np.concatenate(fans), "head", "lenses", "lenses", "accessory",
        use="render", collide=False,
    )  # fmt: skip


def _frame(figure: Figure, shape: str) -> list[Array]:
    """Two closed rims, the bridge and both temples, as paths (K, 3)."""
    half_x, half_z, power, drop = _RIMS[shape]
    eyes = np.stack([figure.head_of("eye.L"), figure.head_of("eye.R")])
    skin = figure.points[np.unique(figure.quads["body"])]
    apart = abs(eyes[0, 0] - eyes[1, 0])
    grow = apart / 0.064
    half_x, half_z = half_x * grow, half_z * grow
    ears = figure.points[figure.masks["ears"] > 0.5]
    turn = np.linspace(0, 2 * np.pi, 33)
    rims, temples = [], []
    for eye in eyes:
        sign = float(np.sign(eye[0]))
        middle = eye + np.array([sign * 0.0015, 0.0, drop])
        over = (np.abs(skin[:, 0] - middle[0]) < 0.8 * half_x) & (
            np.abs(skin[:, 2] - middle[2]) < half_z
        )
        ahead = skin[over, 1].max() + _AHEAD
        c, s = np.cos(turn), np.sin(turn)
        x = middle[0] + half_x * np.sign(c) * np.abs(c) ** (2 / power)
        z = middle[2] + half_z * np.sign(s) * np.abs(s) ** (2 / power)
        # the front follows the face a little
        y = ahead - 9.0 * np.clip(np.abs(x) - 0.02, 0, None) ** 2 * 1.2
        rims.append(np.stack([x, y, z], axis=1))
        outer = rims[-1][np.argmax(rims[-1][:, 0] * sign)]
        ear = ears[ears[:, 0] * sign > 0]
        hook = ear[ear[:, 2] > ear[:, 2].max() - 0.008].mean(axis=0)
        wide = max(abs(hook[0]), abs(outer[0]) + 0.004)
        temples.append(np.array([
            [outer[0], outer[1], outer[2] + 0.006],
            [sign * (abs(outer[0]) + 0.005), outer[1] - 0.01, outer[2] + 0.006],
            [sign * wide, 0.5 * (outer[1] + hook[1]), 0.5 * (outer[2] + hook[2]) + 0.004],
            [sign * (abs(hook[0]) - 0.001), hook[1] - 0.004, hook[2] + 0.002],
            [sign * (abs(hook[0]) - 0.004), hook[1] - 0.03, hook[2] - 0.028],
        ]))  # fmt: skip
    left, right = (rim[np.argmin(np.abs(rim[:, 0]))] for rim in rims)
    nose = 0.5 * (left + right) + [0, 0.003, 0.004]
    bridge = np.array([left, 0.5 * (left + nose) + [0, 0.001, 0.002], nose,
                       0.5 * (right + nose) + [0, 0.001, 0.002], right])  # fmt: skip
    return [*rims, bridge, *temples]
