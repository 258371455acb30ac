"""Wan VACE, driven by us, paints what its own pipeline paints; and what that cannot."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import tiny
import torch
from PIL import Image

from filmagent.errors import InputError
from filmagent.refine.video import vace
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.shot import Settings, Shot
from filmagent.refine.video.vace import Vace

FRAMES, STEPS, SEED = 17, 4, 3
WIDTH, HEIGHT = tiny.SIZE
TOLERANCE = 1e-5


@pytest.fixture(scope="module")
def model(vace_pipeline: Any) -> Vace:
    return Vace(vace_pipeline)


def control() -> Any:
    return tiny.pictures(FRAMES)


def engine() -> Any:
    return tiny.pictures(FRAMES, seed=1)


def mask() -> Any:
    kept = np.ones((FRAMES, HEIGHT, WIDTH), np.float32)
    kept[:, :20] = 0
    kept[6] = 0
    return kept


def images(pictures: Any) -> list[Image.Image]:
    return [Image.fromarray((picture * 255 + 0.5).astype(np.uint8)) for picture in pictures]


def published(pipeline: Any, wish: Wish, **more: Any) -> Any:
    """The pipeline's own answer, from what a user of it would hand over."""
    video = wish.controls["depth"]
    if wish.mask is not None:
        video = np.where(wish.mask[..., None] > 0.5, video, wish.picture)
    said: dict[str, Any] = {
        "prompt": wish.prompt,
        "negative_prompt": wish.negative,
        "video": images(video),
        "mask": None if wish.mask is None else images(wish.mask),
        "reference_images": [images(wish.references)] if wish.references else None,
        "guidance_scale": wish.guidance,
        "conditioning_scale": wish.follow,
        "height": HEIGHT,
        "width": WIDTH,
        "num_frames": len(video),
        "num_inference_steps": STEPS,
        "generator": torch.Generator().manual_seed(SEED),
        "output_type": "latent",
    }
    return pipeline(**said, **more).frames


def own(model: Vace, wish: Wish, solver: Any = "unipc") -> torch.Tensor:
    *_, state = Shot(model, wish, Settings(STEPS, solver=solver, seed=SEED)).steps()
    return torch.cat([state.lead, state.x], 2)


@pytest.mark.parametrize("references", [0, 2])
@pytest.mark.parametrize("guidance", [1.0, 5.0])
@pytest.mark.parametrize("masked", [False, True])
@pytest.mark.parametrize("solver", ["unipc", "euler"])
def test_one_window_is_what_the_pipeline_paints(
    model: Vace, references: int, guidance: float, masked: bool, solver: Any
) -> None:
    from diffusers import FlowMatchEulerDiscreteScheduler

    known = [tiny.pictures(1, seed=5)[0], tiny.pictures(1, seed=6)[0][:32, :40]][:references]
    wish = Wish(
        "a man walks",
        "blurred",
        controls={"depth": control()},
        mask=mask() if masked else None,
        picture=engine() if masked else None,
        references=known,
        guidance=guidance,
        follow=0.8,
    )
    pipeline, default = model.pipeline, model.pipeline.scheduler
    try:
        if solver == "euler":
            pipeline.scheduler = FlowMatchEulerDiscreteScheduler(shift=3.0)
        theirs = published(pipeline, wish)
    finally:
        pipeline.scheduler = default
    assert float((own(model, wish, solver) - theirs).abs().max()) <= TOLERANCE


def test_two_transformers_share_the_noise_as_the_pipeline_shares_it() -> None:
    pipeline = tiny.vace(fun=True)
    wish = Wish("rain", controls={"depth": control()}, guidance=2.0)
    theirs = published(pipeline, wish)
    assert float((own(Vace(pipeline), wish) - theirs).abs().max()) <= TOLERANCE
    pipeline.transformer_2 = None
    only = float((own(Vace(pipeline), wish) - theirs).abs().max())
    assert only > 0.01


def test_pictures_are_those_of_the_whole_decoder(model: Vace) -> None:
    latents = torch.randn(1, 16, 4, 6, 8, generator=torch.Generator().manual_seed(1))
    vae = model.pipeline.vae
    mean = torch.tensor(vae.config.latents_mean).view(1, -1, 1, 1, 1)
    spread = torch.tensor(vae.config.latents_std).view(1, -1, 1, 1, 1)
    with torch.no_grad():
        whole = vae.decode(latents * spread + mean).sample[0].permute(1, 2, 3, 0).numpy()
    parts = list(model.decode(latents))
    assert [len(part) for part in parts] == [1, 4, 4, 4]
    assert np.abs(np.concatenate(parts) * 2 - 1 - whole).max() < 1e-5


