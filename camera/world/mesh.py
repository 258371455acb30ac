"""A triangle mesh to ask: nearest point, first hit, and whether a point is inside what is solid.

Solid are the parts of a mesh that are closed and face outwards: a point is inside where the faces
above it say that it was entered more often than left (the winding number along one ray). Open
parts are surfaces: their distance has no sign.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from camera.pose import Array
from camera.world.nearest import Nearest

# Moves a point off the edges between faces; too little to matter, too odd to meet another edge
_OFF_EDGES = np.array([1.2345e-8, 2.7183e-8])
_COARSE = 0.5  # metres between samples from which large triangles are sampled apart
_SIZES = (2.0, 20.0)  # metres of the longest edge between small, middling and large


@dataclass(frozen=True)
class Samples:
    """Points spread over triangles, to find the near ones by.

    Parameters
    ----------
    points : (S, 3) metres
    step : metres between them
    """

    points: Array
    step: float

    @property
    def spacing(self) -> float:
        """How far a point of the surface can be from a sample, metres."""
        return self.step * float(np.sqrt(0.5))

    @cached_property
    def tree(self) -> cKDTree:
        """The points for asking."""
        # they are spread evenly: splitting at the middle is as quick to ask, and to build
        return cKDTree(self.points, leafsize=32, balanced_tree=False, compact_nodes=False)

    @classmethod
    def of(cls, triangles: Array) -> Samples:
        """Of triangles (T, 3, 3).

        Rows run along a triangle's longest edge, half a step apart, and points along a row a step
        apart: a point of the triangle is within half a step of the row below it, which is at least
        as long, and there within half a step of a sample. Long thin triangles so take few points.
        """
        edges = np.linalg.norm(np.roll(triangles, -1, axis=1) - triangles, axis=2)
        longest = np.argmax(edges, axis=1)
        which = np.arange(len(triangles))
        a, b, c = (triangles[which, (longest + k) % 3] for k in range(3))
        base = edges[which, longest]
        double = np.linalg.norm(np.cross(b - a, c - a), axis=1)
        step = max(0.1, float(np.sqrt(double.sum() / 500_000)))
        rows = np.ceil(2 * double / np.maximum(base, 1e-9) / step).astype(np.int64)
        owner = np.repeat(which, rows + 1)
        up = _counted(rows + 1) / np.maximum(rows[owner], 1)
        count = np.ceil(base[owner] * (1 - up) / step).astype(np.int64)
        row = np.repeat(np.arange(len(owner)), count + 1)
        along = _counted(count + 1) / np.maximum(count[row], 1)
        owner, up = owner[row], up[row]
        along *= 1 - up
        points = (
            (1 - along - up)[:, None] * a[owner]
            + along[:, None] * b[owner]
            + up[:, None] * c[owner]
        )
        return cls(points, step)


class Mesh:
    """Triangles (T, 3, 3) in metres, T may be 0; what is not asked for is not built."""

    def __init__(self, triangles: Array) -> None:
        self.triangles = triangles

    @cached_property
    def samples(self) -> list[Samples]:
        """The surface for asking; made when first asked, since sightlines need none.

        All of it evenly, if that is fine enough; otherwise small, middling and large triangles
        apart, so that a plain of kilometres does not make what stands on it coarse.
        """
        whole = Samples.of(self.triangles)
        if whole.step <= _COARSE:
            return [whole]
        edges = np.linalg.norm(np.roll(self.triangles, -1, axis=1) - self.triangles, axis=2)
        size = np.searchsorted(_SIZES, edges.max(axis=1))
        parts = [np.flatnonzero(size == n) for n in range(len(_SIZES) + 1)]
        return [Samples.of(self.triangles[part]) for part in parts if len(part)]

    @cached_property
    def spacing(self) -> float:
        """How far a point of the surface can be from a sample, metres."""
        return max(group.spacing for group in self.samples)

    @cached_property
    def _scene(self) -> Any:
        from embreex import rtcore_scene
        from embreex.mesh_construction import TriangleMesh

        scene = rtcore_scene.EmbreeScene()
        TriangleMesh(scene, np.ascontiguousarray(self.triangles - self._origin, np.float32))
        return scene

    @cached_property
    def _origin(self) -> Array:
        """(3,): whole kilometres off, so that Embree's single precision is of millimetres."""
        return np.asarray(np.round(self.triangles.mean(axis=(0, 1)) / 1000) * 1000)

    @cached_property
    def nearest(self) -> Nearest:
        """Call it for the exact distance (N,) of points, and the nearest surface point (N, 3)."""
        return Nearest(self.triangles)

    def nearest_sample(self, points: Array, within: float) -> tuple[Array, Array]:
        """Distance (N,) to the nearest sample, and where that is (N, 3); inf and NaN beyond."""
        distance, place = np.full(len(points), np.inf), np.full(points.shape, np.nan)
        for group in self.samples:
            found, index = group.tree.query(points, distance_upper_bound=within)
            nearer = found < distance
            distance[nearer], place[nearer] = found[nearer], group.points[index[nearer]]
        return distance, place

    def first_hits(self, origins: Array, directions: Array) -> Array:
        """Metres (N,) along unit directions (N, 3) to the first triangle; very far for none."""
        o = np.ascontiguousarray(origins - self._origin, np.float32)
        d = np.ascontiguousarray(np.broadcast_to(directions, origins.shape), np.float32)
        return np.asarray(self._scene.run(o, d, query="DISTANCE"), np.float64)

    @cached_property
    def solid(self) -> Array:
        """Which triangles (T,) belong to closed parts: every edge is used both ways alike."""
        count = len(self.triangles)
        if not count:
            return np.zeros(0, bool)
        flat = self.triangles.reshape(-1, 3)
        grain = 1e-7 * max(float(np.ptp(flat, axis=0).max()), 1.0)
        vertex = _numbered(np.round(flat / grain))
        corners = vertex.reshape(count, 3)
        start, end = corners.ravel(), np.roll(corners, -1, axis=1).ravel()
        low, high = np.minimum(start, end), np.maximum(start, end)
        _, edge = np.unique(low * (vertex.max() + 1) + high, return_inverse=True)
        face = np.repeat(np.arange(count), 3)
        edges = int(edge.max()) + 1
        balance = np.bincount(edge, np.where(start < end, 1.0, -1.0), edges)
        balance[edge[start == end]] = 0.0
        links = coo_matrix((np.ones(len(edge)), (face, count + edge)), (count + edges,) * 2)
        _, part = connected_components(links, directed=False)
        # edges belong to parts as faces do
        open_ = np.unique(part[count:][balance != 0])
        return np.asarray(~np.isin(part[:count], open_))

    @cached_property
    def _columns(self) -> _Columns | None:
        return _Columns.of(self.triangles[self.solid]) if self.solid.any() else None

    def inside(self, points: Array) -> Array:
        """Whether points (N, 3) are inside of what is solid."""
        if self._columns is None:
            return np.zeros(len(points), bool)
        return self._columns.winding(points) > 0


