"""Small exact pictures of depth and of people, by rays through the shot's lens.

What a depth estimator guesses is known here: every pixel is one ray into the world and at the
people of that frame. No renderer is needed, so a policy sees the same on any machine.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from camera.policy.eyes.capsules import first_bodies
from camera.pose import Array, rotate
from camera.world import Bodies, World

ROWS, COLUMNS = 20, 36
"""Of a picture: four pixels by four for each of the 5 × 9 tokens that a step has."""
FAR = 60.0
"""Metres beyond which everything is sky."""


@dataclass(frozen=True)
class Picture:
    """What K cameras see, row by row from the top left.

    Parameters
    ----------
    depth : (K, rows, columns) metres along the view; of a point `FAR` away where there is sky
    whom : (K, rows, columns) int
        Whose body it is, −1 where it is nobody's.
    """

    depth: Array
    whom: Array


def pixels(aspect: float, rows: int = ROWS, columns: int = COLUMNS) -> Array:
    """Screen places (rows, columns, 2) of pixels' middles: frame heights, x right, y up."""
    x = ((np.arange(columns) + 0.5) / columns - 0.5) * aspect
    y = 0.5 - (np.arange(rows) + 0.5) / rows
    return np.stack(np.broadcast_arrays(x, y[:, None]), axis=-1)


def see(
    world: World,
    bodies: Bodies,
    frames: ArrayLike,
    positions: ArrayLike,
    quaternions: ArrayLike,
    focal: ArrayLike,
    *,
    aspect: float = 16 / 9,
    rows: int = ROWS,
    columns: int = COLUMNS,
) -> Picture:
    """Pictures of a world with people in it.

    Parameters
    ----------
    frames : (K,) int
        Each camera's frame of the bodies; bodies of one frame stand still.
    positions, quaternions : (K, 3), (K, 4)
        World frame, metres; wxyz, looking along −Z, up +Y.
    focal : (K,) frame heights

    Raises
    ------
    ValueError
        If lengths disagree or a focal length is not positive.
    """
    p, q = np.asarray(positions, np.float64), np.asarray(quaternions, np.float64)
    count = len(p)
    f = np.broadcast_to(np.asarray(focal, np.float64), (count,))
    at = np.broadcast_to(np.asarray(frames, np.int64), (count,))
    if p.shape != (count, 3) or q.shape != (count, 4):
        raise ValueError(
            f"positions and quaternions have shapes {p.shape} and {q.shape}; expected (K, 3) and "
            "(K, 4)"
        )
    if np.any(~(f > 0)):
        raise ValueError(f"a focal length must be positive, not {f[~(f > 0)][0]} frame heights")
    screen = pixels(aspect, rows, columns).reshape(-1, 2)
    local = np.empty((count, len(screen), 3))
    local[..., :2] = screen
    local[..., 2] = -f[:, None]
    local /= np.linalg.norm(local, axis=-1, keepdims=True)
    rays = rotate(q[:, None], local).reshape(-1, 3)
    origins = np.repeat(p, len(screen), axis=0)
    lengths = world.ray_lengths(origins, rays, FAR)
    row = np.repeat(at, len(screen)) if len(bodies.ends) > 1 else np.zeros(len(rays), np.int64)
    nearer, whom = first_bodies(origins, rays, bodies, np.minimum(row, len(bodies.ends) - 1))
    met = nearer < lengths
    depth = np.where(met, nearer, lengths) * -local[..., 2].reshape(-1)
    shape = (count, rows, columns)
    return Picture(np.minimum(depth, FAR).reshape(shape), np.where(met, whom, -1).reshape(shape))
