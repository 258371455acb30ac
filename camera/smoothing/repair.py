"""After smoothing: keep clear of the world and of people, keep subjects where they were in frame.

The camera gives way to each encounter in one direction and by one bump without jerk, as far as it
takes and to the side where it takes least; what is left goes back to the samples.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from scipy.ndimage import convolve1d, maximum_filter1d
from scipy.spatial import cKDTree

from camera.pose import Array, conjugate, multiply, normalised, rotate
from camera.smoothing.banded import Whittaker
from camera.trajectory import Trajectory

if TYPE_CHECKING:
    from camera.world import Bodies, World

CUTOFF = 0.45
"""Hz: how quickly a camera gives way, unless its rig is known."""
_REACH = 0.4
"""Seconds before and after a narrow place over which the smooth path goes back to its samples."""
_ROUNDS = 8
_CALM = 0.6
"""Of the rig's quickness, how much is taken to give way: a fifth of the jerk of all of it."""
_ENCOUNTERS = 24
_STEPS = 8
_FARTHEST = 1.5
"""Metres that a camera gives way to one encounter at most."""
_FIRM = 30.0
"""Weight of an encounter among frames that have no reason to give way."""
_FAR = 1e9
_SPARE, _EXACT = 1e-3, 1e-9
"""Metres given beyond what is needed, as much as distances may be off; and when it is enough."""


@dataclass(frozen=True)
class Air:
    """Everything a camera can come too near to, frame by frame.

    Parameters
    ----------
    bodies
        With a row for each frame, or one; None for nobody.
    radius
        Metres wanted.
    path : (K, 3) metres
        Places near which will be asked.
    """

    world: World
    bodies: Bodies | None
    radius: float
    path: Array

    def between(self, positions: Array, first: int = 0) -> Array:
        """The least distance (K,) on the way from each of positions (K, 3) to the next, signed.

        The first is at frame ``first``. Distances well above the radius are only bounds.
        """
        from camera.world.sweep import sweep_bodies, sweep_static  # or all smoothing loads worlds

        least = sweep_static(self._gap, positions, _SPARE, self._near)[1]
        if self.bodies is None or not len(self.bodies.radii):
            return least
        bodies = self.bodies
        if len(bodies.ends) > 1:
            bodies = bodies.at(np.arange(first, first + len(positions)))
        return np.asarray(np.minimum(least, sweep_bodies(positions, bodies, _SPARE, self._near)[1]))

    @property
    def _near(self) -> float:
        return self.radius + 0.05

    def _gap(self, points: Array) -> Array:
        """Signed distances (K,) to the world; only bounds where the path's own tell enough.

        To ask a mesh from afar is slow, and a camera gives way by little.
        """
        places, gaps = self._known
        moved, which = places.query(points)
        gap = gaps[which] - moved
        ask = gap < self._near
        gap[ask] = self.world.signed_distance(points[ask])[0]
        return np.asarray(gap)

    @cached_property
    def _known(self) -> tuple[cKDTree, Array]:
        """Places of the path as it is, and their signed distances."""
        # where there is nothing the distance is infinite, and halves of sums would overflow
        return cKDTree(self.path), np.minimum(self.world.signed_distance(self.path)[0], _FAR)

    def away(self, position: Array, frame: int) -> tuple[float, Array]:
        """Distance from one place to what is nearest in a frame, and the unit way (3,) from it."""
        from camera.world.bodies import nearest_body  # what smooths without a world loads none

        gap, slope = self.world.signed_distance(position[None])
        if self.bodies is not None:
            apart, off = nearest_body(position[None], self.bodies.at([frame]))
            if apart[0] < gap[0]:
                return float(apart[0]), off[0]
        return float(gap[0]), np.nan_to_num(slope[0])


def cleared(
    smooth: Trajectory, samples: Trajectory, air: Air, cutoff: float = CUTOFF
) -> Trajectory:
    """``smooth``, led out of the way where it comes too near, between samples too.

    Nowhere is the result nearer than the radius, except where the samples themselves are and no
    way out was found either.

    Parameters
    ----------
    cutoff
        How quickly the rig moves, Hz.
    """
    positions = smooth.positions
    least = air.between(positions)
    if not np.any(least < air.radius):
        return smooth
    if len(smooth) >= 4:
        positions = _given_way(smooth, samples, air, cutoff, least)
    return replace(smooth, positions=_led_back(smooth.times, positions, samples.positions, air))


def _given_way(
    smooth: Trajectory, samples: Trajectory, air: Air, cutoff: float, least: Array
) -> Array:
    """Positions (F, 3) that make way for one encounter after the other."""
    grid = Whittaker(smooth.times)
    stiffness, positions = grid.stiffness(_CALM * cutoff), smooth.positions
    hopeless = np.zeros(len(smooth), bool)
    for _ in range(_ENCOUNTERS):
        short = np.where(hopeless, 0.0, np.maximum(air.radius - least, 0.0))
        if not short.any():
            break
        run = _run(short)
        firm = np.full(len(smooth), 1.0)
        firm[run] = _FIRM
        bump = grid.solve((firm > 1.0)[:, None].astype(np.float64), firm, stiffness)[:, 0]
        bump = bump / bump[run].min()
        ways = _ways(positions, samples.positions, air, run, int(np.argmax(short)))
        found = _least_way(positions, air, run, bump, ways, least)
        if found is None:
            hopeless[run] = True
        else:
            positions = found
            least = air.between(positions)
    return positions


def _run(short: Array) -> slice:
    """The frames of the worst encounter, given what each interval (F,) is short of."""
    worst = int(np.argmax(short))
    gone = np.flatnonzero(short <= 0.0)
    start = int(gone[gone < worst].max(initial=-1)) + 1
    stop = int(gone[gone > worst].min(initial=len(short)))
    return slice(start, min(stop + 1, len(short)))


