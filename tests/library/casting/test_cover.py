"""Clothes in motion: skin that is under cloth stays under cloth."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import trimesh
from numpy.typing import NDArray

from filmagent.library import cast, skin

Array = NDArray[Any]
POSES: dict[str, list[tuple[str, tuple[float, float, float], float]]] = {
    "walk": [
        ("upperleg01.{}", (1, 0, 0), 24), ("lowerleg01.{}", (0, 0, 0), -14),
        ("upperarm01.{}", (1, 0, 0), -20), ("lowerarm01.{}", (0, 0, 0), 22),
    ],
    "sit": [
        ("upperleg01.{}", (0, 0, 0), 86), ("lowerleg01.{}", (0, 0, 0), -84),
        ("lowerarm01.{}", (0, 0, 0), 35),
    ],
    "reach": [("upperarm01.{}", (0, 0, 0), 75)],
    "raise": [("upperarm01.{}", (0, 1, 0), -75), ("clavicle.{}", (0, 1, 0), -18)],
}  # fmt: skip
"""Pose → bones, axis (zero: the body's x on both sides alike) and degrees, mirrored by side."""
FARTHEST = 0.03
"""Cloth at most this far over skin covers it, metres."""


def posed(member: cast.Member, name: str) -> Array:
    """(1, J, 4, 4): arms down from the A-pose, then as the pose says."""
    turns = np.tile(np.eye(3), (len(member.bones), 1, 1))
    for side, sign in (("L", -1), ("R", 1)):
        if name != "raise":
            turns[member.bone(f"upperarm01.{side}")] = about((0, 1, 0), sign * 33)
        for bone, axis, degrees in POSES[name]:
            both = not any(axis)
            matrix = about((1, 0, 0) if both else axis, degrees if both else sign * degrees)
            place = member.bone(bone.format(side))
            turns[place] = matrix @ turns[place]
    rest = member.rest[:, :3, :3]
    local = np.einsum("jba,jbc,jcd->jad", rest, turns, rest)
    w = np.sqrt(np.maximum(1 + np.trace(local, axis1=1, axis2=2), 1e-9)) / 2
    xyz = np.stack([local[:, 2, 1] - local[:, 1, 2], local[:, 0, 2] - local[:, 2, 0],
                    local[:, 1, 0] - local[:, 0, 1]], axis=1) / (4 * w[:, None])  # fmt: skip
    still = np.array([[1.0, 0, 0, 0]])
    return skin.pose(member, np.c_[w, xyz][None], np.zeros((1, 3)), still)


def about(axis: tuple[float, float, float], degrees: float) -> Array:
    x, y, z = np.array(axis) / np.linalg.norm(axis)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    angle = math.radians(degrees)
    turn: Array = np.eye(3) + math.sin(angle) * cross + (1 - math.cos(angle)) * cross @ cross
    return turn


def air(member: cast.Member, bones: Array) -> Array:
    """(V,) metres from the preview's skin to the cloth over it; inf where it is bare."""
    parts = [part for part in member.parts("preview") if part.kind in ("cloth", "shoe")]
    body = next(part for part in member.parts("preview") if part.kind == "skin")
    starts = np.cumsum([0] + [len(part.vertices) for part in parts])
    cloth = trimesh.Trimesh(
        np.concatenate([skin.deform(member, part, bones)[0] for part in parts]),
        np.concatenate([part.faces + start for part, start in zip(parts, starts, strict=False)]),
        process=False,
    )
    points = skin.deform(member, body, bones)[0]
    return reach(cloth, points, trimesh.Trimesh(points, body.faces, process=False).vertex_normals)


def reach(cloth: trimesh.Trimesh, points: Array, rays: Array) -> Array:
    """(P,) metres to cloth along rays; inf where there is none."""
    away = np.full(len(points), np.inf)
    hits, of, _ = cloth.ray.intersects_location(points, rays, multiple_hits=False)
    away[of] = np.linalg.norm(hits - points[of], axis=1)
    return away


@pytest.mark.parametrize("name", cast.names())
def test_skin_stays_under_cloth_in_motion(name: str):
    """At most three in a thousand of a member's skin vertices come out from under an edge."""
    member = cast.load(name)
    still = np.tile([1.0, 0, 0, 0], (1, len(member.bones), 1))
    rest = skin.pose(member, still, np.zeros((1, 3)), np.array([[1.0, 0, 0, 0]]))
    hidden = air(member, rest) < FARTHEST
    assert hidden.sum() > 50
    for pose in POSES:
        out = hidden & (air(member, posed(member, pose)) > 0.05)
        assert out.mean() <= 0.003, (pose, out.sum())
