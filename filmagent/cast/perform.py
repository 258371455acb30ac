"""One actor's performance of a scene: all layers, from the ground up.

travel (feet, seat) → trunk and legs → gaze and head → hands → face → npz arrays
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from filmagent.cast import face as faces
from filmagent.cast import gaze as gazes
from filmagent.cast import gestures, handling, lipsync, posture
from filmagent.cast.arms import Hand, shoulder_at, solve
from filmagent.cast.props import lying
from filmagent.cast.rotation import Array, continuous, ease, noise, quaternions, window
from filmagent.cast.skeleton import SIDES, Skeleton
from filmagent.cast.travel import Travel, plan
from filmagent.cast.trunk import Bearing, Frame, build, restless
from filmagent.documents import ActorTiming, Line, SceneTiming
from filmagent.documents.seeds import seed as seed_of
from filmagent.errors import InputError
from filmagent.library import cast, props, sets
from filmagent.library.bake import ARKIT
from filmagent.library.cast import Member

VERSION = 1
"""Raised when the same timing gives another performance."""


@dataclass(eq=False)
class _Role:
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
    eyes: dict[str, Array]
    """Everybody else's eyes, (F, 3) world."""


def frames(timing: SceneTiming, fps: tuple[int, int]) -> tuple[int, int]:
    """First frame and the one after the last of a scene's performances."""
    rate = fps[0] / fps[1]
    return (
        int(np.floor(-timing.handle * rate + 1e-9)),
        int(np.ceil((timing.duration + timing.handle) * rate - 1e-9)),
    )


def perform(timing: SceneTiming, actor: str, fps: tuple[int, int], seed: int) -> dict[str, Any]:
    """Move, speak and look through a scene.

    Parameters
    ----------
    timing
        The scene.
    actor
        One of its actors.
    fps
        Frames a second as a fraction.
    seed
        Of the scene; each actor, line and gesture draws its own from it.

    Returns
    -------
    dict
        The performance npz of a `StageActor`: ``first_frame`` (), ``bone_names`` (J,),
        ``rotations`` (F, J, 4) wxyz, ``root`` (F, 3), ``root_rotation`` (F, 4), ``face_names``
        (52,), ``face`` (F, 52), ``visible`` (F,), and ``steps`` (N, 4): second, x, y and strength
        0–1 of every footfall.

    Raises
    ------
    InputError
        If the scene has no such actor.
    """
    rate = fps[0] / fps[1]
    first, end = frames(timing, fps)
    t = np.arange(first, end) / rate
    role = _role(timing, actor, t, seed)
    temper = faces.temper(role.me.moods, t, role.seed)
    attitude = gestures.attitude([*role.acts], t)
    bearing = _bearing(role, temper, attitude)
    looks = _looks(role)
    frame, aim = _carried(role, bearing, looks)
    accents = gestures.accents(role.own, t, role.seed)
    gazes.turn_head(frame, aim, _head(role, temper, attitude, accents), role.seed)
    middle = frame.to_world(0.5 * (frame.posed.head("eye.L") + frame.posed.head("eye.R")))
    aim = _aim(role, frame, looks, middle)
    eyes = gazes.turn_eyes(frame, aim, role.seed)
    _hands(role, frame, bearing)
    attitude.face[:, ARKIT.index("browInnerUp")] += 0.22 * accents
    attitude.face[:, ARKIT.index("browOuterUpLeft")] += 0.14 * accents
    attitude.face[:, ARKIT.index("browOuterUpRight")] += 0.14 * accents
    face = _face(role, temper, attitude, aim, eyes)
    rotations = continuous(frame.posed.encode())
    return {
        "first_frame": np.array(first),
        "bone_names": np.array(role.skeleton.names),
        "rotations": np.round(rotations, 7).astype(np.float32),
        "root": np.round(frame.root, 7),
        "root_rotation": np.round(continuous(quaternions(frame.heading)), 9),
        "face_names": np.array(ARKIT),
        "face": np.round(face, 5).astype(np.float32),
        "visible": role.travel.visible,
        "steps": _footfalls(role.travel),
    }


