"""The world: distances, sightlines and sweeps are those that brute force finds."""

from __future__ import annotations

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from camera.world import Bodies, Shapes, World, to_bodies

POINTS = st.lists(st.tuples(*[st.floats(-4, 4)] * 3), min_size=1, max_size=8)


def soup(seed: int, count: int = 120, size: float = 1.5) -> np.ndarray:
    """Triangles (count, 3, 3) anywhere, slivers and one without area among them."""
    rng = np.random.default_rng(seed)
    triangles = rng.uniform(-3, 3, (count, 1, 3)) + rng.normal(0, size, (count, 3, 3))
    triangles[0, 2] = triangles[0, 1]
    triangles[1, 2] = triangles[1, 1] + 1e-4
    return triangles


def point_triangle(p: np.ndarray, triangle: np.ndarray) -> float:
    """The plainest distance there is: the plane's foot if inside, else the nearest edge."""
    a, b, c = triangle
    best = np.inf
    for start, end in ((a, b), (b, c), (c, a)):
        along = end - start
        t = np.clip((p - start) @ along / max(along @ along, 1e-300), 0, 1)
        best = min(best, float(np.linalg.norm(p - start - t * along)))
    normal = np.cross(b - a, c - a)
    if normal @ normal > 1e-18:
        foot = p - ((p - a) @ normal) / (normal @ normal) * normal
        sides = [np.cross(e - s, foot - s) @ normal for s, e in ((a, b), (b, c), (c, a))]
        if min(sides) >= 0:
            best = min(best, float(np.linalg.norm(p - foot)))
    return best


def first_hit(o: np.ndarray, d: np.ndarray, triangles: np.ndarray) -> float:
    """Möller and Trumbore's intersection, one triangle after the other."""
    best = np.inf
    for a, b, c in triangles:
        e1, e2 = b - a, c - a
        h = np.cross(d, e2)
        det = e1 @ h
        if abs(det) < 1e-12:
            continue
        s = o - a
        u, v = s @ h / det, d @ np.cross(s, e1) / det
        t = e2 @ np.cross(s, e1) / det
        if u >= 0 and v >= 0 and u + v <= 1 and t > 1e-9:
            best = min(best, t)
    return best


def person(x: float, y: float, frames: int = 1, walk: float = 0.0, owner: int = 0) -> Bodies:
    """A column that walks along x, ``walk`` metres a frame."""
    at = x + walk * np.arange(frames)
    low = np.stack([at, np.full(frames, y), np.full(frames, 0.3)], axis=1)
    ends = np.stack([low, low + np.array([0, 0, 1.2])], axis=1)[:, None]
    return Bodies(ends, np.array([0.3]), np.array([owner]))


@pytest.mark.parametrize("seed", range(3))
def test_clearance_is_that_of_the_nearest_triangle_of_all(seed):
    triangles = soup(seed)
    p = np.random.default_rng(seed).uniform(-4, 4, (40, 3))
    brute = [min(point_triangle(x, t) for t in triangles) for x in p]
    np.testing.assert_allclose(World.of_triangles(triangles).clearance(p), brute, atol=1e-9)


def test_a_plain_of_kilometres_keeps_the_clearance_of_what_stands_on_it_exact():
    small = soup(3, 400, 0.1)
    plain = np.array([[[-5e3, -5e3, -4], [5e3, -5e3, -4], [0, 9e3, -4]]])
    houses = soup(4, 40, 6.0) + np.array([30.0, 0, 0])
    triangles = np.concatenate([small, plain, houses])
    world = World.of_triangles(triangles)
    assert len(world._mesh.samples) == 3
    p = np.random.default_rng(0).uniform(-4, 4, (30, 3)) * [2, 1, 1]
    brute = [min(point_triangle(x, t) for t in triangles) for x in p]
    np.testing.assert_allclose(world.clearance(p), brute, atol=1e-9)
    rough, away = world.rough_clearance(p)
    over = rough - brute
    assert np.all(over > -1e-9) and np.all(over <= world.spacing)
    np.testing.assert_allclose(np.linalg.norm(away, axis=1), 1)


