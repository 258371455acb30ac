"""What stands in the camera's way: a static mesh, a limit to where it may go, and moving bodies.

Distances to the mesh are exact (nearest triangle); sightlines are rays through Embree; bodies are
capsules, exact as well. Everything is batched over points.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike
from scipy.spatial import cKDTree

from camera.pose import Array


@dataclass(frozen=True)
class Bodies:
    """People as capsules, frame by frame.

    Parameters
    ----------
    ends : (F, M, 2, 3) metres
        Where each capsule's axis begins and ends in each frame; NaN where nobody is there.
    radii : (M,) metres
    owners : (M,) int
        Whose capsule it is, so that a sightline to somebody can pass through their own body.
    """

    ends: Array
    radii: Array
    owners: Array

    def at(self, frames: ArrayLike) -> Bodies:
        """The same bodies with one row for each of ``frames``; the ends are held."""
        index = np.clip(np.asarray(frames, np.int64), 0, len(self.ends) - 1)
        return Bodies(self.ends[index], self.radii, self.owners)

    @classmethod
    def none(cls) -> Self:
        """Nobody."""
        return cls(np.zeros((1, 0, 2, 3)), np.zeros(0), np.zeros(0, np.int64))


class World:
    """A static world to query.

    Parameters
    ----------
    vertices : (V, 3) metres
    faces : (F, 3) int
    inside : rings of (N, 2), optional
        Where cameras may stand, seen from above (even–odd rule); None: everywhere.

    Raises
    ------
    ValueError
        On vertices that are not finite or faces that name none.
    """

    def __init__(
        self, vertices: ArrayLike, faces: ArrayLike, *, inside: Sequence[ArrayLike] | None = None
    ) -> None:
        v = np.asarray(vertices, np.float64).reshape(-1, 3)
        f = np.asarray(faces, np.int64).reshape(-1, 3)
        if not np.all(np.isfinite(v)):
            raise ValueError(f"vertex {int(np.argmax(~np.isfinite(v).all(1)))} is not finite")
        if len(f) and (f.min() < 0 or f.max() >= len(v)):
            raise ValueError(f"a face names vertex {int(f.max())}; there are {len(v)}")
        self.triangles: Array = v[f]
        self.rings = None if inside is None else [np.asarray(r, np.float64)[:, :2] for r in inside]
        self._scene: Any = _embree(self.triangles)

    @cached_property
    def _sampling(self) -> tuple[Array, Array, float]:
        return _sampled(self.triangles)

    @property
    def _samples(self) -> Array:
        return self._sampling[0]

    @property
    def _owner(self) -> Array:
        return self._sampling[1]

    @property
    def spacing(self) -> float:
        """Metres by which `rough_clearance` may be too large."""
        return self._sampling[2]

    @cached_property
    def _tree(self) -> cKDTree | None:
        """The samples for asking; made when first asked, since sightlines need none."""
        # the samples are spread evenly: splitting at the middle is as quick to ask, and to build
        return (
            cKDTree(self._samples, leafsize=32, balanced_tree=False, compact_nodes=False)
            if len(self._samples)
            else None
        )

    @classmethod
    def empty(cls, inside: Sequence[ArrayLike] | None = None) -> Self:
        """A world with nothing in it."""
        return cls(np.zeros((0, 3)), np.zeros((0, 3)), inside=inside)

    @classmethod
    def of_boxes(
        cls, centres: ArrayLike, halves: ArrayLike, *, inside: Sequence[ArrayLike] | None = None
    ) -> Self:
        """A world of axis-aligned boxes: centres (N, 3) and half sizes (N, 3) in metres."""
        c = np.asarray(centres, np.float64).reshape(-1, 1, 3)
        h = np.asarray(halves, np.float64).reshape(-1, 1, 3)
        corners = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)])
        quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
        faces = np.array([t for a, b, d, e in quads for t in ((a, b, d), (a, d, e))])
        starts = 8 * np.arange(len(c))
        return cls(
            (c + h * corners).reshape(-1, 3),
            (faces[None] + starts[:, None, None]).reshape(-1, 3),
            inside=inside,
        )

    def contains(self, points: ArrayLike) -> Array:
        """Whether points (..., 2 or 3) are where cameras may stand, seen from above."""
        p = np.asarray(points, np.float64)
        if self.rings is None:
            return np.ones(p.shape[:-1], bool)
        x, y = p[..., 0, None], p[..., 1, None]
        odd = np.zeros(p.shape[:-1], bool)
        for ring in self.rings:
            a, b = ring, np.roll(ring, -1, axis=0)
            crosses = (a[:, 1] > y) != (b[:, 1] > y)
            with np.errstate(divide="ignore", invalid="ignore"):
                at = a[:, 0] + (y - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
            odd ^= np.sum(crosses & (x < at), axis=-1) % 2 == 1
        return odd

    def border(self, points: ArrayLike) -> tuple[Array, Array]:
        """Signed distance (N,) to the limit of `contains`, inside positive; its gradient (N, 3)."""
        p = np.asarray(points, np.float64).reshape(-1, 3)
        if self.rings is None:
            return np.full(len(p), np.inf), np.zeros((len(p), 3))
        a = np.concatenate(self.rings)
        b = np.concatenate([np.roll(ring, -1, axis=0) for ring in self.rings])
        d = b - a
        t = np.einsum("nei,ei->ne", p[:, None, :2] - a, d) / np.maximum((d * d).sum(1), 1e-12)
        near = a + np.clip(t, 0, 1)[..., None] * d
        away = p[:, None, :2] - near
        distance = np.linalg.norm(away, axis=-1)
        edge = np.argmin(distance, axis=1)
        rows = np.arange(len(p))
        best, out = distance[rows, edge], away[rows, edge]
        sign = np.where(self.contains(p), 1.0, -1.0)
        gradient = np.zeros((len(p), 3))
        gradient[:, :2] = sign[:, None] * out / np.maximum(best, 1e-9)[:, None]
        return sign * best, gradient

    def rough_clearance(self, points: ArrayLike, within: float = np.inf) -> tuple[Array, Array]:
        """Distance (N,) to the nearest sample of the mesh's surface, and its gradient (N, 3).

        Never less than the exact distance, and never more than ``spacing`` above it. What is
        farther than ``within`` is not looked for: its distance is inf, its gradient 0.
        """
        p = np.asarray(points, np.float64).reshape(-1, 3)
        if self._tree is None:
            return np.full(len(p), np.inf), np.zeros((len(p), 3))
        distance, index = self._tree.query(p, distance_upper_bound=within)
        found = index < len(self._samples)
        away = np.zeros_like(p)
        away[found] = p[found] - self._samples[index[found]]
        return distance, away / np.maximum(distance, 1e-9)[:, None]

    def clearance(self, points: ArrayLike) -> Array:
        """Exact distance in metres (N,) from points (N, 3) to the mesh (not signed)."""
        p = np.asarray(points, np.float64).reshape(-1, 3)
        if self._tree is None:
            return np.full(len(p), np.inf)
        upper, _ = self._tree.query(p)
        near = self._tree.query_ball_point(p, upper + self.spacing)
        counts = np.array([len(n) for n in near])
        point = np.repeat(np.arange(len(p)), counts)
        owner = self._owner[np.concatenate([np.asarray(n, np.int64) for n in near])]
        pairs = np.unique(point * len(self.triangles) + owner)
        point, owner = np.divmod(pairs, len(self.triangles))
        distance = _to_triangles(p[point], self.triangles[owner])
        starts = np.searchsorted(point, np.arange(len(p)))
        return np.asarray(np.minimum.reduceat(distance, starts))

    def swept_clearance(self, positions: ArrayLike, bodies: Bodies | None = None) -> Array:
        """Least distance (F,) from a path to the mesh and to bodies, up to the next sample.

        The distance to a fixed thing changes no faster than the camera moves, so between samples
        s apart it is at least the lesser end minus s/2, which is what is returned; long steps are
        divided. Bodies (F rows) move between samples as straight lines.
        """
        p = np.asarray(positions, np.float64).reshape(-1, 3)
        step = np.linalg.norm(np.diff(p, axis=0), axis=1)
        parts = int(np.clip(np.ceil(step.max(initial=0.0) / 0.05), 1, 40))
        u = (np.arange(parts) / parts)[None, :, None]
        nexts = np.concatenate([p[1:], p[-1:]])
        fine = (p[:, None] * (1 - u) + nexts[:, None] * u).reshape(-1, 3)
        distance = self.clearance(fine)
        if bodies is not None and len(bodies.radii):
            e = bodies.ends
            after = np.concatenate([e[1:], e[-1:]])
            w = u[..., None, None]
            moving = (e[:, None] * (1 - w) + after[:, None] * w).reshape(-1, *e.shape[1:])
            distance = np.minimum(
                distance, to_bodies(fine, Bodies(moving, bodies.radii, bodies.owners))
            )
        slack = np.append(step, 0.0) / parts / 2
        return np.asarray(distance.reshape(len(p), parts).min(axis=1) - slack)

    def visible(
        self,
        origins: ArrayLike,
        targets: ArrayLike,
        bodies: Bodies | None = None,
        ignore: ArrayLike | None = None,
        margin: float = 0.02,
    ) -> Array:
        """Whether nothing is between origins (N, 3) and targets (N, 3).

        Parameters
        ----------
        bodies
            With N rows, or one for all.
        ignore : (N,) int, optional
            Owner whose body does not hide that target.
        margin
            The last metres before the target that don't count.
        """
        o = np.asarray(origins, np.float64).reshape(-1, 3)
        t = np.asarray(targets, np.float64).reshape(-1, 3)
        o, t = np.broadcast_arrays(o, t)
        length = np.linalg.norm(t - o, axis=1)
        reach = np.maximum(length - margin, 0.0)
        clear = self.ray_lengths(o, (t - o) / np.maximum(length, 1e-9)[:, None], reach) >= reach
        if bodies is not None and len(bodies.radii):
            end = o + (t - o) * (reach / np.maximum(length, 1e-9))[:, None]
            own = np.full(len(o), -1) if ignore is None else np.asarray(ignore)
            for owner in np.unique(bodies.owners):
                clear &= (own == owner) | ~_hidden_by(o, end, bodies, int(owner))
        return np.asarray(clear)

    def ray_lengths(
        self, origins: ArrayLike, directions: ArrayLike, reach: ArrayLike = 1e6
    ) -> Array:
        """Metres (N,) along unit directions to the mesh, at most ``reach``."""
        o = np.ascontiguousarray(np.asarray(origins, np.float32).reshape(-1, 3))
        d = np.ascontiguousarray(np.broadcast_to(np.asarray(directions, np.float32), o.shape))
        limit = np.broadcast_to(np.asarray(reach, np.float64), len(o))
        if self._scene is None or not len(o):
            return np.array(limit)
        hit = np.asarray(self._scene.run(o, d, query="DISTANCE"), np.float64)
        return np.minimum(hit, limit)


def _hidden_by(origins: Array, ends: Array, bodies: Bodies, owner: int) -> Array:
    """Whether one body is on the way from origins (N, 3) to ends (N, 3)."""
    which = bodies.owners == owner
    axes, radii = bodies.ends[:, which], bodies.radii[which]
    # a ball round the whole body first: most sightlines pass it by
    points = axes.reshape(len(axes), -1, 3)
    middle = points.mean(axis=1)
    ball = np.linalg.norm(points - middle[:, None], axis=2).max(axis=1) + radii.max()
    centre = np.broadcast_to(middle, origins.shape)[:, None]
    near = _between_segments(origins[:, None], ends[:, None], centre, centre)[:, 0] < ball
    hit = np.zeros(len(origins), bool)
    rows = np.flatnonzero(near)
    if len(rows):
        these = axes[rows] if len(axes) > 1 else axes
        gap = _between_segments(
            origins[rows, None], ends[rows, None], these[:, :, 0], these[:, :, 1]
        )
        hit[rows] = np.any(gap < radii, axis=1)
    return hit


def to_bodies(points: ArrayLike, bodies: Bodies) -> Array:
    """Distance (N,) from points (N, 3) to the nearest capsule; bodies with N rows, or one."""
    p = np.asarray(points, np.float64).reshape(-1, 1, 3)
    ends = np.broadcast_to(bodies.ends, (len(p), *bodies.ends.shape[1:]))
    gap = _between_segments(p, p, ends[:, :, 0], ends[:, :, 1]) - bodies.radii
    return np.asarray(np.min(np.where(np.isnan(gap), np.inf, gap), axis=1, initial=np.inf))


def _between_segments(p: Array, q: Array, a: Array, b: Array) -> Array:
    """Distance of segments p–q and a–b (C. Ericson, "Real-Time Collision Detection", 5.1.9)."""
    u, v, w = q - p, b - a, p - a
    uu, vv, uv = (u * u).sum(-1), (v * v).sum(-1), (u * v).sum(-1)
    uw, vw = (u * w).sum(-1), (v * w).sum(-1)
    denominator = uu * vv - uv * uv
    with np.errstate(divide="ignore", invalid="ignore"):
        s = np.where(denominator > 1e-12, (uv * vw - uw * vv) / denominator, 0.0)
        s = np.clip(s, 0.0, 1.0)
        t = np.where(vv > 1e-12, (uv * s + vw) / vv, 0.0)
        clipped = np.clip(t, 0.0, 1.0)
        again = np.where(uu > 1e-12, (clipped * uv - uw) / uu, 0.0)
    # also where a–b is but a point
    s = np.where((t != clipped) | (vv <= 1e-12), np.clip(again, 0.0, 1.0), s)
    return np.asarray(np.linalg.norm(w + s[..., None] * u - clipped[..., None] * v, axis=-1))


def _to_triangles(p: Array, triangles: Array) -> Array:
    """Distance from points (N, 3), each to its own triangle (N, 3, 3) (Ericson 5.1.5)."""
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    ab, ac = b - a, c - a
    normal = _cross(ab, ac)
    area = _dot(normal, normal)
    w = p - a
    safe = np.maximum(area, 1e-300)
    gamma = _dot(_cross(ab, w), normal) / safe
    beta = _dot(_cross(w, ac), normal) / safe
    over = (area > 1e-18) & (beta >= 0) & (gamma >= 0) & (beta + gamma <= 1)
    plane = np.abs(_dot(w, normal)) / np.sqrt(safe)
    edges = []
    for w_, e in ((w, ab), (w, ac), (p - b, c - b)):
        t = np.clip(_dot(w_, e) / np.maximum(_dot(e, e), 1e-300), 0, 1)
        off = w_ - t[:, None] * e
        edges.append(_dot(off, off))
    return np.asarray(np.where(over, plane, np.sqrt(np.minimum.reduce(edges))))


def _dot(a: Array, b: Array) -> Array:
    return np.asarray(a[:, 0] * b[:, 0] + a[:, 1] * b[:, 1] + a[:, 2] * b[:, 2])


def _cross(a: Array, b: Array) -> Array:
    x = a[:, 1] * b[:, 2] - a[:, 2] * b[:, 1]
    y = a[:, 2] * b[:, 0] - a[:, 0] * b[:, 2]
    return np.stack([x, y, a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]], axis=-1)


def _embree(triangles: Array) -> Any:
    if not len(triangles):
        return None
    from embreex import rtcore_scene
    from embreex.mesh_construction import TriangleMesh

    scene = rtcore_scene.EmbreeScene()
    TriangleMesh(scene, np.ascontiguousarray(triangles, np.float32))
    return scene


def _sampled(triangles: Array) -> tuple[Array, Array, float]:
    """Points on every triangle, whose each is, and how far a surface point can be from one.

    Rows run along a triangle's longest edge, half a step apart, and points along a row a step
    apart: a point of the triangle is within half a step of the row below it, which is at least as
    long, and there within half a step of a sample. Long thin triangles so take few points.
    """
    if not len(triangles):
        return np.zeros((0, 3)), np.zeros(0, np.int64), 0.0
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
        (1 - along - up)[:, None] * a[owner] + along[:, None] * b[owner] + up[:, None] * c[owner]
    )
    return points, owner, step * float(np.sqrt(0.5))


def _counted(counts: Array) -> Array:
    """0 … n−1 for every n of ``counts``, one after the other."""
    ends = np.cumsum(counts)
    return np.asarray(np.arange(ends[-1]) - np.repeat(ends - counts, counts))
