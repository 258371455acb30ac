"""Turning a level camera: to one subject at a screen point, or to hold several."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import SIZES
from camera.pose import Array, canonical, conjugate, exp, heading_of, multiply, rotate

CROWN = 0.115
"""Metres from the eyes up to the top of the hair."""

_ROUNDS = 8
_SETTLED = 1e-4
"""Frame heights from which a correction is the last."""
_NEAREST = 0.05
_FARTHEST = 1.0
"""Frame heights from the middle of the screen at which the middle of what is held may be."""


def aim(
    position: ArrayLike,
    target: ArrayLike,
    screen: ArrayLike,
    focal_heights: ArrayLike,
    roll: float = 0.0,
) -> Array:
    """Quaternions (..., 4) of cameras that show ``target`` at a screen point, horizon level.

    With the camera pitched by p, the ray through (x, y) rises by y·cos p + f·sin p; setting that
    equal to the target's own rise gives p in closed form, and the yaw follows.

    Parameters
    ----------
    position, target : (..., 3) metres
    screen : (..., 2) frame heights
    focal_heights : (...,) focal length in frame heights (`Lens.focal_heights`)
    roll
        Radians the camera is rolled about its axis, counter-clockwise seen from behind: a dutch
        angle. The target stays at its screen point.

    Raises
    ------
    ValueError
        If a camera stands on its target, or something is not finite, or a focal length is not
        positive.
    """
    d = np.asarray(target, np.float64) - np.asarray(position, np.float64)
    s = np.asarray(screen, np.float64)
    f = np.asarray(focal_heights, np.float64)
    length = np.linalg.norm(d, axis=-1)
    if not np.all(np.isfinite(length)):
        raise ValueError("the camera or its subject is not at a finite place; give both in metres")
    if np.any(length <= 1e-9):
        raise ValueError("the camera and its subject are the same point; move one of them")
    if not np.all(np.isfinite(s)):
        raise ValueError("a wished screen point is not finite; give x and y in frame heights")
    if not np.all(np.isfinite(f) & (f > 0)):
        raise ValueError(
            f"focal lengths must be positive and finite, not {np.min(f)} frame heights"
        )
    x, y = s[..., 0], s[..., 1]
    if roll:
        cosine, sine = np.cos(roll), np.sin(roll)
        x, y = cosine * x - sine * y, sine * x + cosine * y
    ray = np.sqrt(x * x + y * y + f * f)
    rise = d[..., 2] / length * ray
    reach = np.hypot(y, f)
    # a target nearly straight above or below at a far screen x has no level solution: the nearest
    pitch = np.arcsin(np.clip(rise / reach, -1.0, 1.0)) - np.arctan2(y, f)
    along = f * np.cos(pitch) - y * np.sin(pitch)
    yaw = heading_of(d) - np.arctan2(-x, along)
    q = oriented(yaw, pitch)
    if roll:
        q = canonical(multiply(q, exp(np.array([0.0, 0.0, roll]))))
    return q


def hold(
    position: ArrayLike, points: ArrayLike, focal_heights: ArrayLike, top: ArrayLike = 0.4
) -> Array:
    """Quaternions (..., 4) of level cameras that hold several points: centred, with air above.

    The leftmost and rightmost point are as far from the middle of the screen, and the highest is
    at y = ``top``. Aiming at the middle of the points is corrected by what is then seen; each
    round leaves a small share of the error.

    Parameters
    ----------
    position : (..., 3) metres
    points : (..., P, 3) metres
        Crowns or heads; what is behind a camera is ignored.
    focal_heights : (...,) focal length in frame heights
    top : (...,) frame heights

    Raises
    ------
    ValueError
        As `aim`.
    """
    c, p = np.asarray(position, np.float64), np.asarray(points, np.float64)
    f, y = np.asarray(focal_heights, np.float64), np.asarray(top, np.float64)
    lead = np.broadcast_shapes(c.shape[:-1], p.shape[:-2], f.shape, y.shape)
    c = np.broadcast_to(c, (*lead, 3)).reshape(-1, 3)
    p = np.broadcast_to(p, (*lead, *p.shape[-2:])).reshape(-1, *p.shape[-2:])
    f, y = (np.broadcast_to(v, lead).reshape(-1) for v in (f, y))
    middle, screen = p.mean(axis=-2), np.zeros((len(c), 2))
    q = aim(c, middle, screen, f)
    moving = np.arange(len(c))
    for _ in range(_ROUNDS):
        off = _off(c[moving], p[moving], f[moving], y[moving], q[moving])
        screen[moving] = np.clip(screen[moving] - off, -_FARTHEST, _FARTHEST)
        q[moving] = aim(c[moving], middle[moving], screen[moving], f[moving])
        moving = moving[np.abs(off).max(axis=1) > _SETTLED]
        if not len(moving):
            break
    return q.reshape(*lead, 4)


def _off(c: Array, p: Array, f: Array, top: Array, q: Array) -> Array:
    """How far (N, 2) points (N, P, 3) on the screen are from centred, and the highest from top."""
    local = rotate(conjugate(q)[:, None], p - c[:, None])
    ahead = local[..., 2:] < -_NEAREST
    seen = f[:, None, None] * local[..., :2] / np.maximum(-local[..., 2:], _NEAREST)
    low = np.where(ahead, seen, np.inf).min(axis=1)
    high = np.where(ahead, seen, -np.inf).max(axis=1)
    # with nobody ahead there is nothing to correct by
    some = ahead.any(axis=1)
    low, high = np.where(some, low, 0.0), np.where(some, high, top[:, None])
    middle = np.where(some[:, 0], (low[:, 0] + high[:, 0]) / 2, 0.0)
    return np.stack([middle, high[:, 1] - top], axis=-1)


def oriented(yaw: ArrayLike, pitch: ArrayLike) -> Array:
    """Quaternions (..., 4) of level cameras that look along a heading and up by ``pitch``."""
    turn, lift = 0.5 * np.asarray(yaw), 0.5 * np.asarray(pitch) + 0.25 * np.pi
    cosine, sine = np.cos(turn), np.sin(turn)
    right, level = np.sin(lift), np.cos(lift)
    w = cosine * level
    q = np.empty((*w.shape, 4))
    q[..., 0], q[..., 1] = w, cosine * right
    q[..., 2], q[..., 3] = sine * right, sine * level
    return canonical(q)


def eyes_height(size: str) -> float:
    """Screen y of the eyes in a shot of this size with the right headroom.

    Raises
    ------
    ValueError
        If the size is not known.
    """
    if size not in SIZES:
        raise ValueError(f"size {size!r} is not known; there are {', '.join(SIZES)}")
    entry = SIZES[size]
    return 0.5 - entry.headroom - CROWN / entry.shows
