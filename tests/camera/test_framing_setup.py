"""Static setups: whatever can be shown is shown; whatever cannot is the nearest, and said."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from camera import Lens, World
from camera.framing import (
    CROWN,
    Line,
    Wish,
    aim,
    azimuth,
    search,
    single,
    solve,
    solve_all,
    views,
)
from camera.grammar import AZIMUTHS, SIZES, size_of
from camera.pose import azimuth_elevation, heading_of

LENS = Lens(35.0)
NONE = float("nan")


def real(seed, count, people):
    """Wishes measured from real cameras that see so many people: they can all be met."""
    rng = np.random.default_rng(seed)
    rows = []
    while len(rows) < count:
        eyes = np.column_stack(
            [rng.uniform(-1.5, 1.5, (people, 2)), rng.uniform(1.1, 1.85, people)]
        )
        apart = np.linalg.norm(eyes[:, None] - eyes, axis=-1) + 9 * np.eye(people)
        c = np.append(rng.uniform(-5, 5, 2), rng.uniform(0.3, 3.0))
        point = rng.uniform([-0.3, -0.2], [0.3, 0.3])
        q = aim(c, eyes.mean(axis=0), point, LENS.focal_heights)
        screen, depth = LENS.project(eyes, c, q)
        if apart.min() < 0.4 or depth.min() < 0.6 or not (np.abs(screen) < (0.85, 0.48)).all():
            continue
        n = c - eyes
        rise = np.arctan2(n[:, 2], np.hypot(n[:, 0], n[:, 1]))
        rows.append((eyes, screen, depth / LENS.focal_heights, rise, heading_of(n)))
    return [np.array(column) for column in zip(*rows, strict=True)]


def wished(seed, count, people, kinds):
    eyes, screen, shows, rise, heading = real(seed, count, people)
    first = np.arange(people) == 0
    return Wish(
        eyes,
        screen if "heights" in kinds else np.where(first[:, None] | [True, False], screen, NONE),
        np.where(first & ("size" in kinds), shows, NONE),
        np.where(first & ("angle" in kinds), rise, NONE),
        np.where(first & ("view" in kinds), heading, NONE),
    )


@pytest.mark.parametrize("size", list(SIZES))
def test_a_solved_single_has_the_size_and_headroom_it_was_asked_for(size):
    lens = Lens(50.0)
    eyes = np.array([1.0, 2.0, 1.6])
    setup = single(eyes, 0.4, lens, size=size, azimuth=0.4, screen_x=0.1)
    screen, depth = lens.project(
        np.stack([eyes, np.add(eyes, (0, 0, CROWN))]), setup.position, setup.quaternion
    )
    assert size_of(0.23 * lens.focal_heights / depth[0]) == size
    assert 0.5 - screen[1, 1] == pytest.approx(SIZES[size].headroom, abs=0.01)
    assert screen[0, 0] == pytest.approx(0.1)


@pytest.mark.parametrize(
    ("people", "kinds"),
    [
        (1, "size angle view"),
        (1, "size angle"),
        (2, "size angle"),
        (2, "angle view"),
        (2, "heights angle"),
        (2, "heights size"),
        (2, "heights view"),
        (2, "size view"),
        (2, "heights size angle view"),
        (2, "heights"),
        (2, ""),
        (3, "heights"),
        (3, "size"),
        (4, "heights size angle view"),
    ],
)
def test_what_a_camera_can_show_is_met_to_a_hundredth_of_the_frame(people, kinds):
    wish = wished(7, 60, people, kinds)
    many = solve_all(wish, LENS)
    assert many.met.all()
    for i in range(len(many)):
        setup = many[i].setup
        screen, depth = LENS.project(wish.eyes[i], setup.position, setup.quaternion)
        assert depth.min() > 0
        assert np.nanmax(np.abs(screen - wish.screen[i])) < 0.01
        assert abs(azimuth_elevation(setup.quaternion)[2]) < 1e-9
        assert many[i].given_up == ()


@pytest.mark.parametrize(
    ("people", "kinds"),
    [
        (2, "heights size"),
        (2, "size view"),
        (2, "heights view"),
        (2, "heights size view"),
        (3, "heights size"),
        (3, "size"),
        (5, "heights size"),
    ],
)
def test_where_no_angle_is_wished_the_rest_of_the_wish_tells_it_without_descent(
    monkeypatch, people, kinds
):
    descended = []
    monkeypatch.setattr(search, "descend", _counting(search.descend, descended))
    many = solve_all(wished(4, 200, people, kinds), LENS)
    assert many.met.all()
    assert sum(descended) <= 0.02 * len(many)


def _counting(work, counts):
    def counted(problem, start, group):
        counts.append(int(group.max()) + 1)
        return work(problem, start, group)

    return counted


def test_one_wish_is_answered_alone_as_among_many_others_bit_by_bit():
    kinds = ("size", "heights", "heights size", "heights view", "size angle", "size view", "")
    asked = [wished(3, 42, 2, kind) for kind in kinds]
    keys = ("eyes", "screen", "shows", "elevation", "heading")
    rows = [[getattr(asked[i % len(kinds)], key)[i] for key in keys] for i in range(42)]
    many = solve_all(Wish(*(np.array(column) for column in zip(*rows, strict=True))), LENS)
    for i, row in enumerate(rows):
        alone = solve(Wish(*row), LENS)
        np.testing.assert_array_equal(alone.setup.position, many.positions[i])
        np.testing.assert_array_equal(alone.setup.quaternion, many.quaternions[i])


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.5, -0.2), st.floats(0.2, 0.5), st.floats(0.8, 3.0), st.floats(-0.4, 0.4))
def test_two_people_are_shown_where_they_are_wished_at_their_size_and_angle(l_, r, apart, taller):
    pair = np.array([[0.0, 0.0, 1.6], [apart, 0.0, 1.6 + taller]])
    shows = 1.4 * apart / (r - l_)
    wish = Wish(
        pair, np.array([[l_, 0.1], [r, NONE]]), *(np.array([v, NONE]) for v in (shows, 0.1, NONE))
    )
    found = solve(wish, LENS)
    screen, depth = LENS.project(pair, found.setup.position, found.setup.quaternion)
    if not found.given_up:
        np.testing.assert_allclose(screen[:, 0], [l_, r], atol=1e-3)
        assert depth[0] / LENS.focal_heights == pytest.approx(shows, rel=0.06)


def test_equal_people_at_eye_level_stand_level_and_alike_in_their_two_shot():
    pair = [[0.0, 0.0, 1.6], [1.2, 0.0, 1.6]]
    found = solve(Wish.of(pair, [[-0.3, 0.1], [0.3, 0.1]], angle="eye"), LENS)
    assert found.given_up == ()
    away = 2.0 * np.hypot(LENS.focal_heights, 0.1)
    np.testing.assert_allclose(found.setup.position, [0.6, -away, 1.6])


@pytest.mark.parametrize("view", list(AZIMUTHS))
def test_a_view_wished_by_its_name_is_the_view_one_gets(view):
    eyes = np.array([[1.0, 2.0, 1.6]])
    wish = Wish.of(eyes, [[0.1, 0.1]], size="MS", angle="eye", look=0.7, azimuth=view)
    camera = solve(wish, LENS).setup.camera
    assert views(azimuth(camera, eyes[0], 0.7)[None])[0] == view


def test_a_dutch_camera_keeps_everybody_on_their_screen_points():
    pair = np.array([[0.0, 0.0, 1.6], [1.2, 0.3, 1.7]])
    points = [[-0.3, 0.0], [0.3, 0.16]]
    found = solve(Wish.of(pair, points, roll=0.2), LENS)
    screen, _ = LENS.project(pair, found.setup.position, found.setup.quaternion)
    np.testing.assert_allclose(screen, points, atol=1e-6)
    assert azimuth_elevation(found.setup.quaternion)[2] == pytest.approx(0.2)


def test_a_zoom_stays_between_its_ends_and_a_prime_keeps_its_length():
    wish = wished(5, 30, 2, "heights size angle view")
    many = solve_all(wish, Lens(50.0), zoom=(24.0, 85.0))
    assert many.met.all()
    assert ((many.focal_mm >= 24.0 - 1e-9) & (many.focal_mm <= 85.0 + 1e-9)).all()
    assert (solve_all(wish, Lens(50.0)).focal_mm == 50.0).all()


def test_what_cannot_be_had_is_given_up_in_its_order_and_said():
    pair = [[0.0, 0.0, 1.6], [1.2, 0.0, 1.75]]
    level = [[-0.3, 0.1], [0.3, 0.1]]
    # a taller and a smaller person at one height on the screen, both seen from eye level
    heights = solve(Wish.of(pair, level, size="MS", angle="eye"), LENS)
    assert [s.split()[1] for s in heights.given_up] == ["eyes"]
    # their positions and the size leave but one view
    view = solve(Wish.of(pair, [level[0], [0.3, NONE]], size="CU", angle="eye", azimuth=3.0), LENS)
    assert [s.split()[1] for s in view.given_up] == ["view"]
    for found, wish in ((heights, level), (view, [level[0], [0.3, NONE]])):
        screen, _ = LENS.project(pair, found.setup.position, found.setup.quaternion)
        np.testing.assert_allclose(screen[:, 0], np.array(wish)[:, 0], atol=0.01)
        assert abs(found.off["size"]) < 0.06
        assert abs(found.off["angle"]) < 0.05


def test_a_camera_never_crosses_the_line_even_where_that_exchanges_left_and_right():
    pair = np.array([[0.0, 0.0, 1.6], [1.2, 0.0, 1.7]])
    wish = Wish.of(pair, [[-0.3, 0.1], [0.3, NONE]], size="MLS", angle="eye")
    for side, exchanged in ((-1, False), (1, True)):
        found = solve(wish, LENS, line=Line(pair[0], pair[1], side))
        assert found.setup.position[1] * side > 0
        assert any("left and right" in s for s in found.given_up) == exchanged
    # and among wishes of other kinds
    sized = wished(3, 6, 2, "size angle")
    rise = np.where(np.arange(6)[:, None] % 2, sized.elevation, NONE)
    metres = np.where(np.arange(6)[:, None] % 2, NONE, sized.shows)
    mixed = Wish(sized.eyes, sized.screen, metres, rise, sized.heading)
    middle = sized.eyes.mean(axis=(0, 1))
    edge = Line(middle, np.add(middle, [1.0, 0.0, 0.0]), 1)
    many = solve_all(mixed, LENS, line=edge)
    assert ((many.positions[:, :2] - edge.a) @ edge.normal > 0.0).all()


def test_a_camera_keeps_its_air_and_gives_up_the_size_before_the_place_on_screen():
    def wall(points):
        return points[:, 1] + 2.0, np.tile([0.0, 1.0, 0.0], (len(points), 1))

    pair = np.array([[0.0, 0.0, 1.6], [1.2, 0.0, 1.7]])
    wish = Wish.of(pair, [[-0.3, 0.1], [0.3, NONE]], size="LS", angle="eye")
    assert solve(wish, LENS).setup.position[1] < -1.7
    found = solve(wish, LENS, clearance=wall, margin=0.3)
    assert found.setup.position[1] > -1.7 - 0.02
    assert found.error < 0.01
    assert [s.split()[1] for s in found.given_up] == ["size"]


def test_air_that_is_nowhere_is_said_to_lack():
    def crowded(points):
        return np.full(len(points), 0.1), np.zeros((len(points), 3))

    wish = Wish.of([[0.0, 0.0, 1.6]], [[0.0, 0.1]], size="MS", angle="eye")
    found = solve(wish, LENS, clearance=crowded, margin=0.3)
    assert found.off["clearance"] == pytest.approx(0.2)
    assert any("lacks 0.20 m of air" in what for what in found.given_up)


def test_a_camera_stays_out_of_the_pillars_of_a_world():
    world = World.of_boxes([[0.0, -2.5, 1.5], [2.0, 0.0, 1.5]], [[0.6, 0.3, 1.5], [0.3, 0.6, 1.5]])
    eyes = np.array([[0.0, 0.0, 1.6]])
    for turn in np.arange(0, 2 * np.pi, 0.35):
        wish = Wish.of(eyes, [[0.0, 0.1]], size="LS", angle="eye", azimuth=turn)
        found = solve(wish, LENS, clearance=world.signed_distance, margin=0.3)
        assert world.clearance(found.setup.position[None])[0] > 0.27
        assert found.error < 0.01
        assert world.visible(found.setup.position[None], eyes)[0]


def test_the_place_to_start_from_chooses_among_cameras_that_are_alike():
    wish = Wish.of([[0.0, 0.0, 1.6]], [[0.0, 0.1]], size="MS", angle="eye")
    for start in ([3.0, 0.0, 1.6], [-3.0, 0.0, 1.6], [0.0, -3.0, 1.6]):
        found = solve(wish, LENS, start=start)
        assert found.given_up == ()
        assert np.dot(found.setup.position[:2], start[:2]) > 1.0


bad = st.sampled_from([np.nan, np.inf, -np.inf])


@settings(deadline=None)
@given(bad, st.integers(0, 1), st.integers(0, 2))
def test_eyes_that_are_nowhere_are_named(value, row, axis):
    eyes = np.array([[0.0, 0.0, 1.6], [1.0, 0.0, 1.6]])
    eyes[row, axis] = value
    with pytest.raises(ValueError, match=f"subject {row}"):
        Wish.of(eyes, [[-0.3, 0.1], [0.3, 0.1]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"eyes": [[0.0, 0, 1.6], [0.0, 0, 1.6]]}, "subjects 0 and 1 are at one point"),
        ({"screen": [[np.inf, 0.1], [0.3, 0.1]]}, "infinite"),
        ({"size": "medium"}, "'medium' is not known"),
        ({"angle": "dog"}, "'dog' is not known"),
        ({"azimuth": "sideways"}, "'sideways' is not known"),
        ({"angle": 2.0}, "at most π/2 .* not 2.0"),
        ({"roll": np.nan}, "roll must be finite"),
        ({"roll": 0.1, "screen": [[0.1, NONE], [0.3, 0.1]]}, "both coordinates"),
        ({"eyes": [0.0, 0.0, 1.6]}, r"\(3,\)"),
        ({"eyes": np.zeros((0, 2, 3)), "screen": np.zeros((0, 2, 2))}, r"\(0, 2, 3\)"),
    ],
)
def test_a_wish_that_makes_no_sense_is_refused_by_its_value(change, message):
    eyes, screen = [[0.0, 0, 1.6], [1.0, 0, 1.6]], [[-0.3, 0.1], [0.3, 0.1]]
    with pytest.raises(ValueError, match=message):
        Wish.of(**{"eyes": eyes, "screen": screen, **change})


def test_settings_that_make_no_sense_are_refused_by_their_value():
    wish = Wish.of([[0.0, 0, 1.6]], [[0.0, 0.1]], size="MS")
    with pytest.raises(ValueError, match=r"zoom .* not \(85.0, 24.0\)"):
        solve(wish, LENS, zoom=(85.0, 24.0))
    with pytest.raises(ValueError, match=r"zoom .* not \(0.0, 24.0\)"):
        solve(wish, LENS, zoom=(0.0, 24.0))
    with pytest.raises(ValueError, match=r"margin .* not -1"):
        solve(wish, LENS, margin=-1.0)
    with pytest.raises(ValueError, match="start from is not finite"):
        solve(wish, LENS, start=[0.0, np.nan, 1.0])
    with pytest.raises(ValueError, match="solve_all"):
        solve(wished(1, 2, 2, ""), LENS)
    with pytest.raises(ValueError, match="two points apart"):
        Line([0.0, 0.0], [0.0, 0.0], 1)
    with pytest.raises(ValueError, match=r"left.*not 0"):
        Line([0.0, 0.0], [1.0, 0.0], 0)
    with pytest.raises(ValueError, match=r"cannot show -1.0"):
        Wish(wish.eyes, wish.screen, -np.ones(1), wish.elevation, wish.heading)


@settings(max_examples=40, deadline=None)
@example([0.0, 0.5, 0.0, 0.0], "ECU", 1.5, 0.0, 1.0, 1.0)
@example([0.0, 0.0, 0.0, 0.0], "ELS", -1.57, 0.0, 0.05, 0.0)
@given(
    st.lists(st.floats(-0.9, 0.9), min_size=4, max_size=4),
    st.sampled_from(list(SIZES)),
    st.floats(-1.5, 1.5),
    st.floats(-3.1, 3.1),
    st.floats(0.05, 3.0),
    st.floats(-1.0, 1.0),
)
def test_no_wish_however_odd_leaves_the_solver_without_a_camera(s, size, rise, turn, apart, higher):
    pair = np.array([[0.0, 0.0, 1.6], [apart, 0.0, 1.6 + higher]])
    found = solve(Wish.of(pair, np.reshape(s, (2, 2)), size=size, angle=rise, azimuth=turn), LENS)
    assert np.isfinite(found.setup.position).all()
    assert np.isfinite(found.setup.quaternion).all()
    _, depth = LENS.project(pair, found.setup.position, found.setup.quaternion)
    assert (depth > 0).all()
    if found.error > 0.01:
        assert any("screen position" in what for what in found.given_up)
