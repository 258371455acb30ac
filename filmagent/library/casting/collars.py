"""Collars grown from a neckline, and fronts cut open."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Garment
from filmagent.library.casting.sheet import Sheet, boundary, clip, normals

Array = NDArray[Any]
_FOLDED = 0.015
"""A collar this far out has turned over, metres."""
_STAND = 3
"""Rows of a folded collar's profile that stand; the rest is its leaf."""
_LEAF = 0.009
"""Air between a folded collar and what it lies on, metres."""
_COLLARS: dict[str, list[tuple[float, float]]] = {
    "none": [],
    "rib": [(0.005, 0.001), (0.011, -0.001), (0.016, -0.004)],
    "roll": [(0.014, 0.0), (0.032, -0.002), (0.042, 0.004), (0.038, 0.012), (0.012, 0.016)],
    "fold": [
        (0.012, 0.0), (0.021, 0.001), (0.025, 0.006), (0.022, 0.012), (0.008, 0.019),
        (-0.008, 0.027), (-0.020, 0.034),
    ],
    "lapel": [
        (0.007, 0.001), (0.014, 0.003), (0.016, 0.008), (0.012, 0.014), (0.000, 0.021),
        (-0.014, 0.029), (-0.028, 0.037), (-0.042, 0.046),
    ],
}  # fmt: skip
"""Collar → its profile from the neckline: metres along the neck and outward."""


def collar(sheet: Sheet, base: Array, up: Array, kind: str) -> Sheet:
    """Grow a collar from the neckline: the rim nearest the neck."""
    rim = boundary(sheet.faces)
    local = sheet.points - base
    rise = local @ up
    away = np.linalg.norm(local - rise[:, None] * up, axis=1)
    ring = rim[((away < 0.13) & (local[:, 2] > -0.15))[rim].all(axis=1)]
    profile = _COLLARS[kind]
    if not len(ring) or not profile:
        return sheet
    ids = np.unique(ring)
    outward = local[ids] - rise[ids, None] * up
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    row = {int(v): k for k, v in enumerate(ids)}
    a = np.array([row[int(v)] for v in ring[:, 0]])
    b = np.array([row[int(v)] for v in ring[:, 1]])
    count, size = len(sheet.points), len(ids)
    # cut through a body's faces the rim wavers: a collar is a smooth band all the same
    level = _along_rim(a, b, size)
    base_ring = sheet.points[ids]
    for _ in range(12):
        base_ring = 0.5 * base_ring + 0.5 * (level @ base_ring)
        outward = 0.5 * outward + 0.5 * (level @ outward)
    outward /= np.linalg.norm(outward, axis=1, keepdims=True)
    # a folded collar lies on the chest in front, where the cloth falls away steeply
    front = np.clip(outward[:, 1], 0, 1)[:, None]
    points, faces = [sheet.points], [sheet.faces]
    above_a, above_b = ring[:, 0], ring[:, 1]
    for k, (along, out) in enumerate(profile):
        fall = front * max(0.0, 0.028 - along) * (0.55 if out > 0.012 else 0.0)
        share = min(1.0, (k + 1) / 3)
        foot = sheet.points[ids] * (1 - share) + base_ring * share
        row_points = foot + up * along + outward * out - [0, 0, 1] * fall
        if out > _FOLDED and k > 2:
            row_points = _laid(row_points, sheet, min(1.0, (out - _FOLDED) / 0.012))
            for _ in range(8):
                row_points = 0.5 * row_points + 0.5 * (level @ row_points)
        points.append(row_points)
        new_a, new_b = count + k * size + a, count + k * size + b
        faces.append(np.stack([above_b, above_a, new_a], axis=1))
        faces.append(np.stack([above_b, new_a, new_b], axis=1))
        above_a, above_b = new_a, new_b
    origin = sp.vstack([sheet.origin] + [sheet.origin[ids]] * len(profile), format="csr")
    made = Sheet(np.concatenate(points), np.concatenate(faces), origin)
    return clip(made, _parted(points, outward)) if kind == "fold" else made


def _parted(rows: list[Array], outward: Array) -> Array:
    """Positive but where a folded collar's two points part in front, (V,) metres."""
    field = [np.ones(len(rows[0]))]
    for k, row in enumerate(rows[1:]):
        across = np.abs(row[:, 0])
        gap = -0.004 if k < _STAND else 0.002 + 0.011 * (k - _STAND)
        field.append(np.where(outward[:, 1] > 0.2, across - gap, 1.0))
    return np.concatenate(field)


def _laid(points: Array, under: Sheet, share: float) -> Array:
    """Points brought down (by a share of the way) to lie on what they were folded over."""
    away, near = cKDTree(under.points).query(points, k=6)
    weight = 1 / np.maximum(away, 0.004)
    weight /= weight.sum(axis=1, keepdims=True)
    up = np.einsum("pk,pkj->pj", weight, normals(under.points, under.faces)[near])
    up /= np.maximum(np.linalg.norm(up, axis=1, keepdims=True), 1e-9)
    on = np.einsum("pk,pkj->pj", weight, under.points[near])
    over = np.sum((points - on) * up, axis=1) - _LEAF
    made: Array = points - up * (share * over)[:, None]
    return made


def _along_rim(a: Array, b: Array, size: int) -> sp.csr_matrix:
    """Each rim vertex's mean of its neighbours on the rim."""
    graph = sp.csr_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(size, size))
    degree = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1)
    return (sp.diags(1 / degree) @ graph).tocsr()


def open_front(sheet: Sheet, figure: Figure, garment: Garment) -> Sheet:
    """Cut a gap down the front, as wide as ``garment.open`` at the hem, narrower at the neck."""
    x, y, z = sheet.points.T
    arm = sheet.carry(figure.influence("upperarm", "lowerarm", "wrist", "finger", "metacarpal"))
    half = half_opening(z, sheet, figure, garment)
    front = (y > 0.0) & (arm < 0.3)
    return clip(sheet, np.where(front, np.abs(x) - half, 0.5))


def half_opening(z: Array, sheet: Sheet, figure: Figure, garment: Garment) -> Array:
    """Half the width of the front opening at heights z."""
    top, low = figure.head_of("clavicle.L")[2], sheet.points[:, 2].min()
    share = np.clip((top - z) / (top - low), 0, 1)
    half: Array = garment.open / 2 * (0.55 + 0.45 * share)
    return half
