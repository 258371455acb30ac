"""What the measures say of known faults: ``bench_refine_metrics.py [FILM_DIR [SETUP …]]``.

Faults are put into previews of a film (default: a small painted world): each row shows every
measure of its worst shot, and what is above its threshold; the first rows must be quiet.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from filmagent import refine
from filmagent.documents import SceneStage
from filmagent.refine import metrics, passes
from filmagent.refine.metrics.report import LENGTH
from filmagent.refine.passes import Passes

sys.path.insert(0, str(Path(__file__).parents[1] / "refine"))
import moving_world

Picture = NDArray[np.uint8]
Change = Callable[[int, int, Passes], Picture]


def main(words: list[str]) -> None:
    """Print the table."""
    shots = _film(Path(words[0]), words[1:]) if words else _painted()
    people = sorted({n for _, names, _ in shots for i, n in names.items() if i > 1})
    faults: dict[str, Change] = {"perfect": lambda s, n, f: f.rgb}
    for look in refine.names():
        faults[f"look {look}"] = _look(look, shots[0][2][0].rgb.shape)
    faults |= {
        "grain 3 %": lambda s, n, f: _clip(
            f.rgb + np.random.default_rng(n).normal(0, 8, f.rgb.shape)
        ),
        "pump 3 %": lambda s, n, f: _clip(f.rgb * (1.03 if n % 2 else 1.0)),
        "stuck": lambda s, n, f: _clip(f.rgb + _stripes(f.rgb.shape)),
        "hue of shot 2": lambda s, n, f: _clip(f.rgb * [1.12, 1.0, 0.88]) if s == 1 else f.rgb,
        "swap in shot 2": lambda s, n, f: _swapped(f) if s == 1 else f.rgb,
        "shift of shot 2": lambda s, n, f: np.roll(f.rgb, 5, 1) if s == 1 else f.rgb,
    }
    print(
        f"{'':16}{'warp':>9}{'flicker':>9}{'edges':>7}{'outline':>8}{'drift':>7}{'who':>8}"
        "  ms a frame"
    )
    for name, change in faults.items():
        changed = [
            (setup, names, [(frames, [change(s, n, f) for n, f in enumerate(frames)])])
            for s, (setup, names, frames) in enumerate(shots)
        ]
        made = time.perf_counter()
        reports = metrics.judge(changed, people)
        spent = (time.perf_counter() - made) / sum(len(f) for _, _, f in shots)
        worst = [f"{r.setup}: {fault}" for r in reports for fault in r.faults]
        print(
            f"{name:16}{max(r.excess_warp_error for r in reports):9.5f}"
            f"{max(r.flicker for r in reports):9.4f}{min(r.structure for r in reports):7.3f}"
            f"{min((v for r in reports for v in r.silhouette.values()), default=1):8.3f}"
            f"{max((v for r in reports for v in r.drift.values()), default=0):7.2f}"
            f"{max((v for r in reports for v in r.identity.values()), default=0):8.2f}"
            f"  {1000 * spent:.0f} {len(worst)} faults; {'; '.join(worst[:2])}"
        )


def _swapped(frame: Passes) -> Picture:
    """The two largest people in each other's colours."""
    sizes = np.bincount(frame.ids.ravel(), minlength=3)
    sizes[:2] = 0
    one, two = np.argsort(sizes)[-2:]
    shown = frame.rgb.astype(float)
    if sizes[[one, two]].all():
        first, second = (frame.rgb[frame.ids == n].mean(0) for n in (one, two))
        shown[frame.ids == one] += second - first
        shown[frame.ids == two] += first - second
    return _clip(shown)


def _look(name: str, shape: tuple[int, ...]) -> Change:
    grade = refine.Grade((shape[1], shape[0]), refine.load(name))
    return lambda s, n, f: grade(f.rgb, seed=1000 * s + n)


def _painted() -> list[tuple[str, dict[int, str], list[Passes]]]:
    return [
        (shot, moving_world.NAMES, [moving_world.frame(shot, n) for n in range(LENGTH)])
        for shot in "ABC"
    ]


def _film(root: Path, setups: list[str]) -> list[tuple[str, dict[int, str], list[Passes]]]:
    folder = root / "frames" / "preview"
    shots = []
    for setup in setups or sorted(p.name for p in folder.iterdir())[:6]:
        found = sorted(int(p.name.split(".")[1]) for p in (folder / setup).glob("rgb.*.png"))
        start = found[len(found) // 2 - LENGTH]
        frames = [passes.read(root / "frames", "preview", setup, start + k) for k in range(LENGTH)]
        digits = "".join(c for c in setup if c.isdigit())
        stage = SceneStage.read(root / "stage" / f"scene_{digits.zfill(2)}.json")
        names = {1: f"{stage.set_name} {digits}", **{a.object_id: a.id for a in stage.actors}}
        shots.append((setup, names, frames))
    return shots


def _stripes(shape: tuple[int, ...]) -> NDArray[np.float64]:
    return 13 * np.sin(np.add.outer(np.arange(shape[0]), np.arange(shape[1])) / 2.5)[..., None]


def _clip(values: NDArray[np.float64]) -> Picture:
    return np.clip(values + 0.5, 0, 255).astype(np.uint8)


if __name__ == "__main__":
    main(sys.argv[1:])
