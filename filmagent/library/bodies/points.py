"""Landmarks and measures of a body, read off its joints and its mesh.

The same names as the shipped cast's (`filmagent.library.cast`); whatever cannot be seen in a mesh
(an eye without a bone, a chin) stands where an ordinary face has it, from the tip of the nose.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bodies.bones import Bones, hand_axes
from filmagent.library.bodies.slots import SIDES

Array = NDArray[Any]
_OUT = {"L": -1.0, "R": 1.0}


def eyes(points: Array, on_head: Array, head: Array) -> dict[str, Array]:
    """Where eyeballs are in a head, from its nose; ``points`` (V, 3), ``on_head`` (V,) weights."""
    tip, top = nose(points, on_head, head)
    size = max(top - float(head[2]), 0.12)
    centre = tip + np.array([0.0, -0.30, 0.20]) * min(size, 0.24)
    return {side: np.array([_OUT[side] * 0.031, centre[1], centre[2]]) for side in SIDES}


def nose(points: Array, on_head: Array, head: Array) -> tuple[Array, float]:
    """Tip of the nose (3,), and the height of the crown."""
    face = points[on_head > 0.5]
    if len(face) < 8:
        face = points[points[:, 2] > head[2]]
    if len(face) < 8:
        return head + np.array([0.0, 0.10, 0.05]), float(head[2]) + 0.2
    top = float(face[:, 2].max())
    size = top - float(head[2])
    middle = face[
        (np.abs(face[:, 0] - head[0]) < 0.02)
        & (face[:, 2] > head[2] - 0.1 * size)
        & (face[:, 2] < head[2] + 0.65 * size)
    ]
    if not len(middle):
        middle = face
    tip = middle[middle[:, 1].argmax()].copy()
    tip[0] = 0.0
    return tip, top


def measure(bones: Bones, cloud: Array, on: Mapping[str, Array]) -> dict[str, Any]:
    """``landmarks``, ``head_hull`` and ``measures`` of a member's ``extra``.

    Parameters
    ----------
    bones
        Ours, in this body.
    cloud
        (V, 3) every vertex of the body, soles on z = 0.
    on
        ``head`` and ``leg`` → (V,) summed weights of those bones.
    """
    marks = _head(bones, cloud, on["head"])
    for side in SIDES:
        marks |= _limbs(bones, cloud, on["leg"], side)
    hips = bones.head("upperleg01.L")
    return {
        "landmarks": {
            name: {"bone": bone, "point": [round(float(x), 5) for x in point]}
            for name, (bone, point) in sorted(marks.items())
        },
        "head_hull": [[round(float(x), 4) for x in p] for p in _hull(cloud, on["head"], bones)],
        "measures": {
            "height": round(float(cloud[:, 2].max()), 4),
            "eye_height": round(float(bones.head("eye.L")[2]), 4),
            "shoulder_height": round(float(bones.head("upperarm01.L")[2]), 4),
            "hip_height": round(float(hips[2]), 4),
            "seat_height": round(_seat(cloud, hips), 4),
        },
    }


def _head(bones: Bones, cloud: Array, on_head: Array) -> dict[str, tuple[str, Array]]:
    tip, top = nose(cloud, on_head, bones.head("head"))
    eye = (bones.head("eye.L") + bones.head("eye.R")) / 2
    face = float(np.clip((top - eye[2]) / 0.115, 0.6, 1.4))
    marks = {
        "head_top": ("head", np.array([0.0, bones.head("head")[1], top])),
        "nose_tip": ("head", tip),
        "mouth": ("head", np.array([0.0, tip[1] - 0.020 * face, tip[2] - 0.033 * face])),
        "chin": ("head", np.array([0.0, tip[1] - 0.027 * face, tip[2] - 0.070 * face])),
        "brow": ("head", np.array([0.0, eye[1] + 0.02, eye[2] + 0.025 * face])),
        "nape": ("neck02", bones.head("neck02") + np.array([0.0, -0.05, 0.02])),
    }
    for side in SIDES:
        out = _OUT[side] * 0.074 * face
        marks[f"ear.{side}"] = (
            "head",
            np.array([out, eye[1] - 0.075 * face, eye[2] - 0.02 * face]),
        )
        marks[f"eye.{side}"] = (f"eye.{side}", bones.head(f"eye.{side}"))
    return marks


def _limbs(bones: Bones, cloud: Array, on_leg: Array, side: str) -> dict[str, tuple[str, Array]]:
    joints = {
        "shoulder": "upperarm01", "elbow": "lowerarm01", "wrist": "wrist",
        "hip": "upperleg01", "knee": "lowerleg01", "ankle": "foot",
    }  # fmt: skip
    marks = {
        f"{name}.{side}": (f"{bone}.{side}", bones.head(f"{bone}.{side}"))
        for name, bone in joints.items()
    }
    wrist, knuckle = bones.head(f"wrist.{side}"), bones.head(f"finger3-1.{side}")
    palm = hand_axes(bones.head(f"lowerarm01.{side}"), wrist, side, knuckle)[:, 2]
    marks[f"grip.{side}"] = (f"wrist.{side}", wrist + 0.85 * (knuckle - wrist) + 0.03 * palm)
    last = bones.names.index(f"finger2-3.{side}")
    tip = bones.rest[last, :3, 3] + bones.rest[last, :3, 1] * bones.lengths[last]
    marks[f"fingertip.{side}"] = (f"finger2-3.{side}", tip)
    ankle, ball = bones.head(f"foot.{side}"), bones.head(f"toe3-1.{side}")
    sole = cloud[(cloud[:, 0] * _OUT[side] > 0) & (cloud[:, 2] < 0.06) & (on_leg > 0.5)]
    back, front = ankle[1] - 0.05, ball[1] + 0.06
    if len(sole):
        back, front = float(sole[:, 1].min()) + 0.02, float(sole[:, 1].max()) - 0.01
    marks[f"heel.{side}"] = (f"foot.{side}", np.array([ankle[0], min(back, ankle[1]), 0.0]))
    marks[f"ball.{side}"] = (f"foot.{side}", np.array([ball[0], ball[1], 0.0]))
    marks[f"toe.{side}"] = (f"foot.{side}", np.array([ball[0], max(front, ball[1] + 0.02), 0.0]))
    return marks


def _seat(cloud: Array, hip: Array) -> float:
    """How far flesh and cloth lie behind the hip joint: what is beneath it when one sits."""
    behind = cloud[
        (np.abs(cloud[:, 0]) < 0.16) & (cloud[:, 2] < hip[2]) & (cloud[:, 2] > hip[2] - 0.15)
    ]
    if not len(behind):
        return 0.1
    # flesh and cloth give way by about a sixth
    return float(np.clip((hip[1] - np.percentile(behind[:, 1], 3)) * 0.85, 0.05, 0.25))


def _hull(cloud: Array, on_head: Array, bones: Bones) -> Array:
    """The farthest points of head and hair in forty directions."""
    head = cloud[on_head > 0.5]
    if len(head) < 8:
        head = cloud[cloud[:, 2] > bones.head("head")[2]]
    k = np.arange(40) + 0.5
    up, turn = 1 - 2 * k / 40, k * np.pi * (3 - np.sqrt(5))
    flat = np.sqrt(1 - up * up)
    rays = np.stack([flat * np.cos(turn), flat * np.sin(turn), up], axis=1)
    made: Array = np.unique(head[(head @ rays.T).argmax(axis=0)], axis=0)
    return made
