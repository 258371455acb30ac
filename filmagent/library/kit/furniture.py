"""Tables, chairs, benches, counters and shelves. Seats face +y, fronts of cabinets −y."""

from __future__ import annotations

import numpy as np

from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import Array, Mesh, box, shaded
from filmagent.library.kit.turned import cylinder, lathe, tube


@piece
def bistro_table(
    width: float = 0.62,
    depth: float = 0.0,
    height: float = 0.745,
    round: bool = False,
    top: str = "oak",
    foot: str = "cast_iron",
) -> Shape:
    """A small café table on a turned cast-iron pedestal; offers ``top``."""
    shape = Shape()
    thick = 0.03
    if round:
        disc = [
            (0.0, 0.0),
            (width / 2 - 0.012, 0.0),
            (width / 2, 0.008),
            (width / 2, thick - 0.006),
            (width / 2 - 0.006, thick),
            (0.0, thick),
        ]
        shape.add(lathe(disc, 40, 50.0), top, (0, 0, height - thick))
        shape.add(
            lathe(
                [
                    (width / 2 - 0.001, 0.004),
                    (width / 2 + 0.003, 0.006),
                    (width / 2 + 0.003, thick - 0.006),
                    (width / 2 - 0.001, thick - 0.004),
                ],
                40,
                20.0,
            ),
            "brass",
            (0, 0, height - thick),
        )
    else:
        shape.add(box((width, depth or width, thick), 0.006), top, (0, 0, height - thick))
        shape.add(
            box((width - 0.1, (depth or width) - 0.1, 0.02), 0.004),
            foot,
            (0, 0, height - thick - 0.02),
        )
    stem = [
        (0.0, 0.02),
        (0.075, 0.02),
        (0.07, 0.035),
        (0.04, 0.06),
        (0.028, 0.1),
        (0.024, 0.2),
        (0.034, 0.235),
        (0.022, 0.27),
        (0.021, height - 0.16),
        (0.034, height - 0.13),
        (0.024, height - 0.1),
        (0.06, height - thick - 0.012),
        (0.06, height - thick),
        (0.0, height - thick),
    ]
    shape.add(lathe(stem, 16, 30.0), foot)
    for k in range(4):
        angle = np.radians(45 + 90 * k)
        reach = np.array([np.cos(angle), np.sin(angle)])
        path = [
            (*(reach * r), z)
            for r, z in ((0.03, 0.075), (0.10, 0.07), (0.17, 0.045), (0.225, 0.022), (0.25, 0.018))
        ]
        shape.add(tube(path, [0.022, 0.02, 0.017, 0.015, 0.016], 8), foot)
        shape.add(cylinder(0.02, 0.012, 10, 0.002), "rubber", (*(reach * 0.245), 0.0))
    shape.anchor("top", (0, 0, height))
    return shape


def _seat(
    width: float,
    depth: float,
    thick: float,
    dish: float = 0.008,
    waist: float = 0.06,
) -> Mesh:
    """A rounded, slightly dished seat plate on z = 0."""
    around = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    # a superellipse, narrower at the back
    c, s = np.cos(around), np.sin(around)
    x = np.sign(c) * np.abs(c) ** 0.6 * width / 2 * (1 + waist * s)
    y = np.sign(s) * np.abs(s) ** 0.6 * depth / 2
    rings = [(0.97, 0.0), (1.0, 0.35), (1.0, 0.7), (0.97, 1.0), (0.75, 1.0)]
    vertices = [
        np.column_stack([x * r, y * r, np.full(28, thick * h - (dish if r < 0.9 else 0))])
        for r, h in rings
    ]
    stacked = np.vstack([*vertices, np.array([[0, 0, 0], [0, 0, thick - dish]])])
    k = np.arange(28)
    n = (k + 1) % 28
    faces = [np.column_stack([np.full(28, 140), n, k])]
    for ring in range(4):
        a, b = 28 * ring + k, 28 * ring + n
        faces += [np.column_stack([a, b, b + 28]), np.column_stack([a, b + 28, a + 28])]
    faces.append(np.column_stack([np.full(28, 141), 112 + k, 112 + n]))
    return shaded(stacked, np.vstack(faces), 50.0)


