"""Where a wish alone would put the camera, frame by frame: what most baselines start from."""

from __future__ import annotations

import numpy as np

from camera.families.case import Case
from camera.families.witness import kept_to
from camera.framing import aim
from camera.pose import Array


def place(case: Case, eyes: Array, heading: Array) -> Array:
    """Positions (F, 3) at the wished distance and direction from eyes (F, 3) that face so (F,)."""
    return kept_to(case.wish, case.lens, eyes, heading)


def aimed(case: Case, positions: Array, eyes: Array) -> Array:
    """Quaternions (F, 4) that show the eyes where they are wished."""
    near = np.linalg.norm(eyes - positions, axis=-1) < 1e-6
    safe = positions - np.where(near, 1e-3, 0.0)[..., None]
    return aim(safe, eyes, case.wish.screen[0], case.lens.focal_heights)


def first(case: Case) -> tuple[Array, Array]:
    """The first subject's eyes (F, 3) and heading (F,), unwrapped."""
    who = case.wish.subjects[0]
    return case.eyes[:, who], np.unwrap(case.heading[:, who])
