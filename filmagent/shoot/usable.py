"""When a take shows whom it is for: the frames that can be used, and what is said of the rest.

Cameras that stand still are solved on how people stand; what people do there, and what a moving
camera passes, is known only when both are put together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from camera.pose import Array
from filmagent.documents import Setup
from filmagent.shoot.arrangement import Company
from filmagent.shoot.candidates import Candidates, Frame, obstructed
from filmagent.shoot.faces import body, faces, filmed
from filmagent.shoot.people import Figure
from filmagent.shoot.place import Place

_STEP = 3
"""Frames between looks."""
_SHORT = 1.0
"""Seconds of the shortest piece that can be used."""
_GLANCE = {"still": 1.5, "moving": 0.6}
"""Seconds a face may be away within a piece: people look about, moving cameras pass posts."""
_MOSTLY = 0.6
"""Share of a piece that must show what it is for: glances alone make none."""
_BODY_SEEN = 0.8
"""Share of a body that must be seen where its face is not what a take is for."""
_IN_THE_WAY = 0.12
"""Share of a moving frame that things well before the subject may fill."""
_ASIDE = ("profile", "back")


def usable(
    setup: Setup,
    arrays: Mapping[str, Array],
    ranges: Sequence[tuple[int, int]],
    company: Company,
    acted: Mapping[str, Figure],
    frame: Frame,
    place: Place,
) -> tuple[list[tuple[int, int]], list[str]]:
    """The parts of ``ranges`` in which the subject is seen, and a sentence for each that is not.

    People without a performance are taken to be seen. If nothing can be used, the ranges stay.
    """
    subject = setup.subjects[0] if setup.subjects else ""
    if subject not in acted or setup.kind not in ("single", "reaction", "ots", "follow"):
        return list(ranges), []
    moving = setup.move != "static"
    glance = _GLANCE["moving" if moving else "still"] * company.rate
    least = _SHORT * company.rate
    found: list[tuple[int, int]] = []
    lost: list[tuple[int, int]] = []
    for start, end in ranges:
        frames = np.arange(start, max(end, start + 1), _STEP)
        good = shown(setup, arrays, frames, company, acted, frame, place)
        kept = [
            (a, min(b, end))
            for a, b in _runs(frames, good, glance)
            if min(b, end) - a >= min(least, end - start)
            and good[(frames >= a) & (frames < b)].mean() >= _MOSTLY
        ]
        found += kept
        edges = [start, *(x for run in kept for x in run), end]
        lost += [
            (a, b) for a, b in zip(edges[::2], edges[1::2], strict=True) if b - a > 0.2 * least
        ]
    what = "the subject is out of sight" if _behind(setup) else "the face is turned away"
    if not found:
        return list(ranges), [f"{what} or hidden for most of the time"]
    return found, [
        f"{what} or covered from {a / company.rate:.1f} to {b / company.rate:.1f} s: not for use"
        for a, b in lost
    ]


def shown(
    setup: Setup,
    arrays: Mapping[str, Array],
    frames: Array,
    company: Company,
    acted: Mapping[str, Figure],
    frame: Frame,
    place: Place,
) -> Array:
    """Whether (F,) a take shows what it is for at scene frames: the face, or who is followed."""
    rows = np.clip(frames - int(arrays["frames"][0]), 0, len(arrays["frames"]) - 1)
    camera = filmed(arrays, rows, frame)
    at = np.clip(frames - company.first, 0, company.end - company.first - 1)
    people = [Figure(f.actor, {k: v[at] for k, v in f.points.items()}) for f in acted.values()]
    whose = list(acted).index(setup.subjects[0])
    if _behind(setup):
        good = body(camera, people, whose, place) >= _BODY_SEEN
    else:
        good = faces(camera, people, whose, place).seen
    if setup.move in ("follow", "lead"):
        cameras = Candidates(
            camera.positions, camera.quaternions, arrays["focal_mm"][rows], np.zeros(len(at))
        )
        distance = np.linalg.norm(camera.positions - people[whose].eyes, axis=1)
        before, _ = obstructed(cameras, frame, place, np.nan_to_num(distance, nan=2.0))
        good &= before <= _IN_THE_WAY
    return np.asarray(good)


def _behind(setup: Setup) -> bool:
    """Whether a setup is not for a face: seen from behind or the side."""
    return setup.view in _ASIDE or setup.move == "follow"


def _runs(frames: Array, good: Array, glance: float) -> list[tuple[int, int]]:
    """Runs [start, end) of good frames; bad ones no longer than a glance between them are kept."""
    runs: list[tuple[int, int]] = []
    for at in frames[good]:
        if runs and at - runs[-1][1] <= glance:
            runs[-1] = (runs[-1][0], int(at) + _STEP)
        else:
            runs.append((int(at), int(at) + _STEP))
    return runs


__all__ = ["shown", "usable"]
