"""Motion from passes is exact, knows what it cannot know, and noise goes without trails."""

from __future__ import annotations

from dataclasses import replace

import moving_world as world
import numpy as np
import pytest

from filmagent.refine import motion
from filmagent.refine.denoise import Denoiser
from filmagent.refine.sampling import chained, sampled


@pytest.mark.parametrize("shot", ["A", "B", "C"])
def test_points_are_found_after_and_before(shot: str) -> None:
    now, then = world.frame(shot, 0), world.frame(shot, 1)
    for place, here, there in (
        (motion.after(now, then), now, then),
        (motion.before(then, now), then, now),
    ):
        assert place.visible.mean() > 0.9
        moved = sampled(there.rgb, place, "bicubic")[place.visible]
        error = np.abs(moved - here.rgb[place.visible])
        assert np.median(error) < 0.5 and np.quantile(error, 0.95) < 1.5, "but for outlines"


def test_what_is_hidden_later_is_not_found() -> None:
    now, then = world.frame("A", 0), world.frame("A", 6)
    # a stretch of six frames as one step: the wall beside MARA is behind her then
    jump = replace(now, vectors=now.vectors * 6)
    place = motion.after(jump, then)
    rows, columns = place.nearest
    hidden = (now.ids == 1) & (then.ids[rows, columns] != 1)
    assert hidden.sum() > 300 and not place.visible[hidden].any()


def test_links_make_a_chain() -> None:
    frames = [world.frame("A", n) for n in range(3)]
    place = chained(motion.after(frames[0], frames[1]), motion.after(frames[1], frames[2]))
    person = place.visible & (frames[0].ids == 2)
    columns = np.broadcast_to(np.arange(world.SIZE[0]), person.shape)
    assert np.abs(place.x[person] - columns[person] - 3.2).max() < 0.05


def test_noise_is_averaged_away_where_things_move() -> None:
    clean = {n: world.frame("A", n) for n in range(5)}
    draw = np.random.default_rng(0)
    noisy = {
        n: replace(f, rgb=np.clip(f.rgb + draw.normal(0, 8, f.rgb.shape), 0, 255).astype(np.uint8))
        for n, f in clean.items()
    }
    shown = Denoiser()(2, noisy).astype(float)

    def error(picture: np.ndarray) -> float:
        return float(np.square(picture - clean[2].rgb).mean())

    assert error(shown) < 0.35 * error(noisy[2].rgb.astype(float))
    assert error(Denoiser()(2, clean).astype(float)) < 0.5, "what has no noise stays as it is"


def test_denoising_leaves_no_trails_and_does_not_depend_on_what_came_before() -> None:
    frames = {n: world.frame("A", n) for n in range(8)}
    flashed = dict(frames)
    flashed[3] = replace(frames[3], rgb=np.minimum(frames[3].rgb + np.uint8(70), 250))
    shown = Denoiser()(4, {n: flashed[n] for n in range(2, 7)}).astype(int)
    assert np.abs(shown - frames[4].rgb).mean() < 1.0, "another light is no noise"
    walked = Denoiser()
    for n in range(2, 5):
        last = walked(n, {k: frames[k] for k in range(n - 2, n + 3)})
    assert np.array_equal(last, Denoiser()(4, {k: frames[k] for k in range(2, 7)}))
