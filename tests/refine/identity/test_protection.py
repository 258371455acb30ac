"""What is protected is found by what it is, however it is turned, and kept without a rim."""

from __future__ import annotations

import numpy as np
import pytest
import turning_world as world
from numpy.typing import NDArray
from scipy.ndimage import binary_erosion

from filmagent.errors import FilmError
from filmagent.library import cast
from filmagent.refine.identity import Offsets, Part, Protected, composited, held, parts
from filmagent.refine.metrics.lab import lab
from filmagent.refine.passes import Passes

SIZE = (240, 160)
FACE = Part((0.25, -0.3, 0.4), (0.25, -0.3, 0.5), 0.25)
"""A patch on the body of the turning world."""


def frame(number: float, *, rest: bool = True) -> Passes:
    seen = world.frame("A", number, SIZE)
    paint = np.array([(120, 160, 210), (110, 100, 90), (190, 140, 120)], np.uint8)
    return Passes(
        paint[seen.ids],
        seen.ids,
        seen.depth.astype(np.float32),
        np.zeros((*seen.ids.shape, 2), np.float32),
        rest=seen.rest.astype(np.float32) if rest else None,
    )


PART = Protected(parts={world.BODY: [FACE]})
BODY = Protected(whole=frozenset({world.BODY}))


def test_a_part_is_the_same_points_of_a_body_while_it_turns_and_is_gone_behind_it() -> None:
    centres = []
    for number in (0, 12, 24):
        known = frame(number)
        share = PART.share(known)
        assert known.rest is not None and (share[known.ids != world.BODY] == 0).all()
        centres.append(known.rest[share > 0.5].mean(0))
        away = np.linalg.norm(known.rest[share == 1] - [0.25, -0.3, 0.45], axis=-1)
        assert away.max() < 0.25 + 0.05
    assert np.ptp(centres, 0).max() < 0.1
    assert PART.share(frame(105)).max() == 0


def test_only_what_is_protected_starts_low_and_to_the_pixel() -> None:
    known = frame(4)
    sigma = held(known, BODY, 0.8, 0.3)
    assert sigma.dtype == np.float32
    assert np.array_equal(sigma == np.float32(0.3), known.ids == world.BODY)
    assert (sigma[known.ids != world.BODY] == np.float32(0.8)).all()
    # protected never means freer than the rest
    assert held(known, BODY, 0.2, 0.3).max() == np.float32(0.2)


def test_what_is_put_back_is_the_engines_and_the_rest_the_models() -> None:
    known = frame(4)
    refined = np.full((*known.ids.shape, 3), 0.9, np.float32)
    made = composited(refined, known, BODY, world.NAMES)
    inside = binary_erosion(known.ids == world.BODY, iterations=2)
    assert np.abs(made[inside] - known.rgb[inside] / 255).max() < 1e-3
    assert np.array_equal(made[known.ids != world.BODY], refined[known.ids != world.BODY])


def test_a_face_passes_into_the_rest_of_a_body_without_an_edge() -> None:
    known = frame(4)
    refined = np.full((*known.ids.shape, 3), 0.9, np.float32)
    made = composited(refined, known, PART, world.NAMES)
    inside = binary_erosion(known.ids == world.BODY, iterations=3)
    along = np.abs(np.diff(made[..., 2], axis=1))[inside[:, 1:] & inside[:, :-1]]
    whole = abs(0.9 - 120 / 255)
    assert 0.1 * whole < along.max() < 0.6 * whole
    assert PART.share(known).max() == 1


def test_what_is_put_back_wears_the_films_colours() -> None:
    known = frame(4)
    refined = known.rgb.astype(np.float32) / 255
    offsets = Offsets(own={"MARA": (6.0, 4.0, -5.0)})
    made = composited(refined, known, BODY, world.NAMES, offsets)
    inside = binary_erosion(known.ids == world.BODY, iterations=2)
    added = (lab(made) - lab(known.rgb))[inside].mean(0)
    assert added == pytest.approx((6.0, 4.0, -5.0), abs=0.2)


def test_faces_and_hands_of_the_cast_are_where_they_should_be() -> None:
    member = cast.load("ines")
    face, *hands = parts(member.bake, ("faces", "hands"))

    def share(part: Part, name: str) -> float:
        return float(part.share(member.point(name).astype(np.float32)))

    for name in ("chin", "brow", "mouth", "eye.L", "eye.R"):
        assert share(face, name) > 0.5, name
    for name in ("nape", "shoulder.L", "wrist.R", "head_top"):
        assert share(face, name) == 0, name
    assert len(hands) == 2
    for hand, side in zip(hands, "LR", strict=True):
        assert share(hand, f"fingertip.{side}") == share(hand, f"grip.{side}") == 1
        assert share(hand, f"elbow.{side}") == share(hand, f"hip.{side}") == 0


def test_without_rest_positions_it_is_said_what_is_lacking() -> None:
    bare: NDArray[np.float32] = BODY.share(frame(4, rest=False))
    assert bare.any()
    with pytest.raises(FilmError, match="rest positions"):
        PART.share(frame(4, rest=False))
