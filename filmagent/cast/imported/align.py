"""How rest poses answer to one another: their rest orientation of a bone from ours.

A bone's turn on our body is ``turn · answer``: the answer first takes our bone at rest to where
theirs points at rest, then the turn takes it where theirs went. Trunk and head answer by the axes
the bodies stand in, limbs by the directions of their bones, hands by palm and fingers, feet by the
way they point on the floor (soles are flat at rest, whatever the height of an ankle).
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from filmagent.cast.rotation import Array, frame, unit
from filmagent.cast.skeleton import Skeleton
from filmagent.library.bodies.rig import facing

_LIMBS = (
    ("upperarm01", "lowerarm01"),
    ("lowerarm01", "wrist"),
    ("upperleg01", "lowerleg01"),
    ("lowerleg01", "foot"),
)
_ABOVE = {"lowerarm01": "upperarm01", "lowerleg01": "upperleg01"}


def answers(joints: Mapping[str, Array], skeleton: Skeleton) -> dict[str, Array]:
    """Their rest orientation from ours, for every slot that both have.

    Parameters
    ----------
    joints
        Slot → where their bone starts at rest, (3,), in their axes.
    skeleton
        Ours, facing +Y.

    Returns
    -------
    dict
        Slot → (3, 3).
    """
    ours = {slot: skeleton.head(bone_of(slot)) for slot in joints if skeleton.has(bone_of(slot))}
    trunk = facing(joints)
    out = dict.fromkeys(ours, trunk)
    for side in "LR":
        for bone, end in _LIMBS:
            slot, after = f"{bone}.{side}", f"{end}.{side}"
            base = out[f"{_ABOVE[bone]}.{side}"] if bone in _ABOVE else trunk
            out[slot] = _onto(ours[after] - ours[slot], joints[after] - joints[slot], base)
            if f"{bone[:-1]}2.{side}" in out:
                out[f"{bone[:-1]}2.{side}"] = out[slot]
        _hand(out, ours, joints, side)
        _foot(out, ours, joints, side, trunk)
    return out


def bone_of(slot: str) -> str:
    """The bone of ours that stands for a slot."""
    return slot.replace("toes", "toe2-1")


def _onto(ours: Array, theirs: Array, base: Array) -> Array:
    """The rotation nearest to ``base`` that takes our direction to theirs."""
    out: Array = between(base @ ours, theirs) @ base
    return out


def between(a: Array, b: Array) -> Array:
    """The smallest rotation from one direction to another, (3, 3)."""
    a, b = unit(a), unit(b)
    axis, cosine = np.cross(a, b), float(a @ b)
    if cosine < -0.999999:
        aside = np.eye(3)[int(np.argmin(np.abs(a)))]
        axis = unit(np.cross(a, aside))
        return 2 * np.outer(axis, axis) - np.eye(3)
    x, y, z = axis
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    out: Array = np.eye(3) + cross + cross @ cross / (1 + cosine)
    return out


def _hand(
    out: dict[str, Array], ours: Mapping[str, Array], theirs: Mapping[str, Array], side: str
) -> None:
    wrist = f"wrist.{side}"
    knuckles = [f"finger{finger}-1.{side}" for finger in (2, 3, 5)]
    if all(k in ours for k in knuckles):
        out[wrist] = _palm(theirs, wrist, knuckles) @ _palm(ours, wrist, knuckles).T
    else:
        out[wrist] = out[f"lowerarm01.{side}"]
    for finger in range(1, 6):
        base = out[wrist]
        for joint in (1, 2, 3):
            slot, after = (f"finger{finger}-{j}.{side}" for j in (joint, joint + 1))
            if slot not in ours:
                continue
            if after in ours:
                base = _onto(ours[after] - ours[slot], theirs[after] - theirs[slot], base)
            out[slot] = base


def _palm(joints: Mapping[str, Array], wrist: str, knuckles: list[str]) -> Array:
    index, middle, little = (joints[k] for k in knuckles)
    return frame(middle - joints[wrist], index - little)


def _foot(
    out: dict[str, Array],
    ours: Mapping[str, Array],
    theirs: Mapping[str, Array],
    side: str,
    trunk: Array,
) -> None:
    foot, toes = f"foot.{side}", f"toes.{side}"
    out[foot] = trunk
    if toes not in ours:
        return
    up = trunk[:, 2]
    ahead = trunk @ (ours[toes] - ours[foot])
    goal = theirs[toes] - theirs[foot]
    ahead, goal = ahead - up * float(up @ ahead), goal - up * float(up @ goal)
    if np.linalg.norm(goal) > 1e-6 * np.linalg.norm(theirs[toes] - theirs[foot]):
        out[foot] = between(ahead, goal) @ trunk
    out[toes] = out[foot]