@piece
def bentwood_chair(frame: str = "walnut", seat: str = "", height: float = 0.46) -> Shape:
    """A bentwood café chair facing +y: round legs, a ring of struts, a double-hooped back."""
    shape = Shape()
    shape.add(_seat(0.42, 0.42, 0.028), seat or frame, (0, 0.0, height - 0.022))
    ring = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    shape.add(
        tube(
            np.column_stack([0.155 * np.cos(ring), 0.155 * np.sin(ring), np.full(24, 0.24)]),
            0.008,
            6,
            closed=True,
        ),
        frame,
    )
    for x in (-1, 1):
        shape.add(
            tube(
                [
                    (x * 0.155, 0.145, height - 0.02),
                    (x * 0.165, 0.16, 0.25),
                    (x * 0.178, 0.185, 0.0),
                ],
                [0.017, 0.014, 0.011],
                8,
            ),
            frame,
        )
    side = [
        (0.178, -0.24, 0.0),
        (0.166, -0.19, 0.25),
        (0.162, -0.168, height),
        (0.175, -0.185, 0.62),
        (0.172, -0.215, 0.76),
        (0.13, -0.236, 0.855),
        (0.06, -0.245, 0.895),
        (0.0, -0.248, 0.903),
    ]
    hoop = np.array(side + [(-x, y, z) for x, y, z in side[-2::-1]])
    shape.add(tube(_rounded(hoop, 1), 0.0135, 8), frame)
    inner = [
        (0.105, -0.165, height),
        (0.115, -0.18, 0.58),
        (0.108, -0.205, 0.70),
        (0.06, -0.222, 0.775),
        (0.0, -0.226, 0.797),
    ]
    hoop = np.array(inner + [(-x, y, z) for x, y, z in inner[-2::-1]])
    shape.add(tube(_rounded(hoop, 1), 0.010, 7), frame)
    shape.anchor("seat", (0, -0.07, height), 0.0)
    shape.anchor("top", (0, 0, height))
    return shape


def _rounded(points: Array, steps: int = 2) -> Array:
    """A polyline with its corners cut (Chaikin), ends kept."""
    for _ in range(steps):
        a, b = points[:-1], points[1:]
        cut = np.stack([0.75 * a + 0.25 * b, 0.25 * a + 0.75 * b], axis=1).reshape(-1, 3)
        points = np.vstack([points[:1], cut[1:-1], points[-1:]])
    return points


@piece
def stool(height: float = 0.72, seat: str = "oak", frame: str = "cast_iron") -> Shape:
    """A bar stool."""
    shape = Shape()
    shape.add(
        lathe(
            [(0, 0), (0.15, 0), (0.165, 0.012), (0.165, 0.028), (0.15, 0.036), (0, 0.03)], 24, 50.0
        ),
        seat,
        (0, 0, height - 0.036),
    )
    for k in range(4):
        angle = np.radians(45 + 90 * k)
        c, s = np.cos(angle), np.sin(angle)
        shape.add(
            tube([(0.10 * c, 0.10 * s, height - 0.036), (0.19 * c, 0.19 * s, 0.0)], 0.011, 8), frame
        )
    ring = np.linspace(0, 2 * np.pi, 20, endpoint=False)
    shape.add(
        tube(
            np.column_stack([0.162 * np.cos(ring), 0.162 * np.sin(ring), np.full(20, 0.23)]),
            0.008,
            6,
            closed=True,
        ),
        frame,
    )
    shape.anchor("seat", (0, -0.02, height), 0.0)
    return shape


@piece
def banquette(
    length: float = 2.4,
    height: float = 0.46,
    seats: int = 2,
    gap: float = 1.2,
    cloth: str = "leather_red",
    wood: str = "walnut",
) -> Shape:
    """A wall bench facing +y, its back at y = 0; ``seats`` places ``gap`` apart: seat_1 …"""
    shape = Shape()
    shape.add(box((length, 0.44, 0.1), 0.004), wood, (0, 0.27, 0))
    shape.add(box((length, 0.5, 0.27), 0.006), wood, (0, 0.25, 0.08))
    shape.add(box((length, 0.06, 1.02), 0.008), wood, (0, 0.03, 0))
    count = max(1, round(length / 0.5))
    width = length / count
    for k in range(count):
        x = -length / 2 + width * (k + 0.5)
        shape.add(box((width - 0.006, 0.47, 0.12), 0.03), cloth, (x, 0.285, height - 0.12))
        shape.add(box((width - 0.006, 0.09, 0.42), 0.03), cloth, (x, 0.10, height + 0.02), tilt=4)
    shape.add(box((length + 0.02, 0.09, 0.035), 0.01), wood, (0, 0.045, 1.0))
    for k in range(seats):
        x = (k - (seats - 1) / 2) * gap
        shape.anchor(f"seat_{k + 1}", (x, 0.36, height), 0.0)
    return shape
