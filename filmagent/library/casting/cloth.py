"""How cloth hangs: it keeps off the skin, bridges hollows, creases at joints and falls freely."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Garment
from filmagent.library.casting.sheet import (
    Sheet,
    boundary,
    clip,
    from_group,
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


_FOLDED = 0.015
"""A collar this far out has turned over, metres."""
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
    return Sheet(np.concatenate(points), np.concatenate(faces), origin)


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
    half = _half_opening(z, sheet, figure, garment)
    front = (y > 0.0) & (arm < 0.3)
    return clip(sheet, np.where(front, np.abs(x) - half, 0.5))


def _half_opening(z: Array, sheet: Sheet, figure: Figure, garment: Garment) -> Array:
    """Half the width of the front opening at heights z."""
    top, low = figure.head_of("clavicle.L")[2], sheet.points[:, 2].min()
    share = np.clip((top - z) / (top - low), 0, 1)
    half: Array = garment.open / 2 * (0.55 + 0.45 * share)
    return half


def buttons(sheet: Sheet, figure: Figure, garment: Garment) -> Sheet:
    """A row of buttons down one front edge."""
    top = figure.head_of("clavicle.L")[2] - 0.05
    low = max(sheet.points[:, 2].min() + 0.07, figure.head_of("upperleg01.L")[2] - 0.12)
    ups = normals(sheet.points, sheet.faces)
    arm = sheet.carry(figure.influence("upperarm", "lowerarm", "wrist"))
    front = np.flatnonzero((sheet.points[:, 1] > 0.03) & (ups[:, 1] > 0.2) & (arm < 0.3))
    tree = cKDTree(sheet.points[front][:, [0, 2]])
    turn = 2 * np.pi * np.arange(12) / 12
    points, faces, origins = [], [], []
    for k, z in enumerate(np.linspace(top, low, garment.buttons)):
        x = -(_half_opening(np.array([z]), sheet, figure, garment)[0] + 0.016)
        at = front[tree.query([x, z])[1]]
        up = ups[at]
        across = np.cross(up, [0.0, 0.0, 1.0])
        across /= np.linalg.norm(across)
        third = np.cross(across, up)
        ring = np.cos(turn)[:, None] * across + np.sin(turn)[:, None] * third
        middle = sheet.points[at] + up * 0.001
        points += [middle + ring * 0.0085, middle + ring * 0.0085 + up * 0.0025,
                   middle + ring * 0.006 + up * 0.0034, (middle + up * 0.0026)[None]]  # fmt: skip
        n, first = np.arange(12), 37 * k
        after = (n + 1) % 12
        for ring_at in (0, 12):
            a, b = first + ring_at + n, first + ring_at + after
            faces += [np.stack([a, b, b + 12], 1), np.stack([a, b + 12, a + 12], 1)]
        faces.append(np.stack([first + 24 + n, first + 24 + after, np.full(12, first + 36)], 1))
        origins += [at] * 37
    wound = np.concatenate(faces)[:, ::-1]
    return Sheet(np.concatenate(points), wound, sheet.origin[np.array(origins)])


def crumple(sheet: Sheet, figure: Figure, garment: Garment, rng: np.random.Generator) -> Sheet:
    """Creases across bent joints, cloth stacked on wrists and shoes, and folds where it hangs."""
    points = sheet.points
    out = normals(points, sheet.faces)
    waves = np.zeros(len(points))
    for joint, reach in _CREASED:
        for side in "LR":
            waves += 0.0034 * _creases(points, figure, f"{joint}.{side}", reach, rng)
    waves += 0.0022 * _drag(points, figure, rng)
    if garment.kind in ("skirt", "coat"):
        waves += _hanging(points, figure, rng)
    out[:, 2] *= 0.6
    return sheet.moved(points + out * (garment.folds * waves)[:, None])


_CREASED = (
    ("lowerarm01", 0.085), ("wrist", 0.065), ("lowerleg01", 0.10), ("foot", 0.10),
    ("upperarm01", 0.09), ("upperleg01", 0.11),
)  # fmt: skip
"""Joints where cloth creases, and how far from them, metres."""


def _drag(points: Array, figure: Figure, rng: np.random.Generator) -> Array:
    """Slanting folds from the armpits towards the waist, and slow unevenness."""
    waist, pit = figure.head_of("spine05")[2], figure.head_of("upperarm01.L")[2] - 0.08
    x, y, z = points.T
    t = np.clip((z - waist) / (pit - waist), -0.6, 1.3)
    side = np.exp(-(((np.abs(x) - 0.13) / 0.07) ** 2)) * np.exp(-(((t - 0.3) / 0.55) ** 2))
    phase = rng.uniform(0, 6.3, 4)
    slant = np.sin(2 * np.pi * (z - 0.55 * np.abs(x) + 0.15 * y) / 0.047 + phase[0] * np.sign(x))
    slow = np.sin(2 * np.pi * (1.1 * x + 0.4 * z) / 0.13 + phase[1]) * np.sin(
        2 * np.pi * (0.9 * y - 0.3 * z) / 0.15 + phase[2]
    )
    made: Array = side * slant + 0.6 * slow
    return made


def _hanging(points: Array, figure: Figure, rng: np.random.Generator) -> Array:
    """Upright folds that deepen towards a hem, metres."""
    hip = figure.head_of("upperleg01.L")[2]
    low = points[:, 2].min()
    if low > hip - 0.1:
        return np.zeros(len(points))
    t = np.clip((hip + 0.06 - points[:, 2]) / (hip + 0.06 - low), 0, 1)
    turn = np.arctan2(points[:, 0], points[:, 1] - figure.head_of("upperleg01.L")[1])
    phase = rng.uniform(0, 6.3, 3)
    bend = turn + 0.16 * np.sin(3 * turn + phase[0])
    fold = 0.65 * np.sin(11 * bend + phase[1]) + 0.35 * np.sin(19 * bend + phase[2])
    made: Array = 0.0075 * t**1.3 * fold
    return made


def _creases(
    points: Array, figure: Figure, bone: str, reach: float, rng: np.random.Generator
) -> Array:
    """Folds around one joint, across the limb and a little oblique."""
    index = figure.bone(bone)
    at = figure.rest[index, :3, 3]
    local = (points - at) @ figure.rest[index, :3, :3]
    near = np.exp(-((np.linalg.norm(local, axis=1) / reach) ** 2))
    tilt = rng.uniform(-0.5, 0.5, 2)
    run = local[:, 1] + tilt[0] * local[:, 0] + tilt[1] * local[:, 2]
    wave = np.sin(2 * np.pi * run / 0.038 + rng.uniform(0, 6.3)) + 0.6 * np.sin(
        2 * np.pi * run / 0.026 + rng.uniform(0, 6.3)
    )
    folds: Array = near * wave
    return folds


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
