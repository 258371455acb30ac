"""The plots of the families that nothing is learned or tuned on."""

from __future__ import annotations

import numpy as np

from camera.families.plot import FURNITURE, Boxes, Plot, Random, ground, ring, shell
from camera.pose import Array


def stairs(r: Random) -> Plot:
    """A hall, a flight of stairs and a landing."""
    rise, going = r.uniform(0.15, 0.18), r.uniform(0.28, 0.34)
    count = int(r.integers(8, 15))
    lower, upper, wide = r.uniform(5, 8), r.uniform(4, 7), r.uniform(3.0, 5.0)
    deep = r.uniform(6, 9)
    foot, head, top = lower, lower + count * going, count * rise
    near, far = (deep - wide) / 2, (deep + wide) / 2
    set_ = Boxes()
    ground(set_, 0, 0, head + upper, deep)
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
    edge = ring(0, 0, head + upper, deep)
    return Plot(set_.world(edge), areas, routes, (0, 2), floor)


def forest(r: Random) -> Plot:
    """Trunks wherever they grew, rocks between."""
    x, y = r.uniform(16, 24), r.uniform(14, 20)
    set_ = Boxes()
    ground(set_, 0, 0, x, y)
    places = r.uniform([0, 0], [x, y], (int(r.integers(40, 80)), 2))
    apart = np.linalg.norm(places[:, None] - places, axis=2) + 9 * np.tri(len(places)).T
    for place in places[apart.min(axis=1) > 1.6]:
        set_.column(place[0], place[1], float(r.uniform(0.1, 0.38)), 9.0)
    for _ in range(int(r.integers(2, 7))):
        size = (r.uniform(0.5, 1.6), r.uniform(0.5, 1.6), r.uniform(0.3, 1.1))
        set_.standing(r.uniform(0, x), r.uniform(0, y), size, r.uniform(0, np.pi))
    areas = np.array([[1.5, 1.5, x - 1.5, y - 1.5]])
    return Plot(set_.world(ring(0, 0, x, y)), areas, ((0,) * 3, (0,) * 4))


def doorways(r: Random) -> Plot:
    """Rooms in a row, a door from each to the next."""
    count = int(r.integers(3, 5))
    deep, z, wall = r.uniform(4.6, 6.5), r.uniform(2.6, 3.2), 0.15
    starts = np.append(0.0, np.cumsum(r.uniform(4.0, 5.8, count) + wall))
    x = float(starts[-1]) - wall
    set_ = Boxes()
    shell(set_, x, deep, z)
    # doors stand more or less behind one another, as in old houses
    line = r.uniform(1.6, deep - 1.6)
    doors = np.clip(line + r.uniform(-0.9, 0.9, count - 1), 1.2, deep - 1.2)
    wide = r.uniform(1.1, 1.6, count - 1)
    for begin, door, opening in zip(starts[1:-1], doors, wide, strict=True):
        low, high = begin - wall, begin
        set_.between((low, 0, 0), (high, door - opening / 2, z))
        set_.between((low, door + opening / 2, 0), (high, deep, z))
        set_.between((low, door - opening / 2, 2.15), (high, door + opening / 2, z))
    areas = []
    for number, (low, high) in enumerate(zip(starts[:-1], starts[1:] - wall, strict=True)):
        for _ in range(int(r.integers(0, 3))):
            size = FURNITURE[int(r.integers(len(FURNITURE)))]
            # away from the doors' line, against the farther wall
            against = 0.5 if line > deep / 2 else deep - 0.5
            set_.standing(r.uniform(low + 1, high - 1), against, size)
        areas.append([low + 0.8, 0.9, high - 0.8, deep - 0.9])
        if number < count - 1:
            door = doors[number]
            areas.append([high - 0.4, door - 0.12, high - 0.2, door + 0.12])
            areas.append([high + wall + 0.2, door - 0.12, high + wall + 0.4, door + 0.12])
    rooms = 3 * np.arange(count)
    routes = [tuple(range(a, a + 4)) for a in rooms[:-1]] + [tuple(range(rooms[2] + 1))]
    routes += [route[::-1] for route in routes]
    return Plot(set_.world(ring(0, 0, x, deep)), np.array(areas), tuple(routes), (0, 2))


