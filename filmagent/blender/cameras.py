"""A camera a take, the markers that cut between them, and the way back after work by hand."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import bpy
import numpy as np

from . import keys
from .frames import blender_frame, scene_frame


def camera(entry: dict[str, Any], track: dict[str, np.ndarray], collection: Any) -> Any:
    """A take's camera: keyed where it moves, without a single key where it stands still."""
    name = entry["label"] or entry["setup"]
    data = bpy.data.cameras.new(name)
    data.sensor_fit = "HORIZONTAL"
    data.sensor_width = entry["sensor_mm"]
    data.clip_start = 0.05
    data.clip_end = 500.0
    data.dof.use_dof = True
    data.dof.aperture_fstop = entry["fstop"]
    data.passepartout_alpha = 0.9
    thing = bpy.data.objects.new(name, data)
    thing.rotation_mode = "QUATERNION"
    thing["setup"] = entry["setup"]
    thing["take"] = entry["take"]
    collection.objects.link(thing)

    first = int(track["frames"][0])
    turns = keys.unbroken(track["quaternions"])
    thing.location = track["positions"][0]
    thing.rotation_quaternion = turns[0]
    data.lens = float(track["focal_mm"][0])
    data.dof.focus_distance = float(track["focus_m"][0])
    moves = keys.vector("location", track["positions"])
    turned = keys.vector("rotation_quaternion", turns)
    body = [(moves, track["positions"]), (turned, turns)]
    channels = [c for group, values in body if not keys.still(values) for c in group]
    if channels:
        keys.animate(thing, channels, first)
    lens = [("lens", 0, track["focal_mm"]), ("dof.focus_distance", 0, track["focus_m"])]
    optics = [channel for channel in lens if not keys.still(channel[2])]
    if optics:
        keys.animate(data, optics, first)
    return thing


def mark_cuts(scene: Any, cuts: list[dict[str, Any]], cameras: dict[str, Any]) -> None:
    """Bind cameras to markers, as far as the film shows the scene in its own order.

    A cut that goes back in the scene's time can only live in the edit's own scene.
    """
    reached: int | None = None
    for cut in sorted(cuts, key=lambda c: (c["film_in"], c["id"])):
        if cut["setup"] not in cameras or (reached is not None and cut["source_in"] < reached):
            continue
        shot = cameras[cut["setup"]]
        marker = scene.timeline_markers.new(shot.name, frame=blender_frame(cut["source_in"]))
        marker.camera = shot
        reached = cut["source_out"]


def shots(scene: Any) -> dict[str, Any]:
    """The scene's cameras by take; of copies, which share their original's take, the original."""
    found: dict[str, Any] = {}
    cameras = [thing for thing in scene.objects if thing.type == "CAMERA" and thing.get("take")]
    for thing in sorted(cameras, key=lambda thing: (len(thing.name), thing.name)):
        found.setdefault(thing["take"], thing)
    return found


def tracks(scene: Any) -> dict[str, dict[str, np.ndarray]]:
    """Where the cameras are that somebody may have moved by hand, by take.

    Returns the arrays of a take's npz (``filmagent/documents/shots.py``) over the scene's range,
    with whatever moves the camera, constraints and parents included.
    """
    cameras = shots(scene)
    for layer in scene.view_layers[0].layer_collection.children:
        # bodies cost most of a frame change, and no camera of ours hangs on one
        layer.exclude = layer.name == "Cast" and not _hang_on(cameras.values(), layer.collection)
    # somebody at work may have narrowed the range that plays
    first, last = scene.get("range", (scene.frame_start, scene.frame_end))
    frames = np.arange(first, last + 1)
    found = {
        take: {
            "frames": np.array([scene_frame(int(f)) for f in frames]),
            "positions": np.empty((len(frames), 3)),
            "quaternions": np.empty((len(frames), 4)),
            "focal_mm": np.empty(len(frames)),
            "focus_m": np.empty(len(frames)),
        }
        for take in cameras
    }
    for index, frame in enumerate(frames):
        scene.frame_set(int(frame))
        for take, thing in cameras.items():
            position, turn, _ = thing.matrix_world.decompose()
            found[take]["positions"][index] = position
            found[take]["quaternions"][index] = turn
            found[take]["focal_mm"][index] = thing.data.lens
            found[take]["focus_m"][index] = _focus(thing)
    for track in found.values():
        track["quaternions"] = keys.unbroken(track["quaternions"])
    return found


def _focus(thing: Any) -> float:
    """Metres along the axis to what is sharp, an object that is followed included."""
    target = thing.data.dof.focus_object
    if target is None:
        return float(thing.data.dof.focus_distance)
    return max(0.01, float(-(thing.matrix_world.inverted() @ target.matrix_world.translation).z))


def _hang_on(shots: Iterable[Any], collection: Any) -> bool:
    bodies = set(collection.all_objects)
    return any(
        shot.parent in bodies or any(getattr(c, "target", None) in bodies for c in shot.constraints)
        for shot in shots
    )
