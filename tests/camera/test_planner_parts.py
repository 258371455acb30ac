"""The planner's parts: slopes are those of the costs, grids those of the worlds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from camera import World
from camera.families import make
from camera.planner import Picture, Request, Scene
from camera.planner.asked import asked
from camera.planner.batch import Row, begin, improve, wishes
from camera.planner.costs import measure
from camera.planner.grids import SPACING, Packed, grid
from camera.planner.scene import cast
from camera.planner.spline import curve, instants
from camera.planner.subject import calm, walking_heading
from camera.world import Shapes


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    case = make("crowd", 3, action="talk", seconds=5.0)
    scene = Scene(
        case.times,
        case.eyes[:, :2],
        case.heading[:, :2],
        side=case.line,
        bodies=case.bodies,
        owners=(0, 1),
        points=case.points[:, :2],
    )
    picture = Picture([[-0.3, 0.1], [0.3, 0.1]], 0.15, case.wish.azimuth, 0.1)
    request = Request(case.shot, scene, case.world, case.lens, picture)
    found = asked(request, cast(scene, 0.3))
    return [Row(found, start, pull=2.0) for start in range(found.starts)]


@pytest.mark.parametrize("coordinate", range(5), ids=["x", "y", "z", "yaw", "pitch"])
def test_slopes_are_those_of_the_costs(rows, coordinate):
    wish = wishes(rows)
    rng = np.random.default_rng(coordinate)
    place, turn = (np.stack([r.asked.begin[i][r.start] for r in rows]) for i in (0, 1))
    pose = np.concatenate([place, turn], axis=2) + rng.normal(0, 0.15, (*place.shape[:2], 5))
    pose = np.moveaxis(pose, 2, 0)
    slopes = measure(wish, pose[:3], pose[3:]).gradient[coordinate]
    step = 1e-3
    for instant in rng.integers(0, pose.shape[2], 12):
        costs = []
        for sign in (1, -1):
            moved = pose.copy()
            moved[coordinate, :, instant] += sign * step
            costs.append(measure(wish, moved[:3], moved[3:]).cost)
        found = (costs[0] - costs[1]) / (2 * step)
        # cells of the grid meet in edges, at which no slope is right
        right = np.isclose(slopes[:, instant], found, rtol=0.03, atol=3e-3)
        assert right.mean() > 0.8


def test_a_camera_beside_somebody_is_pushed_off_them(rows):
    wish = wishes(rows)
    turn = np.stack([r.asked.begin[1][r.start].T for r in rows], axis=1)
    columns = wish.columns
    beside = np.stack([columns.x, columns.y, columns.high])[..., 0]
    beside[0] += columns.radius[..., 0] + 0.1
    without = replace(wish, radius=np.full(len(rows), -0.1))
    push = measure(wish, beside, turn).gradient - measure(without, beside, turn).gradient
    assert np.all(push[0] < -1e-3)


def test_descent_makes_every_track_cheaper(rows):
    start = improve(rows, [begin(r) for r in rows], 0)
    done = improve(rows, start, 10)
    assert all(b.cost < a.cost for a, b in zip(start, done, strict=True))


def shapes(seed: int) -> Shapes:
    rng = np.random.default_rng(seed)
    return Shapes(
        rng.uniform(-2, 2, (6, 3)),
        rng.uniform(0.1, 0.9, (6, 3)),
        rng.uniform(-3, 3, 6) * (rng.random(6) < 0.6),
        rng.uniform(-2, 2, (3, 3)),
        rng.uniform(0.2, 2, 3),
        rng.uniform(0.1, 0.4, 3),
    )


@pytest.mark.parametrize("seed", range(4))
def test_a_grid_is_exact_at_its_nodes_and_close_between(seed):
    world = World.of_shapes(shapes(seed))
    made = grid(world, np.full(3, -3.0), np.full(3, 3.0))
    solid = made.solid.values
    nodes = np.stack(np.meshgrid(*[np.arange(n) for n in solid.shape], indexing="ij"), -1)
    exact = world.signed_distance((made.origin + SPACING * nodes).reshape(-1, 3))[0]
    near = np.abs(exact) < 0.6
    np.testing.assert_allclose(solid.ravel()[near], exact[near], atol=1e-5)
    points = np.random.default_rng(seed).uniform(-2.9, 2.9, (2000, 3))
    packed = Packed.of([made]).take(np.zeros(2000, int))
    read = packed.read(points.T)[0]
    assert np.all(packed.least(packed.nodes(points.T)) <= read + 1e-6)
    exact = world.signed_distance(points)[0]
    near = np.abs(exact) < 0.5
    assert np.abs(read - exact)[near].max() < np.sqrt(3) / 2 * SPACING


def test_a_mesh_and_its_limit_are_in_the_grid_too():
    boxes = World.of_boxes([[0, 0, 1]], [[0.5, 0.5, 1]])
    ring = [np.array([[-2, -2], [2, -2], [2, 2], [-2, 2]])]
    mesh = World(boxes.triangles.reshape(-1, 3), np.arange(36).reshape(-1, 3), inside=ring)
    made = grid(mesh, np.full(3, -2.5), np.full(3, 2.5))
    points = np.array([[0.9, 0, 1], [1.9, 0, 1], [2.3, 0, 1]])
    read = Packed.of([made], limited=True).take(np.zeros(3, int)).read(points.T)[0]
    np.testing.assert_allclose(read, [0.4, 0.1, -0.3], atol=0.06)


def test_rows_look_into_their_own_grids():
    worlds = [World.of_boxes([[x, 0, 0]], [[0.3, 0.3, 0.3]]) for x in (0.0, 1.0)]
    made = [grid(w, np.full(3, -1.5), np.array([2.0, 1.5, 1.0 + x])) for x, w in enumerate(worlds)]
    packed = Packed.of(made).take(np.array([0, 1, 1, 0]))
    points = np.array([[0.5, 0.5, 0.0, 0.0], [0.0] * 4, [0.0] * 4])
    distance, slope = packed.read(points)
    np.testing.assert_allclose(distance, [0.2, 0.2, 0.7, -0.3], atol=0.09)
    assert slope[0, 0] == pytest.approx(1.0, abs=0.01)


def test_a_curve_follows_what_a_cubic_can():
    one = curve(instants(10.0))
    u = np.linspace(0, 1, len(one.value))
    cubic = np.stack([u**3, 1 - 2 * u**2, u], axis=1)
    np.testing.assert_allclose(one.value @ (one.fit @ cubic), cubic, atol=1e-9)
    control = one.fit @ cubic
    bent = np.array([np.mean((6 * u) ** 2), 16.0, 0.0])
    np.testing.assert_allclose(np.diag(control.T @ one.bend @ control), bent, atol=1e-6)
    still = curve(instants(10.0), moves=False)
    assert np.all(still.at(u) @ (still.fit @ cubic) == (still.fit @ cubic))


def test_an_operator_follows_a_walk_without_its_steps():
    times = np.arange(0, 6, 1 / 24)
    steps = 0.03 * np.cos(2 * np.pi * 2.0 * times)
    eyes = np.stack([1.2 * times, 0 * times, 1.6 + steps], axis=1)
    followed = calm(times, eyes)
    assert np.ptp(followed[24:-24, 2]) < 0.1 * np.ptp(eyes[:, 2])
    np.testing.assert_allclose(followed[:, 0], eyes[:, 0], atol=1e-6)
    heading = walking_heading(times, eyes, np.zeros(len(times)))
    np.testing.assert_allclose(heading, -np.pi / 2, atol=1e-3)
