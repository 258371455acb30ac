"""Where a draughtsman would put a line: outlines, folds, edges of paint.

Each pixel is compared with the one to its right and the one below. A line belongs to what is
nearer, so that an outline goes with its object and not with the wall behind it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.passes import Floats, Passes

Array = NDArray[Any]

_STEP = (0.02, 0.05)
"""Change of nearness, as a share of it, that begins to be a line, and that is all of one."""
_FOLD = (0.15, 0.4)
"""The same of facing: 1 − cos of the angle."""
_PAINT = (0.06, 0.18)
"""The same of the own colour's lightness, display values."""


def drawn(known: Passes) -> Floats:
    """Lines (H, W, 3), white on black, softer where an edge is weaker."""
    assert known.normal is not None and known.albedo is not None
    assert known.materials is not None
    height, width = known.ids.shape
    line = np.zeros((height, width), np.float32)
    with np.errstate(divide="ignore"):
        inverse = np.where(known.depth > 0, 1.0 / known.depth, 0.0)
    light = np.sqrt(np.clip(known.albedo @ np.array([0.2126, 0.7152, 0.0722]), 0, 1))
    # cloth and skin are told apart in people; what a set is made of shows by its paint
    piece = np.where(known.ids > 1, known.materials.astype(np.int64) + 1, 0) * 256 + known.ids
    for axis in (0, 1):
        ahead, behind = _halves(axis)
        strength = (piece[ahead] != piece[behind]).astype(np.float32)
        strength = np.maximum(strength, _bend(inverse, axis))
        turn = 1.0 - np.einsum("rci,rci->rc", known.normal[ahead], known.normal[behind])
        both = (known.ids[ahead] > 0) & (known.ids[behind] > 0)
        strength = np.maximum(strength, np.where(both, _ramp(turn, *_FOLD), 0.0))
        strength = np.maximum(strength, _ramp(np.abs(light[ahead] - light[behind]), *_PAINT))
        nearer = inverse[ahead] > inverse[behind]
        line[ahead] = np.maximum(line[ahead], np.where(nearer, strength, 0.0))
        line[behind] = np.maximum(line[behind], np.where(nearer, 0.0, strength))
    return np.repeat(line[..., None], 3, -1)


def _bend(inverse: Array, axis: int) -> Array:
    """Steps of nearness between neighbours, (H − 1, W) or (H, W − 1).

    Nearness is linear over a plane seen in perspective: what differs from the slopes on both sides
    of a step is no plane, however steeply one looks along it.
    """
    ahead, behind = _halves(axis)
    step = inverse[ahead] - inverse[behind]
    pad = [(0, 0), (0, 0)]
    pad[axis] = (1, 1)
    around = np.pad(step, pad, mode="edge")
    before, after = (
        (slice(None),) * axis + (slice(0, -2),),
        (slice(None),) * axis + (slice(2, None),),
    )
    off = np.minimum(np.abs(step - around[before]), np.abs(step - around[after]))
    return _ramp(off / np.maximum(np.maximum(inverse[ahead], inverse[behind]), 1e-6), *_STEP)


def _halves(axis: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    """All but the first, and all but the last, row or column."""
    whole = (slice(None),) * axis
    return (*whole, slice(1, None)), (*whole, slice(None, -1))


def _ramp(values: Array, low: float, high: float) -> Array:
    t = np.clip((values - low) / (high - low), 0.0, 1.0)
    return np.asarray(t * t * (3.0 - 2.0 * t), np.float32)
