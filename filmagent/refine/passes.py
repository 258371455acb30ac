"""The passes of a frame as arrays: what preview and Blender write beside ``rgb``."""

from __future__ import annotations

import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from filmagent.documents.naming import frame_path
from filmagent.errors import RenderError

Picture = NDArray[np.uint8]
Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Passes:
    """What is known of a frame. All arrays are (H, W, …)."""

    rgb: Picture
    """(H, W, 3) uint8, display sRGB."""
    ids: Picture
    """(H, W) uint8: 0 the sky, 1 the set, people and props above."""
    depth: Floats
    """(H, W) metres along the camera's axis, inf for the sky."""
    vectors: Floats
    """(H, W, 2) pixels a point moves until the next frame: x right, y **down**, as rows go."""


def read(frames: Path, quality: str, setup: str, frame: int) -> Passes:
    """Read a frame's passes.

    Parameters
    ----------
    frames
        The film's ``frames`` folder.
    quality, setup, frame
        Which frame; a scene frame.

    Raises
    ------
    RenderError
        If a pass is missing, damaged, of another size than ``rgb``, or not a number.
    """

    def path(name: str, ending: str) -> Path:
        return frame_path(frames, quality, setup, name, frame, ending)

    rgb = picture(path("rgb", "png"))
    ids = picture(path("ids", "png"), "L")
    depth = _array(path("depth", "npz"), "depth")
    vectors = _array(path("vectors", "npz"), "vectors")
    for name, array in (("ids", ids), ("depth", depth), ("vectors", vectors)):
        if array.shape[:2] != rgb.shape[:2]:
            raise RenderError(
                f"{path(name, 'png' if name == 'ids' else 'npz')} is {_size(array)}, its rgb "
                f"{_size(rgb)}; delete the folder and render the shot again."
            )
    if np.isnan(depth).any() or not np.isfinite(vectors).all():
        raise RenderError(
            f"depth or vectors of {path('rgb', 'png')} hold what is not a number; delete the "
            "frame and render it again."
        )
    return Passes(rgb, ids, depth, vectors * np.array([1, -1], np.float32))


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
    return array.astype(np.float32)


def _broken(path: Path, error: Exception) -> RenderError:
    return RenderError(
        f"{path} is missing or damaged ({error}); run `filmagent render` on the film: only what "
        "is missing is rendered."
    )


def _size(array: NDArray[Any]) -> str:
    return f"{array.shape[1]}x{array.shape[0]}"
