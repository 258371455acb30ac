"""Bodies on the screen: boxes, sizes, angles, views and company are what one sees."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from camera import Lens
from camera.framing import (
    POINTS,
    VIEWS,
    Body,
    Camera,
    aim,
    angles,
    azimuth,
    company,
    dutch,
    elevation,
    eyes_for,
    eyes_height,
    see,
    share,
    shows,
    single,
    sizes,
    views,
)
from camera.grammar import ANGLES, HEAD, SIZES, size_of
from camera.pose import exp, facing, from_azimuth_elevation, multiply

LENS = Lens(50.0)


def seated(body):
    """The same person on a chair 0.45 m high."""
    p = body.points - [0.0, 0.0, 0.42]
    ahead = 0.42 * facing(body.look)
    for side in "LR":
        hip, knee, foot = (POINTS.index(f"{what}.{side}") for what in ("hip", "knee", "foot"))
        p[knee] = p[hip] + ahead
        p[foot] = p[knee] - [0.0, 0.0, 0.44]
    return Body(p, body.look)


def name(camera, body):
    return str(sizes(shows(see(camera, body))[None])[0])


@pytest.mark.parametrize("size", list(SIZES))
@pytest.mark.parametrize("turn", [0.0, 0.6, 1.57, 2.4, 3.14])
@pytest.mark.parametrize("posture", [lambda b: b, seated])
def test_a_size_is_known_again_from_any_side_standing_and_sitting(size, turn, posture):
    body = posture(Body.standing([1.0, 2.0, 0.0], 0.4))
    assert name(single(body.eyes, 0.4, LENS, size=size, azimuth=turn).camera, body) == size


def test_a_medium_shot_is_one_from_the_waist_for_the_small_as_for_the_tall():
    for tall in (1.2, 1.5, 1.72, 2.0):
        body = Body.standing([0.0, 0.0, 0.0], 0.0, tall)
        scaled = LENS.distance_showing(SIZES["MS"].shows) * tall / 1.72
        position = np.add(body.eyes, [0.0, scaled, 0.0])
        q = aim(position, body.eyes, [0.0, 0.3], LENS.focal_heights)
        assert name(Camera.through(LENS, position, q), body) == "MS"


@pytest.mark.parametrize("size", ["CU", "MCU", "MS", "MLS", "LS"])
@pytest.mark.parametrize("posture", [lambda b: b, seated])
def test_a_child_is_shown_as_a_size_shows_the_grown(size, posture):
    grown = posture(Body.standing([0.0, 0.0, 0.0], 0.0))
    child = Body(grown.points * 1.2 / 1.72, grown.look)
    part = float(share(child, size))
    assert part == pytest.approx(1.2 / 1.72, abs=0.02)
    near = LENS.distance_showing(part * SIZES[size].shows)
    position = np.add(child.eyes, [0.0, near, 0.0])
    q = aim(position, child.eyes, [0.0, float(eyes_for(child, size))], LENS.focal_heights)
    camera = Camera.through(LENS, position, q)
    assert name(camera, child) == size
    screen, _ = camera.project(child.point("crown")[None])
    assert screen[0, 1] == pytest.approx(0.5 - SIZES[size].headroom, abs=0.05)
    # the grown, tall or small, keep the metres of the size, and so look tall or small
    for tall in (1.55, 1.72, 2.0):
        person = Body(grown.points * tall / 1.72, grown.look)
        assert float(share(person, size)) == 1.0
        assert float(eyes_for(person, size)) == eyes_height(size)


def test_half_a_body_out_of_frame_keeps_its_size():
    body = Body.standing([0.0, 0.0, 0.0], 0.0)
    for x in (0.0, 0.5, 0.8):
        setup = single(body.eyes, 0.0, LENS, size="MCU", screen_x=x)
        assert name(setup.camera, body) == "MCU"


def test_where_the_frame_cuts_a_trunk_tells_the_size_and_where_it_cuts_bent_legs_does_not():
    sitter = seated(Body.standing([0.0, 0.0, 0.0], 0.0))
    eyes = sitter.eyes

    def shown(metres, lowest):
        position = [0.0, LENS.distance_showing(metres) + eyes[1], lowest + metres / 2]
        camera = Camera.through(LENS, position, from_azimuth_elevation(np.pi, 0.0))
        return float(shows(see(camera, sitter)))

    # cut below the chest: a medium close-up, though much air over the head makes the frame high
    assert shown(1.0, eyes[2] - 0.5) == pytest.approx(0.7, abs=0.05)
    # cut anywhere below the hips the frame's own height speaks
    for lowest in (0.4, 0.3, 0.1, -0.2):
        assert shown(1.3, lowest) == pytest.approx(1.3)


def test_nobody_on_screen_has_no_size_and_no_box():
    body = Body.standing([0.0, 0.0, 0.0], 0.0)
    away = Camera.through(LENS, [0.0, 2.0, 1.6], from_azimuth_elevation(0.0, 0.0))
    seen = see(away, body)
    assert np.isnan(shows(seen))
    assert np.isnan(seen.shown).all()
    assert np.isnan(seen.box).all()
    assert not seen.inside.any()
    assert name(away, body) == ""


def test_a_body_that_is_partly_behind_the_lens_is_cut_and_never_mirrored():
    body = Body.standing([0.0, 0.6, 0.0], 0.0)
    # lies towards and past the camera: the head ahead, the feet behind it
    lying = Body(body.points[:, [0, 2, 1]] * [1.0, 1.0, 0.0] + [0.0, -1.0, 1.0], 0.0)
    seen = see(Camera.through(LENS, [0.0, 0.0, 1.6], from_azimuth_elevation(0.0, 0.0)), lying)
    assert (seen.depth < 0).any()
    assert (seen.depth > 0).any()
    left, bottom, right, top = seen.box
    assert bottom < -0.5
    assert top < 0.0
    assert left < 0 < right
    assert np.isnan(seen.screen[seen.depth < 0]).all()


@settings(max_examples=30, deadline=None)
@given(
    arrays(np.float64, 3, elements=st.floats(-4, 4)),
    st.floats(-3, 3),
    st.floats(-1, 1),
    st.floats(-3, 3),
)
def test_a_box_holds_every_point_in_front_of_the_lens(place, heading, pitch, look):
    body = Body.standing(place * [1.0, 1.0, 0.2], look)
    camera = Camera.through(LENS, [0.0, 0.0, 1.5], from_azimuth_elevation(heading, pitch))
    seen = see(camera, body)
    ahead = np.isfinite(seen.screen[:, 0])
    if ahead.any():
        assert (seen.screen[ahead] >= seen.box[:2] - 1e-9).all()
        assert (seen.screen[ahead] <= seen.box[2:] + 1e-9).all()
    shown = np.isfinite(seen.limbs[0]).any()
    assert shown >= seen.inside.any()
    if shown:
        assert np.isfinite(seen.shown).all()
        assert (np.abs(seen.shown) <= [LENS.aspect / 2, 0.5] * 2).all()


def test_what_is_shown_of_a_body_does_not_reach_where_only_unseen_parts_of_it_do():
    body = Body.standing([0.0, 0.0, 0.0], 0.0)
    spread = body.points.copy()
    spread[POINTS.index("foot.R")] += [2.0, 0.0, 0.0]
    camera = single(body.eyes, 0.0, LENS, size="MCU").camera
    wide = see(camera, Body(spread, 0.0))
    assert wide.box[0] < -1.0
    np.testing.assert_allclose(wide.shown, see(camera, body).shown)


def test_a_part_of_a_body_is_boxed_alone_and_no_part_is_named():
    body = Body.standing([0.0, 0.0, 0.0], 0.0)
    seen = see(single(body.eyes, 0.0, LENS, size="LS").camera, body)
    head = seen.shown_of("crown", "eyes", "mouth", "chin")
    bust = seen.shown_of("crown", "eyes", "chin", "shoulder.L", "shoulder.R")
    assert head[2] - head[0] < bust[2] - bust[0] < seen.shown[2] - seen.shown[0]
    assert head[3] == bust[3] == seen.shown[3]
    assert seen.shown[1] < bust[1] < head[1]
    with pytest.raises(ValueError, match=r"no limb between crown, foot.L"):
        seen.shown_of("crown", "foot.L")


def test_many_frames_are_seen_as_each_alone():
    rng = np.random.default_rng(2)
    body = Body.standing(rng.uniform(-1, 1, (20, 3)) * [1, 1, 0], rng.uniform(-3, 3, 20))
    p = rng.uniform(-4, 4, (20, 3))
    camera = Camera(p, aim(p, body.eyes, [0.1, 0.1], 1.7), rng.uniform(1, 3, 20))
    seen = see(camera, body)
    for i in (0, 7, 19):
        one = see(Camera(p[i], camera.quaternions[i], camera.focal_heights[i]), body[i])
        for key in ("screen", "box", "shown", "inside"):
            np.testing.assert_array_equal(getattr(seen, key)[i], getattr(one, key))
        np.testing.assert_array_equal(shows(seen)[i], shows(one))


@settings(deadline=None)
@given(st.lists(st.floats(0.2, 8.0), min_size=1, max_size=40))
def test_sizes_over_time_have_the_grammars_hysteresis(metres):
    previous, expected = None, []
    for m in metres:
        previous = size_of(HEAD / m, previous)
        expected.append(previous)
    assert list(sizes(np.array(metres))) == expected


def test_a_size_on_its_border_does_not_flicker():
    border = np.sqrt(SIZES["MS"].shows * SIZES["MCU"].shows)
    metres = border * (1 + 0.05 * np.sin(np.arange(200)))
    assert len(set(sizes(metres))) == 1
    assert len(set(sizes(metres, hysteresis=0.0))) == 2


@pytest.mark.parametrize("angle", list(ANGLES))
def test_a_vertical_angle_is_known_again(angle):
    body = Body.standing([0.0, 0.0, 0.0], 0.0)
    setup = single(body.eyes, 0.0, LENS, size="LS", elevation=ANGLES[angle])
    assert str(angles(elevation(setup.camera, body.eyes)[None])[0]) == angle


def test_a_view_is_known_again_all_round_and_steady_at_its_borders():
    body = Body.standing([1.0, 0.0, 0.0], 0.7)
    for i, view in enumerate(VIEWS):
        for off in (-0.3, 0.0, 0.3):
            turn = i * np.pi / 4 + off
            setup = single(body.eyes, 0.7, LENS, size="MS", azimuth=turn)
            radians = azimuth(setup.camera, body.eyes, 0.7)
            assert str(views(radians[None])[0]) == view
    for border in np.pi / 8 + np.arange(8) * np.pi / 4:
        for first in (np.pi / 2, -np.pi / 2):
            around = border + 0.03 * np.sin(first + np.arange(50))
            assert len(set(views(around))) == 1
            assert len(set(views(around, hysteresis=0.0))) == 2


def test_a_rolled_picture_is_dutch_and_a_level_one_is_not():
    q = from_azimuth_elevation(0.3, 0.1)
    for roll, rolled in ((0.0, False), (0.02, False), (0.2, True), (-0.2, True)):
        turned = multiply(q, exp(np.array([0.0, 0.0, roll])))[None]
        assert dutch(Camera.through(LENS, np.zeros((1, 3)), turned))[0] == rolled


def test_the_company_in_a_picture_is_told():
    a, b = Body.standing([0.0, 0.0, 0.0], 0.0), Body.standing([0.3, 1.6, 0.0], np.pi)
    c = Body.standing([1.0, 0.0, 0.0], 0.0)

    def told(camera, *cast):
        return str(company([see(camera, body) for body in cast]))

    front = single(a.eyes, 0.0, LENS, size="MCU").camera
    assert told(front, a) == "single"
    # an elbow at the frame's edge makes no company
    beside = Body.standing([0.2, 0.85, 0.0], np.pi)
    assert told(front, a, Body(np.add(beside.points, [0.62, 0.0, 0.0]), np.pi)) == "single"
    # over b's shoulder on a
    position = np.array([0.75, 2.5, 1.65])
    over = Camera.through(
        Lens(35.0), position, aim(position, a.eyes, [-0.3, 0.1], Lens(35.0).focal_heights)
    )
    assert told(over, a, b) == "ots"
    within = Camera.through(LENS, b.eyes, from_azimuth_elevation(np.pi, 0.0))
    assert told(within, a, b) == "pov"
    wide = Camera.through(Lens(35.0), [0.5, 4.0, 1.6], from_azimuth_elevation(np.pi, 0.0))
    assert told(wide, a, c) == "two_shot"
    assert told(wide, a, c, Body.standing([0.5, -0.5, 0.0], 0.0)) == "group"
    assert told(Camera.through(LENS, [0, 9.0, 1.6], from_azimuth_elevation(0.0, 0.0)), a) == ""


def test_what_is_no_body_and_no_camera_is_named():
    with pytest.raises(ValueError, match="no point 'tail'"):
        Body.of({"eyes": [0, 0, 1.6], "tail": [0, 0, 1]}, 0.0)
    with pytest.raises(ValueError, match="needs its eyes"):
        Body.of({"chin": [0, 0, 1.6]}, 0.0)
    with pytest.raises(ValueError, match="infinite"):
        Body.of({"eyes": [0, 0, np.inf]}, 0.0)
    with pytest.raises(ValueError, match=r"\(3, 3\)"):
        Body(np.zeros((3, 3)), 0.0)
    with pytest.raises(ValueError, match="look has shape"):
        Body(np.zeros((5, 16, 3)), np.zeros(4))
    with pytest.raises(ValueError, match=r"not 0.0 m"):
        Body.standing([0.0, 0, 0], 0.0, 0.0)
    with pytest.raises(ValueError, match=r"not 0.0 frame"):
        Camera([0.0, 0, 0], [1.0, 0, 0, 0], 0.0)
    with pytest.raises(ValueError, match="finite place"):
        Camera([0.0, np.nan, 0], [1.0, 0, 0, 0], 1.0)
    with pytest.raises(ValueError, match="aspect"):
        Camera([0.0, 0, 0], [1.0, 0, 0, 0], 1.0, 0.0)
    with pytest.raises(ValueError, match="do not fit"):
        many = Camera(np.zeros((4, 3)), [1.0, 0, 0, 0], 1.0)
        see(many, Body.standing(np.zeros((3, 3)), 0.0))
    with pytest.raises(ValueError, match="nobody"):
        company([])


def test_a_body_with_only_eyes_is_seen_by_its_distance():
    eyes = np.array([0.0, 0.0, 1.6])
    for size in SIZES:
        setup = single(eyes, 0.0, LENS, size=size)
        assert name(setup.camera, Body.of({"eyes": eyes}, 0.0)) == size
