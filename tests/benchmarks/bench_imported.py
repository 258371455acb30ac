"""How true motion from elsewhere stays on other bodies: ``python tests/benchmarks/bench_imported.py
[CLIP.npz …] [--members NAME …]``.

Without clips, a walk that Tomas performs is taken as one. For every member: how fast standing
feet slide before and after they are planted, how far soles are under the floor, how far planting
moved the knees, frames a second.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from filmagent import cast as performance
from filmagent.cast.imported import Clip, load, retarget
from filmagent.cast.imported.captured import grounded
from filmagent.cast.rotation import about_z, quaternions
from filmagent.cast.skeleton import Skeleton
from filmagent.documents import ActorTiming, SceneTiming, Segment
from filmagent.library import cast, skin
from filmagent.library.bodies.slots import SLOTS

FPS = (24, 1)


def walk() -> Clip:
    """Tomas walks three metres and stops, as a clip of his skeleton."""
    spots = [(0.0, 0.0), (0.1, 1.0), (0.5, 2.0), (1.2, 2.8)]
    at = {"kind": "stand", "heading": 0.0, "end_heading": 0.0}
    segments = [
        Segment(start=-1, end=0.5, position=(0, 0, 0), **at),
        Segment(
            kind="walk", start=0.5, end=4, position=(0, 0, 0), heading=0, end_heading=-0.8,
            path=spots,
        ),
        Segment(
            kind="stand", start=4, end=6, position=(1.2, 2.8, 0), heading=-0.8, end_heading=-0.8
        ),
    ]  # fmt: skip
    actor = ActorTiming(actor="ada", member="tomas", segments=segments)
    timing = SceneTiming(scene="1", set="nowhere", duration=5, actors=[actor])
    arrays = performance.perform(timing, "ada", (30, 1), 1)
    body = cast.load("tomas")
    world = skin.pose(body, arrays["rotations"], arrays["root"], arrays["root_rotation"])
    slots = tuple(s for s in SLOTS if s.replace("toes", "toe2-1") in body.bones)
    bones = [body.bone(s.replace("toes", "toe2-1")) for s in slots]
    world, rest = world[:, bones], body.rest[bones]
    turns = quaternions(world[..., :3, :3] @ rest[:, :3, :3].transpose(0, 2, 1))
    frames = len(turns)
    bare = Clip(
        "walk", "tomas", (30, 1), slots, rest[:, :3, 3], turns, np.zeros((frames, 3)),
        np.zeros((frames, 2), bool), 0.0,
    )  # fmt: skip
    return grounded(bare, world[..., :3, 3])


def measured(clip: Clip, name: str) -> dict[str, float]:
    """The figures of one member."""
    body = cast.load(name)
    skeleton = Skeleton.of(body)
    film = clip.resampled(FPS)
    began = time.perf_counter()
    planted = retarget(film, skeleton)
    seconds = time.perf_counter() - began
    plain = retarget(film, skeleton, feet=False)
    found: dict[str, float] = {}
    worlds = {}
    for key, played in (("before", plain), ("after", planted)):
        world = skin.pose(
            body, played.posed.encode(), played.root, quaternions(about_z(played.yaw))
        )
        slid, low = [np.zeros(1)], []
        for i, side in enumerate("LR"):
            ball, heel = (body.track(f"{k}.{side}", world) for k in ("ball", "heel"))
            gone = np.linalg.norm(np.diff(ball[:, :2], axis=0), axis=1) * FPS[0] / FPS[1]
            slid.append(gone[film.planted[1:, i] & film.planted[:-1, i]])
            low.append(min(ball[:, 2].min(), heel[:, 2].min()))
        found[f"skate p95 {key}, m/s"] = float(np.quantile(np.concatenate(slid), 0.95))
        found[f"lowest sole {key}, m"] = float(min(low))
        worlds[key] = world
    knees = [body.bone(f"lowerleg01.{side}") for side in "LR"]
    moved = worlds["after"][:, knees] - worlds["before"][:, knees]
    found["knees moved p95, m"] = float(
        np.quantile(np.linalg.norm(moved[..., :3, 3], axis=-1), 0.95)
    )
    found["frames a second"] = len(film.turns) / seconds
    return found


def main() -> None:
    """Print a table a clip."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clips", nargs="*", type=Path)
    parser.add_argument("--members", nargs="*", default=cast.names())
    asked = parser.parse_args()
    for clip in [load(path) for path in asked.clips] or [walk()]:
        standing = clip.planted.mean()
        print(f"{clip.name}: {clip.seconds:.1f} s of {clip.source}, {standing:.0%} of feet stand")
        for name in asked.members:
            figures = "  ".join(f"{k} {v:.4g}" for k, v in measured(clip, name).items())
            print(f"  {name:10s} {figures}")


if __name__ == "__main__":
    main()
