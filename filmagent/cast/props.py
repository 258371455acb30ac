"""Props in hands: the hand's frame, and where every prop is in every frame.

The hand's frame, the same on every body: origin in the hollow of the closed hand, Y from the
wrist to the middle finger's knuckle, Z out of the palm, X = Y × Z, which is the thumb's side of a
right hand and the little finger's side of a left one. It is rigid with the bone ``wrist.L`` or
``wrist.R``. `filmagent.library.props` says where a hand is on a prop: a held prop stands at
``world_from_hand @ inv(prop_from_hand)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from filmagent.cast.arms import palm_of
from filmagent.cast.rotation import Array, about_z, blend, continuous, ease, quaternions
from filmagent.cast.skeleton import Skeleton
from filmagent.documents import PropHold, PropTiming, SceneTiming
from filmagent.library import cast, props
from filmagent.library.cast import Member
from filmagent.library.skin import pose

SETTLE = 0.4
"""Seconds a prop takes from how it was grasped to how it is held."""


def hand_from_wrist(member: Member, side: str) -> Array:
    """(4, 4) hand_from_bone of the wrist bone; constant."""
    skeleton = Skeleton.of(member)
    palm = palm_of(skeleton, side)
    body_from_hand = np.eye(4)
    body_from_hand[:3, :3] = palm.rest
    body_from_hand[:3, 3] = palm.centre
    out: Array = np.linalg.inv(body_from_hand) @ member.rest[member.bone(f"wrist.{side}")]
    return out


def world_from_hand(member: Member, performance: Mapping[str, Any], side: str) -> Array:
    """(F, 4, 4) of a performed body."""
    world = pose(
        member, performance["rotations"], performance["root"], performance["root_rotation"]
    )
    out: Array = world[:, member.bone(f"wrist.{side}")] @ np.linalg.inv(
        hand_from_wrist(member, side)
    )
    return out


def lying(prop: PropTiming, second: float) -> Array:
    """(4, 4) world_from_prop where it lies at ``second``, were it in no hand."""
    out = np.eye(4)
    out[:3, :3] = about_z(prop.heading)
    out[:3, 3] = prop.position
    for since, place in sorted(prop.rests, key=lambda r: r[0]):
        if since <= second + 1e-6:
            out[:3, 3] = place
    return out


def grip(prop: PropTiming, hand: str, action: str = "") -> Array:
    """(4, 4) prop_from_hand; of a prop the shelf lacks, the middle of it in the hand."""
    if prop.model in props.names():
        return props.load(prop.model).prop_from_hand("left" if hand == "left" else "right", action)
    return np.eye(4)


def move_props(
    timing: SceneTiming, performances: Mapping[str, Mapping[str, Any]], fps: tuple[int, int]
) -> dict[str, dict[str, Any]]:
    """Where every prop of a scene is.

    Parameters
    ----------
    timing
        The scene.
    performances
        Actor id → what `perform` made; a hold by somebody not in it is not followed.
    fps
        Frames a second as a fraction.

    Returns
    -------
    dict
        Prop id → ``first_frame`` (), ``positions`` (F, 3), ``quaternions`` (F, 4) wxyz
        world_from_prop, ``visible`` (F,): the motion npz of a `StageProp`.
    """
    rate = fps[0] / fps[1]
    first = int(np.floor(-timing.handle * rate))
    end = int(np.ceil((timing.duration + timing.handle) * rate))
    t = np.arange(first, end) / rate
    members = {a.actor: cast.load(a.member) for a in timing.actors if a.actor in performances}
    hands: dict[tuple[str, str], Array] = {}
    out = {}
    for prop in timing.props:
        for hold in prop.holds:
            key = (hold.actor, hold.hand[0].upper())
            if hold.actor in members and key not in hands:
                hands[key] = world_from_hand(members[hold.actor], performances[hold.actor], key[1])
        out[prop.prop] = _motion(prop, t, first, hands, performances)
    return out


def _motion(
    prop: PropTiming,
    t: Array,
    first: int,
    hands: dict[tuple[str, str], Array],
    performances: Mapping[str, Mapping[str, Any]],
) -> dict[str, Any]:
    track = np.stack([lying(prop, s) for s in t])
    visible = np.ones(len(t), bool)
    holds = sorted(prop.holds, key=lambda h: h.start)
    for k, hold in enumerate(holds):
        key = (hold.actor, hold.hand[0].upper())
        if key not in hands:
            continue
        rows = np.flatnonzero((t >= hold.start - 1e-9) & (t < hold.end - 1e-9))
        if not len(rows):
            continue
        before = holds[k - 1] if k else None
        handed = before is not None and before.end > hold.start - 0.2
        track[rows] = _held(prop, hold, t, rows, hands[key], handed, track)
        visible[rows] = np.asarray(performances[hold.actor]["visible"])[rows]
    turns = continuous(quaternions(track[:, :3, :3]))
    return {
        "first_frame": np.array(first),
        "positions": track[:, :3, 3],
        "quaternions": turns,
        "visible": visible,
    }


def _held(
    prop: PropTiming, hold: PropHold, t: Array, rows: Array, hand: Array, handed: bool, track: Array
) -> Array:
    """The prop in the hand: grasped as it lies, turned into the grip, let go as it shall lie."""
    canonical = np.linalg.inv(grip(prop, hold.hand))
    begin, last = int(rows[0]), int(rows[-1])
    relation = np.tile(canonical, (len(rows), 1, 1))
    if begin > 0 and hold.start > t[0] + 1e-6:
        taken = track[begin - 1] if handed else lying(prop, hold.start)
        grasped = np.linalg.inv(hand[begin]) @ taken
        share = ease((t[rows] - t[begin]) / SETTLE)
        relation = _mixed(np.tile(grasped, (len(rows), 1, 1)), relation, share)
    if last + 1 < len(t) and any(abs(since - hold.end) < 0.25 for since, _ in prop.rests):
        laid = np.linalg.inv(hand[min(last + 1, len(t) - 1)]) @ lying(prop, hold.end + 0.25)
        share = ease((t[rows] - (hold.end - SETTLE)) / SETTLE)
        relation = _mixed(relation, np.tile(laid, (len(rows), 1, 1)), share)
    return hand[rows] @ relation


def _mixed(a: Array, b: Array, share: Array) -> Array:
    out = np.tile(np.eye(4), (len(share), 1, 1))
    out[:, :3, :3] = blend(a[:, :3, :3], b[:, :3, :3], share)
    out[:, :3, 3] = a[:, :3, 3] + (b[:, :3, 3] - a[:, :3, 3]) * share[:, None]
    return out
