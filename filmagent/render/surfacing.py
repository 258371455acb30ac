"""What every pixel shows, before any light that moves: the first step of the preview's picture."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from filmagent.render import gl
from filmagent.render.lighting import KEYS, Lighting
from filmagent.render.live import LiveLamps
from filmagent.render.moment import Moment
from filmagent.render.staged import FAR, NEAR
from filmagent.render.things import Stationary, stand

Array = NDArray[Any]

_HEIGHTS = 4


class Surfaces:
    """Base colour, normal, baked light, motion and object of every pixel; pieces of every sample.

    While the camera stands still, the set is drawn once and copied.

    Attributes
    ----------
    seen, seen_set
        What pixels show; and without people and props, where `held`.
    edges
        Which piece of surface each of a pixel's four samples sees.
    held
        Whether `seen_set` is what a still camera sees.
    """

    def __init__(
        self,
        size: tuple[int, int],
        stationary: Stationary,
        glow: dict[str, float],
        lighting: Lighting,
        live: LiveLamps,
    ) -> None:
        self._size, self._set, self._glow = size, stationary, glow
        self._lighting, self._live = lighting, live
        self._surface = gl.Program("thing.vert", "surface.frag")
        self._edge = gl.Program("thing.vert", "edge.frag")
        forms = (GL.GL_RGBA8, GL.GL_RGBA16, GL.GL_RGBA16F, GL.GL_RGBA16F)
        deep = GL.GL_DEPTH_COMPONENT32F
        self.seen, self.seen_set = (gl.Target(size, forms, deep) for _ in range(2))
        self.edges, self._set_edges = (
            gl.Target(size, (GL.GL_R16F,), deep, samples=4) for _ in range(2)
        )
        self._samples = self.edges.samples()
        self._clip: Array | None = None

    @property
    def held(self) -> bool:
        """Whether `seen_set` is what a still camera sees."""
        return self._clip is not None

    def forget(self) -> None:
        """Draw the set anew: its light has changed."""
        self._clip = None

    def draw(self, moment: Moment, edges: bool) -> None:
        """Draw a frame; ``edges`` are only of use for a picture."""
        held = self._clip is not None and np.array_equal(moment.clip, self._clip)
        passes = [(self._surface, self.seen, self.seen_set)]
        if edges:
            passes.append((self._edge, self.edges, self._set_edges))
        for program, target, kept in passes:
            surface = program is self._surface
            program.use()
            self._frame_uniforms(program, moment)
            stand(program, moment.clip, moment.clip_after, 0)
            if not held:
                (kept if moment.still else target).clear()
                program.set(object_id=1.0)
                self._set.draw(program, moment.clip, self._glow, plain=not surface)
            if moment.still:
                gl.copy(kept, target)
            target.use()
            self._draw_living(program, moment, surface)
        self._clip = moment.clip if moment.still and edges else None

    def facts(self) -> tuple[Array, Array]:
        """Objects (H, W) uint8, and motion in pixels (H, W, 2) float16."""
        found = self.seen.read(3, 4, np.float16)
        return found[..., 2].astype(np.uint8), np.ascontiguousarray(found[..., :2])

    def colour(self) -> Array:
        """The surfaces' own colour, linear, (H, W, 3) float16."""
        root = self.seen.read(0, 4, np.uint8)[..., :3].astype(np.float32) / 255
        return np.asarray(root * root, np.float16)

    def depth(self) -> Array:
        """Metres along the camera's axis, (H, W) float16."""
        made: Array = metres(self.seen.read_depth()).astype(np.float16)
        return made

    def _frame_uniforms(self, program: gl.Program, moment: Moment) -> None:
        keys = self._live.keys
        sun = [lamp.light.kind == "sun" for lamp in keys] + [False] * KEYS
        towards = [-p.forward if s else p.position for p, s in zip(keys, sun, strict=False)]
        towards += [np.zeros(3)] * (KEYS - len(towards))
        program.set(
            eye=moment.camera.position,
            size=self._size,
            key_scale=self._live.key_scale,
            towards_key=np.array(towards),
        )
        program.set_int_pair(key_is_sun=(int(sun[0]), int(sun[1])))

    def _draw_living(self, program: gl.Program, moment: Moment, surface: bool) -> None:
        clip, clip_after = moment.clip, moment.clip_after
        people = moment.in_view
        places = [person.motion.bones(moment.number)[0, :3, 3] for person in people]
        places += [np.asarray(thing.model)[:3, 3] for thing in moment.props]
        around = iter(self._surroundings(places) if surface else [])
        if surface:
            program.set(heights=self._heights())
            for person in people:
                person.look(clip, self._size, self._samples)
        for person in people:
            stand(program, clip, clip_after, 1)
            if not surface:
                person.outline()
                continue
            program.set(object_id=float(person.object_id), probes=next(around))
            person.paint(program)
        for thing in moment.props:
            stand(program, clip, clip_after, 2, thing.model, thing.model_after)
            if not surface:
                thing.mesh.draw()
                continue
            program.set(object_id=float(thing.object_id), probes=next(around))
            for piece in thing.pieces:
                thing.paints.put(program, piece.material, {})
                thing.mesh.draw(piece.first, piece.count)

    def _surroundings(self, places: list[Array]) -> list[Array]:
        """The light around each person and prop, at four heights over the floor: (36, 4) each."""
        if not places:
            return []
        low, step = self._heights()
        points = np.array([[x, y, low + step * k] for x, y, _ in places for k in range(_HEIGHTS)])
        around = self._lighting.around(points, self._live.lamps, self._live.chosen)
        found = np.zeros((len(places), _HEIGHTS * 9, 4))
        found[:, :, :3] = around.reshape(len(places), -1, 3)
        return list(found)

    def _heights(self) -> tuple[float, float]:
        """The lowest of the four heights, and the distance between them, metres."""
        step = self._lighting.step[2] * (self._lighting.counts[2] - 1) / (_HEIGHTS - 1)
        return float(self._lighting.origin[2]), float(step)


def metres(depth: Array) -> Array:
    """Depth-buffer values to metres along the camera's axis; inf where nothing was drawn."""
    ndc = depth * 2.0 - 1.0
    with np.errstate(divide="ignore"):
        found = 2.0 * FAR * NEAR / (FAR + NEAR - ndc * (FAR - NEAR))
    found[depth >= 1.0] = np.inf
    return found
