"""A built .blend holds the scene as the documents say, by itself, with plain keys."""

from __future__ import annotations

import json
import subprocess
import sys
import wave
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tiny_film

from filmagent.blender import frames as conversion

FRAME = 25

INSPECT = """
from mathutils import Vector
from bpy_extras.object_utils import world_to_camera_view
bpy.ops.wm.open_mainfile(filepath=sys.argv[1], load_ui=True)
scene = bpy.data.scenes["Scene 1"]
bpy.context.window.scene = scene
scene.frame_set(FRAME + 1001)
graph = bpy.context.evaluated_depsgraph_get()
def points(name):
    thing = bpy.data.objects[name].evaluated_get(graph)
    return [list(thing.matrix_world @ v.co) for v in thing.data.vertices]
def curves(action):
    return action.layers[0].strips[0].channelbags[0].fcurves if action else []
def keyed(block):
    data = block.animation_data
    return {f"{c.data_path}[{c.array_index}]": [[k.co[0] for k in c.keyframe_points],
            sorted({k.interpolation for k in c.keyframe_points})]
            for c in (curves(data.action) if data else [])}
marks = [[0.0, 0.0, 1.0], [0.5, 1.0, 1.7], [-0.4, 0.3, 0.2]]
say(dict(
    version=list(bpy.app.version), fps=scene.render.fps / scene.render.fps_base,
    size=[scene.render.resolution_x, scene.render.resolution_y],
    body=points("mara body"), wardrobe=points("mara wardrobe"),
    projected={c.name: [list(world_to_camera_view(scene, c, Vector(p))) for p in marks]
               for c in bpy.data.objects if c.type == "CAMERA"},
    cameras={c.name: [dict(c.items()), c.data.lens, c.data.sensor_width, c.data.dof.focus_distance,
             keyed(c), keyed(c.data)] for c in bpy.data.objects if c.type == "CAMERA"},
    markers=[[m.frame, m.camera.name] for m in scene.timeline_markers],
    active=scene.camera.name,
    bones=keyed(bpy.data.objects["mara"]),
    face=keyed(bpy.data.objects["mara body"].data.shape_keys),
    shapes=sorted(bpy.data.objects["mara body"].data.shape_keys.key_blocks.keys()),
    coat_shapes=bpy.data.objects["mara wardrobe"].data.shape_keys is None,
    hidden=keyed(bpy.data.objects["mara body"]),
    collections={c.name: sorted(o.name for o in c.objects) for c in bpy.data.collections},
    uses={o.name: [o.hide_viewport, o.hide_render] for o in bpy.data.collections["Cast"].objects},
    drivers=sum(len(b.animation_data.drivers) for b in bpy.data.objects if b.animation_data),
    texts=len(bpy.data.texts),
    images=[bool(i.packed_file) for i in bpy.data.images if i.source == "FILE"],
    sounds=[bool(s.packed_file) for s in bpy.data.sounds],
    paths=bpy.utils.blend_paths(absolute=False, packed=False),
    ids={o.name: o.pass_index for o in bpy.data.objects},
    view=[scene.view_settings.view_transform, scene.view_settings.exposure],
    sync=scene.sync_mode, range=[scene.frame_start, scene.frame_end],
    played=[scene.frame_preview_start, scene.frame_preview_end],
    lights={o.name: [o.data.type, o.data.energy, o.visible_camera] for o in bpy.data.objects
            if o.type == "LIGHT"},
    strips={s.name: sorted([t.name, t.frame_final_start, t.frame_final_end, t.frame_start,
            t.scene_camera.name if t.type == "SCENE" and t.scene_camera else ""]
            for t in s.sequence_editor.strips) for s in bpy.data.scenes},
    shot=[a.spaces.active.region_3d.view_perspective for a in bpy.data.screens["Layout"].areas
          if a.type == "VIEW_3D"],
))
""".replace("FRAME", str(FRAME))


@pytest.fixture(scope="module")
def found(built: tiny_film.Built) -> dict[str, Any]:
    return tiny_film.blender(INSPECT, str(built.blend))


def skinned(name: str) -> np.ndarray:
    """The library's own skinning of the same part at the same frame."""
    return tiny_film.library_points(name, FRAME)


def test_bodies_deform_as_the_librarys_skinning_does(found: dict[str, Any]) -> None:
    assert np.abs(np.array(found["body"]) - skinned("skin")).max() < 1e-5
    assert np.abs(np.array(found["wardrobe"]) - skinned("coat")).max() < 1e-5