@settings(max_examples=30)
@given(POINTS)
def test_clearance_of_a_box_is_the_box_formula_for_mesh_and_shape_alike(points):
    p, half = np.array(points), np.array([1, 0.5, 0.7])
    box = World.of_boxes([[0, 0, 0]], [half])
    over = np.abs(p) - half
    formula = np.linalg.norm(np.maximum(over, 0), axis=1) + np.minimum(over.max(axis=1), 0)
    np.testing.assert_allclose(box.signed_distance(p)[0], formula, atol=1e-12)
    np.testing.assert_allclose(
        World.of_triangles(box.triangles).clearance(p), abs(formula), atol=1e-9
    )


@settings(max_examples=30, deadline=None)
@given(POINTS, st.floats(-4, 4))
def test_a_turned_box_and_a_capsule_measure_like_their_meshes_and_point_away(points, heading):
    p = np.array(points)
    shapes = Shapes([[0.5, 0, 0]], [[1, 0.5, 0.7]], [heading], [[-2.5, 0, -0.5]], [1.0], [0.4])
    distance, gradient = shapes.signed_distance(p)
    box = World.of_triangles(shapes.box_triangles())
    axis = np.clip(p[:, 2], -0.5, 0.5)[:, None] * [0, 0, 1] + np.array([-2.5, 0, 0])
    capsule = np.linalg.norm(p - axis, axis=1) - 0.4
    np.testing.assert_allclose(distance, np.minimum(box.signed_distance(p)[0], capsule), atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(gradient, axis=1), 1.0, atol=1e-6)
    # going up the gradient from outside, the distance grows as fast as one goes
    out = distance > 1e-3
    np.testing.assert_allclose(
        shapes.signed_distance(p[out] + 1e-4 * gradient[out])[0], distance[out] + 1e-4, atol=1e-6
    )


@pytest.mark.parametrize("seed", range(2))
def test_rays_stop_where_brute_force_says(seed):
    triangles = soup(seed, 60)
    rng = np.random.default_rng(seed)
    o = rng.uniform(-5, 5, (80, 3))
    d = rng.normal(size=(80, 3))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    brute = np.array([min(first_hit(x, y, triangles), 20.0) for x, y in zip(o, d, strict=True)])
    np.testing.assert_allclose(
        World.of_triangles(triangles).ray_lengths(o, d, 20.0), brute, atol=1e-4
    )


def test_sightlines_through_shapes_and_bodies_are_those_that_dense_sampling_finds():
    rng = np.random.default_rng(5)
    shapes = Shapes(
        rng.uniform(-3, 3, (4, 3)),
        rng.uniform(0.2, 0.8, (4, 3)),
        rng.uniform(0, 6, 4),
        rng.uniform(-3, 3, (6, 3)),
        rng.uniform(0.5, 2, 6),
        rng.uniform(0.1, 0.5, 6),
    )
    world = World.of_shapes(shapes)
    bodies = Bodies(rng.uniform(-3, 3, (5, 8, 2, 3)), np.full(8, 0.2), np.repeat([0, 1], 4))
    o, t = rng.uniform(-4, 4, (2, 300, 3))
    rows = rng.integers(0, 5, 300)
    ignore = rng.integers(-1, 2, 300)
    seen = world.visible(o, t, bodies, ignore, margin=0.0, rows=rows)
    nearest = np.full(300, np.inf)
    for u in np.linspace(0, 1, 400):
        x = o + u * (t - o)
        nearest = np.minimum(nearest, shapes.signed_distance(x)[0])
        for owner in (0, 1):
            gap = to_bodies(x, bodies.at(rows).without(1 - owner))
            nearest = np.where(ignore == owner, nearest, np.minimum(nearest, gap))
    sure = np.abs(nearest) > 0.02
    assert sure.sum() > 200 and 0.1 < seen.mean() < 0.9
    # a ray that starts within a box meets its far side at the latest
    np.testing.assert_array_equal(seen[sure], nearest[sure] > 0)


