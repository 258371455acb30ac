"""Where a wish alone would put the camera, frame by frame: what most baselines start from."""

from __future__ import annotations

import numpy as np

from camera.families.case import Case
from camera.framing import aim
from camera.grammar import HEAD
from camera.pose import Array, facing


def place(case: Case, eyes: Array, heading: Array) -> Array:
    """Positions (F, 3) at the wished distance and direction from eyes (F, 3) that face so (F,)."""
    wish = case.wish
    x, y = wish.screen[0]
    focal = case.lens.focal_heights
    # the wished fraction is of the depth, which is less than the distance off the axis
    distance = HEAD * focal / wish.head_fraction * np.sqrt(1 + (x * x + y * y) / focal**2)
    away = facing(heading + wish.azimuth) * np.cos(wish.elevation)
    away[..., 2] = np.sin(wish.elevation)
    return np.asarray(eyes + distance * away)


def aimed(case: Case, positions: Array, eyes: Array) -> Array:
    """Quaternions (F, 4) that show the eyes where they are wished."""
    near = np.linalg.norm(eyes - positions, axis=-1) < 1e-6
    safe = positions - np.where(near, 1e-3, 0.0)[..., None]
    return aim(safe, eyes, case.wish.screen[0], case.lens.focal_heights)


def first(case: Case) -> tuple[Array, Array]:
    """The first subject's eyes (F, 3) and heading (F,), unwrapped."""
    who = case.wish.subjects[0]
    return case.eyes[:, who], np.unwrap(case.heading[:, who])
