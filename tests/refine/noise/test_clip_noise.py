"""A clip's noise: some of the world's, the rest its own, in the shape that a model takes."""

from __future__ import annotations

import numpy as np
import pytest
import turning_world as world
from noise_measures import along, correlation, kurtosis, surface
from numpy.typing import NDArray

from filmagent.errors import FilmError
from filmagent.refine import noise
from filmagent.refine.passes import Passes
from filmagent.refine.video.backend import Capabilities

SIZE = (232, 128)
WAN = Capabilities("wan", 4, 1, 81, 16, 4, 8, 16, ("depth",))
LTX = Capabilities("ltx", 8, 1, 121, 32, 8, 32, 128, ())


def clip(
    model: Capabilities, gamma: float, frames: int = 13, **told: object
) -> NDArray[np.float32]:
    chosen = {"seed": 3, "shot": "A", **told}
    return noise.of_clip(
        lambda n: surface("A", n, SIZE), frames, model, world.NAMES, gamma=gamma, **chosen
    )


@pytest.mark.parametrize("model", [WAN, LTX])
@pytest.mark.parametrize("gamma", [0.0, 0.4, 1.0])
def test_whatever_the_share_it_is_normal_and_of_the_models_shape(
    model: Capabilities, gamma: float
) -> None:
    found = clip(model, gamma)
    assert found.shape == model.latent(13, SIZE[1], SIZE[0]) and found.dtype == np.float32
    assert abs(found.mean()) < 0.03 and abs(found.std() - 1) < 0.03
    assert abs(kurtosis(found) - 3) < 0.1


def test_a_latent_frame_is_that_of_the_middle_of_its_frames() -> None:
    asked: list[int] = []

    def read(number: int) -> noise.Surface:
        asked.append(number)
        return surface("A", number, SIZE)

    noise.of_clip(read, 13, WAN, world.NAMES, seed=3, shot="A", gamma=1.0)
    assert asked == [0, 2, 6, 10]
    asked.clear()
    noise.of_clip(read, 11, LTX, world.NAMES, seed=3, shot="A", gamma=1.0)
    assert asked == [0, 4, 10]


def test_the_share_decides_how_much_goes_along() -> None:
    found = {}
    for gamma in (0.0, 0.4, 1.0):
        shown = clip(WAN, gamma)[0, :, 1:3, : SIZE[1] // 8, : SIZE[0] // 8]
        first, second = shown.transpose(1, 0, 2, 3)
        found[gamma] = along((first, second), ("A", "A"), (2, 6), SIZE)
    assert abs(found[0.0]) < 0.03
    assert found[0.4] == pytest.approx(0.16 * found[1.0], abs=0.03)


def test_what_is_new_differs_between_shots_and_what_is_the_worlds_does_not() -> None:
    rows, columns = SIZE[1] // 8, SIZE[0] // 8
    for gamma, alike in ((0.0, 0.0), (1.0, 1.0)):
        one, other = (clip(WAN, gamma, shot=shot)[..., :rows, :columns] for shot in ("A", "B"))
        assert correlation(one, other) == pytest.approx(alike, abs=0.02)


def test_a_longer_clip_begins_as_a_shorter_one() -> None:
    assert np.array_equal(clip(WAN, 0.4, 9), clip(WAN, 0.4, 13)[:, :, :3])


def test_where_a_picture_is_padded_noise_is_new() -> None:
    assert WAN.latent(13, SIZE[1], SIZE[0])[4] * 8 > SIZE[0]
    padding = clip(WAN, 1.0)[..., -1]
    assert np.array_equal(padding, clip(WAN, 0.0)[..., -1])


def test_a_share_out_of_range_is_said() -> None:
    with pytest.raises(FilmError, match=r"gamma 1\.5 is out of range"):
        clip(WAN, 1.5)


def test_frames_of_several_sizes_are_said() -> None:
    def read(number: int) -> noise.Surface:
        return surface("A", number, SIZE if number < 6 else (116, 64))

    with pytest.raises(FilmError, match="Frame 6 of A is 116x64, its first 232x128"):
        noise.of_clip(read, 13, WAN, world.NAMES, seed=3, shot="A", gamma=0.4)


def test_frames_without_rest_positions_are_said() -> None:
    blank = np.zeros((8, 8))
    bare = Passes(
        np.zeros((8, 8, 3), np.uint8),
        blank.astype(np.uint8),
        blank.astype(np.float32),
        np.zeros((8, 8, 2), np.float32),
    )
    with pytest.raises(FilmError, match="rest positions"):
        noise.Surface.of(bare)
