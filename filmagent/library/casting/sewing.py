"""Sheets made finer, and rims made solid."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.library.casting.sheet import Sheet, boundary, edges, neighbours, normals

Array = NDArray[Any]


def subdivide(sheet: Sheet) -> Sheet:
    """Each face in four, smoothed by Loop's rule (Loop 1987); rims stay smooth curves."""
    n = len(sheet.points)
    pair = edges(sheet.faces)
    key = pair[:, 0].astype(np.int64) * n + pair[:, 1]

    def edge(a: Array, b: Array) -> Array:
        low, high = np.minimum(a, b).astype(np.int64), np.maximum(a, b)
        found: Array = np.searchsorted(key, low * n + high) + n
        return found

    a, b, c = sheet.faces.T
    ab, bc, ca = edge(a, b), edge(b, c), edge(c, a)
    faces = np.concatenate([
        np.stack(corner, axis=1)
        for corner in ((a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca))
    ])  # fmt: skip
    rows = np.arange(len(pair))
    ends = sp.csr_matrix(
        (np.ones(2 * len(pair)), (np.tile(rows, 2), pair.T.ravel())), shape=(len(pair), n)
    )
    across = np.concatenate([
        np.stack([ab - n, c], 1), np.stack([bc - n, a], 1), np.stack([ca - n, b], 1)
    ])  # fmt: skip
    wings = sp.csr_matrix((np.ones(len(across)), across.T), shape=(len(pair), n))
    inner = np.asarray(wings.sum(axis=1)).ravel() == 2
    odd = sp.diags(np.where(inner, 0.375, 0.5)) @ ends + sp.diags(inner * 0.125) @ wings
    matrix = sp.vstack([_even(sheet, n), odd], format="csr")
    return sheet.select(matrix, faces)


def _even(sheet: Sheet, n: int) -> sp.csr_matrix:
    """Loop's rule for the old vertices."""
    rim = boundary(sheet.faces)
    mean = neighbours(sheet.faces, n)
    pull = np.full(n, 0.375)
    on_rim = np.zeros(n, bool)
    on_rim[rim.ravel()] = True
    pull[on_rim] = 0.25
    along = sp.csr_matrix(
        (np.full(2 * len(rim), 0.5), (np.r_[rim[:, 0], rim[:, 1]], np.r_[rim[:, 1], rim[:, 0]])),
        shape=(n, n),
    )
    where = sp.diags(on_rim.astype(float))
    mixed = (sp.identity(n) - where) @ mean + where @ along
    return (sp.diags(1 - pull) + sp.diags(pull) @ mixed).tocsr()


def thicken(sheet: Sheet, thickness: float, depth: float) -> Sheet:
    """Give the rims a solid edge: an inner surface behind it, ``depth`` metres deep."""
    rim = boundary(sheet.faces)
    if not len(rim):
        return sheet
    ids = np.unique(rim)
    reach = _distance_from(sheet, ids, depth)
    near = (reach[sheet.faces] < depth).all(axis=1)
    used = np.unique(sheet.faces[near])
    inner = np.full(len(sheet.points), -1)
    inner[used] = np.arange(len(used)) + len(sheet.points)
    missing = ids[inner[ids] < 0]
    inner[missing] = np.arange(len(missing)) + len(sheet.points) + len(used)
    used = np.concatenate([used, missing])
    points = sheet.points[used] - normals(sheet.points, sheet.faces)[used] * thickness
    back = inner[sheet.faces[near]][:, ::-1]
    a, b = rim.T
    strip = np.concatenate([
        np.stack([b, a, inner[a]], axis=1), np.stack([b, inner[a], inner[b]], axis=1)
    ])  # fmt: skip
    return Sheet(
        np.concatenate([sheet.points, points]),
        np.concatenate([sheet.faces, back, strip]),
        sp.vstack([sheet.origin, sheet.origin[used]], format="csr"),
    )


def _distance_from(sheet: Sheet, sources: Array, limit: float) -> Array:
    """Distance along edges from the nearest source, (V,); beyond ``limit`` it is inf."""
    from scipy.sparse.csgraph import dijkstra

    pair = edges(sheet.faces)
    length = np.linalg.norm(sheet.points[pair[:, 0]] - sheet.points[pair[:, 1]], axis=1)
    n = len(sheet.points)
    graph = sp.csr_matrix((length, pair.T), shape=(n, n))
    away: Array = dijkstra(graph, directed=False, indices=sources, limit=limit, min_only=True)
    return away
