"""What an actor has to do in a scene, gathered from its timing: way, lines, acts, props, looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from filmagent.cast import contacts, gestures, handling, speaking
from filmagent.cast.gait import Style, style_of
from filmagent.cast.gaze import Look
from filmagent.cast.props import lying
from filmagent.cast.rotation import Array
from filmagent.cast.skeleton import Skeleton
from filmagent.cast.travel import Travel, plan
from filmagent.documents import ActorTiming, Line, SceneTiming, Segment
from filmagent.documents.seeds import seed as seed_of
from filmagent.errors import InputError
from filmagent.library import cast
from filmagent.library.cast import Member


@dataclass(eq=False)
class Role:
    """What an actor has to do, gathered from the timing."""

    me: ActorTiming
    timing: SceneTiming
    member: Member
    skeleton: Skeleton
    t: Array
    seed: int
    travel: Travel
    own: list[Line]
    others: list[Line]
    grasps: list[handling.Grasp]
    acts: list[gestures.Act]
    beats: list[gestures.Act]
    meetings: list[contacts.Meeting]
    eyes: dict[str, Array]
    """Everybody else's eyes, (F, 3) world."""


def watched(timing: SceneTiming, actor: str) -> list[str]:
    """The other people whose place an actor needs to know: looked at, acted on, handed things."""
    me = find(timing, actor)
    named = (
        {g.target for g in me.gazes}
        | {g.target for g in contacts.answered(timing, actor)}
        | {h.actor for p in timing.props for h in p.holds}
    )
    return [a.actor for a in timing.actors if a.actor in named and a.actor != actor]


def find(timing: SceneTiming, actor: str) -> ActorTiming:
    """An actor of a scene.

    Raises
    ------
    InputError
        If the scene has no such actor.
    """
    people = {a.actor: a for a in timing.actors}
    if actor not in people:
        known = ", ".join(sorted(people)) or "nobody"
        raise InputError(f"Scene {timing.scene} has no actor {actor!r}; in it are {known}.")
    return people[actor]


def gather(timing: SceneTiming, actor: str, t: Array, seed: int, eyes: Mapping[str, Array]) -> Role:
    """An actor's role; ``eyes`` are the others' (F, 3) world, as far as they are known."""
    me = find(timing, actor)
    own_seed = seed_of(seed, "perform", f"{timing.scene}/{actor}")
    member = cast.load(me.member)
    skeleton = Skeleton.of(member)
    travel = _way(timing, actor, t, seed)
    own = [line for line in timing.lines if line.actor == actor]
    others = [line for line in timing.lines if line.actor != actor]
    ways = {actor: (travel, skeleton)}
    for other in sorted(contacts.partners(timing, actor)):
        body = Skeleton.of(cast.load(find(timing, other).member))
        ways[other] = (_way(timing, other, t, seed), body)

    def stand(who: str, second: float) -> contacts.Stand:
        return contacts.Stand.of(*ways[who], second)

    def meet(one: str, other: str, second: float) -> Array | None:
        if one == other or one not in ways or other not in ways:
            return None
        a, b = stand(one, second), stand(other, second)
        return contacts.handed(a, b)

    held = handling.grasps(timing.props, actor, float(t[0]), float(t[-1]), meet)
    holds = [(g.prop.prop, g.hold) for g in held]
    drawn = contacts.answered(timing, actor)
    acts = gestures.acts(drawn, holds, _lateral(me, travel), own_seed)
    meetings = [
        contacts.Meeting(act, stand(actor, act.start), stand(act.partner, act.start))
        for act in acts
        if act.action in contacts.TOGETHER and act.partner in ways
    ]
    busy = [(g.hold.start - 0.6, g.hold.end + 0.5, g.side) for g in held]
    busy += [(a.start - 0.2, a.end, s) for a in acts for s in a.sides]
    beats = speaking.talk(own, busy, own_seed)
    acts += speaking.answering(others, own, actor, own_seed)
    return Role(
        me,
        timing,
        member,
        skeleton,
        t,
        own_seed,
        travel,
        own,
        others,
        held,
        acts,
        beats,
        meetings,
        dict(eyes),
    )


