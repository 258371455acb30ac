"""The preview beside Cycles: silhouettes, landmarks, exposure of people, side of the key.

``python tests/benchmarks/bench_preview_vs_final.py FILM SCENE SETUP FRAME [SAMPLES]`` looks at one
frame and needs a film with that scene's .blend; the two pictures are left side by side in the
working directory. Landmarks are joints: where the preview's camera puts each joint of its bodies,
against where Blender puts the same joint of the .blend (``world_to_camera_view``).
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from filmagent.documents import SceneStage
from filmagent.library import png
from filmagent.render.picture import Preview
from filmagent.render.staged import Camera, Staged

SIZE = (480, 270)

_JOINTS = """
import json, sys
import bpy
from bpy_extras.object_utils import world_to_camera_view
blend, setup, frame, width, height, out = sys.argv[1:]
bpy.ops.wm.open_mainfile(filepath=blend, load_ui=False)
scene = next(s for s in bpy.data.scenes if s.name.startswith("Scene "))
camera = next(o for o in scene.objects if o.get("setup") == setup)
scene.render.resolution_x, scene.render.resolution_y = int(width), int(height)
scene.frame_set(int(frame) + 1001)
seen = {}
for rig in (o for o in scene.objects if o.type == "ARMATURE"):
    joints = seen.setdefault(rig.name.split(".")[0], {})
    for bone in rig.pose.bones:
        x, y, away = world_to_camera_view(scene, camera, rig.matrix_world @ bone.head)
        joints[bone.name] = [x * int(width), (1 - y) * int(height), away]
with open(out, "w") as file:
    json.dump(seen, file)
"""


def joints(film: Path, scene: str, setup: str, frame: int) -> dict[str, dict[str, list[float]]]:
    """Blender's joints of each armature: pixels from the top left corner, and metres away."""
    blend = film / "stage" / f"scene_{scene.zfill(2)}.blend"
    with tempfile.NamedTemporaryFile(suffix=".json") as out:
        words = [str(blend), setup, str(frame), *map(str, SIZE), out.name]
        subprocess.run(
            [sys.executable, "-c", _JOINTS, *words], check=True, stdout=subprocess.DEVNULL
        )
        return dict(json.loads(Path(out.name).read_text()))


