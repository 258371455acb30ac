"""Walking: a way to a goal that goes round people and furniture, and changes on the way."""

from __future__ import annotations

import math

import numpy as np

from filmagent.stage.navigation import Array, Point, heading_of, length, resample, wrapped
from filmagent.stage.places import Places
from filmagent.stage.tracks import Track, first_metres, turning

_TOO_NEAR = 0.5
"""Metres between two walkers below which one lets the other pass."""
_FURTHER = 12.0
"""Metres past its mark that a walk goes on when somebody is to stop it."""


class Walking:
    """Leads bodies over the floor. ``problems`` collects what the floor did not allow."""

    def __init__(self, places: Places):
        self.places = places
        self.tracks = places.tracks
        self.problems: list[str] = []
        self._entered: dict[str, tuple[float, float]] = {}
        """Start of the walk by which somebody last came in, and its metres up to the door."""

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

    def _rise(self, track: Track, towards: Point) -> None:
        """Nobody walks seated."""
        if track.kind == "sit":
            track.stand_up(self.places.feet(self.places.marks[track.mark]))
