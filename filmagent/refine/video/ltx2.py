"""LTX-2, in context: control videos and pictures stand beside the clip as clean tokens.

Its parts are those of diffusers' ``LTX2InContextPipeline``. What a control video means to it, an
in-context LoRA has taught it (depth, lines, pose): load one with the pipeline. It makes sound
beside the picture, each heeding the other; the sound is carried from step to step and let go.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from filmagent.errors import InputError
from filmagent.refine.video import clips
from filmagent.refine.video import schedule as schedules
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.incontext import Coarser, framed, heed, pressed, pressure
from filmagent.refine.video.placing import Placement
from filmagent.refine.video.token_model import TokenModel, below, guided, held
from filmagent.refine.video.tokens import Given, unpack

WORDS = 1024
LONGEST = 241
CONTROLS = ("depth", "line", "pose")


@dataclass(frozen=True)
class Text:
    """A prompt as the model reads it, for picture and sound."""

    picture: Tensor
    sound: Tensor
    counts: Tensor

    def to(self, device: torch.device) -> Text:
        """The same there."""
        return Text(self.picture.to(device), self.sound.to(device), self.counts.to(device))

    def cpu(self) -> Text:
        """The same where it is kept."""
        return self.to(torch.device("cpu"))


@dataclass
class Sound:
    """The sound of one clip or window, from noise to what it has come to.

    It belongs to a run of falling σ; at a σ that is not below the last, a new run begins.

    Parameters
    ----------
    noise : (1, n, c)
        Where a run begins.
    """

    noise: Tensor
    sigma: float = 0.0
    latents: Tensor | None = None
    velocity: Tensor | None = None

    def at(self, sigma: float) -> Tensor:
        """Its latents at a σ."""
        if self.latents is None or self.velocity is None or sigma > self.sigma:
            self.latents = self.noise
        else:
            self.latents = self.latents + (sigma - self.sigma) * self.velocity
        self.sigma, self.velocity = sigma, torch.zeros_like(self.latents)
        return self.latents

    def heard(self, velocity: Tensor) -> None:
        """Take in where it moves from there."""
        self.velocity = velocity


@dataclass(frozen=True)
class LTX2Condition:
    """A wish in LTX-2's terms: what is given, the prompts, and the sounds by window."""

    given: Given
    texts: tuple[Text, ...]
    guidance: float
    follow: float = 1.0
    place: tuple[int, int] | None = None
    sounds: dict[tuple[int, int], Sound] = field(default_factory=dict)
    lead: Tensor | None = None

    @property
    def frames(self) -> int:
        """Latent frames."""
        return self.given.frames

    @property
    def window_of(self) -> tuple[int, int]:
        """Latent frames of the whole clip that this stands for."""
        return self.place or (0, self.frames)

    def window(self, first: int, end: int) -> LTX2Condition:
        """That of latent frames ``first`` to ``end``; a window's sound is remembered."""
        begins = self.window_of[0]
        place = (begins + first, begins + end)
        return replace(self, given=self.given.window(first, end), place=place)


