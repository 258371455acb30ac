"""From a family and a seed to a case."""

from __future__ import annotations

from hashlib import blake2b

import numpy as np

from camera.families import actions, people
from camera.families.case import Case
from camera.families.plot import Plot
from camera.families.plots import HELD_OUT, PLOTS, TRAINING
from camera.families.witness import find
from camera.pose import Array

FAMILIES: tuple[str, ...] = TRAINING + HELD_OUT
ACTIONS: tuple[str, ...] = tuple(actions.ACTIONS)
MOVING = ("walk", "chase", "circle")
"""Those in which somebody goes somewhere."""
_PLOTS, _SCENES, _FILMED = 60, 5, 2


def make(
    family: str,
    seed: int,
    *,
    action: str | None = None,
    demanding: bool = False,
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
    demanding
        Only wishes that cannot be kept to all the time: a camera that does hits or loses
        something, and the witness gives way for a while. Otherwise the witness keeps to its wish.
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
    name = f"{family}/demanding" if demanding else family
    choice = MOVING if demanding else ACTIONS
    does = action or choice[_number(name, int(seed), -1) % len(choice)]
    for attempt in range(_PLOTS):
        r = np.random.default_rng(_number(name, int(seed), attempt))
        plot = PLOTS[family](r)
        for _ in range(_SCENES):
            case = _attempt(r, plot, (family, int(seed), does), times, demanding)
            if case is not None:
                return case
    raise ValueError(
        f"seed {seed} of {family} has no {does} of {seconds} s that a camera can "
        "film; take another seed"
    )


def _attempt(
    r: np.random.Generator,
    plot: Plot,
    name: tuple[str, int, str],
    times: Array,
    demanding: bool,
) -> Case | None:
    cast = actions.ACTIONS[name[2]](r, plot, times)
    if cast is None:
        return None
    subjects = len(cast)
    cast = cast + actions.strangers(r, plot, times, cast)
    points, bodies = people.points(cast), people.bodies(cast)
    eyes = points[:, :, :2].mean(axis=2)
    look = np.stack([track.look for track in cast], axis=1)
    heading = np.stack([track.heading for track in cast], axis=1)
    for _ in range(_FILMED):
        found = find(r, times, plot, points, eyes, heading, bodies, subjects, demanding)
        if found is not None:
            shot, wish, lens, line, witness = found
            return Case(
                *name,
                times,
                plot.world,
                bodies,
                points,
                eyes,
                look,
                heading,
                shot,
                wish,
                lens,
                line,
                witness,
            )
    return None


def _number(family: str, seed: int, attempt: int) -> int:
    name = f"{family}/{seed}/{attempt}".encode()
    return int.from_bytes(blake2b(name, digest_size=8).digest(), "big")
