"""Which of a body's triangles can be in the picture at all.

A body is tens of thousands of triangles, most of them smaller than a pixel or out of the frame. In
software each costs some hundred nanoseconds before it turns out to touch nothing; its box tells
the same in a tenth of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

CENTRE = ((0.5, 0.5),)
"""Where a picture without multisampling looks at a pixel."""
_MARGIN = 1 / 64
"""Pixels: rasterisers round corners to a 256th, and we to single precision."""


class Outlines:
    """The boxes of triangles in a picture.

    Parameters
    ----------
    vertices, faces
        (V, 3) metres in the world, and (F, 3).
    clip
        clip_from_world, (4, 4).
    size
        Pixels, width and height.
    """

    def __init__(self, vertices: Array, faces: Array, clip: Array, size: tuple[int, int]) -> None:
        seen = vertices @ clip[[0, 1, 3], :3].T.astype(np.float32)
        seen += clip[[0, 1, 3], 3].astype(np.float32)
        depth = seen[:, 2]
        behind = depth < 1e-3
        with np.errstate(divide="ignore", invalid="ignore"):
            place = (seen[:, :2] / depth[:, None] * 0.5 + 0.5) * np.asarray(size, np.float32)
        self._size = size
        # a corner behind the camera has no place: such triangles are kept
        self._near = behind[faces].any(1) if behind.any() else None
        self._axes = [_range(place[:, axis], faces) for axis in (0, 1)]

    def reach(self, samples: Sequence[tuple[float, float]]) -> Array:
        """Which triangles may cover one of ``samples`` of a pixel of the picture, (F,) bool.

        ``samples`` are places within a pixel, 0–1 from its lower left corner.
        """
        found = np.zeros(len(self._axes[0][0]), bool)
        with np.errstate(invalid="ignore"):
            columns = {x: self._between(0, x) for x, _ in samples}
            rows = {y: self._between(1, y) for _, y in samples}
        for x, y in samples:
            found |= columns[x] & rows[y]
        if self._near is not None:
            found |= self._near
        return found

    def _between(self, axis: int, offset: float) -> Array:
        """Whether a box reaches over a column (or row) of samples of the picture."""
        low, high = self._axes[axis]
        first = np.ceil(low - np.float32(offset + _MARGIN))
        last = np.floor(high - np.float32(offset - _MARGIN))
        inside: Array = (last >= first) & (last >= 0) & (first <= self._size[axis] - 1)
        return inside


def _range(values: Array, faces: Array) -> tuple[Array, Array]:
    a, b, c = (values[faces[:, corner]] for corner in range(3))
    return np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
