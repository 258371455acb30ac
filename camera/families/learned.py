"""The plots of the training families, each drawn from a random generator.

Lessons are told by their seeds: what changes here changes them all.
"""

from __future__ import annotations

import numpy as np

from camera.families.plot import FURNITURE, Boxes, Plot, Random, ground, ring, shell


def room(r: Random) -> Plot:
    """A furnished room."""
    x, y, z = r.uniform(6, 10), r.uniform(5, 8), r.uniform(2.6, 3.4)
    set_ = Boxes()
    shell(set_, x, y, z)
    for _ in range(int(r.integers(3, 8))):
        size = FURNITURE[int(r.integers(len(FURNITURE)))]
        # most furniture stands along the walls
        against = r.random() < 0.6
        px = r.uniform(0.8, x - 0.8)
        py = (0.5 if r.random() < 0.5 else y - 0.5) if against else r.uniform(1.2, y - 1.2)
        set_.standing(px, py, size, 0.0 if against else float(r.uniform(0, np.pi)))
    return Plot(set_.world(ring(0, 0, x, y)), np.array([[0.6, 0.6, x - 0.6, y - 0.6]]), ((0,) * 3,))


def street(r: Random) -> Plot:
    """Houses on both sides, parked cars, lamps, passers-by."""
    length, width = r.uniform(30, 44), r.uniform(11, 16)
    set_ = Boxes()
    ground(set_, 0, -6, length, width + 6)
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
    return Plot(set_.world(ring(0, 0, length, width)), np.array(areas), routes, (2, 6))


def corridor(r: Random) -> Plot:
    """Two rooms and the door, or the corridor, between them."""
    first, second, y, z = r.uniform(4, 7), r.uniform(4, 7), r.uniform(4.5, 7), r.uniform(2.6, 3.2)
    depth = 0.15 if r.random() < 0.5 else r.uniform(2, 5)
    wide = r.uniform(1.0, 1.6) if depth < 1 else r.uniform(1.6, 2.4)
    y = max(y, 2 * wide + 0.4)
    door = r.uniform(wide, y - wide)
    x1, x2 = first, first + depth
    x = x2 + second
    set_ = Boxes()
    shell(set_, x, y, z)
    set_.between((x1, 0, 0), (x2, door - wide / 2, z))
    set_.between((x1, door + wide / 2, 0), (x2, y, z))
    set_.between((x1, door - wide / 2, 2.15), (x2, door + wide / 2, z))
    for low, high in ((0.0, x1), (x2, x)):
        for _ in range(int(r.integers(1, 4))):
            size = FURNITURE[int(r.integers(len(FURNITURE)))]
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
    return Plot(set_.world(ring(0, 0, x, y)), areas, ((0, 1, 2, 3), (3, 2, 1, 0)))


def crowd(r: Random) -> Plot:
    """An open square full of people."""
    x, y = r.uniform(13, 20), r.uniform(11, 16)
    set_ = Boxes()
    ground(set_, 0, 0, x, y)
    for _ in range(int(r.integers(2, 6))):
        size = (r.uniform(0.8, 2), r.uniform(0.8, 2), r.uniform(0.5, 1.2))
        set_.standing(r.uniform(1, x - 1), r.uniform(1, y - 1), size, r.uniform(0, np.pi))
    for _ in range(int(r.integers(0, 4))):
        set_.column(r.uniform(1, x - 1), r.uniform(1, y - 1), 0.12, 4.5)
    areas = np.array([[1.0, 1.0, x - 1.0, y - 1.0]])
    return Plot(set_.world(ring(0, 0, x, y)), areas, ((0,) * 3,), (12, 24))


def pillars(r: Random) -> Plot:
    """A hall of pillars."""
    columns, rows = int(r.integers(3, 6)), int(r.integers(2, 5))
    step, radius, z = r.uniform(2.6, 4.2), r.uniform(0.15, 0.4), r.uniform(3.2, 6)
    x, y = (columns + 1) * step, (rows + 1) * step
    set_ = Boxes()
    shell(set_, x, y, z)
    for i in range(1, columns + 1):
        for j in range(1, rows + 1):
            set_.column(i * step, j * step, radius, z)
    areas = np.array([[0.8, 0.8, x - 0.8, y - 0.8]])
    return Plot(set_.world(ring(0, 0, x, y)), areas, ((0,) * 3, (0,) * 4), (0, 4))
