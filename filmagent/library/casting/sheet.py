"""A surface that remembers where on the body each of its vertices came from.

All operations are linear in the vertices they read, so one sparse matrix (`Sheet.origin`) carries
weights, face shapes and masks along through every cut, smoothing and subdivision.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.library.casting.body import Figure

Array = NDArray[Any]


@dataclass(frozen=True)
class Sheet:
    """A triangle mesh on a figure."""

    points: Array
    """(V, 3) metres."""
    faces: Array
    """(F, 3), counter-clockwise from outside."""
    origin: sp.csr_matrix
    """(V, N): each vertex as a mean of the figure's vertices; rows sum to 1."""

    def carry(self, values: Array | sp.csr_matrix) -> Any:
        """Values at the figure's vertices, (N, …), as they are at this sheet's."""
        return self.origin @ values

    def select(self, matrix: sp.csr_matrix, faces: Array) -> Sheet:
        """New vertices as linear combinations of this sheet's (rows of ``matrix``)."""
        return Sheet(matrix @ self.points, faces, (matrix @ self.origin).tocsr())

    def moved(self, points: Array) -> Sheet:
        """The same surface somewhere else."""
        return replace(self, points=points)


def from_group(figure: Figure, group: str) -> Sheet:
    """The surface of one of the figure's groups, its quads cut along the shorter diagonal."""
    quads = figure.quads[group]
    used, flat = np.unique(quads, return_inverse=True)
    corners = figure.points[used][flat.reshape(-1, 4)]
    first = np.linalg.norm(corners[:, 0] - corners[:, 2], axis=1)
    second = np.linalg.norm(corners[:, 1] - corners[:, 3], axis=1)
    q = flat.reshape(-1, 4)
    split = np.where(
        (first <= second)[:, None],
        q[:, [0, 1, 2, 0, 2, 3]],
        q[:, [0, 1, 3, 1, 2, 3]],
    )
    rows = sp.csr_matrix(
        (np.ones(len(used)), (np.arange(len(used)), used)), shape=(len(used), len(figure.points))
    )
    return Sheet(figure.points[used], split.reshape(-1, 3), rows)


def normals(points: Array, faces: Array) -> Array:
    """Unit vertex normals (V, 3), weighted by area."""
    a, b, c = (points[faces[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    total = np.zeros_like(points)
    for k in range(3):
        for axis in range(3):
            total[:, axis] += np.bincount(faces[:, k], face[:, axis], len(points))
    unit: Array = total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12)
    return unit


def edges(faces: Array) -> Array:
    """Undirected edges (E, 2), sorted."""
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    unique: Array = np.unique(np.sort(pairs, axis=1), axis=0)
    return unique


def boundary(faces: Array) -> Array:
    """Directed edges (B, 2) that only one face has, in that face's direction."""
    pairs = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]])
    _, inverse, counts = np.unique(
        np.sort(pairs, axis=1), axis=0, return_inverse=True, return_counts=True
    )
    rim: Array = pairs[counts[inverse.ravel()] == 1]
    return rim


def neighbours(faces: Array, count: int) -> sp.csr_matrix:
    """(V, V) matrix that averages each vertex's neighbours."""
    pair = edges(faces)
    rows, columns = np.concatenate([pair, pair[:, ::-1]]).T
    graph = sp.csr_matrix((np.ones(len(rows)), (rows, columns)), shape=(count, count))
    degree = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1)
    return sp.diags(1 / degree) @ graph


def compact(sheet: Sheet) -> Sheet:
    """Without vertices that no face uses."""
    used, flat = np.unique(sheet.faces, return_inverse=True)
    return Sheet(sheet.points[used], flat.reshape(-1, 3), sheet.origin[used])


def keep_faces(sheet: Sheet, mask: Array) -> Sheet:
    """Only the faces where ``mask`` (F,) is true."""
    return compact(replace(sheet, faces=sheet.faces[mask]))


def clip(sheet: Sheet, field: Array) -> Sheet:
    """The part where a scalar field at the vertices (V,) is positive, cut through the faces."""
    # a cut that grazes a vertex would leave slivers
    field = np.where(np.abs(field) < 1e-5, 1e-5, field)
    inside = field[sheet.faces] > 0
    count = inside.sum(axis=1)
    whole = sheet.faces[count == 3]
    one, flipped = _lone_first(sheet.faces, inside, count == 1)
    two, twice = _lone_first(sheet.faces, ~inside, count == 2)
    del flipped, twice
    cut = np.concatenate([one[:, [0, 1]], one[:, [0, 2]], two[:, [0, 1]], two[:, [0, 2]]])
    pairs, index = np.unique(np.sort(cut, axis=1), axis=0, return_inverse=True)
    n = len(sheet.points)
    ab, ac, de, df = np.split(index.ravel() + n, np.cumsum([len(one), len(one), len(two)]))
    faces = np.concatenate([
        whole,
        np.stack([one[:, 0], ab, ac], axis=1),
        np.stack([de, two[:, 1], two[:, 2]], axis=1),
        np.stack([de, two[:, 2], df], axis=1),
    ])  # fmt: skip
    share = field[pairs[:, 0]] / (field[pairs[:, 0]] - field[pairs[:, 1]])
    rows = np.arange(len(pairs))
    new = sp.csr_matrix(
        (np.concatenate([1 - share, share]), (np.tile(rows, 2), pairs.T.ravel())),
        shape=(len(pairs), n),
    )
    matrix = sp.vstack([sp.identity(n, format="csr"), new], format="csr")
    return compact(sheet.select(matrix, faces))


