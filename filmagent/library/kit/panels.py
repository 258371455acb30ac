"""Solids of an outline: panels with holes, prisms, rounded boxes, sheets."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import shapely

from filmagent.library.kit.solids import Array, Mesh, joined, shaded


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


def _turn(a: Array, b: Array) -> Array:
    """The cross product of vectors (N, 2) in the plane, (N,): above 0 where b lies left of a."""
    return np.asarray(a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0])
