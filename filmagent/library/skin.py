"""Forward kinematics, linear blend skinning and face shapes, over all frames at once.

The same arithmetic as Blender's: a bone's pose is its parent's pose, times its rest relative to
its parent's rest, times its own rotation; a vertex, moved by its face shapes, follows the
weighted sum of its bones' motions from rest (armature modifier without *preserve volume*).
Lewis, Cordner and Fong, "Pose space deformation" (SIGGRAPH 2000), section 2, equation 1.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any
from weakref import ref

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from filmagent.library.bake import ARKIT, MeshPart
from filmagent.library.cast import Member

Array = NDArray[Any]


def pose(member: Member, rotations: Array, root: Array, root_rotation: Array) -> Array:
    """Where every bone is in every frame.

    Parameters
    ----------
    member
        The body.
    rotations
        (F, J, 4) wxyz, each bone's rotation in its own rest axes; need not be normalised.
    root
        (F, 3) metres, where the body's origin is.
    root_rotation
        (F, 4) wxyz, how the whole body is turned.

    Returns
    -------
    array
        (F, J, 4, 4) float64 world_from_bone.
    """
    rotations = np.asarray(rotations, np.float64)
    frames = len(rotations)
    local = np.broadcast_to(np.eye(4), (*rotations.shape[:2], 4, 4)).copy()
    local[..., :3, :3] = rotation_matrices(rotations)
    world = np.empty_like(local)
    stand = np.broadcast_to(np.eye(4), (frames, 4, 4)).copy()
    stand[:, :3, :3] = rotation_matrices(np.asarray(root_rotation, np.float64))
    stand[:, :3, 3] = root
    rest, parents = member.rest, member.parents
    for bones in _generations(tuple(parents.tolist())):
        above = parents[bones[0]]
        if above < 0:
            world[:, bones] = (stand[:, None] @ rest[bones]) @ local[:, bones]
            continue
        ups = parents[bones]
        offset = np.linalg.inv(rest[ups]) @ rest[bones]
        world[:, bones] = (world[:, ups] @ offset) @ local[:, bones]
    return world


def deform(
    member: Member, part: MeshPart, world_from_bone: Array, face: Array | None = None
) -> Array:
    """Where every vertex of a part is in every frame.

    Parameters
    ----------
    member
        The body.
    part
        One of ``member.bake.parts``.
    world_from_bone
        (F, J, 4, 4), of `pose`.
    face
        (F, 52) weights of the ARKit shapes, or None for a face at rest.

    Returns
    -------
    array
        (F, V, 3) float32 metres.
    """
    used, weights, shapes = _prepared(part, len(member.bones))
    motion = world_from_bone[:, used] @ np.linalg.inv(member.rest[used])
    frames, count = len(motion), len(part.vertices)
    columns = motion[:, :, :3].astype(np.float32).transpose(1, 0, 2, 3).reshape(len(used), -1)
    blend = np.asarray(weights @ columns).reshape(count, frames, 3, 4)
    rest = part.vertices.astype(np.float32)
    moved = np.empty((frames, count, 3), np.float32)
    np.einsum("vfij,vj->fvi", blend[..., :3], rest, out=moved)
    moved += blend[..., 3].transpose(1, 0, 2)
    if face is not None and shapes is not None:
        ids, deltas = shapes
        shift = (np.asarray(face, np.float32) @ deltas).reshape(frames, len(ids), 3)
        moved[:, ids] += np.einsum("vfij,fvj->fvi", blend[ids][..., :3], shift)
    return moved


def rotation_matrices(quaternions: Array) -> Array:
    """Rotation matrices (…, 3, 3) of wxyz quaternions (…, 4), which are normalised first."""
    length = np.linalg.norm(quaternions, axis=-1, keepdims=True)
    w, x, y, z = np.moveaxis(quaternions / np.where(length > 0, length, 1.0), -1, 0)
    rows = [
        [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
        [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
        [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
    ]
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


@lru_cache(maxsize=16)
def _generations(parents: tuple[int, ...]) -> list[Array]:
    """Bones grouped so that all of a group's parents are in earlier groups."""
    depth: list[int] = []
    for parent in parents:
        depth.append(0 if parent < 0 else depth[parent] + 1)
    depths = np.array(depth)
    return [np.flatnonzero(depths == level) for level in range(depths.max() + 1)]


_Prepared = tuple[Array, sp.csr_matrix, tuple[Array, Array] | None]
# parts have no hash: they are known by identity, for as long as they live
_CACHE: dict[int, tuple[ref[MeshPart], _Prepared]] = {}


def _prepared(part: MeshPart, bones: int) -> _Prepared:
    """The bones a part uses, its weights on them, and its face shapes as one dense matrix."""
    known = _CACHE.get(id(part))
    if known is not None and known[0]() is part:
        return known[1]
    assert part.bone_ids is not None and part.bone_weights is not None
    count, per = part.bone_ids.shape
    rows = np.repeat(np.arange(count), per)
    full = sp.csr_matrix(
        (part.bone_weights.ravel(), (rows, part.bone_ids.ravel())), shape=(count, bones)
    )
    used = np.flatnonzero(np.asarray(full.sum(axis=0)).ravel() > 0)
    prepared = used, full[:, used].astype(np.float32).tocsr(), _dense_shapes(part)
    key = id(part)
    _CACHE[key] = ref(part, lambda _: _CACHE.pop(key, None)), prepared
    return prepared


def _dense_shapes(part: MeshPart) -> tuple[Array, Array] | None:
    if part.shape_vertices is None or not len(part.shape_vertices):
        return None
    assert part.shape_index is not None and part.shape_deltas is not None
    ids, where = np.unique(part.shape_vertices, return_inverse=True)
    deltas = np.zeros((len(ARKIT), len(ids), 3), np.float32)
    shape = np.repeat(np.arange(len(ARKIT)), np.diff(part.shape_index))
    deltas[shape, where] = part.shape_deltas
    return ids, deltas.reshape(len(ARKIT), -1)
