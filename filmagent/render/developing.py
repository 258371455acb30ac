"""From light to a picture: focus, the film's view transform, edges."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from filmagent.documents import SceneStage
from filmagent.render import gl, view
from filmagent.render.surfacing import Surfaces

Array = NDArray[Any]

_EDGE_LEVEL = 0.4
"""Depth by which ``develop.frag`` picks the pixels that ``smooth.frag`` mends."""
_WIDEST = 24.0
"""Pixels: the largest radius of blur, at a picture width of 640."""


class Development:
    """The last steps of the preview's picture, for one film stock: view transform and exposure."""

    def __init__(self, size: tuple[int, int], doc: SceneStage) -> None:
        self._size, self._gain = size, 2.0**doc.exposure
        self._halve = gl.Program("screen.vert", "halve.frag")
        self._gather = gl.Program("screen.vert", "lens.frag")
        self._fill = gl.Program("screen.vert", "fill.frag")
        self._develop = gl.Program("screen.vert", "develop.frag")
        self._smooth = gl.Program("screen.vert", "smooth.frag")
        self._film = gl.Texture.cube(view.table(doc.view_transform, doc.look))
        half = (size[0] + 1) // 2, (size[1] + 1) // 2
        self._halved = gl.Target(half, (GL.GL_RGBA16F,))
        self._gathered = gl.Target(half, (GL.GL_RGBA16F,))
        self._blurred = gl.Target(half, (GL.GL_RGBA16F,), smooth=True)
        forms = (GL.GL_RGBA8, GL.GL_RGBA8)
        self._developed = gl.Target(size, forms, GL.GL_DEPTH_COMPONENT24)
        shared = (self._developed.colours[1:], self._developed.depth)
        self._final = gl.Target(size, share=shared)

    def picture(self, linear: gl.Target, surfaces: Surfaces, lens: tuple[float, float]) -> Array:
        """Display values of scene-linear light, (H, W, 3) uint8."""
        soft = self._blur(linear, lens)
        facts, pieces = surfaces.seen.colours[3], surfaces.edges.colours[0]
        GL.glDepthFunc(GL.GL_ALWAYS)
        self._developed.use()
        program = self._develop
        program.use()
        program.bind(
            scene=linear.colours[0],
            film=self._film,
            blurred=self._blurred.colours[0],
            facts=facts,
            pieces=pieces,
        )
        program.set_ints(lens=int(soft))
        program.set(gain=self._gain, stops=view.STOPS, points=float(view.POINTS))
        gl.draw_screen()
        self._final.use()
        GL.glDepthFunc(GL.GL_EQUAL)
        self._smooth.use()
        self._smooth.bind(developed=self._developed.colours[0], facts=facts, pieces=pieces)
        self._smooth.set(level=_EDGE_LEVEL)
        gl.draw_screen()
        GL.glDepthFunc(GL.GL_LESS)
        return self._final.read(0, 3, np.uint8)

    def _blur(self, linear: gl.Target, lens: tuple[float, float]) -> bool:
        """What is out of focus, into `_blurred`; False where nothing can be."""
        if abs(lens[0]) * max(lens[1], 1.0) < 1.0:
            return False
        self._halved.use()
        self._halve.use()
        self._halve.bind(scene=linear.colours[0])
        gl.draw_screen()
        self._gathered.use()
        self._gather.use()
        self._gather.bind(half_light=self._halved.colours[0])
        self._gather.set(widest=_WIDEST * self._size[0] / 640 / 2)
        gl.draw_screen()
        self._blurred.use()
        self._fill.use()
        self._fill.bind(half_light=self._halved.colours[0], blurred=self._gathered.colours[0])
        gl.draw_screen()
        return True
