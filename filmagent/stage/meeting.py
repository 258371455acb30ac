"""Meeting: turning to somebody, coming up to them, stepping back to where one can talk."""

from __future__ import annotations

import math

import numpy as np

from filmagent.stage.navigation import heading_of, resample, wrapped
from filmagent.stage.tracks import Track
from filmagent.stage.walking import Walking

_CLOSE = {"handshake": (0.85, 1.2), "hug": (0.42, 0.55), "give": (1.0, 1.35)}
"""Metres between two people to which one comes up, and up to which both can reach."""
_AT_TALK = 1.8
"""Metres from which one need not go round anybody to come up."""
_TALKING = 1.0
"""Metres to which one steps back to talk."""


class Meeting(Walking):
    """What bodies do about each other."""

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
