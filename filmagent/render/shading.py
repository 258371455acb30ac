"""Light on what is seen: the second step of the preview's picture, and panes over it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from filmagent.documents import StageWorld
from filmagent.render import gl
from filmagent.render.lighting import KEYS
from filmagent.render.live import LiveLamps
from filmagent.render.moment import Moment
from filmagent.render.shadows import ShadowView
from filmagent.render.surfacing import Surfaces
from filmagent.render.things import Stationary, stand

Array = NDArray[Any]

_KINDS = {"sun": 1, "area": 2, "spot": 3, "point": 4}
_LEVELS = (0.2, 0.4, 0.6, 0.8)
_SKY_LEVEL = 0.95
"""Depths by which ``classify.frag`` sorts pixels among the shaders of ``shade.frag``."""
_CELLS = 64
_CROWD, _BALLS = 8, 24
"""People, and balls on their feet and backs, whose nearness dims a set."""


class Shading:
    """Baked and live light, gloss, contact shade, sky and panes, into `linear`.

    While camera and focus stand still, the set's light without people is worked out once and
    copied; only what people cover, shade or dim is lit anew.
    """

    def __init__(
        self, size: tuple[int, int], world: StageWorld, stationary: Stationary, live: LiveLamps
    ) -> None:
        self._set, self._world, self._live = stationary, world, live
        self._classify_program = gl.Program("screen.vert", "classify.frag", {"CELLS": _CELLS})
        self._sky = gl.Program("screen.vert", "sky.frag")
        self._glass = gl.Program("thing.vert", "glass.frag")
        self._programs: list[gl.Program] = []
        self._known: dict[tuple[int, ...], list[gl.Program]] = {}
        depth = GL.GL_DEPTH_COMPONENT24
        self.linear, self._set_linear = (gl.Target(size, (GL.GL_RGBA16F,), depth) for _ in range(2))
        self._panes: gl.Target | None = None
        self._near_people = gl.Texture.field((KEYS * _CELLS, _CELLS))
        self._lens: tuple[float, float] | None = None

    def choose(self) -> None:
        """Take over the live lamps that were just chosen."""
        self._lens = None
        kinds = tuple(_KINDS[lamp.light.kind] for lamp in self._live.keys) + (0,) * KEYS
        self._programs = self._for(kinds[:KEYS])
        world = self._world
        for program in (*self._programs, self._sky, self._glass):
            program.use()
            program.set(
                sky_top=np.array(world.top) * world.strength,
                sky_horizon=np.array(world.horizon) * world.strength,
                sky_ground=np.array(world.ground) * world.strength,
            )
        for program in (*self._programs, self._classify_program):
            program.use()
            program.set(**self._live.uniforms())

    def _for(self, kinds: tuple[int, ...]) -> list[gl.Program]:
        if kinds not in self._known:
            names = {f"KIND_{k}": kind for k, kind in enumerate(kinds)}
            self._known[kinds] = [
                gl.Program("screen.vert", "shade.frag", {**names, "CLASS": number})
                for number in range(len(_LEVELS))
            ]
        return self._known[kinds]

    def light(self, surfaces: Surfaces, moment: Moment) -> None:
        """Light a frame into `linear`."""
        calm = surfaces.held and moment.calm
        if calm and moment.lens != self._lens:
            self._shade(surfaces.seen_set, self._set_linear, moment.empty())
        self._lens = moment.lens if calm else None
        if calm:
            gl.copy(self._set_linear, self.linear)
        self._shade(surfaces.seen, self.linear, moment, kept=calm)
        self._draw_panes(surfaces, moment)

    def _shade(
        self, seen: gl.Target, target: gl.Target, moment: Moment, kept: bool = False
    ) -> None:
        """Light what is seen; ``kept``: ``target`` has the light of the set without people."""
        inverse = np.linalg.inv(moment.clip)
        camera, lens = moment.camera, moment.lens
        paint, shape, around, _ = seen.colours
        assert seen.depth is not None
        self._classify(seen, target, inverse, moment, kept)
        GL.glDepthFunc(GL.GL_EQUAL)
        GL.glDepthMask(False)
        self._sky.use()
        self._sky.set(world_from_clip=inverse, eye=camera.position, level=_SKY_LEVEL, lens=lens)
        gl.draw_screen()
        maps = self._live.maps()
        balls = [person.spheres(moment.number) for person in moment.people]
        near = np.concatenate(balls)[:_BALLS] if balls else np.zeros((0, 4))
        for program, level in zip(self._programs, _LEVELS, strict=True):
            program.use()
            program.bind(paint=paint, shape=shape, around=around, depth=seen.depth, **maps)
            program.set(
                world_from_clip=inverse,
                eye=camera.position,
                level=level,
                lens=lens,
                ahead=-camera.world_from_camera[:, 2],
                spheres=np.vstack([near, np.zeros((_BALLS - len(near), 4))]),
            )
            program.set_ints(sphere_count=len(near))
            gl.draw_screen()
        GL.glDepthFunc(GL.GL_LESS)
        GL.glDepthMask(True)

    def _classify(
        self, seen: gl.Target, target: gl.Target, inverse: Array, moment: Moment, kept: bool
    ) -> None:
        """Sort pixels by the light they need, into the depth buffer of ``target``."""
        people, shadows = moment.people, self._live.shadows
        near = np.ones((_CELLS, KEYS * _CELLS), np.float32)
        points = np.concatenate([person.now[::5] for person in people]) if people else np.empty(0)
        for k, shadow in enumerate(shadows if people else []):
            near[:, k * _CELLS : (k + 1) * _CELLS] = _marked(shadow, points)
        crowd = np.zeros((_CROWD, 4))
        for row, person in zip(crowd, people, strict=False):
            low, high = person.box
            row[:3] = [*((low + high) / 2)[:2], low[2] + 1.2]
        self._near_people.put(near)
        target.use()
        GL.glDepthFunc(GL.GL_ALWAYS)
        program = self._classify_program
        program.use()
        depth, shape = seen.depth, seen.colours[1]
        assert depth is not None
        program.bind(depth=depth, shape=shape, near_people=self._near_people)
        program.set(world_from_clip=inverse, crowd=crowd, level=0.5)
        lamps = len(shadows) if people else 0
        program.set_ints(lamps=lamps, crowd_count=min(len(people), _CROWD), kept=int(kept))
        GL.glColorMask(False, False, False, False)
        gl.draw_screen()
        GL.glColorMask(True, True, True, True)

    def _draw_panes(self, surfaces: Surfaces, moment: Moment) -> None:
        panes = self._set.panes()
        if not panes:
            return
        if self._panes is None:
            self._panes = gl.Target(
                self.linear.size, share=(self.linear.colours, surfaces.seen.depth)
            )
        self._panes.use()
        GL.glEnable(GL.GL_BLEND)
        GL.glDepthMask(False)
        GL.glBlendFunc(GL.GL_ONE, GL.GL_ONE_MINUS_SRC_ALPHA)
        program = self._glass
        program.use()
        stand(program, moment.clip, moment.clip, 0)
        program.set(eye=moment.camera.position)
        for piece in panes:
            material = self._set.paints.material(piece.material)
            alpha = material.alpha if material.model != "glass" and material.alpha < 0.6 else 0.02
            program.set(base=material.base_colour, alpha=alpha)
            self._set.mesh.draw(piece.first, piece.count)
        GL.glDepthMask(True)
        GL.glDisable(GL.GL_BLEND)


def _marked(shadow: ShadowView, points: Array) -> Array:
    """Where people are in a lamp's view, and a blur's width around: (cells, cells) 0–1 depths."""
    from scipy.ndimage import minimum_filter

    seen = points @ shadow.moving[:, :3].T + shadow.moving[:, 3]
    place = seen[seen[:, 3] > 0]
    place = place[:, :3] / place[:, 3:] * 0.5 + 0.5
    index = np.clip((place[:, :2] * _CELLS).astype(int), 0, _CELLS - 1)
    found = np.ones((_CELLS, _CELLS), np.float32)
    np.minimum.at(found, (index[:, 1], index[:, 0]), place[:, 2] - 0.001)
    reach = 1 + int(np.ceil(shadow.moving_blur * _CELLS))
    return np.asarray(minimum_filter(found, 2 * reach + 1))
