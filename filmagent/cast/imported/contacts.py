"""When feet stand: the ball of the foot low and slow.

As in K. Le Callennec and R. Boulic, "Robust kinematic constraint detection for motion data"
(SCA 2006), reduced to what a floor needs: one height and one speed, in leg lengths, with a
threshold to begin and a wider one to go on.
"""

from __future__ import annotations

import numpy as np

from filmagent.cast.rotation import Array, smooth

_SLOW = (0.30, 0.55)
"""Leg lengths a second: below the first a foot comes to stand, below the second it stays."""
_LOW = (0.055, 0.085)
"""Leg lengths above the lowest that it stands at."""
_SHORTEST = 0.09
"""Seconds; a shorter touch is none."""


def planted(balls: Array, leg: float, rate: float) -> Array:
    """Whether feet stand.

    Parameters
    ----------
    balls
        (F, 2, 3) ball of the left and the right foot, Z up.
    leg
        Length of thigh and shank, in the same units.
    rate
        Frames a second.

    Returns
    -------
    array
        (F, 2) bool.
    """
    still = smooth(balls, 0.02 * rate)
    speed = np.linalg.norm(np.gradient(still, axis=0), axis=-1) * rate if len(balls) > 1 else 0
    floor = np.percentile(balls[..., 2], 5)
    height = balls[..., 2] - floor
    begin = (speed < _SLOW[0] * leg) & (height < _LOW[0] * leg)
    stay = (speed < _SLOW[1] * leg) & (height < _LOW[1] * leg)
    out = np.zeros(balls.shape[:2], bool)
    for side in range(2):
        for first, last in runs(stay[:, side]):
            if begin[first:last, side].any() and last - first >= _SHORTEST * rate:
                out[first:last, side] = True
    return out


def runs(flags: Array) -> list[tuple[int, int]]:
    """First and one after the last of each run of True."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(int)))
    return [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def standing(ankles: Array, on: Array) -> float:
    """Height of the ankle joints of somebody who stands, (F, 2, 3) and (F, 2)."""
    heights = ankles[..., 2]
    return float(np.median(heights[on])) if on.any() else float(np.percentile(heights, 5))
