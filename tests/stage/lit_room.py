"""A bare room, 6 × 6 × 2.6 m, with a lamp, a window's light, and two people at a table."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import shapely

from filmagent.documents import (
    ActorTiming,
    SceneCoverage,
    SceneTiming,
    Segment,
    Setup,
    StageLight,
    StageWorld,
)
from filmagent.library.bake import Bake, Material, MeshPart
from filmagent.library.sets import LightPlan, SetPiece, SetSpec

HALF, HEIGHT = 3.0, 2.6


def slab(name: str, low: tuple[float, ...], high: tuple[float, ...], kind: str) -> MeshPart:
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
    return MeshPart(
        name=name,
        material="glass" if kind == "glass" else "plaster",
        kind=kind,
        vertices=corners,
        faces=faces.astype(np.int32),
    )


def room_bake() -> Bake:
    h, w = HALF, 0.1
    return Bake(
        kind="set",
        name="room",
        parts=[
            slab("floor", (-h, -h, -w), (h, h, 0), "floor"),
            slab("ceiling", (-h, -h, HEIGHT), (h, h, HEIGHT + w), "ceiling"),
            slab("north", (-h, h, 0), (h, h + w, HEIGHT), "wall"),
            slab("south", (-h, -h - w, 0), (h, -h, HEIGHT), "wall"),
            slab("east", (h, -h, 0), (h + w, h, HEIGHT), "wall"),
            slab("west", (-h - w, -h, 0), (-h, h, HEIGHT), "wall"),
            slab("table", (-0.35, 0.6, 0.7), (0.35, 1.4, 0.75), "furniture"),
        ],
        materials={
            "plaster": Material(base_colour=(0.6, 0.6, 0.6)),
            "glass": Material(model="glass"),
        },
    )


DOWN = (1.0, 0.0, 0.0, 0.0)


def plan(watts: float, exposure: float) -> LightPlan:
    lamp = StageLight(
        id="lamp",
        kind="area",
        position=(0, 0, 2.5),
        quaternion=DOWN,
        energy=watts,
        size=(0.6, 0.6),
        colour=(1.0, 0.8, 0.6),
        role="practical",
    )
    dark = StageWorld(top=(0, 0, 0), horizon=(0, 0, 0), ground=(0, 0, 0))
    return LightPlan(lights=(lamp,), world=dark, exposure=exposure)


def room(path: Path = Path("room.npz")) -> SetPiece:
    square = shapely.box(-HALF, -HALF, HALF, HALF)
    spec = SetSpec(
        name="room",
        title="Room",
        words=("room",),
        setting="int",
        public=False,
        marks={},
        doors={},
        light_plans={"day": plan(120, 1.0), "night": plan(30, 2.0)},
        floor=square,
        stage=square,
    )
    return SetPiece(spec=spec, bake_path=path, bake=room_bake(), obstacles=())


def segment(x: float, y: float, heading: float, kind: str = "sit") -> Segment:
    return Segment.model_validate(
        {
            "kind": kind,
            "start": 0,
            "end": 8,
            "position": (x, y, 0),
            "heading": heading,
            "end_heading": heading,
            "seat_height": 0.45 if kind == "sit" else None,
        }
    )


def timing(duration: float = 8.0) -> SceneTiming:
    """Mara on the left looks along +X at Jonas, who looks back."""
    return SceneTiming(
        scene="1",
        set="room",
        duration=duration,
        actors=[
            ActorTiming(actor="mara", member="ines", segments=[segment(-0.75, 1.0, -np.pi / 2)]),
            ActorTiming(actor="jonas", member="walter", segments=[segment(0.75, 1.0, np.pi / 2)]),
        ],
    )


def coverage(side: str = "right") -> SceneCoverage:
    """Singles from one side of the line that runs from Mara to Jonas (right: −Y)."""
    return SceneCoverage(
        scene="1",
        setups=[
            Setup.model_validate(
                {
                    "id": f"1{letter}",
                    "kind": "single",
                    "size": "MCU",
                    "side": side,
                    "line": ["mara", "jonas"],
                    "subjects": [who],
                }
            )
            for letter, who in (("A", "mara"), ("B", "jonas"))
        ],
    )
