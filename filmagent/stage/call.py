"""The people of a scene on the floor: where they begin, and their cues as they play them."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np

from filmagent.documents.blocking import Cue, SceneBlocking
from filmagent.documents.breakdown import Beat, Scene
from filmagent.documents.checks import HANDLING, TOGETHER, WALKS, in_order
from filmagent.documents.seeds import seed as seed_of
from filmagent.documents.timing import (
    ActorTiming,
    BeatTime,
    Gesture,
    Line,
    SceneTiming,
    SpokenLine,
)
from filmagent.library import actions as shelf_actions
from filmagent.stage.attention import Attention, Moment, eyes
from filmagent.stage.clock import Clock, grid
from filmagent.stage.handling import Props
from filmagent.stage.moves import Moves, Played
from filmagent.stage.navigation import length
from filmagent.stage.places import Piece, Places
from filmagent.stage.tracks import GROWN, Track, pace_of

HANDLE = 1.0
"""Seconds of acting before and after the scene."""
_OUT_OF_THE_WAY = 1.5
"""Metres between a passer-by and anybody of the scene, whenever they are there."""
_PASSING = (2.0, 30.0)
"""Metres of a way that is worth walking in the background."""
_SILENCE = 0.8
"""Seconds without words in which the background may be noticed."""
_FACE = {"sit": 0.71}
"""Height of a face by posture, as a share of the body's; 0.88 standing."""
_LASTING = {"phone": 14.0, "read": 7.0}
"""Gestures that go on until their actor does something else, at most this long."""
_STANDS = {"jump", "bow", "open_door", "knock", "type"}
"""Gestures for which a walk is over."""
_NEEDS_HANDS = {
    *HANDLING, *TOGETHER, *_STANDS, "wave", "point", "clap", "cross_arms", "argue", "cry", "exit",
    "sit", "cheer", "hands_on_hips", "facepalm", "beckon", "rub_neck", "check_watch",
}  # fmt: skip
"""Actions that end phoning or reading."""


