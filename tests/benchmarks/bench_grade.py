"""How fast frames are graded, and how steady they stay: ``bench_grade.py [FRAMES_DIR [SETUP …]]``.

``FRAMES_DIR`` is a film's folder with previews; a small painted world at 640x360 without one. All
figures of a run are of the same frames on this machine: frames for a second of one processor
(files read and written included; what else the machine does hardly counts), as are and denoised;
and each look's flicker: the brightness step of points from frame to frame as a share of their
brightness, beside the input's own. A share, for a vignette that takes a third of the light takes a
third of its flicker too, and an exposure that gives a stop would seem to flicker twice as much.
The last figure is the same in the look's plain print, whose contrast makes all steps larger.
"""

from __future__ import annotations

import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

import numpy as np

from filmagent import refine
from filmagent.documents.naming import frame_path
from filmagent.refine import motion, passes
from filmagent.refine.metrics import steady

sys.path.insert(0, str(Path(__file__).parents[1] / "refine"))
import moving_world

FRAMES = 48


def main(words: list[str]) -> None:
    """Print the figures."""
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder)
        if words:
            (film / "frames").symlink_to((Path(words[0]) / "frames").resolve())
            names = words[1:] or sorted(p.name for p in (film / "frames/preview").iterdir())[:4]
        else:
            moving_world.SIZE, names = (640, 360), ["A"]
            moving_world.write(film, "A", range(FRAMES))
        shots = {name: _frames(film, name) for name in names}
        number = sum(map(len, shots.values()))
        print(f"{number} frames of {', '.join(names)}")
        for look in refine.names():
            print(f"{look:9}", end="")
            for denoise in (False, True):
                finish = refine.Finish(refine.load(look), 1.0, denoise, seed=1)
                _clear(film)
                began = time.process_time()
                refine.grade(film, shots, finish)
                rate = number / (time.process_time() - began)
                shown, own, printed = (100 * step for step in _flicker(film, shots, finish.look))
                print(
                    f"  {'denoised' if denoise else 'plain':8} {rate:5.1f}/s flicker {shown:.4f} % "
                    f"of {own:.4f} % ({printed:.4f} % printed)",
                    end="",
                    flush=True,
                )
            print()


def _flicker(film: Path, shots: dict[str, list[int]], look: refine.Look) -> tuple[float, ...]:
    """Mean brightness step of points, as a share of their brightness.

    Of graded frames, of the frames as they are, and of the frames in the look's plain print.
    """
    steps = []
    for setup, frames in shots.items():
        for now, then in list(pairwise(frames))[:24:4]:
            engine = [passes.read(film / "frames", "preview", setup, n) for n in (now, then)]
            graded = [
                passes.picture(frame_path(film, refine.FOLDER, setup, "rgb", n, "png"))
                for n in (now, then)
            ]
            place = motion.after(*engine)
            plain = refine.Grade(graded[0].shape[1::-1], look.plain())
            printed = [plain(known.rgb, seed=0) for known in engine]
            known = (graded, [e.rgb for e in engine], printed)
            steps.append([abs(steady.relative_step(*two, place)) for two in known])
    return tuple(float(mean) for mean in np.mean(steps, 0))


def _frames(film: Path, setup: str) -> list[int]:
    found = (film / "frames" / "preview" / setup).glob("rgb.*.png")
    return sorted(int(p.name.split(".")[1]) for p in found)[:FRAMES]


def _clear(film: Path) -> None:
    for keys in (film / refine.FOLDER).glob("*/keys.json"):
        keys.unlink()


if __name__ == "__main__":
    main(sys.argv[1:])
