"""The set as the camera department sees it: a `camera.World`, and where cameras may stand."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from camera.pose import Array
from camera.world import World
from filmagent.library import sets

_STREET_MARGIN = 7.0
"""Metres a camera may step back from where an exterior is played: across the road."""


class Place:
    """A set to shoot in.

    Parameters
    ----------
    world
        Its collision mesh; rings limit where cameras stand.
    door_points
        Door id → a point at head height in the doorway.
    """

    def __init__(
        self, world: World, door_points: dict[str, Array] | None = None, interior: bool = True
    ) -> None:
        self.world = world
        self.doors = door_points or {}
        self.interior = interior

    @classmethod
    def of_set(cls, set_piece: Any) -> Place:
        """The place of a `filmagent.library.sets.SetPiece`."""
        spec = set_piece.spec
        interior = spec.setting != "ext"
        ground = spec.stage if interior else spec.stage.buffer(_STREET_MARGIN, join_style="mitre")
        mesh = set_piece.collision_mesh()
        world = World(mesh.vertices, mesh.faces, inside=[np.array(ground.exterior.coords)[:-1]])
        doors = {
            door.id: np.round(np.add(door.position, (0.0, 0.0, 1.5)), 3)
            for door in spec.doors.values()
        }
        return cls(world, doors, interior)

    def grid(self, step: float) -> Array:
        """Points (N, 2) all over where cameras may stand, metres."""
        if self.world.rings is None:
            span = np.arange(-8.0, 8.0 + step, step)
            axes = [span, span]
            return np.asarray(np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 2))
        ring = np.concatenate(self.world.rings)
        axes = [
            np.arange(np.ceil(ring[:, i].min() / step) * step, ring[:, i].max(), step)
            for i in range(2)
        ]
        points = np.stack(np.meshgrid(*axes, indexing="ij"), -1).reshape(-1, 2)
        return np.asarray(points[self.world.contains(points)])


@lru_cache(maxsize=4)
def of_set(name: str) -> Place:
    """The place of the set called ``name``."""
    return Place.of_set(sets.load(name))
