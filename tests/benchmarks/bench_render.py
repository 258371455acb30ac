"""Render time over plain Blender's on the same .blend and frames, in the same run.

python tests/benchmarks/bench_render.py SCENE.blend SETUP FIRST_FRAME [COUNT]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_SIZE, _SAMPLES = (320, 180), 8

# what anybody would write: the file as it opens, one process, a frame after the other
_PLAIN = """
import sys, time
import bpy
blend, setup, first, count, width, height, samples, out = sys.argv[1:]
bpy.ops.wm.open_mainfile(filepath=blend, load_ui=False)
scene = next(s for s in bpy.data.scenes if s.name.startswith("Scene "))
scene.timeline_markers.clear()
scene.camera = next(o for o in scene.objects if o.get("setup") == setup)
scene.render.resolution_x, scene.render.resolution_y = int(width), int(height)
scene.cycles.samples = int(samples)
for frame in range(int(first), int(first) + int(count)):
    scene.frame_set(frame + 1001)
    scene.render.filepath = f"{out}/{frame}.png"
    bpy.ops.render.render(write_still=True, scene=scene.name)
"""


def main() -> None:
    """Print both times and their ratio."""
    blend, setup, first = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 6
    with tempfile.TemporaryDirectory() as folder:
        jobs = Path(folder) / "jobs.json"
        jobs.write_text(
            json.dumps(
                [
                    {
                        "setup": setup,
                        "frames": list(range(first, first + count)),
                        "size": _SIZE,
                        "samples": _SAMPLES,
                        "folder": f"{folder}/ours",
                    }
                ]
            )
        )
        words = [str(blend), setup, str(first), str(count), *map(str, _SIZE), str(_SAMPLES)]
        plain = _seconds([sys.executable, "-c", _PLAIN, *words, folder])
        ours = _seconds(
            [
                sys.executable,
                "-m",
                "filmagent.blender",
                "render",
                "--blend",
                str(blend),
                "--jobs",
                str(jobs),
            ]
        )
    print(
        f"{count} frames at {_SIZE[0]}x{_SIZE[1]}, {_SAMPLES} samples: ours {ours:.1f} s, "
        f"plain Blender {plain:.1f} s, ratio {ours / plain:.2f}"
    )


def _seconds(command: list[str]) -> float:
    began = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
