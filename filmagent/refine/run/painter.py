"""Who paints: anything that turns a request into pictures and can go on after a stop."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    # a film without a video model loads no torch
    from torch import Tensor

    from filmagent.refine.run.work import Work
    from filmagent.refine.video.backend import Capabilities, Clip, Frames, Wish

Told = Callable[[float], None]
"""Told how much of a piece is done, 0–1."""


@dataclass(frozen=True)
class Request:
    """A piece of a shot as it is to be painted.

    Parameters
    ----------
    wish
        What it shall look like; clips of the piece's own length and size.
    sigma_start, steps, seed
        As `Choices` has them, for this try; 0 steps: the model's own.
    sigma : (F, H, W), optional
        σ_start of every pixel, where parts are held longer than the rest.
    noise : (1, C, f, h, w), optional
        Noise of the clip's latents; drawn by the seed when None.
    people
        Who can be seen: a model may know them.
    """

    wish: Wish
    sigma_start: float
    steps: int
    seed: int
    sigma: Clip | None = None
    noise: Tensor | None = None
    people: Sequence[str] = ()


class Painter(Protocol):
    """A video model at work."""

    @property
    def capabilities(self) -> Capabilities:
        """What it takes."""
        ...

    @property
    def fingerprint(self) -> str:
        """A hash of what decides its pictures beside the request: its weights and settings."""
        ...

    def paint(self, request: Request, work: Work, name: str, told: Told) -> Iterator[Frames]:
        """Pictures (n, H, W, 3) in order, a few at a time.

        Parameters
        ----------
        request
            What to paint.
        work
            Where unfinished work is kept and found again.
        name
            What the piece is called there.
        told
            Told how far it is.
        """
        ...
