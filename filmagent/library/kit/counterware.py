"""What works on a café's counter: machines and till. Each stands on z = 0, its front towards −y."""

from __future__ import annotations

import numpy as np

from filmagent.library.kit.panels import rounded_box
from filmagent.library.kit.shape import Shape, piece, small
from filmagent.library.kit.solids import box, shaded
from filmagent.library.kit.tableware import CUP
from filmagent.library.kit.turned import cylinder, lathe, sphere, tube


@piece
def espresso_machine(width: float = 0.78, body: str = "steel", trim: str = "enamel_red") -> Shape:
    """A two-group lever machine, its barista at +y, its polished back towards the guests (−y)."""
    shape = small()
    shape.collide = True
    for x in (-width / 2 + 0.05, width / 2 - 0.05):
        for y in (-0.17, 0.17):
            shape.add(cylinder(0.022, 0.09, 12), "plastic_black", (x, y, 0))
    shape.add(rounded_box(width, 0.46, 0.08, 0.03, 0.01), body, (0, 0, 0.085))
    shape.add(rounded_box(width, 0.24, 0.22, 0.03, 0.012), body, (0, -0.10, 0.165))
    shape.add(rounded_box(width, 0.44, 0.10, 0.04, 0.02), body, (0, -0.01, 0.385))
    shape.add(box((width - 0.1, 0.008, 0.13), 0.003), trim, (0, -0.222, 0.2))
    shape.add(box((width - 0.02, 0.012, 0.016), 0.004), "brass", (0, -0.224, 0.175))
    shape.add(box((width - 0.02, 0.012, 0.016), 0.004), "brass", (0, -0.224, 0.345))
    shape.add(box((width - 0.12, 0.22, 0.012), 0.003), "chrome", (0, 0.11, 0.165))
    for x in (-0.19, 0.19):
        shape.add(cylinder(0.042, 0.07, 18), "chrome", (x, 0.10, 0.315))
        shape.add(cylinder(0.036, 0.03, 18), "chrome", (x, 0.10, 0.285))
        shape.add(tube([(x, 0.13, 0.296), (x, 0.27, 0.285)], [0.011, 0.014], 8), "plastic_black")
        shape.add(
            tube(
                [(x + 0.02, 0.12, 0.46), (x + 0.02, 0.18, 0.56), (x + 0.02, 0.22, 0.66)],
                [0.012, 0.01, 0.014],
                8,
            ),
            "chrome",
        )
        shape.add(sphere(0.019, 12, 8), "plastic_black", (x + 0.02, 0.225, 0.672))
    for x in (-0.34, 0.34):
        shape.add(tube([(x, 0.14, 0.40), (x, 0.21, 0.38), (x, 0.22, 0.24)], 0.006, 8), "chrome")
    shape.add(cylinder(0.045, 0.012, 20), "enamel_white", (0, 0.212, 0.43), tilt=90)
    rail = [
        (-width / 2 + 0.03, -0.2, 0.53),
        (width / 2 - 0.03, -0.2, 0.53),
        (width / 2 - 0.03, 0.18, 0.53),
        (-width / 2 + 0.03, 0.18, 0.53),
    ]
    shape.add(tube(np.array(rail), 0.005, 6, closed=True), "brass")
    for x, y, _ in rail:
        shape.add(cylinder(0.005, 0.05, 6), "brass", (x, y, 0.482))
    cup = lathe(CUP, 14)
    for k in range(7):
        for row in range(3):
            if (k * 5 + row * 3) % 7:
                shape.add(cup, "porcelain", (-0.29 + 0.095 * k, -0.13 + 0.1 * row, 0.487))
    shape.anchor("top", (0, 0, 0.487))
    return shape


@piece
def grinder(body: str = "painted_black") -> Shape:
    """A coffee grinder with a hopper of beans."""
    shape = small()
    shape.add(rounded_box(0.18, 0.28, 0.05, 0.02, 0.008), body)
    shape.add(rounded_box(0.15, 0.16, 0.24, 0.03, 0.01), body, (0, -0.04, 0.05))
    shape.add(rounded_box(0.16, 0.24, 0.08, 0.03, 0.01), "steel", (0, 0, 0.28))
    shape.add(
        lathe([(0.0, 0.0), (0.045, 0.0), (0.07, 0.06), (0.075, 0.11), (0.0, 0.11)], 18),
        "beans",
        (0, -0.02, 0.36),
    )
    shape.add(
        lathe([(0.046, 0.0), (0.073, 0.06), (0.08, 0.17), (0.0, 0.172)], 18),
        "glass",
        (0, -0.02, 0.36),
    )
    shape.add(cylinder(0.082, 0.016, 18), body, (0, -0.02, 0.53))
    shape.add(tube([(0, 0.08, 0.2), (0, 0.17, 0.19)], 0.012, 8), "chrome")
    return shape


@piece
def till(body: str = "brass") -> Shape:
    """An old brass cash register, its keys towards +y (the staff)."""
    shape = small()
    shape.add(rounded_box(0.42, 0.40, 0.12, 0.012, 0.008), "walnut")
    shape.add(box((0.03, 0.012, 0.03), 0.005), body, (0, 0.206, 0.045))
    side = [(-0.17, 0.12), (0.18, 0.12), (0.17, 0.20), (0.0, 0.33), (-0.08, 0.40), (-0.17, 0.40)]
    outline = np.array([[-0.19, y, z] for y, z in side] + [[0.19, y, z] for y, z in side])
    n = len(side)
    faces = [[0, k, k + 1] for k in range(1, n - 1)]
    faces += [[n, n + k + 1, n + k] for k in range(1, n - 1)]
    for k in range(n):
        a, b = k, (k + 1) % n
        faces += [[a, a + n, b], [b, a + n, b + n]]
    mesh = shaded(outline, np.array(faces)[:, ::-1], 10.0)
    shape.add(mesh, body)
    for row in range(3):
        for column in range(8):
            t = (row + 0.5) / 3
            y, z = 0.17 - 0.17 * t, 0.20 + 0.13 * t
            shape.add(
                cylinder(0.011, 0.02, 10, 0.003), "enamel_white", (-0.14 + 0.04 * column, y, z)
            )
    shape.add(box((0.30, 0.05, 0.09), 0.006), body, (0, -0.12, 0.40))
    shape.add(box((0.26, 0.052, 0.06), 0.0), "glass_dark", (0, -0.12, 0.415))
    return shape
