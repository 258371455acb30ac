"""How fast a world answers: sightlines, distances, sweeps, fields, and families.

``python tests/benchmarks/bench_world.py``. One core; a set of about 100,000 triangles, and the
shapes of the families. Ratios are of one run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable

os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from camera.families import FAMILIES, make
from camera.pose import Array
from camera.world import Bodies, World


def city(boxes: int = 8334, seed: int = 0) -> World:
    """A mesh of about 100,000 triangles: boxes of all sizes on a square."""
    r = np.random.default_rng(seed)
    centres = r.uniform([-40, -40, 0], [40, 40, 6], (boxes, 3))
    halves = np.exp(r.normal(-1.2, 0.6, (boxes, 3)))
    triangles = World.of_boxes(centres, halves, r.uniform(0, 6, boxes)).triangles
    return World.of_triangles(triangles)


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
