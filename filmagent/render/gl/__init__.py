"""A thin layer over OpenGL on pyrender's EGL platform: programs, meshes, textures, targets.

pyrender's own renderer is not used: it rebuilds its shaders and vertex arrays around its scene
graph, shades forward (89k triangles with our shading: 86 ms in software, 230 ms with multisampling)
and has no place for baked light, exact motion vectors or a film view transform. What it does well,
making an OpenGL context on a machine without a screen, is what we take from it.

================  ==============================================================================
`gl.context`      an off-screen context; errors
`gl.program`      shaders, linked, with their uniforms
`gl.mesh`         triangles, and the triangle that covers the screen
`gl.texture`      images, tables, surfaces to draw into
`gl.target`       framebuffers
================  ==============================================================================
"""

from __future__ import annotations

import os

os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
# one core a process: the supervisor runs as many processes as there are cores
os.environ.setdefault("LP_NUM_THREADS", "0")

from filmagent.render.gl.context import Context, check
from filmagent.render.gl.mesh import SLOTS, Mesh, draw_screen, show
from filmagent.render.gl.program import Program
from filmagent.render.gl.target import Target, copy
from filmagent.render.gl.texture import Texture

__all__ = [
    "SLOTS",
    "Context",
    "Mesh",
    "Program",
    "Target",
    "Texture",
    "check",
    "copy",
    "draw_screen",
    "show",
]
