"""Wan VACE: paints a video that follows a control video, keeps what a mask keeps, and knows people
from reference pictures (Z. Jiang et al., "VACE: All-in-One Video Creation and Editing", 2025).

One class for the 1.3B and 14B models of Wan 2.1 and for 2.2 Fun, whose steps above a noise level
belong to a transformer of their own. The networks are diffusers' own; driving them here, not by
their pipeline, is what makes noise levels, windows and holds ours. One window with the same seed
gives `WanVACEPipeline`'s own latents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from filmagent.errors import InputError
from filmagent.refine.video import loading
from filmagent.refine.video.backend import Capabilities, Clip, Frames, Wish
from filmagent.refine.video.clips import finite, shape
from filmagent.refine.video.composing import composed, on_white
from filmagent.refine.video.folder import find
from filmagent.refine.video.loading import Options
from filmagent.refine.video.packages import need
from filmagent.refine.video.placing import Placement
from filmagent.refine.video.wan import Codec
from filmagent.refine.video.words import Words

PIPELINE = "WanVACEPipeline"
LONGEST = 81
"""Frames that Wan was trained on."""
REFERENCES = 4
_LEVELS = 1000
"""Noise levels of its training: what it is told is σ times this."""
_TOKENS = 512
"""Of a prompt."""


@dataclass(frozen=True)
class VaceCondition:
    """A wish as VACE takes it.

    Parameters
    ----------
    control : (1, 32, f, h, w)
        Latents of what is kept, then of what is painted over.
    mask : (1, 64, f, h, w)
        1 where it paints, a channel for each pixel of a cell; without memory where that is all.
    lead : (1, 16, n, h, w) or None
        Clean latents of the references.
    words, unwanted : (1, L, D)
        Embeddings of the prompt; of the negative, where guidance asks for it.
    guidance, follow
        Of the wish.
    """

    control: Tensor
    mask: Tensor
    lead: Tensor | None
    words: Tensor
    unwanted: Tensor | None
    guidance: float
    follow: float

    @property
    def frames(self) -> int:
        """Latent frames of the clip."""
        return self.control.shape[2]

    def window(self, first: int, end: int) -> VaceCondition:
        """That of latent frames ``first`` to ``end``; the references come along."""
        own = slice(first, end)
        return replace(self, control=self.control[:, :, own], mask=self.mask[:, :, own])

    def shown(self) -> Tensor:
        """Everything that the model is shown, (1, 96, n + f, h, w), references first."""
        clip = torch.cat([self.control, self.mask.expand(1, -1, *self.control.shape[2:])], 1)
        if self.lead is None:
            return clip
        # a reference is kept whole: nothing of it is painted over, its mask is 0
        rest = clip.shape[1] - self.lead.shape[1]
        before = functional.pad(self.lead.to(clip.dtype), (0, 0, 0, 0, 0, 0, 0, rest))
        return torch.cat([before, clip], 2)


class Vace:
    """Wan VACE as a `Backend`.

    Parameters
    ----------
    pipeline
        A ``WanVACEPipeline``, with its text encoder or without.
    placement
        Which module is where; all where the transformer is when None.
    load_text
        The text encoder, anew, when it is needed again after it was let go; the pipeline's own
        is kept when None.
    """

    def __init__(
        self,
        pipeline: Any,
        placement: Placement | None = None,
        load_text: Callable[[], Any] | None = None,
    ) -> None:
        # 2.2 Fun has one for high noise and one for low; either may be all there is
        high, low = pipeline.transformer, pipeline.transformer_2
        self._high, self._low = (high or low).eval(), (low or high).eval()
        self._boundary = pipeline.config.boundary_ratio if high and low else None
        self._config = self._high.config
        self._place = placement or Placement(self._high.device)
        for transformer in {id(m): m for m in (self._high, self._low)}.values():
            self._place.spread(transformer)
        self._pipeline = pipeline
        self._codec = Codec(pipeline.vae, self._place)
        self._last: tuple[VaceCondition, Tensor] | None = None
        self._words = Words(pipeline, self._embedded, self._place, load_text)
        stride, scale = pipeline.vae_scale_factor_temporal, pipeline.vae_scale_factor_spatial
        self._capabilities = Capabilities(
            name="vace",
            every=stride,
            beyond=1,
            longest=LONGEST,
            grid=scale * self._config.patch_size[1],
            stride=stride,
            scale=scale,
            channels=self._config.in_channels,
            controls=("depth", "line", "normal", "pose"),
            references=REFERENCES,
            masks=True,
            keyframes=True,
        )

    @property
    def capabilities(self) -> Capabilities:
        """What it takes: 4k + 1 frames, sizes that are multiples of 16."""
        return self._capabilities

    @property
    def pipeline(self) -> Any:
        """The pipeline whose parts work here, for LoRA and the like."""
        return self._pipeline

    def learn(self, prompts: Iterable[str]) -> None:
        """Encode the prompts of shots to come, so that the text encoder is loaded once."""
        self._words.learn(prompts)

    def encode(self, pictures: Clip) -> Tensor:
        """Latents (1, 16, f, h, w) of a clip of 4k + 1 frames, read a few at a time."""
        self._expect(pictures.shape)
        return self._codec.encode(
            finite(pictures[first:end], "picture", first)
            for first, end in self._parts(pictures.shape[0])
        )

    def decode(self, latents: Tensor) -> Iterator[Frames]:
        """Pictures of latents: one frame, then four at a time."""
        return self._codec.decode(latents)

    def condition(self, wish: Wish) -> VaceCondition:
        """A wish as latents of its control video, mask and references."""
        frames, height, width = shape(wish)
        self._expect((frames, height, width))
        kept, painted = self._codec.encoder(), self._codec.encoder()
        dtype = self._high.dtype
        latents = []
        for first, end in self._parts(frames):
            video, mask = composed(wish, first, end)
            free = (mask > 0.5)[..., None].astype(np.float32)
            # from −1 to 1, where grey is 0
            video = video * 2 - 1
            latents.append(torch.cat([kept(video * (1 - free)), painted(video * free)], 1))
        control = torch.cat(latents, 2)
        unwanted = self._words(wish.negative) if wish.guidance > 1 else None
        return VaceCondition(
            control=control.to(dtype),
            mask=self._masks(wish, frames, height, width).to(dtype),
            lead=self._references(wish, height, width),
            words=self._words(wish.prompt).to(dtype),
            unwanted=None if unwanted is None else unwanted.to(dtype),
            guidance=wish.guidance,
            follow=wish.follow,
        )

    @torch.no_grad()
    def velocity(self, x: Tensor, sigma: float, condition: VaceCondition) -> Tensor:
        """Where latents move (1, 16, n + f, h, w), guidance included."""
        self._words.free()
        low = self._boundary is not None and sigma < self._boundary
        model = self._low if low else self._high
        device, dtype = self._place.device, model.dtype
        hidden = x.to(device, dtype)
        control = self._shown(condition).to(dtype)
        told = torch.tensor([sigma * _LEVELS], dtype=torch.float32, device=device)
        scale = torch.full((len(self._config.vace_layers),), condition.follow)

        def moves(words: Tensor) -> Tensor:
            return torch.as_tensor(
                model(
                    hidden_states=hidden,
                    timestep=told,
                    encoder_hidden_states=words.to(device, dtype),
                    control_hidden_states=control,
                    control_hidden_states_scale=scale.to(device, dtype),
                    return_dict=False,
                )[0]
            ).float()

        with self._place.at_work(model):
            wanted = moves(condition.words)
            if condition.unwanted is not None:
                away = moves(condition.unwanted)
                # J. Ho, T. Salimans, "Classifier-Free Diffusion Guidance", 2022, eq. 6
                wanted = away + condition.guidance * (wanted - away)
        return wanted.cpu()

    def _shown(self, condition: VaceCondition) -> Tensor:
        """What a window is shown, on the device; kept while it is the same window's turn."""
        if self._last is None or self._last[0] is not condition:
            self._last = None
            self._last = condition, condition.shown().to(self._place.device)
        return self._last[1]

    def _embedded(self, prompt: str) -> Tensor:
        with torch.no_grad():
            found = self._pipeline.encode_prompt(
                prompt,
                do_classifier_free_guidance=False,
                max_sequence_length=_TOKENS,
                device=self._place.device,
            )[0]
        return torch.as_tensor(found)

    def _parts(self, frames: int) -> list[tuple[int, int]]:
        able = self._capabilities
        return [able.span(latent) for latent in range((frames - 1) // able.stride + 1)]

    def _expect(self, size: tuple[int, ...]) -> None:
        able = self._capabilities
        frames, height, width = size[:3]
        if able.padded(frames) != frames or height % able.grid or width % able.grid:
            raise InputError(
                f"VACE takes {able.every}k + 1 frames of sizes that are multiples of {able.grid}, "
                f"not {frames} frames of {width}×{height}: pad them first."
            )

    def _masks(self, wish: Wish, frames: int, height: int, width: int) -> Tensor:
        """The mask (1, 64, f, h, w): a channel for every pixel of a latent cell."""
        scale, count = self._capabilities.scale, (frames - 1) // self._capabilities.stride + 1
        rows, columns = height // scale, width // scale
        if wish.mask is None and not wish.keyframes:
            return torch.ones(1, scale * scale, 1, 1, 1).expand(-1, -1, count, -1, -1)
        numbers = torch.arange(frames, dtype=torch.float32).view(1, 1, frames)
        chosen = functional.interpolate(numbers, size=count, mode="nearest-exact").view(-1)
        masks = torch.empty(1, scale * scale, count, rows, columns)
        for latent, frame in enumerate(chosen.int().tolist()):
            mask = torch.from_numpy(np.ascontiguousarray(composed(wish, frame, frame + 1)[1][0]))
            cells = mask.view(rows, scale, columns, scale).permute(1, 3, 0, 2)
            masks[0, :, latent] = cells.reshape(scale * scale, rows, columns)
        return masks

    def _references(self, wish: Wish, height: int, width: int) -> Tensor | None:
        """Latents of references, each fitted into a white picture; the last stands first."""
        if not wish.references:
            return None
        white = (on_white(picture, height, width) for picture in reversed(wish.references))
        # each is a clip of its own: none is what was before another
        return torch.cat([self._codec.encode([picture[None]]) for picture in white], 2)


def load(model: str | Path, options: Options | None = None) -> Vace:
    """A Wan VACE model from its folder.

    Parameters
    ----------
    model
        The folder: of Wan 2.1 VACE 1.3B or 14B, or 2.2 Fun, as diffusers writes them.
    options
        How.

    Raises
    ------
    InputError
        If it is no such model, not whole, or needs a pickle.
    MissingDependency
        If diffusers or transformers are not installed.
    """
    options = options or Options()
    need("transformers")
    found = find(model, [PIPELINE], download=options.download)
    loaded = loading.load(found, options)
    return Vace(loaded.pipeline, loaded.placement, loaded.load_text)
