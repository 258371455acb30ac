"""The people of a scene on the floor: their cues as they play them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from filmagent.documents.blocking import Cue, SceneBlocking
from filmagent.documents.breakdown import Beat, Scene
from filmagent.documents.checks import HANDLING, TOGETHER, WALKS, in_order
from filmagent.documents.timing import (
    ActorTiming,
    BeatTime,
    Gesture,
    Line,
    SceneTiming,
    SpokenLine,
)
from filmagent.library import actions as shelf_actions
from filmagent.stage.attention import Attention, Moment
from filmagent.stage.clock import Clock, grid
from filmagent.stage.handling import Props
from filmagent.stage.moves import Moves, Played
from filmagent.stage.opening import HANDLE, Opening
from filmagent.stage.places import Piece
from filmagent.stage.tracks import Track

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


class Call(Opening):
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
        super().__init__(blocking, members, seed, piece, years, heights)
        self.scene = scene
        self.spoken = {line.beat: line for line in lines}
        self.readings = {reading.beat: reading for reading in blocking.readings}
        self.clock = Clock(seed, previous)
        self.seconds = shelf_actions.seconds()
        self.kinds = {entry.name: entry.kind for entry in shelf_actions.load()}
        self.moves = Moves(self.places)
        self.times: dict[str, BeatTime] = {}
        self.lines: dict[str, Line] = {}
        self.gestures: dict[str, list[Gesture]] = {}
        self.busy: dict[str, float] = {}
        self.played: dict[str, list[tuple[Cue, float, float]]] = {}
        self.now = 0.0
        self.props = Props(blocking, self.places, -HANDLE, seed)

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