def _lone_first(faces: Array, flag: Array, chosen: Array) -> tuple[Array, Array]:
    """Faces with exactly one flagged corner, turned so that it comes first."""
    lone = faces[chosen]
    first = flag[chosen].argmax(axis=1)
    turned = np.stack([lone[np.arange(len(lone)), (first + k) % 3] for k in range(3)], axis=1)
    return turned, first


def smooth(sheet: Sheet, rounds: int, strength: float = 0.5, hold_rim: bool = True) -> Sheet:
    """Laplacian smoothing; the rim slides only along itself."""
    count = len(sheet.points)
    mean = neighbours(sheet.faces, count).tolil()
    rim = boundary(sheet.faces)
    if hold_rim and len(rim):
        ids = np.unique(rim)
        along = sp.csr_matrix(
            (
                np.full(2 * len(rim), 0.5),
                (np.r_[rim[:, 0], rim[:, 1]], np.r_[rim[:, 1], rim[:, 0]]),
            ),
            shape=(count, count),
        )
        mean[ids] = along[ids]
    matrix = mean.tocsr()
    points = sheet.points
    for _ in range(rounds):
        points = points + strength * (matrix @ points - points)
    return sheet.moved(points)


def join(sheets: list[Sheet]) -> Sheet:
    """Several sheets as one, unwelded."""
    offsets = np.cumsum([0] + [len(sheet.points) for sheet in sheets[:-1]])
    return Sheet(
        np.concatenate([sheet.points for sheet in sheets]),
        np.concatenate([s.faces + o for s, o in zip(sheets, offsets, strict=True)]),
        sp.vstack([sheet.origin for sheet in sheets], format="csr"),
    )


def lighten(sheet: Sheet, triangles: int) -> Sheet:
    """The same shape in about so many triangles (quadric edge collapse), for previews."""
    import fast_simplification

    if len(sheet.faces) <= triangles:
        return sheet
    # an edge that collapses late keeps rims and thin double layers whole: agg 3 instead of 7
    points, faces = fast_simplification.simplify(
        sheet.points.astype(np.float64),
        sheet.faces.astype(np.int32),
        target_count=triangles,
        agg=3,
    )
    # where lips touch, the nearest place may be on the other lip: only what faces alike counts
    share, corners = attach(sheet, points, normals(points, faces))
    rows = np.repeat(np.arange(len(points)), 3)
    matrix = sp.csr_matrix(
        (share.ravel(), (rows, corners.ravel())), shape=(len(points), len(sheet.points))
    )
    return compact(Sheet(points, faces, (matrix @ sheet.origin).tocsr()))


def full_normals(light: Sheet, full: Sheet) -> Array:
    """Normals (V, 3) of a lightened sheet as the full one has them at the same places."""
    own = normals(light.points, light.faces)
    share, corners = attach(full, light.points)
    found = np.einsum("pk,pkj->pj", share, normals(full.points, full.faces)[corners])
    found /= np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-9)
    # the nearest place may lie on the lining: then the sheet's own normal is the better one
    same = np.sum(found * own, axis=1, keepdims=True) > 0.2
    made: Array = np.round(np.where(same, found, own) * 127) / 127
    return made


def attach(sheet: Sheet, points: Array, facing: Array | None = None) -> tuple[Array, Array]:
    """The nearest place on a sheet to each point (P, 3).

    With ``facing`` (P, 3), a surface that faces away from it counts as a centimetre further off.

    Returns
    -------
    (shares, corners)
        (P, 3) barycentric shares of (P, 3) vertices.
    """
    import trimesh
    from scipy.spatial import cKDTree

    corners = sheet.points[sheet.faces]
    _, near = cKDTree(corners.mean(axis=1)).query(points, k=min(10, len(corners)))
    near = near.reshape(len(points), -1)
    triangles = corners[near].reshape(-1, 3, 3)
    targets = np.repeat(points, near.shape[1], axis=0)
    closest = trimesh.triangles.closest_point(triangles, targets)
    away = np.linalg.norm(closest - targets, axis=1).reshape(near.shape)
    if facing is not None:
        across = np.cross(triangles[:, 1] - triangles[:, 0], triangles[:, 2] - triangles[:, 0])
        alike = np.sum(across * np.repeat(facing, near.shape[1], axis=0), axis=1)
        away = away + 0.01 * (alike < 0).reshape(near.shape)
    best = away.argmin(axis=1)
    row = np.arange(len(points))
    pick = row * near.shape[1] + best
    share = trimesh.triangles.points_to_barycentric(triangles[pick], closest[pick], "cross")
    share = np.clip(np.nan_to_num(share, nan=1 / 3), 0, 1)
    return share / share.sum(axis=1, keepdims=True), sheet.faces[near[row, best]]
