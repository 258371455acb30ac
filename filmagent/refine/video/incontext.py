"""What stands beside a clip of LTX-2: control videos, references on white, pressed stills."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import torch
from torch import Tensor

from filmagent.refine.video.backend import Clip, Frames
from filmagent.refine.video.tokens import Given


@dataclass(frozen=True)
class Coarser:
    """A clip (F, H, W, 3), so many times smaller, read by slices."""

    clip: Clip
    times: int

    @property
    def shape(self) -> tuple[int, ...]:
        """(F, h, w, 3)."""
        frames, height, width = self.clip.shape[:3]
        return frames, height // self.times, width // self.times, 3

    def __getitem__(self, which: slice, /) -> Frames:
        frames: Frames = np.asarray(self.clip[which], np.float32)
        if self.times == 1:
            return frames
        _, height, width, _ = self.shape
        cells = frames.reshape(len(frames), height, self.times, width, self.times, 3)
        return np.asarray(cells.mean((2, 4)), np.float32)


def heed(given: Given, count: int, follow: float, device: torch.device) -> Tensor | None:
    """How far tokens heed each other, (1, n, n): the clip its controls ``follow``, they it.

    As ``conditioning_attention_strength`` of the pipeline; None where all heed all.
    """
    groups = [latents[0, 0].numel() for latents in given.controls + given.pictures]
    if follow == 1 or not groups:
        return None
    own = count - sum(groups) - sum(k[0, 0].numel() for _, k in given.keys)
    ends = np.cumsum([count - sum(groups), *groups])
    mask = torch.zeros(1, count, count, device=device)
    mask[:, : ends[0], : ends[0]] = 1
    for first, end in pairwise(ends):
        mask[:, first:end, first:end] = 1
        mask[:, :own, first:end] = mask[:, first:end, :own] = follow
    return mask


def pressure(text_encoder: Any) -> int:
    """How compressed the stills are that a model was trained with: H.264's CRF."""
    from diffusers.pipelines.ltx2.utils import resolve_default_image_crf

    return int(resolve_default_image_crf(text_encoder))


def pressed(picture: Frames, crf: int) -> Frames:
    """A finished frame, so compressed."""
    from diffusers.pipelines.ltx2.utils import apply_image_conditioning_crf

    return np.asarray(apply_image_conditioning_crf(_bytes(picture), crf), np.float32) / 255


def framed(picture: Frames, width: int, height: int) -> Frames:
    """A reference (h, w, 3) as a clip of one frame, whole, on white."""
    from PIL import Image, ImageOps

    shown = Image.fromarray(_bytes(picture))
    fitted = ImageOps.pad(shown, (width, height), color=(255, 255, 255))
    return np.asarray(fitted, np.float32)[None] / 255


def _bytes(picture: Frames) -> Any:
    return np.rint(np.clip(picture, 0, 1) * 255).astype(np.uint8)
