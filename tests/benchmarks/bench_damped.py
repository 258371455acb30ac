"""Which settings make the best game camera: a grid over training families.

``python tests/benchmarks/bench_damped.py [cases a family]``. The price weighs a crash, what is not
seen, framing, size and shaking alike for all. Half of the cases are demanding; held-out families
are not looked at.
"""

from __future__ import annotations

import itertools
import sys
from dataclasses import replace

import numpy as np

from camera.bench.damped import Settings, damped
from camera.bench.measure import measure
from camera.families import TRAINING, make

GRID = {
    "follow": (0.3, 0.6, 1.0),
    "turn": (0.6, 1.2),
    "compose": (0.05, 0.1),
    "hide": (0.05, 0.2, 0.5),
}


def price(figures: dict[str, float]) -> float:
    """One number of one track; less is better."""
    shake = figures["acceleration_p99"]
    return (
        figures["crash"]
        + 2.0 * (1.0 - figures["visible"])
        + 4.0 * figures["framing_error"]
        + 0.5 * figures["size_error"]
        + 0.02 * min(shake, 50.0)
    )


def main() -> None:
    """Print the grid, best first."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 4
    cases = [
        make(f, 1000 + s, demanding=s % 2 == 1, rate=12.0) for f in TRAINING for s in range(count)
    ]
    rows = []
    for values in itertools.product(*GRID.values()):
        chosen = dict(zip(GRID, values, strict=True))
        settings = replace(Settings(), **chosen)
        mean = np.mean([price(measure(damped(c, settings), c)) for c in cases])
        rows.append((float(mean), chosen))
    rows.sort(key=lambda row: row[0])
    print(f"{len(cases)} cases of training families; price, then settings")
    for mean, chosen in [*rows[:5], *rows[-2:]]:
        print(f"{mean:.4f}  {chosen}")


if __name__ == "__main__":
    main()
