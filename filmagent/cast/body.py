"""The body up to its head: how it is carried, where it looks; hands and face come after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from filmagent.cast import contacts, gestures, handling, hop, speaking
from filmagent.cast import face as faces
from filmagent.cast import gaze as gazes
from filmagent.cast.role import Role, find, gather, grasped, looks, watched
from filmagent.cast.rotation import Array, ease, noise, window
from filmagent.cast.trunk import Bearing, Frame, build, restless
from filmagent.documents import SceneTiming
from filmagent.documents.seeds import seed as seed_of


@dataclass(eq=False)
class Body:
    """A role with its body posed, arms still hanging as the bones do."""

    role: Role
    frame: Frame
    bearing: Bearing
    temper: faces.Temper
    attitude: gestures.Attitude
    accents: Array
    looks: Sequence[gazes.Look]

    @property
    def eyes(self) -> Array:
        """Between the eyes, (F, 3) world."""
        head = self.frame.posed.head
        return self.frame.to_world(0.5 * (head("eye.L") + head("eye.R")))

    def aim(self) -> gazes.Aim:
        """What the eyes are to do, seen from where they are."""
        return _aim(self.role, self.frame, self.looks, self.eyes)


def embody(timing: SceneTiming, actor: str, t: Array, seed: int, depth: int = 1) -> Body:
    """Pose an actor up to the head.

    ``depth`` is how often people look back at those who look at them: at 1 the others' heads
    are turned to where their partners' eyes are at rest, which is exact to a millimetre or two.
    """
    find(timing, actor)
    eyes = {
        other: embody(timing, other, t, seed, depth - 1).eyes
        for other in (watched(timing, actor) if depth >= 0 else ())
    }
    role = gather(timing, actor, t, seed, eyes)
    temper = faces.temper(role.me.moods, t, role.seed)
    attitude = gestures.attitude(role.acts, t)
    bearing = _bearing(role, temper, attitude)
    wished = looks(role)
    frame, aim = _carried(role, bearing, wished)
    accents = speaking.accents(role.own, t, role.seed)
    gazes.turn_head(frame, aim, _head(role, temper, attitude, accents), role.seed)
    return Body(role, frame, bearing, temper, attitude, accents, wished)


def _bearing(role: Role, temper: faces.Temper, attitude: gestures.Attitude) -> Bearing:
    t = role.t
    sway, breath = restless(t, role.seed)
    touches = [
        (0.5 * (g.start + g.end), np.array(g.target_position))
        for g in role.me.gestures
        if g.action in ("pick_up", "put_down")
        and g.target_position is not None
        and not grasped(role, g.start, g.end)
    ]
    reach = handling.lean(role.grasps, touches, role.travel, role.skeleton)
    reach = np.maximum(reach, contacts.lean(role.meetings, t, role.skeleton.hip_height))
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
        leap=hop.leaps(role.acts, role.travel),
    )


def _carried(role: Role, bearing: Bearing, looks: Sequence[gazes.Look]) -> tuple[Frame, gazes.Aim]:
    """Build the trunk twice: where one looks turns the chest, and the chest carries the eyes."""
    frame = build(role.skeleton, role.travel, bearing)
    aim = _aim(role, frame, looks, frame.to_world(frame.posed.point("spine01", role.skeleton.eyes)))
    bearing.twist = bearing.twist + gazes.chest_twist(aim, role.travel.stride)
    frame = build(role.skeleton, role.travel, bearing)
    eyes = frame.to_world(frame.posed.point("spine01", role.skeleton.eyes))
    return frame, _aim(role, frame, looks, eyes)


def _aim(role: Role, frame: Frame, looks: Sequence[gazes.Look], eyes: Array) -> gazes.Aim:
    return gazes.aim(
        looks,
        eyes,
        np.swapaxes(frame.heading, -1, -2),
        role.t,
        role.travel.course,
        role.travel.stride,
    )


def _head(role: Role, temper: faces.Temper, attitude: gestures.Attitude, accents: Array) -> Array:
    held = attitude.head.copy()
    held[:, :2] += temper.head
    held[:, 0] += role.travel.style["head"]
    held[:, 0] += speaking.listening(role.others, role.own, role.t, role.me.actor, role.seed)
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
