"""Distances for thousands of questions at a time: each world's as a grid, all grids in one array.

A grid holds signed distances at its nodes and answers with the trilinear value between; the
gradient is that of the interpolation. Boxes and capsules are laid into a grid by the separability
of their formulas, a mesh by its nearest samples.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np

from camera.planner.arrays import Array, cell, namespace, picked, single, spread
from camera.world import World

SPACING = 0.2
"""Metres between nodes, doubled for what would take too many."""
_MOST = 4_000_000
_FAR = 0.7
"""Metres beyond which nobody asks how far."""
_EDGE = 16
_NODES = np.stack(np.meshgrid(*[np.arange(_EDGE)] * 3, indexing="ij"), -1).reshape(-1, 3)
_TILES: WeakKeyDictionary[World, dict[tuple[float, int, int, int], Array]] = WeakKeyDictionary()
"""Of every mesh that was asked, cubes of ``_EDGE`` nodes a side, by their numbers along x, y, z."""


@dataclass(frozen=True, eq=False)
class Layer:
    """Distances (X, Y, Z) at nodes, metres, float32; ``lows`` are the least of a cell's corners."""

    values: Array
    lows: Array

    @classmethod
    def of(cls, values: Array) -> Layer:
        """The layer of distances."""
        lows = values.copy()
        for axis in range(3):
            line = np.moveaxis(lows, axis, 0)
            np.minimum(line[:-1], line[1:], out=line[:-1])
        return cls(values, lows)


@dataclass(frozen=True)
class Grid:
    """Distances around one shot: ``solid`` to what hides and hurts, ``free`` to the limit as well.

    Parameters
    ----------
    origin : (3,) metres
    spacing : metres
    """

    origin: Array
    spacing: float
    solid: Layer
    free: Layer


def grid(world: World, low: Array, high: Array) -> Grid:
    """The grid of a world between two corners (3,), on nodes at multiples of its spacing."""
    spacing = SPACING
    while np.prod((high - low) / spacing + 3) > _MOST:
        spacing *= 2
    first = np.floor(low / spacing).astype(np.int64)
    last = np.ceil(high / spacing).astype(np.int64) + 1
    make = _of_mesh if world.shapes is None else _of_shapes
    return _limited(world, first, last, spacing, make(world, first, last, spacing))


def _of_mesh(world: World, first: Array, last: Array, spacing: float) -> Array:
    """A set is large and filmed often: it is measured tile by tile, and the tiles are kept."""
    tiles = _TILES.setdefault(world, {})
    low, high = first // _EDGE, last // _EDGE
    out = np.empty((high - low + 1) * _EDGE, np.float32)
    for tile in np.ndindex(*(high - low + 1)):
        corner = low + tile
        key = (spacing, int(corner[0]), int(corner[1]), int(corner[2]))
        if key not in tiles:
            nodes = spacing * (corner * _EDGE + _NODES)
            distance = world.rough_clearance(nodes, _FAR)[0]
            tiles[key] = np.minimum(distance, _FAR).astype(np.float32).reshape([_EDGE] * 3)
        at = np.multiply(tile, _EDGE)
        out[at[0] : at[0] + _EDGE, at[1] : at[1] + _EDGE, at[2] : at[2] + _EDGE] = tiles[key]
    start, stop = first - low * _EDGE, last - low * _EDGE + 1
    return out[start[0] : stop[0], start[1] : stop[1], start[2] : stop[2]]


def _limited(world: World, first: Array, last: Array, spacing: float, solid: Array) -> Grid:
    made = Layer.of(solid)
    if world.rings is None:
        return Grid(spacing * first, spacing, made, made)
    x, y = (spacing * np.arange(first[i], last[i] + 1) for i in (0, 1))
    floor = np.stack([*np.meshgrid(x, y, indexing="ij"), np.zeros((len(x), len(y)))], -1)
    border = world.border(floor.reshape(-1, 3))[0].astype(np.float32)
    free = np.minimum(solid, border.reshape(len(x), len(y), 1))
    return Grid(spacing * first, spacing, made, Layer.of(free))


def _of_shapes(world: World, first: Array, last: Array, spacing: float) -> Array:
    """Signed distances of boxes and upright capsules: a plan (X, Y) and a height (Z) of each."""
    assert world.shapes is not None
    shapes = world.shapes
    x, y, z = (spacing * np.arange(first[i], last[i] + 1) for i in range(3))
    out = np.full((len(x), len(y), len(z)), _FAR**2, np.float32)
    deep: list[tuple[tuple[slice, slice, slice], Array]] = []
    for c, h, turn in zip(shapes.centres, shapes.halves, shapes.headings, strict=True):
        reach = float(np.hypot(h[0], h[1])) + _FAR if turn else h[:2] + _FAR
        i, j = _near(x, c[0], np.ravel(reach)[0]), _near(y, c[1], np.ravel(reach)[-1])
        k = _near(z, c[2], h[2] + _FAR)
        dx, dy = x[i, None] - c[0], y[None, j] - c[1]
        cos, sin = np.cos(turn), np.sin(turn)
        over = np.stack([np.abs(cos * dx + sin * dy) - h[0], np.abs(cos * dy - sin * dx) - h[1]])
        rise = np.abs(z[k] - c[2]) - h[2]
        _lay(out, deep, (i, j, k), over, rise)
    for foot, tall, radius in zip(shapes.feet, shapes.heights, shapes.radii, strict=True):
        i, j = _near(x, foot[0], radius + _FAR), _near(y, foot[1], radius + _FAR)
        k = _near(z, foot[2] + tall / 2, tall / 2 + radius + _FAR)
        flat = (x[i, None] - foot[0]) ** 2 + (y[None, j] - foot[1]) ** 2
        dz = z[k] - foot[2]
        high = (dz - np.clip(dz, 0.0, tall)) ** 2
        distance = np.sqrt(flat[..., None] + high) - radius
        block = out[i, j, k]
        np.minimum(block, np.maximum(distance, 0.0) ** 2, out=block)
        deep.append(((i, j, k), np.minimum(distance, 0.0)))
    np.sqrt(out, out=out)
    for where, depth in deep:
        block = out[where]
        np.minimum(block, np.where(depth < 0, depth, block), out=block)
    return out


