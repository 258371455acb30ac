"""The cameras that are compared."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import blake2b
from pathlib import Path

import numpy as np

from camera.bench.damped import damped
from camera.bench.filtered import constant_velocity
from camera.bench.keyframes import keyframed
from camera.bench.layouts import LAYOUTS
from camera.bench.pilots import PILOTS, Learnt, servo
from camera.bench.wishful import aimed, first, place
from camera.families.asking import request as request
from camera.families.case import Case
from camera.pose import exp, multiply
from camera.trajectory import Trajectory

Camera = Callable[[Case], Trajectory]
_NOISE = (0.05, 0.01)  # metres and radians of a hand-made track


def static(case: Case) -> Trajectory:
    """A camera where the wish puts it midway, that never moves."""
    eyes, heading = first(case)
    middle = slice(len(eyes) // 2, len(eyes) // 2 + 1)
    p = place(case, eyes[middle], heading[middle])
    return Trajectory.still(case.times, p[0], aimed(case, p, eyes[middle])[0])


def look_at(case: Case) -> Trajectory:
    """The same place, but it turns with the subject."""
    eyes, _ = first(case)
    p = np.tile(static(case).positions[0], (len(eyes), 1))
    return Trajectory(case.times, p, aimed(case, p, eyes))


def noisy(case: Case) -> Trajectory:
    """The wish followed frame by frame, with the noise of a hand-made track."""
    eyes, heading = first(case)
    name = f"noise/{case.family}/{case.seed}".encode()
    rng = np.random.default_rng(int.from_bytes(blake2b(name, digest_size=8).digest(), "big"))
    p = place(case, eyes, heading)
    q = aimed(case, p, eyes)
    p = p + rng.normal(0, _NOISE[0], p.shape)
    return Trajectory(case.times, p, multiply(q, exp(rng.normal(0, _NOISE[1], p.shape))))


def constant_velocity_rts(case: Case) -> Trajectory:
    """`noisy`, cleaned as published."""
    raw = noisy(case)
    return Trajectory(raw.times, constant_velocity(raw.times, raw.positions), raw.quaternions)


def smoothed(case: Case) -> Trajectory:
    """`noisy`, cleaned by `camera.smooth`."""
    from camera.smoothing import smooth

    return smooth(noisy(case), case.shot.rig if case.shot.rig != "tripod" else "dolly")


def planner(case: Case) -> Trajectory:
    """`camera.planner`."""
    from camera.planner import plan_batch

    return plan_batch([request(case)])[0].trajectory


def witness(case: Case) -> Trajectory:
    """The track that the wish was made from: what is possible."""
    return case.witness


BASELINES: dict[str, Camera] = {
    "static": static,
    "look_at": look_at,
    "game": damped,
    "keyframes": keyframed,
    "noisy": noisy,
    "cv_rts": constant_velocity_rts,
    "smoothed": smoothed,
    "servo": servo,
    "planner": planner,
    "witness": witness,
}
"""Name → camera; ``game`` is the causal one, ``cv_rts`` the published cleaning of ``noisy``."""
LEARNT: dict[str, Learnt] = {**PILOTS, **LAYOUTS}
"""Name → a camera that needs weights."""


def camera_of(name: str, weights: Path | None = None) -> Camera:
    """The camera of a name; ``weights`` is the folder of those that have learnt.

    Raises
    ------
    ValueError
        On an unknown name; or where weights are needed and not there.
    """
    if name in BASELINES:
        return BASELINES[name]
    if name not in LEARNT:
        known = ", ".join([*BASELINES, *LEARNT])
        raise ValueError(f"baseline {name!r} is not known; there are {known}")
    learnt = LEARNT[name]
    if weights is None or not (weights / learnt.file).is_file():
        where = "none are given" if weights is None else f"{weights} has no {learnt.file}"
        raise ValueError(
            f"baseline {name!r} needs weights and {where}; give --weights the folder of "
            f"{learnt.file}, or leave the baseline out"
        )
    path = weights / learnt.file
    return lambda case: learnt.camera(case, path)
