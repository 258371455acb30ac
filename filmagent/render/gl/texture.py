"""Textures: images, tables, surfaces to draw into."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

Array = NDArray[Any]


class Texture:
    """A texture of any target; `id` and `target` are OpenGL's."""

    _size: tuple[int, int]

    def __init__(self, target: int) -> None:
        self.target = target
        self.id = GL.glGenTextures(1)
        GL.glActiveTexture(GL.GL_TEXTURE0 + 15)
        GL.glBindTexture(target, self.id)

    def _filter(self, minify: int, magnify: int, wrap: int) -> None:
        GL.glTexParameteri(self.target, GL.GL_TEXTURE_MIN_FILTER, minify)
        GL.glTexParameteri(self.target, GL.GL_TEXTURE_MAG_FILTER, magnify)
        for axis in (GL.GL_TEXTURE_WRAP_S, GL.GL_TEXTURE_WRAP_T, GL.GL_TEXTURE_WRAP_R):
            GL.glTexParameteri(self.target, axis, wrap)

    @classmethod
    def image(cls, pixels: Array, srgb: bool) -> Texture:
        """A mipmapped, repeating texture from (H, W, 4) uint8 (row 0 at v = 1)."""
        self = cls(GL.GL_TEXTURE_2D)
        height, width = pixels.shape[:2]
        data = np.ascontiguousarray(pixels[::-1])
        GL.glTexImage2D(
            self.target,
            0,
            GL.GL_SRGB8_ALPHA8 if srgb else GL.GL_RGBA8,
            width,
            height,
            0,
            GL.GL_RGBA,
            GL.GL_UNSIGNED_BYTE,
            data,
        )
        GL.glGenerateMipmap(self.target)
        self._filter(GL.GL_LINEAR_MIPMAP_LINEAR, GL.GL_LINEAR, GL.GL_REPEAT)
        return self

    @classmethod
    def cube(cls, values: Array) -> Texture:
        """A 3D table (B, G, R, 3) float, linear between its points: colour look-up tables."""
        self = cls(GL.GL_TEXTURE_3D)
        depth, height, width = values.shape[:3]
        GL.glTexImage3D(
            self.target,
            0,
            GL.GL_RGB16,
            width,
            height,
            depth,
            0,
            GL.GL_RGB,
            GL.GL_FLOAT,
            np.ascontiguousarray(values, np.float32),
        )
        self._filter(GL.GL_LINEAR, GL.GL_LINEAR, GL.GL_CLAMP_TO_EDGE)
        return self

    @classmethod
    def field(cls, size: tuple[int, int]) -> Texture:
        """A table of floats, not interpolated, to `put` values into."""
        self = cls(GL.GL_TEXTURE_2D)
        self._size = size
        GL.glTexImage2D(self.target, 0, GL.GL_R32F, *size, 0, GL.GL_RED, GL.GL_FLOAT, None)
        self._filter(GL.GL_NEAREST, GL.GL_NEAREST, GL.GL_CLAMP_TO_EDGE)
        return self

    def put(self, values: Array) -> None:
        """Rewrite a `field`: (H, W) float32, row 0 at v = 0."""
        GL.glActiveTexture(GL.GL_TEXTURE0 + 15)
        GL.glBindTexture(self.target, self.id)
        GL.glTexSubImage2D(
            self.target,
            0,
            0,
            0,
            *self._size,
            GL.GL_RED,
            GL.GL_FLOAT,
            np.ascontiguousarray(values, np.float32),
        )

    @classmethod
    def surface(
        cls,
        size: tuple[int, int],
        form: int,
        *,
        samples: int = 1,
        compare: bool = False,
        smooth: bool = False,
    ) -> Texture:
        """A texture to draw into; ``compare`` makes a shadow map with hardware 2×2 filtering."""
        self = cls(GL.GL_TEXTURE_2D_MULTISAMPLE if samples > 1 else GL.GL_TEXTURE_2D)
        if samples > 1:
            GL.glTexImage2DMultisample(self.target, samples, form, *size, True)
            return self
        kind = GL.GL_DEPTH_COMPONENT if form in _DEPTHS else GL.GL_RGBA
        GL.glTexImage2D(self.target, 0, form, *size, 0, kind, GL.GL_FLOAT, None)
        between = GL.GL_LINEAR if compare or smooth else GL.GL_NEAREST
        self._filter(between, between, GL.GL_CLAMP_TO_EDGE)
        if compare:
            GL.glTexParameteri(
                self.target, GL.GL_TEXTURE_COMPARE_MODE, GL.GL_COMPARE_REF_TO_TEXTURE
            )
        return self


_DEPTHS = (GL.GL_DEPTH_COMPONENT24, GL.GL_DEPTH_COMPONENT32F)
