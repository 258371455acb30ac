"""LTX-2, in context, under our sampler: what its own pipeline makes, sound and all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tiny_ltx
import torch
from torch import Tensor

from filmagent.errors import InputError
from filmagent.refine.video import incontext
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.ltx2 import LTX2, Sound
from filmagent.refine.video.schedule import Schedule, of
from filmagent.refine.video.shot import Settings, Shot
from filmagent.refine.video.tokens import unpack

FRAMES, HEIGHT, WIDTH = 17, 64, 96
SHAPE = (1, 16, 3, 2, 3)


@pytest.fixture(scope="module")
def pipeline() -> Any:
    return tiny_ltx.ltx2()


@pytest.fixture(scope="module")
def video() -> Any:
    return np.random.default_rng(0).integers(0, 256, (FRAMES, HEIGHT, WIDTH, 3), np.uint8)


def shown(video: Any) -> Any:
    return video.astype(np.float32) / 255


def by_pipeline(pipeline: Any, guidance: float, width: int = WIDTH, **options: Any) -> Tensor:
    made, _ = pipeline(
        prompt="a man walks",
        negative_prompt="a bad film",
        num_inference_steps=4,
        width=width,
        height=HEIGHT,
        num_frames=FRAMES,
        guidance_scale=guidance,
        audio_guidance_scale=guidance,
        stg_scale=0.0,
        audio_stg_scale=0.0,
        modality_scale=1.0,
        audio_modality_scale=1.0,
        guidance_rescale=0.0,
        audio_guidance_rescale=0.0,
        spatio_temporal_guidance_blocks=None,
        generator=torch.Generator().manual_seed(7),
        output_type="latent",
        return_dict=False,
        **options,
    )
    mean, std = pipeline.vae.latents_mean, pipeline.vae.latents_std
    return pipeline._normalize_latents(made, mean, std)


def by_us(
    model: LTX2, wish: Wish, schedule: Schedule, beside: int = 0, sound: bool = True
) -> Tensor:
    """Latents, of the noise that the pipeline draws: tokens of the clip and beside it, sound."""
    dice = torch.Generator().manual_seed(7)
    noise = unpack(torch.randn(1, 18 + beside, 16, generator=dice), SHAPE)
    shot = Shot(model, wish, Settings(), noise=noise, schedule=schedule)
    if sound:
        hum = model._sound(shot._condition).noise
        shot._condition.sounds[0, 3] = Sound(torch.randn(hum.shape, generator=dice))
    *_, state = shot.steps()
    return state.x


def levels(pipeline: Any) -> Schedule:
    return of(pipeline.scheduler.sigmas.tolist())


@pytest.mark.parametrize("guidance", [1.0, 3.0])
@pytest.mark.parametrize(
    ("keys", "kinds", "follow"),
    [
        ((), (), 1.0),
        ((0, 9), (), 1.0),
        ((0, 9), ("depth",), 1.0),
        ((9,), ("depth", "line"), 0.5),
    ],
    ids=["words", "keyframes", "control", "half-followed"],
)
def test_one_window_is_what_the_pipeline_makes(
    pipeline: Any,
    video: Any,
    guidance: float,
    keys: tuple[int, ...],
    kinds: tuple[str, ...],
    follow: float,
) -> None:
    from diffusers.pipelines.ltx2.pipeline_ltx2_condition import LTX2VideoCondition
    from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2ReferenceCondition
    from PIL import Image

    controls = {kind: shown(video)[:: (-1, 1)[n]].copy() for n, kind in enumerate(kinds)}
    theirs = by_pipeline(
        pipeline,
        guidance,
        conditions=[
            LTX2VideoCondition(frames=Image.fromarray(video[k]), index=-(-k // 8)) for k in keys
        ]
        or None,
        reference_conditions=[LTX2ReferenceCondition(frames=c) for c in controls.values()] or None,
        conditioning_attention_strength=follow,
    )
    wish = Wish(
        "a man walks",
        "a bad film",
        picture=shown(video),
        controls=controls,
        keyframes={k: shown(video[k]) for k in keys},
        guidance=guidance,
        follow=follow,
    )
    beside = 6 * sum(k > 0 for k in keys) + 18 * len(kinds)
    ours = by_us(LTX2(pipeline), wish, levels(pipeline), beside)
    # the pipeline gives back a first frame as compressed as the model likes it; we the frame
    own = 1 if 0 in keys else 0
    assert torch.allclose(ours[:, :, own:], theirs[:, :, own:], rtol=0, atol=1e-5)


def test_a_control_video_is_taken_smaller_where_the_lora_was_taught_so(
    pipeline: Any, video: Any
) -> None:
    from diffusers.pipelines.ltx2.pipeline_ltx2_ic_lora import LTX2ReferenceCondition

    # cells of one colour: any way to halve the picture gives the same
    even = np.repeat(np.repeat(video[:, :32, :32], 2, 1), 2, 2)
    theirs = by_pipeline(
        pipeline,
        1.0,
        width=64,
        reference_conditions=[LTX2ReferenceCondition(frames=shown(even))],
        reference_downscale_factor=2,
    )
    model = LTX2(pipeline, coarser=2)
    assert model.capabilities.grid == 64
    dice = torch.Generator().manual_seed(7)
    noise = unpack(torch.randn(1, 12 + 3, 16, generator=dice), (1, 16, 3, 2, 2))
    wish = Wish("a man walks", controls={"depth": shown(even)})
    shot = Shot(model, wish, Settings(), noise=noise, schedule=levels(pipeline))
    hum = model._sound(shot._condition).noise
    shot._condition.sounds[0, 3] = Sound(torch.randn(hum.shape, generator=dice))
    *_, state = shot.steps()
    assert torch.allclose(state.x, theirs, rtol=0, atol=1e-5)


def test_a_run_begins_with_its_sound_anew(pipeline: Any, video: Any) -> None:
    model, wish = LTX2(pipeline), Wish("a man walks", picture=shown(video))
    shot = Shot(model, wish, Settings(), schedule=of([1.0, 0.7, 0.3]))
    first, second = ([*shot.steps()][-1].x for _ in range(2))
    assert torch.equal(first, second)


def test_sound_is_heard_or_left_out(pipeline: Any, video: Any) -> None:
    wish = Wish("a man walks", picture=shown(video))
    quiet = LTX2(pipeline, sounding=False)
    one = by_us(quiet, wish, of([1.0, 0.7, 0.3]), sound=False)
    other = by_us(quiet, wish, of([1.0, 0.7, 0.3]), sound=True)
    assert torch.equal(one, other)
    heard = by_us(LTX2(pipeline), wish, of([1.0, 0.7, 0.3]), sound=True)
    assert not torch.allclose(heard, one, atol=1e-4)


def test_every_window_of_a_long_shot_has_a_sound_of_its_own(pipeline: Any, video: Any) -> None:
    long = shown(np.concatenate([video, video[1:]]))
    wish = Wish("a man walks", picture=long, controls={"depth": long[::-1].copy()})
    shot = Shot(LTX2(pipeline), wish, Settings(window=17, overlap=8), schedule=of([1.0, 0.7, 0.3]))
    *_, state = shot.steps()
    assert state.x.shape == (1, 16, 5, 2, 3)
    assert set(shot._condition.sounds) == set(shot.windows) == {(0, 3), (2, 5)}


def test_references_of_any_size_stand_whole_on_white(pipeline: Any, video: Any) -> None:
    model = LTX2(pipeline, references=2)
    tall = np.zeros((300, 50, 3), np.float32)
    wish = Wish("a man walks", picture=shown(video), references=[tall])
    condition = model.condition(wish)
    assert [tuple(p.shape) for p in condition.given.pictures] == [(1, 16, 1, 2, 3)]
    framed = incontext.framed(tall, WIDTH, HEIGHT)[0]
    assert framed[:, 48].max() == 0 and framed[:, 0].min() == 1
    with pytest.raises(InputError, match="3 references are more than the 2 that ltx2 takes"):
        Shot(model, Wish("", picture=shown(video), references=[tall] * 3), Settings())


def test_a_control_it_was_not_taught_and_areas_are_refused(pipeline: Any, video: Any) -> None:
    model = LTX2(pipeline, controls=("depth",))
    with pytest.raises(InputError, match="ltx2 follows no pose video; it follows: depth"):
        Shot(model, Wish("", controls={"pose": shown(video)}), Settings())
    area = {"depth": np.ones(video.shape[:3], np.float32)}
    with pytest.raises(InputError, match="leave out its areas"):
        model.condition(Wish("", controls={"depth": shown(video)}, areas=area))


def test_few_steps_take_the_levels_of_distilled_models(pipeline: Any) -> None:
    model = LTX2(pipeline)
    assert model.schedule(8, SHAPE).sigmas[-3:] == pytest.approx((0.725, 0.421875, 0))
    assert model.schedule(8, SHAPE, 0.5).sigmas == pytest.approx((0.5, 0.421875, 0))
    assert model.schedule(20, SHAPE, 0.6).steps >= 20
