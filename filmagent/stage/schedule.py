"""The schedule of a scene: names become coordinates and times.

Beats are placed one after the other (`filmagent.stage.clock`), their cues are played onto the
bodies' tracks (`filmagent.stage.moves`), props follow the hands (`filmagent.stage.handling`), and
at last everybody is given something to look at (`filmagent.stage.attention`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

import numpy as np

from filmagent.documents.blocking import Cue, LineReading, SceneBlocking
from filmagent.documents.breakdown import Beat, Scene
from filmagent.documents.checks import HANDLING, in_order
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
from filmagent.library import sets
from filmagent.stage.attention import Attention, Moment
from filmagent.stage.clock import Clock, grid
from filmagent.stage.handling import Props
from filmagent.stage.moves import Moves, Played
from filmagent.stage.places import Piece, Places
from filmagent.stage.tracks import Track

HANDLE = 1.0
"""Seconds of acting before and after the scene."""
_PACE = 1.3
"""Metres a second of an unhurried adult."""
_AWAY = math.radians(30)
"""Talkers who stand turned further than this from how they should stand turn to each other."""
_TAIL = 0.8
"""Seconds after the last beat."""
_LASTING = {"phone": 14.0, "read": 7.0}
"""Gestures that go on until their actor does something else, at most this long."""
_NEEDS_HANDS = {*HANDLING, "wave", "point", "clap", "cross_arms", "argue", "cry", "exit", "sit"}
"""Actions that end phoning or reading."""
_QUIET_LINE = LineReading(beat="")


def schedule(
    scene: Scene,
    blocking: SceneBlocking,
    lines: Sequence[SpokenLine],
    members: Mapping[str, str],
    seed: int,
    previous: SceneTiming | None = None,
    *,
    set_piece: Piece | None = None,
    years: Mapping[str, int] | None = None,
) -> SceneTiming:
    """Place a blocked scene in space and time.

    Parameters
    ----------
    lines
        The recorded lines of the scene; a line without one gets the time it would take to say.
    members
        Cast member of each actor id.
    previous
        The timing before a change: beats keep their old starts as far as the gaps between them
        can give, so that a changed word is felt only near it.
    set_piece
        The set, when it is not the library's ``blocking.set``.
    years
        Ages of actors, where known: the old walk more slowly.

    Returns
    -------
    SceneTiming
        Every actor's segments, gazes and moods are contiguous over
        ``[-handle, duration + handle]``. What the floor did not allow is in ``problems``.
    """
    piece: Piece = set_piece if set_piece is not None else sets.load(blocking.set)
    return _Scheduler(scene, blocking, lines, members, seed, previous, piece, years or {}).run()


class _Scheduler:
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
    ):
        self.scene, self.blocking, self.seed = scene, blocking, seed
        self.members, self.years = members, years
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

    def run(self) -> SceneTiming:
        self._place()
        self.props = Props(self.blocking, self.places, -HANDLE, self.seed)
        self.now = 0.0
        self.moves.open_walks = self._open_walks()
        for index, beat in enumerate(self.scene.beats):
            getattr(self, f"_{beat.kind}")(index, beat)
        duration = self._duration()
        end = grid(duration + HANDLE)
        for track in self.places.tracks.values():
            track.finish(end)
        self._stretch(end)
        return SceneTiming(
            scene=self.scene.id,
            set=self.blocking.set,
            duration=duration,
            handle=HANDLE,
            beats=list(self.times.values()),
            lines=list(self.lines.values()),
            actors=self._actors(end),
            props=self.props.timings(end),
            problems=[*self.problems, *self.moves.problems, *self.props.problems],
        )

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
            if cue.action == "walk" and later[:1] == ["stop"]:
                found.add(cue.id)
        return found

    # who is where at first

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
        pace = _PACE * (0.84 if old else 1.0) * float(rng.uniform(0.94, 1.06))
        track = Track(actor, member, -HANDLE, point, pace=pace)
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

    # beats

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

    def _time(self, beat: Beat, start: float, end: float) -> None:
        self.times[beat.id] = BeatTime(beat=beat.id, start=grid(start), end=grid(max(start, end)))

    def _transition(self, index: int, beat: Beat) -> None:
        self._time(beat, self.now, self.now)

    def _card(self, index: int, beat: Beat) -> None:
        # a black card is time of the film, not of the scene; words over the picture need picture
        start = self.now
        if beat.over_picture and self._after(index) is None:
            self.now = grid(start + (beat.seconds or 2.5))
        self._time(beat, start, self.now)

    def _pause(self, index: int, beat: Beat) -> None:
        start = self.clock.settle(beat.id, self.now, self.now)
        end = grid(start + self.clock.pause(beat))
        for cue in in_order(self.blocking.cues, beat.id):
            self._play(beat, cue, start + cue.at * (end - start))
        self._time(beat, start, end)
        self.now = end

    def _line(self, index: int, beat: Beat) -> None:
        spoken = self._spoken(beat)
        reading = self.readings.get(beat.id, _QUIET_LINE)
        start = self._line_start(index, beat, reading)
        end = grid(start + spoken.seconds)
        self._face(beat, reading, start)
        for cue in in_order(self.blocking.cues, beat.id):
            self._play(beat, cue, start + cue.at * (end - start))
        # a line's end is its recording's end: the grid must not cut a phone short
        self.lines[beat.id] = Line(
            **spoken.model_dump(),
            start=start,
            end=start + spoken.seconds,
            delivery=beat.delivery,
            emotion=reading.emotion,
            energy=reading.energy,
            to=reading.to,
        )
        self._time(beat, start, end)
        self.now = max(end, self.now) if self._dual(beat) else end

    def _dual(self, beat: Beat) -> bool:
        return beat.dual_with is not None and beat.dual_with in self.lines

    def _spoken(self, beat: Beat) -> SpokenLine:
        line = self.spoken.get(beat.id)
        if line is not None:
            return line
        units = max(len(re.findall(r"\w+", beat.text)) / 3.0, len(beat.text) / 16.0)
        return SpokenLine(
            beat=beat.id,
            actor=beat.speaker or "",
            text=beat.text,
            wav="",
            seconds=max(1.2, units),
            note="There is no recording of this line.",
        )

    def _line_start(self, index: int, beat: Beat, reading: LineReading) -> float:
        if self._dual(beat):
            return self.lines[beat.dual_with or ""].start
        before = self._before(index)
        if before is None:
            natural = self.clock.breath(beat, 0.7, 1.1)
            return self.clock.settle(beat.id, natural, 0.3)
        if before.kind == "line":
            mood = self.readings.get(before.id, _QUIET_LINE)
            gap = self.clock.gap(before, beat, reading, mood)
            if beat.delivery == "vo" or before.delivery == "vo":
                gap = max(gap, 0.25)
            # nobody speaks over themselves
            low = 0.1 if before.speaker == beat.speaker else -0.3
            least = self.now + (low if not before.overlapped or low > 0 else -0.35)
            return self.clock.settle(beat.id, self.now + max(gap, low), least)
        low, high = (0.0, 0.25) if before.kind == "pause" else (0.1, 0.55)
        return self.clock.settle(beat.id, self.now + self.clock.breath(beat, low, high), self.now)

    def _face(self, beat: Beat, reading: LineReading, start: float) -> None:
        """Speaker and addressee turn to each other if they stand turned away."""
        speaker = beat.speaker or ""
        tracks = self.places.tracks
        if beat.delivery != "on" or speaker not in tracks or reading.to not in tracks:
            return
        if tracks[speaker].present and tracks[reading.to].present:
            self.moves.face(speaker, reading.to, max(start - 0.25, -HANDLE), _AWAY)
            self.moves.face(reading.to, speaker, start + 0.3, _AWAY)

    def _action(self, index: int, beat: Beat) -> None:
        before, after = self._before(index), self._after(index)
        natural = self.now
        if before is not None and before.kind == "line":
            natural += self.clock.breath(beat, 0.1, 0.45)
        start = self.clock.settle(beat.id, natural, self.now - 0.1 if before else 0.0)
        cues = in_order(self.blocking.cues, beat.id)
        at, end = start, start
        for number, cue in enumerate(cues):
            if number and cue.at > cues[number - 1].at:
                at = self._next_cue(beat, cues[number - 1], cue)
            played = self._play(beat, cue, self._in_motion(index, cue, at))
            end = max(end, self._waits_for(beat, cue, played, after))
        if not cues:
            end = start + self.clock.look_around(beat, before is None)
        end = max(end, start + (2.2 if before is None else 1.2))
        self._time(beat, start, end)
        self.now = grid(end)

    def _in_motion(self, index: int, cue: Cue, at: float) -> float:
        """Who walks as the scene opens is walking when the picture begins."""
        first = in_order(self.blocking.cues, cue.beat)[0]
        opens = self._before(index) is None and cue is first
        return -HANDLE if opens and cue.action == "walk" else at

    def _next_cue(self, beat: Beat, last: Cue, cue: Cue) -> float:
        """When a cue begins after the one before it in the same paragraph."""
        _, start, end = self.played[beat.id][-1]
        if cue.actor == last.actor:
            return max(end, self.busy.get(cue.actor, end))
        return start + min(max(0.35, 0.55 * (end - start)), 1.1)

    def _waits_for(self, beat: Beat, cue: Cue, played: Played, after: Beat | None) -> float:
        """How long the next beat waits for a cue."""
        start, end = played.start, played.end
        if after is None:
            return min(end, start + 5.0)
        if cue.action == "exit":
            return start + 1.2
        if cue.action == "follow":
            return min(end, start + 1.8)
        if cue.action in ("walk", "enter"):
            stops = any(c.beat == after.id and c.actor == cue.actor for c in self.blocking.cues)
            reading = self.readings.get(after.id)
            meets = after.kind == "line" and (
                after.speaker == cue.actor or (reading is not None and reading.to == cue.actor)
            )
            chased = any(
                c.action == "follow" and c.target == cue.actor
                for c in self.blocking.cues
                if c.beat == beat.id
            )
            if meets and not chased and not stops:
                return min(self._arrival(cue.actor, end) - 0.2, start + 7.0)
            return min(end, start + 2.5)
        share = {"turn": 0.6, "stand": 0.85, "sit": 0.92, "look": 0.6}.get(cue.action, 0.75)
        return start + share * (end - start)

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
        hands = cue.action in ("pick_up", "put_down", "drink", "read")
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
        sits = self.places.tracks[cue.target].at(at).kind == "sit"
        return (point[0], point[1], 1.2 if sits else 1.5)

    # the whole scene

    def _duration(self) -> float:
        last = max([self.now, *(b.end for b in self.times.values())])
        going = [track.time for track in self.places.tracks.values()]
        last = max(last, min(max(going, default=0.0), last + 0.6))
        return self.clock.settle_duration(max(last + _TAIL, 1.5))

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