class _Columns:
    """Triangles sorted into a grid seen from above, to find those over a point."""

    def __init__(self, triangles: Array, low: Array, cell: float, shape: Array) -> None:
        self.triangles, self.low, self.cell, self.shape = triangles, low, cell, shape
        first = np.clip(((triangles[..., :2].min(axis=1) - low) / cell).astype(int), 0, shape - 1)
        last = np.clip(((triangles[..., :2].max(axis=1) - low) / cell).astype(int), 0, shape - 1)
        span = last - first + 1
        total = span.prod(axis=1)
        which = np.repeat(np.arange(len(triangles)), total)
        step = _counted(total)
        x = first[which, 0] + step // span[which, 1]
        y = first[which, 1] + step % span[which, 1]
        place = x * shape[1] + y
        order = np.argsort(place, kind="stable")
        self.members = which[order]
        self.starts = np.searchsorted(place[order], np.arange(shape.prod() + 1))

    @classmethod
    def of(cls, triangles: Array) -> _Columns | None:
        """Of those triangles that are not upright; None where there is none."""
        a, b, c = triangles[:, 0, :2], triangles[:, 1, :2], triangles[:, 2, :2]
        flat = np.abs(_turn(a, b, c)) > 1e-14
        kept = triangles[flat]
        if not len(kept):
            return None
        low, high = kept[..., :2].min(axis=(0, 1)), kept[..., :2].max(axis=(0, 1))
        extent = np.maximum(high - low, 1e-3)
        cells = float(np.clip(len(kept), 16, 16_384))
        cell = max(float(np.sqrt(extent.prod() / cells)), float(extent.max()) / 512)
        return cls(kept, low, cell, np.maximum(np.ceil(extent / cell).astype(int), 1))

    def winding(self, points: Array) -> Array:
        """How often (N,) the surface goes round each point, by the faces above it."""
        found = np.zeros(len(points), np.int64)
        xy = points[:, :2] + _OFF_EDGES
        at = np.floor((xy - self.low) / self.cell).astype(int)
        within = np.flatnonzero(np.all((at >= 0) & (at < self.shape), axis=1))
        place = at[within, 0] * self.shape[1] + at[within, 1]
        counts = self.starts[place + 1] - self.starts[place]
        # so many points at a time as make about a million pairs
        part = np.cumsum(counts) // 1_000_000
        for chunk in np.split(np.arange(len(within)), np.flatnonzero(np.diff(part)) + 1):
            each = counts[chunk]
            if not each.sum():
                continue
            row = np.repeat(within[chunk], each)
            member = self.members[np.repeat(self.starts[place[chunk]], each) + _counted(each)]
            sign = self._above(xy[row], points[row, 2], self.triangles[member])
            found += np.bincount(row, sign, len(points)).astype(np.int64)
        return found

    @staticmethod
    def _above(xy: Array, z: Array, triangles: Array) -> Array:
        """+1 where a triangle over the point faces up, −1 where it faces down, 0 where none is."""
        a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
        u, v, w = _turn(b, c, xy), _turn(c, a, xy), _turn(a, b, xy)
        area = u + v + w
        covers = ((u >= 0) & (v >= 0) & (w >= 0)) | ((u <= 0) & (v <= 0) & (w <= 0))
        height = (u * a[:, 2] + v * b[:, 2] + w * c[:, 2]) / np.where(area == 0, 1.0, area)
        return np.asarray(np.where(covers & (height > z), np.sign(area), 0.0))


def _numbered(rows: Array) -> Array:
    """Which of the different rows (N, 3) of whole numbers each is (N,)."""
    # a column at a time: much quicker than sorting rows
    number = np.zeros(len(rows), np.int64)
    for column in (rows - rows.min(axis=0)).astype(np.int64).T:
        number = np.unique(number * (column.max() + 1) + column, return_inverse=True)[1]
    return number


def _turn(a: Array, b: Array, c: Array) -> Array:
    """Twice the area, seen from above, of triangles: positive if counter-clockwise."""
    return np.asarray(
        (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) - (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    )


def _counted(counts: Array) -> Array:
    """0 … n−1 for every n of ``counts``, one after the other."""
    ends = np.cumsum(counts)
    return np.asarray(np.arange(ends[-1]) - np.repeat(ends - counts, counts))
