"""Bodies in motion: one welded mesh a person, skinned frame by frame with two matrix products.

The arithmetic is `filmagent.library.skin`'s (linear blend skinning after face shapes), arranged
for one frame at a time: all parts of a body are one vertex buffer, weights and face shapes are
sparse matrices over it. Normals are those of the full mesh, carried by the bones; on skin they
follow the deformed surface too, so that a smile shades as a smile. Parts that follow one bone
(hair, eyes) are moved as a whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.library import skin
from filmagent.library.bake import ARKIT, Bake, Material, MeshPart
from filmagent.library.cast import Member

Array = NDArray[Any]
_HIDDEN = {"skin": 0.3, "teeth": 0.14, "tongue": 0.25}
"""The least openness of what moves to where it is seen."""
_RAYS = 16
"""Rays a vertex that measure how open it is."""


@dataclass
class Span:
    """A run of indices that is drawn with one material."""

    material: str
    kind: str
    first: int
    count: int


class Body:
    """A cast member's preview body, ready to pose.

    Attributes
    ----------
    vertices, faces, uvs, colours
        (V, 3), (F, 3), (V, 2), (V, 3): the parts one after the other.
    spans
        Which indices have which material.
    """

    def __init__(self, bake: Bake, path: Path) -> None:
        self.member = Member(bake.name, bake, path)
        parts = [p for p in bake.parts if p.use in ("both", "preview")]
        starts = np.cumsum([0, *(len(p.vertices) for p in parts)])
        self.vertices = np.concatenate([p.vertices for p in parts]).astype(np.float32)
        self.faces = np.concatenate(
            [p.faces + start for p, start in zip(parts, starts, strict=False)]
        ).astype(np.int64)
        self.uvs = np.concatenate([_or(p.uvs, len(p.vertices), 0.0, 2) for p in parts])
        self.colours = np.concatenate([_or(p.colours, len(p.vertices), 1.0, 3) for p in parts])
        self.spans: list[Span] = []
        index = 0
        for part in parts:
            self.spans.append(Span(part.material, part.kind, index, 3 * len(part.faces)))
            index += 3 * len(part.faces)
        self.materials: dict[str, Material] = bake.materials
        self._weights = _weights(parts, starts, len(bake.bones))
        self._shapes = _shapes(parts, starts, len(self.vertices))
        self._unrest = np.linalg.inv(self.member.rest).astype(np.float64)
        own = _smooth_normals(self.vertices, self.faces)
        self.rest_normals = np.concatenate([
            own[start : start + len(p.vertices)] if p.normals is None else p.normals
            for p, start in zip(parts, starts, strict=False)
        ]).astype(np.float32)  # fmt: skip
        rows = [slice(int(a), int(b)) for a, b in pairwise(starts)]
        whole = [_one_bone(part) for part in parts]
        self._rigid = [(row, bone) for row, bone in zip(rows, whole, strict=True) if bone >= 0]
        soft = [np.arange(row.start, row.stop) for row, bone in zip(rows, whole, strict=True)
                if bone < 0]  # fmt: skip
        self._soft = np.concatenate(soft)
        self._soft_weights = self._weights[self._soft]
        self._skins = [
            _Skin(row, part.faces.astype(np.int64), own[row])
            for row, part in zip(rows, parts, strict=True)
            if part.kind == "skin"
        ]

    def posed(self, world_from_bone: Array, face: Array | None) -> tuple[Array, Array]:
        """A pose of the body.

        Parameters
        ----------
        world_from_bone
            (J, 4, 4).
        face
            (52,) weights of the face shapes.

        Returns
        -------
        (vertices, normals)
            (V, 3) float32 each, in the world; normals are of unit length.
        """
        rest = self.vertices
        shaped = face is not None and self._shapes is not None and bool(np.any(face))
        if face is not None and self._shapes is not None and shaped:
            rest = rest + (self._shapes @ face.astype(np.float32)).reshape(-1, 3)
        motion = (world_from_bone @ self._unrest)[:, :3].astype(np.float32)
        blend = (self._soft_weights @ motion.reshape(-1, 12)).reshape(-1, 3, 4)
        turn = blend[:, :, :3]
        moved, normals = np.empty_like(rest), np.empty_like(rest)
        moved[self._soft] = np.einsum("vij,vj->vi", turn, rest[self._soft]) + blend[:, :, 3]
        normals[self._soft] = np.einsum("vij,vj->vi", turn, self.rest_normals[self._soft])
        for rows, bone in self._rigid:
            moved[rows] = rest[rows] @ motion[bone, :, :3].T + motion[bone, :, 3]
            normals[rows] = self.rest_normals[rows] @ motion[bone, :, :3].T
        if shaped:
            for skin_part in self._skins:
                # what the expression adds to the surface's own slope, on top of the full mesh's
                rows = skin_part.rows
                change = _smooth_normals(rest[rows], skin_part.faces) - skin_part.own
                at = np.searchsorted(self._soft, rows.start)
                span = slice(at, at + rows.stop - rows.start)
                normals[rows] += np.einsum("vij,vj->vi", turn[span], change)
        normals /= np.maximum(np.sqrt(np.einsum("vi,vi->v", normals, normals)), 1e-9)[:, None]
        return moved, normals

    @cached_property
    def openness(self) -> Array:
        """How much of the sky each vertex sees at rest past the body itself, (V,) 0–1.

        16 rays of 0.35 m a vertex; hollows (eye sockets, nostrils, under the chin, inside the
        collar) darken. Arms are spread at rest, so that the body does not shade itself there.
        Cloth counts its freer side: the fold of a collar shows the cloth's back. Eyes are shaded
        by their lids: most under the upper one, a little towards the lower.
        """
        share = self._free(self.rest_normals)
        back = np.zeros(len(share), bool)
        for span in self.spans:
            rows = self._rows(span)
            if span.kind == "cloth" and self.materials[span.material].two_sided:
                back[rows] = share[rows] < 0.5
            elif span.kind == "hair":
                # hair scatters: a lock under others is dim, not black
                share[rows] = 0.4 + 0.6 * share[rows]
            elif span.kind in _HIDDEN:
                # lips and gums are shut at rest and come to light in speech
                share[rows] = np.maximum(share[rows], _HIDDEN[span.kind])
        if back.any():
            share[back] = np.maximum(share[back], self._free(-self.rest_normals, back))
        for span in self.spans:
            if span.kind == "eye":
                rows = self._rows(span)
                share[rows] = _lid_shade(self.vertices[rows])
        welded = np.zeros(self._welded.max() + 1)
        np.maximum.at(welded, self._welded, share)
        return welded[self._welded].astype(np.float32)

    def _rows(self, span: Span) -> Array:
        """The vertices of a span."""
        rows: Array = np.unique(self.faces.ravel()[span.first : span.first + span.count])
        return rows

    def _free(self, normals: Array, which: Array | None = None) -> Array:
        """How much of the hemisphere over each (chosen) vertex is free, 0–1."""
        from filmagent.render.rays import Rays, cosine_directions

        chosen = np.ones(len(normals), bool) if which is None else which
        rays = Rays(self.vertices, self.faces)
        origins = self.vertices[chosen] + normals[chosen] * 0.004
        directions = cosine_directions(normals[chosen], _RAYS)
        blocked = rays.blocked(
            np.repeat(origins, _RAYS, axis=0), directions.reshape(-1, 3), 0.35
        ).reshape(-1, _RAYS)
        made: Array = 1.0 - blocked.mean(1)
        return made

    @cached_property
    def _welded(self) -> Array:
        """Each vertex's point: vertices at one place share it."""
        keys = np.round(self.vertices * 1e5).astype(np.int64)
        return np.asarray(np.unique(keys, axis=0, return_inverse=True)[1].ravel())


