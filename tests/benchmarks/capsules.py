"""Bodies as capsules, as thick as their own meshes: where they go through each other."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np

from filmagent.library.cast import Member

_BONES = {
    "head": ("head", "head", "head_top"),
    "chest": ("spine01", "spine02", "neck01"),
    "belly": ("spine04", "spine05", "spine02"),
    "upperarm.L": ("upperarm", "upperarm01.L", "lowerarm01.L"),
    "upperarm.R": ("upperarm", "upperarm01.R", "lowerarm01.R"),
    "forearm.L": ("lowerarm", "lowerarm01.L", "wrist.L"),
    "forearm.R": ("lowerarm", "lowerarm01.R", "wrist.R"),
    "hand.L": ("finger3", "wrist.L", "finger3-2.L"),
    "hand.R": ("finger3", "wrist.R", "finger3-2.R"),
    "thigh.L": ("upperleg", "upperleg01.L", "lowerleg01.L"),
    "thigh.R": ("upperleg", "upperleg01.R", "lowerleg01.R"),
    "shank.L": ("lowerleg", "lowerleg01.L", "foot.L"),
    "shank.R": ("lowerleg", "lowerleg01.R", "foot.R"),
}
_TORSO = ("chest", "belly")
_ADJACENT = {
    frozenset(pair)
    for pair in (
        ("head", "chest"), ("chest", "belly"), ("thigh.L", "thigh.R"),
        *(("belly", f"thigh.{s}") for s in "LR"), *(("chest", f"thigh.{s}") for s in "LR"),
        *((a, f"upperarm.{s}") for s in "LR" for a in ("chest", "belly", "head")),
        *((f"upperarm.{s}", f"forearm.{s}") for s in "LR"),
        *((f"upperarm.{s}", f"hand.{s}") for s in "LR"),
        *((f"forearm.{s}", f"hand.{s}") for s in "LR"),
        *((f"thigh.{s}", f"shank.{s}") for s in "LR"), ("upperarm.L", "upperarm.R"),
    )
}  # fmt: skip
PAIRS = [p for p in combinations(_BONES, 2) if frozenset(p) not in _ADJACENT]


@lru_cache(maxsize=32)
def radii(member: Member) -> dict[str, float]:
    """Half the thinner width of each capsule's flesh and cloth, metres."""
    out = {}
    parts = [p for p in member.parts("preview")
             if p.kind in ("skin", "cloth") and p.bone_ids is not None]  # fmt: skip
    for name, (_, first, last) in _BONES.items():
        a = member.rest[member.bone(first)][:3, 3]
        crown = last == "head_top"
        b = member.point(last) if crown else member.rest[member.bone(last)][:3, 3]
        own = {i for i, bone in enumerate(member.bones) if bone.startswith(_own(name))}
        away = [0.02]
        for part in parts:
            heavy = part.bone_ids[np.arange(len(part.vertices)), part.bone_weights.argmax(axis=1)]
            points = part.vertices[np.isin(heavy, list(own))]
            if len(points):
                away.append(_apart_of(points, a, b))
        out[name] = float(max(away))
    return out


def _own(name: str) -> tuple[str, ...]:
    bone, _, side = name.partition(".")
    return {
        "head": ("head",), "chest": ("spine01", "spine02"), "belly": ("spine03", "spine04"),
        "upperarm": (f"upperarm02.{side}",), "forearm": (f"lowerarm01.{side}",),
        "hand": (f"metacarpal2.{side}", f"metacarpal3.{side}"),
        "thigh": (f"upperleg02.{side}",), "shank": (f"lowerleg01.{side}", f"lowerleg02.{side}"),
    }[bone]  # fmt: skip


def _apart_of(points: np.ndarray, a: np.ndarray, b: np.ndarray) -> float:
    along = (b - a) / np.linalg.norm(b - a)
    rest = points - a
    away = rest - (rest @ along)[:, None] * along
    # the thinner half of the flesh: what is inside is inside whatever the pose
    return float(np.quantile(np.linalg.norm(away, axis=1), 0.3))


def placed(member: Member, world: np.ndarray) -> dict[str, tuple[np.ndarray, np.ndarray, float]]:
    """Every capsule's ends (F, 3) and radius."""
    out = {}
    for name, (_, first, last) in _BONES.items():
        a = world[:, member.bone(first), :3, 3]
        b = member.track("head_top", world) if last == "head_top" else (
            world[:, member.bone(last), :3, 3])  # fmt: skip
        radius = radii(member)[name]
        if name == "head":
            a = a + 0.35 * (b - a)
            b = b - 0.3 * (b - a)
        out[name] = (a, b, radius)
    return out


def depth(one: tuple, other: tuple) -> np.ndarray:
    """How deep two capsules are in each other, (F,) metres."""
    return one[2] + other[2] - distance(one[0], one[1], other[0], other[1])


def distance(p: np.ndarray, q: np.ndarray, r: np.ndarray, s: np.ndarray) -> np.ndarray:
    """Between segments p–q and r–s, (F,): Ericson, "Real-Time Collision Detection", 5.1.9."""
    d1, d2, w = q - p, s - r, p - r
    a, e = (np.maximum(np.sum(d * d, axis=-1), 1e-12) for d in (d1, d2))
    b, c, f = (np.sum(x * y, axis=-1) for x, y in ((d1, d2), (d1, w), (d2, w)))
    span = a * e - b * b
    u = np.where(span > 1e-12, np.clip((b * f - c * e) / np.maximum(span, 1e-12), 0, 1), 0.0)
    v = (b * u + f) / e
    u = np.where(v < 0, np.clip(-c / a, 0, 1), np.where(v > 1, np.clip((b - c) / a, 0, 1), u))
    v = np.clip(v, 0, 1)
    gap = (p + d1 * u[:, None]) - (r + d2 * v[:, None])
    return np.linalg.norm(gap, axis=-1)