def test_a_picture_encoded_and_noised_a_little_is_near_itself(model: Vace) -> None:
    picture = engine()
    latents = model.encode(picture)
    wish = Wish("a man", controls={"depth": control()}, picture=picture)
    shot = Shot(model, wish, Settings(2, shift=1.0, sigma_start=0.02, seed=1))
    *_, state = shot.steps()
    assert float((state.x - latents).abs().mean()) < 0.1


def test_windows_of_a_shot_agree_with_the_whole_where_they_overlap(model: Vace) -> None:
    """Three windows of 9 latent frames for 21: what they change is small beside the picture."""
    wish = Wish("a man", controls={"depth": tiny.pictures(81)})
    *_, whole = Shot(model, wish, Settings(STEPS, seed=SEED)).steps()
    shot = Shot(model, wish, Settings(STEPS, seed=SEED, window=33, overlap=12))
    assert shot.windows == ((0, 9), (6, 15), (12, 21))
    *_, many = shot.steps()
    shared = [6, 7, 8, 12, 13, 14]
    change = (many.x - whole.x)[:, :, shared].abs()
    assert float(change.max()) < 0.05 * float(whole.x.std())


def test_a_kept_frame_is_what_the_model_is_shown(model: Vace) -> None:
    """A keyframe is a frame whose mask keeps it."""
    finished = tiny.pictures(1, seed=8)[0]
    kept, shown = np.ones((FRAMES, HEIGHT, WIDTH), np.float32), control()
    kept[5] = 0
    picture = shown.copy()
    picture[5] = finished
    by_mask = model.condition(Wish("", controls={"depth": shown}, mask=kept, picture=picture))
    by_key = model.condition(Wish("", controls={"depth": shown}, keyframes={5: finished}))
    assert torch.equal(by_mask.shown(), by_key.shown())


@pytest.mark.parametrize("frames", [1, 5, 9, 33, 81])
def test_masks_are_chosen_in_time_as_the_pipeline_chooses_them(model: Vace, frames: int) -> None:
    kept = np.random.default_rng(0).integers(0, 2, (frames, 32, 32)).astype(np.float32)
    picture = np.zeros((frames, 32, 32, 3), np.float32)
    wish = Wish("", controls={"depth": picture}, mask=kept, picture=picture)
    told = torch.from_numpy(kept)[None, None].expand(1, 3, -1, -1, -1)
    theirs = model.pipeline.prepare_masks(told, [[]])
    assert torch.equal(model.condition(wish).mask, theirs)


def test_controls_lie_over_each_other_where_they_count(model: Vace) -> None:
    people = np.zeros((5, 32, 32), np.float32)
    people[:, 8:24, 8:24] = 1
    depth, pose = np.full((5, 32, 32, 3), 0.2, np.float32), np.full((5, 32, 32, 3), 0.9, np.float32)
    both = depth.copy()
    both[:, 8:24, 8:24] = 0.9
    controls = {"pose": pose, "depth": depth}
    composed = model.condition(Wish("", controls=controls, areas={"pose": people}))
    assert torch.equal(
        composed.control, model.condition(Wish("", controls={"depth": both})).control
    )
    with pytest.raises(InputError, match="one control video"):
        model.condition(Wish("", controls=controls))


def test_where_no_control_counts_the_model_sees_grey(model: Vace) -> None:
    picture = tiny.pictures(5)
    grey = model.condition(Wish("", picture=picture)).control
    half = model.condition(Wish("", controls={"depth": np.full_like(picture, 0.5)})).control
    assert torch.equal(grey, half)


def test_a_prompt_is_read_once_and_its_reader_let_go(tmp_path: Any) -> None:
    tiny.vace().save_pretrained(tmp_path / "model")
    model = vace.load(tmp_path / "model")
    assert model.pipeline.text_encoder is None
    model.learn(["a man", "a woman"])
    assert model.pipeline.text_encoder is None
    model.pipeline.encode_prompt = None
    assert model.condition(Wish("a man", controls={"depth": control()})).words.shape[1] == 512


def test_a_loaded_model_paints_as_the_one_that_was_saved(tmp_path: Any, model: Vace) -> None:
    model.pipeline.save_pretrained(tmp_path)
    wish = Wish("a man", controls={"depth": control()})
    assert torch.equal(own(vace.load(tmp_path), wish), own(model, wish))


def test_clips_that_do_not_fit_are_never_cut_in_silence(model: Vace) -> None:
    with pytest.raises(InputError, match="4k \\+ 1 frames"):
        model.encode(tiny.pictures(15))
    with pytest.raises(InputError, match="multiples of 16"):
        model.condition(Wish("", controls={"depth": tiny.pictures(5)[:, :40]}))


def test_a_pixel_that_is_no_number_is_named(model: Vace) -> None:
    broken = control()
    broken[7, 3, 3, 1] = np.nan
    with pytest.raises(InputError, match="Frame 7 of the depth video"):
        model.condition(Wish("", controls={"depth": broken}))
