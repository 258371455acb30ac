"""People as capsules, frame by frame: how far from them, what they hide."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Self

import numpy as np
from numpy.typing import ArrayLike

from camera.pose import Array
from camera.world.distance import between_segments, dot, nearest_on_segments

_PAIRS = 200_000  # pairs of points and capsules at a time: bounds the memory


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

    Raises
    ------
    ValueError
        If shapes disagree, an end is infinite, or a radius is not positive.
    """

    ends: Array
    radii: Array
    owners: Array

    def __post_init__(self) -> None:
        ends, radii, owners = np.shape(self.ends), np.asarray(self.radii), np.shape(self.owners)
        if len(ends) != 4 or ends[2:] != (2, 3):
            raise ValueError(f"ends of bodies have shape {ends}, expected (F, M, 2, 3)")
        if radii.shape != ends[1:2] or owners != ends[1:2]:
            raise ValueError(
                f"{ends[1]} capsules need as many radii and owners, not {radii.shape} and {owners}"
            )
        if np.any(~(radii > 0)):
            raise ValueError(f"a capsule's radius must be positive, not {radii[~(radii > 0)][0]}")
        if np.isinf(self.ends).any():
            raise ValueError("a capsule's end is infinite; give NaN where nobody is there")

    def at(self, frames: ArrayLike) -> Bodies:
        """The same bodies with one row for each of ``frames``; the ends are held."""
        index = np.clip(np.asarray(frames, np.int64), 0, len(self.ends) - 1)
        return Bodies(self.ends[index], self.radii, self.owners)

    @cached_property
    def balls(self) -> tuple[Array, Array, Array, Array, Array]:
        """Owners (O,), their capsules and where each owner's begin, and a ball round each body.

        The capsules' numbers are sorted by owner; balls are centres (F, O, 3) and radii (F, O),
        NaN where somebody is not there.
        """
        names, owner = np.unique(self.owners, return_inverse=True)
        members = np.argsort(owner, kind="stable")
        starts = np.searchsorted(owner[members], np.arange(len(names) + 1))
        thick = self.radii[members, None, None]
        both = self.ends[:, members]
        low = np.fmin.reduceat((both - thick).min(axis=2), starts[:-1], axis=1)
        high = np.fmax.reduceat((both + thick).max(axis=2), starts[:-1], axis=1)
        return names, members, starts, (low + high) / 2, np.linalg.norm(high - low, axis=2) / 2

    def each_capsule(self, rays: Array, owners: Array) -> tuple[Array, Array]:
        """Pairs (N,) of rays and owners, by their places in `balls`, as pairs of rays and capsules.

        A ray comes as often as its owner has capsules.
        """
        _, members, starts, _, _ = self.balls
        counts = starts[owners + 1] - starts[owners]
        inner = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts)
        return np.repeat(rays, counts), members[np.repeat(starts[owners], counts) + inner]

    def without(self, owner: int) -> Bodies:
        """Everybody but one."""
        keep = self.owners != owner
        return Bodies(self.ends[:, keep], self.radii[keep], self.owners[keep])

    @classmethod
    def none(cls) -> Self:
        """Nobody."""
        return cls(np.zeros((1, 0, 2, 3)), np.zeros(0), np.zeros(0, np.int64))


def to_bodies(points: ArrayLike, bodies: Bodies) -> Array:
    """Distance (N,) from points (N, 3) to the nearest capsule; bodies with N rows, or one."""
    return nearest_body(points, bodies)[0]


def nearest_body(points: ArrayLike, bodies: Bodies) -> tuple[Array, Array]:
    """`to_bodies`, and the unit direction (N, 3) away from that capsule; inf and 0 for nobody.

    Negative inside a body.
    """
    p = np.asarray(points, np.float64).reshape(-1, 3)
    distance, away = np.full(len(p), np.inf), np.zeros_like(p)
    if not len(bodies.radii):
        return distance, away
    for rows in _chunks(len(p), len(bodies.radii)):
        e = bodies.ends[rows] if len(bodies.ends) > 1 else bodies.ends
        off = p[rows, None] - nearest_on_segments(p[rows, None], e[:, :, 0], e[:, :, 1])
        length = np.linalg.norm(off, axis=-1)
        gap = np.nan_to_num(length - bodies.radii, nan=np.inf)
        best = np.argmin(gap, axis=1)
        each = np.arange(len(best))
        distance[rows] = gap[each, best]
        found = np.isfinite(distance[rows])
        unit = off[each, best] / np.maximum(length[each, best], 1e-9)[:, None]
        away[rows] = np.where(found[:, None], unit, 0.0)
    return distance, away


def hidden(origins: Array, ends: Array, bodies: Bodies, rows: Array, ignore: Array) -> Array:
    """Whether a body other than ``ignore`` (N,) is on the way from origins to ends (N, 3).

    ``rows`` (N,) is each sightline's row of the bodies. The ball round each whole body is asked
    first: most sightlines pass it by.
    """
    hit = np.zeros(len(origins), bool)
    names, _, _, centres, balls = bodies.balls
    for part in _chunks(len(origins), len(names)):
        o, u, row = origins[part], ends[part] - origins[part], rows[part]
        # how near a sightline passes the ball's centre, in squares
        w = centres[row] - o[:, None]
        uu, uw = dot(u, u)[:, None], np.einsum("ni,noi->no", u, w)
        t = np.clip(uw / np.maximum(uu, 1e-300), 0.0, 1.0)
        near = dot(w, w) - t * (2 * uw - t * uu) < (balls * balls)[row]
        ray, owner = np.nonzero(near & (names != ignore[part, None]))
        if not len(ray):
            continue
        ray, capsule = bodies.each_capsule(ray, owner)
        axis = bodies.ends[row[ray], capsule]
        gap = between_segments(o[ray], ends[part][ray], axis[:, 0], axis[:, 1])
        hit[part.start + ray[gap < bodies.radii[capsule]]] = True
    return hit


def _chunks(points: int, each: int) -> list[slice]:
    size = max(_PAIRS // max(each, 1), 1)
    return [slice(i, min(i + size, points)) for i in range(0, points, size)]