class Call:
    """Everybody of a scene, their bodies, gestures and props."""

    def __init__(
        self,
        scene: Scene,
        blocking: SceneBlocking,
        lines: Sequence[SpokenLine],
        members: Mapping[str, str],
        seed: int,
        previous: SceneTiming | None,
        piece: Piece,
        years: Mapping[str, int],
        heights: Mapping[str, float],
    ):
        self.scene, self.blocking, self.seed = scene, blocking, seed
        self.members, self.years, self.heights = members, years, heights
        self.spoken = {line.beat: line for line in lines}
        self.readings = {reading.beat: reading for reading in blocking.readings}
        self.clock = Clock(seed, previous)
        self.places = Places(piece, blocking)
        self.seconds = shelf_actions.seconds()
        self.kinds = {entry.name: entry.kind for entry in shelf_actions.load()}
        self.moves = Moves(self.places)
        self.problems: list[str] = []
        self.times: dict[str, BeatTime] = {}
        self.lines: dict[str, Line] = {}
        self.gestures: dict[str, list[Gesture]] = {}
        self.busy: dict[str, float] = {}
        self.played: dict[str, list[tuple[Cue, float, float]]] = {}
        self.now = 0.0
        self._place()
        self.props = Props(blocking, self.places, -HANDLE, seed)

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

    def _open_walks(self) -> set[str]:
        """Walks whose actor's next move is to stop."""
        order = [
            c
            for b in self.scene.beats
            for c in in_order(self.blocking.cues, b.id)
            if self.kinds.get(c.action) == "move"
        ]
        found = set()
        for index, cue in enumerate(order):
            later = [c.action for c in order[index + 1 :] if c.actor == cue.actor]
            if cue.action in WALKS and later[:1] == ["stop"]:
                found.add(cue.id)
        return found

    def _before(self, index: int) -> Beat | None:
        """The last beat before one that takes time."""
        for beat in reversed(self.scene.beats[:index]):
            if beat.kind in ("line", "action", "pause"):
                return beat
        return None

    def _after(self, index: int) -> Beat | None:
        for beat in self.scene.beats[index + 1 :]:
            if beat.kind in ("line", "action", "pause"):
                return beat
        return None

    def _arrival(self, actor: str, end: float) -> float:
        """When a walk's last step is done, whatever turning follows it."""
        walks = [s.end for s in self.places.tracks[actor].segments if s.kind == "walk"]
        return walks[-1] if walks else end

    def _play(self, beat: Beat, cue: Cue, at: float) -> Played:
        track = self.places.tracks.get(cue.actor)
        if track is None:
            self.problems.append(f"{cue.actor} is nowhere: cue {cue.id} is not played.")
            return Played(at, at)
        at = grid(at)
        if self.kinds.get(cue.action) == "move":
            played = self.moves.play(cue, at)
        else:
            played = self._gesture(cue, track, at)
        self.played.setdefault(beat.id, []).append((cue, played.start, played.end))
        return played

    def _gesture(self, cue: Cue, track: Track, at: float) -> Played:
        if not track.present:
            return Played(at, at)
        walking = track.time > at and track.segments and track.segments[-1].kind == "walk"
        together = cue.action in TOGETHER and cue.target in self.places.tracks
        if together:
            at = max(at, self.busy.get(cue.actor, at), self.busy.get(cue.target, at))
            at = grid(self.moves.close_up(cue.actor, cue.target, cue.action, at))
        hands = cue.action in (*HANDLING, *_STANDS) and cue.action != "phone"
        start = track.time if hands and walking else at
        start = grid(max(start, self.busy.get(cue.actor, start)))
        end = grid(start + self.seconds.get(cue.action, 1.5))
        gesture = Gesture(
            id=cue.id,
            action=cue.action,
            start=start,
            end=end,
            target=cue.target,
            target_position=self._target_position(cue, start),
        )
        gesture = self.props.handle(cue.actor, gesture)
        self.gestures.setdefault(cue.actor, []).append(gesture)
        self.busy[cue.actor] = end
        if together:
            self.busy[cue.target] = max(self.busy.get(cue.target, end), end)
            for one in (cue.actor, cue.target):
                self.places.tracks[one].wait(end)
        if cue.action == "hug":
            self.moves.step_back(cue.actor, cue.target)
        return Played(start, end)

    def _target_position(self, cue: Cue, at: float) -> tuple[float, float, float] | None:
        lies = self.props.place(cue.target)
        if lies is not None:
            return lies
        point = self.places.point(cue.target, at)
        if point is None:
            return None
        if cue.target not in self.places.tracks:
            return (point[0], point[1], 1.1)
        whom = self.places.tracks[cue.target].at(at)
        return (point[0], point[1], whom.height * _FACE.get(whom.kind, 0.88))

    def _stretch(self, end: float) -> None:
        """Phoning and reading go on until their actor does something else."""
        for actor, gestures in self.gestures.items():
            own = sorted(
                start
                for played in self.played.values()
                for cue, start, _ in played
                if cue.actor == actor and cue.action in _NEEDS_HANDS
            )
            for index, gesture in enumerate(gestures):
                gesture.end = min(gesture.end, end)
                most = _LASTING.get(gesture.action)
                thing = self.props.things.get(gesture.target)
                back = thing is not None and any(
                    gesture.start < at <= gesture.end for at, _ in thing.rests
                )
                if most is not None and not back:
                    later = [start for start in own if start > gesture.start]
                    stop = min([*later, gesture.start + most, end])
                    gestures[index].end = max(grid(stop), gesture.end)

    def _actors(self, end: float) -> list[ActorTiming]:
        moments = self._moments(end)
        attention = Attention(self.clock, self.places, {})
        found = []
        for actor, track in self.places.tracks.items():
            moods = (
                [] if track.extra else attention.moods(actor, moments, self.readings, -HANDLE, end)
            )
            found.append(
                ActorTiming(
                    actor=actor,
                    member=track.member,
                    segments=track.segments,
                    gestures=[g for g in self.gestures.get(actor, []) if g.end > g.start],
                    gazes=attention.gazes(track, moments, -HANDLE, end),
                    moods=moods,
                    extra=track.extra,
                )
            )
        return found

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

    def _moments(self, end: float) -> list[Moment]:
        order = [beat for beat in self.scene.beats if beat.kind in ("line", "action", "pause")]
        order.sort(key=lambda beat: self.times[beat.id].start)
        return [
            Moment(
                beat,
                self.times[beat.id].start,
                self.times[beat.id].end,
                self.lines.get(beat.id),
                tuple(self.played.get(beat.id, [])),
            )
            for beat in order
        ]
