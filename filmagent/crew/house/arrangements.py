"""A scene as the camera department reads it: stretches in which people keep their places.

A new arrangement begins when somebody has come, gone, sat down, stood up or walked; the beats in
which that happens are moves and belong to none.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

import shapely

from filmagent.documents.blocking import LineReading, SceneBlocking
from filmagent.documents.breakdown import Beat, Scene
from filmagent.documents.timing import ActorTiming, SceneTiming, Segment

_STILL = ("stand", "turn", "sit")
_SAME_PLACE = 0.5
"""Metres within which somebody has kept their place."""
_EARLY, _LATE = 0.5, 0.95
"""Shares of a beat at which people are looked up: who has arrived by its middle has arrived."""

Place = tuple[float, float, bool]
"""x, y, seated."""


@dataclass
class Arrangement:
    """Beats in which the same people keep the same places."""

    beats: list[Beat]
    places: dict[str, Place]
    lead_in: list[Beat] = field(default_factory=list)
    """Moves just before and just after, at which everybody here is on the set."""

    @property
    def people(self) -> list[str]:
        """Who is there."""
        return list(self.places)

    @property
    def lines(self) -> list[Beat]:
        """Lines that are seen spoken here."""
        return [
            b
            for b in self.beats
            if b.kind == "line" and b.delivery == "on" and b.speaker in self.places
        ]


@dataclass
class Reading:
    """A scene's arrangements and moves."""

    arrangements: list[Arrangement]
    moves: list[Beat]
    """Beats during which somebody changes place."""


def at(actor: ActorTiming, second: float) -> Segment:
    """What a body does at a second."""
    for segment in actor.segments:
        if segment.start <= second < segment.end:
            return segment
    return actor.segments[-1]


def place(segment: Segment) -> Place | None:
    """Where a still body is; None while it moves or is away."""
    if segment.kind not in _STILL:
        return None
    return segment.position[0], segment.position[1], segment.kind == "sit"


def principals(timing: SceneTiming) -> list[ActorTiming]:
    """The people of the story, without extras."""
    return [actor for actor in timing.actors if not actor.extra and actor.segments]


def timed(scene: Scene, timing: SceneTiming) -> list[tuple[Beat, float, float]]:
    """Beats that take time on the set, with start and end."""
    times = {beat.beat: beat for beat in timing.beats}
    return [
        (beat, times[beat.id].start, times[beat.id].end)
        for beat in scene.beats
        if beat.id in times and beat.kind in ("line", "action", "pause")
    ]


def arrivals(blocking: SceneBlocking, timing: SceneTiming) -> dict[str, float]:
    """When those who are not there at first come in sight: their bodies set off before that."""
    times = {beat.beat: beat.start for beat in timing.beats}
    there = {p.actor for p in blocking.placements}
    found: dict[str, float] = {}
    for cue in blocking.cues:
        if cue.action == "enter" and cue.actor not in there and cue.beat in times:
            found.setdefault(cue.actor, times[cue.beat])
    return found


def read(scene: Scene, blocking: SceneBlocking, timing: SceneTiming) -> Reading:
    """Find the arrangements of a scene."""
    actors = principals(timing)
    coming = arrivals(blocking, timing)
    found = Reading([], [])
    last: Arrangement | None = None
    for beat, start, end in timed(scene, timing):
        early, late = start + _EARLY * (end - start), start + _LATE * (end - start)
        places: dict[str, Place] = {}
        moving = False
        for actor in actors:
            before, after = at(actor, early), at(actor, late)
            if end <= coming.get(actor.actor, -math.inf):
                continue
            if after.kind == "offstage" and before.kind == "offstage":
                continue
            here, there = place(before), place(after)
            if here is None or there is None or not _same(here, there):
                moving = True
            else:
                places[actor.actor] = there
        if moving:
            found.moves.append(beat)
            last = None
        elif last is not None and _equal(last.places, places):
            last.beats.append(beat)
        else:
            last = Arrangement([beat], places)
            found.arrangements.append(last)
    _lead_in(scene, timing, found)
    return found


def _same(one: Place, other: Place) -> bool:
    return one[2] == other[2] and math.dist(one[:2], other[:2]) < _SAME_PLACE


def _equal(one: dict[str, Place], other: dict[str, Place]) -> bool:
    return one.keys() == other.keys() and all(_same(one[a], other[a]) for a in one)


