"""Plain baked keyframes, written in bulk: nothing of filmagent is needed to play them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np

from .frames import FIRST

CONSTANT, LINEAR = 0, 1
"""Blender's numbers for the two interpolations used."""

Array = np.ndarray
Channel = tuple[str, int, Array]
"""Data path, array index, one value a frame."""


def animate(
    block: Any,
    channels: Iterable[Channel],
    first: int,
    interpolation: int = LINEAR,
    groups: dict[str, str] | None = None,
) -> None:
    """Key an ID's properties over the scene frames ``first``, ``first + 1`` …

    Runs of frames in which nothing changes are kept as their two ends; a channel that never
    changes becomes one key. Called again for the same ID, it adds to its action.
    """
    bag = _channelbag(block)
    made: dict[str, Any] = {}
    for path, index, values in channels:
        values = np.asarray(values, np.float32)
        keep = turning(values, interpolation)
        points = np.empty((len(keep), 2), np.float32)
        points[:, 0] = keep + (first + FIRST)
        points[:, 1] = values[keep]
        curve = bag.fcurves.new(path, index=index)
        keys = curve.keyframe_points
        keys.add(len(keep))
        flat = points.reshape(-1)
        keys.foreach_set("co", flat)
        keys.foreach_set("handle_left", flat)
        keys.foreach_set("handle_right", flat)
        keys.foreach_set("interpolation", np.full(len(keep), interpolation, np.int32))
        group = groups.get(path) if groups else None
        if group is not None:
            if group not in made:
                made[group] = bag.groups.get(group) or bag.groups.new(group)
            curve.group = made[group]


def turning(values: Array, interpolation: int = LINEAR) -> Array:
    """Indices of the frames that need a key: where a run of equal values begins or ends."""
    changed = np.flatnonzero(np.diff(values))
    if interpolation == CONSTANT:
        return np.concatenate([[0], changed + 1])
    if not len(changed):
        return np.array([0])
    ends = np.unique(np.concatenate([changed, changed + 1]))
    return ends if ends[0] == 0 else np.concatenate([[0], ends])


def vector(path: str, values: Array) -> list[Channel]:
    """The channels of an (F, N) property."""
    return [(path, index, values[:, index]) for index in range(values.shape[1])]


def unbroken(quaternions: Array) -> Array:
    """(F, …, 4) with signs chosen so that neighbours never jump to the other half-sphere."""
    dots = np.einsum("f...k,f...k->f...", quaternions[1:], quaternions[:-1])
    signs = np.cumprod(np.where(dots < 0, -1.0, 1.0), axis=0)
    result = np.array(quaternions, np.float64)
    result[1:] *= signs[..., None]
    return result


def still(values: Array) -> bool:
    """Whether an (F, …) track never changes."""
    return bool((values == values[:1]).all())


def _channelbag(block: Any) -> Any:
    data = block.animation_data or block.animation_data_create()
    if data.action is None:
        action = bpy.data.actions.new(block.name)
        slot = action.slots.new(id_type=block.id_type, name=block.name)
        action.layers.new("Baked").strips.new(type="KEYFRAME")
        data.action = action
        data.action_slot = slot
    strip = data.action.layers[0].strips[0]
    return strip.channelbag(data.action_slot, ensure=True)


def visibility(objects: Iterable[tuple[Any, str]], visible: Array, first: int) -> None:
    """Hide objects where ``visible`` (F,) is false.

    ``objects`` are pairs of an object and its use: ``both``, ``render`` or ``preview``; what is
    only rendered stays hidden in the viewport, and the other way round.
    """
    hidden = ~np.asarray(visible, bool)
    for thing, use in objects:
        switches = [
            s
            for s, other in (("hide_render", "preview"), ("hide_viewport", "render"))
            if use != other
        ]
        if hidden.all() or not hidden.any():
            for switch in switches:
                setattr(thing, switch, bool(hidden[0]))
        else:
            animate(thing, [(switch, 0, hidden) for switch in switches], first, CONSTANT)
