"""A member's skeleton as the performance sees it: measures, forward kinematics, inverse legs/arms.

Inside the performance a bone's state is its *turn*: the rotation, in body axes, from its rest
orientation (``body_from_bone = turn · rest``). Identity everywhere is the rest pose. Bones that
nobody turns follow their parents. `encode` makes the parent-local rotations of the npz.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from filmagent.cast.rotation import Array, apply, carry, quaternions, unit
from filmagent.library.cast import Member

SIDES = ("L", "R")
OUT = {"L": -1.0, "R": 1.0}
"""Sign of the body's X away from the middle (a body that faces +Y has its left at −X)."""

SPINE = ("spine05", "spine04", "spine03", "spine02", "spine01")
NECK = ("neck01", "neck02", "neck03", "head")
_REACH = 0.9985
"""Share of a limb's length it can be stretched to; a straight knee would snap."""


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Bones at rest, body facing +Y with its soles on z = 0."""

    names: tuple[str, ...]
    parents: tuple[int, ...]
    rest: Array
    """(J, 4, 4) body_from_bone."""
    index: dict[str, int]
    seat: float
    """How far the hip joints are above the seat one sits on."""
    marks: dict[str, Array]
    """Landmarks in body axes at rest, (3,) each (`filmagent.library.cast`)."""

    @classmethod
    def of(cls, member: Member) -> Skeleton:
        """A cast member's skeleton."""
        return cls(
            tuple(member.bones),
            tuple(int(p) for p in member.parents),
            member.rest,
            {name: i for i, name in enumerate(member.bones)},
            member.seat_height,
            {name: member.point(name) for name in sorted(member.bake.extra["landmarks"])},
        )

    def head(self, bone: str) -> Array:
        """Where a bone starts at rest, (3,)."""
        out: Array = self.rest[self.index[bone], :3, 3]
        return out

    def has(self, bone: str) -> bool:
        """Whether the body has this bone."""
        return bone in self.index

    def lengths(self, *chain: str) -> list[float]:
        """Distances between the starts of successive bones."""
        return [float(np.linalg.norm(self.head(b) - self.head(a))) for a, b in pairwise(chain)]

    @cached_property
    def hip_height(self) -> float:
        """Of the hip joints above the soles."""
        return float(self.head("upperleg01.L")[2])

    @cached_property
    def hip_half(self) -> float:
        """Half the distance between the hip joints."""
        return float(abs(self.head("upperleg01.L")[0]))

    @cached_property
    def hips(self) -> Array:
        """Middle of the hip joints at rest."""
        out: Array = (self.head("upperleg01.L") + self.head("upperleg01.R")) / 2
        return out

    @cached_property
    def leg(self) -> tuple[float, float]:
        """Thigh and shank."""
        thigh, shank = self.lengths("upperleg01.L", "lowerleg01.L", "foot.L")
        return thigh, shank

    @cached_property
    def arm(self) -> tuple[float, float]:
        """Upper arm and forearm."""
        upper, fore = self.lengths("upperarm01.L", "lowerarm01.L", "wrist.L")
        return upper, fore

    @cached_property
    def ankle_height(self) -> float:
        """Of the ankle joints above the soles."""
        return float(self.head("foot.L")[2])

    @cached_property
    def eyes(self) -> Array:
        """Between the eyes at rest."""
        out: Array = (self.head("eye.L") + self.head("eye.R")) / 2
        return out

    def ball(self, side: str) -> Array:
        """On the sole below the toes' joint, (3,)."""
        return self.marks[f"ball.{side}"]

    def heel(self, side: str) -> Array:
        """On the sole at the back of the heel, (3,)."""
        return self.marks[f"heel.{side}"]

    def tip(self, side: str) -> Array:
        """On the sole at the end of the toes, (3,)."""
        return self.marks[f"toe.{side}"]


