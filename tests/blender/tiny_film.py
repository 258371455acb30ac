"""A tiny film folder: a room, a body of three bones, a cup, two cameras, one line of dialogue."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import wave
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from filmagent.documents import (
    SceneStage,
    StageActor,
    StageCamera,
    StageCut,
    StageLight,
    StageProp,
    StageSound,
    StageWorld,
)
from filmagent.library import npz
from filmagent.library.bake import ARKIT, Bake, Material, MeshPart

ROOT = Path(__file__).resolve().parents[2]
FPS = (24, 1)
FIRST, END = -24, 72


def box(name: str, low: tuple[float, ...], high: tuple[float, ...], **fields: object) -> MeshPart:
    corners = np.array(
        [
            [x, y, z]
            for x in (low[0], high[0])
            for y in (low[1], high[1])
            for z in (low[2], high[2])
        ],
        np.float32,
    )
    quads = np.array(
        [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    )
    faces = np.stack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]], axis=1).reshape(-1, 3)
    fields.setdefault("material", "plain")
    return MeshPart(name=name, vertices=corners, faces=faces.astype(np.int32), **fields)  # type: ignore[arg-type]


def room() -> Bake:
    rng = np.random.default_rng(1)
    floor = MeshPart(
        name="floor",
        material="wood",
        faces=np.array([[0, 1, 2], [0, 2, 3]], np.int32),
        vertices=np.array([[-3, -3, 0], [3, -3, 0], [3, 3, 0], [-3, 3, 0]], np.float32),
        uvs=np.array([[0, 0], [6, 0], [6, 6], [0, 6]], np.float32),
        kind="floor",
        smooth=False,
    )
    return Bake(
        kind="set",
        name="room",
        parts=[
            floor,
            box("wall", (-3, 2.9, 0), (3, 3, 2.6), kind="wall", smooth=False),
            box("pane", (-1, 2.2, 1), (1, 2.21, 2), material="glass", kind="glass"),
        ],
        materials={
            "wood": Material(base_colour=(1, 1, 1), texture="planks", texture_metres=2.0),
            "plain": Material(base_colour=(0.6, 0.6, 0.6)),
            "glass": Material(model="glass"),
        },
        textures={"planks/albedo": rng.integers(0, 255, (32, 48, 3), dtype=np.uint8)},
    )


def body() -> Bake:
    """A column of three bones, 1.8 m high, with a skin, a coat, a strand of hair and a smile."""
    rng = np.random.default_rng(2)
    rings, around = 13, 8
    angle = np.arange(around) / around * 2 * np.pi
    height = np.linspace(0.0, 1.8, rings)
    ring = np.stack([np.cos(angle) * 0.15, np.sin(angle) * 0.12, np.zeros(around)], axis=1)
    vertices = (ring[None] + height[:, None, None] * [0, 0, 1]).reshape(-1, 3)
    i, k = np.meshgrid(np.arange(rings - 1), np.arange(around), indexing="ij")
    a, b = i * around + k, i * around + (k + 1) % around
    quads = np.stack([a, b, b + around, a + around], axis=-1).reshape(-1, 4)
    faces = np.stack([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]], axis=1).reshape(-1, 3)
    rest = np.zeros((3, 4, 4))
    # along +Z, and the second bone rolled, so that local axes are nobody's world axes
    upright = np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]], float)
    turn = np.array([[np.cos(0.7), 0, np.sin(0.7)], [0, 1, 0], [-np.sin(0.7), 0, np.cos(0.7)]])
    for bone, (z, local) in enumerate([(0.0, np.eye(3)), (0.8, turn), (1.4, turn @ turn)]):
        rest[bone, :3, :3] = upright @ local
        rest[bone, :3, 3] = [0, 0, z]
        rest[bone, 3, 3] = 1
    weights = np.stack(
        [np.clip(1 - np.abs(vertices[:, 2] - z) / 0.8, 0, 1) for z in (0.3, 1.1, 1.7)]
        + [np.zeros(len(vertices))],
        axis=1,
    )
    weights /= weights.sum(axis=1, keepdims=True)
    ids = np.tile([0, 1, 2, 0], (len(vertices), 1))
    smile, blink = ARKIT.index("mouthSmileLeft"), ARKIT.index("eyeBlinkLeft")
    counts = np.zeros(len(ARKIT) + 1, np.int32)
    counts[smile + 1], counts[blink + 1] = 5, 3
    moved = np.array([90, 91, 92, 80, 81, 82, 83, 84], np.int32)
    deltas = rng.normal(0, 0.02, (8, 3)).astype(np.float16)
    skin = MeshPart(
        name="skin",
        material="skin",
        vertices=vertices,
        faces=faces,
        kind="skin",
        colours=rng.uniform(0.7, 1.0, (len(vertices), 3)),
        bone_ids=ids,
        bone_weights=weights,
        shape_index=np.cumsum(counts),
        shape_vertices=moved,
        shape_deltas=deltas,
    )
    coat = MeshPart(
        name="coat",
        material="wool",
        vertices=vertices * [1.2, 1.2, 0.7],
        faces=faces,
        kind="cloth",
        bone_ids=ids,
        bone_weights=weights,
    )
    cap = MeshPart(
        name="cap",
        material="hair",
        vertices=vertices[-16:] * [1.1, 1.1, 1.0],
        faces=faces[:16],
        kind="hair",
        use="preview",
        bone_ids=ids[-16:],
        bone_weights=weights[-16:],
    )
    strand = np.zeros((6, 4, 3), np.float32)
    strand[..., 0] = np.linspace(-0.1, 0.1, 6)[:, None]
    strand[..., 2] = 1.8 + np.linspace(0, 0.2, 4)
    return Bake(
        kind="cast",
        name="column",
        parts=[skin, coat, cap],
        materials={
            "skin": Material(model="skin", base_colour=(0.6, 0.4, 0.3)),
            "wool": Material(base_colour=(0.1, 0.1, 0.3), sheen=0.5),
            "hair": Material(model="hair", base_colour=(0.05, 0.03, 0.02)),
        },
        strands={"hair/points": strand, "hair/radius": np.linspace(5e-4, 1e-4, 4)},
        bones=["root", "chest", "head"],
        bone_parents=np.array([-1, 0, 1]),
        bone_rest=rest,
        bone_lengths=np.array([0.8, 0.6, 0.4]),
        extra={"strands": {"hair": {"bone": "head"}}},
    )


def performance() -> dict[str, np.ndarray]:
    frames = END - FIRST
    t = np.arange(frames) / 24.0
    rotations = np.zeros((frames, 3, 4))
    rotations[..., 0] = 1.0
    for bone, (axis, pace) in enumerate([(2, 0.0), (0, 1.0), (1, 1.7)]):
        half = 0.4 * np.sin(pace * t)
        rotations[:, bone, 0] = np.cos(half)
        rotations[:, bone, 1 + axis] = np.sin(half)
    # a sign that flips between frames is the same rotation and must not spin
    rotations[30:, 2] *= -1
    face = np.zeros((frames, len(ARKIT)))
    face[:, ARKIT.index("mouthSmileLeft")] = 0.5 + 0.5 * np.sin(3 * t)
    visible = np.ones(frames, bool)
    visible[-20:] = False
    heading = 0.3 + 0.5 * t
    turn = np.stack([np.cos(heading / 2), 0 * t, 0 * t, np.sin(heading / 2)], axis=1)
    return {
        "first_frame": np.array(FIRST),
        "bone_names": np.array(["root", "chest", "head"]),
        "rotations": rotations,
        "root": np.stack([0.4 * t, 0.2 * t, 0 * t], axis=1),
        "root_rotation": turn,
        "face_names": np.array(ARKIT),
        "face": face,
        "visible": visible,
    }


def track(moving: bool) -> dict[str, np.ndarray]:
    frames = np.arange(FIRST, END)
    t = (frames - FIRST) / 24.0 * moving
    half = np.pi / 4 - 0.02  # looks along +Y, a little down
    turn = np.array([np.cos(half), np.sin(half), 0, 0])
    return {
        "frames": frames,
        "positions": np.stack([0.3 * t, -2.6 + 0 * t, 1.5 + 0 * t], axis=1),
        "quaternions": np.tile(turn, (len(frames), 1)),
        "focal_mm": np.full(len(frames), 28.0),
        "focus_m": np.full(len(frames), 2.6) + 0.1 * t,
    }


def stage() -> SceneStage:
    down = (1.0, 0.0, 0.0, 0.0)
    return SceneStage(
        scene="1",
        title="INT. ROOM - DAY",
        fps=FPS,
        first=FIRST,
        end=END,
        size=(160, 90),
        set_name="room",
        set_bake="bakes/room.npz",
        light_plan="day",
        exposure=0.25,
        lights=[
            StageLight(
                id="lamp",
                kind="area",
                position=(0, 0, 2.5),
                quaternion=down,
                energy=120,
                size=(1.0, 0.6),
            ),
            StageLight(
                id="sun",
                kind="sun",
                position=(0, 0, 5),
                quaternion=down,
                energy=1.0,
                size=(0.02, 0.02),
                role="sky",
            ),
        ],
        world=StageWorld(top=(0.2, 0.4, 0.8), horizon=(0.7, 0.8, 0.9), ground=(0.2, 0.2, 0.2)),
        actors=[
            StageActor(
                id="mara",
                name="MARA",
                bake="bakes/column.npz",
                performance="performance/1/mara.npz",
                object_id=2,
            )
        ],
        props=[
            StageProp(id="cup", bake="bakes/cup.npz", motion="performance/1/cup.npz", object_id=3)
        ],
        cameras=[
            StageCamera(
                setup="1A", take="1A_t01", track="takes/1A_t01.npz", static=True, label="1A LS 28mm"
            ),
            StageCamera(
                setup="1B",
                take="1B_t01",
                track="takes/1B_t01.npz",
                static=False,
                label="1B MS 28mm",
            ),
        ],
        cuts=[
            StageCut(id="c1", setup="1A", source_in=0, source_out=24, film_in=100),
            StageCut(id="c2", setup="1B", source_in=24, source_out=48, film_in=124),
            # back in the scene's time
            StageCut(id="c3", setup="1A", source_in=10, source_out=20, film_in=148),
        ],
        sounds=[StageSound(beat="1.1", actor="mara", wav="performance/1/1.1.wav", start=1.25)],
    )


def write_film(folder: Path) -> Path:
    room().save(folder / "bakes/room.npz")
    body().save(folder / "bakes/column.npz")
    cup = Bake(
        kind="prop",
        name="cup",
        parts=[box("cup", (-0.04, -0.04, 0), (0.04, 0.04, 0.1))],
        materials={"plain": Material()},
    )
    cup.save(folder / "bakes/cup.npz")
    frames = END - FIRST
    npz.save(folder / "performance/1/mara.npz", performance())
    npz.save(
        folder / "performance/1/cup.npz",
        {
            "first_frame": np.array(FIRST),
            "positions": np.tile([0.8, 0.5, 0.7], (frames, 1)),
            "quaternions": np.tile([1.0, 0, 0, 0], (frames, 1)),
            "visible": np.ones(frames, bool),
        },
    )
    npz.save(folder / "takes/1A_t01.npz", track(False))
    npz.save(folder / "takes/1B_t01.npz", track(True))
    wav = folder / "performance/1/1.1.wav"
    with wave.open(str(wav), "wb") as file:
        file.setparams((1, 2, 48000, 0, "NONE", ""))
        file.writeframes((np.sin(np.arange(48000) / 20) * 9000).astype("<i2").tobytes())
    path = folder / "stage/scene_01.json"
    stage().write(path)
    return path


def blender(script: str, *words: str, python: str = sys.executable) -> dict[str, Any]:
    """Run a script with bpy in a child process; what it calls ``say(dict)`` with comes back."""
    head = (
        "import json, sys\nimport bpy, numpy as np\n"
        "def say(found):\n    print('@@' + json.dumps(found))\n"
    )
    done = subprocess.run(
        [python, "-c", head + script, *words],
        capture_output=True,
        text=True,
        timeout=120,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
    )
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = {}
    for line in done.stdout.splitlines():
        if line.startswith("@@"):
            found |= json.loads(line[2:])
    return found


@dataclass
class Built:
    """The tiny film's .blend, and what the worker said."""

    blend: Path
    events: list[dict[str, Any]]