def _way(timing: SceneTiming, actor: str, t: Array, seed: int) -> Travel:
    """An actor's way, walked as their age and their moods have it."""
    me = find(timing, actor)
    member = cast.load(me.member)
    skeleton = Skeleton.of(member)
    years = int(member.bake.extra["years"])

    def style(segment: Segment) -> Style:
        felt = [m for m in me.moods if m.start <= segment.start + 0.5 < m.end]
        mood = max(felt, key=lambda m: m.energy) if felt else None
        path = np.array(segment.path or [segment.position[:2]])
        metres = float(np.hypot(*np.diff(path, axis=0).T).sum())
        pace = metres / max(segment.end - segment.start - 0.4, 0.3) * 0.8 / sum(skeleton.leg)
        return style_of(
            segment, years, mood.emotion if mood else "", mood.energy if mood else 0.0, pace
        )

    return plan(
        me.segments, t, skeleton, seed_of(seed, "perform", f"{timing.scene}/{actor}"), style
    )


def _lateral(me: ActorTiming, travel: Travel) -> dict[str, float]:
    """How far to the right of an actor each gesture's target is."""
    out = {}
    for g in me.gestures:
        if g.target_position is not None:
            row = int(np.clip(np.searchsorted(travel.t, g.start), 0, len(travel.t) - 1))
            way = np.array(g.target_position[:2]) - travel.ground[row]
            yaw = travel.yaw[row]
            out[g.id] = float(way @ [np.cos(yaw), np.sin(yaw)])
    return out


def grasped(role: Role, start: float, end: float) -> bool:
    """Whether a hold begins or ends in this time: then the prop's own times lead the hand."""
    return any(
        start - 0.2 < second < end + 0.2
        for g in role.grasps
        for second in (g.hold.start, g.hold.end)
    )


def looks(role: Role) -> list[Look]:
    """Whom or what the eyes are on, from when on: gazes, over them thoughts, over them acts."""
    spans: list[tuple[int, float, float, Look]] = []
    for g in role.me.gazes:
        points = _points(role, g.target, g.position)
        spans.append((0, g.start, g.end, Look(g.start, points)))
    for act in role.acts:
        if act.spec.gaze is not None:
            spans.append(
                (
                    2,
                    act.start,
                    act.end - 0.3,
                    Look(act.start, None, (act.spec.gaze[0], act.spec.gaze[1])),
                )
            )
        elif act.action in ("look", "point") and act.target is not None:
            spans.append(
                (
                    2,
                    act.start - 0.1,
                    act.end,
                    Look(act.start - 0.1, np.tile(np.array(act.target), (len(role.t), 1))),
                )
            )
    for grasp in role.grasps:
        for second, place in ((grasp.hold.start, grasp.taken), (grasp.hold.end, grasp.left)):
            if place is not None:
                spans.append(
                    (
                        3,
                        second - 0.75,
                        second + 0.12,
                        Look(second, np.tile(place + np.array([0.0, 0.0, 0.03]), (len(role.t), 1))),
                    )
                )
    return _flattened(spans, float(role.t[0]))


def _flattened(
    spans: list[tuple[int, float, float, Look]],
    first: float,
) -> list[Look]:
    edges = sorted(
        {first, *(s[1] for s in spans if s[1] > first), *(s[2] for s in spans if s[2] > first)}
    )
    ahead = Look(first)
    out: list[Look] = []
    current: Look | None = None
    for k, edge in enumerate(edges):
        middle = edge + 1e-4
        active = [s for s in spans if s[1] <= middle < s[2]]
        top = max(active, key=lambda s: (s[0], s[1]))[3] if active else ahead
        # a gap between two gazes shorter than a glance is no look ahead
        if not active and k + 1 < len(edges) and edges[k + 1] - edge < 0.4 and current is not None:
            continue
        if top is not current:
            out.append(Look(edge, top.points, top.offset))
            current = top
    return out


def _points(role: Role, target: str, position: tuple[float, float, float] | None) -> Array | None:
    if target in role.eyes:
        return role.eyes[target]
    for prop in role.timing.props:
        if prop.prop == target:
            track = np.stack([lying(prop, s)[:3, 3] for s in role.t])
            for hold in prop.holds:
                rows = (role.t >= hold.start) & (role.t < hold.end)
                if hold.actor in role.eyes:
                    track[rows] = role.eyes[hold.actor][rows] - [0.0, 0.0, 0.40]
            out: Array = track
            return out
    if position is not None:
        return np.tile(np.array(position), (len(role.t), 1))
    return None
