"""A body in front of the preview's camera: drawn with materials, as an outline, as a shadow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import Bake
from filmagent.render import gl
from filmagent.render.paints import Paints
from filmagent.render.people import Body, Motion, Span
from filmagent.render.solid import runs
from filmagent.render.visible import CENTRE, Outlines

Array = NDArray[Any]


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
            rest=body.vertices,
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
