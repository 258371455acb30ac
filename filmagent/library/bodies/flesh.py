"""Weights of their bones become weights of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from filmagent.errors import InputError
from filmagent.library.bodies.bones import Bones
from filmagent.library.bodies.rig import Rig

Array = NDArray[Any]
_PER = 4
"""Bones that a vertex of a bake follows."""
_LOST = 0.02
"""Share of vertices without a weight that are forgiven."""


@dataclass
class Mesh:
    """One mesh of a body from elsewhere, in its own axes."""

    name: str
    vertices: Array
    """(V, 3)."""
    faces: Array
    """(F, 3)."""
    weights: sp.csr_matrix
    """(V, J) of their bones; rows need not sum to 1."""
    uvs: Array | None = None
    """(V, 2)."""
    colour: tuple[float, float, float] = (0.6, 0.6, 0.6)
    """Linear Rec.709."""
    roughness: float = 0.6
    alpha: float = 1.0
    picture: Array | None = None
    """(H, W, 3) uint8 sRGB, multiplies the colour."""
    shapes: dict[str, Array] = field(default_factory=dict)
    """Shape name → (V, 3) displacements."""
    kind: str = ""
    """Of `filmagent.library.bake.MeshPart`; guessed from the name where it is ""."""


def check(mesh: Mesh, source: str) -> None:
    """Refuse a mesh that cannot be a body's.

    Raises
    ------
    InputError
        If it has no faces, places that are no numbers, or faces without a vertex or an area.
    """
    if len(mesh.vertices) < 3 or len(mesh.faces) < 1:
        raise InputError(
            f"{source}: the mesh {mesh.name!r} has no faces; leave it out, or mend it."
        )
    if not np.isfinite(mesh.vertices).all():
        raise InputError(f"{source}: the mesh {mesh.name!r} has vertices that are not numbers.")
    if mesh.faces.min() < 0 or mesh.faces.max() >= len(mesh.vertices):
        raise InputError(f"{source}: the mesh {mesh.name!r} has faces of vertices it lacks.")
    a, b, c = (mesh.vertices[mesh.faces[:, i]] for i in range(3))
    area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    if not area.max() > 1e-12 * max(float(np.ptp(mesh.vertices, axis=0).max()) ** 2, 1e-12):
        raise InputError(f"{source}: the mesh {mesh.name!r} is flat to a line; mend its vertices.")


def move(
    mesh: Mesh,
    points: Array,
    rig: Rig,
    bone_map: Mapping[str, str],
    bones: Bones,
    source: str,
) -> tuple[Array, Array]:
    """Weights of our bones.

    Parameters
    ----------
    mesh
        Theirs.
    points
        (V, 3) its vertices in body axes, metres.
    rig, bone_map, bones
        Their skeleton, whose bone is whose, and ours in their body.

    Returns
    -------
    ids, weights
        (V, 4) int16 and float32; rows sum to 1.

    Raises
    ------
    InputError
        If the mesh follows no bone.
    """
    moved = (sp.csr_matrix(mesh.weights) @ _owners(rig, bone_map, bones)).tolil()
    for side in ("L", "R"):
        for first, second, after in (
            ("upperarm01", "upperarm02", "lowerarm01"),
            ("lowerarm01", "lowerarm02", "wrist"),
        ):
            if f"{second}.{side}" not in bone_map:
                limb = (f"{first}.{side}", f"{second}.{side}", f"{after}.{side}")
                _split(moved, points, bones, limb)
    ids, weights = _strongest(moved.tocsr())
    lost = weights.sum(axis=1) <= 1e-6
    if lost.mean() > _LOST:
        raise InputError(
            f"{source}: {lost.mean():.0%} of the mesh {mesh.name!r} follows no bone; paint its "
            "weights, or parent it to the armature with automatic weights."
        )
    if lost.any():
        near = cKDTree(points[~lost]).query(points[lost])[1]
        ids[lost], weights[lost] = ids[~lost][near], weights[~lost][near]
    weights /= weights.sum(axis=1, keepdims=True)
    return ids.astype(np.int16), weights.astype(np.float32)


def owners(rig: Rig, bone_map: Mapping[str, str]) -> dict[int, str]:
    """Which slot each of their bones moves with: its own, or that of the next bone above."""
    slot_of = {rig.index(bone): slot for slot, bone in bone_map.items()}
    root = rig.index(bone_map["root"])
    places = np.array([rig.heads[i] for i in slot_of])
    out = {}
    for bone in range(len(rig.names)):
        above = next((i for i in rig.ancestry(bone) if i in slot_of), None)
        if above is None and bone in rig.ancestry(root):
            above = root
        if above is None:
            # steering rigs hang the bones that deform beside one another
            near = np.linalg.norm(places - rig.heads[bone], axis=1).argmin()
            above = list(slot_of)[int(near)]
        out[bone] = slot_of[above]
    return out


def share(mesh: Mesh, owned: Mapping[int, str], slots: tuple[str, ...]) -> Array:
    """Share of each vertex' weight on bones of slots with these beginnings, (V,)."""
    chosen = [bone for bone, slot in owned.items() if slot.startswith(slots)]
    total = np.maximum(np.asarray(mesh.weights.sum(axis=1)).ravel(), 1e-9)
    part: Array = np.asarray(mesh.weights[:, chosen].sum(axis=1)).ravel() / total
    return part


def _owners(rig: Rig, bone_map: Mapping[str, str], bones: Bones) -> sp.csr_matrix:
    columns = [
        bones.names.index(slot.replace("toes", "toe2-1"))
        for _, slot in sorted(owners(rig, bone_map).items())
    ]
    shape = len(rig.names), len(bones.names)
    return sp.csr_matrix((np.ones(len(columns)), (np.arange(len(columns)), columns)), shape=shape)


def _split(moved: sp.lil_matrix, points: Array, bones: Bones, limb: tuple[str, str, str]) -> None:
    """Share a limb's weight between its near and its far half, so that twist runs along it."""
    first, second, after = limb
    start, end = bones.head(first), bones.head(after)
    along = (points - start) @ (end - start) / float((end - start) @ (end - start))
    share = np.clip(along, 0.0, 1.0)
    share = share * share * (3 - 2 * share)
    i, j = bones.names.index(first), bones.names.index(second)
    whole = moved[:, i].toarray().ravel()
    moved[:, i] = (whole * (1 - share))[:, None]
    moved[:, j] = (whole * share)[:, None]


def _strongest(weights: sp.csr_matrix) -> tuple[Array, Array]:
    """The four strongest of each row, (V, 4) each."""
    rows = weights.shape[0]
    ids, values = np.zeros((rows, _PER), np.int64), np.zeros((rows, _PER))
    for start in range(0, rows, 4096):
        full = weights[start : start + 4096].toarray()
        best = np.argpartition(-full, _PER - 1, axis=1)[:, :_PER]
        best = np.take_along_axis(best, np.argsort(-np.take_along_axis(full, best, 1), 1), 1)
        ids[start : start + len(full)] = best
        values[start : start + len(full)] = np.maximum(np.take_along_axis(full, best, 1), 0.0)
    return ids, values