def test_far_from_the_origin_a_slit_is_as_wide():
    far = np.array([431_000.0, -5_204_000.0, 300.0])
    halves = [[0.05, 1.0, 1.0]] * 2
    near = World.of_boxes([[0, -1.01, 0], [0, 1.01, 0]], halves)
    there = World.of_triangles(near.triangles + far)
    y = np.array([-0.02, 0.0, 0.005, 0.02])
    o = np.stack([0 * y - 3, y, 0 * y], axis=1)
    for world, shift in ((near, 0.0), (there, far)):
        seen = world.visible(o + shift, o * [-1, 1, 1] + shift)
        assert seen.tolist() == [False, True, True, False]


def test_ray_lengths_to_a_capsule_end_on_its_surface():
    shapes = Shapes(feet=[[0, 0, 0]], heights=[1.0], radii=[0.5])
    world = World.of_shapes(shapes)
    rng = np.random.default_rng(0)
    o = rng.normal(size=(400, 3)) * 2
    d = np.array([0, 0, 0.5]) - o + rng.normal(0, 0.5, (400, 3))
    d /= np.linalg.norm(d, axis=1, keepdims=True)
    length = world.ray_lengths(o, d, 50.0)
    hit, outside = length < 50, shapes.signed_distance(o)[0] > 0
    assert hit.sum() > 200
    end = o + length[:, None] * d
    at = shapes.signed_distance(end)[0]
    np.testing.assert_allclose(at[hit & outside], 0, atol=1e-9)
    assert np.all(length[~outside] == 0)
    assert np.all(world.visible(o, end, margin=1e-6)[hit & outside])


def test_a_wall_hides_and_a_body_hides_all_but_its_owner():
    wall = World.of_boxes([[0, 0, 1]], [[0.1, 2, 1]])
    assert not wall.visible([[-2, 0, 1]], [[2, 0, 1]])[0]
    assert wall.visible([[-2, 0, 3]], [[2, 0, 3]])[0]
    body = Bodies(np.array([[[[2.0, 0, 0], [2.0, 0, 2.0]]]]), np.array([0.2]), np.array([7]))
    assert not World.empty().visible([[0, 0, 1]], [[4, 0, 1]], body)[0]
    assert World.empty().visible([[0, 0, 1]], [[4, 0, 1]], body, ignore=[7])[0]


def test_who_is_not_there_neither_hides_nor_is_hit():
    gone = Bodies(np.full((1, 2, 2, 3), np.nan), np.full(2, 0.3), np.array([0, 0]))
    assert World.empty().visible([[0, 0, 1]], [[4, 0, 1]], gone)[0]
    assert to_bodies([[0, 0, 0]], gone)[0] == np.inf
    assert World.empty().swept_clearance([[0, 0, 0], [1, 0, 0]], gone).min() == np.inf


def test_a_thin_wall_between_two_samples_is_not_tunnelled():
    for wall in (
        World.of_boxes([[0, 0, 1]], [[0.01, 2, 1]]),
        World.of_triangles(World.of_boxes([[0, 0, 1]], [[0.01, 2, 1]]).triangles),
        World([[0, -2, 0], [0, 2, 0], [0, 0, 3]], [[0, 1, 2]]),
    ):
        path = np.array([[-1.0, 0, 1], [1.0, 0, 1]])
        assert wall.clearance(path).min() > 0.9
        assert wall.swept_clearance(path).min() <= 0


def test_somebody_who_walks_through_the_camera_between_two_frames_is_hit():
    walker = person(-2.0, 0.0, frames=2, walk=4.0)
    still = np.array([[0.0, 0, 1], [0.0, 0, 1]])
    assert to_bodies(still, walker).min() > 1.5
    assert World.empty().swept_clearance(still, walker)[0] == pytest.approx(-0.3, abs=2e-3)
    beside = person(-2.0, 0.0, frames=2, walk=4.0)
    along = np.array([[-2.0, 1.0, 1], [2.0, 1.0, 1]])
    assert World.empty().swept_clearance(along, beside)[0] == pytest.approx(0.7, abs=1e-2)


