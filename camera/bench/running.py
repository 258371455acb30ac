"""Measuring baselines on cases, one after the other or side by side."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from camera.bench.baselines import BASELINES, camera_of
from camera.bench.measure import measure, over
from camera.families import FAMILIES, make
from camera.metrics.samples import kinetic_features


@dataclass(frozen=True)
class Result:
    """One baseline on one case.

    Parameters
    ----------
    figures : `measure`, or None where the track is shorter than the path length compared at
    features : `camera.metrics.samples.kinetic_features`
    wished_size : the size class that was asked for
    milliseconds : that the track took, a frame
    """

    family: str
    seed: int
    baseline: str
    figures: dict[str, float] | None
    features: tuple[float, ...]
    wished_size: str
    milliseconds: float


@dataclass(frozen=True)
class Job:
    """One case and the baselines that film it."""

    family: str
    seed: int
    baselines: tuple[str, ...]
    seconds: float
    rate: float
    metres: float | None
    demanding: bool
    weights: Path | None = None

    def __call__(self) -> list[Result]:
        """Measure them."""
        case = make(
            self.family,
            self.seed,
            demanding=self.demanding,
            seconds=self.seconds,
            rate=self.rate,
        )
        found = []
        for name in self.baselines:
            camera = camera_of(name, self.weights)
            start = time.perf_counter()
            track = camera(case)
            spent = 1000 * (time.perf_counter() - start) / len(track)
            figures = over(track, case, self.metres) if self.metres else measure(track, case)
            features = tuple(float(x) for x in kinetic_features([track])[0])
            found.append(
                Result(self.family, self.seed, name, figures, features, case.shot.size, spent)
            )
        return found


def run(
    families: Sequence[str],
    seeds: Sequence[int],
    baselines: Sequence[str] = tuple(BASELINES),
    *,
    seconds: float = 10.0,
    rate: float = 24.0,
    metres: float | None = None,
    demanding: bool = False,
    weights: Path | None = None,
    jobs: int = 1,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Result]:
    """Every baseline on every case, families and seeds in their order.

    Parameters
    ----------
    metres
        Compare at equal path length: each track is measured until it has gone so far.
    demanding
        Only cases whose wish cannot be kept to all the time (see `camera.families.make`).
    weights
        The folder of what has learnt.
    jobs
        Processes; figures do not depend on it.
    progress
        Called with cases done and cases in all.

    Raises
    ------
    ValueError
        On unknown names, weights that are not there, or nothing to do.
    """
    for name in families:
        if name not in FAMILIES:
            raise ValueError(f"family {name!r} is not known; there are {', '.join(FAMILIES)}")
    for name in baselines:
        camera_of(name, weights)
    if not (families and seeds and baselines):
        raise ValueError("nothing to run: give at least one family, one seed and one baseline")
    if jobs < 1:
        raise ValueError(f"jobs must be 1 or more, not {jobs}")
    if metres is not None and not metres > 0:
        raise ValueError(f"a path length to compare at must be positive, not {metres}")
    todo = [
        Job(family, seed, tuple(baselines), seconds, rate, metres, demanding, weights)
        for family in families
        for seed in seeds
    ]
    results: list[Result] = []
    progress(0, len(todo))
    if jobs == 1:
        for done, job in enumerate(todo, start=1):
            results += job()
            progress(done, len(todo))
        return results
    with ProcessPoolExecutor(jobs) as pool:
        for done, found in enumerate(pool.map(_call, todo), start=1):
            results += found
            progress(done, len(todo))
    return results


def _call(job: Job) -> list[Result]:
    return job()
