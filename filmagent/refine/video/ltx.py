"""LTX-Video: fast, 8k+1 frames; starts from the engine's picture, follows finished frames.

Its parts are those of diffusers' ``LTXConditionPipeline``; the loop is our sampler's. It knows no
control videos: what holds a shot together is its picture as the start, keyframes, and a mask.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import torch
from torch import Tensor

from filmagent.errors import InputError
from filmagent.refine.video import schedule as schedules
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.placing import Placement
from filmagent.refine.video.token_model import TokenModel, below, guided, held
from filmagent.refine.video.tokens import Given, unpack

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


class LTX(TokenModel):
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
        super().__init__(pipeline, placement, load_text, name="ltx", fps=fps, longest=longest)

    def condition(self, wish: Wish) -> LTXCondition:
        """A wish whose clips fit, encoded once."""
        given = held(wish, self.encode, self.capabilities)
        return LTXCondition(given, self._texts(wish), wish.guidance)

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
        told = {
            "hidden_states": tokens.to(device, dtype),
            "timestep": (level * 1000.0).to(device),
            "video_coords": self._places(given, x)[..., 0].to(device),
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