@pytest.mark.parametrize("seed", range(3))
def test_a_sweep_is_within_a_millimetre_of_dense_sampling_and_never_above_it(seed):
    rng = np.random.default_rng(seed)
    shapes = Shapes(
        rng.uniform(-2, 2, (5, 3)),
        rng.uniform(0.1, 0.5, (5, 3)),
        rng.uniform(0, 6, 5),
        rng.uniform(-2, 2, (3, 3)),
        np.ones(3),
        np.full(3, 0.2),
    )
    p = rng.uniform(-2.5, 2.5, (12, 3))
    ends = rng.uniform(-2.5, 2.5, (12, 6, 2, 3))
    bodies = Bodies(ends, np.full(6, 0.15), np.arange(6))
    world = World.of_shapes(shapes)
    at, between = world.sweep(p, bodies)
    dense = np.full(11, np.inf)
    for u in np.linspace(0, 1, 2001):
        x = (1 - u) * p[:-1] + u * p[1:]
        there = Bodies((1 - u) * ends[:-1] + u * ends[1:], bodies.radii, bodies.owners)
        dense = np.minimum(dense, np.minimum(world.signed_distance(x)[0], to_bodies(x, there)))
    gap = dense - between[:-1]
    slack = 1e-3 + 6.0 / 2000
    assert np.all(gap > -1e-9) and np.all(gap[dense < 0.45] < slack)
    assert np.all(between[:-1][dense > 0.6] >= 0.5)
    assert between[-1] == at[-1] and np.all(between <= at + 1e-12)


def test_a_still_camera_sweeps_exactly_its_clearance():
    world = World.of_boxes([[0, 0, 0]], [[1, 1, 1]])
    assert world.swept_clearance(np.tile([1.4, 0, 0], (5, 1))) == pytest.approx(0.4, abs=1e-12)


def test_inside_a_closed_mesh_is_negative_also_where_solids_overlap():
    ball = trimesh.creation.icosphere(subdivisions=2, radius=1.0)
    other = trimesh.creation.icosphere(subdivisions=2, radius=0.8)
    other.apply_translation([0.9, 0.1, 0])
    both = World(
        np.concatenate([ball.vertices, other.vertices]),
        np.concatenate([ball.faces, other.faces + len(ball.vertices)]),
    )
    assert both.watertight
    p = np.random.default_rng(3).uniform(-2, 2, (400, 3))
    truth = ball.contains(p) | other.contains(p)
    distance, gradient = both.signed_distance(p)
    np.testing.assert_array_equal(distance < 0, truth)
    np.testing.assert_allclose(np.abs(distance), both.clearance(p), atol=1e-12)
    np.testing.assert_allclose(np.linalg.norm(gradient, axis=1), 1, atol=1e-9)


def test_a_mesh_that_is_not_closed_is_a_surface_seen_alike_from_both_sides():
    box = World.of_boxes([[0, 0, 0]], [[1, 1, 1]])
    open_box = World.of_triangles(box.triangles[:-2])
    assert (
        box.watertight and World.of_triangles(box.triangles).watertight and not open_box.watertight
    )
    centre = [[0.0, 0.0, 0.0]]
    assert World.of_triangles(box.triangles).signed_distance(centre)[0] == pytest.approx(-1)
    assert open_box.signed_distance(centre)[0] == pytest.approx(1)
    # an open part takes no sign from what is closed beside it
    wall = np.array([[[3.0, -1, -1], [3, 1, -1], [3, 0, 1]]])
    mixed = World.of_triangles(np.concatenate([box.triangles, wall]))
    assert not mixed.watertight
    np.testing.assert_allclose(
        mixed.signed_distance([[0, 0, 0], [2.8, 0, 0], [3.2, 0, 0]])[0], [-1, 0.2, 0.2]
    )


def test_a_room_with_its_faces_inwards_is_free_inside():
    room = World.of_boxes([[0, 0, 0]], [[3, 3, 2]]).triangles[:, ::-1]
    assert World.of_triangles(room).signed_distance([[0, 0, 0.5]])[0] == pytest.approx(1.5)


