"""A clip from an AMASS take: SMPL-X, SMPL-H or SMPL poses in an ``.npz``.

N. Mahmood et al., "AMASS: Archive of Motion Capture as Surface Shapes" (ICCV 2019). Keys read:
``poses`` (F, 3 J) axis-angle of each joint in its parent's axes, ``trans`` (F, 3) of the root,
``mocap_frame_rate`` (or ``mocap_framerate``), ``betas``. Z is up in AMASS; in the bodies' own
axes Y is, which the root's first rotation undoes.

Without the model that the take was fitted to, an ordinary body's proportions stand in for it: rest
directions are all that retargeting needs, and the way of the hips is scaled by legs.
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np

from filmagent.cast.imported.captured import grounded
from filmagent.cast.imported.clip import Clip
from filmagent.cast.rotation import Array, apply, matrices, quaternions
from filmagent.errors import InputError
from filmagent.library.bodies import names, smplx
from filmagent.library.bodies.names import BoneMap
from filmagent.library.bodies.rig import Rig, checked


def read(
    path: Path,
    name: str,
    model: smplx.Model | None = None,
    override: Mapping[str, str] | None = None,
) -> tuple[Clip, BoneMap]:
    """A clip, and how the joints were understood.

    Parameters
    ----------
    path
        The take.
    name
        Of the clip.
    model
        What it was fitted to, for the exact rest pose of its shape.
    override
        Slot → their joint, where the user knows better.

    Raises
    ------
    InputError
        If it lacks poses or their rate, or they are of no known model.
    """
    poses, places, rate, betas = _arrays(path)
    rig = model.rig(betas) if model is not None else ordinary(poses.shape[1])
    if len(rig.names) != poses.shape[1]:
        raise InputError(
            f"{path} moves {poses.shape[1]} joints, and {model.source if model else 'the body'} "
            f"has {len(rig.names)}; give the model that the take was fitted to, or none."
        )
    bone_map = names.guess(rig, override).required(str(path))
    turns, heads = _kinematics(rig, poses, places)
    slots = tuple(bone_map)
    bones = [rig.index(bone_map[slot]) for slot in slots]
    made = Clip(
        name,
        str(path),
        (rate.numerator, rate.denominator),
        slots,
        rig.heads[bones],
        quaternions(turns[:, bones]),
        np.zeros((len(poses), 3)),
        np.zeros((len(poses), 2), bool),
        0.0,
    )
    return grounded(made, heads[:, bones]), bone_map


def _arrays(path: Path) -> tuple[Array, Array, Fraction, Array]:
    found = smplx.arrays(path, ("poses", "trans"), ("mocap_frame_rate", "mocap_framerate", "betas"))
    rate = found.get("mocap_frame_rate", found.get("mocap_framerate"))
    if rate is None or not 1 <= float(rate) <= 1000:
        raise InputError(f"{path} does not say its mocap_frame_rate; is it an AMASS take?")
    poses, places = np.asarray(found["poses"], float), np.asarray(found["trans"], float)
    if poses.ndim != 2 or poses.shape[1] % 3 or places.shape != (len(poses), 3):
        raise InputError(
            f"{path}: poses are of shape {poses.shape} and trans of {places.shape}; "
            "due are (frames, 3 × joints) and (frames, 3)."
        )
    if len(poses) < 2 or not (np.isfinite(poses).all() and np.isfinite(places).all()):
        raise InputError(f"{path} has fewer than two frames, or poses that are not numbers.")
    joints = poses.shape[1] // 3
    if joints not in smplx.JOINTS:
        raise InputError(
            f"{path} moves {joints} joints; SMPL moves 24, SMPL-H 52 and SMPL-X 55: "
            "give a take of one of them."
        )
    betas = np.asarray(found.get("betas", np.zeros(0)), float).ravel()
    return (
        poses.reshape(len(poses), joints, 3),
        places,
        Fraction(float(rate)).limit_denominator(1001),
        betas,
    )


def ordinary(joints: int) -> Rig:
    """The T-pose of an ordinary body, Y up and facing +Z, with a model's joints.

    Proportions after R. Drillis and R. Contini, "Body Segment Parameters" (1966), of somebody
    1.72 m tall.
    """
    named = smplx.JOINTS[joints]
    places = [_place(name) for name in named]
    parents = [named.index(_parent(name, named)) if i else -1 for i, name in enumerate(named)]
    return checked(list(named), np.array(parents), np.array(places), "an ordinary body")


_MIDDLE = {
    "pelvis": (0.0, 0.0, 0.0), "spine1": (0.0, 0.12, -0.02), "spine2": (0.0, 0.25, -0.01),
    "spine3": (0.0, 0.31, 0.01), "neck": (0.0, 0.51, -0.03), "head": (0.0, 0.60, 0.0),
    "jaw": (0.0, 0.59, 0.02),
}  # fmt: skip
_SIDE = {
    "hip": (0.09, -0.09, 0.0), "knee": (0.09, -0.51, 0.0), "ankle": (0.09, -0.93, 0.0),
    "foot": (0.09, -0.99, 0.13), "collar": (0.07, 0.42, -0.01), "shoulder": (0.19, 0.43, -0.01),
    "elbow": (0.47, 0.43, -0.01), "wrist": (0.72, 0.43, -0.01), "hand": (0.81, 0.43, -0.01),
    "eye_smplhf": (0.03, 0.66, 0.09),
}  # fmt: skip
_FINGER = {"index": 0.025, "middle": 0.0, "ring": -0.02, "pinky": -0.04}
_ABOVE = {
    "spine1": "pelvis", "spine2": "spine1", "spine3": "spine2", "neck": "spine3", "head": "neck",
    "jaw": "head", "hip": "pelvis", "knee": "hip", "ankle": "knee", "foot": "ankle",
    "collar": "spine3", "shoulder": "collar", "elbow": "shoulder", "wrist": "elbow",
    "hand": "wrist", "eye_smplhf": "head",
}  # fmt: skip


def _place(name: str) -> tuple[float, float, float]:
    if name in _MIDDLE:
        return _MIDDLE[name]
    side, _, what = name.partition("_")
    out = 1.0 if side == "left" else -1.0
    if what in _SIDE:
        x, y, z = _SIDE[what]
    else:
        x, y, z = _SIDE["wrist"]
        joint = int(what[-1])
        if what.startswith("thumb"):
            x, y, z = x + 0.02 + 0.025 * joint, y - 0.01, z + 0.025 + 0.018 * joint
        else:
            x, z = x + 0.065 + 0.03 * joint, z + _FINGER[what[:-1]]
    return out * x, y, z


def _parent(name: str, named: tuple[str, ...]) -> str:
    side, _, what = name.partition("_")
    if name in _ABOVE:
        return _ABOVE[name]
    if what in _ABOVE:
        above = _ABOVE[what]
        return above if above in named else f"{side}_{above}"
    joint = int(what[-1])
    return f"{side}_{what[:-1]}{joint - 1}" if joint > 1 else f"{side}_wrist"


def _kinematics(rig: Rig, poses: Array, places: Array) -> tuple[Array, Array]:
    """World turns (F, J, 3, 3) and joints (F, J, 3): each turn is its parent's times its own."""
    local = _rotations(poses)
    turns, heads = np.empty_like(local), np.empty((*poses.shape[:2], 3))
    for bone, parent in enumerate(rig.parents):
        if parent < 0:
            turns[:, bone] = local[:, bone]
            heads[:, bone] = rig.heads[bone] + places
            continue
        turns[:, bone] = turns[:, parent] @ local[:, bone]
        offset = rig.heads[bone] - rig.heads[parent]
        heads[:, bone] = heads[:, parent] + apply(turns[:, parent], offset)
    return turns, heads


def _rotations(vectors: Array) -> Array:
    """Rotation matrices of axis-angle vectors (…, 3)."""
    angle = np.linalg.norm(vectors, axis=-1, keepdims=True)
    half = np.sinc(angle / (2 * np.pi)) / 2
    return matrices(np.concatenate([np.cos(angle / 2), half * vectors], axis=-1))
