"""Look at a set or prop: ``look_sets.py cafe day wide --out /tmp`` renders Cycles stills to judge.

A quick viewer of bakes alone, so that a set can be dressed and lit without a film. Cameras are
eye-height ones of a film; ``--people`` stands grey-card heads at marks, to judge exposure.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import bpy
import numpy as np
from mathutils import Matrix, Quaternion, Vector

from filmagent.library import props, sets
from filmagent.library.bake import Bake, Material

VIEWS = {
    "cafe": {
        "wide": ((3.5, 0.5, 1.6), (-1.6, 4.6, 1.1), 20),
        "door": ((-3.4, 3.9, 1.6), (1.6, 0.4, 1.1), 20),
        "window": ((-0.1, 3.6, 1.35), (-0.4, 0.4, 1.05), 35),
        "counter": ((-0.6, 1.5, 1.5), (-0.9, 5.6, 1.2), 28),
        "single": ((0.75, 1.55, 1.2), (-1.06, 0.95, 1.12), 50),
        "reverse": ((-1.6, 1.6, 1.2), (0.26, 0.95, 1.12), 50),
        "bench": ((0.6, 1.9, 1.45), (3.7, 3.4, 0.9), 28),
        "top": ((0.0, 3.0, 13.0), (0.0, 3.001, 0.0), 35),
        "till": ((-1.2, 4.98, 1.6), (0.4, 3.6, 1.35), 35),
    },
    "street": {
        "wide": ((-9.5, -8.5, 1.7), (2.0, -0.5, 2.2), 22),
        "along": ((-3.0, -2.2, 1.6), (12.0, -1.6, 1.5), 28),
        "back": ((12.0, -1.4, 1.6), (-3.0, -1.8, 1.7), 28),
        "cafe": ((-0.6, -6.4, 1.6), (-0.9, 0.0, 1.9), 28),
        "across": ((2.0, -0.7, 1.6), (3.5, -12.0, 1.9), 24),
        "single": ((4.6, -1.2, 1.55), (2.2, -1.7, 1.5), 50),
        "bus": ((9.5, -0.5, 1.5), (12.6, -3.0, 1.2), 28),
        "top": ((5.0, -3.0, 34.0), (5.0, -2.999, 0.0), 35),
    },
}


def material(name: str, look: Material, bake: Bake, strength: float | None) -> bpy.types.Material:
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    nodes.clear()
    out = nodes.new("ShaderNodeOutputMaterial")
    if look.model == "glass":
        clear, gloss = nodes.new("ShaderNodeBsdfTransparent"), nodes.new("ShaderNodeBsdfGlossy")
        clear.inputs[0].default_value = (*look.base_colour, 1)
        gloss.inputs["Roughness"].default_value = 0.0
        fresnel, mix = nodes.new("ShaderNodeFresnel"), nodes.new("ShaderNodeMixShader")
        fresnel.inputs[0].default_value = look.ior
        links.new(fresnel.outputs[0], mix.inputs[0])
        links.new(clear.outputs[0], mix.inputs[1])
        links.new(gloss.outputs[0], mix.inputs[2])
        links.new(mix.outputs[0], out.inputs[0])
        return made
    shader = nodes.new("ShaderNodeBsdfPrincipled")
    links.new(shader.outputs[0], out.inputs[0])
    put = shader.inputs
    put["Base Color"].default_value = (*look.base_colour, 1)
    put["Roughness"].default_value = look.roughness
    put["Metallic"].default_value = look.metallic
    put["Specular IOR Level"].default_value = look.specular
    put["Transmission Weight"].default_value = look.transmission
    put["Sheen Weight"].default_value = look.sheen
    put["Emission Color"].default_value = (*look.emission, 1)
    put["Emission Strength"].default_value = (
        look.emission_strength if strength is None else strength
    )
    if look.texture:
        uv, scale = nodes.new("ShaderNodeUVMap"), nodes.new("ShaderNodeVectorMath")
        scale.operation = "SCALE"
        scale.inputs["Scale"].default_value = 1.0 / (look.texture_metres or 1.0)
        links.new(uv.outputs[0], scale.inputs[0])
        for channel in ("albedo", "roughness", "normal"):
            array = bake.textures.get(f"{look.texture}/{channel}")
            if array is None:
                continue
            node = nodes.new("ShaderNodeTexImage")
            node.image = image(f"{look.texture}.{channel}", array, channel == "albedo")
            links.new(scale.outputs[0], node.inputs[0])
            if channel == "albedo":
                tint = nodes.new("ShaderNodeMix")
                tint.data_type, tint.blend_type = "RGBA", "MULTIPLY"
                tint.inputs[0].default_value = 1.0
                tint.inputs[7].default_value = (*look.base_colour, 1)
                links.new(node.outputs[0], tint.inputs[6])
                links.new(tint.outputs[2], put["Base Color"])
                if look.model == "emission":
                    links.new(tint.outputs[2], put["Emission Color"])
            elif channel == "roughness":
                links.new(node.outputs[0], put["Roughness"])
            else:
                bump = nodes.new("ShaderNodeNormalMap")
                links.new(node.outputs[0], bump.inputs["Color"])
                links.new(bump.outputs[0], put["Normal"])
    return made


def image(name: str, array: np.ndarray, colour: bool) -> bpy.types.Image:
    if name in bpy.data.images:
        return bpy.data.images[name]
    rows = array if array.ndim == 3 else np.dstack([array] * 3)
    height, width = rows.shape[:2]
    made = bpy.data.images.new(name, width, height)
    made.colorspace_settings.name = "sRGB" if colour else "Non-Color"
    pixels = np.ones((height, width, 4), np.float32)
    pixels[..., :3] = rows[::-1] / 255.0
    made.pixels.foreach_set(pixels.ravel())
    return made


def build(bake: Bake, glow: dict[str, float], place: Matrix | None = None) -> None:
    looks = {
        name: material(f"{bake.name}.{name}", look, bake, glow.get(name))
        for name, look in bake.materials.items()
    }
    for part in bake.parts:
        mesh = bpy.data.meshes.new(part.name)
        mesh.from_pydata(part.vertices.tolist(), [], part.faces.tolist())
        layer = mesh.uv_layers.new()
        layer.data.foreach_set("uv", part.uvs[part.faces.ravel()].astype(np.float32).ravel())
        mesh.normals_split_custom_set_from_vertices(part.normals.tolist())
        mesh.materials.append(looks[part.material])
        thing = bpy.data.objects.new(part.name, mesh)
        if place is not None:
            thing.matrix_world = place
        bpy.context.collection.objects.link(thing)


def light(plan: sets.LightPlan) -> None:
    for entry in plan.lights:
        made = bpy.data.lights.new(entry.id, entry.kind.upper())
        made.energy, made.color = entry.energy, entry.colour
        made.use_shadow = entry.shadow
        if entry.kind == "area":
            made.shape, made.size, made.size_y = "RECTANGLE", *entry.size
        elif entry.kind == "sun":
            made.angle = entry.size[0]
        else:
            made.shadow_soft_size = entry.size[0]
        if entry.kind == "spot":
            made.spot_size, made.spot_blend = entry.spot_angle, entry.spot_blend
        thing = bpy.data.objects.new(entry.id, made)
        thing.location, thing.rotation_mode = entry.position, "QUATERNION"
        thing.rotation_quaternion = entry.quaternion
        thing.visible_camera = thing.visible_glossy = False
        bpy.context.collection.objects.link(thing)
    world = bpy.data.worlds.new("world")
    bpy.context.scene.world = world
    world.use_nodes = True
    nodes, links = world.node_tree.nodes, world.node_tree.links
    ramp, split = nodes.new("ShaderNodeValToRGB"), nodes.new("ShaderNodeSeparateXYZ")
    where, shift = nodes.new("ShaderNodeTexCoord"), nodes.new("ShaderNodeMapRange")
    links.new(where.outputs["Generated"], split.inputs[0])
    shift.inputs[1].default_value = -1.0
    links.new(split.outputs[2], shift.inputs[0])
    links.new(shift.outputs[0], ramp.inputs[0])
    stops = ramp.color_ramp.elements
    stops[0].position, stops[0].color = 0.46, (*plan.world.ground, 1)
    stops[1].position, stops[1].color = 0.5, (*plan.world.horizon, 1)
    stops.new(1.0).color = (*plan.world.top, 1)
    links.new(ramp.outputs[0], nodes["Background"].inputs[0])
    nodes["Background"].inputs[1].default_value = plan.world.strength
    bpy.context.scene.view_settings.exposure = plan.exposure


def heads(piece: sets.SetPiece) -> None:
    skin = bpy.data.materials.new("grey card")
    skin.use_nodes = True
    skin.node_tree.nodes["Principled BSDF"].inputs[0].default_value = (0.36, 0.25, 0.19, 1)
    cloth = bpy.data.materials.new("cloth")
    cloth.use_nodes = True
    cloth.node_tree.nodes["Principled BSDF"].inputs[0].default_value = (0.08, 0.09, 0.12, 1)
    for mark in piece.spec.marks.values():
        height = 1.22 if mark.kind == "seat" else 1.6
        for radius, z, stretch, look in (
            (0.1, height, 1.25, skin),
            (0.17, height - 0.47, 1.9, cloth),
        ):
            bpy.ops.mesh.primitive_uv_sphere_add(radius=radius, segments=24, ring_count=16)
            ball = bpy.context.object
            ball.location = Vector(mark.position) + Vector((0, 0, z))
            ball.scale = (1, 1, stretch)
            ball.data.materials.append(look)
            for polygon in ball.data.polygons:
                polygon.use_smooth = True


def still(
    position: tuple, target: tuple, lens: float, path: Path, samples: int, size: tuple[int, int]
) -> None:
    scene = bpy.context.scene
    camera = bpy.data.objects.new("camera", bpy.data.cameras.new("camera"))
    camera.data.lens = lens
    camera.data.clip_start = 0.02
    camera.location = position
    towards = Vector(target) - Vector(position)
    camera.rotation_euler = towards.to_track_quat("-Z", "Y").to_euler()
    bpy.context.collection.objects.link(camera)
    scene.camera = camera
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = samples, True
    scene.cycles.max_bounces = 8
    scene.cycles.sample_clamp_indirect = 6
    scene.render.resolution_x, scene.render.resolution_y = size
    scene.render.resolution_percentage = 100
    scene.render.use_persistent_data = True
    scene.view_settings.view_transform = "AgX"
    scene.render.filepath = str(path)
    bpy.ops.render.render(write_still=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name")
    parser.add_argument("plan", nargs="?", default="day")
    parser.add_argument("views", nargs="*")
    parser.add_argument("--out", type=Path, default=Path())
    parser.add_argument("--samples", type=int, default=32)
    parser.add_argument("--size", default="480x270")
    parser.add_argument("--people", action="store_true")
    parser.add_argument("--props", action="store_true")
    given = parser.parse_args()
    width, height = (int(v) for v in given.size.split("x"))
    bpy.ops.wm.read_factory_settings(use_empty=True)
    piece = sets.load(given.name)
    plan = piece.spec.light_plans[given.plan]
    build(piece.bake, plan.world.glow)
    light(plan)
    if given.people:
        heads(piece)
    if given.props:
        for name, mark in zip(
            props.names(), [m for m in piece.spec.marks.values() if m.surface] * 3, strict=False
        ):
            build(
                props.load(name).bake,
                {},
                Matrix.LocRotScale(
                    Vector(mark.surface), Quaternion((0, 0, 1), mark.heading), Vector((1, 1, 1))
                ),
            )
    for view in given.views or VIEWS[given.name]:
        start = time.perf_counter()
        position, target, lens = VIEWS[given.name][view]
        path = given.out / f"{given.name}_{given.plan}_{view}.png"
        still(position, target, lens, path, given.samples, (width, height))
        print(f"{path} {time.perf_counter() - start:.1f} s", flush=True)


if __name__ == "__main__":
    main()
