"""Where a point of one frame is in another: exact motion from the renderer's own passes.

Renderers write forward motion: where each point goes. `after` uses it as it is. `before` inverts
it: q with q + v(q) = p is found by the fixed point iteration q ← p − v(q) (M. Chen, W. Lu, Q. Chen
et al., "A simple fixed-point approach to invert a deformation field", Medical Physics 35, 2008,
eq. 6), begun from the motion that the point goes on with. A pixel counts only where both frames
show the same object at the same depth; what was hidden, or leaves the picture, is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.passes import Floats, Passes

Mask = NDArray[np.bool_]

_ROUNDS = 3
_NEARLY = 0.75
"""Pixels by which an inverted motion may miss."""
_DEPTH = 0.04
"""Share by which a point's depth may change between neighbouring frames."""


@dataclass(frozen=True)
class Correspondence:
    """For each pixel of one frame its place in another."""

    x: Floats
    """(H, W) column in the other frame, pixel centres at integers."""
    y: Floats
    """(H, W) row."""
    visible: Mask
    """(H, W) whether the other frame shows that point."""
    size: tuple[int, int]
    """Height and width of the other frame."""

    @property
    def nearest(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """Row and column of the nearest pixel, inside the other frame."""
        height, width = self.size
        rows = np.clip(np.rint(self.y), 0, height - 1).astype(np.intp)
        return rows, np.clip(np.rint(self.x), 0, width - 1).astype(np.intp)


def after(now: Passes, then: Passes) -> Correspondence:
    """Where the points of ``now`` are in ``then``, the frame after it."""
    columns, rows = _grid(now)
    x, y = columns + now.vectors[..., 0], rows + now.vectors[..., 1]
    return _checked(x, y, np.ones(now.ids.shape, bool), now, then)


def before(now: Passes, then: Passes) -> Correspondence:
    """Where the points of ``now`` are in ``then``, the frame before it."""
    columns, rows = _grid(now)
    height, width = then.ids.shape
    motion = now.vectors
    for _ in range(_ROUNDS):
        x = np.clip(np.rint(columns - motion[..., 0]), 0, width - 1).astype(np.intp)
        y = np.clip(np.rint(rows - motion[..., 1]), 0, height - 1).astype(np.intp)
        motion = then.vectors[y, x]
    missed = np.maximum(np.abs(x + motion[..., 0] - columns), np.abs(y + motion[..., 1] - rows))
    found = columns - motion[..., 0], rows - motion[..., 1]
    return _checked(*found, missed < _NEARLY, now, then)


def _checked(x: Floats, y: Floats, sure: Mask, now: Passes, then: Passes) -> Correspondence:
    height, width = then.ids.shape
    found = Correspondence(x, y, sure, (height, width))
    rows, columns = found.nearest
    there = (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    same = then.ids[rows, columns] == now.ids
    far = then.depth[rows, columns]
    sky = np.isinf(far) & np.isinf(now.depth)
    with np.errstate(invalid="ignore"):
        close = np.abs(far - now.depth) <= _DEPTH * now.depth
    return replace(found, visible=sure & there & same & (close | sky))


def _grid(frame: Passes) -> tuple[Floats, Floats]:
    height, width = frame.ids.shape
    return (
        np.arange(width, dtype=np.float32)[None],
        np.arange(height, dtype=np.float32)[:, None],
    )
