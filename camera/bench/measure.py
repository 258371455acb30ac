"""The figures of one track on one case."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from camera.families.case import Case
from camera.families.people import POINTS
from camera.framing import Camera
from camera.metrics import score, trimmed
from camera.metrics.faces import faced
from camera.pose import Array
from camera.trajectory import Trajectory
from camera.world import Bodies

_CROWN = POINTS.index("crown")
_FACE = tuple(POINTS.index(name) for name in ("eye.L", "eye.R", "mouth"))
_REST = tuple(n for n in range(len(POINTS)) if n != _CROWN)
_SHARED = ("framing_error", "visible", "head_clipped")
"""What is the mean of all subjects; the rest is the first one's."""
_FACING = ("front", "three_quarter")


def measure(track: Trajectory, case: Case) -> dict[str, float]:
    """`camera.score` of the wish's subjects, and ``face_seen`` and ``size`` (a class's number).

    ``framing_error``, ``visible`` and ``head_clipped`` are means over the subjects,
    ``hidden_longest`` is the worst. ``face_seen`` is the share of frames in which the first face
    is seen; NaN where the wish is not from before.
    """
    tables = [_one(track, case, number) for number in range(len(case.wish.subjects))]
    figures = dict(tables[0])
    for name in _SHARED:
        figures[name] = float(np.mean([table[name] for table in tables]))
    figures["hidden_longest"] = max(table["hidden_longest"] for table in tables)
    who = case.wish.subjects[0]
    face = float("nan")
    if case.shot.view in _FACING:
        points = case.points[:, who, _FACE]
        camera = Camera.along(track, case.lens)
        face = float(faced(camera, points, case.world, case.bodies, who).seen.mean())
    figures["face_seen"] = face
    return figures


def over(track: Trajectory, case: Case, metres: float) -> dict[str, float] | None:
    """`measure` until the camera has gone so far; None if it never does."""
    short = trimmed(track, metres)
    if short is None or len(short) < 8:
        return None
    return measure(short, shortened(case, len(short)))


def shortened(case: Case, frames: int) -> Case:
    """The first frames of a case."""

    def first(values: Array) -> Array:
        return values[:frames]

    b = case.bodies
    return replace(
        case,
        times=first(case.times),
        bodies=Bodies(first(b.ends), b.radii, b.owners),
        points=first(case.points),
        eyes=first(case.eyes),
        look=first(case.look),
        heading=first(case.heading),
        line=None if case.line is None else (first(case.line[0]), first(case.line[1])),
    )


def _one(track: Trajectory, case: Case, number: int) -> dict[str, float]:
    who, wish = case.wish.subjects[number], case.wish
    body = case.points[:, who]
    ordered = np.concatenate([case.eyes[:, who, None], body[:, [_CROWN]], body[:, _REST]], axis=1)
    return score(
        track,
        case.lens,
        ordered,
        wished=wish.screen[number],
        size=case.shot.size,
        look=case.heading[:, who],
        azimuth=wish.azimuth,
        elevation=wish.elevation,
        line=case.line,
        world=case.world,
        bodies=case.bodies,
        owner=who,
    )
