"""LTX-Video: fast, 8k+1 frames; starts from the engine's picture, follows finished frames.

Its parts are those of diffusers' ``LTXConditionPipeline``; the loop is our sampler's. It knows no
control videos: what holds a shot together is its picture as the start, keyframes, and a mask.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
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
from filmagent.refine.video.tokens import Given, painted, unpack
from filmagent.refine.video.words import Words

WORDS = 256
LONGEST = 257


@dataclass(frozen=True)
class Text:
    """A prompt as the model reads it: embeddings (1, n, d), and which of them count (1, n)."""

    embedding: Tensor
    counts: Tensor

    def to(self, device: torch.device) -> Text:
        """The same there."""
        return Text(self.embedding.to(device), self.counts.to(device))

    def cpu(self) -> Text:
        """The same where it is kept."""
        return self.to(torch.device("cpu"))


@dataclass(frozen=True)
class LTXCondition:
    """A wish in LTX-Video's terms.

    Parameters
    ----------
    given
        Held cells and keyframes.
    texts
        The prompt; and the negative one where guided.
    guidance
        How far from the second to the first.
    """

    given: Given
    texts: tuple[Text, ...]
    guidance: float
    lead: Tensor | None = None

    @property
    def frames(self) -> int:
        """Latent frames."""
        return self.given.frames

    def window(self, first: int, end: int) -> LTXCondition:
        """That of latent frames ``first`` to ``end``."""
        return replace(self, given=self.given.window(first, end))


class LTX:
    """LTX-Video as a `Backend`.

    Parameters
    ----------
    pipeline
        diffusers' ``LTXConditionPipeline``, loaded.
    placement
        Which module is where; everything where the transformer is when None.
    load_text
        Loads the text encoder anew; then it is let go when prompts are encoded.
    fps
        Of the film: places in time are told in seconds.
    longest
        Frames of a window.
    """

    def __init__(
        self,
        pipeline: Any,
        placement: Placement | None = None,
        load_text: Callable[[], Any] | None = None,
        *,
        fps: float = 24.0,
        longest: int = LONGEST,
    ) -> None:
        sizes = pipeline.transformer.config
        if (sizes.patch_size, sizes.patch_size_t) != (1, 1):
            raise InputError(
                "This LTX transformer takes patches of latents; give one whose patch size is 1."
            )
        self.pipeline, self.fps = pipeline, fps
        self._place = placement or Placement(pipeline.transformer.device)
        self._place.spread(pipeline.transformer)
        self._words = Words(pipeline, self._embedded, self._place, load_text)
        stride, scale = ratios(pipeline)
        self._pictures = Pictures(pipeline.vae.eval(), self._place, stride)
        self._capabilities = Capabilities(
            name="ltx",
            every=stride,
            beyond=1,
            longest=longest,
            grid=scale,
            stride=stride,
            scale=scale,
            channels=sizes.in_channels,
            controls=(),
            masks=True,
            keyframes=True,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What it takes: 8k + 1 frames, sizes that are multiples of 32."""
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

    def condition(self, wish: Wish) -> LTXCondition:
        """A wish whose clips fit, encoded once."""
        prompts = [wish.prompt] + ([wish.negative] if wish.guidance != 1 else [])
        texts: Any = tuple(map(self._words, prompts))
        self._words.free()
        return LTXCondition(held(wish, self.encode, self.capabilities), texts, wish.guidance)

    def schedule(
        self, steps: int, shape: tuple[int, ...] = (), start: float = 1.0
    ) -> schedules.Schedule:
        """So many of the levels it was made for: a straight line to .975, then ever steeper."""
        from diffusers.pipelines.ltx.pipeline_ltx_condition import linear_quadratic_schedule

        # the library does not say what it takes and gives
        lay: Any = linear_quadratic_schedule
        return below(start, steps, lambda count: lay(count).tolist())

    def velocity(self, x: Tensor, sigma: float, condition: LTXCondition) -> Tensor:
        """Where noised latents (1, C, f, h, w) move."""
        given, transformer = condition.given, self.pipeline.transformer
        device, dtype = self._place.device, transformer.dtype
        tokens, level = given.tokens(x, sigma)
        places = given.places(*x.shape[3:])[..., 0]
        places[:, 0] *= 1.0 / self.fps
        told = {
            "hidden_states": tokens.to(device, dtype),
            "timestep": (level * 1000.0).to(device),
            "video_coords": places.to(device),
            "return_dict": False,
        }
        moves = []
        with torch.no_grad(), self._place.at_work(transformer):
            for text in condition.texts:
                words = text.to(device)
                moved = transformer(
                    encoder_hidden_states=words.embedding,
                    encoder_attention_mask=words.counts,
                    **told,
                )[0]
                moves.append(unpack(moved.float(), x.shape))
        return given.hold(guided(moves, condition.guidance).cpu(), x, sigma)

    @torch.no_grad()
    def _embedded(self, prompt: str) -> Any:
        embedding, counts, _, _ = self.pipeline.encode_prompt(
            prompt,
            do_classifier_free_guidance=False,
            max_sequence_length=WORDS,
            device=self._place.device,
        )
        return Text(embedding, counts)


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
