"""Boxes and upright capsules: worlds whose signed distance is a formula.

The distance of a box is I. Quílez's ("Distance functions", 2008): the length of what sticks out of
it, or the least depth inside. Others who need it in another array library read the arrays.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array
from camera.world.distance import between_segments, dot

_PAIRS = 400_000
_CORNERS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], np.float64)
_QUADS = ((0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3))
_FACES = np.array([t for a, b, c, d in _QUADS for t in ((a, b, c), (a, c, d))])


def _empty(*shape: int) -> Array:
    return np.zeros(shape)


@dataclass(frozen=True)
class Shapes:
    """Solid boxes and upright capsules.

    Parameters
    ----------
    centres, halves : (N, 3) metres
        Of the boxes: middle and half size along their own axes.
    headings : (N,) radians
        By which each box is turned about its vertical axis, counter-clockwise from above.
    feet : (M, 3) metres
        Lower end of each capsule's axis.
    heights, radii : (M,) metres
        Length of that axis (the capsule ends a radius beyond both ends), and radius. A pillar's
        round ends disappear in floor and ceiling.

    Raises
    ------
    ValueError
        If lengths disagree, a value is not finite, or a size is not positive.
    """

    centres: Array = field(default_factory=lambda: _empty(0, 3))
    halves: Array = field(default_factory=lambda: _empty(0, 3))
    headings: Array = field(default_factory=lambda: _empty(0))
    feet: Array = field(default_factory=lambda: _empty(0, 3))
    heights: Array = field(default_factory=lambda: _empty(0))
    radii: Array = field(default_factory=lambda: _empty(0))

    def __post_init__(self) -> None:
        boxes, capsules = np.size(self.centres) // 3, np.size(self.feet) // 3
        wanted = {
            "centres": (boxes, 3),
            "halves": (boxes, 3),
            "headings": (boxes,),
            "feet": (capsules, 3),
            "heights": (capsules,),
            "radii": (capsules,),
        }
        for name, shape in wanted.items():
            value = np.array(getattr(self, name), np.float64)
            if value.size == 0:
                value = value.reshape(0, *shape[1:])
            if value.shape != shape:
                raise ValueError(f"{name} have shape {value.shape}, expected {shape}")
            if not np.all(np.isfinite(value)):
                raise ValueError(f"{name} are not all finite; give metres and radians")
            object.__setattr__(self, name, value)
        for name in ("halves", "radii"):
            value = getattr(self, name)
            if np.any(value <= 0):
                raise ValueError(f"{name} must be positive, not {value[value <= 0][0]}")
        if np.any(self.heights < 0):
            raise ValueError(f"heights must not be negative, as {self.heights.min()} is")

    def __len__(self) -> int:
        return len(self.centres) + len(self.feet)

    @property
    def tops(self) -> Array:
        """(M, 3) upper end of each capsule's axis."""
        return np.asarray(self.feet + self.heights[:, None] * np.array([0.0, 0.0, 1.0]))

    def signed_distance(self, points: ArrayLike) -> tuple[Array, Array]:
        """Signed distance (N,) in metres from points (N, 3), and its gradient (N, 3).

        Exact outside; inside shapes that overlap it is the depth in the deepest, the least that
        has to be gone to be out of all. ``inf`` and 0 where there is nothing.
        """
        p = np.asarray(points, np.float64).reshape(-1, 3)
        distance, gradient = np.full(len(p), np.inf), np.zeros_like(p)
        if not len(self):
            return distance, gradient
        size = max(_PAIRS // len(self), 1)
        for at in range(0, len(p), size):
            rows = slice(at, at + size)
            distance[rows], gradient[rows] = self._distance(p[rows])
        return distance, gradient

    def _distance(self, p: Array) -> tuple[Array, Array]:
        local = self._local(p)
        over = np.abs(local) - self.halves
        beyond = np.maximum(over, 0.0)
        boxes = np.sqrt(dot(beyond, beyond)) + np.minimum(over.max(-1), 0.0)
        columns, off = self._columns(p)
        every = np.concatenate([boxes, columns], axis=1)
        best = np.argmin(every, axis=1)
        rows = np.arange(len(p))
        distance = every[rows, best]
        box = best < len(self.centres)
        gradient = np.zeros_like(p)
        r, b = rows[box], best[box]
        gradient[r] = self._box_gradient(local[r, b], over[r, b], beyond[r, b], b)
        r, c = rows[~box], best[~box] - len(self.centres)
        length = distance[r] + self.radii[c]
        gradient[r] = off[r, c] / np.maximum(length, 1e-12)[:, None]
        return distance, gradient

    def _local(self, p: Array) -> Array:
        """Points (N, 3) in the axes of each box, (N, boxes, 3)."""
        d = p[:, None] - self.centres
        c, s = np.cos(self.headings), np.sin(self.headings)
        return np.stack(
            [c * d[..., 0] + s * d[..., 1], c * d[..., 1] - s * d[..., 0], d[..., 2]], axis=-1
        )

    def _box_gradient(self, local: Array, over: Array, beyond: Array, box: Array) -> Array:
        outside = np.linalg.norm(beyond, axis=1)
        deepest = np.eye(3)[np.argmax(over, axis=1)]
        unit = np.where(
            (outside > 0)[:, None], beyond / np.maximum(outside, 1e-300)[:, None], deepest
        ) * np.where(local < 0, -1.0, 1.0)
        c, s = np.cos(self.headings[box]), np.sin(self.headings[box])
        return np.stack(
            [c * unit[:, 0] - s * unit[:, 1], s * unit[:, 0] + c * unit[:, 1], unit[:, 2]], axis=1
        )

    def _columns(self, p: Array) -> tuple[Array, Array]:
        """Distances (N, capsules) to the capsules, and offsets (N, capsules, 3) from their axes."""
        off = p[:, None] - self.feet
        off[..., 2] -= np.clip(off[..., 2], 0.0, self.heights)
        return np.sqrt(dot(off, off)) - self.radii, off

    def hidden_by_capsules(self, origins: Array, ends: Array) -> Array:
        """Whether a capsule is on the way from origins (N, 3) to ends (N, 3)."""
        hit = np.zeros(len(origins), bool)
        if not len(self.feet):
            return hit
        # seen from above a capsule is a disc: most sightlines pass it by
        ux, uy = (ends - origins).T[:2, :, None]
        wx = self.feet[:, 0] - origins[:, :1]
        wy = self.feet[:, 1] - origins[:, 1:2]
        t = np.clip((ux * wx + uy * wy) / np.maximum(ux * ux + uy * uy, 1e-300), 0.0, 1.0)
        x, y = wx - t * ux, wy - t * uy
        row, which = np.nonzero(x * x + y * y < self.radii**2)
        gap = between_segments(origins[row], ends[row], self.feet[which], self.tops[which])
        hit[row[gap < self.radii[which]]] = True
        return hit

    def hit_capsules(self, origins: Array, directions: Array) -> Array:
        """Metres (N,) along unit directions to the first capsule; inf where there is none."""
        nearest = np.full(len(origins), np.inf)
        for foot, height, radius in zip(self.feet, self.heights, self.radii, strict=True):
            w = origins - foot
            nearest = np.minimum(nearest, _to_capsule(w, directions, height, radius))
        return nearest

    def box_triangles(self) -> Array:
        """(12 · boxes, 3, 3): the boxes' faces, outwards."""
        c, s = np.cos(self.headings)[:, None], np.sin(self.headings)[:, None]
        corner = self.halves[:, None] * _CORNERS
        turned = np.stack(
            [
                c * corner[..., 0] - s * corner[..., 1],
                s * corner[..., 0] + c * corner[..., 1],
                corner[..., 2],
            ],
            axis=-1,
        )
        return np.asarray((self.centres[:, None] + turned)[:, _FACES].reshape(-1, 3, 3))

    def bounds(self) -> Array:
        """(2, 3): least and greatest corner of everything."""
        points = [self.box_triangles().reshape(-1, 3)]
        for sign, end in ((-1.0, self.feet), (1.0, self.tops)):
            points.append(end + sign * self.radii[:, None])
            points.append(end + self.radii[:, None] * np.array([-sign, -sign, sign]))
        every = np.concatenate(points)
        return np.stack([every.min(axis=0), every.max(axis=0)])


def _to_capsule(w: Array, d: Array, height: float, radius: float) -> Array:
    """Metres along rays (offsets from the foot, unit directions) to one upright capsule.

    The side is a quadratic in the plane, the ends are spheres; 0 from inside.
    """
    inside = w.copy()
    inside[:, 2] -= np.clip(w[:, 2], 0.0, height)
    a = (d[:, :2] ** 2).sum(1)
    b = (w[:, :2] * d[:, :2]).sum(1)
    c = (w[:, :2] ** 2).sum(1) - radius**2
    with np.errstate(divide="ignore", invalid="ignore"):
        t = (-b - np.sqrt(b * b - a * c)) / a
    z = w[:, 2] + t * d[:, 2]
    best = np.where((t >= 0) & (z >= 0) & (z <= height), t, np.inf)
    for end in (0.0, height):
        v = w - np.array([0.0, 0.0, end])
        b3, c3 = (v * d).sum(1), (v * v).sum(1) - radius**2
        with np.errstate(invalid="ignore"):
            t = -b3 - np.sqrt(b3 * b3 - c3)
        best = np.where((t >= 0) & (t < best), t, best)
    return np.where((inside * inside).sum(1) <= radius**2, 0.0, best)
