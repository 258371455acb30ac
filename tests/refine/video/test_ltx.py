"""LTX-Video under our sampler: what its own pipeline makes, and what that cannot."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_ltx
import torch
from torch import Tensor

from filmagent.errors import InputError
from filmagent.refine.run.painter import Request
from filmagent.refine.run.sampled import Sampled
from filmagent.refine.run.work import Work
from filmagent.refine.video import latents
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.ltx import LTX
from filmagent.refine.video.shot import Settings, Shot
from filmagent.refine.video.tokens import Given, grid, painted

FRAMES, HEIGHT, WIDTH = 17, 64, 96
STEPS = 4


@pytest.fixture(scope="module")
def model() -> LTX:
    return LTX(tiny_ltx.ltx())


@pytest.fixture(scope="module")
def video() -> Any:
    return np.random.default_rng(0).integers(0, 256, (FRAMES, HEIGHT, WIDTH, 3), np.uint8)


@pytest.fixture
def pipeline(model: LTX, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Its own pipeline, that takes the mean of what the encoder tells, as we do."""
    from diffusers.pipelines.ltx import pipeline_ltx_condition as module

    def mean(told: Any, generator: Any = None) -> Tensor:
        return told.latent_dist.mode()

    monkeypatch.setattr(module, "retrieve_latents", mean)

    def run(guidance: float, **options: Any) -> Tensor:
        return model.pipeline(
            prompt="a man walks",
            negative_prompt="a bad film",
            num_inference_steps=STEPS,
            width=WIDTH,
            height=HEIGHT,
            num_frames=FRAMES,
            frame_rate=24,
            guidance_scale=guidance,
            image_cond_noise_scale=0.0,
            generator=torch.Generator().manual_seed(7),
            output_type="latent",
            **options,
        ).frames

    return run


def painted_by_us(model: LTX, wish: dict[str, Any], start: float = 1.0, **settings: Any) -> Tensor:
    shot = Shot(
        model,
        Wish("a man walks", "a bad film", **wish),
        Settings(seed=7, **settings),
        schedule=model.schedule(STEPS, start=start),
    )
    *_, state = shot.steps()
    return state.x


def shown(video: Any) -> Any:
    return video.astype(np.float32) / 255


@pytest.mark.parametrize("guidance", [1.0, 3.0])
@pytest.mark.parametrize("keys", [(), (0,), (0, 9, 16)], ids=["none", "first", "three"])
def test_one_window_is_what_the_pipeline_makes(
    model: LTX, pipeline: Any, video: Any, guidance: float, keys: tuple[int, ...]
) -> None:
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition
    from PIL import Image

    given = [LTXVideoCondition(image=Image.fromarray(video[k]), frame_index=k) for k in keys]
    theirs = pipeline(guidance, conditions=given or None)
    stills = {k: shown(video[k]) for k in keys}
    ours = painted_by_us(
        model, {"picture": shown(video), "keyframes": stills, "guidance": guidance}
    )
    assert torch.allclose(ours, theirs, rtol=0, atol=1e-5)


def test_a_start_from_the_picture_is_what_the_pipeline_makes(
    model: LTX, pipeline: Any, video: Any
) -> None:
    clean = model.encode(shown(video))
    theirs = pipeline(3.0, latents=clean, denoise_strength=0.5)
    start = model.schedule(STEPS).sigmas[2]
    # of the pipeline's four levels two are left; ours are the same two
    wish = Wish("a man walks", "a bad film", picture=shown(video), guidance=3.0)
    from filmagent.refine.video.schedule import of

    levels = of(model.schedule(STEPS).sigmas[2:], start)
    *_, state = Shot(model, wish, Settings(seed=7), schedule=levels).steps()
    assert torch.allclose(state.x, theirs, rtol=0, atol=1e-5)


def test_a_soft_mask_holds_cells_as_a_conditioning_strength_does(
    model: LTX, pipeline: Any, video: Any
) -> None:
    from diffusers.pipelines.ltx.pipeline_ltx_condition import LTXVideoCondition
    from PIL import Image

    level = model.schedule(STEPS).sigmas[2]
    frames = [Image.fromarray(f) for f in video]
    theirs = pipeline(3.0, conditions=[LTXVideoCondition(video=frames, strength=1 - level)])
    mask = np.full((FRAMES, HEIGHT, WIDTH), level, np.float32)
    ours = painted_by_us(model, {"picture": shown(video), "mask": mask, "guidance": 3.0})
    assert torch.allclose(ours, theirs, rtol=0, atol=1e-5)


def test_what_a_mask_keeps_is_kept(model: LTX, video: Any) -> None:
    mask = np.zeros((FRAMES, HEIGHT, WIDTH), np.float32)
    mask[9:, :32, 32:64] = 1
    made = painted_by_us(model, {"picture": shown(video), "mask": mask})
    clean = model.encode(shown(video))
    free = painted(mask, 8, 32).bool().expand_as(made)
    assert int(free.sum()) == 16  # the last latent frame's one cell
    assert torch.allclose(made[~free], clean[~free], atol=1e-5)
    assert (made[free] - clean[free]).abs().mean() > 0.1


