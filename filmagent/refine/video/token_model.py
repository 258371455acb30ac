"""What the models of LTX have in common: a causal codec, tokens with clocks, places in seconds."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from filmagent.errors import InputError
from filmagent.refine.video import clips
from filmagent.refine.video import schedule as schedules
from filmagent.refine.video.backend import Capabilities, Clip, Frames, Wish
from filmagent.refine.video.latents import Pictures
from filmagent.refine.video.placing import Placement
from filmagent.refine.video.tokens import Given, painted
from filmagent.refine.video.words import Words


class TokenModel(ABC):
    """A model of LTX's, but for what it is told at each step.

    Parameters
    ----------
    pipeline
        Of diffusers, loaded.
    placement
        Which module is where; everything where the transformer is when None.
    load_text
        Loads the text encoder anew; then it is let go when prompts are encoded.
    name
        As ``--backend`` has it.
    fps
        Of the film: places in time are told in seconds.
    longest
        Frames of a window.
    coarser
        How many times smaller control videos are.
    controls, references
        As `Capabilities` has them.
    """

    def __init__(
        self,
        pipeline: Any,
        placement: Placement | None,
        load_text: Callable[[], Any] | None,
        *,
        name: str,
        fps: float,
        longest: int,
        coarser: int = 1,
        controls: tuple[str, ...] = (),
        references: int = 0,
    ) -> None:
        self.pipeline, self.fps = pipeline, fps
        self._place = placement or Placement(pipeline.transformer.device)
        self._place.spread(pipeline.transformer)
        self._words = Words(pipeline, self._embedded, self._place, load_text)
        stride, scale = ratios(pipeline)
        self._pictures = Pictures(pipeline.vae.eval(), self._place, stride)
        self._capabilities = Capabilities(
            name=name,
            every=stride,
            beyond=1,
            longest=longest,
            grid=scale * coarser,
            stride=stride,
            scale=scale,
            channels=pipeline.transformer.config.in_channels,
            controls=controls,
            references=references,
            masks=True,
            keyframes=True,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What it takes: 8k + 1 frames, sizes that are multiples of 32 (or so often coarser)."""
        return self._capabilities

    def learn(self, prompts: Iterable[str]) -> None:
        """Encode prompts of shots to come, so that the text encoder is loaded once."""
        self._words.learn(prompts)

    def encode(self, pictures: Clip) -> Tensor:
        """Latents (1, C, f, h, w) of pictures (F, H, W, 3)."""
        fits(pictures.shape, self.capabilities)
        return self._pictures.encode(pictures)

    def decode(self, latents: Tensor) -> Iterator[Frames]:
        """Pictures of latents, a few at a time."""
        return self._pictures.decode(latents)

    def _texts(self, wish: Wish) -> Any:
        """Its prompt as the model reads it; and the negative one where guided."""
        prompts = [wish.prompt] + ([wish.negative] if wish.guidance != 1 else [])
        texts = tuple(map(self._words, prompts))
        self._words.free()
        return texts

    def _places(self, given: Given, x: Tensor) -> Tensor:
        """Where every token is, time in seconds."""
        places = given.places(*x.shape[3:])
        places[:, 0] /= self.fps
        return places

    @abstractmethod
    def _embedded(self, prompt: str) -> Any:
        """A prompt as the model reads it, on the device."""


def below(start: float, steps: int, levels: Callable[[int], Sequence[float]]) -> schedules.Schedule:
    """A schedule of so many steps from σ_start on, of what ``levels`` lays for some more."""
    laid = (schedules.of(levels(count), start) for count in range(max(steps, 2), 100 * steps + 3))
    return next(found for found in laid if found.steps >= steps)


def ratios(pipeline: Any) -> tuple[int, int]:
    """Frames a latent frame of a pipeline stands for, and pixels a latent cell does."""
    return pipeline.vae_temporal_compression_ratio, pipeline.vae_spatial_compression_ratio


def guided(moves: list[Tensor], guidance: float) -> Tensor:
    """A velocity from that of the prompt and that of the negative prompt, if there is one.

    J. Ho and T. Salimans, "Classifier-Free Diffusion Guidance", 2022.
    """
    if len(moves) == 1:
        return moves[0]
    wanted, unwanted = moves
    return unwanted + guidance * (wanted - unwanted)


def fits(shape: tuple[int, ...], capabilities: Capabilities) -> None:
    """Refuse a clip (F, H, W, …) whose length or size a model does not take.

    Raises
    ------
    InputError
        Saying the next that does.
    """
    frames, height, width = shape[:3]
    grid, name = capabilities.grid, capabilities.name
    if capabilities.padded(frames) != frames:
        raise InputError(
            f"{name} takes {capabilities.every}k+{capabilities.beyond} frames, not {frames}; pad "
            f"the clip to {capabilities.padded(frames)}."
        )
    if height % grid or width % grid:
        raise InputError(
            f"{name} takes pictures whose sides are multiples of {grid}, not {width}×{height}; pad "
            f"them to {-(-width // grid) * grid}×{-(-height // grid) * grid}."
        )


def held(wish: Wish, encode: Callable[[Clip], Tensor], capabilities: Capabilities) -> Given:
    """What a wish keeps of its picture, and its finished frames."""
    stride, scale = capabilities.stride, capabilities.scale
    shape = capabilities.latent(*clips.shape(wish))
    given = Given(shape[2], stride, scale)
    if wish.mask is not None and wish.picture is not None:
        given = replace(given, clean=encode(wish.picture), until=painted(wish.mask, stride, scale))
    keys = {n: encode(np.asarray(picture)[None]) for n, picture in wish.keyframes.items()}
    if 0 in keys:
        # the clip's first latent frame is its first frame: it can be held itself
        clean = torch.zeros(shape) if given.clean is None else given.clean
        until = torch.ones(1, 1, *shape[2:]) if given.until is None else given.until
        clean[:, :, :1], until[:, :, :1] = keys.pop(0), 0
        given = replace(given, clean=clean, until=until)
    return replace(given, keys=tuple(sorted(keys.items())))
