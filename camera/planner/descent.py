"""Levenberg–Marquardt on the control points of many tracks at once.

D. Marquardt, "An algorithm for least-squares estimation of nonlinear parameters", 1963: each track
has its own damping; a step that costs more is not taken and the damping grows. Everything is
reckoned track by track, so a track's result does not depend on what else is in the batch.
"""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import NamedTuple

from camera.planner.arrays import Array, found, namespace, solved, zeros
from camera.planner.blocks import PAIRS
from camera.planner.costs import measure
from camera.planner.spline import Curve
from camera.planner.wishes import Wishes

_BOUND, _BOUND_RATE = 1e4, 1e3
"""Prices of leaving the pose a camera comes from, per m² and rad², and its rates, per second."""
_SETTLED, _NOTHING = 1e-4, 1e-9
"""Share of its cost, and cost, that a step changes of a track that goes no farther."""
_PARTS = [
    [n for n, (i, j) in enumerate(PAIRS) if (i > 2) + (j > 2) == turned] for turned in range(3)
]
"""Which of a block's numbers are of places alone, of a place and a turn, of turns alone."""


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


class _Stand(NamedTuple):
    """Where tracks are on their way down, and what they are solved with next; (B, ...) each."""

    place: Array
    turn: Array
    cost: Array
    gradient: Array
    normal: Array
    damping: Array


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
        xp = namespace(t)
        rates = xp.stack([_BOUND * xp.ones_like(t), _BOUND_RATE / t**2], 1)
        price = outsets.bound[:, None] * rates
        poses = outsets.poses * xp.stack([xp.ones_like(t), t], 1)[..., None] * price[..., None]
        self.pull_place = xp.swapaxes(poses[..., :3], 1, 2) @ way.outset
        self.pull_turn = xp.swapaxes(poses[..., 3:], 1, 2) @ gaze.outset
        self.stiff_place = self.stiff_place + way.outset.T * price[:, None] @ way.outset
        self.stiff_turn = self.stiff_turn + gaze.outset.T * price[:, None] @ gaze.outset

    def run(self, tracks: Tracks, steps: int, *, shrinks: bool = True) -> tuple[Tracks, Array]:
        """Tracks after at most so many steps, and their costs (B,).

        A track that a step hardly changes goes no farther. If the batch ``shrinks`` it is not
        reckoned any more either, once half of them have come that far.
        """
        equations = self._equations(tracks)
        damping = 1e-2 * namespace(equations[0]).ones_like(equations[0])
        # what is stepped is a copy
        start = _Stand(tracks.place + 0.0, tracks.turn + 0.0, *equations, damping)
        done = self._run(start, steps, shrinks)
        return Tracks(done.place, done.turn), done.cost

    def _run(self, now: _Stand, steps: int, shrinks: bool) -> _Stand:
        going = now.cost == now.cost
        for left in reversed(range(steps)):
            now, going = self._stepped(now, going)
            rest = int(going.sum())
            if not rest:
                break
            if shrinks and 2 * rest <= len(going):
                rows = found(going)
                done = self._of(rows)._run(_Stand(*(a[rows] for a in now)), left, shrinks)
                now.place[rows], now.turn[rows], now.cost[rows] = done[:3]
                break
        return now

    def _stepped(self, now: _Stand, going: Array) -> tuple[_Stand, Array]:
        """One step of those that are going, and which of them still are."""
        xp = namespace(now.cost)
        system = now.normal + 0.0
        # a view of the diagonals: what is added lands in the system
        own = xp.einsum("bii->bi", system)
        own += now.damping[:, None] * own + 1e-6
        step = solved(system, -now.gradient)
        split = now.place.shape[1] * now.place.shape[2]
        place = now.place + step[:, :split].reshape(now.place.shape)
        turn = now.turn + step[:, split:].reshape(now.turn.shape)
        cost, gradient, normal = self._equations(Tracks(place, turn))
        better = going & (cost < now.cost)
        going = going & (abs(cost - now.cost) > _SETTLED * now.cost + _NOTHING)
        for kept, new in zip(now, (place, turn, cost, gradient, normal), strict=False):
            kept[better] = new[better]
        damping = xp.where(better, now.damping / 4, now.damping * 6).clip(1e-6, 1e6)
        return now._replace(damping=damping), going

    def _of(self, rows: Array) -> Descent:
        """The problem of some of the tracks."""
        less = copy(self)
        less.wishes = self.wishes.take(rows)
        for name in ("stiff_place", "stiff_turn", "pull_place", "pull_turn"):
            setattr(less, name, getattr(self, name)[rows])
        return less

    def _equations(self, tracks: Tracks) -> tuple[Array, Array, Array]:
        """Cost (B,), gradient (B, N) and lower half of the normal matrix (B, N, N)."""
        xp = namespace(tracks.place)
        batch, k, m = len(tracks.place), self.way.value.shape[1], self.gaze.value.shape[1]
        place, turn = tracks.place @ self.way.value.T, tracks.turn @ self.gaze.value.T
        blocks = measure(self.wishes, _leading(place), _leading(turn))
        on_place = tracks.place @ self.stiff_place
        on_turn = tracks.turn @ self.stiff_turn
        cost = blocks.cost + (
            ((0.5 * on_place - self.pull_place) * tracks.place).sum((1, 2))
            + ((0.5 * on_turn - self.pull_turn) * tracks.turn).sum((1, 2))
        )
        on_place, on_turn = on_place - self.pull_place, on_turn - self.pull_turn
        slopes = xp.swapaxes(blocks.gradient, 0, 1)
        gradient = xp.concatenate(
            [
                (slopes[:, :3] @ self.way.value + on_place).reshape(batch, -1),
                (slopes[:, 3:] @ self.gaze.value + on_turn).reshape(batch, -1),
            ],
            1,
        )
        normal = zeros(cost, batch, 3 * k + 2 * m, 3 * k + 2 * m)
        at = [0, k, 2 * k, 3 * k, 3 * k + m, 3 * k + 2 * m]
        for pairs, part in zip(self.pairs, _PARTS, strict=True):
            made = xp.swapaxes(blocks.normal[part], 0, 1) @ pairs
            for n, (i, j) in enumerate(PAIRS[p] for p in part):
                columns, rows = at[i + 1] - at[i], at[j + 1] - at[j]
                block = xp.swapaxes(made[:, n].reshape(batch, columns, rows), 1, 2)
                if i == j:
                    block = block + (self.stiff_place if i < 3 else self.stiff_turn)
                normal[:, at[j] : at[j + 1], at[i] : at[i + 1]] = block
        return cost, gradient, normal


def _leading(values: Array) -> Array:
    """(B, N, T) as (N, B, T), in this order in memory too."""
    xp = namespace(values)
    return xp.stack([values[:, i] for i in range(values.shape[1])])


def _weighed(*forms: tuple[Array, Array]) -> Array:
    """(B, K, K): the sum of quadratic forms (K, K) times prices (B,)."""
    return sum(price[:, None, None] * form for price, form in forms)


def _products(a: Curve, b: Curve) -> Array:
    """(T, K·L): every pair of the two curves' control points at each instant."""
    return (a.value[:, :, None] * b.value[:, None, :]).reshape(len(a.value), -1)
