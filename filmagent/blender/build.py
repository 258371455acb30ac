"""``stage/scene_<id>.json`` → ``.blend``: everything in it, and nothing outside it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import bpy

from . import bakes, edit, render
from .cameras import camera, mark_cuts
from .cast import actor
from .frames import blender_frame
from .lights import lamp, world
from .scenery import dress, prop
from .seal import seal


def build(stage: Path, blend: Path, root: Path | None = None) -> None:
    """Build the .blend of a scene.

    Parameters
    ----------
    stage
        The stage document.
    blend
        Where to write; replaced when the new file is whole.
    root
        The film folder, which paths in the document are relative to; otherwise the parent of the
        stage document's folder.

    Raises
    ------
    StageError
        If the document or a file that it names cannot be used.
    """
    document = bakes.stage(stage)
    root = stage.resolve().parent.parent if root is None else root
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    scene.name = f"Scene {document['scene']}"
    fps = _format(scene, document)
    collections = _collections(scene)

    shelf: dict[str, bakes.Bake] = {}

    def piece(name: str) -> bakes.Bake:
        if name not in shelf:
            shelf[name] = bakes.bake(root / name)
        return shelf[name]

    dress(piece(document["set_bake"]), collections["Set"], document["world"].get("glow", {}))
    for entry in document["actors"]:
        actor(
            entry,
            piece(entry["bake"]),
            bakes.arrays(root / entry["performance"]),
            collections["Cast"],
        )
    for entry in document["props"]:
        prop(
            entry, piece(entry["bake"]), bakes.arrays(root / entry["motion"]), collections["Props"]
        )
    for entry in document["lights"]:
        lamp(entry, collections["Lights"])
    world(scene, document["world"])
    cameras = {}
    for entry in document["cameras"]:
        cameras.setdefault(
            entry["setup"],
            camera(entry, bakes.arrays(root / entry["track"]), collections["Cameras"]),
        )
    _timeline(scene, document, cameras)
    edit.voices(scene, document["sounds"], root, fps)
    cut = edit.film(scene, document, root, cameras, fps)
    # what the user's own render button does is what ours does
    render.settings(scene, {"size": document["size"]})
    _format(cut, document)
    _windows(scene, cut)
    _save(blend)


def _format(scene: Any, document: dict[str, Any]) -> float:
    """Frame rate, size, colour management; returns frames a second."""
    numerator, denominator = document["fps"]
    rate = numerator / denominator
    render = scene.render
    render.fps = round(rate)
    render.fps_base = round(rate) / rate
    render.resolution_x, render.resolution_y = document["size"]
    render.resolution_percentage = 100
    render.use_file_extension = True
    render.filepath = "//render/"
    scene.view_settings.view_transform = document["view_transform"]
    scene.view_settings.look = _look(document)
    scene.view_settings.exposure = document["exposure"]
    scene.sync_mode = "AUDIO_SYNC"
    scene.unit_settings.system = "METRIC"
    return rate


def _look(document: dict[str, Any]) -> str:
    # Blender spells AgX's looks with the transform in front
    look, transform = document["look"], document["view_transform"]
    return look if look == "None" or look.startswith(transform) else f"{transform} - {look}"


def _collections(scene: Any) -> dict[str, Any]:
    made = {}
    for name in ("Set", "Cast", "Props", "Cameras", "Lights"):
        made[name] = bpy.data.collections.new(name)
        scene.collection.children.link(made[name])
    return made


def _timeline(scene: Any, document: dict[str, Any], cameras: dict[str, Any]) -> None:
    scene.frame_start = blender_frame(document["first"])
    scene.frame_end = blender_frame(document["end"]) - 1
    scene["range"] = [scene.frame_start, scene.frame_end]
    cuts = document["cuts"]
    mark_cuts(scene, cuts, cameras)
    used = [(c["source_in"], c["source_out"]) for c in cuts if c["setup"] in cameras]
    begin = min((a for a, _ in used), default=0)
    if used:
        # play what the film shows; the handles stay reachable
        scene.use_preview_range = True
        scene.frame_preview_start = blender_frame(begin)
        scene.frame_preview_end = blender_frame(max(b for _, b in used)) - 1
    first = min(cuts, key=lambda c: c["film_in"], default=None)
    if cameras:
        chosen = cameras.get(first["setup"]) if first else None
        scene.camera = chosen or next(iter(cameras.values()))
    scene.frame_set(blender_frame(begin))


def _windows(scene: Any, cut: Any) -> None:
    """What one sees on opening the file: through the camera, quick to play; the edit beside it."""
    for manager in bpy.data.window_managers:
        for window in manager.windows:
            window.scene = scene
    for space in _spaces("VIEW_3D"):
        space.region_3d.view_perspective = "CAMERA"
        space.shading.type = "SOLID"
        space.shading.color_type = "MATERIAL"
        space.shading.show_cavity = True
        space.overlay.show_relationship_lines = False
    editing = bpy.data.workspaces.get("Video Editing")
    if editing is not None and hasattr(editing, "sequencer_scene"):
        editing.sequencer_scene = cut


def _spaces(kind: str) -> list[Any]:
    return [
        space
        for screen in bpy.data.screens
        for area in screen.areas
        for space in area.spaces
        if space.type == kind
    ]


def _save(blend: Path) -> None:
    blend.parent.mkdir(parents=True, exist_ok=True)
    # Blender insists on the suffix
    whole = blend.with_name(f".{blend.stem}.{os.getpid()}.blend")
    try:
        bpy.ops.wm.save_as_mainfile(
            filepath=str(whole), compress=True, check_existing=False, relative_remap=False
        )
        seal(whole)
        whole.replace(blend)
    finally:
        whole.unlink(missing_ok=True)
