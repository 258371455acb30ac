"""Framebuffers: drawn into, read, copied."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from OpenGL.raw.GL.VERSION.GL_1_0 import glReadPixels

from filmagent.errors import MissingDependency
from filmagent.render.gl.texture import Texture

Array = NDArray[Any]


class Target:
    """A framebuffer: colour textures and a depth texture of one size."""

    def __init__(
        self,
        size: tuple[int, int],
        forms: Sequence[int] = (),
        depth: int | None = None,
        *,
        samples: int = 1,
        compare: bool = False,
        smooth: bool = False,
        share: tuple[list[Texture], Texture | None] = ([], None),
    ) -> None:
        self.size = size
        self.id = GL.glGenFramebuffers(1)
        self.colours = list(share[0])
        self.colours += [
            Texture.surface(size, form, samples=samples, smooth=smooth) for form in forms
        ]
        self.depth = share[1]
        if depth is not None:
            self.depth = Texture.surface(size, depth, samples=samples, compare=compare)
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.id)
        for slot, texture in enumerate(self.colours):
            GL.glFramebufferTexture2D(
                GL.GL_FRAMEBUFFER, GL.GL_COLOR_ATTACHMENT0 + slot, texture.target, texture.id, 0
            )
        if self.depth is not None:
            GL.glFramebufferTexture2D(
                GL.GL_FRAMEBUFFER, GL.GL_DEPTH_ATTACHMENT, self.depth.target, self.depth.id, 0
            )
        slots = [GL.GL_COLOR_ATTACHMENT0 + slot for slot in range(len(self.colours))]
        GL.glDrawBuffers(max(len(slots), 1), slots or [GL.GL_NONE])
        if GL.glCheckFramebufferStatus(GL.GL_FRAMEBUFFER) != GL.GL_FRAMEBUFFER_COMPLETE:
            raise MissingDependency(
                "this OpenGL cannot draw off screen; update the graphics "
                "driver, or render with --quality final."
            )

    def use(self) -> None:
        """Draw into it."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.id)
        GL.glViewport(0, 0, *self.size)

    def clear(self, values: Sequence[Sequence[float]] = ()) -> None:
        """Clear depth and each colour attachment (to zeros unless given)."""
        self.use()
        for slot in range(len(self.colours)):
            value = values[slot] if slot < len(values) else (0, 0, 0, 0)
            GL.glClearBufferfv(GL.GL_COLOR, slot, np.array(value, np.float32))
        if self.depth is not None:
            GL.glClearBufferfv(GL.GL_DEPTH, 0, np.array([1.0], np.float32))

    def samples(self) -> list[tuple[float, float]]:
        """Where in a pixel its samples are, 0–1 from the lower left corner."""
        GL.glBindFramebuffer(GL.GL_FRAMEBUFFER, self.id)
        count = max(int(GL.glGetIntegerv(GL.GL_SAMPLES)), 1)
        places = np.empty((count, 2), np.float32)
        for number in range(count):
            GL.glGetMultisamplefv(GL.GL_SAMPLE_POSITION, number, places[number])
        return [(float(x), float(y)) for x, y in places]

    def read(self, slot: int, channels: int, dtype: type[np.generic]) -> Array:
        """Pixels of a colour attachment, (H, W, channels), row 0 on top."""
        out = np.empty((self.size[1], self.size[0], channels), dtype)
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self.id)
        GL.glReadBuffer(GL.GL_COLOR_ATTACHMENT0 + slot)
        layout = {1: GL.GL_RED, 2: GL.GL_RG, 3: GL.GL_RGB, 4: GL.GL_RGBA}[channels]
        glReadPixels(
            0,
            0,
            *self.size,
            layout,
            _TYPES[np.dtype(dtype).name],
            out.ctypes.data_as(ctypes.c_void_p),
        )
        return out[::-1]

    def read_depth(self) -> Array:
        """The depth attachment, (H, W) float32 in 0–1, row 0 on top."""
        out = np.empty((self.size[1], self.size[0]), np.float32)
        GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, self.id)
        glReadPixels(
            0,
            0,
            *self.size,
            GL.GL_DEPTH_COMPONENT,
            GL.GL_FLOAT,
            out.ctypes.data_as(ctypes.c_void_p),
        )
        return out[::-1]


_TYPES = {"uint8": GL.GL_UNSIGNED_BYTE, "float16": GL.GL_HALF_FLOAT, "float32": GL.GL_FLOAT}


def copy(source: Target, target: Target) -> None:
    """Copy all colour attachments and depth between targets of one shape, sample by sample."""
    GL.glBindFramebuffer(GL.GL_READ_FRAMEBUFFER, source.id)
    GL.glBindFramebuffer(GL.GL_DRAW_FRAMEBUFFER, target.id)
    box = (0, 0, *source.size)
    for slot in range(len(source.colours)):
        GL.glReadBuffer(GL.GL_COLOR_ATTACHMENT0 + slot)
        only = [GL.GL_NONE] * slot + [GL.GL_COLOR_ATTACHMENT0 + slot]
        GL.glDrawBuffers(len(only), only)
        mask = GL.GL_COLOR_BUFFER_BIT
        GL.glBlitFramebuffer(*box, *box, mask, GL.GL_NEAREST)
    if source.depth is not None:
        GL.glBlitFramebuffer(*box, *box, GL.GL_DEPTH_BUFFER_BIT, GL.GL_NEAREST)
    every = [GL.GL_COLOR_ATTACHMENT0 + slot for slot in range(len(source.colours))]
    GL.glDrawBuffers(max(len(every), 1), every or [GL.GL_NONE])
