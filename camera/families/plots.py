"""The sets of the families: shapes, where people walk, where cameras may stand.

Every function draws one plot from a random generator. The ground is z = 0 but for the stairs.
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


class _Boxes:
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
        b = np.array(self.boxes).reshape(-1, 7)
        c = np.array(self.capsules).reshape(-1, 5)
        shapes = Shapes(b[:, :3], b[:, 3:6], b[:, 6], c[:, :3], c[:, 3], c[:, 4])
        return World.of_shapes(shapes, inside=[inside])


def _ring(x0: float, y0: float, x1: float, y1: float) -> Array:
    return np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]])


def _ground(set_: _Boxes, x0: float, y0: float, x1: float, y1: float) -> None:
    set_.between((x0 - 1, y0 - 1, -0.2), (x1 + 1, y1 + 1, 0.0))


def _shell(set_: _Boxes, x: float, y: float, z: float) -> None:
    """Floor, ceiling and four walls round (0, 0)–(x, y)."""
    _ground(set_, 0, 0, x, y)
    set_.between((-0.2, -0.2, z), (x + 0.2, y + 0.2, z + 0.2))
    set_.between((-0.2, -0.2, 0), (0, y + 0.2, z))
    set_.between((x, -0.2, 0), (x + 0.2, y + 0.2, z))
    set_.between((0, -0.2, 0), (x, 0, z))
    set_.between((0, y, 0), (x, y + 0.2, z))


_FURNITURE = (
    (1.4, 0.8, 0.75),
    (1.9, 0.85, 0.8),
    (0.5, 0.5, 0.9),
    (0.9, 0.4, 1.9),
    (1.2, 1.2, 0.75),
    (0.6, 0.6, 0.5),
)


def room(r: Random) -> Plot:
    """A furnished room."""
    x, y, z = r.uniform(6, 10), r.uniform(5, 8), r.uniform(2.6, 3.4)
    set_ = _Boxes()
    _shell(set_, x, y, z)
    for _ in range(int(r.integers(3, 8))):
        size = _FURNITURE[int(r.integers(len(_FURNITURE)))]
        # most furniture stands along the walls
        against = r.random() < 0.6
        px = r.uniform(0.8, x - 0.8)
        py = (0.5 if r.random() < 0.5 else y - 0.5) if against else r.uniform(1.2, y - 1.2)
        set_.standing(px, py, size, 0.0 if against else float(r.uniform(0, np.pi)))
    return Plot(
        set_.world(_ring(0, 0, x, y)), np.array([[0.6, 0.6, x - 0.6, y - 0.6]]), ((0,) * 3,)
    )


def street(r: Random) -> Plot:
    """Houses on both sides, parked cars, lamps, passers-by."""
    length, width = r.uniform(30, 44), r.uniform(11, 16)
    set_ = _Boxes()
    _ground(set_, 0, -6, length, width + 6)
    for side in (-1, 1):
        at = -4.0
        while at < length + 4:
            wide, deep, high = r.uniform(5, 11), r.uniform(4, 6), r.uniform(5, 14)
            front = -r.uniform(0, 0.8) if side < 0 else width + r.uniform(0, 0.8)
            back = front + side * deep
            set_.between((at, min(front, back), 0), (at + wide, max(front, back), high))
            at += wide + (r.uniform(0, 2) if r.random() < 0.3 else 0.0)
        kerb = 2.6 if side < 0 else width - 2.6
        at = r.uniform(0, 4)
        while at < length:
            if r.random() < 0.55:
                set_.standing(at, kerb + side * -0.9, (4.3, 1.8, 1.45))
            at += r.uniform(5.2, 8.0)
        for lamp in np.arange(r.uniform(2, 8), length, r.uniform(9, 14)):
            set_.column(float(lamp), kerb + side * 0.3, 0.09, 5.0)
    third = length / 3
    areas = [[third * i + 1, low, third * (i + 1) - 1, low + 1.4]
             for low in (0.5, width - 1.9) for i in range(3)]  # fmt: skip
    areas += [[third * i + 1, 4.8, third * (i + 1) - 1, width - 4.8] for i in range(3)]
    routes = ((0, 1, 2), (5, 4, 3), (6, 7, 8), (8, 7, 6), (0, 7, 5))
    return Plot(set_.world(_ring(0, 0, length, width)), np.array(areas), routes, (2, 6))


def stairs(r: Random) -> Plot:
    """A hall, a flight of stairs and a landing."""
    rise, going = r.uniform(0.15, 0.18), r.uniform(0.28, 0.34)
    count = int(r.integers(8, 15))
    lower, upper, wide = r.uniform(5, 8), r.uniform(4, 7), r.uniform(3.0, 5.0)
    deep = r.uniform(6, 9)
    foot, head, top = lower, lower + count * going, count * rise
    near, far = (deep - wide) / 2, (deep + wide) / 2
    set_ = _Boxes()
    _ground(set_, 0, 0, head + upper, deep)
    for step in range(count):
        set_.between(
            (foot + step * going, near, 0), (foot + (step + 1) * going, far, (step + 1) * rise)
        )
    set_.between((head, 0, 0), (head + upper, deep, top))
    z = top + r.uniform(2.8, 3.6)
    for low, high in (
        ((-0.2, -0.2, 0), (0, deep + 0.2, z)),
        ((head + upper, -0.2, 0), (head + upper + 0.2, deep + 0.2, z)),
        ((0, -0.2, 0), (head + upper, 0, z)),
        ((0, deep, 0), (head + upper, deep + 0.2, z)),
        ((-0.2, -0.2, z), (head + upper + 0.2, deep + 0.2, z + 0.2)),
    ):
        set_.between(low, high)
    for x in (0.35 * lower, 0.75 * lower):
        if r.random() < 0.5:
            set_.column(x, near - 0.3, 0.22, z)

    def floor(xy: Array) -> Array:
        # feet go up evenly; they meet the middle of every step
        return np.asarray(np.clip((xy[..., 0] - foot) / (head - foot), 0.0, 1.0) * top)

    middle = [near + 0.6, far - 0.6]
    areas = np.array(
        [
            [1.0, 1.0, foot - 1.2, deep - 1.0],
            [foot - 0.5, middle[0], foot - 0.2, middle[1]],
            [head + 0.2, middle[0], head + 0.5, middle[1]],
            [head + 1.0, 1.0, head + upper - 0.8, deep - 1.0],
        ]
    )
    routes = ((0, 1, 2, 3), (3, 2, 1, 0))
    ring = _ring(0, 0, head + upper, deep)
    return Plot(set_.world(ring), areas, routes, (0, 2), floor)


def corridor(r: Random) -> Plot:
    """Two rooms and the door, or the corridor, between them."""
    first, second, y, z = r.uniform(4, 7), r.uniform(4, 7), r.uniform(4.5, 7), r.uniform(2.6, 3.2)
    depth = 0.15 if r.random() < 0.5 else r.uniform(2, 5)
    wide = r.uniform(1.0, 1.6) if depth < 1 else r.uniform(1.6, 2.4)
    y = max(y, 2 * wide + 0.4)
    door = r.uniform(wide, y - wide)
    x1, x2 = first, first + depth
    x = x2 + second
    set_ = _Boxes()
    _shell(set_, x, y, z)
    set_.between((x1, 0, 0), (x2, door - wide / 2, z))
    set_.between((x1, door + wide / 2, 0), (x2, y, z))
    set_.between((x1, door - wide / 2, 2.15), (x2, door + wide / 2, z))
    for low, high in ((0.0, x1), (x2, x)):
        for _ in range(int(r.integers(1, 4))):
            size = _FURNITURE[int(r.integers(len(_FURNITURE)))]
            wall = 0.5 if r.random() < 0.5 else y - 0.5
            set_.standing(r.uniform(low + 1, high - 1), wall, size)
    areas = np.array(
        [
            [0.7, 1.0, x1 - 1.0, y - 1.0],
            [x1 - 0.4, door - 0.15, x1 - 0.2, door + 0.15],
            [x2 + 0.2, door - 0.15, x2 + 0.4, door + 0.15],
            [x2 + 1.0, 1.0, x - 0.7, y - 1.0],
        ]
    )
    return Plot(set_.world(_ring(0, 0, x, y)), areas, ((0, 1, 2, 3), (3, 2, 1, 0)))


def crowd(r: Random) -> Plot:
    """An open square full of people."""
    x, y = r.uniform(13, 20), r.uniform(11, 16)
    set_ = _Boxes()
    _ground(set_, 0, 0, x, y)
    for _ in range(int(r.integers(2, 6))):
        size = (r.uniform(0.8, 2), r.uniform(0.8, 2), r.uniform(0.5, 1.2))
        set_.standing(r.uniform(1, x - 1), r.uniform(1, y - 1), size, r.uniform(0, np.pi))
    for _ in range(int(r.integers(0, 4))):
        set_.column(r.uniform(1, x - 1), r.uniform(1, y - 1), 0.12, 4.5)
    areas = np.array([[1.0, 1.0, x - 1.0, y - 1.0]])
    return Plot(set_.world(_ring(0, 0, x, y)), areas, ((0,) * 3,), (12, 24))


def pillars(r: Random) -> Plot:
    """A hall of pillars."""
    columns, rows = int(r.integers(3, 6)), int(r.integers(2, 5))
    step, radius, z = r.uniform(2.6, 4.2), r.uniform(0.15, 0.4), r.uniform(3.2, 6)
    x, y = (columns + 1) * step, (rows + 1) * step
    set_ = _Boxes()
    _shell(set_, x, y, z)
    for i in range(1, columns + 1):
        for j in range(1, rows + 1):
            set_.column(i * step, j * step, radius, z)
    areas = np.array([[0.8, 0.8, x - 0.8, y - 0.8]])
    return Plot(set_.world(_ring(0, 0, x, y)), areas, ((0,) * 3, (0,) * 4), (0, 4))


def forest(r: Random) -> Plot:
    """Trunks wherever they grew, rocks between."""
    x, y = r.uniform(16, 24), r.uniform(14, 20)
    set_ = _Boxes()
    _ground(set_, 0, 0, x, y)
    places = r.uniform([0, 0], [x, y], (int(r.integers(40, 80)), 2))
    apart = np.linalg.norm(places[:, None] - places, axis=2) + 9 * np.tri(len(places)).T
    for place in places[apart.min(axis=1) > 1.6]:
        set_.column(place[0], place[1], float(r.uniform(0.1, 0.38)), 9.0)
    for _ in range(int(r.integers(2, 7))):
        size = (r.uniform(0.5, 1.6), r.uniform(0.5, 1.6), r.uniform(0.3, 1.1))
        set_.standing(r.uniform(0, x), r.uniform(0, y), size, r.uniform(0, np.pi))
    areas = np.array([[1.5, 1.5, x - 1.5, y - 1.5]])
    return Plot(set_.world(_ring(0, 0, x, y)), areas, ((0,) * 3, (0,) * 4))


PLOTS: dict[str, Callable[[Random], Plot]] = {
    "room": room,
    "street": street,
    "corridor": corridor,
    "crowd": crowd,
    "pillars": pillars,
    "stairs": stairs,
    "forest": forest,
}
