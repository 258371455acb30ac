"""What a decision of the pilot costs, and how well it flies beside the servo and the planner.

``python tests/benchmarks/bench_pilot.py [cases [families]]``, one thread, weights of
``assets/policy``. A decision is timed as it is in a flight: looking (`observe`) and deciding
(`ArrayPilot`, what films fly with), one camera at a time, on cases of the training families (or
those named, by comma) with full scenes; half of the cases are demanding. Times are the processor's,
so that nothing else that runs counts. The figures of the flights are those of
``python -m camera.bench``, which says them for held-out families and with intervals.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

# one thread, as the command line has it
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from camera.bench.measure import measure
from camera.families import TRAINING, Case, make
from camera.families.asking import request
from camera.planner import plan_batch
from camera.policy.pilot import finished, fly, load_array_pilot, servo
from camera.policy.pilot.begin import begin
from camera.policy.pilot.flight import Decide
from camera.pose import Array
from camera.trajectory import Trajectory

WEIGHTS = Path(__file__).resolve().parents[2] / "assets" / "policy" / "pilot.safetensors"
FIRST = 5_000_000
SHOWN = ("crash", "visible", "framing_error", "size_right", "view_error", "jerk", "path_length")


class Timed:
    """A `Decide` that notes how long each decision took, and the looking before it."""

    def __init__(self, decide: Decide) -> None:
        self.decide = decide
        self.deciding: list[float] = []

    def __call__(self, seen: dict[str, Array]) -> tuple[Array, Array]:
        start = time.process_time()
        decided = self.decide(seen)
        self.deciding.append(1000 * (time.process_time() - start))
        return decided


def looking(cases: list[Case]) -> list[float]:
    """Milliseconds of each look along the witnesses' ways."""
    from camera.policy.pilot.flight import decision_rows
    from camera.policy.pilot.motion import State
    from camera.policy.pilot.observation import observe
    from camera.policy.pilot.wishing import wished

    spent = []
    for case in cases:
        track = case.witness
        w = wished(request(case), track.positions[0])
        for row in decision_rows(w.times, 6.0):
            now = np.array([row])
            at = State.along(track.times, track.positions, track.quaternions, now)
            start = time.process_time()
            observe(w, now, at)
            spent.append(1000 * (time.process_time() - start))
    return spent


def told(name: str, tracks: list[Trajectory], cases: list[Case]) -> None:
    """One line of figures."""
    figures = [measure(track, case) for track, case in zip(tracks, cases, strict=True)]
    means = (f"{float(np.mean([f[column] for f in figures])):>13.3f}" for column in SHOWN)
    print(f"{name:10}" + "".join(means))


def main() -> None:
    """Fly, and print."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10
    families = tuple(sys.argv[2].split(",")) if len(sys.argv) > 2 else TRAINING
    cases = [
        make(families[n % len(families)], FIRST + n, demanding=(n // len(families)) % 2 == 1)
        for n in range(count)
    ]
    pilot = load_array_pilot(WEIGHTS)
    flights = []
    deciding: list[float] = []
    for case in cases:
        timed = Timed(pilot.remembering())
        asked = request(case)
        flights.append(fly(timed, [asked], [begin(asked)], pilot.rate)[0])
        deciding += timed.deciding
    looks = looking(cases)
    for name, spent in (("looking", looks), ("deciding", deciding)):
        print(f"{name:10} p50 {np.median(spent):.2f} ms, p95 {np.percentile(spent, 95):.2f} ms")
    whole = np.median(looks) + np.median(deciding)
    print(f"a decision p50 {whole:.2f} ms, of 8 ms that it may take")
    print(f"{'':10}" + "".join(f"{column:>13}" for column in SHOWN))
    told("pilot", [finished(one) for one in flights], cases)
    requests = [request(case) for case in cases]
    straight = [fly(servo, [r], [begin(r)], pilot.rate)[0] for r in requests]
    told("servo", [finished(one) for one in straight], cases)
    told("planner", [plan.trajectory for plan in plan_batch(requests)], cases)


if __name__ == "__main__":
    main()
