"""The nearest triangle of a mesh, exactly: branch and bound on a tree, for many points at once.

Triangles are halved at the median along the longest axis of their middles, until few are left
together. Each node of the tree is kept in a cylinder as flat as what it holds: beside a fine
surface, boxes and balls would all be as near as the nearest triangle, cylinders are not. A point
first measures the triangle whose middle is nearest, which bounds its distance from above; then
every node that may hold a nearer one is opened, level by level, for all points together
(N. Roussopoulos, S. Kelley, F. Vincent, "Nearest neighbor queries", 1995, section 4).
"""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from camera.pose import Array
from camera.world.distance import dot, nearest_on_triangles

_LEAF = 8  # pieces in a leaf at most
_BITS = 4  # halvings between two levels: nodes have 16 children
_TOP = 6  # halvings up to the first level at most
_SPLIT = 500  # pieces that a mesh is cut into at least, if its triangles are large
_POINTS = 2048  # asked at a time, and
_PAIRS = 32_768  # pairs of points and nodes opened at a time: bounds the memory
# how much nearer than computed a node may be, against the squares its distance is made of
_ROUNDING = 1e-13


class Nearest:
    """Triangles (T, 3, 3) in metres, T > 0, sorted for finding the nearest to any point.

    Memory is linear in T. Time is linear in points, and grows little with T, but for points that
    very many triangles are equally far from.
    """

    def __init__(self, triangles: Array) -> None:
        self.triangles = triangles
        self._origin = (triangles.min(axis=(0, 1)) + triangles.max(axis=(0, 1))) / 2
        local = triangles - self._origin
        self._formulas = _formulas(local)
        pieces, owner = _cut(local)
        middles = pieces.mean(axis=1)
        self._seeds = owner
        self._tree = cKDTree(middles, leafsize=32, balanced_tree=False, compact_nodes=False)
        depth = max(int(np.ceil(np.log2(len(pieces) / _LEAF))), 0)
        order = _sorted(middles, depth)
        self._owner = owner[order]
        slack = 1e-9 + 1e-15 * float(np.abs(triangles).max())
        # halvings that lead to each level, from the top to the leaves, then single pieces
        halvings = [n for n in range(depth, 0, -_BITS) if n > _TOP - _BITS] or [depth]
        levels = [_cylinders(pieces[order].reshape(2**n, -1, 3), slack) for n in halvings[::-1]]
        levels.append(_flat(pieces, slack)[:, order])
        parents = [1, *(2**n for n in halvings[::-1])]
        # (8, parents, children): what a node's children need lies together
        self._levels = [
            np.ascontiguousarray(level.reshape(8, count, -1))
            for level, count in zip(levels, parents, strict=True)
        ]

    def __call__(self, points: Array) -> tuple[Array, Array]:
        """Exact distance (N,) of points (N, 3) to the surface, and the nearest point on it."""
        feet = np.empty_like(points)
        for start in range(0, len(points), _POINTS):
            part = slice(start, start + _POINTS)
            which = self._which(points[part])
            feet[part] = nearest_on_triangles(points[part], self.triangles[which])
        off = points - feet
        return np.sqrt(dot(off, off)), feet

    def _which(self, points: Array) -> Array:
        local = points - self._origin
        each = np.arange(len(points))
        found = _Found(local, self._formulas)
        found.measure(each, self._seeds[self._tree.query(local)[1]])
        # depth first, a block of pairs at a time
        waiting = [(0, each, np.zeros(len(points), np.int64), np.zeros(len(points)))]
        while waiting:
            depth, point, node, bound = waiting.pop()
            if len(point) > _PAIRS:
                half = len(point) // 2
                waiting += [
                    (depth, point[part], node[part], bound[part])
                    for part in (slice(half, None), slice(half))
                ]
                continue
            if waiting:  # something nearer may have been found since
                open_ = bound < found.squares[point]
                point, node, bound = point[open_], node[open_], bound[open_]
            if depth == len(self._levels):
                found.measure_best_first(point, self._owner[node], bound)
            elif len(point):
                level = self._levels[depth]
                below = _bounds(level, node, local[point])
                row, child = np.nonzero(below < found.squares[point, None])
                node = node[row] * level.shape[2] + child
                waiting.append((depth + 1, point[row], node, below[row, child]))
        return found.which


