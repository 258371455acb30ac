"""Shots flown by a pilot, made ready to be shot.

`camera.policy.pilot.fly` gives what a pilot does, frame by frame; a film wants more: a way as calm
as a crew's, clear of everything, the picture composed from the first frame to the last, and the
life that the shot's rig adds. Every flight begins where the planner's track does, which is
composed and stands well; from there on the pilot only knows what has been.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from camera.planner.composing import composed
from camera.planner.scene import Request
from camera.policy.pilot.finish import CALMEST, calmed
from camera.policy.pilot.flight import Decide, fly
from camera.policy.pilot.motion import State
from camera.pose import Array, heading_of
from camera.smoothing import shake, smooth
from camera.trajectory import Trajectory
from camera.world import Bodies

_INSTANTS = 12.0
"""A second, at which a flight is reckoned."""
_SPARE = 0.03
"""Metres more than asked that a way is kept clear of things by: the rig's life takes some of it."""


def flown(
    deciding: Callable[[], Decide],
    requests: Sequence[Request],
    planned: Sequence[Trajectory],
    rate: float,
) -> list[Trajectory]:
    """A track of each request, flown closed loop from where its planned track begins.

    Each is flown by itself: in a batch the network's last bits, and so a track, would depend on
    which other shots are flown.

    Parameters
    ----------
    deciding
        What gives somebody who decides for one flight: `remembering` of a pilot.
    planned
        A track of each request; the first frames say where, and how fast, its flight begins.
    rate
        Decisions a second.

    Raises
    ------
    ValueError
        If there are not as many tracks as requests; as `camera.policy.pilot.fly`.
    """
    if len(requests) != len(planned):
        raise ValueError(f"{len(planned)} planned tracks for {len(requests)} requests; one each")
    return [_one(deciding(), r, t, rate) for r, t in zip(requests, planned, strict=True)]


def _one(decide: Decide, request: Request, planned: Trajectory, rate: float) -> Trajectory:
    known = _known(request, planned)
    flight = fly(decide, [_coarse(known)], [_start(planned)], rate)[0]
    way = smooth(calmed(flight), CALMEST).resampled(known.scene.times, "smooth")
    # between the instants a way is a curve: it is cleared at every frame, not only at those
    calm = smooth(
        way,
        CALMEST,
        world=known.world,
        bodies=known.scene.bodies,
        radius=known.radius + _SPARE,
    )
    return shake(composed(known, calm), known.shot.rig, known.seed)


def _start(track: Trajectory) -> State:
    return State.along(track.times, track.positions, track.quaternions, np.array([0]))


def _known(request: Request, planned: Trajectory) -> Request:
    """A request as a pilot can fly it: people are somewhere all the time, the side is the plan's.

    An arc goes round the side that its middle is on, so the plan's middle says which way it goes.
    """
    scene = request.scene
    eyes = np.asarray(scene.eyes, np.float64).reshape(len(planned), -1, 3)[:, 0]
    look = np.asarray(scene.look, np.float64).reshape(len(planned), -1)[:, 0]
    middle = len(planned) // 2
    side = float(heading_of(planned.positions[middle] - eyes[middle])) - look[0]
    return replace(
        request,
        scene=replace(scene, bodies=_held(scene.bodies)),
        azimuths=[float(np.angle(np.exp(1j * side)))],
    )


def _coarse(request: Request) -> Request:
    """The same at as few instants as a flight needs, the first and the last among them."""
    scene = request.scene
    times = np.asarray(scene.times, np.float64)
    step = max(int(np.floor(1.0 / _INSTANTS / float(np.median(np.diff(times))) + 1e-6)), 1)
    rows = np.arange(len(times) - 1, -1, -step)[::-1]
    if rows[0] > 0:
        rows = np.append(0, rows)
    bodies, side = scene.bodies, scene.side
    return replace(
        request,
        scene=replace(
            scene,
            times=times[rows],
            eyes=np.asarray(scene.eyes)[rows],
            look=np.asarray(scene.look)[rows],
            others=scene.others if len(scene.others) == 1 else scene.others[rows],
            side=None if side is None else (_rows(side[0], rows), _rows(side[1], rows)),
            bodies=bodies if bodies is None or len(bodies.ends) == 1 else bodies.at(rows),
            points=None if scene.points is None else np.asarray(scene.points)[rows],
        ),
    )


def _rows(values: Array, rows: Array) -> Array:
    """Rows of what may be given once for all."""
    array = np.asarray(values)
    return array[rows] if array.ndim == 2 else array


def _held(bodies: Bodies | None) -> Bodies | None:
    """People who are away held where they were last or will be first; without who never comes.

    A pilot's eye for how people move wants them somewhere all the time, and where somebody goes
    out or comes in is no place for a camera.
    """
    if bodies is None:
        return None
    there = np.isfinite(bodies.ends).all(axis=(2, 3))
    kept = np.flatnonzero(there.any(axis=0))
    ends = bodies.ends[:, kept].copy()
    for number, capsule in enumerate(kept):
        if not there[:, capsule].all():
            ends[:, number] = ends[_nearest(there[:, capsule]), number]
    return Bodies(ends, bodies.radii[kept], bodies.owners[kept])


def _nearest(there: Array) -> Array:
    """For every row the nearest that is there."""
    rows = np.flatnonzero(there)
    return np.asarray(rows[np.abs(rows[None] - np.arange(len(there))[:, None]).argmin(axis=1)])
