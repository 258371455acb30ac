"""Bake materials as shader nodes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import bpy
import numpy as np

from .textures import packed

COLOUR_LAYER = "colour"
"""Mesh attribute that multiplies the base colour, where a part has vertex colours."""
REST_LAYER = "rest"
"""Mesh attribute: where a body's point is at rest, so that pores stay on the skin."""

# mean free paths of red, green and blue light in skin, metres (Jensen et al., "A Practical Model
# for Subsurface Light Transport", SIGGRAPH 2001, table "Skin1", rounded)
_SKIN_RADIUS = (0.0037, 0.0014, 0.0007)

Data = dict[str, Any]


class Palette:
    """Makes each material of a bake once."""

    def __init__(self, prefix: str, materials: dict[str, Data], textures: dict[str, np.ndarray]):
        self._prefix = prefix
        self._data = materials
        self._textures = textures
        self._images: dict[str, Any] = {}
        self._made: dict[tuple[str, bool, bool], Any] = {}

    def material(self, name: str, coloured: bool = False, strands: bool = False) -> Any:
        """The Blender material for a bake's material.

        Parameters
        ----------
        coloured
            The mesh has `COLOUR_LAYER`; a missing attribute would read as black.
        strands
            Wanted on hair curves instead of a mesh.
        """
        key = (name, coloured, strands)
        if key not in self._made:
            data = self._data.get(name, {})
            made = bpy.data.materials.new(f"{self._prefix} {name}" + (" strands" * strands))
            made.use_nodes = True
            made.node_tree.nodes.clear()
            made.diffuse_color = (*data.get("base_colour", (0.8, 0.8, 0.8)), 1.0)
            made.roughness = data.get("roughness", 0.5)
            made.metallic = data.get("metallic", 0.0)
            made.use_backface_culling = False
            graph = _Graph(made.node_tree, data, coloured, self._image)
            shader = _strands if strands else _MODELS.get(data.get("model", ""), _principled)
            graph.finish(shader(graph))
            if data.get("model") == "glass":
                made.diffuse_color = (*made.diffuse_color[:3], 0.25)
            self._made[key] = made
        return self._made[key]

    def _image(self, name: str) -> Any:
        if name not in self._images:
            pixels = self._textures.get(name)
            self._images[name] = (
                None
                if pixels is None
                else packed(f"{self._prefix} {name}", pixels, colour=name.endswith("/albedo"))
            )
        return self._images[name]


