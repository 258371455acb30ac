"""Solids that everything on a set is made of: numpy meshes with shading normals and uvs in metres.

A solid is made at its natural origin (a box stands on z = 0, a lathe turns about z) and is moved by
`Mesh.moved`. Edges that a hand could touch are bevelled: the bevel is one strip of faces whose
normals run from one side's to the other's, so a 44-triangle box catches light on all its edges.
Uvs run along the longer side of each face (the grain of wood) unless a solid is ``upright``.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

Array = NDArray[Any]


@dataclass(frozen=True)
class Mesh:
    """Triangles with what is needed to shade them.

    Attributes
    ----------
    vertices, normals : (V, 3) float
    uvs : (V, 2) float
        Metres along the surface, or 0–1 where ``fitted``.
    faces : (F, 3) int
        Counter-clockwise from outside.
    fixed : bool
        The uvs stay where they are: neighbours continue each other's pattern.
    fitted : bool
        The uvs are 0–1 over the whole of it (signs, pictures).
    """

    vertices: Array
    normals: Array
    uvs: Array
    faces: Array
    fixed: bool = False
    fitted: bool = False

    def moved(
        self,
        at: Sequence[float] | Array = (0.0, 0.0, 0.0),
        turn: float = 0.0,
        tilt: float = 0.0,
        roll: float = 0.0,
        stretch: Sequence[float] = (1.0, 1.0, 1.0),
    ) -> Mesh:
        """Stretched, then rolled about Y, tilted about X, turned about Z (degrees), then moved."""
        if not (turn or tilt or roll) and tuple(stretch) == (1.0, 1.0, 1.0):
            return replace(self, vertices=self.vertices + np.asarray(at, float))
        rotation = _turned(turn) @ _tilted(tilt) @ _rolled(roll)
        scale = np.asarray(stretch, float)
        normals = (self.normals / scale) @ rotation.T
        normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
        flipped = self.faces[:, ::-1] if np.prod(scale) < 0 else self.faces
        return replace(
            self,
            vertices=(self.vertices * scale) @ rotation.T + np.asarray(at, float),
            normals=normals,
            faces=flipped,
        )


def joined(*meshes: Mesh) -> Mesh:
    """Several meshes as one."""
    offsets = np.cumsum([0, *(len(mesh.vertices) for mesh in meshes)])
    return Mesh(
        np.vstack([mesh.vertices for mesh in meshes]),
        np.vstack([mesh.normals for mesh in meshes]),
        np.vstack([mesh.uvs for mesh in meshes]),
        np.vstack([mesh.faces + start for mesh, start in zip(meshes, offsets, strict=False)]),
        meshes[0].fixed,
        meshes[0].fitted,
    )


def box(
    size: Sequence[float],
    bevel: float = 0.004,
    at: Sequence[float] = (0.0, 0.0, 0.0),
    turn: float = 0.0,
    upright: bool = False,
) -> Mesh:
    """A box of ``size`` standing on ``at``, its edges broken by ``bevel`` metres (0: sharp)."""
    half = np.asarray(size, float) / 2.0
    cut = min(bevel, 0.45 * float(half.min()))
    corners, axes, faces = _box_template(cut > 0.0)
    inset = np.abs(axes) < 0.5
    vertices = corners * (half - np.where(inset, cut, 0.0))
    uvs = _box_uvs(vertices, axes, half, upright)
    if cut > 0.0:
        vertices, axes, uvs = _box_strips(vertices, axes, half, cut, upright)
    mesh = Mesh(vertices + np.array([0.0, 0.0, half[2]]), axes, uvs, faces, fixed=upright)
    return mesh.moved(at, turn)


def _box_uvs(vertices: Array, axes: Array, half: Array, upright: bool) -> Array:
    axis = np.argmax(np.abs(axes), axis=1)
    first = np.array([1, 0, 0])[axis]
    second = np.array([2, 2, 1])[axis]
    if not upright:
        swap = half[second] > half[first]
        first, second = np.where(swap, second, first), np.where(swap, first, second)
    rows = np.arange(len(vertices))
    return np.stack([vertices[rows, first], vertices[rows, second]], axis=1)


# the 24 corner points of a box: for each axis and side, four corners
_SIGNS = np.array([[x, y, z] for x in (-1, 1) for y in (-1, 1) for z in (-1, 1)], float)


@lru_cache(maxsize=2)
def _box_template(bevelled: bool) -> tuple[Array, Array, Array]:
    corners: list[Array] = []
    axes: list[Array] = []
    faces: list[list[int]] = []
    index: dict[tuple[int, int], int] = {}
    for axis in range(3):
        for side in (-1.0, 1.0):
            ids = [k for k in range(8) if _SIGNS[k, axis] == side]
            normal = np.zeros(3)
            normal[axis] = side
            start = len(corners)
            for k in ids:
                index[axis, k] = len(corners)
                corners.append(_SIGNS[k])
                axes.append(normal)
            quad = [start, start + 1, start + 3, start + 2]
            faces += _wound(np.array(corners), quad, normal)
    if not bevelled:
        return np.array(corners), np.array(axes), np.array(faces)
    points, count = np.array(corners), len(corners)
    shrunk = points * np.where(np.abs(np.array(axes)) < 0.5, 0.8, 1.0)
    for which, (a, b) in enumerate(((0, 1), (0, 2), (1, 2))):
        along = 3 - a - b
        for sa in (-1.0, 1.0):
            for sb in (-1.0, 1.0):
                ends = [k for k in range(8) if _SIGNS[k, a] == sa and _SIGNS[k, b] == sb]
                ends.sort(key=lambda k: _SIGNS[k, along])
                quad = [
                    index[a, ends[0]],
                    index[a, ends[1]],
                    count + 8 * which + ends[1],
                    count + 8 * which + ends[0],
                ]
                ghost = np.vstack([shrunk, np.zeros((24, 3))])
                for pair in range(3):
                    ghost[count + 8 * pair : count + 8 * pair + 8] = shrunk[
                        [index[(1, 2, 2)[pair], k] for k in range(8)]
                    ]
                normal = np.zeros(3)
                normal[a], normal[b] = sa, sb
                faces += _wound(ghost, quad, normal)
    for k in range(8):
        triangle = [index[0, k], count + k, count + 8 + k]
        ghost_points = np.array([shrunk[index[0, k]], shrunk[index[1, k]], shrunk[index[2, k]]])
        normal = np.cross(ghost_points[1] - ghost_points[0], ghost_points[2] - ghost_points[0])
        faces.append(triangle if normal @ _SIGNS[k] > 0 else triangle[::-1])
    return points, np.array(axes), np.array(faces)


def _wound(points: Array, quad: list[int], normal: Array) -> list[list[int]]:
    a, b, c, d = quad
    outward = np.cross(points[b] - points[a], points[c] - points[a]) @ normal > 0
    return [[a, b, c], [a, c, d]] if outward else [[a, c, b], [a, d, c]]


def _box_strips(
    vertices: Array,
    axes: Array,
    half: Array,
    cut: float,
    upright: bool,
) -> tuple[Array, Array, Array]:
    # bevels take the uvs of the first of their two sides: the pattern never smears across them
    uvs = _box_uvs(vertices, axes, half, upright)
    rows = {axis: np.flatnonzero(np.abs(axes[:, axis]) > 0.5) for axis in range(3)}
    more_vertices, more_axes, more_uvs = [vertices], [axes], [uvs]
    for first, second in ((0, 1), (0, 2), (1, 2)):
        ids = rows[second]
        order = ids[np.lexsort(np.sign(vertices[ids]).T[::-1])]
        borrowed = np.zeros((8, 3))
        borrowed[:, first] = np.sign(vertices[order, first])
        more_vertices.append(vertices[order])
        more_axes.append(axes[order])
        more_uvs.append(_box_uvs(vertices[order], borrowed, half, upright))
    return np.vstack(more_vertices), np.vstack(more_axes), np.vstack(more_uvs)


def shaded(vertices: ArrayLike, faces: ArrayLike, angle: float = 40.0, scale: float = 1.0) -> Mesh:
    """Any triangles, smooth where neighbours meet under ``angle`` degrees, uvs box-projected."""
    points, triangles = np.asarray(vertices, float), np.asarray(faces, int)
    cross = np.cross(
        points[triangles[:, 1]] - points[triangles[:, 0]],
        points[triangles[:, 2]] - points[triangles[:, 0]],
    )
    area = np.linalg.norm(cross, axis=1)
    keep = area > 1e-12
    triangles, cross, area = triangles[keep], cross[keep], area[keep]
    flat = cross / area[:, None]
    # each corner's normal sums the faces round its vertex that lie within the angle of its own
    corner_vertex = triangles.ravel()
    corner_face = np.repeat(np.arange(len(triangles)), 3)
    order = np.argsort(corner_vertex, kind="stable")
    counts = np.bincount(corner_vertex, minlength=len(points))
    starts = np.concatenate([[0], np.cumsum(counts)[:-1]])
    normals = np.zeros((len(corner_vertex), 3))
    limit = np.cos(np.radians(angle))
    for step in range(int(counts.max(initial=0))):
        has = counts[corner_vertex] > step
        other = np.zeros(len(corner_vertex), int)
        other[has] = corner_face[order[starts[corner_vertex[has]] + step]]
        close = has & (np.einsum("ij,ij->i", flat[corner_face], flat[other]) >= limit)
        normals[close] += cross[other[close]]
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    axis = np.argmax(np.abs(flat), axis=1)[corner_face]
    key = np.column_stack([corner_vertex, np.round(normals * 200).astype(int), axis])
    _, first, inverse = np.unique(key, axis=0, return_index=True, return_inverse=True)
    corners = points[corner_vertex[first]]
    rows = np.arange(len(first))
    axis = axis[first]
    uvs = (
        np.stack(
            [corners[rows, np.array([1, 0, 0])[axis]], corners[rows, np.array([2, 2, 1])[axis]]],
            axis=1,
        )
        * scale
    )
    return Mesh(corners, normals[first], uvs, inverse.reshape(-1, 3))


def lathe(profile: Sequence[tuple[float, float]], segments: int = 20, angle: float = 35.0) -> Mesh:
    """A profile of (radius, height) turned about z, from bottom to top, outside counter-clockwise.

    Uvs are (arc at the largest radius, length along the profile).
    """
    line = np.asarray(profile, float)
    count = len(line)
    around = np.linspace(0.0, 2.0 * np.pi, segments + 1)
    steps = np.diff(line, axis=0)
    length = np.concatenate([[0.0], np.cumsum(np.linalg.norm(steps, axis=1))])
    out = np.stack([steps[:, 1], -steps[:, 0]], axis=1)
    out /= np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-12)
    rows: list[tuple[int, Array]] = []  # (profile point, its normal in (radius, height))
    spans: list[tuple[int, int]] = []
    limit = np.cos(np.radians(angle))
    for k in range(count - 1):
        ends = []
        for point, near in ((k, k - 1), (k + 1, k + 1)):
            normal = out[k]
            if 0 <= near < count - 1 and near != k and out[k] @ out[near] > limit:
                normal = out[k] + out[near]
                normal = normal / np.linalg.norm(normal)
            ends.append(len(rows))
            rows.append((point, normal))
        spans.append((ends[0], ends[1]))
    circle = np.stack([np.cos(around), np.sin(around)], axis=1)
    radius_max = float(line[:, 0].max())
    vertices, normals, uvs = [], [], []
    for point, normal in rows:
        radius, height = line[point]
        vertices.append(np.column_stack([circle * radius, np.full(len(circle), height)]))
        normals.append(np.column_stack([circle * normal[0], np.full(len(circle), normal[1])]))
        uvs.append(np.column_stack([around * radius_max, np.full(len(circle), length[point])]))
    ring = segments + 1
    around_ids = np.arange(segments)
    faces = []
    for low, high in spans:
        a, b = low * ring + around_ids, low * ring + around_ids + 1
        c, d = high * ring + around_ids + 1, high * ring + around_ids
        if line[rows[low][0], 0] > 1e-9:
            faces.append(np.column_stack([a, b, c]))
        if line[rows[high][0], 0] > 1e-9:
            faces.append(np.column_stack([a, c, d]))
    return Mesh(np.vstack(vertices), np.vstack(normals), np.vstack(uvs), np.vstack(faces))


def cylinder(
    radius: float, height: float, segments: int = 16, bevel: float = 0.003, top: float | None = None
) -> Mesh:
    """A closed cylinder on z = 0 (a cone where ``top``, the upper radius, differs)."""
    upper = radius if top is None else top
    if bevel <= 0:
        return lathe([(0.0, 0.0), (radius, 0.0), (upper, height), (0.0, height)], segments)
    cut = min(bevel, 0.4 * height, 0.4 * max(upper, 1e-9), 0.4 * radius)
    profile = [
        (0.0, 0.0),
        (radius - cut, 0.0),
        (radius, cut),
        (upper, height - cut),
        (upper - cut, height),
        (0.0, height),
    ]
    return lathe(profile, segments, angle=50.0)


def sphere(radius: float, segments: int = 16, rings: int = 8) -> Mesh:
    """A ball about the origin."""
    polar = np.linspace(-np.pi / 2, np.pi / 2, rings + 1)
    profile = [(float(radius * np.cos(p)), float(radius * np.sin(p))) for p in polar]
    profile[0], profile[-1] = (0.0, -radius), (0.0, radius)
    return lathe(profile, segments, angle=80.0)


def tube(
    points: ArrayLike, radius: float | Sequence[float], segments: int = 8, closed: bool = False
) -> Mesh:
    """A round bar along a polyline (N, 3); ``radius`` may be one for each point."""
    line = np.asarray(points, float)
    count = len(line)
    radii = np.broadcast_to(np.asarray(radius, float), count)
    if closed:
        tangents = np.roll(line, -1, axis=0) - np.roll(line, 1, axis=0)
    else:
        tangents = np.gradient(line, axis=0)
    tangents /= np.maximum(np.linalg.norm(tangents, axis=1, keepdims=True), 1e-12)
    side = np.cross(tangents[0], [0.0, 0.0, 1.0] if abs(tangents[0, 2]) < 0.9 else [1.0, 0.0, 0.0])
    side /= np.linalg.norm(side)
    rings, normals, uvs = [], [], []
    travelled = 0.0
    around = np.linspace(0.0, 2.0 * np.pi, segments + 1)
    for k in range(count):
        side = side - tangents[k] * (side @ tangents[k])
        side /= max(float(np.linalg.norm(side)), 1e-12)
        other = np.cross(tangents[k], side)
        out = np.outer(np.cos(around), side) + np.outer(np.sin(around), other)
        travelled += float(np.linalg.norm(line[k] - line[k - 1])) if k else 0.0
        rings.append(line[k] + out * radii[k])
        normals.append(out)
        uvs.append(np.column_stack([np.full(segments + 1, travelled), around * radii.max()]))
    ring = segments + 1
    spans = [(k, k + 1) for k in range(count - 1)] + ([(count - 1, 0)] if closed else [])
    around_ids = np.arange(segments)
    faces = []
    for low, high in spans:
        a, b = low * ring + around_ids, low * ring + around_ids + 1
        c, d = high * ring + around_ids + 1, high * ring + around_ids
        faces += [np.column_stack([a, b, c]), np.column_stack([a, c, d])]
    vertices, shading, where = np.vstack(rings), np.vstack(normals), np.vstack(uvs)
    if not closed:
        for end, sign in ((0, -1.0), (count - 1, 1.0)):
            start = len(vertices)
            vertices = np.vstack([vertices, rings[end][:-1]])
            shading = np.vstack([shading, np.tile(tangents[end] * sign, (segments, 1))])
            where = np.vstack([where, rings[end][:-1, :2]])
            fan = np.column_stack(
                [
                    np.full(segments - 2, start),
                    start + np.arange(1, segments - 1),
                    start + np.arange(2, segments),
                ]
            )
            faces.append(fan if sign > 0 else fan[:, ::-1])
    return Mesh(vertices, shading, where, np.vstack(faces))


def panel(outline: shapely.Polygon, thickness: float) -> tuple[Mesh, Mesh, Mesh]:
    """A flat plate in the x–z plane: (front facing −y at y = 0, back at ``thickness``, edges).

    ``outline`` is in (x, z); its holes are openings, and ``edges`` are their reveals.
    """
    triangles = [
        np.asarray(t.exterior.coords)[:3]
        for t in shapely.constrained_delaunay_triangles(outline).geoms
    ]
    flat = np.array(triangles).reshape(-1, 2)
    count = len(flat)
    faces = np.arange(count).reshape(-1, 3)
    turned = _turn(flat[faces[:, 1]] - flat[faces[:, 0]], flat[faces[:, 2]] - flat[faces[:, 0]]) < 0
    faces[turned] = faces[turned][:, ::-1]

    def side(y: float, normal: float) -> Mesh:
        vertices = np.column_stack([flat[:, 0], np.full(count, y), flat[:, 1]])
        return Mesh(
            vertices,
            np.tile([0.0, normal, 0.0], (count, 1)),
            flat.copy(),
            faces if normal < 0 else faces[:, ::-1],
            fixed=True,
        )

    rims = []
    for ring in (
        shapely.geometry.polygon.orient(outline).exterior,
        *shapely.geometry.polygon.orient(outline).interiors,
    ):
        line = np.asarray(ring.coords)
        for start, end in itertools.pairwise(line):
            step = end - start
            length = float(np.linalg.norm(step))
            vertices = np.array(
                [
                    [start[0], 0, start[1]],
                    [end[0], 0, end[1]],
                    [end[0], thickness, end[1]],
                    [start[0], thickness, start[1]],
                ]
            )
            normal = np.array([step[1], 0.0, -step[0]]) / length
            uvs = np.array([[0, 0], [length, 0], [length, thickness], [0, thickness]])
            rims.append(
                Mesh(vertices, np.tile(normal, (4, 1)), uvs, np.array([[0, 2, 1], [0, 3, 2]]))
            )
    return side(0.0, -1.0), side(thickness, 1.0), joined(*rims)


def prism(outline: shapely.Polygon, height: float, bevel: float = 0.0) -> Mesh:
    """A polygon in (x, y) raised from z = 0 to ``height``; its upper edge bevelled inwards."""
    shape = shapely.geometry.polygon.orient(outline)
    parts = [_cap(shape if bevel == 0 else shape.buffer(-bevel, join_style="mitre"), height)]
    levels = [(shape, 0.0), (shape, height - bevel)]
    if bevel > 0:
        levels.append((shape.buffer(-bevel, join_style="mitre"), height))
    for (low, low_z), (high, high_z) in itertools.pairwise(levels):
        rings_low = [low.exterior, *low.interiors]
        high = shapely.geometry.polygon.orient(high)
        rings_high = [high.exterior, *high.interiors]
        for ring_low, ring_high in zip(rings_low, rings_high, strict=False):
            a, b = np.asarray(ring_low.coords), np.asarray(ring_high.coords)
            if len(a) != len(b):
                continue
            b = np.roll(b[:-1], -int(np.argmin(np.linalg.norm(b[:-1] - a[0], axis=1))), axis=0)
            b = np.vstack([b, b[:1]])
            parts.append(_skirt(a, low_z, b, high_z))
    return joined(*parts)


def rounded_box(width: float, depth: float, height: float, radius: float, bevel: float) -> Mesh:
    """A slab on z = 0 with rounded corners seen from above, its upper and lower edges bevelled."""
    outline = shapely.box(
        -width / 2 + radius, -depth / 2 + radius, width / 2 - radius, depth / 2 - radius
    ).buffer(radius, quad_segs=4)
    half = prism(outline, height / 2, bevel)
    under = Mesh(
        half.vertices * [1, 1, -1], half.normals * [1, 1, -1], half.uvs, half.faces[:, ::-1]
    )
    return joined(half, under).moved((0, 0, height / 2))


def _cap(outline: shapely.Polygon, height: float) -> Mesh:
    flat = np.array(
        [
            np.asarray(t.exterior.coords)[:3]
            for t in shapely.constrained_delaunay_triangles(outline).geoms
        ]
    )
    flat = flat.reshape(-1, 2)
    faces = np.arange(len(flat)).reshape(-1, 3)
    turned = _turn(flat[faces[:, 1]] - flat[faces[:, 0]], flat[faces[:, 2]] - flat[faces[:, 0]]) < 0
    faces[turned] = faces[turned][:, ::-1]
    vertices = np.column_stack([flat, np.full(len(flat), height)])
    return Mesh(vertices, np.tile([0.0, 0.0, 1.0], (len(flat), 1)), flat.copy(), faces, fixed=True)


def _skirt(low: Array, low_z: float, high: Array, high_z: float) -> Mesh:
    vertices = np.vstack(
        [
            np.column_stack([low, np.full(len(low), low_z)]),
            np.column_stack([high, np.full(len(high), high_z)]),
        ]
    )
    k = np.arange(len(low) - 1)
    n = len(low)
    faces = np.vstack(
        [np.column_stack([k, k + 1, n + k + 1]), np.column_stack([k, n + k + 1, n + k])]
    )
    mesh = shaded(vertices, faces, angle=30.0)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(low, axis=0), axis=1))])
    # a skirt's uvs follow its outline, so that a pattern turns the corner with it
    near = np.array([int(np.argmin(np.linalg.norm(low - v[:2], axis=1))) for v in mesh.vertices])
    return replace(mesh, uvs=np.column_stack([along[near], mesh.vertices[:, 2]]), fixed=True)


def sheet(width: float, height: float, fitted: bool = False) -> Mesh:
    """A one-sided rectangle in the x–z plane facing −y, standing on z = 0, centred on x."""
    half = width / 2.0
    vertices = np.array([[-half, 0, 0], [half, 0, 0], [half, 0, height], [-half, 0, height]])
    uvs = np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]])
    if not fitted:
        uvs = uvs * [width, height]
    return Mesh(
        vertices.astype(float),
        np.tile([0.0, -1.0, 0.0], (4, 1)),
        uvs,
        np.array([[0, 1, 2], [0, 2, 3]]),
        fixed=True,
        fitted=fitted,
    )


def _turned(degrees: float) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def _tilted(degrees: float) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def _rolled(degrees: float) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])


def _turn(a: Array, b: Array) -> Array:
    """The cross product of vectors (N, 2) in the plane, (N,): above 0 where b lies left of a."""
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
