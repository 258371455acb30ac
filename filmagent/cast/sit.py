"""Sitting down, being seated, standing up: pelvis over planted feet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from filmagent.cast.rotation import Array, ease
from filmagent.cast.skeleton import OUT, SIDES, Skeleton
from filmagent.cast.steps import Footwork, Plant
from filmagent.cast.walk import Part, stance
from filmagent.documents.seeds import seed as seed_of


@dataclass
class State:
    """A seated body at some frames."""

    ground: Array
    yaw: Array
    seated: Array
    fold: Array


def hip_height(seat: float, skeleton: Skeleton) -> float:
    """Height of the hip joints of somebody on a seat of that height; flesh and cushion give."""
    return seat + skeleton.seat - 0.01


def plants(
    position: Array,
    heading: float,
    seat: float,
    skeleton: Skeleton,
    mark: str,
) -> dict[str, Plant]:
    """Feet of somebody seated: below or just ahead of the knees, one a little farther.

    Keyed by the mark, so that sitting down plants the feet where sitting keeps them.
    """
    rng = np.random.default_rng(seed_of(0, "sit", mark))
    thigh, shank = skeleton.leg
    hip = hip_height(seat, skeleton)
    knee = min(skeleton.ankle_height + 0.985 * shank, hip + 0.03)
    reach = float(np.sqrt(max(thigh**2 - (hip - knee) ** 2, 0.05)))
    # on a high stool the feet hang, or find the rail
    hang = max(0.0, hip - 0.25 * thigh - shank - skeleton.ankle_height)
    out = {}
    for i, side in enumerate(SIDES):
        sign = OUT[side]
        x = sign * (skeleton.hip_half * 1.05 + 0.02 + rng.uniform(0.0, 0.02))
        y = reach - 0.03 + (0.05 if rng.integers(2) == i else -0.03) * rng.uniform(0.4, 1.0)
        out[side] = Plant(
            position[0] + np.cos(heading) * x - np.sin(heading) * y,
            position[1] + np.sin(heading) * x + np.cos(heading) * y,
            heading - sign * np.radians(8),
            position[2] + hang,
        )
    return out


def hold(part: Part, work: Footwork, t: Array) -> State:
    """Seated."""
    for side, plant in _feet(part, part.start_position, part.end_heading).items():
        start = part.segment.start + (0.05 if side == "L" else 0.45)
        part.move(work, side, plant, start, start + 0.36)
    n = len(t)
    return State(
        np.tile(part.start_position[:2], (n, 1)),
        np.full(n, part.end_heading),
        np.ones(n),
        np.zeros(n),
    )


def down(part: Part, work: Footwork, t: Array) -> State:
    """From standing in front of a seat onto it."""
    x, length = _share(part, t)
    turning = abs(part.end_heading - part.heading) > 0.2
    share = 0.5 if turning else 0.3
    begin = part.segment.start + 0.02
    for side, plant in _feet(part, part.end, part.end_heading).items():
        late = (side == "L") == (part.end_heading < part.heading)
        lift = begin + (0.55 * share * length if late else 0.0)
        part.move(work, side, plant, lift, lift + max(0.28, 0.55 * share * length))
    back = ease((x - 0.05) / 0.75)
    lower = ease((x - 0.12) / 0.83)
    yaw = part.heading + (part.end_heading - part.heading) * ease(x / (share + 0.25))
    fold = np.radians(38) * np.sin(np.pi * np.clip((x - 0.02) / 0.96, 0, 1)) ** 2
    return State(_between(part, back), yaw, lower, fold)


def up(part: Part, work: Footwork, t: Array) -> State:
    """From a seat to standing in front of it."""
    x, length = _share(part, t)
    rest = stance(part.end, part.end_heading, part.skeleton, part.key)
    for i, side in enumerate(SIDES):
        lift = part.segment.start + (0.72 + 0.16 * i) * length
        part.move(work, side, rest[side], lift, lift + 0.32)
    forward = ease((x - 0.12) / 0.86)
    rise = ease((x - 0.2) / 0.72)
    yaw = part.heading + (part.end_heading - part.heading) * ease((x - 0.5) / 0.5)
    fold = np.radians(42) * np.sin(np.pi * np.clip(x / 0.92, 0, 1) ** 0.8) ** 2
    return State(_between(part, forward), yaw, 1 - rise, fold)


def _feet(part: Part, position: Array, heading: float) -> dict[str, Plant]:
    height = 0.45 if part.segment.seat_height is None else part.segment.seat_height
    return plants(position, heading, height, part.skeleton, part.segment.mark)


def _share(part: Part, t: Array) -> tuple[Array, float]:
    length = part.segment.end - part.segment.start
    return np.clip((t - part.segment.start) / max(length, 1e-6), 0.0, 1.0), length


def _between(part: Part, share: Array) -> Array:
    a, b = part.start_position[:2], part.end[:2]
    out: Array = a + (b - a) * share[:, None]
    return out
