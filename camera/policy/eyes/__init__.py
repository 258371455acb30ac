"""What an image policy sees of a scene: pictures by rays, or by a renderer.

=====================  ====================================================================
`see`, `Picture`       small exact pictures of depth and of whose body it is, by rays
`Renderer`             colour and depth of a world or a mesh, by pyrender on EGL
`PictureEnv`           the pilot's environment with pictures in its observations
`eyes.lessons`         pictures of the lessons that policies are trained on
`eyes.fitting`         the loop that trains on them
=====================  ====================================================================

Importing this package loads neither torch nor a renderer; their first use does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from camera.policy.eyes.env import PictureEnv as PictureEnv
    from camera.policy.eyes.rays import Picture as Picture
    from camera.policy.eyes.rays import see as see
    from camera.policy.eyes.rendered import Rendered as Rendered
    from camera.policy.eyes.rendered import Renderer as Renderer

_WHERE = {
    "Picture": "rays",
    "PictureEnv": "env",
    "Rendered": "rendered",
    "Renderer": "rendered",
    "see": "rays",
}
__all__ = ["Picture", "PictureEnv", "Rendered", "Renderer", "see"]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"camera.policy.eyes.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'camera.policy.eyes' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
