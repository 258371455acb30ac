"""What refining did to the shots of a film: measured, compared with thresholds, written down."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from functools import cache, reduce
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from filmagent.documents.base import write_text
from filmagent.documents.naming import frame_path
from filmagent.refine import motion, passes
from filmagent.refine.metrics import colour, shape, steady
from filmagent.refine.passes import Passes, Picture
from filmagent.refine.sampling import chained

STRETCHES = 6
"""Stretches of neighbouring frames that are measured of a shot."""
LENGTH = 5
"""Frames of a stretch: long enough for a texture to swim."""
_SET = 1
"""The object id of the set, which has no silhouette."""

Stretch = tuple[Sequence[Passes], Sequence[Picture]]
"""Neighbouring frames: the engine's, and refined."""


@dataclass
class ShotReport:
    """Measures of one shot; those of objects by name."""

    setup: str
    excess_warp_error: float = 0.0
    flicker: float = 0.0
    structure: float = 1.0
    silhouette: dict[str, float] = field(default_factory=dict)
    drift: dict[str, float] = field(default_factory=dict)
    identity: dict[str, float] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    """One sentence for each threshold that it misses."""


def measure(
    film: Path,
    shots: Mapping[str, Sequence[int]],
    *,
    refined: Path,
    quality: str = "preview",
    names: Mapping[str, Mapping[int, str]],
    people: Sequence[str],
    meant: Callable[[Picture], Picture] = lambda picture: picture,
) -> list[ShotReport]:
    """Measure the refined frames of shots.

    Parameters
    ----------
    film
        The film folder.
    shots
        Scene frames of each setup.
    refined
        The folder that holds refined setups.
    quality
        The engine frames they were made from.
    names
        What each object id of a setup is called throughout the film; others are not measured.
    people
        Names of those who must not look like one another.
    meant
        What refining is meant to make of the engine's colours, pixel by pixel: a plain look.

    Raises
    ------
    RenderError
        If a frame is missing or damaged.
    """
    read = (
        (
            setup,
            names.get(setup, {}),
            list(_stretches(film, setup, frames, refined, quality, meant)),
        )
        for setup, frames in shots.items()
    )
    return judge(read, people)


def judge(
    shots: Iterable[tuple[str, Mapping[int, str], Sequence[Stretch]]], people: Sequence[str]
) -> list[ShotReport]:
    """Measure shots given as setup, names of object ids and stretches of frames, one at a time."""
    reports, signatures = [], {}
    for setup, names, stretches in shots:
        report, signatures[setup] = _shot(setup, names, stretches)
        reports.append(report)
    drifts = colour.drift(signatures)
    every = [colour.offset(s) for objects in signatures.values() for s in objects.values()]
    film = np.median(every, 0) if every else np.zeros(3)
    known = _people(signatures, people)
    for report in reports:
        report.drift = drifts[report.setup]
        report.identity = colour.identity(signatures[report.setup], known, film)
        report.faults = list(_faults(report))
    return reports


def write(path: Path, reports: Sequence[ShotReport]) -> None:
    """Write reports as JSON, atomically."""
    rounded = json.loads(json.dumps([asdict(r) for r in reports]), parse_float=_short)
    write_text(path, json.dumps(rounded, indent=1) + "\n")


@cache
def thresholds() -> dict[str, float]:
    """What a shot may measure at most (structure and silhouette: at least)."""
    text = Path(__file__).with_name("thresholds.toml").read_text(encoding="utf-8")
    return {name: float(value) for name, value in tomllib.loads(text).items()}


def _shot(
    setup: str, names: Mapping[int, str], stretches: Sequence[Stretch]
) -> tuple[ShotReport, dict[str, colour.Signature]]:
    report = ShotReport(setup)
    seen: dict[str, list[colour.Signature]] = {}
    warp, step, edges = [], [], []
    outlines: dict[str, list[float]] = {}
    for engine, refined in stretches:
        links = [motion.after(*two) for two in pairwise(engine)]
        far, whole = (refined[0], refined[-1]), (engine[0].rgb, engine[-1].rgb)
        warp.append(steady.excess_warp_error(far, whole, reduce(chained, links)))
        step += [
            steady.flicker(shown, (now.rgb, then.rgb), link)
            for shown, (now, then), link in zip(
                pairwise(refined), pairwise(engine), links, strict=True
            )
        ]
        now = engine[0]
        edges.append(shape.structure(refined[0], now))
        for name, signature in colour.signatures(refined[0], now, names).items():
            seen.setdefault(name, []).append(signature)
        for object_id in set(names) - {_SET}:
            overlap = shape.silhouette(refined[0], now, object_id)
            if overlap is not None:
                outlines.setdefault(names[object_id], []).append(overlap)
    if stretches:
        report.excess_warp_error = float(np.mean(warp))
        report.flicker = float(np.max(step))
        report.structure = float(np.mean(edges))
    report.silhouette = {o: float(np.mean(v)) for o, v in outlines.items()}
    return report, {o: colour.mean_signature(s) for o, s in seen.items()}


def _faults(report: ShotReport) -> Iterator[str]:
    limit = thresholds()
    for name in ("excess_warp_error", "flicker"):
        if getattr(report, name) > limit[name]:
            yield f"{name} is {getattr(report, name):.4g}, above {limit[name]:g}"
    if report.structure < limit["structure"]:
        yield f"structure is {report.structure:.3f}, below {limit['structure']:g}"
    for who, value in report.silhouette.items():
        if value < limit["silhouette"]:
            yield f"silhouette of {who} is {value:.3f}, below {limit['silhouette']:g}"
    for name in ("drift", "identity"):
        for who, value in getattr(report, name).items():
            if value > limit[name]:
                yield f"{name} of {who} is {value:.1f}, above {limit[name]:g}"


def _people(
    shots: Mapping[str, Mapping[str, colour.Signature]], people: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    several: dict[str, list[NDArray[np.float64]]] = {}
    for objects in shots.values():
        for name, (_, source) in objects.items():
            if name in people:
                several.setdefault(name, []).append(source)
    return {o: np.mean(s, 0) for o, s in several.items()}


def _stretches(
    film: Path,
    setup: str,
    frames: Sequence[int],
    refined: Path,
    quality: str,
    meant: Callable[[Picture], Picture],
) -> Iterator[Stretch]:
    there = set(frames)
    # a shot shorter than a stretch is not measured
    first = [f for f in sorted(there) if there.issuperset(range(f, f + LENGTH))]
    spread = np.linspace(0, len(first) - 1, min(STRETCHES, len(first))).astype(int)
    for frame in sorted({first[i] for i in spread}):
        numbers = range(frame, frame + LENGTH)
        engine = [passes.read(film / "frames", quality, setup, n) for n in numbers]
        shown = [
            passes.picture(frame_path(refined.parent, refined.name, setup, "rgb", n, "png"))
            for n in numbers
        ]
        yield [replace(e, rgb=meant(e.rgb)) for e in engine], shown


def _short(text: str) -> float:
    return float(f"{float(text):.6g}")
