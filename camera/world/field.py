"""A dense grid of signed distances, for optimisers that ask many thousand times."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array

_MOST = 40_000_000  # nodes: 320 MB


@dataclass(frozen=True)
class Field:
    """Signed distances on a regular grid, trilinear between.

    A distance changes no faster than one moves, so what is read between nodes is off by no more
    than √3/2 of the spacing; near a flat face it is exact.

    Parameters
    ----------
    origin : (3,) metres
        Where node (0, 0, 0) is.
    spacing : metres between nodes
    values : (X, Y, Z) metres
    """

    origin: Array
    spacing: float
    values: Array

    @classmethod
    def sampled(
        cls, distance: Callable[[Array], Array], bounds: ArrayLike, spacing: float
    ) -> Field:
        """A field that covers ``bounds`` (2, 3), from a function of points (N, 3).

        Raises
        ------
        ValueError
            If the spacing or the bounds make no grid, or more than 40 million nodes.
        """
        b = np.asarray(bounds, np.float64)
        if b.shape != (2, 3) or not np.all(np.isfinite(b)) or np.any(b[1] < b[0]):
            raise ValueError(f"bounds must be a least and a greatest corner, not {b.tolist()}")
        if not (np.isfinite(spacing) and spacing > 0):
            raise ValueError(f"a field's spacing must be positive, not {spacing}")
        shape = np.ceil((b[1] - b[0]) / spacing).astype(np.int64) + 1
        shape = np.maximum(shape, 2)
        if shape.prod() > _MOST:
            raise ValueError(
                f"a field of {' × '.join(map(str, shape))} nodes is too large; give a spacing "
                f"above {spacing} m or less to cover"
            )
        axes = [b[0, i] + spacing * np.arange(shape[i]) for i in range(3)]
        # a slice at a time bounds the memory
        floor = np.stack(np.meshgrid(axes[1], axes[2], indexing="ij"), -1).reshape(-1, 2)
        values = np.empty(tuple(shape))
        for i, x in enumerate(axes[0]):
            points = np.concatenate([np.full((len(floor), 1), x), floor], axis=1)
            values[i] = distance(points).reshape(shape[1], shape[2])
        return cls(b[0], float(spacing), values)

    def __call__(self, points: ArrayLike) -> tuple[Array, Array]:
        """Signed distance (N,) at points (N, 3), and its gradient (N, 3).

        Outside of the grid the nearest point of the grid answers, plus the way to it.
        """
        p = np.asarray(points, np.float64).reshape(-1, 3)
        most = np.array(self.values.shape) - 1
        u = (p - self.origin) / self.spacing
        clipped = np.clip(u, 0.0, most)
        cell = np.minimum(clipped.astype(np.int64), most - 1)
        f = clipped - cell
        index = (cell[:, 0] * (most[1] + 1) + cell[:, 1]) * (most[2] + 1) + cell[:, 2]
        flat, row, sheet = self.values.ravel(), most[2] + 1, (most[1] + 1) * (most[2] + 1)
        x, y, z = f[:, 0], f[:, 1], f[:, 2]
        corner = {
            (i, j, k): flat[index + i * sheet + j * row + k]
            for i in (0, 1)
            for j in (0, 1)
            for k in (0, 1)
        }
        # along z, then y, then x; differences ride along
        lines = {
            (i, j): corner[i, j, 0] + z * (corner[i, j, 1] - corner[i, j, 0])
            for i in (0, 1)
            for j in (0, 1)
        }
        rises = {(i, j): corner[i, j, 1] - corner[i, j, 0] for i in (0, 1) for j in (0, 1)}
        sheets = [lines[i, 0] + y * (lines[i, 1] - lines[i, 0]) for i in (0, 1)]
        dy = (1 - x) * (lines[0, 1] - lines[0, 0]) + x * (lines[1, 1] - lines[1, 0])
        dz = (1 - x) * ((1 - y) * rises[0, 0] + y * rises[0, 1]) + x * (
            (1 - y) * rises[1, 0] + y * rises[1, 1]
        )
        distance = sheets[0] + x * (sheets[1] - sheets[0])
        gradient = np.stack([sheets[1] - sheets[0], dy, dz], axis=1) / self.spacing
        beyond = (u - clipped) * self.spacing
        out = np.linalg.norm(beyond, axis=1)
        gradient = np.where(beyond != 0, beyond / np.maximum(out, 1e-300)[:, None], gradient)
        return distance + out, gradient
