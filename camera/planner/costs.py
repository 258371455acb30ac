"""What a track costs, with exact derivatives: the picture, and the barriers round it."""

from __future__ import annotations

import numpy as np

from camera.planner import barriers
from camera.planner.blocks import Blocks
from camera.planner.wishes import Weights, Wishes
from camera.pose import Array

_NEAREST = 0.3
"""Metres: depth at which a projection is no longer taken at its word."""


def measure(w: Wishes, place: Array, turn: Array) -> Blocks:
    """The costs of positions (B, T, 3) and yaw, pitch (B, T, 2)."""
    blocks = Blocks(*place.shape[:2])
    count = place.shape[1]
    p = [np.ascontiguousarray(place[..., i]) for i in range(3)]
    _framing(blocks, w, p, turn, w.weights, count)
    _direction(blocks, w, p, count)
    strict = (w.pull / count)[:, None]
    barriers.clearance(blocks, w, p, strict * w.weights.clearance)
    barriers.line(blocks, w, p, strict * w.weights.line)
    sight = strict * w.weights.sight / w.sight.shape[2]
    barriers.sightlines(blocks, w, p, sight)
    if w.columns.x.shape[-1]:
        barriers.bodies(blocks, w, p, strict * w.weights.clearance)
        barriers.behind_bodies(blocks, w, p, sight)
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
