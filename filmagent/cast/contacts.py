"""What two people do with their hands together: shaking hands, embracing, handing a thing over.

Both reckon the place where they meet from the same two bodies on the same two ways, so that it is
the same place for both to the last digit, whoever is performed first. Who is touched answers of
their own accord: one gesture is enough for two.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from filmagent.cast.arms import Hand, joint_at, mirrored, palm_of, turn_to
from filmagent.cast.gestures import Act
from filmagent.cast.rotation import Array, apply, unit, window
from filmagent.cast.skeleton import OUT, Skeleton
from filmagent.cast.travel import Travel
from filmagent.cast.trunk import Frame
from filmagent.documents import Gesture, SceneTiming

TOGETHER = ("handshake", "hug")
APART = {"handshake": 1.35, "hug": 0.75, "give": 1.55}
"""Metres between two people beyond which their hands do not meet."""
_BACK = 0.07
"""Metres from the middle of a body to where a hand on its back has its wrist."""


@dataclass(frozen=True)
class Stand:
    """Somebody at a moment, as another needs to know them."""

    ground: Array
    """(2,) world."""
    shoulders: float
    """Height, metres, world."""
    half: float
    """Of the shoulders' width."""
    arm: float

    @classmethod
    def of(cls, travel: Travel, skeleton: Skeleton, second: float) -> Stand:
        """Read it off a way."""
        row = int(np.clip(np.searchsorted(travel.t, second), 0, len(travel.t) - 1))
        hip = skeleton.hip_height
        hip += float(travel.hip_seated[row] - hip) * float(travel.seated[row])
        joint = skeleton.head("upperarm01.R")
        return cls(
            travel.ground[row],
            float(travel.floor[row]) + hip + float(joint[2] - skeleton.hips[2]),
            abs(float(joint[0])),
            sum(skeleton.arm),
        )


@dataclass(frozen=True)
class Meeting:
    """A contact as one of the two sees it."""

    act: Act
    own: Stand
    other: Stand

    @property
    def way(self) -> Array:
        """(3,) from one to the other, level, unit."""
        gap = np.append(self.other.ground - self.own.ground, 0.0)
        out: Array = unit(gap)
        return out

    @property
    def point(self) -> Array:
        """(3,) world, where their right hands meet."""
        return between(self.own, self.other)

    @property
    def held(self) -> bool:
        """Whether they are near enough."""
        return near_enough(self.act.action, self.own, self.other)


def near_enough(action: str, one: Stand, other: Stand) -> bool:
    """Whether two people are within each other's reach for a contact."""
    return float(np.linalg.norm(one.ground - other.ground)) <= APART.get(action, 1.5)


def between(one: Stand, other: Stand) -> Array:
    """Where two people's hands meet, (3,) world: half way, at the height of their elbows."""
    low = min(one.shoulders - 0.52 * one.arm, other.shoulders - 0.52 * other.arm)
    high = max(one.shoulders - 0.62 * one.arm, other.shoulders - 0.62 * other.arm)
    # a tall one stoops a little, a small one reaches up
    height = 0.5 * (low + high)
    return np.array([*(0.5 * (one.ground + other.ground)), height])


def handed(own: Stand, other: Stand) -> Array:
    """Where the first one's hand is when a thing goes from one to the other, (3,) world."""
    gap = own.ground - other.ground
    far = float(np.linalg.norm(gap))
    out = between(own, other)
    # each holds its own end of it, and nobody's arm is longer than it is
    reach = max(0.035, 0.5 * far - 0.84 * own.arm - 0.12)
    out[:2] += gap / max(far, 1e-9) * min(reach, 0.5 * far)
    return out


def answered(timing: SceneTiming, actor: str) -> list[Gesture]:
    """An actor's gestures, and those that others draw them into."""
    own = next(a.gestures for a in timing.actors if a.actor == actor)
    drawn = []
    for other in timing.actors:
        if other.actor == actor:
            continue
        for g in other.gestures:
            if g.action not in TOGETHER or g.target != actor:
                continue
            busy = any(o.action in TOGETHER and o.start < g.end and o.end > g.start for o in own)
            if not busy:
                drawn.append(g.model_copy(update={"target": other.actor}))
    return [*own, *drawn]


def partners(timing: SceneTiming, actor: str) -> set[str]:
    """Everybody whose way an actor needs to know to meet their hands."""
    found = {g.target for g in answered(timing, actor) if g.action in TOGETHER}
    for prop in timing.props:
        holds = sorted(prop.holds, key=lambda h: h.start)
        for a, b in pairwise(holds):
            if b.start - a.end < 0.2 and actor in (a.actor, b.actor):
                found |= {a.actor, b.actor}
    return (found & {a.actor for a in timing.actors}) - {actor}


