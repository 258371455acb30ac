"""Collars grown from a neckline, and fronts cut open."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.library.casting import regions
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Garment
from filmagent.library.casting.sheet import Sheet, boundary, clip

Array = NDArray[Any]
_COLLARS: dict[str, list[tuple[float, float]]] = {
    "rib": [(0.005, 0.001), (0.011, -0.001), (0.016, -0.004)],
    "roll": [(0.014, 0.0), (0.032, -0.002), (0.042, 0.004), (0.038, 0.012), (0.012, 0.016)],
}  # fmt: skip
"""Collar → its profile from the neckline: metres along the neck and outward."""


def collar(sheet: Sheet, figure: Figure, garment: Garment) -> Sheet:
    """A garment, its front opened, with the collar of its kind grown from its neckline."""
    ids, ring = neckline(sheet, figure)
    profile = _COLLARS.get(garment.collar, [])
    if not len(ring) or not profile:
        return open_front(sheet, figure, garment)
    base, up = regions.neck_axis(figure)
    local = sheet.points - base
    rise = local @ up
    outward: Array = local[ids] - rise[ids, None] * up
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
    # a rolled collar leans on the chest in front, where the cloth falls away steeply
    front = np.clip(outward[:, 1], 0, 1)[:, None]
    points, faces = [sheet.points], [sheet.faces]
    above_a, above_b = ring[:, 0], ring[:, 1]
    for k, (along, out) in enumerate(profile):
        fall = front * max(0.0, 0.028 - along) * (0.55 if out > 0.012 else 0.0)
        share = min(1.0, (k + 1) / 3)
        foot = sheet.points[ids] * (1 - share) + base_ring * share
        row_points = foot + up * along + outward * out - [0, 0, 1] * fall
        points.append(row_points)
        new_a, new_b = count + k * size + a, count + k * size + b
        faces.append(np.stack([above_b, above_a, new_a], axis=1))
        faces.append(np.stack([above_b, new_a, new_b], axis=1))
        above_a, above_b = new_a, new_b
    origin = sp.vstack([sheet.origin] + [sheet.origin[ids]] * len(profile), format="csr")
    made = Sheet(np.concatenate(points), np.concatenate(faces), origin)
    return open_front(made, figure, garment)


def neckline(sheet: Sheet, figure: Figure) -> tuple[Array, Array]:
    """The rim nearest the neck: (R,) its vertices and (B, 2) its edges."""
    base, up = regions.neck_axis(figure)
    rim = boundary(sheet.faces)
    local = sheet.points - base
    away = np.linalg.norm(local - (local @ up)[:, None] * up, axis=1)
    ring = rim[((away < 0.13) & (local[:, 2] > -0.15))[rim].all(axis=1)]
    return np.unique(ring), ring


def _along_rim(a: Array, b: Array, size: int) -> sp.csr_matrix:
    """Each rim vertex's mean of its neighbours on the rim."""
    graph = sp.csr_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, a])), shape=(size, size))
    degree = np.maximum(np.asarray(graph.sum(axis=1)).ravel(), 1)
    return (sp.diags(1 / degree) @ graph).tocsr()


def open_front(sheet: Sheet, figure: Figure, garment: Garment) -> Sheet:
    """Cut a gap down the front, as wide as ``garment.open`` at the hem, narrower at the neck."""
    if not garment.open:
        return sheet
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
