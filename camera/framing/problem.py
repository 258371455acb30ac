"""Wishes as rows of one problem, and how far cameras are from them.

A camera is a row (6,): position, yaw, pitch, and the logarithm of its focal length in frame
heights.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from camera.framing.screen import NEAR
from camera.framing.wish import Clearance, Line, Wish
from camera.lens import Lens
from camera.pose import Array

TOLERANCE: dict[str, float] = {
    "screen": 0.01,
    "heights": 0.01,
    "size": 0.06,
    "angle": 0.05,
    "view": 0.09,
    "line": 0.02,
    "clearance": 0.02,
}
"""How far off a wish counts as met: frame heights, log of the size, radians, metres."""

KINDS: tuple[str, ...] = ("screen", "heights", "size", "angle", "view")
"""Kinds of wishes that may be given up; "heights" are screen y of all but the first subject."""

STEEPEST = 1.55
"""Radians a camera is tilted at most."""
_SIGHT = np.arange(1, 12) / 12
_SLIT = 0.12
"""Metres that the way to the first subject's eyes wants free round it."""


@dataclass(frozen=True)
class Problem:
    """Rows (B) of wishes, and what holds for all of them.

    ``screen`` is without roll; ``size`` is a logarithm. ``weight`` (B, 5) scales each of `KINDS`;
    ``focal`` (B, 3) has the least, greatest and first logarithm of the focal length in frame
    heights.
    """

    eyes: Array
    screen: Array
    size: Array
    elevation: Array
    heading: Array
    weight: Array
    focal: Array
    line: Line | None
    clearance: Clearance | None
    margin: float

    def rows(self, pick: Array) -> Problem:
        """Some of the rows, or some of them often."""
        return replace(
            self,
            **{name: getattr(self, name)[pick] for name in _PER_ROW},
        )


_PER_ROW = ("eyes", "screen", "size", "elevation", "heading", "weight", "focal")


def posed(
    wish: Wish,
    lens: Lens,
    zoom: tuple[float, float] | None,
    line: Line | None,
    clearance: Clearance | None,
    margin: float,
) -> Problem:
    """Wishes as rows, checked against what the lens can do.

    Raises
    ------
    ValueError
        If the zoom or the margin make no sense.
    """
    count = wish.eyes.shape[-2]
    least, most = (lens.focal_mm, lens.focal_mm) if zoom is None else zoom
    if not (np.isfinite(most) and 0 < least <= most):
        raise ValueError(f"a zoom goes from a least to a greatest focal length in mm, not {zoom}")
    if not (np.isfinite(margin) and margin >= 0):
        raise ValueError(f"a margin must be 0 or more metres, not {margin}")
    cosine, sine = np.cos(wish.roll), np.sin(wish.roll)
    x, y = wish.screen[..., 0], wish.screen[..., 1]
    screen = wish.screen
    if wish.roll:
        screen = np.stack([cosine * x - sine * y, sine * x + cosine * y], axis=-1)
    begin = np.clip(lens.focal_mm, least, most)
    focal = np.log(np.array([least, most, begin]) * lens.aspect / lens.sensor_mm)
    eyes = wish.eyes.reshape(-1, count, 3)
    rows = len(eyes)
    return Problem(
        eyes,
        screen.reshape(rows, count, 2),
        np.log(wish.shows).reshape(rows, count),
        wish.elevation.reshape(rows, count),
        wish.heading.reshape(rows, count),
        np.ones((rows, len(KINDS))),
        np.tile(focal, (rows, 1)),
        line,
        clearance,
        margin,
    )


def off(problem: Problem, x: Array) -> dict[str, Array]:
    """How far the worst wish of each kind is from met: kind → (B,), 0 where there is no wish.

    ``x`` (B, 6) is position, yaw, pitch, log focal length. Frame heights, the logarithm of the
    size, radians, metres; screen wishes of subjects behind the camera are inf off.
    """
    return {kind: signed_worst(gap) for kind, gap in missed(problem, x).items()}


def price(problem: Problem, gaps: Mapping[str, Array]) -> Array:
    """The weighted sum of squares (B,) that `descend` lowers; inf for what is no camera."""
    total = np.zeros(len(problem.eyes))
    for kind, gap in gaps.items():
        weight = problem.weight[:, KINDS.index(kind)] if kind in KINDS else 1.0
        total = total + (weight / TOLERANCE[kind]) ** 2 * (gap * gap).sum(axis=1)
    return np.asarray(np.where(np.isnan(total), np.inf, total))


