"""How hair lies: paths that leave the scalp and follow a style, outside the head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from filmagent.library.casting import flows
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Hair
from filmagent.library.casting.sheet import Sheet, clip, from_group, normals

Array = NDArray[Any]
_STEPS = 26
_CLOTH = 0.03
"""Room for clothes between hair and shoulders, metres."""


@dataclass(frozen=True)
class Head:
    """What hair grows on and must stay out of."""

    eye: Array
    """(3,) between the eyes."""
    top: float
    """Height of the crown over the eyes."""
    scalp: Sheet
    tree: cKDTree
    points: Array
    ups: Array

    def lift(self, points: Array, gap: Array | float) -> tuple[Array, Array]:
        """Points pushed out to at least ``gap`` off the skin, and the skin's normals there."""
        away, near = self.tree.query(points, k=4)
        weight = 1 / np.maximum(away, 1e-4)
        weight /= weight.sum(axis=1, keepdims=True)
        up = np.einsum("pk,pkj->pj", weight, self.ups[near])
        up /= np.linalg.norm(up, axis=1, keepdims=True)
        height = np.einsum(
            "pk,pkj,pkj->p", weight, points[:, None] - self.points[near], self.ups[near]
        )
        return points + up * np.maximum(gap - height, 0)[:, None], up

    def settle(self, points: Array, height: Array) -> Array:
        """Points over the skull brought down to ``height`` off the skin."""
        _, near = self.tree.query(points)
        up = self.ups[near]
        over = np.sum((points - self.points[near]) * up, axis=1) - height
        crown = np.clip((points[:, 2] - self.eye[2] - 0.02) / 0.03, 0, 1)
        made: Array = points - up * (np.clip(over, 0, None) * 0.7 * crown)[:, None]
        return made

    def off_face(self, points: Array) -> Array:
        """Points pushed back behind the temples, so that no hair hangs over the face."""
        z = points[:, 2] - self.eye[2]
        limit = np.interp(z, [-0.12, 0.02, 0.045, 0.075, 0.1], [-0.035, -0.028, -0.012, 0.03, 0.1])
        out = points.copy()
        out[:, 1] = np.minimum(out[:, 1], self.eye[1] + limit)
        return out

    def behind(self, points: Array) -> Array:
        """Points below the jaw brought behind the shoulders' crest and near the middle."""
        z = points[:, 2] - self.eye[2]
        out = points.copy()
        out[:, 1] = np.minimum(
            out[:, 1], self.eye[1] + np.interp(z, [-0.2, -0.15, -0.08], [-0.165, -0.11, 0.0])
        )
        wide = np.interp(z, [-0.22, -0.1], [0.105, 0.2])
        out[:, 0] = np.clip(out[:, 0], -wide, wide)
        return out


def head(figure: Figure, style: str = "") -> Head:
    """The head of a figure, its scalp as a style leaves it."""
    sheet = from_group(figure, "body")
    near = sheet.carry(figure.influence("upperarm", "lowerarm", "wrist", "upperleg", "lowerleg"))
    keep = np.flatnonzero((near < 0.5) & (sheet.points[:, 2] > figure.head_of("spine01")[2]))
    ups = normals(sheet.points, sheet.faces)
    eye = (figure.head_of("eye.L") + figure.head_of("eye.R")) / 2
    return Head(
        eye, float(sheet.points[:, 2].max() - eye[2]),
        clip(sheet, sheet.carry(hairline(figure, style))),
        cKDTree(sheet.points[keep]), sheet.points[keep], ups[keep],
    )  # fmt: skip


def hairline(figure: Figure, style: str = "") -> Array:
    """(N,) metres behind the hairline; negative on face, ears and neck, and where one is bald."""
    eye, points = figure.head_of("eye.L"), figure.points
    height = points[np.unique(figure.quads["body"]), 2].max() - eye[2]
    back = eye[1] - points[:, 1]
    line = np.interp(
        back,
        [-0.04, -0.01, 0.02, 0.035, 0.05, 0.075, 0.10, 0.125, 0.16, 0.2],
        height * np.array([0.58, 0.56, 0.50, 0.34, 0.10, 0.02, -0.22, -0.55, -0.62, -0.64]),
    )
    away = points[:, 2] - eye[2] - line
    skull = figure.influence("head", "neck", "temporalis", "oculi") > 0.5
    if style == "balding":
        # what is left is a wreath: low at the temples, higher behind
        wreath = np.interp(back, [0.0, 0.06, 0.12, 0.2], height * np.array([0.2, 0.42, 0.5, 0.56]))
        away = np.minimum(away, wreath + eye[2] - points[:, 2])
    return np.where(skull, np.minimum(away, 0.03 - 0.08 * figure.masks["ears"]), -0.5)