def _role(timing: SceneTiming, actor: str, t: Array, seed: int) -> _Role:
    people = {a.actor: a for a in timing.actors}
    if actor not in people:
        known = ", ".join(sorted(people)) or "nobody"
        raise InputError(f"Scene {timing.scene} has no actor {actor!r}; in it are {known}.")
    me = people[actor]
    own_seed = seed_of(seed, "perform", f"{timing.scene}/{actor}")
    member = cast.load(me.member)
    skeleton = Skeleton.of(member)
    travel = plan(me.segments, t, skeleton, own_seed)
    own = [line for line in timing.lines if line.actor == actor]
    others = [line for line in timing.lines if line.actor != actor]
    watched = (
        {g.target for g in me.gazes}
        | {h.actor for p in timing.props for h in p.holds}
        | {g.target for g in me.gestures}
    )
    eyes = {
        a.actor: _eyes_of(a, t, timing, seed)
        for a in timing.actors
        if a.actor in watched and a.actor != actor
    }
    chests = {name: track - [0.0, 0.0, 0.42] for name, track in eyes.items()}
    chests[actor] = np.column_stack([travel.ground, travel.floor + skeleton.hip_height + 0.3])
    held = handling.grasps(timing.props, actor, float(t[0]), float(t[-1]), chests, t)
    holds = [(g.prop.prop, g.hold) for g in held]
    acts = gestures.acts(me.gestures, holds, _lateral(me, travel))
    busy = [(g.hold.start - 0.6, g.hold.end + 0.5, g.side) for g in held]
    busy += [(a.start - 0.2, a.end, s) for a in acts for s in a.sides]
    beats = gestures.talk(own, busy, own_seed)
    return _Role(
        me, timing, member, skeleton, t, own_seed, travel, own, others, held, acts, beats, eyes
    )


def _eyes_of(actor: ActorTiming, t: Array, timing: SceneTiming, seed: int) -> Array:
    """Another actor's eyes from their way and posture alone: exact to the turn of the head."""
    own_seed = seed_of(seed, "perform", f"{timing.scene}/{actor.actor}")
    skeleton = Skeleton.of(cast.load(actor.member))
    travel = plan(actor.segments, t, skeleton, own_seed)
    zero = np.zeros(len(t))
    sway, breath = restless(t, own_seed)
    temper = faces.temper(actor.moods, t, own_seed)
    acts = gestures.attitude(gestures.acts(actor.gestures, [], {}), t)
    frame = build(
        skeleton,
        travel,
        Bearing(
            acts.lean + temper.lean,
            acts.tilt,
            acts.twist,
            np.clip(temper.slump + acts.slump, -0.2, 1),
            sway,
            breath,
            zero,
        ),
    )
    return frame.to_world(frame.posed.point("spine01", skeleton.eyes))


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


def _bearing(role: _Role, temper: faces.Temper, attitude: gestures.Attitude) -> Bearing:
    t = role.t
    sway, breath = restless(t, role.seed)
    touches = [
        (0.5 * (g.start + g.end), np.array(g.target_position))
        for g in role.me.gestures
        if g.action in ("pick_up", "put_down")
        and g.target_position is not None
        and not _grasped(role, g.start, g.end)
    ]
    reach = handling.lean(role.grasps, touches, role.travel, role.skeleton)
    speech = np.zeros(len(t))
    for line in role.own:
        if line.delivery == "on":
            speech += (0.015 + 0.05 * line.energy) * window(
                t, line.start - 0.3, line.end + 0.4, 0.6, 0.9
            )
    seated = role.travel.seated
    settle = 0.035 * noise(t, 0.12, role.seed + 21) * seated
    return Bearing(
        lean=attitude.lean + temper.lean + reach + speech + settle,
        tilt=attitude.tilt + 0.02 * noise(t, 0.15, role.seed + 22),
        twist=attitude.twist + 0.02 * noise(t, 0.13, role.seed + 23),
        slump=np.clip(temper.slump + attitude.slump + 0.12 * seated, -0.2, 1.0),
        sway=sway * (1 - 0.5 * ease(speech / 0.05)),
        breath=breath,
        shrug=np.clip(attitude.shrug, 0, 1),
    )


def _grasped(role: _Role, start: float, end: float) -> bool:
    """Whether a hold begins or ends in this time: then the prop's own times lead the hand."""
    return any(
        start - 0.2 < second < end + 0.2
        for g in role.grasps
        for second in (g.hold.start, g.hold.end)
    )


