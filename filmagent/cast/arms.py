"""Arms and hands: where wrists are, how hands are turned and closed, and the bones that do it.

A `Hand` is what the layers (`posture`, `gestures`, `handling`) blend: the wrist in body axes, the
hand's turn, the elbow's direction, how far the fingers curl.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from filmagent.cast.rotation import Array, apply, blend, carry, ease, matrices, quaternions, unit
from filmagent.cast.skeleton import OUT, Posed, Skeleton, bend, reach
from filmagent.cast.trunk import Frame, shoulders

FINGERS = 5
"""Thumb, index, middle, ring, little."""
_CURL = {1: np.radians([38, 30, 45]), 2: np.radians([78, 92, 55])}
"""Full curl of a thumb's and a finger's three joints, beyond rest."""


@dataclass
class Hand:
    """One hand over the frames, body axes."""

    wrist: Array
    """(F, 3)."""
    turn: Array
    """(F, 3, 3)."""
    pole: Array
    """(F, 3) where the elbow points."""
    curl: Array
    """(F, 5) 0 as at rest … 1 closed; negative is stretched."""
    shrug: Array
    """(F,) 0–1."""

    def towards(self, other: Hand, share: Array, joint: Joint) -> Hand:
        """Blend on an arc about the shoulder, so that hands do not cut through bodies.

        Hands turn with their forearms: what is blended is the turn of the hand against the
        forearm, which never has to choose between two ways round.
        """
        shoulder = joint.point
        a, b = self.wrist - shoulder, other.wrist - shoulder
        s = share[:, None]
        near, far = (np.linalg.norm(v, axis=-1, keepdims=True) for v in (a, b))
        straight = a + (b - a) * s
        # from hanging to above the shoulder, a hand goes round by the front, not past the joint
        cosine = np.sum(a * b, axis=-1, keepdims=True) / np.maximum(near * far, 1e-9)
        across = ease((0.35 - cosine) / 1.35) * 4 * s * (1 - s)
        straight = straight + across * sum(joint.lengths) * np.array([0.22 * joint.out, 0.55, 0.0])
        arc = unit(straight) * (near + (far - near) * s)
        wrist = shoulder + 0.6 * arc + 0.4 * straight
        pole = unit(self.pole + (other.pole - self.pole) * s)
        mine = np.swapaxes(joint.forearm(self.wrist, self.pole), -1, -2) @ self.turn
        theirs = np.swapaxes(joint.forearm(other.wrist, other.pole), -1, -2) @ other.turn
        return Hand(
            wrist,
            joint.forearm(wrist, pole) @ blend(mine, theirs, share),
            pole,
            self.curl + (other.curl - self.curl) * s,
            self.shrug + (other.shrug - self.shrug) * share,
        )


@dataclass
class Joint:
    """A shoulder and the arm that hangs on it."""

    point: Array
    """(F, 3) body axes."""
    lengths: tuple[float, float]
    fore: Array
    """(3,) direction of the forearm at rest."""
    normal: Array
    """(3,) the elbow's hinge at rest."""
    out: float
    """Sign of X away from the body."""

    def forearm(self, wrist: Array, pole: Array) -> Array:
        """The forearm's turn (F, 3, 3) when the wrist is there."""
        middle, end, normal = reach(self.point, wrist, self.lengths, pole)
        return carry(self.fore, self.normal, end - middle, normal)


@dataclass(frozen=True)
class Palm:
    """A hand's directions at rest, body axes: the hand frame of `filmagent.cast.props`."""

    fingers: Array
    palm: Array
    wrist: Array
    centre: Array

    @property
    def rest(self) -> Array:
        """(3, 3) body_from_hand: X = Y × Z, Y to the fingers, Z out of the palm."""
        z = unit(self.palm - self.fingers * float(self.palm @ self.fingers))
        return np.stack([np.cross(self.fingers, z), self.fingers, z], axis=-1)


def palm_of(skeleton: Skeleton, side: str) -> Palm:
    """Read the palm off the finger bones."""
    wrist = skeleton.head(f"wrist.{side}")
    fingers = unit(skeleton.head(f"finger3-1.{side}") - wrist)
    across = skeleton.head(f"finger2-1.{side}") - skeleton.head(f"finger5-1.{side}")
    palm = unit(np.cross(across, fingers))
    first = skeleton.head(f"finger3-2.{side}") - skeleton.head(f"finger3-1.{side}")
    last = skeleton.head(f"finger3-3.{side}") - skeleton.head(f"finger3-2.{side}")
    # fingers curl towards the palm, also at rest
    if float(palm @ (unit(last) - unit(first))) < 0:
        palm = -palm
    knuckle = skeleton.head(f"finger3-1.{side}")
    # three quarters of the way to the knuckles, and as deep as a closed hand's hollow
    centre = wrist + 0.75 * (knuckle - wrist) + 0.28 * float(np.linalg.norm(knuckle - wrist)) * palm
    return Palm(fingers, palm, wrist, centre)


def turn_to(palm: Palm, fingers: Array, facing: Array) -> Array:
    """The hand's turn (F, 3, 3) that points fingers and palm so; the fingers win."""
    return carry(palm.fingers, palm.palm, fingers, facing)


def shoulder_at(frame: Frame, side: str) -> Array:
    """Where the shoulder joint would be with the collar bone at ease, (F, 3)."""
    skeleton = frame.posed.skeleton
    base = skeleton.head(f"clavicle.{side}")
    joint = skeleton.head(f"upperarm01.{side}")
    return frame.posed.head(f"clavicle.{side}") + apply(frame.chest, joint - base)