class LTX2(TokenModel):
    """LTX-2 as a `Backend`.

    Parameters
    ----------
    pipeline
        diffusers' ``LTX2InContextPipeline``, loaded, with its in-context LoRA.
    placement
        Which module is where; everything where the transformer is when None.
    load_text
        Loads the text encoder anew; then it is let go when prompts are encoded.
    fps
        Of the film: places in time are told in seconds.
    longest
        Frames of a window.
    controls
        Kinds of control video that its LoRA was taught.
    coarser
        How many times smaller its LoRA takes control videos.
    references
        How many pictures its LoRA was taught to take.
    sounding
        Whether picture and sound heed each other, as in the pipeline. The sound is no part of a
        sampler's state: a run taken up midway begins it anew. Without, nothing is carried.
    seed
        Of the sound.
    """

    def __init__(
        self,
        pipeline: Any,
        placement: Placement | None = None,
        load_text: Callable[[], Any] | None = None,
        *,
        fps: float = 24.0,
        longest: int = LONGEST,
        controls: tuple[str, ...] = CONTROLS,
        coarser: int = 1,
        references: int = 0,
        sounding: bool = True,
        seed: int = 0,
    ) -> None:
        super().__init__(
            pipeline,
            placement,
            load_text,
            name="ltx2",
            fps=fps,
            longest=longest,
            coarser=coarser,
            controls=controls,
            references=references,
        )
        self._coarser, self._sounding, self._seed = coarser, sounding, seed
        self._press = pressure(pipeline.text_encoder)

    def condition(self, wish: Wish) -> LTX2Condition:
        """A wish whose clips fit, encoded once.

        Raises
        ------
        InputError
            For areas of control, which it does not know.
        """
        if wish.areas:
            raise InputError("LTX-2 follows a control everywhere; leave out its areas.")
        texts = self._texts(wish)
        _, height, width = clips.shape(wish)
        stills = {n: pressed(k, self._press) for n, k in wish.keyframes.items()}
        given = held(replace(wish, keyframes=stills), self.encode, self.capabilities)
        given = replace(
            given,
            controls=tuple(
                self._pictures.encode(Coarser(c, self._coarser)) for c in wish.controls.values()
            ),
            pictures=tuple(
                self._pictures.encode(framed(r, width, height)) for r in wish.references
            ),
        )
        return LTX2Condition(given, texts, wish.guidance, wish.follow)

    def schedule(
        self, steps: int, shape: tuple[int, ...], start: float = 1.0
    ) -> schedules.Schedule:
        """So many of its scheduler's levels for latents of a shape; at most eight, its distilled
        models' own, as far as they are below the start."""
        from diffusers.pipelines.ltx2 import pipeline_ltx2, utils

        if steps <= len(utils.DISTILLED_SIGMA_VALUES):
            return schedules.of(utils.DISTILLED_SIGMA_VALUES, start)
        scheduler = copy.deepcopy(self.pipeline.scheduler)
        known = scheduler.config
        bend = pipeline_ltx2.calculate_shift(
            shape[2] * shape[3] * shape[4],
            known.get("base_image_seq_len", 1024),
            known.get("max_image_seq_len", 4096),
            known.get("base_shift", 0.95),
            known.get("max_shift", 2.05),
        )

        def levels(count: int) -> list[float]:
            scheduler.set_timesteps(sigmas=np.linspace(1, 1 / count, count), mu=bend)
            laid: list[float] = scheduler.sigmas.tolist()
            return laid

        return below(start, steps, levels)

    def velocity(self, x: Tensor, sigma: float, condition: LTX2Condition) -> Tensor:
        """Where noised latents (1, C, f, h, w) move; the sound moves along."""
        given, pipeline = condition.given, self.pipeline
        device, dtype = self._place.device, pipeline.transformer.dtype
        tokens, level = given.tokens(x, sigma)
        sound = self._sound(condition)
        hum = sound.at(sigma)
        clock = torch.full((1,), sigma, dtype=torch.float32, device=device) * 1000.0
        heard = pipeline.transformer.audio_rope.prepare_audio_coords(1, hum.shape[1], device)
        told = {
            "hidden_states": tokens.to(device, dtype),
            "audio_hidden_states": hum.to(device, dtype),
            "timestep": (level * 1000.0).to(device).expand(1, tokens.shape[1]),
            "audio_timestep": clock,
            "sigma": clock,
            "audio_sigma": clock,
            "video_self_attention_mask": heed(given, tokens.shape[1], condition.follow, device),
            "num_frames": x.shape[2],
            "height": x.shape[3],
            "width": x.shape[4],
            "fps": self.fps,
            "audio_num_frames": hum.shape[1],
            "video_coords": self._places(given, x).to(device),
            "audio_coords": heard,
            "isolate_modalities": not self._sounding,
            "use_cross_timestep": True,
            "return_dict": False,
        }
        moves, hums = [], []
        with torch.no_grad(), self._place.at_work(pipeline.transformer):
            for text in condition.texts:
                words = text.to(device)
                moved, hummed = pipeline.transformer(
                    encoder_hidden_states=words.picture,
                    audio_encoder_hidden_states=words.sound,
                    encoder_attention_mask=words.counts,
                    audio_encoder_attention_mask=words.counts,
                    **told,
                )
                moves.append(unpack(moved.float(), x.shape))
                hums.append(hummed.float())
        sound.heard(guided(hums, condition.guidance).cpu())
        return given.hold(guided(moves, condition.guidance).cpu(), x, sigma)

    def _sound(self, condition: LTX2Condition) -> Sound:
        first, end = place = condition.window_of
        if place not in condition.sounds:
            p, stride = self.pipeline, self.capabilities.stride
            rate = p.audio_sampling_rate / p.audio_hop_length
            rate /= p.audio_vae_temporal_compression_ratio
            length = round(((end - first - 1) * stride + 1) / self.fps * rate)
            width = p.audio_latent_channels * p.audio_mel_bins // p.audio_vae_mel_compression_ratio
            dice = torch.Generator().manual_seed(self._seed + first)
            noise = torch.randn(1, length, width, generator=dice)
            condition.sounds[place] = Sound(noise)
        return condition.sounds[place]

    @torch.no_grad()
    def _embedded(self, prompt: str) -> Any:
        pipeline, device = self.pipeline, self._place.device
        # the text encoder's generation decides, and only now it is sure to be there
        self._press = pressure(pipeline.text_encoder)
        embedding, counts, _, _ = pipeline.encode_prompt(
            prompt, do_classifier_free_guidance=False, max_sequence_length=WORDS, device=device
        )
        with self._place.at_work(pipeline.connectors):
            side = pipeline.tokenizer_padding_side
            return Text(*pipeline.connectors(embedding, counts, padding_side=side))