def test_cameras_see_what_the_camera_package_says(found: dict[str, Any]) -> None:
    marks = np.array([[0.0, 0.0, 1.0], [0.5, 1.0, 1.7], [-0.4, 0.3, 0.2]])
    for label, moving in (("1A LS 28mm", False), ("1B MS 28mm", True)):
        track = tiny_film.track(moving)
        at = FRAME - tiny_film.FIRST
        expected = tiny_film.project(track["positions"][at], track["quaternions"][at], 28.0, marks)
        x, y, _ = np.array(found["projected"][label]).T
        # Blender's view coordinates run from 0 to 1; ours have the frame height 1, centre 0
        seen = np.stack([(x - 0.5) * 16 / 9, y - 0.5], axis=1)
        assert np.abs(seen - expected).max() < 1e-4, label


def test_a_locked_off_camera_has_no_key_and_a_moving_one_has_plain_ones(
    found: dict[str, Any],
) -> None:
    items, lens, sensor, focus, keys, optics = found["cameras"]["1A LS 28mm"]
    assert (items["setup"], items["take"], lens, sensor) == ("1A", "1A_t01", 28.0, 36.0)
    assert focus == pytest.approx(2.6)
    assert keys == {} and optics == {}
    moving = found["cameras"]["1B MS 28mm"]
    assert set(moving[4]) == {f"location[{i}]" for i in range(3)}
    assert moving[4]["location[0]"][1] == ["LINEAR"]
    assert set(moving[5]) == {"dof.focus_distance[0]"}


def test_markers_cut_between_cameras_where_the_film_keeps_the_scenes_order(
    found: dict[str, Any],
) -> None:
    # the third cut goes back in time: it lives in the edit's own scene
    assert found["markers"] == [[1001, "1A LS 28mm"], [1025, "1B MS 28mm"]]
    # the frame that is looked at lies in the second cut
    assert found["active"] == "1B MS 28mm"


def test_the_edit_is_laid_out_in_the_sequencer(found: dict[str, Any]) -> None:
    strips = [s for s in found["strips"]["Edit"] if s[4]]
    # film frame 100 is the scene's first: Blender's frame 1
    assert [(s[1], s[2], s[4]) for s in sorted(strips, key=lambda s: s[1])] == [
        (1, 25, "1A LS 28mm"),
        (25, 49, "1B MS 28mm"),
        (49, 59, "1A LS 28mm"),
    ]
    # the strip's own start, which shows the scene's first frame, slides by source_in
    assert [s[1] - s[3] for s in sorted(strips, key=lambda s: s[1])] == [24, 48, 34]


def test_the_line_is_heard_at_its_time_on_stage_and_in_the_edit(found: dict[str, Any]) -> None:
    assert [s[1] for s in found["strips"]["Scene 1"]] == [1001 + 30]
    assert [s[1] for s in found["strips"]["Edit"] if not s[4]] == [124 + 6 - 100 + 1]
    assert found["sync"] == "AUDIO_SYNC"


def test_keys_are_plain_and_only_where_something_changes(found: dict[str, Any]) -> None:
    assert found["drivers"] == 0 and found["texts"] == 0
    bones = found["bones"]
    head = 'pose.bones["head"].rotation_quaternion[0]'
    assert bones[head][1] == ["LINEAR"]
    assert len(bones[head][0]) == tiny_film.END - tiny_film.FIRST
    assert not any('"root"' in path for path in bones), "a bone at rest needs no key"
    assert len(bones["location[2]"][0]) == 1, "a constant channel is one key"
    assert set(found["face"]) == {'key_blocks["mouthSmileLeft"].value[0]'}


def test_only_faces_have_shape_keys_and_only_those_the_scene_uses(found: dict[str, Any]) -> None:
    assert found["shapes"] == ["Basis", "mouthSmileLeft"]
    assert found["coat_shapes"]


def test_who_leaves_is_hidden_by_keys(found: dict[str, Any]) -> None:
    hidden = found["hidden"]["hide_render[0]"]
    assert hidden[1] == ["CONSTANT"]
    assert hidden[0] == [tiny_film.FIRST + 1001, tiny_film.END - 20 + 1001]


