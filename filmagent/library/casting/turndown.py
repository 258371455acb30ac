"""Turn-down collars: a stand around the neck and a leaf folded over it, with two points.

A collar is a strip of its own on smooth curves around the neck, not the neckline grown on: cut
through a body's faces a neckline wavers, and every row grown from it wavers more.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from filmagent.library.casting import complexion, regions
from filmagent.library.casting.body import Figure
from filmagent.library.casting.sheet import Sheet, from_group, join, keep_faces, normals

Array = NDArray[Any]
_COLUMNS = 112
_ROWS = 9
"""Rows of the leaf."""
_STANDING = 6
"""Rows of the strip before its leaf."""
_CUTS = {"fold": (0.024, 0.040, 0.064, 0.62), "lapel": (0.022, 0.052, 0.112, 0.34)}
"""Collar → height of its stand, length of its leaf behind and at its points (metres on a grown
person; so are all lengths here), and how far the points lean apart."""
_AIR = 0.004
"""Between the leaf and what it lies on."""
_GROWN = 1.45
"""Height of a grown person's head bone, metres."""


def turned_down(
    sheet: Sheet, figure: Figure, rim: Array, half: float, kind: str, under: list[Sheet]
) -> tuple[Sheet, Sheet]:
    """A collar and, of it, the leaf: what is worn over the garment goes over that.

    Parameters
    ----------
    sheet
        The garment, without front opening.
    figure
        Who wears it.
    rim
        (R,) vertices of its neckline.
    half
        Half the width of its front opening at the neck, metres; 0 for a buttoned one.
    kind
        ``fold`` or ``lapel``.
    under
        Leaves of the collars that it is worn over.
    """
    stand = _CUTS[kind][0]
    size = float(np.clip(figure.head_of("head")[2] / _GROWN, 0.6, 1.0))
    base, up = regions.neck_axis(figure)
    forward = np.array([0.0, up[2], -up[1]])
    local = sheet.points[rim] - base
    turn = np.arctan2(local[:, 0], local @ forward)
    radius = np.hypot(local[:, 0], local @ forward)
    ring, height = _curve(turn, radius), _curve(turn, local @ up)
    first = np.arcsin(min(half / float(ring(np.zeros(1))[0]), 0.9)) if half else -0.03
    phi = np.linspace(first, 2 * np.pi - first, _COLUMNS)
    out = np.sin(phi)[:, None] * [1.0, 0, 0] + np.cos(phi)[:, None] * forward
    foot = ring(phi)
    high = height(phi) + stand * size * (0.85 + 0.15 * np.cos(phi + np.pi))
    top = _neck(figure, base, up, forward, phi, high) + 0.007 * size
    top = np.clip(top, foot - 0.014 * size, foot - 0.001)
    rows = []
    for share in (-0.2, 0.15, 0.5, 0.8, 1.0):
        level = height(phi) + (high - height(phi)) * share
        wide = foot + (top - foot) * np.clip(share, 0, 1)
        rows.append(base + out * wide[:, None] + up * level[:, None])
    rows.append(rows[-1] + out * 0.003 * size + up * 0.002 * size)
    laid = join([sheet, *under])
    for leaf in under:
        rows = [row + out * _lift(row, leaf, out)[:, None] for row in rows]
    rows += _leaf(rows[-1], laid, out, up, phi, first, size, kind)
    return _strip(sheet, rows, rim, turn, phi, out)


def _curve(turn: Array, values: Array) -> Any:
    """A smooth function of the angle around the neck, alike left and right, through values."""
    order = np.arange(6)
    wave = np.cos(turn[:, None] * order)
    # vertices crowd where the cut crossed small faces: high waves are held back
    held = wave.T @ wave + np.diag(len(turn) * 2e-4 * order.astype(float) ** 4)
    share = np.linalg.solve(held, wave.T @ values)
    return lambda phi: np.cos(np.asarray(phi)[:, None] * order) @ share


def _neck(
    figure: Figure, base: Array, up: Array, forward: Array, phi: Array, level: Array
) -> Array:
    """How far the skin of the neck is from its axis at angles and heights (C,), metres."""
    skin = from_group(figure, "body")
    local = skin.points - base
    high = local @ up
    chosen = (np.abs(high - level.mean()) < 0.014) & (np.abs(local[:, 0]) < 0.1)
    chosen &= skin.carry(figure.influence(*complexion.HEAD, *regions.ARM)) < 0.3
    local = local[chosen]
    ahead = local @ forward
    turn, radius = np.arctan2(local[:, 0], ahead), np.hypot(local[:, 0], ahead)
    made: Array = _curve(turn, radius)(phi)
    return made


