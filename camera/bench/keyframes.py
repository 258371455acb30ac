"""A spline through keyframes that somebody set with care: each is free and sees the subject."""

from __future__ import annotations

import numpy as np
from scipy.interpolate import CubicSpline

from camera.bench.wishful import aimed, first, place
from camera.families.case import Case
from camera.pose import Array, azimuth_elevation, from_azimuth_elevation
from camera.trajectory import Trajectory
from camera.world import to_bodies

_EVERY = 2.0  # seconds between keyframes
_AIR = 0.35


def keyframed(case: Case) -> Trajectory:
    """The track: cubic between keyframes in place, heading and tilt."""
    eyes, heading = first(case)
    count = max(round((case.times[-1] - case.times[0]) / _EVERY), 1) + 1
    keys = np.linspace(0, len(case.times) - 1, count).astype(int)
    positions = np.stack([_set(case, int(k), eyes, heading) for k in keys])
    yaw, pitch, _ = azimuth_elevation(aimed(case, positions, eyes[keys]))
    way = np.concatenate([positions, np.unwrap(yaw)[:, None], pitch[:, None]], axis=1)
    rests = "natural" if count > 2 else "not-a-knot"
    track = CubicSpline(case.times[keys], way, bc_type=rests)(case.times)
    q = from_azimuth_elevation(track[:, 3], track[:, 4])
    return Trajectory(case.times, track[:, :3], q)


def _set(case: Case, frame: int, eyes: Array, heading: Array) -> Array:
    """The place nearest to the wish that is free and sees the eyes."""
    turn = np.linspace(-1.2, 1.2, 25)
    near = np.array([1.0, 0.9, 1.15, 0.75, 0.6])
    e = eyes[frame]
    ideal = place(case, np.tile(e, (25, 1)), heading[frame] + turn)
    p = (e + near[:, None, None] * (ideal - e)).reshape(-1, 3)
    cost = (np.abs(np.log(near))[:, None] * 2 + np.abs(turn)).ravel()
    now = case.bodies.at([frame])
    free = np.minimum(case.world.signed_distance(p)[0], case.world.border(p)[0])
    free = np.minimum(free, to_bodies(p, now)) > _AIR
    who = np.full(len(p), case.wish.subjects[0])
    sees = case.world.visible(p, np.tile(e, (len(p), 1)), now, who)
    cost = cost + 10.0 * ~free + 10.0 * ~sees
    return np.asarray(p[np.argmin(cost)])
