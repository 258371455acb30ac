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

from .bakes import StageError

Array = np.ndarray
_PICTURE = 1024
"""Pixels that a picture's longer side is kept to."""
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
        _meshes(rig, bones, arrays, told)
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
    return max(rigs, key=lambda rig: (len(_skinned(rig)), len(rig.data.bones)))


def _skinned(rig: Any) -> list[Any]:
    """Meshes that follow an armature: by a modifier, or hung on one of its bones."""
    out = []
    for thing in bpy.context.scene.objects:
        if thing.type != "MESH" or thing.hide_render:
            continue
        follows = any(m.type == "ARMATURE" and m.object == rig for m in thing.modifiers)
        hung = thing.parent == rig and thing.parent_type == "BONE" and thing.parent_bone
        if follows or hung:
            out.append(thing)
    return sorted(out, key=lambda thing: thing.name)


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


def _meshes(rig: Any, bones: list[str], arrays: dict[str, Array], told: dict[str, Any]) -> None:
    rig.data.pose_position = "REST"
    bpy.context.view_layer.update()
    places = {name: index for index, name in enumerate(bones)}
    for thing in _skinned(rig):
        shapes = _shapes(thing)
        for number, slot in enumerate(thing.material_slots or [None]):
            key = f"mesh_{len(told['meshes']):03d}"
            if not _mesh(thing, number, key, places, shapes, arrays):
                continue
            material = slot.material if slot is not None else None
            look = _look(material, key, arrays)
            title = f"{thing.name} {material.name}" if material else thing.name
            told["meshes"].append({"name": title, "shapes": sorted(shapes), **look})


def _shapes(thing: Any) -> dict[str, Array]:
    """Displacements of a mesh's shape keys in the world, by name; the keys are then at rest."""
    keys = thing.data.shape_keys
    if keys is None:
        return {}
    turn = np.array(thing.matrix_world)[:3, :3]
    base = _coordinates(keys.reference_key.data)
    out = {}
    for block in keys.key_blocks:
        block.value = 0.0
        if block != keys.reference_key:
            out[block.name] = (_coordinates(block.data) - base) @ turn.T
    return out


def _coordinates(data: Any) -> Array:
    flat = np.empty(3 * len(data), np.float32)
    data.foreach_get("co", flat)
    return flat.reshape(-1, 3).astype(float)


def _mesh(
    thing: Any,
    number: int,
    key: str,
    places: dict[str, int],
    shapes: dict[str, Array],
    arrays: dict[str, Array],
) -> bool:
    """The triangles of one material, with the vertices that they use."""
    data = thing.data
    data.calc_loop_triangles()
    triangles = np.empty(3 * len(data.loop_triangles), np.int32)
    loops = np.empty_like(triangles)
    materials = np.empty(len(data.loop_triangles), np.int32)
    data.loop_triangles.foreach_get("vertices", triangles)
    data.loop_triangles.foreach_get("loops", loops)
    data.loop_triangles.foreach_get("material_index", materials)
    mine = materials == number if len(thing.material_slots) else np.ones(len(materials), bool)
    corners, loops = triangles.reshape(-1, 3)[mine], loops.reshape(-1, 3)[mine]
    if not len(corners):
        return False
    pairs = np.stack([corners.ravel(), loops.ravel()], axis=1)
    base = data.shape_keys.reference_key.data if data.shape_keys else data.vertices
    places_of, texture = _coordinates(base), _uvs(data)
    rows, bones, weights = _weights(thing, places)
    alike = [places_of * 1e6, _signature(len(places_of), rows, bones, weights, shapes)]
    columns = [np.concatenate(alike, axis=1)[pairs[:, 0]]]
    if texture is not None:
        # a vertex on a seam has two places in the picture, and becomes two
        columns.append(texture[pairs[:, 1]] * 65536)
    # exporters split vertices along edges; those that are alike in everything are one
    both = np.round(np.concatenate(columns, axis=1))
    _, first, back = np.unique(both, axis=0, return_index=True, return_inverse=True)
    used = pairs[first, 0]
    stand = np.array(thing.matrix_world)
    points = places_of[used] @ stand[:3, :3].T + stand[:3, 3]
    arrays[f"{key}/vertices"] = points
    arrays[f"{key}/faces"] = back.reshape(-1, 3).astype(np.int32)
    if np.linalg.det(stand[:3, :3]) < 0:
        arrays[f"{key}/faces"] = arrays[f"{key}/faces"][:, ::-1]
    if texture is not None:
        arrays[f"{key}/uvs"] = texture[pairs[first, 1]].astype(np.float32)
    for index, name in enumerate(sorted(shapes)):
        arrays[f"{key}/shape_{index:03d}"] = shapes[name][used].astype(np.float32)
    order = np.argsort(rows, kind="stable")
    rows, bones, weights = rows[order], bones[order], weights[order]
    begin, end = np.searchsorted(rows, used), np.searchsorted(rows, used, side="right")
    spans = [np.arange(a, b) for a, b in zip(begin, end, strict=True)]
    picked = np.concatenate(spans) if spans else np.zeros(0, int)
    arrays[f"{key}/weight_rows"] = np.repeat(np.arange(len(used)), end - begin)
    arrays[f"{key}/weight_bones"] = bones[picked]
    arrays[f"{key}/weights"] = weights[picked].astype(np.float32)
    return True


