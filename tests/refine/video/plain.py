"""A backend without weights: every frame goes its own way, in a straight line or a bent one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from filmagent.refine.video.backend import Capabilities, Clip, Wish
from filmagent.refine.video.clips import shape

CAPABILITIES = Capabilities(
    name="plain",
    every=4,
    beyond=1,
    longest=33,
    grid=16,
    stride=4,
    scale=8,
    channels=3,
    controls=("depth", "line"),
    references=2,
    masks=True,
    keyframes=True,
)


@dataclass(frozen=True)
class PlainCondition:
    """Where latents shall end."""

    target: Tensor
    lead: Tensor | None = None

    @property
    def frames(self) -> int:
        return self.target.shape[2]

    def window(self, first: int, end: int) -> PlainCondition:
        return replace(self, target=self.target[:, :, first:end])


class Plain:
    """Ends at its control video's latents; ``bend`` makes the way there curved."""

    def __init__(self, bend: float = 0.0) -> None:
        self._bend = bend
        self.asked: list[tuple[int, float]] = []
        self.fails_after = 10**9

    @property
    def capabilities(self) -> Capabilities:
        return CAPABILITIES

    def encode(self, pictures: Clip) -> Tensor:
        """The mean of every cell over its frames."""
        found = []
        for latent in range((pictures.shape[0] - 1) // 4 + 1):
            part = np.asarray(pictures[slice(*CAPABILITIES.span(latent))], np.float32)
            mean = torch.from_numpy(part.mean(0).transpose(2, 0, 1).copy())
            found.append(functional.avg_pool2d(mean[None], 8)[:, :, None])
        return torch.cat(found, 2)

    def decode(self, latents: Tensor) -> Iterator[Any]:
        for latent in range(latents.shape[2]):
            first, end = CAPABILITIES.span(latent)
            picture = functional.interpolate(latents[:, :, latent], scale_factor=8)[0]
            yield np.repeat(picture.permute(1, 2, 0).numpy()[None], end - first, 0)

    def condition(self, wish: Wish) -> PlainCondition:
        shape(wish)
        lead = [self.encode(picture[None]) for picture in wish.references]
        return PlainCondition(
            self.encode(next(iter(wish.controls.values()))), torch.cat(lead, 2) if lead else None
        )

    def velocity(self, x: Tensor, sigma: float, condition: PlainCondition) -> Tensor:
        self.asked.append((condition.frames, sigma))
        if len(self.asked) > self.fails_after:
            return torch.full_like(x, torch.nan)
        target = condition.target
        if condition.lead is not None:
            target = torch.cat([condition.lead, target], 2)
        return (x - target) / max(sigma, 1e-3) + self._bend * torch.sin(3 * x)


def clip(frames: int, height: int = 32, width: int = 48, seed: int = 0) -> Any:
    """Pictures of noise."""
    return np.random.default_rng(seed).random((frames, height, width, 3), np.float32)
