"""A floor, a sky and a turning body whose every point is known, before the cameras of two shots."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Doubles = NDArray[np.float64]

SKY, FLOOR, BODY = 0, 1, 2
NAMES = {SKY: "sky", FLOOR: "square", BODY: "MARA"}
_HALF = np.array([0.55, 0.45, 0.9])
"""Half axes of the body, an ellipsoid."""
FPS = 16


@dataclass(frozen=True)
class Seen:
    """What each pixel of a frame shows."""

    ids: NDArray[np.uint8]
    """(H, W)."""
    rest: Doubles
    """(H, W, 3) metres in the object's own space; of the sky, the direction."""
    depth: Doubles
    """(H, W) metres along the camera's axis, inf for the sky."""


def camera(shot: str, frame: float) -> tuple[Doubles, Doubles]:
    """Where the camera is, and its axes right, down and ahead as rows."""
    if shot == "A":
        eye, target = np.array([0.12 * np.sin(frame / 9), -5.2 + 0.02 * frame, 1.6]), [0, 0, 0.9]
    else:
        eye, target = np.array([-3.1 + 0.015 * frame, -2.9, 1.3]), [0, 0, 1.0]
    ahead = target - eye
    ahead = ahead / np.linalg.norm(ahead)
    right = np.cross(ahead, [0.0, 0.0, 1.0])
    right /= np.linalg.norm(right)
    return eye, np.stack([right, np.cross(ahead, right), ahead])


def body(frame: float) -> tuple[Doubles, Doubles]:
    """Where the body is, and how it is turned: world from rest."""
    angle = 0.03 * frame
    cos, sin = np.cos(angle), np.sin(angle)
    turned = np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
    return np.array([0.3 * np.sin(0.05 * frame), 0, 1.0]), turned


def frame(shot: str, number: float, size: tuple[int, int]) -> Seen:
    """A frame, (width, height) pixels."""
    width, height = size
    eye, axes = camera(shot, number)
    x, y = np.meshgrid(np.arange(width) + 0.5, np.arange(height) + 0.5)
    focal = 0.9 * width
    local = np.stack([(x - width / 2) / focal, (y - height / 2) / focal, np.ones_like(x)], -1)
    ray = local @ axes
    at, turned = body(number)
    start, along = (eye - at) @ turned / _HALF, ray @ turned / _HALF
    a, b, c = (along**2).sum(-1), along @ start, start @ start - 1
    root = b * b - a * c
    near = np.where(root > 0, (-b - np.sqrt(np.maximum(root, 0))) / a, np.inf)
    floor = np.where(ray[..., 2] < -1e-9, -eye[2] / np.minimum(ray[..., 2], -1e-9), np.inf)
    depth = np.minimum(near, floor)
    sky = np.isinf(depth)
    ids = np.where(sky, SKY, np.where(near < floor, BODY, FLOOR)).astype(np.uint8)
    point = eye + ray * np.where(sky, 0.0, depth)[..., None]
    rest = np.where((ids == BODY)[..., None], (point - at) @ turned, point)
    direction = ray / np.linalg.norm(ray, axis=-1, keepdims=True)
    return Seen(ids, np.where(sky[..., None], direction, rest), depth)


def moved(
    seen: Seen, shot: str, number: float, other: Seen
) -> tuple[Doubles, Doubles, NDArray[np.bool_]]:
    """Column, row and visibility, (H, W) each, of the points of a frame in another frame."""
    height, width = seen.ids.shape
    eye, axes = camera(shot, number)
    at, turned = body(number)
    world = np.where((seen.ids == BODY)[..., None], seen.rest @ turned.T + at, seen.rest)
    ray = np.where((seen.ids == SKY)[..., None], seen.rest, world - eye) @ axes.T
    depth = np.where(seen.ids == SKY, np.inf, ray[..., 2])
    focal = 0.9 * width
    with np.errstate(divide="ignore", invalid="ignore"):
        x = ray[..., 0] / ray[..., 2] * focal + width / 2 - 0.5
        y = ray[..., 1] / ray[..., 2] * focal + height / 2 - 0.5
    there = (ray[..., 2] > 0) & (x >= 0) & (x <= width - 1) & (y >= 0) & (y <= height - 1)
    column = np.rint(np.where(there, x, 0)).astype(int)
    row = np.rint(np.where(there, y, 0)).astype(int)
    same = other.ids[row, column] == seen.ids
    with np.errstate(invalid="ignore"):
        close = np.abs(other.depth[row, column] - depth) < 0.02 * depth
    return x, y, there & same & (close | np.isinf(depth))
