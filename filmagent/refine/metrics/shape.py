"""Whether things are still where they were, in the shape they had.

`structure` compares edges as boundary benchmarks do (D. Martin, C. Fowlkes, J. Malik, "Learning to
Detect Natural Image Boundaries", PAMI 2004): precision and recall of edge pixels within a distance,
by distance transforms, in one F-score. Edges that must be there are those of ids and depth which
the engine's picture shows; edges that may be there are all of the engine's.

`silhouette` asks the refined picture where an object ends: each pixel near its outline goes to the
side, inside or outside, whose colour nearby it resembles.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import binary_dilation, binary_erosion, distance_transform_edt, uniform_filter

from filmagent.refine.metrics.lab import lab
from filmagent.refine.passes import Passes

Picture = NDArray[np.uint8]
Mask = NDArray[np.bool_]

_NEAR = 1.5
"""Pixels an edge may be away from its own."""
_STEP = 6.0
"""Gradient in L*a*b* units a pixel from which there is an edge."""
_FAINT = 0.6
"""Share of `_STEP` from which there may be one."""
_BAND = 6
"""Pixels to each side of an outline that may change sides."""
_CONTRAST = 12.0
"""Distance in L*a*b* of two sides that can be told apart."""


def structure(refined: Picture, engine: Passes) -> float:
    """F-score 0–1 of a refined picture's edges against the engine's; 1 where all agree."""
    # soft cores: noise of single pixels is no edge
    shown, source = _gradient(refined), _gradient(engine.rgb)
    must = (source > _STEP) & _outlines(engine)
    found = shown > _STEP
    recall = _share_near(must, shown > _FAINT * _STEP)
    precision = _share_near(found, source > _FAINT * _STEP)
    return 2 * precision * recall / max(precision + recall, 1e-9)


def silhouette(refined: Picture, engine: Passes, object_id: int) -> float | None:
    """IoU of an object's silhouette, as the refined picture shows it, with the engine's.

    Relative to what the same look at the engine's picture finds, so that what cannot be told from
    its background counts neither way. None where too little can be told.
    """
    mask = engine.ids == object_id
    ring = binary_dilation(mask, iterations=_BAND) & ~binary_erosion(mask, iterations=_BAND)
    if ring.sum() < 200:
        return None
    shown, clear = _sides(refined, mask, ring)
    source, known = _sides(engine.rgb, mask, ring)
    told = ring & known & clear
    if told.sum() < 200:
        return None
    inside = mask & ~ring
    whole = inside.sum() + (source & told).sum()
    both = inside.sum() + (shown & source & told).sum()
    union = whole + (shown & ~source & told).sum()
    return float(both / max(union, 1))


def _gradient(picture: Picture) -> NDArray[np.float32]:
    smooth = uniform_filter(lab(picture), (3, 3, 0))
    along = np.linalg.norm(smooth[2:, 1:-1] - smooth[:-2, 1:-1], axis=-1)
    across = np.linalg.norm(smooth[1:-1, 2:] - smooth[1:-1, :-2], axis=-1)
    return np.pad(np.hypot(along, across) / 2, 1)


def _outlines(engine: Passes) -> Mask:
    """Where ids change or depth jumps, and the pixels next to it."""
    depth = np.where(np.isinf(engine.depth), 1e4, engine.depth)
    edge = np.zeros(engine.ids.shape, bool)
    for axis in (0, 1):
        cut = [slice(None)] * 2
        cut[axis] = slice(1, None)
        jump = np.abs(np.diff(np.log(np.maximum(depth, 1e-3)), axis=axis)) > 0.08
        edge[tuple(cut)] |= (np.diff(engine.ids.astype(np.int16), axis=axis) != 0) | jump
    return np.asarray(binary_dilation(edge))


def _share_near(edges: Mask, others: Mask) -> float:
    if not edges.any():
        return 1.0
    if not others.any():
        return 0.0
    return float((distance_transform_edt(~others)[edges] <= _NEAR).mean())


def _sides(picture: Picture, mask: Mask, ring: Mask) -> tuple[Mask, Mask]:
    """Which pixels look like inside, and which could be told at all."""
    colours = lab(picture)
    inner = binary_erosion(mask, iterations=_BAND // 2)
    outer = ~binary_dilation(mask, iterations=_BAND // 2)
    means, there = [], np.ones(mask.shape, bool)
    for side in (inner, outer):
        weight = uniform_filter(side.astype(np.float32), 4 * _BAND + 1)
        total = uniform_filter(colours * side[..., None], (4 * _BAND + 1, 4 * _BAND + 1, 0))
        means.append(total / np.maximum(weight, 1e-4)[..., None])
        there &= weight > 0.02
    apart = np.linalg.norm(means[0] - means[1], axis=-1) > _CONTRAST
    nearer = np.linalg.norm(colours - means[0], axis=-1) < np.linalg.norm(
        colours - means[1], axis=-1
    )
    return nearer & ring, there & apart
