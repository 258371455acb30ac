"""Static cameras by descent: wishes that no closed form meets, many starting points at once.

Levenberg–Marquardt (K. Madsen, H. B. Nielsen & O. Tingleff, "Methods for non-linear least squares
problems", 2004, sec. 3.2) on position, yaw, pitch and the logarithm of the focal length, with exact
derivatives; every row is a problem of its own with its own damping.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from camera.framing.screen import NEAR
from camera.framing.wish import Clearance, Line
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
_SIGHT = np.array([0.25, 0.5, 0.75])
_SLIT = 0.12
"""Metres that the way to the first subject's eyes wants free round it."""
_STEPS = 30
_MET = 1e-8
"""Cost from which a wish is met as well as anybody can tell: a ten-thousandth of a tolerance."""


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


def off(problem: Problem, x: Array) -> dict[str, Array]:
    """How far the worst wish of each kind is from met: kind → (B,), 0 where there is no wish.

    ``x`` (B, 6) is position, yaw, pitch, log focal length. Frame heights, the logarithm of the
    size, radians, metres; screen wishes of subjects behind the camera are inf off.
    """
    return {kind: _signed_worst(gap) for kind, gap in _gaps(problem, x).items()}


def price(problem: Problem, x: Array) -> Array:
    """The weighted sum of squares (B,) that `descend` lowers; inf for what is no camera."""
    total = np.zeros(len(x))
    for kind, gap in _gaps(problem, x).items():
        weight = problem.weight[:, KINDS.index(kind)] if kind in KINDS else 1.0
        total = total + (weight / TOLERANCE[kind]) ** 2 * (gap * gap).sum(axis=1)
    return np.asarray(np.where(np.isnan(total), np.inf, total))


def _gaps(problem: Problem, x: Array) -> dict[str, Array]:
    seen = _seen(problem, x)
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
        found["clearance"] = _short(problem, x)[0]
    return found


def _wished(wish: Array, gap: Array) -> Array:
    return np.asarray(np.where(np.isnan(wish), 0.0, gap))


def _signed_worst(gap: Array) -> Array:
    if not gap.shape[1]:
        return np.zeros(len(gap))
    worst = np.argmax(np.abs(gap), axis=1)
    return np.asarray(gap[np.arange(len(gap)), worst])


def descend(problem: Problem, start: Array, group: Array) -> Array:
    """The nearest least-squares camera (B, 6) to each start (B, 6).

    Rows of one ``group`` (B,) are starts of one problem: all of them stop when one meets the wish.
    """
    x, free = start.copy(), np.flatnonzero(_free(problem))
    count = len(free)
    residual, jacobian = _linear(problem, x)
    cost = (residual**2).sum(1)
    damping = np.full(len(x), 1e-4)
    active = np.isfinite(cost)
    met = np.zeros(int(group.max()) + 1, bool)
    for _ in range(_STEPS):
        rows = np.flatnonzero(active)
        if not len(rows):
            break
        j = jacobian[rows][:, :, free]
        normal = j.transpose(0, 2, 1) @ j
        scale = np.einsum("bii->bi", normal) + 1e-9
        normal += (damping[rows, None] * scale)[:, :, None] * np.eye(count)
        slope = (residual[rows, None] @ j)[:, 0]
        step = -np.linalg.solve(normal, slope[..., None])[..., 0]
        trial = x[rows].copy()
        trial[:, free] += _short_steps(step)
        these = problem.rows(rows)
        trial[:, 5] = np.clip(trial[:, 5], these.focal[:, 0], these.focal[:, 1])
        trial[:, 4] = np.clip(trial[:, 4], -STEEPEST, STEEPEST)
        there, slopes = _linear(these, trial)
        price = (there**2).sum(1)
        better = price < cost[rows]
        took = rows[better]
        gain = cost[took] - price[better]
        x[took], residual[took], jacobian[took] = trial[better], there[better], slopes[better]
        cost[took] = price[better]
        damping[took] = np.maximum(damping[took] / 10, 1e-12)
        damping[rows[~better]] *= 6.0
        met[group[took[cost[took] < _MET]]] = True
        active[took] &= gain > 1e-9 * cost[took]
        active[rows] &= (damping[rows] < 1e8) & ~met[group[rows]]
    return x


