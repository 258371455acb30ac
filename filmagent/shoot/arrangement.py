"""When people stand still and where: the times for which one camera position is right.

An arrangement is a stretch of a scene during which the people a setup films keep their places. Its
key is made of places, never of times, so a line that gets longer leaves it as it was.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from camera.pose import Array
from filmagent.documents import ActorTiming, SceneTiming, Segment
from filmagent.shoot import people
from filmagent.shoot.people import Figure, Stature

Fps = tuple[int, int]


@dataclass(frozen=True)
class Stance:
    """Where somebody is, to the millimetre; ``None`` seat stands."""

    actor: str
    position: tuple[float, float, float]
    heading: float
    seat_height: float | None = None

    @property
    def key(self) -> tuple[str, int, int, bool]:
        """Equal for stances that differ by less than a hand's breadth or a turn of the body."""
        x, y, _ = self.position
        return self.actor, round(x / 0.12), round(y / 0.12), self.seat_height is not None


@dataclass(frozen=True)
class Arrangement:
    """Frames [start, end) in which some people keep their places."""

    start: int
    end: int
    stances: tuple[Stance, ...]

    @property
    def key(self) -> tuple[tuple[str, int, int, bool], ...]:
        """Where they are."""
        return tuple(s.key for s in self.stances)


class Company:
    """The people of a scene: who is where when, and their canonical figures."""

    def __init__(self, timing: SceneTiming, fps: Fps) -> None:
        self.timing = timing
        self.rate = fps[0] / fps[1]
        self.actors: dict[str, ActorTiming] = {a.actor: a for a in timing.actors}
        self.bodies: dict[str, Stature] = {a.actor: people.stature(a.member) for a in timing.actors}
        self.first = int(np.floor(-timing.handle * self.rate))
        self.end = int(np.ceil((timing.duration + timing.handle) * self.rate))

    def frame(self, second: float) -> int:
        """The frame at or just after a second."""
        return int(np.ceil(second * self.rate - 1e-6))

    def stance(self, actor: str, second: float) -> Stance | None:
        """Where somebody is; None while they walk, sit down, get up, or are away."""
        segment = people.segment_at(self.actors[actor], second)
        if segment.kind not in ("stand", "turn", "sit"):
            return None
        return _stance(actor, segment)

    def figure(self, stance: Stance) -> Figure:
        """The canonical figure of a stance."""
        return people.canonical(
            stance.actor,
            self.bodies[stance.actor],
            np.array(stance.position),
            stance.heading,
            stance.seat_height,
        )

    def places(
        self, actor: str, spans: Sequence[tuple[int, int]], *, settled: bool = False
    ) -> list[Stance]:
        """Every place somebody passes during some frames: stances, and their walks' points.

        ``settled`` leaves walks out.
        """
        found: dict[tuple[str, int, int, bool], Stance] = {}
        for segment in self.actors[actor].segments:
            if segment.kind == "offstage" or (settled and segment.kind == "walk"):
                continue
            if not self._during(segment, spans):
                continue
            for stance in _passed(actor, segment):
                found.setdefault(stance.key, stance)
        return list(found.values())

    def arrangements(
        self, actors: Sequence[str], spans: Sequence[tuple[int, int]]
    ) -> list[Arrangement]:
        """The stretches of ``spans`` during which all of ``actors`` keep their places."""
        edges = sorted(
            {
                self.frame(t)
                for a in actors
                if a in self.actors
                for s in self.actors[a].segments
                for t in (s.start, s.end)
            }
        )
        found: list[Arrangement] = []
        for start, end in spans:
            marks = [start, *(e for e in edges if start < e < end), end]
            for a, b in pairwise(marks):
                middle = (a + b) / 2 / self.rate
                stances = [self.stance(x, middle) for x in actors if x in self.actors]
                if any(s is None for s in stances) or not stances:
                    continue
                new = Arrangement(a, b, tuple(s for s in stances if s is not None))
                if found and found[-1].key == new.key and found[-1].end == a:
                    found[-1] = Arrangement(found[-1].start, b, found[-1].stances)
                else:
                    found.append(new)
        return found

    def headings(self, actor: str, spans: Sequence[tuple[int, int]]) -> tuple[float, ...]:
        """Where somebody's body faces while they keep a place, radians, each once, in order."""
        found = []
        for segment in self.actors[actor].segments:
            if segment.kind in ("stand", "turn", "sit") and self._during(segment, spans):
                found.append(_stance(actor, segment).heading)
        return tuple(dict.fromkeys(found))

    def attended(self, subject: str, beats: Sequence[str]) -> str | None:
        """Whom somebody looks at in at least half of some beats; None if at nobody.

        What the hands are busy with for most of a beat has the eyes too.
        """
        gazes, gestures = self.actors[subject].gazes, self.actors[subject].gestures
        count: dict[str, int] = {}
        times = [b for b in self.timing.beats if b.beat in beats or not beats]
        for beat in times:
            seconds: dict[str, float] = {}
            for gaze in gazes:
                both = min(gaze.end, beat.end) - max(gaze.start, beat.start)
                seconds[gaze.target] = seconds.get(gaze.target, 0.0) + max(both, 0.0)
            for gesture in gestures:
                both = min(gesture.end, beat.end) - max(gesture.start, beat.start)
                if gesture.target and 2 * both > beat.end - beat.start:
                    seconds[gesture.target] = seconds.get(gesture.target, 0.0) + 2 * both
            target = max(sorted(seconds), key=lambda t: seconds[t], default="")
            if target in self.actors and target != subject:
                count[target] = count.get(target, 0) + 1
        best = max(sorted(count), key=lambda t: count[t], default=None)
        return best if best is not None and 2 * count[best] >= len(times) else None

    def others(self, arrangement: Arrangement) -> list[Figure]:
        """Everybody else who keeps still during an arrangement, canonically."""
        named = {s.actor for s in arrangement.stances}
        found: dict[tuple[str, int, int, bool], Stance] = {}
        for actor in self.actors:
            if actor in named:
                continue
            for frame in (arrangement.start, arrangement.end - 1):
                stance = self.stance(actor, frame / self.rate)
                if stance is not None:
                    found.setdefault(stance.key, stance)
        return [self.figure(s) for s in found.values()]

    def spans(self, beats: Sequence[str]) -> list[tuple[int, int]]:
        """The frames of beats, neighbours joined; no beats: the whole scene.

        A beat lasts until the next one begins: the silence after a line belongs to it.
        """
        ordered = sorted(self.timing.beats, key=lambda b: (b.start, b.end))
        last = self.frame(self.timing.duration)
        ends = [*(b.start for b in ordered[1:]), self.timing.duration]
        times = {
            b.beat: (self.frame(b.start), self.frame(max(b.end, end)))
            for b, end in zip(ordered, ends, strict=True)
        }
        chosen = [times[b] for b in beats if b in times]
        spans: list[tuple[int, int]] = []
        for start, end in sorted(chosen or [(0, last)]):
            if spans and start <= spans[-1][1] + 1:
                spans[-1] = (spans[-1][0], max(spans[-1][1], end))
            elif end > start:
                spans.append((start, end))
        return spans or [(0, max(last, 1))]

    def acted(self, performances: Mapping[str, Mapping[str, Array]], frames: Array) -> list[Figure]:
        """Everybody's real bodies at frames; people without a performance are left out."""
        return [
            people.acted(actor, performances[name], frames)
            for name, actor in self.actors.items()
            if name in performances and people.member_of(actor) is not None
        ]

    def _during(self, segment: Segment, spans: Sequence[tuple[int, int]]) -> bool:
        start, end = self.frame(segment.start), self.frame(segment.end)
        return any(start < b and end > a for a, b in spans)


def _stance(actor: str, segment: Segment) -> Stance:
    x, y, z = segment.position
    seat = segment.seat_height if segment.kind == "sit" else None
    heading = segment.end_heading if segment.kind == "turn" else segment.heading
    return Stance(
        actor,
        (round(x, 3), round(y, 3), round(z, 3)),
        round(heading, 3),
        None if seat is None else round(seat, 3),
    )


def _passed(actor: str, segment: Segment) -> list[Stance]:
    if segment.kind != "walk" or len(segment.path) < 2:
        return [_stance(actor, segment)]
    path = np.array(segment.path)
    step = np.append(0.0, np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1)))
    count = max(int(np.ceil(step[-1] / 0.6)), 1) + 1
    at = np.linspace(0, step[-1], count)
    points = np.stack([np.interp(at, step, path[:, i]) for i in range(2)], axis=1)
    ahead = np.gradient(points, axis=0) if count > 1 else np.zeros_like(points)
    return [
        Stance(
            actor,
            (round(float(p[0]), 3), round(float(p[1]), 3), round(segment.position[2], 3)),
            round(float(np.arctan2(-d[0], d[1])), 3),
        )
        for p, d in zip(points, ahead, strict=True)
    ]
