"""Levenberg–Marquardt on the control points of many tracks at once.

D. Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", 1963: each track
has its own damping; a step that costs more is not taken and the damping grows. Everything is
reckoned track by track, so a track's result does not depend on what else is in the batch.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg.lapack import dposv

from camera.planner.blocks import PAIRS
from camera.planner.costs import measure
from camera.planner.spline import Curve
from camera.planner.wishes import Wishes
from camera.pose import Array

_BOUND, _BOUND_RATE = 1e4, 1e3
"""Prices of leaving the pose a camera comes from, per m² and rad², and its rates, per second."""


@dataclass(frozen=True)
class Stiffness:
    """Prices (B,) of moving the camera, per (m/s)², (m/s²)², (m/s³)², and (m/s)² at the ends.

    The same of turning it, in radians.
    """

    speed: Array
    acceleration: Array
    jerk: Array
    ends: Array
    turn_speed: Array
    turn_acceleration: Array
    turn_jerk: Array


@dataclass(frozen=True)
class Outsets:
    """Where tracks come from: poses and their rates a second (B, 2, 5), and 1 (B,) if they do."""

    poses: Array
    bound: Array


@dataclass(frozen=True)
class Tracks:
    """Control points (B, 3, K) in metres and (B, 2, L) yaw and pitch in radians."""

    place: Array
    turn: Array

    def take(self, rows: Array) -> Tracks:
        """Some of them."""
        return Tracks(self.place[rows], self.turn[rows])


class Descent:
    """The problem of B tracks that share their curves.

    Parameters
    ----------
    way, gaze
        The curves of position and of yaw and pitch.
    durations : (B,) seconds
    """

    def __init__(
        self,
        wishes: Wishes,
        way: Curve,
        gaze: Curve,
        durations: Array,
        stiffness: Stiffness,
        outsets: Outsets,
    ) -> None:
        self.wishes, self.way, self.gaze = wishes, way, gaze
        self.pairs = [_products(a, b) for a, b in ((way, way), (way, gaze), (gaze, gaze))]
        s, t = stiffness, durations
        self.stiff_place = _weighed(
            (s.speed / t**2, way.pace),
            (s.acceleration / t**4, way.bend),
            (s.jerk / t**6, way.jolt),
            (s.ends / t**2, way.ends),
        )
        self.stiff_turn = _weighed(
            (s.turn_speed / t**2, gaze.pace),
            (s.turn_acceleration / t**4, gaze.bend),
            (s.turn_jerk / t**6, gaze.jolt),
        )
        # a rate is a derivative by the fraction of the shot that has gone, over its duration
        price = outsets.bound[:, None] * np.stack([np.full_like(t, _BOUND), _BOUND_RATE / t**2], 1)
        poses = outsets.poses * np.stack([np.ones_like(t), t], 1)[..., None] * price[..., None]
        self.pull_place = np.matmul(poses[..., :3].transpose(0, 2, 1), way.outset)
        self.pull_turn = np.matmul(poses[..., 3:].transpose(0, 2, 1), gaze.outset)
        self.stiff_place += np.matmul(way.outset.T * price[:, None], way.outset)
        self.stiff_turn += np.matmul(gaze.outset.T * price[:, None], gaze.outset)

    def run(self, tracks: Tracks, steps: int) -> tuple[Tracks, Array]:
        """Tracks after so many steps, and their costs (B,)."""
        cost, gradient, normal = self._equations(tracks)
        damping = np.full(len(cost), 1e-2)
        diagonal = np.arange(gradient.shape[1])
        for _ in range(steps):
            system = normal.copy()
            own = normal[:, diagonal, diagonal]
            system[:, diagonal, diagonal] += damping[:, None] * own + 1e-6
            step = _solved(system, -gradient)
            trial = self._moved(tracks, step)
            found = self._equations(trial)
            better = found[0] < cost
            tracks = Tracks(
                np.where(better[:, None, None], trial.place, tracks.place),
                np.where(better[:, None, None], trial.turn, tracks.turn),
            )
            cost = np.where(better, found[0], cost)
            gradient[better], normal[better] = found[1][better], found[2][better]
            damping = np.clip(np.where(better, damping / 4, damping * 6), 1e-6, 1e6)
        return tracks, cost

    def _moved(self, tracks: Tracks, step: Array) -> Tracks:
        split = tracks.place[0].size
        return Tracks(
            tracks.place + step[:, :split].reshape(tracks.place.shape),
            tracks.turn + step[:, split:].reshape(tracks.turn.shape),
        )

    def _equations(self, tracks: Tracks) -> tuple[Array, Array, Array]:
        """Cost (B,), gradient (B, N) and normal matrix (B, N, N) on the control points."""
        batch, k, m = len(tracks.place), self.way.value.shape[1], self.gaze.value.shape[1]
        place = np.matmul(tracks.place, self.way.value.T)
        turn = np.matmul(tracks.turn, self.gaze.value.T)
        blocks = measure(self.wishes, place.transpose(0, 2, 1), turn.transpose(0, 2, 1))
        on_place = np.matmul(tracks.place, self.stiff_place)
        on_turn = np.matmul(tracks.turn, self.stiff_turn)
        cost = blocks.cost + (
            ((0.5 * on_place - self.pull_place) * tracks.place).sum((1, 2))
            + ((0.5 * on_turn - self.pull_turn) * tracks.turn).sum((1, 2))
        )
        on_place, on_turn = on_place - self.pull_place, on_turn - self.pull_turn
        gradient = np.concatenate(
            [
                (np.matmul(blocks.gradient[:, :3], self.way.value) + on_place).reshape(batch, -1),
                (np.matmul(blocks.gradient[:, 3:], self.gaze.value) + on_turn).reshape(batch, -1),
            ],
            axis=1,
        )
        normal = np.zeros((batch, 3 * k + 2 * m, 3 * k + 2 * m))
        at = [0, k, 2 * k, 3 * k, 3 * k + m, 3 * k + 2 * m]
        for pairs, first, last in zip(self.pairs, (0, 6, 12), (6, 12, 15), strict=True):
            made = np.matmul(blocks.normal[:, first:last], pairs)
            for n, (i, j) in enumerate(PAIRS[first:last]):
                rows, columns = at[i + 1] - at[i], at[j + 1] - at[j]
                block = made[:, n].reshape(batch, rows, columns)
                if i == j:
                    block = block + (self.stiff_place if i < 3 else self.stiff_turn)
                normal[:, at[i] : at[i + 1], at[j] : at[j + 1]] = block
                if i != j:
                    normal[:, at[j] : at[j + 1], at[i] : at[i + 1]] = block.transpose(0, 2, 1)
        return cost, gradient, normal


def _solved(systems: Array, right: Array) -> Array:
    """Solutions (B, N) of positive definite systems (B, N, N), by Cholesky; 0 where one is not.

    One at a time: a batched LU wakes all threads for each of these small systems, and takes fifty
    times as long.
    """
    out = np.zeros_like(right)
    for i, (system, r) in enumerate(zip(systems, right, strict=True)):
        _, x, failed = dposv(system, r, lower=1)
        if not failed:
            out[i] = x
    return out


def _weighed(*forms: tuple[Array, Array]) -> Array:
    """(B, K, K): the sum of quadratic forms (K, K) times prices (B,)."""
    return np.asarray(sum(price[:, None, None] * form for price, form in forms))


def _products(a: Curve, b: Curve) -> Array:
    """(T, K·L): every pair of the two curves' control points at each instant."""
    return np.asarray((a.value[:, :, None] * b.value[:, None, :]).reshape(len(a.value), -1))
