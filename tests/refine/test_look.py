"""The look: leaves alone what it should, changes what it says, the same on every run."""

from __future__ import annotations

from pathlib import Path

import moving_world as world
import numpy as np
import pytest
from numpy.typing import NDArray

from filmagent.errors import DocumentError, InputError
from filmagent.refine import Grade, Look, load, names
from filmagent.refine.look import colour, read
from filmagent.refine.metrics.lab import lab

SIZE = (320, 180)
SKIN = [(92, 56, 40), (141, 92, 66), (178, 124, 96), (214, 166, 140), (236, 198, 176)]


def flat(value: tuple[int, int, int]) -> NDArray[np.uint8]:
    return np.full((SIZE[1], SIZE[0], 3), value, np.uint8)


def ramp() -> NDArray[np.uint8]:
    grey = np.linspace(0, 255, SIZE[0]).round().astype(np.uint8)
    return np.repeat(np.broadcast_to(grey, SIZE[::-1])[..., None], 3, -1).copy()


def test_the_shelf_has_a_look_for_every_mood() -> None:
    wanted = {"clean", "classic", "warm", "noir", "bleach", "night", "16mm"}
    assert wanted <= set(names()) and all(load(name).title for name in names())


def test_no_look_changes_no_bit() -> None:
    every = np.arange(256, dtype=np.uint8)
    picture = np.stack(np.meshgrid(every, every[::3], indexing="ij"), -1)
    picture = np.dstack([picture, picture[..., ::-1][..., :1]])
    for grade in (
        Grade(picture.shape[1::-1], Look()),
        Grade(picture.shape[1::-1], load("noir"), strength=0.0),
    ):
        assert np.array_equal(grade(picture, seed=1), picture)


@pytest.mark.parametrize("name", names())
def test_a_grade_is_the_same_on_every_run_and_its_grain_new_on_every_frame(name: str) -> None:
    picture = world.frame("A", 0).rgb
    first, second = Grade(world.SIZE, load(name), seed=5), Grade(world.SIZE, load(name), seed=5)
    assert np.array_equal(first(picture, 9), second(picture, 9))
    assert not np.array_equal(first(picture, 9), first(picture, 10))
    assert not np.array_equal(first(picture, 9), Grade(world.SIZE, load(name), seed=6)(picture, 9))


@pytest.mark.parametrize("name", sorted(set(names()) - {"noir", "bleach"}))
def test_skin_stays_skin(name: str) -> None:
    grade = Grade(SIZE, load(name).plain())
    for tone in SKIN:
        shown = lab(grade(flat(tone), 0)[:1, :1])[0, 0]
        meant = lab(flat(tone)[:1, :1])[0, 0]
        hue = np.degrees(np.arctan2(shown[2], shown[1]) - np.arctan2(meant[2], meant[1]))
        assert abs(hue) < 14, (tone, hue)
        assert 0.55 < np.hypot(*shown[1:]) / np.hypot(*meant[1:]) < 1.35, tone


def test_noir_has_no_colour_and_looks_keep_the_order_of_tones() -> None:
    noir = Grade(SIZE, load("noir"))(world_like(), 3).astype(int)
    assert np.ptp(noir, -1).max() == 0
    for name in names():
        shown = Grade(SIZE, load(name).plain())(ramp(), 0).astype(int).sum(-1)[90]
        assert (np.diff(shown) >= 0).all(), name
        assert np.diff(shown).max() <= 3 * 4, "no step that would band"


def world_like() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (SIZE[1], SIZE[0], 3)).astype(np.uint8)


def test_grain_is_gaussian_in_density_and_leaves_the_mean() -> None:
    look = Look(grain=0.02, grain_size=1.0, grain_colour=1.0)
    grade = Grade(SIZE, look, seed=2)
    shown = np.stack([grade(flat((118, 118, 118)), s) for s in range(4)])
    light = colour.opened(shown[..., 0].ravel() / 255.0)
    density = np.log10(light)
    normal = (density - density.mean()) / density.std()
    assert abs(density.std() - 0.02) < 0.003
    assert abs((normal**3).mean()) < 0.15 and abs((normal**4).mean() - 3) < 0.3
    assert abs(shown.mean() - 118) < 0.3


def test_grain_is_weak_in_highlights_and_deep_shadows() -> None:
    grade = Grade(SIZE, Look(grain=0.03), seed=2)
    spread = {v: grade(flat((v, v, v)), 1).astype(float).std() for v in (4, 110, 250)}
    assert spread[4] < 0.6 * spread[110] and spread[250] < 0.6 * spread[110]


def test_light_scatters_but_none_is_made() -> None:
    picture = flat((12, 12, 12))
    picture[70:110, 140:180] = 255
    before = colour.opened(picture / 255.0)
    after = colour.opened(Grade(SIZE, Look(bloom=0.2))(picture, 0) / 255.0)
    assert after[90, 188].min() > before[90, 188].max()
    assert after.sum() == pytest.approx(before.sum(), rel=0.03)


def test_halation_is_a_red_ring_round_what_is_bright() -> None:
    picture = flat((30, 30, 30))
    picture[70:110, 140:180] = 255
    shown = Grade(SIZE, Look(halation=0.3))(picture, 0).astype(int)
    near, far = shown[90, 183], shown[20, 20]
    assert near[0] > near[1] + 4 > near[2] + 4 and tuple(far) == (30, 30, 30)
    assert tuple(shown[90, 160]) == (255, 255, 255)


def test_a_grade_adds_no_flicker() -> None:
    for name in names():
        grade = Grade(SIZE, load(name), seed=4)
        means = [grade(flat((96, 88, 80)), s).mean() for s in range(12)]
        assert np.ptp(means) < 0.35, name


@pytest.mark.parametrize("size", [(64, 64), (161, 91), (853, 480)])
def test_any_size_is_graded(size: tuple[int, int]) -> None:
    picture = np.full((size[1], size[0], 3), 120, np.uint8)
    assert Grade(size, load("classic"))(picture, 1).shape == picture.shape


def test_what_cannot_be_a_look_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match='no look "classik"; did you mean "classic"'):
        load("classik")
    path = tmp_path / "own.toml"
    for text, says in [
        ("grian = 0.1", 'did you mean "grain"'),
        ("bloom = 3.0", "bloom"),
        ("bloom = ", "not valid TOML"),
    ]:
        path.write_text(text)
        with pytest.raises(DocumentError, match=says):
            read(path)
    with pytest.raises(DocumentError, match="missing"):
        read(tmp_path / "none.toml")
    with pytest.raises(ValueError, match="turn a curve back"):
        Grade(SIZE, Look(highlights=(0.9, 0.0, 0.0)))
    with pytest.raises(ValueError, match="strength 2"):
        Grade(SIZE, Look(), strength=2)
    with pytest.raises(ValueError, match="this grade is for"):
        Grade(SIZE, Look())(np.zeros((4, 4, 3), np.uint8), 0)
