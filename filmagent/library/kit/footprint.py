"""What a piece covers of the floor: what a walker between ankle and two metres would meet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import shapely
import trimesh

if TYPE_CHECKING:
    from filmagent.library.kit.build import Placed

LOW, HIGH = 0.05, 2.0
_SLICES = (0.08, 0.3, 0.6, 0.9, 1.3, 1.7, 1.95)


def footprint(entry: Placed) -> shapely.Geometry | None:
    """The ground the piece stands on; None where people do not walk round it.

    Walls are followed (their door openings stay open); anything else is its convex hull.
    """
    stands = entry.layout.stands if entry.layout.stands is not None else entry.shape.stands
    patches = [patch for patch in entry.shape.patches if patch.collide]
    if not stands or not patches:
        return None
    points, lines = [], []
    for patch in patches:
        mesh = patch.mesh.moved(entry.position, entry.turn)
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
        met = shapely.union_all(shapely.buffer(shapely.linestrings(np.vstack(lines)), 0.02,
                                               quad_segs=1, cap_style="square"))
        shapes.append(shapely.union_all([shapely.Polygon(part.exterior) for part in
                                         shapely.get_parts(met)]))
    if not shapes:
        return None
    covered = shapely.union_all(shapes).simplify(0.005)
    return covered if covered.area > 1e-4 else None


def _between(vertices: Any, faces: Any) -> Any:
    z = vertices[:, 2]
    inside = vertices[(z >= LOW) & (z <= HIGH)][:, :2]
    crossing = _sections(vertices, faces) if z.max() > HIGH or z.min() < LOW else np.zeros((0, 2, 2))
    return np.vstack([inside, crossing.reshape(-1, 2)])


def _sections(vertices: Any, faces: Any) -> Any:
    found = [np.zeros((0, 2, 3))]
    mesh = trimesh.Trimesh(vertices, faces, process=False)
    for height in _SLICES:
        if vertices[:, 2].min() < height < vertices[:, 2].max():
            found.append(trimesh.intersections.mesh_plane(mesh, [0, 0, 1], [0, 0, height]))
    return np.vstack(found)[:, :, :2]


def rings(area: shapely.Geometry) -> list[list[list[list[float]]]]:
    """Polygons as JSON: each a list of rings, the outer first."""
    return [
        [[[round(float(x), 3), round(float(y), 3)] for x, y in ring.coords[:-1]]
         for ring in (polygon.exterior, *polygon.interiors)]
        for polygon in shapely.get_parts(area) if polygon.area > 1e-5
    ]
