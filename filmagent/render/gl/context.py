"""An OpenGL context without a screen, and what it says when something fails."""

from __future__ import annotations

from OpenGL import GL
from pyrender.platforms.egl import EGLPlatform

from filmagent.errors import MissingDependency, RenderError
from filmagent.render.gl import mesh


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
        mesh.forget_screen()
        self._platform.delete_context()


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
