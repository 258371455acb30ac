"""A shot of any length and size is painted, can be stopped at any step, and is never half lost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from plain import CAPABILITIES, Plain, clip

from filmagent.errors import InputError, RenderError
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.sampler import State, drawn
from filmagent.refine.video.shot import Settings, Shot, paint

LONG = Settings(steps=4, window=17, overlap=8)


def wish(frames: int = 60, height: int = 30, width: int = 40, **more: Any) -> Wish:
    return Wish(
        "",
        controls={"depth": clip(frames, height, width)},
        picture=clip(frames, height, width, seed=1),
        **more,
    )


@pytest.mark.parametrize("frames", [1, 2, 5, 33, 34, 50])
def test_a_shot_comes_back_with_its_own_length_and_size(frames: int) -> None:
    parts = list(paint(Plain(), wish(frames), Settings(steps=2)))
    assert np.concatenate(parts).shape == (frames, 30, 40, 3)
    assert all(np.isfinite(part).all() for part in parts)


@pytest.mark.parametrize("together", [True, False])
@pytest.mark.parametrize("solver", ["euler", "unipc"])
def test_windows_of_frames_that_know_nothing_of_each_other_are_the_whole(
    together: bool, solver: Any
) -> None:
    """Where the model looks at frames one by one, windows change nothing."""
    whole = Settings(steps=5, solver=solver, sigma_start=0.8)
    cut = Settings(5, solver=solver, sigma_start=0.8, window=9, overlap=4, together=together)
    one = wish(33, 32, 48)
    *_, single = Shot(Plain(0.3), one, whole).steps()
    shot = Shot(Plain(0.3), one, cut)
    assert len(shot.windows) > 3
    *_, many = shot.steps()
    assert float((single.x - many.x).abs().max()) < 1e-5


def test_all_windows_advance_together_and_are_never_longer_than_asked() -> None:
    model = Plain()
    shot = Shot(model, wish(), LONG)
    list(shot.steps())
    assert {frames for frames, _ in model.asked} == {5}
    levels = [sigma for _, sigma in model.asked]
    assert levels == sorted(levels, reverse=True)


@pytest.mark.parametrize("settings", [LONG, Settings(4, window=17, overlap=8, together=False)])
@pytest.mark.parametrize("references", [0, 2])
def test_a_shot_stopped_after_any_step_goes_on_to_the_same_picture(
    settings: Settings, references: int
) -> None:
    asked = wish(references=[clip(1)[0]] * references)
    shot = Shot(Plain(0.3), asked, settings)
    states = list(shot.steps())
    assert len(states) == shot.total
    for state in states[:-1]:
        kept = {name: kept.clone() for name, kept in state.tensors().items()}
        model = Plain(0.3)
        *_, end = Shot(model, asked, settings).steps(State.of(kept))
        assert torch.equal(end.x, states[-1].x)
        assert len(model.asked) < len(states) * len(shot.windows)


def test_a_seed_gives_the_same_picture_and_another_seed_another() -> None:
    def end(seed: int) -> torch.Tensor:
        *_, state = Shot(Plain(0.3), wish(9), Settings(3, seed=seed)).steps()
        return state.x

    assert torch.equal(end(1), end(1))
    assert not torch.allclose(end(1), end(2))


def test_the_less_noise_a_shot_starts_with_the_more_of_it_is_there() -> None:
    engine = Plain().encode(clip(9, 32, 48, seed=1))[:, :, :, :3, :5]

    def distance(start: float) -> float:
        first = next(iter(Shot(Plain(), wish(9), Settings(99, 1, sigma_start=start)).steps()))
        return float((first.x[:, :, :, :3, :5] - engine).abs().mean())

    distances = [distance(start) for start in (0.05, 0.2, 0.5, 1.0)]
    assert distances == sorted(distances)
    assert distances[0] < 0.1 < distances[-1]


def test_noise_of_ones_own_is_what_a_shot_begins_with() -> None:
    own = torch.randn(CAPABILITIES.latent(9, 30, 40), generator=torch.Generator().manual_seed(9))
    shot = Shot(Plain(), wish(9), Settings(2), noise=own)
    list(shot.steps())
    assert torch.equal(shot._noise.clip, own)
    with pytest.raises(InputError, match="The noise is"):
        Shot(Plain(), wish(13), Settings(2), noise=own)


def test_noise_is_unit_gaussian_and_by_seed() -> None:
    noise = drawn((1, 16, 9, 20, 30), 2, seed=5)
    assert noise.lead.shape == (1, 16, 2, 20, 30)
    assert float(noise.clip.std()) == pytest.approx(1, abs=0.02)
    assert torch.equal(noise.clip, drawn((1, 16, 9, 20, 30), 2, seed=5).clip)


@pytest.mark.parametrize("together", [True, False])
def test_a_model_that_fails_loses_no_step_before(together: bool) -> None:
    settings = Settings(4, window=17, overlap=8, together=together)
    model = Plain(0.3)
    model.fails_after = 13
    kept = []
    with pytest.raises(RenderError, match="no numbers"):
        for state in Shot(model, wish(), settings).steps():
            kept.append(state)
    assert kept
    *_, whole = Shot(Plain(0.3), wish(), settings).steps()
    *_, mended = Shot(Plain(0.3), wish(), settings).steps(kept[-1])
    assert torch.equal(whole.x, mended.x)


def test_only_a_few_pictures_are_read_at_a_time() -> None:
    class Watched:
        shape = (200, 32, 48, 3)
        most = 0

        def __getitem__(self, which: slice) -> Any:
            Watched.most = max(Watched.most, which.stop - which.start)
            return clip(which.stop - which.start)

    asked = Wish("", controls={"depth": Watched()}, picture=Watched())
    shapes = [len(part) for part in paint(Plain(), asked, Settings(1, sigma_start=0.5))]
    assert Watched.most <= 4
    assert max(shapes) <= 4


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"picture": clip(8)}, "9 frames of 48×32 pixels"),
        ({"picture": clip(9, 16, 48)}, "one quality"),
        ({"mask": np.ones((9, 32, 32), np.float32)}, "the mask"),
        ({"controls": {"normal": clip(9)}}, "follows no normal"),
        ({"references": [clip(1)[0]] * 3}, "3 references"),
        ({"keyframes": {9: clip(1)[0]}}, "beyond the shot's 9 frames"),
        ({"keyframes": {1: clip(1, 16, 16)[0]}}, "Keyframe 1 is 16×16"),
        ({"picture": None}, "render the shot's rgb"),
        ({"picture": None, "mask": np.ones((9, 32, 48), np.float32)}, "picture too"),
        ({"controls": {}, "picture": None}, "nothing to paint from"),
    ],
)
def test_what_does_not_fit_together_is_refused_before_the_model_works(
    change: dict[str, Any], words: str
) -> None:
    given = {"controls": {"depth": clip(9)}, "picture": clip(9), **change}
    model = Plain()
    with pytest.raises(InputError, match=words):
        Shot(model, Wish("", **given), Settings(sigma_start=0.5))
    assert not model.asked


@pytest.mark.parametrize(
    "wrong", [{"steps": 0}, {"sigma_start": 0.0}, {"window": 9, "overlap": 12}], ids=str
)
def test_settings_that_cannot_be_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(InputError):
        Shot(Plain(), wish(), Settings(**wrong))
