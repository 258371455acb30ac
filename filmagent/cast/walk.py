"""Standing, turning on the spot and walking by footprints.

A walk is an arc-length path, a speed with a start and a stop, and footprints: foot k lands when
the body is half a step before its print and leaves when the body is 0.68 past it, which gives
the 60 : 40 stance and swing of human gait (Perry and Burnfield, "Gait Analysis", 2010, ch. 1).
Other styles (`cast.gait`) stand longer or, running, so short that both feet leave the floor.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from filmagent.cast.gait import Style
from filmagent.cast.rotation import Array, ease, smooth, wrap
from filmagent.cast.skeleton import OUT, SIDES, Skeleton
from filmagent.cast.steps import Footwork, Plant, Step
from filmagent.documents import Segment

_TOE_OUT = np.radians(7)
_TRACK = 0.42
"""Half the width of a walk's track, in half hip widths: feet nearly in line."""
_TURNING = 1.45
"""How much wider feet stand in a turn on the spot."""


@dataclass(frozen=True, eq=False)
class Part:
    """One segment in planning."""

    segment: Segment
    heading: float
    """Unwrapped, at its start."""
    end_heading: float
    end: Array
    """(3,) where the next segment begins."""
    rows: NDArray[np.bool_]
    """Frames that are its own."""
    key: int
    skeleton: Skeleton
    style: Style

    @property
    def start_position(self) -> Array:
        """(3,)."""
        return np.array(self.segment.position)

    def move(
        self,
        work: Footwork,
        side: str,
        plant: Plant,
        lift: float,
        land: float,
        stride: float = 0.0,
        slack: float = 0.03,
        high: float = 0.0,
    ) -> None:
        """Plan a step unless the foot already stands within ``slack`` metres of there."""
        now = work.last(side)
        far = np.hypot(plant.x - now.x, plant.y - now.y)
        if far > slack or abs(float(wrap(plant.yaw - now.yaw))) > 0.1 + 2 * slack:
            work.add(side, Step(lift, land, plant, stride, high))


def stance(position: Array, heading: float, skeleton: Skeleton, key: int) -> dict[str, Plant]:
    """Feet of somebody at ease: hip-wide, toes a little out, one foot slightly ahead."""
    rng = np.random.default_rng(key)
    ahead = rng.choice([-1.0, 1.0]) * rng.uniform(0.02, 0.055)
    wide = skeleton.hip_half * rng.uniform(0.92, 1.12)
    plants = {}
    for side in SIDES:
        out = OUT[side]
        x, y = out * wide, 0.0 + out * ahead - 0.015
        plants[side] = Plant(
            position[0] + np.cos(heading) * x - np.sin(heading) * y,
            position[1] + np.sin(heading) * x + np.cos(heading) * y,
            heading - out * (_TOE_OUT + rng.uniform(0.0, 0.09)),
            position[2],
        )
    return plants


def settle(part: Part, work: Footwork) -> None:
    """Small steps at the start of a stand, where the feet are not yet at ease."""
    plants = stance(part.start_position, part.end_heading, part.skeleton, part.key)
    start = part.segment.start + 0.05
    for side in _order(work, plants):
        begin = max(start, work.free(side))
        part.move(work, side, plants[side], begin, begin + 0.36, slack=0.09)
        start = max(start, work.free(side)) if work.free(side) > begin else start


def _order(work: Footwork, plants: dict[str, Plant]) -> list[str]:
    """The foot that is farther from where it should be goes first."""

    def far(side: str) -> float:
        now = work.last(side)
        return float(np.hypot(plants[side].x - now.x, plants[side].y - now.y))

    return sorted(SIDES, key=far, reverse=True)