def _leaf(
    start: Array,
    sheet: Sheet,
    out: Array,
    up: Array,
    phi: Array,
    first: float,
    size: float,
    kind: str,
) -> list[Array]:
    """Rows of the leaf: down from the fold, along the cloth where they meet it."""
    _, behind, ahead, apart = _CUTS[kind]
    away = np.minimum(phi, 2 * np.pi - phi) - max(first, 0.0)
    point = np.exp(-((np.clip(away, 0, None) / 0.6) ** 2))
    side = np.sign(np.pi - phi)
    fall = -up + 0.22 * out + (apart * side * point)[:, None] * [1.0, 0, 0]
    fall /= np.linalg.norm(fall, axis=1, keepdims=True)
    step = size * (behind + (ahead - behind) * point) / _ROWS
    tree, ups = cKDTree(sheet.points), normals(sheet.points, sheet.faces)
    rows, at = [], start
    # the points stand apart from the start
    at = at + (0.004 * size * side * point)[:, None] * [1.0, 0, 0]
    at = at + out * 0.003 * size - up * 0.001
    rows.append(at)
    for _ in range(_ROWS):
        over, n = _over(at, sheet, tree, ups)
        into = np.minimum(np.sum(fall * n, axis=1), 0) * np.clip(2 - over / (2 * _AIR), 0, 1)
        way = fall - n * into[:, None]
        way /= np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 0.3)
        at = at + way * step[:, None]
        over, n = _over(at, sheet, tree, ups)
        at = at + n * np.maximum(_AIR - over, 0)[:, None]
        for _ in range(3):
            at[1:-1] += 0.5 * (0.5 * (at[:-2] + at[2:]) - at[1:-1])
        rows.append(at)
    return rows


def _lift(points: Array, leaf: Sheet, out: Array) -> Array:
    """How far points of a stand go outward to be over a leaf, (C,) metres, smooth around."""
    over, _ = _over(points, leaf, cKDTree(leaf.points), normals(leaf.points, leaf.faces))
    away = cKDTree(leaf.points).query(points)[0]
    lift = np.where(away < 0.03, np.clip(1.5 * _AIR - over, 0, 0.02), 0)
    for _ in range(6):
        lift[1:-1] = np.maximum(lift[1:-1], 0.5 * (lift[:-2] + lift[2:]))
    return lift


def _over(points: Array, sheet: Sheet, tree: cKDTree, ups: Array) -> tuple[Array, Array]:
    """How far points are over a sheet, metres, and which way is up there."""
    away, near = tree.query(points, k=8)
    weight = 1 / np.maximum(away, 0.004) ** 2
    weight /= weight.sum(axis=1, keepdims=True)
    n = np.einsum("pk,pkj->pj", weight, ups[near])
    n /= np.maximum(np.linalg.norm(n, axis=1, keepdims=True), 1e-9)
    on = np.einsum("pk,pkj->pj", weight, sheet.points[near])
    return np.sum((points - on) * n, axis=1), n


def _strip(
    sheet: Sheet, rows: list[Array], rim: Array, turn: Array, phi: Array, out: Array
) -> tuple[Sheet, Sheet]:
    """The strip and its leaf: the stand moves with the neckline, its leaf with what it lies on."""
    columns, count = len(phi), len(rows)
    points = np.concatenate(rows)
    k, c = np.meshgrid(np.arange(count - 1), np.arange(columns - 1), indexing="ij")
    a = (k * columns + c).ravel()
    faces = np.concatenate([
        np.stack([a, a + 1, a + columns + 1], 1), np.stack([a, a + columns + 1, a + columns], 1)
    ])  # fmt: skip
    # the right side is the one that shows: of the leaf the outer, so of the stand the inner
    leaf = (_STANDING + 1) * columns
    if np.sum(normals(points, faces)[leaf : leaf + columns] * out) < 0:
        faces = faces[:, ::-1]
    gap = np.abs((phi[:, None] - turn + np.pi) % (2 * np.pi) - np.pi)
    near = np.exp(-((gap / 0.12) ** 2)) + 1e-9 / (gap + 1e-3)
    near /= near.sum(axis=1, keepdims=True)
    ring = sp.csr_matrix(near) @ sheet.origin[rim]
    _, under = cKDTree(sheet.points).query(points[-columns:])
    below = sheet.origin[under]
    share = np.clip((np.arange(count) - _STANDING) / (count - 1 - _STANDING), 0, 1)
    origin = sp.vstack([ring * (1 - s) + below * s for s in share], format="csr")
    made = Sheet(points, faces, origin)
    return made, keep_faces(made, (faces >= leaf).all(axis=1))
