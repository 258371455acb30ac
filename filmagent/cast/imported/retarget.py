"""A clip on a member's skeleton: rest poses aligned, world turns taken over, hips scaled by legs.

Every bone of ours that the clip moves gets the world turn of theirs, after its rest orientation
has been made to answer theirs (`align`). The way of the hips is scaled by the length of the legs;
bones that the clip does not know are shared out between their neighbours, or follow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from filmagent.cast.arms import swing_twist
from filmagent.cast.imported.align import answers, bone_of
from filmagent.cast.imported.clip import Clip
from filmagent.cast.imported.planting import plant
from filmagent.cast.rotation import (
    Array,
    about_z,
    apply,
    blend,
    continuous,
    matrices,
    quaternions,
    unit,
)
from filmagent.cast.skeleton import SIDES, Posed, Skeleton
from filmagent.library.bake import ARKIT
from filmagent.library.bodies.slots import TRUNK
from filmagent.library.cast import Member

_STILL = ("jaw", "eye.L", "eye.R")
"""Left to the face, which speaks and looks."""
_TWIST = (("upperarm01", "lowerarm01"), ("lowerarm01", "wrist"))


@dataclass(eq=False)
class Played:
    """A body in motion: turns in body axes, and how the body stands in the world."""

    posed: Posed
    root: Array
    """(F, 3) where the body's origin is."""
    yaw: Array
    """(F,) its heading."""
    planted: Array
    """(F, 2)."""

    def world(self, bone: str, at_rest: Array) -> Array:
        """Where a point that hangs on a bone is, (F, 3) world."""
        return self.root + apply(about_z(self.yaw), self.posed.point(bone, at_rest))


def retarget(clip: Clip, skeleton: Skeleton, *, feet: bool = True, shared: bool = True) -> Played:
    """A clip on a skeleton, frame by frame.

    Parameters
    ----------
    clip
        At the frame rate wanted.
    skeleton
        Whose.
    feet
        Keep standing feet where they stand (`planting`).
    shared
        Let the bends of the back and the twists of the arms run along all of our bones where the
        clip has fewer; otherwise those that it lacks follow, as theirs do.
    """
    turns = _turns(clip, skeleton)
    forward = turns["root"][:, :, 1]
    yaw = np.unwrap(np.arctan2(-forward[:, 0], forward[:, 1]))
    back = np.swapaxes(about_z(yaw), -1, -2)
    posed = Posed(skeleton, len(yaw))
    for slot, turn in turns.items():
        posed.turn(bone_of(slot), back @ turn)
    if shared:
        _spread(posed, set(turns))
        _twist(posed, set(turns))
    if "toes.L" in turns:
        for side in SIDES:
            for number in range(1, 6):
                name = f"toe{number}-1.{side}"
                if skeleton.has(name):
                    posed.turn(name, posed.turn_of(f"toe2-1.{side}"))
    scale = sum(skeleton.leg) / clip.leg
    hips = scale * (clip.hips - [0.0, 0.0, clip.ankle]) + [0.0, 0.0, skeleton.ankle_height]
    start = skeleton.head("root")
    middle = start + apply(posed.turn_of("root"), skeleton.hips - start)
    played = Played(posed, hips - apply(about_z(yaw), middle), yaw, clip.planted)
    if feet and clip.planted.any():
        plant(played, clip.rate, toes="toes.L" in turns)
    return played


def play(
    clip: Clip,
    member: Member,
    fps: tuple[int, int],
    *,
    feet: bool = True,
    start: tuple[float, float, float] = (0.0, 0.0, 0.0),
    heading: float = 0.0,
) -> dict[str, Any]:
    """A member plays a clip, from a place and a heading on.

    Parameters
    ----------
    clip
        At any frame rate.
    member
        Who.
    fps
        Of the film, as a fraction.
    feet
        Keep standing feet where they stand.
    start, heading
        Where on the floor the hips are at its first frame, and which way they face.

    Returns
    -------
    dict
        A performance, as `filmagent.cast.perform` gives it.
    """
    played = stand(retarget(clip.resampled(fps), Skeleton.of(member), feet=feet), start, heading)
    rotations = continuous(played.posed.encode())
    frames = len(rotations)
    return {
        "first_frame": np.array(0),
        "bone_names": np.array(member.bones),
        "rotations": np.round(rotations, 7).astype(np.float32),
        "root": np.round(played.root, 7),
        "root_rotation": np.round(continuous(quaternions(about_z(played.yaw))), 9),
        "face_names": np.array(ARKIT),
        "face": np.zeros((frames, len(ARKIT)), np.float32),
        "visible": np.ones(frames, bool),
        "steps": np.zeros((0, 4)),
    }


def stand(played: Played, start: tuple[float, float, float], heading: float) -> Played:
    """Move it so that its first frame's hips are over ``start`` and face ``heading``."""
    turn = heading - float(played.yaw[0])
    spin = about_z(turn)
    hips = played.world("root", played.posed.skeleton.hips)[0]
    pivot = np.array([hips[0], hips[1], 0.0])
    return replace(
        played, root=apply(spin, played.root - pivot) + np.array(start), yaw=played.yaw + turn
    )


def _turns(clip: Clip, skeleton: Skeleton) -> dict[str, Array]:
    """World turns of our bones by slot, (F, 3, 3)."""
    answer = answers(clip.joints, skeleton)
    return {
        slot: matrices(clip.turns[:, k]) @ answer[slot]
        for k, slot in enumerate(clip.slots)
        if slot in answer and slot not in _STILL
    }


def _spread(posed: Posed, known: set[str]) -> None:
    """Give the trunk's bones that the clip lacks their share of the turn between neighbours."""
    places = [i for i, slot in enumerate(TRUNK) if slot in known]
    for i, slot in enumerate(TRUNK):
        below = [k for k in places if k < i]
        over = [k for k in places if k > i]
        if slot in known or not below or not over or not posed.skeleton.has(slot):
            continue
        low, high = below[-1], over[0]
        share = np.full(posed.frames, (i - low) / (high - low))
        posed.turn(slot, blend(posed.turn_of(TRUNK[low]), posed.turn_of(TRUNK[high]), share))


def _twist(posed: Posed, known: set[str]) -> None:
    """Let twist run along arms: a shoulder takes half, a forearm more the nearer to the hand."""
    skeleton = posed.skeleton
    for side in SIDES:
        above, below = f"upperarm01.{side}", f"lowerarm01.{side}"
        axis = [
            unit(skeleton.head(f"{e}.{side}") - skeleton.head(f"{b}.{side}")) for b, e in _TWIST
        ]
        if f"upperarm02.{side}" not in known and skeleton.has(f"upperarm02.{side}"):
            whole = posed.turn_of(above)
            base = posed.turn_of(skeleton.parents[skeleton.index[above]])
            swing, _ = swing_twist(np.swapaxes(base, -1, -2) @ whole, axis[0])
            posed.turn(above, blend(base @ swing, whole, np.full(posed.frames, 0.5)))
            posed.turn(f"upperarm02.{side}", whole)
        if f"lowerarm02.{side}" not in known and skeleton.has(f"lowerarm02.{side}"):
            whole, hand = posed.turn_of(below), posed.turn_of(f"wrist.{side}")
            _, twist = swing_twist(np.swapaxes(whole, -1, -2) @ hand, axis[1])
            still = np.broadcast_to(np.eye(3), twist.shape)
            for bone, share in ((below, 0.22), (f"lowerarm02.{side}", 0.72)):
                posed.turn(bone, whole @ blend(still, twist, np.full(posed.frames, share)))
