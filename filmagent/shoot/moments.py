"""What a scene is about at each moment, and how well each setup shows it: the edit's costs.

Time is a grid of steps of three frames. Costs are per second; ``inf`` never shown.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from camera.grammar import SIZES, size_steps
from camera.pose import Array
from filmagent.documents import (
    ActorTiming,
    Line,
    Scene,
    SceneCoverage,
    SceneTiming,
    Setup,
    TakeReport,
)
from filmagent.shoot.style import Style

STEP = 3
"""Frames of a grid step."""
_UNCOVERED = 25.0
_WIDE = ("establishing", "master", "group", "two_shot")
_SOLO = ("single", "ots", "reaction")


@dataclass(frozen=True)
class Moment:
    """What happens at a step."""

    line: Line | None
    """The line being said."""
    progress: float
    """How much of it is said, 0–1."""
    gap_to: str
    """Between lines: who speaks next within 1.5 s."""
    movers: tuple[str, ...]
    """Who walks, sits down or gets up."""
    gesture: tuple[str, str, str]
    """(actor, action, target) of the gesture that matters, or empty names."""
    prop: str
    """A prop that is being taken, shown or laid down."""
    second: float
    leaving: tuple[str, ...] = ()
    """Who is on the way out for good."""


def moments(timing: SceneTiming, seconds: Array) -> list[Moment]:
    """What happens at each of ``seconds``."""
    lines = sorted(timing.lines, key=lambda line: line.start)
    return [_moment(timing, lines, float(t)) for t in seconds]


def _moment(timing: SceneTiming, lines: Sequence[Line], t: float) -> Moment:
    line = next((x for x in reversed(lines) if x.start <= t < x.end), None)
    coming = next((x for x in lines if t <= x.start < t + 1.5), None)
    movers, gesture = [], ("", "", "")
    for actor in timing.actors:
        if actor.extra:
            continue
        if any(
            s.kind in ("walk", "sit_down", "stand_up") and s.start <= t < s.end
            for s in actor.segments
        ):
            movers.append(actor.actor)
        for g in actor.gestures:
            if g.start <= t < g.end and g.action not in ("idle", "talk", "listen"):
                gesture = (actor.actor, g.action, g.target)
    prop = next(
        (
            p.prop
            for p in timing.props
            for h in p.holds
            if h.start - 0.6 <= t < h.start + 1.2 or h.end - 0.9 <= t < h.end + 0.9
        ),
        "",
    )
    progress = 0.0 if line is None else (t - line.start) / max(line.end - line.start, 1e-6)
    leaving = [a.actor for a in timing.actors if not a.extra and _leaves(a) <= t]
    return Moment(
        line,
        progress,
        coming.actor if coming is not None else "",
        tuple(movers),
        gesture,
        prop,
        t,
        tuple(leaving),
    )


def _leaves(actor: ActorTiming) -> float:
    """When somebody sets off never to come back; inf if they stay."""
    kept = actor.segments
    while kept and kept[-1].kind == "offstage":
        kept = kept[:-1]
    if not kept or kept[-1].kind != "walk":
        return math.inf
    # up from the chair and round to the door are part of leaving
    start = kept[-1].start
    for before in reversed(kept[:-1]):
        if before.kind not in ("turn", "stand_up", "walk"):
            break
        start = before.start
    return start


def show_costs(
    scene: Scene,
    timing: SceneTiming,
    coverage: SceneCoverage,
    reports: Mapping[str, TakeReport],
    rate: float,
    frames: Array,
    listener: float,
    lost: Array,
) -> Array:
    """Cost (S, T) of showing each setup at each step, per step.

    ``lost`` (S, T) says where whom the setup is about is out of its frame.
    """
    happening = moments(timing, frames / rate)
    start = float(frames[0]) / rate
    arc = _arc(timing)
    every = {b for s in coverage.setups for b in s.beats}
    cast_out = {
        a.actor: [(s.start, s.end) for s in a.segments if s.kind == "offstage"]
        for a in timing.actors
    }
    table = np.empty((len(coverage.setups), len(frames)))
    for i, setup in enumerate(coverage.setups):
        report = reports[setup.id]
        fault = 1.2 * len([g for g in report.given_up if "place" in g or "hidden" in g])
        fault += 2.5 * max(0.9 - report.scores.get("visible", 1.0), 0)
        covered = _covered(report, frames, rate)
        if setup.kind in _SOLO and len(setup.beats) < 0.35 * len(every):
            # made for these few beats: that is where it belongs
            fault -= 0.3 + (0.25 if setup.move != "static" else 0.0)
        there = (frames >= report.first) & (frames < report.end)
        for j, moment in enumerate(happening):
            if not there[j]:
                table[i, j] = np.inf
                continue
            cost = _cost(setup, moment, start, listener, arc(moment.second)) + fault
            if _away(setup, cast_out, moment.second):
                cost += 8.0
            # a thing is worth seeing whenever it is handled, whatever beats were named
            handled = setup.kind == "insert" and moment.prop in setup.subjects
            off = 0.0 if handled else covered[j]
            table[i, j] = cost + off + (7.0 if lost[i, j] else 0.0)
    return table * STEP / rate


def _covered(report: TakeReport, frames: Array, rate: float) -> Array:
    """0 inside the take's ranges, little just outside, much elsewhere."""
    off = np.full(len(frames), np.inf)
    for a, b in report.ranges or [(report.first, report.end)]:
        off = np.minimum(off, np.maximum(np.maximum(a - frames, frames - (b - 1)), 0))
    seconds = off / rate
    # a still camera made anew elsewhere is somewhere else: only its own places count
    return np.where(seconds <= 0, 0.0, np.where(seconds < 0.5, 1.5 + 4 * seconds, _UNCOVERED))


