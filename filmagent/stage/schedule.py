"""The schedule of a scene: names become coordinates and times.

Beats are placed one after the other (`filmagent.stage.clock`), their cues are played onto the
bodies' tracks (`filmagent.stage.moves`), props follow the hands (`filmagent.stage.handling`), and
at last everybody is given something to look at (`filmagent.stage.attention`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence

from filmagent.documents.blocking import Cue, LineReading, SceneBlocking
from filmagent.documents.breakdown import Beat, Scene
from filmagent.documents.checks import WALKS, in_order
from filmagent.documents.timing import BeatTime, Line, SceneTiming, SpokenLine
from filmagent.library import sets
from filmagent.stage.background import Background
from filmagent.stage.clock import grid
from filmagent.stage.moves import Played
from filmagent.stage.opening import HANDLE
from filmagent.stage.places import Piece

_AWAY = math.radians(30)
"""Talkers who stand turned further than this from how they should stand turn to each other."""
_TAIL, _GONE = 0.7, 0.5
"""Seconds after the last beat, and after somebody has gone out as the last of it."""
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
    heights: Mapping[str, float] | None = None,
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
    heights
        Standing heights of cast members, metres, where known: children walk more slowly, and are
        looked at and pointed at where their faces are.

    Returns
    -------
    SceneTiming
        Every actor's segments, gazes and moods are contiguous over
        ``[-handle, duration + handle]``. What the floor did not allow is in ``problems``.
    """
    piece: Piece = set_piece if set_piece is not None else sets.load(blocking.set)
    return _Scheduler(
        scene, blocking, lines, members, seed, previous, piece, years or {}, heights or {}
    ).run()


class _Scheduler(Background):
    def run(self) -> SceneTiming:
        self.now = 0.0
        self.moves.open_walks = self._open_walks()
        for index, beat in enumerate(self.scene.beats):
            getattr(self, f"_{beat.kind}")(index, beat)
        duration = self._duration()
        end = grid(duration + HANDLE)
        self._background(end)
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
        low, high = (0.0, 0.25) if before.kind == "pause" else (0.1, 0.4)
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
        end = max(end, start + (2.2 if before is None else 1.0))
        self._time(beat, start, end)
        self.now = grid(end)

    def _in_motion(self, index: int, cue: Cue, at: float) -> float:
        """Who walks as the scene opens is walking when the picture begins."""
        first = in_order(self.blocking.cues, cue.beat)[0]
        opens = self._before(index) is None and cue is first
        return -HANDLE if opens and cue.action in WALKS else at

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
        if cue.action in (*WALKS, "enter"):
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
        share = {"turn": 0.6, "stand": 0.85, "sit": 0.8, "look": 0.6}.get(cue.action, 0.6)
        return start + share * (end - start)

    def _duration(self) -> float:
        last = max([self.now, *(b.end for b in self.times.values())])
        going = [t.time for t in self.places.tracks.values() if t.present and not t.extra]
        last = max(last, min(max(going, default=0.0), last + 0.6))
        beats = [b.id for b in self.scene.beats if b.kind in ("line", "action", "pause")]
        cues = in_order(self.blocking.cues, beats[-1]) if beats else []
        tail = _GONE if cues and cues[-1].action == "exit" else _TAIL
        return self.clock.settle_duration(max(last + tail, 1.5))
