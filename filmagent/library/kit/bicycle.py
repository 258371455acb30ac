"""A bicycle, leaning."""

from __future__ import annotations

import numpy as np

from filmagent.library.kit.shape import Shape, piece
from filmagent.library.kit.solids import box
from filmagent.library.kit.turned import cylinder, tube


@piece
def bicycle(paint: str = "lacquer_red") -> Shape:
    """A town bicycle along x, leaning on its stand, its front towards +x."""
    lean = Shape("vehicle")
    around = np.linspace(0, 2 * np.pi, 28, endpoint=False)
    hub = {"rear": (-0.52, 0.34), "front": (0.55, 0.34)}
    for x, z in hub.values():
        for radius, thick, what in ((0.325, 0.016, "rubber"), (0.30, 0.009, "chrome")):
            loop = np.column_stack(
                [x + radius * np.cos(around), 0 * around, z + radius * np.sin(around)]
            )
            lean.add(tube(loop, thick, 6, closed=True), what)
        for k in range(10):
            a = np.pi * k / 10
            reach = 0.30 * np.array([np.cos(a), 0, np.sin(a)])
            lean.add(
                tube([np.array([x, 0, z]) - reach, np.array([x, 0, z]) + reach], 0.0012, 4),
                "chrome",
                collide=False,
            )
        fender = around[:15]
        arc = np.column_stack([x + 0.36 * np.cos(fender), 0 * fender, z + 0.36 * np.sin(fender)])
        lean.add(tube(arc[1:], 0.014, 6), paint)
    crank, seat, head = (-0.08, 0, 0.30), (-0.24, 0, 0.80), (0.36, 0, 0.86)
    for start, end, radius in (
        (crank, seat, 0.016),
        (crank, (0.39, 0, 0.68), 0.018),
        (seat, (0.37, 0, 0.80), 0.016),
        (head, (0.41, 0, 0.62), 0.019),
        ((0.41, 0, 0.62), (0.55, 0, 0.34), 0.013),
        ((-0.52, 0, 0.34), (-0.22, 0, 0.74), 0.011),
        ((-0.52, 0, 0.34), crank, 0.011),
    ):
        lean.add(tube(np.array([start, end], float), radius, 8), paint)
    lean.add(tube([seat, (-0.27, 0, 0.92)], 0.013, 8), "chrome")
    lean.add(tube([head, (0.345, 0, 1.0)], 0.013, 8), "chrome")
    lean.add(
        tube(
            [
                (0.18, -0.28, 1.0),
                (0.30, -0.20, 1.03),
                (0.345, 0, 1.0),
                (0.30, 0.20, 1.03),
                (0.18, 0.28, 1.0),
            ],
            0.011,
            8,
        ),
        "chrome",
    )
    for side in (-1, 1):
        lean.add(
            tube([(0.18, side * 0.28, 1.0), (0.08, side * 0.29, 0.985)], 0.015, 8), "leather_brown"
        )
        lean.add(
            box((0.09, 0.05, 0.02), 0.006),
            "rubber",
            (-0.08 + side * 0.12, side * 0.13, 0.24 + side * 0.10),
        )
    lean.add(box((0.24, 0.15, 0.05), 0.022), "leather_brown", (-0.29, 0, 0.92))
    lean.add(cylinder(0.09, 0.008, 20), "chrome", (-0.08, -0.03, 0.30), tilt=90)
    lean.add(tube([(-0.1, 0.02, 0.29), (-0.02, 0.22, 0.0)], 0.009, 6), "chrome")
    basket = box((0.28, 0.34, 0.22), 0.01)
    lean.add(basket, "beech", (0.56, 0, 0.78))
    return lean
