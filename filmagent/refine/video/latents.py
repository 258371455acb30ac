"""Pictures to latents and back by the causal VAEs of LTX, a few latent frames at a time.

Their first latent frame stands for one frame, each other for ``stride``. A piece of a clip that
begins at a frame ``stride * k`` has its latents on the grid of the whole, but for its first: so a
long clip is worked through in pieces that see some latent frames more than they are kept for, and
memory does not grow with its length. Up to a piece, and where the context reaches back to the
start, that is exactly what the pipelines do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from filmagent.refine.video.backend import Clip, Frames
from filmagent.refine.video.placing import Placement

PIECE = 32
"""Latent frames of a piece: ten seconds of film."""
CONTEXT = 8
"""Latent frames that a piece sees beyond its own: what is further off hardly shows."""


@dataclass(frozen=True)
class Pictures:
    """A causal video VAE and how its latents are kept: normalised, float32, on the CPU.

    Parameters
    ----------
    vae
        With ``latents_mean``, ``latents_std`` and ``config.scaling_factor``.
    place
        Where it works.
    stride
        Frames that a latent frame stands for.
    noise, at
        Of VAEs that clean up while decoding (``timestep_conditioning``): how much noise their
        latents get, and what σ they are told.
    """

    vae: Any
    place: Placement
    stride: int
    noise: float = 0.025
    at: float = 0.05

    def encode(self, clip: Clip) -> Tensor:
        """Latents (1, C, f, h, w) of pictures (F, H, W, 3); the mean of what the VAE tells."""
        count = (clip.shape[0] - 1) // self.stride + 1
        parts = []
        for first, end in pieces(count):
            seen = max(0, first - CONTEXT)
            frames = clip[slice(seen * self.stride, (end - 1) * self.stride + 1)]
            parts.append(self._encode(frames)[:, :, first - seen :])
        return torch.cat(parts, 2)

    def decode(self, latents: Tensor) -> Iterator[Frames]:
        """Pictures (n, H, W, 3), 0–1, of latents, in order."""
        count = latents.shape[2]
        for first, end in pieces(count):
            seen = max(0, first - CONTEXT)
            until = min(count, end + CONTEXT)
            frames = self._decode(latents[:, :, seen:until], seen)
            start = self._frames(first - seen)
            yield frames[start : start + self._frames(end) - self._frames(first)]

    def _frames(self, latents: int) -> int:
        """How many frames the first so many latent frames stand for."""
        return max(0, (latents - 1) * self.stride + 1)

    def _encode(self, frames: Frames) -> Tensor:
        pixels = torch.from_numpy(np.ascontiguousarray(frames, np.float32)).permute(3, 0, 1, 2)
        with torch.no_grad(), self.place.at_work(self.vae):
            told = self.vae.encode((2 * pixels[None] - 1).to(self.place.device, self.vae.dtype))
            latents: Tensor = told.latent_dist.mode().float()
        mean, std = self._scales(latents)
        scale = float(self.vae.config.scaling_factor)
        return ((latents - mean) * scale / std).cpu()

    def _decode(self, latents: Tensor, first: int) -> Frames:
        level = None
        latents = latents.to(self.place.device)
        if self.vae.config.timestep_conditioning:
            level = torch.full((1,), self.at, device=self.place.device, dtype=self.vae.dtype)
            latents = torch.lerp(latents, _grain(latents, first), self.noise)
        mean, std = self._scales(latents)
        plain = latents * std / self.vae.config.scaling_factor + mean
        with torch.no_grad(), self.place.at_work(self.vae):
            pixels = self.vae.decode(plain.to(self.vae.dtype), level, return_dict=False)[0]
        # a piece is gigabytes: each step in place
        shown = pixels[0].float().mul_(0.5).add_(0.5).clamp_(0, 1).permute(1, 2, 3, 0)
        return np.asarray(shown.contiguous().cpu().numpy())

    def _scales(self, latents: Tensor) -> tuple[Tensor, Tensor]:
        mean, std = (
            t.view(1, -1, 1, 1, 1).to(latents)
            for t in (self.vae.latents_mean, self.vae.latents_std)
        )
        return mean, std


def pieces(count: int) -> Iterator[tuple[int, int]]:
    """Latent frames, first and end, of the pieces of a clip."""
    return ((first, min(first + PIECE, count)) for first in range(0, count, PIECE))


def _grain(latents: Tensor, first: int) -> Tensor:
    """Noise that belongs to a latent frame, whichever piece it is decoded with."""
    frames = [
        torch.randn(latents[:, :, 0].shape, generator=torch.Generator().manual_seed(first + n))
        for n in range(latents.shape[2])
    ]
    return torch.stack(frames, 2).to(latents)
