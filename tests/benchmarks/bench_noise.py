"""World noise: how normal, white and steady it is, and how fast: ``bench_noise.py``.

480×832 pixels, 60×104 cells of 8 pixels, 16 channels, of a turning body on a floor under a sky.
Frames are at 16 a second. Two widths of voxels: 2 pixels (k = 2), and the product's own. Seconds
are of one thread's CPU time; ``new`` is the time to draw noise of no world, beside it.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

import numpy as np

from filmagent.refine import noise

sys.path.insert(0, str(Path(__file__).parents[1] / "refine"))
import turning_world as world
from noise_measures import along, kurtosis, neighbours, surface

SIZE, SCALE, CHANNELS = (832, 480), 8, 16
STEPS = (1, 2, 4, 8, 16)
FROM = (10, 24)
SHOTS = ((10, 0), (10, 10), (20, 12), (30, 30), (10, 30))
"""Frames of the two shots that are compared."""


def main() -> None:
    """Print the figures."""
    numbers = {n + s for n in FROM for s in (0, *STEPS)} | {a for a, _ in SHOTS}
    seen = {("A", n): surface("A", n, SIZE) for n in sorted(numbers)}
    seen |= {("B", b): surface("B", b, SIZE) for _, b in SHOTS}
    began = time.thread_time()
    for seed in range(8):
        np.random.default_rng(seed).standard_normal((CHANNELS, 60, 104), np.float32)
    new = (time.thread_time() - began) / 8
    for width in (2 / SCALE, noise.WIDTH):
        began = time.thread_time()
        cells = {
            at: noise.of_frame(s, world.NAMES, scale=SCALE, channels=CHANNELS, seed=1, width=width)
            for at, s in seen.items()
        }
        seconds = (time.thread_time() - began) / len(seen)
        every = np.stack(list(cells.values()))
        print(
            f"k = {width * SCALE:g}: mean {every.mean():+.4f}, std {every.std():.4f}, "
            f"kurtosis {kurtosis(every):.3f}, "
            f"neighbours {max(neighbours(c) for c in every):.4f}; "
            f"{1 / seconds:.1f} frames/s ({seconds / new:.0f} × new)"
        )
        for step in STEPS:
            print(f"  along flow, {step:2}/16 s:", end="")
            for name, only in (("all", None), *((n, i) for i, n in world.NAMES.items())):
                found = [
                    along(
                        (cells["A", n], cells["A", n + step]), ("A", "A"), (n, n + step), SIZE,
                        only=only,
                    )
                    for n in FROM
                ]  # fmt: skip
                print(f"  {name} {np.mean(found):.3f}", end="")
            print()
        for name, only in (("all", None), *((n, i) for i, n in world.NAMES.items())):
            found = [
                along((cells["A", a], cells["B", b]), ("A", "B"), (a, b), SIZE, only=only)
                for a, b in SHOTS
            ]
            print(f"  across shots: {name} {np.mean(found):.3f} (least {min(found):.3f})")


if __name__ == "__main__":
    main()
