"""Folded collars: two points apart in front, alike on both sides, off the skin, smooth."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import cKDTree

from filmagent.library import cast

SHIRTS = {
    "ken": "dress_shirt", "omar": "dress_shirt", "elijah": "shirt", "priya": "blouse",
}  # fmt: skip


@pytest.mark.parametrize(("name", "shirt"), SHIRTS.items())
def test_a_shirt_collar_has_two_points_in_front(name: str, shirt: str):
    member = cast.load(name)
    part = next(p for p in member.parts("render") if p.name == f"{shirt}_collar")
    assert part.material == shirt
    x, y, z = part.vertices.T
    left, right = (part.vertices[(side * x > 0) & (y > 0)] for side in (1, -1))
    tips = [half[half[:, 2].argmin()] for half in (left, right)]
    # an inch and a half to five inches apart, level, below all that lies between them
    assert 0.03 < tips[0][0] - tips[1][0] < 0.13
    assert abs(tips[0][2] - tips[1][2]) < 0.008
    between = z[(np.abs(x) < 0.008) & (y > 0)].min()
    assert max(tip[2] for tip in tips) < between - 0.01


@pytest.mark.parametrize(("name", "shirt"), SHIRTS.items())
def test_a_shirt_collar_is_not_ragged(name: str, shirt: str):
    """Its left is its right in a mirror, and no step along it is long."""
    member = cast.load(name)
    part = next(p for p in member.parts("render") if p.name == f"{shirt}_collar")
    away, _ = cKDTree(part.vertices).query(part.vertices * [-1, 1, 1])
    assert np.quantile(away, 0.95) < 0.004
    corners = part.vertices[part.faces]
    assert np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max() < 0.02
