"""Renders cast members with Cycles, so that a person can look at them.

``python tests/benchmarks/look_cast.py OUT.png NAME … [--view front|side|face|profile|seated|hands]
[--size 360x480] [--samples 24] [--use render|preview]``: the members side by side in one picture.
"""

from __future__ import annotations

import argparse
import math

import bpy
import numpy as np
from mathutils import Vector

from filmagent.library import cast, skin
from filmagent.library.bake import ARKIT, Bake, Material, MeshPart

SHAPES = {
    "smile": {"mouthSmileLeft": 0.7, "mouthSmileRight": 0.7, "cheekSquintLeft": 0.4,
              "cheekSquintRight": 0.4, "browInnerUp": 0.2},
    "talk": {"jawOpen": 0.45, "mouthFunnel": 0.2},
    "blink": {"eyeBlinkLeft": 1.0, "eyeBlinkRight": 1.0},
    "none": {},
}  # fmt: skip


def turn(
    member: cast.Member, rotations: np.ndarray, bone: str, axis: tuple, degrees: float
) -> None:
    """Turn a bone about a body axis, at rest."""
    half = math.radians(degrees) / 2
    local = member.rest[member.bone(bone), :3, :3].T @ np.array(axis, float)
    rotations[member.bone(bone)] = [math.cos(half), *(math.sin(half) * local)]


def posture(member: cast.Member, view: str) -> np.ndarray:
    """(1, J, 4): arms down, or as the view asks."""
    rotations = np.tile([1.0, 0, 0, 0], (len(member.bones), 1))
    for side, sign in (("L", -1), ("R", 1)):
        turn(member, rotations, f"upperarm01.{side}", (0, 1, 0), sign * 33)
        if view == "seated":
            turn(member, rotations, f"upperleg01.{side}", (1, 0, 0), 86)
            turn(member, rotations, f"lowerleg01.{side}", (1, 0, 0), -84)
            turn(member, rotations, f"lowerarm01.{side}", (1, 0, 0), 35)
    if view == "hands":
        turn(member, rotations, "upperarm01.R", (1, 0, 0), 75)
        turn(member, rotations, "lowerarm01.R", (1, 0, 0), 60)
        turn(member, rotations, "upperleg01.L", (1, 0, 0), 30)
        turn(member, rotations, "lowerleg01.L", (1, 0, 0), -25)
    if view in ("face", "profile"):
        turn(member, rotations, "head", (0, 0, 1), -8)
    return rotations[None]


def image(bake: Bake, name: str, kind: str) -> bpy.types.Image | None:
    """A texture of the bake as a Blender image."""
    pixels = bake.textures.get(f"{name}/{kind}")
    if pixels is None:
        return None
    if pixels.ndim == 2:
        pixels = np.repeat(pixels[..., None], 3, axis=2)
    height, width = pixels.shape[:2]
    made = bpy.data.images.new(f"{name}_{kind}", width, height)
    if kind != "albedo":
        made.colorspace_settings.name = "Non-Color"
    rgba = np.ones((height, width, 4), np.float32)
    rgba[..., :3] = pixels[::-1] / 255.0
    made.pixels.foreach_set(rgba.ravel())
    made.pack()
    return made


