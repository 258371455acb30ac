"""The skeleton that a performance moves, laid into somebody's joints.

Joints that a body has are kept where they are; what it lacks (parts of the spine, collar bones,
fingers, toes, eyes) is put where an ordinary body of that size has it, so that every action of the
shelf finds its bone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.bodies.slots import NECK, SIDES, SPINE

Array = NDArray[Any]
_OUT = {"L": -1.0, "R": 1.0}
_BACK = {"spine05": 0.02, "spine04": 0.16, "spine03": 0.28, "spine02": 0.46, "spine01": 0.72}
"""Share of the way from the hips to the neck."""
_NECK = {"neck01": 0.0, "neck02": 0.34, "neck03": 0.70}
_TOES = (-0.38, 0.0, 0.20, 0.36, 0.50)
"""Places of the five toes across the foot, from the inner side; the second is at their joint."""
_KNUCKLES = (0.0, 0.56, 0.54, 0.50, 0.45)
"""From the wrist to where fingers begin, in hand lengths; the thumb has its own place."""
_FAN = (0.0, 0.16, 0.02, -0.11, -0.23)
"""Across the hand, towards the index finger, in hand lengths."""
_PHALANX = (0.0, 0.19, 0.21, 0.19, 0.15)


@dataclass(frozen=True, eq=False)
class Bones:
    """Our bones in a body: facing +Y, soles on z = 0."""

    names: tuple[str, ...]
    parents: Array
    """(J,) −1 for the root."""
    rest: Array
    """(J, 4, 4) body_from_bone, Y along the bone."""
    lengths: Array
    """(J,) metres."""

    def head(self, name: str) -> Array:
        """Where a bone starts, (3,)."""
        out: Array = self.rest[self.names.index(name), :3, 3]
        return out


def lay(joints: Mapping[str, Array], height: float, eyes: Mapping[str, Array]) -> Bones:
    """Our skeleton in a body.

    Parameters
    ----------
    joints
        Slot → (3,) in body axes, metres; at least the required slots.
    height
        Of the body, metres: sizes what it lacks.
    eyes
        ``L`` and ``R``: where eyeballs are that have no bone.
    """
    at = {slot: np.asarray(point, float) for slot, point in joints.items()}
    _trunk(at)
    for side in SIDES:
        at.setdefault(f"eye.{side}", np.asarray(eyes[side], float))
        _arm(at, side)
        _hand(at, side, height)
    at.setdefault("jaw", at["head"] + np.array([0.0, 0.01 * height, 0.0]))
    toes = {side: _toes(at, side, height) for side in SIDES}
    chains = _chains()
    for side in SIDES:
        for number, point in enumerate(toes[side], 1):
            at[f"toe{number}-1.{side}"] = point
    names = tuple(name for name, _, _ in chains)
    ends = [_end(at, name, after, height) for name, _, after in chains]
    rest = np.tile(np.eye(4), (len(names), 1, 1))
    for i, (name, end) in enumerate(zip(names, ends, strict=True)):
        rest[i, :3, 3] = at[name]
        rest[i, :3, :3] = np.eye(3) if name.startswith("eye") else _axes(end - at[name])
    lengths = np.array([np.linalg.norm(e - at[n]) for n, e in zip(names, ends, strict=True)])
    parents = np.array([names.index(above) if above else -1 for _, above, _ in chains])
    return Bones(names, parents, rest, np.maximum(lengths, 0.01))


def _chains() -> list[tuple[str, str, str]]:
    """Every bone, the one it hangs on, and the one it points to (or "")."""
    trunk = ("root", *SPINE, *NECK, "head")
    out = [
        (bone, trunk[i - 1] if i else "", trunk[i + 1] if i + 1 < len(trunk) else "")
        for i, bone in enumerate(trunk)
    ]
    out.append(("jaw", "head", ""))
    for side in SIDES:
        legs = ("upperleg01", "lowerleg01", "foot")
        out += _run("root", [f"{bone}.{side}" for bone in legs], f"toe2-1.{side}")
        out += [(f"toe{number}-1.{side}", f"foot.{side}", "") for number in range(1, 6)]
        arm = ("clavicle", "upperarm01", "upperarm02", "lowerarm01", "lowerarm02", "wrist")
        out += _run("spine01", [f"{bone}.{side}" for bone in arm], f"finger3-1.{side}")
        for finger in range(1, 6):
            joints = [f"finger{finger}-{joint}.{side}" for joint in (1, 2, 3)]
            out += _run(f"wrist.{side}", joints, "")
        out.append((f"eye.{side}", "head", ""))
    return out


def _run(above: str, bones: list[str], after: str) -> list[tuple[str, str, str]]:
    return [
        (bone, bones[i - 1] if i else above, bones[i + 1] if i + 1 < len(bones) else after)
        for i, bone in enumerate(bones)
    ]


def _end(at: Mapping[str, Array], bone: str, after: str, height: float) -> Array:
    """Where a bone ends: at the next, or as far on as it came."""
    if after:
        return at[after]
    start = at[bone]
    way = np.array([0.0, 0.02 * height, 0.0])
    if bone == "head":
        way = np.array([0.0, 0.0, 0.09 * height])
    elif bone == "jaw":
        way = np.array([0.0, 0.04, -0.04]) * height / 1.7
    elif bone.startswith("finger"):
        way = 0.85 * (start - at[bone.replace("-3", "-2")])
    end: Array = start + way
    return end


def _trunk(at: dict[str, Array]) -> None:
    hips = (at["upperleg01.L"] + at["upperleg01.R"]) / 2
    shoulders = (at["upperarm01.L"] + at["upperarm01.R"]) / 2
    # a neck begins a little above the line of the shoulders
    above = shoulders + 0.45 * (at["head"] - shoulders)
    neck = next((at[bone] for bone in NECK if bone in at), above)
    _fill(at, {**_BACK}, hips, neck)
    _fill(at, {**_NECK}, at.get("neck01", neck), at["head"])


def _fill(at: dict[str, Array], shares: Mapping[str, float], first: Array, last: Array) -> None:
    """Put the bones that a chain lacks between those that it has, in their usual proportion."""
    known = [(0.0, first), *((s, at[b]) for b, s in shares.items() if b in at), (1.0, last)]
    for bone, share in shares.items():
        if bone in at:
            continue
        for (low, start), (high, end) in pairwise(known):
            if low <= share <= high and high > low:
                at[bone] = start + (end - start) * (share - low) / (high - low)
                break


def _arm(at: dict[str, Array], side: str) -> None:
    shoulder, elbow, wrist = (at[f"{b}.{side}"] for b in ("upperarm01", "lowerarm01", "wrist"))
    middle = (at["upperarm01.L"] + at["upperarm01.R"]) / 2
    at.setdefault(f"clavicle.{side}", middle + 0.15 * (shoulder - middle))
    at.setdefault(f"upperarm02.{side}", shoulder + 0.32 * (elbow - shoulder))
    at.setdefault(f"lowerarm02.{side}", elbow + 0.42 * (wrist - elbow))


def hand_axes(elbow: Array, wrist: Array, side: str, knuckle: Array | None = None) -> Array:
    """Axes of a hand at rest, columns: across (to the index finger), along, out of the palm.

    Palms of hanging arms face the body, those of stretched ones the floor.
    """
    along = (wrist - elbow) if knuckle is None else (knuckle - wrist)
    y = along / np.linalg.norm(along)
    inward = np.array([-_OUT[side], 0.0, 0.0])
    z = np.array([0.0, 0.0, -1.0]) * np.hypot(y[0], y[1]) + inward * abs(y[2])
    z = z - y * float(z @ y)
    z /= np.linalg.norm(z)
    return np.stack([np.cross(y, z) * _OUT[side], y, z], axis=-1)


def _hand(at: dict[str, Array], side: str, height: float) -> None:
    wrist, elbow = at[f"wrist.{side}"], at[f"lowerarm01.{side}"]
    first = at.get(f"finger3-1.{side}", at.get(f"finger2-1.{side}"))
    axes = hand_axes(elbow, wrist, side, first)
    size = 0.105 * height
    if f"finger3-1.{side}" in at:
        size = float(np.linalg.norm(at[f"finger3-1.{side}"] - wrist)) / _KNUCKLES[2]
    for finger in range(1, 6):
        if finger == 1:
            start = np.array([0.13, 0.17, 0.08])
            step = np.array([0.10, 0.17, 0.02])
        else:
            start = np.array([_FAN[finger - 1], _KNUCKLES[finger - 1], 0.0])
            # fingers at rest are a little bent, which tells the palm from the back of the hand
            step = np.array([0.0, _PHALANX[finger - 1], 0.03])
        points = [start, start + step, start + 1.8 * step + [0.0, -0.01, 0.02]]
        for joint, point in enumerate(points, 1):
            name = f"finger{finger}-{joint}.{side}"
            if name in at:
                continue
            before = f"finger{finger}-{joint - 1}.{side}"
            if joint > 1:
                at[name] = at[before] + axes @ (points[joint - 1] - points[joint - 2]) * size
            else:
                at[name] = wrist + axes @ point * size


def _toes(at: dict[str, Array], side: str, height: float) -> list[Array]:
    ankle = at[f"foot.{side}"]
    ball = at.get(f"toes.{side}")
    if ball is None:
        ball = np.array([ankle[0], ankle[1] + 0.085 * height, 0.022 * height])
    width = 0.045 * height
    return [ball + np.array([_OUT[side] * share * width, 0.0, 0.0]) for share in _TOES]


def _axes(along: Array) -> Array:
    """Axes with Y along a bone and X as near to the body's X as it can be."""
    y = along / max(float(np.linalg.norm(along)), 1e-9)
    near = np.array([1.0, 0.0, 0.0]) if abs(y[0]) < 0.8 else np.array([0.0, 1.0, 0.0])
    x = near - y * float(near @ y)
    x /= np.linalg.norm(x)
    return np.stack([x, y, np.cross(x, y)], axis=-1)
