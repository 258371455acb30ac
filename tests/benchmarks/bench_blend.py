"""Seconds to build each .blend of a film, and milliseconds to change a frame in it.

python tests/benchmarks/bench_blend.py FILM_DIR
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

_PLAY = """
import json, sys, time, statistics
import bpy
bpy.ops.wm.open_mainfile(filepath=sys.argv[1], load_ui=True)
scene = next(s for s in bpy.data.scenes if s.name.startswith("Scene "))
bpy.context.window.scene = scene
spent = []
first = scene.frame_preview_start
for frame in range(first, min(first + 120, scene.frame_preview_end)):
    began = time.perf_counter()
    scene.frame_set(frame)
    spent.append(1000 * (time.perf_counter() - began))
print("@@" + json.dumps([statistics.median(spent), sorted(spent)[int(0.95 * len(spent))]]))
"""


def main() -> None:
    """Print one line a scene."""
    stages = sorted((Path(sys.argv[1]) / "stage").glob("scene_[0-9]*.json"))
    for stage in stages:
        actors = json.loads(stage.read_text())["actors"]
        with tempfile.TemporaryDirectory() as folder:
            blend = Path(folder) / "scene.blend"
            command = [sys.executable, "-m", "filmagent.blender"]
            before = os.times()
            built = subprocess.run(
                [*command, "build", str(stage), str(blend)],
                capture_output=True,
                text=True,
                check=True,
            )
            after = os.times()
            spent = after.children_user + after.children_system
            spent -= before.children_user + before.children_system
            event = json.loads(built.stdout.splitlines()[-1])
            played = subprocess.run(
                [sys.executable, "-c", _PLAY, str(blend)],
                capture_output=True,
                text=True,
                check=True,
            )
            line = next(x for x in played.stdout.splitlines() if x.startswith("@@"))
            median, slow = json.loads(line[2:])
            print(
                f"{stage.stem}: {len(actors)} actors, built in {event['seconds']:.1f} s "
                f"({spent:.1f} s of CPU with start-up), {blend.stat().st_size / 1e6:.0f} MB, "
                f"frame change {median:.1f} ms (95 %: {slow:.1f} ms)"
            )


if __name__ == "__main__":
    main()
