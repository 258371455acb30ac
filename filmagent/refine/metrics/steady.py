"""Whether a refined shot is as steady as what it was made from.

Both measures follow the renderer's exact motion and are *excess*: what the engine's own picture
shows by the same measure (moving highlights, shadows, aliasing) is no fault of refining. Warping
error: W.-S. Lai et al., "Learning Blind Video Temporal Consistency", ECCV 2018, eq. 9, with exact
motion and visibility where they estimated them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.metrics.lab import luma
from filmagent.refine.motion import Correspondence
from filmagent.refine.sampling import sampled

Picture = NDArray[np.uint8]


def warp_error(now: Picture, then: Picture, place: Correspondence) -> float:
    """Mean squared difference, display values 0–1, of pixels and where they went.

    Parameters
    ----------
    now, then
        Two frames of a shot, (H, W, 3) uint8.
    place
        Where the points of ``now`` are in ``then``.
    """
    if not place.visible.any():
        return 0.0
    moved = sampled(then, place)[place.visible]
    return float(np.square((moved - now[place.visible]) / 255).mean())


def excess_warp_error(
    refined: tuple[Picture, Picture], engine: tuple[Picture, Picture], place: Correspondence
) -> float:
    """`warp_error` of two refined frames less that of the engine's; negative is steadier."""
    return warp_error(*refined, place) - warp_error(*engine, place)


def brightness_step(now: Picture, then: Picture, place: Correspondence) -> float:
    """How much brighter, in luma 0–1, the same points are one frame later."""
    if not place.visible.any():
        return 0.0
    moved = sampled(luma(then)[..., None], place)[..., 0]
    return float((moved - luma(now))[place.visible].mean())


def relative_step(now: Picture, then: Picture, place: Correspondence) -> float:
    """`brightness_step` as a share of how bright those points are: the same in any exposure."""
    level = float(luma(now)[place.visible].mean()) if place.visible.any() else 0.0
    return brightness_step(now, then, place) / level if level else 0.0


def flicker(
    refined: tuple[Picture, Picture], engine: tuple[Picture, Picture], place: Correspondence
) -> float:
    """How much more than the engine's the brightness of the same points steps, luma 0–1."""
    return abs(brightness_step(*refined, place) - brightness_step(*engine, place))
