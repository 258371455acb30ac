"""Hands that take, carry, use and put down props."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from filmagent.cast.arms import Hand, Palm, joint_at, mirrored, palm_of, shoulder_at, turn_to
from filmagent.cast.props import grip, lying
from filmagent.cast.rotation import Array, about_x, about_z, apply, ease, unit, window
from filmagent.cast.skeleton import OUT, Skeleton
from filmagent.cast.travel import Travel
from filmagent.cast.trunk import Frame
from filmagent.documents import PropHold, PropTiming
from filmagent.library import props

_GRASP = np.array([0.30, 0.34, 0.36, 0.40, 0.42])
_REACH, _LEAVE = 0.65, 0.6
_FLAT = 0.045
"""Props lower than this are picked up from above."""
_HANGING = frozenset({"bag"})


@dataclass(frozen=True, eq=False)
class Grasp:
    """A hand's business with a prop."""

    prop: PropTiming
    hold: PropHold
    side: str
    taken: Array | None
    """(3,) world, where the hand closes on it; None: it was in the hand from the start."""
    left: Array | None
    """(3,) where it lets go; None: it never does."""


def grasps(
    prop_timings: Sequence[PropTiming],
    actor: str,
    first: float,
    last: float,
    meet: Callable[[str, str, float], Array | None],
) -> list[Grasp]:
    """An actor's holds with the places where they begin and end.

    Parameters
    ----------
    prop_timings
        Of the scene.
    first, last
        Seconds of the first and the last frame: what is held then was or stays in the hand.
    meet
        Where an actor's hand (the first) is when it meets another's at a second, (3,) world.
    """
    out = []
    for prop in prop_timings:
        holds = sorted(prop.holds, key=lambda h: h.start)
        for k, hold in enumerate(holds):
            if hold.actor != actor:
                continue
            giver = holds[k - 1] if k and holds[k - 1].end > hold.start - 0.2 else None
            taker = (
                holds[k + 1] if k + 1 < len(holds) and holds[k + 1].start < hold.end + 0.2 else None
            )
            taken: Array | None = lying(prop, hold.start)[:3, 3]
            left: Array | None = lying(prop, hold.end + 0.25)[:3, 3]
            if hold.start <= first + 0.05:
                taken = None
            elif giver is not None:
                taken = meet(actor, giver.actor, hold.start)
            if hold.end >= last - 0.05:
                left = None
            elif taker is not None:
                left = meet(actor, taker.actor, hold.end)
            elif not any(abs(since - hold.end) < 0.3 for since, _ in prop.rests):
                left = None
            out.append(Grasp(prop, hold, hold.hand[0].upper(), taken, left))
    return out


def lean(
    all_grasps: Sequence[Grasp],
    points: Sequence[tuple[float, Array]],
    travel: Travel,
    skeleton: Skeleton,
) -> Array:
    """Forward lean of the trunk (F,) that brings hands within reach of what they touch."""
    t = travel.t
    out = np.zeros(len(t))
    events = [(g.hold.start, g.taken, g.side) for g in all_grasps if g.taken is not None]
    events += [(g.hold.end, g.left, g.side) for g in all_grasps if g.left is not None]
    events += [(second, point, "R") for second, point in points]
    length, rise = sum(skeleton.arm), float(skeleton.head("upperarm01.R")[2] - skeleton.hips[2])
    wide = abs(float(skeleton.head("upperarm01.R")[0]))
    for second, point, side in events:
        row = int(np.clip(np.searchsorted(t, second), 0, len(t) - 1))
        seated = travel.seated[row]
        hip = skeleton.hip_height + (travel.hip_seated[row] - skeleton.hip_height) * seated
        yaw = travel.yaw[row]
        shoulder = np.array(
            [
                travel.ground[row, 0] + OUT[side] * wide * np.cos(yaw),
                travel.ground[row, 1] + OUT[side] * wide * np.sin(yaw),
                travel.floor[row] + hip + rise,
            ]
        )
        missing = float(np.linalg.norm(point - shoulder)) - 0.90 * length - 0.06
        if missing > 0:
            angle = min(missing / 0.5, 0.75)
            out = np.maximum(out, angle * window(t, second - 0.85, second + 0.85, 0.75, 0.75))
    return out


