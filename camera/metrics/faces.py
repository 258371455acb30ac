"""Faces: whether one is seen, and how a shoulder stands before it."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from camera.lens import Lens
from camera.metrics.framing import screen_track
from camera.metrics.safety import seen
from camera.pose import Array, facing
from camera.trajectory import Trajectory
from camera.world import Bodies, World

TURN = float(np.radians(60.0))
"""A face turned further from the lens than this is not seen."""
SHARE = (0.15, 0.35)
"""How much of the frame's width the shoulder of an over-the-shoulder takes."""


def face_seen(
    trajectory: Trajectory,
    lens: Lens,
    face: ArrayLike,
    look: ArrayLike,
    world: World,
    bodies: Bodies | None = None,
    owner: int = -1,
) -> Array:
    """Whether (F,) both eyes and the mouth are in frame and clear, and the face turned to us.

    Parameters
    ----------
    face : (F, 3, 3) metres
        Both eyes and the mouth.
    look : (F,) radians
        Heading of the face: it must be within 60° of the way to the lens.
    """
    f = np.asarray(face, np.float64)
    if f.shape[1:] != (3, 3):
        raise ValueError(f"a face has shape {f.shape}, expected (F, 3, 3): two eyes and a mouth")
    way = trajectory.positions - f.mean(axis=1)
    way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)
    turned = np.einsum("fi,fi->f", way, facing(look)) >= np.cos(TURN)
    return np.asarray(seen(trajectory, lens, f, world, bodies, owner).all(axis=1) & turned)


def shoulder(
    trajectory: Trajectory, lens: Lens, foreground: Bodies, face: ArrayLike
) -> dict[str, float]:
    """How the person in the foreground of an over-the-shoulder is framed.

    Parameters
    ----------
    foreground
        The capsules of that person alone, a row a frame.
    face : (F, P, 3) metres
        Points of the partner's face.

    Returns
    -------
    dict
        ``shoulder_share`` (median of the frame's width that is taken), ``shoulder_right`` (share
        of frames within `SHARE` that leave the partner's face free), ``face_covered`` (share of
        frames in which any of the face is behind the foreground).
    """
    share = width_share(trajectory, lens, foreground)
    f = np.asarray(face, np.float64)
    row, point = np.divmod(np.arange(f.shape[0] * f.shape[1]), f.shape[1])
    clear = World.empty().visible(trajectory.positions[row], f[row, point], foreground, rows=row)
    covered = ~clear.reshape(f.shape[:2]).all(axis=1)
    right = (share >= SHARE[0]) & (share <= SHARE[1]) & ~covered
    return {
        "shoulder_share": float(np.median(share)),
        "shoulder_right": float(right.mean()),
        "face_covered": float(covered.mean()),
    }


def width_share(trajectory: Trajectory, lens: Lens, body: Bodies) -> Array:
    """How much of the frame's width (F,) a body takes.

    Its capsules are sampled as balls, each from edge to edge at its depth; what is above or
    below the frame, or behind the camera, takes nothing.
    """
    u = np.linspace(0.0, 1.0, 5)[:, None]
    axis = body.ends[:, :, None, 0] * (1 - u) + body.ends[:, :, None, 1] * u
    screen, depth = screen_track(trajectory, lens, axis)
    focal = lens.focal_heights * np.ones(len(trajectory))
    if trajectory.focal_lengths is not None:
        focal = focal * trajectory.focal_lengths / lens.focal_mm
    pad = focal[:, None, None] * body.radii[:, None] / np.maximum(depth, 0.05)
    half = lens.aspect / 2
    shown = (depth > 0.05) & (np.abs(screen[..., 1]) < 0.5 + pad)
    left = np.where(shown, np.clip(screen[..., 0] - pad, -half, half), half)
    right = np.where(shown, np.clip(screen[..., 0] + pad, -half, half), -half)
    span = right.max(axis=(1, 2)) - left.min(axis=(1, 2))
    return np.asarray(np.maximum(span, 0.0) / lens.aspect)
