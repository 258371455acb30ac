"""What stands in front of the preview's camera: the set, bodies and props as drawable meshes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import Bake
from filmagent.render import gl
from filmagent.render.lamps import Lamp
from filmagent.render.paints import Paints
from filmagent.render.people import Body, Motion, Span
from filmagent.render.radiosity import Lighting
from filmagent.render.solid import closed, runs
from filmagent.render.surface import Surface, see_through
from filmagent.render.visible import CENTRE, Outlines

Array = NDArray[Any]

_IDENTITY = np.eye(4, dtype=np.float32)


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

    def panes(self) -> list[Piece]:
        """Pieces that light goes through."""
        return [piece for piece in self.pieces if piece.pane]


class Person:
    """An actor's body in motion."""

    living = 1

    def __init__(self, body: Body, bake: Bake, motion: Motion, object_id: int) -> None:
        self.body, self.motion, self.object_id = body, motion, object_id
        self.paints = Paints(bake, living=True)
        count = len(body.vertices)
        # light that bounces between skin and skin fills hollows again: J. Jimenez et al.,
        # "Practical Real-Time Strategies for Accurate Indirect Occlusion", 2016, section 4.2
        filled = body.openness / (1.0 - 0.55 * (1.0 - body.openness))
        light = np.repeat(filled[:, None], 3, axis=1)
        numbers = np.zeros((count, 3), np.float32)
        for number, span in enumerate(body.spans):
            rows = np.unique(body.faces.ravel()[span.first : span.first + span.count])
            numbers[rows, 2] = 7 * object_id + number
        self.mesh = gl.Mesh(
            body.faces,
            position=body.vertices,
            normal=body.rest_normals,
            uv=body.uvs,
            colour=body.colours,
            light=light,
            keys=numbers,
            after=body.vertices,
        )
        self.now = body.vertices
        self.box = self.now.min(0), self.now.max(0)
        self.thin = {name: paint.two_sided for name, paint in body.materials.items()}
        self._shape = runs(body.spans, self.thin, shadow=False)
        self._shadow = runs(body.spans, self.thin, shadow=True)
        self._shown: int | None = None
        self._index = body.faces.astype(np.uint32)
        self._surface = _Picked(self.mesh, self._index, body.spans)
        self._edge = _Picked(self.mesh, self._index, body.spans)

    def pose(self, frame: int) -> None:
        """Move the vertices to a frame (and to the next, for motion vectors)."""
        if frame == self._shown:
            return
        self.now, normals = self.motion.posed(frame)
        self.box = self.now.min(0), self.now.max(0)
        after = self.motion.vertices(frame + 1)
        self.mesh.update(position=self.now, normal=normals, after=after)
        self._shown = frame

    def look(self, clip: Array, size: tuple[int, int], samples: list[tuple[float, float]]) -> None:
        """Find what a picture of a clip_from_world shows, for `paint` and `outline`.

        ``samples`` are the places within a pixel that `outline` is drawn with.
        """
        outlines = Outlines(self.now, self._index, clip, size)
        self._surface.pick(outlines.reach(CENTRE))
        self._edge.pick(outlines.reach(samples))

    def shadow(self) -> None:
        """Draw the shape alone, for lamps; what throws no shadow is left out."""
        for both, run in self._shadow:
            gl.show(back=both)
            self.mesh.draw(run.first, run.count)
        gl.show()

    def outline(self) -> None:
        """Draw the shape alone, for the picture that `look` was told of."""
        for both, run in self._shape:
            gl.show(back=both)
            self._edge.draw(run)
        gl.show()

    def paint(self, program: gl.Program) -> None:
        """Draw with materials: outer things first, then what is seen from behind of thin ones."""
        shown = [span for span in reversed(self.body.spans) if self._surface.has(span)]
        for span in shown:
            gl.show(back=False)
            self.paints.put(program, span.material, {})
            self._surface.draw(span)
            if self.thin.get(span.material, False) and span.kind in _SMALL:
                gl.show(front=False)
                self._surface.draw(span)
        gl.show(front=False)
        # most of it is hidden by now, and costs little where it is
        for span in shown:
            if self.thin.get(span.material, False) and span.kind not in _SMALL:
                self.paints.put(program, span.material, {})
                self._surface.draw(span)
        gl.show()

    def spheres(self, frame: int) -> Array:
        """Balls that keep the room's light from floor and seats, (n, 4): centre and radius."""
        bones = self.motion.bones(frame)
        names = self.body.member.bones
        found = []
        for name, radius, along in _BALLS:
            if name in names:
                at = bones[names.index(name)]
                length = float(self.body.member.lengths[names.index(name)])
                found.append([*(at[:3, 3] + at[:3, 1] * along * length), radius])
        return np.array(found).reshape(-1, 4)


class _Picked:
    """Some of a body's triangles, still in spans."""

    def __init__(self, mesh: gl.Mesh, faces: Array, spans: Sequence[Span]) -> None:
        self._mesh, self._faces = mesh.view(), faces
        self._bounds = np.array([*(span.first for span in spans), faces.size])
        self._at = dict.fromkeys(self._bounds.tolist(), 0)

    def pick(self, kept: Array) -> None:
        """Choose by (F,) bool."""
        chosen = np.flatnonzero(kept)
        places = 3 * np.searchsorted(chosen, self._bounds // 3)
        self._at = dict(zip(self._bounds.tolist(), places.tolist(), strict=True))
        self._mesh.pick(self._faces[chosen])

    def has(self, span: Span) -> bool:
        """Whether anything of a span is chosen."""
        return self._at[span.first + span.count] > self._at[span.first]

    def draw(self, span: Span) -> None:
        """Draw what is chosen of a span, or of a run of them."""
        first = self._at[span.first]
        if self.has(span):
            self._mesh.draw(first, self._at[span.first + span.count] - first)


_BALLS = (
    ("foot.L", 0.055, 0.35),
    ("foot.L", 0.05, 1.1),
    ("foot.R", 0.055, 0.35),
    ("foot.R", 0.05, 1.1),
    ("lowerleg01.L", 0.07, 0.8),
    ("lowerleg01.R", 0.07, 0.8),
    ("spine05", 0.15, 0.3),
    ("spine02", 0.15, 0.5),
)
"""Bone, radius in metres, place along the bone (0 head, 1 tail)."""


_SMALL = {"brow", "lash"}


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
