"""Folds: across bent joints, from the armpits, and upright where cloth hangs."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Garment
from filmagent.library.casting.sheet import Sheet, normals

Array = NDArray[Any]


_GROWN = 1.45
"""Height of a grown person's head bone, metres."""


def crumple(sheet: Sheet, figure: Figure, garment: Garment, rng: np.random.Generator) -> Sheet:
    """Creases across bent joints, cloth stacked on wrists and shoes, and folds where it hangs."""
    points = sheet.points
    out = normals(points, sheet.faces)
    waves = np.zeros(len(points))
    for joint, reach in _CREASED:
        for side in "LR":
            waves += 0.0034 * _creases(points, figure, f"{joint}.{side}", reach, rng)
    waves += 0.0022 * _drag(points, figure, rng)
    if garment.pleats:
        waves += _pleated(points, figure, garment.pleats)
    elif garment.kind in ("skirt", "coat", "dress", "apron"):
        waves += _hanging(points, figure, rng)
    out[:, 2] *= 0.6
    # a child's cloth creases as finely as its joints are close
    size = float(np.clip(figure.head_of("head")[2] / _GROWN, 0.4, 1.0))
    return sheet.moved(points + out * (garment.folds * size * waves)[:, None])


_CREASED = (
    ("lowerarm01", 0.085), ("wrist", 0.065), ("lowerleg01", 0.10), ("foot", 0.10),
    ("upperarm01", 0.09), ("upperleg01", 0.11),
)  # fmt: skip
"""Joints where cloth creases, and how far from them, metres."""


def _drag(points: Array, figure: Figure, rng: np.random.Generator) -> Array:
    """Slanting folds from the armpits towards the waist, and slow unevenness."""
    waist, pit = figure.head_of("spine05")[2], figure.head_of("upperarm01.L")[2] - 0.08
    x, y, z = points.T
    t = np.clip((z - waist) / (pit - waist), -0.6, 1.3)
    side = np.exp(-(((np.abs(x) - 0.13) / 0.07) ** 2)) * np.exp(-(((t - 0.3) / 0.55) ** 2))
    phase = rng.uniform(0, 6.3, 4)
    slant = np.sin(2 * np.pi * (z - 0.55 * np.abs(x) + 0.15 * y) / 0.047 + phase[0] * np.sign(x))
    slow = np.sin(2 * np.pi * (1.1 * x + 0.4 * z) / 0.13 + phase[1]) * np.sin(
        2 * np.pi * (0.9 * y - 0.3 * z) / 0.15 + phase[2]
    )
    made: Array = side * slant + 0.6 * slow
    return made


def _hanging(points: Array, figure: Figure, rng: np.random.Generator) -> Array:
    """Upright folds that deepen towards a hem, metres."""
    hip = figure.head_of("upperleg01.L")[2]
    low = points[:, 2].min()
    if low > hip - 0.1:
        return np.zeros(len(points))
    t = np.clip((hip + 0.06 - points[:, 2]) / (hip + 0.06 - low), 0, 1)
    turn = np.arctan2(points[:, 0], points[:, 1] - figure.head_of("upperleg01.L")[1])
    phase = rng.uniform(0, 6.3, 3)
    bend = turn + 0.16 * np.sin(3 * turn + phase[0])
    fold = 0.65 * np.sin(11 * bend + phase[1]) + 0.35 * np.sin(19 * bend + phase[2])
    made: Array = 0.0075 * t**1.3 * fold
    return made


def _pleated(points: Array, figure: Figure, count: int) -> Array:
    """Knife pleats: each rises slowly and falls back at once, deeper towards the hem, metres."""
    hip = figure.head_of("upperleg01.L")
    low = points[:, 2].min()
    t = np.clip((hip[2] + 0.08 - points[:, 2]) / max(hip[2] + 0.08 - low, 0.1), 0, 1)
    turn = np.arctan2(points[:, 0], points[:, 1] - hip[1]) / (2 * np.pi)
    phase = (count * turn) % 1.0
    rise = np.interp(phase, [0.0, 0.78, 1.0], [-0.5, 0.5, -0.5])
    made: Array = 0.018 * t**0.6 * rise
    return made


def _creases(
    points: Array, figure: Figure, bone: str, reach: float, rng: np.random.Generator
) -> Array:
    """Folds around one joint, across the limb and a little oblique."""
    index = figure.bone(bone)
    at = figure.rest[index, :3, 3]
    local = (points - at) @ figure.rest[index, :3, :3]
    near = np.exp(-((np.linalg.norm(local, axis=1) / reach) ** 2))
    tilt = rng.uniform(-0.5, 0.5, 2)
    run = local[:, 1] + tilt[0] * local[:, 0] + tilt[1] * local[:, 2]
    wave = np.sin(2 * np.pi * run / 0.038 + rng.uniform(0, 6.3)) + 0.6 * np.sin(
        2 * np.pi * run / 0.026 + rng.uniform(0, 6.3)
    )
    folds: Array = near * wave
    return folds
