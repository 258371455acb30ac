"""Rushes: a scene's timing and takes as `camera.editing` wants them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from camera import editing
from camera.lens import Lens
from camera.pose import Array
from filmagent.documents import Line, Scene, SceneCoverage, SceneTiming, Setup, TakeReport
from filmagent.shoot import people
from filmagent.shoot.arrangement import Company
from filmagent.shoot.moments import leaves
from filmagent.shoot.moving import walking_figure
from filmagent.shoot.sightlines import unseen

_UNCOVERED, _AWAY, _NOTHING = 25.0, 8.0, 50.0
"""Prices a second: a still camera far from its beats, subjects off the set, a frame of no take."""
_SOLO = ("single", "ots", "reaction")
_RESTING = ("idle", "talk", "listen")
_SILENT, _BREATH = "pau", 0.08
"""The phone of a silence; seconds from which it parts what is said."""
_WALKING = 2
"""Every how many steps of the grid people who walk are placed anew."""


@dataclass(frozen=True)
class SceneMaterial:
    """What a scene's cut is made from."""

    scene: Scene
    timing: SceneTiming
    coverage: SceneCoverage
    reports: Mapping[str, TakeReport]
    takes: Mapping[str, Mapping[str, Array]]
    fps: tuple[int, int]
    size: tuple[int, int] = (1920, 1080)
    """Pixels of the picture, for its aspect."""

    @property
    def aspect(self) -> float:
        """Width over height."""
        return self.size[0] / self.size[1]

    @property
    def rate(self) -> float:
        """Frames a second."""
        return self.fps[0] / self.fps[1]

    def rows(self, setup: Setup, frames: Array) -> Array:
        """The rows of a setup's take at scene frames; held at both ends."""
        track = self.takes[setup.id]["frames"]
        return np.asarray(np.clip(frames - int(track[0]), 0, len(track) - 1))


def script(
    material: SceneMaterial, frames: Array, end: int, force: Sequence[float] = ()
) -> editing.Script:
    """A scene's timing as a script on the grid of ``frames``; ``end`` is one past its last."""
    timing = material.timing
    eyes = _eyes(material, frames)
    return editing.Script(
        frames / material.rate,
        max(end, int(frames[-1]) + 1) / material.rate,
        [
            editing.Line(
                line.actor,
                line.start,
                max(line.end, line.start),
                [(line.start + a, line.start + b) for a, b in spoken(line)],
                line.to,
                line.emotion,
                line.energy,
                line.delivery == "on",
            )
            for line in timing.lines
        ],
        _events(timing),
        eyes,
        force,
    )


def spoken(line: Line) -> list[tuple[float, float]]:
    """From when to when each word of a line sounds, seconds from the line's start.

    Scripts that write no spaces have words of many clauses: where the voice is silent inside one,
    it is two.
    """
    silent = [(p.start, p.end) for p in line.phones if p.phone == _SILENT]
    silent = [(a, b) for a, b in silent if b - a >= _BREATH]
    spans = []
    for word in line.words:
        at, end = word.start, max(word.end, word.start)
        for a, b in silent:
            if at < a and b < end:
                spans.append((at, a))
                at = b
        spans.append((at, end))
    return spans


def _events(timing: SceneTiming) -> list[editing.Event]:
    events: list[editing.Event] = []
    for actor in timing.actors:
        if actor.extra:
            continue
        who = actor.actor
        for s in actor.segments:
            if s.kind in ("walk", "sit_down", "stand_up"):
                action = s.kind != "walk"
                events.append(editing.Event("move", who, s.start, s.end, action=action))
            elif s.kind == "turn":
                events.append(editing.Event("look", who, s.start, s.end, action=True))
        events += [
            editing.Event("gesture", who, g.start, max(g.start, g.end), g.target, action=True)
            for g in actor.gestures
            if g.action not in _RESTING
        ]
        events += [editing.Event("look", who, g.start, max(g.start, g.end)) for g in actor.gazes]
        gone = leaves(actor)
        if np.isfinite(gone):
            events.append(editing.Event("leave", who, gone, max(gone, timing.duration) + 60.0))
    for prop in timing.props:
        for hold in prop.holds:
            for a, b in ((hold.start - 0.6, hold.start + 1.2), (hold.end - 0.9, hold.end + 0.9)):
                events.append(editing.Event("thing", prop.prop, a, b))
    return events