@dataclass(frozen=True)
class _Seen:
    f: Array
    turn: tuple[Array, Array, Array, Array]
    right: Array
    up: Array
    ahead: Array
    depth: Array
    screen: Array


def _seen(problem: Problem, x: Array) -> _Seen:
    d = problem.eyes - x[:, None, :3]
    cy, sy, cp, sp = np.cos(x[:, 3:4]), np.sin(x[:, 3:4]), np.cos(x[:, 4:5]), np.sin(x[:, 4:5])
    right = d[..., 0] * cy + d[..., 1] * sy
    ahead = d[..., 1] * cy - d[..., 0] * sy
    depth = ahead * cp + d[..., 2] * sp
    up = d[..., 2] * cp - ahead * sp
    f = np.exp(x[:, 5:6])
    scale = f / np.maximum(depth, NEAR)
    screen = np.stack([right * scale, up * scale], axis=-1)
    return _Seen(f, (cy, sy, cp, sp), right, up, ahead, depth, screen)


def _linear(problem: Problem, x: Array) -> tuple[Array, Array]:
    """Weighted residuals (B, R) and their derivatives (B, R, 6); inf behind the camera."""
    seen = _seen(problem, x)
    parts = [_screen_rows(problem, seen)]
    if np.isfinite(problem.size).any():
        parts.append(_size_rows(problem, seen, x))
    n = x[:, None, :3] - problem.eyes
    if np.isfinite(problem.elevation).any():
        parts.append(_angle_rows(problem, n))
    if np.isfinite(problem.heading).any():
        parts.append(_view_rows(problem, n))
    if problem.line is not None:
        parts.append(_line_rows(problem, x))
    if problem.clearance is not None:
        parts.append(_clear_rows(problem, x))
    residual = np.concatenate([r for r, _ in parts], axis=1)
    jacobian = np.concatenate([j for _, j in parts], axis=1)
    residual[seen.depth.min(axis=1) < NEAR] = np.inf
    return residual, jacobian


def _screen_rows(problem: Problem, seen: _Seen) -> tuple[Array, Array]:
    cy, sy, cp, sp = seen.turn
    sx, sv = seen.screen[..., 0], seen.screen[..., 1]
    over = 1.0 / np.maximum(seen.depth, NEAR)
    f, scale = seen.f, seen.f * over
    rows, count = sx.shape
    j = np.empty((rows, count, 2, 6))
    # by position: minus the camera's axes, over the depth
    j[..., 0, 0] = (sx * over) * (-sy * cp) - scale * cy
    j[..., 0, 1] = (sx * over) * (cy * cp) - scale * sy
    j[..., 0, 2] = (sx * over) * sp
    j[..., 1, 0] = (sv * over) * (-sy * cp) - scale * sy * sp
    j[..., 1, 1] = (sv * over) * (cy * cp) + scale * cy * sp
    j[..., 1, 2] = (sv * over) * sp - scale * cp
    # by yaw, pitch and log focal length
    j[..., 0, 3] = scale * seen.ahead + sx * sx / f * cp
    j[..., 1, 3] = sx * sp + sx * sv / f * cp
    j[..., 0, 4] = -sx * sv / f
    j[..., 1, 4] = -f - sv * sv / f
    j[..., 5] = seen.screen
    weight = np.empty((rows, count, 2))
    weight[..., 0] = problem.weight[:, 0:1] / TOLERANCE["screen"]
    weight[:, 0, 1] = problem.weight[:, 0] / TOLERANCE["screen"]
    weight[:, 1:, 1] = problem.weight[:, 1:2] / TOLERANCE["heights"]
    wished = problem.screen
    weight = np.where(np.isnan(wished), 0.0, weight)
    residual = weight * (seen.screen - np.where(np.isnan(wished), 0.0, wished))
    return residual.reshape(rows, -1), (weight[..., None] * j).reshape(rows, -1, 6)


