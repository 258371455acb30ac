"""One actor's body over a scene: contiguous segments, built forward in time."""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

import numpy as np

from filmagent.documents.timing import Segment
from filmagent.stage.clock import grid
from filmagent.stage.navigation import Array, Point, heading_of, length, wrapped

GROWN = 1.7
"""Metres tall a body is taken for where nothing is known of it."""
_PACE = 1.3
"""Metres a second of an unhurried grown body."""
_STARTING = 0.4
"""Seconds a walk takes longer than its length at full pace, for starting and stopping."""
SIT_SECONDS, STAND_SECONDS = 1.6, 1.4
PACES = {"run": 2.1, "hurry": 1.32, "stroll": 0.76, "trudge": 0.66, "sneak": 0.52, "back": 0.5}
"""Speed of a walk by its manner, against the body's own pace."""


def pace_of(height: float) -> float:
    """Unhurried walking speed of a body of some height, m/s.

    Legs of any length walk alike at the same v² / (g·l), a Froude number of about 0.2
    (R. M. Alexander, "The gaits of bipedal and quadrupedal animals", Int. J. Robotics Res. 3(2),
    1984): speed goes with the root of the height.
    """
    return _PACE * math.sqrt(height / GROWN)


def turning(angle: float) -> float:
    """Seconds to turn on the spot by an angle."""
    return 0.25 + 0.35 * abs(angle)


@dataclass
class Where:
    """A body at a moment."""

    point: Point
    heading: float
    kind: str
    height: float = GROWN
    """Of the body when it stands, metres."""


