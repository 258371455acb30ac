"""Lamps and the sky."""

from __future__ import annotations

from typing import Any

import bpy

_KINDS = {"sun": "SUN", "area": "AREA", "spot": "SPOT", "point": "POINT"}


def lamp(entry: dict[str, Any], collection: Any) -> Any:
    """One light of the stage; never seen by the camera itself, only by what it lights."""
    data = bpy.data.lights.new(entry["id"], _KINDS[entry["kind"]])
    data.energy = entry["energy"]
    data.color = entry["colour"]
    data.use_shadow = entry["shadow"]
    size, other = entry["size"]
    if entry["kind"] == "area":
        data.shape = "RECTANGLE"
        data.size, data.size_y = size, other
    elif entry["kind"] == "sun":
        data.angle = size
    else:
        data.shadow_soft_size = size
    if entry["kind"] == "spot":
        data.spot_size = entry["spot_angle"]
        data.spot_blend = entry["spot_blend"]
    thing = bpy.data.objects.new(entry["id"], data)
    thing.location = entry["position"]
    thing.rotation_mode = "QUATERNION"
    thing.rotation_quaternion = entry["quaternion"]
    thing.visible_camera = False
    thing.visible_transmission = False
    # a small lamp gleams in an eye; a panel would stand mirrored in every pane
    thing.visible_glossy = entry["kind"] != "area"
    thing["role"] = entry["role"]
    collection.objects.link(thing)
    return thing


def world(scene: Any, entry: dict[str, Any]) -> None:
    """A sky that runs from the ground's colour over the horizon's to the zenith's."""
    made = bpy.data.worlds.new("Sky")
    made.use_nodes = True
    made.color = entry["horizon"]
    tree = made.node_tree
    tree.nodes.clear()
    direction = tree.nodes.new("ShaderNodeTexCoord")
    split = tree.nodes.new("ShaderNodeSeparateXYZ")
    height = tree.nodes.new("ShaderNodeMapRange")
    height.inputs["From Min"].default_value = -1.0
    ramp = tree.nodes.new("ShaderNodeValToRGB")
    ramp.color_ramp.interpolation = "LINEAR"
    stops = [
        (0.0, entry["ground"]),
        (0.497, entry["ground"]),
        (0.503, entry["horizon"]),
        (0.75, _between(entry["horizon"], entry["top"], 0.65)),
        (1.0, entry["top"]),
    ]
    elements = ramp.color_ramp.elements
    while len(elements) < len(stops):
        elements.new(1.0)
    for element, (position, colour) in zip(elements, stops, strict=True):
        element.position = position
        element.color = (*colour, 1.0)
    back = tree.nodes.new("ShaderNodeBackground")
    back.inputs["Strength"].default_value = entry["strength"]
    output = tree.nodes.new("ShaderNodeOutputWorld")
    for source, target in (
        (direction.outputs["Generated"], split.inputs[0]),
        (split.outputs["Z"], height.inputs["Value"]),
        (height.outputs["Result"], ramp.inputs[0]),
        (ramp.outputs["Color"], back.inputs["Color"]),
        (back.outputs[0], output.inputs["Surface"]),
    ):
        tree.links.new(source, target)
    scene.world = made


def _between(one: list[float], other: list[float], share: float) -> tuple[float, ...]:
    return tuple(a + (b - a) * share for a, b in zip(one, other, strict=True))
