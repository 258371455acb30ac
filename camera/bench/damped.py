"""A causal game camera: damped follow, composer, deoccluder, as the industry builds them.

It knows the present alone. The follow keeps the wished offset in the subject's heading; the
composer turns only as far as keeps the subject in its dead zone (damped) and soft zone (at once);
the deoccluder pulls the camera along the sightline to before what hides the subject. Damping is
Cinemachine's: of a way x, x(1 − e^{ln(0.01)·dt/τ}) is gone in dt, so that τ seconds leave 1 %.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from camera.bench.wishful import aimed, first, place
from camera.families.case import Case
from camera.pose import Array, azimuth_elevation, from_azimuth_elevation
from camera.trajectory import Trajectory
from camera.world import to_bodies

_RESIDUAL = float(np.log(0.01))


@dataclass(frozen=True)
class Settings:
    """Seconds and zones; these are the best of `tests/benchmarks/bench_damped.py`'s grid."""

    follow: float = 0.3
    turn: float = 0.6
    compose: float = 0.05
    dead: float = 0.0
    """Half size of the zone, frame heights, in which the subject may be without a turn."""
    soft: float = 0.25
    """Half size of the zone that the subject is never let out of."""
    hide: float = 0.2
    """Seconds of damping on the way in, before what hides."""
    back: float = 0.6
    """And on the way back out."""
    radius: float = 0.32


def damped(case: Case, settings: Settings = Settings()) -> Trajectory:
    """The track of a game camera on a case."""
    s = settings
    eyes, heading = first(case)
    dt = float(case.times[1] - case.times[0])
    face, at, pulled = float(heading[0]), place(case, eyes[:1], heading[:1])[0], 0.0
    positions, angles = [], []
    yaw = pitch = 0.0
    for f, (eye, wanted) in enumerate(zip(eyes, heading, strict=True)):
        face += (wanted - face) * _gone(s.turn, dt)
        at = at + (place(case, eye[None], np.array([face]))[0] - at) * _gone(s.follow, dt)
        need = _pull(case, f, at, eye, s.radius)
        tau = s.hide if need > pulled else s.back
        pulled = need if f == 0 else pulled + (need - pulled) * _gone(tau, dt)
        camera = eye + (at - eye) * (1 - pulled)
        ideal = azimuth_elevation(aimed(case, camera[None], eye[None])[0])
        goal = (float(ideal[0]), float(ideal[1]))
        if f == 0:
            yaw, pitch = goal
        yaw += _composed(_short(goal[0] - yaw), case.lens.focal_heights, s, dt)
        pitch += _composed(goal[1] - pitch, case.lens.focal_heights, s, dt)
        positions.append(camera)
        angles.append((yaw, pitch))
    turns = np.array(angles)
    q = from_azimuth_elevation(turns[:, 0], turns[:, 1])
    return Trajectory(case.times, np.array(positions), q)


def _gone(tau: float, dt: float) -> float:
    """Share of a way that is gone in dt."""
    return float(1.0 - np.exp(_RESIDUAL * dt / tau))


def _short(radians: float) -> float:
    return float((radians + np.pi) % (2 * np.pi) - np.pi)


def _composed(off: float, focal: float, s: Settings, dt: float) -> float:
    """Radians to turn by: what is beyond the soft zone at once, beyond the dead zone damped."""
    dead, soft = np.arctan(s.dead / focal), np.arctan(s.soft / focal)
    sign, size = np.sign(off), abs(off)
    at_once = max(size - soft, 0.0)
    slowly = max(min(size, soft) - dead, 0.0) * _gone(s.compose, dt)
    return float(sign * (at_once + slowly))


def _pull(case: Case, frame: int, camera: Array, eye: Array, radius: float) -> float:
    """Share of the way to the subject by which to come nearer, so as to be free and see."""
    share = np.linspace(0.0, 0.85, 18)
    p = camera + share[:, None] * (eye - camera)
    now = case.bodies.at([frame])
    who = case.wish.subjects[0]
    free = (case.world.signed_distance(p)[0] > radius) & (case.world.border(p)[0] > radius)
    free &= to_bodies(p, now) > radius
    sees = case.world.visible(p, np.tile(eye, (len(p), 1)), now, np.full(len(p), who))
    good = free & sees
    if good.any():
        return float(share[np.argmax(good)])
    return float(share[np.argmax(sees)]) if sees.any() else 0.0
