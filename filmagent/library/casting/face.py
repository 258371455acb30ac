"""Eyeballs, lashes, brows, teeth and tongue."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.library.casting import combing, complexion, portrait
from filmagent.library.casting.body import Figure
from filmagent.library.casting.recipe import Recipe
from filmagent.library.casting.sheet import Sheet, attach, from_group, keep_faces, normals

Array = NDArray[Any]
_BEARDED = 0.011
"""Skin under a full beard, square metres."""
_SEGMENTS = 40
_SIDES = (("L", "l"), ("R", "r"))


@dataclass(frozen=True)
class Eyeball:
    """One eye, looking along +Y."""

    points: Array
    faces: Array
    colours: Array
    bone: str

    def every_other(self) -> Eyeball:
        """Half the segments, for previews."""
        rings = self.points.reshape(-1, _SEGMENTS, 3)[:, ::2]
        colours = self.colours.reshape(-1, _SEGMENTS, 3)[:, ::2]
        keep = np.r_[0:4, 5:11:2, 11:15, 16:20]
        return Eyeball(
            rings[keep].reshape(-1, 3), _globe(len(keep), _SEGMENTS // 2),
            colours[keep].reshape(-1, 3), self.bone,
        )  # fmt: skip


def eyeballs(figure: Figure, recipe: Recipe, rng: np.random.Generator) -> list[Eyeball]:
    """Both eyes: sclera with veins' warmth, limbus, fibrous iris, pupil, a bulging cornea."""
    fibres = rng.uniform(0.65, 1.35, _SEGMENTS)
    eyes = []
    for side, group in _SIDES:
        ids = np.unique(figure.quads[f"{group}-eye"])
        centre = figure.points[ids].mean(axis=0)
        radius = float(np.median(np.linalg.norm(figure.points[ids] - centre, axis=1)))
        eyes.append(_eyeball(centre, radius, np.array(recipe.iris), fibres, f"eye.{side}"))
    return eyes


def _eyeball(centre: Array, radius: float, iris: Array, fibres: Array, bone: str) -> Eyeball:
    # rings by angle from the pole: close together where the iris is drawn
    angles = np.radians(
        np.r_[
            0, 5, 9.5, 10.5, 12, 15, 18, 21, 24, 26, 27.5, 29.5, 33, 40, 50, 65, 85, 110, 140, 180
        ]
    )
    turn = np.linspace(0, 2 * np.pi, _SEGMENTS, endpoint=False)
    bulge = 1 + 0.055 * np.clip(np.cos(angles / np.radians(32) * np.pi / 2), 0, 1)
    bulge[angles > np.radians(32)] = 1
    rings = np.stack(
        [
            np.outer(np.sin(angles), np.cos(turn)),
            np.outer(np.cos(angles), np.ones_like(turn)),
            np.outer(np.sin(angles), np.sin(turn)),
        ],
        axis=-1,
    )
    points = centre + radius * (rings * bulge[:, None, None]).reshape(-1, 3)
    colours = np.stack([_ring_colour(np.degrees(angle), iris, fibres) for angle in angles])
    faces = _globe(len(angles), _SEGMENTS)
    return Eyeball(points, faces, colours.reshape(-1, 3), bone)


def _globe(rings: int, segments: int) -> Array:
    """Faces between rings whose first and last are poles."""
    rows, columns = np.meshgrid(np.arange(rings - 1), np.arange(segments), indexing="ij")
    a = rows * segments + columns
    b = rows * segments + (columns + 1) % segments
    c, d = b + segments, a + segments
    # at a pole one edge of the quad is a point: the first and last row keep one triangle each
    made: Array = np.concatenate([
        np.stack([a, b, c], -1)[1:].reshape(-1, 3), np.stack([a, c, d], -1)[:-1].reshape(-1, 3)
    ])  # fmt: skip
    return made


def _ring_colour(angle: float, iris: Array, fibres: Array) -> Array:
    """(segments, 3) linear colours of a ring, by its angle from the pole in degrees."""
    pupil, limbus = np.array([0.004, 0.004, 0.004]), iris * 0.22
    white, corner = np.array([0.60, 0.565, 0.53]), np.array([0.42, 0.28, 0.24])
    if angle < 11:
        return np.tile(pupil, (_SEGMENTS, 1))
    if angle < 24.5:
        glow = 0.95 - 0.028 * (angle - 10)
        ring: Array = iris * glow * fibres[:, None]
        return ring
    if angle < 28:
        return np.tile(limbus + (white * 0.5 - limbus) * (angle > 27), (_SEGMENTS, 1))
    return np.tile(white + (corner - white) * np.clip((angle - 45) / 40, 0, 1), (_SEGMENTS, 1))


