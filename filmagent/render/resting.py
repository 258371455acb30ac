"""Which spot of paint every pixel shows: rest positions, normals and materials of a frame.

Drawn beside the picture where somebody asks, with the triangles that `render.surfacing` has just
drawn; a film alone never pays for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from filmagent.render import gl
from filmagent.render.moment import Moment
from filmagent.render.things import Stationary, stand

Array = NDArray[Any]


class Resting:
    """Rest position, normal and material of every pixel."""

    def __init__(self, size: tuple[int, int], stationary: Stationary) -> None:
        self._set = stationary
        self._program = gl.Program("rest.vert", "rest.frag")
        deep = GL.GL_DEPTH_COMPONENT32F
        self._target = gl.Target(size, (GL.GL_RGBA32F, GL.GL_RGBA16F), deep)

    def draw(self, moment: Moment) -> dict[str, Array]:
        """Draw a frame whose surfaces have been drawn.

        Returns
        -------
        dict
            ``rest`` (H, W, 3) float32 metres on the object, ``normal`` (H, W, 3) float16 in the
            world, ``materials`` (H, W) uint32; all zero for the sky.
        """
        program = self._program
        self._target.clear()
        program.use()
        program.set(eye=moment.camera.position)
        stand(program, moment.clip, moment.clip_after, 0)
        self._set.draw(program, moment.clip, {})
        for person in moment.in_view:
            stand(program, moment.clip, moment.clip_after, 1)
            person.paint(program)
        for thing in moment.props:
            stand(program, moment.clip, moment.clip_after, 2, thing.model, thing.model_after)
            for piece in thing.pieces:
                thing.paints.put(program, piece.material, {})
                thing.mesh.draw(piece.first, piece.count)
        gl.check()
        spot = self._target.read(0, 4, np.float32)
        return {
            "rest": np.ascontiguousarray(spot[..., :3]),
            "normal": np.ascontiguousarray(self._target.read(1, 4, np.float16)[..., :3]),
            "materials": spot[..., 3].astype(np.uint32),
        }
