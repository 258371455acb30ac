"""What refining did to the shots of a film: measured, compared with thresholds, written down."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass, field, replace
from functools import cache, reduce
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from filmagent.documents.base import write_text
from filmagent.documents.naming import frame_path
from filmagent.errors import RenderError
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
_LEAST = ("structure", "silhouette")
"""Measures whose threshold is what a shot must have at least."""
_SPREAD = {"identity": 5.0}
"""What counts as one threshold's worth where the threshold itself is 0."""


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
    kinds: list[str] = field(default_factory=list)
    """The measures that miss theirs, each once."""
    missed: float = 0.0
    """How far it misses thresholds, in thresholds; 0 where it keeps to all of them."""
    said: str = ""
    """What became of it where a video model painted it more than once."""


@dataclass(frozen=True)
class Seen:
    """A shot as it was looked at: what is measured of it alone, and its colours."""

    report: ShotReport
    colours: Mapping[str, colour.Signature]


@dataclass(frozen=True)
class Where:
    """Where the two versions of a shot lie."""

    film: Path
    refined: Callable[[str, int], Path]
    """The refined picture of a setup's frame."""
    quality: str = "preview"
    meant: Callable[[Picture], Picture] = lambda picture: picture
    """What refining is meant to make of the engine's colours, pixel by pixel: a plain look."""


def look(where: Where, setup: str, frames: Sequence[int], names: Mapping[int, str]) -> Seen:
    """Look at one shot.

    Raises
    ------
    RenderError
        If a frame is missing, damaged, or of another size than the engine's.
    """
    return _shot(setup, names, list(_stretches(where, setup, frames)))


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
    where = Where(
        film,
        lambda setup, n: frame_path(refined.parent, refined.name, setup, "rgb", n, "png"),
        quality,
        meant,
    )
    return settle([look(where, s, f, names.get(s, {})) for s, f in shots.items()], people)


def judge(
    shots: Iterable[tuple[str, Mapping[int, str], Sequence[Stretch]]], people: Sequence[str]
) -> list[ShotReport]:
    """Measure shots given as setup, names of object ids and stretches of frames, one at a time."""
    return settle([_shot(*shot) for shot in shots], people)


def settle(shots: Sequence[Seen], people: Sequence[str]) -> list[ShotReport]:
    """Compare shots with one another and with thresholds: their reports, complete."""
    reports = [deepcopy(shot.report) for shot in shots]
    signatures = {shot.report.setup: shot.colours for shot in shots}
    drifts = colour.drift(signatures)
    every = [colour.offset(s) for objects in signatures.values() for s in objects.values()]
    film = np.median(every, 0) if every else np.zeros(3)
    known = _people(signatures, people)
    for report in reports:
        report.drift = drifts[report.setup]
        report.identity = colour.identity(signatures[report.setup], known, film)
        _judge(report)
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


def _shot(setup: str, names: Mapping[int, str], stretches: Sequence[Stretch]) -> Seen:
    report = ShotReport(setup)
    seen: dict[str, list[colour.Signature]] = {}
    warp, step, edges = [], [], []
    outlines: dict[str, list[float]] = {}
    for engine, refined in stretches:
        links = [motion.after(*two) for two in pairwise(engine)]
        if links:
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
    if warp:
        report.excess_warp_error = float(np.mean(warp))
        report.flicker = float(np.max(step))
    if edges:
        report.structure = float(np.mean(edges))
    report.silhouette = {o: float(np.mean(v)) for o, v in outlines.items()}
    return Seen(report, {o: colour.mean_signature(s) for o, s in seen.items()})


def _judge(report: ShotReport) -> None:
    """Compare a report with thresholds."""
    report.faults, report.kinds, report.missed = [], [], 0.0
    for name, limit in thresholds().items():
        value = getattr(report, name)
        for who, one in value.items() if isinstance(value, dict) else [("", value)]:
            over = limit - one if name in _LEAST else one - limit
            if over <= 0:
                continue
            side = "below" if name in _LEAST else "above"
            owner = f" of {who}" if who else ""
            report.faults.append(f"{name}{owner} is {one:.4g}, {side} {limit:g}")
            report.kinds += [name] if name not in report.kinds else []
            report.missed += over / _SPREAD.get(name, 1 - limit if name in _LEAST else limit)


def _people(
    shots: Mapping[str, Mapping[str, colour.Signature]], people: Sequence[str]
) -> dict[str, NDArray[np.float64]]:
    several: dict[str, list[NDArray[np.float64]]] = {}
    for objects in shots.values():
        for name, (_, source) in objects.items():
            if name in people:
                several.setdefault(name, []).append(source)
    return {o: np.mean(s, 0) for o, s in several.items()}


def _stretches(where: Where, setup: str, frames: Sequence[int]) -> Iterator[Stretch]:
    there = set(frames)
    # a shot shorter than a stretch is one
    length = next((n for n in range(LENGTH, 0, -1) if _starts(there, n)), 0)
    first = _starts(there, length) if length else []
    spread = np.linspace(0, len(first) - 1, min(STRETCHES, len(first))).astype(int)
    for frame in sorted({first[i] for i in spread}):
        numbers = range(frame, frame + length)
        engine = [passes.read(where.film / "frames", where.quality, setup, n) for n in numbers]
        shown = [passes.picture(where.refined(setup, n)) for n in numbers]
        for n, known, picture in zip(numbers, engine, shown, strict=True):
            if picture.shape != known.rgb.shape:
                raise RenderError(
                    f"{where.refined(setup, n)} is {picture.shape[1]}x{picture.shape[0]}, the "
                    f"engine's frame {known.rgb.shape[1]}x{known.rgb.shape[0]}; delete it, and "
                    "run `filmagent refine` on the film."
                )
        yield [replace(e, rgb=where.meant(e.rgb)) for e in engine], shown


def _starts(frames: set[int], length: int) -> list[int]:
    return [f for f in sorted(frames) if frames.issuperset(range(f, f + length))]


def _short(text: str) -> float:
    return float(f"{float(text):.6g}")