def _signature(
    count: int, rows: Array, bones: Array, weights: Array, shapes: dict[str, Array]
) -> Array:
    """Two numbers a vertex that differ where weights or shapes do: closed lips are not one."""
    draw = np.random.default_rng(0)
    share = draw.uniform(1, 2, bones.max(initial=0) + 1)
    out = np.zeros((count, 2))
    np.add.at(out[:, 0], rows, weights * share[bones])
    for name in sorted(shapes):
        out[:, 1] += shapes[name] @ draw.uniform(1, 2, 3)
    return out * [1e4, 1e6]


def _uvs(data: Any) -> Array | None:
    layer = data.uv_layers.active
    if layer is None:
        return None
    flat = np.empty(2 * len(layer.data), np.float32)
    layer.data.foreach_get("uv", flat)
    return flat.reshape(-1, 2)


def _weights(thing: Any, places: dict[str, int]) -> tuple[Array, Array, Array]:
    """Vertex, bone and weight of every weight on a bone."""
    if thing.parent_type == "BONE" and thing.parent_bone in places:
        count = len(thing.data.vertices)
        return np.arange(count), np.full(count, places[thing.parent_bone]), np.ones(count)
    bones = [places.get(group.name, -1) for group in thing.vertex_groups]
    found = [
        (vertex.index, bones[entry.group], entry.weight)
        for vertex in thing.data.vertices
        for entry in vertex.groups
        if entry.weight > 0 and entry.group < len(bones) and bones[entry.group] >= 0
    ]
    rows = np.array(found, float).reshape(-1, 3)
    return rows[:, 0].astype(int), rows[:, 1].astype(int), rows[:, 2]


def _look(material: Any, key: str, arrays: dict[str, Array]) -> dict[str, Any]:
    """Colour, roughness, opacity and picture of a material, as far as a principled one says."""
    look: dict[str, Any] = {"colour": [0.6, 0.6, 0.6], "roughness": 0.6, "alpha": 1.0}
    if material is None:
        return look
    look["colour"] = list(material.diffuse_color[:3])
    tree = material.node_tree if material.use_nodes else None
    shader = next((n for n in tree.nodes if n.type == "BSDF_PRINCIPLED"), None) if tree else None
    if shader is None:
        return look
    colour = shader.inputs["Base Color"]
    look["colour"] = list(colour.default_value[:3])
    look["roughness"] = float(shader.inputs["Roughness"].default_value)
    if not shader.inputs["Alpha"].is_linked:
        look["alpha"] = float(shader.inputs["Alpha"].default_value)
    image = _image(colour)
    if image is not None and f"{key}/uvs" in arrays:
        picture = _pixels(image)
        if picture is not None:
            arrays[f"{key}/picture"] = picture
            look["colour"] = [1.0, 1.0, 1.0]
    return look


def _image(socket: Any) -> Any:
    """The first picture that a socket's colour comes from."""
    waiting, seen = [link.from_node for link in socket.links], set()
    while waiting:
        node = waiting.pop(0)
        if node.name in seen:
            continue
        seen.add(node.name)
        if node.type == "TEX_IMAGE" and node.image is not None:
            return node.image
        waiting += [link.from_node for entry in node.inputs for link in entry.links]
    return None


def _pixels(image: Any) -> Array | None:
    """(H, W, 3) uint8, top row first; None where the picture is lost."""
    width, height = image.size
    if width * height == 0 or image.channels < 3:
        return None
    flat = np.empty(width * height * image.channels, np.float32)
    image.pixels.foreach_get(flat)
    picture = flat.reshape(height, width, image.channels)[::-1, :, :3]
    step = -(-max(width, height) // _PICTURE)
    kept_height, kept_width = height // step, width // step
    picture = picture[: kept_height * step, : kept_width * step]
    # each pixel that is kept is the mean of those that it stands for
    small = picture.reshape(kept_height, step, kept_width, step, 3).mean(axis=(1, 3))
    return np.round(np.clip(small, 0, 1) * 255).astype(np.uint8)
