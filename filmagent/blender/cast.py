"""People: an armature, as few meshes as possible, face shapes, and baked keys."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bmesh
import bpy
import numpy as np
from mathutils import Matrix, Vector

from . import bakes, keys
from .materials import Palette
from .meshes import mesh

Array = np.ndarray

# which parts share a mesh; one armature evaluation a mesh, and cloth needs no face shapes
_GROUPS = {
    "cloth": "wardrobe",
    "shoe": "wardrobe",
    "accessory": "wardrobe",
    "hair": "hair",
    "brow": "hair",
    "lash": "hair",
}


def actor(
    entry: dict[str, Any], bake: bakes.Bake, performance: dict[str, Array], collection: Any
) -> Any:
    """Build one actor with the motion baked in; returns the armature object."""
    palette = Palette(bake.name, bake.materials, bake.textures)
    rig = _armature(entry["id"], bake, collection)
    faces = _moving_face(performance)
    hidden: list[tuple[Any, str]] = [(rig, "both")]
    for (group, use), parts in _grouped(bake.parts):
        hidden.append((_body(entry, group, use, parts, bake, palette, rig, faces), use))
    # Blender crashes on curves without a curve
    grown = {k.split("/")[0] for k, v in bake.strands.items() if k.endswith("/points") and len(v)}
    for strand in sorted(grown):
        hidden.append((_strand(entry, strand, bake, palette, rig), "render"))
    for thing, use in hidden[1:]:
        collection.objects.link(thing)
        thing.pass_index = entry["object_id"]
        thing.hide_viewport = use == "render"
        thing.hide_render = use == "preview"
    perform(rig, [thing for thing, _ in hidden[1:]], performance)
    first = int(performance["first_frame"])
    keys.visibility(hidden, performance["visible"], first)
    return rig


def _grouped(parts: Iterable[bakes.Part]) -> list[tuple[tuple[str, str], list[bakes.Part]]]:
    groups: dict[tuple[str, str], list[bakes.Part]] = {}
    for part in parts:
        groups.setdefault((_GROUPS.get(part.kind, "body"), part.use), []).append(part)
    return list(groups.items())


def _armature(name: str, bake: bakes.Bake, collection: Any) -> Any:
    data = bpy.data.armatures.new(name)
    data.display_type = "STICK"
    rig = bpy.data.objects.new(name, data)
    rig.rotation_mode = "QUATERNION"
    rig.hide_render = True
    collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    made = []
    for bone, rest, length, parent in zip(
        bake.bones, bake.rest, bake.lengths, bake.parents, strict=True
    ):
        edit = data.edit_bones.new(bone)
        edit.head = Vector(rest[:3, 3])
        # Blender drops a bone without length; the rest matrix does not depend on it
        edit.tail = edit.head + Vector(rest[:3, 1]) * max(float(length), 0.005)
        edit.align_roll(Vector(rest[:3, 2]))
        if parent >= 0:
            edit.parent = made[parent]
        made.append(edit)
    bpy.ops.object.mode_set(mode="OBJECT")
    rig.hide_set(True)
    return rig


def _body(
    entry: dict[str, Any],
    group: str,
    use: str,
    parts: list[bakes.Part],
    bake: bakes.Bake,
    palette: Palette,
    rig: Any,
    faces: dict[str, int],
) -> Any:
    name = f"{entry['id']} {group}" + ("" if use == "both" else f" {use}")
    made = mesh(name, parts, palette, weigh=lambda bare: _weights(bare, parts))
    thing = bpy.data.objects.new(name, made)
    for bone in bake.bones:
        thing.vertex_groups.new(name=bone)
    thing["parts"] = " ".join(f"{part.name}:{len(part.vertices)}" for part in parts)
    _shapes(thing, parts, faces)
    thing.parent = rig
    deform = thing.modifiers.new("Armature", "ARMATURE")
    deform.object = rig
    return thing


def _weights(made: Any, parts: list[bakes.Part]) -> None:
    """Vertex weights, by way of bmesh: its dictionary per vertex is the fastest door there is."""
    ids = np.concatenate([_weighted(part)[0] for part in parts])
    weights = np.concatenate([_weighted(part)[1] for part in parts]).astype(np.float64)
    weights /= np.maximum(weights.sum(axis=1, keepdims=True), 1e-12)
    rows, columns = np.nonzero(weights)
    grown = bmesh.new()
    grown.from_mesh(made)
    layer = grown.verts.layers.deform.verify()
    groups = [vertex[layer] for vertex in grown.verts]
    for row, bone, weight in zip(
        rows.tolist(), ids[rows, columns].tolist(), weights[rows, columns].tolist(), strict=True
    ):
        groups[row][bone] = weight
    grown.to_mesh(made)
    grown.free()


def _weighted(part: bakes.Part) -> tuple[Array, Array]:
    if part.bone_ids is None or part.bone_weights is None:
        raise bakes.StageError(
            f'The part "{part.name}" of a body has no bone weights; delete the '
            "bake to have it made again."
        )
    return part.bone_ids, part.bone_weights


def _moving_face(performance: dict[str, Array]) -> dict[str, int]:
    """The face shapes that the scene uses, and their places in the performance."""
    names = [str(name) for name in performance.get("face_names", np.zeros(0, str))]
    return {n: i for i, n in enumerate(names) if performance["face"][:, i].any()}


def _shapes(thing: Any, parts: list[bakes.Part], faces: dict[str, int]) -> None:
    """Shape keys for the face shapes that are used and move a vertex of these parts."""
    if not any(part.shape_index is not None and len(part.shape_vertices) for part in parts):
        return
    rest = np.concatenate([part.vertices for part in parts]).astype(np.float32)
    starts = np.cumsum([0] + [len(part.vertices) for part in parts])
    thing.shape_key_add(name="Basis")
    for name, shape in faces.items():
        moved = rest.copy()
        for part, start in zip(parts, starts[:-1], strict=True):
            if part.shape_index is None or shape + 1 >= len(part.shape_index):
                continue
            span = slice(part.shape_index[shape], part.shape_index[shape + 1])
            moved[start + part.shape_vertices[span]] += part.shape_deltas[span].astype(np.float32)
        if (moved != rest).any():
            key = thing.shape_key_add(name=name)
            key.slider_min = -1.0
            key.slider_max = 2.0
            key.points.foreach_set("co", moved.reshape(-1))


def _strand(
    entry: dict[str, Any], strand: str, bake: bakes.Bake, palette: Palette, rig: Any
) -> Any:
    """Hair curves that ride on a bone."""
    points = bake.strands[f"{strand}/points"]
    count, knots, _ = points.shape
    radius = np.broadcast_to(bake.strands.get(f"{strand}/radius", np.full(knots, 4e-5)), knots)
    settings = bake.extra.get("strands", {}).get(strand, {})
    bone = settings.get("bone", "head")
    curves = bpy.data.hair_curves.new(f"{entry['id']} {strand}")
    curves.add_curves([knots] * count)
    flat = np.ascontiguousarray(points, np.float32).reshape(-1)
    curves.attributes["position"].data.foreach_set("vector", flat)
    layer = curves.attributes.get("radius") or curves.attributes.new("radius", "FLOAT", "POINT")
    layer.data.foreach_set("value", np.tile(radius.astype(np.float32), count))
    material = settings.get("material", strand)
    curves.materials.append(palette.material(material, strands=True))
    thing = bpy.data.objects.new(curves.name, curves)
    thing.parent = rig
    if bone in rig.data.bones:
        thing.parent_type = "BONE"
        thing.parent_bone = bone
        # a child of a bone hangs on its tail
        rest = rig.data.bones[bone]
        tail = rest.matrix_local @ Matrix.Translation((0.0, rest.length, 0.0))
        thing.matrix_parent_inverse = tail.inverted()
    return thing


def perform(rig: Any, things: list[Any], performance: dict[str, Array]) -> None:
    """Key the armature and the face shapes."""
    first = int(performance["first_frame"])
    rotations = keys.unbroken(performance["rotations"])
    channels: list[keys.Channel] = []
    groups: dict[str, str] = {}
    for index, bone in enumerate(str(b) for b in performance["bone_names"]):
        pose = rig.pose.bones.get(bone)
        if pose is None:
            continue
        pose.rotation_mode = "QUATERNION"
        track = rotations[:, index]
        if keys.still(track):
            pose.rotation_quaternion = track[0]
            if np.abs(track[0] - (1.0, 0.0, 0.0, 0.0)).max() < 1e-7:
                continue
        path = f'pose.bones["{bone}"].rotation_quaternion'
        groups[path] = bone
        channels += keys.vector(path, track)
    channels += keys.vector("location", performance["root"])
    channels += keys.vector("rotation_quaternion", keys.unbroken(performance["root_rotation"]))
    keys.animate(rig, channels, first, groups=groups)
    faces = _moving_face(performance)
    for thing in things:
        shapes = getattr(thing.data, "shape_keys", None)
        if shapes is None:
            continue
        face = [
            (f'key_blocks["{name}"].value', 0, performance["face"][:, index])
            for name, index in faces.items()
            if name in shapes.key_blocks
        ]
        if face:
            keys.animate(shapes, face, first)
