"""Which bone is whose where names say nothing: chains that end low, wide and high.

The skeleton is taken as Blender shows it, Z up; toes tell which way it faces.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np

from filmagent.library.bodies.rig import Array, Rig
from filmagent.library.bodies.slots import LEG, SPINE


def find(rig: Rig) -> dict[str, str]:
    """Slots and their bones, as far as the chains tell; empty if this is nobody's skeleton."""
    leaves = [i for i in range(len(rig.names)) if not rig.children(i)]
    if len(leaves) < 5:
        return {}
    rig = _widest(rig, leaves)
    heads = rig.heads
    low, high = heads[:, 2].min(), heads[:, 2].max()
    tall = max(high - low, 1e-9)
    legs = _pair(rig, [i for i in leaves if heads[i, 2] < low + 0.15 * tall])
    if legs is None:
        return {}
    top = max(leaves, key=lambda i: (heads[i, 2] > low + 0.8 * tall, heads[i, 2]))
    rest = [i for i in leaves if i != top and heads[i, 2] > low + 0.25 * tall]
    arms = _pair(rig, rest)
    if arms is None:
        return {}
    sides = _sided(rig, legs)
    if sides is None:
        return {}
    left, right = sides
    hips = _joined(rig, left, right)
    chest = _joined(rig, *arms)
    arms = _same_sides(rig, (left, right), arms)
    out = {"root": rig.names[hips]}
    for side, leg in zip("LR", (left, right), strict=True):
        out |= _named(rig, _chain(rig, hips, leg), LEG, side)
    for side, arm in zip("LR", arms, strict=True):
        chain = _until_hand(rig, _chain(rig, chest, arm))
        names = ("upperarm01", "lowerarm01", "wrist")
        out |= _named(rig, chain, names if len(chain) == 3 else ("clavicle", *names), side)
    spine = [*_chain(rig, hips, chest)]
    for slot, bone in zip(_spread(len(spine)), spine, strict=False):
        out[slot] = rig.names[bone]
    crown = _chain(rig, chest, top)
    # eyes and jaws branch from a head
    head = next((i for i in crown if len(rig.children(i)) > 1), crown[:2][-1])
    out["head"] = rig.names[head]
    if crown[0] != head:
        out["neck01"] = rig.names[crown[0]]
    return out


def _widest(rig: Rig, leaves: list[int]) -> Rig:
    """The skeleton turned about Z so that its ends are farthest apart along X."""
    ends = rig.heads[leaves, :2] - rig.heads[leaves, :2].mean(axis=0)
    across = np.linalg.svd(ends, full_matrices=False)[2][0]
    turn = np.array([[across[0], across[1], 0], [-across[1], across[0], 0], [0, 0, 1.0]])
    return replace(rig, heads=rig.heads @ turn.T)


def _pair(rig: Rig, leaves: list[int]) -> tuple[int, int] | None:
    """The two ends farthest apart, on either side of the middle."""
    if len(leaves) < 2:
        return None
    x = rig.heads[leaves, 0]
    a, b = leaves[int(np.argmax(x))], leaves[int(np.argmin(x))]
    return (a, b) if x.max() > x.min() else None


def _joined(rig: Rig, a: int, b: int) -> int:
    above = set(rig.ancestry(a))
    return next(i for i in rig.ancestry(b) if i in above)


def _chain(rig: Rig, top: int, end: int) -> list[int]:
    """Bones below ``top`` on the way to ``end``, those in the same place left out."""
    way = [i for i in rig.ancestry(end)[::-1] if i not in rig.ancestry(top)]
    size = float(np.ptp(rig.heads[:, 2])) or 1.0
    apart = [way[0]] if way else []
    for before, bone in pairwise(way):
        if np.linalg.norm(rig.heads[bone] - rig.heads[before]) > 0.01 * size:
            apart.append(bone)
    return apart


def _until_hand(rig: Rig, chain: list[int]) -> list[int]:
    """A chain of an arm as far as the bone that fingers branch from, or its first four."""
    for place, bone in enumerate(chain):
        if place >= 2 and len(rig.children(bone)) >= 2:
            return chain[: place + 1][-4:]
    return chain[:4]


def _named(rig: Rig, chain: list[int], slots: tuple[str, ...], side: str) -> dict[str, str]:
    return {f"{slot}.{side}": rig.names[bone] for slot, bone in zip(slots, chain, strict=False)}


def _sided(rig: Rig, legs: tuple[int, int]) -> tuple[int, int] | None:
    """The legs, left first: left is up × forward, and toes point forward."""
    forward = _toes(rig, legs)
    if forward is None:
        return None
    across = np.cross([0.0, 0.0, 1.0], forward)
    a, b = legs
    return (a, b) if float((rig.heads[a] - rig.heads[b]) @ across) > 0 else (b, a)


def _toes(rig: Rig, legs: tuple[int, int]) -> Array | None:
    """Where toes point, on the floor; None without toes."""
    ways = [rig.heads[end] - rig.heads[rig.parents[end]] for end in legs]
    flat = np.mean(ways, axis=0) * [1.0, 1.0, 0.0]
    size = float(np.ptp(rig.heads[:, 2])) or 1.0
    return flat if np.linalg.norm(flat) > 0.02 * size else None


def _same_sides(rig: Rig, legs: tuple[int, int], arms: tuple[int, int]) -> tuple[int, int]:
    way = rig.heads[legs[0], 0] - rig.heads[legs[1], 0]
    a, b = arms
    return (a, b) if (rig.heads[a, 0] - rig.heads[b, 0]) * way > 0 else (b, a)


def _spread(count: int) -> list[str]:
    """Slots of the spine for so many bones, lowest and highest always among them."""
    if count <= 1:
        return [SPINE[2]][:count]
    places = np.unique(np.round(np.linspace(0, len(SPINE) - 1, min(count, len(SPINE)))).astype(int))
    return [SPINE[i] for i in places]