class Motion:
    """One actor's performance, posed by scene frame; the last poses are remembered."""

    def __init__(self, body: Body, performance: dict[str, Array]) -> None:
        self.body = body
        self.first = int(performance["first_frame"])
        self._arrays = performance
        names = [str(name) for name in performance["bone_names"]]
        if names != body.member.bones:
            order = {name: at for at, name in enumerate(names)}
            known = [name in order for name in body.member.bones]
            at = np.array([order.get(name, 0) for name in body.member.bones])
            rotations = performance["rotations"][:, at].copy()
            rotations[:, ~np.array(known)] = (1.0, 0.0, 0.0, 0.0)
        else:
            rotations = performance["rotations"]
        self._rotations = rotations
        self._posed: dict[int, tuple[Array, Array]] = {}
        self._bones: dict[int, Array] = {}

    def row(self, frame: int) -> int:
        """The performance's row of a scene frame, held at both ends."""
        return int(np.clip(frame - self.first, 0, len(self._rotations) - 1))

    def visible(self, frame: int) -> bool:
        """Whether the actor is on the set."""
        return "visible" not in self._arrays or bool(self._arrays["visible"][self.row(frame)])

    def bones(self, frame: int) -> Array:
        """world_from_bone at a frame, (J, 4, 4)."""
        at = self.row(frame)
        if at not in self._bones:
            if len(self._bones) > 3:
                self._bones.pop(next(iter(self._bones)))
            self._bones[at] = skin.pose(
                self.body.member,
                self._rotations[at : at + 1],
                self._arrays["root"][at : at + 1],
                self._arrays["root_rotation"][at : at + 1],
            )[0]
        return self._bones[at]

    def face(self, frame: int) -> Array | None:
        """ARKit weights at a frame in the order of `ARKIT`."""
        if "face" not in self._arrays:
            return None
        row = np.asarray(self._arrays["face"][self.row(frame)])
        if "face_names" in self._arrays:
            names = [str(name) for name in self._arrays["face_names"]]
            if tuple(names) != ARKIT:
                values = dict(zip(names, row, strict=True))
                return np.array([values.get(name, 0.0) for name in ARKIT], np.float32)
        return row

    def vertices(self, frame: int) -> Array:
        """Posed vertices (V, 3) at a frame."""
        return self.posed(frame)[0]

    def posed(self, frame: int) -> tuple[Array, Array]:
        """Posed vertices and normals, (V, 3) each, at a frame."""
        at = self.row(frame)
        if at not in self._posed:
            if len(self._posed) > 3:
                self._posed.pop(next(iter(self._posed)))
            self._posed[at] = self.body.posed(self.bones(frame), self.face(frame))
        return self._posed[at]