def material(bake: Bake, name: str, look: Material) -> bpy.types.Material:
    """A Principled material of a bake's material."""
    made = bpy.data.materials.new(name)
    made.use_nodes = True
    nodes, links = made.node_tree.nodes, made.node_tree.links
    shader = nodes["Principled BSDF"]
    shader.inputs["Roughness"].default_value = look.roughness
    shader.inputs["Specular IOR Level"].default_value = look.specular
    if look.sheen:
        shader.inputs["Sheen Weight"].default_value = look.sheen
    if look.model == "skin":
        shader.inputs["Subsurface Weight"].default_value = look.subsurface
        shader.inputs["Subsurface Radius"].default_value = (1.0, 0.35, 0.2)
        shader.inputs["Subsurface Scale"].default_value = 0.012
    if look.model == "glass":
        shader.inputs["Transmission Weight"].default_value = 1.0
        shader.inputs["IOR"].default_value = look.ior
    if look.model == "eye":
        shader.inputs["Coat Weight"].default_value = 0.6
        shader.inputs["Coat Roughness"].default_value = 0.02
    tint = nodes.new("ShaderNodeVertexColor")
    tint.layer_name = "colour"
    product = nodes.new("ShaderNodeMix")
    product.data_type, product.blend_type = "RGBA", "MULTIPLY"
    product.inputs[0].default_value = 1.0
    links.new(tint.outputs[0], product.inputs[6])
    product.inputs[7].default_value = (*look.base_colour, 1.0)
    colour = product.outputs[2]
    if look.texture:
        uv = nodes.new("ShaderNodeUVMap")
        scale = nodes.new("ShaderNodeVectorMath")
        scale.operation = "SCALE"
        scale.inputs["Scale"].default_value = 1 / look.texture_metres if look.texture_metres else 1
        links.new(uv.outputs[0], scale.inputs[0])
        albedo, bump = (image(bake, look.texture, kind) for kind in ("albedo", "normal"))
        if albedo:
            texture = nodes.new("ShaderNodeTexImage")
            texture.image = albedo
            links.new(scale.outputs[0], texture.inputs[0])
            more = nodes.new("ShaderNodeMix")
            more.data_type, more.blend_type = "RGBA", "MULTIPLY"
            more.inputs[0].default_value = 1.0
            links.new(colour, more.inputs[6])
            links.new(texture.outputs[0], more.inputs[7])
            colour = more.outputs[2]
        if bump:
            texture = nodes.new("ShaderNodeTexImage")
            texture.image = bump
            links.new(scale.outputs[0], texture.inputs[0])
            normal = nodes.new("ShaderNodeNormalMap")
            links.new(texture.outputs[0], normal.inputs[1])
            links.new(normal.outputs[0], shader.inputs["Normal"])
    links.new(colour, shader.inputs["Base Color"])
    return made


def build(member: cast.Member, view: str, expression: str, use: str, at: float) -> None:
    """The posed member as plain meshes."""
    face = np.zeros((1, len(ARKIT)))
    for shape, value in SHAPES[expression].items():
        face[0, ARKIT.index(shape)] = value
    bones = skin.pose(
        member, posture(member, view), np.array([[at, 0, 0]]), np.array([[1.0, 0, 0, 0]])
    )
    looks = {name: material(member.bake, name, m) for name, m in member.bake.materials.items()}
    for part in member.parts(use):
        points = skin.deform(member, part, bones, face)[0]
        obj = mesh(part, points)
        obj.data.materials.append(looks[part.material])
    if use == "render":
        strands(member, bones[0], looks)


def mesh(part: MeshPart, points: np.ndarray) -> bpy.types.Object:
    """One part as a Blender mesh."""
    data = bpy.data.meshes.new(part.name)
    data.from_pydata(points.tolist(), [], part.faces.tolist())
    data.polygons.foreach_set("use_smooth", [part.smooth] * len(part.faces))
    corners = part.faces.ravel()
    if part.uvs is not None:
        layer = data.uv_layers.new(name="UVMap")
        layer.data.foreach_set("uv", part.uvs[corners].astype(np.float32).ravel())
    colours = part.colours if part.colours is not None else np.ones_like(part.vertices)
    layer = data.attributes.new("colour", "FLOAT_COLOR", "POINT")
    layer.data.foreach_set(
        "color", np.c_[colours, np.ones(len(colours))].astype(np.float32).ravel()
    )
    obj = bpy.data.objects.new(part.name, data)
    bpy.context.scene.collection.objects.link(obj)
    return obj


def strands(member: cast.Member, bones: np.ndarray, looks: dict) -> None:
    """The strand hair, rigid with the head."""
    head = member.bone("head")
    move = bones[head] @ np.linalg.inv(member.rest[head])
    for key, points in member.bake.strands.items():
        name, what = key.split("/")
        if what != "points":
            continue
        points = points @ move[:3, :3].T + move[:3, 3]
        count, per = points.shape[:2]
        data = bpy.data.hair_curves.new(name)
        data.add_curves([per] * count)
        data.attributes["position"].data.foreach_set("vector", points.astype(np.float32).ravel())
        radius = data.attributes.get("radius") or data.attributes.new("radius", "FLOAT", "POINT")
        thin = np.tile(member.bake.strands[f"{name}/radius"], count).astype(np.float32)
        radius.data.foreach_set("value", thin)
        data.materials.append(strand_material(member))
        bpy.context.scene.collection.objects.link(bpy.data.objects.new(name, data))


