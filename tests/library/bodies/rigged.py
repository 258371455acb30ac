"""Writes rigged characters as users have them: ``python rigged.py BODY.npz FOLDER``, with bpy.

Reads the plain arrays that `arrays` made of our own cast (places of bones by their names, a mesh,
weights, one face shape) and writes them as ``mixamo.fbx`` (100 units to the metre, Mixamo's names),
``rigify.glb`` and ``plain.blend`` (bones that are only numbered), and files with something amiss.
"""

from __future__ import annotations

import sys
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Vector


def armature(found: dict[str, np.ndarray], key: str) -> bpy.types.Object:
    """An armature of the bones in ``<key>/…``."""
    data = bpy.data.armatures.new("rig")
    rig = bpy.data.objects.new("rig", data)
    bpy.context.collection.objects.link(rig)
    bpy.context.view_layer.objects.active = rig
    bpy.ops.object.mode_set(mode="EDIT")
    names, made = [str(n) for n in found[f"{key}/names"]], []
    for name, head, parent in zip(names, found["heads"], found["parents"], strict=True):
        bone = data.edit_bones.new(name)
        bone.head = Vector(head)
        bone.tail = bone.head + Vector((0, 0, 0.05))
        if parent >= 0:
            bone.parent = made[parent]
        made.append(bone)
    bpy.ops.object.mode_set(mode="OBJECT")
    return rig


def skin(found: dict[str, np.ndarray], key: str, rig: bpy.types.Object, weights: bool = True):
    """The mesh, parented to the armature."""
    mesh = bpy.data.meshes.new("Body")
    mesh.from_pydata(found["vertices"].tolist(), [], found["faces"].tolist())
    layer = mesh.uv_layers.new(name="UVMap")
    layer.data.foreach_set("uv", np.tile([0.25, 0.75], len(mesh.loops)).astype(np.float32))
    thing = bpy.data.objects.new("Body", mesh)
    bpy.context.collection.objects.link(thing)
    groups = [thing.vertex_groups.new(name=str(n)) for n in found[f"{key}/names"]]
    if weights:
        for row, (ids, values) in enumerate(
            zip(found["ids"].tolist(), found["weights"].tolist(), strict=True)
        ):
            for bone, value in zip(ids, values, strict=True):
                if value > 0:
                    groups[bone].add([row], value, "REPLACE")
    thing.shape_key_add(name="Basis")
    thing.shape_key_add(name="jawOpen").data.foreach_set(
        "co", (found["vertices"] + found["jaw"]).astype(np.float32).ravel()
    )
    material = bpy.data.materials.new("Skin")
    material.use_nodes = True
    shader = next(n for n in material.node_tree.nodes if n.type == "BSDF_PRINCIPLED")
    picture = bpy.data.images.new("picture", 8, 8)
    picture.pixels.foreach_set(np.tile([0.8, 0.4, 0.2, 1.0], 64).astype(np.float32))
    picture.pack()
    node = material.node_tree.nodes.new("ShaderNodeTexImage")
    node.image = picture
    material.node_tree.links.new(node.outputs["Color"], shader.inputs["Base Color"])
    mesh.materials.append(material)
    thing.parent = rig
    thing.modifiers.new("Armature", "ARMATURE").object = rig
    return thing


def wave(rig: bpy.types.Object, bone: str) -> None:
    """Two keys, so that there is motion."""
    pose = rig.pose.bones[bone]
    pose.rotation_mode = "QUATERNION"
    for frame, angle in ((1, 0.0), (13, 1.0)):
        pose.rotation_quaternion = Matrix.Rotation(angle, 3, "Y").to_quaternion()
        pose.keyframe_insert("rotation_quaternion", frame=frame)


def main(source: Path, folder: Path) -> None:
    """Write every file."""
    with np.load(source) as archive:
        found = dict(archive)

    def begin(key: str, weights: bool = True, mesh: bool = True) -> bpy.types.Object:
        bpy.ops.wm.read_factory_settings(use_empty=True)
        rig = armature(found, key)
        if mesh:
            skin(found, key, rig, weights)
        return rig

    rig = begin("mixamo")
    wave(rig, "mixamorig:RightArm")
    bpy.ops.export_scene.fbx(
        filepath=str(folder / "mixamo.fbx"), add_leaf_bones=False, bake_anim=True
    )
    rig = begin("rigify")
    wave(rig, "DEF-upper_arm.R")
    bpy.ops.export_scene.gltf(filepath=str(folder / "rigify.glb"), export_format="GLB")
    rig = begin("numbered")
    rig.rotation_euler.z = np.pi / 2
    rig.scale = (100.0, 100.0, 100.0)
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "plain.blend"))
    begin("mixamo", weights=False)
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "weightless.blend"))
    begin("mixamo", mesh=False)
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "bones_only.blend"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.wm.save_as_mainfile(filepath=str(folder / "empty.blend"))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