def carried(frame: Frame, hand: Hand, grasp: Grasp) -> Hand:
    """Bring a hand to how it carries a prop between taking and leaving it."""
    t, n = frame.travel.t, frame.posed.frames
    side, hold = grasp.side, grasp.hold
    start = -np.inf if grasp.taken is None else hold.start
    end = np.inf if grasp.left is None else hold.end
    share = ease((t - start - 0.05) / 0.6) * ease((end - 0.05 - t) / 0.6)
    holding = ease((t - start + 0.12) / 0.12) * ease((min(end, hold.end) + 0.12 - t) / 0.12)
    closed = hand.curl + (_GRASP - hand.curl) * holding[:, None]
    hand = Hand(hand.wrist, hand.turn, hand.pole, closed, hand.shrug)
    if grasp.prop.model in _HANGING:
        return hand
    joint = joint_at(frame, side)
    shoulder = joint.point
    palm = palm_of(frame.posed.skeleton, side)
    length = sum(frame.posed.skeleton.arm)
    calm = 1 - 0.35 * frame.travel.stride
    place = shoulder + length * np.column_stack(
        [
            np.full(n, OUT[side] * 0.02),
            0.50 * calm + 0.05 * frame.travel.seated,
            -0.56 + 0.06 * frame.travel.seated,
        ]
    )
    if _upright(grasp.prop):
        turn = _upright_turn(frame, grasp, palm, np.array([-0.55, 0.85, 0.0]))
    else:
        fingers = np.tile(mirrored(np.array([-0.35, 0.92, 0.18]), side), (n, 1))
        facing = np.tile(mirrored(np.array([-0.75, 0.05, 0.65]), side), (n, 1))
        turn = turn_to(palm, fingers, facing)
    pole = unit(np.tile(mirrored(np.array([0.45, -0.75, -0.7]), side), (n, 1)))
    target = Hand(
        place + apply(turn, palm.wrist - palm.centre),
        turn,
        pole,
        np.tile(_GRASP, (n, 1)),
        np.zeros(n),
    )
    return hand.towards(target, share, joint)


def touched(frame: Frame, hand: Hand, grasp: Grasp) -> Hand:
    """Bring a hand to a prop when it takes it, and to where it leaves it."""
    t = frame.travel.t
    joint = joint_at(frame, grasp.side)
    for second, place in ((grasp.hold.start, grasp.taken), (grasp.hold.end, grasp.left)):
        if place is None:
            continue
        share = ease((t - second + _REACH) / (_REACH - 0.03)) * ease(
            (second + 0.05 + _LEAVE - t) / _LEAVE
        )
        if not share.any():
            continue
        target = _at(frame, grasp, place)
        # it comes from above, so that fingers do not sweep through the table
        above = 0.09 * np.sin(np.pi * np.clip(share, 0, 1)) ** 2
        target.wrist[:, 2] += above
        target.curl = target.curl - 0.25 * ease((second - t) / 0.25)[:, None]
        hand = hand.towards(target, share, joint)
    return hand


def reached(frame: Frame, hand: Hand, side: str, second: float, place: Array) -> Hand:
    """Touch a place at a second, for gestures with no prop to hold."""
    t, n = frame.travel.t, frame.posed.frames
    palm = palm_of(frame.posed.skeleton, side)
    share = ease((t - second + _REACH) / _REACH) * ease((second + _LEAVE - t) / _LEAVE)
    target = _from_above(frame, side, np.tile(place, (n, 1)), palm, 0.03)
    return hand.towards(target, share, joint_at(frame, side))


def _upright(prop: PropTiming) -> bool:
    return (
        prop.model in props.names()
        and props.load(prop.model).size[2] > _FLAT
        and prop.model not in _HANGING
    )


def _upright_turn(frame: Frame, grasp: Grasp, palm: Palm, wished: Array) -> Array:
    """The hand's turn that keeps the prop upright, with the fingers nearest to ``wished``."""
    own = grip(grasp.prop, grasp.hold.hand)[:3, :3]
    n = frame.posed.frames
    fingers = mirrored(wished, grasp.side)
    now = own[:, 1]
    if np.hypot(now[0], now[1]) < 0.4:
        now, fingers = own[:, 2], mirrored(np.array([-0.8, -0.6, 0.0]), grasp.side)
    angle = np.arctan2(-fingers[0], fingers[1]) - np.arctan2(-now[0], now[1])
    body_from_hand = about_z(np.full(n, angle)) @ own
    out: Array = body_from_hand @ palm.rest.T
    return out