def _away(setup: Setup, out: Mapping[str, list[tuple[float, float]]], t: float) -> bool:
    """Whether everybody the setup is about is off the set."""
    people = [s for s in setup.subjects if s in out]
    return (
        bool(people)
        and setup.kind not in ("entrance", "establishing")
        and all(any(a <= t < b for a, b in out[p]) for p in people)
    )


def _arc(timing: SceneTiming) -> Callable[[float], float]:
    """How far the talk has come, 0–1, at a second: scenes come closer as they go on."""
    lines = timing.lines
    first = min((x.start for x in lines), default=0.0)
    last = max((x.end for x in lines), default=timing.duration)
    return lambda t: float(np.clip((t - first) / max(last - first, 1e-6), 0.0, 1.0))


def _cost(setup: Setup, m: Moment, start: float, listener: float, arc: float) -> float:
    cost = _content(setup, m, listener)
    subject = setup.subjects[0] if setup.subjects else ""
    opening = m.second - start < 2.6
    if opening:
        cost += {"establishing": -1.2, "entrance": -0.5, "master": -0.6}.get(setup.kind, 0.9)
    elif setup.kind == "establishing":
        cost += 0.8
    if m.movers:
        moved = subject in m.movers or bool(set(setup.subjects) & set(m.movers))
        if setup.kind in ("follow", "entrance", "exit") and moved:
            cost -= 1.45
        elif setup.kind in _WIDE and moved:
            cost -= 0.5
        elif setup.kind in _SOLO and subject in m.movers:
            cost += 2.2
    elif setup.kind in ("entrance", "exit", "follow"):
        cost += 1.2
    if m.leaving:
        if setup.kind == "exit" and subject in m.leaving:
            cost -= 0.9
        elif setup.kind in _SOLO and subject not in m.leaving and m.line is None:
            cost -= 0.5
    if setup.kind == "insert":
        cost += -2.4 if m.prop and m.prop in setup.subjects else 3.0
    if m.line is not None and setup.kind in _SOLO:
        cost += 0.24 * size_steps(setup.size, _size_for(m.line, arc))
    return cost


def _content(setup: Setup, m: Moment, listener: float) -> float:
    """How well the setup shows who or what matters."""
    subject = setup.subjects[0] if setup.subjects else ""
    solo = setup.kind in _SOLO or setup.kind in ("follow",)
    actor, _, target = m.gesture
    if m.line is not None:
        speaker, to = m.line.actor, m.line.to
        seen = m.line.delivery == "on"
        if solo and subject == speaker and seen:
            return 0.15 + (0.25 if setup.kind == "reaction" else 0.0)
        if solo and (subject == to or not seen or (not to and subject != speaker)):
            # the end of a long line is for who must answer it
            length = m.line.end - m.line.start
            late = 0.55 if m.progress > 0.55 and length > 1.6 else 0.0
            # a gesture while listening is worth seeing
            late += 0.3 if actor == subject else 0.0
            return max((listener if seen else 0.1) - late, -0.1)
        if setup.kind == "two_shot" and speaker in setup.subjects:
            return 0.75
        if setup.kind in _WIDE:
            return 1.15 if speaker in setup.subjects else 1.6
        return 2.2
    if actor:
        if solo and subject == actor:
            return 0.1
        if solo and subject == target:
            return 0.55
        if setup.kind in _WIDE and actor in setup.subjects:
            return 0.7
    if m.gap_to and solo:
        return 0.3 if subject == m.gap_to else 0.55
    if setup.kind in _WIDE:
        return 0.55
    return 0.8 if solo else 1.2


def _size_for(line: Line, arc: float) -> str:
    """Feeling asks for a closer shot, and so does the end of a talk."""
    order = list(SIZES)
    heat = line.energy + (0.25 if line.emotion not in ("neutral", "happy") else 0.0)
    return order[int(np.clip(3.9 - 2.2 * heat - 1.6 * arc, 1, 3))]


def lengths(timing: SceneTiming, frames: Array, rate: float, style: Style, pace: float) -> Array:
    """The shot length in steps that suits each step."""
    out = np.empty(len(frames))
    for j, frame in enumerate(frames):
        t = float(frame) / rate
        line = next((x for x in timing.lines if x.start - 0.4 <= t < x.end + 0.4), None)
        if line is None:
            seconds = style.action
        else:
            seconds = style.emotion.get(line.emotion, 3.2) * (1.15 - 0.35 * line.energy)
        out[j] = pace * seconds * rate / STEP
    return out


def point_costs(
    timing: SceneTiming, frames: Array, rate: float, style: Style, boundary: float
) -> Array:
    """Cost (T,) of cutting at each step: words, line ends, and what invites a cut."""
    cost = np.full(len(frames), 0.25)
    # half a step more than three frames, since the picture is cut on the grid
    near = 3.0 / rate + 1e-6
    for line in timing.lines:
        for edge in (line.start, line.end):
            cost[np.abs(frames / rate - edge) <= near] += boundary
        inside = np.zeros(len(frames), bool)
        for word in line.words:
            a, b = line.start + word.start, line.start + word.end
            inside |= (frames / rate > a + 0.03) & (frames / rate < b - 0.03)
        cost[inside] += style.word
    for actor in timing.actors:
        if actor.extra:
            continue
        # cut on action: just after a movement begins
        starts = [s.start for s in actor.segments if s.kind in ("sit_down", "stand_up", "turn")]
        starts += [g.start for g in actor.gestures if g.action not in ("idle", "talk", "listen")]
        looks = [g.start for g in actor.gazes]
        for t, gain in [*((s, 0.5) for s in starts), *((x, 0.25) for x in looks)]:
            after = frames / rate - t
            cost[(after >= 0.08) & (after <= 0.4)] -= gain
    return cost
