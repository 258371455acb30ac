"""The nearest triangle is the one that asking every triangle finds, on any mesh and anywhere."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from camera.world import World
from camera.world.distance import nearest_on_triangles


def hills(side: int = 90) -> np.ndarray:
    """A fine open surface (16,000 triangles, 20 m wide) that no plane or ball fits."""
    x, y = np.meshgrid(*[np.linspace(-10, 10, side)] * 2, indexing="ij")
    rough = np.random.default_rng(0).normal(0, 0.05, x.shape)
    v = np.stack([x, y, np.sin(x) * np.cos(1.3 * y) + rough], axis=-1)
    a, b, c, d = v[:-1, :-1], v[1:, :-1], v[1:, 1:], v[:-1, 1:]
    pairs = [np.stack(corners, axis=2).reshape(-1, 3, 3) for corners in ((a, b, c), (a, c, d))]
    return np.concatenate(pairs)


def ball() -> np.ndarray:
    """20,480 triangles, all of them a metre from the middle."""
    return np.asarray(trimesh.creation.icosphere(subdivisions=5).triangles)


def furnished() -> np.ndarray:
    """Walls of two triangles each, wires, and small things with many."""
    rng = np.random.default_rng(1)
    walls = World.of_boxes([[0, 0, 2]], [[6, 5, 2]]).triangles[:, ::-1]
    wires = rng.uniform(-4, 4, (40, 1, 3)) + rng.normal(0, 1, (40, 3, 3))
    wires[:, 2] = wires[:, 0] + rng.normal(0, 1e-4, (40, 3))
    fine = np.asarray(trimesh.creation.icosphere(subdivisions=3).triangles)
    things = [fine * rng.uniform(0.02, 0.4) + rng.uniform(-4, 4, 3) for _ in range(12)]
    return np.concatenate([walls, wires, *things])


def brute(points: np.ndarray, triangles: np.ndarray) -> np.ndarray:
    """Distance (N,) to the nearest of all triangles, each of them measured."""
    least = []
    for p in points:
        all_ = np.broadcast_to(p, (len(triangles), 3))
        least.append(np.linalg.norm(p - nearest_on_triangles(all_, triangles), axis=1).min())
    return np.array(least)


@pytest.mark.parametrize("mesh", [hills, ball, furnished])
@pytest.mark.parametrize("spread", [0.01, 1.0, 6.0, 500.0])
def test_a_fine_mesh_is_measured_exactly_from_near_and_far(mesh, spread):
    triangles = mesh()
    p = np.random.default_rng(2).normal(0, spread, (25, 3))
    world = World.of_triangles(triangles)
    np.testing.assert_allclose(world.clearance(p), brute(p, triangles), rtol=1e-14, atol=1e-9)
    distance, gradient = world.signed_distance(p)
    np.testing.assert_allclose(np.linalg.norm(gradient, axis=1), 1, atol=1e-9)
    # the gradient leads to the surface
    np.testing.assert_allclose(world.clearance(p - distance[:, None] * gradient), 0, atol=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 400), st.floats(-4, 1), st.floats(-2, 4), st.integers(0, 2**32 - 1))
def test_any_heap_of_triangles_however_small_or_thin_is_measured_exactly(count, size, far, seed):
    rng = np.random.default_rng(seed)
    triangles = rng.normal(0, 3, (count, 1, 3)) + rng.normal(0, 10**size, (count, 3, 3))
    triangles[rng.random(count) < 0.2, 2] = triangles[0, 0]
    triangles[rng.random(count) < 0.1] = triangles[-1]
    triangles[-1] = np.eye(3)
    triangles += 10**far
    p = 10**far + rng.normal(0, 4, (20, 3))
    p[:5] = triangles[rng.integers(0, count, 5), 0]
    np.testing.assert_allclose(
        World.of_triangles(triangles).clearance(p), brute(p, triangles), atol=1e-9
    )


def test_the_middle_of_a_ball_where_all_is_equally_near_takes_bounded_memory():
    triangles = ball()
    p = np.random.default_rng(3).normal(0, 1e-4, (100, 3))
    world = World.of_triangles(triangles)
    world.signed_distance(p[:1])
    tracemalloc.start()
    distance, _ = world.signed_distance(p)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    np.testing.assert_allclose(distance[:10], -brute(p[:10], triangles), atol=1e-9)
    # every triangle at once would be two million pairs: more than 300 MB
    assert most < 150e6


@pytest.mark.parametrize("mesh", [hills, furnished])
def test_a_point_measures_the_same_alone_and_among_thousands(mesh):
    world = World.of_triangles(mesh())
    p = np.random.default_rng(4).uniform(-6, 6, (5000, 3))
    distance, gradient = world.signed_distance(p)
    for i in range(0, 5000, 250):
        alone = world.signed_distance(p[i : i + 1])
        assert alone[0].tobytes() == distance[i : i + 1].tobytes()
        assert alone[1].tobytes() == gradient[i : i + 1].tobytes()


def test_a_point_on_the_surface_is_at_no_distance_from_it():
    triangles = furnished()
    weights = np.random.default_rng(5).dirichlet([1, 1, 1], len(triangles))
    p = np.einsum("tk,tki->ti", weights, triangles)
    np.testing.assert_allclose(World.of_triangles(triangles).clearance(p), 0, atol=1e-9)