def _carried(role: _Role, bearing: Bearing, looks: Sequence[gazes.Look]) -> tuple[Frame, gazes.Aim]:
    """Build the trunk twice: where one looks turns the chest, and the chest carries the eyes."""
    frame = build(role.skeleton, role.travel, bearing)
    aim = _aim(role, frame, looks, frame.to_world(frame.posed.point("spine01", role.skeleton.eyes)))
    bearing.twist = bearing.twist + gazes.chest_twist(aim, role.travel.stride)
    frame = build(role.skeleton, role.travel, bearing)
    eyes = frame.to_world(frame.posed.point("spine01", role.skeleton.eyes))
    return frame, _aim(role, frame, looks, eyes)


def _aim(role: _Role, frame: Frame, looks: Sequence[gazes.Look], eyes: Array) -> gazes.Aim:
    return gazes.aim(
        looks,
        eyes,
        np.swapaxes(frame.heading, -1, -2),
        role.t,
        role.travel.course,
        role.travel.stride,
    )


def _looks(role: _Role) -> list[gazes.Look]:
    """Whom or what the eyes are on, from when on: gazes, over them thoughts, over them acts."""
    spans: list[tuple[int, float, float, gazes.Look]] = []
    for g in role.me.gazes:
        points = _points(role, g.target, g.position)
        spans.append((0, g.start, g.end, gazes.Look(g.start, points)))
    for line in role.own:
        rng = np.random.default_rng(seed_of(role.seed, "aversion", line.beat))
        if line.seconds > 2.2 and line.delivery == "on" and rng.uniform() < 0.65:
            at = line.start + rng.uniform(0.05, 0.45) * line.seconds
            away = (rng.choice([-1.0, 1.0]) * rng.uniform(0.14, 0.26), rng.uniform(-0.2, 0.05))
            spans.append((1, at, at + rng.uniform(0.55, 1.0), gazes.Look(at, None, away)))
    for act in role.acts:
        if act.spec.gaze is not None:
            spans.append(
                (
                    2,
                    act.start,
                    act.end - 0.3,
                    gazes.Look(act.start, None, (act.spec.gaze[0], act.spec.gaze[1])),
                )
            )
        elif act.action in ("look", "point") and act.target is not None:
            spans.append(
                (
                    2,
                    act.start - 0.1,
                    act.end,
                    gazes.Look(act.start - 0.1, np.tile(np.array(act.target), (len(role.t), 1))),
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
                        gazes.Look(second, np.tile(place + np.array([0.0, 0.0, 0.03]), (len(role.t), 1))),
                    )
                )
    return _flattened(spans, float(role.t[0]))


def _flattened(
    spans: list[tuple[int, float, float, gazes.Look]],
    first: float,
) -> list[gazes.Look]:
    edges = sorted(
        {first, *(s[1] for s in spans if s[1] > first), *(s[2] for s in spans if s[2] > first)}
    )
    ahead = gazes.Look(first)
    out: list[gazes.Look] = []
    current: gazes.Look | None = None
    for k, edge in enumerate(edges):
        middle = edge + 1e-4
        active = [s for s in spans if s[1] <= middle < s[2]]
        top = max(active, key=lambda s: (s[0], s[1]))[3] if active else ahead
        # a gap between two gazes shorter than a glance is no look ahead
        if not active and k + 1 < len(edges) and edges[k + 1] - edge < 0.4 and current is not None:
            continue
        if top is not current:
            out.append(gazes.Look(edge, top.points, top.offset))
            current = top
    return out


def _points(role: _Role, target: str, position: tuple[float, float, float] | None) -> Array | None:
    if target in role.eyes:
        return role.eyes[target]
    for prop in role.timing.props:
        if prop.prop == target:
            track = np.stack([lying(prop, s)[:3, 3] for s in role.t])
            for hold in prop.holds:
                rows = (role.t >= hold.start) & (role.t < hold.end)
                if hold.actor in role.eyes:
                    track[rows] = role.eyes[hold.actor][rows] - [0.0, 0.0, 0.40]
            return track
    if position is not None:
        return np.tile(np.array(position), (len(role.t), 1))
    return None


