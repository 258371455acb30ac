"""Bodies in motion: one welded mesh a person, skinned frame by frame with two matrix products.

The arithmetic is `filmagent.library.skin`'s (linear blend skinning after face shapes), arranged
for one frame at a time: all parts of a body are one vertex buffer, weights and face shapes are
sparse matrices over it, and normals are recomputed from the deformed surface, so that a smile
shades as a smile.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.library import skin
from filmagent.library.bake import ARKIT, Bake, Material, MeshPart
from filmagent.library.cast import Member

Array = NDArray[Any]


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
        self._gather, self._welded = _incidence(self.vertices, self.faces)
        self._unrest = np.linalg.inv(self.member.rest).astype(np.float64)

    def posed(self, world_from_bone: Array, face: Array | None) -> Array:
        """Vertices (V, 3) float32 in the world, for bones (J, 4, 4) and face weights (52,)."""
        rest = self.vertices
        if face is not None and self._shapes is not None and np.any(face):
            rest = rest + (self._shapes @ face.astype(np.float32)).reshape(-1, 3)
        motion = (world_from_bone @ self._unrest)[:, :3].astype(np.float32).reshape(-1, 12)
        blend = (self._weights @ motion).reshape(-1, 3, 4)
        moved: Array = np.einsum("vij,vj->vi", blend[:, :, :3], rest) + blend[:, :, 3]
        return moved

    def normals(self, vertices: Array) -> Array:
        """Unit normals (V, 3) of a posed body, smooth over seams of the unwrapping."""
        a, b, c = (vertices[self.faces[:, k]] for k in range(3))
        summed = self._gather @ np.cross(b - a, c - a)
        length = np.sqrt(np.einsum("vi,vi->v", summed, summed))
        unit = summed / np.maximum(length, 1e-12)[:, None]
        return np.asarray(unit[self._welded])

    @cached_property
    def openness(self) -> Array:
        """How much of the sky each vertex sees at rest past the body itself, (V,) 0–1.

        32 rays of 0.35 m a vertex; hollows (eye sockets, nostrils, under the chin, inside the
        collar) darken. Arms are spread at rest, so that the body does not shade itself there.
        """
        from filmagent.render.rays import Rays, cosine_directions

        normals = self.normals(self.vertices)
        rays = Rays(self.vertices, self.faces)
        origins = self.vertices + normals * 0.004
        directions = cosine_directions(normals, 32)
        blocked = rays.blocked(
            np.repeat(origins, 32, axis=0), directions.reshape(-1, 3), 0.35
        ).reshape(-1, 32)
        share = 1.0 - blocked.mean(1)
        welded = np.zeros(self._welded.max() + 1)
        np.maximum.at(welded, self._welded, share)
        return welded[self._welded].astype(np.float32)


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
        self._posed: dict[int, Array] = {}

    def row(self, frame: int) -> int:
        """The performance's row of a scene frame, held at both ends."""
        return int(np.clip(frame - self.first, 0, len(self._rotations) - 1))

    def visible(self, frame: int) -> bool:
        """Whether the actor is on the set."""
        return "visible" not in self._arrays or bool(self._arrays["visible"][self.row(frame)])

    def bones(self, frame: int) -> Array:
        """world_from_bone at a frame, (J, 4, 4)."""
        at = self.row(frame)
        pose = skin.pose(
            self.body.member,
            self._rotations[at : at + 1],
            self._arrays["root"][at : at + 1],
            self._arrays["root_rotation"][at : at + 1],
        )
        return np.asarray(pose[0])

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
        at = self.row(frame)
        if at not in self._posed:
            if len(self._posed) > 3:
                self._posed.pop(next(iter(self._posed)))
            self._posed[at] = self.body.posed(self.bones(frame), self.face(frame))
        return self._posed[at]


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


def _incidence(vertices: Array, faces: Array) -> tuple[sp.csr_matrix, Array]:
    """Faces around each welded point, and each vertex's welded point."""
    keys = np.round(vertices * 1e5).astype(np.int64)
    _, welded = np.unique(keys, axis=0, return_inverse=True)
    welded = welded.ravel()
    rows = welded[faces].ravel()
    columns = np.repeat(np.arange(len(faces)), 3)
    ones = np.ones(len(rows), np.float32)
    return sp.csr_matrix((ones, (rows, columns)), shape=(welded.max() + 1, len(faces))), welded
