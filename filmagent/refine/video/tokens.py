"""A clip as LTX's transformers take it: tokens, each with a place and a clock of its own.

A token is a latent cell. These models were trained with a noise level for every token, so what is
given (a kept part, a keyframe, a control video) goes in clean, told σ = 0, beside what is painted
(Y. HaCohen et al., "LTX-Video: Realtime Video Latent Diffusion", 2024, section 2.5).

Places are pixels and frames, first and end, (1, 3, tokens, 2) for time, height and width. A window
has frames of its own, counted from its first latent frame, as if it were a clip.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import torch
from torch import Tensor
from torch.nn import functional

from filmagent.refine.video.backend import Clip

EARLY = 1e-6


@dataclass(frozen=True)
class Given:
    """What is given of a clip, or of a window of it.

    Parameters
    ----------
    frames
        Latent frames.
    stride, scale
        Frames that a latent frame stands for, pixels a latent cell does.
    clean : (1, C, f, h, w), optional
        What the held cells hold.
    until : (1, 1, f, h, w), optional
        The σ at which a cell begins to be painted: 1, from the start; 0, never.
    keys
        Latents (1, C, 1, h, w) by the frame where they stand.
    controls
        Latents (1, C, f, h', w') that stand where the clip stands; coarser ones are spread.
    pictures
        Latents (1, C, 1, h', w') that stand at the clip's first frame.
    """

    frames: int
    stride: int
    scale: int
    clean: Tensor | None = None
    until: Tensor | None = None
    keys: tuple[tuple[int, Tensor], ...] = ()
    controls: tuple[Tensor, ...] = ()
    pictures: tuple[Tensor, ...] = ()

    def window(self, first: int, end: int) -> Given:
        """That of latent frames ``first`` to ``end``."""

        def cut(latents: Tensor) -> Tensor:
            return latents[:, :, first:end]

        # a window's first latent stands for one frame, its last: what comes before is there too
        begins = first * self.stride
        ends = (end - 1) * self.stride
        earliest = begins - self.stride if first else 0
        keys = ((max(n - begins, 0), k) for n, k in self.keys if earliest < n <= ends)
        return replace(
            self,
            frames=end - first,
            clean=None if self.clean is None else cut(self.clean),
            until=None if self.until is None else cut(self.until),
            keys=tuple(keys),
            controls=tuple(map(cut, self.controls)),
        )

    @property
    def anything(self) -> bool:
        """Whether some token has a clock of its own."""
        return bool(self.until is not None or self.keys or self.controls or self.pictures)

    def tokens(self, x: Tensor, sigma: float) -> tuple[Tensor, Tensor]:
        """Tokens (1, n, C) of noised latents and all that is given, and their σ (1, n) or (1, 1).

        A held cell's own noise is known (x lies on a straight line from it to ``clean``), so that
        nothing has to be remembered between steps.
        """
        level = torch.full((1, 1), sigma, dtype=torch.float32)
        if self.until is not None and self.clean is not None:
            noise = (x - (1 - sigma) * self.clean) / max(sigma, EARLY)
            waiting = torch.lerp(self.clean, noise, self.until)
            x = torch.where(self._held(sigma), waiting, x)
            level = pack(self.until)[..., 0].clamp(max=sigma)
        beside = [pack(k) for _, k in self.keys] + [pack(c) for c in self.controls + self.pictures]
        if beside:
            level = level.expand(1, x[0, 0].numel())
            level = torch.cat([level, level.new_zeros(1, sum(t.shape[1] for t in beside))], 1)
        return torch.cat([pack(x), *beside], 1), level

    def places(self, height: int, width: int) -> Tensor:
        """Where every token is, for latents of a height and width."""
        found = [grid(self.frames, height, width, self.stride, self.scale)]
        for frame, _ in self.keys:
            place = grid(1, height, width, self.stride, self.scale)
            place[:, 0, :, 0], place[:, 0, :, 1] = frame, frame + 1
            found.append(place)
        for latents in self.controls + self.pictures:
            count, rows, columns = latents.shape[2:]
            place = grid(count, rows, columns, self.stride, self.scale)
            place[:, 1] *= height / rows
            place[:, 2] *= width / columns
            found.append(place)
        return torch.cat(found, 2)

    def hold(self, velocity: Tensor, x: Tensor, sigma: float) -> Tensor:
        """A velocity that leads held cells straight to what they hold."""
        if self.until is None or self.clean is None:
            return velocity
        return torch.where(self._held(sigma), (x - self.clean) / max(sigma, EARLY), velocity)

    def _held(self, sigma: float) -> Tensor:
        assert self.until is not None
        return self.until + EARLY < sigma


def pack(latents: Tensor) -> Tensor:
    """Latents (1, C, f, h, w) as tokens (1, f·h·w, C)."""
    return latents.flatten(2).transpose(1, 2)


def unpack(tokens: Tensor, shape: tuple[int, ...] | torch.Size) -> Tensor:
    """The first tokens as latents of a shape (1, C, f, h, w)."""
    count = shape[2] * shape[3] * shape[4]
    return tokens[:, :count].transpose(1, 2).reshape(shape)


def grid(frames: int, height: int, width: int, stride: int, scale: int) -> Tensor:
    """Places (1, 3, tokens, 2) of a clip's latent cells; its first stands for one frame alone."""
    axes = [torch.arange(n, dtype=torch.float32) for n in (frames, height, width)]
    first = torch.stack(torch.meshgrid(*axes, indexing="ij")).flatten(1)
    spans = torch.stack([first, first + 1], -1)[None]
    spans *= torch.tensor([stride, scale, scale]).view(1, 3, 1, 1)
    spans[:, 0] = (spans[:, 0] + 1 - stride).clamp(min=0)
    return spans


def painted(mask: Clip, stride: int, scale: int) -> Tensor:
    """The most that a mask (F, H, W) paints in each latent cell, (1, 1, f, h, w)."""
    parts = []
    for start in range(0, mask.shape[0], stride):
        # frame 0 alone, then 1–8, 9–16, …
        some = mask[slice(max(0, start - stride + 1), start + 1)]
        pixels = torch.from_numpy(some.astype("float32")).amax(0)[None, None]
        parts.append(functional.max_pool2d(pixels, scale))
    return torch.stack(parts, 2)
