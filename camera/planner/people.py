"""People in numbers the costs can use: points of them to be seen, columns of them in the way."""

from __future__ import annotations

import numpy as np

from camera.planner.scene import Cast
from camera.pose import Array
from camera.world import Bodies

_NEAR = 1.0
"""Metres from where a camera may come to be within which somebody is in its way."""


def sight(
    brief: Cast, ys: Array, shows: float, away: Array, distance: float
) -> tuple[Array, Array]:
    """Points (T, Q, 3) that stand for what is in the picture of each subject, and their owners.

    Of the points between the frame's edges: the middle of the highest and of the lowest third,
    and the farthest to both sides.

    Parameters
    ----------
    ys : (S,) frame heights
        Where the eyes are in the picture.
    shows
        Metres the picture is high at its subject.
    away : (T, 3)
        Unit direction from the subject to the camera, which is ``distance`` metres off.
    """
    chosen, owners = [], []
    for s, y in enumerate(ys):
        keep = between_edges(brief, s, y, shows, away, distance)
        p = brief.points[:, s, np.flatnonzero(keep)]
        rise = (p[..., 2] - brief.eyes[:, s, None, 2]).mean(axis=0)
        order = np.argsort(-rise, kind="stable")
        third = max(len(order) // 3, 1)
        right = np.stack([np.cos(brief.look[:, s]), np.sin(brief.look[:, s])], axis=-1)
        aside = np.einsum("tpi,ti->p", p[..., :2] - brief.eyes[:, s, None, :2], right)
        chosen += [
            p[:, order[:third]].mean(axis=1),
            p[:, order[-third:]].mean(axis=1),
            p[:, int(np.argmin(aside))],
            p[:, int(np.argmax(aside))],
        ]
        owners += [brief.owners[s]] * 4
    return np.stack(chosen, axis=1), np.array(owners)


def between_edges(
    brief: Cast, subject: int, y: float, shows: float, away: Array, distance: float
) -> Array:
    """Which points (P,) of a subject are well between the upper and lower edges; see `sight`."""
    flat = np.maximum(np.hypot(away[:, 0], away[:, 1]), 1e-6)
    up = np.stack([-away[:, 0] * away[:, 2], -away[:, 1] * away[:, 2], flat**2], axis=1)
    up /= flat[:, None]
    off = brief.points[:, subject] - brief.eyes[:, subject, None]
    nearer = np.einsum("tpi,ti->tp", off, away) / distance
    rise = (np.einsum("tpi,ti->tp", off, up) / np.maximum(1 - nearer, 0.2)).mean(axis=0)
    keep = (rise < 0.9 * (0.5 - y) * shows) & (rise > -0.9 * (0.5 + y) * shows)
    return np.asarray(keep if keep.any() else np.abs(rise) == np.abs(rise).min())


def columns(bodies: Bodies, region: tuple[Array, Array]) -> tuple[Array, Array]:
    """Two upright capsules a person, (5, T, O), and whose they are: legs, and head and trunk.

    Only of who comes near a region, of a least and a greatest corner. There are none, or four,
    eight, sixteen and so on of them, some of nobody, so that most requests are alike.
    """
    low_corner, high_corner = region[0][:2] - _NEAR, region[1][:2] + _NEAR
    made: list[Array] = []
    owners: list[int] = []
    count = len(bodies.ends)
    names = np.unique(bodies.owners)
    for name in names:
        own = bodies.owners == name
        ends, radii = bodies.ends[:, own].reshape(count, -1, 3), bodies.radii[own]
        radii = np.repeat(radii, 2)
        there = np.isfinite(ends).all(axis=(1, 2))
        flat = ends[there, :, :2]
        if not ((flat > low_corner) & (flat < high_corner)).all(axis=2).any():
            continue
        ends = np.where(there[:, None, None], ends, -1e4)
        low, high = ends[..., 2].min(axis=1), ends[..., 2].max(axis=1)
        split = (low + high) / 2
        for upper in (False, True):
            part = (ends[..., 2] >= split[:, None]) == upper
            part |= ~part.any(axis=1, keepdims=True)
            x0, x1 = _extent(ends[..., 0], part)
            y0, y1 = _extent(ends[..., 1], part)
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            off = np.hypot(ends[..., 0] - x[:, None], ends[..., 1] - y[:, None]) + radii
            radius = np.where(part, off, 0.0).max(axis=1)
            z0, z1 = _extent(ends[..., 2], part)
            # round ends stick out by the radius of the capsule, not by that of the column
            rest = radius - radii.max()
            bottom, top = (split, np.maximum(z1 - rest, split)) if upper else (z0 + rest, split)
            made.append(np.stack([x, y, np.minimum(bottom, top), top, radius]))
            owners.append(name)
    room = 0 if not made else max(4, 1 << (len(made) - 1).bit_length())
    nobody = np.tile(np.array([-1e4, -1e4, 0.0, 0.0, 0.1])[:, None], (1, count))
    made += [nobody] * (room - len(made))
    owners += [-1] * (room - len(owners))
    if not made:
        return np.zeros((5, count, 0)), np.zeros(0, np.int64)
    return np.stack(made, axis=2), np.array(owners)


def _extent(values: Array, part: Array) -> tuple[Array, Array]:
    return (
        np.where(part, values, np.inf).min(axis=1),
        np.where(part, values, -np.inf).max(axis=1),
    )
