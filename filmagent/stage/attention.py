"""Whom and what people look at, and in what mood: gazes and moods keyed by beat."""

from __future__ import annotations

import math
from dataclasses import dataclass

from filmagent.documents.blocking import Cue, LineReading
from filmagent.documents.breakdown import Beat
from filmagent.documents.checks import WALKS
from filmagent.documents.timing import Gaze, Line, Mood
from filmagent.stage.clock import Clock, grid
from filmagent.stage.places import Places
from filmagent.stage.tracks import Track, Where

_EYES = {"sit": 0.69, "sit_down": 0.765, "stand_up": 0.825}
"""Height of the eyes by posture, as a share of the body's; 0.92 standing."""
_BACK = 0.45
"""Seconds before the end of a line from which on its speaker looks at whom it is said to."""


@dataclass(frozen=True)
class Moment:
    """A beat as it is played: from its start to the start of the next."""

    beat: Beat
    start: float
    end: float
    line: Line | None
    cues: tuple[tuple[Cue, float, float], ...]
    """Cues begun in it, with their start and end."""


def eyes(where: Where, ahead: float, aside: float, down: float) -> tuple[float, float, float]:
    """A point ``ahead`` metres before somebody's eyes, ``aside`` radians off, ``down`` radians."""
    heading = where.heading + aside
    height = where.height * _EYES.get(where.kind, 0.92) - ahead * math.tan(down)
    return (
        where.point[0] - ahead * math.sin(heading),
        where.point[1] + ahead * math.cos(heading),
        height,
    )


