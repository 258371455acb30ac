"""What a track costs, with exact derivatives: sums of squares, instant by instant.

Every cost is ½ Σ w r² of residuals r that depend on the camera's pose (x, y, z, yaw, pitch) at one
instant, so that the normal equations are sums of 5 × 5 blocks. Yaw is the heading, pitch the
elevation of the camera's axis; the horizon stays level.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camera.planner.grids import Packed
from camera.pose import Array

PAIRS = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
PAIRS += [(i, j) for i in range(3) for j in (3, 4)] + [(3, 3), (3, 4), (4, 4)]
"""Which two coordinates each of a block's 15 numbers belongs to."""
_ALONG = np.array([0.04, 0.14, 0.25, 0.37, 0.5, 0.63, 0.76, 0.88], np.float32)
"""Where sightlines are probed, from the camera to what it sees."""
_SPARE, _SPARE_BODIES = 0.12, 0.03
"""Metres kept clear beyond the radius: a grid is rough, a person's column is wide already."""
_NEAREST = 0.3
"""Metres: depth at which a projection is no longer taken at its word."""


@dataclass(frozen=True)
class Weights:
    """Prices per instant; of a metre, a frame height, a radian or a unit of log size, squared."""

    framing: float = 30.0
    size: float = 4.0
    direction: float = 1.5
    clearance: float = 80.0
    sight: float = 80.0
    line: float = 80.0


@dataclass(frozen=True)
class Columns:
    """People as upright capsules: centres x, y, ends low, high (B, T, O) and radii (B, 1, O)."""

    x: Array
    y: Array
    low: Array
    high: Array
    radius: Array


@dataclass(frozen=True)
class Wishes:
    """What B tracks shall show at T instants each.

    Parameters
    ----------
    focal : (B, T) frame heights
    eyes : (B, T, S, 3) metres
    screen : (B, T, S, 2) frame heights
    share : (B, S)
        How much each subject counts for the size.
    depth : (B, T) metres
    anchor, direction : (B, T, 3)
        What the camera is around, and the unit direction in which it shall be seen from there.
    sight : (B, T, Q, 3) metres
        Points that shall be seen.
    others : (B, Q, O) bool
        Whether a column can hide a point: it is not of the same person.
    columns : Columns
    solid, free : Packed
    side : (B, T, 5)
        Point and normal of the line of action, and 1 if there is one.
    floor : (B,) metres
    radius, berth : (B,) metres
        Kept clear around the camera; around its sightlines.
    pull : (B,)
        What the prices of clearance, sight and line are multiplied by.
    """

    focal: Array
    eyes: Array
    screen: Array
    share: Array
    depth: Array
    anchor: Array
    direction: Array
    sight: Array
    others: Array
    columns: Columns
    solid: Packed
    free: Packed
    side: Array
    floor: Array
    radius: Array
    berth: Array
    pull: Array
    weights: Weights = Weights()


class Blocks:
    """Costs (B,), gradients (B, 5, T) and normal blocks (B, 15, T) by the pose at an instant."""

    def __init__(self, batch: int, instants: int) -> None:
        self.cost = np.zeros(batch)
        self.gradient = np.zeros((batch, 5, instants))
        self.normal = np.zeros((batch, 15, instants))

    def add(self, residual: Array, slopes: list[Array | float], weight: Array | float) -> None:
        """A residual (B, T) and its derivatives by the first coordinates; weight (B, 1) or one."""
        pulled = weight * residual
        self.cost += 0.5 * (pulled * residual).sum(-1)
        weighted = [weight * s for s in slopes]
        for i, s in enumerate(slopes):
            self.gradient[:, i] += pulled * s
        for at, (i, j) in enumerate(PAIRS):
            if j < len(slopes):
                self.normal[:, at] += weighted[i] * slopes[j]

    def add_positions(self, cost: Array, gradient: list[Array], normal: list[Array]) -> None:
        """Sums already made: (B,), three and six of (B, T)."""
        self.cost += cost
        for i, g in enumerate(gradient):
            self.gradient[:, i] += g
        for i, h in enumerate(normal):
            self.normal[:, i] += h


def measure(w: Wishes, place: Array, turn: Array) -> Blocks:
    """The costs of positions (B, T, 3) and yaw, pitch (B, T, 2)."""
    blocks = Blocks(*place.shape[:2])
    count = place.shape[1]
    p = [np.ascontiguousarray(place[..., i]) for i in range(3)]
    _framing(blocks, w, p, turn, w.weights, count)
    _direction(blocks, w, p, count)
    strict = (w.pull / count)[:, None]
    _clearance(blocks, w, p, strict * w.weights.clearance)
    _line(blocks, w, p, strict * w.weights.line)
    sight = strict * w.weights.sight / w.sight.shape[2]
    _sightlines(blocks, w, p, sight)
    if w.columns.x.shape[-1]:
        _bodies(blocks, w, p, strict * w.weights.clearance)
        _behind_bodies(blocks, w, p, sight)
    return blocks


