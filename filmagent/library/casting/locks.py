"""Locks of hair as meshes: flat tapered tubes along paths, coloured lock by lock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Locks:
    """Many locks as one mesh."""

    points: Array
    faces: Array
    uvs: Array
    colours: Array


def sweep(
    paths: Array, ups: Array, width: Array, flat: float, tint: Array, *, sides: int = 4,
    arched: bool = False, tip: float = 0.06, even: bool = False,
) -> Locks:  # fmt: skip
    """Tubes along paths.

    Parameters
    ----------
    paths
        (R, K, 3) metres.
    ups
        (R, 3) away from the head at each root: the thin side of a lock.
    width
        (R,) widest half-width, metres.
    flat
        Thickness as a part of the width.
    tint
        (R, 3) linear colour of each lock.
    sides
        Corners of the cross-section.
    arched
        Only the outer half of the cross-section, an open arch.
    tip
        Width at the end as a part of the widest.
    even
        One width all along: a wire, not a lock.
    """
    rows, knots = paths.shape[:2]
    along = np.gradient(paths, axis=1)
    along /= np.maximum(np.linalg.norm(along, axis=2, keepdims=True), 1e-9)
    up = np.repeat(ups[:, None], knots, axis=1)
    for k in range(1, knots):  # parallel transport keeps a lock from twisting
        up[:, k] = up[:, k - 1]
        up[:, k] -= along[:, k] * np.sum(up[:, k] * along[:, k], axis=1, keepdims=True)
        up[:, k] /= np.maximum(np.linalg.norm(up[:, k], axis=1, keepdims=True), 1e-9)
    across = np.cross(along, up)
    t = np.linspace(0, 1, knots)
    taper = np.interp(t, [0, 0.15, 0.55, 0.85, 1], [0.55, 0.9, 1.0, max(0.62, tip**0.3), tip])
    if even:
        taper = np.ones(knots)
    turn = 2 * np.pi * np.arange(sides) / sides
    if arched:
        turn = np.linspace(0, np.pi, sides)
    half = width[:, None] * taper
    ring = (
        paths[:, :, None]
        + (across * half[..., None])[:, :, None] * np.cos(turn)[:, None]
        + (up * half[..., None] * flat)[:, :, None] * np.sin(turn)[:, None]
    )
    return Locks(
        ring.reshape(-1, 3), _faces(rows, knots, sides, arched), _uvs(rows, knots, sides),
        _shade(tint, t, rows, sides),
    )  # fmt: skip


def _faces(rows: int, knots: int, sides: int, arched: bool) -> Array:
    k, s = np.meshgrid(np.arange(knots - 1), np.arange(sides - arched), indexing="ij")
    a, b = k * sides + s, k * sides + (s + 1) % sides
    quad = np.concatenate([
        np.stack([a, b, b + sides], -1).reshape(-1, 3),
        np.stack([a, b + sides, a + sides], -1).reshape(-1, 3),
    ])  # fmt: skip
    every = quad[None] + (np.arange(rows) * knots * sides)[:, None, None]
    made: Array = every.reshape(-1, 3)[:, ::-1]
    return made


def _uvs(rows: int, knots: int, sides: int) -> Array:
    """Across: one of four strips of the streak texture; along: root to tip."""
    across = (np.arange(rows) % 4)[:, None, None] * 0.25 + 0.22 * (
        np.abs(np.arange(sides) - sides / 2) / (sides / 2)
    )
    u = np.broadcast_to(across, (rows, knots, sides))
    v = np.broadcast_to(np.linspace(0.02, 0.98, knots)[None, :, None], u.shape)
    made: Array = np.stack([u, v], axis=-1).reshape(-1, 2)
    return made


def _shade(tint: Array, t: Array, rows: int, sides: int) -> Array:
    """Darker at the roots, where hair lies in its own shadow."""
    ramp = np.interp(t, [0, 0.25, 1], [0.55, 0.9, 1.12])
    colours = tint[:, None, None] * ramp[:, None, None] * np.ones((1, 1, sides, 1))
    made: Array = np.round(colours.reshape(-1, 3), 4)
    return made


def streaks() -> dict[str, Array]:
    """A texture of fine strands running along v."""
    rng = np.random.default_rng(7)
    width, height = 256, 64
    shade = np.zeros((height, width))
    for octave in (1, 2, 4):
        noise = rng.normal(size=(max(2, height // (16 * octave)), width // octave))
        noise = np.repeat(noise, octave, axis=1)[:, :width]
        rows = np.linspace(0, len(noise) - 1, height)
        low = np.floor(rows).astype(int).clip(0, len(noise) - 2)
        mix = (rows - low)[:, None]
        shade += (noise[low] * (1 - mix) + noise[low + 1] * mix) / octave**0.5
    shade = np.clip(0.72 + 0.13 * shade, 0.25, 1.0)
    grey = np.round(255 * shade ** (1 / 2.2)).astype(np.uint8)
    slope = np.clip(np.gradient(shade, axis=1) * 2.2, -0.7, 0.7)
    normal = np.stack([-slope, np.zeros_like(slope), np.sqrt(1 - slope**2)], axis=-1)
    return {
        "hair/albedo": np.repeat(grey[..., None], 3, axis=2),
        "hair/normal": np.round((normal * 0.5 + 0.5) * 255).astype(np.uint8),
    }
