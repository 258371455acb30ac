"""Wan's picture codec, a few frames at a time: memory does not grow with a shot.

The codec looks back only. What its convolutions must remember of earlier frames is a cache that
goes from call to call, so that frames coded one after another give what the whole clip would.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import torch
from torch import Tensor

from filmagent.refine.video.backend import Frames
from filmagent.refine.video.placing import Placement


class Codec:
    """An ``AutoencoderKLWan`` that codes streams of frames.

    Parameters
    ----------
    vae
        The model; it works in float32, because in half precision it bands and drifts.
    placement
        Which module is where.
    """

    def __init__(self, vae: Any, placement: Placement) -> None:
        self._vae = (vae if vae.dtype == torch.float32 else vae.to(torch.float32)).eval()
        self._place = placement
        self._mean = torch.tensor(vae.config.latents_mean).view(1, -1, 1, 1, 1)
        self._scale = 1.0 / torch.tensor(vae.config.latents_std).view(1, -1, 1, 1, 1)

    def encoder(self) -> Encoder:
        """A fresh stream of frames to latents."""
        return Encoder(self._vae, self._place, self._mean, self._scale)

    def encode(self, parts: Iterable[Frames]) -> Tensor:
        """Normalised latents (1, C, f, h, w) of display values 0–1, 1, 4, 4 … frames a part."""
        stream = self.encoder()
        return torch.cat([stream(part * 2 - 1) for part in parts], 2)

    def decode(self, latents: Tensor) -> Iterator[Frames]:
        """Display values (n, H, W, 3) of normalised latents: 1, 4, 4 … frames."""
        cache = _memory(self._vae.decoder)
        for index in range(latents.shape[2]):
            some = latents[:, :, index : index + 1] / self._scale + self._mean
            # not around the loop: who reads the pictures has settings of their own
            with torch.no_grad(), self._place.at_work(self._vae):
                hidden = self._vae.post_quant_conv(some.to(self._place.device))
                out = self._vae.decoder(
                    hidden, feat_cache=cache, feat_idx=[0], first_chunk=index == 0
                )
            pictures = out.clamp(-1, 1)[0].permute(1, 2, 3, 0).cpu().numpy()
            yield np.asarray(pictures * 0.5 + 0.5)


class Encoder:
    """A stream of frames to latents, each part after the last."""

    def __init__(self, vae: Any, placement: Placement, mean: Tensor, scale: Tensor) -> None:
        self._vae, self._place, self._mean, self._scale = vae, placement, mean, scale
        self._cache = _memory(vae.encoder)

    @torch.no_grad()
    def __call__(self, part: Frames) -> Tensor:
        """The latent frame (1, C, 1, h, w) of 1 frame at first, then of 4, from −1 to 1."""
        video = torch.from_numpy(np.ascontiguousarray(part.transpose(3, 0, 1, 2), np.float32))
        with self._place.at_work(self._vae):
            out = self._vae.encoder(
                video[None].to(self._place.device), feat_cache=self._cache, feat_idx=[0]
            )
            # mean and spread, of which the mean is the mode
            mean = self._vae.quant_conv(out).chunk(2, dim=1)[0]
        return torch.as_tensor((mean.float().cpu() - self._mean) * self._scale)


def _memory(half: torch.nn.Module) -> list[Any]:
    """An empty cache for an encoder or decoder: one place for each convolution in time."""
    from diffusers.models.autoencoders.autoencoder_kl_wan import WanCausalConv3d

    return [None] * sum(isinstance(module, WanCausalConv3d) for module in half.modules())