def lean(meetings: Sequence[Meeting], t: Array, pelvis: float) -> Array:
    """Forward lean of the trunk (F,) that brings hands together."""
    out = np.zeros(len(t))
    for m in meetings:
        if m.act.action != "handshake" or not m.held:
            continue
        gap = 0.5 * float(np.linalg.norm(m.own.ground - m.other.ground))
        drop = m.own.shoulders - float(m.point[2])
        missing = float(np.hypot(gap, drop)) - 0.86 * m.own.arm - 0.05
        if missing > 0:
            angle = min(missing / max(m.own.shoulders - pelvis, 0.3), 0.5)
            out = np.maximum(out, angle * window(t, m.act.start, m.act.end, 0.7, 0.7))
    return out


def met(frame: Frame, hand: Hand, meeting: Meeting, side: str) -> Hand:
    """Bring a hand to where it meets the other's hand or back."""
    if meeting.act.action == "hug":
        return _embrace(frame, hand, meeting, side)
    return _shaken(frame, hand, meeting, side)


def _shaken(frame: Frame, hand: Hand, meeting: Meeting, side: str) -> Hand:
    n, t, act = frame.posed.frames, frame.travel.t, meeting.act
    joint = joint_at(frame, side)
    palm = palm_of(frame.posed.skeleton, side)
    way = apply(np.swapaxes(frame.heading, -1, -2), np.tile(meeting.way, (n, 1)))
    up = np.array([0.0, 0.0, 1.0])
    across = np.cross(way, up)
    spot = frame.to_body(np.tile(meeting.point, (n, 1)))
    if not meeting.held:
        # the hand is offered, and stays at arm's length
        offered = joint.point + way * 0.8 * sum(joint.lengths)
        spot = np.column_stack([offered[:, :2], spot[:, 2]])
    spot = spot + 0.008 * across
    shake = act.spec.shake or {"amount": 0.0, "hertz": 1.0}
    live = window(t, act.start + 0.45, act.end - 0.45, 0.2, 0.3)
    wave = np.sin(2 * np.pi * shake["hertz"] * (t - act.start - 0.45))
    spot[:, 2] += shake["amount"] * live * wave
    turn = turn_to(palm, unit(way - 0.12 * up), 0.10 * up - across)
    pole = unit(np.tile(mirrored(np.array([0.55, -0.6, -0.75]), side), (n, 1)))
    target = Hand(
        spot + apply(turn, palm.wrist - palm.centre),
        turn,
        pole,
        np.tile(np.array(act.spec.curl), (n, 1)),
        np.zeros(n),
    )
    return hand.towards(target, act.hold(t), joint)


def _embrace(frame: Frame, hand: Hand, meeting: Meeting, side: str) -> Hand:
    n, t, act = frame.posed.frames, frame.travel.t, meeting.act
    joint = joint_at(frame, side)
    palm = palm_of(frame.posed.skeleton, side)
    way = apply(np.swapaxes(frame.heading, -1, -2), np.tile(meeting.way, (n, 1)))
    outward = np.cross(way, [0.0, 0.0, 1.0]) * OUT[side]
    up = np.array([0.0, 0.0, 1.0])
    length = sum(joint.lengths)
    # arms open first: nobody embraces through the other's ribs
    high = (side == "R") == (act.spec.stagger >= 0)
    wide = joint.point + length * (0.62 * way + 0.55 * outward + (0.10 if high else -0.22) * up)
    inward = turn_to(palm, unit(0.8 * way - 0.2 * outward), -outward)
    pole = unit(outward + (-0.35 if high else -0.6) * up - 0.3 * way)
    curl = np.tile(np.array(act.spec.curl), (n, 1))
    opened = Hand(wide, inward, pole, curl, np.zeros(n))
    hand = hand.towards(opened, window(t, act.start, act.end, 0.55, 0.6), joint)
    if not meeting.held:
        return hand
    there = frame.to_body(np.tile(np.array([*meeting.other.ground, 0.0]), (n, 1)))
    level = meeting.other.shoulders - (0.10 if high else 0.27) - frame.root[:, 2]
    back = np.column_stack([there[:, :2], level]) + _BACK * way + (0.10 if high else 0.15) * outward
    turn = turn_to(palm, unit(-outward + 0.25 * way + (0.15 if high else 0.0) * up), -way)
    around = Hand(back, turn, pole, curl, np.zeros(n))
    share = window(t, act.start + 0.42, act.end - 0.38, 0.55, 0.55)
    return hand.towards(around, share, joint)
