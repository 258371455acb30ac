"""What a track costs, with exact derivatives: the picture, and the barriers round it."""

from __future__ import annotations

from camera.planner import barriers
from camera.planner.arrays import Array, at_least, namespace
from camera.planner.blocks import PAIRS, Blocks
from camera.planner.wishes import Wishes

_NEAREST = 0.3
"""Metres: depth at which a projection is no longer taken at its word."""


def measure(w: Wishes, p: Array, turn: Array) -> Blocks:
    """The costs of positions (3, B, T) and of yaw and pitch (2, B, T)."""
    count = p.shape[2]
    blocks = Blocks(p[0])
    _framing(blocks, w, p, turn)
    _direction(blocks, w, p)
    strict = (w.pull / count)[:, None]
    clear, sight = strict * w.weights.clearance, strict * w.weights.sight / w.sight.shape[3]
    barriers.floor(blocks, w, p, clear)
    barriers.line(blocks, w, p, strict * w.weights.line)
    few = [barriers.clearance(w, p, clear), barriers.sightlines(w, p, sight)]
    if w.columns.x.shape[-1]:
        few += [barriers.bodies(w, p, clear), barriers.behind_bodies(w, p, sight)]
    blocks.scatter(few)
    return blocks


def _framing(blocks: Blocks, w: Wishes, p: Array, turn: Array) -> None:
    """Each subject where they should be on the screen, and as large, by the log of their depth."""
    xp = namespace(turn)
    (c, cp), (s, sp) = xp.cos(turn), xp.sin(turn)
    forward = (-s * cp, c * cp, sp)
    up = (s * sp, -c * sp, cp)
    size, sizes = 0.0, 0.0
    count, subjects = w.eyes.shape[2:]
    price = w.weights.framing / subjects / count
    for k in range(subjects):
        v = w.eyes[..., k] - p
        across = v[0] * c + v[1] * s
        rise = v[0] * up[0] + v[1] * up[1] + v[2] * up[2]
        depth = at_least(v[0] * forward[0] + v[1] * forward[1] + v[2] * forward[2], _NEAREST)
        scale, inverse = w.focal / depth, 1.0 / depth
        x, y = across * scale, rise * scale
        # by how much of itself the depth falls
        nearer = xp.stack([*(f * inverse for f in forward), cp * across * inverse, -rise * inverse])
        by_x, by_y = x * nearer, y * nearer
        by_x[0] -= c * scale
        by_x[1] -= s * scale
        by_x[3] += (cp * depth - sp * rise) * scale
        for i in range(3):
            by_y[i] -= up[i] * scale
        by_y[3] += sp * across * scale
        by_y[4] -= w.focal
        blocks.add(x - w.screen[0, ..., k], by_x, price)
        blocks.add(y - w.screen[1, ..., k], by_y, price)
        share = w.share[:, k, None]
        size = size + share * xp.log(depth / w.depth)
        sizes = sizes - share * nearer
    blocks.add(size, sizes, w.weights.size / count)


def _direction(blocks: Blocks, w: Wishes, p: Array) -> None:
    """Seen from the anchor in the wished direction d: r = u − d, and ∂u/∂p = (1 − u uᵀ) / |p|."""
    xp = namespace(p)
    price = w.weights.direction / p.shape[2]
    away = p - w.anchor
    inverse = 1.0 / at_least(xp.sqrt((away * away).sum(0)), _NEAREST)
    u = away * inverse
    off = u - w.direction
    cost = 0.5 * price * (off * off).sum(0).sum(-1)
    pull, steep = price * inverse, price * inverse * inverse
    # |u| is 1 but where the camera is nearer than may be
    twice = steep * (2.0 - (u * u).sum(0))
    normal = [steep * float(i == j) - twice * u[i] * u[j] for i, j in PAIRS if j < 3]
    blocks.add_places(cost, pull * (off - (off * u).sum(0) * u), normal)
