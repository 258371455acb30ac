"""A film's frames as clips: read from disk by slices, so that a shot's length costs no memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from filmagent.documents.naming import frame_path
from filmagent.errors import RenderError
from filmagent.refine import passes

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Frames:
    """Some frames of a setup, each made into an array when it is read.

    Parameters
    ----------
    numbers
        Scene frames.
    size
        (H, W, …) of each.
    read
        Gives one, float32.
    """

    numbers: Sequence[int]
    size: tuple[int, ...]
    read: Callable[[int], Floats]

    @property
    def shape(self) -> tuple[int, ...]:
        """(F, H, W, …)."""
        return (len(self.numbers), *self.size)

    def __getitem__(self, which: slice) -> Floats:
        chosen = self.numbers[which]
        found = [self.read(number) for number in chosen]
        return np.stack(found) if found else np.empty((0, *self.size), np.float32)


def rendered(film: Path, quality: str, setup: str, numbers: Sequence[int]) -> Frames:
    """The engine's pictures, (F, H, W, 3) display values 0–1.

    Raises
    ------
    RenderError
        If one is missing, damaged, or of another size than the first: looked at now, for a model
        works for an hour before it gets there.
    """

    def path(number: int) -> Path:
        return frame_path(film / "frames", quality, setup, "rgb", number, "png")

    sizes = {number: _size(path(number)) for number in numbers}
    size = sizes[numbers[0]]
    for number, other in sizes.items():
        if other != size:
            raise RenderError(
                f"{path(number)} is {other[0]}x{other[1]}, the first frame of the shot "
                f"{size[0]}x{size[1]}; delete the folder and run `filmagent render` on the film."
            )

    def read(number: int) -> Floats:
        return passes.picture(path(number)).astype(np.float32) / 255

    return Frames(numbers, (size[1], size[0], 3), read)


def _size(path: Path) -> tuple[int, int]:
    """Width and height, without reading the pixels."""
    try:
        with Image.open(path) as file:
            return file.size
    except (OSError, SyntaxError) as error:
        raise RenderError(
            f"{path} is missing or damaged ({error}); run `filmagent render` on the film: only "
            "what is missing is rendered."
        ) from None
