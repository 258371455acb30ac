"""The static world: distances to it, sightlines through it, where cameras may stand in it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array
from camera.world.bodies import Bodies, hidden
from camera.world.field import Field
from camera.world.limit import to_border, within
from camera.world.mesh import Mesh
from camera.world.shapes import Shapes
from camera.world.sweep import sweep_bodies, sweep_static


class World:
    """A static world to query.

    A mesh's closed parts that face outwards are solid: within them the signed distance is
    negative. Its open parts (a plane for a wall) are surfaces, to which distances have no sign.
    Turn the faces of a closed shell inwards to film inside of it.

    Parameters
    ----------
    vertices : (V, 3) metres
    faces : (F, 3) int
    inside : rings of (N, 2), optional
        Where cameras may stand, seen from above (even–odd rule); None: everywhere.

    Attributes
    ----------
    shapes : Shapes or None
        What the world is made of, if it was made by `of_shapes` or `of_boxes`.
    triangles : (F, 3, 3) metres
        The mesh; of shapes, that of the boxes.

    Raises
    ------
    ValueError
        On vertices that are not finite, faces that name none, faces of which none has an area, or
        a ring of fewer than three points.
    """

    shapes: Shapes | None = None

    def __init__(
        self, vertices: ArrayLike, faces: ArrayLike, *, inside: Sequence[ArrayLike] | None = None
    ) -> None:
        v = np.asarray(vertices, np.float64).reshape(-1, 3)
        f = np.asarray(faces, np.int64).reshape(-1, 3)
        if not np.all(np.isfinite(v)):
            raise ValueError(f"vertex {int(np.argmax(~np.isfinite(v).all(1)))} is not finite")
        if len(f) and (f.min() < 0 or f.max() >= len(v)):
            wrong = int(f.min()) if f.min() < 0 else int(f.max())
            raise ValueError(f"a face names vertex {wrong}; there are {len(v)}")
        self.triangles: Array = v[f]
        self._limit(inside)
        edges = self.triangles[:, 1:] - self.triangles[:, :1]
        if len(f) and not np.any(np.linalg.norm(np.cross(edges[:, 0], edges[:, 1]), axis=1)):
            raise ValueError(f"none of the mesh's {len(f)} faces has an area; check its unit")
        self._mesh = Mesh(self.triangles)

    def _limit(self, inside: Sequence[ArrayLike] | None) -> None:
        self.rings = None if inside is None else [np.asarray(r, np.float64)[:, :2] for r in inside]
        for number, ring in enumerate(self.rings or []):
            if len(ring) < 3 or not np.all(np.isfinite(ring)):
                raise ValueError(
                    f"ring {number} of where cameras may stand has {len(ring)} points; "
                    "give three or more finite ones"
                )

    @classmethod
    def empty(cls, inside: Sequence[ArrayLike] | None = None) -> Self:
        """A world with nothing in it."""
        return cls(np.zeros((0, 3)), np.zeros((0, 3)), inside=inside)

    @classmethod
    def of_triangles(
        cls, triangles: ArrayLike, *, inside: Sequence[ArrayLike] | None = None
    ) -> Self:
        """A world of loose triangles (T, 3, 3), wound counter-clockwise seen from outside."""
        t = np.asarray(triangles, np.float64).reshape(-1, 3, 3)
        return cls(t.reshape(-1, 3), np.arange(3 * len(t)).reshape(-1, 3), inside=inside)

    @classmethod
    def of_shapes(cls, shapes: Shapes, *, inside: Sequence[ArrayLike] | None = None) -> Self:
        """A world of boxes and upright capsules, whose distances are formulas."""
        self = cls.__new__(cls)
        self.shapes = shapes
        self.triangles = shapes.box_triangles()
        self._limit(inside)
        self._mesh = Mesh(self.triangles)
        return self

    @classmethod
    def of_boxes(
        cls,
        centres: ArrayLike,
        halves: ArrayLike,
        headings: ArrayLike = 0.0,
        *,
        inside: Sequence[ArrayLike] | None = None,
    ) -> Self:
        """A world of boxes: centres (N, 3), half sizes (N, 3) in metres, headings (N,) radians."""
        c = np.asarray(centres, np.float64).reshape(-1, 3)
        h = np.asarray(halves, np.float64).reshape(-1, 3)
        turns = np.broadcast_to(np.asarray(headings, np.float64), (len(c),))
        return cls.of_shapes(Shapes(c, h, turns), inside=inside)

    @property
    def spacing(self) -> float:
        """Metres by which `rough_clearance` may be too large; 0 for shapes."""
        return 0.0 if self._bare or self.shapes is not None else self._mesh.spacing

    @property
    def watertight(self) -> bool:
        """Whether all of it is solid, so that the signed distance has a sign everywhere."""
        return self.shapes is not None or bool(self._mesh.solid.all())

    @property
    def _bare(self) -> bool:
        return not len(self.triangles) and self.shapes is None

    @cached_property
    def bounds(self) -> Array:
        """(2, 3) metres: least and greatest corner; zeros where there is nothing."""
        if self.shapes is not None and len(self.shapes):
            return self.shapes.bounds()
        if not len(self.triangles):
            return np.zeros((2, 3))
        return np.stack([self.triangles.min(axis=(0, 1)), self.triangles.max(axis=(0, 1))])

    def contains(self, points: ArrayLike) -> Array:
        """Whether points (..., 2 or 3) are where cameras may stand, seen from above."""
        p = np.asarray(points, np.float64)
        return np.ones(p.shape[:-1], bool) if self.rings is None else within(self.rings, p)

    def border(self, points: ArrayLike) -> tuple[Array, Array]:
        """Signed distance (N,) to the limit of `contains`, inside positive; its gradient (N, 3)."""
        p = np.asarray(points, np.float64).reshape(-1, 3)
        if self.rings is None:
            return np.full(len(p), np.inf), np.zeros((len(p), 3))
        return to_border(self.rings, p)

    def rough_clearance(self, points: ArrayLike, within: float = np.inf) -> tuple[Array, Array]:
        """Distance (N,) to the nearest sample of the mesh's surface, and its gradient (N, 3).

        Never less than the exact distance, and never more than ``spacing`` above it. What is
        farther than ``within`` is not looked for: its distance is inf, its gradient 0.
        """
        p = np.asarray(points, np.float64).reshape(-1, 3)
        if self._bare:
            return np.full(len(p), np.inf), np.zeros((len(p), 3))
        if self.shapes is not None:
            distance, gradient = self.shapes.signed_distance(p)
            sign = np.where(distance < 0, -1.0, 1.0)
            near = sign * distance <= within
            return np.where(near, sign * distance, np.inf), (sign * near)[:, None] * gradient
        distance, place = self._mesh.nearest_sample(p, within)
        away = np.where(np.isfinite(distance)[:, None], p - place, 0.0)
        return distance, away / np.maximum(distance, 1e-9)[:, None]

    def clearance(self, points: ArrayLike) -> Array:
        """Exact distance in metres (N,) from points (N, 3) to the surface, without a sign."""
        p = np.asarray(points, np.float64).reshape(-1, 3)
        if self._bare or not len(p):
            return np.full(len(p), np.inf)
        if self.shapes is not None:
            return np.abs(self.shapes.signed_distance(p)[0])
        return self._mesh.nearest(p)[0]

    def signed_distance(self, points: ArrayLike) -> tuple[Array, Array]:
        """Distance in metres (N,) from points (N, 3), negative inside, and its gradient (N, 3).

        Exact, but for shapes inside other shapes (see `Shapes.signed_distance`). At the open
        parts of a mesh that is not `watertight` the distance is positive on both sides.
        """
        p = np.asarray(points, np.float64).reshape(-1, 3)
        if self._bare or not len(p):
            return np.full(len(p), np.inf), np.zeros((len(p), 3))
        if self.shapes is not None:
            return self.shapes.signed_distance(p)
        distance, foot = self._mesh.nearest(p)
        sign = np.where(self._mesh.inside(p), -1.0, 1.0)
        return sign * distance, (p - foot) * (sign / np.maximum(distance, 1e-12))[:, None]

    def field(self, spacing: float = 0.1, bounds: ArrayLike | None = None) -> Field:
        """Signed distances on a grid: much quicker to ask, off by at most √3/2 · ``spacing``.

        Parameters
        ----------
        spacing
            Metres between nodes.
        bounds : (2, 3) metres, optional
            What to cover: least and greatest corner; the whole world otherwise.

        Raises
        ------
        ValueError
            If that would take more than 40 million nodes.
        """
        cover = self.bounds if bounds is None else bounds
        return Field.sampled(lambda p: self.signed_distance(p)[0], cover, spacing)

    def sweep(
        self,
        positions: ArrayLike,
        bodies: Bodies | None = None,
        *,
        tolerance: float = 1e-3,
        near: float = 0.5,
    ) -> tuple[Array, Array]:
        """How near a moving camera comes to the world and to bodies, at samples and between.

        Camera and bodies (as many rows, or one) go straight from each row to the next.

        Returns
        -------
        at, between : (F,) metres, signed
            At each position; and the least on the way to the next (the last: there). ``between``
            is never too high, and where it is below ``near`` no more than ``tolerance`` too low.

        Raises
        ------
        ValueError
            If positions are not finite, or bodies have another number of rows.
        """
        p = np.asarray(positions, np.float64).reshape(-1, 3)
        if not np.all(np.isfinite(p)):
            raise ValueError(f"position {int(np.argmax(~np.isfinite(p).all(1)))} is not finite")
        at, least = sweep_static(lambda x: self.signed_distance(x)[0], p, tolerance, near)
        if bodies is not None and len(bodies.radii):
            if len(bodies.ends) not in (1, len(p)):
                raise ValueError(f"bodies have {len(bodies.ends)} rows for {len(p)} positions")
            apart, nearest = sweep_bodies(p, bodies, tolerance, near)
            at, least = np.minimum(at, apart), np.minimum(least, nearest)
        return at, least

    def swept_clearance(self, positions: ArrayLike, bodies: Bodies | None = None) -> Array:
        """The least distance (F,) of `sweep` from each position to the next."""
        return self.sweep(positions, bodies)[1]

    def visible(
        self,
        origins: ArrayLike,
        targets: ArrayLike,
        bodies: Bodies | None = None,
        ignore: ArrayLike | None = None,
        margin: float = 0.02,
        rows: ArrayLike | None = None,
    ) -> Array:
        """Whether nothing is between origins (N, 3) and targets (N, 3).

        Parameters
        ----------
        bodies
            With N rows, or one for all, or any number that ``rows`` chooses from.
        ignore : (N,) int, optional
            Owner whose body does not hide that target.
        margin
            The last metres before the target that don't count.
        rows : (N,) int, optional
            Each sightline's row of the bodies.
        """
        o = np.asarray(origins, np.float64).reshape(-1, 3)
        t = np.asarray(targets, np.float64).reshape(-1, 3)
        o, t = np.broadcast_arrays(o, t)
        length = np.linalg.norm(t - o, axis=1)
        reach = np.maximum(length - margin, 0.0)
        unit = (t - o) / np.maximum(length, 1e-9)[:, None]
        clear = self._box_lengths(o, unit, reach) >= reach
        end = o + unit * reach[:, None]
        if self.shapes is not None and len(self.shapes.feet):
            clear &= ~self.shapes.hidden_by_capsules(o, end)
        if bodies is not None and len(bodies.radii):
            if rows is None:
                rows = np.arange(len(o)) if len(bodies.ends) > 1 else np.zeros(len(o), np.int64)
            own = np.full(len(o), -1) if ignore is None else np.asarray(ignore)
            open_ = np.flatnonzero(clear)
            clear[open_] = ~hidden(
                o[open_], end[open_], bodies, np.asarray(rows)[open_], own[open_]
            )
        return np.asarray(clear)

    def ray_lengths(
        self, origins: ArrayLike, directions: ArrayLike, reach: ArrayLike = 1e6
    ) -> Array:
        """Metres (N,) along unit directions to the world's surface, at most ``reach``."""
        o = np.asarray(origins, np.float64).reshape(-1, 3)
        d = np.broadcast_to(np.asarray(directions, np.float64), o.shape)
        lengths = self._box_lengths(o, d, reach)
        if self.shapes is not None and len(self.shapes.feet):
            lengths = np.minimum(lengths, self.shapes.hit_capsules(o, d))
        return lengths

    def _box_lengths(self, origins: Array, directions: Array, reach: ArrayLike) -> Array:
        limit = np.broadcast_to(np.asarray(reach, np.float64), len(origins))
        if not len(self.triangles) or not len(origins):
            return np.array(limit)
        return np.minimum(self._mesh.first_hits(origins, directions), limit)
