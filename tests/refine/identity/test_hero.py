"""What is painted on one frame is where it belongs in others; what they alone show stays theirs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import posed_world as world
import pytest
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion, gaussian_filter

from filmagent.refine.identity import Carried, Hero, Part, carried, keyframes, shows, together
from filmagent.refine.metrics.lab import display, lab
from filmagent.refine.passes import Passes

Floats = NDArray[np.float32]
PAINT = np.array([(150, 190, 230), (120, 110, 100), (190, 130, 110), (90, 140, 100)], np.uint8)
FACE = [Part((0.0, -0.1, 0.75), (0.0, -0.1, 0.85), 0.2)]


@cache
def frame(t: float, pan: float = 1.0, dark: bool = False, width: int = 256) -> Passes:
    """The engine's frame, shaded by its normals."""
    known = world.frame(t, (width, width * 9 // 16), pan).passes
    assert known.normal is not None
    light = 0.75 + 0.25 * known.normal @ np.array([0.3, -0.6, 0.7], np.float32)
    shaded = PAINT[known.ids] * np.where(known.ids > 0, light, 1.0)[..., None]
    return replace(known, rgb=(shaded * (0.4 if dark else 1.0)).astype(np.uint8))


def added(known: Passes) -> Floats:
    """What the model adds: a pattern that sticks to surfaces, L*a*b*."""
    assert known.rest is not None
    x, y, z = np.moveaxis(known.rest * 9.0, -1, 0)
    wave = np.sin(x + known.ids) * np.cos(y) + np.sin(z)
    pattern = np.stack([5 * wave, 3 - 4 * wave, np.full_like(wave, 6.0)], -1)
    return np.where((known.ids > 0)[..., None], pattern, 2.0).astype(np.float32)


def painted(known: Passes) -> Floats:
    return display(lab(known.rgb) + added(known))


def missed(made: Floats, known: Passes, where: NDArray[np.bool_]) -> float:
    return float(np.linalg.norm(lab(made) - lab(painted(known)), axis=-1)[where].mean())


@pytest.mark.parametrize("thing", [world.SET, world.BODY, world.BOX])
def test_painting_goes_along_with_what_moves_turns_and_bends(thing: int) -> None:
    hero, other = Hero(painted(frame(0.0)), frame(0.0)), frame(0.35)
    made = carried(hero, other)
    there = (other.ids == thing) & (made.known > 0.9)
    assert there.sum() > 0.4 * (other.ids == thing).sum()
    assert missed(made.picture, other, there) < 1.0
    assert missed(other.rgb.astype(np.float32) / 255, other, there) > 6


def test_what_the_hero_frame_does_not_show_stays_the_engines() -> None:
    made = carried(Hero(painted(frame(0.0)), frame(0.0)), frame(0.6, pan=4.0))
    unknown = made.known == 0
    assert 0.03 < unknown.mean() < 0.9
    engine = frame(0.6, pan=4.0).rgb / 255
    assert np.abs(made.picture - engine)[unknown].max() < 1e-3


def test_between_known_and_unknown_there_is_no_seam() -> None:
    other = frame(0.6, pan=4.0)
    flat = replace(frame(0.0), rgb=np.full_like(frame(0.0).rgb, 128))
    bright = display(lab(flat.rgb) + np.array([20.0, 0, 0], np.float32))
    made = carried(Hero(bright, flat), replace(other, rgb=np.full_like(other.rgb, 128)))
    inside = binary_erosion(other.ids == world.SET, iterations=1)
    step = np.abs(np.diff(lab(made.picture)[..., 0], axis=1))[inside[:, 1:] & inside[:, :-1]]
    assert step.max() < 12 and (made.known > 0.9).any() and (made.known == 0).any()


def test_under_another_light_nothing_is_taken_over() -> None:
    hero = Hero(painted(frame(0.0)), frame(0.0))
    alike = carried(hero, frame(0.2)).known.mean()
    assert carried(hero, frame(0.2, dark=True)).known.mean() < 0.2 * alike


def test_a_small_picture_of_somebody_is_not_blown_up() -> None:
    small = Hero(painted(frame(0.0, width=64)), frame(0.0, width=64))
    assert carried(small, frame(0.1)).known[frame(0.1).ids > 0].mean() < 0.02
    assert carried(small, frame(0.1, width=64)).known.mean() > 0.5


def test_detail_of_a_large_picture_does_not_glitter_in_a_small_one() -> None:
    near, far = frame(0.0, width=384), frame(0.05, width=96)
    rows, columns = np.indices(near.ids.shape)
    fine = np.where((rows + columns) % 2, 15.0, -15.0)[..., None] * np.array([1.0, 0, 0])
    made = carried(Hero(display(lab(near.rgb) + fine.astype(np.float32)), near), far)
    left = (lab(made.picture) - lab(far.rgb))[..., 0][made.known > 0.9]
    assert left.size > 500 and left.std() < 3


def test_only_those_asked_for_are_painted() -> None:
    made = carried(Hero(painted(frame(0.0)), frame(0.0)), frame(0.2), [world.BODY])
    assert made.known[frame(0.2).ids == world.BODY].mean() > 0.5
    assert made.known[frame(0.2).ids != world.BODY].max() == 0


def test_the_best_frame_shows_the_face_large_sharp_and_from_the_front() -> None:
    def detailed(known: Passes, blur: float = 0.0) -> Passes:
        pores = np.random.default_rng(0).normal(0, 25, known.rgb.shape[:2])
        rough = known.rgb + gaussian_filter(pores, blur)[..., None]
        return replace(known, rgb=np.clip(rough, 0, 255).astype(np.uint8))

    near = detailed(world.frame(0.0, (512, 288)).passes)
    candidates = {
        "far": detailed(world.frame(0.0, (256, 144)).passes),
        "near": near,
        "soft": detailed(world.frame(0.0, (512, 288)).passes, 3.0),
        "away": replace(near, ids=np.where(near.ids == world.BODY, 1, near.ids).astype(np.uint8)),
    }
    values = {name: shows(known, world.BODY, FACE) for name, known in candidates.items()}
    assert values["near"] > values["far"] > 0 and values["near"] > values["soft"]
    assert values["away"] == 0


def test_one_hero_of_somebody_and_one_of_the_place_know_more_together() -> None:
    hero, other = Hero(painted(frame(0.0)), frame(0.0)), frame(0.2)
    person, place = (carried(hero, other, [thing]) for thing in (world.BODY, world.SET))
    both = together([person, place])
    assert np.array_equal(both.known, np.maximum(person.known, place.known))
    for thing, one in ((world.BODY, person), (world.SET, place)):
        mine = (other.ids == thing) & (one.known > 0)
        assert np.array_equal(both.picture[mine], one.picture[mine])


def test_keyframes_are_those_that_are_known_best_and_well_enough() -> None:
    hero = Hero(painted(frame(0.0)), frame(0.0))
    times = {0: 0.0, 8: 0.1, 16: 0.2, 24: 0.35}

    def known(number: int) -> tuple[Carried, Floats]:
        other = frame(times[number])
        return carried(hero, other), other.rgb.astype(np.float32) / 255

    found = keyframes(known, times, least=0.4, most=2)
    assert list(found) == [0, 8]
    for number, shown in found.items():
        # known or not, all of it is painted: nothing of the engine's is pinned among it
        there = frame(times[number])
        assert missed(shown, there, there.ids > 0) < 4
        made, engine = known(number)
        bare = (made.known < 0.1) & (there.ids > 0)
        assert missed(shown, there, bare) < 0.7 * missed(engine, there, bare)
    assert keyframes(known, times, least=1.01) == {}
