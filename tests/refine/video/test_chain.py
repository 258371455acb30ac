"""Window after window, what two share is carried as the first left it."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from plain import Plain, PlainCondition, clip
from torch import Tensor

from filmagent.refine.video.backend import Wish
from filmagent.refine.video.regions import noised
from filmagent.refine.video.sampler import State
from filmagent.refine.video.shot import Settings, Shot


class Moody(Plain):
    """Pulls every frame towards the mean of its window: windows would not agree by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Tensor] = []

    def velocity(self, x: Tensor, sigma: float, condition: PlainCondition) -> Tensor:
        self.seen.append(x)
        return super().velocity(x, sigma, condition) - 2 * (x.mean(2, keepdim=True) - x)


def ends(solver: Any, **more: Any) -> tuple[Any, list[State]]:
    """A shot of several windows, and the states at which each is finished."""
    settings = Settings(4, solver=solver, window=17, overlap=8, together=False)
    wish = Wish("", controls={"depth": clip(57)}, picture=clip(57, seed=1))
    shot = Shot(Moody(), wish, settings, **more)
    return shot, [state for state in shot.steps() if state.done == shot.schedule.steps]


@pytest.mark.parametrize("solver", ["euler", "unipc"])
def test_what_a_window_finished_is_never_painted_again(solver: Any) -> None:
    shot, finished = ends(solver)
    assert len(finished) == len(shot.windows) > 2
    for (_, end), state in zip(shot.windows, finished, strict=True):
        assert torch.equal(state.x[:, :, :end], finished[-1].x[:, :, :end])


@pytest.mark.parametrize("solver", ["euler", "unipc"])
def test_the_model_sees_what_the_window_before_finished_at_every_level(solver: Any) -> None:
    shot, finished = ends(solver)
    seen = shot._backend.seen[shot.schedule.steps : 2 * shot.schedule.steps]
    shared = slice(shot.windows[1][0], shot.windows[0][1])
    carried, noise = finished[0].x[:, :, shared], shot._noise.clip[:, :, shared]
    for x, sigma in zip(seen, shot.schedule.sigmas, strict=False):
        expected = noised(carried, noise, sigma)
        assert float((x[:, :, : carried.shape[2]] - expected).abs().max()) < 1e-5


def test_what_is_held_stays_held_through_all_windows() -> None:
    sigma = clip(57)[..., 0] * 0 + 1
    sigma[:, :16, :16] = 0
    shot, finished = ends("unipc", sigma=sigma)
    kept = Plain().encode(shot._wish.picture)[..., :2, :2]
    assert torch.equal(finished[-1].x[..., :2, :2], kept)


def test_the_model_is_never_shown_more_than_a_window() -> None:
    model = Plain()
    settings = Settings(3, window=17, overlap=8, together=False)
    shot = Shot(model, Wish("", controls={"depth": clip(57)}), settings)
    list(shot.steps())
    assert {frames for frames, _ in model.asked} == {5}
    assert len(model.asked) == 3 * len(shot.windows)