def shelves(r: Random) -> Plot:
    """A shop, or a library: an open front, aisles between shelves, a way round behind them."""
    aisles = int(r.integers(3, 6))
    aisle, thick = r.uniform(1.7, 2.4), r.uniform(0.5, 0.9)
    high, z = r.uniform(1.4, 2.3), r.uniform(3.0, 4.2)
    front, long, back = r.uniform(3.4, 4.6), r.uniform(4.5, 7.5), r.uniform(1.8, 2.6)
    x, y = aisles * aisle + (aisles - 1) * thick, front + long + back
    set_ = Boxes()
    shell(set_, x, y, z)
    # some rows have a way through their middle
    gap = 1.4 if r.random() < 0.5 else 0.0
    middle = front + long * r.uniform(0.4, 0.6)
    for n in range(1, aisles):
        left = n * aisle + (n - 1) * thick
        if gap:
            set_.between((left, front, 0), (left + thick, middle - gap / 2, high))
            set_.between((left, middle + gap / 2, 0), (left + thick, front + long, high))
        else:
            set_.between((left, front, 0), (left + thick, front + long, high))
    # a counter or a table of offers by the entrance
    if r.random() < 0.6:
        set_.standing(r.uniform(1.5, x - 1.5), 0.6, (1.8, 0.7, 1.0))
    places = [n * (aisle + thick) for n in range(aisles)]
    areas = [[0.8, 1.3, x - 0.8, front - 0.6], [0.7, y - back + 0.7, x - 0.7, y - 0.6]]
    areas += [[p + 0.6, front + 0.2, p + aisle - 0.6, front + 0.8] for p in places]
    areas += [[p + 0.6, front + long - 0.8, p + aisle - 0.6, front + long - 0.2] for p in places]
    up = [(0, 2 + n, 2 + aisles + n) for n in range(aisles)]
    routes = [*up, *(way[::-1] for way in up), *((*way, 1) for way in up), (0,) * 3]
    return Plot(set_.world(ring(0, 0, x, y)), np.array(areas), tuple(routes), (0, 4))


def courtyard(r: Random) -> Plot:
    """An open yard with a covered walk of columns round it, and something in its middle."""
    bays = r.integers(3, 6, 2)
    step, walk = r.uniform(2.2, 3.2), r.uniform(2.4, 3.4)
    radius, high = r.uniform(0.14, 0.3), r.uniform(3.0, 4.2)
    x, y = bays * step + 2 * walk
    set_ = Boxes()
    ground(set_, 0, 0, x, y)
    top = high + 2.5
    for low, high_corner in (
        ((-0.2, -0.2, 0), (0, y + 0.2, top)),
        ((x, -0.2, 0), (x + 0.2, y + 0.2, top)),
        ((0, -0.2, 0), (x, 0, top)),
        ((0, y, 0), (x, y + 0.2, top)),
        ((0, 0, high), (x, walk, high + 0.3)),
        ((0, y - walk, high), (x, y, high + 0.3)),
        ((0, walk, high), (walk, y - walk, high + 0.3)),
        ((x - walk, walk, high), (x, y - walk, high + 0.3)),
    ):
        set_.between(low, high_corner)
    for i in range(int(bays[0]) + 1):
        for j in range(int(bays[1]) + 1):
            if i in (0, bays[0]) or j in (0, bays[1]):
                set_.column(walk + i * step, walk + j * step, radius, high)
    thing = r.random()
    middle = x / 2 + r.uniform(-0.5, 0.5), y / 2 + r.uniform(-0.5, 0.5)
    if thing < 0.4:
        set_.standing(*middle, (1.6, 1.6, 0.8), r.uniform(0, np.pi))
    elif thing < 0.7:
        set_.column(*middle, 0.35, 5.0)
    near, far = 0.7, walk - radius - 0.5
    areas = np.array(
        [
            [near, near, far, far],
            [x - far, near, x - near, far],
            [x - far, y - far, x - near, y - near],
            [near, y - far, far, y - near],
            [walk + 0.6, walk + 0.6, x - walk - 0.6, y - walk - 0.6],
        ]
    )
    round_ = [(n, (n + 1) % 4) for n in range(4)]
    routes = [*round_, *(way[::-1] for way in round_), (0, 4, 2), (3, 4, 1), (4, 4, 4)]
    return Plot(set_.world(ring(0, 0, x, y)), areas, tuple(routes), (0, 5))
