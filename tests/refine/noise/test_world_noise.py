"""Noise is exactly normal, sticks to skin and walls, and is the same in every shot."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
import turning_world as world
from noise_measures import along, correlation, kurtosis, neighbours, surface
from numpy.typing import NDArray

from filmagent.refine import noise

SIZE = (416, 240)
CHANNELS = 16


@cache
def cells(shot: str, number: float, seed: int = 1, width: float = 0.5) -> NDArray[np.float32]:
    return noise.of_frame(
        surface(shot, number, SIZE),
        world.NAMES,
        scale=8,
        channels=CHANNELS,
        seed=seed,
        width=width,
    )


def flow(*numbers: float, width: float = 0.5) -> float:
    """The mean of correlations from frame 10 to others of the shot."""
    found = [
        along((cells("A", 10, width=width), cells("A", n, width=width)), ("A", "A"), (10, n), SIZE)
        for n in numbers
    ]
    return float(np.mean(found))


@pytest.mark.parametrize("width", [0.25, 0.5])
def test_it_is_normal_and_white(width: float) -> None:
    every = np.stack([cells("A", n, seed, width) for n in (10, 26) for seed in range(4)])
    assert abs(every.mean()) < 0.01
    assert abs(every.std() - 1) < 0.01
    assert abs(kurtosis(every) - 3) < 0.05
    assert max(neighbours(frame) for frame in every) < 0.05
    assert np.abs(np.corrcoef(cells("A", 10).reshape(CHANNELS, -1))[0, 1:]).max() < 0.1


def test_every_cell_is_normal_over_films_not_only_all_cells_together() -> None:
    films = np.stack([cells("A", 10, seed) for seed in range(12)])
    spread = films.std((0, 1))
    assert abs(spread.mean() - 1) < 0.01
    # 192 numbers a cell: what is left is the chance of counting
    assert spread.std() < 1.3 / np.sqrt(2 * 12 * CHANNELS)


@pytest.mark.parametrize("width", [0.25, 0.5])
def test_it_goes_along_with_what_moves(width: float) -> None:
    assert flow(11, width=width) > 0.5
    assert flow(11, 14, 18, 26, width=width) > 0.4
    still = correlation(cells("A", 10), cells("A", 26))
    assert abs(still) < 0.25


def test_a_character_brings_it_to_the_next_shot() -> None:
    found = [
        along((cells("A", a), cells("B", b)), ("A", "B"), (a, b), SIZE, only=world.BODY)
        for a, b in ((10, 0), (10, 10), (20, 12), (30, 30))
    ]
    assert np.mean(found) > 0.4


def test_somebody_else_in_the_same_place_has_noise_of_their_own() -> None:
    other = noise.of_frame(
        surface("A", 10, SIZE),
        {**world.NAMES, world.BODY: "JONAS"},
        scale=8,
        channels=CHANNELS,
        seed=1,
    )
    inside = world.frame("A", 10, SIZE).ids[4::8, 4::8] == world.BODY
    assert abs(correlation(cells("A", 10)[:, inside], other[:, inside])) < 0.1
    wall = world.frame("A", 10, SIZE).ids[4::8, 4::8] == world.FLOOR
    assert correlation(cells("A", 10)[:, wall], other[:, wall]) > 0.99


def test_a_wall_does_not_change_all_at_once_when_the_camera_comes_nearer() -> None:
    x, y = np.meshgrid(np.arange(240) - 119.5, np.arange(160) - 79.5)
    steps: list[float] = []
    before = None
    for zoom in 2 ** np.linspace(0, 1, 25):
        rest = np.stack([x, 0.1 * x, -y], -1) * 0.006 / zoom + [0.0, 2.0, 1.5]
        wall = noise.Surface(np.ones(x.shape, np.uint8), rest)
        now = noise.of_frame(wall, {1: "café"}, scale=8, channels=CHANNELS, seed=1)[:, 4:16, 7:23]
        if before is not None:
            steps.append(correlation(before, now))
        before = now
    # three per cent larger each time: on the way every voxel there is is replaced by its halves
    assert min(steps) > 0.65


def test_a_frame_is_the_same_whatever_else_it_shows() -> None:
    seen = surface("A", 10, SIZE)
    part = noise.Surface(seen.ids[:, :200], seen.rest[:, :200])
    alone = noise.of_frame(part, world.NAMES, scale=8, channels=CHANNELS, seed=1)
    assert np.array_equal(alone[:, :, :20], cells("A", 10)[:, :, :20])


def test_positions_in_half_precision_give_nearly_the_same() -> None:
    seen = surface("A", 10, SIZE)
    rough = noise.Surface(seen.ids, seen.rest.astype(np.float16).astype(np.float32))
    found = noise.of_frame(rough, world.NAMES, scale=8, channels=CHANNELS, seed=1)
    assert abs(found.std() - 1) < 0.02
    assert correlation(found, cells("A", 10)) > 0.7
