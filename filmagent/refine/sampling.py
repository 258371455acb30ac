"""Pictures sampled between pixels, by torch on the CPU: bilinear, or sharp by cubics."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from filmagent.refine.motion import Correspondence

Floats = NDArray[np.float32]


def sampled(
    planes: Floats | NDArray[np.uint8],
    at: Correspondence,
    mode: Literal["bilinear", "bicubic"] = "bilinear",
) -> Floats:
    """Planes (H, W, C) at the places of a correspondence, (H, W, C); beyond the edge, the edge.

    ``bicubic`` is R. Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE
    TASSP 1981, which hardly softens a picture that is sampled again and again.
    """
    # torch takes a second to load, and only who moves pictures needs it
    import torch
    from torch.nn import functional

    height, width = planes.shape[:2]
    place = np.stack([at.x * (2 / max(width - 1, 1)) - 1, at.y * (2 / max(height - 1, 1)) - 1], -1)
    source = torch.from_numpy(np.ascontiguousarray(planes.transpose(2, 0, 1), np.float32))
    found = functional.grid_sample(
        source[None],
        torch.from_numpy(place.astype(np.float32))[None],
        mode=mode,
        padding_mode="border",
        align_corners=True,
    )
    return np.asarray(found[0].permute(1, 2, 0).numpy())


def chained(first: Correspondence, second: Correspondence) -> Correspondence:
    """Where points of a frame are at the end of two links, through the frame between."""
    height, width = first.size
    rows, columns = first.nearest
    # the nearest pixel's motion, never a mixture over an outline
    right = (second.x - np.arange(width, dtype=np.float32))[rows, columns]
    down = (second.y - np.arange(height, dtype=np.float32)[:, None])[rows, columns]
    seen = first.visible & second.visible[rows, columns]
    return Correspondence(first.x + right, first.y + down, seen, second.size)
