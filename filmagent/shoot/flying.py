"""Moving shots flown twice: as planned, who knows what is to come, and by the pilot, who does not.

Both tracks are measured by one judge, `camera.planner.choose`. The pilot's is taken where it
touches nothing, its picture is no worse, it sees as much, and its price is lower; the take says
who flew it and why.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from camera.planner import checked, choose, travels
from camera.trajectory import Trajectory
from filmagent.documents.settings import CameraName
from filmagent.errors import InputError
from filmagent.shoot.moving import Move, Mover, arrays_of
from filmagent.shoot.usable import shown

if TYPE_CHECKING:
    from camera.policy.pilot import ArrayPilot

PLANNER, PILOT = "planner", "pilot"
_FACES = 0.01
"""Share of its time by which a flown take may show less of what it is for than the planned one."""
_STEP = 3
"""Frames between looks."""


@dataclass(frozen=True)
class Shooting:
    """A setup to be shot on the move: who moves, as planned, and the frames it is meant for."""

    mover: Mover
    planned: Move
    spans: Sequence[tuple[int, int]]

    @property
    def flies(self) -> bool:
        """Whether it is a pilot's: a camera that goes, not one that turns or zooms where it is."""
        shot = self.planned.request.shot
        return travels(shot) or shot.move == "handheld"

    @property
    def used(self) -> tuple[float, float]:
        """Seconds from and to which it is meant to be shown."""
        rate = self.mover.company.rate
        return self.spans[0][0] / rate, (self.spans[-1][1] - 1) / rate


def fly_moves(
    shootings: Sequence[Shooting], camera: CameraName, weights: Path | None
) -> list[Move]:
    """The take of each, by whom ``camera`` says: the planner, the pilot (policy), or the better.

    Parameters
    ----------
    weights
        The pilot's; None where there are none: then ``best`` is the planner.

    Raises
    ------
    InputError
        If the pilot is asked for and the weights are none, or not a pilot's.
    """
    if camera == "planner":
        return [
            _told(s.planned, "flown as planned: the film asks for the planner") for s in shootings
        ]
    if weights is None and camera == "policy":
        raise InputError(
            "The film asks for the pilot (--camera policy), and no weights of one are installed; "
            "choose --camera best or planner."
        )
    if weights is None:
        return [_told(s.planned, "flown as planned: no pilot is installed") for s in shootings]
    flying = [s for s in shootings if s.flies]
    tracks = dict(zip(map(id, flying), _flown(flying, weights), strict=True))
    return [_chosen(s, tracks[id(s)], camera) if id(s) in tracks else s.planned for s in shootings]


def _flown(shootings: Sequence[Shooting], weights: Path) -> list[Trajectory]:
    """The pilot's track of each."""
    if not shootings:
        return []
    # what flies is loaded by the first film that does, not by every command
    from camera.policy.flying import flown

    pilot = _pilot(weights, weights.stat().st_mtime_ns)
    return flown(
        pilot.remembering,
        [s.planned.request for s in shootings],
        [s.planned.track for s in shootings],
        pilot.rate,
    )


@lru_cache(maxsize=1)
def _pilot(weights: Path, changed: int) -> ArrayPilot:
    from camera.policy.pilot import load_array_pilot

    try:
        return load_array_pilot(weights)
    except ValueError as error:
        raise InputError(f"The pilot cannot fly: {error}.") from None


def _chosen(shooting: Shooting, track: Trajectory, camera: CameraName) -> Move:
    """The better of both, or the pilot's wherever it is safe."""
    planned = shooting.planned
    request = planned.request
    choice = choose(request, {PLANNER: planned.track, PILOT: track}, shooting.used)
    lost = _lost(shooting, track)
    pilot = choice.worths[PILOT].figures
    if pilot["crash"]:
        near = f"the pilot would come within {max(pilot['clearance'], 0.0):.2f} m of something"
        return _told(planned, f"flown as planned: {near}")
    if camera == "best" and (choice.name == PLANNER or lost):
        return _told(planned, f"flown as planned: {lost or choice.why}")
    why = choice.why if choice.name == PILOT and not lost else "the film asks for the pilot"
    found = checked(request, track)
    frames, focal = planned.arrays["frames"], planned.focal
    made = replace(
        planned,
        arrays=arrays_of(track, frames, focal),
        reasons=found.reasons,
        given_up=found.given_up,
        track=track,
    )
    return _told(made, f"flown by the pilot: {why}")


def _lost(shooting: Shooting, track: Trajectory) -> str:
    """What a flown take no longer shows of what it is for; "" if nothing."""
    mover, planned = shooting.mover, shooting.planned
    if mover.setup.subjects[0] not in mover.acted:
        return ""
    frames = planned.arrays["frames"]
    asked = np.concatenate([np.arange(a, max(b, a + 1), _STEP) for a, b in shooting.spans])
    asked = asked[(asked >= frames[0]) & (asked <= frames[-1])]
    if not len(asked):
        return ""
    place = (mover.company, mover.acted, mover.frame, mover.place)
    before = shown(mover.setup, planned.arrays, asked, *place).mean()
    after = shown(mover.setup, arrays_of(track, frames, planned.focal), asked, *place).mean()
    if after >= before - _FACES:
        return ""
    what = "the subject" if mover.move == "follow" else "the face"
    return f"the pilot shows {what} {100 * after:.0f} % of the time, the plan {100 * before:.0f} %"


def _told(move: Move, reason: str) -> Move:
    return replace(move, reasons=[*move.reasons, reason])