class _Graph:
    """A material's node tree while it grows."""

    def __init__(self, tree: Any, data: Data, coloured: bool, image: Callable[[str], Any]):
        self.tree = tree
        self.data = data
        self.coloured = coloured
        self._image = image

    def node(self, kind: str, **inputs: Any) -> Any:
        """A node with inputs set (values) or linked (sockets); `_` stands for a space."""
        node = self.tree.nodes.new(kind)
        for name, value in inputs.items():
            self.feed(node.inputs[name.replace("_", " ")], value)
        return node

    def feed(self, socket: Any, value: Any) -> None:
        """Set or link an input."""
        if isinstance(value, bpy.types.NodeSocket):
            self.tree.links.new(value, socket)
        elif isinstance(value, tuple) and len(value) == 3 and socket.type == "RGBA":
            socket.default_value = (*value, 1.0)
        else:
            socket.default_value = value

    def finish(self, shader: Any) -> None:
        """Give the surface."""
        self.node("ShaderNodeOutputMaterial", Surface=shader)

    def texture(self, kind: str) -> Any:
        """The image node of ``albedo``, ``roughness`` or ``normal``; None where there is none."""
        name = self.data.get("texture", "")
        image = self._image(f"{name}/{kind}") if name else None
        if image is None:
            return None
        node = self.tree.nodes.new("ShaderNodeTexImage")
        node.image = image
        metres = self.data.get("texture_metres", 1.0)
        if metres > 0:
            uv = self.tree.nodes.new("ShaderNodeTexCoord")
            scaled = self.node("ShaderNodeVectorMath", Vector=uv.outputs["UV"])
            scaled.operation = "SCALE"
            scaled.inputs["Scale"].default_value = 1.0 / metres
            self.feed(node.inputs["Vector"], scaled.outputs["Vector"])
        return node

    def colour(self) -> Any:
        """Base colour × texture × vertex colour."""
        value: Any = tuple(self.data.get("base_colour", (0.8, 0.8, 0.8)))
        image = self.texture("albedo")
        if image is not None:
            value = self.multiply(value, image.outputs["Color"])
        if self.coloured:
            layer = self.tree.nodes.new("ShaderNodeVertexColor")
            layer.layer_name = COLOUR_LAYER
            value = self.multiply(value, layer.outputs["Color"])
        return value

    def multiply(self, one: Any, other: Any) -> Any:
        """Product of two colours."""
        if one == (1.0, 1.0, 1.0):
            return other
        node = self.tree.nodes.new("ShaderNodeMix")
        node.data_type = "RGBA"
        node.blend_type = "MULTIPLY"
        node.inputs[0].default_value = 1.0
        sockets = [s for s in node.inputs if s.type == "RGBA"]
        self.feed(sockets[0], one)
        self.feed(sockets[1], other)
        return next(s for s in node.outputs if s.type == "RGBA")

    def math(self, operation: str, one: Any, other: Any) -> Any:
        """The result of a scalar operation."""
        node = self.tree.nodes.new("ShaderNodeMath")
        node.operation = operation
        self.feed(node.inputs[0], one)
        self.feed(node.inputs[1], other)
        return node.outputs[0]

    def roughness(self) -> Any:
        """Roughness: the texture where there is one."""
        image = self.texture("roughness")
        return self.data.get("roughness", 0.5) if image is None else image.outputs["Color"]

    def bump(self, metres: float, strength: float, depth: float, detail: float = 3.0) -> Any:
        """Noise bump ``metres`` wide fixed to the body's rest position."""
        rest = self.tree.nodes.new("ShaderNodeAttribute")
        rest.attribute_name = REST_LAYER
        noise = self.node(
            "ShaderNodeTexNoise",
            Vector=rest.outputs["Vector"],
            Scale=1.0 / metres,
            Detail=detail,
            Roughness=0.6,
        )
        return self.node(
            "ShaderNodeBump", Strength=strength, Distance=depth, Height=noise.outputs[0]
        ).outputs["Normal"]


def _principled(graph: _Graph) -> Any:
    data = graph.data
    shader = graph.node(
        "ShaderNodeBsdfPrincipled",
        Base_Color=graph.colour(),
        Roughness=graph.roughness(),
        Metallic=data.get("metallic", 0.0),
        IOR=data.get("ior", 1.45),
        Specular_IOR_Level=data.get("specular", 0.5),
        Alpha=data.get("alpha", 1.0),
        Transmission_Weight=data.get("transmission", 0.0),
        Subsurface_Weight=data.get("subsurface", 0.0),
        Sheen_Weight=data.get("sheen", 0.0),
        Emission_Color=tuple(data.get("emission", (0.0, 0.0, 0.0))),
        Emission_Strength=data.get("emission_strength", 0.0),
    )
    if data.get("sheen", 0.0):
        shader.inputs["Sheen Roughness"].default_value = 0.5
    normal = graph.texture("normal")
    if normal is not None:
        bumped = graph.node("ShaderNodeNormalMap", Color=normal.outputs["Color"])
        graph.feed(shader.inputs["Normal"], bumped.outputs["Normal"])
    return shader.outputs["BSDF"]


def _skin(graph: _Graph) -> Any:
    data = graph.data
    shader = graph.node(
        "ShaderNodeBsdfPrincipled",
        Base_Color=graph.colour(),
        Roughness=graph.roughness(),
        IOR=1.4,
        Specular_IOR_Level=data.get("specular", 0.5),
        Subsurface_Weight=data.get("subsurface", 0.0) or 1.0,
        Subsurface_Scale=1.0,
        Subsurface_Radius=_SKIN_RADIUS,
        Coat_Weight=0.06,
        Coat_Roughness=0.3,
    )
    graph.feed(shader.inputs["Normal"], graph.bump(0.0011, 0.3, 0.0004))
    return shader.outputs["BSDF"]


def _eye(graph: _Graph) -> Any:
    # the wet cornea is a clear coat over a softer ball: one sharp catchlight, no see-through layer
    shader = graph.node(
        "ShaderNodeBsdfPrincipled",
        Base_Color=graph.colour(),
        Roughness=0.35,
        IOR=1.376,
        Specular_IOR_Level=0.5,
        Subsurface_Weight=0.15,
        Subsurface_Scale=1.0,
        Subsurface_Radius=_SKIN_RADIUS,
        Coat_Weight=1.0,
        Coat_Roughness=0.015,
        Coat_IOR=1.376,
    )
    return shader.outputs["BSDF"]


