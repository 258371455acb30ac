"""The files of a frame: where they are, and how each pass is written whole or not at all.

===========  ========  ====================================================================
``rgb``      ``.png``  8-bit sRGB, through the scene's view transform and exposure
``depth``    ``.npz``  ``depth`` (H, W) float16, metres along the camera's axis, inf for the sky
``ids``      ``.png``  8-bit grey: `StageActor.object_id`; 0 the sky, 1 the set
``vectors``  ``.npz``  ``vectors`` (H, W, 2) float16, pixels a point moves until the next frame,
                       x right, y up
===========  ========  ====================================================================

More where it is asked for, and zero for the sky:

=============  ========  ==================================================================
``rest``       ``.npz``  (H, W, 3) float32 metres on the object before anything moves it
``normal``     ``.npz``  (H, W, 3) float16 unit, in the world, towards the camera
``materials``  ``.npz``  (H, W) uint32: a number for each material, the same in every film
``albedo``     ``.npz``  (H, W, 3) float16: the surface's own colour, linear
``camera``     ``.json`` the camera and the picture's size: ``filmagent/refine/views.py``
=============  ========  ==================================================================

Blender's worker writes the first four (with float32 in its npz), ``camera``, and in place of the
others ``layers``, one multilayer EXR (``filmagent/blender/passes.py``).
"""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.documents.naming import frame_path
from filmagent.library import png

Array = NDArray[Any]

PASSES = ("rgb", "depth", "ids", "vectors")
"""What a film needs."""
_KNOWN = (*PASSES, "rest", "normal", "materials", "albedo", "camera")
EVERYTHING = {
    "preview": _KNOWN,
    "draft": ("rgb", "layers", "camera"),
    "final": ("rgb", "layers", "camera"),
}
"""By quality: all that is known of a frame, for who paints over it."""
ENDINGS = dict.fromkeys(_KNOWN, "npz") | {
    "rgb": "png",
    "ids": "png",
    "camera": "json",
    "layers": "exr",
}


def files(
    frames: Path, quality: str, setup: str, frame: int, passes: Sequence[str] = PASSES
) -> list[Path]:
    """The files of a frame, ``rgb`` last: where it is, the others are."""
    order = sorted(passes, key=lambda name: name == "rgb")
    return [frame_path(frames, quality, setup, name, frame, ENDINGS[name]) for name in order]


def write(folder: Path, number: str, arrays: Mapping[str, Array | str]) -> list[Path]:
    """Write a frame's passes into ``folder``; ``number`` is the frame as file names spell it."""
    written = []
    for name in sorted(arrays, key=lambda name: name == "rgb"):
        path = folder / f"{name}.{number}.{ENDINGS[name]}"
        data = _encoded(name, arrays[name])
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        temporary.write_bytes(data)
        temporary.replace(path)
        written.append(path)
    return written


def _encoded(name: str, array: Array | str) -> bytes:
    if isinstance(array, str):
        return array.encode()
    return png.encode(array) if ENDINGS[name] == "png" else _npz(name, array)


def _npz(name: str, array: Array) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        member = io.BytesIO()
        np.lib.format.write_array(member, np.ascontiguousarray(array), allow_pickle=False)  # type: ignore[no-untyped-call]
        info = zipfile.ZipInfo(f"{name}.npy", date_time=(1980, 1, 1, 0, 0, 0))
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, member.getvalue(), compresslevel=1)
    return buffer.getvalue()