@pytest.mark.parametrize("kind", ["shapes", "mesh"])
def test_a_field_is_as_near_to_the_distance_as_its_spacing_says(kind):
    shapes = Shapes([[0, 0, 0.2]], [[0.6, 0.4, 0.5]], [0.4], [[1.5, 0, 0]], [1.0], [0.3])
    world = World.of_shapes(shapes)
    if kind == "mesh":
        world = World.of_triangles(world.triangles)
    field = world.field(0.1, [[-2, -2, -1], [2.5, 2, 2]])
    p = np.random.default_rng(0).uniform([-2, -2, -1], [2.5, 2, 2], (500, 3))
    exact, _ = world.signed_distance(p)
    found, gradient = field(p)
    assert np.abs(found - exact).max() < 0.0867
    assert np.abs(found - exact).mean() < 0.006
    step = 1e-5
    for axis in range(3):
        moved = p + step * np.eye(3)[axis]
        cell = np.floor((p - field.origin) / 0.1) == np.floor((moved - field.origin) / 0.1)
        slope = (field(moved)[0] - found) / step
        same = cell.all(axis=1)
        np.testing.assert_allclose(gradient[same, axis], slope[same], atol=1e-5)
    outside = np.array([[4.5, 0.0, 0.0]])
    assert field(outside)[0][0] >= field([[2.5, 0.0, 0.0]])[0][0] + 2 - 1e-9


def test_what_cannot_be_a_world_is_refused_by_its_value():
    with pytest.raises(ValueError, match="vertex 1 is not finite"):
        World([[0, 0, 0], [np.nan, 0, 0], [0, 1, 0]], [[0, 1, 2]])
    with pytest.raises(ValueError, match="names vertex 7"):
        World([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 7]])
    with pytest.raises(ValueError, match="names vertex -1"):
        World([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, -1]])
    with pytest.raises(ValueError, match="none of the mesh's 1 faces has an area"):
        World([[0, 0, 0], [1, 0, 0], [2, 0, 0]], [[0, 1, 2]])
    with pytest.raises(ValueError, match="halves must be positive, not 0"):
        World.of_boxes([[0, 0, 0]], [[1, 0, 1]])
    with pytest.raises(ValueError, match="radii must be positive, not -1"):
        Shapes(feet=[[0, 0, 0]], heights=[1], radii=[-1])
    with pytest.raises(ValueError, match="headings are not all finite"):
        World.of_boxes([[0, 0, 0]], [[1, 1, 1]], np.nan)
    with pytest.raises(ValueError, match="heights have shape"):
        Shapes(feet=[[0, 0, 0]], heights=[1, 2], radii=[1])
    with pytest.raises(ValueError, match="ring 0"):
        World.empty(inside=[[[0, 0], [1, 1]]])
    with pytest.raises(ValueError, match="radius must be positive, not 0"):
        Bodies(np.zeros((1, 1, 2, 3)), np.zeros(1), np.zeros(1, int))
    with pytest.raises(ValueError, match="3 rows for 2 positions"):
        World.empty().sweep(np.zeros((2, 3)), person(0, 0, frames=3))
    with pytest.raises(ValueError, match="position 0 is not finite"):
        World.empty().sweep([[np.nan, 0, 0]])
    with pytest.raises(ValueError, match="too large"):
        World.of_boxes([[0, 0, 0]], [[100, 100, 100]]).field(0.01)
    with pytest.raises(ValueError, match="spacing must be positive"):
        World.of_boxes([[0, 0, 0]], [[1, 1, 1]]).field(0)


def test_an_empty_world_has_no_distance_and_hides_nothing():
    world = World.empty()
    assert world.clearance([[0, 0, 0]])[0] == np.inf
    assert world.signed_distance([[0, 0, 0]])[0][0] == np.inf
    assert world.visible([[0, 0, 0]], [[1, 1, 1]])[0]
    assert World.of_shapes(Shapes()).clearance([[0, 0, 0]])[0] == np.inf


def test_a_ring_bounds_where_cameras_stand_and_the_way_back_is_inwards():
    world = World.empty(inside=[[[-2, -2], [2, -2], [2, 2], [-2, 2]]])
    distance, gradient = world.border([[1.5, 0, 1], [3.0, 0, 1]])
    np.testing.assert_allclose(distance, [0.5, -1.0])
    np.testing.assert_allclose(gradient, [[-1, 0, 0], [-1, 0, 0]], atol=1e-12)