def takes(
    material: SceneMaterial, played: editing.Script, frames: Array, leaving: Array | None = None
) -> list[editing.Take]:
    """The setups' takes on the script's grid; ``leaving`` (S, T) is added to their prices."""
    setups = material.coverage.setups
    cost = np.array([_price(material, s, played, frames) for s in setups])
    # a frame that none was shot for still has to be shown by some
    cost = np.where(np.isfinite(cost).any(axis=0)[None], cost, _NOTHING)
    if leaving is not None:
        cost = cost + leaving
    hidden = _hidden(material, played, frames)
    made = []
    for number, setup in enumerate(setups):
        rows, track = material.rows(setup, frames), material.takes[setup.id]
        lens = Lens(1.0, material.reports[setup.id].sensor_mm, material.aspect)
        made.append(
            editing.Take(
                setup.id,
                tuple(setup.subjects),
                np.asarray(track["positions"], np.float64)[rows],
                setup.size,
                setup.kind,
                np.asarray(track["quaternions"], np.float64)[rows],
                np.asarray(track["focal_mm"], np.float64)[rows] * lens.focal_heights,
                cost[number],
                hidden[number],
                setup.pair,
                tuple(setup.line) if len(setup.line) == 2 else (),
            )
        )
    return made


def _price(material: SceneMaterial, setup: Setup, played: editing.Script, frames: Array) -> Array:
    """(T,) price a second of what only this film knows of a take; inf where there is none."""
    report, seconds = material.reports[setup.id], played.seconds
    every = {b for s in material.coverage.setups for b in s.beats}
    price = np.full(len(frames), 1.2 * len([g for g in report.given_up if "place" in g]))
    if setup.kind in _SOLO and len(setup.beats) < 0.35 * len(every):
        # made for these few beats: that is where it belongs
        price -= 0.3 + (0.25 if setup.move != "static" else 0.0)
    off = _covered(report, frames, material.rate)
    if setup.kind == "insert":
        # a thing is worth seeing whenever it is handled, whatever beats were named
        for event in played.events:
            if event.kind == "thing" and event.who in setup.subjects:
                off = np.where((seconds >= event.start) & (seconds < event.end), 0.0, off)
    about = [s for s in setup.subjects if s in played.people]
    if about and setup.kind not in ("entrance", "establishing"):
        gone = np.all([np.isnan(played.people[s]).any(axis=1) for s in about], axis=0)
        price += np.where(gone, _AWAY, 0.0)
    there = (frames >= report.first) & (frames < report.end)
    return np.where(there, price + off, np.inf)


def _covered(report: TakeReport, frames: Array, rate: float) -> Array:
    """0 inside the take's ranges, little just outside, much elsewhere."""
    off = np.full(len(frames), np.inf)
    for a, b in report.ranges or [(report.first, report.end)]:
        off = np.minimum(off, np.maximum(np.maximum(a - frames, frames - (b - 1)), 0))
    seconds = off / rate
    # a still camera made anew elsewhere is somewhere else: only its own places count
    return np.where(seconds <= 0, 0.0, np.where(seconds < 0.5, 1.5 + 4 * seconds, _UNCOVERED))


def _eyes(material: SceneMaterial, frames: Array) -> dict[str, Array]:
    """(T, 3) everybody's eyes; NaN while they are off the set."""
    company = Company(material.timing, material.fps)
    found: dict[str, Array] = {}
    for name, actor in company.actors.items():
        if actor.extra:
            continue
        eyes, at = np.full((len(frames), 3), np.nan), (0, -2)
        for row, frame in enumerate(frames):
            second = float(frame) / material.rate
            segment = people.segment_at(actor, second)
            if segment.kind == "offstage":
                continue
            place = (id(segment), row // _WALKING if segment.kind == "walk" else -1)
            if place == at:
                eyes[row] = eyes[row - 1]
            else:
                eyes[row], at = walking_figure(company, name, second).eyes, place
        found[name] = eyes
    return found


def _hidden(material: SceneMaterial, played: editing.Script, frames: Array) -> Array:
    """(S, T) how much is unseen of whom each setup is about, 0–1; walkers before others."""
    walking = {
        a.actor: _during([(s.start, s.end) for s in a.segments if s.kind == "walk"], played)
        for a in material.timing.actors
    }
    table = np.zeros((len(material.coverage.setups), len(frames)))
    for i, setup in enumerate(material.coverage.setups):
        here = [s for s in setup.subjects if s in played.people]
        if setup.kind in ("insert", "establishing") or not here:
            continue
        anybody = np.any([walking[s] for s in here], axis=0)
        for s in here:
            about = walking[s] | (~anybody if s == here[0] else False)
            known = about & ~np.isnan(played.people[s]).any(axis=1)
            # who shares the picture, or gives it a shoulder, is meant to be there
            meant = (*here, setup.over)
            past = [p[known] for a, p in played.people.items() if a not in meant]
            share = unseen(material.takes[setup.id], material.rows(setup, frames[known]),
                           material.reports[setup.id].sensor_mm, material.aspect,
                           played.people[s][known], material.timing.set,
                           np.stack(past, axis=1) if past else None)  # fmt: skip
            table[i, known] = np.maximum(table[i, known], share)
    return table


def _during(spans: Sequence[tuple[float, float]], played: editing.Script) -> Array:
    inside = np.zeros(played.steps, bool)
    for a, b in spans:
        inside |= (played.seconds >= a) & (played.seconds < b)
    return inside
