"""One actor's performance of a scene: all layers, from the ground up.

travel (feet, seat) → trunk and legs → gaze and head → hands → face → npz arrays
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from filmagent.cast import contacts, handling, lipsync, posing, posture
from filmagent.cast import face as faces
from filmagent.cast import gaze as gazes
from filmagent.cast import gestures as acting
from filmagent.cast.arms import Hand, joint_at, solve
from filmagent.cast.body import Body, embody
from filmagent.cast.role import Role, grasped
from filmagent.cast.rotation import Array, continuous, quaternions, window
from filmagent.cast.skeleton import SIDES
from filmagent.cast.travel import Travel
from filmagent.cast.trunk import Bearing, Frame
from filmagent.documents import SceneTiming
from filmagent.library import props, sets
from filmagent.library.bake import ARKIT


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
    body = embody(timing, actor, t, seed)
    role, frame = body.role, body.frame
    aim = body.aim()
    eyes = gazes.turn_eyes(frame, aim, role.seed)
    _hands(role, frame, body.bearing)
    face = _face(body, aim, eyes)
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


def _hands(role: Role, frame: Frame, bearing: Bearing) -> None:
    tables = _tables(role)
    droop = np.clip(bearing.slump, 0, 1)
    hands: dict[str, Hand] = {}
    for side in SIDES:
        hand = posture.idle(frame, side, role.member, tables, role.seed)
        hand.shrug = hand.shrug + bearing.shrug
        hands[side] = _acted(role, frame, hand, side, tables)
        solve(frame, side, hands[side], bearing.breath, droop)


def _acted(role: Role, frame: Frame, hand: Hand, side: str, tables: Array) -> Hand:
    joint = joint_at(frame, side)
    marks = role.skeleton.marks
    for act in role.beats:
        if side in act.sides:
            hand = hand.towards(
                posing.pose(frame, act, side, marks, tables), act.weight(role.t), joint
            )
    own = [g for g in role.grasps if g.side == side]
    for grasp in own:
        hand = handling.carried(frame, hand, grasp)
    together = {id(meeting.act) for meeting in role.meetings}
    for act in role.acts:
        if id(act) in together:
            continue
        if side in act.sides:
            use = _use(role, frame, act, side, own, tables)
            hand = hand.towards(use, act.weight(role.t), joint)
        elif (
            act.action in ("pick_up", "put_down")
            and act.target is not None
            and not grasped(role, act.start, act.end)
            and side == "R"
        ):
            hand = handling.reached(
                frame, hand, side, 0.5 * (act.start + act.end), np.array(act.target)
            )
    for grasp in own:
        hand = handling.touched(frame, hand, grasp)
    for meeting in role.meetings:
        if side in meeting.act.sides:
            hand = contacts.met(frame, hand, meeting, side)
    return hand


def _use(
    role: Role,
    frame: Frame,
    act: acting.Act,
    side: str,
    own: Sequence[handling.Grasp],
    tables: Array,
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
    return posing.pose(frame, act, side, role.skeleton.marks, tables)


def _tables(role: Role) -> Array:
    out = np.full((len(role.t), 3), np.nan)
    name = role.timing.set
    if name not in sets.names():
        return out
    marks = sets.load(name).spec.marks
    for segment in role.me.segments:
        mark = marks.get(segment.mark)
        if segment.kind == "sit" and mark is not None and mark.surface is not None:
            # a seat is shared by its sitting down, its sitting and its standing up
            rows = (role.t >= segment.start - 3.0) & (role.t < segment.end + 3.0)
            rows &= role.travel.seated > 0
            out[rows] = posture.table_of(segment, np.array(mark.surface))
    return out


def _face(body: Body, aim: gazes.Aim, eyes: Array) -> Array:
    role, acted = body.role, body.attitude.face.copy()
    for name, size in (
        ("browInnerUp", 0.22),
        ("browOuterUpLeft", 0.14),
        ("browOuterUpRight", 0.14),
    ):
        acted[:, ARKIT.index(name)] += size * body.accents
    speech, owned = lipsync.mouth(role.own, role.t)
    face = faces.compose(speech, owned, body.temper.face, acted)
    thoughts = [line.end + 0.05 for line in role.own if line.delivery == "on"]
    closed = faces.blinks(role.t, aim.shifts, thoughts, role.seed, body.temper.blink)
    faces.lids(face, eyes, closed)
    return face


def _footfalls(travel: Travel) -> Array:
    steps = [
        (s.land, s.plant.x, s.plant.y, 0.35 + 0.65 * s.stride)
        for side in SIDES
        for s in travel.work.steps[side]
    ]
    seen: Array | list[bool] = (
        np.interp([s[0] for s in steps], travel.t, travel.visible.astype(float)) > 0.5
        if steps
        else []
    )
    kept = sorted(s for s, v in zip(steps, seen, strict=True) if v)
    return np.array(kept, float).reshape(-1, 4)
