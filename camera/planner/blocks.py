"""Sums of squares by the camera's pose at single instants, with their normal equations.

A cost is ½ Σ w r² of residuals r that depend on the pose (x, y, z, yaw, pitch) at one instant, so
that the normal equations are sums of 5 × 5 blocks. Yaw is the heading, pitch the elevation of the
camera's axis; the horizon stays level.
"""

from __future__ import annotations

import numpy as np

from camera.pose import Array

PAIRS = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2)]
PAIRS += [(i, j) for i in range(3) for j in (3, 4)] + [(3, 3), (3, 4), (4, 4)]
"""Which two coordinates each of a block's 15 numbers belongs to."""


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


def scatter(blocks: Blocks, at: Array, short: Array, slope: Array, weight: Array) -> None:
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


def pushed(
    blocks: Blocks, short: Array, away: tuple[Array, ...], scale: Array, weight: Array
) -> None:
    """Add residuals (B, T, O) that change by ``away`` (x, y, z) times ``scale``."""
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
