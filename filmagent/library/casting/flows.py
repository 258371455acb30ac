"""Which way hair grows in each style: a direction at every place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from filmagent.library.casting.recipe import Hair

if TYPE_CHECKING:
    from filmagent.library.casting.combing import Head

Array = NDArray[Any]

TIED: dict[str, tuple[float, float]] = {
    "bun": (0.195, 0.35), "ponytail": (0.178, 0.30), "braid": (0.155, -0.42),
}  # fmt: skip
"""Style whose hair is drawn together → metres behind the eyes, height as a part of the crown's."""


def tied_at(scene: Head, style: str) -> Array:
    """Where hair is drawn together: the middle of a bun, the band of a tail."""
    behind, height = TIED[style]
    return np.array([0.0, scene.eye[1] - behind, scene.eye[2] + height * scene.top])


def _tangent(vector: Array, up: Array) -> Array:
    flat = vector - up * np.sum(vector * up, axis=1, keepdims=True)
    unit: Array = flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6)
    return unit


def _bob(scene: Head, hair: Hair, start: Array, point: Array, up: Array, t: float) -> Array:
    side = np.tanh((start[:, 0] + hair.parting) / 0.012)
    fall = np.stack([side * 0.5, np.full(len(side), -0.22), np.full(len(side), -1.0)], axis=1)
    below = np.clip((scene.eye[2] + 0.01 - point[:, 2]) / 0.04, 0, 1)[:, None]
    down = np.array([0.0, 0.0, -1.0]) + np.stack([-side * 0.28, 0 * side, 0 * side], 1) * (t > 0.8)
    made: Array = (1 - below) * _tangent(fall, up) + below * down
    return made


def _short(scene: Head, hair: Hair, start: Array, point: Array, up: Array, t: float) -> Array:
    z = np.clip((start[:, 2] - scene.eye[2]) / scene.top, 0, 1)[:, None]
    side = np.tanh((start[:, :1] + hair.parting) / 0.02)
    top = np.concatenate([0.75 * side, np.full_like(side, -0.8), np.full_like(side, 0.05)], 1)
    sides = np.array([0.0, -0.55, -1.0])
    flow = np.clip((z - 0.35) / 0.35, 0, 1)
    made: Array = _tangent(flow * top + (1 - flow) * sides, up) + up * (0.55 * flow + 0.12) * (
        1 - t
    )
    return made


def _curls(scene: Head, hair: Hair, start: Array, point: Array, up: Array, t: float) -> Array:
    out = point - (scene.eye + np.array([0, -0.09, 0.0]))
    out /= np.linalg.norm(out, axis=1, keepdims=True)
    made: Array = out + np.array([0.0, -0.15, 0.15 - 0.9 * t])
    return made


def _side(scene: Head, hair: Hair, start: Array, point: Array, up: Array, t: float) -> Array:
    """Flat to both sides of a parting, a little back: combed hair."""
    side = np.tanh((start[:, :1] + hair.parting) / 0.008)
    z = np.clip((start[:, 2:] - scene.eye[2]) / scene.top, 0, 1)
    top = np.concatenate([side, np.full_like(side, -0.35), np.full_like(side, -0.1)], 1)
    flow = np.clip((z - 0.3) / 0.3, 0, 1)
    root = np.clip(1 - 5 * t, 0, 1) * 0.5 * flow
    fall = flow * top + (1 - flow) * np.array([0.0, -0.6, -1.0])
    made: Array = _tangent(fall, up) + up * root
    return made


def _long(scene: Head, hair: Hair, start: Array, point: Array, up: Array, t: float) -> Array:
    """Behind the ears and down: along the skull, then freely."""
    side = np.tanh((start[:, 0] + hair.parting) / 0.012)
    fall = np.stack([side * 0.5, np.full(len(side), -0.4), np.full(len(side), -1.0)], axis=1)
    below = np.clip((scene.eye[2] + 0.01 - point[:, 2]) / 0.05, 0, 1)[:, None]
    down = np.array([0.0, -0.05, -1.0])
    made: Array = (1 - below) * _tangent(fall, up) + below * down
    return made


def _bun(scene: Head, hair: Hair, start: Array, point: Array, up: Array, t: float) -> Array:
    tie = tied_at(scene, hair.style)
    # a tie at the nape is reached over the ears: the shortest way there is down the face
    ahead = np.clip((point[:, 1:2] - scene.eye[1] + 0.125) / 0.05, 0, 1)
    over = np.array([0.0, 0.0, max(0.3 * scene.top + scene.eye[2] - tie[2], 0.0)])
    toward = tie + ahead * over - point
    near = np.linalg.norm(toward, axis=1, keepdims=True) < 0.05
    return np.where(near, toward / 0.05, _tangent(toward, up))


FLOWS = {
    "bob": _bob, "long": _long, "short": _short, "crop": _short, "balding": _short, "buzz": _short,
    "side": _side, "curls": _curls, "afro": _curls,
    "bun": _bun, "ponytail": _bun, "braid": _bun,
}  # fmt: skip
"""Style → which way hair grows, of (scene, hair, roots, points, normals there, share grown)."""