def joint_at(frame: Frame, side: str) -> Joint:
    """The shoulder of a side, for blending hands."""
    skeleton = frame.posed.skeleton
    bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
    fore = skeleton.head(bones[2]) - skeleton.head(bones[1])
    normal = _rest_normal(skeleton, bones)
    return Joint(shoulder_at(frame, side), skeleton.arm, fore, normal, OUT[side])


def solve(frame: Frame, side: str, hand: Hand, breath: Array, droop: Array) -> None:
    """Turn collar bone, arm, hand and fingers."""
    posed, skeleton = frame.posed, frame.posed.skeleton
    at_ease = shoulder_at(frame, side)
    lifted = apply(np.swapaxes(frame.chest, -1, -2), hand.wrist - at_ease)
    length = sum(skeleton.arm)
    # the collar bone joins in above the horizontal, and when the arm is stretched forward
    elevation = np.clip((lifted[:, 2] / length + 0.35) / 1.3, 0.0, 1.0) ** 1.5
    shoulders(frame, side, elevation, hand.shrug, breath, droop)
    bones = (f"upperarm01.{side}", f"lowerarm01.{side}", f"wrist.{side}")
    normal = _rest_normal(skeleton, bones)
    above, below = bend(posed, bones, hand.wrist, hand.pole, normal)
    _share_upper_twist(posed, side, above)
    _share_lower_twist(posed, side, below, hand.turn)
    posed.turn(f"wrist.{side}", hand.turn)
    _fingers(posed, side, hand.curl)


def _rest_normal(skeleton: Skeleton, bones: tuple[str, str, str]) -> Array:
    a, b, c = (skeleton.head(bone) for bone in bones)
    along = unit(c - a)
    side = unit((b - a) - along * float((b - a) @ along))
    return np.cross(along, side)


def _share_upper_twist(posed: Posed, side: str, above: Array) -> None:
    """The shoulder's end of the upper arm takes half of the arm's twist."""
    skeleton = posed.skeleton
    axis = unit(skeleton.head(f"lowerarm01.{side}") - skeleton.head(f"upperarm01.{side}"))
    base = posed.turn_of(f"clavicle.{side}")
    relative = np.swapaxes(base, -1, -2) @ above
    swing, _ = swing_twist(relative, axis)
    posed.turn(f"upperarm01.{side}", blend(base @ swing, above, np.full(posed.frames, 0.5)))
    posed.turn(f"upperarm02.{side}", above)


def _share_lower_twist(posed: Posed, side: str, below: Array, hand: Array) -> None:
    """The wrist's end of the forearm takes most of the hand's twist."""
    skeleton = posed.skeleton
    axis = unit(skeleton.head(f"wrist.{side}") - skeleton.head(f"lowerarm01.{side}"))
    _, twist = swing_twist(np.swapaxes(below, -1, -2) @ hand, axis)
    posed.turn(f"lowerarm01.{side}", below @ _part(twist, 0.22))
    posed.turn(f"lowerarm02.{side}", below @ _part(twist, 0.72))


def _part(twist: Array, share: float) -> Array:
    return blend(np.broadcast_to(np.eye(3), twist.shape), twist, np.full(len(twist), share))


def swing_twist(rotation: Array, axis: Array) -> tuple[Array, Array]:
    """Split rotations (F, 3, 3) into swing · twist about ``axis`` (3,), as quaternions do.

    Dobrowolski, "Swing-twist decomposition in Clifford algebra", 2015.
    """
    q = quaternions(rotation)
    along = q[:, 1:] @ axis
    twist = np.column_stack([q[:, 0], along[:, None] * axis])
    twist /= np.maximum(np.linalg.norm(twist, axis=-1, keepdims=True), 1e-9)
    turned = matrices(twist)
    return rotation @ np.swapaxes(turned, -1, -2), turned


def _fingers(posed: Posed, side: str, curl: Array) -> None:
    skeleton = posed.skeleton
    palm = palm_of(skeleton, side)
    for finger in range(1, FINGERS + 1):
        limits = _CURL[1 if finger == 1 else 2]
        for joint in range(1, 4):
            bone = f"finger{finger}-{joint}.{side}"
            axis = _hinge(skeleton, bone, palm, finger)
            angle = curl[:, finger - 1] * limits[joint - 1]
            posed.local(bone, _about(axis, angle))


def _hinge(skeleton: Skeleton, bone: str, palm: Palm, finger: int) -> Array:
    along = skeleton.rest[skeleton.index[bone], :3, 1]
    if finger == 1:
        # a thumb closes across the palm, towards the little finger
        away = unit(skeleton.head(f"finger5-1.{bone[-1]}") - skeleton.head(f"finger2-1.{bone[-1]}"))
        return unit(np.cross(along, unit(0.55 * palm.palm + 0.85 * away)))
    return unit(np.cross(along, palm.palm))


def _about(axis: Array, angle: Array) -> Array:
    half = 0.5 * angle
    return matrices(np.column_stack([np.cos(half), np.sin(half)[:, None] * axis]))


def mirrored(vector: Array, side: str) -> Array:
    """A direction given as (out, forward, up) in body axes."""
    out: Array = vector * np.array([OUT[side], 1.0, 1.0])
    return out