def _at(frame: Frame, grasp: Grasp, place: Array) -> Hand:
    n = frame.posed.frames
    palm = palm_of(frame.posed.skeleton, grasp.side)
    spot = frame.to_body(np.tile(place, (n, 1)))
    if not _upright(grasp.prop):
        return _from_above(frame, grasp.side, np.tile(place, (n, 1)), palm, 0.028)
    turn = _upright_turn(frame, grasp, palm, np.array([-0.35, 0.94, 0.0]))
    offset = grip(grasp.prop, grasp.hold.hand)
    body_from_prop = turn @ palm.rest @ offset[:3, :3].T
    centre = spot + apply(body_from_prop, offset[:3, 3])
    pole = unit(np.tile(mirrored(np.array([0.8, -0.5, -0.5]), grasp.side), (n, 1)))
    return Hand(
        centre + apply(turn, palm.wrist - palm.centre),
        turn,
        pole,
        np.tile(_GRASP, (n, 1)),
        np.zeros(n),
    )


def _from_above(frame: Frame, side: str, place: Array, palm: Palm, height: float) -> Hand:
    n = frame.posed.frames
    spot = frame.to_body(place) + np.array([0.0, 0.0, height])
    way = unit((spot - shoulder_at(frame, side)) * [1.0, 1.0, 0.0])
    fingers = unit(way + np.array([0.0, 0.0, -0.28]))
    turn = turn_to(palm, fingers, np.tile([0.0, 0.0, -1.0], (n, 1)))
    pole = unit(np.tile(mirrored(np.array([0.8, -0.5, -0.4]), side), (n, 1)))
    return Hand(
        spot + apply(turn, palm.wrist - palm.centre),
        turn,
        pole,
        np.tile(_GRASP * [1.2, 0.9, 0.9, 0.9, 0.9], (n, 1)),
        np.zeros(n),
    )


def drinking(frame: Frame, grasp: Grasp, mouth: Array, sip: Array) -> Hand:
    """A hand that brings a vessel's rim to the mouth, tilted while ``sip`` (F,) is 1."""
    piece = props.load(grasp.prop.model)
    radius, height = 0.5 * min(piece.size[:2]), piece.size[2]
    palm = palm_of(frame.posed.skeleton, grasp.side)
    upright = _upright_turn(frame, grasp, palm, np.array([-0.88, 0.35, 0.0]))
    offset = grip(grasp.prop, grasp.hold.hand, "drink")
    level = upright @ palm.rest @ offset[:3, :3].T
    tilted = about_x(0.10 + 0.62 * sip) @ level
    lip = mouth + np.column_stack([np.zeros_like(sip), 0.022 - 0.012 * sip, 0.0 * sip])
    # the rim's near point, in body axes before the tilt
    rim = apply(about_x(0.10 + 0.62 * sip), np.tile([0.0, -radius, height], (len(sip), 1)))
    origin = lip - rim
    turn = tilted @ offset[:3, :3] @ palm.rest.T
    centre = origin + apply(tilted, offset[:3, 3])
    return _used(frame, grasp, palm, centre, turn, np.array([0.75, 0.15, -0.8]))


def reading(frame: Frame, grasp: Grasp, eyes: Array) -> Hand:
    """A hand that holds a page, a book or a screen where its owner can read it."""
    n = frame.posed.frames
    palm = palm_of(frame.posed.skeleton, grasp.side)
    offset = grip(grasp.prop, grasp.hold.hand, "read")
    body_from_prop = np.broadcast_to(about_x(np.radians(52)), (n, 3, 3))
    low = -0.39 + 0.03 * frame.travel.seated
    origin = eyes + np.column_stack([np.full(n, 0.03 * OUT[grasp.side]), np.full(n, 0.33), low])
    turn = body_from_prop @ offset[:3, :3] @ palm.rest.T
    centre = origin + apply(body_from_prop, offset[:3, 3])
    return _used(frame, grasp, palm, centre, turn, np.array([0.3, -0.25, -1.0]))


def _used(
    frame: Frame,
    grasp: Grasp,
    palm: Palm,
    centre: Array,
    turn: Array,
    elbow: Array,
) -> Hand:
    n = frame.posed.frames
    pole = unit(np.tile(mirrored(elbow, grasp.side), (n, 1)))
    return Hand(
        centre + apply(turn, palm.wrist - palm.centre),
        turn,
        pole,
        np.tile(_GRASP, (n, 1)),
        np.zeros(n),
    )