def _head(role: _Role, temper: faces.Temper, attitude: gestures.Attitude, accents: Array) -> Array:
    held = attitude.head.copy()
    held[:, :2] += temper.head
    held[:, 0] += gestures.listening(role.others, role.own, role.t, role.me.actor, role.seed)
    held[:, 0] -= 0.055 * accents
    for line in role.own:
        if line.delivery == "on":
            live = window(role.t, line.start - 0.1, line.end + 0.2, 0.3, 0.4)
            key = seed_of(role.seed, "head", line.beat)
            for axis, size in ((0, 0.022), (1, 0.022), (2, 0.035)):
                held[:, axis] += (
                    size * (0.5 + line.energy) * live * noise(role.t - line.start, 1.3, key + axis)
                )
    return held


def _hands(role: _Role, frame: Frame, bearing: Bearing) -> None:
    tables = _tables(role)
    droop = np.clip(bearing.slump, 0, 1)
    hands: dict[str, Hand] = {}
    for side in SIDES:
        hand = posture.idle(frame, side, role.member, tables, role.seed)
        hand.shrug = hand.shrug + bearing.shrug
        hands[side] = _acted(role, frame, hand, side)
        solve(frame, side, hands[side], bearing.breath, droop)


def _acted(role: _Role, frame: Frame, hand: Hand, side: str) -> Hand:
    shoulder = shoulder_at(frame, side)
    marks = role.skeleton.marks
    for act in role.beats:
        if side in act.sides:
            hand = hand.towards(
                gestures.pose(frame, act, side, marks), act.weight(role.t), shoulder
            )
    own = [g for g in role.grasps if g.side == side]
    for grasp in own:
        hand = handling.carried(frame, hand, grasp)
    for act in role.acts:
        if side in act.sides:
            hand = hand.towards(_use(role, frame, act, side, own), act.weight(role.t), shoulder)
        elif (
            act.action in ("pick_up", "put_down")
            and act.target is not None
            and not _grasped(role, act.start, act.end)
            and side == "R"
        ):
            hand = handling.reached(
                frame, hand, side, 0.5 * (act.start + act.end), np.array(act.target)
            )
    for grasp in own:
        hand = handling.touched(frame, hand, grasp)
    return hand


def _use(
    role: _Role, frame: Frame, act: gestures.Act, side: str, own: Sequence[handling.Grasp]
) -> Hand:
    """An act's hand; drinking and reading are led by the prop."""
    holding = [g for g in own if g.hold.start < act.end and g.hold.end > act.start]
    known = [g for g in holding if g.prop.model in props.names()]
    if act.action == "drink" and known:
        head = frame.posed.point("head", role.skeleton.marks["mouth"])
        sip = window(role.t, act.start + 0.55, act.end - 0.45, 0.3, 0.3)
        return handling.drinking(frame, known[0], head, sip)
    if act.action == "read" and known:
        eyes = 0.5 * (frame.posed.head("eye.L") + frame.posed.head("eye.R"))
        return handling.reading(frame, known[0], eyes)
    return gestures.pose(frame, act, side, role.skeleton.marks)


def _tables(role: _Role) -> Array:
    out = np.full((len(role.t), 3), np.nan)
    name = role.timing.set
    if name not in sets.names():
        return out
    marks = sets.load(name).spec.marks
    for segment in role.me.segments:
        mark = marks.get(segment.mark)
        if mark is not None and mark.surface is not None:
            rows = (role.t >= segment.start - 1.0) & (role.t < segment.end + 1.0)
            point = posture.table_of(segment, np.array(mark.surface))
            if np.isfinite(point).all():
                out[rows] = point
    return out


def _face(
    role: _Role, temper: faces.Temper, attitude: gestures.Attitude, aim: gazes.Aim, eyes: Array
) -> Array:
    speech, owned = lipsync.mouth(role.own, role.t)
    face = faces.compose(speech, owned, temper.face, attitude.face)
    thoughts = [line.end + 0.05 for line in role.own if line.delivery == "on"]
    closed = faces.blinks(role.t, aim.shifts, thoughts, role.seed)
    faces.lids(face, eyes, closed)
    return face


def _footfalls(travel: Travel) -> Array:
    steps = [
        (s.land, s.plant.x, s.plant.y, 0.35 + 0.65 * s.stride)
        for side in SIDES
        for s in travel.work.steps[side]
    ]
    seen = (
        np.interp([s[0] for s in steps], travel.t, travel.visible.astype(float)) > 0.5
        if steps
        else []
    )
    kept = sorted(s for s, v in zip(steps, seen, strict=True) if v)
    return np.array(kept, float).reshape(-1, 4)