def test_the_viewport_plays_light_bodies_and_the_render_has_the_rest(
    found: dict[str, Any],
) -> None:
    uses = found["uses"]
    assert uses["mara hair preview"][1], "the cap is not rendered"
    assert uses["mara hair"][0] and not uses["mara hair"][1], "strands are only rendered"
    assert found["shot"] == ["CAMERA"]


def test_the_outliner_is_tidy(found: dict[str, Any]) -> None:
    assert set(found["collections"]) == {"Set", "Cast", "Props", "Cameras", "Lights"}
    assert found["collections"]["Set"] == ["floor", "pane", "wall"]
    assert found["ids"]["wall"] == 1 and found["ids"]["mara body"] == 2
    assert found["ids"]["cup model"] == 3


def test_nothing_outside_the_file_is_needed(found: dict[str, Any]) -> None:
    assert found["images"] == [True] and found["sounds"] == [True]
    # what is left of paths are bare names, in no folder of this machine
    assert all("/" not in path and "\\" not in path for path in found["paths"])


def test_the_space_bar_plays_the_packed_voice(built: tiny_film.Built, tmp_path: Path) -> None:
    mixed = tmp_path / "mix.wav"
    tiny_film.blender(
        """
bpy.ops.wm.open_mainfile(filepath=sys.argv[1], load_ui=True)
bpy.context.window.scene = bpy.data.scenes["Scene 1"]
bpy.ops.sound.mixdown(filepath=sys.argv[2], container="WAV", codec="PCM", format="S16")
""",
        str(built.blend),
        str(mixed),
    )
    with wave.open(str(mixed)) as file:
        rate, channels = file.getframerate(), file.getnchannels()
        heard = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, channels)
    loud = np.flatnonzero(np.abs(heard[:, 0]) > 1000) / rate
    # the mix begins a second before the scene does, with the handles
    assert loud[0] == pytest.approx(1.0 + 1.25, abs=0.03)
    assert loud[-1] == pytest.approx(1.0 + 2.25, abs=0.03)


def test_format_and_colour_follow_the_stage(found: dict[str, Any]) -> None:
    assert found["fps"] == 24 and found["size"] == [160, 90]
    assert found["view"] == ["AgX", pytest.approx(0.25)]
    assert found["range"] == [1001 - 24, 1001 + 71] and found["played"] == [1001, 1001 + 47]


def test_lamps_light_and_are_never_seen(found: dict[str, Any]) -> None:
    assert found["lights"] == {"lamp": ["AREA", 120.0, False], "sun": ["SUN", 1.0, False]}


def test_frames_convert_both_ways_and_negative_ones_are_spelt() -> None:
    assert [conversion.scene_frame(conversion.blender_frame(f)) for f in (-30, 0, 7)] == [-30, 0, 7]
    assert [conversion.spelt(f) for f in (-12, 0, 12345)] == ["-0012", "0000", "12345"]


def test_a_broken_input_is_one_sentence_and_no_file(tmp_path: Path) -> None:
    stage = tiny_film.write_film(tmp_path)
    (tmp_path / "bakes/column.npz").write_bytes(b"PK no zip")
    blend = tmp_path / "out.blend"
    done = subprocess.run(
        [sys.executable, "-m", "filmagent.blender", "build", str(stage), str(blend)],
        capture_output=True,
        text=True,
        cwd=tiny_film.ROOT,
        timeout=60,
    )
    event = json.loads(done.stdout.splitlines()[-1])
    assert done.returncode == 1 and event["event"] == "failed"
    assert "column.npz" in event["error"] and "made again" in event["error"]
    assert not list(tmp_path.glob("*.blend"))


def other_blender() -> str:
    """A Python with the other supported Blender; FILMAGENT_OTHER_BLENDER names it."""
    import os

    return os.environ.get("FILMAGENT_OTHER_BLENDER", "")


@pytest.mark.skipif(not other_blender(), reason="FILMAGENT_OTHER_BLENDER names no other Python")
def test_the_other_supported_blender_opens_it_and_sees_the_same(
    built: tiny_film.Built, found: dict[str, Any]
) -> None:
    other = tiny_film.blender(INSPECT, str(built.blend), python=other_blender())
    assert other["version"] != found["version"]
    assert np.abs(np.array(other["body"]) - np.array(found["body"])).max() < 1e-5
    for key in ("markers", "strips", "cameras", "bones", "paths", "view", "ids"):
        assert other[key] == found[key], key
