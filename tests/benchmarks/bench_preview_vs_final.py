"""The preview beside Cycles: silhouettes, exposure of people, side of the key, on one frame.

``python tests/benchmarks/bench_preview_vs_final.py FILM SCENE SETUP FRAME [SAMPLES]`` needs a film
with that scene's .blend; the two pictures are left side by side in the working directory.
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
from filmagent.render import passes
from filmagent.render.picture import Preview
from filmagent.render.staged import Staged

SIZE = (480, 270)


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


def compare(film: Path, scene: str, setup: str, frame: int, samples: int) -> None:
    """Print per-actor IoU, distance of outlines' middles, exposure in stops, side of the key."""
    staged = Staged(film, SceneStage.read(film / "stage" / f"scene_{scene.zfill(2)}.json"))
    preview = Preview(staged, SIZE)
    ours = preview.frame(setup, frame)
    theirs = final(film, scene, setup, frame, samples)
    camera = staged.camera(setup, frame)
    for actor in staged.seen(camera, frame):
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
    Path(f"preview_vs_final_{setup}_{frame}.png").write_bytes(passes.png(sheet))


def main() -> None:
    """Compare the frame named on the command line."""
    film, scene, setup, frame = sys.argv[1:5]
    compare(Path(film), scene, setup, int(frame), int(sys.argv[5]) if len(sys.argv) > 5 else 32)


if __name__ == "__main__":
    main()
