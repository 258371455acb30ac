"""From a flight to a track that can be shot: calm, clear of everything, the picture composed.

A pilot knows only what has been, and every sixth of a second decides anew. On a set the way is a
grip's and the picture an operator's, and so it is here: the way is smoothed twice as the calmest
rig that moves, which leaves as little of its haste as a planned one has; then the camera is turned
so that the picture is the one asked for.
"""

from __future__ import annotations

import numpy as np

from camera.planner.composing import composed
from camera.policy.pilot.flight import Flown
from camera.policy.pilot.motion import SCALE
from camera.pose import Array
from camera.smoothing import smooth
from camera.trajectory import Trajectory

CALMEST = "crane"
"""Of the rigs that move, the one that changes its motion least; what a shot's own rig adds to it
is life, and is added afterwards by whoever wants it (`camera.smoothing.shake`)."""
_LAST = 1.0 / 6.0
"""Seconds that a decision's doubt adds up over."""
_TOLD = 1.4
"""Most by which a doubt is more or less than the flight's median: a pilot doubts most where most
happens, and what is not believed there at all is smoothed away."""


def calmed(flown: Flown) -> Trajectory:
    """The track of a flight smoothed once, wherever that leads it.

    Where the pilot was unsure the smoother believes it less: its doubt about speeds, carried over a
    decision's time, is the measurement noise.
    """
    return smooth(flown.trajectory, CALMEST, noise=_noise(flown))


def finished(flown: Flown, *, clear: bool = True) -> Trajectory:
    """The track of a flight.

    Calmed, it is smoothed again, as clear of the set and of people as was asked for, continuous in
    time, and the subjects are where they are wished. Without ``clear`` it is smoothed and composed
    alone, through whatever is there.
    """
    w, request = flown.wished, flown.wished.request
    bodies = w.cast.bodies if clear and len(w.cast.bodies.radii) else None
    world = request.world if clear else None
    calm = smooth(calmed(flown), CALMEST, world=world, bodies=bodies, radius=request.radius)
    return composed(request, calm)


def _noise(flown: Flown) -> tuple[Array, Array]:
    """Standard deviations (F,) of position (m) and rotation (rad)."""
    doubt = flown.unsure * SCALE * _LAST
    frames = np.arange(len(flown.trajectory))
    place = np.linalg.norm(doubt[:, :3], axis=1)
    turn = np.linalg.norm(doubt[:, 3:], axis=1)
    told = []
    for values in (place, turn):
        middle = max(float(np.median(values)), 1e-4)
        near = np.clip(values, middle / _TOLD, middle * _TOLD)
        told.append(np.interp(frames, flown.rows, near))
    return told[0], told[1]
