"""Planning on numpy and on torch: how fast by batch size, and how far apart the tracks are.

``python tests/benchmarks/bench_planner_devices.py [--devices cpu-torch,cuda] [--batches 8,64]``.
Only the descent runs on the device; its share of the time says what a faster device can gain.
Worlds, starts and checks are reckoned by the processor for all of them. "Apart" is how far the
farthest of all positions is from numpy's.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from camera.bench.baselines import request
from camera.families import FAMILIES, make
from camera.planner import Plan, Request, plan_batch, planning
from camera.world import World


def requests(count: int, seed: int) -> list[Request]:
    """Shots of all families in turn, with worlds that nobody has asked yet."""
    made = []
    families = list(FAMILIES)
    while len(made) < count:
        try:
            case = make(families[seed % len(families)], seed)
        except ValueError:
            seed += 1
            continue
        assert case.world.shapes is not None
        world = World.of_shapes(case.world.shapes, inside=case.world.rings)
        made.append(request(case, world))
        seed += 1
    return made


class Watch:
    """Seconds of the wall's and of the processor's clock spent in a function."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.function, self.seconds = function, np.zeros(2)

    def __call__(self, *given: Any, **named: Any) -> Any:
        begun = clocks()
        made = self.function(*given, **named)
        self.seconds += clocks() - begun
        return made


def clocks() -> np.ndarray[Any, Any]:
    """The wall's and the processor's."""
    return np.array([time.perf_counter(), time.process_time()])


def main() -> None:
    """Plan, time, compare, print."""
    ask = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ask.add_argument("--devices", default="cpu-torch")
    ask.add_argument("--batches", default="8,32,64,128,256")
    ask.add_argument("--seed", type=int, default=200_000)
    given = ask.parse_args()
    kinds = [(None, "float64")]
    kinds += [(d, t) for d in given.devices.split(",") for t in ("float64", "float32")]
    watch = Watch(planning.improve)
    planning.improve = watch
    whole = Watch(plan_batch)
    for device, dtype in kinds:
        plan_batch(requests(4, 0), device=device, dtype=dtype)
    print(f"{'':24}tracks a second      of which   ratio\n{'batch':>5}  {'device':19}", end="")
    print("of wall, of processor  descent  to numpy    apart")
    for batch in map(int, given.batches.split(",")):
        plain: list[Plan] = []
        fastest = np.zeros(2)
        for device, dtype in kinds:
            asked = requests(batch, given.seed)
            watch.seconds, whole.seconds = np.zeros(2), np.zeros(2)
            plans = whole(asked, device=device, dtype=dtype)
            rate = batch / whole.seconds
            if not plain:
                fastest, plain = rate, plans
            apart = max(
                np.abs(a.trajectory.positions - b.trajectory.positions).max()
                for a, b in zip(plans, plain, strict=True)
            )
            share, (ratio, ratio_processor) = watch.seconds / whole.seconds, rate / fastest
            name = f"{device or 'numpy'} {dtype}"
            print(
                f"{batch:5d}  {name:19}{rate[0]:7.1f}{rate[1]:11.1f}"
                f"{share[0]:11.0%}{ratio:6.2f} {ratio_processor:5.2f}{apart:9.0e} m"
            )


if __name__ == "__main__":
    main()
