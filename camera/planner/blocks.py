"""Sums of squares by the camera's pose at single instants, with their normal equations.

A cost is ½ Σ w r² of residuals r that depend on the pose (x, y, z, yaw, pitch) at one instant, so
that the normal equations are sums of 5 × 5 blocks. Yaw is the heading, pitch the elevation of the
camera's axis; the horizon stays level.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from camera.planner.arrays import Array, namespace, sums, zeros

PAIRS = [(i, j) for i in range(5) for j in range(i, 5)]
"""Which two coordinates each of a block's 15 numbers belongs to."""
_FIRST = [PAIRS.index((i, i)) for i in range(5)]
_PLACES = [PAIRS.index((i, j)) for i in range(3) for j in range(i, 3)]


@dataclass(frozen=True)
class Few:
    """Residuals of some instants that depend on the camera's place alone.

    Parameters
    ----------
    at : (N,) int
        Row · T + instant.
    short, weight : (N,)
    slope : (3, N)
    """

    at: Array
    short: Array
    slope: Array
    weight: Array


class Blocks:
    """Costs (B,), gradients (5, B, T) and normal blocks (15, B, T) by the pose at an instant."""

    def __init__(self, like: Array) -> None:
        """None yet, for instants (B, T)."""
        self.cost = zeros(like, like.shape[0])
        self.gradient = zeros(like, 5, *like.shape)
        self.normal = zeros(like, 15, *like.shape)

    def add(self, residual: Array, slopes: Array, weight: Array | float) -> None:
        """A residual (B, T) and derivatives (N, B, T) by the first N coordinates.

        The weight is (B, 1) or one.
        """
        pulled = weight * residual
        self.cost += 0.5 * (pulled * residual).sum(-1)
        count = len(slopes)
        self.gradient[:count] += pulled * slopes
        weighted = weight * slopes
        for i, first in enumerate(_FIRST[:count]):
            self.normal[first : first + count - i] += weighted[i] * slopes[i:]

    def add_places(self, cost: Array, gradient: Sequence[Array], normal: Sequence[Array]) -> None:
        """Sums already made: (B,), three and six of (B, T)."""
        self.cost += cost
        for i, g in enumerate(gradient):
            self.gradient[i] += g
        for i, h in zip(_PLACES, normal, strict=True):
            self.normal[i] += h

    def scatter(self, few: Sequence[Few]) -> None:
        """Add residuals of few instants."""
        few = [f for f in few if len(f.at)]
        if not few:
            return
        xp = namespace(self.cost)
        at = xp.concatenate([f.at for f in few])
        short = xp.concatenate([f.short for f in few])
        weight = xp.concatenate([f.weight for f in few])
        n = xp.concatenate([f.slope for f in few], 1)
        pulled, heavy = weight * short, weight * n
        lists = [0.5 * (pulled * short)[None], pulled * n, *(heavy[i] * n[i:] for i in range(3))]
        shape = self.gradient.shape[1:]
        made = sums(at, xp.concatenate(lists), shape[0] * shape[1]).reshape(10, *shape)
        self.add_places(made[0].sum(-1), made[1:4], made[4:])
