"""How far a body has grown: where its chin, waist, knees are against a grown one's.

Measured along the body, from joint to joint, so that sitting down or bowing changes little.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from camera.framing.body import Body
from camera.pose import Array

GROWN = 0.84
"""From crown to hips, against an average adult: from this on a body counts as grown (people of
1.5 m). Tall and small grown people are framed alike, so that they look tall and small."""
_PLACES: tuple[tuple[str, ...], ...] = (
    ("crown",),
    ("eyes",),
    ("mouth",),
    ("chin",),
    ("shoulder.L", "shoulder.R"),
    ("hip.L", "hip.R"),
    ("knee.L", "knee.R"),
    ("foot.L", "foot.R"),
)
_HIPS = 5
"""Which place the hips are: no posture folds what is above them."""
_LEAST = 0.4
"""Share of a grown body's part below which something is wrong with the points."""


def grown(body: Body, stations: Array) -> Array:
    """Metres (..., 8) below a body's crown of its places; exactly ``stations`` where it is grown.

    Parameters
    ----------
    body
        Bodies of any posture. One whose points are not all known counts as grown.
    stations : (8,) metres
        The same of a grown body: crown, eyes, mouth, chin, shoulders, hips, knees, feet.
    """
    # high hair is no height
    parts = np.clip(_lengths(body) / _lengths(_ADULT), _LEAST, 1.0)
    below = np.concatenate(
        [np.zeros((*parts.shape[:-1], 1)), np.cumsum(parts * np.diff(stations), axis=-1)], axis=-1
    )
    child = below[..., _HIPS, None] < GROWN * stations[_HIPS]
    return np.where(child, below, stations)


def _lengths(body: Body) -> Array:
    """Metres (..., 7) from each place to the next, the mean of both sides."""
    gaps = []
    for upper, lower in pairwise(_PLACES):
        if len(upper) == len(lower):
            pairs = list(zip(upper, lower, strict=True))
        else:
            pairs = [(upper[0], name) for name in lower]
        ends = [np.linalg.norm(body.point(a) - body.point(b), axis=-1) for a, b in pairs]
        gaps.append(np.mean(ends, axis=0))
    return np.stack(gaps, axis=-1)


_ADULT = Body.standing((0.0, 0.0, 0.0), 0.0)
