"""Reads what others have made: rigged characters and motion in BVH, FBX, glTF or .blend.

>>> python -m filmagent.blender import hero.fbx hero.npz                  # doctest: +SKIP
{"event": "imported", "file": "hero.fbx", "npz": "hero.npz", "bones": 65, "meshes": 3,
 "frames": 0, "seconds": 1.4}

The keys of the npz are documented in ``filmagent/library/bodies/exchange.py``. Everything is put
in metres and Z up, as Blender's importers leave it. A .blend is opened without running its scripts.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import bpy
import numpy as np

from . import skinned
from .bakes import StageError

Array = np.ndarray
_MOST = 20_000
"""Frames that are read: nearly three minutes of motion capture at 120 a second."""


def read(file: Path, out: Path, motion: bool) -> dict[str, Any]:
    """Read a file into an npz; what was in it, for the event.

    Parameters
    ----------
    file
        With the ending .bvh, .fbx, .glb, .gltf or .blend.
    out
        The npz.
    motion
        Whether its motion is wanted, or its meshes.
    """
    if not file.is_file():
        raise StageError(f"There is no file {file}.")
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        known = ", ".join(sorted(_READERS))
        raise StageError(f"{file.name} is of a kind that is not read; give one of {known}.")
    try:
        reader(file)
    except (RuntimeError, ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        # importers of Blender fail in many ways over a damaged file
        reason = str(error).strip().splitlines() or ["it is damaged"]
        raise StageError(f"{file.name} cannot be read ({reason[-1]}); export it anew.") from None
    rig = _armature(file)
    arrays: dict[str, Array] = {}
    bones = _bones(rig, arrays)
    told: dict[str, Any] = {"source": file.name, "bones": bones, "meshes": [], "fps": [24, 1]}
    told["action"] = ""
    if motion:
        _motion(rig, bones, arrays, told)
    else:
        skinned.read(rig, bones, arrays, told)
    arrays["manifest"] = np.array(json.dumps(told))
    with out.open("wb") as handle:
        np.savez_compressed(handle, **arrays)
    return {
        "file": str(file),
        "npz": str(out),
        "bones": len(bones),
        "meshes": len(told["meshes"]),
        "frames": len(arrays.get("motion/turns", ())),
    }


def _bvh(file: Path) -> None:
    _empty()
    bpy.ops.import_anim.bvh(
        filepath=str(file),
        axis_forward="-Z",
        axis_up="Y",
        rotate_mode="QUATERNION",
        update_scene_fps=True,
        update_scene_duration=True,
    )


def _fbx(file: Path) -> None:
    _empty()
    bpy.ops.import_scene.fbx(filepath=str(file), ignore_leaf_bones=False)


def _gltf(file: Path) -> None:
    _empty()
    bpy.ops.import_scene.gltf(filepath=str(file), bone_heuristic="TEMPERANCE")


def _blend(file: Path) -> None:
    bpy.ops.wm.open_mainfile(filepath=str(file), load_ui=False, use_scripts=False)


_READERS: dict[str, Callable[[Path], None]] = {
    ".bvh": _bvh,
    ".fbx": _fbx,
    ".glb": _gltf,
    ".gltf": _gltf,
    ".blend": _blend,
}


def _empty() -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)


def _armature(file: Path) -> Any:
    """The armature that most meshes follow, or that has most bones."""
    rigs = [thing for thing in bpy.context.scene.objects if thing.type == "ARMATURE"]
    if not rigs:
        raise StageError(f"{file.name} has no armature; export it with its skeleton.")
    return max(rigs, key=lambda rig: (len(skinned.of(rig)), len(rig.data.bones)))


def _bones(rig: Any, arrays: dict[str, Array]) -> list[str]:
    """Names, parents before children; heads at rest."""
    ordered: list[Any] = []
    waiting = [bone for bone in rig.data.bones if bone.parent is None]
    while waiting:
        bone = waiting.pop(0)
        ordered.append(bone)
        waiting = list(bone.children) + waiting
    names = [bone.name for bone in ordered]
    places = {name: index for index, name in enumerate(names)}
    stand = rig.matrix_world
    arrays["bones/parents"] = np.array([places[b.parent.name] if b.parent else -1 for b in ordered])
    arrays["bones/heads"] = np.array([stand @ b.head_local for b in ordered], float).reshape(-1, 3)
    return names


def _motion(rig: Any, bones: list[str], arrays: dict[str, Array], told: dict[str, Any]) -> None:
    scene = bpy.context.scene
    animated = rig.animation_data
    action = animated.action if animated else None
    if action is None and animated and len(animated.nla_tracks):
        strips = [strip for track in animated.nla_tracks for strip in track.strips if strip.action]
        action = strips[0].action if strips else None
        if action is not None:
            animated.action = action
    if action is None:
        return
    first, last = (round(x) for x in action.frame_range)
    last = min(last, first + _MOST - 1)
    rest_world = _rotation(np.array(rig.matrix_world))
    rest = [_rotation(np.array(rig.data.bones[b].matrix_local)) for b in bones]
    rest_turn = np.array([rest_world @ turn for turn in rest])
    turns = np.empty((last - first + 1, len(bones), 4))
    heads = np.empty((last - first + 1, len(bones), 3))
    for row, frame in enumerate(range(first, last + 1)):
        scene.frame_set(frame)
        stand = np.array(rig.matrix_world)
        poses = np.array([rig.pose.bones[b].matrix for b in bones])
        world = stand @ poses
        heads[row] = world[:, :3, 3]
        turns[row] = _quaternions(_rotations(world) @ rest_turn.transpose(0, 2, 1))
    arrays["motion/turns"], arrays["motion/heads"] = turns, heads
    rate = scene.render
    told["fps"] = [round(rate.fps * 1000), round(rate.fps_base * 1000)]
    told["action"] = action.name


def _rotation(matrix: Array) -> Array:
    return _rotations(matrix[None])[0]


def _rotations(matrices: Array) -> Array:
    """The rotations nearest to the upper left of (N, 4, 4): scale and shear taken out."""
    u, _, v = np.linalg.svd(matrices[:, :3, :3])
    sign = np.sign(np.linalg.det(u @ v))
    u[:, :, 2] *= sign[:, None]
    return u @ v


def _quaternions(turns: Array) -> Array:
    """Unit quaternions wxyz of rotations (N, 3, 3), by the eigenvector of Bar-Itzhack (2000)."""
    m = turns
    k = np.zeros((len(m), 4, 4))
    k[:, 0, 0] = m[:, 0, 0] + m[:, 1, 1] + m[:, 2, 2]
    k[:, 0, 1] = k[:, 1, 0] = m[:, 2, 1] - m[:, 1, 2]
    k[:, 0, 2] = k[:, 2, 0] = m[:, 0, 2] - m[:, 2, 0]
    k[:, 0, 3] = k[:, 3, 0] = m[:, 1, 0] - m[:, 0, 1]
    for i in range(3):
        for j in range(3):
            k[:, i + 1, j + 1] = m[:, i, j] + m[:, j, i]
        k[:, i + 1, i + 1] -= k[:, 0, 0]
    return np.linalg.eigh(k)[1][:, :, -1]
