"""What each surface tells beside its light: where it is at rest, and which way it faces.

A point's rest position is where it is on its own object before anything moves or bends it: on the
undeformed body of an actor, in a prop's own frame, in the world for a set. It names the same spot
of paint in every frame and shot. Its facing is the smooth surface's, without the weave that a
picture of few samples cannot show anyway. Both are AOVs, put beside the shaders when a .blend is
opened to be rendered, and never saved: things that somebody has added by hand have them too.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import bpy
import numpy as np

from .materials import REST_LAYER

REST, FACING = "rest", "facing"
_NODE = "what a survey asks"
"""Label of an AOV's node: whoever finds one has nothing left to do."""
_KEPT = "rest kept"
"""Property of an object whose mesh has `REST_LAYER`."""
_CLEAR = 0.5
"""Alpha below which what is behind counts, as Cycles' own data passes have it."""
_SHAPES = {"MESH", "CURVE", "SURFACE", "META", "FONT", "CURVES", "POINTCLOUD"}


def expose(scene: Any) -> None:
    """Let every surface of a scene tell; done twice, it changes nothing more."""
    layer = scene.view_layers[0]
    there = {aov.name for aov in layer.aovs}
    for name in (REST, FACING):
        if name not in there:
            aov = layer.aovs.add()
            aov.name, aov.type = name, "COLOR"
    for thing in scene.objects:
        if thing.type not in _SHAPES or thing.data is None:
            continue
        if thing.pass_index == 0:
            # what somebody has put there by hand is no sky
            thing.pass_index = 1
        if thing.type == "MESH":
            _remember(thing)
        if hasattr(thing.data, "materials") and not len(thing.data.materials):
            thing.data.materials.append(_plain())
    for tree in _trees():
        if not _through(tree) and all(node.label != _NODE for node in tree.nodes):
            _tell(tree)


def withdraw(layer: Any) -> None:
    """Ask for none of it."""
    for aov in [a for a in layer.aovs if a.name in (REST, FACING)]:
        layer.aovs.remove(aov)


@contextmanager
def hard_edged() -> Iterator[None]:
    """Panes are air and thin things solid, until it is left: one sample is enough then."""
    undo = []
    for tree in _trees():
        output = tree.get_output_node("CYCLES")
        if output is None:
            continue
        surface = output.inputs["Surface"]
        if _through(tree):
            for link in list(surface.links):
                undo.append((_relink, tree, link.from_socket, surface))
            clear = tree.nodes.new("ShaderNodeBsdfTransparent")
            tree.links.new(clear.outputs[0], surface)
            undo.insert(0, (_drop, tree, clear))
            continue
        for alpha in _alphas(tree):
            if alpha.default_value < 1.0:
                undo.append((setattr, alpha, "default_value", alpha.default_value))
                alpha.default_value = 1.0
    try:
        yield
    finally:
        for do, *words in undo:
            do(*words)


def _relink(tree: Any, source: Any, target: Any) -> None:
    tree.links.new(source, target)


def _drop(tree: Any, node: Any) -> None:
    tree.nodes.remove(node)


def _remember(thing: Any) -> None:
    """Keep the undeformed places of a mesh that bends; say that they are kept."""
    mesh = thing.data
    bends = mesh.shape_keys is not None or len(thing.modifiers) > 0
    if bends and REST_LAYER not in mesh.attributes and mesh.library is None:
        places = np.empty(3 * len(mesh.vertices), np.float32)
        mesh.vertices.foreach_get("co", places)
        layer = mesh.attributes.new(REST_LAYER, "FLOAT_VECTOR", "POINT")
        layer.data.foreach_set("vector", places)
    if REST_LAYER in mesh.attributes:
        thing[_KEPT] = 1.0


def _plain() -> Any:
    """What a thing without a material looks like, as a material."""
    name = "no material"
    made = bpy.data.materials.get(name)
    if made is None:
        made = bpy.data.materials.new(name)
        made.use_nodes = True
    return made


def _trees() -> Iterator[Any]:
    for material in bpy.data.materials:
        if material.library is not None:
            continue
        if not material.use_nodes:
            material.use_nodes = True
        if material.node_tree is not None:
            yield material.node_tree


def _through(tree: Any) -> bool:
    """Whether what is behind a surface is what one sees there."""
    return any(node.bl_idname == "ShaderNodeBsdfTransparent" for node in tree.nodes) or any(
        alpha.default_value < _CLEAR for alpha in _alphas(tree)
    )


def _alphas(tree: Any) -> list[Any]:
    found = [n.inputs["Alpha"] for n in tree.nodes if n.bl_idname == "ShaderNodeBsdfPrincipled"]
    return [alpha for alpha in found if not alpha.is_linked]


def _tell(tree: Any) -> None:
    """Add the outputs: the kept place where there is one, else the place on the object."""
    # a surface cannot ask whether its mesh has an attribute (a missing one reads as black), but
    # whether its object has a property
    bends = tree.nodes.new("ShaderNodeAttribute")
    bends.attribute_type, bends.attribute_name = "OBJECT", _KEPT
    kept = tree.nodes.new("ShaderNodeAttribute")
    kept.attribute_name = REST_LAYER
    there = tree.nodes.new("ShaderNodeTexCoord")
    mix = tree.nodes.new("ShaderNodeMix")
    mix.data_type = "VECTOR"
    factor = next(s for s in mix.inputs if s.type == "VALUE" and s.enabled)
    one, other = (s for s in mix.inputs if s.type == "VECTOR" and s.enabled)
    tree.links.new(bends.outputs["Fac"], factor)
    tree.links.new(there.outputs["Object"], one)
    tree.links.new(kept.outputs["Vector"], other)
    geometry = tree.nodes.new("ShaderNodeNewGeometry")
    place = next(s for s in mix.outputs if s.type == "VECTOR" and s.enabled)
    for name, socket in ((REST, place), (FACING, geometry.outputs["Normal"])):
        out = tree.nodes.new("ShaderNodeOutputAOV")
        out.label, out.aov_name = _NODE, name
        tree.links.new(socket, out.inputs["Color"])
