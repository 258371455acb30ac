"""What the pictures of sets and cast show: a set by day, a face, a figure."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from camera.framing import Setup as Stand
from camera.framing import aim, single
from camera.lens import Lens
from camera.pose import facing
from filmagent import shoot, stage
from filmagent.documents import (
    ActorTiming,
    Beat,
    Gaze,
    Placement,
    Scene,
    SceneBlocking,
    SceneCoverage,
    SceneTiming,
    Segment,
    Setup,
    Span,
)
from filmagent.documents.timing import SegmentKind
from filmagent.film.tableaux import FPS, Progress, Tableau, View
from filmagent.library import cast as members
from filmagent.library import npz, sets

WIDE, TALL = (640, 360), (240, 360)
_TALL_ASPECT, _TALL_SENSOR = TALL[0] / TALL[1], 24.0
_NEAR_LENS, _LENS, _FIGURE_LENS, _WIDE_LENS = 85.0, 50.0, 35.0, 24.0
_FIGURE = 2.35
"""Metres that a frame of a whole body shows, top to bottom."""
_TURN = 2.0
"""Seconds each member stands for their pictures."""

# where the casting pictures are shot
_STUDIO, _LIT, _LOOK = "cafe", "door_talk", math.pi
PLAYED_BY = {"performer": "tomas", "partner": "ines"}
_SPAN = Span(first=1, end=2)


def of_set(name: str, root: Path, progress: Progress | None) -> Path:
    """A set as the camera department establishes it, by day."""
    # two people where two people talk give it scale
    spec = sets.load(name).spec
    mark = min((m for m in spec.marks.values() if m.partners), key=lambda m: m.background)
    places = dict(zip(("performer", "partner"), (mark, spec.marks[mark.partners[0]]), strict=True))
    scene = Scene(
        id="1",
        slugline=spec.title,
        people=list(places),
        beats=[Beat(id="1.1", kind="pause", seconds=2.0, span=_SPAN)],
        span=_SPAN,
    )
    blocking = SceneBlocking(
        scene="1",
        set=name,
        placements=[
            Placement(actor=a, mark=m.id, posture="sit" if m.kind == "seat" else "stand")
            for a, m in places.items()
        ],
    )
    timing = stage.schedule(scene, blocking, [], PLAYED_BY, 0)
    tableau = Tableau(root, timing)
    setup = Setup(
        id="1A",
        kind="establishing",
        size="ELS",
        lens_mm=_WIDE_LENS,
        subjects=list(places),
        beats=["1.1"],
    )
    coverage = SceneCoverage(scene="1", setups=[setup])
    take = shoot.shoot(coverage, timing, tableau.performances, fps=FPS, size=WIDE)[0]
    stand = Stand(
        take.arrays["positions"][0],
        take.arrays["quaternions"][0],
        Lens(float(take.arrays["focal_mm"][0]), aspect=WIDE[0] / WIDE[1]),
    )
    view = View(name, 24, stand, float(take.arrays["focus_m"][0]))
    return tableau.pictures([view], WIDE, progress)[0]


def of_members(
    names: Sequence[str], root: Path, progress: Progress | None
) -> dict[str, tuple[Path, Path]]:
    """A portrait and a full figure of each, in the same light."""
    position = sets.load(_STUDIO).spec.marks[_LIT].position
    end = _TURN * len(names)
    actors = []
    for number, name in enumerate(names):
        eyes = np.array([0.0, 0.0, members.load(name).eye_height]) + position
        camera = eyes + 2.0 * facing(_LOOK + 0.2)
        spans: list[tuple[SegmentKind, float, float]] = [
            ("offstage", -1.0, _TURN * number),
            ("stand", _TURN * number, _TURN * (number + 1)),
            ("offstage", _TURN * (number + 1), end + 1.0),
        ]
        actors.append(
            ActorTiming(
                actor=name,
                member=name,
                segments=[
                    Segment(
                        kind=kind, start=a, end=b, position=position, heading=_LOOK,
                        end_heading=_LOOK,
                    )
                    for kind, a, b in spans
                    if b > a
                ],
                gazes=[Gaze(start=-1.0, end=end + 1.0, target="", position=tuple(camera))],
            )
        )  # fmt: skip
    tableau = Tableau(root, SceneTiming(scene="1", set=_STUDIO, duration=end, actors=actors))
    views = []
    for number, name in enumerate(names):
        frame = round((number + 0.6) * _TURN * FPS[0] / FPS[1])
        eyes = np.array([0.0, 0.0, members.load(name).eye_height]) + position
        near = Lens(_NEAR_LENS, aspect=_TALL_ASPECT, sensor_mm=_TALL_SENSOR)
        portrait = single(eyes, _LOOK, near, size="MCU", azimuth=0.3)
        figure, _ = whole(np.array(position), _FIGURE, facing(_LOOK + 0.25), _FIGURE_LENS)
        for kind, stand in (("face", portrait), ("figure", figure)):
            focus = float(np.linalg.norm(stand.position - eyes))
            views.append(View(f"{name}-{kind}", frame, stand, focus, (name,)))
    paths = tableau.pictures(views, TALL, progress)
    return dict(zip(names, zip(paths[::2], paths[1::2], strict=True), strict=True))


def whole(feet: npz.Array, height: float, away: npz.Array, focal: float) -> tuple[Stand, float]:
    """A camera that sees ``height`` metres of somebody up to above the head, and its focus."""
    lens = Lens(focal, aspect=_TALL_ASPECT, sensor_mm=_TALL_SENSOR)
    target = feet + np.array([0.0, 0.0, 2.1 - 0.5 * height])
    position = target + lens.distance_showing(height) * away + np.array([0.0, 0.0, 0.3])
    stand = Stand(position, aim(position, target, np.zeros(2), lens.focal_heights), lens)
    return stand, float(np.linalg.norm(position - target))
