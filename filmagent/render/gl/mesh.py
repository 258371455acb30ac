"""Triangles, and the one triangle that covers the screen."""

from __future__ import annotations

import ctypes
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

Array = NDArray[Any]

SLOTS = ("position", "normal", "uv", "colour", "light", "keys", "after", "rest")
"""Vertex attributes and their locations in ``shaders/``."""


class Mesh:
    """Indexed triangles with float attributes; attributes can be rewritten every frame."""

    def __init__(self, faces: Array, **attributes: Array) -> None:
        self._id = GL.glGenVertexArrays(1)
        GL.glBindVertexArray(self._id)
        self._buffers: dict[str, int] = {}
        self._widths: dict[str, int] = {}
        for slot, name in enumerate(SLOTS):
            if name in attributes:
                data = np.ascontiguousarray(attributes[name], np.float32)
                buffer = GL.glGenBuffers(1)
                GL.glBindBuffer(GL.GL_ARRAY_BUFFER, buffer)
                GL.glBufferData(GL.GL_ARRAY_BUFFER, data.nbytes, data, GL.GL_DYNAMIC_DRAW)
                GL.glEnableVertexAttribArray(slot)
                GL.glVertexAttribPointer(slot, data.shape[1], GL.GL_FLOAT, False, 0, None)
                self._buffers[name] = buffer
                self._widths[name] = data.shape[1]
        index = np.ascontiguousarray(faces, np.uint32)
        buffer = GL.glGenBuffers(1)
        GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, buffer)
        GL.glBufferData(GL.GL_ELEMENT_ARRAY_BUFFER, index.nbytes, index, GL.GL_STATIC_DRAW)
        self.size = index.size

    def view(self) -> Mesh:
        """The same vertices with triangles of its own: none, until `pick`."""
        other = object.__new__(Mesh)
        other._id, other._buffers, other.size = GL.glGenVertexArrays(1), self._buffers, 0
        other._widths = self._widths
        GL.glBindVertexArray(other._id)
        for slot, name in enumerate(SLOTS):
            if name in self._buffers:
                GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self._buffers[name])
                GL.glEnableVertexAttribArray(slot)
                GL.glVertexAttribPointer(slot, self._widths[name], GL.GL_FLOAT, False, 0, None)
        GL.glBindBuffer(GL.GL_ELEMENT_ARRAY_BUFFER, GL.glGenBuffers(1))
        return other

    def pick(self, faces: Array) -> None:
        """Draw these triangles (F, 3) from now on."""
        index = np.ascontiguousarray(faces, np.uint32)
        GL.glBindVertexArray(self._id)
        GL.glBufferData(GL.GL_ELEMENT_ARRAY_BUFFER, index.nbytes, index, GL.GL_STREAM_DRAW)
        self.size = index.size

    def update(self, **attributes: Array) -> None:
        """Rewrite attributes in place."""
        for name, value in attributes.items():
            data = np.ascontiguousarray(value, np.float32)
            GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self._buffers[name])
            GL.glBufferSubData(GL.GL_ARRAY_BUFFER, 0, data.nbytes, data)

    def draw(self, first: int = 0, count: int | None = None) -> None:
        """Draw ``count`` indices from ``first`` (all by default)."""
        GL.glBindVertexArray(self._id)
        GL.glDrawElements(
            GL.GL_TRIANGLES,
            self.size if count is None else count,
            GL.GL_UNSIGNED_INT,
            ctypes.c_void_p(4 * first),
        )


def show(*, front: bool = True, back: bool = True) -> None:
    """Which sides of triangles the next draws show."""
    if front and back:
        GL.glDisable(GL.GL_CULL_FACE)
        return
    GL.glEnable(GL.GL_CULL_FACE)
    GL.glCullFace(GL.GL_BACK if front else GL.GL_FRONT)


_EMPTY: list[int] = []


def forget_screen() -> None:
    """Forget what belongs to a context that is closed."""
    _EMPTY.clear()


def draw_screen() -> None:
    """Draw one triangle over the whole target with the program in use (``screen.vert``)."""
    if not _EMPTY:
        _EMPTY.append(GL.glGenVertexArrays(1))
    GL.glBindVertexArray(_EMPTY[0])
    GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