def mouth(figure: Figure) -> dict[str, Sheet]:
    """``teeth_upper``, ``teeth_lower`` and ``tongue``."""
    return {
        "teeth_upper": from_group(figure, "upper-teeth"),
        "teeth_lower": from_group(figure, "lower-teeth"),
        "tongue": from_group(figure, "tongue"),
    }


def lashes(figure: Figure, rng: np.random.Generator) -> Sheet:
    """Single tapered lashes along the lid edges, rooted in the helper's strips."""
    rows: list[Array] = []
    for _, group in _SIDES:
        eye = figure.centre(f"{group}-eye")
        for quad in figure.quads[f"{group}-eyelashes"]:
            above = figure.points[quad, 2].mean() - eye[2]
            for _ in range(3 if above > -0.0015 else 1):
                rows.append(_lash(quad, figure, eye, rng, upper=above > -0.0015))
    return _from_rows(figure, np.concatenate(rows))


def _lash(
    quad: Array, figure: Figure, eye: Array, rng: np.random.Generator, *, upper: bool
) -> Array:
    """Three rows (3, 4, 2) of (vertex, share): two at the root, one at the tip."""
    order = np.argsort(np.linalg.norm(figure.points[quad] - eye, axis=1))
    root, tip = quad[order[:2]], quad[order[2:]]
    if np.dot(*(figure.points[pair[1]] - figure.points[pair[0]] for pair in (root, tip))) < 0:
        tip = tip[::-1]
    at, lean = rng.uniform(0, 1), rng.uniform(-0.25, 0.25)
    reach = rng.uniform(0.7, 1.0) if upper else rng.uniform(0.4, 0.7)
    width = 0.045
    corners = [(at - width, 0.0), (at + width, 0.0), (at + lean, reach)]
    return np.array([
        [
            (root[0], (1 - u) * (1 - v)), (root[1], u * (1 - v)),
            (tip[0], (1 - u) * v), (tip[1], u * v),
        ]
        for u, v in corners
    ])  # fmt: skip


def _from_rows(figure: Figure, rows: Array) -> Sheet:
    """Loose triangles whose corners are weighted means (3n, K, 2) of the figure's vertices."""
    count, per = rows.shape[:2]
    origin = sp.csr_matrix(
        (
            rows[..., 1].ravel(),
            (np.repeat(np.arange(count), per), rows[..., 0].ravel().astype(int)),
        ),
        shape=(count, len(figure.points)),
    )
    return Sheet(origin @ figure.points, np.arange(count).reshape(-1, 3), origin)


def brows(figure: Figure, recipe: Recipe, rng: np.random.Generator) -> Sheet:
    """Short tapered hairs that lie on the brow ridge and move with it."""
    skin = from_group(figure, "body")
    front = skin.points[skin.faces].mean(axis=1)
    eye = figure.head_of("eye.L")
    front_only = (front[:, 1] > eye[1] - 0.03) & (np.abs(front[:, 2] - eye[2] - 0.02) < 0.04)
    ridge = keep_faces(skin, front_only)
    ups = normals(ridge.points, ridge.faces)
    roots, lengths, leans = [], [], []
    scale = figure.face_scale()
    for sign in (-1.0, 1.0):
        count = int(210 * recipe.hair.brow)
        t = rng.beta(1.15, 1.25, count)
        arch = 0.0205 + 0.0065 * np.sin(np.minimum(t / 0.62, 1) * np.pi / 2)
        arch -= 0.0065 * np.maximum(t - 0.62, 0) / 0.38
        spread = 0.0027 * np.sqrt(recipe.hair.brow) * (1 - 0.65 * t)
        x = sign * (abs(eye[0]) + (0.043 * t - 0.019) * scale)
        z = eye[2] + (arch + rng.uniform(-1, 1, count) * spread) * scale
        roots.append(np.stack([x, np.full(count, eye[1] + 0.04), z], axis=1))
        lengths.append(rng.uniform(0.005, 0.0078, count) * (1 - 0.25 * t) * scale)
        leans.append(np.stack([sign * (0.35 + 0.75 * t), np.zeros(count), 0.85 - 1.25 * t], axis=1))
    places = np.concatenate(roots)
    for _ in range(3):  # seen from the front: the depth is the skin's own
        share, corners = attach(ridge, places)
        on = np.einsum("pk,pkj->pj", share, ridge.points[corners])
        places = np.stack([places[:, 0], on[:, 1], places[:, 2]], axis=1)
    return _hairs(
        ridge, ups, share, corners, np.concatenate(leans), np.concatenate(lengths), 0.00034, 0.0009
    )


