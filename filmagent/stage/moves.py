"""Cues that move a body, played onto its track."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from filmagent.documents.blocking import Cue
from filmagent.documents.checks import WALKS
from filmagent.library.sets import Door
from filmagent.stage.navigation import Array, Point, heading_of, length, resample, wrapped
from filmagent.stage.places import Places
from filmagent.stage.tracks import Track, first_metres, turning

_BEHIND = 1.2
"""Metres from whom one follows at which one stops (1–1.4 m)."""
_TOO_NEAR = 0.5
"""Metres between two walkers below which one lets the other pass."""
_AT_THE_DOOR = 0.6
"""Seconds of the way outside a door that are still, or already, in sight."""
_FURTHER = 12.0
"""Metres past its mark that a walk goes on when somebody is to stop it."""
_CLOSE = {"handshake": (0.85, 1.2), "hug": (0.42, 0.55), "give": (1.0, 1.35)}
"""Metres between two people to which one comes up, and up to which both can reach."""
_AT_TALK = 1.8
_TALKING = 1.0
"""Metres from which one need not go round anybody to come up; to which one steps back."""
_INSIDE = 0.9
"""Metres inside a door where somebody who only comes in stops."""


@dataclass(frozen=True)
class Played:
    """When a cue was played."""

    start: float
    end: float


class Moves:
    """Plays moving cues. ``problems`` collects what the floor did not allow."""

    def __init__(self, places: Places):
        self.places = places
        self.tracks = places.tracks
        self.problems: list[str] = []
        self._following: dict[str, str] = {}
        self.open_walks: set[str] = set()
        """Cues of walks that somebody later stops: they lead on past their mark."""
        self._entered: dict[str, tuple[float, float]] = {}
        """Start of the walk by which somebody last came in, and its metres up to the door."""
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

    def _onward(self, start: Point, goal: Point) -> Point:
        """The same way, further: as far as there is room."""
        ahead = np.subtract(goal, start)
        far = float(np.hypot(*ahead))
        room = self.places.way.room(goal, (float(ahead[0]), float(ahead[1])), _FURTHER)
        share = 1.0 + max(room - 0.6, 0.0) / max(far, 1e-9)
        return (start[0] + float(ahead[0]) * share, start[1] + float(ahead[1]) * share)

    def _stroll(self, track: Track, at: float) -> None:
        """Walk nowhere in particular: a few steps to where there is most room."""
        turns = np.linspace(0, 2 * math.pi, 12, endpoint=False)
        way = self.places.way
        rooms = [way.room(track.point, (math.cos(a), math.sin(a)), 3.0) for a in turns]
        best = float(turns[int(np.argmax(np.round(rooms, 6)))])
        far = min(max(rooms) * 0.7, 2.0)
        goal = (track.point[0] + far * math.cos(best), track.point[1] + far * math.sin(best))
        self._walk_to(track, way.spot(goal, self.places.taken(track.actor)), at)

    def _partner(self, track: Track, marks: tuple[str, ...]) -> str:
        """Somebody at one of a mark's partner marks, else within talking distance."""
        for actor, other in self.tracks.items():
            if actor != track.actor and other.present and other.mark in marks and not other.extra:
                return actor
        near = [
            (math.dist(other.point, track.point), actor)
            for actor, other in self.tracks.items()
            if actor != track.actor and other.present and not other.extra
        ]
        return min(near)[1] if near and min(near)[0] <= 2.2 else ""

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

    def _rise(self, track: Track, towards: Point) -> None:
        """Nobody walks seated."""
        if track.kind == "sit":
            track.stand_up(self.places.feet(self.places.marks[track.mark]))

    def _turn(self, cue: Cue, track: Track, at: float) -> None:
        if track.kind != "stand":
            return
        heading = self.places.facing(cue.actor, cue.target, max(at, track.time))
        self._settle(track, heading if heading is not None else track.heading + math.pi * 0.75)

    def _settle(self, track: Track, heading: float | None) -> None:
        if heading is not None and track.kind == "stand":
            track.turn(heading)

    def face(self, actor: str, target: str, at: float, most: float) -> None:
        """Turn somebody who stands idle to whom they talk to, if turned away by over ``most``."""
        track = self.tracks[actor]
        if track.kind != "stand" or track.time > at or target not in self.tracks:
            return
        wanted = self.places.facing(actor, target, at)
        if wanted is None or abs(wrapped(wanted - track.heading)) < most:
            return
        track.wait(at)
        track.turn(wanted)

    def close_up(self, actor: str, target: str, action: str, at: float) -> float:
        """Bring somebody within reach of another; returns when the two can begin."""
        track, other = self.tracks[actor], self.tracks[target]
        track.manner = ""
        near, reach = _CLOSE[action]
        if not track.walking(at):
            track.wait(at)
        start = max(track.time, at)
        if math.dist(track.point, other.point) > reach:
            if track.kind == "sit" or other.kind == "offstage":
                self.problems.append(f"{actor} cannot {action} {target}: they are too far apart.")
                return start
            away = np.subtract(track.point, other.point)
            goal = np.asarray(other.point) + away * near / max(float(np.hypot(*away)), 1e-9)
            spot = (float(goal[0]), float(goal[1]))
            if not self.places.way.is_free(spot):
                self.problems.append(f"{actor} cannot {action} {target}: there is no room.")
                return start
            if math.dist(track.point, other.point) > _AT_TALK:
                self._walk_to(track, self.places.beside(actor, target), start)
            track.walk(resample(np.array([track.point, spot])))
        if track.kind == "stand":
            track.turn(heading_of(np.subtract(other.point, track.point)))
        if other.kind == "stand" and other.time <= track.time:
            other.wait(track.time - 0.4)
            other.turn(heading_of(np.subtract(track.point, other.point)))
        going = bool(other.segments) and other.segments[-1].kind in ("walk", "turn")
        return max(start, track.time, other.time if going else start)

    def step_back(self, actor: str, target: str) -> None:
        """A step or two away from somebody, facing them, to where one can talk."""
        track, other = self.tracks[actor], self.tracks[target]
        away = np.subtract(track.point, other.point)
        gap = float(np.hypot(*away))
        spot = np.asarray(track.point) + away / max(gap, 1e-9) * (_TALKING - gap)
        free = self.places.way.is_free((float(spot[0]), float(spot[1])))
        if track.kind == "stand" and gap < _TALKING - 0.1 and free:
            track.manner = "back"
            track.walk(resample(np.array([track.point, spot])))
            track.manner = ""

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

    # ways

    def _way(self, track: Track, start: Point, goal: Point, at: float) -> Array:
        path = self.places.way.path(start, goal, self.places.standing(track.actor, at))
        if path is None:
            self.problems.append(
                f"There is no way for {track.actor} from "
                f"({start[0]:.1f}, {start[1]:.1f}) to ({goal[0]:.1f}, "
                f"{goal[1]:.1f}): they walk straight."
            )
            return resample(np.array([start, goal]))
        return path

    def _walk_to(self, track: Track, goal: Point, at: float, then: Array | None = None) -> None:
        """Walk to a goal (and straight on through ``then``), changing a walk that is going on."""
        onward = np.zeros((0, 2)) if then is None else then
        if (
            track.segments
            and track.segments[-1].kind == "walk"
            and track.time >= at - 1e-6
            and track.kind == "stand"
            and track.mark == ""
        ):
            keep = self._kept(track, at)
            kept = first_metres(np.array(track.segments[-1].path), keep)
            start = (float(kept[-1][0]), float(kept[-1][1]))
            way = self._join(self._way(track, start, goal, at), onward)
            track.redirect(self.places.way.join(kept, way))
            return
        start = track.point
        if track.mark in self.places.marks and self.places.marks[track.mark].kind == "seat":
            # out from between seat and table before anything else
            out = self.places.approach(self.places.marks[track.mark], goal)
            way = np.vstack([[start], self._way(track, out, goal, at)])
        else:
            way = self._way(track, start, goal, at)
        way = self._join(way, onward)
        self._let_pass(track, way)
        track.walk(way)

    def _join(self, way: Array, onward: Array) -> Array:
        if not len(onward):
            return resample(way)
        if len(onward) == 1:
            return resample(np.vstack([way, onward]))
        return self.places.way.join(resample(way), onward)

    def _kept(self, track: Track, at: float) -> float:
        """Metres of the walk that ends a track to keep when it is to lead elsewhere."""
        path = np.array(track.segments[-1].path)
        going = at < track.time - 1e-6
        done = track.walked(at) if going else length(path)
        entered, passed = self._entered.get(track.actor, (math.nan, 0.0))
        if entered == track.segments[-1].start:
            # who has just come in walks on without stopping at the door
            return max(passed, done) if going else passed
        return min(done + 0.3, length(path)) if going else done

    def _let_pass(self, track: Track, way: Array) -> None:
        """Wait a moment where setting off now would bump into another walker."""
        for _ in range(4):
            if not self._bumps(track, way):
                return
            track.wait(track.time + 0.4)

    def _bumps(self, track: Track, way: Array) -> bool:
        first = abs(wrapped(heading_of(way[min(3, len(way) - 1)] - way[0]) - track.heading))
        start = track.time + (turning(first) if first > math.radians(35) else 0.0)
        took = track.walk_seconds(way)
        for other in self.tracks.values():
            if other is track or other.time <= start or not other.segments:
                continue
            if other.segments[-1].kind not in ("walk", "turn"):
                continue
            for time in np.arange(start, min(start + took, other.time), 0.12):
                share = (time - start) / took
                here = way[min(int(share * (len(way) - 1)), len(way) - 1)]
                there = other.at(float(time))
                if there.kind == "walk" and math.dist(here, there.point) < _TOO_NEAR:
                    return True
        return False
