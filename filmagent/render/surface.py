"""A set as one mesh for light: corners made unique, large faces cut where light may change."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import Bake, Material, MeshPart

Array = NDArray[Any]


@dataclass
class Surface:
    """Triangles of a set, part after part.

    Attributes
    ----------
    vertices, normals, uvs, colours
        (V, 3), (V, 3), (V, 2), (V, 3) float32.
    faces
        (F, 3); ``part`` (F,) is the index in ``parts`` of each face.
    """

    vertices: Array
    normals: Array
    uvs: Array
    colours: Array
    faces: Array
    part: Array
    parts: list[MeshPart]
    materials: dict[str, Material] = field(default_factory=dict)
    texture_means: dict[str, Array] = field(default_factory=dict)
    """Mean base colour of each texture, linear."""

    @classmethod
    def of(cls, bake: Bake) -> Surface:
        """The preview's parts of a set or prop, one vertex a distinct corner."""
        parts = [p for p in bake.parts if p.use in ("both", "preview") and len(p.faces)]
        rows, faces, owner, start = [], [], [], 0
        for number, part in enumerate(parts):
            corners, index = _corners(part)
            rows.append(corners)
            faces.append(index + start)
            owner.append(np.full(len(index), number))
            start += len(corners)
        table = np.concatenate(rows) if rows else np.zeros((0, 11), np.float32)
        return cls(
            table[:, :3],
            table[:, 3:6],
            table[:, 6:8],
            table[:, 8:11],
            np.concatenate(faces) if faces else np.zeros((0, 3), np.int64),
            np.concatenate(owner) if owner else np.zeros(0, np.int64),
            parts,
            bake.materials,
            {m.texture: mean_colour(bake, m.texture) for m in bake.materials.values()},
        )

    def material(self, number: int) -> Material:
        """The material of a part, by its index."""
        return self.materials.get(self.parts[number].material, Material())

    def clear(self) -> Array:
        """Which faces light passes through, (F,) bool: panes and other see-through parts."""
        through = np.array([see_through(self.material(n)) for n in range(len(self.parts))], bool)
        return through[self.part] if len(self.parts) else np.zeros(0, bool)

    def longest(self, limit: Array) -> bool:
        """Split edges longer than ``limit`` (V,) metres at their ends; False when none is left."""
        a, b, length = self._edges()
        return self.split(length > np.minimum(limit[a], limit[b]))

    def steep(self, light: Array, least: float, where: Array) -> bool:
        """Split edges over which light (V,) changes much, down to ``least`` metres.

        Only edges with both ends ``where`` (V,) it is worth it.
        """
        a, b, length = self._edges()
        level = np.log2(light + 0.05 * light.mean() + 1e-9)
        change = np.abs(level[a] - level[b]) > 1.0
        return self.split(change & (length > least) & where[a] & where[b])

    def _edges(self) -> tuple[Array, Array, Array]:
        pairs = np.sort(self.faces[:, [[0, 1], [1, 2], [2, 0]]].reshape(-1, 2), axis=1)
        width = len(self.vertices)
        code, self._inverse = np.unique(pairs[:, 0] * width + pairs[:, 1], return_inverse=True)
        a, b = code // width, code % width
        self._ends = a, b
        return a, b, np.linalg.norm(self.vertices[a] - self.vertices[b], axis=1)

    def split(self, marked: Array) -> bool:
        """Cut every face along its marked edges (of the last `_edges`); neighbours agree."""
        if not marked.any():
            return False
        a, b = (end[marked] for end in self._ends)
        at = np.full(len(marked), -1)
        at[marked] = len(self.vertices) + np.arange(len(a))
        for name in ("vertices", "normals", "uvs", "colours"):
            old = getattr(self, name)
            middle = (old[a] + old[b]) / 2
            if name == "normals":
                middle /= np.maximum(np.linalg.norm(middle, axis=1, keepdims=True), 1e-9)
            setattr(self, name, np.concatenate([old, middle]).astype(np.float32))
        middles = at[self._inverse].reshape(-1, 3)
        self.faces, self.part = _cut(self.faces, middles, self.part)
        return True

    def area(self) -> Array:
        """Face areas, (F,) m²."""
        a, b, c = (self.vertices[self.faces[:, k]] for k in range(3))
        return np.asarray(0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1))


def see_through(material: Material) -> bool:
    """Whether light goes through: panes, and what is mostly transparent."""
    return material.model == "glass" or material.transmission > 0.5 or material.alpha < 0.6


def mean_colour(bake: Bake, name: str) -> Array:
    """The mean of a texture's base colour, linear Rec.709 (3,); white without one."""
    albedo = bake.textures.get(f"{name}/albedo") if name else None
    if albedo is None:
        return np.ones(3)
    share = albedo[::4, ::4].astype(np.float64) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear.reshape(-1, 3).mean(0))


def _corners(part: MeshPart) -> tuple[Array, Array]:
    """Distinct corners (C, 11): position, normal, uv, colour; and faces over them."""
    faces = part.faces.astype(np.int64)
    position = part.vertices[faces]
    flat = np.cross(position[:, 1] - position[:, 0], position[:, 2] - position[:, 0])
    if part.normals is not None:
        normal = part.normals[faces]
    elif part.smooth:
        summed = np.zeros_like(part.vertices, np.float64)
        for corner in range(3):
            np.add.at(summed, faces[:, corner], flat)
        normal = summed[faces]
    else:
        normal = np.repeat(flat[:, None], 3, axis=1)
    normal = normal / np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-12)
    uv = part.uvs[faces] if part.uvs is not None else np.zeros((*faces.shape, 2))
    colour = part.colours[faces] if part.colours is not None else np.ones((*faces.shape, 3))
    rows = np.concatenate([position, normal, uv, colour], -1).reshape(-1, 11).astype(np.float32)
    _, first, index = np.unique(
        np.round(rows * 2e4).astype(np.int64), axis=0, return_index=True, return_inverse=True
    )
    return rows[first], index.reshape(-1, 3)


_CASES: dict[int, list[tuple[int, int, int]]] = {
    # corners 0–2, middles of edges 01, 12, 20 are 3–5; the key's bits say which edges are cut
    0: [(0, 1, 2)],
    1: [(0, 3, 2), (3, 1, 2)],
    2: [(0, 1, 4), (0, 4, 2)],
    4: [(0, 1, 5), (5, 1, 2)],
    3: [(3, 1, 4), (0, 3, 4), (0, 4, 2)],
    6: [(4, 2, 5), (1, 4, 5), (1, 5, 0)],
    5: [(0, 3, 5), (3, 1, 2), (3, 2, 5)],
    7: [(0, 3, 5), (3, 1, 4), (5, 4, 2), (3, 4, 5)],
}


def _cut(faces: Array, middles: Array, part: Array) -> tuple[Array, Array]:
    case = (middles >= 0) @ np.array([1, 2, 4])
    six = np.concatenate([faces, middles], axis=1)
    cut, owners = [], []
    for key, pieces in _CASES.items():
        rows = six[case == key]
        for piece in pieces:
            cut.append(rows[:, piece])
            owners.append(part[case == key])
    made, owner = np.concatenate(cut), np.concatenate(owners)
    # parts stay contiguous runs of faces, so that each is one draw
    order = np.argsort(owner, kind="stable")
    return made[order], owner[order]
