"""How good the planner's tracks are on procedural shots, and how many it makes a second.

``python tests/benchmarks/bench_planner.py [--shots N] [--families a,b] [--seed S] [--workers W]``.
Each shot is of a `camera.families` case, whose witness fulfils the wish; a family's seeds start
from S. Worlds are built anew within the time that is measured, and final checks are part of
planning. Figures are `camera.bench.measure`'s: a shot fails if anything comes within 0.3 m of the
camera, less than 0.9 of what should be seen is, or planning gives up with an error. The last row is
what the witnesses of the same shots get: what is possible.
"""

from __future__ import annotations

import argparse
import sys
import time
from concurrent.futures import ProcessPoolExecutor

import numpy as np

from camera.bench import measure
from camera.bench.baselines import request
from camera.families import FAMILIES, Case, make
from camera.planner import Plan, Request, plan_batch
from camera.world import World

BATCH = 32
WITNESS = "(witness)"
COLUMNS = ("crash", "visible", "framing_error", "size_right", "line_crossed", "jerk")


def asked(case: Case) -> Request:
    """What is asked of the planner, with a world that nobody has asked yet."""
    assert case.world.shapes is not None
    return request(case, World.of_shapes(case.world.shapes, inside=case.world.rings))


def drawn(job: list[tuple[str, int]]) -> list[Case]:
    """The cases that can be made; a seed of which none can be is not the planner's."""
    cases = []
    for family, seed in job:
        try:
            cases.append(make(family, seed))
        except ValueError as error:
            print(f"\n{family} {seed} is left out: {error}", file=sys.stderr)
    return cases


def shoot(
    job: list[tuple[str, int]],
) -> tuple[list[tuple[str, dict[str, float]]], float, float]:
    """Families and figures of a batch, and the seconds and processor seconds planning took."""
    cases = drawn(job)
    wall, cpu = time.perf_counter(), time.process_time()
    plans: list[Plan | None]
    try:
        plans = list(plan_batch([asked(c) for c in cases]))
    except ValueError:
        plans = [None] * len(cases)
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    table = [
        (case.family, {} if plan is None else measure(plan.trajectory, case))
        for plan, case in zip(plans, cases, strict=True)
    ]
    table += [(WITNESS, measure(case.witness, case)) for case in cases]
    return table, wall, cpu


def bar(done: int, of: int) -> None:
    """Progress, on stderr."""
    filled = 40 * done // of
    sys.stderr.write(f"\r[{'#' * filled}{'.' * (40 - filled)}] {done}/{of} shots")
    sys.stderr.write("\n" if done == of else "")
    sys.stderr.flush()


def line(name: str, table: list[dict[str, float]]) -> str:
    """One row: means over the shots that were planned, and the share of those that failed."""
    failed = [not t or t["crash"] > 0 or t["visible"] < 0.9 for t in table]
    known = [[t[c] for t in table if c in t] for c in COLUMNS]
    means = [np.mean(values) if values else np.nan for values in known]
    cells = "".join(f"{m:15.4f}" if np.isfinite(m) else f"{'–':>15}" for m in means)
    return f"{name:10}{len(table):6d}{cells}{np.mean(failed):10.4f}"


def main() -> None:
    """Plan, measure, print."""
    ask = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    ask.add_argument("--shots", type=int, default=504)
    ask.add_argument("--families", default=",".join(FAMILIES))
    ask.add_argument("--seed", type=int, default=100_000)
    ask.add_argument("--workers", type=int, default=2)
    given = ask.parse_args()
    families = given.families.split(",")
    jobs = [(families[n % len(families)], given.seed + n) for n in range(given.shots)]
    batches = [jobs[i : i + BATCH] for i in range(0, len(jobs), BATCH)]
    rows: dict[str, list[dict[str, float]]] = {f: [] for f in [*families, WITNESS]}
    walls, cpus = [], []
    with ProcessPoolExecutor(given.workers) as pool:
        for number, (table, wall, cpu) in enumerate(pool.map(shoot, batches)):
            for family, figures in table:
                rows[family].append(figures)
            walls.append(wall)
            cpus.append(cpu)
            bar(min((number + 1) * BATCH, len(jobs)), len(jobs))
    print(f"{'family':10}{'shots':>6}{''.join(f'{c:>15}' for c in COLUMNS)}{'failed':>10}")
    for family in families:
        print(line(family, rows[family]))
    every = [t for family in families for t in rows[family]]
    print(line("all", every))
    print(line(WITNESS, rows[WITNESS]))
    print(
        f"{given.workers * len(every) / sum(walls):.1f} tracks a second with {given.workers} "
        f"workers; {len(every) / sum(cpus):.1f} a second of one processor's time"
    )


if __name__ == "__main__":
    main()
