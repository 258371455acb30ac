"""The least distance on a way, between samples too: branch and bound on a Lipschitz function.

A distance changes no faster than what is measured from and to move towards each other. On a piece
of the way of relative length L with distances d₀ and d₁ at its ends, nothing is nearer than
(d₀ + d₁ − L) / 2. Pieces whose bound is below the least distance known are halved until none is
(S. A. Piyavskii, "An algorithm for finding the absolute extremum of a function", 1972).
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from camera.pose import Array
from camera.world.bodies import Bodies
from camera.world.distance import between_segments

_ROUNDS = 24


def sweep_static(
    distance: Callable[[Array], Array], positions: Array, tolerance: float, near: float
) -> tuple[Array, Array]:
    """Distances (F,) at positions (F, 3), and lower bounds (F,) of the way from each to the next.

    A bound is at most ``tolerance`` too low, or above ``near``, where it is not looked at closer;
    the last row is the last position alone.
    """
    at = distance(positions)
    start, end = positions[:-1], positions[1:]
    length = np.linalg.norm(end - start, axis=1)

    def measure(which: Array, u: Array) -> Array:
        return distance(start[which] + u[:, None] * (end - start)[which])

    pieces = np.arange(len(length))
    least = _least(measure, len(pieces), pieces, pieces, at[:-1], at[1:], length, tolerance, near)
    return at, np.append(least, at[-1:])


def sweep_bodies(
    positions: Array, bodies: Bodies, tolerance: float, near: float
) -> tuple[Array, Array]:
    """`sweep_static` for capsules whose ends go straight from each row to the next."""
    frames, capsules = len(positions), len(bodies.radii)
    ends = np.broadcast_to(bodies.ends, (frames, *bodies.ends.shape[1:]))
    p = positions[:, None]
    # nobody there is far away; somebody who comes or goes between two rows is there at one of them
    gap = np.nan_to_num(
        between_segments(p, p, ends[:, :, 0], ends[:, :, 1]) - bodies.radii, nan=np.inf
    )
    at = gap.min(axis=1, initial=np.inf)
    if frames < 2 or not capsules:
        return at, at
    step = (positions[1:] - positions[:-1])[:, None, None] - (ends[1:] - ends[:-1])
    length = np.linalg.norm(step, axis=-1).max(axis=-1)
    length = np.nan_to_num(length, nan=0.0)
    first, last = gap[:-1].ravel(), gap[1:].ravel()
    owner = np.repeat(np.arange(frames - 1), capsules)

    def measure(which: Array, u: Array) -> Array:
        row, capsule = np.divmod(which, capsules)
        here = positions[row] + u[:, None] * (positions[row + 1] - positions[row])
        a, b = ends[row, capsule], ends[row + 1, capsule]
        now = a + u[:, None, None] * (b - a)
        apart = between_segments(here, here, now[:, 0], now[:, 1])
        return np.asarray(apart - bodies.radii[capsule])

    pieces = np.flatnonzero(np.isfinite(first) & np.isfinite(last))
    least = _least(
        measure, frames - 1, owner[pieces], pieces, first, last, length.ravel(), tolerance, near
    )
    alone = np.minimum(at[:-1], at[1:])
    return at, np.append(np.minimum(least, alone), at[-1:])


def _least(
    measure: Callable[[Array, Array], Array],
    count: int,
    group: Array,
    pieces: Array,
    first: Array,
    last: Array,
    length: Array,
    tolerance: float,
    near: float,
) -> Array:
    """Lower bounds (count,) of the least distance of each group of pieces; inf for no pieces.

    ``group`` (P,) names the group of each of ``pieces`` (P,), by which the ends' distances and
    the lengths are looked up.
    """
    known = np.full(count, np.inf)
    low = np.full(count, np.inf)
    d0, d1, size = first[pieces], last[pieces], length[pieces]
    u, width = np.zeros(len(pieces)), 1.0
    np.minimum.at(known, group, np.minimum(d0, d1))
    for _ in range(_ROUNDS):
        bound = np.minimum((d0 + d1 - size) / 2, np.minimum(d0, d1))
        split = bound < np.minimum(known[group] - tolerance, near)
        np.minimum.at(low, group[~split], bound[~split])
        if not split.any():
            return low
        group, pieces, u = group[split], pieces[split], u[split]
        d0, d1, size = d0[split], d1[split], size[split] / 2
        width /= 2
        middle = measure(pieces, u + width)
        np.minimum.at(known, group, middle)
        group, pieces = np.tile(group, 2), np.tile(pieces, 2)
        u, size = np.concatenate([u, u + width]), np.tile(size, 2)
        d0, d1 = np.concatenate([d0, middle]), np.concatenate([middle, d1])
    np.minimum.at(low, group, np.minimum((d0 + d1 - size) / 2, np.minimum(d0, d1)))
    return low
