"""What tracks are asked for, side by side in arrays, and what falling short of it costs."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from camera.planner.arrays import Array
from camera.planner.grids import Packed


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
    """People as upright capsules: centres x, y, ends low, high, and radii (B, T, O)."""

    x: Array
    y: Array
    low: Array
    high: Array
    radius: Array

    def take(self, rows: Array) -> Columns:
        """Those of some tracks."""
        return Columns(*(getattr(self, f.name)[rows] for f in fields(self)))


@dataclass(frozen=True)
class Wishes:
    """What B tracks shall show at T instants each.

    Parameters
    ----------
    focal : (B, T) frame heights
    eyes : (3, B, T, S) metres
    screen : (2, B, T, S) frame heights
    share : (B, S)
        How much each subject counts for the size.
    depth : (B, T) metres
    anchor, direction : (3, B, T)
        What the camera is around, and the unit direction in which it shall be seen from there.
    sight : (3, B, T, Q) metres
        Points that shall be seen.
    sight_nodes : (3, B, T, Q) float32
        The same in nodes of ``solid``.
    along : (P,)
        Where sightlines are probed, from the camera to what it sees.
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
    sight_nodes: Array
    along: Array
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

    def take(self, rows: Array) -> Wishes:
        """Those of some tracks."""
        whole = ("focal", "share", "depth", "others", "side", "floor", "radius", "berth", "pull")
        places = ("eyes", "screen", "anchor", "direction", "sight", "sight_nodes")
        return replace(
            self,
            columns=self.columns.take(rows),
            solid=self.solid.take(rows),
            free=self.free.take(rows),
            **{name: getattr(self, name)[rows] for name in whole},
            **{name: getattr(self, name)[:, rows] for name in places},
        )
