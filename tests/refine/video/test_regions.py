"""What is protected stays the engine's until a noise level of its own."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
import torch
from plain import CAPABILITIES, Plain, clip

from filmagent.errors import InputError
from filmagent.refine.video.backend import Wish
from filmagent.refine.video.regions import Hold, noised, pinned, starts
from filmagent.refine.video.shot import Settings, Shot

FRAMES = 9


def shot(sigma: np.ndarray | None, settings: Settings, **more: object) -> tuple[Shot, Wish]:
    wish = Wish("", controls={"depth": clip(FRAMES)}, picture=clip(FRAMES, seed=1), **more)
    return Shot(Plain(bend=0.4), wish, settings, sigma=sigma), wish


def test_a_part_with_a_start_of_its_own_is_held_until_then() -> None:
    sigma = np.ones((FRAMES, 32, 48), np.float32)
    sigma[:, :16] = 0.35
    painting, wish = shot(sigma, Settings(steps=8, solver="euler"))
    states = list(painting.steps())
    noise, engine = painting._noise.clip, Plain().encode(wish.picture)
    for state, level in zip(states, painting.schedule.sigmas[1:], strict=True):
        held = (state.x - noised(engine, noise, level)).abs()
        if level > 0.35:
            assert float(held[:, :, :, :2].max()) < 1e-5
        assert float(held[:, :, :, 2:].mean()) > 0.01
    assert float(held[:, :, :, :2].mean()) > 0.01


@pytest.mark.parametrize("solver", ["euler", "unipc"])
def test_a_start_of_nothing_keeps_the_engines_picture(solver: str) -> None:
    sigma = np.ones((FRAMES, 32, 48), np.float32)
    sigma[:, 8:24, 16:32] = 0
    painting, wish = shot(sigma, Settings(steps=5, solver=solver))
    *_, state = painting.steps()
    kept = Plain().encode(wish.picture)[:, :, :, 1:3, 2:4]
    assert float((state.x[:, :, :, 1:3, 2:4] - kept).abs().max()) == 0


def test_a_little_later_start_changes_a_little_even_across_a_level() -> None:
    def end(start: float) -> torch.Tensor:
        sigma = np.full((FRAMES, 32, 48), start, np.float32)
        *_, state = shot(sigma, Settings(steps=4, solver="euler"))[0].steps()
        return state.x

    levels = shot(None, Settings(steps=4, solver="euler"))[0].schedule.sigmas
    for level in levels[1:-1]:
        assert float((end(level + 1e-4) - end(level - 1e-4)).abs().max()) < 2e-3
    for upper, lower in itertools.pairwise(levels):
        middle, near = end((upper + lower) / 2), end((upper + lower) / 2 + 1e-4)
        assert float((near - middle).abs().max()) < 2e-3
    assert float((end(levels[1]) - end(0)).abs().mean()) > 0.02


def test_a_part_held_below_the_shots_own_start_ends_where_a_shot_started_there_would() -> None:
    """Held all over, the shot is the one that starts later, on the levels it shares."""
    late = np.full((FRAMES, 32, 48), 0.5, np.float32)
    painting, _ = shot(late, Settings(steps=12, shift=1.0, solver="euler"))
    levels = painting.schedule
    *_, held = painting.steps()
    from filmagent.refine.video.schedule import of

    wish = Wish("", controls={"depth": clip(FRAMES)}, picture=clip(FRAMES, seed=1))
    free = Shot(Plain(0.4), wish, Settings(), schedule=of(levels.sigmas[:-1], start=0.5))
    *_, plain = free.steps()
    # the step that 0.5 falls into asks the model at its upper end, not at 0.5
    assert float((held.x - plain.x).abs().max()) < 0.03


def test_what_is_protected_is_protected_whole() -> None:
    sigma = np.ones((6, 30, 40), np.float32)
    sigma[2, 9, 17] = 0.2
    cells = starts(sigma, CAPABILITIES, 6, 30, 40)
    assert cells.shape == (1, 1, 3, 4, 6)
    assert cells[0, 0, 1, 1, 2] == pytest.approx(0.2)
    assert int((cells < 1).sum()) == 1


def test_a_latent_frame_is_pinned_once_all_its_frames_are_given() -> None:
    start = torch.ones(1, 1, 3, 2, 2)
    held = pinned(start, {0, 1, 2, 3, 5, 6, 7, 8}, CAPABILITIES)
    assert held[0, 0, :, 0, 0].tolist() == [0, 1, 0]


def test_keyframes_that_fill_a_latent_frame_come_out_as_they_were() -> None:
    finished = clip(FRAMES, seed=4)
    painting, _ = shot(
        None, Settings(steps=5), keyframes={number: finished[number] for number in (0, 5, 6, 7, 8)}
    )
    *_, state = painting.steps()
    known = Plain().encode(finished)
    assert torch.equal(state.x[:, :, 0], known[:, :, 0])
    assert torch.equal(state.x[:, :, 2], known[:, :, 2])
    assert not torch.allclose(state.x[:, :, 1], known[:, :, 1], atol=0.01)


def test_a_map_of_another_shot_is_refused() -> None:
    with pytest.raises(InputError, match="map of σ"):
        shot(np.ones((FRAMES, 16, 48), np.float32), Settings())
    with pytest.raises(ValueError, match="different frames"):
        Hold(torch.zeros(1, 3, 2, 4, 4), torch.zeros(1, 1, 3, 4, 4))


def test_a_map_with_no_number_is_refused() -> None:
    sigma = np.ones((FRAMES, 32, 48), np.float32)
    sigma[3, 2, 2] = np.nan
    painting, _ = shot(sigma, Settings())
    with pytest.raises(InputError, match=r"Frame 3 of the map of σ"):
        next(painting.steps())
