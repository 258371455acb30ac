"""A film folder of one scene, small enough for tests: a room with a window, a table, two people."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from filmagent.documents import (
    SceneStage,
    StageActor,
    StageCamera,
    StageLight,
    StageProp,
    StageWorld,
)
from filmagent.library import npz
from filmagent.library.bake import ARKIT, Bake, Material, MeshPart

FPS = (24, 1)
FIRST, END = -6, 30


def box(name: str, material: str, low, high, *, inside: bool = False, kind: str = "furniture"):
    """A box as a part; ``inside`` turns its faces inwards."""
    low, high = np.array(low, float), np.array(high, float)
    corners = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    vertices = low + corners * (high - low)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))])
    if inside:
        faces = faces[:, ::-1]
    return MeshPart(name, material, vertices, faces, smooth=False, kind=kind)


def room() -> Bake:
    """6 × 5 × 2.8 m, with a window of 2 × 1.4 m in its west wall and a table."""
    parts = [
        box("floor", "wood", (-3, -2.5, -0.1), (3, 2.5, 0), kind="floor"),
        box("ceiling", "plaster", (-3, -2.5, 2.8), (3, 2.5, 2.9), kind="ceiling"),
        box("east", "brick", (3, -2.5, 0), (3.1, 2.5, 2.8), kind="wall"),
        box("north", "plaster", (-3, 2.5, 0), (3, 2.6, 2.8), kind="wall"),
        box("south", "plaster", (-3, -2.6, 0), (3, -2.5, 2.8), kind="wall"),
        box("west below", "plaster", (-3.1, -2.5, 0), (-3, 2.5, 0.9), kind="wall"),
        box("west above", "plaster", (-3.1, -2.5, 2.3), (-3, 2.5, 2.8), kind="wall"),
        box("west left", "plaster", (-3.1, -2.5, 0.9), (-3, -1.0, 2.3), kind="wall"),
        box("west right", "plaster", (-3.1, 1.0, 0.9), (-3, 2.5, 2.3), kind="wall"),
        box("table top", "wood", (-0.4, 0.3, 0.72), (0.8, 1.1, 0.76)),
        box("table leg", "wood", (0.1, 0.6, 0), (0.25, 0.75, 0.72)),
        box("pane", "glass", (-3.06, -1.0, 0.9), (-3.05, 1.0, 2.3), kind="glass"),
    ]
    materials = {
        "plaster": Material(base_colour=(0.7, 0.68, 0.62), roughness=0.8),
        "wood": Material(base_colour=(0.32, 0.18, 0.09), roughness=0.4),
        "brick": Material(base_colour=(0.5, 0.16, 0.09), roughness=0.9),
        "glass": Material(model="glass", roughness=0.0, transmission=1.0),
    }
    return Bake("set", "room", parts, materials)


def blob(name: str, height: float = 1.7) -> Bake:
    """A person of two bones: a column for a body and a ball for a head, with one face shape."""
    import trimesh

    column = trimesh.creation.cylinder(0.2, height - 0.3, sections=24)
    column.apply_translation((0, 0, (height - 0.3) / 2))
    ball = trimesh.creation.icosphere(3, 0.14)
    ball.apply_translation((0, 0, height - 0.15))
    parts = []
    for number, (mesh, part) in enumerate(((column, "body"), (ball, "head"))):
        count = len(mesh.vertices)
        ids = np.zeros((count, 4), int)
        ids[:, 0] = number
        weights = np.zeros((count, 4))
        weights[:, 0] = 1
        parts.append(
            MeshPart(
                part,
                part,
                mesh.vertices,
                mesh.faces,
                bone_ids=ids,
                bone_weights=weights,
                kind="skin",
            )
        )
    low = np.flatnonzero(parts[1].vertices[:, 2] < height - 0.2)
    jaw = ARKIT.index("jawOpen")
    parts[1].shape_index = np.array([0] * (jaw + 1) + [len(low)] * (len(ARKIT) - jaw))
    parts[1].shape_vertices = low
    parts[1].shape_deltas = np.tile([0, 0, -0.03], (len(low), 1))
    rest = np.tile(np.eye(4), (2, 1, 1))
    turn = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], float)
    rest[:, :3, :3] = turn
    rest[1, 2, 3] = height - 0.3
    return Bake(
        "cast",
        name,
        parts,
        {
            "body": Material(base_colour=(0.1, 0.16, 0.3), roughness=0.8),
            "head": Material(model="skin", base_colour=(0.6, 0.36, 0.27)),
        },
        bones=["root", "head"],
        bone_parents=np.array([-1, 0]),
        bone_rest=rest,
        bone_lengths=np.array([height - 0.3, 0.3]),
    )


def performance(bones: list[str], start, heading: float, walk=(0.0, 0.0, 0.0)) -> dict:
    """Standing, or walking ``walk`` metres a second; the head turns a little."""
    frames = np.arange(FIRST, END)
    rotations = np.tile([1.0, 0, 0, 0], (len(frames), len(bones), 1))
    root = np.array(start, float) + frames[:, None] / 24 * np.array(walk)
    turn = np.tile([np.cos(heading / 2), 0, 0, np.sin(heading / 2)], (len(frames), 1))
    face = np.zeros((len(frames), len(ARKIT)))
    face[:, ARKIT.index("jawOpen")] = 0.5 + 0.5 * np.sin(frames * 0.8)
    return {
        "first_frame": np.array(FIRST),
        "bone_names": np.array(bones),
        "rotations": rotations,
        "root": root,
        "root_rotation": turn,
        "face_names": np.array(ARKIT),
        "face": face,
        "visible": np.ones(len(frames), bool),
    }


def look_at(position, target) -> np.ndarray:
    """wxyz of world_from_camera."""
    back = np.array(position, float) - np.array(target, float)
    back /= np.linalg.norm(back)
    right = np.cross((0, 0, 1.0), back)
    right /= np.linalg.norm(right)
    m = np.stack([right, np.cross(back, right), back], axis=1)
    w = np.sqrt(max(1 + m[0, 0] + m[1, 1] + m[2, 2], 1e-12)) / 2
    return np.array(
        [w, (m[2, 1] - m[1, 2]) / 4 / w, (m[0, 2] - m[2, 0]) / 4 / w, (m[1, 0] - m[0, 1]) / 4 / w]
    )


def camera(film: Path, setup: str, position, target, focal=35.0, move=(0, 0, 0)) -> StageCamera:
    """A take's track, still or drifting ``move`` metres a second."""
    frames = np.arange(FIRST, END)
    places = np.array(position, float) + frames[:, None] / 24 * np.array(move)
    npz.save(
        film / f"takes/{setup}_t01.npz",
        {
            "frames": frames,
            "positions": places,
            "quaternions": np.tile(look_at(position, target), (len(frames), 1)),
            "focal_mm": np.full(len(frames), focal),
            "focus_m": np.full(len(frames), 2.5),
        },
    )
    return StageCamera(
        setup=setup, take=f"{setup}_t01", track=f"takes/{setup}_t01.npz", static=not np.any(move)
    )


