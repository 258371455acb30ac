"""Prompts as embeddings: encoded once, and the text encoder let go before the work begins.

A text encoder is larger than the model that paints (UMT5-XXL: 11 GB in half precision), and is
needed for a second a shot. It is loaded when a prompt is new and freed when painting begins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from torch import Tensor

from filmagent.errors import InputError
from filmagent.refine.video.placing import Placement


class Words:
    """Embeddings of prompts.

    Parameters
    ----------
    pipeline
        Whose ``text_encoder`` is needed while a prompt is encoded; it may be missing until then.
    encode
        A prompt's embeddings on the device, by the pipeline.
    placement
        Which module is where.
    load
        The text encoder, anew; without it, the pipeline's own is kept.
    """

    def __init__(
        self,
        pipeline: Any,
        encode: Callable[[str], Tensor],
        placement: Placement,
        load: Callable[[], Any] | None = None,
    ) -> None:
        self._pipeline, self._encode = pipeline, encode
        self._place, self._load = placement, load
        self._known: dict[str, Tensor] = {}

    def learn(self, prompts: Iterable[str]) -> None:
        """Encode the prompts of shots to come, so that the text encoder is loaded once."""
        for prompt in prompts:
            self(prompt)
        self.free()

    def __call__(self, prompt: str) -> Tensor:
        """A prompt's embeddings (1, L, D), on the CPU."""
        if prompt not in self._known:
            if self._pipeline.text_encoder is None:
                if self._load is None:
                    raise InputError(
                        "The model has no text encoder for a new prompt: load it with one."
                    )
                self._pipeline.text_encoder = self._load()
            with self._place.at_work(self._pipeline.text_encoder):
                self._known[prompt] = self._encode(prompt).cpu()
        return self._known[prompt]

    def free(self) -> None:
        """Let go of a text encoder that can be loaded again."""
        if self._load is not None and self._pipeline.text_encoder is not None:
            self._place.let_go(self._pipeline.text_encoder)
            self._pipeline.text_encoder = None
