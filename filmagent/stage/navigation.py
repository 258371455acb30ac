"""Ways across a set's floor: A* on a grid, pulled tight, corners rounded.

A body is a disc of `BODY_RADIUS`; its centre keeps to the floor less the obstacles grown by that
radius. Other people are discs that may be added for one search.
"""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from functools import cache, cached_property, lru_cache

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.ndimage import distance_transform_edt
from shapely.geometry.base import BaseGeometry

Array = NDArray[np.float64]
Point = tuple[float, float]

BODY_RADIUS = 0.28
"""Metres round the centre of a walker that are kept clear."""
CELL = 0.12
"""Metres between grid points."""
STEP = 0.08
"""Metres between points of a finished path."""
_CORNER = 0.55
"""Metres before and after a corner within which it is rounded."""
_SHY = 0.35
"""Metres from obstacles within which walking costs up to twice as much: people keep off walls."""
_NEIGHBOURS = [
    (dx, dy, math.hypot(dx, dy))
    for dx, dy in [(1, 0), (-1, 0), (0, 1), (0, -1), (1, 1), (1, -1), (-1, 1), (-1, -1)]
]


class Navigator:
    """Finds ways on one set.

    Parameters
    ----------
    floor
        Where people may walk, obstacles not yet taken out.
    obstacles
        What stands on the floor.
    """

    def __init__(self, floor: BaseGeometry, obstacles: Sequence[BaseGeometry]):
        blocked = shapely.union_all(list(obstacles)).buffer(BODY_RADIUS)
        self.free: BaseGeometry = floor.buffer(-BODY_RADIUS).difference(blocked)
        if self.free.is_empty:
            self.free = floor
        # a hair wider, so that a way along the very edge counts as clear
        self._walkable: BaseGeometry = self.free.buffer(1e-6)
        shapely.prepare(self.free)
        shapely.prepare(self._walkable)

    @cached_property
    def _grid(self) -> tuple[Array, Array, NDArray[np.bool_], Array]:
        x0, y0, x1, y1 = self.free.bounds
        xs = np.arange(math.floor(x0 / CELL), math.ceil(x1 / CELL) + 1) * CELL
        ys = np.arange(math.floor(y0 / CELL), math.ceil(y1 / CELL) + 1) * CELL
        gx, gy = np.meshgrid(xs, ys, indexing="ij")
        free = shapely.contains_xy(self.free, gx.ravel(), gy.ravel())
        inside = free.reshape(gx.shape)
        edge = distance_transform_edt(np.pad(inside, 1))[1:-1, 1:-1] * CELL
        cost = 1.0 + np.clip(1.0 - edge / _SHY, 0.0, 1.0)
        return xs, ys, inside, cost

    def is_free(self, point: Point) -> bool:
        """Whether a body can stand with its centre here."""
        return bool(shapely.contains_xy(self.free, *point))

    def nearest_free(self, point: Point) -> Point:
        """The nearest place a body can stand."""
        if self.is_free(point):
            return point
        near = shapely.shortest_line(self.free, shapely.Point(point)).coords[0]
        # one step inside, off the very edge
        away = np.subtract(near, point)
        inside = np.add(near, away / max(float(np.hypot(*away)), 1e-9) * 0.01)
        kept = inside if shapely.contains_xy(self.free, *inside) else near
        return float(kept[0]), float(kept[1])

    def clear(
        self,
        start: Point,
        end: Point,
        others: Sequence[Point] = (),
        distance: float = 2 * BODY_RADIUS,
    ) -> bool:
        """Whether one can walk straight from ``start`` to ``end``."""
        line = shapely.LineString([start, end])
        if not self._walkable.covers(line):
            return False
        return all(line.distance(shapely.Point(other)) >= distance for other in others)

    def path(self, start: Point, end: Point, others: Sequence[Point] = ()) -> Array | None:
        """A way from ``start`` to ``end``.

        Parameters
        ----------
        others
            Where people stand meanwhile; the way keeps round them where it can.

        Returns
        -------
        (N, 2) float64 or None
            Points at most 0.08 m apart, ends included; None where the set has no way. Ends
            inside furniture's clearance (a seat) are reached straight from the nearest free place.
        """
        # who stands at one's own start or goal cannot be walked round
        blocking = [o for o in others if math.dist(o, start) > 0.5 and math.dist(o, end) > 0.45]
        inner_start, inner_end = self.nearest_free(start), self.nearest_free(end)
        if math.dist(inner_start, inner_end) < 1e-6:
            corners = [inner_start]
        else:
            found = self._search(inner_start, inner_end, blocking)
            if found is None and blocking:
                blocking = []
                found = self._search(inner_start, inner_end, blocking)
            if found is None:
                return None
            corners = self._pull(found, blocking)
        tight = self._round(corners, blocking)
        ends = [point for point in (start,) if math.dist(point, inner_start) > 1e-6]
        tail = [point for point in (end,) if math.dist(point, inner_end) > 1e-6]
        return resample(np.array([*ends, *tight, *tail], dtype=float))

    def _search(self, start: Point, end: Point, others: Sequence[Point]) -> list[Point] | None:
        if self.clear(start, end, others):
            return [start, end]
        xs, ys, free, cost = self._grid
        if others:
            free = free.copy()
            for x, y in others:
                near = np.hypot(xs[:, None] - x, ys[None, :] - y) < 2 * BODY_RADIUS
                free &= ~near
        first, last = self._cell(start, free), self._cell(end, free)
        if first is None or last is None:
            return None
        cells = _a_star(free, cost, first, last)
        if cells is None:
            return None
        return [start, *((float(xs[i]), float(ys[j])) for i, j in cells), end]

    def _cell(self, point: Point, free: NDArray[np.bool_]) -> tuple[int, int] | None:
        xs, ys, _, _ = self._grid
        i0, j0 = round((point[0] - xs[0]) / CELL), round((point[1] - ys[0]) / CELL)
        best: tuple[float, int, int] | None = None
        for i in range(max(i0 - 5, 0), min(i0 + 6, len(xs))):
            for j in range(max(j0 - 5, 0), min(j0 + 6, len(ys))):
                if free[i, j]:
                    far = math.dist(point, (xs[i], ys[j]))
                    if best is None or (far, i, j) < best:
                        best = (far, i, j)
        return (best[1], best[2]) if best else None

    def _pull(self, points: list[Point], others: Sequence[Point]) -> list[Point]:
        """Keep only the corners that are needed (string pulling)."""
        kept = [points[0]]
        index = 0
        while index < len(points) - 1:
            reach = index + 1
            # galloping, then bisecting: visibility along a path is nearly monotone
            low, high = index + 1, len(points) - 1
            while low <= high:
                middle = (low + high + 1) // 2
                if self.clear(points[index], points[middle], others, 2 * BODY_RADIUS - 0.02):
                    reach, low = middle, middle + 1
                else:
                    high = middle - 1
            kept.append(points[reach])
            index = reach
        return kept

    def _round(self, corners: list[Point], others: Sequence[Point]) -> list[Point]:
        """Round each corner by a quadratic Bézier curve that stays clear."""
        if len(corners) < 3:
            return corners
        rounded: list[Point] = [corners[0]]
        points = np.array(corners)
        for index in range(1, len(points) - 1):
            before, corner, after = points[index - 1], points[index], points[index + 1]
            trim = min(
                _CORNER,
                0.5 * float(np.hypot(*(corner - before))),
                0.5 * float(np.hypot(*(after - corner))),
            )
            rounded += self._curve(before, corner, after, trim, others)
        return [*rounded, corners[-1]]

    def _curve(
        self, before: Array, corner: Array, after: Array, trim: float, others: Sequence[Point]
    ) -> list[Point]:
        for share in (1.0, 0.5, 0.25):
            start = corner + (before - corner) / np.hypot(*(before - corner)) * trim * share
            end = corner + (after - corner) / np.hypot(*(after - corner)) * trim * share
            t = np.linspace(0.0, 1.0, 9)[:, None]
            curve = (1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end
            line = shapely.LineString(curve)
            far = all(line.distance(shapely.Point(o)) >= 2 * BODY_RADIUS - 0.06 for o in others)
            if far and self._walkable.covers(line):
                return [(float(x), float(y)) for x, y in curve]
        return [(float(corner[0]), float(corner[1]))]

    def join(self, first: Array, second: Array) -> Array:
        """Two ways that meet, as one; the corner where they meet is rounded if there is room."""
        corners: list[Point] = [(float(x), float(y)) for x, y in (*first, *second[1:])]
        joint = len(first) - 1
        reach = round(_CORNER / STEP)
        before, after = max(joint - reach, 0), min(joint + reach, len(corners) - 1)
        if 0 < joint < len(corners) - 1 and before < joint < after:
            ends = (np.array(corners[before]), np.array(corners[joint]), np.array(corners[after]))
            trim = min(float(np.hypot(*(ends[i] - ends[1]))) for i in (0, 2))
            if trim > 1e-3:
                curve = self._curve(*ends, trim, ())
                if len(curve) > 1:
                    corners = [*corners[:before], *curve, *corners[after + 1 :]]
        return resample(np.array(corners))

    def spot(
        self, wish: Point, taken: Sequence[Point], apart: float = 0.6, towards: Point | None = None
    ) -> Point:
        """The place to stand nearest to ``wish`` that is free and ``apart`` metres from others.

        ``towards`` breaks ties: the spot nearer to it wins.
        """
        for reach in (0.0, 2.0, 14.0):
            found = self._spot(wish, taken, apart, towards, _rings(reach))
            if found is not None:
                return found
        return self.nearest_free(wish)

    def _spot(
        self,
        wish: Point,
        taken: Sequence[Point],
        apart: float,
        towards: Point | None,
        offsets: Array,
    ) -> Point | None:
        spots = np.asarray(wish) + offsets
        good = shapely.contains_xy(self.free, spots[:, 0], spots[:, 1])
        for other in taken:
            good &= np.hypot(*(spots - np.asarray(other)).T) >= apart
        if not good.any():
            return None
        cost = np.hypot(*offsets.T)
        if towards is not None:
            cost = cost + 0.15 * np.hypot(*(spots - np.asarray(towards)).T)
        cost[~good] = np.inf
        best = spots[int(np.argmin(np.round(cost, 9)))]
        return float(best[0]), float(best[1])

    def room(self, start: Point, direction: Point, most: float = 8.0) -> float:
        """Metres one can go straight from ``start`` before something is in the way.

        A start that is itself in the way, as a chair is, begins at the first free point within
        a metre.
        """
        unit = np.asarray(direction) / max(float(np.hypot(*direction)), 1e-9)
        distances = np.arange(0.0, most, 0.1)
        points = np.asarray(start) + distances[:, None] * unit
        inside = shapely.contains_xy(self.free, points[:, 0], points[:, 1])
        first = int(np.argmax(inside))
        if not inside[first] or first > 10:
            return 0.0
        blocked = np.flatnonzero(~inside[first:])
        return float(blocked[0] if len(blocked) else len(inside) - first) * 0.1


@cache
def _rings(reach: float) -> Array:
    """Offsets on rings 0.2 m apart out to ``reach`` metres, the middle first; (N, 2)."""
    around = [(0.0, 0.0)]
    around += [
        (radius * math.cos(angle), radius * math.sin(angle))
        for radius in np.arange(0.2, reach + 0.1, 0.2)
        for angle in np.linspace(0, 2 * math.pi, max(8, int(radius * 14)), endpoint=False)
    ]
    return np.array(around)


def navigator(floor: BaseGeometry, obstacles: Sequence[BaseGeometry]) -> Navigator:
    """The navigator of a set, made once: equal floors and obstacles give the same one."""
    return _navigator(floor.wkb, tuple(obstacle.wkb for obstacle in obstacles))


@lru_cache(maxsize=8)
def _navigator(floor: bytes, obstacles: tuple[bytes, ...]) -> Navigator:
    return Navigator(shapely.from_wkb(floor), [shapely.from_wkb(o) for o in obstacles])


def _a_star(
    free: NDArray[np.bool_], cost: Array, start: tuple[int, int], end: tuple[int, int]
) -> list[tuple[int, int]] | None:
    """Cells of the cheapest 8-connected way (Hart, Nilsson and Raphael 1968)."""
    wide, high = free.shape
    best = {start: 0.0}
    came: dict[tuple[int, int], tuple[int, int]] = {}
    heap = [(math.dist(start, end), start)]
    done: set[tuple[int, int]] = set()
    while heap:
        _, here = heapq.heappop(heap)
        if here == end:
            way = [here]
            while way[-1] in came:
                way.append(came[way[-1]])
            return way[::-1]
        if here in done:
            continue
        done.add(here)
        i, j = here
        for dx, dy, length in _NEIGHBOURS:
            there = (i + dx, j + dy)
            if not (0 <= there[0] < wide and 0 <= there[1] < high) or not free[there]:
                continue
            if dx and dy and not (free[i + dx, j] and free[i, j + dy]):
                continue
            total = best[here] + length * float(cost[there])
            if total < best.get(there, math.inf) - 1e-12:
                best[there] = total
                came[there] = here
                heapq.heappush(heap, (total + math.dist(there, end), there))
    return None


def resample(points: Array, step: float = STEP) -> Array:
    """A polyline as evenly spaced points at most ``step`` apart; its ends stay."""
    lengths = np.hypot(*np.diff(points, axis=0).T)
    points = points[np.r_[True, lengths > 1e-9]]
    if len(points) < 2:
        return points
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(points, axis=0).T))]
    wanted = np.linspace(0.0, along[-1], max(math.ceil(along[-1] / step) + 1, 2))
    return np.stack([np.interp(wanted, along, points[:, k]) for k in (0, 1)], axis=1)


def length(path: Array) -> float:
    """Length of a polyline, metres."""
    return float(np.hypot(*np.diff(path, axis=0).T).sum()) if len(path) > 1 else 0.0


def heading_of(vector: Array | Point) -> float:
    """Heading of a direction on the floor: 0 faces +y, counter-clockwise."""
    return math.atan2(-float(vector[0]), float(vector[1]))


def wrapped(angle: float) -> float:
    """An angle in (−π, π]."""
    return math.pi - (math.pi - angle) % (2 * math.pi)
