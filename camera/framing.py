"""Subjects on the screen: aiming at a screen point, toric space, static setups.

Screen: x right, y up, origin in the middle, frame height = 1. All functions broadcast.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from camera.grammar import SIZES
from camera.lens import Lens
from camera.pose import Array, canonical, exp, facing, heading_of, multiply

CROWN = 0.115
"""Metres from the eyes up to the top of the hair."""


def aim(
    position: ArrayLike, target: ArrayLike, screen: ArrayLike, focal_heights: ArrayLike
) -> Array:
    """Quaternions (..., 4) of level cameras that show ``target`` at a screen point.

    With the camera pitched by p, the ray through (x, y) rises by y·cos p + f·sin p; setting that
    equal to the target's own rise gives p in closed form, and the yaw follows.

    Parameters
    ----------
    position, target : (..., 3) metres
    screen : (..., 2) frame heights
    focal_heights : (...,) focal length in frame heights (`Lens.focal_heights`)

    Raises
    ------
    ValueError
        If a camera stands on its target.
    """
    d = np.asarray(target, np.float64) - np.asarray(position, np.float64)
    s = np.asarray(screen, np.float64)
    f = np.asarray(focal_heights, np.float64)
    length = np.linalg.norm(d, axis=-1)
    if np.any(~(length > 1e-9)):
        raise ValueError("the camera and its subject are the same point; move one of them")
    x, y = s[..., 0], s[..., 1]
    ray = np.sqrt(x * x + y * y + f * f)
    rise = d[..., 2] / length * ray
    reach = np.hypot(y, f)
    # a target nearly straight above or below at a far screen x has no level solution: the nearest
    pitch = np.arcsin(np.clip(rise / reach, -1.0, 1.0)) - np.arctan2(y, f)
    along = f * np.cos(pitch) - y * np.sin(pitch)
    yaw = heading_of(d) - np.arctan2(-x, along)
    yaw, pitch = np.broadcast_arrays(yaw, pitch)
    zero = np.zeros_like(yaw)
    turn = exp(np.stack([zero, zero, yaw], -1))
    return canonical(multiply(turn, exp(np.stack([pitch + np.pi / 2, zero, zero], -1))))


def eyes_height(size: str) -> float:
    """Screen y of the eyes in a shot of this size with the right headroom."""
    entry = SIZES[size]
    return 0.5 - entry.headroom - CROWN / entry.shows


@dataclass(frozen=True)
class Setup:
    """A static camera: position (3,), quaternion (4,) and lens."""

    position: Array
    quaternion: Array
    lens: Lens


def single(
    eyes: ArrayLike,
    look: float,
    lens: Lens,
    *,
    size: str,
    azimuth: float = 0.0,
    elevation: float = 0.0,
    screen_x: float = 0.0,
) -> Setup:
    """A camera on one subject, in closed form.

    Parameters
    ----------
    eyes : (3,) metres
    look
        Heading the subject looks along, radians.
    azimuth
        Radians from the subject's look to the camera, counter-clockwise from above.
    elevation
        Radians of the camera above the subject's eyes.
    screen_x
        Where the eyes are across the frame, frame heights.
    """
    if size not in SIZES:
        raise ValueError(f"size {size!r} is not known; there are {', '.join(SIZES)}")
    e = np.asarray(eyes, np.float64)
    away = facing(look + azimuth) * np.cos(elevation) + np.array([0.0, 0.0, np.sin(elevation)])
    position = e + lens.distance_showing(SIZES[size].shows) * away
    q = aim(position, e, np.array([screen_x, eyes_height(size)]), lens.focal_heights)
    return Setup(position, q, lens)


def toric_angle(screen_a: ArrayLike, screen_b: ArrayLike, focal_heights: float) -> float:
    """Radians between two screen points seen from the camera (Lino & Christie 2015, eq. 4)."""
    a = np.append(np.asarray(screen_a, np.float64), -focal_heights)
    b = np.append(np.asarray(screen_b, np.float64), -focal_heights)
    return float(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b))


def from_toric(a: ArrayLike, b: ArrayLike, alpha: float, theta: ArrayLike, phi: ArrayLike) -> Array:
    """Camera positions (..., 3) that see A and B ``alpha`` apart (Lino & Christie 2015, eq. 1–3).

    All such positions form a torus through A and B. ``theta`` in (0, 2(π−α)) goes along the arc
    from behind B's side to A's; ``phi`` turns the arc's plane about AB, 0 level with the camera on
    the right hand of A→B, counter-clockwise as seen from A.

    Raises
    ------
    ValueError
        If A and B are one point, or alpha is not in (0, π).
    """
    pa, pb = np.asarray(a, np.float64), np.asarray(b, np.float64)
    ab = pb - pa
    length = float(np.linalg.norm(ab))
    if length < 1e-6:
        raise ValueError("the two subjects stand on one point; toric space needs two")
    if not 0 < alpha < np.pi:
        raise ValueError(f"the angle between two subjects on screen must be in (0, π), not {alpha}")
    half = np.asarray(theta, np.float64) / 2
    side, top = _frame(ab)
    p = np.asarray(phi, np.float64)[..., None]
    across = np.cos(p) * side + np.sin(p) * top
    direction = np.cos(half)[..., None] * ab / length + np.sin(half)[..., None] * across
    reach = length * np.sin(alpha + half) / np.sin(alpha)
    return np.asarray(pa + reach[..., None] * direction)


def to_toric(position: ArrayLike, a: ArrayLike, b: ArrayLike) -> tuple[float, float, float]:
    """(alpha, theta, phi) of a camera position: the inverse of `from_toric`.

    Raises
    ------
    ValueError
        If the camera is on the line through A and B, where theta means nothing.
    """
    c, pa, pb = (np.asarray(x, np.float64) for x in (position, a, b))
    ca, cb, ab = pa - c, pb - c, pb - pa
    alpha = float(np.arctan2(np.linalg.norm(np.cross(ca, cb)), ca @ cb))
    unit = ab / np.linalg.norm(ab)
    across = (c - pa) - ((c - pa) @ unit) * unit
    if np.linalg.norm(across) < 1e-9:
        raise ValueError(f"the camera at {c.tolist()} is on the line through its two subjects")
    half = float(np.arctan2(np.linalg.norm(across), (c - pa) @ unit))
    side, top = _frame(ab)
    return alpha, 2 * half, float(np.arctan2(across @ top, across @ side))


def _frame(ab: Array) -> tuple[Array, Array]:
    """Level right hand of AB and the upward direction at right angles to both."""
    unit = ab / np.linalg.norm(ab)
    side = np.array([unit[1], -unit[0], 0.0])
    if np.linalg.norm(side) < 1e-9:
        side = np.array([1.0, 0.0, 0.0])
    side = side / np.linalg.norm(side)
    return side, np.cross(side, unit)


def solve(
    targets: ArrayLike,
    screen: ArrayLike,
    lens: Lens,
    start: ArrayLike,
    *,
    weights: ArrayLike | None = None,
    height: float | None = None,
    steps: int = 25,
) -> tuple[Setup, float]:
    """A level camera that shows N points where they are wished: damped Gauss–Newton.

    Parameters
    ----------
    targets : (N, 3) metres
    screen : (N, 2) wished screen positions
    start : (3,) metres; chooses among the solutions
    height
        Keep the camera at this z.

    Returns
    -------
    setup, error
        Root mean square screen error in frame heights.
    """
    t = np.asarray(targets, np.float64).reshape(-1, 3)
    s = np.asarray(screen, np.float64).reshape(-1, 2)
    w = np.sqrt(np.ones(len(t)) if weights is None else np.asarray(weights, np.float64))
    p = np.array(start, np.float64)
    if height is not None:
        p[2] = height
    free = 2 if height is not None else 3
    middle, spot = np.average(t, axis=0, weights=w), np.average(s, axis=0, weights=w)

    def pose(x: Array) -> tuple[Array, Array]:
        at = p.copy()
        at[:free] = x[:free]
        return at, aim(at, middle, spot + x[free:], lens.focal_heights)

    def residual(x: Array) -> Array:
        seen, depth = lens.project(t, *pose(x))
        off = np.where(depth[:, None] > 0.05, seen - s, 3.0)
        return np.asarray(off * w[:, None]).ravel()

    x, damping = np.concatenate([p[:free], np.zeros(2)]), 1e-3
    r = residual(x)
    for _ in range(steps):
        jacobian = np.stack([(residual(x + d) - r) / 1e-6 for d in 1e-6 * np.eye(len(x))], axis=1)
        normal = jacobian.T @ jacobian
        step = -np.linalg.solve(normal + damping * np.eye(len(x)), jacobian.T @ r)
        length = float(np.linalg.norm(step[:free]))
        trial = x + step * min(1.0, 1.0 / max(length, 1e-9))
        better = residual(trial)
        if better @ better < r @ r:
            done = (r @ r) - (better @ better) < 1e-14
            x, r, damping = trial, better, max(damping / 5, 1e-9)
            if done:
                break
        else:
            damping *= 8
            if damping > 1e6:
                break
    at, q = pose(x)
    return Setup(at, q, lens), float(np.sqrt(np.mean((r / np.repeat(w, 2)) ** 2)))