def _lead_in(scene: Scene, timing: SceneTiming, found: Reading) -> None:
    order = [beat.id for beat, _, _ in timed(scene, timing)]
    times = {beat.beat: beat for beat in timing.beats}
    actors = {actor.actor: actor for actor in principals(timing)}
    moves = {beat.id: beat for beat in found.moves}
    for arrangement in found.arrangements:
        first = order.index(arrangement.beats[0].id)
        last = order.index(arrangement.beats[-1].id)
        for index in (first - 1, last + 1):
            move = moves.get(order[index]) if 0 <= index < len(order) else None
            if move is None:
                continue
            # near the arrangement's side of the move everybody must already, or still, be there
            edge = times[move.id].end if index < first else times[move.id].start
            here = [at(actors[a], edge) for a in arrangement.people]
            if all(segment.kind in (*_STILL, "sit_down", "stand_up") for segment in here):
                arrangement.lead_in.append(move)


def main_pair(arrangement: Arrangement, readings: dict[str, LineReading]) -> tuple[str, str]:
    """The two who talk most with each other; who speaks first comes first."""
    talk: Counter[frozenset[str]] = Counter()
    for beat in arrangement.lines:
        to = readings[beat.id].to if beat.id in readings else ""
        if beat.speaker and to in arrangement.places and to != beat.speaker:
            talk[frozenset((beat.speaker, to))] += 1
    if talk:
        best = min(talk, key=lambda pair: (-talk[pair], sorted(pair)))
        first = next(b.speaker for b in arrangement.lines if b.speaker in best)
        other = next(a for a in sorted(best) if a != first)
        return str(first), other
    speakers = [b.speaker for b in arrangement.lines if b.speaker]
    first = speakers[0] if speakers else arrangement.people[0]
    return first, next(a for a in arrangement.people if a != first)


def open_side(
    arrangement: Arrangement,
    timing: SceneTiming,
    pair: tuple[str, str],
    stage: shapely.Polygon | None,
) -> str:
    """The side of the line between two people that cameras keep to: ``left`` or ``right``.

    It is the side to which the bodies are opened; where they are not (people who sit face to
    face), the side with more room to step back.
    """
    second = next(b.start for b in timing.beats if b.beat == arrangement.beats[-1].id)
    actors = {actor.actor: actor for actor in timing.actors}
    one, two = (arrangement.places[name] for name in pair)
    line = (two[0] - one[0], two[1] - one[1])
    opened = 0.0
    for name, sign in zip(pair, (1.0, -1.0), strict=True):
        segment = at(actors[name], second)
        straight = math.atan2(-sign * line[0], sign * line[1])
        turn = (segment.end_heading - straight + math.pi) % (2 * math.pi) - math.pi
        if abs(turn) < math.radians(75):
            opened += sign * turn
    if abs(opened) > math.radians(10) or stage is None:
        return "left" if opened >= 0 else "right"
    middle = shapely.Point((one[0] + two[0]) / 2, (one[1] + two[1]) / 2)
    left = _room(stage, middle, (-line[1], line[0]))
    right = _room(stage, middle, (line[1], -line[0]))
    return "left" if left >= right else "right"


def _room(stage: shapely.Polygon, start: shapely.Point, direction: tuple[float, float]) -> float:
    """Metres from a point to the edge of the stage."""
    norm = max(math.hypot(*direction), 1e-9)
    far = (start.x + 30 * direction[0] / norm, start.y + 30 * direction[1] / norm)
    inside = shapely.LineString([(start.x, start.y), far]).intersection(stage)
    pieces = [piece for piece in shapely.get_parts(inside) if piece.distance(start) < 0.05]
    return float(sum(piece.length for piece in pieces))


def strongest(lines: Iterable[Beat], readings: dict[str, LineReading]) -> tuple[Beat | None, float]:
    """The line of an arrangement that counts most, and how strong it is (0–1)."""
    chosen: tuple[Beat | None, float] = (None, 0.0)
    lines = list(lines)
    for index, beat in enumerate(lines):
        reading = readings.get(beat.id, LineReading(beat=beat.id))
        strength = abs(reading.energy - 0.5) + (0.4 if reading.emotion != "neutral" else 0.0)
        strength += 0.2 * (index + 1) / len(lines)
        if strength > chosen[1] + 1e-9:
            chosen = beat, strength
    return chosen