def _lay(
    out: Array,
    deep: list[tuple[tuple[slice, slice, slice], Array]],
    where: tuple[slice, slice, slice],
    over: Array,
    rise: Array,
) -> None:
    """One box's squared distances outside; what lies in it is kept for later."""
    beyond = np.maximum(over, 0.0)
    flat = (beyond * beyond).sum(0).astype(np.float32)
    high = (np.maximum(rise, 0.0) ** 2).astype(np.float32)
    block = out[where]
    np.minimum(block, flat[..., None] + high, out=block)
    plan = over.max(0)
    inside = np.nonzero(plan < 0)
    level = np.flatnonzero(rise < 0)
    if len(inside[0]) and len(level):
        a = slice(inside[0].min(), inside[0].max() + 1)
        b = slice(inside[1].min(), inside[1].max() + 1)
        c = slice(level[0], level[-1] + 1)
        i, j, k = (w.start for w in where)
        spot = (
            slice(i + a.start, i + a.stop),
            slice(j + b.start, j + b.stop),
            slice(k + c.start, k + c.stop),
        )
        deep.append((spot, np.minimum(np.maximum(plan[a, b, None], rise[c]), 0.0)))


def _near(axis: Array, middle: float, reach: float) -> slice:
    start, stop = np.searchsorted(axis, [middle - reach, middle + reach])
    return slice(int(start), int(stop))


@dataclass(frozen=True)
class Packed:
    """Many grids in one array, and for every row of a question where its own grid lies in it.

    Parameters
    ----------
    values, lows : (N,) float32
        Distances, and the least at the eight corners of the cell that begins there.
    start : (B,)
        Where each grid begins.
    steps, most : (3, B) int32, float32
        From a node to the next along x, y, z; index of the last node, a little less.
    origin : (3, B) metres
    inverse : (B,)
        Nodes a metre.
    """

    values: Array
    lows: Array
    start: Array
    steps: Array
    most: Array
    origin: Array
    inverse: Array

    @classmethod
    def of(cls, grids: Sequence[Grid], *, limited: bool = False) -> Packed:
        """The grids of all rows: of what is solid, or with the limit of where cameras may be."""
        every = [g.free if limited else g.solid for g in grids]
        places, layers, start, at = {}, [], [], 0
        for layer in every:
            if id(layer) not in places:
                places[id(layer)] = at
                layers.append(layer)
                at += layer.values.size
            start.append(places[id(layer)])
        shape = np.array([layer.values.shape for layer in every]).T
        steps = np.stack([shape[1] * shape[2], shape[2], np.ones_like(shape[2])])
        return cls(
            np.concatenate([layer.values.ravel() for layer in layers]),
            np.concatenate([layer.lows.ravel() for layer in layers]),
            np.array(start, np.int64),
            steps.astype(np.int32),
            (shape - 1.001).astype(np.float32),
            np.array([g.origin for g in grids]).T,
            np.array([1 / g.spacing for g in grids]),
        )

    def take(self, rows: Array) -> Packed:
        """The same for other rows (B,)."""
        return Packed(
            self.values,
            self.lows,
            self.start[rows],
            self.steps[:, rows],
            self.most[:, rows],
            self.origin[:, rows],
            self.inverse[rows],
        )

    def nodes(self, points: Array) -> Array:
        """Points (3, B, ...) in nodes from each grid's first, float32."""
        return single((points - _over(self.origin, points)) * spread(self.inverse, points[0]))

    def least(self, nodes: Array) -> Array:
        """Metres at points as `nodes` makes them, not more than `read` finds there.

        It takes an eighth of the time: many are asked, and few are read.
        """
        return picked(self.lows, self._cell(nodes)[1])

    def read(self, points: Array) -> tuple[Array, Array]:
        """Metres (B, ...) at points (3, B, ...), and their gradient (3, B, ...)."""
        inverse = spread(self.inverse, points[0])
        (x, y, z), index = self._cell((points - _over(self.origin, points)) * inverse)
        sheet, line = (spread(s, index) for s in self.steps[:2])
        ends, ys, zs = [], [], []
        for near in (index, index + sheet):
            (a, up), (b, climb) = self._edge(near, z), self._edge(near + line, z)
            ends.append(a + (b - a) * y)
            ys.append(b - a)
            zs.append(up + (climb - up) * y)
        slope = [ends[1] - ends[0], *(a + (b - a) * x for a, b in (ys, zs))]
        return ends[0] + slope[0] * x, namespace(x).stack(slope) * inverse

    def _cell(self, nodes: Array) -> tuple[Array, Array]:
        """How far into its cell each point is, moved into the grid, and the cell's first node."""
        xp = namespace(nodes)
        most = _over(self.most, nodes)
        inside = xp.clip(nodes, xp.zeros_like(most), most)
        cells = cell(inside)
        index = (cells * _over(self.steps, nodes)).sum(0)
        return inside - cells, index + spread(self.start, index)

    def _edge(self, index: Array, z: Array) -> tuple[Array, Array]:
        a = picked(self.values, index)
        rise = picked(self.values, index + 1) - a
        return a + rise * z, rise


def _over(x: Array, points: Array) -> Array:
    """``x`` (3, B), ready to go with (3, B, ...)."""
    return x.reshape(*x.shape, *[1] * (points.ndim - 2))
