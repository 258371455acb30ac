"""Speeds that touch nothing: a decision projected onto what is safe.

A control barrier (A. D. Ames et al., "Control Barrier Functions: Theory and Applications", 2019,
eq. 11): whatever is h metres outside of the space to be kept free may be come nearer to by no more
than k·h a second. Every near thing gives a half-space of speeds; the wished speed is projected onto
each in turn, a few times round, as the nearest speed that all of them allow.
"""

from __future__ import annotations

import numpy as np

from camera.policy.pilot.wishing import Wished
from camera.pose import Array
from camera.world.distance import nearest_on_segments

SPARE = 0.12
"""Metres kept free beyond the radius that is asked for: smoothing will take some of it."""
_EAGER = 2.2
"""k, a second."""
_NEAR = 2.5
_ROUNDS = 4
_AHEAD = 0.35
_LOWEST = 0.35


def safe(w: Wished, row: int, position: Array, wish: Array) -> Array:
    """The velocity (3,) nearest to a wished one, m/s, that keeps clear of set and people.

    Parameters
    ----------
    row
        The frame.
    position : (3,) metres
    """
    normals, rooms, drifts = _near(w, row, position, wish)
    if not len(rooms):
        return np.array(wish, np.float64)
    least = (normals * drifts).sum(axis=1) - _EAGER * rooms
    v = np.zeros(3)
    # in a corner the half-spaces may have no speed near the wish in common; a slower one they have
    for share in (1.0, 0.5, 0.0):
        v = _projected(share * np.asarray(wish, np.float64), normals, least)
        if np.all(normals @ v >= least - 0.02):
            break
    return v


def _projected(v: Array, normals: Array, least: Array) -> Array:
    """``v`` moved into each half-space normals · v ≥ least in turn."""
    for _ in range(_ROUNDS):
        short: Array = least - normals @ v
        if not (short > 1e-9).any():
            break
        for n in np.argsort(-short, kind="stable"):
            v = v + max(0.0, least[n] - normals[n] @ v) * normals[n]
    return np.asarray(v)


def _near(w: Wished, row: int, position: Array, wish: Array) -> tuple[Array, Array, Array]:
    """Normals (N, 3) away from near things, room (N,) to them, and how fast they come (N, 3)."""
    world, keep = w.request.world, w.request.radius + SPARE
    gap, gradient = world.signed_distance(position[None])
    edge, inwards = world.border(position[None])
    # where it would soon be, as far as the way there is surely free: it sees corners coming
    pace = max(float(np.linalg.norm(wish)), 1e-6)
    far = min(_AHEAD * pace, 0.9 * max(min(float(gap[0]), float(edge[0])), 0.0))
    soon = (position + far / pace * wish)[None]
    later, slope = world.signed_distance(soon)
    normals = [gradient[0], inwards[0], np.array([0.0, 0.0, 1.0]), slope[0]]
    # what is met there is as far as one can still go
    room = later[0] + far * max(0.0, -float(slope[0] @ wish) / pace)
    rooms = [gap[0], edge[0], position[2] - _floor(w) - _LOWEST + keep, room]
    drifts = [np.zeros(3)] * 4
    bodies = w.cast.bodies
    if len(bodies.radii):
        ends = bodies.ends[row if len(bodies.ends) > 1 else 0]
        off = position - nearest_on_segments(position[None], ends[:, 0], ends[:, 1])
        length = np.linalg.norm(off, axis=1)
        apart = length - bodies.radii
        close = np.flatnonzero(apart < _NEAR)
        whose = np.searchsorted(w.owners, bodies.owners[close])
        for number in np.unique(whose):
            own = close[whose == number]
            at = own[np.argmin(apart[own])]
            normals.append(off[at] / max(length[at], 1e-6))
            rooms.append(apart[at])
            drifts.append(w.hurry[row, number])
    near = np.asarray(rooms) < _NEAR
    return np.asarray(normals)[near], np.asarray(rooms)[near] - keep, np.asarray(drifts)[near]


def _floor(w: Wished) -> float:
    return float(min(w.cast.points[..., 2].min(), 0.0)) if w.cast.points.size else 0.0
