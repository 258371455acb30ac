"""The meshes that follow an armature as plain arrays: triangles, weights, shapes, looks."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

Array = np.ndarray
_PICTURE = 1024
"""Pixels that a picture's longer side is kept to."""


def of(rig: Any) -> list[Any]:
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


def read(rig: Any, bones: list[str], arrays: dict[str, Array], told: dict[str, Any]) -> None:
    """Put an armature's meshes into the arrays, one a material, and tell of them."""
    rig.data.pose_position = "REST"
    bpy.context.view_layer.update()
    places = {name: index for index, name in enumerate(bones)}
    for thing in of(rig):
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
