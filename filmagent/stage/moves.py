"""Cues that move a body, played onto its track."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from filmagent.documents.blocking import Cue
from filmagent.documents.checks import WALKS
from filmagent.library.sets import Door
from filmagent.stage.meeting import Meeting
from filmagent.stage.navigation import Array, Point, heading_of, length, resample
from filmagent.stage.places import Places
from filmagent.stage.tracks import Track

_BEHIND = 1.2
"""Metres from whom one follows at which one stops (1–1.4 m)."""
_AT_THE_DOOR = 0.6
"""Seconds of the way outside a door that are still, or already, in sight."""
_INSIDE = 0.9
"""Metres inside a door where somebody who only comes in stops."""


@dataclass(frozen=True)
class Played:
    """When a cue was played."""

    start: float
    end: float


class Moves(Meeting):
    """Plays moving cues. ``problems`` collects what the floor did not allow."""

    def __init__(self, places: Places):
        super().__init__(places)
        self._following: dict[str, str] = {}
        self.open_walks: set[str] = set()
        """Cues of walks that somebody later stops: they lead on past their mark."""
        self._left: dict[str, float] = {}
        """When somebody who goes out is through the door."""
        self._play: dict[str, Callable[[Cue, Track, float], None]] = {
            "exit": self._exit,
            **dict.fromkeys(WALKS, self._go),
            "follow": self._follow,
            "sit": self._sit,
            "stand": self._stand,
            "turn": self._turn,
            "stop": self._stop,
        }

    def play(self, cue: Cue, at: float) -> Played:
        """Play a cue from a time on, or as soon as the body is free after it."""
        track = self.tracks[cue.actor]
        track.manner = cue.action if cue.action in WALKS[1:] else ""
        if cue.action == "enter":
            self._enter(cue, track, at)
            return Played(at, track.time)
        going = track.walking(at)
        if not going and cue.action != "stop":
            track.wait(at)
        start = at if going else max(track.time, at)
        self._play[cue.action](cue, track, at)
        if cue.action == "exit" and cue.actor in self._left:
            return Played(start, min(self._left[cue.actor], track.time))
        return Played(start, track.time)

    # coming and going

    def _enter(self, cue: Cue, track: Track, at: float) -> None:
        door = self.places.doors.get(cue.target)
        if door is None or track.present:
            return
        through = self._through(door)
        inside = (door.position[0], door.position[1])
        h = door.heading
        wish = (inside[0] - _INSIDE * math.sin(h), inside[1] + _INSIDE * math.cos(h))
        goal = self.places.way.spot(wish, self.places.taken(cue.actor))
        # the way up to the door is out of sight: it is walked before the cue
        track.back_to(at - max(length(through) / track.pace - _AT_THE_DOOR, 0.0))
        track.wait(at - max(length(through) / track.pace - _AT_THE_DOOR, 0.0))
        track.point, track.z = (door.outside[0], door.outside[1]), door.position[2]
        track.heading = heading_of(through[1] - through[0])
        way = self._way(track, inside, goal, at)
        way = self.places.way.join(through, way)
        self._let_pass(track, way)
        track.walk(way)
        self._entered[cue.actor] = (track.segments[-1].start, length(through))

    def _exit(self, cue: Cue, track: Track, at: float) -> None:
        door = self.places.doors.get(cue.target)
        if door is None or not track.present:
            return
        inside = (door.position[0], door.position[1])
        self._rise(track, inside)
        self._walk_to(track, inside, at, then=self._through(door)[::-1])
        through = length(self._through(door)) / track.pace
        self._left[cue.actor] = track.time - max(through - _AT_THE_DOOR, 0.0)
        track.leave()

    def _through(self, door: Door) -> Array:
        """The way from out of sight to just inside a door."""
        outside, inside = (door.outside[0], door.outside[1]), (door.position[0], door.position[1])
        path = self.places.way.path(outside, inside)
        if path is None or length(path) < 0.05:
            return resample(np.array([outside, inside]))
        return path

    # walking

    def _go(self, cue: Cue, track: Track, at: float) -> None:
        places = self.places
        self._following.pop(cue.actor, None)
        if not track.present:
            return
        if cue.target in self.tracks:
            self._rise(track, self.tracks[cue.target].point)
            goal = places.beside(cue.actor, cue.target)
            self._walk_to(track, goal, at)
            self._settle(track, places.facing(cue.actor, cue.target, track.time))
        elif cue.target in places.marks:
            mark = places.marks[cue.target]
            goal = places.approach(mark, track.point)
            self._rise(track, goal)
            if cue.id in self.open_walks:
                goal = self._onward(track.point, goal)
            goal = places.way.spot(goal, places.taken(cue.actor))
            self._walk_to(track, goal, at)
            track.mark = mark.id
            company = self._partner(track, mark.partners)
            facing = places.facing(cue.actor, company, track.time) if company else mark.heading
            self._settle(track, facing)
        elif cue.target in places.doors:
            door = places.doors[cue.target]
            h = door.heading
            near = (door.position[0] - 0.6 * math.sin(h), door.position[1] + 0.6 * math.cos(h))
            self._rise(track, near)
            self._walk_to(track, places.way.spot(near, places.taken(cue.actor)), at)
        else:
            self._stroll(track, at)

    def _follow(self, cue: Cue, track: Track, at: float) -> None:
        target = self.tracks.get(cue.target)
        if target is None or not track.present:
            return
        if not target.present:
            # after somebody who has gone: out by the same way
            door = min(
                self.places.doors.values(),
                key=lambda d: (math.dist(d.outside[:2], target.point), d.id),
            )
            self._exit(cue.model_copy(update={"target": door.id}), track, at)
            return
        self._rise(track, target.point)
        self._following[cue.actor] = cue.target
        # whoever wants to catch up hurries
        track.pace = max(track.pace, 1.08 * target.pace)
        goal = self._behind(track, target)
        self._walk_to(track, goal, at)
        self._settle(track, self.places.facing(cue.actor, cue.target, track.time))

    def _behind(self, track: Track, target: Track) -> Point:
        last = target.segments[-1] if target.segments else None
        if last is not None and last.kind == "walk" and length(np.array(last.path)) > _BEHIND:
            path = np.array(last.path)
            along = np.r_[0.0, np.cumsum(np.hypot(*np.diff(path, axis=0).T))]
            stop = along[-1] - _BEHIND
            wish = (
                float(np.interp(stop, along, path[:, 0])),
                float(np.interp(stop, along, path[:, 1])),
            )
        else:
            back = np.subtract(track.point, target.point)
            back = back / max(float(np.hypot(*back)), 1e-9) * _BEHIND
            wish = (target.point[0] + float(back[0]), target.point[1] + float(back[1]))
        return self.places.way.spot(wish, self.places.taken(track.actor), apart=0.9)

    # postures and turns

    def _sit(self, cue: Cue, track: Track, at: float) -> None:
        mark = self.places.marks.get(cue.target)
        if mark is None or mark.kind != "seat" or track.kind == "sit" or not track.present:
            return
        sitting = [a for a, t in self.tracks.items() if t.mark == mark.id and t.kind == "sit"]
        if sitting:
            self.problems.append(f"{cue.actor} stays standing: {sitting[0]} sits on {mark.id}.")
            return
        self._following.pop(cue.actor, None)
        feet = self.places.feet(mark)
        self._walk_to(track, self.places.approach(mark, track.point), at, then=np.array([feet]))
        track.sit_down(
            mark.id,
            (mark.position[0], mark.position[1]),
            mark.position[2],
            mark.heading,
            mark.seat_height or 0.45,
        )

    def _stand(self, cue: Cue, track: Track, at: float) -> None:
        if track.kind == "sit":
            track.stand_up(self.places.feet(self.places.marks[track.mark]))

    def _turn(self, cue: Cue, track: Track, at: float) -> None:
        if track.kind != "stand":
            return
        heading = self.places.facing(cue.actor, cue.target, max(at, track.time))
        self._settle(track, heading if heading is not None else track.heading + math.pi * 0.75)

    def _stop(self, cue: Cue, track: Track, at: float) -> None:
        self._following.pop(cue.actor, None)
        if not track.walking(at):
            return
        at = self._clear_stop(track, at)
        if track.time <= at + 0.5:
            return
        track.halt(at)
        for follower, followed in self._following.items():
            chaser = self.tracks[follower]
            if followed == cue.actor and chaser.walking(at):
                self._walk_to(chaser, self._behind(chaser, track), at)
                self._settle(chaser, self.places.facing(follower, followed, chaser.time))

    def _clear_stop(self, track: Track, at: float) -> float:
        """When to stop so as not to stand in anybody: a step or two later, if need be."""
        taken = self.places.taken(track.actor)
        while at + 0.5 < track.time:
            here = track.at(at + 0.25).point
            if all(math.dist(here, other) >= 0.75 for other in taken):
                return at
            at += 0.2
        return track.time