def final(film: Path, scene: str, setup: str, frame: int, samples: int) -> dict[str, np.ndarray]:
    """Cycles' colour and ids of a frame."""
    with tempfile.TemporaryDirectory() as folder:
        jobs = Path(folder) / "jobs.json"
        jobs.write_text(
            json.dumps(
                [
                    {
                        "setup": setup,
                        "frames": [frame],
                        "folder": folder,
                        "passes": ["rgb", "ids"],
                        "quality": "final",
                        "samples": samples,
                        "size": list(SIZE),
                    }
                ]
            )
        )
        blend = film / "stage" / f"scene_{scene.zfill(2)}.blend"
        subprocess.run(
            [
                sys.executable,
                "-m",
                "filmagent.blender",
                "render",
                "--blend",
                str(blend),
                "--jobs",
                str(jobs),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        return {
            name: np.asarray(Image.open(next(Path(folder).glob(f"{name}.*.png"))))
            for name in ("rgb", "ids")
        }


def light(rgb: np.ndarray) -> np.ndarray:
    """Display values to relative luminance, by sRGB's curve (both pictures have one view)."""
    share = rgb.astype(float) / 255
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    return np.asarray(linear @ [0.2126, 0.7152, 0.0722])


def landmarks(
    preview: Preview,
    camera: Camera,
    actor: str,
    frame: int,
    known: dict[str, dict[str, list[float]]],
) -> str:
    """How far apart joints in front of the camera and in the picture are, in words."""
    person = preview.people[actor]
    theirs = next((v for name, v in known.items() if actor in name), {})
    names = [bone for bone in person.body.member.bones if bone in theirs]
    if not names:
        return "no armature in the .blend"
    rows = [person.body.member.bone(bone) for bone in names]
    ours = camera.project(person.motion.bones(frame)[rows, :3, 3], SIZE)
    places = np.array([theirs[bone] for bone in names])
    inside = (places[:, 2] > 0.1) & ((places[:, :2] >= 0) & (places[:, :2] < SIZE)).all(1)
    apart = np.hypot(*(ours - places[:, :2]).T)[inside]
    if not len(apart):
        return "no joint in the picture"
    return f"{len(apart)} joints, at most {apart.max():.3f} px apart"


def compare(film: Path, scene: str, setup: str, frame: int, samples: int) -> None:
    """Print per-actor IoU, distance of outlines' middles, exposure in stops, side of the key."""
    staged = Staged(film, SceneStage.read(film / "stage" / f"scene_{scene.zfill(2)}.json"))
    preview = Preview(staged, SIZE)
    ours = preview.frame(setup, frame)
    theirs = final(film, scene, setup, frame, samples)
    camera = staged.camera(setup, frame)
    known = joints(film, scene, setup, frame)
    for actor in staged.seen(camera, frame):
        print(f"{setup} {frame} {actor.id}: {landmarks(preview, camera, actor.id, frame, known)}")
        mine, other = ours["ids"] == actor.object_id, theirs["ids"] == actor.object_id
        if other.sum() < 200:
            continue
        overlap = (mine & other).sum() / (mine | other).sum()
        person = preview.people[actor.id]
        head = camera.project(
            person.motion.bones(frame)[[person.body.member.bone("head")], :3, 3] + (0, 0, 0.06),
            SIZE,
        )[0]
        rows, columns = np.mgrid[: SIZE[1], : SIZE[0]] + 0.5
        radius = (
            0.1
            * camera.focal_mm
            / camera.sensor_mm
            * SIZE[0]
            / max(
                -(camera.view() @ np.append(person.motion.bones(frame)[0, :3, 3] + (0, 0, 0.6), 1))[
                    2
                ],
                0.1,
            )
        )
        face = mine & other & (np.hypot(columns - head[0], rows - head[1]) < radius)
        line = f"{setup} {frame} {actor.id}: IoU {overlap:.3f}"
        # the two draw hair differently; below it outlines must agree, and lie in one place
        body = np.hypot(columns - head[0], rows - head[1]) > 1.7 * radius
        plain, other_plain = mine & body, other & body
        if other_plain.sum() > 200:
            overlap = (plain & other_plain).sum() / (plain | other_plain).sum()
            moved = [axis[plain].mean() - axis[other_plain].mean() for axis in (columns, rows)]
            line += f" (without hair {overlap:.3f}), middle {np.hypot(*moved):.2f} px apart"
        if face.sum() > 30:
            a, b = light(ours["rgb"]), light(theirs["rgb"])
            stops = np.log2(np.median(a[face]) / np.median(b[face]))
            left = face & (columns < head[0])
            right = face & (columns >= head[0])
            sides = [np.log2(np.median(x[left]) / np.median(x[right])) for x in (a, b)]
            agree = sides[0] * sides[1] > 0 or max(map(abs, sides)) < 0.25
            line += (
                f", face {stops:+.2f} stops, left over right {sides[0]:+.2f} / {sides[1]:+.2f}"
                f" (key {'on the same side' if agree else 'ON ANOTHER SIDE'})"
            )
        print(line)
    sheet = np.concatenate([ours["rgb"], theirs["rgb"][..., :3]], axis=1)
    Path(f"preview_vs_final_{setup}_{frame}.png").write_bytes(png.encode(sheet))


def main() -> None:
    """Compare the frame named on the command line."""
    film, scene, setup, frame = sys.argv[1:5]
    compare(Path(film), scene, setup, int(frame), int(sys.argv[5]) if len(sys.argv) > 5 else 32)


if __name__ == "__main__":
    main()
