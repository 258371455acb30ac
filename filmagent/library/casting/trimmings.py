"""What is sewn on cloth or worn over it: plackets, buttons, badges, belts, ties."""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial import Delaunay, cKDTree

from filmagent.library.casting import cloth, regions
from filmagent.library.casting.body import Figure
from filmagent.library.casting.collars import half_opening
from filmagent.library.casting.recipe import Garment
from filmagent.library.casting.sewing import subdivide
from filmagent.library.casting.sheet import Sheet, clip, from_group, normals

Array = NDArray[Any]


def _front(sheet: Sheet, figure: Figure) -> Sheet:
    """The chest and belly of a garment: what is seen from ahead, sleeves left out."""
    ups = normals(sheet.points, sheet.faces)
    arm = sheet.carry(figure.influence("upperarm", "lowerarm", "wrist"))
    chosen = np.flatnonzero((sheet.points[:, 1] > 0.0) & (ups[:, 1] > 0.15) & (arm < 0.3))
    return Sheet(sheet.points[chosen], np.zeros((0, 3), int), sheet.origin[chosen])


def _laid(front: Sheet, places: Array) -> tuple[Array, sp.csr_matrix]:
    """Points (P, 3) of a front at places (P, 2) seen from ahead, and their origins."""
    flat = front.points[:, [0, 2]]
    mesh = Delaunay(flat)
    found = mesh.find_simplex(places)
    corners = mesh.simplices[found]
    affine = mesh.transform[found]
    share = np.einsum("pij,pj->pi", affine[:, :2], places - affine[:, 2])
    share = np.c_[share, 1 - share.sum(axis=1)]
    lost = (found < 0) | ~np.isfinite(share).all(axis=1)
    corners[lost] = cKDTree(flat).query(places[lost])[1][:, None]
    share[lost] = [1.0, 0.0, 0.0]
    rows = np.repeat(np.arange(len(places)), 3)
    matrix = sp.csr_matrix((share.ravel(), (rows, corners.ravel())), (len(places), len(flat)))
    depth = matrix @ front.points[:, 1]
    return np.c_[places[:, 0], depth, places[:, 1]], (matrix @ front.origin).tocsr()


def _ribbon(front: Sheet, middle: Array, heights: Array, half: Array, lift: float) -> Sheet:
    """A band down a front: about ``middle`` (R,), ``half`` (R,) wide, ``lift`` off the cloth."""
    across = np.array([-1.0, -0.92, -0.45, 0.0, 0.45, 0.92, 1.0])
    rise = lift * np.array([0.0, 0.8, 1.0, 1.0, 1.0, 0.8, 0.0]) - [0.002, 0, 0, 0, 0, 0, 0.002]
    rows, columns = len(heights), len(across)
    x = middle[:, None] + half[:, None] * across
    z = np.repeat(heights[:, None], columns, axis=1)
    points, origin = _laid(front, np.stack([x.ravel(), z.ravel()], axis=1))
    depth = points[:, 1].reshape(rows, columns)
    # a band bridges the folds under it: as far out as its neighbours
    for _ in range(4):
        padded = np.pad(depth, ((1, 1), (0, 0)), mode="edge")
        depth = np.maximum(depth, 0.5 * (padded[:-2] + padded[2:]))
    inner = np.maximum(depth, depth.max(axis=1, keepdims=True) - 0.004)
    points[:, 1] = (inner + rise).ravel()
    k, c = np.meshgrid(np.arange(rows - 1), np.arange(columns - 1), indexing="ij")
    a = (k * columns + c).ravel()
    faces = np.concatenate([
        np.stack([a, a + columns + 1, a + columns], 1), np.stack([a, a + 1, a + columns + 1], 1)
    ])  # fmt: skip
    made = Sheet(points, faces, origin)
    if normals(points, faces)[:, 1].mean() < 0:
        made = Sheet(points, faces[:, ::-1], origin)
    return made


def _button_span(sheet: Sheet, figure: Figure, garment: Garment) -> tuple[float, float]:
    """Heights of a front's uppermost and lowest button."""
    front = _front(sheet, figure).points
    middle = front[np.abs(front[:, 0]) < 0.06, 2]
    top = min(figure.head_of("clavicle.L")[2] - 0.05, middle.max() - 0.02)
    low = max(sheet.points[:, 2].min() + 0.05, regions.hip(figure) - 0.12)
    if garment.tucked:
        low = regions.waist(figure) + 0.03
    return float(top), float(low)


def placket(sheet: Sheet, figure: Figure, garment: Garment) -> Sheet:
    """The doubled edge that closed fronts are buttoned on."""
    front = _front(sheet, figure)
    high = front.points[np.abs(front.points[:, 0]) < 0.012, 2].max() - 0.003
    low = regions.waist(figure) - 0.02 if garment.tucked else sheet.points[:, 2].min() + 0.004
    heights = np.linspace(high, low, max(8, round((high - low) / 0.02)))
    return _ribbon(front, 0 * heights, heights, np.full(len(heights), 0.016), 0.0018)