def turn(part: Part, work: Footwork, t: Array) -> Array:
    """A turn on the spot: yaw at ``t``; feet follow by alternating steps."""
    segment, angle = part.segment, part.end_heading - part.heading
    length = segment.end - segment.start
    lead = 0.12 * length

    def yaw(seconds: Array) -> Array:
        return part.heading + angle * ease((seconds - segment.start) / length)

    if abs(angle) > 0.1:
        count = 2 * max(1, int(np.ceil(abs(angle) / np.radians(65))))
        count = max(2, min(count, 2 * int((length + 0.1) / 0.5)))
        slot = (length - 0.5 * lead) / count
        first = "L" if angle > 0 else "R"
        order = (first, "R" if first == "L" else "L") * (count // 2)
        for k, side in enumerate(order):
            lift = segment.start + 0.5 * lead + k * slot
            final = k >= count - 2
            heading = part.end_heading if final else float(yaw(np.array(lift + 1.4 * slot)))
            plant = stance(part.start_position, heading, part.skeleton, part.key)[side]
            if not final:
                plant = _wider(plant, part.start_position)
            part.move(work, side, plant, lift, lift + min(0.95 * slot, 0.5))
    return yaw(t)


def _wider(plant: Plant, middle: Array) -> Plant:
    """A foot further out: legs that turn need room to pass each other."""
    x, y = (m + _TURNING * (p - m) for p, m in zip((plant.x, plant.y), middle[:2], strict=True))
    return replace(plant, x=float(x), y=float(y))


@dataclass
class GaitState:
    """A walk at some frames."""

    ground: Array
    yaw: Array
    speed: Array
    phase: Array
    stride: Array
    course: Array


class Gait:
    """A planned walk: path, speed, steps."""

    def __init__(self, part: Part) -> None:
        segment = part.segment
        points = np.array(segment.path or [segment.position[:2], tuple(part.end[:2])], float)
        points = np.concatenate([part.start_position[None, :2], points, part.end[None, :2]])
        keep = np.r_[True, np.linalg.norm(np.diff(points, axis=0), axis=1) > 1e-6]
        points = points[keep]
        self.part, self.style = part, part.style
        self.start, self.end = segment.start, segment.end
        self._resample(points)
        self.length = float(self.arc[-1])
        total = self.end - self.start
        self.ramp = float(min(0.45 + self.style.lift, 0.3 * total))
        self.top = self.length / max(total - self.ramp, 1e-6)
        # people lengthen their step with speed; 0.63 m at 1.3 m/s for a leg of 0.8 m
        leg = sum(part.skeleton.leg)
        longest = 0.80 if self.style.lift < 0.15 else 1.05
        wished = (0.29 + 0.26 * self.top) * leg / 0.8 * self.style.step
        wished = float(np.clip(wished, 0.24, longest * leg / 0.8))
        self.count = max(1, round(self.length / wished))
        self.step = self.length / self.count
        self.strength = float(np.clip((self.step - 0.2) / 0.4, 0.15, 1.0))
        self.fine = np.linspace(self.start, self.end, max(8, int(total * 240)))
        self.gone = self._gone(self.fine)

    def _resample(self, points: Array) -> None:
        arc = np.r_[0.0, np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))]
        count = max(4, int(arc[-1] / 0.02) + 1)
        self.arc = np.linspace(0.0, max(float(arc[-1]), 1e-6), count)
        self.path = np.stack([np.interp(self.arc, arc, points[:, k]) for k in (0, 1)], axis=-1)
        # corners of a polyline are not walked sharply; the ends stay where they are
        rounded = smooth(self.path, 6.0)
        share = ease(np.minimum(self.arc, self.arc[-1] - self.arc) / 0.35)[:, None]
        self.path = self.path + (rounded - self.path) * share
        tangent = np.gradient(self.path, axis=0)
        angle = np.unwrap(np.arctan2(-tangent[:, 0], tangent[:, 1]))
        if self.part.segment.manner == "back":
            angle = angle + np.pi
        angle = (
            angle + self.part.heading - float(angle[0]) + float(wrap(angle[0] - self.part.heading))
        )
        self.tangent = smooth(angle, 9.0)

    def _gone(self, t: Array) -> Array:
        """Metres gone at ``t``: minimum-jerk-like ramps around an even speed."""
        total, ramp = self.end - self.start, self.ramp
        x = np.clip(t - self.start, 0.0, total)

        def ramped(y: Array) -> Array:
            # the integral of 3u² − 2u³ over a ramp, then even
            u = np.clip(y / ramp, 0.0, 1.0)
            out: Array = ramp * (u**3 - 0.5 * u**4) + np.maximum(y - ramp, 0.0)
            return out

        # ∫ v·rise(x)·fall(x): the two ramps never overlap
        distance = np.where(
            x < total - ramp, ramped(x), (total - ramp) - ramped(np.maximum(total - x, 0.0))
        )
        return self.top * distance

    def when(self, distance: float) -> float:
        """Second at which so many metres are gone."""
        return float(np.interp(distance, self.gone, self.fine))

    def at(self, t: Array) -> GaitState:
        """The walk at ``t``."""
        s = self._gone(t)
        ground = np.stack([np.interp(s, self.arc, self.path[:, k]) for k in (0, 1)], axis=-1)
        dt = 1 / 120
        speed = (self._gone(t + dt) - self._gone(t - dt)) / (2 * dt)
        vigour = np.clip(speed / max(self.top, 1e-6), 0.0, 1.0) * min(1.0, self.step / 0.62)
        phase = np.pi * (
            s / self.step + self.style.contact[0] - (0 if self.first == "L" else 1) - 1
        )
        ahead = np.interp(s + 0.8, self.arc, self.tangent)
        yaw = self.yaw(t, s)
        return GaitState(ground, yaw, speed, phase, vigour, wrap(ahead - yaw))

    def yaw(self, t: Array, s: Array) -> Array:
        """The pelvis follows the path, from the heading it had to the one it is to have."""
        along = np.interp(s, self.arc, self.tangent)
        into = ease((t - self.start + 0.05) / min(0.7, 0.5 * (self.end - self.start)))
        out = ease((self.end - t) / min(0.7, 0.5 * (self.end - self.start)))
        entry = self.part.heading + (along - self.part.heading) * into
        final = along + wrap(self.part.end_heading - along)
        return final + (entry - final) * out

    @property
    def first(self) -> str:
        """The foot that goes first: inside the turn, else by the segment's seed."""
        bend = float(self.tangent[-1] - self.part.heading)
        if abs(bend) > 0.3:
            return "L" if bend > 0 else "R"
        return "L" if self.part.key % 2 else "R"

    def print_at(self, side: str, k: int) -> Plant:
        """Footprint ``k`` (1 …), (x, y, yaw)."""
        s = min(k * self.step, self.length)
        x, y = (float(np.interp(s, self.arc, self.path[:, i])) for i in (0, 1))
        t = np.array([min(self.when(min(s, self.length)) + 0.02, self.end)])
        yaw = float(self.yaw(t, np.array([s]))[0])
        half = OUT[side] * self.part.skeleton.hip_half * _TRACK * self.style.track
        return Plant(
            x + half * np.cos(yaw),
            y + half * np.sin(yaw),
            yaw - OUT[side] * 0.6 * _TOE_OUT,
            self.part.segment.position[2],
        )


def plan(part: Part, work: Footwork) -> Gait:
    """Plan a walk's steps into ``work``."""
    gait = Gait(part)
    other = {"L": "R", "R": "L"}
    rest = stance(part.end, part.end_heading, part.skeleton, part.key)
    side = gait.first
    lands, leaves = part.style.contact
    for k in range(1, gait.count + 2):
        if k <= gait.count:
            lift = gait.when(max(k - 2 + leaves, 0.0) * gait.step) if k > 1 else gait.start + 0.03
            land = gait.when((k - lands) * gait.step)
        else:
            # the closing step brings the feet together as the body comes to rest
            lift = gait.when(gait.length - max(0.35, 1 - leaves) * gait.step)
            land = max(gait.end + 0.04, lift + 0.34)
        closing = k >= gait.count
        plant = rest[side] if closing else gait.print_at(side, k)
        stride = 0.45 * gait.strength if closing else gait.strength
        high = part.style.lift * gait.strength * (0.6 if closing else 1.0)
        part.move(work, side, plant, lift, max(land, lift + 0.25), stride, high=high)
        side = other[side]
    return gait
