"""Solids that everything on a set is made of: numpy meshes with shading normals and uvs in metres.

A solid is made at its natural origin (a box stands on z = 0, a lathe turns about z) and is moved by
`Mesh.moved`. Edges that a hand could touch are bevelled: the bevel is one strip of faces whose
normals run from one side's to the other's, so a 44-triangle box catches light on all its edges.
Uvs run along the longer side of each face (the grain of wood) unless a solid is ``upright``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

import numpy as np
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


def _turned(degrees: float) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, -s, 0], [s, c, 0], [0, 0, 1]])


def _tilted(degrees: float) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[1, 0, 0], [0, c, -s], [0, s, c]])


def _rolled(degrees: float) -> Array:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    return np.array([[c, 0, s], [0, 1, 0], [-s, 0, c]])
