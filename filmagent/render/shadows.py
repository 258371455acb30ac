"""Where live lamps see the scene from: the matrices of their shadow maps."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.render.lamps import Lamp

Array = NDArray[Any]


@dataclass
class ShadowView:
    """clip_from_world of the set's map and of the people's, and how far shadows blur (uv)."""

    fixed: Array
    moving: Array
    fixed_blur: float
    moving_blur: float


def shadow_view(
    lamp: Lamp, set_box: tuple[Array, Array], people: tuple[Array, Array], resolution: int
) -> ShadowView:
    """The shadow maps of a lamp: over the whole set, and close around the people."""
    if lamp.light.kind == "sun":
        fixed, width = _parallel(lamp, _within(set_box, people, 30.0), set_box)
        moving, near = _parallel(lamp, people, people)
        # a sun's penumbra two metres behind what blocks it
        penumbra = max(2.0 * np.tan(lamp.light.size[0] / 2), 0.004)
        return ShadowView(
            fixed, moving, penumbra / width + 0.7 / resolution, penumbra / near + 0.7 / resolution
        )
    view, tangent = _toward(lamp, people)
    span = 2 * tangent * 2.0
    # the penumbra of what stands a quarter of the way from what it shades
    soft = 0.25 * max(lamp.light.size) if lamp.light.kind == "area" else 0.25 * lamp.light.size[0]
    blur = float(np.clip(soft / span, 1.0 / resolution, 0.05))
    return ShadowView(view, view, blur, blur)


def _within(
    box: tuple[Array, Array], people: tuple[Array, Array], margin: float
) -> tuple[Array, Array]:
    return (np.maximum(box[0], people[0] - margin), np.minimum(box[1], people[1] + margin))


def _corners(box: tuple[Array, Array]) -> Array:
    low, high = box
    return np.array(
        [
            [(low, high)[i][0], (low, high)[j][1], (low, high)[k][2]]
            for i in (0, 1)
            for j in (0, 1)
            for k in (0, 1)
        ]
    )


def _parallel(
    lamp: Lamp, cover: tuple[Array, Array], casters: tuple[Array, Array]
) -> tuple[Array, float]:
    turn = np.stack([lamp.across, lamp.up, -lamp.forward])
    wide, deep = _corners(cover) @ turn.T, _corners(casters) @ turn.T
    low, high = wide.min(0), wide.max(0)
    width = float(max(high[0] - low[0], high[1] - low[1])) + 0.2
    centre = (low + high) / 2
    near, far = max(high[2], deep[:, 2].max()) + 1.0, low[2] - 60.0
    matrix = np.eye(4)
    matrix[0, :3], matrix[0, 3] = turn[0] * 2 / width, -centre[0] * 2 / width
    matrix[1, :3], matrix[1, 3] = turn[1] * 2 / width, -centre[1] * 2 / width
    matrix[2, :3] = -turn[2] * 2 / (near - far)
    matrix[2, 3] = (near + far) / (near - far)
    return matrix, width


def _toward(lamp: Lamp, people: tuple[Array, Array]) -> tuple[Array, float]:
    """A perspective from the lamp along its beam; bare bulbs look at the people's middle."""
    offset = _corners(people) - lamp.position
    look, tangent = lamp.forward, _WIDE
    if lamp.light.kind == "spot":
        tangent = float(np.tan(min(lamp.light.spot_angle / 2 + 0.05, 1.3)))
    elif lamp.light.kind == "point":
        look = offset.mean(0) / max(float(np.linalg.norm(offset.mean(0))), 1e-6)
    side = np.cross(look, (0.0, 0.0, 1.0) if abs(look[2]) < 0.99 else (0.0, 1.0, 0.0))
    side /= np.linalg.norm(side)
    up = np.cross(side, look)
    near, far = 0.1, float(max((offset @ look).max(), 1.0)) + 8.0
    matrix = np.zeros((4, 4))
    for row, axis in ((0, side), (1, up)):
        matrix[row, :3], matrix[row, 3] = axis / tangent, -(axis @ lamp.position) / tangent
    depth = (far + near) / (far - near)
    matrix[2, :3] = look * depth
    matrix[2, 3] = -(look @ lamp.position) * depth - 2 * far * near / (far - near)
    matrix[3, :3], matrix[3, 3] = look, -(look @ lamp.position)
    return matrix, tangent


_WIDE = 1.9
"""Tangent of half the angle that a soft lamp's shadow map sees: 125°."""
