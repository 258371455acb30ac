"""A frame's layers read from its multilayer EXR, by the OpenEXR project's own library."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.errors import RenderError

Array = NDArray[Any]


def layers(path: Path) -> dict[str, Array]:
    """The layers of an EXR: their channels together, by the layer's name.

    Returns
    -------
    dict
        (H, W, channels) each, or (H, W) for a layer of one channel, in the file's own type. A
        layer's channels are in the order of `_ORDER`, not in the file's (which is the alphabet's).

    Raises
    ------
    RenderError
        If the file is missing, damaged or no EXR.
    """
    # a second of nobody's time, unless frames are Blender's
    import OpenEXR

    if not path.exists():
        raise RenderError(f"{path} is missing; render the frame again.")
    try:
        planes = _planes(OpenEXR.File(str(path), separate_channels=True))
    except (RuntimeError, ValueError, TypeError, KeyError, MemoryError) as error:
        raise RenderError(
            f"{path} is damaged ({error}); delete it, and render the frame again."
        ) from None
    found: dict[str, dict[str, Array]] = {}
    for name, plane in planes.items():
        layer, _, channel = name.rpartition(".")
        found.setdefault(layer, {})[channel] = plane
    return {layer: _together(channels) for layer, channels in found.items()}


_ORDER = "RGBAXYZW"


def _planes(file: Any) -> dict[str, Array]:
    planes: dict[str, Array] = {}
    for part in range(len(file.parts)):
        for name, channel in file.channels(part).items():
            planes[name] = channel.pixels
    if not planes:
        raise ValueError("it holds no channel")
    return planes


def _together(channels: dict[str, Array]) -> Array:
    names = sorted(channels, key=lambda name: (_ORDER.find(name[:1].upper()), name))
    if len(names) == 1:
        return channels[names[0]]
    return np.stack([channels[name] for name in names], -1)
