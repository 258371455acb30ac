"""What the cast costs: CPU seconds to build each member in Blender, how far Blender's deform is
from our own skinning, and frames a second of the preview's skinning for two people.

``python tests/benchmarks/bench_cast.py [NAME …] [--blender PYTHON …]``: each PYTHON has another
bpy (4.5 on 3.11, 5.2 on 3.13); by default the one that runs this.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from filmagent.library import cast, npz, skin
from filmagent.library.bake import ARKIT

_FRAMES = 48
_BUILD = """
import json, sys, time
from pathlib import Path
import bpy, numpy as np
sys.path.insert(0, sys.argv[1])
from filmagent.blender import bakes, cast, keys
found = []
for name, bake, motion, out in json.loads(sys.argv[2]):
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    performance = bakes.arrays(Path(motion))
    began = time.process_time()
    cast.actor({"id": name, "object_id": 1}, bakes.bake(Path(bake)), performance, scene.collection)
    seconds = time.process_time() - began
    for thing in scene.objects:
        if thing.type == "MESH":
            # what only renders draw is hidden here, by keys: it must be looked at all the same
            thing.animation_data_clear()
            thing.hide_viewport = False
    scene.frame_set(20 + keys.FIRST)
    graph = bpy.context.evaluated_depsgraph_get()
    places = {}
    for thing in scene.objects:
        if thing.type != "MESH":
            continue
        made = thing.evaluated_get(graph).data
        points = np.empty(3 * len(made.vertices), np.float32)
        made.vertices.foreach_get("co", points)
        at = 0
        for part in thing["parts"].split():
            label, count = part.rsplit(":", 1)
            places[label] = points.reshape(-1, 3)[at : at + int(count)]
            at += int(count)
    np.savez(out, **places)
    found.append([name, seconds])
print("@@" + json.dumps([bpy.app.version_string, found]))
"""


def motion(member: cast.Member) -> dict[str, np.ndarray]:
    """Two seconds of somebody who turns every joint a little and talks; the root stays."""
    rng = np.random.default_rng(7)
    axis = rng.normal(size=(len(member.bones), 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    angle = 0.12 * np.sin(np.linspace(0, 6, _FRAMES))[:, None] * rng.uniform(0.3, 1, len(axis))
    rotations = np.concatenate(
        [np.cos(angle)[..., None], np.sin(angle)[..., None] * axis[None]], axis=-1
    )
    face = np.clip(rng.normal(0, 0.3, (_FRAMES, len(ARKIT))), 0, 1)
    return {
        "bone_names": np.array(member.bones), "rotations": rotations,
        "root": np.zeros((_FRAMES, 3)), "root_rotation": np.tile([1.0, 0, 0, 0], (_FRAMES, 1)),
        "face": face, "face_names": np.array(ARKIT), "visible": np.ones(_FRAMES, bool),
        "first_frame": np.array(0),
    }  # fmt: skip


def compare(python: str, names: list[str], folder: Path) -> None:
    """Build in one Blender; print seconds and distances."""
    jobs = []
    for name in names:
        npz.save(folder / f"{name}-motion.npz", motion(cast.load(name)))
        jobs.append([name, str(cast.load(name).bake_path), str(folder / f"{name}-motion.npz"),
                     str(folder / f"{name}-out.npz")])  # fmt: skip
    root = str(Path(__file__).parents[2])
    built = []
    for job in jobs:
        # a Blender each: one that is reset many times crashes
        done = subprocess.run(
            [python, "-c", _BUILD, root, json.dumps([job])], capture_output=True, text=True
        )
        answer = [line for line in done.stdout.splitlines() if line.startswith("@@")]
        if not answer:
            print(f"{python} ended with {done.returncode}:\n{done.stderr[-800:]}")
            return
        version, found = json.loads(answer[0][2:])
        built += found
    worst = 0.0
    for name, seconds in built:
        away = distance(cast.load(name), np.load(folder / f"{name}-out.npz"))
        worst = max(worst, away)
        print(f"  {name:8} {seconds:5.2f} s   {away:.1e} m")
    spent = [seconds for _, seconds in built]
    print(f"Blender {version}: build {statistics.median(spent):.2f} CPU s a member "
          f"(most {max(spent):.2f}), deform within {worst:.1e} m of our skinning")  # fmt: skip


def distance(member: cast.Member, places: np.lib.npyio.NpzFile) -> float:
    """The farthest any vertex is from where our skinning has it, metres."""
    arrays = motion(member)
    at = 20
    rotations = arrays["rotations"][at][None]
    bones = skin.pose(member, rotations, arrays["root"][at][None], arrays["root_rotation"][:1])
    far = 0.0
    for part in member.bake.parts:
        own = skin.deform(member, part, bones, arrays["face"][at][None])[0]
        far = max(far, float(np.linalg.norm(own - places[part.name], axis=1).max()))
    return far


def preview(names: list[str]) -> None:
    """Print frames a second of posing and skinning two people as previews draw them."""
    people = [cast.load(name) for name in names]
    moves = [motion(member) for member in people]
    spent = []
    for _ in range(6):
        began = time.process_time()
        for member, arrays in zip(people, moves, strict=True):
            bones = skin.pose(member, arrays["rotations"], arrays["root"], arrays["root_rotation"])
            for part in member.parts("preview"):
                skin.deform(member, part, bones, arrays["face"])
        spent.append(time.process_time() - began)
    rate = _FRAMES / min(spent[1:])
    print(f"preview skinning of {' and '.join(names)}: {rate:.0f} frames a second on one core")


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--blender", nargs="*", default=[sys.executable])
    options = parser.parse_args()
    names = options.names or cast.names()
    with tempfile.TemporaryDirectory() as folder:
        for python in options.blender:
            compare(python, names, Path(folder))
    preview([names[0], names[-1]])


if __name__ == "__main__":
    main()