def _ways(positions: Array, samples: Array, air: Air, run: slice, worst: int) -> Iterator[Array]:
    """Unit directions (3,) in which to give way, the likeliest first.

    Whatever passes by is first off in one direction and last in another: between both is the side
    it passes on. What comes straight on is passed on either hand.
    """
    first, last = (air.away(positions[k], k)[1] for k in (run.start, run.stop - 1))
    ends = (worst, min(worst + 1, len(positions) - 1))
    gaps = [air.away(positions[k], k) for k in ends]
    nearest = int(gaps[1][0] < gaps[0][0])
    middle, nearest = gaps[nearest][1], ends[nearest]
    back = samples[nearest] - positions[nearest]
    level = np.cross([0.0, 0.0, 1.0], first)
    for way in (first + last, middle, back, level, -level, -first - last):
        length = float(np.linalg.norm(way))
        if length > _SPARE:
            yield way / length


def _least_way(
    positions: Array,
    air: Air,
    run: slice,
    bump: Array,
    ways: Iterator[Array],
    least: Array,
) -> Array | None:
    """Positions (F, 3) moved as little as frees the bump (F,) of all shortage; None if none does.

    What frees it only in part is taken where nothing frees it all.
    """
    touched = np.flatnonzero(np.abs(bump) > 1e-3)
    part = slice(int(touched[0]), int(touched[-1]) + 1)
    inside = air.world.contains(positions[part])
    # other encounters have their own turn
    wanted = np.where(least < air.radius, -np.inf, air.radius)
    last = run.stop - 1 if run.stop < len(least) else run.stop
    wanted[run.start : last] = air.radius
    best, size = None, _FARTHEST
    lack = float(np.maximum(wanted - least, 0.0).sum())
    for way in ways:
        amount, missing = 0.0, float((wanted - least).max())
        for _ in range(_STEPS):
            amount += missing + _SPARE
            if amount > size:
                break
            moved = positions + amount * bump[:, None] * way
            if np.any(inside & ~air.world.contains(moved[part])):
                break
            short = np.maximum(wanted[part] - air.between(moved[part], part.start), 0.0)
            missing = float(short.max())
            if missing <= _EXACT:
                best, size, lack = moved, amount, 0.0
                break
            if short.sum() < 0.5 * lack:
                best, lack = moved, float(short.sum())
    return best


def _led_back(times: Array, positions: Array, samples: Array, air: Air) -> Array:
    """Positions (F, 3) nearer to their samples where that is clearer.

    The way back is smooth: a widened, Hann-averaged share of the difference, raised until it is
    enough.
    """
    allowed = np.minimum(air.radius, air.between(samples)) - 1e-9
    share = np.zeros(len(positions))
    reach = max(int(np.ceil(_REACH / np.median(np.diff(times)))), 1) if len(times) > 1 else 1
    window = np.hanning(2 * reach + 3)[1:-1]
    found = positions
    for _ in range(_ROUNDS):
        near = _ends(air.between(found) < allowed)
        if not near.any():
            return found
        share = np.where(near, np.minimum(share + 1.5 / _ROUNDS, 1.0), share)
        wide = maximum_filter1d(share, 2 * reach + 1, mode="nearest")
        weight = convolve1d(wide, window / window.sum(), mode="nearest")
        found = positions + weight[:, None] * (samples - positions)
    while True:
        near = _ends(air.between(found) < allowed) & np.any(found != samples, axis=1)
        if not near.any():
            return found
        found = np.where(near[:, None], samples, found)


def _ends(intervals: Array) -> Array:
    """Frames (F,) at either end of marked intervals (F,), the last of which is the last frame."""
    frames = intervals.copy()
    frames[1:] |= intervals[:-1]
    return frames


def framed(smooth: Trajectory, directions: Array, targets: Array) -> Trajectory:
    """``smooth``, turned the shortest way so that ``targets`` are in ``directions`` of the frame.

    Several are in theirs on the whole: no turn brings them nearer together.

    Parameters
    ----------
    directions, targets : (F, S, 3)
        In the camera's axes, and points in the world.
    """
    seen, wanted = (normalised(way.sum(axis=1)) for way in (in_camera(smooth, targets), directions))
    half = np.concatenate(
        [1.0 + np.einsum("fi,fi->f", wanted, seen)[:, None], np.cross(wanted, seen)], axis=1
    )
    return replace(smooth, quaternions=multiply(smooth.quaternions, normalised(half)))


def in_camera(trajectory: Trajectory, targets: Array) -> Array:
    """Unit directions (F, S, 3) from each pose to its targets (F, S, 3), in the camera's axes.

    Raises
    ------
    ValueError
        If targets have another shape, or one is where the camera is.
    """
    if targets.ndim != 3 or len(targets) != len(trajectory) or targets.shape[2] != 3:
        raise ValueError(
            f"targets have shape {targets.shape}; give one finite point for each of the "
            f"{len(trajectory)} samples, or as many points for each"
        )
    if not np.isfinite(targets).all():
        at = int(np.argmax(~np.isfinite(targets).all(axis=(1, 2))))
        raise ValueError(f"the targets of sample {at} are not finite; give points in metres")
    away = targets - trajectory.positions[:, None]
    length = np.linalg.norm(away, axis=2, keepdims=True)
    if np.any(length < 1e-6):
        at = int(np.argmin(length.min(axis=1)[:, 0]))
        raise ValueError(f"a target of sample {at} is where the camera is")
    return np.asarray(rotate(conjugate(trajectory.quaternions)[:, None], away / length))
