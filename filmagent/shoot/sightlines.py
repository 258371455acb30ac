"""How much of somebody a camera sees: what is in its frame, and not behind the set or somebody.

A post that is passed hides one side of a head, a tree all of it for a while, a closed door for
good, and so does who walks by: an edit leaves a shot before its subject is gone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from camera.framing import Camera
from camera.metrics.faces import clear, inside
from camera.pose import Array
from camera.world import Bodies, World
from filmagent.errors import FilmError
from filmagent.shoot import place as places

# Points about the eyes (across the view, up) in metres, and what each counts: the face most.
_POINTS = np.array(
    [
        [0.0, 0.02, 0.2],
        [-0.07, 0.0, 0.12],
        [0.07, 0.0, 0.12],
        [0.0, 0.11, 0.12],
        [0.0, -0.09, 0.14],
        [-0.18, -0.28, 0.08],
        [0.18, -0.28, 0.08],
        [0.0, -0.3, 0.08],
        [0.0, -0.5, 0.06],
    ]
)
_MARGIN = 0.25
"""Metres before a point that hide nothing: the person's own chair and coat."""
# Of other people the head and the trunk: ends below the eyes and radii, metres
_CAPSULES = np.array([[[0.0, 0.0, -0.12], [0.0, 0.0, 0.04]], [[0.0, 0.0, -0.7], [0.0, 0.0, -0.3]]])
_RADII = np.array([0.11, 0.19])
_AIR, _LOW = 0.03, -0.47
"""Frame heights that eyes keep from the sides, and where the picture is too low to show them."""


def unseen(
    track: Mapping[str, Array],
    rows: Array,
    sensor_mm: float,
    aspect: float,
    eyes: Array,
    set_name: str,
    others: Array | None = None,
) -> Array:
    """How much of somebody's head and torso a take does not show.

    Parameters
    ----------
    track
        The take's arrays.
    rows : (N,) int
        Which of its frames.
    eyes : (N, 3) metres
    others : (N, O, 3) metres, optional
        Eyes of those who may be in the way; NaN while they are away.

    Returns
    -------
    (N,) float
        0 for all seen, 1 for nothing. What is below the frame is not missed.
    """
    if not len(rows):
        return np.zeros(0)
    view = np.column_stack(
        [
            track["positions"][rows],
            track["quaternions"][rows],
            track["focal_mm"][rows],
            eyes,
            *([] if others is None else [others.reshape(len(eyes), -1)]),
        ]
    ).astype(np.float64)
    # cameras that stand still and people who sit are looked at once
    once, back = np.unique(np.round(view, 4), axis=0, return_inverse=True)
    return np.asarray(_unseen(once, sensor_mm, aspect, _world(set_name))[back.reshape(-1)])


def _unseen(view: Array, sensor_mm: float, aspect: float, world: World | None) -> Array:
    positions, quaternions, focal, eyes, others = np.split(view, [3, 7, 8, 11], axis=1)
    towards = eyes - positions
    across = np.stack([-towards[:, 1], towards[:, 0], np.zeros(len(view))], -1)
    across /= np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    points = eyes[:, None] + across[:, None] * _POINTS[:, :1] + _POINTS[:, 1:2] * [0.0, 0.0, 1.0]
    camera = Camera(positions, quaternions, focal[:, 0] * aspect / sensor_mm, aspect)
    eye = camera.project(points[:, :1])[0][:, 0]
    framed = (np.abs(eye[:, 0]) < aspect / 2 - _AIR) & (eye[:, 1] > _LOW) & (eye[:, 1] < 0.5)
    weight = np.where(inside(camera, points), _POINTS[:, 2], 0.0)
    people = _standing(others.reshape(len(view), -1, 3))
    seen = clear(camera, points, world or World.empty(), people, margin=_MARGIN)
    share = (weight * ~seen).sum(axis=1) / np.maximum(weight.sum(axis=1), 1e-9)
    return np.where(framed, share, 1.0)


def _standing(eyes: Array) -> Bodies:
    """People (N, O) of whom only the eyes (N, O, 3) are known."""
    count = eyes.shape[1]
    ends = (eyes[:, :, None, None] + _CAPSULES).reshape(len(eyes), 2 * count, 2, 3)
    return Bodies(ends, np.tile(_RADII, count), np.repeat(np.arange(count), 2))


def _world(name: str) -> World | None:
    """The set's world; None where it is not on the shelf."""
    try:
        return places.of_set(name).world
    except FilmError:
        return None
