"""From a family and a seed to a case."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from camera.families import actions, people
from camera.families.case import Case
from camera.families.plots import PLOTS, Plot
from camera.families.witness import find
from camera.pose import Array

TRAINING: tuple[str, ...] = ("room", "street", "corridor", "crowd", "pillars")
"""Families to learn from."""
HELD_OUT: tuple[str, ...] = ("stairs", "forest")
"""Families that nothing is learned or tuned on."""
FAMILIES: tuple[str, ...] = TRAINING + HELD_OUT
ACTIONS: tuple[str, ...] = tuple(actions.ACTIONS)
_PLOTS, _SCENES, _FILMED = 60, 5, 2


def make(
    family: str,
    seed: int,
    *,
    action: str | None = None,
    seconds: float = 10.0,
    rate: float = 24.0,
) -> Case:
    """One case: the same for the same arguments, whatever was made before.

    Parameters
    ----------
    family
        One of `FAMILIES`.
    seed
        Any whole number, 0 or more.
    action
        One of `ACTIONS`; the seed chooses otherwise.
    seconds, rate
        How long, and samples a second.

    Raises
    ------
    ValueError
        On an unknown family or action, a negative seed, or fewer than 8 samples.
    """
    if family not in PLOTS:
        raise ValueError(f"family {family!r} is not known; there are {', '.join(FAMILIES)}")
    if action is not None and action not in actions.ACTIONS:
        raise ValueError(f"action {action!r} is not known; there are {', '.join(ACTIONS)}")
    if seed < 0 or seed != int(seed):
        raise ValueError(f"a seed is a whole number from 0, not {seed}")
    if not (seconds > 0 and rate > 0 and seconds * rate >= 8):
        raise ValueError(f"{seconds} s at {rate} a second are fewer than 8 samples")
    times = np.arange(round(seconds * rate)) / rate
    # the action is the seed's alone, so that what is easy to film is not filmed more often
    does = action or ACTIONS[_number(family, int(seed), -1) % len(ACTIONS)]
    for attempt in range(_PLOTS):
        r = np.random.default_rng(_number(family, int(seed), attempt))
        plot = PLOTS[family](r)
        for _ in range(_SCENES):
            case = _attempt(r, plot, family, int(seed), does, times)
            if case is not None:
                return case
    raise ValueError(
        f"seed {seed} of {family} has no {does} of {seconds} s that a camera can "
        "film; take another seed"
    )


def _attempt(
    r: np.random.Generator, plot: Plot, family: str, seed: int, action: str, times: Array
) -> Case | None:
    cast = actions.ACTIONS[action](r, plot, times)
    if cast is None:
        return None
    subjects = len(cast)
    cast = cast + actions.strangers(r, plot, times, cast)
    points, bodies = people.points(cast), people.bodies(cast)
    eyes = points[:, :, :2].mean(axis=2)
    look = np.stack([track.look for track in cast], axis=1)
    heading = np.stack([track.heading for track in cast], axis=1)
    for _ in range(_FILMED):
        found = find(r, times, plot, points, eyes, heading, bodies, subjects)
        if found is not None:
            scene = (times, plot.world, bodies, points, eyes, look, heading)
            return Case(family, seed, action, *scene, *found)
    return None


def _number(family: str, seed: int, attempt: int) -> int:
    name = f"{family}/{seed}/{attempt}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big")
