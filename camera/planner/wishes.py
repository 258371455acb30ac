"""What tracks are asked for, side by side in arrays, and what falling short of it costs."""

from __future__ import annotations

from dataclasses import dataclass

from camera.planner.grids import Packed
from camera.pose import Array


@dataclass(frozen=True)
class Weights:
    """Prices per instant; of a metre, a frame height, a radian or a unit of log size, squared."""

    framing: float = 30.0
    size: float = 4.0
    direction: float = 1.5
    clearance: float = 80.0
    sight: float = 80.0
    line: float = 80.0


@dataclass(frozen=True)
class Columns:
    """People as upright capsules: centres x, y, ends low, high (B, T, O) and radii (B, 1, O)."""

    x: Array
    y: Array
    low: Array
    high: Array
    radius: Array


@dataclass(frozen=True)
class Wishes:
    """What B tracks shall show at T instants each.

    Parameters
    ----------
    focal : (B, T) frame heights
    eyes : (B, T, S, 3) metres
    screen : (B, T, S, 2) frame heights
    share : (B, S)
        How much each subject counts for the size.
    depth : (B, T) metres
    anchor, direction : (B, T, 3)
        What the camera is around, and the unit direction in which it shall be seen from there.
    sight : (B, T, Q, 3) metres
        Points that shall be seen.
    others : (B, Q, O) bool
        Whether a column can hide a point: it is not of the same person.
    columns : Columns
    solid, free : Packed
    side : (B, T, 5)
        Point and normal of the line of action, and 1 if there is one.
    floor : (B,) metres
    radius, berth : (B,) metres
        Kept clear around the camera; around its sightlines.
    pull : (B,)
        What the prices of clearance, sight and line are multiplied by.
    """

    focal: Array
    eyes: Array
    screen: Array
    share: Array
    depth: Array
    anchor: Array
    direction: Array
    sight: Array
    others: Array
    columns: Columns
    solid: Packed
    free: Packed
    side: Array
    floor: Array
    radius: Array
    berth: Array
    pull: Array
    weights: Weights = Weights()
