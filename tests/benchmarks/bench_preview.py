"""Preview frames a second: two people in the café, all passes written, as many workers as cores.

``python tests/benchmarks/bench_preview.py [FILM [SETUP …]]``; without a film it makes one: two
cast members in the café by day, 640 × 360, a still camera and a moving one.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent / "render"))
import small_film

from filmagent import render
from filmagent.documents import SceneStage, StageActor
from filmagent.library import cast, npz, sets
from filmagent.render.supervise import cores

FRAMES = range(0, 24)


def cafe(film: Path) -> None:
    """Two people by the window table; setup 1A stands still, 1C tracks."""
    piece = sets.load("cafe")
    plan = piece.spec.light_plans["day"]
    actors = []
    for number, (name, place, heading) in enumerate(
        (("ines", (-1.2, 2.1, 0), -1.4), ("walter", (-0.1, 2.0, 0), 1.6))
    ):
        member = cast.load(name)
        npz.save(
            film / f"performance/1/{name}.npz", small_film.performance(member.bones, place, heading)
        )
        actors.append(
            StageActor(
                id=name,
                name=name,
                bake=str(member.bake_path),
                performance=f"performance/1/{name}.npz",
                object_id=2 + number,
            )
        )
    SceneStage(
        scene="1",
        fps=(24, 1),
        first=small_film.FIRST,
        end=small_film.END,
        size=(640, 360),
        set_name="cafe",
        set_bake=str(piece.bake_path),
        light_plan="day",
        lights=list(plan.lights),
        world=plan.world,
        exposure=plan.exposure,
        look="Medium High Contrast",
        actors=actors,
        cameras=[
            small_film.camera(film, "1A", (-0.9, 4.6, 1.55), (-0.7, 2.0, 1.35), 35.0),
            small_film.camera(film, "1C", (-2.6, 2.6, 1.6), (-0.3, 1.9, 1.45), 35.0, (0.3, 0, 0)),
        ],
    ).write(film / "stage/scene_01.json")


def measure(film: Path, setups: list[str], frames: list[int]) -> None:
    """Print frames a second of a film's setups, once the light and shaders are warm."""
    stage = SceneStage.read(film / "stage/scene_01.json")
    began = time.perf_counter()
    render.render(film, [render.Shot("1", setups[0], "", frames[:1])], wanted=("rgb",))
    print(f"light of the set and first frame: {time.perf_counter() - began:.1f} s")
    for setup in setups:
        for name, wanted in (
            ("colour", ("rgb",)),
            ("all passes", ("rgb", "depth", "ids", "vectors")),
        ):
            times: list[float] = []
            render.render(
                film,
                [render.Shot("1", setup, "", frames)],
                wanted=wanted,
                size=(stage.size[0], stage.size[1]),
                on_progress=lambda done, total, t=times: t.append(time.perf_counter()),
            )
            # from the first frame of each worker on: starting them is paid once a film
            warm = times[1 + cores() :]
            rate = (len(warm) - 1) / (warm[-1] - warm[0])
            print(f"{setup} {name}: {rate:.1f} frames/s with {cores()} workers")


def main() -> None:
    """Measure the film named on the command line, or the café."""
    if len(sys.argv) > 1:
        film = Path(sys.argv[1])
        stage = SceneStage.read(film / "stage/scene_01.json")
        setups = sys.argv[2:] or [camera.setup for camera in stage.cameras[:2]]
        with np.load(film / stage.cameras[0].track) as track:
            first = int(track["frames"][len(track["frames"]) // 2])
        measure(film, setups, list(range(first, first + 48)))
        return
    with tempfile.TemporaryDirectory() as folder:
        cafe(Path(folder))
        measure(Path(folder), ["1A", "1C"], list(FRAMES))


if __name__ == "__main__":
    main()
