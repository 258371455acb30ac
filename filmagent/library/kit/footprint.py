"""What a piece covers of the floor: what a walker between ankle and two metres would meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely

if TYPE_CHECKING:
    from filmagent.library.kit.build import Placed

LOW, HIGH = 0.05, 2.0
_SLICES = (0.08, 0.3, 0.6, 0.9, 1.3, 1.7, 1.95)


def footprint(entry: Placed, near: tuple[float, float, float, float]) -> shapely.Geometry | None:
    """The ground the piece stands on; None where people do not walk round it.

    Only what lies within the bounds ``near`` (x, y, x, y) is looked at.

    Walls are followed (their door openings stay open); anything else is its convex hull.
    """
    stands = entry.layout.stands if entry.layout.stands is not None else entry.shape.stands
    patches = [patch for patch in entry.shape.patches if patch.collide]
    if not stands or not patches:
        return None
    points, lines = [], []
    for patch in patches:
        mesh = patch.mesh.moved(entry.position, entry.turn)
        if not _meets(mesh.vertices, near):
            continue
        if patch.kind == "wall" or not entry.shape.hull:
            lines.append(_sections(mesh.vertices, mesh.faces))
        else:
            z = mesh.vertices[:, 2]
            if z.min() < HIGH and z.max() > LOW:
                points.append(_between(mesh.vertices, mesh.faces))
    shapes = []
    if points and any(len(p) for p in points):
        shapes.append(shapely.convex_hull(shapely.multipoints(np.vstack(points))))
    if lines and any(len(line) for line in lines):
        met = shapely.union_all(
            shapely.buffer(
                shapely.linestrings(np.vstack(lines)), 0.02, quad_segs=1, cap_style="square"
            )
        )
        shapes.append(
            shapely.union_all([shapely.Polygon(part.exterior) for part in shapely.get_parts(met)])
        )
    if not shapes:
        return None
    covered = shapely.union_all(shapes).simplify(0.005)
    return covered if covered.area > 1e-4 else None


def _between(vertices: Any, faces: Any) -> Any:
    z = vertices[:, 2]
    inside = vertices[(z >= LOW) & (z <= HIGH)][:, :2]
    crossing = (
        _sections(vertices, faces) if z.max() > HIGH or z.min() < LOW else np.zeros((0, 2, 2))
    )
    return np.vstack([inside, crossing.reshape(-1, 2)])


def _meets(vertices: Any, near: tuple[float, float, float, float]) -> bool:
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    return bool(
        low[2] < HIGH
        and high[2] > LOW
        and low[0] < near[2]
        and high[0] > near[0]
        and low[1] < near[3]
        and high[1] > near[1]
    )


def _sections(vertices: Any, faces: Any) -> Any:
    """Where triangles cross the slices, as segments (N, 2, 2)."""
    found = [np.zeros((0, 2, 2))]
    corners = vertices[faces]
    for height in _SLICES:
        above = corners[:, :, 2] > height
        mixed = above.any(axis=1) & ~above.all(axis=1)
        if not mixed.any():
            continue
        cut, side = corners[mixed], above[mixed]
        # the corner alone on its side, then the two edges that leave it
        lone = np.where(side.sum(axis=1) == 1, side.argmax(axis=1), (~side).argmax(axis=1))
        rows = np.arange(len(cut))
        start = cut[rows, lone]
        ends = [cut[rows, (lone + k) % 3] for k in (1, 2)]
        met = [
            start + (end - start) * ((height - start[:, 2]) / (end[:, 2] - start[:, 2]))[:, None]
            for end in ends
        ]
        found.append(np.stack([met[0][:, :2], met[1][:, :2]], axis=1))
    return np.vstack(found)


def rings(area: shapely.Geometry) -> list[list[list[list[float]]]]:
    """Polygons as JSON: each a list of rings, the outer first."""
    return [
        [
            [[round(float(x), 3), round(float(y), 3)] for x, y in ring.coords[:-1]]
            for ring in (polygon.exterior, *polygon.interiors)
        ]
        for polygon in shapely.get_parts(area)
        if polygon.area > 1e-5
    ]