def test_a_long_shot_is_painted_in_windows_of_which_each_has_its_keyframes(
    model: LTX, video: Any
) -> None:
    long = shown(np.concatenate([video, video[1:], video[1:]]))
    wish = {"picture": long, "keyframes": {20: shown(video[3])}}
    plain = painted_by_us(model, {"picture": long}, window=25, overlap=16)
    keyed = painted_by_us(model, wish, window=25, overlap=16)
    assert keyed.shape == (1, 16, 7, 2, 3)
    changed = (keyed - plain).abs().amax((0, 1, 3, 4))
    assert changed[3] > 1e-4
    shot = Shot(model, Wish("", picture=long), Settings(window=25, overlap=16))
    assert shot.windows == ((0, 4), (2, 6), (3, 7))


def test_pictures_come_back_in_order_and_number(model: LTX, video: Any) -> None:
    shot = Shot(
        model,
        Wish("", picture=shown(video)[:12, :50, :70]),
        Settings(),
        schedule=model.schedule(2),
    )
    *_, state = shot.steps()
    pictures = np.concatenate(list(shot.pictures(state)))
    assert pictures.shape == (12, 50, 70, 3)
    assert 0 <= pictures.min() <= pictures.max() <= 1


def test_latents_and_pictures_are_those_of_the_pipeline(model: LTX, video: Any) -> None:
    processor, vae = model.pipeline.video_processor, model.pipeline.vae
    from PIL import Image

    pixels = processor.preprocess_video([Image.fromarray(f) for f in video], HEIGHT, WIDTH)
    with torch.no_grad():
        plain = vae.encode(pixels).latent_dist.mode()
        back = vae.decode(plain, None, return_dict=False)[0]
    ours = model.encode(shown(video))
    mean, std = (t.view(1, -1, 1, 1, 1) for t in (vae.latents_mean, vae.latents_std))
    assert torch.allclose(ours * std + mean, plain, atol=1e-5)
    theirs = processor.postprocess_video(back, output_type="np")[0]
    assert np.allclose(np.concatenate(list(model.decode(ours))), theirs, atol=1e-5)


def test_a_long_clip_is_coded_in_pieces_that_join(
    model: LTX, video: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    long = shown(np.concatenate([video, *[video[1:]] * 4, video[1:9]]))
    whole = model.encode(long)
    pictures = np.concatenate(list(model.decode(whole)))
    monkeypatch.setattr(latents, "PIECE", 4)
    assert torch.allclose(model.encode(long), whole, atol=1e-5)
    parts = list(model.decode(whole))
    assert [len(p) for p in parts] == [25, 32, 32]
    assert np.allclose(np.concatenate(parts), pictures, atol=1e-5)


def test_a_length_that_does_not_fit_is_refused_with_one_that_does(model: LTX, video: Any) -> None:
    with pytest.raises(InputError, match=r"ltx takes 8k\+1 frames, not 16; pad the clip to 17"):
        model.encode(shown(video)[:16])
    with pytest.raises(InputError, match="multiples of 32, not 70×64; pad them to 96×64"):
        model.encode(shown(video)[:, :, :70])


def test_control_videos_are_refused(model: LTX, video: Any) -> None:
    with pytest.raises(InputError, match="ltx follows no depth video"):
        Shot(model, Wish("", controls={"depth": shown(video)}), Settings())


def test_a_schedule_has_the_steps_asked_for_from_any_start(model: LTX) -> None:
    for start in (1.0, 0.6, 0.2):
        schedule = model.schedule(8, start=start)
        assert schedule.sigmas[0] == pytest.approx(start)
        assert 8 <= schedule.steps <= 9


def test_a_window_counts_frames_of_its_own() -> None:
    still = torch.zeros(1, 4, 1, 2, 2)
    given = Given(7, 8, 32, keys=tuple((n, still) for n in (8, 9, 16, 17, 24, 40)))
    cut = given.window(2, 5)
    # latent frame 2 stands for frames 9 to 16, of which a window's first frame is the last
    assert [n for n, _ in cut.keys] == [0, 0, 1, 8]
    assert cut.frames == 3
    places = cut.places(2, 2)
    assert places[0, 0, -8:-4].tolist() == [[1.0, 2.0]] * 4
    assert places[0, 0, :12:4].tolist() == [[0.0, 1.0], [1.0, 9.0], [9.0, 17.0]]


def test_a_smaller_control_video_is_spread_over_the_picture() -> None:
    given = Given(2, 8, 32, controls=(torch.zeros(1, 4, 2, 2, 3),))
    places = given.places(4, 6)
    assert torch.equal(places[:, :, 48:], grid(2, 2, 3, 8, 64))


def test_a_film_s_run_takes_the_levels_that_it_was_made_for(
    model: LTX, video: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels: list[float] = []
    plain = model.velocity

    def heard(x: Tensor, sigma: float, condition: Any) -> Tensor:
        levels.append(sigma)
        return plain(x, sigma, condition)

    monkeypatch.setattr(model, "velocity", heard)
    request = Request(Wish("a man walks", picture=shown(video)), 0.6, 3, seed=7)
    sampled = Sampled(model, Settings(), "weights")
    work = Work(tmp_path / "work", "key")
    pictures = np.concatenate(list(sampled.paint(request, work, "piece", lambda part: None)))
    assert pictures.shape == video.shape
    assert levels == pytest.approx(model.schedule(3, start=0.6).told)
