"""What stands in front of the preview's camera: the set and props as drawable meshes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import Bake
from filmagent.render import gl
from filmagent.render.lamps import Lamp
from filmagent.render.lighting import Lighting
from filmagent.render.paints import Paints
from filmagent.render.solid import closed
from filmagent.render.surface import Surface, see_through

Array = NDArray[Any]

_IDENTITY = np.eye(4, dtype=np.float32)


def stand(
    program: gl.Program,
    clip: Array,
    clip_after: Array,
    living: int,
    model: Array = _IDENTITY,
    model_after: Array = _IDENTITY,
) -> None:
    """Tell a program with ``thing.vert`` what it draws, where it is now and at the next frame."""
    program.set(clip=clip, clip_after=clip_after, model=model, model_after=model_after)
    program.set_ints(living=living)


@dataclass
class Piece:
    """Indices with one material, and the box they are in."""

    material: str
    first: int
    count: int
    box: tuple[Array, Array]
    pane: bool
    solid: bool
    """Closed: only its front is ever seen."""


class Stationary:
    """The set, with its light."""

    living = 0

    def __init__(self, bake: Bake, lighting: Lighting) -> None:
        surface = lighting.surface
        self.paints = Paints(bake, living=False)
        solid = closed(surface.parts)
        order = _by_material(surface, solid)
        self.pieces = _pieces(surface, order, solid)
        self._lighting = lighting
        self._numbers = surface_numbers(surface)
        blank = np.zeros((len(surface.vertices), 3), np.float32)
        self.mesh = gl.Mesh(
            surface.faces[order],
            position=surface.vertices,
            normal=surface.normals,
            uv=surface.uvs,
            colour=surface.colours,
            light=blank,
            keys=blank,
        )
        self.box = surface.vertices.min(0), surface.vertices.max(0)
        # edges and shadows need the shapes alone, before light cut them finer
        plain = Surface.of(bake)
        rows = _by_material(plain, solid)
        self.outline_pieces = _pieces(plain, rows, solid)
        numbers = np.zeros((len(plain.vertices), 3), np.float32)
        numbers[:, 2] = surface_numbers(plain)
        self.outline = gl.Mesh(
            plain.faces[rows], position=plain.vertices, normal=plain.normals, keys=numbers
        )

    def relight(self, lamps: list[Lamp], keys: list[int]) -> Array:
        """Take the ``keys`` out of the baked light; returns their greatest irradiances (KEYS,)."""
        table = np.zeros((len(self._numbers), 3), np.float32)
        table[:, 2] = self._numbers
        table[:, : len(keys)] = self._lighting.direct[:, keys]
        self.mesh.update(light=self._lighting.ambient(lamps, keys), keys=table)
        return np.asarray(np.maximum(table[:, :2].max(0), 1e-6))

    def seen(self, clip: Array, plain: bool = False) -> list[Piece]:
        """The opaque pieces that may be in view, neighbours of one material joined.

        ``plain`` asks for those of `outline`.
        """
        found: list[Piece] = []
        pieces = self.outline_pieces if plain else self.pieces
        low, high = np.array([p.box[0] for p in pieces]), np.array([p.box[1] for p in pieces])
        shown = boxes_in_view(low, high, clip)
        for piece in (pieces[k] for k in np.flatnonzero(shown)):
            if piece.pane:
                continue
            last = found[-1] if found else None
            alike = last and (last.material, last.solid) == (piece.material, piece.solid)
            if last and alike and last.first + last.count == piece.first:
                joined = last.count + piece.count
                found[-1] = Piece(last.material, last.first, joined, last.box, False, last.solid)
            else:
                found.append(piece)
        return found

    def draw(
        self, program: gl.Program, clip: Array, glow: dict[str, float], plain: bool = False
    ) -> None:
        """Draw what may be in view, with its materials; ``plain`` draws `outline`, without."""
        last = ""
        pieces = self.seen(clip, plain)
        # fronts first: most of the far sides of what is open is hidden by then
        for back, some in ((False, pieces), (True, [p for p in pieces if not p.solid])):
            gl.show(front=not back, back=back)
            for piece in some:
                if not plain and piece.material != last:
                    self.paints.put(program, piece.material, glow)
                    last = piece.material
                (self.outline if plain else self.mesh).draw(piece.first, piece.count)
        gl.show()

    def panes(self) -> list[Piece]:
        """Pieces that light goes through."""
        return [piece for piece in self.pieces if piece.pane]


class Thing:
    """A prop."""

    living = 2

    def __init__(self, bake: Bake, object_id: int) -> None:
        self.object_id = object_id
        surface = Surface.of(bake)
        self.paints = Paints(bake, living=True)
        solid = closed(surface.parts)
        order = _by_material(surface, solid)
        self.pieces = _pieces(surface, order, solid)
        count = len(surface.vertices)
        keys = np.zeros((count, 3), np.float32)
        keys[:, 2] = surface_numbers(surface) + 11 * object_id
        self.mesh = gl.Mesh(
            surface.faces[order],
            position=surface.vertices,
            normal=surface.normals,
            uv=surface.uvs,
            colour=surface.colours,
            light=np.ones((count, 3)),
            keys=keys,
        )
        self.model = self.model_after = _IDENTITY


def surface_numbers(surface: Surface) -> Array:
    """Each vertex's part, by which edges are found, (V,)."""
    numbers = np.zeros(len(surface.vertices), np.float32)
    numbers[surface.faces.ravel()] = np.repeat(surface.part, 3) % 75
    return numbers