def _hair(graph: _Graph) -> Any:
    # a mesh gleams as one sheet where hair gleams in threads: at full strength dark hair goes grey
    data = graph.data
    shader = graph.node(
        "ShaderNodeBsdfPrincipled",
        Base_Color=graph.colour(),
        Roughness=graph.roughness(),
        Specular_IOR_Level=0.5 * data.get("specular", 0.5),
        Alpha=data.get("alpha", 1.0),
    )
    return shader.outputs["BSDF"]


def _strands(graph: _Graph) -> Any:
    base = tuple(graph.data.get("base_colour", (0.05, 0.03, 0.02)))
    shader = graph.tree.nodes.new("ShaderNodeBsdfHairPrincipled")
    shader.parametrization = "COLOR"
    graph.feed(shader.inputs["Color"], base)
    shader.inputs["Roughness"].default_value = max(0.2, graph.data.get("roughness", 0.35) * 0.7)
    shader.inputs["Radial Roughness"].default_value = 0.4
    shader.inputs["Random Roughness"].default_value = 0.15
    if "Random Color" in shader.inputs:
        shader.inputs["Random Color"].default_value = 0.15
    return shader.outputs["BSDF"]


def _glass(graph: _Graph) -> Any:
    # refraction through panes and drinking glasses costs caustics that no sampler finds: straight
    # through, with a reflection that shadow rays do not see. A pane has two faces; light leaves by
    # the far one unbent here, so that only the near one reflects, for both (Schlick 1994)
    facing = graph.tree.nodes.new("ShaderNodeLayerWeight").outputs["Facing"]
    power = graph.math("POWER", facing, 5.0)
    fresnel = graph.math("ADD", graph.math("MULTIPLY", power, 0.92), 0.08)
    geometry = graph.tree.nodes.new("ShaderNodeNewGeometry").outputs["Backfacing"]
    near = graph.math("SUBTRACT", 1.0, geometry)
    path = graph.tree.nodes.new("ShaderNodeLightPath").outputs["Is Shadow Ray"]
    seen = graph.math("SUBTRACT", 1.0, path)
    factor = graph.math("MULTIPLY", graph.math("MULTIPLY", fresnel, near), seen)
    through = graph.node("ShaderNodeBsdfTransparent", Color=_tint(graph.data))
    gloss = graph.node("ShaderNodeBsdfGlossy", Roughness=graph.data.get("roughness", 0.02))
    mix = graph.tree.nodes.new("ShaderNodeMixShader")
    graph.feed(mix.inputs[0], factor)
    graph.feed(mix.inputs[1], through.outputs[0])
    graph.feed(mix.inputs[2], gloss.outputs[0])
    return mix.outputs[0]


def _tint(data: Data) -> tuple[float, ...]:
    # a pane's base colour is what is left of white light behind it; a pane of 4 mm keeps most
    return tuple(0.75 + 0.25 * c for c in data.get("base_colour", (1.0, 1.0, 1.0)))


def _emission(graph: _Graph) -> Any:
    # a lamp that is switched off is still a thing with a colour
    data = graph.data
    colour: Any = tuple(data.get("emission", (1.0, 1.0, 1.0)))
    image = graph.texture("albedo")
    if image is not None:
        colour = graph.multiply(colour, image.outputs["Color"])
    if graph.coloured:
        layer = graph.tree.nodes.new("ShaderNodeVertexColor")
        layer.layer_name = COLOUR_LAYER
        colour = graph.multiply(colour, layer.outputs["Color"])
    return graph.node(
        "ShaderNodeBsdfPrincipled",
        Base_Color=graph.colour(),
        Roughness=graph.roughness(),
        Emission_Color=colour,
        Emission_Strength=data.get("emission_strength", 1.0),
    ).outputs["BSDF"]


_MODELS: dict[str, Callable[[_Graph], Any]] = {
    "principled": _principled,
    "skin": _skin,
    "eye": _eye,
    "hair": _hair,
    "glass": _glass,
    "emission": _emission,
}
