"""What a camera must not come near to, look through or cross: sets, people, the line of action."""

from __future__ import annotations

import numpy as np

from camera.planner.blocks import Blocks, pushed, scatter
from camera.planner.wishes import Wishes
from camera.pose import Array

_ALONG = np.array([0.04, 0.14, 0.25, 0.37, 0.5, 0.63, 0.76, 0.88], np.float32)
"""Where sightlines are probed, from the camera to what it sees."""
_SPARE, _SPARE_BODIES = 0.12, 0.03
"""Metres kept clear beyond the radius: a grid is rough, a person's column is wide already."""


def clearance(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
    """Off the set and out of the floor."""
    batch, count = p[0].shape
    points = [x.astype(np.float32) for x in p]
    field = w.free.take(np.arange(batch)[:, None])
    short = (w.radius + _SPARE)[:, None] - field.distance(points)
    rows = np.nonzero(short > 0)
    if len(rows[0]):
        slope = w.free.take(rows[0]).slope([x[rows] for x in points])
        scatter(blocks, rows[0] * count + rows[1], short[rows], -slope, weight[rows[0], 0])
    low = np.maximum((w.floor + w.radius)[:, None] - p[2], 0.0)
    if low.any():
        blocks.add(low, [0.0, 0.0, np.where(low > 0, -1.0, 0.0)], weight)


def line(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
    """On this side of the line of action."""
    x, y, nx, ny, there = (w.side[..., i] for i in range(5))
    short = np.maximum(0.3 - (p[0] - x) * nx - (p[1] - y) * ny, 0.0) * there
    on = short > 0
    if on.any():
        blocks.add(short, [np.where(on, -nx, 0.0), np.where(on, -ny, 0.0)], weight)


def sightlines(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
    """Nothing of the set between the camera and what it sees."""
    batch, count, points = w.sight.shape[:3]
    line = []
    for i in range(3):
        start = p[i].astype(np.float32)[:, :, None, None]
        end = w.sight[..., i].astype(np.float32)[..., None]
        line.append(start + (end - start) * _ALONG)
    field = w.solid.take(np.arange(batch)[:, None, None, None])
    # what is seen may lean on a wall: less room is asked for near it
    room = w.berth[:, None, None, None] * np.minimum(1.0, 0.25 + 1.5 * (1.0 - _ALONG))
    short = room.astype(np.float32) - field.distance(line)
    flat = np.flatnonzero(short > 0)
    if not len(flat):
        return
    each = points * len(_ALONG)
    item = flat // (count * each)
    slope = w.solid.take(item).slope([x.ravel()[flat] for x in line])
    left = 1.0 - _ALONG[flat % len(_ALONG)]
    scatter(blocks, flat // each, short.ravel()[flat], -left[:, None] * slope, weight[item, 0])


def bodies(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
    """Off everybody, the subjects too."""
    c = w.columns
    x, y = p[0][..., None] - c.x, p[1][..., None] - c.y
    z = p[2][..., None]
    z = z - np.clip(z, c.low, c.high)
    distance = np.maximum(np.sqrt(x * x + y * y + z * z), 1e-6)
    short = np.maximum((w.radius + _SPARE_BODIES)[:, None, None] + c.radius - distance, 0.0)
    pushed(blocks, short, (x, y, z), -1.0 / distance, weight)


def behind_bodies(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
    """Seen from above, how near a column's axis each sightline passes; only those near count."""
    c = w.columns
    room = (0.5 * w.berth[:, None, None] + c.radius)[:, :, None] * w.others[:, None]
    ax, ay = (p[0][..., None] - c.x)[:, :, None], (p[1][..., None] - c.y)[:, :, None]
    ux, uy = (w.sight[..., i] - p[i][..., None] for i in (0, 1))
    inverse = -1.0 / np.maximum(ux * ux + uy * uy, 1e-6)
    along = ax * (ux * inverse)[..., None]
    along += ay * (uy * inverse)[..., None]
    np.clip(along, 0.0, 1.0, out=along)
    x, y = along * ux[..., None] + ax, along * uy[..., None] + ay
    flat = np.flatnonzero(x * x + y * y < room * room)
    if not len(flat):
        return
    item, instant, point, column = np.unravel_index(flat, along.shape)
    along, x, y = along.ravel()[flat], x.ravel()[flat], y.ravel()[flat]
    start = p[2][item, instant]
    z = start + along * (w.sight[item, instant, point, 2] - start)
    z -= np.clip(z, c.low[item, instant, column], c.high[item, instant, column])
    distance = np.maximum(np.sqrt(x * x + y * y + z * z), 1e-6)
    short = np.maximum(
        np.broadcast_to(room, ax.shape[:2] + room.shape[2:]).ravel()[flat] - distance, 0.0
    )
    slope = np.stack([x, y, z], 1) * ((along - 1.0) / distance * (short > 0))[:, None]
    scatter(blocks, item * p[0].shape[1] + instant, short, slope, weight[item, 0])
