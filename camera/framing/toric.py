"""Toric space: camera positions by how two subjects are seen, instead of by where they stand.

All positions from which A and B are seen an angle α apart form a torus through A and B; θ goes
along its arc and φ turns the arc's plane about AB. C. Lino & M. Christie, "Intuitive and efficient
camera control with the toric space", ACM Trans. Graph. 34(4), 2015, sec. 3; the inscribed angle
theorem in the triangle A, B, camera gives every formula here: α is its angle at the camera, θ/2
the one at A, and so π − α − θ/2 the one at B.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array

_POINT = 1e-6
"""Metres within which two subjects are one point."""
_NEAR = 1e-9
"""Relative distance from a subject, or from the line through both, that has no toric place."""
_FLAT = 1e-6
"""Radians short of π at which the camera is between its subjects."""


def toric_angle(screen_a: ArrayLike, screen_b: ArrayLike, focal_heights: ArrayLike) -> Array:
    """Radians α (...,) between two screen points (..., 2), at any heights, seen from the camera.

    Exact also where both points nearly coincide: the cross product is taken with their difference.

    Raises
    ------
    ValueError
        If a point is not finite or a focal length not positive.
    """
    a, b = np.asarray(screen_a, np.float64), np.asarray(screen_b, np.float64)
    f = np.asarray(focal_heights, np.float64)
    if not (np.all(np.isfinite(a)) and np.all(np.isfinite(b))):
        raise ValueError("a screen point is not finite; a subject behind the camera has no angle")
    if not np.all(np.isfinite(f) & (f > 0)):
        raise ValueError(
            f"focal lengths must be positive and finite, not {np.min(f)} frame heights"
        )
    d = b - a
    # (a, −f) × (b − a, 0)
    across = np.sqrt(
        (f * d[..., 1]) ** 2
        + (f * d[..., 0]) ** 2
        + (a[..., 0] * d[..., 1] - a[..., 1] * d[..., 0]) ** 2
    )
    return np.asarray(np.arctan2(across, (a * b).sum(-1) + f * f))


def from_toric(
    a: ArrayLike, b: ArrayLike, alpha: ArrayLike, theta: ArrayLike, phi: ArrayLike
) -> Array:
    """Camera positions (..., 3) that see A and B ``alpha`` apart; everything broadcasts.

    Parameters
    ----------
    a, b : (..., 3) metres
    alpha : (...,) radians in (0, π)
    theta : (...,) radians in (0, 2(π − α))
        Along the arc from B's side to A's.
    phi : (...,) radians
        About AB: 0 is level with the camera on the right hand of A→B, counter-clockwise as seen
        from A. Where AB is upright, 0 is towards +X.

    Raises
    ------
    ValueError
        If A and B are one point, or an angle is out of its range.
    """
    pa, ab, length = _pair(a, b)
    al, th, ph = (np.asarray(x, np.float64) for x in (alpha, theta, phi))
    if not np.all((al > 0) & (al < np.pi)):
        bad = _number(al, ~((al > 0) & (al < np.pi)))
        raise ValueError(f"the angle between two subjects on screen must be in (0, π), not {bad}")
    inside = (th > 0) & (th / 2 + al < np.pi)
    if not np.all(inside):
        bad = _number(th, ~inside)
        raise ValueError(f"theta must be in (0, 2(π − alpha)), not {bad}: at an end of its range")
    if not np.all(np.isfinite(ph)):
        raise ValueError(f"phi must be finite, not {_number(ph, ~np.isfinite(ph))}")
    half = th / 2
    side, top = _frame(ab)
    across = np.cos(ph)[..., None] * side + np.sin(ph)[..., None] * top
    direction = (
        np.cos(half)[..., None] * (ab / length[..., None]) + np.sin(half)[..., None] * across
    )
    reach = length * np.sin(al + half) / np.sin(al)
    return np.asarray(pa + reach[..., None] * direction)


def to_toric(position: ArrayLike, a: ArrayLike, b: ArrayLike) -> tuple[Array, Array, Array]:
    """(alpha, theta, phi), each (...,), of camera positions: the inverse of `from_toric`.

    Raises
    ------
    ValueError
        If a camera is on a subject or on the line through both, where one hides the other or it
        stands between them and phi means nothing.
    """
    pa, ab, length = _pair(a, b)
    c = np.asarray(position, np.float64)
    if not np.all(np.isfinite(c)):
        raise ValueError("a camera is not at a finite place; give its position in metres")
    ac, cb = c - pa, pa + ab - c
    unit = ab / length[..., None]
    along = (ac * unit).sum(-1)
    across = ac - along[..., None] * unit
    off = np.linalg.norm(across, axis=-1)
    # one distance from the line in both angles: its rounding cancels on the way back
    alpha = np.arctan2(length * off, -(ac * cb).sum(-1))
    scale = np.maximum(np.linalg.norm(ac, axis=-1), length)
    near = np.minimum(np.linalg.norm(ac, axis=-1), np.linalg.norm(cb, axis=-1))
    if np.any(near <= _NEAR * scale):
        bad = _place(c, near <= _NEAR * scale)
        raise ValueError(f"the camera at {bad} stands on one of its two subjects; move it away")
    lost = (off <= _NEAR * scale) | (alpha > np.pi - _FLAT)
    if np.any(lost):
        bad = _place(c, lost)
        raise ValueError(f"the camera at {bad} is on the line through its two subjects")
    side, top = _frame(ab)
    phi = np.arctan2((across * top).sum(-1), (across * side).sum(-1))
    return np.asarray(alpha), np.asarray(2 * np.arctan2(off, along)), np.asarray(phi)


def _pair(a: ArrayLike, b: ArrayLike) -> tuple[Array, Array, Array]:
    """A (..., 3), A→B (..., 3) and its length (...,), checked."""
    pa, pb = np.asarray(a, np.float64), np.asarray(b, np.float64)
    if not (np.all(np.isfinite(pa)) and np.all(np.isfinite(pb))):
        raise ValueError("a subject is not at a finite place; give both in metres")
    ab = pb - pa
    length = np.linalg.norm(ab, axis=-1)
    if np.any(length < _POINT):
        bad = _place(pb, length < _POINT)
        raise ValueError(f"the two subjects stand on one point, {bad}; toric space needs two")
    return pa, ab, length


def _number(values: Array, bad: Array) -> float:
    """The first bad one of values (...), to be named."""
    wide, where = np.broadcast_arrays(values, bad)
    return float(wide[where].ravel()[0])


def _place(points: Array, bad: Array) -> list[float]:
    """The first bad one of points (..., 3), to be named."""
    wide = np.broadcast_to(points, (*bad.shape, 3))
    return [float(x) for x in wide[bad].reshape(-1, 3)[0]]


def _frame(ab: Array) -> tuple[Array, Array]:
    """Level right hand of AB and the upward direction at right angles to both, (..., 3) each."""
    unit = ab / np.linalg.norm(ab, axis=-1, keepdims=True)
    side = np.stack([unit[..., 1], -unit[..., 0], np.zeros_like(unit[..., 0])], axis=-1)
    flat = np.linalg.norm(side, axis=-1, keepdims=True)
    side = np.where(flat > 1e-9, side / np.maximum(flat, 1e-300), np.array([1.0, 0.0, 0.0]))
    return side, np.cross(side, unit)
