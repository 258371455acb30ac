"""A pilot: a transformer that films people, closed loop, from what can be known on the set.

====================  ==========================================================================
`load_pilot`          a `Pilot` from safetensors; `save_pilot`
`load_array_pilot`    the same without torch, for a camera at a time: what a film flies with
`fly`                 its closed loop, many scenes side by side: look, decide, move
`finished`            a flight smoothed, clear of everything, and composed
`FilmEnv`             the same as an environment, in gymnasium's manner
`pilot.observation`   what it sees: tokens of the wish, itself, the room, subjects, others
`pilot.surroundings`  rays all round it, and what a step to any side would cost
`pilot.motion`        what its decisions mean; `pilot.safety` makes them touch nothing
`pilot.begin`         where a flight begins: clear, in sight of its subject, already going
`pilot.expert`        lessons from the planner; `pilot.training` learns from them
`pilot.validation`    how well a pilot flies where it learnt to: what chooses between rounds
`servo`               straight to the wish: what learning has to beat
====================  ==========================================================================

It is trained by ``python -m camera.policy.train`` and takes its weights as a path. Importing this
package loads no torch; the first use of what learns does.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from camera.policy.pilot.arrays import ArrayPilot as ArrayPilot
    from camera.policy.pilot.arrays import load_array_pilot as load_array_pilot
    from camera.policy.pilot.config import PilotConfig as PilotConfig
    from camera.policy.pilot.env import FilmEnv as FilmEnv
    from camera.policy.pilot.finish import finished as finished
    from camera.policy.pilot.flight import Flown as Flown
    from camera.policy.pilot.flight import fly as fly
    from camera.policy.pilot.motion import State as State
    from camera.policy.pilot.pilot import Pilot as Pilot
    from camera.policy.pilot.pilot import load_pilot as load_pilot
    from camera.policy.pilot.pilot import save_pilot as save_pilot
    from camera.policy.pilot.straight import servo as servo

_WHERE = {
    "ArrayPilot": "arrays",
    "FilmEnv": "env",
    "Flown": "flight",
    "Pilot": "pilot",
    "PilotConfig": "config",
    "State": "motion",
    "finished": "finish",
    "fly": "flight",
    "load_array_pilot": "arrays",
    "load_pilot": "pilot",
    "save_pilot": "pilot",
    "servo": "straight",
}
__all__ = [
    "ArrayPilot",
    "FilmEnv",
    "Flown",
    "Pilot",
    "PilotConfig",
    "State",
    "finished",
    "fly",
    "load_array_pilot",
    "load_pilot",
    "save_pilot",
    "servo",
]


def __getattr__(name: str) -> Any:
    if name in _WHERE:
        return getattr(import_module(f"camera.policy.pilot.{_WHERE[name]}"), name)
    raise AttributeError(f"module 'camera.policy.pilot' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted([*globals(), *_WHERE])
