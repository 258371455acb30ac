"""A thin layer over OpenGL on pyrender's EGL platform: programs, meshes, textures, targets.

pyrender's own renderer is not used: it rebuilds its shaders and vertex arrays around its scene
graph, shades forward (89k triangles with our shading: 86 ms in software, 230 ms with multisampling)
and has no place for baked light, exact motion vectors or a film view transform. What it does well,
making an OpenGL context on a machine without a screen, is what we take from it.
"""

from __future__ import annotations

import ctypes
import os
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
# one core a process: the supervisor runs as many processes as there are cores
os.environ.setdefault("LP_NUM_THREADS", "0")

import numpy as np
from numpy.typing import NDArray
from OpenGL import GL
from OpenGL.arrays.ctypesparameters import CtypesParameterHandler
from OpenGL.raw.GL.VERSION.GL_1_0 import glReadPixels
from pyrender.platforms.egl import EGLPlatform

from filmagent.errors import MissingDependency, RenderError

Array = NDArray[Any]
# PyOpenGL 3.1.0, which pyrender pins, does not find this handler by itself under Python 3.13
CtypesParameterHandler().register(CtypesParameterHandler.HANDLED_TYPES)


class Context:
    """An off-screen OpenGL 4.1 context, current in this process until `close`."""

    def __init__(self) -> None:
        try:
            self._platform = EGLPlatform(16, 16)
            self._platform.init_context()
        except Exception as error:  # pyrender raises bare assertions and ctypes errors
            raise MissingDependency(
                f"no OpenGL for the preview ({type(error).__name__}); install it with "
                "`apt-get install libegl1 libgl1-mesa-dri`, then run again."
            ) from error
        GL.glEnable(GL.GL_DEPTH_TEST)
        GL.glEnable(GL.GL_TEXTURE_CUBE_MAP_SEAMLESS)
        GL.glPixelStorei(GL.GL_PACK_ALIGNMENT, 1)
        GL.glPixelStorei(GL.GL_UNPACK_ALIGNMENT, 1)
        self.renderer = GL.glGetString(GL.GL_RENDERER).decode()

    def close(self) -> None:
        """Release the context."""
        _EMPTY.clear()
        self._platform.delete_context()


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


SLOTS = ("position", "normal", "uv", "colour", "light", "keys", "after")
"""Vertex attributes and their locations in ``shaders/``."""


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


def show(*, front: bool = True, back: bool = True) -> None:
    """Which sides of triangles the next draws show."""
    if front and back:
        GL.glDisable(GL.GL_CULL_FACE)
        return
    GL.glEnable(GL.GL_CULL_FACE)
    GL.glCullFace(GL.GL_BACK if front else GL.GL_FRONT)


def check() -> None:
    """Raise for any OpenGL error since the last call.

    Raises
    ------
    RenderError
        If there was one; the picture cannot be trusted.
    """
    code = GL.glGetError()
    if code:
        raise RenderError(
            f"OpenGL failed with error {code:#x} while drawing the preview; update the graphics "
            "driver, or render with --quality final."
        )


_EMPTY: list[int] = []


def draw_screen() -> None:
    """Draw one triangle over the whole target with the program in use (``screen.vert``)."""
    if not _EMPTY:
        _EMPTY.append(GL.glGenVertexArrays(1))
    GL.glBindVertexArray(_EMPTY[0])
    GL.glDrawArrays(GL.GL_TRIANGLES, 0, 3)
