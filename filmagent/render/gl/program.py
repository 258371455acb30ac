"""Shaders, linked, with their uniforms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL

from filmagent.render.gl.texture import Texture

Array = NDArray[Any]


class Program:
    """A linked vertex and fragment shader from ``shaders/``, with uniforms set by name."""

    def __init__(self, vertex: str, fragment: str, defines: Mapping[str, object] = {}) -> None:
        head = "#version 410 core\n" + "".join(f"#define {k} {v}\n" for k, v in defines.items())
        self._id = GL.glCreateProgram()
        for kind, name in ((GL.GL_VERTEX_SHADER, vertex), (GL.GL_FRAGMENT_SHADER, fragment)):
            shader = GL.glCreateShader(kind)
            GL.glShaderSource(shader, head + _source(name))
            GL.glCompileShader(shader)
            if not GL.glGetShaderiv(shader, GL.GL_COMPILE_STATUS):
                raise ValueError(f"{name}: {GL.glGetShaderInfoLog(shader).decode()}")
            GL.glAttachShader(self._id, shader)
        GL.glLinkProgram(self._id)
        if not GL.glGetProgramiv(self._id, GL.GL_LINK_STATUS):
            raise ValueError(f"{vertex} + {fragment}: {GL.glGetProgramInfoLog(self._id).decode()}")
        self._where: dict[str, int] = {}
        self._known: dict[str, bytes | int | tuple[int, int]] = {}

    def use(self) -> None:
        """Make it the program of the next draws."""
        GL.glUseProgram(self._id)

    def _at(self, name: str) -> int:
        if name not in self._where:
            self._where[name] = GL.glGetUniformLocation(self._id, name)
        return self._where[name]

    def set(self, **uniforms: float | Sequence[float] | Array) -> None:
        """Set floats, vec2–vec4, mat4, and arrays of vec3, vec4 (shape (n, 4), n ≠ 4) and mat4."""
        for name, value in uniforms.items():
            where = self._at(name)
            if where < 0:
                continue
            data = np.ascontiguousarray(value, np.float32)
            # a program keeps its uniforms: what has not changed is not said again
            if self._same(name, data.tobytes()):
                continue
            if data.shape == (4, 4):
                GL.glUniformMatrix4fv(where, 1, True, data)
            elif data.ndim == 3:
                GL.glUniformMatrix4fv(where, len(data), True, data)
            elif data.ndim == 2 and data.shape[1] == 3:
                GL.glUniform3fv(where, len(data), data)
            elif data.ndim == 2:
                GL.glUniform4fv(where, len(data), data)
            else:
                call = (GL.glUniform1fv, GL.glUniform2fv, GL.glUniform3fv, GL.glUniform4fv)
                call[data.size - 1](where, 1, data)

    def set_ints(self, **uniforms: int) -> None:
        """Set integer uniforms (counts, switches)."""
        for name, value in uniforms.items():
            if not self._same(name, value):
                GL.glUniform1i(self._at(name), value)

    def set_int_pair(self, **uniforms: tuple[int, int]) -> None:
        """Set ivec2 uniforms."""
        for name, value in uniforms.items():
            if not self._same(name, value):
                GL.glUniform2i(self._at(name), *value)

    def _same(self, name: str, value: bytes | int | tuple[int, int]) -> bool:
        if self._known.get(name) == value:
            return True
        self._known[name] = value
        return False

    def bind(self, **textures: Texture) -> None:
        """Put textures on units in the order given and tell the samplers."""
        for unit, (name, texture) in enumerate(textures.items()):
            GL.glActiveTexture(GL.GL_TEXTURE0 + unit)
            GL.glBindTexture(texture.target, texture.id)
            if not self._same(name, unit):
                GL.glUniform1i(self._at(name), unit)


def _source(name: str) -> str:
    folder = resources.files("filmagent.render") / "shaders"
    lines = []
    for line in (folder / name).read_text(encoding="utf-8").splitlines():
        if line.startswith("#include "):
            line = _source(line.split('"')[1])
        lines.append(line)
    return "\n".join(lines) + "\n"