@dataclass
class Track:
    """A body's segments so far; ``time`` is where the last one ends.

    Parameters
    ----------
    begin
        First second, −handle.
    pace
        Walking speed, m/s.
    height
        Of the body when it stands, metres.
    """

    actor: str
    member: str
    begin: float
    point: Point
    z: float = 0.0
    heading: float = 0.0
    kind: str = "stand"
    mark: str = ""
    seat_height: float | None = None
    pace: float = _PACE
    height: float = GROWN
    manner: str = ""
    """How the next walks are walked (`PACES`)."""
    extra: bool = False
    segments: list[Segment] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.time = self.begin

    @property
    def present(self) -> bool:
        """Whether the body is on the set at the end of its track."""
        return self.kind != "offstage"

    def wait(self, until: float) -> None:
        """Stay as one is until a time; does nothing if that is past."""
        until = grid(until)
        if until <= self.time + 1e-3:
            return
        last = self.segments[-1] if self.segments else None
        if last is not None and last.kind == self.kind:
            last.end = until
            self.time = last.end
        else:
            self._add(self.kind, until, self.heading)

    def back_to(self, at: float) -> None:
        """Cut short the waiting that ends the track."""
        at = grid(at)
        if self.segments and self.segments[-1].kind == self.kind and at < self.time:
            if at > self.segments[-1].start + 1e-3:
                self.segments[-1].end = at
                self.time = self.segments[-1].end
            elif len(self.segments) == 1:
                self.segments.pop()
                self.time = self.begin

    def turn(self, heading: float, least: float = math.radians(8)) -> None:
        """Turn on the spot to a heading."""
        angle = wrapped(heading - self.heading)
        if abs(angle) >= least:
            self._add("turn", self.time + turning(angle), self.heading + angle)

    def walk(self, path: Array, seconds: float | None = None) -> None:
        """Walk along a path that begins where the body is."""
        if len(path) < 2 or length(path) < 0.05:
            return
        along = self._facing(path[min(3, len(path) - 1)] - path[0])
        if self.kind != "offstage":
            self.turn(along, math.radians(35))
        took = seconds if seconds is not None else self.walk_seconds(path)
        self._walk(path, along, self.time + took)

    def walk_seconds(self, path: Array) -> float:
        """How long a path takes at this body's pace."""
        return length(path) / (self.pace * PACES.get(self.manner, 1.0)) + _STARTING

    def _walk(self, path: Array, along: float, end: float) -> None:
        arrived = self._facing(path[-1] - path[max(len(path) - 4, 0)])
        self.kind = "stand"
        self.heading = along
        self._add("walk", end, arrived, path)
        self.point = (float(path[-1][0]), float(path[-1][1]))
        self.mark = ""

    def _facing(self, way: Array) -> float:
        """The heading of somebody who goes that way."""
        return wrapped(heading_of(way) + (math.pi if self.manner == "back" else 0.0))

    def redirect(self, path: Array) -> None:
        """Walk another path, from the same start, instead of the walk that ends the track."""
        walk = self.segments.pop()
        self.time = walk.start
        self.point = (walk.position[0], walk.position[1])
        self._walk(path, walk.heading, self.time + self.walk_seconds(path))

    def walked(self, at: float) -> float:
        """Metres of the walk that ends the track done by a time."""
        walk = self.segments[-1]
        full = length(np.array(walk.path))
        share = (at - walk.start) / max(walk.end - walk.start, 1e-6)
        return full * min(max(share, 0.0), 1.0)

    def walking(self, at: float) -> bool:
        """Whether the track ends in a walk that is still going on at a time."""
        self._drop_turns_after(at)
        return bool(self.segments) and self.segments[-1].kind == "walk" and self.time > at

    def _drop_turns_after(self, at: float) -> None:
        while (
            len(self.segments) > 1
            and self.segments[-1].kind in ("turn", "stand")
            and self.segments[-1].start > at
            and self.segments[-2].kind == "walk"
        ):
            self.segments.pop()
            last = self.segments[-1]
            self.time, self.heading = last.end, last.end_heading

    def halt(self, at: float) -> None:
        """Stop a walk that is going on, a step later."""
        walk = self.segments.pop()
        stop = min(at + 0.45, walk.end)
        path = np.array(walk.path)
        done = length(path) * (stop - 0.2 - walk.start) / max(walk.end - walk.start, 1e-6)
        kept = first_metres(path, max(done, min(0.3, length(path))))
        self.time = walk.start
        self.point = (walk.position[0], walk.position[1])
        self._walk(kept, walk.heading, stop)

    def sit_down(self, mark: str, seat: Point, z: float, heading: float, height: float) -> None:
        """Sit down on a seat just behind one's feet."""
        self.turn(heading)
        self._add("sit_down", self.time + SIT_SECONDS, heading, mark=mark, seat=height)
        self.kind, self.mark, self.seat_height = "sit", mark, height
        self.point, self.z, self.heading = seat, z, heading

    def stand_up(self, feet: Point) -> None:
        """Stand up from a seat onto one's feet in front of it."""
        self._add("stand_up", self.time + STAND_SECONDS, self.heading)
        self.kind, self.mark, self.seat_height, self.point = "stand", "", None, feet

    def leave(self) -> None:
        """Be out of sight from now on."""
        self.kind, self.mark = "offstage", ""

    def finish(self, end: float) -> None:
        """Cover everything up to ``end``, and nothing after it."""
        self.wait(end)
        while self.segments and self.segments[-1].start >= end - 1e-9:
            self.segments.pop()
        last = self.segments[-1]
        if last.end > end + 1e-9:
            if last.kind == "walk":
                path = np.array(last.path)
                share = (end - last.start) / (last.end - last.start)
                kept = first_metres(path, length(path) * share)
                last.path = [(float(x), float(y)) for x, y in kept]
                last.end_heading = heading_of(kept[-1] - kept[max(len(kept) - 4, 0)])
            last.end = end
        self.time = end

    def at(self, time: float) -> Where:
        """The body at a time; before and after the track, its first and last state."""
        for segment in self.segments:
            if segment.start <= time < segment.end:
                return replace(_within(segment, time), height=self.height)
        if self.segments and time < self.segments[0].start:
            return replace(_within(self.segments[0], self.segments[0].start), height=self.height)
        return Where(self.point, self.heading, self.kind, self.height)

    def _add(
        self,
        kind: str,
        end: float,
        end_heading: float,
        path: Array | None = None,
        mark: str = "",
        seat: float | None = None,
    ) -> None:
        end = max(grid(end), grid(self.time + 1 / 600))
        self.segments.append(
            Segment(
                kind=kind,  # type: ignore[arg-type]
                start=self.time,
                end=end,
                position=(*self.point, self.z),
                heading=wrapped(self.heading),
                end_heading=wrapped(end_heading),
                path=[] if path is None else [(float(x), float(y)) for x, y in path],
                mark=mark or self.mark,
                seat_height=seat if seat is not None else self.seat_height,
                manner=self.manner if kind == "walk" else "",
            )
        )
        self.time = self.segments[-1].end
        self.heading = wrapped(end_heading)


def _within(segment: Segment, time: float) -> Where:
    share = (time - segment.start) / max(segment.end - segment.start, 1e-9)
    turn = wrapped(segment.end_heading - segment.heading)
    point = (segment.position[0], segment.position[1])
    if segment.kind == "walk" and len(segment.path) > 1:
        path = np.array(segment.path)
        index = min(int(share * (len(path) - 1)), len(path) - 2)
        rest = share * (len(path) - 1) - index
        here = path[index] * (1 - rest) + path[index + 1] * rest
        ahead = path[min(index + 3, len(path) - 1)] - path[max(index - 1, 0)]
        turned = math.pi if segment.manner == "back" else 0.0
        return Where((float(here[0]), float(here[1])), wrapped(heading_of(ahead) + turned), "walk")
    return Where(point, wrapped(segment.heading + turn * share), segment.kind)


def first_metres(path: Array, metres: float) -> Array:
    """The first metres of a polyline."""
    along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
    metres = min(max(metres, 0.0), float(along[-1]))
    end = np.array([np.interp(metres, along, path[:, k]) for k in (0, 1)])
    kept = path[along < metres - 1e-6]
    return np.vstack([kept, end]) if len(kept) else np.vstack([path[0], end])