@dataclass
class _Skin:
    """A part whose slope follows the face shapes."""

    rows: slice
    faces: Array
    own: Array
    """(n, 3) its own normals at rest."""


def _one_bone(part: MeshPart) -> int:
    """The bone that a part follows as a whole; −1 where it bends."""
    if part.bone_ids is None or part.bone_weights is None or part.shape_index is not None:
        return -1
    first = int(part.bone_ids[0, 0])
    rigid = (part.bone_weights[:, 0] > 0.999).all() and (part.bone_ids[:, 0] == first).all()
    return first if rigid else -1


def _lid_shade(points: Array) -> Array:
    """(n,) 0–1: the light that lids leave an eyeball's points at rest."""
    middle = (points[:, 2].max() + points[:, 2].min()) / 2
    rise = (points[:, 2] - middle) / max(float(np.ptp(points[:, 2])) / 2, 1e-6)
    made: Array = np.interp(rise, [-0.5, -0.3, 0.0, 0.2, 0.42], [0.25, 0.4, 0.45, 0.34, 0.08])
    return made


def _or(array: Array | None, count: int, value: float, width: int) -> Array:
    if array is None:
        return np.full((count, width), value, np.float32)
    return array.astype(np.float32)


def _weights(parts: list[MeshPart], starts: Array, bones: int) -> sp.csr_matrix:
    rows, columns, values = [], [], []
    for part, start in zip(parts, starts, strict=False):
        if part.bone_ids is None or part.bone_weights is None:
            continue
        count, per = part.bone_ids.shape
        rows.append(np.repeat(np.arange(count) + start, per))
        columns.append(part.bone_ids.ravel())
        values.append(part.bone_weights.ravel())
    matrix = sp.csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(int(starts[-1]), bones),
        dtype=np.float32,
    )
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    return matrix


def _shapes(parts: list[MeshPart], starts: Array, count: int) -> sp.csr_matrix | None:
    rows, columns, values = [], [], []
    for part, start in zip(parts, starts, strict=False):
        if part.shape_vertices is None or part.shape_index is None or part.shape_deltas is None:
            continue
        shape = np.repeat(np.arange(len(part.shape_index) - 1), np.diff(part.shape_index))
        for axis in range(3):
            rows.append(3 * (part.shape_vertices.astype(np.int64) + start) + axis)
            columns.append(shape)
            values.append(part.shape_deltas[:, axis].astype(np.float32))
    if not rows:
        return None
    return sp.csr_matrix(
        (np.concatenate(values), (np.concatenate(rows), np.concatenate(columns))),
        shape=(3 * count, len(ARKIT)),
    )


def _smooth_normals(vertices: Array, faces: Array) -> Array:
    """Unit normals (V, 3) of a surface, weighted by area."""
    a, b, c = (vertices[faces[:, k]] for k in range(3))
    cross = np.cross(b - a, c - a)
    corner = faces.ravel()
    summed = np.stack([
        np.bincount(corner, np.repeat(cross[:, axis], 3), len(vertices)) for axis in range(3)
    ], axis=1)  # fmt: skip
    length = np.sqrt(np.einsum("vi,vi->v", summed, summed))
    made: Array = (summed / np.maximum(length, 1e-12)[:, None]).astype(np.float32)
    return made
