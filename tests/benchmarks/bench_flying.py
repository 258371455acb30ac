"""Who flies the example films' moving shots better, planner or pilot, and what a film then has.

``python tests/benchmarks/bench_flying.py [screenplay …] [--every-move] [--weights FILE]``. Each
film is planned as far as its shot list; then its moving setups, or with ``--every-move`` a setup of
every move on whoever each scene is about, are flown by both and judged by `camera.planner.choose`
over the frames they are for. Floors: a taken track touches nothing, and its framing is no more than
.01 worse than the planner's. Leaves with 1 if one is missed.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from unittest import mock

# as the command line has it
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np

from camera.planner import Choice, Request, choose
from camera.trajectory import Trajectory
from filmagent import shoot
from filmagent.documents import SceneCoverage, Setup
from filmagent.film import Film, make
from filmagent.film.shooting import performances_of
from filmagent.library import policy
from filmagent.shoot import flying

EXAMPLES = Path(__file__).parents[2] / "examples"
FILMS = ("the_spare_key", "night_shift", "the_letter_ar", "the_umbrella_zh")
MOVES = ("push_in", "pull_out", "arc", "truck", "crane", "pedestal", "follow", "lead", "handheld")
FIGURES = ("framing", "ends", "visible", "clearance", "jerk", "course", "size")


def main() -> int:
    """Plan, fly, judge, print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n", maxsplit=1)[0])
    parser.add_argument("screenplays", nargs="*", type=Path)
    parser.add_argument("--every-move", action="store_true")
    parser.add_argument("--weights", type=Path)
    options = parser.parse_args()
    weights = options.weights or policy.weights()
    found: list[tuple[str, Choice, str]] = []
    seconds = flown = 0.0
    for screenplay in options.screenplays or [EXAMPLES / f"{name}.fountain" for name in FILMS]:
        with tempfile.TemporaryDirectory() as folder:
            film = make(screenplay, Path(folder) / "film", until="shotlist")
            for coverage in _covered(film, options.every_move):
                began = time.process_time()
                for setup, choice, reason, lasts in _flown(film, coverage, weights):
                    found.append((f"{screenplay.stem} {setup}", choice, reason))
                    flown += lasts
                seconds += time.process_time() - began
    _print(found)
    print(f"{seconds / flown:.2f} s of one processor to plan, fly and judge a second of shot")
    return _floors(found)


def _covered(film: Film, every: bool) -> Iterator[SceneCoverage]:
    for coverage in film.shotlist.scenes:
        setups = [s for s in coverage.setups if s.move != "static"]
        if every:
            about = next((s for s in coverage.setups if s.kind in ("single", "ots")), None)
            setups = [] if about is None else [_moved(about, move) for move in MOVES]
        if setups:
            yield coverage.model_copy(update={"setups": setups})


def _moved(about: Setup, move: str) -> Setup:
    rigs = {"handheld": "handheld", "crane": "crane", "follow": "steadicam", "lead": "steadicam"}
    words = {
        "id": f"{about.id}_{move}",
        "kind": "follow" if move in ("follow", "lead") else "single",
        "move": move,
        "rig": rigs.get(move, "dolly"),
        "size": "MS",
        "view": "three_quarter",
        "over": "",
        "pair": "",
        "motive": "the bench asks for it",
    }
    return about.model_copy(update=words)


def _flown(
    film: Film, coverage: SceneCoverage, weights: Path
) -> list[tuple[str, Choice, str, float]]:
    """Setup, what the judge found, what the take says, and seconds, of each shot flown."""
    judged: list[tuple[Choice, float]] = []

    def listen(
        request: Request,
        tracks: Mapping[str, Trajectory],
        used: tuple[float, float] | None = None,
    ) -> Choice:
        choice = choose(request, tracks, used)
        judged.append((choice, next(iter(tracks.values())).duration))
        return choice

    timing = film.timing(coverage.scene)
    settings = film.settings
    with mock.patch.object(flying, "choose", listen):
        takes = shoot.shoot(
            coverage,
            timing,
            performances_of(film, timing),
            fps=settings.fps,
            size=settings.size,
            camera="best",
            pilot=weights,
        )
    told = [
        (t.report.setup, r)
        for t in takes
        for r in t.report.reasons
        if r.startswith("flown ") and not t.report.static
    ]
    return [
        (setup, choice, reason, lasts)
        for (setup, reason), (choice, lasts) in zip(told, judged, strict=True)
    ]


def _taken(reason: str) -> str:
    return flying.PILOT if "by the pilot" in reason else flying.PLANNER


def _print(found: list[tuple[str, Choice, str]]) -> None:
    print(f"{'':34} {'taken':8} {'planner ' + ' '.join(FIGURES)} | pilot")
    for shot, choice, reason in found:
        rows = [
            " ".join(f"{choice.worths[who].figures[name]:.3f}" for name in FIGURES)
            for who in (flying.PLANNER, flying.PILOT)
        ]
        print(f"{shot:34} {_taken(reason):8} {rows[0]} | {rows[1]}  {reason}")
    print()
    for who in (flying.PLANNER, flying.PILOT, "taken"):
        figures = [c.worths[_taken(r) if who == "taken" else who].figures for _, c, r in found]
        means = " ".join(f"{n} {np.mean([f[n] for f in figures]):.3f}" for n in FIGURES)
        crash = int(sum(f["crash"] for f in figures))
        print(f"{who:8} {crash} of {len(found)} touch something; means: {means}")
    piloted = sum(_taken(r) == flying.PILOT for *_, r in found)
    print(f"the pilot is taken for {piloted} of {len(found)}")


def _floors(found: list[tuple[str, Choice, str]]) -> int:
    """1 if a taken track touches something that the planner's does not, or frames worse."""
    worst = max(
        c.worths[_taken(r)].figures["framing"] - c.worths[flying.PLANNER].figures["framing"]
        for _, c, r in found
    )
    crash = sum(c.worths[_taken(r)].figures["crash"] for _, c, r in found)
    print(f"worst framing of a taken track against the planner's: {worst:+.4f} frame heights")
    return int(worst > 0.01 or crash > 0)


if __name__ == "__main__":
    sys.exit(main())
