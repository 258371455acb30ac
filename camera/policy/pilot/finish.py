"""From a flight to a track that can be shot: smooth, clear of everything, composed as flown."""

from __future__ import annotations

import numpy as np

from camera.policy.pilot.flight import Flown
from camera.policy.pilot.motion import SCALE
from camera.pose import Array
from camera.smoothing import smooth
from camera.trajectory import Trajectory

_RIG = "steadicam"
_LAST = 1.0 / 6.0
"""Seconds that a decision's doubt adds up over."""


def finished(flown: Flown) -> Trajectory:
    """The track of a flight.

    Where the pilot was unsure the smoother believes it less: its doubt about speeds, carried over a
    decision's time, is the measurement noise. Afterwards the track is as clear of the set and of
    people as was asked for, continuous in time, and subjects move in the frame as they did, but
    smoothly.
    """
    w, request = flown.wished, flown.wished.request
    rig = request.shot.rig if request.shot.rig not in ("tripod", "handheld") else _RIG
    return smooth(
        flown.trajectory,
        rig,
        noise=_noise(flown),
        world=request.world,
        bodies=w.cast.bodies if len(w.cast.bodies.radii) else None,
        radius=request.radius,
        targets=w.cast.eyes,
    )


def _noise(flown: Flown) -> tuple[Array, Array]:
    """Standard deviations (F,) of position (m) and rotation (rad)."""
    doubt = flown.unsure * SCALE * _LAST
    frames = np.arange(len(flown.trajectory))
    place = np.interp(frames, flown.rows, np.linalg.norm(doubt[:, :3], axis=1))
    turn = np.interp(frames, flown.rows, np.linalg.norm(doubt[:, 3:], axis=1))
    return np.maximum(place, 1e-4), np.maximum(turn, 1e-4)
