"""The one video that VACE is shown: controls where they count, and what is kept, under its mask."""

from __future__ import annotations

import numpy as np
import torch
from torch.nn import functional

from filmagent.errors import InputError
from filmagent.refine.video.backend import Frames, Wish
from filmagent.refine.video.clips import finite, shape

_GREY = 0.5


def composed(wish: Wish, first: int, end: int) -> tuple[Frames, Frames]:
    """The one video that VACE takes, and its mask, for some frames.

    Where the mask is 0, the picture or the keyframe that is kept; elsewhere the control that
    counts there, or grey.
    """
    video = _controls(wish, first, end)
    mask = np.ones(video.shape[:3], np.float32)
    if wish.mask is not None and wish.picture is not None:
        mask = finite(wish.mask[first:end], "mask", first)
        picture = finite(wish.picture[first:end], "picture", first)
        video = np.where((mask > 0.5)[..., None], video, picture)
    for number, still in wish.keyframes.items():
        if first <= number < end:
            video[number - first] = finite(still[None], "keyframes", number)[0]
            mask[number - first] = 0
    return video, mask


def _controls(wish: Wish, first: int, end: int) -> Frames:
    _, height, width = shape(wish)
    video = np.full((end - first, height, width, 3), _GREY, np.float32)
    everywhere = [kind for kind in wish.controls if kind not in wish.areas]
    if len(everywhere) > 1:
        raise InputError(
            f"VACE takes one control video, and {' and '.join(everywhere)} would all fill it: "
            "name one, or the area where each counts."
        )
    # what has an area lies over what has none
    for kind in sorted(wish.controls, key=lambda kind: kind in wish.areas):
        control = finite(wish.controls[kind][first:end], f"{kind} video", first)
        if kind in wish.areas:
            area = finite(wish.areas[kind][first:end], f"area of {kind}", first)
            video = np.where((area > 0.5)[..., None], control, video)
        else:
            video = control.copy()
    return video


def on_white(picture: Frames, height: int, width: int) -> Frames:
    """A picture of any size fitted into a white one (height, width, 3)."""
    there = torch.from_numpy(np.ascontiguousarray(picture.transpose(2, 0, 1), np.float32))[None]
    scale = min(height / there.shape[2], width / there.shape[3])
    rows, columns = int(there.shape[2] * scale), int(there.shape[3] * scale)
    fitted = functional.interpolate(
        there, size=(rows, columns), mode="bilinear", align_corners=False
    )
    canvas = torch.ones(3, height, width)
    top, left = (height - rows) // 2, (width - columns) // 2
    canvas[:, top : top + rows, left : left + columns] = fitted[0]
    return np.asarray(canvas.permute(1, 2, 0).numpy())
