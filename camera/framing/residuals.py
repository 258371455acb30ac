"""Residuals of a problem with their exact derivatives: what descent works on.

Each kind of wish gives its rows weighted by its tolerance; an absent wish has rows of noughts.
"""

from __future__ import annotations

import numpy as np

from camera.framing.problem import (
    KINDS,
    TOLERANCE,
    Problem,
    Projected,
    projected,
    short_of_air,
)
from camera.framing.screen import NEAR
from camera.pose import Array


def linear(problem: Problem, x: Array) -> tuple[Array, Array]:
    """Weighted residuals (B, R) and their derivatives (B, R, 6); inf behind the camera."""
    seen = projected(problem, x)
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


def _screen_rows(problem: Problem, seen: Projected) -> tuple[Array, Array]:
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


def _size_rows(problem: Problem, seen: Projected, x: Array) -> tuple[Array, Array]:
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
    short, slope = short_of_air(problem, x)
    j = np.zeros((*short.shape, 6))
    j[..., :3] = slope
    return short / TOLERANCE["clearance"], j / TOLERANCE["clearance"]


def _weighed(problem: Problem, kind: str, gap: Array, j: Array) -> tuple[Array, Array]:
    weight = problem.weight[:, KINDS.index(kind), None] / TOLERANCE[kind]
    wished = np.isfinite(gap)
    scale = np.where(wished, weight, 0.0)
    return np.where(wished, weight * gap, 0.0), scale[..., None] * j