def make(film: Path, size=(160, 90), people: dict[str, Bake] | None = None) -> SceneStage:
    """Write the film folder and return its stage."""
    people = people or {"ann": blob("ann"), "bob": blob("bob", 1.8)}
    room().save(film / "bakes/room.npz")
    cup = Bake(
        "prop",
        "cup",
        [box("cup", "china", (-0.04, -0.04, 0), (0.04, 0.04, 0.1))],
        {"china": Material(base_colour=(0.8, 0.8, 0.75), roughness=0.2)},
    )
    cup.save(film / "bakes/cup.npz")
    frames = np.arange(FIRST, END)
    npz.save(
        film / "performance/1/cup.npz",
        {
            "first_frame": np.array(FIRST),
            "positions": np.tile([0.2, 0.7, 0.76], (len(frames), 1)),
            "quaternions": np.tile([1.0, 0, 0, 0], (len(frames), 1)),
            "visible": np.ones(len(frames), bool),
        },
    )
    places = [((-0.5, -0.3, 0), -1.2, (0, 0, 0)), ((0.6, -0.2, 0), 1.2, (0.0, 0.24, 0))]
    actors = []
    for number, ((name, bake), (start, heading, walk)) in enumerate(
        zip(people.items(), places, strict=False)
    ):
        bake.save(film / f"bakes/{name}.npz")
        npz.save(film / f"performance/1/{name}.npz", performance(bake.bones, start, heading, walk))
        actors.append(
            StageActor(
                id=name,
                name=name,
                bake=f"bakes/{name}.npz",
                performance=f"performance/1/{name}.npz",
                object_id=2 + number,
            )
        )
    east = look_at((0, 0, 0), (1, 0, -0.25))
    stage = SceneStage(
        scene="1",
        fps=FPS,
        first=FIRST,
        end=END,
        size=size,
        set_name="room",
        set_bake="bakes/room.npz",
        light_plan="day",
        exposure=0.6,
        lights=[
            StageLight(
                id="window",
                kind="area",
                position=(-3.2, 0, 1.6),
                quaternion=tuple(east),
                energy=160,
                colour=(0.85, 0.93, 1.0),
                size=(1.9, 1.3),
                role="window",
            ),
            StageLight(
                id="lamp",
                kind="point",
                position=(1.8, 1.6, 2.3),
                quaternion=(1, 0, 0, 0),
                energy=40,
                colour=(1.0, 0.72, 0.42),
                size=(0.08, 0.08),
                role="practical",
            ),
        ],
        world=StageWorld(top=(0.25, 0.4, 0.75), horizon=(0.7, 0.8, 0.95), ground=(0.2, 0.18, 0.15)),
        actors=actors,
        props=[
            StageProp(id="cup", bake="bakes/cup.npz", motion="performance/1/cup.npz", object_id=9)
        ],
        cameras=[
            camera(film, "1A", (0.2, -2.3, 1.5), (0.0, 0.2, 1.1), 24.0),
            camera(film, "1B", (0.5, -1.6, 1.6), (-0.5, -0.3, 1.5), 50.0),
            camera(film, "1C", (1.6, -2.0, 1.7), (0.0, 0.2, 1.2), 35.0, (-0.5, 0.0, 0.0)),
        ],
    )
    stage.write(film / "stage/scene_01.json")
    return stage
