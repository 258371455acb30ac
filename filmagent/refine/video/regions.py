"""Parts of a picture held to the engine's until a noise level of their own.

Every cell of the latents may have a σ_start: above it the cell is held where the engine's own
picture, noised, would be; below, the model moves it. A face that starts low keeps its drawing, a
wall that starts high becomes whatever the prompt says, and the model sees both at one noise level
all the way ("dual clock": A. Singer et al., "Time-to-Move: Training-Free Motion-Controlled Video
Generation via Dual-Clock Denoising", 2025, arXiv:2511.08633). A start of 0 holds to the end: so
keyframes are pinned, and finished windows carried into the next.

A start between two levels frees a cell for the rest of that step. For straight paths this is as
exact as the step itself: the held path and the model's are mixed by the part that is free.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from filmagent.refine.video.backend import Capabilities, Clip
from filmagent.refine.video.clips import finite, padded


@dataclass(frozen=True)
class Hold:
    """What latents are held to, and until when.

    Parameters
    ----------
    clean : (1, C, f, h, w)
        Latents of the engine's picture, keyframes and finished frames.
    start : (1, 1, f, h, w)
        σ below which the model moves a cell: 1 holds nothing, 0 to the end.
    """

    clean: Tensor
    start: Tensor

    def __post_init__(self) -> None:
        if self.clean.shape[2:] != self.start.shape[2:]:
            raise ValueError(
                f"starts {tuple(self.start.shape)} and latents {tuple(self.clean.shape)} have "
                "different frames or sizes"
            )

    def window(self, first: int, end: int) -> Hold:
        """That of latent frames ``first`` to ``end``."""
        return Hold(self.clean[:, :, first:end], self.start[:, :, first:end])

    def moved(self, now: float, then: float) -> Tensor:
        """The part of a step between two levels for which each cell is free, 0–1."""
        return ((self.start - then) / (now - then)).clamp(0, 1)

    def kept(self, stepped: Tensor, noise: Tensor, now: float, then: float) -> Tensor:
        """Latents after a step of the whole clip, with what is held put back."""
        return torch.lerp(noised(self.clean, noise, then), stepped, self.moved(now, then))


def noised(clean: Tensor, noise: Tensor, sigma: float) -> Tensor:
    """Latents at a noise level: (1 − σ)·x₀ + σ·noise."""
    return (1 - sigma) * clean + sigma * noise


def starts(
    sigma: Clip | float, capabilities: Capabilities, frames: int, height: int, width: int
) -> Tensor:
    """σ_start of every latent cell from that of pixels.

    Parameters
    ----------
    sigma : (F, H, W) or float
        Of every pixel, or of all.
    capabilities
        Of the model.
    frames, height, width
        Of the shot, before it is padded.

    Returns
    -------
    Tensor
        (1, 1, f, h, w): the least of a cell's pixels and frames, so that what is protected is
        protected whole.

    Raises
    ------
    InputError
        If a pixel is no number.
    """
    _, _, count, rows, columns = capabilities.latent(frames, height, width)
    if isinstance(sigma, float | int):
        return torch.full((1, 1, count, rows, columns), float(sigma))
    scale = capabilities.scale
    fitting = padded(sigma, capabilities.padded(frames), rows * scale, columns * scale)
    least = torch.empty(1, 1, count, rows, columns)
    for latent in range(count):
        first, end = capabilities.span(latent)
        pixels = finite(fitting[first:end], "map of σ", first).min(0)
        # the least of each cell: max pooling knows no minimum
        pooled = functional.max_pool2d(-torch.from_numpy(np.ascontiguousarray(pixels))[None], scale)
        least[0, 0, latent] = -pooled[0]
    return least.clamp(0, 1)


def pinned(start: Tensor, keyframes: set[int], capabilities: Capabilities) -> Tensor:
    """Starts with 0 in latent frames all of whose frames are keyframes."""
    held = start.clone()
    for latent in range(start.shape[2]):
        if set(range(*capabilities.span(latent))) <= keyframes:
            held[:, :, latent] = 0
    return held
