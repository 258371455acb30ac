"""What a scene is about at each moment."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from camera.pose import Array
from filmagent.documents import ActorTiming, Line, SceneTiming


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
    leaving = [a.actor for a in timing.actors if not a.extra and leaves(a) <= t]
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


def leaves(actor: ActorTiming) -> float:
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
