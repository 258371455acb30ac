"""What a video model must offer for our sampler to drive it; `Backend` and its words.

Pictures are (F, H, W, 3) float32, display values 0–1, in anything that yields them by slices: an
array, a memory map, a reader of files. Latents are float32 tensors (1, C, f, h, w) on the CPU;
only what a call works on is moved to the model's device, so that a shot's length never decides
what fits there. Every model moves along a straight line from noise to picture (flow matching:
Y. Lipman et al., "Flow Matching for Generative Modeling", 2023): x_σ = (1 − σ)·x₀ + σ·noise, and
its velocity is noise − x₀.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

Frames = NDArray[np.float32]


class Clip(Protocol):
    """Pictures (F, H, W, 3), or masks (F, H, W), in order; an array is one."""

    @property
    def shape(self) -> tuple[int, ...]:
        """(F, H, W, 3) or (F, H, W)."""
        ...

    def __getitem__(self, which: slice, /) -> Any:
        """A few of them, as a float32 array."""
        ...


@dataclass(frozen=True)
class Capabilities:
    """What a model takes.

    Parameters
    ----------
    name
        As `filmagent refine --backend` calls it.
    every, beyond
        A clip has ``every * k + beyond`` frames; others are padded by their last and trimmed
        (`filmagent.refine.video.clips`), before a backend sees them.
    longest
        Frames that a window may have.
    grid
        What width and height are multiples of.
    stride, scale
        Frames a latent frame stands for (but for the first, which stands for ``beyond``), pixels a
        latent cell does.
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

    def padded(self, frames: int) -> int:
        """How many frames a clip of so many is padded to."""
        return -(-max(frames - self.beyond, 0) // self.every) * self.every + self.beyond

    def latent(self, frames: int, height: int, width: int) -> tuple[int, int, int, int, int]:
        """The shape (1, C, f, h, w) of latents of a clip, padded."""
        count = (self.padded(frames) - self.beyond) // self.stride + 1
        rows, columns = (-(-n // self.grid) * self.grid // self.scale for n in (height, width))
        return 1, self.channels, count, rows, columns

    def span(self, latent: int) -> tuple[int, int]:
        """The frames, first and end, that a latent frame stands for."""
        end = self.beyond + latent * self.stride
        return (end - self.stride if latent else 0), end


@dataclass(frozen=True)
class Wish:
    """What a clip shall look like.

    Parameters
    ----------
    prompt, negative
        In words.
    controls
        Control videos (F, H, W, 3) by kind, made from the passes.
    areas
        Where a kind of control counts, (F, H, W), 1 where it does. A kind without one lies under
        those that have one; a model that takes a single video takes a single such kind.
    follow
        How strongly controls are followed: 1 as trained.
    mask : (F, H, W), optional
        1 where the model paints, 0 where the picture is kept.
    picture : (F, H, W, 3), optional
        The engine's render: what is kept, and where the sampler starts from.
    references
        Pictures (H, W, 3), of any size.
    keyframes
        Finished frames (H, W, 3) by their number in the clip.
    guidance
        1: none.
    """

    prompt: str
    negative: str = ""
    controls: Mapping[str, Clip] = field(default_factory=dict)
    areas: Mapping[str, Clip] = field(default_factory=dict)
    follow: float = 1.0
    mask: Clip | None = None
    picture: Clip | None = None
    references: Sequence[Frames] = ()
    keyframes: Mapping[int, Frames] = field(default_factory=dict)
    guidance: float = 1.0


class Condition(Protocol):
    """A wish as a model takes it, for a whole shot or a window of it."""

    @property
    def frames(self) -> int:
        """Latent frames of the clip itself."""
        ...

    @property
    def lead(self) -> Tensor | None:
        """Clean latents (1, C, n, h, w) that stand before the clip's own: references, in some
        models. They are noised, moved and windowed with it, and dropped at the end."""
        ...

    def window(self, first: int, end: int) -> Condition:
        """That of latent frames ``first`` to ``end`` of the clip (the lead comes along)."""
        ...


class Backend(Protocol):
    """A video model."""

    @property
    def capabilities(self) -> Capabilities:
        """What it takes."""
        ...

    def encode(self, pictures: Clip) -> Tensor:
        """Latents (1, C, f, h, w), normalised, of a clip whose length and size fit the model."""
        ...

    def decode(self, latents: Tensor) -> Iterator[Frames]:
        """Pictures of latents (without a lead), in order, a few at a time."""
        ...

    def condition(self, wish: Wish) -> Condition:
        """A wish whose clips fit the model, encoded once."""
        ...

    def velocity(self, x: Tensor, sigma: float, condition: Any) -> Tensor:
        """Where noised latents move, guidance included.

        Parameters
        ----------
        x : (1, C, lead + frames, h, w)
            The condition's lead, then its clip, noised to σ.
        sigma
            As the model is told.
        condition
            Of this window.

        Returns
        -------
        Tensor
            Of x's shape, float32, on the CPU.
        """
        ...
