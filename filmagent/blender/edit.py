"""The edit in Blender's sequencer: scene strips that cut between cameras, and the voices."""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Any

import bpy

from .frames import EDIT_FIRST, blender_frame

_PICTURE_CHANNEL = 1
_FIRST_VOICE_CHANNEL = 2


def voices(scene: Any, sounds: list[dict[str, Any]], root: Path, fps: float) -> None:
    """Lay the dialogue under the stage at scene time, so that the space bar plays it."""
    _lay(scene, [(s, blender_frame(round(s["start"] * fps))) for s in sounds], root)


def film(
    stage: Any, document: dict[str, Any], root: Path, cameras: dict[str, Any], fps: float
) -> Any:
    """A scene of its own that holds the edit: a strip a cut, a strip a line."""
    cuts = sorted(
        (c for c in document["cuts"] if c["setup"] in cameras), key=lambda c: c["film_in"]
    )
    scene = bpy.data.scenes.new("Edit")
    editor = scene.sequence_editor_create()
    start = cuts[0]["film_in"] if cuts else 0
    end = EDIT_FIRST
    for cut in cuts:
        frame = cut["film_in"] - start + EDIT_FIRST
        length = cut["source_out"] - cut["source_in"]
        shot = cameras[cut["setup"]]
        strip = editor.strips.new_scene(shot.name, stage, _PICTURE_CHANNEL, frame)
        strip.scene_camera = shot
        # a strip begins with its scene's first frame: slide it so that the cut begins at
        # source_in, then trim both ends
        offset = blender_frame(cut["source_in"]) - stage.frame_start
        strip.frame_start = frame - offset
        strip.frame_final_start = frame
        strip.frame_final_end = frame + length
        strip.channel = _PICTURE_CHANNEL
        scene.timeline_markers.new(shot.name, frame=frame)
        end = max(end, frame + length - 1)
    sounds = [
        (sound, at - start + EDIT_FIRST)
        for sound in document["sounds"]
        if (at := heard_at(sound, cuts, fps)) is not None
    ]
    _lay(scene, sounds, root)
    scene.frame_start = EDIT_FIRST
    scene.frame_end = end
    return scene


def heard_at(sound: dict[str, Any], cuts: list[dict[str, Any]], fps: float) -> int | None:
    """The film frame at which a line begins; None when the film leaves it out."""
    if sound.get("film_start") is not None:
        return round(sound["film_start"] * fps)
    frame = round(sound["start"] * fps)
    for cut in cuts:
        if cut["source_in"] <= frame < cut["source_out"]:
            return int(cut["film_in"]) + frame - int(cut["source_in"])
    return None


def _lay(scene: Any, sounds: list[tuple[dict[str, Any], int]], root: Path) -> None:
    """Sound strips, one channel a speaker; the recordings travel inside the file."""
    editor = scene.sequence_editor_create()
    speakers = sorted({sound["actor"] for sound, _ in sounds})
    loaded = {block.name: block for block in bpy.data.sounds}
    for sound, frame in sounds:
        if not sound["wav"]:
            continue
        channel = _FIRST_VOICE_CHANNEL + speakers.index(sound["actor"])
        path = root / sound["wav"]
        name = f"{sound['actor']} {sound['beat']}"
        # a strip remembers the path it was given, and this machine's folders are nobody's business
        with contextlib.chdir(path.parent):
            strip = editor.strips.new_sound(name, path.name, channel, frame)
        block = loaded.get(sound["beat"])
        if block is not None:
            fresh, strip.sound = strip.sound, block
            if fresh != block and not fresh.users:
                bpy.data.sounds.remove(fresh)
            continue
        strip.sound.name = sound["beat"]
        strip.sound.filepath = str(path)
        strip.sound.pack()
        # nothing of ours need be present; the path that is left must not name this machine
        strip.sound.filepath = f"//{path.name}"
        loaded[sound["beat"]] = strip.sound
