"""Where everybody is as a scene opens: on marks, on seats, behind doors."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from filmagent.documents.blocking import SceneBlocking
from filmagent.documents.seeds import seed as seed_of
from filmagent.stage.places import Piece, Places
from filmagent.stage.tracks import GROWN, Track, pace_of

HANDLE = 1.0
"""Seconds of acting before and after the scene."""


class Opening:
    """The floor of a scene with everybody in their place. ``problems`` says who has none."""

    def __init__(
        self,
        blocking: SceneBlocking,
        members: Mapping[str, str],
        seed: int,
        piece: Piece,
        years: Mapping[str, int],
        heights: Mapping[str, float],
    ):
        self.blocking, self.seed = blocking, seed
        self.members, self.years, self.heights = members, years, heights
        self.places = Places(piece, blocking)
        self.problems: list[str] = []
        self._place()

    def _place(self) -> None:
        placed = {p.actor for p in self.blocking.placements}
        centre = self._centre()
        for p in self.blocking.placements:
            self._put(p.actor, self.members.get(p.actor, ""), p.mark, p.posture, centre)
        for extra in self.blocking.extras:
            self._put(extra.id, extra.member, extra.mark, extra.posture, centre, extra=True)
        for cue in self.blocking.cues:
            if cue.actor not in placed:
                placed.add(cue.actor)
                door = self.places.doors.get(cue.target)
                out = door.outside if door is not None else (0.0, 0.0, 0.0)
                track = self._track(cue.actor, self.members.get(cue.actor, ""), (out[0], out[1]))
                track.kind, track.z = "offstage", out[2]
        for p in self.blocking.placements:
            track = self.places.tracks[p.actor]
            if track.kind == "stand" and p.facing:
                facing = self.places.facing(p.actor, p.facing, -HANDLE)
                track.heading = facing if facing is not None else track.heading

    def _track(self, actor: str, member: str, point: tuple[float, float]) -> Track:
        rng = np.random.default_rng(seed_of(self.seed, "pace", actor))
        old = self.years.get(actor, 35) >= 60
        height = self.heights.get(member, GROWN)
        pace = pace_of(height) * (0.84 if old else 1.0) * float(rng.uniform(0.94, 1.06))
        track = Track(actor, member, -HANDLE, point, pace=pace, height=height)
        self.places.tracks[actor] = track
        return track

    def _centre(self) -> tuple[float, float]:
        points = [
            self.places.marks[p.mark].position
            for p in self.blocking.placements
            if p.mark in self.places.marks
        ]
        if not points:
            return (0.0, 0.0)
        return (sum(p[0] for p in points) / len(points), sum(p[1] for p in points) / len(points))

    def _put(
        self,
        actor: str,
        member: str,
        name: str,
        posture: str,
        centre: tuple[float, float],
        extra: bool = False,
    ) -> None:
        mark = self.places.marks.get(name)
        if mark is None:
            self.problems.append(f'{actor} has no place: the set has no mark "{name}".')
            return
        point = (mark.position[0], mark.position[1])
        seat = mark.kind == "seat" and posture == "sit"
        held = any(t.mark == name and t.kind == "sit" for t in self.places.tracks.values())
        if seat and held:
            self.problems.append(f"{actor} stands: {name} is taken.")
            seat = False
        if not seat:
            wish = point if mark.kind == "stand" else self.places.approach(mark)
            point = self.places.way.spot(wish, self.places.taken(actor), towards=centre)
        track = self._track(actor, member, point)
        track.heading, track.z, track.mark, track.extra = (
            mark.heading,
            mark.position[2],
            name,
            extra,
        )
        if seat:
            track.kind, track.seat_height = "sit", mark.seat_height
        elif mark.kind == "seat":
            track.mark = ""