def beard(figure: Figure, recipe: Recipe, rng: np.random.Generator, count: int) -> Sheet:
    """Tufts over jaw, chin and lip that move with the face: ``count`` on a full beard."""
    skin = from_group(figure, "body")
    eye = figure.head_of("eye.L")
    local = skin.points - [0, eye[1], eye[2]]
    grows = portrait.beard_share(np.abs(local[:, 0]), local[:, 1], local[:, 2])
    grows *= portrait.beard_cut(recipe.hair.beard_cut, np.abs(local[:, 0]), local[:, 2])
    bare = skin.carry(figure.masks["lips"] + figure.masks["inside-mouth"] + figure.masks["ears"])
    head = skin.carry(figure.influence(*complexion.HEAD)) > 0.3
    grows = np.where((bare < 0.3) & head, grows, 0.0)
    area = keep_faces(skin, (grows[skin.faces] > 0.4).all(axis=1))
    ups = normals(area.points, area.faces)
    corner = area.points[area.faces]
    size = np.linalg.norm(
        np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0]), axis=1
    )
    half = 0.043 / count**0.5
    count = max(300, round(count * min(1.0, float(size.sum()) / 2 / _BEARDED)))
    face = rng.choice(len(size), 5 * count, p=size / size.sum())
    share = rng.dirichlet([1.0, 1.0, 1.0], 5 * count)
    # strewn by chance alone they would leave holes
    places = np.einsum("pk,pkj->pj", share, area.points[area.faces[face]])
    chosen = combing.spread(places, count)
    share, corners = share[chosen], area.faces[face[chosen]]
    at = np.einsum("pk,pkj->pj", share, area.points[corners]) - [0, eye[1], eye[2]]
    side = np.sign(at[:, 0]) * np.clip(np.abs(at[:, 0]) / 0.05, 0, 1)
    lean = np.stack([0.25 * side, 0.35 + 0 * side, np.full(count, -1.0)], axis=1)
    lean += rng.normal(0, 0.3, lean.shape)
    lengths = recipe.hair.beard * rng.uniform(0.45, 0.95, count)
    return _hairs(area, ups, share, corners, lean, lengths, half, 0.004)


def _hairs(
    skin: Sheet, ups: Array, share: Array, corners: Array, leans: Array, lengths: Array,
    half: float, rise: float,
) -> Sheet:  # fmt: skip
    """Thin blades rooted in the skin, leaning along ``leans``, their middle ``rise`` above it."""
    on = np.einsum("pk,pkj->pj", share, skin.points[corners])
    up = np.einsum("pk,pkj->pj", share, ups[corners])
    up /= np.linalg.norm(up, axis=1, keepdims=True)
    along = leans - up * np.sum(leans * up, axis=1, keepdims=True)
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    side = np.cross(along, up) * half
    base = on + up * 0.0002
    tip = base + along * lengths[:, None] + up * rise
    middle = base + along * lengths[:, None] * 0.5 + up * rise
    points = np.stack([base - side, base + side, middle + side, middle - side, tip], axis=1)
    count = len(on)
    first = 5 * np.arange(count)[:, None]
    faces = np.concatenate([first + np.array(three) for three in ([0, 1, 2], [0, 2, 3], [3, 2, 4])])
    rows = np.repeat(np.arange(count * 5), 3)
    matrix = sp.csr_matrix(
        (np.repeat(share, 5, axis=0).ravel(), (rows, np.repeat(corners, 5, axis=0).ravel())),
        shape=(count * 5, len(skin.points)),
    )
    return Sheet(points.reshape(-1, 3), faces, (matrix @ skin.origin).tocsr())