@dataclass
class Frames:
    """Rendered frames, and what the worker said."""

    folder: Path
    events: list[dict[str, Any]]

    def of(self, job: str) -> list[dict[str, Any]]:
        return [event for event in self.events if event.get("id") == job]


def worker(requests: list[dict[str, Any]], python: str = sys.executable) -> list[dict[str, Any]]:
    """What a worker answers; its stdout must be JSON lines and nothing else."""
    lines = "".join(json.dumps(request) + "\n" for request in requests)
    done = subprocess.run(
        [python, "-m", "filmagent.blender", "worker"],
        input=lines,
        text=True,
        capture_output=True,
        timeout=300,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def library_points(part: str, frame: int) -> np.ndarray:
    """World positions (V, 3) of a part of the body, by the library's own skinning."""
    from types import SimpleNamespace

    from filmagent.library import skin

    bake = body()
    member = SimpleNamespace(
        bones=bake.bones, rest=bake.bone_rest, parents=bake.bone_parents, bake=bake
    )
    found = performance()
    at = slice(frame - FIRST, frame - FIRST + 1)
    bones = skin.pose(
        member,
        found["rotations"][at],
        found["root"][at],  # type: ignore[arg-type]
        found["root_rotation"][at],
    )
    return skin.deform(member, bake.part(part), bones, found["face"][at])[0]  # type: ignore[arg-type]


def project(
    position: np.ndarray,
    quaternion: np.ndarray,
    focal_mm: float,
    points: np.ndarray,
) -> np.ndarray:
    """Screen coordinates (N, 2): x right, y up, origin at the centre, frame height 1."""
    from filmagent.library.skin import rotation_matrices

    local = (points - position) @ rotation_matrices(quaternion)
    scale = focal_mm / 36.0 * 16 / 9
    return local[:, :2] / -local[:, 2:] * scale