class Posed:
    """A body in motion: turns of bones, frame by frame, in the order parents → children."""

    def __init__(self, skeleton: Skeleton, frames: int) -> None:
        self.skeleton = skeleton
        self.frames = frames
        self._turns: dict[int, Array] = {}
        self._heads: dict[int, Array] = {0: np.broadcast_to(skeleton.rest[0, :3, 3], (frames, 3))}

    def turn(self, bone: str, turn: Array) -> None:
        """Set a bone's turn (F, 3, 3), in body axes."""
        self._turns[self.skeleton.index[bone]] = turn

    def local(self, bone: str, turn: Array) -> None:
        """Turn a bone against its parent by a rotation given in body axes at rest."""
        i = self.skeleton.index[bone]
        self._turns[i] = self.turn_of(self.skeleton.parents[i]) @ turn

    def turn_of(self, bone: str | int) -> Array:
        """A bone's turn, its parent's where it has none of its own, (F, 3, 3)."""
        i = self.skeleton.index[bone] if isinstance(bone, str) else bone
        while i >= 0:
            if i in self._turns:
                return self._turns[i]
            i = self.skeleton.parents[i]
        return np.broadcast_to(np.eye(3), (self.frames, 3, 3))

    def head(self, bone: str | int) -> Array:
        """Where a bone starts, (F, 3), body axes. Ask only when its ancestors are posed."""
        i = self.skeleton.index[bone] if isinstance(bone, str) else bone
        if i not in self._heads:
            parent = self.skeleton.parents[i]
            offset = self.skeleton.rest[i, :3, 3] - self.skeleton.rest[parent, :3, 3]
            self._heads[i] = self.head(parent) + apply(self.turn_of(parent), offset)
        return self._heads[i]

    def point(self, bone: str, at_rest: Array) -> Array:
        """Where a point that hangs on a bone is, (F, 3); ``at_rest`` is its place at rest."""
        return self.head(bone) + apply(self.turn_of(bone), at_rest - self.skeleton.head(bone))

    def again(self) -> Posed:
        """The same turns in a body not measured yet, whose bones may be turned once more."""
        other = Posed(self.skeleton, self.frames)
        other._turns = dict(self._turns)
        return other

    def encode(self) -> Array:
        """Parent-local rotations from rest in each bone's own axes, (F, J, 4) wxyz float64.

        R_j = rest_jᵀ · turn_parentᵀ · turn_j · rest_j; bones nobody turned stay identity.
        """
        out = np.zeros((self.frames, len(self.skeleton.names), 4))
        out[..., 0] = 1.0
        moved = sorted(self._turns)
        if moved:
            rest = self.skeleton.rest[moved, :3, :3]
            own = np.stack([self._turns[i] for i in moved], axis=1)
            above = np.stack([self.turn_of(self.skeleton.parents[i]) for i in moved], axis=1)
            turned = np.swapaxes(above, -1, -2) @ own
            local = np.swapaxes(rest, -1, -2) @ turned @ rest
            out[:, moved] = quaternions(local)
        return out


def reach(
    root: Array,
    target: Array,
    lengths: tuple[float, float],
    pole: Array,
) -> tuple[Array, Array, Array]:
    """Two-bone inverse kinematics.

    Parameters
    ----------
    root, target
        (F, 3) where the limb starts, and where its end should be.
    lengths
        Of the two bones.
    pole
        (F, 3) direction the middle joint points to.

    Returns
    -------
    middle, end, normal
        (F, 3) each. ``end`` is the target, or the nearest point in reach; ``normal`` is the
        hinge's axis, unit, direction × pole.

    Notes
    -----
    Law of cosines in the plane of target and pole.
    """
    a, b = lengths
    span = target - root
    distance = np.linalg.norm(span, axis=-1)
    direction = unit(span)
    d = np.clip(distance, abs(a - b) + 0.02 * (a + b), _REACH * (a + b))
    side = unit(pole - direction * np.sum(pole * direction, axis=-1, keepdims=True))
    angle = np.arccos(np.clip((a * a + d * d - b * b) / (2 * a * d), -1, 1))[:, None]
    middle = root + a * (direction * np.cos(angle) + side * np.sin(angle))
    return middle, root + direction * d[:, None], np.cross(direction, side)


def bend(
    posed: Posed, bones: tuple[str, str, str], target: Array, pole: Array, rest_normal: Array
) -> tuple[Array, Array]:
    """Turn the two bones of a limb so that its end reaches a target; body axes.

    ``bones`` are the limb's first bone, its second, and the one that starts at its end.
    ``rest_normal`` is the hinge's axis at rest. Returns the turns of both bones.
    """
    skeleton = posed.skeleton
    first, second, last = (skeleton.head(b) for b in bones)
    root = posed.head(bones[0])
    upper, lower = skeleton.lengths(*bones)
    middle, end, normal = reach(root, target, (upper, lower), pole)
    above = carry(second - first, rest_normal, middle - root, normal)
    below = carry(last - second, rest_normal, end - middle, normal)
    posed.turn(bones[0], above)
    posed.turn(bones[1], below)
    return above, below
