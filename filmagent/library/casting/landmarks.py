"""Where the points are that others aim at: eyes, chin, shoulders, soles, hands."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bake import Bake
from filmagent.library.casting.body import Figure

Array = NDArray[Any]
_SIDES = (("L", -1.0), ("R", 1.0))


def measure(figure: Figure, bake: Bake) -> dict[str, Any]:
    """``landmarks``, ``head_hull`` and ``measures`` of a member's ``extra``."""
    marks: dict[str, tuple[str, Array]] = {}
    marks |= _head(figure, bake)
    for side, sign in _SIDES:
        marks |= _limbs(figure, side, sign, bake)
    skin = np.concatenate([p.vertices for p in bake.parts if p.kind == "skin"])
    hips = figure.head_of("upperleg01.L")
    return {
        "landmarks": {
            name: {"bone": bone, "point": [round(float(x), 5) for x in point]}
            for name, (bone, point) in sorted(marks.items())
        },
        "head_hull": [[round(float(x), 4) for x in point] for point in _hull(figure, bake)],
        "measures": {
            "height": round(float(skin[:, 2].max()), 4),
            "eye_height": round(float(figure.head_of("eye.L")[2]), 4),
            "shoulder_height": round(float(figure.head_of("upperarm01.L")[2]), 4),
            "hip_height": round(float(hips[2]), 4),
            "seat_height": round(_seat(figure, bake), 4),
        },
    }


def _head(figure: Figure, bake: Bake) -> dict[str, tuple[str, Array]]:
    body = np.unique(figure.quads["body"])
    points = figure.points[body]
    eye = figure.head_of("eye.L")
    middle = points[(np.abs(points[:, 0]) < 0.006) & (points[:, 1] > eye[1] - 0.06)]
    nose = middle[(middle[:, 2] > eye[2] - 0.07) & (middle[:, 2] < eye[2] + 0.005)]
    tip = nose[nose[:, 1].argmax()]
    lips = figure.points[figure.masks["lips"] > 0.5].mean(axis=0)
    scale = figure.face_scale()
    # a child's throat is where a grown chin would be
    least, most = 0.015 * scale, 0.09 * scale**3
    below = middle[(middle[:, 2] < lips[2] - least) & (middle[:, 2] > lips[2] - most)]
    chin = below[(below[:, 1] - 0.9 * below[:, 2]).argmax()]
    hair = _of_kind(bake, "hair")
    top = hair[hair[:, 2].argmax()] if len(hair) else points[points[:, 2].argmax()]
    marks = {
        "head_top": ("head", np.array([0, top[1], top[2]])),
        "chin": ("head", chin),
        "nose_tip": ("head", tip),
        "mouth": ("head", np.array([0, lips[1], lips[2]])),
        "brow": ("head", np.array([0, eye[1] + 0.02 * scale, eye[2] + 0.025 * scale])),
        "nape": ("neck02", figure.head_of("neck02") + np.array([0, -0.05, 0.02])),
    }
    ears = figure.points[figure.masks["ears"] > 0.5]
    for side, sign in _SIDES:
        marks[f"ear.{side}"] = ("head", ears[ears[:, 0] * sign > 0].mean(axis=0))
        marks[f"eye.{side}"] = (f"eye.{side}", figure.head_of(f"eye.{side}"))
    return marks


def _limbs(figure: Figure, side: str, sign: float, bake: Bake) -> dict[str, tuple[str, Array]]:
    at = figure.head_of
    joints = {
        "shoulder": "upperarm01", "elbow": "lowerarm01", "wrist": "wrist",
        "hip": "upperleg01", "knee": "lowerleg01", "ankle": "foot",
    }  # fmt: skip
    marks = {
        f"{name}.{side}": (f"{bone}.{side}", at(f"{bone}.{side}")) for name, bone in joints.items()
    }
    knuckle, wrist = at(f"finger3-1.{side}"), at(f"wrist.{side}")
    palm_normal = np.cross(at(f"finger2-1.{side}") - wrist, at(f"finger5-1.{side}") - wrist)
    palm_normal *= -sign / np.linalg.norm(palm_normal)
    marks[f"grip.{side}"] = (f"wrist.{side}", wrist + 0.85 * (knuckle - wrist) + 0.03 * palm_normal)
    last = figure.bone(f"finger2-3.{side}")
    tip = figure.rest[last, :3, 3] + figure.rest[last, :3, 1] * figure.lengths[last]
    marks[f"fingertip.{side}"] = (f"finger2-3.{side}", tip)
    shoes = _of_kind(bake, "shoe")
    sole = shoes[(shoes[:, 0] * sign > 0) & (shoes[:, 2] < 0.03)]
    ball = at(f"toe3-1.{side}")
    ankle = at(f"foot.{side}")
    marks[f"heel.{side}"] = (f"foot.{side}", np.array([ankle[0], sole[:, 1].min() + 0.02, 0.0]))
    marks[f"ball.{side}"] = (f"foot.{side}", np.array([ball[0], ball[1], 0.0]))
    marks[f"toe.{side}"] = (f"foot.{side}", np.array([ball[0], sole[:, 1].max() - 0.01, 0.0]))
    return marks


def _seat(figure: Figure, bake: Bake) -> float:
    """How far cloth lies behind the hip joint: what is beneath it when one sits."""
    hip = figure.head_of("upperleg01.L")
    cloth = _of_kind(bake, "cloth")
    behind = cloth[
        (np.abs(cloth[:, 0]) < 0.16) & (cloth[:, 2] < hip[2]) & (cloth[:, 2] > hip[2] - 0.15)
    ]
    # flesh and cloth give way by about a sixth
    return float(hip[1] - np.percentile(behind[:, 1], 3)) * 0.85


def _of_kind(bake: Bake, kind: str) -> Array:
    found = [part.vertices for part in bake.parts if part.kind == kind]
    return np.concatenate(found) if found else np.zeros((0, 3))


def _hull(figure: Figure, bake: Bake) -> Array:
    """The farthest points of head and hair in forty directions."""
    cloud = np.concatenate([_of_kind(bake, "hair"), _of_kind(bake, "skin")])
    low = figure.head_of("head")[2] - 0.05
    cloud = cloud[(cloud[:, 2] > low) & (np.abs(cloud[:, 0]) < 0.3)]
    k = np.arange(40) + 0.5
    up, turn = 1 - 2 * k / 40, k * np.pi * (3 - np.sqrt(5))
    side = np.sqrt(1 - up * up)
    rays = np.stack([side * np.cos(turn), side * np.sin(turn), up], axis=1)
    made: Array = np.unique(cloud[(cloud @ rays.T).argmax(axis=0)], axis=0)
    return made