_CELL = 3.0
"""Metres: pieces of a set are cut into cubes of this size, so that what is out of view is left."""


def _by_material(surface: Surface, solid: Array) -> Array:
    """An order of faces by material, then closed shapes last, then by place, then by part."""
    names = [part.material for part in surface.parts]
    rank = {name: place for place, name in enumerate(sorted(set(names)))}
    per_part = np.array([rank[name] for name in names], int)
    shut = solid[surface.part]
    return np.asarray(np.lexsort((surface.part, _cells(surface), shut, per_part[surface.part])))


def _cells(surface: Surface) -> Array:
    """The cube each face is in, as a number, (F,)."""
    middle = surface.vertices[surface.faces].mean(1)
    index = np.floor((middle - surface.vertices.min(0)) / _CELL).astype(np.int64)
    return np.asarray((index[:, 0] * 4096 + index[:, 1]) * 4096 + index[:, 2])


def _pieces(surface: Surface, order: Array, solid: Array) -> list[Piece]:
    names = {part.material for part in surface.parts}
    rank = {name: place for place, name in enumerate(sorted(names))}
    owner = surface.part[order]
    material = np.array([rank[part.material] for part in surface.parts])[owner]
    through = np.array([see_through(surface.material(n)) for n in range(len(surface.parts))])
    code = np.stack([material, through[owner], solid[owner], _cells(surface)[order]])
    starts = np.flatnonzero(np.any(np.diff(code, axis=1, prepend=-1) != 0, axis=0))
    ends = np.append(starts[1:], len(owner))
    corners = surface.vertices[surface.faces[order]]
    low = np.minimum.reduceat(corners.min(1), starts, axis=0)
    high = np.maximum.reduceat(corners.max(1), starts, axis=0)
    return [
        Piece(
            surface.parts[owner[start]].material,
            3 * int(start),
            3 * int(end - start),
            (low[k], high[k]),
            bool(through[owner[start]]),
            bool(solid[owner[start]]),
        )
        for k, (start, end) in enumerate(zip(starts, ends, strict=True))
    ]


def boxes_in_view(low: Array, high: Array, clip: Array) -> Array:
    """Which boxes, corners (N, 3), may reach into the picture of a clip_from_world, (N,) bool."""
    ends = np.stack([low, high])
    corners = np.stack(
        [
            np.stack([ends[i, :, 0], ends[j, :, 1], ends[k, :, 2], np.ones(len(low))], -1)
            for i in (0, 1)
            for j in (0, 1)
            for k in (0, 1)
        ]
    )
    x, y, _, w = np.moveaxis(corners @ clip.T, -1, 0)
    out = [x > w, x < -w, y > w, y < -w, w < 0]
    return np.asarray(~np.any([side.all(0) for side in out], axis=0))
