"""The models' own pipelines of diffusers, asked for what our sampler paints: to measure it by."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import torch
from PIL import Image

from filmagent.refine.video.backend import Wish
from filmagent.refine.video.clips import shape
from filmagent.refine.video.schedule import Schedule


def _vace(pipeline: Any, backend: Any, wish: Wish, schedule: Schedule) -> Any:
    video = [Image.fromarray(p) for p in (wish.controls["depth"][:] * 255 + 0.5).astype(np.uint8)]
    return pipeline(
        **_told(wish), video=video, num_inference_steps=schedule.steps, output_type="np"
    ).frames


def _ltx(pipeline: Any, backend: Any, wish: Wish, schedule: Schedule) -> Any:
    return pipeline(**_told(wish), num_inference_steps=schedule.steps, output_type="np").frames


def _ltx2(pipeline: Any, backend: Any, wish: Wish, schedule: Schedule) -> Any:
    from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2ReferenceCondition

    latents, _ = pipeline(
        **_told(wish),
        reference_conditions=[LTX2ReferenceCondition(frames=wish.controls["depth"][:])],
        sigmas=list(schedule.sigmas[:-1]),
        num_inference_steps=schedule.steps,
        stg_scale=0.0,
        audio_stg_scale=0.0,
        modality_scale=1.0,
        audio_modality_scale=1.0,
        audio_guidance_scale=1.0,
        guidance_rescale=0.0,
        audio_guidance_rescale=0.0,
        spatio_temporal_guidance_blocks=None,
        output_type="latent",
        return_dict=False,
    )
    # neither its sound nor ours is decoded
    vae = pipeline.vae
    mean, std = (t.view(1, -1, 1, 1, 1) for t in (vae.latents_mean, vae.latents_std))
    return np.concatenate(list(backend.decode(((latents - mean) / std).float().cpu())))


def _told(wish: Wish) -> dict[str, Any]:
    frames, height, width = shape(wish)
    return {
        "prompt": wish.prompt,
        "width": width,
        "height": height,
        "num_frames": frames,
        "guidance_scale": 1.0,
        "generator": torch.Generator().manual_seed(0),
    }


PAINTERS: Mapping[str, Callable[[Any, Any, Wish, Schedule], Any]] = {
    "vace": _vace,
    "ltx": _ltx,
    "ltx2": _ltx2,
}
"""By kind of model."""
