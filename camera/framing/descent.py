"""Static cameras by descent: wishes that no closed form meets, many starting points at once.

Levenberg–Marquardt (K. Madsen, H. B. Nielsen & O. Tingleff, "Methods for non-linear least squares
problems", 2004, sec. 3.2) on position, yaw, pitch and the logarithm of the focal length, with exact
derivatives; every row is a problem of its own with its own damping.
"""

from __future__ import annotations

import numpy as np

from camera.framing.problem import STEEPEST, Problem
from camera.framing.residuals import linear
from camera.pose import Array

_STEPS = 30
_MET = 1e-8
"""Cost from which a wish is met as well as anybody can tell: a ten-thousandth of a tolerance."""


def descend(problem: Problem, start: Array, group: Array) -> tuple[Array, Array]:
    """The nearest least-squares camera (B, 6) to each start (B, 6), and its cost (B,).

    Rows of one ``group`` (B,) are starts of one problem: all of them stop when one meets the wish.
    """
    x, free = start.copy(), np.flatnonzero(_free(problem))
    count = len(free)
    residual, jacobian = linear(problem, x)
    cost = _summed(residual**2)
    damping = np.full(len(x), 1e-4)
    active = np.isfinite(cost)
    met = np.zeros(int(group.max()) + 1, bool)
    for _ in range(_STEPS):
        rows = np.flatnonzero(active)
        if not len(rows):
            break
        j = jacobian[rows][:, :, free]
        normal = _summed(j[:, :, :, None] * j[:, :, None])
        scale = np.einsum("bii->bi", normal) + 1e-9
        normal += (damping[rows, None] * scale)[:, :, None] * np.eye(count)
        slope = _summed(residual[rows][:, :, None] * j)
        step = -np.linalg.solve(normal, slope[..., None])[..., 0]
        trial = x[rows].copy()
        trial[:, free] += _short_steps(step)
        these = problem.rows(rows)
        trial[:, 5] = np.clip(trial[:, 5], these.focal[:, 0], these.focal[:, 1])
        trial[:, 4] = np.clip(trial[:, 4], -STEEPEST, STEEPEST)
        there, slopes = linear(these, trial)
        price = _summed(there**2)
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
    return x, cost


def _summed(terms: Array) -> Array:
    """Sums (B, …) over residuals (B, R, …), one after the other.

    So that the noughts of what only others in the batch wish for change no bit.
    """
    return np.asarray(np.add.reduce(np.ascontiguousarray(np.moveaxis(terms, 1, 0)), axis=0))


def _free(problem: Problem) -> Array:
    """Which of position, yaw, pitch and focal length can change."""
    zoom = bool(np.any(problem.focal[:, 1] - problem.focal[:, 0] > 1e-9))
    return np.array([True, True, True, True, True, zoom])


def _short_steps(step: Array) -> Array:
    """Steps no longer than two metres and a third of a turn: the wishes are far from linear."""
    move = np.linalg.norm(step[:, :3], axis=1) / 2.0
    turn = np.abs(step[:, 3:5]).max(axis=1) / 1.0
    return np.asarray(step / np.maximum(np.maximum(move, turn), 1.0)[:, None])
