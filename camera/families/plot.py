"""A set without people, and what sets are built of.

The ground is z = 0 unless the plot says otherwise.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from camera.pose import Array
from camera.world import Shapes, World

Random = np.random.Generator


def _level(xy: Array) -> Array:
    return np.zeros(xy.shape[:-1])


@dataclass(frozen=True)
class Plot:
    """A set without people.

    Parameters
    ----------
    world
    areas : (A, 4) metres
        Rectangles (least x, least y, greatest x, greatest y) that people stand and walk in.
    routes : areas that a walk leads through, in order; one is chosen
    strangers : least and most people who just are there
    floor : height of the floor at points (..., 2)
    """

    world: World
    areas: Array
    routes: tuple[tuple[int, ...], ...]
    strangers: tuple[int, int] = (0, 0)
    floor: Callable[[Array], Array] = _level


class Boxes:
    """A list of boxes and capsules that grows."""

    def __init__(self) -> None:
        self.boxes: list[tuple[float, ...]] = []
        self.capsules: list[tuple[float, ...]] = []

    def between(self, low: tuple[float, ...], high: tuple[float, ...]) -> None:
        """A box from its least to its greatest corner."""
        a, b = np.array(low), np.array(high)
        self.boxes.append((*((a + b) / 2), *((b - a) / 2), 0.0))

    def standing(self, x: float, y: float, size: tuple[float, ...], turn: float = 0.0) -> None:
        """A box on the ground: middle, width, depth and height, heading."""
        w, d, h = size
        self.boxes.append((x, y, h / 2, w / 2, d / 2, h / 2, turn))

    def column(self, x: float, y: float, radius: float, height: float) -> None:
        """An upright capsule that begins under the ground."""
        self.capsules.append((x, y, -1.0, height + 1.0, radius))

    def world(self, inside: Array) -> World:
        """All of it, and the ring that cameras may stand in."""
        b = np.array(self.boxes).reshape(-1, 7)
        c = np.array(self.capsules).reshape(-1, 5)
        shapes = Shapes(b[:, :3], b[:, 3:6], b[:, 6], c[:, :3], c[:, 3], c[:, 4])
        return World.of_shapes(shapes, inside=[inside])


def ring(x0: float, y0: float, x1: float, y1: float) -> Array:
    """The border (4, 2) of a rectangle."""
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def ground(set_: Boxes, x0: float, y0: float, x1: float, y1: float) -> None:
    """The floor z = 0 under a rectangle, and a metre round it."""
    set_.between((x0 - 1, y0 - 1, -0.2), (x1 + 1, y1 + 1, 0.0))


def shell(set_: Boxes, x: float, y: float, z: float) -> None:
    """Floor, ceiling and four walls round (0, 0)–(x, y)."""
    ground(set_, 0, 0, x, y)
    set_.between((-0.2, -0.2, z), (x + 0.2, y + 0.2, z + 0.2))
    set_.between((-0.2, -0.2, 0), (0, y + 0.2, z))
    set_.between((x, -0.2, 0), (x + 0.2, y + 0.2, z))
    set_.between((0, -0.2, 0), (x, 0, z))
    set_.between((0, y, 0), (x, y + 0.2, z))


FURNITURE = (
    (1.4, 0.8, 0.75),
    (1.9, 0.85, 0.8),
    (0.5, 0.5, 0.9),
    (0.9, 0.4, 1.9),
    (1.2, 1.2, 0.75),
    (0.6, 0.6, 0.5),
)
"""Width, depth and height of what stands in rooms, metres."""