def _framing(
    blocks: Blocks, w: Wishes, p: list[Array], turn: Array, weights: Weights, count: int
) -> None:
    yaw, pitch = turn[..., 0], turn[..., 1]
    c, s, cp, sp = np.cos(yaw), np.sin(yaw), np.cos(pitch), np.sin(pitch)
    forward = (-s * cp, c * cp, sp)
    up = (s * sp, -c * sp, cp)
    size = np.zeros_like(yaw)
    slopes = [np.zeros_like(yaw) for _ in range(5)]
    subjects = w.eyes.shape[2]
    for k in range(subjects):
        v = [w.eyes[:, :, k, i] - p[i] for i in range(3)]
        across = v[0] * c + v[1] * s
        rise = v[0] * up[0] + v[1] * up[1] + v[2] * up[2]
        depth = v[0] * forward[0] + v[1] * forward[1] + v[2] * forward[2]
        depth = np.maximum(depth, _NEAREST)
        scale = w.focal / depth
        x, y = across * scale, rise * scale
        inverse = 1.0 / depth
        by_yaw, by_pitch = -cp * across, rise
        price = weights.framing / subjects / count
        blocks.add(
            x - w.screen[:, :, k, 0],
            [
                -c * scale + x * forward[0] * inverse,
                -s * scale + x * forward[1] * inverse,
                x * forward[2] * inverse,
                (cp * depth - sp * rise) * scale - x * by_yaw * inverse,
                -x * by_pitch * inverse,
            ],
            price,
        )
        blocks.add(
            y - w.screen[:, :, k, 1],
            [
                -up[0] * scale + y * forward[0] * inverse,
                -up[1] * scale + y * forward[1] * inverse,
                -up[2] * scale + y * forward[2] * inverse,
                sp * across * scale - y * by_yaw * inverse,
                -w.focal - y * by_pitch * inverse,
            ],
            price,
        )
        share = w.share[:, k, None]
        size += share * np.log(depth / w.depth)
        for i in range(3):
            slopes[i] -= share * forward[i] * inverse
        slopes[3] += share * by_yaw * inverse
        slopes[4] += share * by_pitch * inverse
    blocks.add(size, list(slopes), weights.size / count)


def _direction(blocks: Blocks, w: Wishes, p: list[Array], count: int) -> None:
    r = [p[i] - w.anchor[..., i] for i in range(3)]
    inverse = 1.0 / np.maximum(np.sqrt(r[0] ** 2 + r[1] ** 2 + r[2] ** 2), _NEAREST)
    u = [x * inverse for x in r]
    for i in range(3):
        slopes: list[Array | float] = [((i == j) - u[i] * u[j]) * inverse for j in range(3)]
        blocks.add(u[i] - w.direction[..., i], slopes, w.weights.direction / count)


def _clearance(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
    batch, count = p[0].shape
    points = [x.astype(np.float32) for x in p]
    field = w.free.take(np.arange(batch)[:, None])
    short = (w.radius + _SPARE)[:, None] - field.distance(points)
    rows = np.nonzero(short > 0)
    if len(rows[0]):
        slope = w.free.take(rows[0]).slope([x[rows] for x in points])
        _scatter(blocks, rows[0] * count + rows[1], short[rows], -slope, weight[rows[0], 0])
    low = np.maximum((w.floor + w.radius)[:, None] - p[2], 0.0)
    if low.any():
        blocks.add(low, [0.0, 0.0, np.where(low > 0, -1.0, 0.0)], weight)


def _line(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
    x, y, nx, ny, there = (w.side[..., i] for i in range(5))
    short = np.maximum(0.3 - (p[0] - x) * nx - (p[1] - y) * ny, 0.0) * there
    on = short > 0
    if on.any():
        blocks.add(short, [np.where(on, -nx, 0.0), np.where(on, -ny, 0.0)], weight)


def _sightlines(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
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
    _scatter(blocks, flat // each, short.ravel()[flat], -left[:, None] * slope, weight[item, 0])


def _scatter(blocks: Blocks, at: Array, short: Array, slope: Array, weight: Array) -> None:
    """Add residuals (N,) of instants ``at`` (batch · T) with slopes (N, 3) by position."""
    shape = (blocks.gradient.shape[0], blocks.gradient.shape[2])
    total = shape[0] * shape[1]
    pulled = weight * short
    n = [np.ascontiguousarray(slope[:, i]) for i in range(3)]

    def gather(values: Array) -> Array:
        return np.bincount(at, values, total).reshape(shape)

    blocks.add_positions(
        gather(0.5 * pulled * short).sum(-1),
        [gather(pulled * x) for x in n],
        [gather(weight * n[i] * n[j]) for i, j in PAIRS[:6]],
    )


def _bodies(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
    c = w.columns
    x, y = p[0][..., None] - c.x, p[1][..., None] - c.y
    z = p[2][..., None]
    z = z - np.clip(z, c.low, c.high)
    distance = np.maximum(np.sqrt(x * x + y * y + z * z), 1e-6)
    short = np.maximum((w.radius + _SPARE_BODIES)[:, None, None] + c.radius - distance, 0.0)
    _pushed(blocks, short, (x, y, z), -1.0 / distance, weight)


def _behind_bodies(blocks: Blocks, w: Wishes, p: list[Array], weight: Array) -> None:
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
    _scatter(blocks, item * p[0].shape[1] + instant, short, slope, weight[item, 0])


def _pushed(
    blocks: Blocks, short: Array, away: tuple[Array, ...], scale: Array, weight: Array
) -> None:
    """Residuals (B, T, O) that fall along ``away`` times ``scale``."""
    on = (short > 0) * scale
    if not on.any():
        return
    n = [a * on for a in away]
    pulled = weight[..., None] * short
    blocks.add_positions(
        0.5 * (pulled * short).sum((1, 2)),
        [(pulled * x).sum(-1) for x in n],
        [weight * (n[i] * n[j]).sum(-1) for i, j in PAIRS[:6]],
    )
