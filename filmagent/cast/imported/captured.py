"""A clip from a skeleton's motion as Blender read it: BVH, FBX (Mixamo), glTF, .blend."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from filmagent.cast.imported.clip import Clip
from filmagent.cast.imported.contacts import planted, standing
from filmagent.cast.rotation import Array, apply, matrices, quaternions
from filmagent.errors import InputError
from filmagent.library.bodies import names
from filmagent.library.bodies.exchange import Handed
from filmagent.library.bodies.names import BoneMap

_UP = {
    "z": np.eye(3),
    "y": np.array([[1.0, 0, 0], [0, 0, -1.0], [0, 1.0, 0]]),
    "x": np.array([[0, -1.0, 0], [0, 0, 1.0], [-1.0, 0, 0]]).T,
}
"""Rotation of a world whose up is that axis to ours."""


def clip_of(
    handed: Handed, name: str, override: Mapping[str, str] | None = None, up: str = ""
) -> tuple[Clip, BoneMap]:
    """A clip, and how the skeleton's bones were understood.

    Parameters
    ----------
    handed
        What Blender read.
    name
        Of the clip.
    override
        Slot → their bone, where the user knows better.
    up
        ``x``, ``y`` or ``z`` of the file's world; found from where the head is when empty.

    Raises
    ------
    InputError
        If the file has no motion, or no bone for what posing needs.
    """
    motion = handed.motion
    if motion is None or len(motion.turns) < 2:
        raise InputError(f"{handed.source} moves nothing; export it with its animation.")
    bone_map = names.guess(handed.rig, override).required(handed.source)
    slots = tuple(bone_map)
    bones = [handed.rig.index(bone_map[slot]) for slot in slots]
    turn = _UP[up or _up(motion.heads, bones, slots)]
    heads = motion.heads[:, bones] @ turn.T
    turns = quaternions(turn @ matrices(motion.turns[:, bones]))
    made = grounded(
        Clip(
            name,
            handed.source,
            motion.fps,
            slots,
            handed.rig.heads[bones],
            turns,
            np.zeros((len(turns), 3)),
            np.zeros((len(turns), 2), bool),
            0.0,
        ),
        heads,
    )
    return made, bone_map


def grounded(clip: Clip, heads: Array) -> Clip:
    """Its hips, its standing feet and the height of the floor, from where bones are.

    ``heads`` is (F, K, 3), of the clip's slots, Z up.
    """
    at = {slot: heads[:, k] for k, slot in enumerate(clip.slots)}
    hips = (at["upperleg01.L"] + at["upperleg01.R"]) / 2
    ankles = np.stack([at["foot.L"], at["foot.R"]], axis=1)
    balls = np.stack([_ball(clip, at, side) for side in "LR"], axis=1)
    on = planted(balls, clip.leg, clip.rate)
    return replace(clip, hips=hips, planted=on, ankle=standing(ankles, on))


def _ball(clip: Clip, at: Mapping[str, Array], side: str) -> Array:
    """The toes' joint, or where it would be a third of a shank ahead of the ankle."""
    if f"toes.{side}" in at:
        return at[f"toes.{side}"]
    knee, ankle = clip.place(f"lowerleg01.{side}"), clip.place(f"foot.{side}")
    across = clip.place("upperleg01.R") - clip.place("upperleg01.L")
    ahead = np.cross(knee - ankle, across)
    ahead *= 0.33 * np.linalg.norm(knee - ankle) / max(float(np.linalg.norm(ahead)), 1e-12)
    turn = matrices(clip.turns[:, clip.slots.index(f"foot.{side}")])
    out: Array = at[f"foot.{side}"] + apply(turn, ahead)
    return out


def _up(heads: Array, bones: list[int], slots: tuple[str, ...]) -> str:
    """The axis that heads are above feet on, most of the time; Z where it is not plain."""
    feet = [slots.index("foot.L"), slots.index("foot.R")]
    way = heads[:, bones[slots.index("head")]] - heads[:, [bones[i] for i in feet]].mean(axis=1)
    mean = (way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1e-9)).mean(axis=0)
    best = int(np.argmax(mean))
    return "xyz"[best] if mean[best] > 0.7 else "z"
