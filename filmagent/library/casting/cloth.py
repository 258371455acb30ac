"""How cloth hangs: it keeps off the skin, bridges hollows and falls freely."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from filmagent.library.casting.body import Figure
from filmagent.library.casting.sheet import (
    Sheet,
    boundary,
    clip,
    from_group,
    neighbours,
    normals,
    smooth,
)

Array = NDArray[Any]


def clear(sheet: Sheet, figure: Figure, gap: float) -> Sheet:
    """Push the cloth out until it is at least ``gap`` off the skin."""
    return clear_of(sheet, from_group(figure, "body"), gap)


def clear_of(sheet: Sheet, under: Sheet, gap: float) -> Sheet:
    """Push the cloth out until it is at least ``gap`` off what it is worn over."""
    ups = normals(under.points, under.faces)
    tree = cKDTree(under.points)
    points = sheet.points.copy()
    for _ in range(3):
        away, near = tree.query(points, k=4)
        weight = 1 / np.maximum(away, 1e-4) ** 2
        weight /= weight.sum(axis=1, keepdims=True)
        up = np.einsum("pk,pkj->pj", weight, ups[near])
        up /= np.maximum(np.linalg.norm(up, axis=1, keepdims=True), 1e-9)
        height = np.einsum("pk,pkj,pkj->p", weight, points[:, None] - under.points[near], ups[near])
        lift = np.where(away[:, 0] < 0.06, np.maximum(gap - height, 0), 0)
        points += up * lift[:, None]
    return sheet.moved(points)


def draped_over(sheet: Sheet, under: Sheet, gap: float) -> Sheet:
    """As `clear_of`, but what is pushed takes its surroundings along: no dents, no spikes."""
    pushed = clear_of(sheet, under, gap).points - sheet.points
    mean = neighbours(sheet.faces, len(sheet.points))
    for _ in range(6):
        pushed = 0.4 * pushed + 0.6 * (mean @ pushed)
    return clear_of(sheet.moved(sheet.points + pushed), under, 0.6 * gap)


def loosen(sheet: Sheet, figure: Figure, ease: float, rounds: int) -> Sheet:
    """Off the skin by ``ease``, and taut across hollows."""
    out = sheet.moved(sheet.points + normals(sheet.points, sheet.faces) * ease)
    for _ in range(3):
        out = clear(smooth(out, rounds), figure, ease)
    return smooth(out, 2)


def widen_legs(sheet: Sheet, figure: Figure, width: float) -> Sheet:
    """Straight-cut legs: more room from the thigh down, most of it above the calf."""
    hip, ankle = figure.head_of("upperleg01.L")[2], figure.head_of("foot.L")[2]
    t = np.clip((hip - 0.06 - sheet.points[:, 2]) / (hip - 0.06 - ankle), 0, 1)
    share = np.interp(t, [0, 0.25, 0.5, 0.62, 0.75, 1.0], [0, 0.3, 0.8, 1.15, 0.8, 1.0])
    out = normals(sheet.points, sheet.faces)
    out[:, 2] = 0
    return smooth(sheet.moved(sheet.points + out * (width * share)[:, None]), 4)


def draw_in(sheet: Sheet, figure: Figure, share: Array, depth: float) -> Sheet:
    """Pull the cloth in by ``depth`` metres where ``share`` (V,) is 1: knitted bands cling."""
    points = sheet.points - normals(sheet.points, sheet.faces) * (depth * share)[:, None]
    return clear(sheet.moved(points), figure, 0.004)


def lengthen(sheet: Sheet, figure: Figure, cut: float, hem: float, flare: float) -> Sheet:
    """Cut level at ``cut`` and let the cloth fall from there to ``hem``, wider by ``flare``."""
    sheet = clip(sheet, _trunk_or(sheet, figure, cut))
    rim = boundary(sheet.faces)
    low = rim[(np.abs(sheet.points[rim, 2] - cut) < 1e-3).all(axis=1)]
    rings = max(2, round((cut - hem) / 0.022))
    ids = np.unique(low)
    row = {int(v): k for k, v in enumerate(ids)}
    count, size = len(sheet.points), len(ids)
    top = sheet.points[ids]
    centres = _loop_centres(low, ids, top)
    out = top - centres
    out[:, 2] = 0
    new = []
    for k in range(1, rings + 1):
        t = k / rings
        ring = centres + out * (1 + flare * t)
        ring[:, 2] = cut + (hem - cut) * t
        new.append(ring)
    a = np.array([row[int(v)] for v in low[:, 0]])
    b = np.array([row[int(v)] for v in low[:, 1]])
    faces = [sheet.faces]
    above_a, above_b = low[:, 0], low[:, 1]
    for k in range(rings):
        below_a, below_b = count + k * size + a, count + k * size + b
        faces.append(np.stack([above_b, above_a, below_a], axis=1))
        faces.append(np.stack([above_b, below_a, below_b], axis=1))
        above_a, above_b = below_a, below_b
    points = np.concatenate([sheet.points, *new])
    hung = _hung_from(figure, np.concatenate(new))
    return Sheet(points, np.concatenate(faces), sp.vstack([sheet.origin, hung], format="csr"))


def _trunk_or(sheet: Sheet, figure: Figure, cut: float) -> Array:
    """Height above the cut; sleeves are never cut by it."""
    arm = sheet.carry(figure.influence("upperarm", "lowerarm", "wrist", "finger", "metacarpal"))
    return np.where(arm > 0.3, 0.5, sheet.points[:, 2] - cut)


def _loop_centres(rim: Array, ids: Array, points: Array) -> Array:
    """(n, 3) for each rim vertex, the centre of the closed loop it is on."""
    from scipy.sparse.csgraph import connected_components

    index = {int(v): k for k, v in enumerate(ids)}
    pairs = np.array([[index[int(a)], index[int(b)]] for a, b in rim])
    graph = sp.coo_matrix((np.ones(len(pairs)), pairs.T), shape=(len(ids), len(ids)))
    _, loop = connected_components(graph, directed=False)
    centres = np.stack([
        np.bincount(loop, points[:, axis]) / np.bincount(loop) for axis in range(3)
    ], axis=1)  # fmt: skip
    chosen: Array = centres[loop]
    return chosen


def _hung_from(figure: Figure, points: Array) -> sp.csr_matrix:
    """Origins for freely hanging cloth: the legs' skin nearby, averaged widely."""
    body = np.unique(figure.quads["tights"])
    legs = body[figure.influence("upperarm", "lowerarm", "wrist", "finger")[body] < 0.1]
    away, near = cKDTree(figure.points[legs]).query(points, k=24)
    weight = 1 / np.maximum(away, 0.01) ** 2
    weight /= weight.sum(axis=1, keepdims=True)
    rows = np.repeat(np.arange(len(points)), 24)
    return sp.csr_matrix(
        (weight.ravel(), (rows, legs[near].ravel())), shape=(len(points), len(figure.points))
    )


def unwrap(sheet: Sheet, figure: Figure) -> Array:
    """(V, 2) uvs in metres: around and along the nearest limb."""
    points = sheet.points
    arm = sheet.carry(figure.influence("upperarm", "lowerarm", "wrist", "finger", "metacarpal"))
    centre = np.array([0.0, figure.head_of("spine03")[1]])
    around = np.arctan2(points[:, 0], points[:, 1] - centre[1])
    radius = 0.16
    uvs = np.stack([around * radius, points[:, 2]], axis=1)
    for side, sign in (("L", -1.0), ("R", 1.0)):
        a, b = figure.head_of(f"upperarm01.{side}"), figure.head_of(f"wrist.{side}")
        axis = (b - a) / np.linalg.norm(b - a)
        across = np.cross(axis, [0.0, 1.0, 0.0])
        across /= np.linalg.norm(across)
        third = np.cross(axis, across)
        local = points - a
        turn = np.arctan2(local @ across, local @ third)
        chosen = (arm > 0.5) & (points[:, 0] * sign > 0)
        uvs[chosen] = np.stack([turn * 0.055, local @ axis], axis=1)[chosen]
    made: Array = uvs
    return made