def missed(problem: Problem, x: Array) -> dict[str, Array]:
    """How far every wish of each kind is from met: kind → (B, wishes), as `off`."""
    seen = projected(problem, x)
    away = np.where(np.isnan(problem.screen), 0.0, seen.screen - problem.screen)
    away[seen.depth < NEAR] = np.inf
    found = {
        "screen": np.concatenate([away[:, :, 0], away[:, :1, 1]], axis=1),
        "heights": away[:, 1:, 1],
    }
    n = x[:, None, :3] - problem.eyes
    if np.isfinite(problem.size).any():
        metres = np.log(np.maximum(seen.depth, NEAR)) - x[:, 5:6]
        found["size"] = _wished(problem.size, metres - problem.size)
    if np.isfinite(problem.elevation).any():
        rise = np.arctan2(n[..., 2], np.hypot(n[..., 0], n[..., 1]))
        found["angle"] = _wished(problem.elevation, rise - problem.elevation)
    if np.isfinite(problem.heading).any():
        turn = np.arctan2(-n[..., 0], n[..., 1]) - problem.heading
        found["view"] = _wished(problem.heading, (turn + np.pi) % (2 * np.pi) - np.pi)
    if problem.line is not None:
        inside = (x[:, :2] - problem.line.a) @ problem.line.normal
        found["line"] = np.maximum(problem.line.margin - inside, 0.0)[:, None]
    if problem.clearance is not None:
        found["clearance"] = short_of_air(problem, x)[0]
    return found


def _wished(wish: Array, gap: Array) -> Array:
    return np.asarray(np.where(np.isnan(wish), 0.0, gap))


def signed_worst(gap: Array) -> Array:
    """The greatest in size (B,) of gaps (B, wishes), with its sign."""
    if gap.shape[1] < 2:
        return gap[:, 0] if gap.shape[1] else np.zeros(len(gap))
    worst = np.argmax(np.abs(gap), axis=1)
    return np.asarray(gap[np.arange(len(gap)), worst])


@dataclass(frozen=True)
class Projected:
    """Subjects in cameras' axes.

    ``f`` (B, 1) focal lengths in frame heights; ``turn`` cosine and sine (B, 1) of yaw and of
    pitch; ``right``, ``up``, ``depth`` (B, N) along the camera's axes and ``ahead`` the level part
    of the depth, metres; ``screen`` (B, N, 2).
    """

    f: Array
    turn: tuple[Array, Array, Array, Array]
    right: Array
    up: Array
    ahead: Array
    depth: Array
    screen: Array


def projected(problem: Problem, x: Array) -> Projected:
    """The subjects as cameras (B, 6) see them; what is behind is put at `NEAR`."""
    d = problem.eyes - x[:, None, :3]
    cy, sy, cp, sp = np.cos(x[:, 3:4]), np.sin(x[:, 3:4]), np.cos(x[:, 4:5]), np.sin(x[:, 4:5])
    right = d[..., 0] * cy + d[..., 1] * sy
    ahead = d[..., 1] * cy - d[..., 0] * sy
    depth = ahead * cp + d[..., 2] * sp
    up = d[..., 2] * cp - ahead * sp
    f = np.exp(x[:, 5:6])
    scale = f / np.maximum(depth, NEAR)
    screen = np.empty((*d.shape[:2], 2))
    screen[..., 0], screen[..., 1] = right * scale, up * scale
    return Projected(f, (cy, sy, cp, sp), right, up, ahead, depth, screen)


def short_of_air(problem: Problem, x: Array) -> tuple[Array, Array]:
    """Metres (B, S) missing at the camera and along its sightline; their gradients (B, S, 3)."""
    assert problem.clearance is not None
    c = x[:, None, :3]
    along = np.concatenate([[0.0], _SIGHT])
    points = c + along[:, None] * (problem.eyes[:, :1] - c)
    gap, slope = problem.clearance(points.reshape(-1, 3))
    least = np.array([problem.margin, *np.full(len(_SIGHT), min(_SLIT, problem.margin))])
    short = least - np.asarray(gap, np.float64).reshape(len(x), -1)
    inward = np.where(short > 0, -1.0, 0.0)[..., None] * np.nan_to_num(np.asarray(slope)).reshape(
        len(x), -1, 3
    )
    return np.maximum(short, 0.0), inward * (1 - along)[:, None]