def _size_rows(problem: Problem, seen: _Seen, x: Array) -> tuple[Array, Array]:
    cy, sy, cp, sp = seen.turn
    depth = np.maximum(seen.depth, NEAR)
    over = 1.0 / depth
    zero = np.zeros_like(over)
    j = np.stack(
        [
            over * sy * cp,
            -over * cy * cp,
            -over * sp + zero,
            -seen.right * cp * over,
            seen.up * over,
            zero - 1.0,
        ],
        axis=-1,
    )
    return _weighed(problem, "size", np.log(depth) - x[:, 5:6] - problem.size, j)


def _angle_rows(problem: Problem, n: Array) -> tuple[Array, Array]:
    level = np.maximum(np.hypot(n[..., 0], n[..., 1]), 1e-6)
    square = level**2 + n[..., 2] ** 2
    j = np.zeros((*level.shape, 6))
    j[..., 0] = -n[..., 2] * n[..., 0] / (level * square)
    j[..., 1] = -n[..., 2] * n[..., 1] / (level * square)
    j[..., 2] = level / square
    return _weighed(problem, "angle", np.arctan2(n[..., 2], level) - problem.elevation, j)


def _view_rows(problem: Problem, n: Array) -> tuple[Array, Array]:
    square = np.maximum(n[..., 0] ** 2 + n[..., 1] ** 2, 1e-12)
    j = np.zeros((*square.shape, 6))
    j[..., 0], j[..., 1] = -n[..., 1] / square, n[..., 0] / square
    turn = np.arctan2(-n[..., 0], n[..., 1]) - problem.heading
    return _weighed(problem, "view", (turn + np.pi) % (2 * np.pi) - np.pi, j)


def _line_rows(problem: Problem, x: Array) -> tuple[Array, Array]:
    assert problem.line is not None
    short = problem.line.margin - (x[:, :2] - problem.line.a) @ problem.line.normal
    j = np.zeros((len(x), 1, 6))
    j[:, 0, :2] = np.where(short > 0, -1.0, 0.0)[:, None] * problem.line.normal
    return np.maximum(short, 0.0)[:, None] / TOLERANCE["line"], j / TOLERANCE["line"]


def _clear_rows(problem: Problem, x: Array) -> tuple[Array, Array]:
    short, slope = _short(problem, x)
    j = np.zeros((*short.shape, 6))
    j[..., :3] = slope
    return short / TOLERANCE["clearance"], j / TOLERANCE["clearance"]


def _short(problem: Problem, x: Array) -> tuple[Array, Array]:
    """Metres (B, 4) missing at the camera and along its sightline, and the gradient (B, 4, 3)."""
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


def _weighed(problem: Problem, kind: str, gap: Array, j: Array) -> tuple[Array, Array]:
    weight = problem.weight[:, KINDS.index(kind), None] / TOLERANCE[kind]
    wished = np.isfinite(gap)
    scale = np.where(wished, weight, 0.0)
    return np.where(wished, weight * gap, 0.0), scale[..., None] * j


def _free(problem: Problem) -> Array:
    """Which of position, yaw, pitch and focal length can change."""
    zoom = bool(np.any(problem.focal[:, 1] - problem.focal[:, 0] > 1e-9))
    return np.array([True, True, True, True, True, zoom])


def _short_steps(step: Array) -> Array:
    """Steps no longer than two metres and a third of a turn: the wishes are far from linear."""
    move = np.linalg.norm(step[:, :3], axis=1) / 2.0
    turn = np.abs(step[:, 3:5]).max(axis=1) / 1.0
    return np.asarray(step / np.maximum(np.maximum(move, turn), 1.0)[:, None])