def buttons(sheet: Sheet, figure: Figure, garment: Garment) -> Sheet:
    """A row of buttons down the middle of a closed front, or down one edge of an open one."""
    top, low = _button_span(sheet, figure, garment)
    heights = np.linspace(top, low, garment.buttons)
    x = np.zeros(len(heights))
    if garment.open:
        x = -(half_opening(heights, sheet, figure, garment) + 0.016)
    radius = 0.0085 if garment.kind == "coat" else 0.0058
    lift = 0.001 if garment.open else 0.0025
    return _plates(sheet, figure, np.stack([x, heights], axis=1), _round(radius), lift)


def badge(sheet: Sheet, figure: Figure) -> Sheet:
    """A shield on the left of the chest."""
    z = figure.head_of("upperarm01.L")[2] - 0.10
    outline = np.array([
        [0.0, -0.030], [0.014, -0.020], [0.020, -0.004], [0.019, 0.014], [0.010, 0.016],
        [0.0, 0.023], [-0.010, 0.016], [-0.019, 0.014], [-0.020, -0.004], [-0.014, -0.020],
    ])  # fmt: skip
    return _plates(sheet, figure, np.array([[-0.085, z]]), outline, 0.002)


def buckle(sheet: Sheet, figure: Figure, height: float) -> Sheet:
    """A plate on the front of a belt."""
    corner = np.array([[1, -0.8], [1, 0.8], [0.8, 1], [-0.8, 1], [-1, 0.8], [-1, -0.8],
                       [-0.8, -1], [0.8, -1]])  # fmt: skip
    outline = corner * [0.026, 0.021]
    return _plates(sheet, figure, np.array([[0.0, height]]), outline, 0.0045)


def _round(radius: float) -> Array:
    turn = 2 * np.pi * np.arange(12) / 12
    ring: Array = radius * np.stack([np.cos(turn), np.sin(turn)], axis=1)
    return ring


def _plates(sheet: Sheet, figure: Figure, places: Array, outline: Array, lift: float) -> Sheet:
    """Small raised plates (K, 2) on a front, each as rigid as the place it is sewn to."""
    front = _front(sheet, figure)
    middles, origin = _laid(front, places)
    rims = [(1.0, -0.003), (1.0, lift + 0.0018), (0.72, lift + 0.0028)]
    n = len(outline)
    k = np.arange(n)
    after = (k + 1) % n
    points, faces = [], []
    for index, (place, middle) in enumerate(zip(places, middles, strict=True)):
        around, _ = _laid(front, place + outline)
        across = np.polyfit(outline[:, 0], around[:, 1], 1)[0]
        along = np.polyfit(outline[:, 1], around[:, 1], 1)[0]
        first = index * (3 * n + 1)
        for grow, out in rims:
            ring = np.c_[outline[:, 0], outline @ [across, along], outline[:, 1]] * grow
            points.append(middle + ring + [0, out, 0])
        points.append((middle + np.array([0, lift + 0.0031, 0]))[None])
        for low in (0, n):
            a, b = first + low + k, first + low + after
            faces += [np.stack([a, b, b + n], 1), np.stack([a, b + n, a + n], 1)]
        faces.append(
            np.stack([first + 2 * n + k, first + 2 * n + after, np.full(n, first + 3 * n)], 1)
        )
    wound = np.concatenate(faces)
    if np.sign(_signed_area(outline)) > 0:
        wound = wound[:, ::-1]
    return Sheet(
        np.concatenate(points), wound, origin[np.repeat(np.arange(len(places)), 3 * n + 1)]
    )


def _signed_area(outline: Array) -> float:
    x, z = outline.T
    return float(np.sum(x * np.roll(z, -1) - np.roll(x, -1) * z))


def girdle(figure: Figure, layers: list[Sheet], ease: float, high: float, height: float) -> Sheet:
    """A level band around the trunk over all that is worn, its upper edge at ``high``."""
    base = subdivide(from_group(figure, "tights"))
    loose = cloth.loosen(base, figure, ease, rounds=10)
    for under in layers:
        loose = cloth.clear_of(loose, under, 0.004)
    arm = loose.carry(figure.influence(*regions.ARM)) > 0.2
    z = loose.points[:, 2]
    return clip(loose, np.where(arm, -1.0, np.minimum(high - z, z - high + height)))


def throat(sheet: Sheet) -> float:
    """Height at which a garment begins in the middle of its front; a collar's points are apart."""
    x, y, z = sheet.points.T
    return float(z[(np.abs(x) < 0.003) & (y > 0)].max(initial=0.0))


def tie(under: Sheet, figure: Figure) -> tuple[Sheet, Sheet]:
    """A necktie from the neckline to the belt, and its knot."""
    front = _front(under, figure)
    middle = front.points[np.abs(front.points[:, 0]) < 0.02]
    high = float(middle[:, 2].max()) - 0.006
    low = regions.waist(figure) - 0.035
    t = np.linspace(0, 1, 30)
    half = np.interp(t, [0.0, 0.1, 0.86, 1.0], [0.015, 0.019, 0.043, 0.003])
    blade = _ribbon(front, 0 * t, high - 0.03 + (low - high + 0.03) * t, half, 0.0085)
    t = np.linspace(0, 1, 8)
    half = np.interp(t, [0.0, 0.25, 1.0], [0.019, 0.022, 0.014])
    knot = _ribbon(front, 0 * t, high + 0.016 - 0.052 * t, half, 0.017)
    return blade, knot
