"""What a video model must offer for our sampler to drive it; `Backend` and its words.

Arrays of pictures are (F, H, W, 3) float32, display values 0–1. Latents are torch tensors
(1, C, f, h, w). Every model moves along a straight line from noise to picture (flow matching:
Y. Lipman et al., "Flow Matching for Generative Modeling", 2023): x_σ = (1 − σ)·x₀ + σ·noise, and
its velocity is noise − x₀.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Frames = NDArray[np.float32]


@dataclass(frozen=True)
class Capabilities:
    """What a model takes.

    Parameters
    ----------
    name
        As `filmagent refine --backend` calls it.
    every, beyond
        A clip has ``every * k + beyond`` frames; others are padded by their last and trimmed.
    longest
        Frames that a window may have.
    grid
        What width and height are multiples of.
    stride, scale
        Frames a latent frame stands for (but for the first), pixels a latent cell does.
    channels
        Of a latent.
    controls
        Kinds of control video it follows: of ``depth``, ``line``, ``normal``, ``pose``.
    references
        Pictures of characters that it takes.
    masks, keyframes
        Whether parts may be kept, and finished frames be given.
    """

    name: str
    every: int
    beyond: int
    longest: int
    grid: int
    stride: int
    scale: int
    channels: int
    controls: tuple[str, ...]
    references: int = 0
    masks: bool = False
    keyframes: bool = False


@dataclass(frozen=True)
class Wish:
    """What a clip shall look like.

    Parameters
    ----------
    prompt, negative
        In words.
    controls
        Control videos (F, H, W, 3) by kind, made from the passes.
    mask : (F, H, W), optional
        1 where the model paints, 0 where the picture is kept.
    picture : (F, H, W, 3), optional
        The engine's render: what is kept, and where the sampler starts from.
    references
        Pictures (H, W, 3).
    keyframes
        Finished frames (H, W, 3) by their number in the clip.
    guidance
        1: none.
    """

    prompt: str
    negative: str = ""
    controls: Mapping[str, Frames] = field(default_factory=dict)
    mask: Frames | None = None
    picture: Frames | None = None
    references: Sequence[Frames] = ()
    keyframes: Mapping[int, Frames] = field(default_factory=dict)
    guidance: float = 1.0


class Condition(Protocol):
    """A wish as a model takes it, for a whole shot or a window of it."""

    @property
    def before(self) -> int:
        """Latent frames that stand before the clip's own: references, in some models."""
        ...

    def window(self, first: int, end: int) -> Condition:
        """That of latent frames ``first`` to ``end`` of the clip (those before come along)."""
        ...


class Backend(Protocol):
    """A video model."""

    @property
    def capabilities(self) -> Capabilities:
        """What it takes."""
        ...

    def encode(self, pictures: Frames) -> Tensor:
        """Latents (1, C, f, h, w), normalised, of pictures."""
        ...

    def decode(self, latents: Tensor) -> Frames:
        """Pictures of latents, without what stands before them."""
        ...

    def condition(self, wish: Wish) -> Condition:
        """A wish, encoded once."""
        ...

    def velocity(self, x: Tensor, sigma: float, condition: Any) -> Tensor:
        """Where noised latents of the condition's clip move, guidance included; x's shape."""
        ...
