"""Cameras that are flown closed loop: a learnt pilot, whole and without each of its parts.

==================  ============================================================================
``pilot``           learnt, corrected, guarded, finished: what is shipped
``pilot_unguarded`` what it decides is flown as decided, and finished without clearing the way
``pilot_unsmoothed`` as flown, guarded: neither calmed nor composed afterwards
``pilot_cloned``    learnt from the planner's own flights alone, guarded and finished
``servo``           nothing learnt: straight to the wish, guarded and finished
==================  ============================================================================

All begin at the same place (`camera.policy.pilot.begin`). camera ships no weights: a row takes them
from the folder that it is given.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from camera.families.asking import request
from camera.families.case import Case
from camera.trajectory import Trajectory

if TYPE_CHECKING:
    from camera.policy.pilot.flight import Decide
    from camera.policy.pilot.pilot import Pilot

_RATE = 6.0
"""Decisions a second of who has not learnt his own."""


@dataclass(frozen=True)
class Learnt:
    """A camera whose weights are given.

    Parameters
    ----------
    file
        Its weights, in the folder of weights.
    camera
        From a case and the weights' path to a track.
    """

    file: str
    camera: Callable[[Case, Path], Trajectory]


def servo(case: Case) -> Trajectory:
    """Straight to the wish, by `camera.policy.pilot.straight`."""
    from camera.policy.pilot.straight import servo as straight

    return flown(case, straight, _RATE)


def flown(
    case: Case, decide: Decide, rate: float, *, guarded: bool = True, smooth: bool = True
) -> Trajectory:
    """The track of one flight."""
    from camera.policy.pilot import finished, fly
    from camera.policy.pilot.begin import begin

    asked = request(case)
    flight = fly(decide, [asked], [begin(asked)], rate, guarded=guarded)[0]
    return finished(flight, clear=guarded) if smooth else flight.trajectory


def _pilot(guarded: bool = True, smooth: bool = True) -> Callable[[Case, Path], Trajectory]:
    def camera(case: Case, weights: Path) -> Trajectory:
        pilot = _loaded(weights)
        decide = pilot.remembering()
        return flown(case, decide, pilot.rate, guarded=guarded, smooth=smooth)

    return camera


@lru_cache(maxsize=4)
def _loaded(weights: Path) -> Pilot:
    from camera.policy.pilot import load_pilot

    return load_pilot(weights)


PILOTS: dict[str, Learnt] = {
    "pilot": Learnt("pilot.safetensors", _pilot()),
    "pilot_unguarded": Learnt("pilot.safetensors", _pilot(guarded=False)),
    "pilot_unsmoothed": Learnt("pilot.safetensors", _pilot(smooth=False)),
    "pilot_cloned": Learnt("pilot_cloned.safetensors", _pilot()),
}
"""Name → a camera that has learnt."""
