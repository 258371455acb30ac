"""A small world whose motion is known exactly: two people of paint before a painted wall."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np

from filmagent.library import npz, png
from filmagent.refine.passes import Passes

SIZE = (192, 128)
NAMES = {1: "café", 2: "MARA", 3: "JONAS"}
_PAINT = {
    1: ((0.45, 0.40, 0.33), 0.05),
    2: ((0.20, 0.34, 0.62), 0.06),
    3: ((0.62, 0.22, 0.16), 0.06),
}
_DEPTH = {1: 6.0, 2: 3.0, 3: 2.5}
_WHERE = {  # by shot: where people are at frame 0, and how fast everything moves
    "A": {1: ((0, 0), (0.7, 0.2)), 2: ((60, 62), (1.6, -0.4)), 3: ((130, 70), (-1.2, 0.3))},
    "B": {1: ((40, 9), (-0.4, 0.0)), 2: ((118, 66), (-1.1, 0.2)), 3: ((52, 60), (0.6, 0.5))},
    "C": {1: ((80, 30), (0.1, 0.6)), 2: ((70, 70), (0.4, 0.4)), 3: ((135, 58), (0.5, 0.0))},
}
Paint = Callable[[int], tuple[tuple[float, float, float], float]]


def frame(shot: str, number: int, paint: Paint = _PAINT.__getitem__) -> Passes:
    """The passes of a frame, everything exact."""
    width, height = SIZE
    x, y = np.meshgrid(np.arange(width, dtype=float), np.arange(height, dtype=float))
    ids = np.ones((height, width), np.uint8)
    for person in (2, 3):
        (px, py), (vx, vy) = _WHERE[shot][person]
        own = ((x - px - vx * number) / 26) ** 2 + ((y - py - vy * number) / 44) ** 2
        ids[own < 1] = person
    rgb, depth = np.zeros((height, width, 3)), np.zeros((height, width), np.float32)
    vectors = np.zeros((height, width, 2), np.float32)
    for thing, ((px, py), (vx, vy)) in _WHERE[shot].items():
        mask = ids == thing
        colour, strength = paint(thing)
        u, v = x - px - vx * number, y - py - vy * number
        waves = [np.sin(u / (5 + k) + k + thing) * np.cos(v / (6 - k)) for k in range(3)]
        painted = np.array(colour) + strength * np.stack(waves, -1)
        rgb[mask], depth[mask], vectors[mask] = painted[mask], _DEPTH[thing], (vx, vy)
    return Passes(np.clip(rgb * 255 + 0.5, 0, 255).astype(np.uint8), ids, depth, vectors)


def write(film: Path, shot: str, numbers: range) -> None:
    """A shot's frames as the preview writes them, keys included."""
    folder = film / "frames" / "preview" / shot
    folder.mkdir(parents=True)
    for number in numbers:
        known = frame(shot, number)
        (folder / f"rgb.{number:04d}.png").write_bytes(png.encode(known.rgb))
        (folder / f"ids.{number:04d}.png").write_bytes(png.encode(known.ids))
        up = (known.vectors * [1, -1]).astype(np.float16)
        npz.save(folder / f"vectors.{number:04d}.npz", {"vectors": up})
        depth = known.depth.astype(np.float16)
        npz.save(folder / f"depth.{number:04d}.npz", {"depth": depth})
    (folder / "keys.json").write_text(json.dumps({n: f"{shot}{n}" for n in numbers}))
