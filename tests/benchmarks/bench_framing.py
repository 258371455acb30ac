"""Static setups: how long one takes, and how near it comes to what real cameras show.

``python tests/benchmarks/bench_framing.py``. Wishes are measured from random real cameras, so that
all of them can be met; each row is one set of wishes on 1000 pairs or groups. Times are the
processor's: of one setup at a time, then of all at once. Errors are the worst screen distance from
a wished position.
"""

from __future__ import annotations

import time

import numpy as np

from camera.framing import (
    Body,
    Camera,
    Wish,
    aim,
    compose,
    from_toric,
    see,
    shows,
    sizes,
    solve,
    solve_all,
    to_toric,
)
from camera.lens import Lens
from camera.pose import Array, heading_of

COUNT = 1000
LENS = Lens(35.0)
ROWS = (
    (1, "size angle view"),
    (2, "size angle"),
    (2, "angle view"),
    (2, "heights angle"),
    (2, "heights size angle"),
    (2, "heights size angle view"),
    (2, "heights size"),
    (2, "size view"),
    (2, "heights view"),
    (2, "heights"),
    (2, ""),
    (3, "heights size angle view"),
    (3, "heights size"),
    (3, "heights"),
    (5, "heights size angle view"),
    (5, "heights size"),
    (5, "heights"),
)


def main() -> None:
    """Print a table of setups, then what seeing, judging and toric space cost."""
    print(
        f"{'wished besides screen x and y':34} {'median':>8} {'p95':>8} {'batch':>8}   worst error"
    )
    for people, kinds in ROWS:
        wish = _wish(people, kinds)
        singles = [
            Wish(*(getattr(wish, name)[i] for name in ("eyes", "screen", *_KINDS)))
            for i in range(COUNT)
        ]
        solve(singles[0], LENS)
        took, errors = [], []
        for one in singles:
            begin = time.process_time()
            found = solve(one, LENS)
            took.append(time.process_time() - begin)
            errors.append(found.error)
        begin = time.process_time()
        many = solve_all(wish, LENS)
        batch = (time.process_time() - begin) / COUNT
        middle, late = 1e3 * np.percentile(took, [50, 95])
        print(
            f"{people} people, {kinds:24} {middle:5.2f} ms {late:5.2f} ms {1e3 * batch:5.3f} ms   "
            f"{max(errors):.1e} frame heights, {100 * many.met.mean():.1f} % meet every wish"
        )
    _seeing()
    _toric()


_KINDS = ("shows", "elevation", "heading")


def _wish(people: int, kinds: str) -> Wish:
    """Wishes of the first of ``people`` in 1000 random pictures."""
    rng = np.random.default_rng(11)
    rows: list[tuple[Array, ...]] = []
    while len(rows) < COUNT:
        floor = rng.uniform(-1.5, 1.5, (people, 2))
        eyes = np.column_stack([floor, rng.uniform(1.1, 1.85, people)])
        apart = np.linalg.norm(eyes[:, None] - eyes, axis=-1) + 9 * np.eye(people)
        c = np.append(rng.uniform(-5, 5, 2), rng.uniform(0.3, 3.0))
        q = aim(c, eyes.mean(axis=0), rng.uniform([-0.3, -0.2], [0.3, 0.3]), LENS.focal_heights)
        screen, depth = LENS.project(eyes, c, q)
        if apart.min() < 0.4 or depth.min() < 0.6 or not (np.abs(screen) < (0.85, 0.48)).all():
            continue
        n = c - eyes
        rise = np.arctan2(n[:, 2], np.hypot(n[:, 0], n[:, 1]))
        rows.append((eyes, screen, depth / LENS.focal_heights, rise, heading_of(n)))
    eyes, screen, metres, rise, heading = (np.array(c) for c in zip(*rows, strict=True))
    first = np.arange(people) == 0
    if "heights" not in kinds:
        screen = np.where(first[:, None] | np.array([True, False]), screen, np.nan)
    measured = (("size", metres), ("angle", rise), ("view", heading))
    asked = [np.where(first & (kind in kinds), value, np.nan) for kind, value in measured]
    return Wish(eyes, screen, *asked)


def _seeing() -> None:
    rng = np.random.default_rng(3)
    frames = 10_000
    body = Body.standing(rng.uniform(-1, 1, (frames, 3)) * [1, 1, 0], rng.uniform(-3, 3, frames))
    p = rng.uniform(-4, 4, (frames, 3))
    camera = Camera(p, aim(p, body.eyes, [0.0, 0.2], 1.7), np.full(frames, 1.7))
    for what, work in (
        ("boxes", lambda: see(camera, body).shown),
        ("sizes over time", lambda: sizes(shows(see(camera, body)))),
        ("composition", lambda: compose(see(camera, body)).score),
    ):
        begin = time.process_time()
        work()
        each = (time.process_time() - begin) / frames
        print(f"{what:34} {1e6 * each:5.1f} µs a frame, {frames} frames at once")


def _toric() -> None:
    rng = np.random.default_rng(4)
    a, b, c = rng.uniform(-10, 10, (3, 100_000, 3))
    begin = time.process_time()
    back = from_toric(a, b, *to_toric(c, a, b))
    each = (time.process_time() - begin) / len(c)
    worst = np.abs(back - c).max()
    print(f"{'toric space there and back':34} {1e6 * each:5.2f} µs, worst {worst:.1e} m off")


if __name__ == "__main__":
    main()
