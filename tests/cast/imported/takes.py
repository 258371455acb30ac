"""What is measured of a take."""

from __future__ import annotations

from typing import Any

import numpy as np

from filmagent.library import cast, skin

RATE = (30, 1)
"""Of the walk that takes are made of."""


def soles(member: cast.Member, arrays: dict[str, Any]) -> dict[str, np.ndarray]:
    """Tracks of balls and heels, (F, 3) by name."""
    world = skin.pose(member, arrays["rotations"], arrays["root"], arrays["root_rotation"])
    return {f"{k}.{s}": member.track(f"{k}.{s}", world) for k in ("ball", "heel") for s in "LR"}
