"""Bake parts as Blender meshes, several parts to a mesh where fewer objects play faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import bpy
import numpy as np

from .bakes import Part
from .materials import COLOUR_LAYER, REST_LAYER, Palette

Array = np.ndarray


def mesh(
    name: str, parts: Sequence[Part], palette: Palette, weigh: Callable[[Any], None] | None = None
) -> Any:
    """One mesh of several parts, their vertices in the order of the parts.

    ``weigh`` is given the bare mesh of a body to put vertex weights on, before attributes make
    that slow; a body also keeps its rest position as an attribute. Nothing is subdivided: bakes
    are as fine as a picture needs, and planners and the preview see the surface that is rendered.
    """
    made = bpy.data.meshes.new(name)
    coloured = any(part.colours is not None for part in parts)
    starts = np.cumsum([0] + [len(part.vertices) for part in parts])
    vertices = np.concatenate([part.vertices for part in parts]).astype(np.float32)
    made.vertices.add(len(vertices))
    made.vertices.foreach_set("co", vertices.reshape(-1))

    slots: dict[str, int] = {}
    corners, sizes, slot, smooth = [], [], [], []
    for part, start in zip(parts, starts[:-1], strict=True):
        material = palette.material(part.material, coloured)
        if material.name not in slots:
            slots[material.name] = len(slots)
            made.materials.append(material)
        faces = part.faces
        corners.append((faces.astype(np.int64) + start).reshape(-1))
        sizes.append(np.full(len(faces), faces.shape[1]))
        slot.append(np.full(len(faces), slots[material.name]))
        smooth.append(np.full(len(faces), part.smooth))
    _faces(made, np.concatenate(corners), np.concatenate(sizes))
    if weigh is not None:
        made.update(calc_edges=True)
        weigh(made)
    made.polygons.foreach_set("material_index", np.concatenate(slot).astype(np.int32))
    made.polygons.foreach_set("use_smooth", np.concatenate(smooth))

    index = np.concatenate(corners)
    if any(part.uvs is not None for part in parts):
        uvs = np.concatenate([_or(part.uvs, len(part.vertices), 2, 0.0) for part in parts])
        layer = made.uv_layers.new(name="UVMap")
        layer.data.foreach_set("uv", uvs[index].astype(np.float32).reshape(-1))
    if coloured:
        colours = np.concatenate([_or(part.colours, len(part.vertices), 3, 1.0) for part in parts])
        rgba = np.ones((len(colours), 4), np.float32)
        rgba[:, :3] = colours
        layer = made.color_attributes.new(COLOUR_LAYER, "FLOAT_COLOR", "POINT")
        layer.data.foreach_set("color", rgba.reshape(-1))
    if weigh is not None:
        rest = made.attributes.new(REST_LAYER, "FLOAT_VECTOR", "POINT")
        rest.data.foreach_set("vector", vertices.reshape(-1))
    made.update(calc_edges=True)
    if weigh is None and all(part.normals is not None for part in parts):
        made.normals_split_custom_set_from_vertices(
            np.concatenate([part.normals for part in parts]).astype(np.float32)
        )
    return made


def _faces(made: Any, corners: Array, sizes: Array) -> None:
    made.loops.add(len(corners))
    made.loops.foreach_set("vertex_index", corners.astype(np.int32))
    made.polygons.add(len(sizes))
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    made.polygons.foreach_set("loop_start", starts.astype(np.int32))


def _or(values: Array | None, count: int, width: int, fill: float) -> Array:
    return np.full((count, width), fill, np.float32) if values is None else values
