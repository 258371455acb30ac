"""Composition: air, room, thirds and joints are judged as an operator would."""

from __future__ import annotations

import numpy as np
import pytest

from camera import Lens
from camera.framing import (
    Body,
    Camera,
    compose,
    headroom,
    joints_cut,
    lead_room,
    lead_x,
    look_across,
    see,
    single,
    third_lines,
    thirds,
)
from camera.grammar import SIZES
from camera.pose import from_azimuth_elevation

LENS = Lens(50.0)
BODY = Body.standing([0.0, 0.0, 0.0], 0.0)


def picture(size="MS", azimuth=0.0, x=0.0):
    return see(single(BODY.eyes, 0.0, LENS, size=size, azimuth=azimuth, screen_x=x).camera, BODY)


@pytest.mark.parametrize("size", [s for s in SIZES if s != "ECU"])
def test_a_size_has_its_right_headroom(size):
    assert headroom(picture(size)) == pytest.approx(SIZES[size].headroom, abs=0.015)
    assert compose(picture(size), wished=size).headroom_error < 0.015


def test_too_much_and_too_little_air_both_cost():
    best = float(compose(picture("MS")).score)
    for tilt in (0.0, 0.12):
        worse = see(
            Camera.through(
                LENS, picture("MS").camera.positions, from_azimuth_elevation(np.pi, tilt)
            ),
            BODY,
        )
        assert abs(float(headroom(worse)) - 0.09) > 0.05
        assert compose(worse, wished="MS").score < 0.8 * best


def test_a_look_to_the_side_wants_its_room_there():
    # seen from the left of the look, the look goes to the left of the screen
    across = look_across(picture(azimuth=1.2).camera, 0.0)
    assert across < -0.8
    x = float(lead_x(across, LENS.aspect))
    assert x > 0.1
    good, bad = compose(picture(azimuth=1.2, x=x)), compose(picture(azimuth=1.2, x=-x))
    assert good.lead_room == pytest.approx(0.57)
    assert bad.lead_room == pytest.approx(0.43)
    assert good.lead_error < 1e-9
    assert good.score > 1.5 * bad.score
    assert lead_room(picture(azimuth=0.0)) == pytest.approx(0.5)


def test_distances_from_thirds_are_those_of_a_drawn_grid():
    wide, tall = 16 / 9 / 6, 1 / 6
    points = [[wide, tall], [-wide, -tall], [0.0, tall], [wide, 0.0]]
    np.testing.assert_allclose(thirds(points, 16 / 9), [0, 0, wide, tall], atol=1e-12)
    np.testing.assert_allclose(
        third_lines(points, 16 / 9), [[0, 0], [0, 0], [wide, 0], [0, tall]], atol=1e-12
    )


def test_a_cut_at_the_knees_is_bad_and_one_through_the_thigh_or_shin_is_not():
    eyes, knee, foot = (BODY.point(n)[2] for n in ("eyes", "knee.L", "foot.L"))
    hip = BODY.point("hip.L")[2]

    def cut_at(height):
        # a frame whose lower edge is at a height
        shows = (eyes - height) / 0.8
        setup = Camera.through(
            LENS,
            [0.0, LENS.distance_showing(shows), height + shows / 2],
            from_azimuth_elevation(np.pi, 0.0),
        )
        return float(joints_cut(see(setup, BODY)))

    assert cut_at(knee) > 0.95
    assert cut_at((knee + foot) / 2) < 0.05
    assert cut_at(knee + 0.4 * (hip - knee)) < 0.15
    assert cut_at(foot) > 0.9
    assert cut_at(foot - 0.3) == 0.0
    low = see(single(BODY.eyes, 0.0, LENS, size="cowboy").camera, BODY)
    assert joints_cut(low) > 0.7
    assert compose(low).score < 0.8 * compose(picture("MLS")).score


def test_somebody_whose_face_is_cut_off_spoils_the_picture_of_a_pair():
    camera = picture("LS").camera
    beside, out = (Body.standing([x, 0.0, 0.0], 0.0) for x in (1.0, 2.3))
    pair = compose(see(camera, BODY), others=[see(camera, beside)])
    lost = compose(see(camera, BODY), others=[see(camera, out)])
    assert not pair.face_cut
    assert lost.face_cut
    assert lost.headroom == pytest.approx(pair.headroom)
    assert lost.score < 0.1 * pair.score


def test_many_pictures_are_judged_as_each_alone_and_none_without_a_subject():
    cameras = [picture(size, turn).camera for size in ("CU", "LS") for turn in (0.0, 2.0)]
    away = from_azimuth_elevation(0.0, 0.0)
    many = Camera(
        np.stack([*(c.positions for c in cameras), [0.0, 5.0, 1.6]]),
        np.stack([*(c.quaternions for c in cameras), away]),
        np.full(5, LENS.focal_heights),
    )
    found = compose(see(many, BODY))
    for i, camera in enumerate(cameras):
        alone = compose(see(camera, BODY))
        for key in vars(alone):
            np.testing.assert_array_equal(getattr(found, key)[i], getattr(alone, key))
    assert found.score[4] == 0.0
    assert np.isnan(found.headroom[4])
    assert found.face_cut[4]


def test_a_group_has_the_headroom_of_its_tallest_and_no_lead_room_of_one():
    tall = Body.standing([0.5, 0.0, 0.0], 0.0, 1.95)
    camera = Camera.through(LENS, [0.25, 5.0, 1.5], from_azimuth_elevation(np.pi, 0.0))
    both = compose(see(camera, BODY), others=[see(camera, tall)])
    assert both.headroom == headroom(see(camera, tall))
    assert both.lead_error == 0.0


def test_a_size_nobody_knows_is_named():
    with pytest.raises(ValueError, match="'close' is not known"):
        compose(picture(), wished="close")
