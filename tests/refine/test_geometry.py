"""Places in any other frame are exact, and what is hidden there is known, against rays."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import numpy as np
import posed_world as world
import pytest
from scipy.ndimage import binary_erosion

from filmagent.refine import geometry
from filmagent.refine.sampling import chained

PAIRS = [(0.0, 1 / 24), (0.0, 0.25), (0.0, 1.0), (1.0, 0.2)]


@lru_cache(maxsize=8)
def frame(t: float) -> world.Frame:
    return world.frame(t)


def agree(seen: np.ndarray, found: np.ndarray) -> float:
    """The F-score of what is hidden."""
    return float(2 * (~seen & ~found).sum() / ((~seen).sum() + (~found).sum()))


@pytest.mark.parametrize(("now", "then"), PAIRS)
def test_points_are_found_to_a_tenth_of_a_pixel(now: float, then: float) -> None:
    one, other = frame(now), frame(then)
    x, y, seen = world.truth(one, other)
    found = geometry.between(one.passes, other.passes)
    error = np.hypot(found.x - x, found.y - y)
    for thing, moved in ((0, 0.5), (world.SET, 0.5), (world.BODY, 1.0), (world.BOX, 0.5)):
        inside = binary_erosion(one.passes.ids == thing, iterations=2)
        both = inside & seen & found.visible
        assert both.sum() > 0.3 * inside.sum()
        assert error[both].mean() < 0.06 and np.quantile(error[both], 0.99) < 0.5
        columns = np.broadcast_to(np.arange(x.shape[1]), x.shape)
        assert np.abs(x - columns)[both].mean() > moved * abs(then - now), "and they have moved"


@pytest.mark.parametrize(("now", "then"), PAIRS[1:])
def test_what_the_other_frame_hides_is_known(now: float, then: float) -> None:
    one, other = frame(now), frame(then)
    _, _, seen = world.truth(one, other)
    found = geometry.between(one.passes, other.passes).visible
    assert (~seen).mean() > 0.05
    assert agree(seen, found) > 0.97


def test_between_neighbours_only_outlines_are_in_doubt() -> None:
    one, other = frame(0.0), frame(1 / 24)
    x, y, seen = world.truth(one, other)
    found = geometry.between(one.passes, other.passes).visible
    rows, columns = np.rint(np.nan_to_num(y)).astype(int), np.rint(np.nan_to_num(x)).astype(int)
    height, width = seen.shape
    # what is hidden are strips a pixel wide, which the middles of pixels hit or miss: whoever knew
    # the places exactly, and looked at the pixel there, would be right less often (.840 to .887)
    nearest = (
        one.passes.ids == other.passes.ids[rows.clip(0, height - 1), columns.clip(0, width - 1)]
    )
    nearest &= (x > -0.5) & (x < width - 0.5) & (y > -0.5) & (y < height - 0.5)
    assert agree(seen, found) > max(0.88, agree(seen, nearest))
    ids = other.passes.ids
    edge = ids != np.roll(ids, 1, 0)
    edge |= ids != np.roll(ids, 1, 1)
    edge |= np.roll(edge, -1, 0) | np.roll(edge, -1, 1)
    wrong = found != seen
    near = edge[np.clip(rows, 0, height - 1), np.clip(columns, 0, width - 1)]
    near |= (columns <= 0) | (rows <= 0) | (columns >= width - 1) | (rows >= height - 1)
    assert wrong.mean() < 0.005 and (wrong & ~near).mean() < 0.0015


def test_twice_as_many_pixels_halve_the_doubt() -> None:
    score = []
    for size in ((320, 180), (640, 360)):
        one, other = (world.frame(t, size) for t in (0.0, 1 / 24))
        _, _, seen = world.truth(one, other)
        score.append(agree(seen, geometry.between(one.passes, other.passes).visible))
    # .887, .959; .969 at 960 by 540
    assert 1 - score[1] < 0.5 * (1 - score[0])


def test_there_and_back_is_where_one_was() -> None:
    one, other = frame(0.0), frame(0.25)
    there = geometry.between(one.passes, other.passes)
    back = geometry.between(other.passes, one.passes)
    rows, columns = there.nearest
    ok = there.visible & back.visible[rows, columns]
    ok &= binary_erosion(one.passes.ids == world.BODY, iterations=2)
    # the nearest pixel's way back, and what is left to the nearest pixel
    x = back.x[rows, columns] + there.x - columns
    own = np.broadcast_to(np.arange(x.shape[1]), x.shape)
    assert ok.sum() > 300 and np.abs(x - own)[ok].mean() < 0.15


def test_frames_may_be_of_different_sizes() -> None:
    small, large = frame(0.0), world.frame(0.25, (640, 360))
    x, y, seen = world.truth(small, large)
    there = geometry.between(small.passes, large.passes)
    ok = there.visible & seen & binary_erosion(small.passes.ids == world.BODY, iterations=2)
    rows, columns = there.nearest
    assert ok.sum() > 300 and columns[ok].max() > 320, "beyond the small frame"
    assert np.hypot(columns - x, rows - y)[ok].max() < 1.5
    # to the large frame and back, through it: twice its size, or half
    back = chained(there, geometry.between(large.passes, small.passes))
    own = np.broadcast_to(np.arange(x.shape[1]), x.shape)
    assert back.size == small.passes.ids.shape
    assert np.abs(back.x - own)[back.visible & ok].mean() < 0.5


def test_coats_are_not_taken_for_the_skin_under_them() -> None:
    one, other = frame(0.0), frame(0.25)

    def dressed(passes, own):
        materials = np.where(passes.ids == world.BODY, own, 1).astype(np.uint32)
        return replace(passes, materials=materials)

    same = geometry.between(dressed(one.passes, 7), dressed(other.passes, 7))
    changed = geometry.between(dressed(one.passes, 7), dressed(other.passes, 8))
    body = one.passes.ids == world.BODY
    assert same.visible[body].mean() > 0.8 and not changed.visible[body].any()


def test_a_frame_without_rest_positions_is_named() -> None:
    one, other = frame(0.0), frame(0.25)
    with pytest.raises(ValueError, match="needs their rest"):
        geometry.between(one.passes, replace(other.passes, rest=None))
