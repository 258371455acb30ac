"""What a camera must not come near to, look through or cross: sets, people, the line of action.

Most of it is far away. Where something may be near is asked in single precision and generously;
how near it is, of the few places that remain, in full.
"""

from __future__ import annotations

import numpy as np

from camera.planner.arrays import Array, at_least, found, namespace, single, spread
from camera.planner.blocks import Blocks, Few
from camera.planner.wishes import Wishes

ALONG = np.array([0.04, 0.14, 0.25, 0.37, 0.5, 0.63, 0.76, 0.88])
"""Where sightlines are probed, from the camera to what it sees."""
_SPARE, _SPARE_BODIES = 0.12, 0.03
"""Metres kept clear beyond the radius: a grid is rough, a person's column is wide already."""
_ROUGH = 1e-3
"""Metres by which single precision may be wrong, some hundred metres from the origin."""


def floor(blocks: Blocks, w: Wishes, p: Array, weight: Array) -> None:
    """Out of the floor."""
    low = at_least((w.floor + w.radius)[:, None] - p[2], 0.0)
    if low.any():
        xp = namespace(low)
        none = xp.zeros_like(low)
        blocks.add(low, xp.stack([none, none, xp.where(low > 0, none - 1.0, none)]), weight)


def line(blocks: Blocks, w: Wishes, p: Array, weight: Array) -> None:
    """On this side of the line of action."""
    x, y, nx, ny, there = (w.side[..., i] for i in range(5))
    short = at_least(0.3 - (p[0] - x) * nx - (p[1] - y) * ny, 0.0) * there
    if short.any():
        blocks.add(short, namespace(short).stack([-nx, -ny]) * (short > 0), weight)


def clearance(w: Wishes, p: Array, weight: Array) -> Few:
    """Off the set."""
    room = w.radius + _SPARE
    at = found(w.free.least(w.free.nodes(p)) < spread(single(room + _ROUGH), p[0]))
    item = at // p.shape[2]
    distance, slope = w.free.take(item).read(p.reshape(3, -1)[:, at])
    return _short(at, room[item] - distance, slope, weight[item, 0])


def sightlines(w: Wishes, p: Array, weight: Array) -> Few:
    """Nothing of the set between the camera and what it sees."""
    (count, points), probes = w.sight.shape[2:], len(w.along)
    camera = w.solid.nodes(p)[..., None]
    line = camera[..., None] + (w.sight_nodes - camera)[..., None] * single(w.along)
    # what is seen may lean on a wall: less room is asked for near it
    room = w.berth[:, None] * (0.25 + 1.5 * (1.0 - w.along)).clip(None, 1.0)
    at = found(w.solid.least(line) < single(room + _ROUGH)[:, None, None])
    sight, probe = at // probes, at % probes
    instant = sight // points
    item = instant // count
    start, part = p.reshape(3, -1)[:, instant], w.along[probe]
    end = w.sight.reshape(3, -1)[:, sight]
    distance, slope = w.solid.take(item).read(start + (end - start) * part)
    return _short(instant, room[item, probe] - distance, (1.0 - part) * slope, weight[item, 0])


def bodies(w: Wishes, p: Array, weight: Array) -> Few:
    """Off everybody, the subjects too."""
    c = w.columns
    xp = namespace(p)
    x, y, z = p[0, ..., None] - c.x, p[1, ..., None] - c.y, p[2, ..., None]
    z = z - xp.clip(z, c.low, c.high)
    squared = x * x + y * y + z * z
    room = spread(w.radius + _SPARE_BODIES, c.radius) + c.radius
    at = found(squared < room * room)
    columns = c.x.shape[2]
    instant = at // columns
    item = instant // c.x.shape[1]
    distance = at_least(xp.sqrt(squared.take(at)), 1e-6)
    slope = xp.stack([v.take(at) for v in (x, y, z)]) / distance
    return _short(instant, room.take(at) - distance, slope, weight[item, 0])


def behind_bodies(w: Wishes, p: Array, weight: Array) -> Few:
    """Seen from above, how near a column's axis each sightline passes; only those near count."""
    c = w.columns
    xp = namespace(p)
    room = 0.5 * spread(w.berth, c.radius) + c.radius
    ax, ay = p[0, ..., None] - c.x, p[1, ..., None] - c.y
    ux, uy = w.sight[0] - p[0, ..., None], w.sight[1] - p[1, ..., None]
    inverse = -1.0 / at_least(ux * ux + uy * uy, 1e-6)
    a, b = single(ax)[:, :, None], single(ay)[:, :, None]
    along = a * single(ux * inverse)[..., None]
    along += b * single(uy * inverse)[..., None]
    along = along.clip(0.0, 1.0)
    u, v = along * single(ux)[..., None], along * single(uy)[..., None]
    u += a
    v += b
    u *= u
    v *= v
    u += v
    at = found((u < single((room + _ROUGH) ** 2)[:, :, None]) & w.others[:, None])
    count, points, columns = along.shape[1:]
    sight, column = at // columns, at % columns
    instant = sight // points
    item, body = instant // count, instant * columns + column
    ax, ay, ux, uy = ax.take(body), ay.take(body), ux.take(sight), uy.take(sight)
    part = ((ax * ux + ay * uy) * inverse.take(sight)).clip(0.0, 1.0)
    start = p[2].take(instant)
    z = start + part * (w.sight[2].take(sight) - start)
    z = z - xp.clip(z, c.low.take(body), c.high.take(body))
    off = xp.stack([ax + part * ux, ay + part * uy, z])
    distance = at_least(xp.sqrt((off * off).sum(0)), 1e-6)
    slope = (1.0 - part) / distance * off
    return _short(instant, room.take(body) - distance, slope, weight[item, 0])


def _short(at: Array, short: Array, slope: Array, weight: Array) -> Few:
    """Where something is nearer than it may be; a step along the slope (3, N) takes it off."""
    return Few(at, at_least(short, 0.0), -slope, weight * (short > 0))