def strand_material(member: cast.Member) -> bpy.types.Material:
    """Principled Hair in the member's colour."""
    made = bpy.data.materials.new("strands")
    made.use_nodes = True
    nodes = made.node_tree.nodes
    nodes.clear()
    shader, out = nodes.new("ShaderNodeBsdfHairPrincipled"), nodes.new("ShaderNodeOutputMaterial")
    shader.parametrization = "COLOR"
    shader.inputs["Color"].default_value = (*member.bake.extra["hair"]["colour"], 1.0)
    shader.inputs["Roughness"].default_value = 0.35
    made.node_tree.links.new(shader.outputs[0], out.inputs[0])
    return made


def light(place: tuple, aim: tuple, watts: float, size: float, colour: tuple) -> None:
    """An area light."""
    lamp = bpy.data.lights.new("area", "AREA")
    lamp.energy, lamp.size, lamp.color = watts, size, colour
    obj = bpy.data.objects.new("area", lamp)
    obj.location = place
    obj.rotation_euler = (Vector(aim) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    bpy.context.scene.collection.objects.link(obj)


def stage(view: str, people: list[cast.Member], step: float) -> None:
    """Floor, three lights and the camera."""
    floor = bpy.data.meshes.new("floor")
    floor.from_pydata([(-9, -4, 0), (9, -4, 0), (9, 9, 0), (-9, 9, 0), (-9, -4, 6), (9, -4, 6)], [],
                      [(0, 1, 2, 3), (0, 4, 5, 1)])  # fmt: skip
    grey = bpy.data.materials.new("grey")
    grey.use_nodes = True
    grey.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (
        0.3,
        0.29,
        0.28,
        1,
    )
    floor.materials.append(grey)
    scene = bpy.context.scene
    scene.collection.objects.link(bpy.data.objects.new("floor", floor))
    middle = step * (len(people) - 1) / 2
    wide = 1 + 0.35 * (len(people) - 1)
    light((2.2, 2.8, 2.9), (middle, 0, 1.3), 85 * wide, 1.2, (1, 0.94, 0.87))
    light((-2.8 + 2 * middle, 2.0, 2.0), (middle, 0, 1.3), 26 * wide, 2.0, (0.85, 0.92, 1))
    light((middle - 1.2, -2.2, 2.8), (middle, 0, 1.4), 55 * wide, 0.8, (1, 1, 1))
    scene.world = bpy.data.worlds.new("world")
    scene.world.use_nodes = True
    scene.world.node_tree.nodes["Background"].inputs[0].default_value = (0.12, 0.13, 0.15, 1)
    eye = float(np.mean([person.eye_height for person in people]))
    around = {"front": 0, "side": 80, "face": 28, "profile": 75, "seated": 40, "hands": -25}[view]
    if view in ("face", "profile"):
        aim, away, lens = (middle, 0.04, eye - 0.035), 1.25 + 0.55 * (len(people) - 1), 70
    else:
        aim, away, lens = (middle, 0, 0.92), 3.9 + 0.35 * (len(people) - 1), 55
    angle = math.radians(around)
    place = (aim[0] + away * math.sin(angle), aim[1] + away * math.cos(angle), aim[2] + 0.12)
    camera = bpy.data.cameras.new("camera")
    camera.lens = lens
    obj = bpy.data.objects.new("camera", camera)
    obj.location = place
    obj.rotation_euler = (Vector(aim) - Vector(place)).to_track_quat("-Z", "Y").to_euler()
    scene.collection.objects.link(obj)
    scene.camera = obj


def main() -> None:
    """Render one picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out")
    parser.add_argument("names", nargs="+")
    parser.add_argument("--view", default="front")
    parser.add_argument("--expression", default="none", choices=sorted(SHAPES))
    parser.add_argument("--size", default="360x480")
    parser.add_argument("--samples", type=int, default=24)
    parser.add_argument("--use", default="render")
    options = parser.parse_args()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    people = [cast.load(name) for name in options.names]
    step = 0.42 if options.view in ("face", "profile") else 0.95
    for index, person in enumerate(people):
        build(person, options.view, options.expression, options.use, index * step)
    stage(options.view, people, step)
    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples, scene.cycles.use_denoising = options.samples, True
    scene.render.resolution_x, scene.render.resolution_y = map(int, options.size.split("x"))
    scene.view_settings.view_transform = "AgX"
    scene.render.filepath = options.out
    bpy.ops.render.render(write_still=True)


if __name__ == "__main__":
    main()