class Attention:
    """Makes gazes and moods."""

    def __init__(self, clock: Clock, places: Places, present_until: dict[str, float]):
        self._clock, self._places, self._until = clock, places, present_until

    def gazes(self, track: Track, moments: list[Moment], begin: float, end: float) -> list[Gaze]:
        """Where somebody looks over a scene, without gaps."""
        found: list[Gaze] = []
        current = self._first_target(track, moments)
        for index, moment in enumerate(moments):
            start = begin if index == 0 else moment.start
            stop = end if index == len(moments) - 1 else moments[index + 1].start
            current = self._moment(track, moment, start, stop, current, found)
        if not moments:
            found.append(self._ahead(track, begin, end, 0.0))
        return _joined(found, begin, end)

    def _first_target(self, track: Track, moments: list[Moment]) -> str:
        if track.extra:
            return ""
        for moment in moments:
            line = moment.line
            if line is not None and track.actor in (line.actor, line.to):
                other = line.to if line.actor == track.actor else line.actor
                return other if self._there(other, moment.start) else ""
        return ""

    def _there(self, actor: str, at: float) -> bool:
        track = self._places.tracks.get(actor)
        return track is not None and track.at(at).kind != "offstage"

    def _moment(
        self,
        track: Track,
        moment: Moment,
        start: float,
        end: float,
        current: str,
        found: list[Gaze],
    ) -> str:
        """Add the gazes of one beat; return whom one looks at as it ends."""
        if end <= start:
            return current
        if track.extra or track.at(start + 1e-3).kind == "offstage":
            self._drift(track, moment, start, end, found)
            return current
        own = [(cue, a, b) for cue, a, b in moment.cues if cue.actor == track.actor]
        wanted = self._wanted(track, moment, current)
        if not wanted and not own:
            self._drift(track, moment, start, end, found)
            return wanted
        rng = self._clock.rng(f"{moment.beat.id}/{track.actor}", "gaze")
        react = 0.0 if wanted == current or moment.line is None else float(rng.uniform(0.12, 0.45))
        if moment.line is not None and moment.line.actor == track.actor:
            react = 0.0
        marks = [(start, current)] if react and current else []
        marks.append((min(start + react, end), wanted))
        for at, target in marks:
            self._look(track, at, end, target, found)
        self._glances(track, moment, wanted, start, end, found)
        for cue, a, b in own:
            self._cue_gaze(track, cue, a, min(b, end), found, wanted, end)
        last = found[-1].target
        return last if last in self._places.tracks else wanted

    def _wanted(self, track: Track, moment: Moment, current: str) -> str:
        """Whom one attends to in a beat."""
        line, actor = moment.line, track.actor
        if line is not None and line.delivery != "vo":
            wished = line.to if line.actor == actor else line.actor
            if wished and self._there(wished, line.start):
                return wished
        doers = [cue.actor for cue, _, _ in moment.cues if cue.actor != actor]
        for doer in doers:
            if self._there(doer, moment.start + 0.6) and actor not in {
                c.actor for c, _, _ in moment.cues
            }:
                return doer
        return current if self._there(current, moment.start) else ""

    def _look(self, track: Track, start: float, end: float, target: str, found: list[Gaze]) -> None:
        if target:
            _put(found, Gaze(start=grid(start), end=grid(end), target=target))
        else:
            _put(found, self._ahead(track, start, end, 0.0))

    def _ahead(self, track: Track, start: float, end: float, aside: float) -> Gaze:
        where = track.at(start)
        return Gaze(
            start=grid(start), end=grid(end), target="", position=eyes(where, 4.0, aside, 0.06)
        )

    def _glances(
        self, track: Track, moment: Moment, target: str, start: float, end: float, found: list[Gaze]
    ) -> None:
        """Short looks away: speakers as a thought starts, listeners once in a long line.

        Who speaks looks back before the end, and so hands the word over (Kendon, "Some functions
        of gaze-direction in social interaction", 1967).
        """
        line = moment.line
        if line is None or not target:
            return
        rng = self._clock.rng(f"{moment.beat.id}/{track.actor}", "glance")
        spoken = line.end - line.start
        times: list[tuple[float, float]] = []
        if line.actor == track.actor:
            starts = [line.start - 0.15, *(line.start + w.start for w in _thoughts(line))]
            budget = 0.34 * spoken
            for at in starts:
                at = max(at, start + 0.05)
                long = min(float(rng.uniform(0.35, 0.85)), budget, line.end - _BACK - at)
                if long >= 0.25 and rng.random() < 0.85:
                    times.append((at, long))
                    budget -= long
        elif spoken > 2.5:
            times.append(
                (line.start + spoken * float(rng.uniform(0.35, 0.65)), float(rng.uniform(0.4, 0.9)))
            )
        for at, long in times:
            aside = float(rng.choice([-1, 1])) * float(rng.uniform(0.3, 0.6))
            down = float(rng.uniform(0.1, 0.45)) if rng.random() < 0.7 else -0.12
            if at < start or at + long >= end:
                continue
            look = eyes(track.at(at), 1.2, aside, down)
            _put(found, Gaze(start=grid(at), end=grid(at + long), target="", position=look))
            _put(found, Gaze(start=grid(at + long), end=grid(end), target=target))

    def _cue_gaze(
        self,
        track: Track,
        cue: Cue,
        start: float,
        stop: float,
        found: list[Gaze],
        back: str,
        end: float,
    ) -> None:
        """Look at what one does."""
        walking = cue.action in (*WALKS, "enter", "exit", "follow")
        if walking:
            partner = cue.target if cue.target in self._places.tracks else back
            turn = start + 0.6 * (stop - start)
            if cue.action == "follow" and partner:
                _put(found, Gaze(start=grid(start), end=grid(end), target=partner))
                return
            finish = track.at(stop)
            ahead = Gaze(
                start=grid(start), end=grid(end), target="", position=eyes(finish, 3.0, 0.0, 0.05)
            )
            _put(found, ahead)
            if cue.action != "exit" and partner and self._there(partner, turn):
                _put(found, Gaze(start=grid(turn), end=grid(end), target=partner))
            return
        if cue.action in ("shake_head", "nod", "shrug", "laugh", "listen", "talk", "stop", "sigh"):
            return
        if cue.action in ("think", "cry", "read"):
            look = eyes(track.at(start), 0.9, 0.25, 0.5)
            _put(found, Gaze(start=grid(start), end=grid(stop), target="", position=look))
        elif cue.target and (
            cue.target in self._places.tracks or self._places.point(cue.target, start) is None
        ):
            _put(found, Gaze(start=grid(start), end=grid(stop), target=cue.target))
        elif cue.target:
            point = self._places.point(cue.target, start)
            assert point is not None
            _put(
                found,
                Gaze(
                    start=grid(start), end=grid(stop), target="", position=(point[0], point[1], 1.3)
                ),
            )
        else:
            return
        if stop < end:
            self._look(track, stop, end, back, found)

    def _drift(
        self, track: Track, moment: Moment, start: float, end: float, found: list[Gaze]
    ) -> None:
        """Nobody to look at: the eyes wander, a few seconds at a time."""
        rng = self._clock.rng(f"{moment.beat.id}/{track.actor}", "drift")
        at = start
        while at < end:
            stop = min(at + float(rng.uniform(1.6, 3.4)), end)
            if end - stop < 0.5:
                stop = end
            gaze = self._ahead(track, at, stop, float(rng.uniform(-0.45, 0.45)))
            _put(found, gaze)
            at = stop

    def moods(
        self,
        actor: str,
        moments: list[Moment],
        readings: dict[str, LineReading],
        begin: float,
        end: float,
    ) -> list[Mood]:
        """Emotions over a scene: of one's own lines, fading to neutral before the next."""
        found: list[Mood] = []
        at = begin
        own = [
            (m, readings[m.beat.id])
            for m in moments
            if m.line is not None and m.line.actor == actor and m.beat.id in readings
        ]
        for moment, reading in own:
            line = moment.line
            assert line is not None
            lead = max(grid(line.start - 0.5), at)
            if lead > at:
                found.append(Mood(start=at, end=lead, emotion="neutral", energy=0.35))
            stop = min(grid(line.end + 1.0), end)
            if stop > lead:
                found.append(
                    Mood(start=lead, end=stop, emotion=reading.emotion, energy=reading.energy)
                )
                at = stop
        if at < end:
            found.append(Mood(start=at, end=end, emotion="neutral", energy=0.35))
        return found


def _thoughts(line: Line) -> list:  # type: ignore[type-arg]
    """Words that begin a new sentence of a line."""
    return [
        after
        for before, after in zip(line.words, line.words[1:], strict=False)
        if before.text[-1:] in ".?!…,;:。！？，"
    ]


def _put(found: list[Gaze], gaze: Gaze) -> None:
    """Lay a gaze over the ones before: it wins from its start on, up to its end."""
    if gaze.end <= gaze.start:
        return
    while found and found[-1].start >= gaze.start:
        found.pop()
    if found and found[-1].end > gaze.start:
        found[-1].end = gaze.start
    found.append(gaze)


def _joined(found: list[Gaze], begin: float, end: float) -> list[Gaze]:
    """Contiguous gazes over [begin, end], equal neighbours made one."""
    joined: list[Gaze] = []
    for gaze in found:
        start = begin if not joined else joined[-1].end
        gaze = gaze.model_copy(update={"start": start, "end": min(max(gaze.end, start), end)})
        if gaze.end <= gaze.start:
            continue
        if joined and (joined[-1].target, joined[-1].position) == (gaze.target, gaze.position):
            joined[-1].end = gaze.end
        else:
            joined.append(gaze)
    if joined:
        joined[-1].end = end
    return joined
