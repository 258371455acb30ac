"""The set and the props."""

from __future__ import annotations

from typing import Any

import bpy
import numpy as np

from . import bakes, keys
from .materials import Palette
from .meshes import mesh

SET_ID = 1
"""The set's value in the id pass."""


def dress(bake: bakes.Bake, collection: Any, glow: dict[str, float]) -> None:
    """Put up the set: an object for every part.

    ``glow`` is the emission strength of materials in the scene's light: lamps are off by day.
    """
    materials = {
        name: {**data, "emission_strength": glow[name]} if name in glow else data
        for name, data in bake.materials.items()
    }
    palette = Palette(bake.name, materials, bake.textures)
    for part in bake.parts:
        thing = bpy.data.objects.new(part.name, mesh(part.name, [part], palette))
        thing.pass_index = SET_ID
        thing.hide_viewport = part.use == "render"
        thing.hide_render = part.use == "preview"
        # people animate among things that never move
        thing.lock_location = thing.lock_rotation = thing.lock_scale = (True, True, True)
        collection.objects.link(thing)


def prop(
    entry: dict[str, Any], bake: bakes.Bake, motion: dict[str, np.ndarray], collection: Any
) -> None:
    """Put out a prop and key its motion."""
    palette = Palette(bake.name, bake.materials, bake.textures)
    handle = bpy.data.objects.new(entry["id"], None)
    handle.empty_display_size = 0.05
    handle.rotation_mode = "QUATERNION"
    collection.objects.link(handle)
    things: list[tuple[Any, str]] = []
    for use in ("both", "render", "preview"):
        parts = [part for part in bake.parts if part.use == use]
        if not parts:
            continue
        name = f"{entry['id']} model" + ("" if use == "both" else f" {use}")
        thing = bpy.data.objects.new(name, mesh(name, parts, palette))
        thing.parent = handle
        thing.pass_index = entry["object_id"]
        thing.hide_viewport = use == "render"
        thing.hide_render = use == "preview"
        collection.objects.link(thing)
        things.append((thing, use))
    first = int(motion["first_frame"])
    positions, turns = motion["positions"], keys.unbroken(motion["quaternions"])
    if keys.still(positions) and keys.still(turns):
        handle.location = positions[0]
        handle.rotation_quaternion = turns[0]
    else:
        keys.animate(
            handle,
            keys.vector("location", positions) + keys.vector("rotation_quaternion", turns),
            first,
        )
    keys.visibility(things, motion["visible"], first)
