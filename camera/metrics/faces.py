"""Faces: whether one is seen, and how a shoulder stands before it.

Cameras are `camera.framing.Camera`; one that moves is ``Camera.along(trajectory, lens)``. People
may be away for a while: what is not known of them is NaN.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from camera.framing import Body, Camera, see
from camera.pose import Array
from camera.world import Bodies, World

TURN = float(np.radians(60.0))
"""A face turned further from the lens than this is not seen."""
SHARE = (0.15, 0.35)
"""How much of the frame's width the shoulder of an over-the-shoulder takes."""
_BUST = ("crown", "eyes", "chin", "shoulder.L", "shoulder.R")


@dataclass(frozen=True)
class Faced:
    """How a face is seen (F,).

    Parameters
    ----------
    there
        Whether there is anybody; all else is False and NaN where not.
    framed
        Whether both eyes and the mouth are inside the frame.
    clear
        Whether nothing is before any of them.
    turned
        Radians between where the face points and the way to the lens.
    """

    there: Array
    framed: Array
    clear: Array
    turned: Array

    @property
    def seen(self) -> Array:
        """Whether (F,) the face is framed, clear and within `TURN` of the lens."""
        return self.framed & self.clear & (self.turned <= TURN)


def faced(
    camera: Camera,
    face: ArrayLike,
    world: World,
    bodies: Bodies | None = None,
    owner: int = -1,
    *,
    margin: float = 0.02,
) -> Faced:
    """How a face is seen by a camera for each of F frames.

    Parameters
    ----------
    face : (F, 3, 3) metres
        Left eye, right eye and mouth: it points across the plane they are in.
    bodies
        Everybody, F rows or one; ``owner`` is whose face it is.
    margin
        The last metres before a point that do not hide it.

    Raises
    ------
    ValueError
        If the face is no three points a frame.
    """
    f = np.asarray(face, np.float64)
    if f.ndim != 3 or f.shape[1:] != (3, 3):
        raise ValueError(f"a face has shape {f.shape}, expected (F, 3, 3): two eyes and a mouth")
    there = np.isfinite(f).all(axis=(1, 2))
    left, right, mouth = (f[:, i] for i in range(3))
    eyes = (left + right) / 2
    cosine = (_unit(np.cross(eyes - mouth, right - left)) * _unit(camera.positions - eyes)).sum(-1)
    return Faced(
        there,
        inside(camera, f).all(axis=1),
        clear(camera, f, world, bodies, owner, margin=margin).all(axis=1),
        np.arccos(np.clip(cosine, -1.0, 1.0)),
    )


def inside(camera: Camera, points: ArrayLike) -> Array:
    """Which points (F, P, 3) are in the frame (F, P); none that are NaN."""
    screen, _ = camera.project(points)
    return np.asarray((np.abs(screen) <= camera.half).all(axis=-1))


def clear(
    camera: Camera,
    points: ArrayLike,
    world: World,
    bodies: Bodies | None = None,
    owner: int = -1,
    *,
    margin: float = 0.02,
) -> Array:
    """Whether (F, P) nothing is between a camera and points (F, P, 3) of somebody.

    In the frame or not; False where they are NaN. Parameters as `faced`.
    """
    p = np.asarray(points, np.float64)
    free = np.zeros(p.shape[:2], bool)
    row, point = np.nonzero(np.isfinite(p).all(axis=-1))
    origin = np.broadcast_to(camera.positions, (len(p), 3))
    frame = row if bodies is not None and len(bodies.ends) > 1 else np.zeros(len(row), np.int64)
    free[row, point] = world.visible(
        origin[row], p[row, point], bodies, np.full(len(row), owner), margin, frame
    )
    return free


def shoulder_share(camera: Camera, body: Body) -> Array:
    """How much of the frame's width (...,) somebody's head and shoulders take.

    Arms are left out: one that hangs or lies on a table reaches far across a picture's foot and
    covers nothing there.
    """
    box = see(camera, body).shown_of(*_BUST)
    return np.asarray(np.nan_to_num(box[..., 2] - box[..., 0]) / camera.aspect)


def shoulder(camera: Camera, foreground: Body, bodies: Bodies, face: ArrayLike) -> dict[str, float]:
    """How the person in the foreground of an over-the-shoulder is framed.

    Parameters
    ----------
    foreground
        That person, a pose a frame.
    bodies
        The capsules of that person alone, a row a frame or one.
    face : (F, P, 3) metres
        Points of the partner's face.

    Returns
    -------
    dict
        ``shoulder_share`` (median of the frame's width that is taken), ``shoulder_right`` (share
        of frames within `SHARE` that leave the partner's face free), ``face_covered`` (share of
        frames in which any of the face is behind the foreground).
    """
    share = shoulder_share(camera, foreground)
    covered = ~clear(camera, face, World.empty(), bodies).all(axis=1)
    right = (share >= SHARE[0]) & (share <= SHARE[1]) & ~covered
    return {
        "shoulder_share": float(np.median(share)),
        "shoulder_right": float(right.mean()),
        "face_covered": float(covered.mean()),
    }


def _unit(vectors: Array) -> Array:
    return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=-1, keepdims=True), 1e-9))
