"""A skeleton from elsewhere, and how it stands in our axes: Z up, facing +Y, metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import permutations, product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from filmagent.errors import InputError

Array = NDArray[Any]

_SNAP = np.cos(np.radians(25))
_UNITS = (1.0, 0.01, 0.0254, 0.1, 0.3048, 0.001, 10.0, 100.0)
_PERSON = (0.75, 2.4)
"""Metres that somebody can be tall."""


@dataclass(frozen=True, eq=False)
class Rig:
    """Bones at rest, in whatever axes and units they came in."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    """Parents before children; −1 for a root."""
    heads: Array
    """(J, 3) where bones start."""

    def index(self, bone: str) -> int:
        """Where a bone is; ValueError if it is nowhere."""
        return self.names.index(bone)

    def children(self, bone: int) -> list[int]:
        """The bones that hang on a bone."""
        return [i for i, parent in enumerate(self.parents) if parent == bone]

    def ancestry(self, bone: int) -> list[int]:
        """A bone and the bones above it, itself first."""
        out = []
        while bone >= 0:
            out.append(bone)
            bone = self.parents[bone]
        return out


def checked(names: list[str], parents: Array, heads: Array, source: str) -> Rig:
    """A rig, refused in one sentence if it is none.

    Raises
    ------
    InputError
        If names repeat, parents do not come first, or a place is not a number.
    """
    if not names:
        raise InputError(f"{source} has no bones; export it with its armature.")
    if len(set(names)) != len(names):
        twice = sorted({name for name in names if names.count(name) > 1})
        raise InputError(f"{source} has two bones called {twice[0]!r}; rename one of them.")
    if len(parents) != len(names) or heads.shape != (len(names), 3):
        raise InputError(f"{source} is damaged: its bones have no or several places.")
    if any(not -1 <= parent < i for i, parent in enumerate(parents.tolist())):
        raise InputError(f"{source} is damaged: a bone stands before the one it hangs on.")
    if not np.isfinite(heads).all():
        raise InputError(f"{source} is damaged: a bone is at a place that is not a number.")
    return Rig(tuple(names), tuple(int(p) for p in parents), np.asarray(heads, float))


def facing(joints: Mapping[str, Array]) -> Array:
    """Axes of a body at rest from its joints: theirs_from_ours, (3, 3).

    Right is X, the way it faces Y, up Z. Within 25° of the axes it came in, it is meant to stand
    along them: nobody leans because their neck is before their hips.

    Parameters
    ----------
    joints
        Slot → (3,); hips, ankles, upper arms and head are read.
    """
    sides = [("upperleg01", 1.0), ("upperarm01", 1.0), ("foot", 0.5)]
    right = sum(
        weight * (joints[f"{name}.R"] - joints[f"{name}.L"])
        for name, weight in sides
        if f"{name}.R" in joints
    )
    hips = (joints["upperleg01.L"] + joints["upperleg01.R"]) / 2
    soles = (joints["foot.L"] + joints["foot.R"]) / 2
    x = np.asarray(right) / max(float(np.linalg.norm(right)), 1e-12)
    up = (joints["head"] - hips) + (hips - soles)
    up = up - x * float(up @ x)
    z = up / max(float(np.linalg.norm(up)), 1e-12)
    raw = np.stack([x, np.cross(z, x), z], axis=1)
    best = max(_axes(), key=lambda axes: float(np.trace(axes.T @ raw)))
    near = np.sum(best * raw, axis=0).min() > _SNAP
    return best if near else raw


def _axes() -> list[Array]:
    """The 24 ways to stand along the axes."""
    out = []
    for order in permutations(range(3)):
        for signs in product((1.0, -1.0), repeat=3):
            axes = np.zeros((3, 3))
            axes[order, range(3)] = signs
            if np.linalg.det(axes) > 0:
                out.append(axes)
    return out


def metres(height: float, asked: float | None = None) -> float:
    """The scale that makes somebody ``height`` units tall a person.

    Parameters
    ----------
    height
        From the soles to the top of the head, in the file's units.
    asked
        Metres that the user wants; otherwise the unit that makes a person of it, metres first.

    Raises
    ------
    InputError
        If no unit does.
    """
    if not np.isfinite(height) or height <= 0:
        raise InputError("This body has no height; its mesh or bones are all in one place.")
    if asked is not None:
        if not 0.3 <= asked <= 3.0:
            raise InputError(f"A height of {asked} m is nobody's; write one between 0.3 and 3.")
        return asked / height
    for unit in _UNITS:
        if _PERSON[0] <= height * unit <= _PERSON[1]:
            return unit
    raise InputError(
        f"This body is {height:.4g} units tall, which is no person in any usual unit; "
        "say how tall it is (--height 1.75)."
    )
