"""How fast a world answers: sightlines, distances, sweeps, fields, and families.

``python tests/benchmarks/bench_world.py``. One core; a set of about 100,000 triangles, fine meshes,
film sets, and the shapes of the families. Ratios are of one run: distances are compared to asking
every triangle. ``bench_world.py distances`` stops after the meshes.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np
import trimesh

from camera.families import FAMILIES, make
from camera.pose import Array
from camera.world import Bodies, World
from camera.world.distance import nearest_on_triangles
from filmagent.library import sets


def city(boxes: int = 8334, seed: int = 0) -> World:
    """A mesh of about 100,000 triangles: boxes of all sizes on a square."""
    r = np.random.default_rng(seed)
    centres = r.uniform([-40, -40, 0], [40, 40, 6], (boxes, 3))
    halves = np.exp(r.normal(-1.2, 0.6, (boxes, 3)))
    triangles = World.of_boxes(centres, halves, r.uniform(0, 6, boxes)).triangles
    return World.of_triangles(triangles)


def meshes() -> Iterator[tuple[str, Array, Array]]:
    """Meshes (T, 3, 3) and where to ask (2, 3): film sets, and fine ones that no box fits."""
    for name in sets.names():
        triangles = np.asarray(sets.load(name).collision_mesh().triangles, np.float64)
        yield name, triangles, np.array([[-6, -6, 0.2], [6, 6, 3]])
    ball = np.asarray(trimesh.creation.icosphere(subdivisions=6).triangles)
    yield "a ball", ball, np.array([[-2, -2, -2], [2, 2, 2]])
    yield "in its middle", ball, np.array([[-0.01] * 3, [0.01] * 3])
    r = np.random.default_rng(0)
    fine = np.asarray(trimesh.creation.icosphere(subdivisions=4).triangles)
    balls = [fine * r.uniform(0.1, 0.6) + r.uniform([-8, -8, 0], [8, 8, 4]) for _ in range(24)]
    yield "24 balls", np.concatenate(balls), np.array([[-8, -8, 0], [8, 8, 4]])
    x, y = np.meshgrid(*[np.linspace(-10, 10, 222)] * 2, indexing="ij")
    z = np.sin(x) * np.cos(1.3 * y) + r.normal(0, 0.05, x.shape)
    v = np.stack([x, y, z], axis=-1)
    a, b, c, d = v[:-1, :-1], v[1:, :-1], v[1:, 1:], v[:-1, 1:]
    halves = [np.stack(corners, axis=2).reshape(-1, 3, 3) for corners in ((a, b, c), (a, c, d))]
    yield "hills", np.concatenate(halves), np.array([[-10, -10, -1], [10, 10, 6]])
    yield "a city", city().triangles, np.array([[-30, -30, 0], [30, 30, 6]])


def distances() -> None:
    """Print how fast signed distances are asked of meshes, many at a time and one by one."""
    print(
        f"{'signed distances':16} {'triangles':>9} {'build s':>8} {'points/s':>9} {'one ms':>7} "
        f"{'p95':>6} {'sweep µs':>9} {'× brute':>8}"
    )
    for name, triangles, bounds in meshes():
        r = np.random.default_rng(1)
        world = World.of_triangles(triangles)
        p = r.uniform(*bounds, (256 if name == "in its middle" else 8192, 3))
        build = seconds(partial(world.signed_distance, p[:1]), 1)
        many = len(p) / seconds(partial(world.signed_distance, p))
        ones = [1e3 * seconds(partial(world.signed_distance, q), 1) for q in p[:200, None]]
        path = bounds.mean(axis=0) + _path(240) / 8 * np.ptp(bounds, axis=0)
        swept = seconds(partial(world.sweep, path), 2) / len(path)
        same = np.broadcast_to(p[0], (len(triangles), 3))
        brute = seconds(partial(nearest_on_triangles, same, triangles), 2)
        print(
            f"{name:16} {len(triangles):9,} {build:8.2f} {many:9,.0f} "
            f"{np.median(ones):7.2f} {np.quantile(ones, 0.95):6.2f} "
            f"{1e6 * swept:9.0f} {brute * many:8,.0f}",
            flush=True,
        )


def people(frames: int, count: int = 6, seed: int = 0) -> Bodies:
    """Walkers of four capsules each."""
    r = np.random.default_rng(seed)
    sway = np.sin(np.arange(frames)[:, None, None, None] * 2 * np.pi / 240)
    at = r.uniform(-5, 5, (1, count, 1, 3)) + sway * r.normal(0, 1.0, (1, count, 1, 3))
    ends = at[:, :, None] + r.uniform(-0.4, 0.4, (1, count, 4, 2, 3))
    return Bodies(
        ends.reshape(frames, -1, 2, 3), np.full(4 * count, 0.12), np.repeat(range(count), 4)
    )


def seconds(call: Callable[[], object], repeats: int = 3) -> float:
    """The best of a few processor times."""
    spent = []
    for _ in range(repeats):
        start = time.process_time()
        call()
        spent.append(time.process_time() - start)
    return min(spent)


def main() -> None:
    """Print the figures."""
    distances()
    if sys.argv[1:] == ["distances"]:
        return
    world = city()
    r = np.random.default_rng(1)
    print(f"{len(world.triangles):,} triangles")
    o, t = r.uniform([-6, -6, 1], [6, 6, 3], (2, 200_000, 3))
    world.visible(o[:10], t[:10])
    print(
        f"sightlines, the set alone      {len(o) / seconds(lambda: world.visible(o, t)):12,.0f} /s"
    )
    bodies, rows = people(240), np.arange(len(o)) % 240
    spent = seconds(lambda: world.visible(o, t, bodies, rows=rows))
    print(f"sightlines, and 6 people       {len(o) / spent:12,.0f} /s")
    p = r.uniform([-30, -30, 0], [30, 30, 6], (4000, 3))
    start = time.process_time()
    world.clearance(p[:1])
    print(f"first distance (builds a tree) {time.process_time() - start:12.2f} s")
    start = time.process_time()
    world.signed_distance(p[:1])
    print(f"first sign (finds solids)      {time.process_time() - start:12.2f} s")
    spent = seconds(lambda: world.signed_distance(p))
    print(f"signed distances, exact        {len(p) / spent:12,.0f} /s")
    bounds = [[-4, -4, 0], [4, 4, 3]]
    start = time.process_time()
    field = world.field(0.1, bounds)
    nodes = field.values.size
    print(f"field of {nodes:,} nodes      {time.process_time() - start:12.2f} s")
    print(f"field, distance and gradient   {len(o) / seconds(lambda: field(o)):12,.0f} /s")
    shapes = make("street", 0).world
    print(
        f"{len(shapes.shapes or ())} shapes, distance, gradient  "
        f"{20_000 / seconds(lambda: shapes.signed_distance(o[:20_000])):12,.0f} /s"
    )
    for frames in (240, 480, 960):
        path = _path(frames)
        crowd = people(frames)
        spent = seconds(lambda path=path, crowd=crowd: world.sweep(path, crowd), 2)  # type: ignore[misc]
        print(f"sweep past 6 people, {frames} frames {1e6 * spent / frames:12.0f} µs a frame")
    for family in FAMILIES:
        start = time.process_time()
        for seed in range(500, 512):
            make(family, seed)
        print(
            f"a case of {family:10}           {(time.process_time() - start) / 12 * 1e3:12.0f} ms"
        )


def _path(frames: int) -> Array:
    # there and back again, so that a longer path meets nothing else
    u = 1 - np.abs(np.arange(frames) % 480 - 240) / 240
    return np.stack([4 * np.cos(u), 4 * np.sin(u), 1.6 + 0 * u], axis=1)


if __name__ == "__main__":
    main()
