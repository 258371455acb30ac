"""Renders faces with the preview, so that a person can look at them.

``python tests/benchmarks/look_faces.py visemes OUT.png [NAME …]``: a member a row, the fifteen
visemes side by side. ``… emotions OUT.png [NAME …]``: every emotion at its strongest. ``… blind
FOLDER [--seed 1] [NAME …]``: muted clips of acted emotions as strips without names, shuffled;
``FOLDER/key.json`` has the answers: look first, guess, then open it. ``--emotions`` chooses what
the strips show, ``--energy`` how strongly.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw

sys.path.insert(0, str(Path(__file__).parent.parent / "render"))
import small_film

from filmagent import cast, render
from filmagent.cast import lipsync
from filmagent.cast.face import feelings
from filmagent.documents import (
    ActorTiming,
    Mood,
    SceneStage,
    SceneTiming,
    Segment,
    StageActor,
    StageCamera,
    StageLight,
    StageWorld,
)
from filmagent.library import cast as members
from filmagent.library import npz, skin
from filmagent.library.bake import Bake, Material

CAST = ("ines", "tomas", "ruth")
SIX = ("happy", "sad", "angry", "afraid", "surprised", "disgusted")
APART = 3.0
SIZE = (360, 360)
DUSK = (0.05, 0.055, 0.06)
LAST = 12
"""Pictures of a clip: close-ups and as many from further away."""
Clip = dict[str, Any]


def stage(film: Path, clips: dict[str, Clip], aims: dict[str, tuple[float, ...]]) -> None:
    """A studio: people in a row before a grey wall, each with a key, a fill and two cameras."""
    width = APART * len(clips) + 4
    wall = small_film.box("wall", "grey", (-3, -3.1, 0), (width, -3.0, 4.0), kind="wall")
    floor = small_film.box("floor", "grey", (-3, -3, -0.1), (width, 5, 0), kind="floor")
    Bake("set", "studio", [wall, floor],
         {"grey": Material(base_colour=(0.16, 0.17, 0.19), roughness=0.9)}).save(
        film / "bakes/studio.npz")  # fmt: skip
    frames = len(next(iter(clips.values()))["face"])
    actors: list[StageActor] = []
    lights: list[StageLight] = []
    cameras: list[StageCamera] = []
    for k, (name, clip) in enumerate(clips.items()):
        npz.save(film / f"performance/1/{name}.npz", clip)
        bake = str(members.load(name).bake_path)
        actors.append(StageActor(id=name, name=name, bake=bake, object_id=2 + k,
                                 performance=f"performance/1/{name}.npz"))  # fmt: skip
        x, y, z = aims[name]
        for part, at, watts, size in (("key", (x + 1.1, y + 1.3, z + 0.7), 22.0, 0.45),
                                      ("fill", (x - 1.4, y + 1.5, z + 0.1), 2.0, 1.2),
                                      ("rim", (x - 0.7, y - 1.2, z + 0.9), 10.0, 0.4)):  # fmt: skip
            lights.append(StageLight(
                id=f"{part}{k}", kind="area", position=at,
                quaternion=tuple(small_film.look_at(at, (x, y, z))),
                energy=watts, size=(size, size), role=part))  # fmt: skip
        for setup, away, drop, focal in (
            ("V", 0.36, 0.07, 85.0),
            ("L", 0.5, 0.055, 85.0),
            ("A", 0.95, 0.03, 85.0),
            ("M", 1.9, 0.20, 60.0),
        ):
            aim = (x, y, z - drop)
            at = (x + away * math.sin(0.32), y + away * math.cos(0.32), z - drop + 0.05 * away)
            cameras.append(camera(film, f"{k + 1}{setup}", at, aim, focal, frames))
    SceneStage(
        scene="1", fps=(24, 1), first=0, end=frames, size=SIZE, set_name="studio",
        set_bake="bakes/studio.npz", light_plan="day", exposure=1.3, lights=lights,
        world=StageWorld(top=DUSK, horizon=DUSK, ground=(0.03, 0.03, 0.03)),
        actors=actors, cameras=cameras,
    ).write(film / "stage/scene_01.json")  # fmt: skip


def camera(
    film: Path, setup: str, at: tuple[float, ...], aim: tuple[float, ...], focal: float, frames: int
) -> StageCamera:
    """A camera that stands still, focused on what it aims at."""
    npz.save(film / f"takes/{setup}.npz", {
        "frames": np.arange(frames), "positions": np.tile(at, (frames, 1)),
        "quaternions": np.tile(small_film.look_at(at, aim), (frames, 1)),
        "focal_mm": np.full(frames, focal), "focus_m": np.full(frames, math.dist(at, aim)),
    })  # fmt: skip
    return StageCamera(setup=setup, take=setup, track=f"takes/{setup}.npz", static=True, fstop=11.0)


def still(name: str, k: int, faces: np.ndarray) -> Clip:
    """Somebody at rest in the studio with these faces, (N, 52)."""
    member = members.load(name)
    count = len(faces)
    return {
        "first_frame": np.array(0), "bone_names": np.array(member.bones),
        "rotations": np.tile([1.0, 0, 0, 0], (count, len(member.bones), 1)),
        "root": np.tile([APART * k, 0, 0.0], (count, 1)),
        "root_rotation": np.tile([1.0, 0, 0, 0], (count, 1)),
        "face_names": np.array(small_film.ARKIT), "face": faces.astype(np.float32),
        "visible": np.ones(count, bool),
    }  # fmt: skip


def acted(name: str, k: int, emotion: str, energy: float, seed: int) -> Clip:
    """Two seconds of an emotion by somebody who says nothing, as `LAST` // 2 pictures."""
    place = (APART * k, 0.0, 0.0)
    timing = SceneTiming(scene="1", set="studio", duration=4, actors=[ActorTiming(
        actor=name, member=name,
        segments=[Segment(kind="stand", start=-1, end=5, position=place, heading=0, end_heading=0)],
        moods=[Mood(start=1.0, end=5.0, emotion=emotion, energy=energy)],
    )])  # fmt: skip
    made = cast.perform(timing, name, (24, 1), seed)
    rows = np.linspace(0.95, 3.4, LAST // 2)
    rows = np.round(rows * 24).astype(int) - int(made["first_frame"])
    per_frame = ("rotations", "root", "root_rotation", "face", "visible")
    return {**made, **{key: made[key][rows] for key in per_frame}, "first_frame": np.array(0)}


def joined(clips: Sequence[Clip]) -> Clip:
    """Clips of one person one after the other."""
    per_frame = ("rotations", "root", "root_rotation", "face", "visible")
    return {**clips[0], **{key: np.concatenate([c[key] for c in clips]) for key in per_frame}}


def shoot(clips: dict[str, Clip], views: str) -> dict[tuple[str, str], list[Image.Image]]:
    """Every frame of every clip from the asked cameras: A close, M medium."""
    aims = {}
    for name, clip in clips.items():
        member = members.load(name)
        world = skin.pose(member, clip["rotations"], clip["root"], clip["root_rotation"])
        aims[name] = tuple(np.median(
            [member.track(f"eye.{s}", world).mean(axis=0) for s in "LR"], axis=0))  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        film = Path(folder)
        stage(film, clips, aims)
        shots, made = [], {}
        for k, (name, clip) in enumerate(clips.items()):
            for view in views:
                paths = [film / f"{name}{view}{i}.png" for i in range(len(clip["face"]))]
                made[name, view] = paths
                shots += [render.StillShot("1", f"{k + 1}{view}", "", i, path)
                          for i, path in enumerate(paths)]  # fmt: skip
        render.stills(film, shots, size=SIZE)
        return {key: [Image.open(p).convert("RGB").copy() for p in paths]
                for key, paths in made.items()}  # fmt: skip


def sheet(
    rows: Sequence[Sequence[Image.Image]], labels: Sequence[str], path: Path, width: int
) -> None:
    """Pictures as a table under their names."""
    page = Image.new("RGB", (width * len(rows[0]), (width + 0) * len(rows) + 16), (20, 20, 22))
    draw = ImageDraw.Draw(page)
    for i, label in enumerate(labels):
        draw.text((i * width + 6, 2), label, fill=(230, 230, 230))
    for j, row in enumerate(rows):
        for i, picture in enumerate(row):
            page.paste(picture.resize((width, width), Image.Resampling.LANCZOS),
                       (i * width, 16 + j * width))  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.suffix == ".png":
        page = page.quantize(192, dither=Image.Dither.NONE)
    page.save(path, optimize=True)


def blind(
    folder: Path, names: Sequence[str], emotions: Sequence[str], energy: float, seed: int
) -> None:
    """Strips without names."""
    rng = np.random.default_rng(seed)
    clips = {
        name: joined(
            [acted(name, k, e, energy, seed + 100 * k + i) for i, e in enumerate(emotions)]
        )
        for k, name in enumerate(names)
    }
    shot = shoot(clips, "AM")
    answers = [(name, i) for name in names for i in range(len(emotions))]
    rng.shuffle(answers)
    key = {}
    count = LAST // 2
    for number, (name, i) in enumerate(answers, 1):
        rows = [shot[name, view][int(i) * count : (int(i) + 1) * count] for view in "AM"]
        sheet(rows, [""] * count, folder / f"strip_{number:02d}.png", 200)
        key[f"strip_{number:02d}"] = [str(name), emotions[int(i)]]
    (folder / "key.json").write_text(json.dumps(key, indent=1))


def main() -> None:
    """Render what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("what", choices=("visemes", "emotions", "blind"))
    parser.add_argument("out", type=Path)
    parser.add_argument("names", nargs="*", default=CAST)
    parser.add_argument("--emotions", nargs="+", default=list(SIX))
    parser.add_argument("--energy", type=float, default=0.7)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    names = options.names or CAST
    if options.what == "blind":
        blind(options.out, names, options.emotions, options.energy, options.seed)
        return
    if options.what == "visemes":
        shapes = {name: viseme.shapes for name, viseme in lipsync.visemes().items()}
    else:
        shapes = {name: feeling.shapes(options.energy) for name, feeling in feelings().items()}
    faces = np.stack(list(shapes.values()))
    view = "V" if options.what == "visemes" else "L"
    shot = shoot({n: still(n, k, faces) for k, n in enumerate(names)}, view)
    sheet(
        [shot[n, view] for n in names],
        list(shapes),
        options.out,
        112 if options.what == "visemes" else 190,
    )


if __name__ == "__main__":
    main()
