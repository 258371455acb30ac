"""Noise averaged away along exact motion, without trails.

A frame is averaged with its neighbours, each brought to it along the motion that the renderer
knows. A neighbour's pixel counts where the point is seen in both (`motion`), and by how little its
surroundings differ from this frame's beyond noise: light that moves over a surface, a reflection,
a shadow's edge stay sharp. That is non-local means (A. Buades, B. Coll, J.-M. Morel, CVPR 2005,
eq. 1) over the one candidate a frame that motion names. Only frames within `REACH` count, so a
frame is the same whatever was made before it.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.motion import Correspondence, after, before
from filmagent.refine.passes import Floats, Passes
from filmagent.refine.sampling import chained, sampled

REACH = 2
"""Frames before and after that a frame is averaged with."""
_QUIET = 1.5
"""Standard deviation, in codes of 255, below which noise is not told from rounding."""
_TRUST = 2.5
"""Squared differences a neighbour may show, in variances of noise, to count by 1/√e."""


class Denoiser:
    """Denoises the frames of a shot in any order; motion between two frames is found once."""

    def __init__(self) -> None:
        self._known: dict[tuple[int, int], Correspondence] = {}

    def __call__(self, frame: int, around: Mapping[int, Passes]) -> NDArray[np.uint8]:
        """A frame's picture with less noise, (H, W, 3) uint8.

        Parameters
        ----------
        frame
            Its number.
        around
            It and its neighbours; those that are not neighbours in time without a gap, or further
            than `REACH`, do not count.
        """
        self._forget(frame)
        own = around[frame].rgb.astype(np.float32)
        total, weights = own.copy(), np.ones(own.shape[:2], np.float32)
        variance: float | None = None
        for direction in (1, -1):
            place: Correspondence | None = None
            for step in range(1, REACH + 1):
                other = frame + direction * step
                if other not in around:
                    break
                link = self._link(other - direction, other, around)
                place = link if place is None else chained(place, link)
                colours = sampled(around[other].rgb, place, "bicubic")
                apart = colours - own
                difference = np.einsum("hwc,hwc->hw", apart, apart) / np.float32(3)
                if variance is None:
                    variance = _noise(difference, place)
                weight = _weight(difference, place, variance)
                total += weight[..., None] * colours
                weights += weight
        mean = total / weights[..., None]
        return np.asarray(np.clip(mean + 0.5, 0, 255).astype(np.uint8))

    def _link(self, now: int, then: int, around: Mapping[int, Passes]) -> Correspondence:
        if (now, then) not in self._known:
            find = after if then > now else before
            self._known[now, then] = find(around[now], around[then])
        return self._known[now, then]

    def _forget(self, frame: int) -> None:
        for pair in [p for p in self._known if min(abs(n - frame) for n in p) > REACH]:
            del self._known[pair]


def _noise(difference: Floats, place: Correspondence) -> float:
    """Variance of a squared difference by noise alone: robust, because surfaces differ too."""
    seen = difference[place.visible][::7]
    return max(float(np.median(seen)) if seen.size else 0.0, _QUIET**2)


def _weight(difference: Floats, place: Correspondence, variance: float) -> Floats:
    # to ask how a film stands needs no scipy
    from scipy.ndimage import uniform_filter

    blurred = uniform_filter(difference, 5, mode="nearest")
    weight = np.exp(-0.5 * blurred / (_TRUST * variance))
    return np.where(place.visible, weight, 0.0).astype(np.float32)