class _Found:
    """The nearest triangle known so far to each of points (N, 3)."""

    def __init__(self, points: Array, formulas: Array) -> None:
        self.points, self.formulas = points, formulas
        self.squares = np.full(len(points), np.inf)
        self.which = np.zeros(len(points), np.int64)

    def measure_best_first(self, point: Array, which: Array, bound: Array) -> None:
        """Measure pairs (P,) with bounds: where they are least, then what may be nearer still."""
        if not len(point):
            return
        best = _least(point, bound)
        self.measure(point[best], which[best])
        rest = bound < self.squares[point]
        rest[best] = False
        self.measure(point[rest], which[rest])

    def measure(self, point: Array, which: Array) -> None:
        """Measure pairs (P,) of a point and a triangle, sorted by the point."""
        if not len(point):
            return
        square = _squares(self.points[point], np.take(self.formulas, which, axis=1))
        best = _least(point, square)
        best = best[square[best] < self.squares[point[best]]]
        self.squares[point[best]], self.which[point[best]] = square[best], which[best]


def _least(group: Array, values: Array) -> Array:
    """Where the first of the least values (P,) is of each group; groups (P,) are sorted."""
    if group[0] == group[-1]:  # a single point is asked often
        return np.asarray(values.argmin()).reshape(1)
    first = np.flatnonzero(np.diff(group, prepend=-1))
    least = np.minimum.reduceat(values, first)
    equal = np.flatnonzero(values == np.repeat(least, np.diff(first, append=len(group))))
    return np.asarray(equal[np.flatnonzero(np.diff(group[equal], prepend=-1))])


def _formulas(triangles: Array) -> Array:
    """(21, T): what `_squares` needs of triangles (T, 3, 3).

    A corner, two sides, the unit normal, two vectors whose products with the way from the corner
    are barycentric coordinates (0 without an area), and the sides' inverse squares.
    """
    a, b, c = triangles[:, 0], triangles[:, 1], triangles[:, 2]
    ab, ac = b - a, c - a
    normal = np.cross(ab, ac)
    area = dot(normal, normal)
    has = (area > 1e-18)[:, None]
    safe = np.where(has, area[:, None], 1.0)
    columns = (
        a,
        ab,
        ac,
        has * normal / np.sqrt(safe),
        has * np.cross(ac, normal) / safe,
        has * np.cross(normal, ab) / safe,
        np.stack([1 / np.maximum(dot(e, e), 1e-300) for e in (ab, ac, ac - ab)], axis=1),
    )
    return np.ascontiguousarray(np.concatenate(columns, axis=1).T)


def _squares(p: Array, formulas: Array) -> Array:
    """Squared distances (P,) from points (P, 3) to triangles given by `_formulas` (21, P).

    The least to the three sides, or to the plane where the foot is inside (C. Ericson, "Real-Time
    Collision Detection", 2005, section 5.1.5); by components, which is quicker than vectors.
    """
    corner, ab, ac, normal, beta, gamma, inverse = formulas.reshape(7, 3, -1)
    w = p.T - corner
    bc, v = ac - ab, w - ab
    least = _to_side(w, ab, inverse[0])
    np.minimum(least, _to_side(w, ac, inverse[1]), out=least)
    np.minimum(least, _to_side(v, bc, inverse[2]), out=least)
    over_b, over_c, up = _product(w, beta), _product(w, gamma), _product(w, normal)
    inside = (over_b > 0) & (over_c > 0) & (over_b + over_c < 1)
    return np.where(inside, np.minimum(least, up * up), least)


def _to_side(w: Array, side: Array, inverse: Array) -> Array:
    t = np.minimum(np.maximum(_product(w, side) * inverse, 0.0), 1.0)
    off: Array = w - t * side
    return _product(off, off)


def _product(a: Array, b: Array) -> Array:
    return np.asarray(a[0] * b[0] + a[1] * b[1] + a[2] * b[2])


def _bounds(level: Array, node: Array, points: Array) -> Array:
    """Squares (P, W) below those of the distances of points (P, 3) to their node's children."""
    alone = level.shape[1] == 1
    cx, cy, cz, nx, ny, nz, half, radius = level[:, 0] if alone else np.take(level, node, axis=1)
    x, y, z = points[:, :1] - cx, points[:, 1:2] - cy, points[:, 2:] - cz
    up = x * nx + y * ny + z * nz
    square = x * x + y * y + z * z
    across = np.sqrt(np.maximum(square - up * up, 0.0))
    across = np.maximum(across - radius, 0.0)
    up = np.maximum(np.abs(up) - half, 0.0)
    return np.asarray(up * up + across * across - _ROUNDING * square)


