"""People of capsules: where their points are, given where they stand and face."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camera.pose import Array, facing
from camera.world import Bodies

POINTS: tuple[str, ...] = (
    "eye.L",
    "eye.R",
    "mouth",
    "crown",
    "chin",
    "shoulder.L",
    "shoulder.R",
    "chest",
    "hip.L",
    "hip.R",
    "knee.L",
    "knee.R",
)
_HEAD = 5  # so many of them turn with the face
# Proportions of an adult of height 1: x right, y front, z up
_PLACES = np.array(
    [
        (-0.018, 0.050, 0.935),
        (0.018, 0.050, 0.935),
        (0.0, 0.055, 0.890),
        (0.0, 0.0, 1.0),
        (0.0, 0.045, 0.868),
        (-0.105, 0.0, 0.820),
        (0.105, 0.0, 0.820),
        (0.0, 0.060, 0.730),
        (-0.055, 0.0, 0.530),
        (0.055, 0.0, 0.530),
        (-0.055, 0.0, 0.285),
        (0.055, 0.0, 0.285),
    ]
)
# Head, shoulders, trunk, legs: ends of the axis and radius
_CAPSULES = np.array(
    [
        [(0.0, 0.0, 0.940), (0.0, 0.012, 0.900)],
        [(-0.085, 0.0, 0.800), (0.085, 0.0, 0.800)],
        [(0.0, 0.0, 0.740), (0.0, 0.0, 0.550)],
        [(0.0, 0.0, 0.480), (0.0, 0.0, 0.075)],
    ]
)
_RADII = np.array([0.060, 0.045, 0.095, 0.075])


@dataclass(frozen=True)
class Track:
    """One person in time.

    Parameters
    ----------
    ground : (F, 3) metres, the floor between the feet
    heading, look : (F,) radians, of body and face
    height : metres
    """

    ground: Array
    heading: Array
    look: Array
    height: float


def points(tracks: list[Track]) -> Array:
    """The 12 points (F, N, 12, 3) of everybody."""
    every = []
    for track in tracks:
        local = _PLACES * track.height
        head = _turned(local[:_HEAD], track.look)
        trunk = _turned(local[_HEAD:], track.heading)
        every.append(track.ground[:, None] + np.concatenate([head, trunk], axis=1))
    return np.stack(every, axis=1)


def bodies(tracks: list[Track]) -> Bodies:
    """Four capsules a person; owners are their numbers."""
    ends, radii = [], []
    for track in tracks:
        local = (_CAPSULES * track.height).reshape(-1, 3)
        head, rest = _turned(local[:2], track.look), _turned(local[2:], track.heading)
        placed = track.ground[:, None] + np.concatenate([head, rest], axis=1)
        ends.append(placed.reshape(len(placed), -1, 2, 3))
        radii.append(_RADII * track.height)
    owners = np.repeat(np.arange(len(tracks)), len(_RADII))
    return Bodies(np.concatenate(ends, axis=1), np.concatenate(radii), owners)


def _turned(local: Array, heading: Array) -> Array:
    """Points (P, 3) turned to each heading (F,): (F, P, 3)."""
    front = facing(heading)[:, None]
    right = np.stack([front[..., 1], -front[..., 0], np.zeros_like(front[..., 0])], axis=-1)
    up = np.array([0.0, 0.0, 1.0])
    return np.asarray(local[:, :1] * right + local[:, 1:2] * front + local[:, 2:] * up)