def roots(scalp: Sheet, count: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Evenly strewn (count, 3) places on a sheet, and the normals there."""
    corners = scalp.points[scalp.faces]
    area = np.linalg.norm(
        np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]), axis=1
    )
    many = count * 6
    face = rng.choice(len(corners), many, p=area / area.sum())
    u = np.sqrt(rng.random(many))
    v = rng.random(many)
    share = np.stack([1 - u, u * (1 - v), u * v], axis=1)
    points = np.einsum("pk,pkj->pj", share, corners[face])
    ups = np.einsum("pk,pkj->pj", share, normals(scalp.points, scalp.faces)[scalp.faces[face]])
    chosen = spread(points, count)
    return points[chosen], ups[chosen] / np.linalg.norm(ups[chosen], axis=1, keepdims=True)


def spread(points: Array, count: int) -> Array:
    """Farthest-point sampling."""
    chosen = np.zeros(count, int)
    away = np.full(len(points), np.inf)
    for k in range(1, count):
        away = np.minimum(away, ((points - points[chosen[k - 1]]) ** 2).sum(axis=1))
        chosen[k] = away.argmax()
    return chosen


def comb(
    scene: Head, hair: Hair, start: Array, ups: Array, rng: np.random.Generator, loft: Array
) -> Array:
    """Grow hair from its roots.

    Parameters
    ----------
    scene
        The head.
    hair
        Style, length, parting.
    start, ups
        (R, 3) roots and normals there.
    rng
        Chance: lengths and leanings.
    loft
        (R,) metres that the hair lies off the skin: its layer.

    Returns
    -------
    array
        (R, 26, 3) paths; every style ends them by itself.
    """
    lengths = _lengths(scene, hair, start) * rng.uniform(0.85, 1.1, len(start))
    lean = rng.normal(0, 1, (len(start), 3))
    path = [start]
    point, direction = start, ups.copy()
    for k in range(1, _STEPS):
        t = k / (_STEPS - 1)
        _, up = scene.lift(point, -1.0)
        want = flows.FLOWS[hair.style](scene, hair, start, point, up, t) + 0.1 * lean
        want /= np.maximum(np.linalg.norm(want, axis=1, keepdims=True), 1e-9)
        direction = 0.55 * direction + 0.45 * want
        direction /= np.linalg.norm(direction, axis=1, keepdims=True)
        point = point + direction * (lengths / (_STEPS - 1))[:, None]
        gap = loft * min(1.0, 4 * t)
        if hair.style == "long":
            # on shoulders it lies on cloth
            gap = gap + _CLOTH * np.clip((scene.eye[2] - 0.10 - point[:, 2]) / 0.05, 0, 1)
        point, _ = scene.lift(point, gap)
        if hair.style not in ("curls", "afro"):
            point = scene.settle(point, loft + 0.004)
        if hair.style not in flows.TIED:
            point = scene.off_face(point)
        if hair.style == "long":
            point = scene.behind(point)
        path.append(point)
    return np.stack(path, axis=1)


def _lengths(scene: Head, hair: Hair, start: Array) -> Array:
    z = (start[:, 2] - scene.eye[2]) / scene.top
    if hair.style == "long":
        return hair.length * np.interp(z, [-0.6, 0.3, 1.0], [0.72, 0.88, 1.12])
    if hair.style == "side":
        return hair.length * np.interp(z, [-0.5, 0.25, 0.6, 0.9], [0.3, 0.45, 0.95, 1.1])
    if hair.style in ("short", "crop", "balding"):
        return hair.length * np.interp(z, [-0.5, 0.2, 0.75], [0.28, 0.45, 1.0])
    if hair.style == "bob":
        # enough to hang to one level whatever the root's height
        return hair.length * np.interp(z, [-0.6, 0.3, 1.0], [0.34, 0.8, 1.15])
    if hair.style in flows.TIED:
        around = 1.12 if flows.TIED[hair.style][1] > 0 else 1.3
        made: Array = np.linalg.norm(start - flows.tied_at(scene, hair.style), axis=1) * around
        return made
    return np.full(len(start), hair.length)


def cut_level(paths: Array, level: Array) -> Array:
    """Paths shortened where they fall below a height (R,), then evenly respaced."""
    out = np.empty_like(paths)
    for row, (path, z) in enumerate(zip(paths, level, strict=True)):
        low = np.flatnonzero(path[:, 2] < z)
        stop = max(int(low[0]), 4) if len(low) else len(path)
        out[row] = resample(path[None, :stop], paths.shape[1])[0]
    return out


def resample(paths: Array, count: int) -> Array:
    """(R, K, 3) paths at ``count`` even steps of their length."""
    step = np.linalg.norm(np.diff(paths, axis=1), axis=2)
    at = np.concatenate([np.zeros((len(paths), 1)), np.cumsum(step, axis=1)], axis=1)
    out = np.empty((len(paths), count, 3))
    for row in range(len(paths)):
        s = np.linspace(0, at[row, -1], count)
        for axis in range(3):
            out[row, :, axis] = np.interp(s, at[row], paths[row, :, axis])
    return out