def _cut(triangles: Array) -> tuple[Array, Array]:
    """Pieces (P, 3, 3) of triangles, and whose each is (P,).

    The longest edges are halved until there are a quarter more pieces: of a wall among
    furniture, the tree then can leave out most.
    """
    most = len(triangles) + max(len(triangles) // 4, _SPLIT)
    pieces, owner = triangles, np.arange(len(triangles))
    edges = _edges(pieces)
    limit = float(edges.max())
    while limit > 0:
        limit /= np.sqrt(2.0)
        long = np.flatnonzero(edges.max(axis=1) > limit)
        if len(pieces) + len(long) > most:
            break
        which = np.argmax(edges[long], axis=1)
        a, b, c = (pieces[long, (which + k) % 3] for k in range(3))
        middle = (a + b) / 2
        halves = np.stack([middle, b, c], axis=1)
        pieces = np.concatenate([pieces, halves])
        pieces[long] = np.stack([a, middle, c], axis=1)
        owner = np.concatenate([owner, owner[long]])
        edges = np.concatenate([edges, _edges(halves)])
        edges[long] = _edges(pieces[long])
    return pieces, owner


def _edges(triangles: Array) -> Array:
    sides = np.roll(triangles, -1, axis=1) - triangles
    return np.asarray(np.sqrt(dot(sides, sides)))


def _sorted(middles: Array, depth: int) -> Array:
    """Numbers of middles (P, 3), some of them twice, in 2**depth leaves of equal size."""
    size = 2**depth * -(-len(middles) // 2**depth)
    order = np.arange(size) * len(middles) // size
    along = np.ascontiguousarray(middles.T)
    for level in range(depth):
        parts = order.reshape(2**level, -1)
        at = along[:, parts]
        axis = np.argmax(at.max(axis=2) - at.min(axis=2), axis=0)
        turn = np.argsort(at[axis, np.arange(len(parts))], axis=1, kind="stable")
        order = np.take_along_axis(parts, turn, axis=1).ravel()
    return np.asarray(order)


def _flat(triangles: Array, slack: float) -> Array:
    """Cylinders (8, N), like `_cylinders`, of triangles (N, 3, 3), each along its normal."""
    normal = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
    length = np.sqrt(dot(normal, normal))[:, None]
    normal = np.where(length > 0, normal / np.where(length > 0, length, 1.0), [0.0, 0.0, 1.0])
    longest = np.argmax(_edges(triangles), axis=1)
    each = np.arange(len(triangles))
    over = (triangles[each, longest] + triangles[each, (longest + 1) % 3]) / 2
    # the middle of the longest edge is the better one where an angle is obtuse
    middles = np.stack([over, triangles.mean(axis=1)])
    offs = [triangles[:, k] - middles for k in range(3)]
    radius = np.sqrt(np.max([dot(off, off) for off in offs], axis=0))
    best = np.argmin(radius, axis=0)
    half = np.max([np.abs(dot(off[best, each], normal)) for off in offs], axis=0)
    sizes = np.stack([half, radius[best, each]]) + slack
    return np.concatenate([middles[best, each].T, normal.T, sizes])


def _cylinders(triangles: Array, slack: float) -> Array:
    """Cylinders (8, N) round N groups of triangles (N, K, 3, 3): middle, axis, half, radius.

    The axis is that along which a group's corners spread least.
    """
    points = np.ascontiguousarray(triangles.reshape(len(triangles), -1, 3).transpose(0, 2, 1))
    spread = points - points.mean(axis=2, keepdims=True)
    axes = np.linalg.eigh(spread @ spread.transpose(0, 2, 1))[1].transpose(0, 2, 1)
    along = axes @ points
    middle = (along.min(axis=2) + along.max(axis=2)) / 2
    off = along - middle[:, :, None]
    radius = np.sqrt((off[:, 1] ** 2 + off[:, 2] ** 2).max(axis=1))
    sizes = np.stack([np.abs(off[:, 0]).max(axis=1), radius]) + slack
    return np.concatenate([np.einsum("nij,ni->jn", axes, middle), axes[:, 0].T, sizes])
