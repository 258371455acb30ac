"""The passes of a frame as arrays: what preview and Blender write beside ``rgb``."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from filmagent.documents.naming import frame_path
from filmagent.errors import RenderError
from filmagent.refine import exr, views
from filmagent.refine.views import View

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]
Codes = NDArray[np.uint32]


@dataclass(frozen=True)
class Passes:
    """What is known of a frame. All arrays are (H, W, …).

    The first four are always there; the rest where `read` was asked for it.
    """

    rgb: Picture
    """(H, W, 3) uint8, display sRGB."""
    ids: Picture
    """(H, W) uint8: 0 the sky, 1 the set, people and props above."""
    depth: Floats
    """(H, W) metres along the camera's axis, inf for the sky."""
    vectors: Floats
    """(H, W, 2) pixels a point moves until the next frame: x right, y **down**, as rows go."""
    back: Floats | None = None
    """(H, W, 2) pixels from a point to where it was at the frame before: x right, y down."""
    normal: Floats | None = None
    """(H, W, 3) unit, in the world; zero for the sky."""
    rest: Floats | None = None
    """(H, W, 3) metres: where the point is on its object before anything moves it. A body's is its
    undeformed body, a prop's its own frame, the set's the world; zero for the sky."""
    materials: Codes | None = None
    """(H, W) uint32: which material, by a code that lasts from shot to shot; 0 for the sky."""
    albedo: Floats | None = None
    """(H, W, 3) the surface's own colour, linear; zero for the sky."""
    light: Floats | None = None
    """(H, W, 3) scene-linear light, before any view transform."""
    view: View | None = None
    """The camera."""


ALSO = ("back", "normal", "rest", "materials", "albedo", "light", "view")
"""What `read` may be asked for beyond the four."""


def read(frames: Path, quality: str, setup: str, frame: int, also: Sequence[str] = ()) -> Passes:
    """Read a frame's passes.

    They lie in files of their own, or else together in the frame's EXR (``layers.%04d.exr``).

    Parameters
    ----------
    frames
        The film's ``frames`` folder.
    quality, setup, frame
        Which frame; a scene frame.
    also
        Which of `ALSO`.

    Raises
    ------
    RenderError
        If a pass is missing, damaged, of another size than ``rgb``, or not a number.
    """
    unknown = [name for name in also if name not in ALSO]
    if unknown:
        raise ValueError(f"there is no pass {unknown[0]!r}; there are {', '.join(ALSO)}")

    def path(name: str, ending: str) -> Path:
        return frame_path(frames, quality, setup, name, frame, ending)

    rgb = picture(path("rgb", "png"))
    names = ("ids", "depth", "vectors", *(name for name in ALSO if name in also and name != "view"))
    where = {name: path(name, "png" if name == "ids" else "npz") for name in names}
    bundle = path(_BUNDLE, "exr")
    if bundle.exists() and not all(file.exists() for file in where.values()):
        found = _of_bundle(bundle, names)
        where = dict.fromkeys(names, bundle)
    else:
        found = {
            name: picture(file, "L") if name == "ids" else _array(file, name)
            for name, file in where.items()
        }
    for name, array in found.items():
        _check(name, array, rgb, where[name])
    for name in _MOVING:
        if name in found:
            found[name] = found[name] * np.array([1, -1], np.float32)
    view = None
    if "view" in also:
        view = views.read(path("camera", "json"))
        if view.size != (rgb.shape[1], rgb.shape[0]):
            raise RenderError(
                f"{path('camera', 'json')} is of a picture of {view.size[0]}x{view.size[1]}, its "
                f"rgb {_size(rgb)}; delete the folder and render the shot again."
            )
    return Passes(rgb=rgb, view=view, **found)


_BUNDLE = "layers"
_MOVING = ("vectors", "back")
_CHANNELS = {"back": 2, "vectors": 2, "normal": 3, "rest": 3, "albedo": 3, "light": 3}
_LAYERS = {"ids": "object", "vectors": "forward", "materials": "material", "light": ""}
"""Names of layers in an EXR, where they are not the pass's own."""


def _of_bundle(path: Path, names: Sequence[str]) -> dict[str, Any]:
    layers = exr.layers(path)
    found: dict[str, Any] = {}
    for name in names:
        layer = layers.get(_LAYERS.get(name, name))
        if layer is None:
            raise RenderError(
                f"{path} holds no {name} (it holds {', '.join(sorted(filter(None, layers)))}); "
                "delete it, and render the frame again."
            )
        kind = {"ids": np.uint8, "materials": np.uint32}.get(name, np.float32)
        found[name] = layer.astype(kind)
    return found


def _check(name: str, array: NDArray[Any], rgb: Picture, path: Path) -> None:
    if array.shape[:2] != rgb.shape[:2]:
        raise RenderError(
            f"{path} is {_size(array)}, its rgb {_size(rgb)}; delete the folder and render the "
            "shot again."
        )
    if array.shape[2:] != ((_CHANNELS[name],) if name in _CHANNELS else ()):
        raise RenderError(
            f"{name} of {path} has not the channels of a {name} pass (its shape is {array.shape}); "
            "delete the frame and render it again."
        )
    wrong = np.isnan(array) if name == "depth" else ~np.isfinite(array)
    if wrong.any():
        row, column = (int(n) for n in np.argwhere(wrong)[0][:2])
        raise RenderError(
            f"{name} of {path} is not a number at column {column}, row {row}; delete the frame and "
            "render it again."
        )


def picture(path: Path, mode: str = "RGB") -> Picture:
    """A PNG as (H, W, 3) or, with mode ``L``, (H, W) uint8.

    Raises
    ------
    RenderError
        If it is missing or damaged.
    """
    try:
        with Image.open(path) as file:
            return np.asarray(file if file.mode == mode else file.convert(mode))
    except (OSError, SyntaxError) as error:
        raise _broken(path, error) from None


def _array(path: Path, name: str) -> Floats:
    try:
        with np.load(path, allow_pickle=False) as file:
            array: NDArray[Any] = file[name]
    except (OSError, ValueError, KeyError, zipfile.BadZipFile, EOFError) as error:
        raise _broken(path, error) from None
    return array.astype(np.uint32 if name == "materials" else np.float32)


def _broken(path: Path, error: Exception) -> RenderError:
    return RenderError(
        f"{path} is missing or damaged ({error}); run `filmagent render` on the film: only what "
        "is missing is rendered."
    )


def _size(array: NDArray[Any]) -> str:
    return f"{array.shape[1]}x{array.shape[0]}"
