"""The background: extras pass their time, and come in while nobody speaks."""

from __future__ import annotations

import math
from itertools import pairwise

import numpy as np

from filmagent.documents.seeds import seed as seed_of
from filmagent.documents.timing import Gesture
from filmagent.stage.attention import eyes
from filmagent.stage.call import Call
from filmagent.stage.clock import grid
from filmagent.stage.navigation import length
from filmagent.stage.opening import HANDLE
from filmagent.stage.tracks import Track

_OUT_OF_THE_WAY = 1.5
"""Metres between a passer-by and anybody of the scene, whenever they are there."""
_PASSING = (2.0, 30.0)
"""Metres of a way that is worth walking in the background."""
_SILENCE = 0.8
"""Seconds without words in which the background may be noticed."""


class Background(Call):
    """The people of a scene, and those behind them."""

    def _background(self, end: float) -> None:
        """Extras pass their time; who is to walk comes in while nobody speaks."""
        for extra in self.blocking.extras:
            track = self.places.tracks.get(extra.id)
            if track is None or extra.action == "idle":
                continue
            if extra.action == "walk":
                self._pass_by(extra.id, track)
                continue
            rng = np.random.default_rng(seed_of(self.seed, "pastime", extra.id))
            at, number = -HANDLE + float(rng.uniform(0.3, 2.5)), 0
            while at < end - 1.0:
                action = (extra.action, "look", "think")[number % 3] if number else extra.action
                stop = min(grid(at + self.seconds.get(action, 1.5)), end)
                aside = math.radians(float(rng.uniform(25, 50))) * float(rng.choice([-1, 1]))
                aim = eyes(track.at(at), 4.0, aside, 0.05) if action == "look" else None
                self.gestures.setdefault(extra.id, []).append(
                    Gesture(
                        id=f"{extra.id}/{action}/{number}",
                        action=action,
                        start=grid(at),
                        end=stop,
                        target_position=aim,
                    )
                )
                at, number = stop + float(rng.uniform(2.0, 5.0)), number + 1

    def _pass_by(self, actor: str, track: Track) -> None:
        """Walk in by a door to one's place, by a way on which nobody of the scene is met."""
        goal = track.point
        busy = [
            point
            for name, other in self.places.tracks.items()
            if name != actor
            for s in other.segments
            if s.kind != "offstage"
            for point in (s.position[:2], *s.path[::5])
        ]
        ways = []
        for door in self.places.doors.values():
            path = self.places.way.path((door.outside[0], door.outside[1]), goal)
            if path is None or not _PASSING[0] <= length(path) <= _PASSING[1]:
                continue
            near = min((math.dist(p, b) for p in path[::5] for b in busy), default=9.0)
            if near >= _OUT_OF_THE_WAY:
                ways.append((length(path), door.id, path))
        if not ways:
            return
        _, door_id, path = min(ways, key=lambda w: w[:2])
        # a stranger arrives in a silence, and never under the first words
        talk = sorted(self.lines.values(), key=lambda line: line.start)
        silences = [a.end for a, b in pairwise(talk) if b.start - a.end > _SILENCE]
        at = max(min(silences, default=0.0) - track.walk_seconds(path), -HANDLE)
        mark, heading = track.mark, track.heading
        outside = self.places.doors[door_id].outside
        track.point, track.kind = (outside[0], outside[1]), "offstage"
        track.wait(at)
        track.walk(path)
        track.mark = mark
        track.turn(heading)
