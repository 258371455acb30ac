"""What stands round a camera: how far rays go, and what a step to any side would cost."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from camera.policy.pilot.motion import State
from camera.policy.pilot.wishing import Wished
from camera.pose import Array

_REACH = 8.0
"""Metres that a ray goes at most."""
ROUND, PITCHES = 24, (-0.45, 0.0, 0.45)
"""Rays of a ring, and how far the rings look up, radians."""
WAYS = 12
"""Places that ``ways`` looks from: here, eight steps round, up, down, the wished place."""
_STEP = 0.7
"""Metres of the steps that ``ways`` tries."""


@lru_cache(maxsize=1)
def _rays() -> Array:
    """Directions (R, 3) in level axes (right, ahead, up)."""
    turn = np.arange(ROUND) * 2 * np.pi / ROUND
    rings = [
        np.stack([np.sin(turn) * np.cos(p), np.cos(turn) * np.cos(p), np.full(ROUND, np.sin(p))])
        for p in PITCHES
    ]
    poles = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]])
    return np.concatenate([np.concatenate(rings, axis=1).T, poles])


def _in_world(directions: Array, yaw: Array) -> Array:
    """Level directions (R, 3) of cameras (K,) in the world, (K, R, 3)."""
    c, s = np.cos(yaw)[:, None], np.sin(yaw)[:, None]
    x, y, z = directions.T
    return np.stack([c * x - s * y, s * x + c * y, np.broadcast_to(z, (len(yaw), len(z)))], axis=-1)


def ring(w: Wished, s: State) -> Array:
    """How near (K, R) rays end: 1 at the lens, 0 far away."""
    rays = _in_world(_rays(), s.yaw)
    origins = np.broadcast_to(s.position[:, None], rays.shape)
    lengths = w.request.world.ray_lengths(origins.reshape(-1, 3), rays.reshape(-1, 3), _REACH)
    return np.asarray(np.exp(-lengths.reshape(rays.shape[:2]) / 2.0))


@lru_cache(maxsize=1)
def _steps() -> Array:
    """Steps (10, 3) in level axes: eight round, one up, one down."""
    turn = np.arange(8) * np.pi / 4
    flat = np.stack([np.sin(turn), np.cos(turn), np.zeros(8)], axis=1)
    return np.asarray(np.concatenate([flat, [[0.0, 0.0, 0.7], [0.0, 0.0, -0.7]]]) * _STEP)


def ways(w: Wished, rows: Array, s: State, ahead: float) -> Array:
    """Here, the ten steps and the wished place: room there, and how much of the subject is seen.

    Seen from here: as it is now. From elsewhere: where the subject will be ``ahead`` seconds on,
    by eyes and chest, past the set and past people who go straight on.
    """
    world, count = w.request.world, len(rows)
    moved = s.position[:, None] + _in_world(_steps(), s.yaw)
    soon = w.place[rows] + ahead * w.drift[rows]
    spots = np.concatenate([s.position[:, None], moved, soon[:, None]], axis=1)
    flat = spots.reshape(-1, 3)
    room = np.minimum(world.signed_distance(flat)[0], world.border(flat)[0]).reshape(count, -1)
    later = np.full(spots.shape[1], ahead)
    later[0] = 0.0
    eyes = w.eyes[rows, None, 0] + later[:, None] * w.going[rows, None, 0]
    targets = eyes[:, :, None] + np.array([[0.0, 0.0, 0.0], [0.0, 0.0, -0.4]])
    shape = targets.shape[:3]
    origins = np.broadcast_to(spots[:, :, None], targets.shape)
    clear = world.visible(origins.reshape(-1, 3), targets.reshape(-1, 3))
    hidden = _behind_people(w, rows, origins, targets, later)
    seen, covered = clear.reshape(shape).mean(axis=2), hidden.mean(axis=2)
    return np.concatenate([np.clip(room, -1.0, 1.5), seen, covered], axis=1)


def _behind_people(w: Wished, rows: Array, origins: Array, targets: Array, later: Array) -> Array:
    """Whether (K, P, T) somebody's upright middle is near a sightline, other than the subject."""
    others = w.owners != (w.cast.owners[0] if len(w.cast.owners) else -1)
    middle = w.people[rows][:, others]
    if not middle.shape[1]:
        return np.zeros(targets.shape[:3])
    # (K, P, O, 2): where each will be, seen from above
    at = middle[:, None, :, :2] + later[None, :, None, None] * w.hurry[rows][:, None, others, :2]
    a, b = origins[:, :, :1, None, :2], targets[:, :, :1, None, :2]
    along = b - a
    off = at[:, :, None] - a
    t = np.clip((off * along).sum(-1) / np.maximum((along**2).sum(-1), 1e-9), 0.0, 1.0)
    gap = np.linalg.norm(off - t[..., None] * along, axis=-1) - w.girth[others]
    near: Array = (gap < 0.05).any(axis=3)
    return np.broadcast_to(near, targets.shape[:3]).astype(float)
